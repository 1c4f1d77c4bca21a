"""Faults planted in annotations, each found by its shape at the line where it was written.

``tests/planted/<shape>.yaml`` annotates the one text beside it; ``# fault: SHAPE, SHAPE`` ends each
line at which these shapes must report. Nothing else may be found.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from diaspora_kg.check import check
from diaspora_kg.content import content
from diaspora_kg.project import Project

PLANTED = Path(__file__).parent / "planted"
STEMS = sorted(path.stem for path in PLANTED.glob("*.yaml"))
SETTINGS = 'format = 1\ntitle = "Planted"\nbase = "https://example.org/planted/"\n'


@pytest.mark.parametrize("stem", STEMS)
def test_a_planted_fault_is_found_at_its_line(stem: str, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (tmp_path / "dkg.toml").write_text(SETTINGS, "utf-8")
    shutil.copy(PLANTED / f"{stem}.yaml", articles)
    shutil.copy(PLANTED / "text.txt", articles / f"{stem}.txt")
    written = (PLANTED / f"{stem}.yaml").read_text("utf-8").splitlines()
    marked = {
        (code, number)
        for number, line in enumerate(written, 1)
        for code in line.partition("# fault: ")[2].split(", ")
        if code
    }
    assert stem in {code for code, _ in marked}
    found = check(Project.load(tmp_path)).findings
    assert {(finding.code, finding.line) for finding in found} == marked
    assert all(finding.file == f"articles/{stem}.yaml" and finding.hint for finding in found)
    assert all(finding.shape.endswith(f"/{finding.code}") for finding in found)


def test_planted_faults_are_named_by_their_shape() -> None:
    shapes = "".join(path.read_text("utf-8") for path in content("ontology", "shapes").glob("*.ttl"))
    assert set(STEMS) <= set(re.findall(r"^dkgsh:([a-z0-9-]+) a ", shapes, re.MULTILINE))
