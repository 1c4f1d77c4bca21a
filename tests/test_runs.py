"""What annotation tools bring: texts in their files, headers, several annotators, label maps."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, Options, Status, build
from diaspora_kg.check import check
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.export import sorted_lines
from diaspora_kg.index import Index
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.small import PLAIN_TEXT, SETTINGS, plain, write
from tests.tool import RAINED, SCRIPT, TITLE, document, label_map, tool

HEADER = (
    "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n"
    "  not-stated: [author, url, publisher, published]\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "p"
    root.mkdir()
    write(root, "dkg.toml", SETTINGS)
    write(root, "ingest/tool.py", SCRIPT)
    (root / "articles").mkdir()
    return root


def found(root: Path) -> list[Finding]:
    return [f for f in check(Project.load(root), trusted=True).findings if f.code != "run-aside"]


def codes(root: Path) -> list[tuple[str, str]]:
    return [(f.file, f.code) for f in found(root)]


def made(root: Path, *, full: bool = False) -> BuildReport:
    return build(Project.load(root), Options(trusted=True, full=full, allow_deletions=True))


def graph(root: Path) -> list[str]:
    with Snapshots(root / ".dkg").reading() as snapshot:
        return sorted_lines(snapshot.store())


def says(root: Path, words: str) -> bool:
    return any(words in line for line in graph(root))


# -- texts ------------------------------------------------------------------------------------


def test_a_text_inside_the_file_builds_what_one_beside_it_builds(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    assert found(root) == []
    assert [a.status for a in made(root).articles] == [Status.OK]
    inside = graph(root)
    tool(root, "rain.tool", document())
    assert codes(root) == [("articles/rain.tool", "text-missing")]
    write(root, "articles/rain.txt", PLAIN_TEXT)
    assert found(root) == []
    made(root)
    assert graph(root) == inside
    assert says(root, '"It rained"')


def test_another_text_beside_is_told(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    write(root, "articles/rain.txt", PLAIN_TEXT)
    assert found(root) == []
    write(root, "articles/rain.txt", PLAIN_TEXT + "More.\n")
    [finding] = found(root)
    assert (finding.code, finding.severity) == ("two-texts", Severity.WARNING)


def test_a_text_that_is_withheld_leaves_in_no_file(root: Path) -> None:
    secret = "Nobody outside of the newsroom may ever read this long closing sentence of it."
    text = PLAIN_TEXT + f"\n{secret}\n"
    whole = [text.index(secret), text.index(secret) + len(secret), secret]
    write(root, "dkg.toml", SETTINGS.replace("languages", 'text = "withheld"\nquote-words = 4\nlanguages'))
    tool(root, "rain.tool", document(text=text, marks=[RAINED, whole]))
    report = made(root)
    assert [a.status for a in report.articles] == [Status.OK], report.findings
    inner = b"outside of the newsroom may ever"
    for path in sorted((root / ".dkg").rglob("*")):
        if path.is_file():
            assert inner not in path.read_bytes(), path
    assert not says(root, inner.decode())
    assert says(root, "quoteHash")
    locks = check(Project.load(root), trusted=True, lock=True)
    assert locks.locks == ()
    assert "lock-not-possible" in {f.code for f in locks.findings}


def test_a_lock_stands_in_for_the_text_of_a_tool_s_file(root: Path) -> None:
    text = "Choir sings in Halm\n\n😊 The Halm Choir sang\non the bridge.\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    header = HEADER.replace("Rain in Vesmark", "Choir sings in Halm") + f"  text_sha256: {digest}\n"
    write(root, "articles/x.txt", text)
    write(root, "articles/x.yaml", header + "  text: withheld\n")
    annotation = (
        "T1\tOrganization 27 37\tHalm Choir\nT2\tClaim 27 42;43 56\tHalm Choir sang on the bridge\n"
        "E1\tClaim:T2 About:T1\n#1\tAnnotatorNotes E1\tIt sang. | id: sang\n"
    )
    write(root, "articles/x.ann", annotation)
    assert check(Project.load(root), lock=True).locks == ("articles/x.lock",)
    assert b"Choir" not in (root / "articles/x.lock").read_bytes()
    made(root)
    whole = graph(root)
    (root / "articles/x.txt").unlink()
    assert codes(root) == [("articles/x.ann", "text-not-at-hand")]
    made(root, full=True)
    assert graph(root) == whole
    write(root, "articles/x.yaml", header + "  text: withheld\n  annotator: Two\n")
    assert codes(root) == [("articles/x.ann", "lock-stale")]


def test_lone_surrogates_in_a_text_are_a_finding(root: Path) -> None:
    write(root, "articles/rain.tool", json.dumps(document(text=PLAIN_TEXT + "\ud800")))
    assert codes(root) == [("articles/rain.tool", "text-not-utf8")]


# -- places -----------------------------------------------------------------------------------


def test_a_wrong_place_names_the_annotation(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT, marks=[RAINED, [0, 4, "Snow"], [5, 900, ""]]))
    findings = found(root)
    assert [f.code for f in findings] == ["place-differs", "place-outside"]
    assert findings[0].message.startswith("Mark 2: ")
    assert "“Snow”" in findings[0].message
    assert "“Rain”" in findings[0].message


def test_where_a_node_was_annotated_is_kept(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    made(root)
    with Snapshots(root / ".dkg").reading() as snapshot, Index(snapshot.index) as index:
        rows = {row.iri.rpartition("/")[2]: row for row in index.origins_in("rain")}
    row = rows["rain.mark1"]
    assert (row.file, row.line, row.where) == ("articles/rain.tool", 0, "mark 1")


# -- headers ----------------------------------------------------------------------------------


def test_a_header_tells_what_the_file_does_not(root: Path) -> None:
    tool(root, "rain.tool", {"text": PLAIN_TEXT, "marks": [RAINED], "unknown": []})
    [finding] = found(root)
    assert (finding.code, "title and language" in finding.message) == ("missing-header", True)
    assert "rain.yaml" in finding.hint
    write(root, "articles/rain.yaml", HEADER + "  annotator: Reviewer One\n")
    assert found(root) == []
    report = made(root)
    assert [(a.key, a.file, a.status) for a in report.articles] == [("rain", "articles/rain.tool", Status.OK)]
    assert says(root, '"Rain in Vesmark"@en')
    assert says(root, '"Reviewer One"')


def test_a_header_gives_the_key_and_what_is_withheld(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    write(root, "articles/rain.yaml", HEADER + "  key: weather\n  text: withheld\n")
    report = made(root)
    assert [a.key for a in report.articles] == ["weather"]
    assert "text-hash-missing" in {f.code for f in report.findings}


def test_a_header_need_not_repeat_what_the_file_says(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    write(root, "articles/rain.yaml", "format: 1\narticle:\n  annotator: Reviewer One\n")
    assert found(root) == []
    (root / "articles/rain.tool").unlink()
    assert "missing-key" in {f.code for f in found(root)}


def test_where_header_and_file_differ_is_told(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT, title="Storm", annotator="Two"))
    write(root, "articles/rain.yaml", HEADER + "  annotator: One\n")
    findings = found(root)
    assert [(f.file, f.code, f.severity) for f in findings] == [
        ("articles/rain.yaml", "header-differs", Severity.WARNING)
    ] * 2
    assert any("“Storm”" in f.message for f in findings)
    made(root)
    assert says(root, '"Rain in Vesmark"@en')
    assert says(root, '"Two"')


def test_what_is_wrong_in_a_header_keeps_the_article_out(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    write(root, "articles/rain.yaml", HEADER + "  colour: blue\n")
    assert codes(root) == [("articles/rain.yaml", "unknown-key")]
    [report] = made(root).articles
    assert report.status is Status.REFUSED


def test_lines_of_a_header_are_its_own(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    write(root, "articles/rain.yaml", HEADER + "  skip: [It snowed]\n")
    [finding] = found(root)
    assert (finding.file, finding.line, finding.code) == ("articles/rain.yaml", 6, "skip-not-found")


def test_a_header_alone_is_an_article_that_says_nothing_yet(root: Path) -> None:
    write(root, "articles/rain.yaml", HEADER)
    write(root, "articles/rain.txt", PLAIN_TEXT)
    assert codes(root) == [("articles/rain.yaml", "header-only")]


# -- runs -------------------------------------------------------------------------------------


def two(root: Path, **more: object) -> None:
    write(root, "articles/rain.txt", PLAIN_TEXT)
    write(root, "articles/rain.yaml", plain())
    tool(root, "rain.tool", document(annotator="Ada", **more))


def test_several_runs_are_listed_and_none_is_published(root: Path) -> None:
    two(root)
    [finding] = found(root)
    assert (finding.code, finding.severity) == ("several-runs", Severity.VIOLATION)
    assert "Ada (articles/rain.tool)" in finding.message
    assert "Reviewer 0 (articles/rain.yaml)" in finding.message
    assert '[ingest] publish = "Ada"' in finding.hint
    assert [a.status for a in made(root).articles] == [Status.REFUSED]


def test_the_settings_name_the_run_that_is_published(root: Path) -> None:
    two(root)
    for name, file in (("Ada", "rain.tool"), ("Reviewer 0", "rain.yaml")):
        write(root, "dkg.toml", SETTINGS + f'[ingest]\npublish = ["Nobody", "{name}"]\n')
        assert found(root) == []
        report = made(root)
        assert [(a.file, a.status) for a in report.articles] == [(f"articles/{file}", Status.OK)]
        assert says(root, f'"{name}"')
    assert "run-aside" in {f.code for f in check(Project.load(root), trusted=True).findings}
    write(root, "dkg.toml", SETTINGS + '[ingest]\npublish = "Adda"\n')
    [finding] = found(root)
    assert '[ingest] publish = "Ada"' in finding.hint
    write(root, "dkg.toml", SETTINGS + '[ingest."rain.*"]\npublish = "Ada"\n')
    assert found(root) == []


def test_a_curated_run_is_published_whatever_the_settings_say(root: Path) -> None:
    two(root, curated=True)
    write(root, "dkg.toml", SETTINGS + '[ingest]\npublish = "Reviewer 0"\n')
    assert [(a.file, a.status) for a in made(root).articles] == [("articles/rain.tool", Status.OK)]


def test_two_runs_of_one_annotator_cannot_be_told_apart(root: Path) -> None:
    two(root)
    tool(root, "rain.more", document(annotator="Ada"))
    assert codes(root) == [("articles/rain.more", "runs-alike"), ("articles/rain.tool", "runs-alike")]


def test_annotators_and_articles_of_one_file_stay_apart(root: Path) -> None:
    write(root, "dkg.toml", SETTINGS + '[ingest]\npublish = "Ada"\n')
    runs = [document(key=key, text=PLAIN_TEXT, annotator=who) for key in "ab" for who in ("Ada", "Bo")]
    tool(root, "news.tool", *runs)
    assert found(root) == []
    report = made(root)
    assert [(a.key, a.status) for a in report.articles] == [("news.a", Status.OK), ("news.b", Status.OK)]
    assert not says(root, '"Bo"')


def test_headers_of_articles_inside_one_file(root: Path) -> None:
    bare = {"text": PLAIN_TEXT, "marks": [RAINED], "language": "en"}
    tool(root, "news.tool", {**bare, "key": "a", "title": "Storm"}, {**bare, "key": "b"})
    write(root, "articles/news.b.yaml", HEADER)
    write(root, "articles/news.yaml", "format: 1\narticle:\n  annotator: Reviewer One\n")
    assert codes(root) == [("articles/news.tool", "title-not-found")]
    made(root)
    assert says(root, '"Storm"@en')
    assert says(root, '"Rain in Vesmark"@en')
    write(root, "articles/news.yaml", HEADER)
    assert ("articles/news.yaml", "header-of-several") in codes(root)


def test_what_is_wrong_in_a_run_that_stays_aside_keeps_nothing_out(root: Path) -> None:
    write(root, "dkg.toml", SETTINGS + '[ingest]\npublish = "Ada"\n')
    text = {"text": PLAIN_TEXT}
    tool(root, "rain.tool", document(annotator="Ada", **text), document(annotator="Bo", odd="Snow", **text))
    assert codes(root) == [("articles/rain.tool", "odd-label")]
    report = made(root)
    assert [a.status for a in report.articles] == [Status.OK]
    assert report.exit_code() == 1


def test_a_run_is_checked_by_its_own_nodes(root: Path) -> None:
    write(root, "dkg.toml", SETTINGS + '[ingest]\npublish = "Reviewer 0"\n')
    two(root, about="league")
    league = "actors:\n  league: {is: organization, names: [{en: Vesmark}]}\narticle-says:"
    write(root, "articles/rain.yaml", plain().replace("article-says:", league))
    [finding] = found(root)
    assert (finding.file, finding.code) == ("articles/rain.tool", "unknown-key")


# -- label maps and files beside --------------------------------------------------------------


def test_a_label_map_is_the_script_s_own_or_that_of_the_settings(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    made(root)
    assert says(root, '"It rained."@en')
    label_map(root, "plain", "It poured.")
    made(root)
    assert says(root, '"It poured."@en')
    label_map(root, "other", "It drizzled.")
    assert made(root).identical
    write(root, "dkg.toml", SETTINGS + '[ingest."rain.*"]\nlabels = "other"\n')
    made(root)
    assert says(root, '"It drizzled."@en')
    write(root, "dkg.toml", SETTINGS + '[ingest."rain.*"]\nlabels = "othr"\n')
    [finding] = found(root)
    assert finding.code == "unknown-labels"
    assert finding.hint.startswith("Did you mean other?")


def test_a_broken_label_map_is_told_though_nothing_uses_it(root: Path) -> None:
    write(root, "articles/rain.txt", PLAIN_TEXT)
    write(root, "articles/rain.yaml", plain())
    write(root, "ingest/labels/mine.toml", "format = 1\nspanz = 3\n")
    [finding] = found(root)
    assert (finding.file, finding.line, finding.code) == ("ingest/labels/mine.toml", 2, "label-map")
    assert "Did you mean `spans`?" in finding.message


def test_label_maps_are_data_and_need_no_trust(root: Path) -> None:
    (root / "ingest/tool.py").unlink()
    label_map(root, "plain", "It poured.")
    write(root, "articles/rain.txt", PLAIN_TEXT)
    write(root, "articles/rain.yaml", plain())
    assert check(Project.load(root), trusted=False).findings == ()


def test_files_that_a_script_reads_beside_are_no_annotations_and_are_watched(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT))
    made(root)
    write(root, "articles/shared.conf", " Again.")
    assert found(root) == []
    made(root)
    assert says(root, '"It rained.Again."@en')
    again = [PLAIN_TEXT.rindex("rained"), PLAIN_TEXT.rindex("rained") + 6, "rained"]
    write(root, "articles/rain.part", json.dumps([again]))
    made(root)
    assert says(root, "rain.mark2")
    (root / "articles/rain.part").unlink()
    made(root)
    assert not says(root, "rain.mark2")
    write(root, "articles/alone.part", "[]")
    assert codes(root) == [("articles/alone.part", "no-annotation")]


def test_the_title_is_found(root: Path) -> None:
    tool(root, "rain.tool", document(text=PLAIN_TEXT, title="Snow"))
    assert codes(root) == [("articles/rain.tool", "title-not-found")]
    assert TITLE in PLAIN_TEXT
