"""Writes a first label map from the labels, roles, attributes and registers that files hold.

What looks like something in our model is proposed; everything else stands there as a comment, with its
number and an example, so that the map refuses it until somebody has decided. The order is that of names:
the same files give the same map.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from diaspora_kg.marked.identities import KNOWN, identified, is_none
from diaspora_kg.marked.model import Document, Equivalence, Frame, Relation, Span
from diaspora_kg.marked.rules import ENTRIES, known_keys

_GUESSES = {
    "organization": ("org", "organisation", "organization", "organizations", "company", "institution"),
    "person": ("per", "pers", "person", "people"),
    "polity": ("gpe", "country", "state"),
    "place": ("loc", "place", "location", "city", "facility", "fac"),
    "collective": ("group", "collective", "norp", "nationality"),
    "post": ("profession", "position", "post", "office", "title"),
    "document": ("law", "document", "act"),
    "date": ("date", "time", "timex", "timex3"),
    "words": ("cue", "trigger"),
    "statement": ("statement", "attribution", "speech", "quote", "quotation"),
    "claim": ("claim", "content", "proposition"),
    "event": ("event",),
}
_BECOMES = {word: kind for kind, words in _GUESSES.items() for word in words}
_ROLES = {
    "source": "by", "speaker": "by", "addressee": "to", "topic": "about", "cue": "cue", "content": "claims",
    "message": "claims", "medium": "medium", "place": "place", "date": "when", "time": "when",
}  # fmt: skip
_SECTIONS = ("spans", "frames", "relations", "roles", "attributes", "metadata")
_WORDS = 5  # of an example: enough to know it by


@dataclass(slots=True)
class Met:
    """What was met of one name: how often, an example, and what stands in it."""

    count: int = 0
    example: str = ""
    inner: Counter[str] = field(default_factory=Counter)

    def again(self, example: str = "") -> None:
        """Count it once more."""
        self.count += 1
        self.example = self.example or example


Table = defaultdict[str, Met]


class Draft:
    """Gathers what documents hold, and writes the map."""

    def __init__(self) -> None:
        self.documents = 0
        self.sections: dict[str, Table] = {
            name: defaultdict(Met)
            for name in ("spans", "frames", "relations", "roles", "attributes", "metadata")
        }
        self.schemes: Table = defaultdict(Met)
        self.layers: Table = defaultdict(Met)

    def add(self, document: Document) -> None:
        """Count everything in one document."""
        self.documents += 1
        words = {span.id: _short(span, document.text) for span in document.spans}
        triggers = {frame.trigger for frame in document.frames}
        for frame in document.frames:
            self._mark(frame, "frames", words.get(frame.trigger, ""))
            for role, _ in frame.arguments:
                self.sections["roles"][role.rstrip("0123456789") or role].again(
                    f"in {frame.label or frame.layer}"
                )
        for span in document.spans:
            self._identities(span)
            if span.id not in triggers:
                self._mark(span, "spans", words[span.id])
        for relation in document.relations:
            self._mark(relation, "relations", f"{relation.source} to {relation.target}")
        for same in document.equivalences:
            self._equivalence(same)
        for name, value, _ in document.metadata:
            self.sections["metadata"][name].again(value[:40])

    def _mark(self, mark: Span | Frame | Relation, section: str, example: str) -> None:
        self.sections[section][mark.label or mark.layer].again(example)
        if mark.layer and not mark.label:
            self.layers[mark.layer].again()
        for one in mark.attributes:
            met = self.sections["attributes"][one.name]
            met.again(f"of {mark.label or mark.layer}")
            met.inner[one.value] += 1
            if mark.layer and not mark.label:
                self.layers[mark.layer].inner[one.name] += 1

    def _identities(self, span: Span) -> None:
        for one in span.identities:
            if not is_none(one.id):
                self.schemes[one.scheme or one.id.rpartition("/")[0]].again(one.id)
                if identified(one, KNOWN) is None:
                    self.schemes[one.scheme or one.id.rpartition("/")[0]].inner["refused"] += 1

    def _equivalence(self, same: Equivalence) -> None:
        if same.label:
            self.sections["relations"][same.label].again(" ".join(same.members[:3]))

    # -- writing ---------------------------------------------------------------------------------

    def toml(self) -> str:
        """The map."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"# A first label map, drafted from {_number(self.documents, 'document')}."
        yield "# A line that begins with # is not decided: take the # away, and write what it becomes."
        yield "# Left out by name: \"ignore\". The how-to 'Write a label map' explains every key."
        yield "format = 1"
        yield 'about = "Say whose tag set this is."'
        yield from self._layers()
        for section, write in (
            ("spans", self._label), ("frames", self._label), ("roles", self._role),
            ("relations", self._relation), ("attributes", self._attribute), ("metadata", self._metadata),
        ):  # fmt: skip
            held = self.sections[section]
            if held:
                yield ""
                yield f"[{section}]"
                for name in sorted(held):
                    yield from write(name, held[name])
        yield from self._registers()

    def _layers(self) -> Iterator[str]:
        if self.layers:
            yield ""
            yield "# Which feature of a layer holds the label; without one the layer itself is the label."
            yield "[layers]"
            for name in sorted(self.layers):
                features = ", ".join(sorted(self.layers[name].inner)) or "none"
                yield f'# {_key(name)} = "value"  # its features: {_comment(features)}'

    def _label(self, name: str, met: Met) -> Iterator[str]:
        guess = _BECOMES.get(name.rpartition(".")[2].lower(), "")
        own = name.lower().replace("_", "-")
        yield _line(name, guess or (own if own in ENTRIES else ""), met)

    def _role(self, name: str, met: Met) -> Iterator[str]:
        own = name.lower().replace("_", "-")
        guess = _ROLES.get(own) or (own if own in known_keys() else "")
        if guess in {"about", "cue", "medium"} and own in _ROLES:
            on = ', on = "claims"' if guess != "medium" else ""
            yield f"{_key(name)} = {{ key = {_text(guess)}{on} }}  # {_times(met)}"
        else:
            yield _line(name, guess, met)

    def _relation(self, name: str, met: Met) -> Iterator[str]:
        shape = '{ is = "membership", source = "member", target = "organization", claim = { says = "…" } }'
        yield f"# {_key(name)} = {shape}  # {_times(met)}"

    def _attribute(self, name: str, met: Met) -> Iterator[str]:
        own = name.lower().replace("_", "-")
        values = [value for value, _ in sorted(met.inner.items()) if value]
        if own in known_keys():
            yield _line(name, own, met)
        elif values and len(values) <= 12:
            made = ", ".join(f'{_key(value)} = "…"' for value in values)
            yield f'# {_key(name)} = {{ key = "…", values = {{ {made} }} }}  # {_times(met)}'
        else:
            yield _line(name, "", met)

    def _metadata(self, name: str, met: Met) -> Iterator[str]:
        known = {"title", "language", "url", "author", "publisher", "published"}
        yield _line(name, name.lower() if name.lower() in known else "", met)

    def _registers(self) -> Iterator[str]:
        for name in sorted(self.schemes):
            met = self.schemes[name]
            yield ""
            yield f"# Register {_comment(name)}: {_times(met)}"
            if met.inner["refused"]:
                yield f"# [identities.{_key(name)}]"
                yield '# prefix = "https://…/"   # where its addresses begin'
                yield '# pattern = "[0-9]+"      # what its ids look like; others are refused'
            else:
                yield "# It is known: ids of the right form become external ids."


def drafted(documents: Iterable[Document]) -> str:
    """A first label map for these documents."""
    draft = Draft()
    for document in documents:
        draft.add(document)
    return draft.toml()


def _line(name: str, becomes: str, met: Met) -> str:
    line = f"{_key(name)} = {_text(becomes or '…')}  # {_times(met)}"
    return line if becomes else f"# {line}"


def _times(met: Met) -> str:
    example = f", such as “{_comment(met.example)}”" if met.example else ""
    return _number(met.count, "time") + example


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _short(span: Span, text: str | None) -> str:
    begin, end = (span.fragments[0][0], span.fragments[-1][1]) if span.fragments else (0, 0)
    words = (text[begin:end] if text is not None else span.words).split()
    return " ".join(words[:_WORDS]) + (" …" if len(words) > _WORDS else "")


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain else _text(name)


def _text(value: str) -> str:
    r"""A TOML string, all that is not plain escaped.

    >>> _text('a"b')
    '"a\\"b"'
    """
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "".join("\\ufffd" if "\ud800" <= char <= "\udfff" else char for char in quoted)


def _comment(words: str) -> str:
    """Words that cannot end a comment, nor turn its direction."""
    kept = (char if char.isprintable() and not "\ud800" <= char <= "\udfff" else "\ufffd" for char in words)
    return "".join(kept)[:80]
