"""Tables: CSV and .xlsx, one claim a row, with our own columns or those that a label map names.

``claims.csv`` is about ``claims.txt``, or each row about the article in its column ``article``. Quotes are
searched in the text, as those that are written by hand (docs/reference/formats.md has the columns).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from diaspora_kg.article import Article, Voice, When
from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.marked import Labels, read_labels
from diaspora_kg.marked.coded import COLUMNS, CONTENT, HEADER, Coded, when_of
from diaspora_kg.marked.grid import Grid, column_name, read_csv, read_xlsx
from diaspora_kg.marked.jsonfiles import Complaints, Unreadable
from diaspora_kg.marked.offsets import lone_surrogate
from diaspora_kg.marked.refused import conll_like, named
from diaspora_kg.marked.rules import IGNORE, Reading
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.reading.claims import read_claims
from diaspora_kg.reading.describe import describe
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.fields import Fields
from diaspora_kg.reading.nodes import HEADER as NATIVE
from diaspora_kg.reading.sections import SECTIONS, read_sections
from diaspora_kg.reading.statements import read_statements
from diaspora_kg.visible import visible
from diaspora_kg.yamlnodes import Leaf, Table

SUFFIXES = (".csv", ".tsv", ".xlsx")
LABELS = "table"

_MOST_TOLD = 20  # findings of one kind about one article
_ARTICLE = re.compile(r"[^\W_][\w.-]{0,200}")
_OTHERS = (b"#FORMAT=WebAnno", b" # ", b"# ", b"#id=")

Cells = Mapping[str, str]


def sniff(head: bytes) -> bool:
    """Whether the first bytes are a workbook or lines of text that are no tokens with tags."""
    if head.startswith(b"PK\x03\x04"):
        return b"xl/" in head or b"[Content_Types].xml" in head
    plain = head.removeprefix(b"\xef\xbb\xbf")
    return not plain.startswith(_OTHERS) and not conll_like(head) and named(head) is None


def read(source: Source) -> ReadResult:
    """The articles that the rows speak of; what is wrong names row and column."""
    complaints = Complaints(source.file, "row")
    try:
        workbook = source.path.suffix.lower() == ".xlsx"
        grid = read_xlsx(source.data, complaints) if workbook else read_csv(source.data)
    except Unreadable as error:
        complaints.unreadable(error)
        return ReadResult((), complaints.done())
    labels, faults = read_labels(source.labels) if source.labels else (None, ())
    rows = list(_rows(grid, labels or Labels("", ""), complaints))
    general = (*complaints.by_tag()[""], *(fault for fault in faults if labels is None))
    by_article: dict[str, list[tuple[int, Cells]]] = {}
    for line, cells in rows:
        by_article.setdefault(cells.get("article", ""), []).append((line, cells))
    results = [_article(name, held, source) for name, held in by_article.items()]
    articles = tuple(article for article, _ in results)
    written = dict(grid.rows)
    found = [_placed(finding, written) for _, findings in results for finding in _some(findings)]
    alone = () if articles else complaints.done()
    return ReadResult(articles, (*(alone or general), *found))


def _rows(grid: Grid, labels: Labels, complaints: Complaints) -> Iterator[tuple[int, Cells]]:
    """The cells of each row by our own names of columns."""
    readings = [_reading(name, at, grid, labels, complaints) for at, name in enumerate(grid.header)]
    for line, row in grid.rows:
        cells: dict[str, str] = {}
        for at, value in enumerate(row):
            if at >= len(readings):
                message = f"Cell {column_name(at)}{line} stands under no column."
                complaints.violation(line, "cell-without-column", message, "Name its column in row 1.", value)
            elif value and (reading := readings[at]):
                for key, made in _made(reading, value, f"{column_name(at)}{line}", line, complaints):
                    cells[key] = f"{cells[key]};{made}" if key in cells and key != "quote" else made
        if cells:
            yield line, cells


def _reading(name: str, at: int, grid: Grid, labels: Labels, complaints: Complaints) -> Reading | None:
    """What a column means; ``None`` for one that is ignored, or not known."""
    if reading := labels.attributes.get(name):
        return None if reading.key == IGNORE and reading.values is None else reading
    plain = name.lower().replace(" ", "-").replace("_", "-")
    if plain in COLUMNS or (plain.startswith(CONTENT) and len(plain) > len(CONTENT)):
        if grid.header.index(name) != at:
            message = f"Two columns are called “{visible(name[:60])}”."
            complaints.violation(1, "duplicate-column", message, "Give one of them another name.")
            return None
        return Reading(plain)
    used = sum(len(row) > at and bool(row[at]) for _, row in grid.rows)
    if used:
        near = get_close_matches(plain, COLUMNS, n=1)
        hint = f"Did you mean “{near[0]}”? " if near else ""
        where = labels.file or "a label map"
        hint += f'Or write under [attributes] in {where}: "{visible(name[:40])}" = "ignore".'
        what = f"Column {column_name(at)}, “{visible(name[:60])}”, is in no rule ({used} cells)."
        complaints.violation(1, "label-not-mapped", what, hint)
    return None


def _made(
    reading: Reading, value: str, cell: str, line: int, complaints: Complaints
) -> Iterator[tuple[str, str]]:
    if lone_surrogate(value) is not None or "\0" in value:
        complaints.violation(line, "control-character", f"Cell {cell} holds characters that are no text.")
    elif reading.values is None:
        yield reading.key, reading.constant or value
    elif value in reading.values:
        yield from (pair for pair in reading.values[value] if pair[0] != IGNORE)
    else:
        message = f"The label map has no rule for what cell {cell} holds."
        complaints.violation(line, "label-not-mapped", message, "Add it to `values`.", value[:60])


def _article(name: str, rows: list[tuple[int, Cells]], source: Source) -> tuple[Article, tuple[Finding, ...]]:
    report = Report(source.file)
    desk = Desk(report, source.ontology, source.gloss_language)
    article = _begun(name, rows, source, desk)
    coded = Coded(article.language, report)
    for line, cells in rows:
        coded.take(line, cells)
    fields = Fields(coded.root(), report, "a table")
    article = replace(
        article,
        nodes=read_sections(fields, desk, SECTIONS),
        statements=read_statements(fields.take("statements"), desk),
        claims=(
            *read_claims(fields.take("headline"), desk, Voice.HEADLINE),
            *read_claims(fields.take("article-says"), desk, Voice.ARTICLE),
        ),
    )
    article = replace(article, refused=tuple(sorted(desk.refused)))
    return article, tuple(replace(finding, article=article.key) for finding in report.findings)


def _begun(name: str, rows: list[tuple[int, Cells]], source: Source, desk: Desk) -> Article:
    """The article without its contents; what its rows say of it, they say alike."""
    first = rows[0][0]
    if name and not _ARTICLE.fullmatch(name):
        hint = "Write the name of its text file without .txt: letters, digits, dots and hyphens."
        desk.report.violation(first, "key-form", "This cannot be the key of an article.", hint, name[:60])
        name = f"row-{first}"
    written: dict[str, Leaf] = {}
    for line, cells in rows:
        for key in HEADER:
            value = cells.get(key, "")
            known = written.setdefault(key, Leaf(value, line)) if value else None
            if known and known.text != value:
                message = f"The article has another `{key}` in row {known.line}."
                desk.report.violation(line, "rows-differ", message, "Write it once, or alike.", value[:60])
    header = source.header
    title, language = written.pop("title", None), written.pop("language", None)
    desk.language = (desk.tag(language) if language else "") or (header.language if header else "") or "und"
    desk.gloss = header.gloss_language if header else source.gloss_language
    pairs = tuple(
        (Leaf(key, leaf.line), when_of(leaf.text, leaf.line) if key == "published" else leaf)
        for key, leaf in written.items()
    )
    said = describe(Fields(Table(pairs, 0), desk.report, "the article"), NATIVE, desk)
    days = [value for value in said.pull("dkg:when") if isinstance(value, When)]
    published = days[0] if days else header.published if header else None
    desk.published = published.edtf or "" if published and published.not_before else ""
    return Article(
        f"{source.key}.{name}" if name else source.key,
        source.file,
        title.text if title else "",
        desk.language,
        published=days[0] if days else None,
        slots=tuple(said.slots),
        unknown=tuple(dict.fromkeys(said.unknown)),
        gloss_language=desk.gloss,
        withheld=source.withheld or (header is not None and header.withheld),
        text_file=f"{name}.txt" if name else "",
        counts="row",
    )


def _some(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Of each fault the first ones; how many more rows have it is one finding."""
    met: Counter[tuple[str, Severity]] = Counter()
    last: dict[tuple[str, Severity], Finding] = {}
    for finding in findings:
        kind = (finding.code, finding.severity)
        met[kind] += 1
        if met[kind] <= _MOST_TOLD:
            yield finding
        last[kind] = finding
    for kind, times in met.items():
        if times > _MOST_TOLD:
            one = last[kind]
            message = (
                f"{times - _MOST_TOLD} more findings of this table are “{one.code}”,"
                f" the last of them in row {one.line}."
            )
            yield replace(one, line=0, message=message, words="")


def _placed(finding: Finding, rows: Mapping[int, tuple[str, ...]]) -> Finding:
    """A finding with the cell whose words it shows, if one cell of its row has them."""
    row = rows.get(finding.line, ())
    words = finding.words.rstrip("…")
    held = [at for at, cell in enumerate(row) if words and words in cell]
    exact = [at for at in held if row[at] == words] or held
    place = f"Cell {column_name(exact[0])}{finding.line}" if len(exact) == 1 else f"Row {finding.line}"
    return replace(finding, line=0, message=f"{place}: {finding.message}") if row else finding
