"""What the answer of a saved query goes through on its way out, without a server."""

from __future__ import annotations

import asyncio
import io
import threading
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.endpoint.exports import About, as_xlsx
from diaspora_kg.endpoint.permalink import Fixed, Verdict, result_hash
from diaspora_kg.endpoint.pool import QueryFailed
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.endpoint.sorting import Condition, Order, arranged, page_of
from diaspora_kg.endpoint.turns import AT_ONCE, Turns
from diaspora_kg.endpoint.wanted import BadRequest, pairs
from diaspora_kg.names import Names
from diaspora_kg.pages.bounds import Between, between
from diaspora_kg.pages.charts import draw
from diaspora_kg.pages.figures import Network, Timeline, figure
from diaspora_kg.pages.networks import MOST
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.chart import Chart, ChartKind
from diaspora_kg.terms import IRI, Literal, number

BASE = "https://example.org/graph/"
SIZES = st.sampled_from(["2031", "[..2031-05]", "-3", "1e5", "", "x"])
ANY_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

SVG = "{http://www.w3.org/2000/svg}"


def answer(columns: str, *rows: Row) -> Answer:
    return Answer("q", Names(BASE), {}, tuple(columns.split()), rows, len(rows))


def node(key: str) -> IRI:
    return IRI(f"{BASE}id/person/{key}")


def svg(words: object) -> ET.Element:
    """A picture, which must be XML."""
    return ET.fromstring(str(words))


# Rows


def test_orders_follow_one_another() -> None:
    rows = [(Literal(a), number(b)) for a, b in [("x", 2), ("y", 10), ("x", 10), ("y", 9)]]
    found = arranged(answer("a b", *rows), [], [Order("a", descending=True), Order("b")])
    assert found.cells == (("y", "9"), ("y", "10"), ("x", "2"), ("x", "10"))


def test_nothing_is_before_or_after_an_empty_cell() -> None:
    rows: list[Row] = [(None,), (Literal("2031"),), (Literal("2031-03-06"),)]
    for condition in ("day:<3000", "day:>", "day:<2031-04", "day:>2030-12-31"):
        assert arranged(answer("day", *rows), [Condition.read(condition)], []).total == 2
    assert arranged(answer("day", *rows), [Condition.read("day:>2031")], []).total == 1


def test_years_and_days_are_sorted_together() -> None:
    days = ["2031-03-06", "2030", "2031", "2030-12"]
    found = arranged(answer("day", *((Literal(day),) for day in days)), [], [Order("day")])
    assert [row[0] for row in found.cells] == ["2030", "2030-12", "2031", "2031-03-06"]


def test_a_page_says_that_it_is_not_all() -> None:
    whole = answer("n", *((number(n),) for n in range(7)))
    parts = [page_of(whole, page, 3) for page in (1, 2, 3, 4)]
    assert [len(part.rows) for part in parts] == [3, 3, 1, 0]
    assert all(part.total == 7 and part.cut for part in parts)
    assert not page_of(whole, 0, 3).cut


@pytest.mark.parametrize("query", [b"a=%ff", b"a=%80", "a=ö".encode(), b"&".join([b"a=1"] * 501)])
def test_a_query_string_must_be_text(query: bytes) -> None:
    with pytest.raises(BadRequest):
        pairs(query)


# Turns


def test_few_answers_are_put_together_at_once_and_who_waits_too_long_is_sent_away() -> None:
    running, most = 0, 0
    lock, go = threading.Lock(), threading.Event()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        go.wait(30)
        with lock:
            running -= 1

    async def all_at_once() -> list[BaseException | None]:
        turns = Turns(Limits(queue=3))
        asked = [asyncio.create_task(turns.run(f"client {n}", work)) for n in range(AT_ONCE + 5)]
        async with asyncio.timeout(20):
            while sum(task.done() for task in asked) < 2 or running < AT_ONCE:  # threads begin when they can
                await asyncio.sleep(0.01)
        go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(all_at_once())
    refused = [one for one in found if isinstance(one, QueryFailed)]
    assert [(one.status, one.retry_after) for one in refused] == [(503, 5)] * 2
    assert (most, len(found)) == (AT_ONCE, AT_ONCE + 5)


# The hash


def test_the_hash_does_not_see_the_order_and_sees_everything_else() -> None:
    one, two = (node("ada"), Literal("a")), (None, Literal("b", language="ru"))
    same = [answer("x y", one, two), answer("x y", two, one)]
    others = [
        answer("x z", one, two),
        answer("x y", one),
        answer("x y", one, two, two),
        answer("x y", one, (None, Literal("b"))),
        answer("x y", one, (Literal(""), Literal("b", language="ru"))),
    ]
    assert len({result_hash(found) for found in same}) == 1
    assert len({result_hash(found) for found in [same[0], *others]}) == 6


def test_claims_in_one_cell_have_no_order() -> None:
    first, second = f"{BASE}id/claim/a", f"{BASE}id/claim/b"
    cells = [Literal(f"{first} {second}"), Literal(f"{second} {first}")]
    assert len({result_hash(answer("claims", (cell,))) for cell in cells}) == 1


def test_a_permalink_is_read_as_it_was_written() -> None:
    fixed = Fixed("a" * 16, "0" * 16, "1" * 16)
    assert Fixed.read(fixed.text) == fixed
    with pytest.raises(ValueError, match="no permalink"):
        Fixed.read(fixed.text + "0")


def test_every_verdict_says_whether_the_rows_agree() -> None:
    for snapshot in (True, False):
        for query in (True, False):
            assert "agrees" in Verdict(snapshot, query, True).sentence or (snapshot and query)
            assert "does not agree" in Verdict(snapshot, query, False).sentence


# A workbook


def test_a_cell_that_is_too_long_says_that_it_was_cut() -> None:
    claims = Literal(" ".join(f"{BASE}id/claim/c{n}" for n in range(20_000)))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(answer("claims", (claims,)), None, About())))
    (cell,) = [row[0].value for row in book["answer"].iter_rows(min_row=2)]
    assert len(str(cell)) == 32_767
    assert str(cell).endswith("[cut: a workbook holds 32767 characters in a cell]")


@settings(max_examples=25, deadline=None)
@given(ANY_WORDS)
def test_any_words_come_back_from_a_workbook_as_words(words: str) -> None:
    made = as_xlsx(answer("a b", (Literal(words), Literal("x"))), None, About((("k", words),)))
    sheet = openpyxl.load_workbook(io.BytesIO(made))["answer"]
    cell = sheet["A2"]
    assert cell.data_type != "f"
    assert cell.value is None or isinstance(cell.value, str)
    if words.isprintable() and words and not words.startswith("_x"):
        assert cell.value == words


# Pictures


def test_bounds_of_dates() -> None:
    assert between("2031") == between("[2031-01..2031-12]")
    assert between("[..2031-03-06]").first is None
    assert between("2031~").known
    for words in ("about 2031", "notStated", "2031-02-30", "9999999", ""):
        assert between(words) == Between(None, None)


def test_what_has_no_date_is_counted_and_not_drawn() -> None:
    rows: list[Row] = [
        (Literal("a"), Literal("2031")),
        (Literal("b"), Literal("one day")),
        (Literal("c"), None),
    ]
    found = figure(answer("name day", *rows), Chart(ChartKind.TIMELINE, {"label": "name", "starts": "day"}))
    assert isinstance(found, Timeline)
    assert ([span.label for span in found.spans], found.undated) == (["a"], 2)
    picture = draw(found, "t")
    assert picture
    assert picture.notes == ("2 rows with no date: see the table.",)


def test_rows_that_show_the_same_are_one_mark() -> None:
    row: Row = (Literal("a"), Literal("2031"))
    found = figure(
        answer("name day", row, row), Chart(ChartKind.TIMELINE, {"label": "name", "starts": "day"})
    )
    picture = draw(found, "t") if found else None
    assert picture
    titles = [title.text for title in svg(picture.svg).iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["t", "a: 2031, in 2 rows"]


def test_a_mark_says_whose_claim_it_is_and_how_it_is_put() -> None:
    """Colour alone must not tell who speaks, nor may what is negated look like what is asserted."""
    value = "https://w3id.org/diaspora-kg/vocab/"
    plain: Row = (
        Literal("banned"),
        Literal("2031"),
        Literal("the court"),
        *_put(value, "asserted", "affirmed"),
    )
    denied: Row = (
        Literal("banned"),
        Literal("2031"),
        Literal("the press"),
        *_put(value, "possible", "negated"),
    )
    told = answer("status day saidBy modality polarity", plain, denied)
    roles = {"label": "status", "starts": "day", "group": "saidBy"}
    drawn = figure(told, Chart(ChartKind.TIMELINE, roles))
    picture = draw(drawn, "t") if drawn else None
    assert picture
    marks = [mark for mark in svg(picture.svg).iter(f"{SVG}g") if "mark" in mark.get("class", "")]
    assert [(mark.get("class"), [text.text for text in mark.iter(f"{SVG}text")]) for mark in marks] == [
        ("mark c1", ["banned", "says the court"]),
        ("mark c2 put", ["banned", "negated, possible, says the press"]),
    ]
    assert picture.notes == ("Hollow marks: not put as a plain assertion (negated, possible).",)


def test_what_is_put_otherwise_is_a_line_of_its_own() -> None:
    value = "https://w3id.org/diaspora-kg/vocab/"
    rows: list[Row] = [
        (node("a"), node("b"), Literal("the court"), *_put(value, "asserted", "affirmed")),
        (node("a"), node("b"), Literal("the press"), *_put(value, "asserted", "negated")),
    ]
    found = figure(
        answer("s t saidBy modality polarity", *rows),
        Chart(ChartKind.NETWORK, {"source": "s", "target": "t"}),
    )
    assert isinstance(found, Network)
    assert {(edge.put, edge.said) for edge in found.edges} == {
        ("", ("the court",)),
        ("negated", ("the press",)),
    }
    picture = draw(found, "t")
    assert picture
    assert [
        line.get("class") for line in svg(picture.svg).iter(f"{SVG}g") if "edge" in line.get("class", "")
    ] == [
        "edge c1",
        "edge c1 put",
    ]


def _put(value: str, *names: str) -> list[IRI]:
    return [IRI(value + name) for name in names]


def test_an_end_that_is_not_stated_is_no_node() -> None:
    silent = IRI("https://w3id.org/diaspora-kg/vocab/notStated")
    rows: list[Row] = [(node("a"), node("b")), (node("a"), silent), (silent, node("b")), (None, node("b"))]
    found = figure(answer("s t", *rows), Chart(ChartKind.NETWORK, {"source": "s", "target": "t"}))
    assert isinstance(found, Network)
    assert ([one.key for one in found.nodes], len(found.edges), found.without) == (["a", "b"], 1, 3)


def test_lines_without_direction_are_one_in_both_directions() -> None:
    rows: list[Row] = [(node("a"), node("b"), number(2)), (node("b"), node("a"), number(3))]
    columns = {"source": "s", "target": "t", "weight": "w"}
    found = figure(answer("s t w", *rows), Chart(ChartKind.NETWORK, columns, directed=False))
    assert isinstance(found, Network)
    assert [(edge.weight, edge.rows) for edge in found.edges] == [(5.0, 2)]


def test_a_large_network_is_drawn_in_part_and_says_so() -> None:
    rows: list[Row] = [(node("hub"), node(f"n{n}")) for n in range(100)]
    rows.append((node("hub"), node("hub")))
    found = figure(answer("s t", *rows), Chart(ChartKind.NETWORK, {"source": "s", "target": "t"}))
    picture = draw(found, "t") if found else None
    assert picture
    assert picture.notes == (f"{101 - MOST} nodes with fewer lines left out; the exports have all.",)
    again = draw(found, "t") if found else None
    assert again == picture


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(ANY_WORDS, ANY_WORDS, SIZES), max_size=9),
    st.sampled_from(
        [
            Chart(ChartKind.NETWORK, {"source": "a", "target": "b", "label": "c", "group": "b"}),
            Chart(ChartKind.BARS, {"label": "a", "value": "c", "group": "b"}),
            Chart(ChartKind.TIMELINE, {"label": "a", "starts": "c", "ends": "c", "group": "b"}),
        ]
    ),
)  # fmt: skip
def test_any_words_make_a_picture_that_is_xml(rows: list[tuple[str, str, str]], chart: Chart) -> None:
    found = figure(answer("a b c", *((Literal(a), Literal(b), Literal(c)) for a, b, c in rows)), chart)
    assert found is not None
    picture = draw(found, "".join(a for a, _, _ in rows))
    if picture is None:
        return
    names = {element.tag.rpartition("}")[2] for element in svg(picture.svg).iter()}
    assert names <= {"svg", "title", "desc", "g", "line", "text", "rect", "circle", "path", "defs", "marker"}
