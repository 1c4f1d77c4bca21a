"""A table with a fault in every row is told as a few findings and a count, and is refused all the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from diaspora_kg.build import Status
from diaspora_kg.errors import Severity
from tests import small
from tests.growing import built

ROWS = 60
HEAD = """\
format: 1
article:
  title: Rain in Vesmark
  language: en
  annotator: Reviewer One
  not-stated: [author, url, publisher, published]
"""


def test_a_fault_in_every_row_is_a_count(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    small.write(root, "dkg.toml", small.SETTINGS)
    small.write(root, "articles/rain.txt", small.PLAIN_TEXT)
    small.write(root, "articles/rain.header.yaml", HEAD)
    lines = [
        "id,says,quote,modality",
        *(f"c{n},It rained.,It rained in Vesmark,maybe-{n}" for n in range(ROWS)),
    ]
    small.write(root, "articles/rain.csv", "\n".join(lines) + "\n")
    report = built(root)
    faults = [one for one in report.findings if one.severity is Severity.VIOLATION]
    assert Counter(one.code for one in faults).most_common(1)[0][1] == 21
    assert any(f"{ROWS - 20} more findings" in one.message for one in faults)
    assert all(article.status is not Status.OK for article in report.articles)
