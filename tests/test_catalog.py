"""Saved queries: headers are read strictly, every bundled query is sound and portable."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from diaspora_kg.content import content
from diaspora_kg.errors import Report, Severity, UsageError
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.asked import column_of, title_of
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.catalog import Catalog, NotSound, SavedQuery, read
from diaspora_kg.queries.chart import Chart, ChartKind
from diaspora_kg.queries.choices import Choice
from diaspora_kg.queries.header import KEYS, read_header
from diaspora_kg.queries.parameters import fill
from diaspora_kg.sparql import Kind, significant
from diaspora_kg.terms import IRI, XSD_DATE, XSD_DECIMAL, XSD_INTEGER, Literal
from tests.press import TRIG, bundled

FILES = sorted(content("queries").rglob("*.rq"))
QUESTIONS = set(range(1, 53))
BODY = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"


def saved(tmp_path: Path, text: str, name: str = "some-query") -> SavedQuery:
    path = tmp_path / f"{name}.rq"
    path.write_text(text, "utf-8")
    return read(path, f"queries/{name}.rq")


def codes(query: SavedQuery) -> list[tuple[str, int, Severity]]:
    return [(finding.code, finding.line, finding.severity) for finding in query.findings]


def test_queries_that_are_read_later_are_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    folders = [content("queries"), folder]
    later = Catalog.later(folders)
    folder.mkdir()
    (folder / "late.rq").write_text(f"#+ summary: Whatever\n{BODY}\n", "utf-8")
    assert dict(later.queries) == dict(Catalog.load(folders).queries)
    assert later.get("late").name == "late"


# The bundled queries


def test_the_questions_are_all_answered() -> None:
    assert {number for query in bundled().queries.values() for number in query.header.questions} == QUESTIONS


def test_nothing_is_wrong_with_a_bundled_query() -> None:
    files = [path for path in FILES if path.parent.name != "pages"]  # panels have a header of their own
    assert [finding for path in files for finding in read(path).findings] == []


WORDS = {
    *("", " ", " … "),
    *("-", "-latn"),  # parts of language tags
    *("before", "after", "the same day", "at once", "one after another", "cannot be told"),
    *("yes", "cannot be decided", "undated", "denies", "conflicts", "answers", "retracts"),
    *("annotated", "decided", "described", "mentioned", "not settled", "not stated"),
    *("/graph/derived", "[^/]+$"),  # parts of addresses
    *("true", "false", "0000-01-01"),  # truth values, and a day before all others
}
"""The strings of the bundled queries: what joins, and what a comparison of dates or claims comes to."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_query_is_sparql_for_two_parsers(path: Path) -> None:
    text = path.read_text("utf-8")
    prepareQuery(text)
    ox.Store().query(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_pattern_stands_in_a_graph(path: Path) -> None:
    """Servers differ in what a pattern outside GRAPH sees: here nothing is in a named graph."""
    store = ox.Store()
    store.load(path=TRIG, format=ox.RdfFormat.TRIG)
    for quad in store:
        store.remove(quad)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    assert list(store.query(path.read_text("utf-8"))) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_query_holds_an_answer(path: Path) -> None:
    """Nothing but terms of the model and parameters: no node's IRI, no words of a source."""
    text = path.read_text("utf-8").split("\nSELECT", 1)[1]
    found = significant(text)
    assert not [token.text for token in found if token.kind is Kind.IRI]
    assert {token.text[1:-1] for token in found if token.kind is Kind.STRING} <= WORDS


def test_every_parameter_says_what_it_means() -> None:
    for query in bundled().queries.values():
        assert query.summary
        assert query.header.description
        assert query.header.tags
        assert all(parameter.meaning for parameter in query.parameters), query.name


def test_the_query_of_the_documentation_is_sound(tmp_path: Path) -> None:
    text = (content("queries").parent / "docs/reference/queries.md").read_text("utf-8")
    example = text.split("```sparql\n")[1].split("```")[0]
    assert saved(tmp_path, example).findings == ()
    assert all(f"`{key}`" in text for key in KEYS)


# Headers


def test_a_header_is_read_with_its_values(tmp_path: Path) -> None:
    query = saved(
        tmp_path,
        "#+ summary: Who is where\n#+ description: >-\n#+   Two\n#+   lines.\n"
        "#+ tags: [a, no]\n#+ questions: [4, 31]\n"
        "#+ defaults:\n#+   - country: no\n#+ enumerate:\n#+   - country: [no, yes]\n"
        "#+ parameters:\n#+   country: Where.\n#+   since: From when.\n"
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
        "SELECT * { GRAPH ?g { ?s ?_country_iri ?__since_xsd_date . ?s ?p ?__label_en, ?_count_integer } }",
    )
    assert query.findings == ()
    assert query.summary == "Who is where"
    assert query.header.description == "Two lines."
    assert query.header.tags == ("a", "no")
    assert query.header.questions == (4, 31)
    shapes = [(p.name, p.type, p.optional, p.default, p.values, p.meaning) for p in query.parameters]
    assert shapes == [
        ("country", "iri", False, "no", ("no", "yes"), "Where."),
        ("count", "integer", False, None, (), ""),
        ("since", XSD_DATE, True, None, (), "From when."),
        ("label", "@en", True, None, (), ""),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("#+ summary: a\n#+ tags: [x\n", ("yaml-syntax", 2)),
        ("#+ summary: a\n#+ summary: b\n", ("duplicate-key", 2)),
        ("#+ - a\n", ("query-header", 1)),
        ("#+summary: a\n", ("query-header", 1)),
        ("#+ summary: [a]\n", ("query-header", 1)),
        ("#+ summary: a\n#+ questions: [four]\n", ("query-header", 2)),
        ("#+ summary: a\n#+ defaults: b\n", ("query-header", 2)),
        ("#+ summary: a\n#+ parameters:\n#+   nobody: x\n", ("query-parameter", 3)),
        ("#+ summary: &x a\n", ("yaml-anchor", 1)),
    ],
)
def test_a_bad_header_is_an_error_with_its_line(
    tmp_path: Path, header: str, expected: tuple[str, int]
) -> None:
    query = saved(tmp_path, header + BODY)
    assert (*expected, Severity.VIOLATION) in codes(query)
    assert not query.sound


def test_a_header_below_other_comments_keeps_its_lines(tmp_path: Path) -> None:
    query = saved(tmp_path, "# a licence\n\n#+ summary: a\n#+ tagz: [b]\n" + BODY)
    assert codes(query) == [("query-header", 4, Severity.WARNING)]
    assert query.findings[0].hint == "Did you mean tags?"
    assert query.sound


@pytest.mark.parametrize("header", ["", "#+ tags: [a]\n"])
def test_no_summary_is_a_warning(tmp_path: Path, header: str) -> None:
    query = saved(tmp_path, header + BODY)
    assert codes(query) == [("query-header", 1, Severity.WARNING)]


def test_grlc_keys_are_read_over_and_no_server_is_taken_from_them() -> None:
    report = Report("q.rq")
    header = read_header("#+ summary: a\n#+ endpoint: http://127.0.0.1:1/\n#+ method: GET\n" + BODY, report)
    assert report.findings == []
    assert "127.0.0.1" not in repr(header)


# Texts


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("#+ summary: a\nSELECT * {\nSERVICE <urn:x> {} }", "query-refused", 3),
        ("#+ summary: a\nDROP ALL", "query-refused", 2),
        ("#+ summary: a\nSELECT * {\n GRAPH ?g { ?s foo:bar ?o } }", "query-prefix", 3),
        ("#+ summary: a\nSELECT * { GRAPH ?g { ?s ?p ?_from_foo_bar } }", "query-parameter", 0),
        ("#+ summary: a\nSELECT * { GRAPH ?g { ?_x_iri ?p ?__x_iri } }", "query-parameter", 0),
    ],
)
def test_a_bad_text_is_an_error(tmp_path: Path, text: str, code: str, line: int) -> None:
    assert (code, line, Severity.VIOLATION) in codes(saved(tmp_path, text))


def test_a_missing_prefix_offers_its_declaration(tmp_path: Path) -> None:
    query = saved(tmp_path, "#+ summary: a\nSELECT * { GRAPH ?g { ?s dct:title ?o ; dct:date ?d } }")
    (finding,) = query.findings
    assert finding.hint == "Add a line before the query: PREFIX dct: <http://purl.org/dc/terms/>"


def test_bad_bytes_and_bad_names_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "x.rq"
    path.write_bytes(b"#+ summary: \xff")
    assert [finding.code for finding in read(path).findings] == ["query-unreadable"]
    assert saved(tmp_path, "#+ summary: a\n" + BODY, "No Name").findings[0].code == "query-name"


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    assert saved(tmp_path, "\ufeff#+ summary: a\n" + BODY).findings == ()


# The catalog


def test_a_project_hides_and_adds(tmp_path: Path) -> None:
    bundled_folder, own = tmp_path / "bundled", tmp_path / "own"
    for folder, summary in ((bundled_folder, "bundled"), (own, "own")):
        folder.mkdir()
        saved(folder, f"#+ summary: {summary}\n{BODY}", "shared")
    saved(bundled_folder, f"#+ summary: b\n{BODY}", "only-bundled")
    (own / "parts").mkdir()
    saved(own / "parts", BODY, "not-listed")
    catalog = Catalog.load([bundled_folder, own, tmp_path / "absent"])
    assert list(catalog.queries) == ["only-bundled", "shared"]
    assert catalog.get("shared").summary == "own"


def test_an_unknown_name_gets_the_nearest(tmp_path: Path) -> None:
    saved(tmp_path, f"#+ summary: a\n{BODY}", "legal-forms")
    with pytest.raises(UsageError, match="Did you mean legal-forms"):
        Catalog.load([tmp_path]).get("legal-form")


def test_an_unsound_query_is_not_asked(tmp_path: Path) -> None:
    saved(tmp_path, "#+ summary: a\n#+ tags: [\n" + BODY)
    with pytest.raises(NotSound, match=r"some-query\.rq:2") as raised:
        Catalog.load([tmp_path]).get("some-query")
    assert raised.value.exit_code == 1


# Charts and choices

TABLE = "SELECT ?s (COUNT(?o) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o . ?__who_iri ?q ?s } } GROUP BY ?s"


def test_a_chart_is_read(tmp_path: Path) -> None:
    header = "#+ summary: a\n#+ chart: {kind: network, source: '?s', target: n, directed: no}\n"
    query = saved(tmp_path, header + TABLE)
    assert query.findings == ()
    assert query.columns == ("s", "n")
    assert query.header.chart == Chart(ChartKind.NETWORK, {"source": "s", "target": "n"}, False, 2)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("chart: bars", "other form"),
        ("chart: {label: s, value: n}", "no kind"),
        ("chart: {kind: pie, label: s, value: n}", "kind `pie`"),
        ("chart: {kind: bars, label: s}", "does not say its value"),
        ("chart: {kind: bars, label: s, value: [n]}", "does not say its value"),
        ("chart: {kind: bars, label: s, value: m}", "does not answer with"),
        ("chart: {kind: network, source: s, target: n, directed: perhaps}", "yes or no"),
    ],
)
def test_a_bad_chart_is_an_error_with_its_line(tmp_path: Path, written: str, says: str) -> None:
    query = saved(tmp_path, f"#+ summary: a\n#+ {written}\n" + TABLE)
    assert codes(query) == [("query-chart", 2, Severity.VIOLATION)]
    assert says in query.findings[0].message
    assert query.findings[0].hint


@pytest.mark.parametrize(
    ("written", "text", "says", "hint"),
    [
        ("articles: statemnt", "", "`articles` names `statemnt`", "Columns are: s, n."),
        ("articles: alonee", "", "`articles` names `alonee`", "Columns are"),
        ("articles: '?s'", "", "`articles` names `?s`", "Did you mean s?"),
        ("articles: alone", BODY, "names its columns", "instead of *"),
        ("articles: s", BODY, "names its columns", "instead of *"),
        ("articles: s", "ASK { GRAPH ?g { ?s ?p ?o } }", "names its columns", "leave `articles` out"),
        ("pieces: {o: person}", "", "`pieces` names `o`", "Columns are: s, n."),
        ("pieces: {s2: pattern}", "", "`pieces` names `s2`", "Did you mean s?"),
        ("pieces: {s: pattern}", "ASK { GRAPH ?g { ?s ?p ?o } }", "names its columns", "leave `pieces` out"),
    ],
)
def test_first_rows_by_what_is_no_column_are_an_error_with_its_line(
    tmp_path: Path, written: str, text: str, says: str, hint: str
) -> None:
    query = saved(tmp_path, f"#+ summary: a\n#+ {written}\n" + (text or TABLE))
    assert codes(query) == [("query-header", 2, Severity.VIOLATION)]
    assert says in query.findings[0].message
    assert hint in query.findings[0].hint


@pytest.mark.parametrize("written", ["articles: alone", "articles: s", "pieces: {s: pattern}"])
def test_first_rows_by_a_column_are_sound(tmp_path: Path, written: str) -> None:
    assert saved(tmp_path, f"#+ summary: a\n#+ {written}\n" + TABLE).findings == ()


def test_a_part_that_no_chart_has_is_a_warning(tmp_path: Path) -> None:
    query = saved(tmp_path, "#+ summary: a\n#+ chart: {kind: bars, label: s, value: n, grup: s}\n" + TABLE)
    assert codes(query) == [("query-chart", 2, Severity.WARNING)]
    assert query.findings[0].hint == "Did you mean group?"


def test_the_columns_of_a_star_are_not_judged(tmp_path: Path) -> None:
    chart = "#+ summary: a\n#+ chart: {kind: bars, label: s, value: o}\n"
    assert saved(tmp_path, chart + BODY).findings == ()
    making = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert {code for code, _, _ in codes(saved(tmp_path, chart + making))} == {"query-chart"}


@pytest.mark.parametrize(
    ("written", "choice"),
    [
        ("{kind: person}", Choice(kinds=("person",), line=3)),
        ("{kind: [person, polity]}", Choice(kinds=("person", "polity"), line=3)),
        ("{list: Modality}", Choice(scheme="Modality", line=3)),
        ("languages", Choice(query="languages", line=3)),
        ("{query: languages, column: language}", Choice(query="languages", column="language", line=3)),
    ],
)
def test_choices_are_read(tmp_path: Path, written: str, choice: Choice) -> None:
    saved(tmp_path, f"#+ summary: a\n#+ choices:\n#+   who: {written}\n" + TABLE)
    query = Catalog.load([tmp_path]).get("some-query")
    assert query.findings == ()
    assert query.parameters[0].choice == choice


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("[person]", "Write `{kind"),
        ("{}", "Write `{kind"),
        ("{kind: person, list: Modality}", "Write `{kind"),
        ("{kind: persn}", "Did you mean person?"),
        ("sum-query", "Did you mean some-query?"),
        ("person", "write `who: {kind: person}`"),
        ("evidence", "Name one that needs none."),
        ("{query: languages, column: tongue}", "Columns are: language."),
    ],
)
def test_bad_choices_are_errors_with_their_line(tmp_path: Path, written: str, hint: str) -> None:
    saved(tmp_path, f"#+ summary: a\n#+ choices:\n#+   who: {written}\n" + TABLE)
    (finding,) = Catalog.load([tmp_path]).findings
    assert (finding.code, finding.line, finding.severity) == ("query-choices", 3, Severity.VIOLATION)
    assert hint in finding.hint


def test_every_node_that_a_bundled_query_asks_for_has_choices() -> None:
    ontology = Ontology.load([content("ontology")])
    for query in bundled().queries.values():
        for parameter in query.parameters:
            if parameter.type == "iri":
                assert parameter.choice is not None, (query.name, parameter.name)
                assert not parameter.choice.scheme or parameter.choice.scheme in ontology.schemes


# Parameters


def filled(tmp_path: Path, variable: str, *written: str) -> tuple[object, ...]:
    text = f"#+ summary: a\nPREFIX my: <urn:my:>\nSELECT * {{ GRAPH ?g {{ ?s ?p ?{variable} }} }}"
    query = saved(tmp_path, text)
    assert query.findings == ()
    name = query.parameters[0].name
    given = {name: list(written)} if written else {}
    return fill(query.parameters, given, lambda text: IRI(f"urn:found:{text}"))[variable]


@pytest.mark.parametrize(
    ("variable", "written", "term"),
    [
        ("_a_iri", "x.y", IRI("urn:found:x.y")),
        ("_a_integer", "-07", Literal("-7", XSD_INTEGER)),
        ("_a_number", "1.50", Literal("1.5", XSD_DECIMAL)),
        ("_a_number", "2", Literal("2", XSD_INTEGER)),
        ("_a_literal", "no", Literal("no")),
        ("_a", "{x}", Literal("{x}")),
        ("_a_en", "word", Literal("word", language="en")),
        ("_a_xsd_date", "2031-05-02", Literal("2031-05-02", XSD_DATE)),
        ("_a_xsd_integer", "5", Literal("5", XSD_INTEGER)),
        ("_a_my_type", "5", Literal("5", "urn:my:type")),
    ],
)
def test_values_get_the_type_of_the_suffix(tmp_path: Path, variable: str, written: str, term: object) -> None:
    assert filled(tmp_path, variable, written) == (term,)


@pytest.mark.parametrize(
    ("variable", "written"),
    [
        ("_a_integer", "1.5"),
        ("_a_integer", "1; DROP ALL"),
        ("_a_integer", "١"),
        ("_a_number", "many"),
        ("_a_number", "Infinity"),
        ("_a_xsd_date", "2031-02-30"),
        ("_a_xsd_date", "yesterday"),
        ("_a_xsd_boolean", "1 }"),
    ],
)
def test_values_of_another_type_are_refused(tmp_path: Path, variable: str, written: str) -> None:
    with pytest.raises(UsageError, match="a: "):
        filled(tmp_path, variable, written)


@pytest.mark.parametrize(
    ("variable", "written"),
    [
        ("_a_xsd_date", "yesterday"),
        ("_a_xsd_date", "2031-02-30"),
        ("_a_xsd_dateTime", "2031-02-30T10:00:00"),
    ],
)
def test_a_date_is_refused_in_our_words(tmp_path: Path, variable: str, written: str) -> None:
    with pytest.raises(UsageError, match=r"^a: .* is no date(Time)? \(write YYYY-MM-DD[^()]*\)$"):
        filled(tmp_path, variable, written)


def test_what_is_left_out(tmp_path: Path) -> None:
    assert filled(tmp_path, "__a_integer") == (None,)
    assert filled(tmp_path, "__a_integer", "1", "2") == (Literal("1", XSD_INTEGER), Literal("2", XSD_INTEGER))
    with pytest.raises(UsageError, match="give the parameter a"):
        filled(tmp_path, "_a_integer")


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(UsageError, match="Parameters are: organization"):
        fill(bundled().get("legal-history").parameters, {"organisation": ["x"]}, IRI)


HEADED = """\
#+ summary: Who parades
#+ titles: {ru: Кто шествует, az-Latn: Kim}
#+ columns:
#+   town: place of the parade
#+   claim: {en: what is claimed, ru: что сказано}
"""


def test_titles_and_columns_have_words_in_further_languages() -> None:
    report = Report("q.rq")
    header = read_header(HEADED, report)
    assert report.findings == []
    assert header.summary == "Who parades"
    assert header.titles == {"ru": "Кто шествует", "az-Latn": "Kim"}
    assert header.columns == {
        "town": {"": "place of the parade"},
        "claim": {"en": "what is claimed", "ru": "что сказано"},
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("#+ titles: Who", "query-header"),
        ("#+ titles: {Russian words: x}", "query-header"),
        ("#+ titles: {ru: [x]}", "query-header"),
        ("#+ columns: [town]", "query-header"),
        ("#+ columns: {town: [x]}", "query-header"),
    ],
)
def test_titles_and_columns_of_another_form_are_told_with_their_line(line: str, code: str) -> None:
    report = Report("q.rq")
    header = read_header(f"#+ summary: Who parades\n{line}\n", report)
    assert [(finding.code, finding.line) for finding in report.findings] == [(code, 2)]
    assert header.summary == "Who parades"


def test_pages_show_titles_and_columns_in_their_language() -> None:
    query = SavedQuery("parades", "parades.rq", HEADED, read_header(HEADED, Report("q.rq")))
    english, russian = (Site("", "https://a.example/", language=code) for code in ("en", "ru"))
    assert (title_of(query, english), title_of(query, russian)) == ("Who parades", "Кто шествует")
    assert column_of(query, "claim", russian) == "что сказано"
    assert column_of(query, "town", russian) == "place of the parade"
    assert (column_of(query, "saidBy", english), column_of(query, "saidBy", russian)) == (
        "said by",
        "кто говорит",
    )
