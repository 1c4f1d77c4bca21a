"""Documents of Web Annotation, Label Studio, doccano and tables for the readers' table.

Each says what the table's other formats say: mentions of two actors, four statements, sixteen claims.
doccano has neither notes nor attributes, so that its claims stand alone, with a label map of their own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

Write = Callable[[Path, int], None]
Text = Callable[[int], str]

_PLAIN = """\
format = 1
about = "Labels and links alone."
[spans]
Organization = { is = "organization", name = "longest", join = true, set = { kind = "other" } }
Person = { is = "person", name = "longest", join = true }
Statement = { is = "statement", mentions = false, set = { kind = "remark", not-stated = ["when", "medium"] } }
Claim = { is = "claim", says = "{words}.", mentions = false }
[relations]
By = { key = "by" }
In = { key = "in" }
About = { key = "about" }
"""


class _Mark(NamedTuple):
    id: str
    label: str
    begin: int
    end: int
    values: tuple[tuple[str, str], ...] = ()


def _marks(written: str) -> Iterator[_Mark]:
    begin = written.index("On Friday")
    for number in range(10):
        for label, words, key in (
            ("Organization", "Union of Norlanders", "union"),
            ("Person", "Nova", "nova"),
        ):
            at = written.index(words, begin)
            yield _Mark(f"{key}-{number}", label, at, at + len(words), (("id", key),))
        begin = written.index("On Friday", begin + 1)
        if number < 4:
            kept = tuple(("not-stated", silent) for silent in ("when", "medium", "to"))
            values = (("id", f"told-{number}"), ("Statement_kind", "remark"), *kept)
            yield _Mark(f"told-{number}", "Statement", begin, begin + 9, values)
    for number in range(16):
        at = written.index("that the council", begin)
        end = written.index(" once more", at)
        said = f"The council refused the hall, time {number}."
        yield _Mark(f"claim-{number}", "Claim", at, end, (("says", said), ("Modality", "possible")))
        begin = end


def _links() -> Iterator[tuple[str, str, str]]:
    for number in range(4):
        yield "By", f"told-{number}", "union-0"
    for number in range(16):
        yield "In", f"claim-{number}", f"told-{number % 4}"
        yield "About", f"claim-{number}", "union-0"
        yield "About", f"claim-{number}", "nova-0"


def web_annotation(header: str, text: Text) -> Write:
    """``x.txt``, ``x.json`` with positions in UTF-16, and a header."""

    def tag(value: str) -> dict[str, str]:
        return {"type": "TextualBody", "purpose": "tagging", "value": value}

    def write(folder: Path, count: int) -> None:
        for number in range(count):
            written, stem = text(number), folder / f"d{number}"
            found: list[object] = []
            for mark in _marks(written):
                tags = [tag(mark.label), *(tag(f"{name}: {value}") for name, value in mark.values)]
                quote = {"type": "TextQuoteSelector", "exact": written[mark.begin : mark.end]}
                place = {"type": "TextPositionSelector", "start": mark.begin, "end": mark.end}
                target = {"source": "x", "selector": [quote, place]}
                found.append({"id": mark.id, "type": "Annotation", "body": tags, "target": target})
            for at, (label, source, target_id) in enumerate(_links()):
                ends = [{"id": source}, {"id": target_id}]
                link = {"id": f"link-{at}", "type": "Annotation", "motivation": "linking"}
                found.append({**link, "body": [tag(label)], "target": ends})
            page = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": found}
            stem.with_suffix(".txt").write_text(written, "utf-8")
            stem.with_suffix(".yaml").write_text(header % number, "utf-8")
            stem.with_suffix(".json").write_text(json.dumps(page), "utf-8")

    return write


def label_studio(header: str, text: Text) -> Write:
    """``x.json`` with one task, and a header."""

    def results(written: str) -> Iterator[object]:
        for mark in _marks(written):
            place = {"start": mark.begin, "end": mark.end}
            words = {**place, "text": written[mark.begin : mark.end], "labels": [mark.label]}
            yield {"id": mark.id, "from_name": "label", "to_name": "text", "type": "labels", "value": words}
            for name, value in mark.values:
                typed = {"id": mark.id, "from_name": name, "to_name": "text", "type": "textarea"}
                yield {**typed, "value": {**place, "text": [value]}}
        for label, source, target in _links():
            ends = {"from_id": source, "to_id": target, "direction": "right"}
            yield {**ends, "type": "relation", "labels": [label]}

    def write(folder: Path, count: int) -> None:
        for number in range(count):
            written, stem = text(number), folder / f"d{number}"
            annotation = {"id": 1, "completed_by": 1, "result": list(results(written))}
            task = {"id": number, "data": {"text": written}, "annotations": [annotation]}
            stem.with_suffix(".yaml").write_text(header % number, "utf-8")
            stem.with_suffix(".json").write_text(json.dumps([task]), "utf-8")

    return write


def doccano(header: str, text: Text) -> Write:
    """``x.jsonl`` with one line, a header, and a label map."""

    def write(folder: Path, count: int) -> None:
        for number in range(count):
            written, stem = text(number), folder / f"d{number}"
            ids: dict[str, int] = {}
            entities: list[object] = []
            for mark in _marks(written):
                ids[mark.id] = len(ids)
                place = {"start_offset": mark.begin, "end_offset": mark.end}
                entities.append({"id": ids[mark.id], "label": mark.label, **place})
            links = [
                {"id": at, "from_id": ids[source], "to_id": ids[target], "type": label}
                for at, (label, source, target) in enumerate(_links())
            ]
            line = {"id": number, "text": written, "entities": entities, "relations": links}
            stem.with_suffix(".yaml").write_text(header % number, "utf-8")
            stem.with_suffix(".jsonl").write_text(json.dumps(line) + "\n", "utf-8")
        labels = folder.parent / "ingest/labels/plain.toml"
        labels.parent.mkdir(parents=True, exist_ok=True)
        labels.write_text(_PLAIN, "utf-8")
        with (folder.parent / "dkg.toml").open("a", encoding="utf-8") as settings:
            settings.write('[ingest."articles/*.jsonl"]\nlabels = "plain"\n')

    return write


def table(header: str, text: Text) -> Write:
    """``x.txt``, ``x.csv`` with sixteen rows, and a header; quotes are searched as by hand."""

    def write(folder: Path, count: int) -> None:
        for number in range(count):
            stem, out = folder / f"d{number}", io.StringIO()
            rows = csv.writer(out)
            rows.writerow(
                ["id", "in", "kind", "by", "by.is", "when", "says", "modality", "about", "about.is", "quote"]
            )
            for at in range(16):
                told = [
                    f"c-{at}",
                    f"told-{at % 4}",
                    "remark",
                    "Union of Norlanders",
                    "organization",
                    "not-stated",
                ]
                said = [f"The council refused the hall, time {at}.", "possible", "Nova", "person"]
                rows.writerow([*told, *said, f"Report {number} on the halls of Norland"])
            stem.with_suffix(".txt").write_text(text(number), "utf-8")
            stem.with_suffix(".yaml").write_text(header % number, "utf-8")
            stem.with_suffix(".csv").write_text(out.getvalue(), "utf-8")

    return write
