"""A site in several languages of which one was brought up to date: the others are told to be older."""

from __future__ import annotations

from pathlib import Path

from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.website.run import write_site
from diaspora_kg.website.settings import Settings
from diaspora_kg.website.tongues import left_behind
from tests import small
from tests.growing import built


def test_what_stays_behind_is_told_until_it_is_written_again(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    site = root / "site"

    def write(code: str) -> None:
        project = Project.load(root)
        settings = Settings.of(project, site, search=False, language=code, kinds=("person",))
        write_site(project, settings, Quiet())

    built(root)
    for code in ("en", "ru"):
        write(code)
        assert list(left_behind(site, [code])) == []
    small.article(root, "rain", small.PLAIN_TEXT, small.plain())
    built(root)
    write("ru")
    assert list(left_behind(site, ["ru"])) == ["en"]
    write("en")
    assert list(left_behind(site, ["en"])) == []
    (site / "ru" / ".dkg-pages" / "pages.sqlite").write_bytes(b"spoiled")
    assert list(left_behind(site, ["en"])) == []
