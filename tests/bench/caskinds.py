"""Documents of the CAS family for the readers' table, and what dkpro-cassis alone needs to load them."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem

from diaspora_kg.project import Project
from diaspora_kg.returned.casjson import type_system
from diaspora_kg.returned.export import export_annotations

_WORD = re.compile(r"\w+|[^\w\s]")

Write = Callable[[Path, int], None]


def cas_json(source: Write) -> Write:
    """What ``source`` writes, as CAS JSON."""

    def write(folder: Path, count: int) -> None:
        _converted(source, folder, count)

    return write


def xmi(source: Write) -> Write:
    """The same as XMI, with the type system beside."""

    def write(folder: Path, count: int) -> None:
        _converted(source, folder, count)
        for path in folder.glob("*.json"):
            load_cas_from_json(path.read_text("utf-8")).to_xmi(path.with_suffix(".xmi"))
            path.unlink()
        type_system().to_xml(folder / "TypeSystem.xml")

    return write


def _converted(source: Write, folder: Path, count: int) -> None:
    """Write the documents, let the project export them, and keep only what was exported."""
    source(folder, count)
    out = folder.parent / "out"
    export_annotations(Project.load(folder.parent), "cas-json", out)
    for path in folder.iterdir():
        path.unlink()
    for path in out.iterdir():
        path.rename(folder / path.name)


_HEAD = """#FORMAT=WebAnno TSV 3.3
#T_SP=custom.Entity|id|label|value
#T_SP=custom.Claim|id|modality|says|ROLE_custom.Claim:roles_custom.ClaimRolesLink|uima.tcas.Annotation


"""


def webanno(header: str, text: Callable[[int], str]) -> Write:
    """20 mentions of two actors and 40 claims that point to them, in the table of WebAnno."""

    def write(folder: Path, count: int) -> None:
        for number in range(count):
            stem = folder / f"d{number}"
            stem.with_suffix(".yaml").write_text(header % number, "utf-8")
            stem.with_suffix(".tsv").write_text(_HEAD + "\n".join(_sentences(text(number))), "utf-8")

    return write


def _sentences(text: str) -> Iterator[str]:
    claims = mentions = at = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line:
            yield f"#Text={line}"
        said = ""
        for token, word in enumerate(_WORD.finditer(line), 1):
            entity = "_\t_\t_"
            if word[0] in {"Union", "Nova"} and mentions < 20:
                mentions += 1
                kind = ("union", "organization") if word[0] == "Union" else ("nova", "person")
                entity = f"{kind[0]}\tthe {kind[0]}\t{kind[1]}"
                said = f"{number}-{token}"
            claim = "_\t_\t_\t_\t_"
            if word[0] == "refused" and said and claims < 40:
                claims += 1
                claim = f"c{claims}\tpossible\tThe hall was refused, time {claims}.\tabout\t{said}"
            begin, end = at + word.start(), at + word.end()
            yield f"{number}-{token}\t{begin}-{end}\t{word[0]}\t{entity}\t{claim}\t"
        yield ""
        at += len(line) + 1


def floors(formats: Mapping[str, Write], count: int, folder: Path) -> Iterator[str]:
    """What the library alone needs for each format: rows as the table has them."""
    for name, write in formats.items():
        articles = folder / name.replace(" ", "-") / "articles"
        articles.mkdir(parents=True)
        (articles.parent / "dkg.toml").write_text(
            'format = 1\ntitle = "R"\nbase = "https://example.org/r/"\n'
        )
        write(articles, count)
        files = [path.read_bytes() for path in sorted(articles.iterdir()) if path.suffix in {".json", ".xmi"}]
        types = articles / "TypeSystem.xml"
        system = load_typesystem(types) if types.exists() else None
        begin = time.process_time()
        for data in files:
            if system is None:
                load_cas_from_json(data.decode())
            else:
                load_cas_from_xmi(io.BytesIO(data), typesystem=system)
        seconds = time.process_time() - begin
        yield f"| dkpro-cassis alone: {name} | {len(files)} | {seconds:.2f} | {len(files) / seconds:.0f} | |"
