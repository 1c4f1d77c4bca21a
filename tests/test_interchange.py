"""FollowTheMoney and Popolo: read as entries of the register and as claims, and written from the graph."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.build import build
from diaspora_kg.cli import main
from diaspora_kg.errors import Severity, UsageError
from diaspora_kg.identity import read_register
from diaspora_kg.interchange import placed
from diaspora_kg.interchange.importing import Imported, Options, add, import_file
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project
from tests import popolo_schemas, small

FTM = """\
{"id": "NK-aaaaaaaaaaaa", "schema": "Organization", "properties": {"name": ["Norland League"], "alias": ["Лига Норланда"], "abbreviation": ["NL"], "previousName": ["League of \\"Rain\\""], "topics": ["pol.party"], "wikidataId": ["Q990042"], "country": ["xx"], "incorporationDate": ["2009-05-01"]}}
{"id": "p1", "schema": "Person", "properties": {"name": ["Ada Venn"], "weakAlias": ["Venn…"], "birthDate": ["1980"]}}
{"id": "v1", "schema": "Vessel", "properties": {"name": ["Boat"]}}
{"id": "v2", "schema": "Vessel", "properties": {"name": ["Ship"]}}
{"id": "g1", "schema": "PublicBody", "properties": {"name": ["Ministry of Rain"]}}
{"id": "pos1", "schema": "Position", "properties": {"name": ["Minister of Rain"], "organization": ["g1"]}}
{"id": "m1", "schema": "Membership", "properties": {"member": ["p1"], "organization": ["NK-aaaaaaaaaaaa"], "role": ["Chair"], "startDate": ["2010"]}}
{"id": "o1", "schema": "Occupancy", "properties": {"holder": ["p1"], "post": [{"id": "pos1", "schema": "Position", "properties": {}}], "startDate": ["2011-01-02"], "endDate": ["2012-13-01"]}}
{"id": "x1", "schema": "LegalEntity", "properties": {"name": ["Whoever"]}}
{"id": "i1", "schema": "Identification", "properties": {"holder": ["p1"], "type": ["VIAF"], "number": ["12345"]}}
"""  # noqa: E501
POPOLO = """\
{
 "persons": [
  {"id": "ada", "name": "Ada Venn",
   "other_names": [{"name": "Ада Венн", "lang": "ru"}, {"name": "Ada Kalt", "note": "birth name"}],
   "identifiers": [{"scheme": "wikidata", "identifier": "Q990043"}, {"scheme": "tax", "identifier": "7"}],
   "birth_date": "1980-01-01",
   "memberships": [{"organization_id": "house", "post_id": "speaker", "start_date": "2011", "end_date": null}]
  },
  {"id": "bo", "name": "Bo Rill", "gender": "male"}
 ],
 "organizations": [
  {"id": "house", "name": "House of Norland", "classification": "legislature", "founding_date": "1901-05"},
  {"id": "greens", "name": "Greens", "classification": "Party", "parent_id": "house"},
  {"id": "club", "name": "Club", "classification": "Glee club"}
 ],
 "posts": [{"id": "speaker", "label": "Speaker of the House", "organization_id": "house"}],
 "memberships": [
  {"person_id": "bo", "organization_id": "greens", "role": "member", "on_behalf_of_id": "house"},
  {"person_id": "nobody", "organization_id": "greens"},
  {"role": "member"}
 ],
 "events": []
}
"""


def project(root: Path, register: str = "format: 1\nactors: {}\n") -> Project:
    root.mkdir(parents=True)
    small.write(root, "dkg.toml", small.SETTINGS)
    small.write(root, "register.yaml", register)
    return Project.load(root)


def dkg(root: Path, *args: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, [*args, "--project", str(root)])
    assert done.exit_code == code, done.output
    return done


def taken(root: Path, content: str | bytes, name: str = "in.json", **options: object) -> Imported:
    own = Project.load(root) if root.exists() else project(root)
    path = small.write(root.parent, name, content)
    return import_file(own, path, Options(**options))  # type: ignore[arg-type]


def codes(made: Imported) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in made.findings:
        found.setdefault(one.code, []).append(one.line)
    return found


def test_ftm_becomes_entries(tmp_path: Path) -> None:
    made = taken(tmp_path / "p", FTM, claims="found", language="en")
    assert (
        made.entries.written()
        == """\
actors:
  norland-league:
    is: organization
    kind: political-party
    names:
      - {en: Norland League}
      - {und-Cyrl: Лига Норланда}
      - {en: NL, kind: acronym}
      - {en: "League of \\"Rain\\"", kind: former-name}
    external-ids:
      - "https://www.opensanctions.org/entities/NK-aaaaaaaaaaaa/"
      - "http://www.wikidata.org/entity/Q990042"
  ada-venn:
    is: person
    names: [{en: Ada Venn}, {en: "Venn…", kind: press-variant}]
    external-ids: ["https://viaf.org/viaf/12345"]
  ministry-of-rain: {is: organization, kind: state-body, names: [{en: Ministry of Rain}]}

posts:
  minister-of-rain: {names: [{en: Minister of Rain}], in: ministry-of-rain}
  norland-league-chair: {label: Chair, in: norland-league}
"""
    )
    assert not made.failed
    assert codes(made) == {
        "no-place": [1, 2],  # country, birthDate
        "unknown-schema": [3, 9],
        "no-date": [8],
    }
    vessels = next(one for one in made.findings if "Vessel" in one.message)
    assert "(2 times, first here)" in vessels.message


def test_what_a_file_claims_is_an_article_that_builds(tmp_path: Path) -> None:
    root = tmp_path / "p"
    made = taken(root, FTM, claims="found")
    assert add(Project.load(root), made) == ["register.yaml", "articles/found.txt", "articles/found.yaml"]
    report = build(Project.load(root))
    assert [one for one in report.findings if one.severity is Severity.VIOLATION] == []
    text = (root / "articles" / "found.txt").read_text("utf-8")
    assert "Record 3 (o1): Ada Venn holds the office Minister of Rain from 2011-01-02." in text
    told = json.loads(dkg(root, "why", "ada-venn", "--output", "json").stdout)
    assert "record-2" in json.dumps(told)
    again = taken(root, FTM)
    assert {"norland-league", "ada-venn"} <= {again.entries.keys[key] for key in again.entries.known}


def test_popolo_becomes_entries(tmp_path: Path) -> None:
    made = taken(tmp_path / "p", POPOLO, language="en")
    assert (
        made.entries.written()
        == """\
actors:
  ada-venn:
    is: person
    names: [{en: Ada Venn}, {ru: Ада Венн}, {en: Ada Kalt, kind: former-name}]
    external-ids: ["http://www.wikidata.org/entity/Q990043"]
  bo-rill: {is: person, names: [{en: Bo Rill}]}
  house-of-norland: {is: organization, kind: state-body, names: [{en: House of Norland}]}
  greens: {is: organization, kind: political-party, names: [{en: Greens}]}
  club: {is: organization, names: [{en: Club}]}

posts:
  speaker-of-the-house: {label: Speaker of the House, in: house-of-norland}
"""
    )
    assert not made.failed
    assert {code: sorted(lines) for code, lines in codes(made).items()} == {
        "unknown-class": [1],
        "no-address": [5],
        "no-place": [3, 9, 13, 18],
        "no-kind": [14],
        "no-ends": [20],
        "claims": [7],
    }


def test_claims_of_popolo(tmp_path: Path) -> None:
    made = taken(tmp_path / "p", POPOLO, claims="house")
    assert [one.claims for one in made.articles] == [3]
    assert (
        "Ada Venn holds the office Speaker of the House of House of Norland from 2011."
        in made.articles[0].text
    )
    assert "House of Norland: founding on 1901-05." in made.articles[0].text
    assert "is not among the entities" in " ".join(one.message for one in made.findings)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ('{"id": "a", "schema": "Person", "properties": {}\n', "json", 1),
        ('{"id": "a", "schema": "Person", "properties": {}}\n{oops\n', "json", 2),
        ('{"id": "a", "schema": "Person", "properties": {}}\n7\n', "json", 2),
        ('{"id": 7, "schema": "Person", "properties": {}}\n', "no-entity", 1),
        ('{"id": "a", "schema": "Person", "properties": []}\n', "no-entity", 1),
        ('{"id": "a", "schema": "Person", "properties": {"name": [7]}}\n', "no-entity", 1),
        ('{"id": "a", "schema": "Person", "properties": {}}\n'.encode("utf-16"), "not-utf-8", 0),
        ('[{"id": "a", "schema": "Person", "properties": {}}, 7]', "json", 0),
        ("[" * 100_000, "json", 0),
        ('{"persons": 7}', "no-popolo", 1),
        ('{"persons": [7]}', "no-popolo", 1),
        ('{\n"persons": [{"name": "Ada"}]}', "no-popolo", 2),
        ('{\n"persons": [\n{"id": "a", "name": ["Ada"]}]}', "no-popolo", 3),
        ('{"persons": [\n{"id": "a", "name": "Ada", "other_names": {}}]}', "no-popolo", 2),
        ('{"persons": [\n\n{"id": "a"}', "json", 3),
        ("7", "no-popolo", 0),
        ("", "json", 1),
    ],
)  # fmt: skip
def test_what_is_malformed_is_a_finding_with_its_line(
    tmp_path: Path, content: str | bytes, code: str, line: int
) -> None:
    made = taken(tmp_path / "p", content)
    assert made.failed
    assert (code, line) in {(one.code, one.line) for one in made.findings if one.severity == "violation"}


def test_a_key_that_stands_twice_is_told(tmp_path: Path) -> None:
    made = taken(tmp_path / "p", '{"persons": [\n{"id": "a", "name": "Ada", "name": "Bo"}]}')
    assert codes(made)["json-key-twice"] == [2]


def test_files_that_are_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "WHOLE", 10)
    monkeypatch.setattr(placed, "LINE", 60)
    assert codes(taken(tmp_path / "p", POPOLO)) == {"too-large": [0]}
    assert codes(taken(tmp_path / "p", FTM))["too-large"] == [1]


def test_hostile_names_stay_words(tmp_path: Path) -> None:
    root = tmp_path / "p"
    names = [
        "a: {b}",
        "- x",
        "no",
        "{}",
        "&a *a",
        "a # b",
        "'q' \"r\"",
        "\u202eevil\x07\u0085",
        "a\nb",
        "…",
        "<b>",
    ]
    lines = [
        json.dumps({"id": f"p{n}", "schema": "Person", "properties": {"name": [name]}})
        for n, name in enumerate(names)
    ]
    made = taken(root, "\n".join(lines))
    add(Project.load(root), made)
    own = Project.load(root)
    read = read_register(
        own.register.read_bytes(), "register.yaml", Ontology.load(own.folders("ontology")), "en"
    )
    assert read.findings == ()
    found = {name.form for node in read.nodes for name in node.names}
    assert found == {"a: {b}", "- x", "no", "{}", "&a *a", "a # b", "'q' \"r\"", "evil", "a b", "…", "<b>"}


REGISTER = """\
# Our register.
format: 1

actors:
  # the league
  league:
    is: organization
    names: [{en: Norland League}]
    external-ids: ["http://www.wikidata.org/entity/Q990042"]  # sure

# what follows are places
places: {halm: {names: [{en: Halm}]}}
"""


def test_adding_keeps_comments_and_what_is_there(tmp_path: Path) -> None:
    root = tmp_path / "p"
    own = project(root, REGISTER)
    made = taken(root, FTM)
    assert "norland-league" not in made.entries.written()
    assert codes(made)["known"] == [1]
    add(own, made)
    text = (root / "register.yaml").read_text("utf-8")
    assert text.startswith(REGISTER[: REGISTER.index("\n# what follows")])
    assert text.index("ada-venn") < text.index("# what follows") < text.index("posts:")
    assert "in: league" in text
    small.write(root, "articles/found.txt", "x")
    more = taken(root, FTM, claims="found")
    with pytest.raises(UsageError, match="is there already"):
        add(own, more)


def test_nothing_is_added_to_a_section_on_one_line(tmp_path: Path) -> None:
    register = 'format: 1\nactors: {league: {is: organization, names: [{en: "L: x"}]}}\n'
    own = project(tmp_path / "p", register)
    made = taken(tmp_path / "p", FTM)
    with pytest.raises(UsageError, match="paste what is printed"):
        add(own, made)
    assert own.register.read_text("utf-8") == register


def test_the_command(tmp_path: Path) -> None:
    root = tmp_path / "p"
    project(root)
    small.write(tmp_path, "in.json", FTM)
    done = dkg(root, "link", "import", str(tmp_path / "in.json"))
    assert done.stdout.startswith("format: 1\n\nactors:\n")
    assert "6 new entries" in done.stderr or "new entries, 0 known" in done.stderr
    assert (root / "register.yaml").read_text("utf-8") == "format: 1\nactors: {}\n"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project whose register came from Popolo and has more names than that."""
    root = tmp_path_factory.mktemp("export") / "p"
    register = """\
format: 1
actors:
  league:
    is: organization
    kind: [political-party, community-organization]
    names:
      - {en: Norland League}
      - {ru: Лига Норланда}
      - {en: NL, kind: acronym}
      - {en: Rain League, kind: former-name}
    external-ids: ["http://www.wikidata.org/entity/Q990042", "https://viaf.org/viaf/12345", "https://r.example/7"]
  venn: {is: person, names: [{en: Ada Venn}]}
  norland: {is: polity, names: [{en: Norland}]}
  farmers: {is: collective, label: the farmers of Halm}
posts:
  chair: {label: chair of the League, in: league}
places:
  halm: {names: [{en: Halm}]}
"""
    own = project(root, register)
    small.article(
        root,
        "one",
        "A league\n\nAda Venn has chaired the Norland League since 2031-05-01. It was founded in 2009.\n",
        """\
format: 1
article:
  title: A league
  language: en
  annotator: Reviewer One
  url: https://news.example/1
  not-stated: [author, publisher, published]
article-says:
  - {id: chairs, says: Venn chairs it., content: {is: membership, member: venn, organization: league, post: chair, starts: {date: "2031-05-01"}, not-stated: [ends]}, quote: Ada Venn has chaired}
  - {id: founded, says: It was founded in 2009., content: {is: status-change, kind: founding, of: league, when: {date: "2009"}, not-stated: [authority, legal-basis]}, quote: It was founded in 2009}
""",  # noqa: E501
    )
    report = build(own)
    assert [one for one in report.findings if one.severity is Severity.VIOLATION] == []
    return root


def test_ftm_out_and_in_keeps_keys_names_and_ids(exported: Path, tmp_path: Path) -> None:
    done = dkg(exported, "export", "register", "--format", "ftm")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    league = next(one for one in lines if one["id"] == "league")
    assert league["schema"] == "Organization"
    assert league["properties"]["incorporationDate"] == ["2009"]
    held = next(one for one in lines if one["schema"] == "Occupancy")
    assert held["properties"]["sourceUrl"] == ["https://news.example/1"]
    assert held["properties"]["description"] == ["“A league” says so"]
    assert "left out: places (1)" in done.stderr
    made = taken(tmp_path / "p", done.stdout, by_id=True, claims="back", language="en")
    assert set(made.entries.fields["actors"]) == {"league", "venn", "norland", "farmers"}
    own = made.entries.fields["actors"]["league"]
    assert set(own["external-ids"]) == {
        "http://www.wikidata.org/entity/Q990042", "https://viaf.org/viaf/12345", "https://r.example/7",
    }  # fmt: skip
    assert {"en": "NL", "kind": "acronym"} in own["names"]
    assert set(own["kind"]) == {"political-party", "community-organization"}
    assert made.entries.fields["actors"]["norland"]["is"] == "polity"
    assert [one.claims for one in made.articles] == [2]
    assert not made.failed


def test_popolo_out_and_in_keeps_keys_names_and_ids(exported: Path, tmp_path: Path) -> None:
    done = dkg(exported, "export", "register", "--format", "popolo")
    document = json.loads(done.stdout)
    checked = jsonschema.Draft202012Validator(popolo_schemas.DOCUMENT)
    assert list(checked.iter_errors(document)) == []
    assert document["memberships"][0]["sources"] == [
        {"url": "https://news.example/1", "note": "“A league” says so"}
    ]
    made = taken(tmp_path / "p", done.stdout, by_id=True, claims="back")
    before = read_register((exported / "register.yaml").read_bytes(), "r", Ontology.load(
        Project.load(exported).folders("ontology")), "en")  # fmt: skip
    add(Project.load(tmp_path / "p"), made)
    after = read_register((tmp_path / "p" / "register.yaml").read_bytes(), "r", Ontology.load(
        Project.load(exported).folders("ontology")), "en")  # fmt: skip
    assert after.findings == ()

    def said(nodes: object) -> dict[str, object]:
        return {
            node.key: (node.kind, {(n.form, n.language, n.kind) for n in node.names},
                       {repr(v) for p, v in node.slots if p == "dkg:externalId"})
            for node in nodes  # type: ignore[attr-defined]
        }  # fmt: skip

    wanted, found = said(before.nodes), said(after.nodes)
    assert wanted.keys() == found.keys()
    assert {key: wanted[key] for key in wanted if key != "farmers"} == {
        key: found[key] for key in found if key != "farmers"
    }


def test_namesakes_and_ids_that_two_have_are_told(tmp_path: Path) -> None:
    root = tmp_path / "p"
    project(root, "format: 1\nactors:\n  venn: {is: person, names: [{ru: Ада Венн}]}\n")
    person = {"schema": "Person", "properties": {"name": ["Ада Венн"], "wikidataId": ["Q990043"]}}
    made = taken(root, "\n".join(json.dumps({"id": name, **person}) for name in ("a", "\ud800")), claims="x")
    assert codes(made) == {"namesake": [1], "id-twice": [2]}
    assert [one.get("external-ids") for one in made.entries.fields["actors"].values()] == [
        ["http://www.wikidata.org/entity/Q990043"],
        None,
    ]


def test_nothing_is_added_of_a_file_that_is_damaged(tmp_path: Path) -> None:
    root = tmp_path / "p"
    project(root)
    small.write(tmp_path, "in.json", FTM + "{oops\n")
    done = dkg(root, "link", "import", str(tmp_path / "in.json"), "--add", code=1)
    assert "nothing was written" in done.stderr
    assert (root / "register.yaml").read_text("utf-8") == "format: 1\nactors: {}\n"


def test_a_key_that_stands_twice_among_many_is_found_at_once(tmp_path: Path) -> None:
    keys = ",".join(f'"k{number}":0' for number in range(100_000))
    made = taken(tmp_path / "p", f'{{"persons":[],{keys},"k99999":1}}', form="popolo")
    assert codes(made)["json-key-twice"] == [1]


def test_digits_of_other_scripts_make_no_id_and_no_date(tmp_path: Path) -> None:
    properties = {
        "name": ["Norland League"],
        "wikidataId": ["Q1\u0662"],
        "incorporationDate": ["1\u0662\u0663\u0664"],
    }
    made = taken(tmp_path / "p", json.dumps({"id": "l", "schema": "Organization", "properties": properties}))
    assert {"no-id", "no-date"} <= set(codes(made))
