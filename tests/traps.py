"""Hostile and broken annotation files of every format, made from one sound project.

A :class:`Trap` is one file (with those beside it) that must give a finding, spoil nothing else and cost
little. ``code`` is that of a finding that must be among those of the file; empty: any violation.
"""

from __future__ import annotations

import copy
import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cassis import load_cas_from_json
from click.testing import CliRunner

from diaspora_kg.cli import main
from tests import small

REGIONS = Path(__file__).parent / "regions"
TEXT = (REGIONS / "league.txt").read_text(encoding="utf-8")
HEADER = (REGIONS / "league.header.yaml").read_text(encoding="utf-8")
TSV = """\
#FORMAT=WebAnno TSV 3.3
#T_SP=custom.Entity|value|identifier


#Text=Ada Venn came
1-1\t0-3\tAda\tperson[1]\t_[1]\t
1-2\t4-8\tVenn\tperson[1]\t_[1]\t
1-3\t9-13\tcame\t_\t_\t
"""
EVIL = "\u202e<script>alert(1)</script>\x1b[31m'\"><img src=x>"

Json = Any


@dataclass(frozen=True)
class Trap:
    """One hostile file: ``beside`` are further files by suffix; ``harmless``: a finding may be missing."""

    name: str
    suffix: str
    data: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)
    code: str = ""
    harmless: bool = False

    def lay(self, articles: Path, stem: str) -> str:
        """Write it below articles/; gives its name."""
        (articles / f"{stem}{self.suffix}").write_bytes(self.data)
        for suffix, data in self.beside.items():
            (articles / f"{stem}{suffix}").write_bytes(data)
        return f"articles/{stem}{self.suffix}"


@dataclass(frozen=True)
class Sound:
    """One sound file of each format, by name: suffix, bytes, files beside it."""

    files: Mapping[str, tuple[str, bytes, Mapping[str, bytes]]]

    @classmethod
    def made(cls, folder: Path) -> Sound:
        """From the small project, by our own exports, and from the examples of other tools."""
        project = folder / "sound"
        small.project(project)
        out: dict[str, Path] = {}
        for form in ("brat", "cas-json"):
            out[form] = folder / form
            asked = [
                "export",
                "annotations",
                "--format",
                form,
                "--out",
                str(out[form]),
                "--project",
                str(project),
            ]
            result = CliRunner().invoke(main, asked, catch_exceptions=False)
            assert result.exit_code == 0, result.output
        text = small.TEXT.encode()
        written = next(out["cas-json"].glob("*library*.yaml")).read_text(encoding="utf-8")
        header = {".yaml": re.sub(r"(?m)^  key: .*\n", "", written).encode()}
        cas = next(out["cas-json"].glob("*library*.json")).read_bytes()
        loaded = load_cas_from_json(cas.decode())
        types = (loaded.typesystem.to_xml() or "").encode()
        league = {".txt": TEXT.encode(), ".yaml": HEADER.encode()}
        xmi = loaded.to_xmi().encode()
        archive = zipped({"a.xmi": xmi, "TypeSystem.xml": types})
        ann = next(out["brat"].glob("*library*.ann")).read_bytes()
        return cls(
            {
                "native": (".yaml", small.ANNOTATION.encode(), {".txt": text}),
                "brat": (".ann", ann, {".txt": text, **header}),
                "cas-json": (".json", cas, header),
                "xmi": (".zip", archive, header),
                "tsv": (".tsv", TSV.encode(), {".yaml": HEADER.encode()}),
                "web": (".json", (REGIONS / "league.webannotation.json").read_bytes(), league),
                "labelstudio": (".json", (REGIONS / "league.labelstudio.json").read_bytes(), league),
                "doccano": (".jsonl", (REGIONS / "league.doccano.jsonl").read_bytes(), league),
                "csv": (".csv", (REGIONS / "league.table.csv").read_bytes(), league),
                "xlsx": (".xlsx", workbook(), league),
            }
        )


def zipped(members: Mapping[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    """A zip in memory; ``change`` spoils the last member's entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if change and name == list(members)[-1]:
                change(entry)
            archive.writestr(entry, data)
    return out.getvalue()


def workbook(**parts: bytes) -> bytes:
    """A workbook with the table of the examples; ``parts`` replace members by their stems."""
    import csv  # noqa: PLC0415 - only here

    import openpyxl  # noqa: PLC0415

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in csv.reader(io.StringIO((REGIONS / "league.table.csv").read_text(encoding="utf-8"))):
        book.worksheets[0].append([cell or None for cell in row])
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= {name: parts[Path(name).stem] for name in members if Path(name).stem in parts}
    return zipped(members)


# -- traps of any format ----------------------------------------------------------------------


def generic(sound: Sound) -> Iterator[Trap]:
    """What can be done to any file."""
    for name, (suffix, data, beside) in sound.files.items():
        binary = data.startswith(b"PK")
        yield Trap(
            f"{name}: cut in the middle", suffix, data[: len(data) // 2], beside, harmless=name == "tsv"
        )
        yield Trap(f"{name}: with NUL", suffix, data[:300] + b"\0" + data[300:], beside)
        yield Trap(f"{name}: not UTF-8", suffix, data[:300] + b"\xff\xfe\x80" + data[300:], beside)
        yield Trap(f"{name}: random bytes", suffix, data[:40] + bytes(range(256)) * 20, beside)
        if not binary:
            yield Trap(f"{name}: UTF-16", suffix, data.decode().encode("utf-16"), beside)
            yield Trap(f"{name}: half a character", suffix, data[:300] + b"\xed\xa0\x80" + data[300:], beside)
            dark = data.replace(b"Ada Venn", EVIL.encode())
            yield Trap(f"{name}: markup and turned direction", suffix, dark, beside, harmless=True)


# -- JSON -------------------------------------------------------------------------------------

_OFFSETS = {"start", "end", "begin", "start_offset", "end_offset"}
_ENDS = {"end", "end_offset"}
_REFERENCES = {"to_id", "from_id"}


def changed(value: Json, change: Callable[[str, Json], Json]) -> Json:
    """A copy of a value, each entry of its objects replaced by what ``change`` gives."""
    if isinstance(value, dict):
        return {key: changed(change(key, part), change) for key, part in value.items()}
    return [changed(part, change) for part in value] if isinstance(value, list) else value


def _offset(made: Json) -> Callable[[str, Json], Json]:
    seen: list[str] = []

    def change(key: str, value: Json) -> Json:
        if key in _ENDS and isinstance(value, int) and not seen:
            seen.append(key)
            return made
        return value

    return change


def _references(value: Json, made: str | int) -> Json:
    """The last reference leads to what is not there, or to what points to it."""
    found = copy.deepcopy(value)
    text = json.dumps(found)
    for key in ("to_id", "target", "@Dependent", "@target"):
        places = list(re.finditer(rf'"{re.escape(key)}": ("[^"]*"|\d+)', text))
        if places:
            last = places[-1]
            return json.loads(text[: last.start(1)] + json.dumps(made) + text[last.end(1) :])
    for one in reversed(found if isinstance(found, list) else []):
        if isinstance(one.get("target"), list):
            one["target"][1]["id"] = str(made)
            return found
    return found


def in_json(sound: Sound) -> Iterator[Trap]:
    """What can be wrong with JSON, for each of its readers."""
    for name in ("cas-json", "web", "labelstudio", "doccano"):
        suffix, data, beside = sound.files[name]
        value = json.loads(data)
        offsets = {
            "reversed": -5,
            "out of range": 10**6,
            "huge": 10**30,
            "with a fraction": 3.5,
            "as text": "7",
            "missing": None,
            "true": True,
        }
        for what, made in offsets.items():
            spoilt = json.dumps(changed(value, _offset(made)))
            yield Trap(f"{name}: offset {what}", suffix, spoilt.encode(), beside, harmless=name == "web")
        yield Trap(f"{name}: dangling", suffix, json.dumps(_references(value, 999_999)).encode(), beside)
        first = json.dumps(value).replace("{", '{"id": 7, "id": 8, ', 1)
        yield Trap(f"{name}: duplicate keys", suffix, first.encode(), beside, "json-duplicate-key")
        yield Trap(
            f"{name}: not a number",
            suffix,
            json.dumps(value).replace("{", '{"id": NaN, ', 1).encode(),
            beside,
        )
        lone = json.dumps(value).replace("Norland League", "Norland \\ud800League")
        yield Trap(f"{name}: lone surrogate", suffix, lone.encode(), beside)
        paths = (
            json.dumps(value).replace('"league"', '"../../../evil"').replace("id: league", "id: ../../evil")
        )
        yield Trap(f"{name}: path parts in ids", suffix, paths.encode(), beside, harmless=True)
        iris = json.dumps(value).replace("http://www.wikidata.org/entity/Q900000001", 'http://a b/<x>\\"{}')
        yield Trap(f"{name}: address with blanks", suffix, iris.encode(), beside, harmless=True)
        for what, made in {
            "list": "[]",
            "empty": "",
            "number": "7",
            "null": "[null]",
            "words": '["x", 3]',
        }.items():
            yield Trap(f"{name}: {what} in its place", suffix, made.encode(), beside)
    suffix, data, beside = sound.files["cas-json"]
    for name in ("x=open('evil', 'w')#", "a b", "class", "x)}{open('evil', 'w')", "a\nb"):
        value = json.loads(data)
        for kind in value["%TYPES"].values():
            kind[name] = {"%NAME": name, "%RANGE": "uima.cas.String"}
        yield Trap(
            f"cas-json: a feature called {name!r}", suffix, json.dumps(value).encode(), beside, "cas-name"
        )
    suffix, data, beside = sound.files["labelstudio"]
    task = json.loads(data)
    for result in task[0]["annotations"][0]["result"]:
        if result["type"] == "labels" and result["id"] == "league":
            result["value"] |= {"start": 34, "end": 35, "text": "\ud83d"}
    yield Trap("labelstudio: inside a character", suffix, json.dumps(task).encode(), beside)
    cycle = json.loads(data)
    cycle[0]["annotations"][0]["result"] += [
        {"type": "relation", "from_id": "opened", "to_id": "opened", "direction": "right", "labels": ["If"]},
        {"type": "relation", "from_id": "remark", "to_id": "remark", "direction": "right", "labels": ["In"]},
    ]
    yield Trap("labelstudio: cycles", suffix, json.dumps(cycle).encode(), beside)


def heavy_json() -> Iterator[Trap]:
    """What costs time or memory if it is not bounded."""
    long = "x" * 50_000_000
    web = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "id": "a"}
    task = {"id": 1, "data": {"text": TEXT}, "annotations": [{"id": 1, "result": []}]}
    beside = {".txt": TEXT.encode(), ".yaml": HEADER.encode()}
    deep = "[" * 100_000
    for name, suffix, head in (
        ("web", ".json", json.dumps(web)[:-1] + ', "body": '),
        ("labelstudio", ".json", '[{"id": 1, "data": {"text": "a"}, "annotations": '),
        ("doccano", ".jsonl", '{"id": 1, "text": "a", "entities": '),
        ("cas-json", ".json", '{"%TYPES": {}, "%VIEWS": {}, "%FEATURE_STRUCTURES": '),
    ):
        yield Trap(f"{name}: 100,000 deep", suffix, (head + deep).encode(), beside)
        yield Trap(f"{name}: a line of 50 MB", suffix, (head + f'"{long}"' + "}").encode(), beside)
    empty = "[" + "{}," * 20_000_000 + "{}]"
    yield Trap("labelstudio: 20 million objects", ".json", ('[{"annotations": ' + empty).encode(), beside)
    quotes = [
        web
        | {
            "id": f"a{n}",
            "target": {"source": "a", "selector": {"type": "TextQuoteSelector", "exact": f"no {n}"}},
        }
        for n in range(50_000)
    ]
    lake = "the lake " * 400_000
    yield Trap(
        "web: many quotes in a long text", ".json", json.dumps(quotes).encode(), {".txt": lake.encode()}
    )
    region = {
        "type": "labels",
        "from_name": "l",
        "value": {"start": 5, "end": 9, "text": "zzzz", "labels": ["Person"]},
    }
    task["annotations"] = [{"id": 1, "result": [region | {"id": f"r{n}"} for n in range(100_000)]}]
    yield Trap("labelstudio: 100,000 wrong offsets", ".json", json.dumps([task]).encode(), beside)
    label = {"id": 1, "text": "😊 " + "ab " * 100_000, "label": [[0, 200_000, "Person"]] * 100_000}
    data = json.dumps(label).encode()
    yield Trap("doccano: 100,000 long labels", ".jsonl", data, beside)


# -- XML, zips --------------------------------------------------------------------------------

_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def in_xml(sound: Sound) -> Iterator[Trap]:
    """Entities in XMI, in its types and in workbooks; zips that lead elsewhere."""
    suffix, data, beside = sound.files["xmi"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for what, head in (("entity bomb", _BOMB), ("external entity", _OUTSIDE)):
        for name, part in parts.items():
            plain = re.sub(rb"^<\?xml[^>]*\?>", b"", part)
            yield Trap(
                f"zip: {what} in {name}", suffix, zipped(parts | {name: head.encode() + plain}), beside
            )
        spoilt = head.encode() + b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&j;</xmi:XMI>'
        yield Trap(f"xmi: {what}", ".xmi", spoilt, beside)
        table = workbook(sheet1=head.encode() + b"<worksheet>&j;</worksheet>")
        yield Trap(f"xlsx: {what}", ".xlsx", table, sound.files["xlsx"][2], "xml-doctype")
    deep = b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">' + b"<a>" * 100_000
    yield Trap("xmi: 100,000 deep", ".xmi", deep, beside)
    xmi = parts["a.xmi"]
    for what, old, new in (
        ("offsets reversed", rb'begin="(\d+)" end="\d+"', rb'begin="\g<1>" end="-1"'),
        ("offset out of range", rb'end="\d+"', rb'end="999999999"'),
        ("offset no number", rb'end="\d+"', rb'end="seven"'),
        ("huge offset", rb'end="\d+"', b'end="' + b"9" * 5000 + b'"'),
        ("dangling", rb'members="', rb'members="999999 '),
        ("no text", rb'sofaString="[^"]*"', rb""),
    ):
        spoilt = re.sub(old, new, xmi, count=1)
        assert spoilt != xmi, what
        yield Trap(f"xmi: {what}", suffix, zipped(parts | {"a.xmi": spoilt}), beside)
    names = {
        "up": "../../evil.xmi",
        "absolute": "/tmp/evil.xmi",
        "windows": "C:\\evil.xmi",
        "nul": "a\x01.xmi",
    }
    for what, name in names.items():
        yield Trap(f"zip: name leads {what}", suffix, zipped(parts | {name: xmi}), beside)

    def link(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    yield Trap("zip: with a link", suffix, zipped(parts | {"b.xmi": b"/etc/passwd"}, link), beside)
    yield Trap("zip: empty", suffix, zipped({}), beside)
    yield Trap("zip: of other things", suffix, zipped({"readme.md": b"hello"}), beside)
    yield Trap("zip: in a zip", suffix, zipped({"a.zip": data}), beside)


def heavy_zips(sound: Sound) -> Iterator[Trap]:
    """Zips that grow: one member, many members, a sheet."""
    suffix, data, beside = sound.files["xmi"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    zeros = b" " * 200_000_000
    yield Trap("zip: bomb", suffix, zipped(parts | {"b.xmi": zeros}), beside)
    yield Trap("zip: 30,000 members", suffix, zipped({f"{n}.xmi": b"" for n in range(30_000)}), beside)
    yield Trap("xlsx: bomb", ".xlsx", workbook(sheet1=zeros), sound.files["xlsx"][2])
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    far += b'<dimension ref="A1:XFD1048576"/><sheetData>'
    far += b'<row r="1"><c r="A1" t="inlineStr"><is><t>says</t></is></c></row>'
    far += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    yield Trap("xlsx: a cell far away", ".xlsx", workbook(sheet1=far), sound.files["xlsx"][2])
    beside = {".txt": TEXT.encode(), ".yaml": HEADER.encode()}
    line = "x" * 50_000_000
    yield Trap("csv: a line of 50 MB", ".csv", f"says,quote\n{line},a\n".encode(), beside)
    yield Trap("csv: a million rows", ".csv", b"says,quote\n" + b"a,b\n" * 1_000_000, beside)
    yield Trap("csv: an open quotation mark", ".csv", b'says,quote\n"' + b"a\n" * 5_000_000, beside)
    yield Trap("tsv: a line of 50 MB", ".tsv", (TSV + "#Text=" + line + "\n").encode(), beside)


# -- lines: brat, native, tables ---------------------------------------------------------------


def in_lines(sound: Sound) -> Iterator[Trap]:
    """brat, the native format, WebAnno's and other tables."""
    suffix, _, beside = sound.files["brat"]
    spans = {
        "reversed": "T1\tPerson 9 2\tAda\n",
        "out of range": "T1\tPerson 2 99999\tAda\n",
        "huge": f"T1\tPerson 2 {'9' * 5000}\tAda\n",
        "negative": "T1\tPerson -4 2\tAda\n",
        "no number": "T1\tPerson x y\tAda\n",
        "other words": "T1\tPerson 0 3\tZoe\n",
        "twice": "T1\tPerson 0 6\tLeague\nT1\tPerson 0 6\tLeague\n",
        "path in the id": "T../../1\tPerson 0 6\tLeague\n",
        "dangling": "T1\tPerson 0 6\tLeague\nR1\tIn_organization Arg1:T1 Arg2:T9\n",
        "cyclic": "T1\tClaim 0 6\tLeague\nE1\tClaim:T1 If:E2\nE2\tClaim:T1 If:E1\n",
        "unknown line": "Q1\twhat is this\n",
        "no tabulator": "T1 Person 0 6 League\n",
    }
    for what, line in spans.items():
        yield Trap(f"brat: {what}", suffix, line.encode(), beside)
    _, data, beside = sound.files["native"]
    text = data.decode()
    bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
    )
    native = {
        "alias bomb": "format: 1\n" + bomb,
        "a tag that runs": "format: 1\narticle: !!python/object/apply:os.system [touch evil]\n",
        "duplicate keys": text.replace("  title: ", "  title: x\n  title: ", 1),
        "no such day": text.replace('"2031-05-02"', '"2031-02-31"'),
        "year 99999": text.replace('"2031-05-02"', '"99999"'),
        "language tag": text.replace("language: en", "language: 'x<y> z'"),
        "path in a key": text.replace("  league: {is", "  ../../evil: {is"),
        "address with blanks": text.replace("author, url", "author").replace(
            "  annotator:", "  url: 'http://a b/<x>'\n  annotator:"
        ),
    }
    for what, written in native.items():
        yield Trap(f"native: {what}", ".yaml", written.encode(), beside)
    suffix, data, beside = sound.files["tsv"]
    table = data.decode()
    for what, old, new in (
        ("offsets reversed", "4-8\t", "8-4\t"),
        ("offset out of range", "9-13", "9-1300"),
        ("huge offset", "9-13", "9-" + "9" * 5000),
        ("no number", "9-13", "a-b"),
        ("other words", "Venn\tperson", "Benn\tperson"),
        ("cells missing", "\tperson[1]\t_[1]\t\n1-2", "\n1-2"),
        (
            "layer twice",
            "#T_SP=custom.Entity|value|identifier\n",
            "#T_SP=custom.Entity|value|identifier\n" * 2,
        ),
    ):
        yield Trap(f"tsv: {what}", suffix, table.replace(old, new, 1).encode(), beside)
    _, data, beside = sound.files["csv"]
    table = data.decode()
    for what, old, new in (
        ("no such day", "not-stated,its chair", "2031-02-31,its chair"),
        ("year 99999", "not-stated,its chair", "99999-01-01,its chair"),
        ("path in an id", ",opened,", ",../../evil,"),
        ("more cells than columns", "starts;legal-basis", "starts;legal-basis,a,b"),
        ("two columns of one name", "in,kind,", "in,in,"),
        ("unknown column", "in,kind,", "inn,kind,"),
        ("no such words", "has opened a library in Vesmark", "a ship in Vesmark"),
    ):
        yield Trap(f"csv: {what}", ".csv", table.replace(old, new, 1).encode(), beside)
    yield Trap("csv: an open quotation mark", ".csv", (table + '"open\n').encode(), beside)


REFUSED = {
    "JSON-MIN": (".json", json.dumps([{"text": "a", "id": 1, "label": [], "annotation_id": 3}])),
    "JSON of a kind": (".json", '{"hello": "world"}'),
    "CoNLL": (".conll", "The\tO\nLeague\tB-ORG\n\n"),
    "CoNLL ": (".tsv", "TOKEN\tNE\nThe\tO\nLeague\tB-ORG\nof\tI-ORG\n\nTarvia\tB-LOC\n"),
    "NIF": (".ttl", "@prefix nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#> .\n"),
    "a serialised Java": (".ser", "\xac\xed\x00\x05"),
    "TEI": (".xml", '<TEI xmlns="http://www.tei-c.org/ns/1.0"/>'),
    "old Excel": (".xls", "\xd0\xcf\x11\xe0"),
}
"""What is refused by its name: suffix and content."""


def clean(folder: Path) -> None:
    """Remove a folder of a former run."""
    shutil.rmtree(folder, ignore_errors=True)
