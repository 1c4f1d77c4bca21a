"""``python -m tests.bench.readers``: how fast the files of annotation tools become graphs, as a table.

Each line is one format: documents of about 5,000 characters with 60 annotations (marked stretches and
events; attributes and notes come on top) are read, their places found, their defaults settled and their
quads made, on one core; SHACL is left out. Seconds are those of the CPU. Nothing here passes or fails.
A format takes part by a function that writes ``count`` documents into a folder; :data:`FORMATS` lists them.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import cast

from diaspora_kg import loader
from diaspora_kg.errors import Severity
from diaspora_kg.identity import Directory, declared
from diaspora_kg.pipeline.files import listing
from diaspora_kg.pipeline.prepare import part_of, prepare
from diaspora_kg.pipeline.read import read_unit
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.pipeline.units import units
from diaspora_kg.project import Project
from diaspora_kg.shapes.validate import Validator
from tests.bench.caskinds import Write, cas_json, floors, webanno, xmi
from tests.bench.regionkinds import doccano, label_studio, web_annotation
from tests.bench.regionkinds import table as csv_table

SETTINGS = 'format = 1\ntitle = "Readers"\nbase = "https://example.org/readers/"\n'
_SENTENCE = (
    "On Friday the Union of Norlanders told Nova that the council of {name} had refused the hall once more. "
)
_NAMES = ("Vesmark", "Tarvia", "Halm", "Orel", "Esk")
MARKS = 60
"""Annotations of one document."""


class Unchecked(Setting):
    """A setting whose articles pass every shape."""

    @property
    def article_shapes(self) -> Validator:
        """Shapes that find nothing."""
        return cast(Validator, _Nothing())


class _Nothing:
    shapes = ()

    def check(self, *_: object) -> tuple[()]:
        return ()


def text(number: int) -> str:
    """A made-up article of about 5,000 characters."""
    title = f"Report {number} on the halls of Norland\n\n"
    lines = [_SENTENCE.format(name=_NAMES[(number + n) % len(_NAMES)]) for n in range(47)]
    return title + "\n".join("".join(lines[at : at + 4]).strip() for at in range(0, 47, 4)) + "\n"


HEADER = (
    "format: 1\narticle: {title: Report %d on the halls of Norland, language: en, "
    "not-stated: [publisher, published]}\n"
)


def brat(folder: Path, count: int) -> None:
    """``x.txt``, ``x.ann`` and a header for each document."""
    for number in range(count):
        written = text(number)
        stem = folder / f"d{number}"
        stem.with_suffix(".txt").write_text(written, "utf-8")
        stem.with_suffix(".yaml").write_text(HEADER % number, "utf-8")
        stem.with_suffix(".ann").write_text("".join(f"{line}\n" for line in _standoff(written)), "utf-8")


def _standoff(written: str) -> Iterator[str]:
    """20 mentions of two actors, 4 statements and 16 claims (a stretch and an event each)."""
    marks, notes = 0, 0
    begin = written.index("On Friday")
    for number in range(10):
        for label, words, key in (
            ("Organization", "Union of Norlanders", "union"),
            ("Person", "Nova", "nova"),
        ):
            marks += 1
            at = written.index(words, begin)
            yield f"T{marks}\t{label} {at} {at + len(words)}\t{words}"
            notes += 1
            yield f"#{notes}\tAnnotatorNotes T{marks}\t{key}"
        begin = written.index("On Friday", begin + 1)
        if number < 4:
            marks += 1
            yield f"T{marks}\tStatement {begin} {begin + 9}\tOn Friday"
            yield f"E{100 + number}\tStatement:T{marks} By:T1"
            notes += 1
            said = f"told-{number} | kind: remark | not-stated: when, medium, to"
            yield f"#{notes}\tAnnotatorNotes E{100 + number}\t{said}"
    for number in range(16):
        at = written.index("that the council", begin)
        end = written.index(" once more", at)
        marks += 1
        yield f"T{marks}\tClaim {at} {end}\t{written[at:end]}"
        yield f"E{number + 1}\tClaim:T{marks} In:E{100 + number % 4} About:T1 About2:T2"
        yield f"A{number + 1}\tModality E{number + 1} possible"
        notes += 1
        yield f"#{notes}\tAnnotatorNotes E{number + 1}\tThe council refused the hall, time {number}."
        begin = end


_ACTORS = """\
actors:
  union: {is: organization, names: [{en: Union of Norlanders}]}
  nova: {is: person, names: [{en: Nova}]}
statements:
  told:
    kind: remark
    by: union
    not-stated: [when, medium, to]
    claims:
"""


def native(folder: Path, count: int) -> None:
    """The same said by hand: the floor that a tool's format is compared with."""
    for number in range(count):
        stem = folder / f"d{number}"
        stem.with_suffix(".txt").write_text(text(number), "utf-8")
        claims = "".join(
            f"      - {{says: 'The council refused the hall, time {n}.', how: possible, about: [union, nova],"
            f" quote: {{quote: that the council … the hall, nth: {n + 1}}}}}\n"
            for n in range(16)
        )
        stem.with_suffix(".yaml").write_text(
            HEADER % number + _ACTORS + claims,
            "utf-8",
        )


CAS: Mapping[str, Write] = {"CAS JSON": cas_json(native), "CAS XMI": xmi(native)}
FORMATS: Mapping[str, Write] = {
    "native (by hand)": native, "brat": brat, **CAS, "WebAnno TSV": webanno(HEADER, text),
    "Web Annotation": web_annotation(HEADER, text), "Label Studio": label_studio(HEADER, text),
    "doccano": doccano(HEADER, text), "table (CSV)": csv_table(HEADER, text),
}  # fmt: skip
"""What writes the documents of each format."""


def measure(write: Callable[[Path, int], None], count: int) -> tuple[float, int, int]:
    """CPU seconds for ``count`` documents, articles that came of them, quads that these have."""
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        articles.mkdir()
        (Path(folder) / "dkg.toml").write_text(SETTINGS, "utf-8")
        write(articles, count)
        project = Project.load(Path(folder))
        _run(project)  # the ontology, and every module
        gc.collect()
        begin = time.process_time()
        done = _run(project)
        return time.process_time() - begin, *done


def _run(project: Project) -> tuple[int, int]:
    scripts, _ = loader.scripts(project, trusted=False)
    whole = Setting.of(project, scripts)
    setting = Unchecked(**{one.name: getattr(whole, one.name) for one in fields(whole)})
    given = [
        one
        for unit in units(listing(project, setting.beside).files)
        for one in read_unit(unit, setting).articles
    ]
    directory = Directory(chain.from_iterable(declared(one.article) for one in given))
    lines = 0
    for one in given:
        done = prepare(part_of(one, directory, one.findings), setting)
        faults = [finding for finding in done.findings if finding.severity is Severity.VIOLATION]
        if faults or done.mapped is None:
            raise SystemExit("; ".join(f"{one.file}, line {one.line}: {one.message}" for one in faults[:3]))
        lines += sum(len(graph) for graph in done.mapped.graphs.values())
    return len(given), lines


def table(count: int, names: Sequence[str]) -> Iterator[str]:
    """The rows as Markdown."""
    yield "| format | documents | CPU seconds | documents a second | quads |"
    yield "|---|---:|---:|---:|---:|"
    for name in names:
        seconds, articles, lines = measure(FORMATS[name], count)
        yield f"| {name} | {articles} | {seconds:.2f} | {articles / seconds:.0f} | {lines} |"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--formats", nargs="*", default=list(FORMATS), choices=list(FORMATS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = {name: CAS[name] for name in given.formats if name in CAS}
        rows = chain(table(given.documents, given.formats), floors(library, given.documents, Path(folder)))
        for line in rows:
            print(line, flush=True)  # noqa: T201 - a table for a person


if __name__ == "__main__":
    main()
