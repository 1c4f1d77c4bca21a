"""The parts of ``docs/reference`` that are made from the table of nodes: schemas and tables of keys.

Run ``python -m diaspora_kg.reading.reference docs/reference`` after a change of the table or of a list.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from diaspora_kg.content import content
from diaspora_kg.names import expand, kebab
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.nodes import KINDS, STATEMENT, Field
from diaspora_kg.reading.schema import FILES, written

BEGIN = "<!-- made by python -m diaspora_kg.reading.reference docs/reference -->\n"
END = "<!-- end -->\n"
PAGE = "native-format.md"
LISTS = "lists.md"

_LISTS_HEAD = """\
# Values of the closed lists

What each value means, how to decide for it, and an example. Keys such as `kind`, `status` and `how` take
these values; [the format](native-format.md) says which key takes which list. This page is made from the
ontology by `python -m diaspora_kg.reading.reference docs/reference`.
"""


def page(text: str, ontology: Ontology) -> str:
    """The page with its made part renewed."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + "\n".join(_tables(ontology)) + "\n" + END + after


def _tables(ontology: Ontology) -> Iterator[str]:
    for kind in (*KINDS.values(), STATEMENT):
        yield f"### {kind.name}\n\n{kind.about} Declared under `{kind.section}`.\n"
        yield "| key | value | meaning |\n|---|---|---|"
        yield from (_row(row) for row in kind.fields)
        yield ""
    yield "## Values of the lists\n"
    yield f"[{LISTS}]({LISTS}) says what each value means, with an example.\n"
    yield "A project may add values of its own in Turtle; editors then mark them, `dkg check` does not.\n"
    yield "| list | values |\n|---|---|"
    yield from (_list(scheme, ontology) for scheme in ontology.schemes)
    yield ""


def _row(row: Field) -> str:
    value = f"list {row.scheme}" if row.scheme else row.type.value
    marks = [mark for mark, on in (("several", row.many), ("required", row.required)) if on]
    marks += [] if row.silence else ["never not-stated"]
    return f"| `{row.key}` | {', '.join([value, *marks])} | {row.about} |"


def _list(scheme: str, ontology: Ontology) -> str:
    words = kebab(scheme).replace("-", " ")
    return f"| {scheme} ({words}) | {', '.join(ontology.values(scheme))} |"


def lists_page(ontology: Ontology) -> str:
    """Every closed list with its values, what each means and an example."""
    parts = [_LISTS_HEAD]
    for scheme in ontology.schemes:
        about = ontology.terms[expand(f"dkgv:{scheme}")]
        parts.append(f"## {scheme}\n\n{about.definition}\n\n| value | meaning | example |\n|---|---|---|\n")
        parts[-1] += "\n".join(_value(value, scheme, ontology) for value in ontology.values(scheme)) + "\n"
    return "\n".join(parts)


def _value(value: str, scheme: str, ontology: Ontology) -> str:
    term = ontology.terms[ontology.concept_iri(ontology.concept(scheme, value) or value)]
    cells = (f"`{value}`", term.definition, term.example)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def made(folder: Path, ontology: Ontology) -> dict[str, str]:
    """Every made file of the reference, by name, as it should be."""
    files = {file: written(name, ontology) for file, name in FILES.items()}
    files[LISTS] = lists_page(ontology)
    return {**files, PAGE: page((folder / PAGE).read_text("utf-8"), ontology)}


def main(folder: Path) -> None:
    """Write the made files into a folder that holds the page."""
    for name, text in made(folder, Ontology.load([content("ontology")])).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
