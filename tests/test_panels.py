"""The panels of pages: headers, fall-back, a project's own, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from diaspora_kg.content import content
from diaspora_kg.errors import Severity
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.queries.lint import lint
from diaspora_kg.queries.panels import VIEWS, Panels, own_views, read

BUNDLED = Panels.load([content("queries")])
HEAD = "#+ title: Parades\n#+ view: table\n#+ summary: Which parades there were\n"
QUERY = "\nSELECT ?node ?claim ?town\nWHERE { GRAPH ?g { ?claim <urn:about> ?node ; <urn:town> ?town } }\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / "queries" / "pages" / f"{name}.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", sorted(BUNDLED.by_name))
def test_a_bundled_panel_is_sound_and_portable(name: str) -> None:
    panel = BUNDLED.by_name[name]
    assert lint(panel.query) == ()
    assert panel.title
    assert panel.summary


def test_every_kind_of_page_has_panels() -> None:
    for kind in CLASS_OF_KIND:
        names = [panel.panel for panel in BUNDLED.of(kind)]
        assert len(set(names)) == len(names)
        assert {"facts", "gaps", "history"} <= set(names)
        assert [p.order for p in BUNDLED.of(kind)] == sorted(p.order for p in BUNDLED.of(kind))


def test_a_kind_s_own_panel_is_taken_before_that_of_actors_and_of_things(tmp_path: Path) -> None:
    for kind in ("thing", "actor", "person"):
        written(tmp_path, f"{kind}_parades", HEAD + QUERY)
    panels = Panels.load([tmp_path / "queries"])
    shown = {kind: [p.name for p in panels.of(kind)] for kind in ("person", "organization", "event")}
    assert shown == {
        "person": ["person_parades"],
        "organization": ["actor_parades"],
        "event": ["thing_parades"],
    }


def test_a_project_replaces_adds_and_takes_away(tmp_path: Path) -> None:
    written(tmp_path, "thing_history", HEAD.replace("Parades", "What came before") + QUERY)
    written(tmp_path, "person_parades", HEAD + "#+ order: 1\n" + QUERY)
    written(tmp_path, "person_network", "#+ view: none\n")
    panels = Panels.load([content("queries"), tmp_path / "queries"])
    titles = [panel.title for panel in panels.of("person")]
    assert panels.findings == ()
    assert titles[0] == "Parades"
    assert "What came before" in titles
    assert "Related actors" not in titles
    assert "Related actors" in [panel.title for panel in panels.of("organization")]
    assert panels.digest != BUNDLED.digest


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("parades", HEAD + QUERY, 0, "no name for a panel"),
        ("persen_parades", HEAD + QUERY, 0, "no pages of the kind"),
        ("person_parades", QUERY, 1, "no `title`"),
        ("person_parades", "#+ title: Parades\n" + QUERY, 1, "no `view`"),
        ("person_parades", HEAD.replace("table", "tabel") + QUERY, 2, "no view `tabel`"),
        ("person_parades", HEAD + "#+ order: first\n" + QUERY, 4, "a whole number"),
        ("person_parades", HEAD + "#+ beside: maybe\n" + QUERY, 4, "true or false"),
        ("person_parades", HEAD + "#+ note: [a, b]\n" + QUERY, 4, "another form"),
        ("person_parades", HEAD + QUERY.replace("?node ?claim", "?claim"), 0, "no ?node"),
        ("person_parades", HEAD + QUERY.replace("?claim ?town\n", "?town\n"), 0, "what it rests on"),
        ("person_parades", HEAD.replace("table", "status") + QUERY, 0, "needs ?content"),
        ("person_parades", HEAD + "\nASK { GRAPH ?g { ?node ?p ?v } }\n", 0, "SELECT that names"),
        ("person_parades", HEAD + "\nSELECT * { GRAPH ?g { ?node ?p ?v } }\n", 0, "SELECT that names"),
        ("person_parades", HEAD + "\nSELECT ?node WHERE { GRAPH ?g { ?node ?p } }\n", 5, "not SPARQL"),
        ("person_parades", HEAD + "\nSELECT ?node { SERVICE <urn:x> { ?node ?p ?v } }\n", 5, "SERVICE"),
        ("person_parades", HEAD + "\nDROP ALL\n", 5, ""),
    ],
)
def test_what_is_wrong_with_a_panel_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, words: str
) -> None:
    panel = read(written(tmp_path, name, text))
    first = next(f for f in panel.findings if f.severity is Severity.VIOLATION)
    assert not panel.sound
    assert first.file == f"queries/pages/{name}.rq"
    assert words in first.message, panel.findings
    assert first.line == line
    assert all(name not in [p.name for p in Panels({name: panel}).of(kind)] for kind in CLASS_OF_KIND)


def test_an_unknown_key_is_a_warning_and_the_panel_is_shown(tmp_path: Path) -> None:
    panel = read(written(tmp_path, "person_parades", HEAD + "#+ titel: x\n" + QUERY))
    assert panel.sound
    assert [(f.severity, f.hint) for f in panel.findings] == [(Severity.WARNING, "Did you mean title?")]


def test_a_project_s_template_is_a_view(tmp_path: Path) -> None:
    path = written(tmp_path, "person_parades", HEAD.replace("table", "map") + QUERY)
    (tmp_path / "templates" / "panels").mkdir(parents=True)
    (tmp_path / "templates" / "panels" / "map.html.j2").write_text("<p>map</p>", "utf-8")
    assert not read(path).sound
    assert own_views(tmp_path / "templates") == ("map",)
    assert read(path, frozenset(own_views(tmp_path / "templates"))).sound
    assert own_views(None) == ()


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "person_parades", HEAD + QUERY)
    path.write_bytes(b"#+ title: \xff\xfe")
    assert [f.code for f in read(path).findings] == ["query-unreadable"]


def test_every_view_has_a_template() -> None:
    folder = Path(__file__).parents[1] / "diaspora_kg" / "pages" / "templates" / "panels"
    assert {f"{view}.html.j2" for view in VIEWS if view != "none"} <= {path.name for path in folder.iterdir()}
