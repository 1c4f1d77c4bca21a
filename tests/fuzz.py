"""Readers under fuzzing: any bytes, and sound files with a few bytes or values changed.

``python -m tests.fuzz READER [SECONDS]`` runs atheris (coverage-guided; the extra ``fuzz``) on one reader and
writes what breaks it to the folder ``fuzz-found``; such files are then kept in tests/fuzzed as cases.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from diaspora_kg.content import content
from diaspora_kg.errors import ArticleRefused
from diaspora_kg.loader import Script, load, read, script_at
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import LabelFile, ReadResult, Source
from tests.traps import Sound

READERS = {
    "native": "native",
    "brat": "brat",
    "cas-json": "cas",
    "xmi": "cas",
    "tsv": "webanno",
    "web": "webannotation",
    "labelstudio": "labelstudio",
    "doccano": "doccano",
    "csv": "table",
    "xlsx": "table",
}
"""The script that reads each of the sound files."""


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    return Ontology.load([content("ontology")])


@lru_cache(maxsize=32)
def script(name: str) -> Script:
    return script_at(content("ingest", f"{name}.py"))


@lru_cache(maxsize=1)
def sound() -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        return Sound.made(Path(folder))


def given(name: str, data: bytes) -> ReadResult:
    """What a reader makes of bytes; raises :class:`ScriptFailed` where it broke."""
    suffix, _, beside = sound().files[name]
    reader = script(READERS[name])
    module = load(reader)
    module.sniff(data[:4096])
    labels = getattr(module, "LABELS", "")
    source = Source(
        Path(f"/nowhere/a{suffix}"),
        f"articles/a{suffix}",
        data,
        "a",
        "en",
        withheld=False,
        ontology=ontology(),
        base="https://example.org/",
        beside=_Beside(beside),
        labels=_labels(labels) if labels else None,
    )
    try:
        return read(reader, source)
    except ArticleRefused as error:
        return ReadResult((), error.findings)


@lru_cache(maxsize=16)
def _labels(name: str) -> LabelFile:
    return LabelFile(
        name, f"ingest/labels/{name}.toml", content("ingest", "labels", f"{name}.toml").read_bytes()
    )


class _Beside:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def __call__(self, name: str) -> bytes | None:
        return self.files.get(name)


def main() -> None:
    """Fuzz one reader with atheris until it breaks or the time is over."""
    import atheris  # noqa: PLC0415 - an extra

    name, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
    with atheris.instrument_imports(
        include=["diaspora_kg.marked", "diaspora_kg.uima", "diaspora_kg.reading"]
    ):
        given(name, sound().files[name][1])
    found = Path("fuzz-found")
    found.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sound").write_bytes(sound().files[name][1])
        options = [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={found}/{name}-",
            "-rss_limit_mb=1500",
            "-timeout=10",
        ]
        atheris.Setup([sys.argv[0], *options, "-max_len=20000", folder], lambda data: given(name, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
