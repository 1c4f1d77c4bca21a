"""``python docs/catalogues.py``: bring the catalogues of the pages' words up to date.

Each ``diaspora_kg/pages/locale/*.po`` gets an empty entry for every message that it lacks; translations
that are there stay. An empty entry is shown in English, and fails a test.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.language import FOLDER, LANGUAGES
from diaspora_kg.pages.messages import Message, messages

ROOT = Path(__file__).resolve().parent.parent


def written(code: str, wanted: frozenset[Message]) -> Catalog:
    """The catalogue of a language with an entry for every message, in the order of the alphabet."""
    path = FOLDER / f"{code}.po"
    catalogue = Catalog(locale=code)
    if path.is_file():
        with path.open("rb") as lines:
            catalogue = read_po(lines, locale=code)
    for message in wanted:
        if message not in catalogue:
            catalogue.add(message)
    return catalogue


def main() -> None:
    """The command."""
    wanted = messages(Ontology.load([ROOT / "ontology"]))
    FOLDER.mkdir(exist_ok=True)
    for code in sorted(set(LANGUAGES) - {"en"}):
        catalogue = written(code, wanted)  # read before the file is opened for writing, which empties it
        with (FOLDER / f"{code}.po").open("wb") as file:
            write_po(file, catalogue, sort_output=True, width=110, omit_header=True)


if __name__ == "__main__":
    main()
