"""Pictures of a thing's page: what is uncertain is drawn so, words never meet, tables say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from diaspora_kg.pages import Templates
from diaspora_kg.pages.bounds import Between, between
from diaspora_kg.pages.facts import Put, Value
from diaspora_kg.pages.pictures.actors import Caption, actors
from diaspora_kg.pages.pictures.chronology import chronology
from diaspora_kg.pages.pictures.crowd import MOST, Actor, Tie, grouped
from diaspora_kg.pages.pictures.drawn import gaps_of, manners, tones
from diaspora_kg.pages.pictures.history import Era, Words, history
from diaspora_kg.pages.pictures.ink import breadth
from diaspora_kg.pages.pictures.lanes import Mark
from diaspora_kg.pages.pictures.manner import Manner, Tone, tone
from diaspora_kg.pages.pictures.moments import Moment, moments
from diaspora_kg.pages.related import Gap
from diaspora_kg.pages.spoken import CONTENT, manner, sayings, sentence, voices
from diaspora_kg.pages.statusviews import StatusHistory
from tests import made_pages
from tests.made_pages import ADA, BY_BORIS, COURIER, DENIED, OWN, SAID, SITE

HOSTILE = '</text><script>alert(1)</script>" onload="x\x00\x1b\u202e\ufffe' + "Wide 広い Ё" * 900
OPEN = Between(None, None)
LETTERS = 12.5


def drawn(*eras: Era, marks: tuple[Mark, ...] = ()) -> ET.Element:
    return ET.fromstring(str(history(eras, marks, Words("Status"))))


def of(root: ET.Element, kind: str) -> list[ET.Element]:
    """Elements with a class, without the name of it being a part of another."""
    return [one for one in root.iter() if kind in one.get("class", "").split()]


def bar(root: ET.Element) -> tuple[float, float]:
    found = of(root, "bar")[0]
    left = float(found.get("x", ""))
    return left, left + float(found.get("width", ""))


SURE = Era("registered", "Norland", between("2020-03-01"), between("2024-05-06"), tone=Tone.HOLDS)


def test_only_an_uncertain_end_fades() -> None:
    assert drawn(SURE).findall(".//mask") == []
    for unsure in (
        replace(SURE, starts=between("[..2020-03-01]")),
        replace(SURE, ends=OPEN),
        replace(SURE, ends=between("2024")),
        replace(SURE, starts=OPEN),
    ):
        stops = [float(stop.get("stop-opacity", "1")) for stop in drawn(unsure).iter("stop")]
        assert len(stops) == 4
        assert 0 in (stops[0], stops[-1])
        assert stops[1:3] == [1, 1]


def test_a_bar_reaches_from_the_first_to_the_last_day_that_may_be() -> None:
    narrow = bar(drawn(SURE, replace(SURE, words="other", starts=between("2010"), ends=between("2030"))))
    assert narrow[0] < narrow[1]
    wide = bar(drawn(replace(SURE, starts=between("[2015-01-01..2020-03-01]"))))
    assert wide[0] < bar(drawn(SURE))[0] + 1


@pytest.mark.parametrize(
    ("how", "inside"),
    [(Manner.OWN, "bar"), (Manner.SAID, "hatch"), (Manner.HOLLOW, "hollow"), (Manner.DENIED, "struck")],
)
def test_how_firmly_it_is_known_is_seen_and_read(how: Manner, inside: str) -> None:
    root = drawn(replace(SURE, manner=how, voice="denied by Ada", sources=(4,)))
    assert of(root, inside)
    assert of(root, "struck") == [] or how is Manner.DENIED
    assert "denied by Ada" in "".join(root.itertext())
    assert [a.get("href") for a in root.iter("a")] == ["#source-4"]


def test_each_jurisdiction_has_its_heading_once() -> None:
    root = drawn(SURE, replace(SURE, words="banned"), replace(SURE, place="Vesmark"), replace(SURE, place=""))
    told = [text.text for text in root.iter("text")]
    assert (told.count("Norland"), told.count("Vesmark"), told.count("country not stated")) == (1, 1, 1)


def test_a_picture_without_any_date_is_none() -> None:
    assert history([Era("registered")], [], Words("x")) is None
    assert moments([Moment("x", OPEN, 1)] * 5, "x", "y") is None
    assert actors([Actor("a", "A", "person", "Persons", focus=True)], [], Caption("x", "y")) is None


def test_words_of_marks_never_meet_and_stay_in_the_picture() -> None:
    days = [between(f"2031-03-{day:02}") for day in range(1, 25)]
    marks = tuple(Mark(f"a rather long remark number {n}", "Statements", day) for n, day in enumerate(days))
    root = drawn(marks=marks)
    boxes = []
    for group in of(root, "mark"):
        text = group.find("text")
        assert text is not None
        words, x, y = "".join(text.itertext()).strip(), float(text.get("x", "")), float(text.get("y", ""))
        wide = breadth(words) * LETTERS
        left = x - wide if text.get("text-anchor") == "end" else x
        assert left >= 100
        assert left + wide <= 760
        boxes.append((left, left + wide, y))
    assert not [(a, b) for a, b in combinations(boxes, 2) if a[2] == b[2] and a[0] < b[1] and b[0] < a[1]]


def town(count: int) -> tuple[list[Actor], list[Tie]]:
    kinds = ("organization", "person", "polity", "collective")
    found = [Actor("f", "The Circle", "organization", "Organizations", focus=True)]
    found += [
        Actor(f"n{n}", f"{kinds[n % 4]} {n}", kinds[n % 4], kinds[n % 4], f"/p/{n}") for n in range(1, count)
    ]
    ties = [Tie(f"n{n}", "f", "supports", "for") for n in range(1, count)]
    return found, ties


@pytest.mark.parametrize("count", [2, 12, MOST])
def test_every_actor_has_room_of_its_own(count: int) -> None:
    found, ties = town(count)
    root = ET.fromstring(str(actors(found, [*ties, Tie("n1", "n1", "itself", "open")], Caption("x", "y"))))
    width, height = (float(one) for one in root.get("viewBox", "").split()[2:])
    rows = {
        (text.get("x"), text.get("y")): text.text for link in root.iter("a") for text in link.iter("text")
    }
    assert sorted(str(one) for one in rows.values()) == sorted(one.words for one in found[1:])
    assert all(0 <= float(x or 0) <= width and 0 <= float(y or 0) <= height for x, y in rows)
    ordered = sorted((x, float(y or 0)) for x, y in rows)
    assert all(b[1] - a[1] > 20 for a, b in pairwise(ordered) if a[0] == b[0])


def test_more_actors_than_can_be_read_are_grouped_and_counted() -> None:
    found, ties = town(MOST + 40)
    boxes, lines = grouped(found, ties)
    assert sum(one.number for one in boxes) == len(found)
    assert sum(line.number for line in lines) == len(ties)
    root = ET.fromstring(str(actors(found, ties, Caption("x", "y"))))
    assert "25 × person" in "".join(root.itertext())


def test_hostile_words_stay_words() -> None:
    era = Era(HOSTILE, HOSTILE, between("2020"), OPEN, voice=HOSTILE, href='"><script>')
    mark = Mark(HOSTILE, HOSTILE, between("2021"), voice=HOSTILE)
    boxes = [
        Actor("a", HOSTILE, "person", HOSTILE, focus=True),
        Actor("b", HOSTILE, "person", HOSTILE, '"><b>'),
    ]
    said = [Moment(HOSTILE, between(f"202{n}"), 2) for n in range(4)]
    for picture in (
        history([era], [mark], Words(HOSTILE)),
        actors(boxes, [Tie("a", "b", HOSTILE, "for", voice=HOSTILE)], Caption(HOSTILE, HOSTILE)),
        moments(said, HOSTILE, HOSTILE),
    ):
        root = ET.fromstring(str(picture))
        assert {one.tag for one in root.iter()} <= {
            "svg", "title", "desc", "defs", "pattern", "rect", "path", "g", "text", "a", "mask",
            "linearGradient", "stop", "marker", "circle", "tspan",
        }  # fmt: skip
        assert not {name for one in root.iter() for name in one.attrib if name.startswith("on")}
        for text in (one for one in root.iter("text") if not list(one)):
            assert breadth(text.text or "") * 11 < 760


def tables(view: str, count: int) -> tuple[ET.Element, list[str]]:
    """The picture of a panel on the made page, and the text of the rows of its table."""
    shown = Templates.load().render("thing.html.j2", made_pages.page(8, count), SITE)
    start = shown.index(f'<section aria-labelledby="{view}"')
    part = shown[start : shown.index("</section>", start)]
    picture = part[part.index("<svg") : part.index("</svg>") + 6]
    rows = part[part.index("<tbody>") : part.index("</tbody>")].split("<tr ")[1:]
    rows = [f"<tr {row.strip()}".replace(" data-fact", "").replace("<br>", " ") for row in rows]
    cells = ["".join(ET.fromstring(row).itertext()) for row in rows]
    return ET.fromstring(picture), [" ".join(cell.split()) for cell in cells]


def test_the_table_of_a_status_says_what_the_picture_says() -> None:
    root, rows = tables("status", 9)
    bars = [(text(one, "name"), text(one, "by")) for one in of(root, "era")]
    marks = [(one.findtext("title") or "").rstrip(")").partition(" (")[::2] for one in of(root, "mark")]
    told = [*bars, *(mark for mark in marks if "claims" not in mark[0])]
    assert len(told) == len(rows) == len(chronology(StatusHistory(made_pages.bars(), made_pages.marks())))
    for name, under in told:
        what, voice = name.partition(" [")[0], under.partition(" [")[0]
        assert any(what in row and voice in row for row in rows), what


def text(group: ET.Element, kind: str) -> str:
    """What the text of that class says in a part of a picture; nothing for numbers of sources only."""
    found = "".join(part for one in of(group, kind) for part in one.itertext())
    return "" if found.startswith("[") else found


@pytest.mark.parametrize("count", [9, 40])
def test_the_table_of_relations_says_what_the_picture_says(count: int) -> None:
    root, rows = tables("network", count)
    edges = made_pages.network(count).edges
    assert len(rows) == len(edges) == len([one for group in of(root, "edge") for one in group.findall("g")])
    titles = sorted(one.findtext("title") or "" for group in of(root, "edge") for one in group.findall("g"))
    names = {node.id: node.value.words for node in made_pages.network(count).nodes}
    for edge, row in zip(edges, rows, strict=True):
        assert row.startswith(names[edge.source])
        assert names[edge.target] in row
        assert edge.words in row
    assert titles == sorted(f"{e.words} ({s})" if (s := sentence(e.puts, str)) else e.words for e in edges)


def test_how_it_is_put_is_told_with_its_speaker() -> None:
    assert sentence((OWN,), str) == ""
    assert sentence((SAID,), str) == "said by Ada Erral"
    assert sentence((BY_BORIS, DENIED), str) == "presupposed by Boris Lindqvist-Tarvani; denied by Ada Erral"
    nobody = Put((), (), own_voice=False, article=COURIER, plain=True)
    assert sentence((nobody, replace(OWN, derived=True)), str) == "said, nobody is named; derived by a rule"
    many = Put((), tuple(Value(f"P{n}") for n in range(9)), own_voice=False, article=COURIER, plain=True)
    assert sentence((many,), str) == "said by P0, P1, P2 and 6 more"
    assert len(voices((SAID, SAID, replace(SAID, by=(ADA,))))) == 1


def test_the_firmest_voice_decides_how_it_is_drawn() -> None:
    assert manner((BY_BORIS, OWN)) is Manner.OWN
    assert manner((BY_BORIS, SAID, DENIED)) is Manner.SAID
    assert manner((DENIED, DENIED)) is Manner.DENIED
    assert manner((DENIED, BY_BORIS)) is manner(()) is Manner.HOLLOW
    assert {tone(value) for value in ("ban", "registered", "no such")} == {Tone.ENDED, Tone.HOLDS, Tone.OTHER}


def test_days_that_would_touch_share_a_column() -> None:
    said = [Moment(f"s{n}", Between(date(2031, 1, 1 + n), date(2031, 1, 1 + n)), 1) for n in range(3)]
    far = Moment("far", between("2001"), 9, "negative")
    root = ET.fromstring(str(moments([*said, far], "x", "y")))
    assert len({dot.get("cx") for dot in root.iter("circle")}) == 2
    assert len({(dot.get("cx"), dot.get("cy")) for dot in root.iter("circle")}) == 4


def test_the_legend_names_only_what_is_drawn() -> None:
    rows = chronology(StatusHistory(made_pages.bars(), made_pages.marks()))
    assert [kind for kind, _ in manners(rows)] == ["told", "hollow", "denied"]
    assert manners(chronology(StatusHistory(made_pages.bars()[3:], ()))) == ()
    assert [kind for kind, _ in tones(made_pages.network(7))] == ["tie", "for", "against", "open", "dashed"]
    assert [kind for kind, _ in tones(made_pages.network(4))] == ["tie", "against"]


def test_gaps_of_one_thing_stand_together_and_the_own_come_first() -> None:
    ban = Value("the ban", "x")
    rows = (Gap("date", (2,), ban), Gap("members", (1,)), Gap("authority", (1,), ban), Gap("seat", (2,)))
    assert [(one.of, one.words, one.refs) for one in gaps_of(rows)] == [
        (None, ("members", "seat"), (1, 2)),
        (ban, ("date", "authority"), (1, 2)),
    ]


def test_who_says_that_it_is_so_is_told_with_those_who_deny_it() -> None:
    card = made_pages.cards(4)[0]
    said = tuple(replace(one, links=(CONTENT,)) for one in card.claims)
    own = replace(said[1], speakers=(), own_voice=True)
    found = sayings((replace(card, claims=(said[2], said[3], own, card.claims[0])),))
    assert [(one.how, one.own, one.denied, [who.words for who in one.who]) for one in found] == [
        (("possible",), False, False, ["Ada Erral"]),
        ((), False, True, ["Ada Erral"]),
        ((), True, False, []),
    ]
