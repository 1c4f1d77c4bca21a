"""Pages of an invented organization with every panel filled, for tests of how they look and weigh."""

from __future__ import annotations

from dataclasses import replace

from diaspora_kg.pages import Site
from diaspora_kg.pages.facts import (
    Citation,
    Claimed,
    Dated,
    Decision,
    Name,
    Paging,
    Part,
    Put,
    Quote,
    Slot,
    Source,
    Speaker,
    Value,
)
from diaspora_kg.pages.ledes import Fact, Lede
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.panel import Panel, ThingPage
from diaspora_kg.pages.related import (
    Conflict,
    Conflicts,
    Gap,
    Gaps,
    History,
    HistoryEntry,
    Identity,
    Network,
    NetworkEdge,
    NetworkNode,
    Rows,
    TableRow,
)
from diaspora_kg.pages.statusviews import StatusBadge, StatusBar, StatusHistory, StatusMark
from diaspora_kg.pages.views import (
    Events,
    EventTold,
    Facts,
    Fate,
    KeyFact,
    Names,
    NameTold,
    Office,
    Offices,
    StatementCard,
    StatementMark,
    Statements,
    Told,
    Undertakings,
    UndertakingTold,
)

BASE = "https://example.org/made/"
SITE = Site(
    "Made record", BASE, snapshot="ab12" * 16, number=3, published="2031-05-02T10:00:00Z", licence="CC-BY-4.0"
)


def node(kind: str, key: str, words: str) -> Value:
    return Value(words, f"{BASE}id/{kind}/{key}")


UNION = node("organization", "union", "Union of Tarvians in Norland")
LEAGUE = node("organization", "league", "Vesmark League of Tarvian Teachers")
MINISTRY = node("organization", "ministry", "Ministry of Justice of Norland")
ADA = node("person", "ada", "Ada Erral")
BORIS = node("person", "boris", "Boris Lindqvist-Tarvani")
SPOKESMAN = node("post", "spokesman", "spokesman of the Ministry of Justice")
NORLAND = node("polity", "norland", "Norland")
VESMARK = node("polity", "vesmark", "Vesmark")
COURIER = Value("Tarvians call the decision a mistake", f"{BASE}id/article/courier")
HERALD = Value("Ministry ends the union, says spokesman", f"{BASE}id/article/herald")
INTERVIEW = node("statement", "interview", "interview by Boris Lindqvist-Tarvani")
REMARK = node("statement", "remark", "remark by Ada Erral")

STATED = Slot("givenness", "stated", "stated", plain=True)
DIRECT = Slot("attribution", "directQuote", "direct quote", plain=True)
PRESUPPOSED = Slot("givenness", "presupposed", "presupposed")
NEGATED = Slot("polarity", "negated", "negated")
POSSIBLE = Slot("modality", "possible", "possible")

OWN = Put((), (), own_voice=True, article=COURIER, plain=True)
BY_BORIS = Put((PRESUPPOSED,), (BORIS,), own_voice=False, article=HERALD, plain=False)
SAID = Put((), (ADA,), own_voice=False, article=COURIER, plain=True)
DENIED = Put((NEGATED,), (ADA,), own_voice=False, article=COURIER, plain=False, denied=True)


def claim(number: int, gloss: str, *slots: Slot, source: int = 1, quote: str = "", **more: object) -> Claimed:
    words = quote or "a mistake that nobody in the valley will understand"
    begin = 100 + 90 * number
    made = Claimed(
        iri=f"{BASE}id/claim/courier.C-{number}",
        key=f"courier.C-{number}",
        anchor=f"claim-courier.C-{number}",
        gloss=gloss,
        speakers=(Speaker(ADA, acting_for=UNION, inferred=True),),
        own_voice=False,
        said_inferred=False,
        media="Norland Courier",
        statement=REMARK,
        statement_kind="remark",
        slots=(STATED, DIRECT, *slots),
        notes=(),
        quotes=(Quote(words, begin, begin + len(words), "body"),),
        article=COURIER,
        published="2031-03-07",
        source=source,
    )
    return replace(made, **more)  # type: ignore[arg-type]


GLOSSES = (
    "Ending the union while others are left alone is unjust, and the valley takes it as a slight.",
    "The union brought the schools of the two towns together.",
    "Closing it may cost the ministry the trust of the teachers.",
    "It was founded under the law on associations of Norland.",
)


def claims(count: int) -> tuple[Claimed, ...]:
    slots = ((Slot("stance", "negative", "negative stance"),), (), (POSSIBLE,), (NEGATED,))
    return tuple(claim(n, GLOSSES[n % 4], *slots[n % 4]) for n in range(count))


def cards(count: int, each: int = 4) -> tuple[StatementCard, ...]:
    every = claims(count)
    return tuple(
        StatementCard(
            REMARK if n % 2 else INTERVIEW,
            f"statement-{n}",
            "remark" if n % 2 else "interview",
            own_voice=False,
            speakers=(
                Speaker(
                    ADA if n % 2 else BORIS, SPOKESMAN if n % 2 == 0 else None, UNION if n % 2 else MINISTRY
                ),
            ),
            addressees=(),
            media="Norland Courier",
            dated=Dated("by", "", "2031-03-07"),
            article=COURIER,
            published="2031-03-07",
            source=1 + n % 2,
            claims=every[n * each : (n + 1) * each],
        )
        for n in range(-(-count // each))
    )


def bars() -> tuple[StatusBar, ...]:
    def bar(
        key: str,
        value: str,
        words: str,
        starts: Dated,
        ends: Dated,
        *puts: Put,
        place: Value | None = NORLAND,
        refs: tuple[int, ...] = (1,),
        **more: object,
    ) -> StatusBar:
        made = StatusBar(
            f"{BASE}id/legal-status/{key}",
            f"status-{key}",
            value,
            words,
            "",
            place,
            None,
            "",
            starts,
            ends,
            None,
            None,
            (),
            puts,
            refs,
        )
        return replace(made, **more)  # type: ignore[arg-type]

    year = Dated("between", "2019-01-01", "2019-12-31", edtf="2019")
    return (
        bar(
            "registered",
            "registered",
            "registered",
            year,
            Dated("by", "", "2031-03-06"),
            SAID,
            refs=(1, 3),
            legal_form="association",
            legal_basis=Value("law on associations"),
        ),
        bar(
            "gone",
            "liquidationStageUnspecified",
            "liquidation reported, stage not stated",
            Dated("by", "", "2031-03-06"),
            Dated(),
            BY_BORIS,
            refs=(2,),
            silent=("authority", "grounds"),
            against=("status-denied",),
        ),
        bar(
            "denied",
            "banned",
            "banned",
            Dated("between", "2031-02-01", "2031-02-28", edtf="2031-02"),
            Dated(),
            DENIED,
        ),
        bar(
            "exile",
            "established",
            "established",
            Dated("on", "2030-06-15", "2030-06-15"),
            Dated(),
            OWN,
            place=VESMARK,
            refs=(4,),
        ),
    )


def marks() -> tuple[StatusMark, ...]:
    def mark(key: str, value: str, words: str, dated: Dated, *puts: Put, **more: object) -> StatusMark:
        made = StatusMark(
            f"{BASE}id/status-change/{key}", f"change-{key}", value, words, dated, (), puts, (1,)
        )
        return replace(made, **more)  # type: ignore[arg-type]

    return (
        mark(
            "founded", "founding", "founding", Dated("between", "2019-01-01", "2019-12-31", edtf="2019"), SAID
        ),
        mark(
            "end",
            "liquidation",
            "liquidation",
            Dated("by", "", "2031-03-06"),
            BY_BORIS,
            parts=(Part("decided by", None),),
            silent=("date",),
        ),
    )


def network(count: int) -> Network:
    kinds = ("organization", "person", "polity", "collective")
    first = ("Ada", "Boris", "Ümit", "Հայկ", "Сергей")
    named = (
        NetworkNode("n0", UNION, "organization", focus=True),
        NetworkNode("n1", MINISTRY, "organization"),
        NetworkNode("n2", ADA, "person"),
        NetworkNode("n3", BORIS, "person"),
        NetworkNode("n4", LEAGUE, "organization"),
        NetworkNode("n5", NORLAND, "polity"),
        NetworkNode("n6", Value("Deciding authority"), "organization", unknown=True),
        *(
            NetworkNode(
                f"n{n}",
                node(kinds[n % 4], f"k{n}", f"{first[n % 5]} of the {n}th house in Vesmark"),
                kinds[n % 4],
            )
            for n in range(7, count)
        ),
    )[:count]
    ties = (
        ("n2", "n0", "president", "president of", "tie", OWN),
        ("n3", "n1", "speaks for", "speaks for", "tie", OWN),
        ("n3", "n0", "criticizes", "criticizes", "against", SAID),
        ("n0", "n4", "cooperatesWith", "cooperates with", "for", SAID),
        ("n0", "n5", "operatesIn", "operates in", "open", OWN),
        ("n6", "n0", "liquidation", "ends", "against", BY_BORIS),
        *(
            (
                f"n{n}",
                f"n{0 if n % 3 else n - 4}",
                "supports",
                "supports",
                ("for", "against", "tie", "open")[n % 4],
                SAID,
            )
            for n in range(7, count)
        ),
    )
    ids = {one.id for one in named}
    edges = tuple(
        NetworkEdge(source, target, kind, words, tone, (put,), (1,))
        for source, target, kind, words, tone, put in ties
        if {source, target} <= ids
    )
    return Network(named, edges)


def statement_marks() -> tuple[StatementMark, ...]:
    return (
        StatementMark(REMARK, "remark", Dated("by", "", "2031-03-07"), 4, "negative", "statement-1", (1,)),
        StatementMark(
            INTERVIEW, "interview", Dated("on", "2031-03-06", "2031-03-06"), 3, "", "statement-0", (2,)
        ),
        StatementMark(
            node("statement", "old", "speech"),
            "speech",
            Dated("on", "2028-05-01", "2028-05-01"),
            2,
            "positive",
            "",
            (3,),
        ),
    )


def panels(count: int, actors: int) -> tuple[Panel, ...]:
    facts = (
        KeyFact("kind", (Told(Value("community organization"), (3,)),)),
        KeyFact("operates in", (Told(NORLAND, (1,), (SAID,)),)),
        KeyFact("legal form", (Told(Value("association"), (1,), (BY_BORIS,)),)),
        KeyFact("head", (Told(ADA, (1, 2), dated=Dated("from", "2030-01-01")),)),
        KeyFact("seat", (), (1, 2)),
        KeyFact("registration number", (), (1,)),
    )
    names = (
        NameTold(Name("Union of Tarvians in Norland", "en", "full name", "name-1"), (1,)),
        NameTold(Name("UTN", "en", "acronym", "name-2"), (1, 2)),
        NameTold(Name("Союз тарвийцев Норланда", "ru", "full name", "name-3"), (2,)),
        NameTold(Name("Norlandda Tarvilər Birliyi", "az", "full name", "name-4"), (3,), "UTN"),
        NameTold(Name("Նորլանդի տարվացիների միություն", "hy", "full name", "name-5"), (3,)),
        NameTold(Name("اتحاد التارفيين", "ar", "press variant", "name-6"), (2,)),
        NameTold(Name("თარვიელთა კავშირი", "ka", "press variant", "name-7"), (2,)),
    )
    pledge = UndertakingTold(
        f"{BASE}id/undertaking/pledge",
        "undertaking-pledge",
        "commitment",
        "a joint school week every year",
        (Part("promised by", UNION), Part("promised by", LEAGUE, acting_for=VESMARK, inferred=True)),
        (node("event", "week", "school week"),),
        Dated("printed", words="next spring"),
        (SAID,),
        (Fate("notReported", "nothing is reported of it", None, (1,), derived=True),),
        (1,),
    )
    office = Office(
        f"{BASE}id/membership/m",
        "office-m",
        ADA,
        node("post", "president", "president"),
        UNION,
        "organization",
        Dated("from", "2030-01-01"),
        Dated(),
        (OWN,),
        (1,),
    )
    rally = EventTold(
        f"{BASE}id/event/rally",
        "event-rally",
        "rally",
        "a rally before the ministry",
        Dated("on", "2031-03-05", "2031-03-05"),
        node("place", "square", "Linden Square"),
        (Part("organizer", UNION), Part("participant", None)),
        (SAID,),
        (1,),
        planned=True,
    )
    found = network(actors)
    decision = Decision(
        "not the same",
        ("courier.union", "herald.league"),
        "Reviewer One",
        "2031-04-01",
        "two seats, two heads",
        refs=(5,),
    )
    more = Paging(1, count, 230, "", "/page/organization/union?part=said.2031") if count >= 50 else None
    return (
        Panel(
            "organization_facts",
            "Key facts",
            "facts",
            "facts",
            Facts(facts),
            6,
            "/panels/x?node=union",
            beside=True,
        ),
        Panel(
            "organization_status",
            "Legal status over time",
            "status",
            "status",
            StatusHistory(bars(), marks()),
            6,
            "/panels/organization_status?node=union",
        ),
        Panel(
            "organization_said_about",
            "Statements about this organization",
            "statements",
            "statements",
            Statements(cards(count), statement_marks()),
            230 if more else count,
            "/panels/y?node=union",
            further=more,
            note="A claim is the speaker’s, not ours.",
        ),
        Panel(
            "organization_undertakings",
            "Commitments and appeals",
            "undertakings",
            "undertakings",
            Undertakings((pledge,)),
            1,
            "/panels/z",
        ),
        Panel(
            "organization_offices",
            "Offices and members",
            "offices",
            "offices",
            Offices((office,)),
            1,
            "/panels/o",
        ),
        Panel("organization_events", "Events", "events", "events", Events((rally,)), 1, "/panels/e"),
        Panel(
            "organization_network",
            "Related actors",
            "network",
            "network",
            found,
            len(found.edges),
            "/panels/n",
        ),
        Panel(
            "organization_conflicts",
            "Where sources disagree",
            "conflicts",
            "conflicts",
            Conflicts(
                (
                    Conflict(
                        "denies",
                        "says the contrary",
                        Value("the ban"),
                        claim(900, "The union is banned."),
                        claim(901, "The union is not banned.", NEGATED),
                    ),
                )
            ),
            1,
            "/panels/c",
        ),
        Panel(
            "organization_gaps",
            "What the sources do not say",
            "gaps",
            "gaps",
            Gaps(
                (Gap("authority", (1,), node("status-change", "end", "liquidation")), Gap("members", (1, 2)))
            ),
            2,
        ),
        Panel(
            "organization_identity",
            "Records that are not this one",
            "identity",
            "identity",
            Identity((decision,), ("courier.union-of-tarvians",)),
            1,
        ),
        Panel(
            "organization_own",
            "A table of the project",
            "own",
            "table",
            Rows(("town", "members"), (TableRow(((Value("Tarv"),), (Value("41"),)), (1,)),)),
            1,
        ),
        Panel("organization_names", "Names", "names", "names", Names(names), 7, beside=True),
        Panel(
            "organization_history",
            "History of this page",
            "history",
            "history",
            History(
                (
                    HistoryEntry("2031-04-01", "decided", "told apart from a record", "Reviewer One", (5,)),
                    HistoryEntry("2031-03-08", "annotated", "annotated", "Reviewer Two", (1,), "native"),
                )
            ),
            2,
            beside=True,
        ),
    )


def page(count: int = 8, actors: int = 9) -> ThingPage:
    """The page with so many claims, and so many actors in its network."""
    thing = Thing(UNION.iri, "organization", "union", UNION.words)
    ended = bars()[1]
    sources = (
        Source(
            1,
            Thing(COURIER.iri, "article", "courier", COURIER.words),
            "Norland Courier",
            "2031-03-07",
            sha256="0f3a" * 16,
            link="https://courier.example/a#:~:text=a%20mistake",
        ),
        Source(
            2,
            Thing(HERALD.iri, "article", "herald", HERALD.words),
            "publisher not stated",
            "date not stated",
            sha256="91bc" * 16,
        ),
        Source(
            3,
            Thing(f"{BASE}id/organization/union", "organization", "union", "Register of the project"),
            "",
            "",
            kind="register",
        ),
        Source(
            4,
            Thing(f"{BASE}id/article/far", "article", "far", "A letter from Vesmark"),
            "Vesmark Herald",
            "2030-07",
        ),
        Source(
            5,
            Thing(f"{BASE}id/decision/d", "decision", "d", "union is not the league"),
            "",
            "",
            kind="decision",
            decision=Decision(
                "not the same", ("league", "union"), "Reviewer One", "2031-04-01", "Seen.", "", (5,)
            ),
        ),
    )
    return ThingPage(
        thing=thing,
        kind="organization",
        names=(Name("Union of Tarvians in Norland", "en", "full name", "name-1"),),
        sources=sources,
        former=("courier.union-of-tarvians",),
        paging=Paging(1, count, count),
        canonical="/page/organization/union",
        data=tuple(
            Link(f"/data/organization/union.{e}", w)
            for e, w in (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"))
        ),
        alternates=(Link("/data/organization/union.ttl", "text/turtle"),),
        linked='{"@context":"https://schema.org"}',
        panels=panels(count, actors),
        lede=Lede(
            kinds=(Told(Value("community organization", model=True), (1, 3)),),
            facts=(Fact("jurisdiction", Told(NORLAND, (2,), (BY_BORIS,))),),
            counts=(("of", count),),
            by=((BORIS, 3), (None, 2)),
            others=1,
            articles=2,
            first="2030-07-01",
            last="2031-03-07",
            undated=1,
        ),
        badge=StatusBadge(
            ended.value,
            ended.words,
            ended.puts,
            ended.starts,
            NORLAND,
            (2,),
            ended.anchor,
            plain=False,
            disputed=True,
            others=3,
        ),
        cite=Citation(UNION.words, SITE.title, UNION.iri, "union", SITE.snapshot, 3, "2031-05-02"),
    )
