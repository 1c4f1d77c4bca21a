"""A site of files: links lead to what is there, nothing outside is touched, what was ended is mended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.pages.feed import Entry, Feed, atom
from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.website import whole
from diaspora_kg.website.front import write_front
from diaspora_kg.website.redirects import files, ways
from diaspora_kg.website.run import SOURCES, Outcome, write_site
from diaspora_kg.website.settings import STATE, Settings
from diaspora_kg.website.sources import Ground
from diaspora_kg.website.things import Things
from diaspora_kg.website.whole import site_map
from tests import hostile_town, small
from tests.conftest import ROOT
from tests.growing import built

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://norland.example/graph"


def wrote(root: Path, **options: object) -> Outcome:
    """Write the site of a project, without a search index."""
    project = Project.load(root)
    return write_site(project, Settings.of(project, search=False, **options), Quiet())  # type: ignore[arg-type]


def content(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    files = (path for path in site.rglob("*") if path.is_file() and STATE not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile town, built, with its site."""
    root = hostile_town.project(tmp_path_factory.mktemp("hostile") / "p")
    built(root)
    wrote(root, base_url=ADDRESS)
    return root


@pytest.fixture
def town(built_town: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copytree(built_town, tmp_path / "p", symlinks=True))


class Links(HTMLParser):
    """The addresses and anchors of a page, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self.anchors |= {given["id"] or ""} if "id" in given else set()
        if tag != "meta":
            self.links += [given[name] or "" for name in ("href", "src", "action") if name in given]


def test_every_link_leads_to_what_is_there(built_town: Path) -> None:
    site = built_town / "site"
    pages = {path: Links(path.read_text("utf-8")) for path in site.rglob("*.html")}
    assert len(pages) >= 20
    broken = []
    for path, page in pages.items():
        if path.name == "gone.html":  # it is shown at any address, so its links begin at the host
            continue
        for link in page.links:
            parts = urlsplit(link)
            if not link:
                broken.append(f"{path.relative_to(site)}: a link that leads nowhere")
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = target.is_file() and target.is_relative_to(site)
            if there and parts.fragment and target.suffix == ".html":
                there = bool({parts.fragment, unquote(parts.fragment)} & pages[target].anchors)
            if not there:
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_no_name_is_markup_or_a_path(built_town: Path) -> None:
    site = built_town / "site"
    for path in site.rglob("*.html"):
        page = Links(path.read_text("utf-8"))
        assert not [tag for tag, given in page.tags if any(name.startswith("on") for name in given)]
        assert {
            given.get("type", "") for tag, given in page.tags if tag == "script" and "src" not in given
        } <= {"application/ld+json"}
    names = [path.relative_to(site).as_posix() for path in site.rglob("*")]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9._~/-]+", name) for name in names)


def test_the_same_input_makes_the_same_bytes(built_town: Path, tmp_path: Path) -> None:
    wrote(built_town, out=tmp_path / "again", base_url=ADDRESS)
    assert content(tmp_path / "again") == content(built_town / "site")
    assert wrote(built_town, base_url=ADDRESS).made == 0


def test_what_was_lost_or_spoiled_is_mended_and_nothing_else_is_written(town: Path) -> None:
    site = town / "site"
    wrote(town, base_url=ADDRESS)  # times of a copy are believed once they were looked at
    before = content(site)
    lost, spoiled = sorted(site.rglob("page/organization/*.html"))[:2]
    lost.unlink()
    spoiled.write_text("spoiled", "utf-8")
    done = wrote(town, base_url=ADDRESS)
    assert (done.made, done.written) == (2, 2)
    assert content(site) == before


def test_files_of_others_stay(town: Path) -> None:
    site = town / "site"
    (site / "CNAME").write_text("norland.example\n", "utf-8")
    (site / "page/organization/mine.txt").write_text("mine", "utf-8")
    wrote(town, base_url=ADDRESS, full=True)
    assert (site / "CNAME").read_text("utf-8") == "norland.example\n"
    assert (site / "page/organization/mine.txt").read_text("utf-8") == "mine"


def test_a_file_that_is_not_ours_is_not_written_over(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "other"
    (out / "page/person").mkdir(parents=True)
    ada = sorted((town / "site/page/person").iterdir())[0].name
    (out / "page/person" / ada).write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="was not written by dkg pages"):
        wrote(town, out=out)
    assert (out / "page/person" / ada).read_text("utf-8") == "mine"


def test_nothing_is_written_through_a_link(town: Path, tmp_path: Path) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "linked"
    elsewhere.mkdir()
    out.mkdir()
    (out / "page").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(UsageError, match="link"):
        wrote(town, out=out)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("out", ["", "articles", "articles/site", ".dkg/site", "..", "queries"])
def test_a_folder_that_is_read_is_not_written_to(town: Path, out: str) -> None:
    with pytest.raises(UsageError, match="--out"):
        wrote(town, out=town / out)


def test_only_one_writes_at_a_time(town: Path) -> None:
    class Nested(Things):
        def units(self) -> list[str]:
            with pytest.raises(RunStopped, match="Another dkg pages"):
                wrote(town)
            return []

    project = Project.load(town)
    write_site(project, Settings.of(project, search=False, full=True), Quiet(), [Nested])


def test_a_run_that_fails_midway_is_finished_by_the_next(town: Path, tmp_path: Path) -> None:
    class Failing(Things):
        made = 0

        def make(self, addresses):  # type: ignore[no-untyped-def]
            for unit in super().make(addresses):
                Failing.made += 1
                if Failing.made > 9:
                    raise RunStopped("out of luck")
                yield unit

    out = tmp_path / "half"
    project = Project.load(town)
    settings = Settings.of(project, out, base_url=ADDRESS, search=False)
    with pytest.raises(RunStopped, match="luck"):
        write_site(project, settings, Quiet(), [Failing, *SOURCES[1:]])
    assert wrote(town, out=out, base_url=ADDRESS).made > 9
    assert content(out) == content(town / "site")


def test_a_run_that_is_killed_is_finished_by_the_next(town: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "killed", tmp_path / "other"
    command = [sys.executable, "-m", "diaspora_kg", "pages", "--no-search", "--project", str(town), "--out"]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, str(out)], env=around, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not list(out.glob("*/page/*/*.html")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for folder in (out, other):
        subprocess.run([*command, str(folder)], env=around, check=True, capture_output=True)
    assert content(out) == content(other)


def test_the_way_in_is_not_written_over_a_file_of_somebody(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "front"
    (out / "en").mkdir(parents=True)
    (out / "en/index.html").write_text("x", "utf-8")
    (out / "index.html").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="was not written by dkg pages"):
        write_front(out, "Town", ["en"])
    assert (out / "index.html").read_text("utf-8") == "mine"
    (out / "index.html").unlink()
    write_front(out, "Town", ["en"])
    write_front(out, "Town of <b>", ["en"])
    assert "Town of &lt;b&gt;" in (out / "index.html").read_text("utf-8")


def test_pages_of_some_kinds(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "some"
    wrote(town, out=out, kinds=["organization,person"])
    assert {path.name for path in (out / "page").iterdir()} == {"organization", "person"}
    with pytest.raises(UsageError, match="--kinds town"):
        wrote(town, out=out, kinds=["town"])


def test_what_goes_is_gone_and_redirects_say_so(tmp_path: Path) -> None:
    root = tmp_path / "p"
    small.project(root)
    built(root)
    wrote(root)
    page = root / "site/page/article/later.html"
    assert page.is_file()
    (root / "articles/later.yaml").unlink()
    built(root)
    done = wrote(root)
    assert done.why == ""
    assert done.removed > 0
    assert not page.exists()
    hosts = (root / "site/_redirects").read_text("utf-8")
    assert "/small/id/article/later /small/gone.html 410\n" in hosts
    assert "The page" not in hosts
    assert (root / "site/gone.html").is_file()


def test_redirects_lead_from_iris_and_former_keys() -> None:
    made = files(
        ways(
            "https://norland.example/graph/",
            "https://norland.example/pages",
            kinds=["person", "article"],
            data=["ttl"],
            own=["person/Ada"],
            former=[("person/old", "person/Ada")],
            gone=["article/x"],
        )
    )
    nginx = made["redirects/nginx-maps.conf"].decode() + made["redirects/nginx.conf"].decode()
    assert '"/graph/id/person/Ada" "/pages/page/person/ada~' in nginx
    assert '"/graph/id/person/old" "/pages/page/person/ada~' in nginx
    assert '"/graph/id/article/x" "1";' in nginx
    [rule] = re.findall(r"location ~ (\S+) \{ return 303 (/pages/page/\$1/\$2\.html); \}", nginx)
    assert (
        re.sub(rule[0], rule[1].replace("$", "\\"), "/graph/id/person/a.venn")
        == "/pages/page/person/a.venn.html"
    )
    assert not re.search(rule[0], "/graph/id/person/Ada")
    hosts = made["_redirects"].decode()
    assert re.search(r"(?m)^/graph/id/person/Ada /pages/page/person/ada~[0-9a-f]{20}\.html 302$", hosts)
    assert re.search(r"(?m)^/graph/id/person/old \S+ 301$", hosts)
    assert re.search(r"(?m)^/graph/id/article/x /pages/gone.html 410$", hosts)
    apache = made[".htaccess"].decode()
    assert 'RedirectMatch 410 "^/graph/id/article/x$"\n' in apache


def test_maps_of_a_large_site_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_URLS", 2)
    made = site_map(ADDRESS, ["index.html", "page/person/ada~1.html", "x.html", "data/x.ttl", "search.html"])
    assert sorted(made) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    urls = [
        url.text
        for name in ("sitemap-1.xml", "sitemap-2.xml")
        for url in ET.fromstring(made[name]).iter()
        if url.text and url.text.strip()
    ]
    assert urls == [f"{ADDRESS}/", f"{ADDRESS}/page/person/ada~1.html", f"{ADDRESS}/x.html"]
    assert site_map(ADDRESS, []) == {}


def test_feeds_are_as_rfc_4287_wants_them(built_town: Path) -> None:
    found = list((built_town / "site").rglob("*.atom"))
    assert found
    for path in found:
        feed = ET.parse(path).getroot()
        assert feed.tag == f"{ATOM}feed"
        for one in (feed, *feed.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                [value] = one.findall(f"{ATOM}{name}")
                assert value.text
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
                one.findtext(f"{ATOM}updated") or "",
            )
            assert [link.get("rel") for link in one.findall(f"{ATOM}link")].count("alternate") == 1
        assert feed.find(f"{ATOM}author/{ATOM}name") is not None
        assert feed.find(f"{ATOM}entry") is not None


def test_a_feed_holds_what_xml_cannot() -> None:
    entry = Entry("urn:x", "a\x00\ud800\uffff<b>&", "2031-05-02", 'https://x.example/"', ("A\x0bB",), "]]>")
    body = atom(
        Feed(
            "urn:f",
            "T",
            "https://x.example/",
            "https://x.example/f",
            "A",
            entries=[entry, Entry("urn:y", "t", "Friday", "h")],
        )
    )
    [only] = ET.fromstring(body).findall(f"{ATOM}entry")
    assert only.findtext(f"{ATOM}title") == "a\ufffd\ufffd\ufffd<b>&"
    assert atom(Feed("urn:f", "T", "p", "h", "A")) == b""


def test_it_says_nothing_of_a_snapshot_that_a_page_may_outlive(built_town: Path) -> None:
    """Else every page would change with every build."""
    project = Project.load(built_town)
    seen: list[Ground] = []

    class Seen(Things):
        def __init__(self, ground: Ground) -> None:
            super().__init__(ground)
            seen.append(ground)

        def units(self) -> list[str]:
            return []

    write_site(project, Settings.of(project, built_town.parent / "seen", search=False), Quiet(), [Seen])
    told = seen[0].dated
    pages = (built_town / "site/page").rglob("*.html")
    assert told.snapshot
    assert not [page for page in pages if told.snapshot[:12] in page.read_text("utf-8")]


@pytest.mark.parametrize("link", [STATE, f"{STATE}/new"])
def test_nothing_is_written_through_a_link_of_its_own_folder(town: Path, tmp_path: Path, link: str) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "linked"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("mine", "utf-8")
    (out / link).parent.mkdir(parents=True)
    (out / link).symlink_to(elsewhere if link == STATE else elsewhere / "mine")
    if link == STATE:
        with pytest.raises(UsageError, match="link"):
            wrote(town, out=out)
    else:
        wrote(town, out=out)
    assert {path.name: path.read_text("utf-8") for path in elsewhere.iterdir()} == {"mine": "mine"}


def test_a_list_of_files_that_somebody_else_wrote_removes_nothing_outside(town: Path) -> None:
    ledger = sqlite3.connect(town / "site" / STATE / "pages.sqlite")
    ledger.execute(
        "INSERT INTO file (path, unit) SELECT '../dkg.toml', unit FROM file WHERE path = 'gaps.html'"
    )
    ledger.commit()
    ledger.close()
    with pytest.raises(UsageError, match="outside of the site"):
        wrote(town, base_url=ADDRESS, full=True)
    assert (town / "dkg.toml").is_file()


def test_the_way_in_is_not_written_over_what_is_not_ours(tmp_path: Path) -> None:
    out, mine = tmp_path / "out", tmp_path / "mine"
    (out / "en").mkdir(parents=True)
    (out / "en/index.html").write_text("x", "utf-8")
    write_front(out, "Town", ["en"])
    write_front(out, "Other town", ["en"])
    assert "Other town" in (out / "index.html").read_text("utf-8")
    for make in (lambda: (out / "index.html").write_text("mine", "utf-8"), lambda: _link(out, mine)):
        make()
        with pytest.raises(UsageError, match="was not written by dkg pages"):
            write_front(out, "Town", ["en"])
    assert not mine.exists()


def _link(out: Path, mine: Path) -> None:
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(mine)


def test_a_text_that_may_no_longer_be_shown_leaves_the_site_without_a_build(town: Path) -> None:
    settings, header, page = town / "dkg.toml", town / "articles/first.yaml", town / "site/text/first.html"
    words, open_header = "she said", header.read_text("utf-8")
    before = settings.read_text("utf-8")

    def shown() -> bool:
        wrote(town, base_url=ADDRESS)
        return words in page.read_text("utf-8")

    assert not shown()
    settings.write_text(before + "[pages]\ntexts = true\n", "utf-8")
    assert shown()
    assert wrote(town, base_url=ADDRESS).made == 0
    header.write_text(open_header.replace("article:\n", "article:\n  text: withheld\n", 1), "utf-8")
    assert not shown()
    header.write_text(open_header, "utf-8")
    assert shown()
    settings.write_text(before, "utf-8")
    assert not shown()
