"""A small writer of SVG: elements as a tree, escaped when they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from markupsafe import Markup

from diaspora_kg.pages.hiding import shown

Element = ET.Element

COLOURS = 6
"""How many colours the stylesheet has for groups."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Drawing:
    """One picture with its title and description; ``kind`` is a class of the stylesheet."""

    def __init__(self, kind: str, title: str, told: str, width: float, height: float) -> None:
        self.root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
        self._set(
            self.root, viewBox=f"0 0 {_number(width)} {_number(height)}", class_=f"chart {kind}", role="img"
        )
        self._set(self.root, aria_labelledby=f"{kind}-title {kind}-desc")
        for tag, words in (("title", title), ("desc", told)):
            self.add(tag, id=f"{kind}-{tag}").text = xml_text(words)

    def add(self, tag: str, parent: Element | None = None, **values: str | float) -> Element:
        """A new element; ``class_`` and ``text_anchor`` become ``class`` and ``text-anchor``."""
        element = ET.SubElement(self.root if parent is None else parent, tag)
        self._set(element, **values)
        return element

    def title(self, parent: Element, words: str) -> None:
        """The words that are shown when one points at an element."""
        self.add("title", parent).text = xml_text(words)

    @property
    def markup(self) -> Markup:
        """The picture as it may stand in a page."""
        for element in self.root.iter():
            element.text = xml_text(element.text) if element.text else element.text
        return Markup(ET.tostring(self.root, encoding="unicode"))  # noqa: S704 - written from a tree

    @staticmethod
    def _set(element: Element, **values: str | float) -> None:
        for name, value in values.items():
            written = value if isinstance(value, str) else _number(value)
            element.set(
                "viewBox" if name == "viewBox" else name.rstrip("_").replace("_", "-"), xml_text(written)
            )


def xml_text(words: str) -> str:
    r"""Words without the characters that XML cannot hold; those that hide or end a line are named.

    >>> xml_text("a\u2028b"), xml_text("a\0b") == "a\ufffdb"
    ('a⟨U+2028⟩b', True)
    """
    return str(shown(xml_data(words)))


def xml_data(words: str) -> str:
    """Words without the characters that XML cannot hold, and else as they are: for data, not for a reader."""
    return _NOT_XML.sub("\ufffd", words)


def cut(words: str, most: int) -> str:
    """Words that fit into a picture; the whole of them is in the title and in the table.

    >>> cut("Union of Tarvians in Norland", 12)
    'Union of Ta…'
    """
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def groups_of(names: Iterable[str]) -> dict[str, int]:
    """The number of the colour of each group, in order of mention; none where colours do not suffice."""
    found = [name for name in dict.fromkeys(names) if name]
    return {name: number for number, name in enumerate(found, 1)} if len(found) <= COLOURS else {}


def _number(value: float) -> str:
    return f"{value:g}" if value == int(value) else f"{value:.1f}"
