"""Files of others are here unchanged: their sums are listed, NOTICE names them, the wheel carries them."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

STATIC = ROOT / "diaspora_kg/pages/static"
VENDORED = [STATIC / "vendor", ROOT / "tests/browser/vendor"]


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_sums_are_those_of_the_packages(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert found == listed


def test_notice_gives_licence_and_sum_of_every_file_of_others() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    sums = {name: digest for digest, name in re.findall(r"^  ([0-9a-f]{64})  (\S+)$", notice, re.M)}
    foreign = [
        path
        for path in (*STATIC.rglob("fonts/*"), *(path for folder in VENDORED for path in folder.rglob("*")))
        if path.suffix in {".js", ".css", ".woff2"}
    ]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in foreign} == sums
    for words in ("MIT License", "Mozilla Public License 2.0", "SIL Open Font License", "CC-BY-4.0"):
        assert words in notice
    for folder in re.findall(r"\((\w[\w./-]+/)\)", notice):
        assert (ROOT / folder).is_dir(), folder


def test_the_wheel_carries_the_editor_and_its_licences(distributions: tuple[Path, Path]) -> None:
    sdist, wheel = distributions
    names = zipfile.ZipFile(wheel).namelist()
    for file in ("editor.js", "editor.css", "vendor/yasgui/yasgui.min.js", "vendor/yasgui/LICENSES.txt"):
        assert f"diaspora_kg/pages/static/{file}" in names
    assert "diaspora_kg/pages/templates/sparql.html.j2" in names
    assert not [name for name in names if "axe" in name]
    assert sdist.stat().st_size + wheel.stat().st_size < 8 << 20
