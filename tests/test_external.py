"""Ids of other registers are proposed from files and from services that were named; a person takes them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import jsonschema
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from diaspora_kg.errors import StoreNotReachable
from diaspora_kg.store import fetch
from tests import small
from tests.conftest import ROOT

REGISTER = """\
# Known entities.
format: 1

actors:
  # the league
  league:
    is: organization
    names: [{en: Norland League of Tarvians}, {ru: Лига тарвийцев Норланда}]  # two
  venn: {is: person, names: [{en: Ada Venn}], external-ids: ["https://viaf.org/viaf/12345"]}  # sure
  rill: {is: person, names: [{en: Bo Rill}], external-ids: "https://r.example/7"}
  kolm:
    is: person
    names: [{en: Gudrun Praet}]
    external-ids:
      - "https://r.example/8"
  odd: {is: person, names: [{en: "Odd } one"}],
    label: two lines}
places:
  halm: {names: [{en: Halm}]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    small.write(folder, "dkg.toml", small.SETTINGS)
    small.write(folder, "register.yaml", REGISTER)
    (folder / "articles").mkdir()
    return folder


def dkg(root: Path, *args: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["link", "external", *args, "--project", str(root)])
    assert done.exit_code == code, done.output
    return done


def proposed(root: Path, *args: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(dkg(root, *args, "--output", "json").stdout)
    schema = json.loads((ROOT / "docs/reference/external.schema.json").read_text("utf-8"))
    jsonschema.validate(told, schema, cls=jsonschema.Draft202012Validator)
    return told


def best(told: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for one in told:
        if one["score"] >= 0.8:
            found.setdefault((one["key"], one["authority"]), one["address"])
    return found


SIMPLE = """\
"id","schema","name","aliases","birth_date","countries","dataset"
"NK-abcdefghijkl","Organization","Norland League of Tarvians","NLT;Лига Норланда","","xx","Fiction"
"Q990043","Person","Venn, Ada","","1980","xx","Fiction"
"""
WIKIDATA = """\
[
{"type":"item","id":"Q990042","labels":{"ru":{"language":"ru","value":"Лига тарвийцев Норланда"}},"aliases":{},"descriptions":{"en":{"language":"en","value":"a fictional league"}},"claims":{}},
{"type":"item","id":"Q990043","labels":{"en":{"language":"en","value":"Ada Venn"}},"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q5"}}}}]}},
{oops},
{"type":"item","id":"Q990044","labels":{"en":{"language":"en","value":"Nothing alike at all"}}}
]
"""  # noqa: E501
ROR = json.dumps(
    [
        {
            "id": "https://ror.org/012345678",
            "names": [{"value": "Norland League of Tarvians", "types": ["ror_display"], "lang": "en"}],
        }
    ]
)
FTM = '{"id": "Q990042", "schema": "Organization", "properties": {"name": ["Norland League of Tarvians"]}}\n'
POPOLO = json.dumps(
    {
        "persons": [
            {"id": "a", "name": "Ada Venn", "identifiers": [{"scheme": "wikidata", "identifier": "Q990043"}]}
        ]
    }
)
LEAGUE, VENN = "http://www.wikidata.org/entity/Q990042", "http://www.wikidata.org/entity/Q990043"


@pytest.mark.parametrize(
    ("name", "content", "options", "wanted"),
    [
        ("targets.simple.csv", SIMPLE, (), {
            ("league", "opensanctions"): "https://www.opensanctions.org/entities/NK-abcdefghijkl/",
            ("venn", "opensanctions"): "https://www.opensanctions.org/entities/Q990043/"}),
        ("a.tsv", "qid\tname:ru\nQ990042\tЛига тарвийцев Норланда\n", (), {("league", "wikidata"): LEAGUE}),
        ("b.csv", "id;name\n990;Norland League of Tarvians\n", ("--ids", "https://r.example/"), {
            ("league", ""): "https://r.example/990"}),
        ("c.csv", "id,name\n0000000121032683,Ada Venn\n", ("--authority", "isni"), {
            ("venn", "isni"): "https://isni.org/isni/0000000121032683"}),
        ("dump.json", WIKIDATA, (), {("league", "wikidata"): LEAGUE, ("venn", "wikidata"): VENN}),
        ("ror.json", ROR, (), {("league", "ror"): "https://ror.org/012345678"}),
        ("x.ftm.json", FTM, (), {("league", "wikidata"): LEAGUE}),
        ("x.popolo.json", POPOLO, (), {("venn", "wikidata"): VENN}),
    ],
)  # fmt: skip
def test_files(
    root: Path, name: str, content: str, options: tuple[str, ...], wanted: dict[tuple[str, str], str]
) -> None:
    path = small.write(root.parent, name, content)
    code = int("oops" in content)
    done = dkg(root, "--from", str(path), *options, "--output", "json", code=code)
    assert best(json.loads(done.stdout)) == wanted
    if code:
        assert "dump.json:4: violation: This line is no JSON." in done.stderr


def test_what_is_known_is_not_proposed_again(root: Path) -> None:
    path = small.write(root.parent, "v.csv", "viaf,name\n12345,Ada Venn\n99999,Ada Venn\n")
    assert proposed(root, "--from", str(path)) == []


def test_only_some_records_and_every_form(root: Path) -> None:
    path = small.write(
        root.parent, "t.csv", "wikidata,name\nQ990042,Norland League of Tarvians\nQ990043,=Ada Venn\n"
    )
    assert {one["key"] for one in proposed(root, "venn", "--from", str(path))} == {"venn"}
    text = dkg(root, "--from", str(path)).stdout
    assert "league (Norland League of Tarvians)\n  1.00  " in text
    assert "\nvenn,Ada Venn," in dkg(root, "--from", str(path), "--output", "csv").stdout
    assert ",'=Ada Venn," in dkg(root, "--from", str(path), "--output", "csv").stdout
    assert (
        f'league: {{external-ids: ["{LEAGUE}"]}}' in dkg(root, "--from", str(path), "--output", "yaml").stdout
    )
    assert (
        "there is no actor or place 'leage'. Did you mean league?"
        in dkg(root, "leage", "--from", str(path), code=2).stderr
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "name,town\nAda,Halm\n", "name columns"),
        ("a.csv", "", "name columns"),
        ("a.csv", b"wikidata,name\nQ1,\xff\xfe\n", "not UTF-8"),
        ("a.csv", 'wikidata,name\nQ1,"' + "x" * 140_000 + '"\n', "no table"),
        ("a.json", "{", "no JSON"),
    ],
)
def test_files_that_are_none_are_told(root: Path, name: str, content: str | bytes, words: str) -> None:
    path = small.write(root.parent, name, content)
    assert words in dkg(root, "--from", str(path), code=1).stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [((), "say where to look"), (("--from", "x", "--authority", "nobody"), "there are wikidata")],
)
def test_what_is_no_question(root: Path, args: tuple[str, ...], words: str) -> None:
    small.write(root.parent, "x", "")
    given = [str(root.parent / "x") if one == "x" else one for one in args]
    assert words in dkg(root, *given, code=2).stderr


def test_accepting_changes_one_entry_and_keeps_the_rest(root: Path) -> None:
    pairs = ("league=wikidata:Q990042", "venn=https://www.wikidata.org/wiki/Q990043", "rill=viaf:54321",
             "kolm=viaf:54322", "halm=http://www.wikidata.org/entity/Q990044")  # fmt: skip
    dkg(root, *(part for pair in pairs for part in ("--accept", pair)))
    assert (root / "register.yaml").read_text("utf-8") == (
        REGISTER.replace("Норланда}]  # two\n", f'Норланда}}]  # two\n    external-ids: ["{LEAGUE}"]\n')
        .replace('viaf/12345"]}', f'viaf/12345", "{VENN}"]}}')
        .replace('"https://r.example/7"', '["https://r.example/7", "https://viaf.org/viaf/54321"]')
        .replace("external-ids:\n      -", 'external-ids:\n      - "https://viaf.org/viaf/54322"\n      -')
        .replace("{en: Halm}]}", '{en: Halm}], external-ids: ["http://www.wikidata.org/entity/Q990044"]}')
    )


def test_line_ends_stay_as_they_are(root: Path) -> None:
    written = REGISTER.replace("\n", "\r\n").encode()
    (root / "register.yaml").write_bytes(b"\xef\xbb\xbf" + written)
    dkg(root, "--accept", "halm=wikidata:Q990044")
    now = (root / "register.yaml").read_bytes()
    assert now == b"\xef\xbb\xbf" + written.replace(
        b"Halm}]}", b'Halm}], external-ids: ["http://www.wikidata.org/entity/Q990044"]}'
    )


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("league", "KEY=ADDRESS"),
        ("league=wikidata:42", "'wikidata:42' is no address, and no id of an authority; write KEY=ADDRESS"),
        ("league=javascript:alert(1)", "KEY=ADDRESS"),
        ("nobody=wikidata:Q1", "no entry"),
        ("venn=viaf:12345", "already"),
        ("odd=wikidata:Q1", "by hand"),
    ],
)
def test_what_cannot_be_accepted_changes_nothing(root: Path, pair: str, words: str) -> None:
    done = dkg(root, "--accept", "league=wikidata:Q990042", "--accept", pair, code=2)
    assert words in done.stderr
    assert (root / "register.yaml").read_text("utf-8") == REGISTER


class _Service(BaseHTTPRequestHandler):
    """A reconciliation service; ``say`` is what it answers by path: text, or where it leads on to."""

    say: ClassVar[dict[str, str | tuple[str, str]]] = {}
    got: ClassVar[list[dict[str, Any]]] = []

    def _answer(self) -> None:
        told = self.say.get(self.path, "")
        self.send_response(302 if isinstance(told, tuple) else 200)
        if isinstance(told, tuple):
            self.send_header("Location", told[1])
            told = ""
        self.send_header("Content-Length", str(len(told.encode())))
        self.end_headers()
        self.wfile.write(told.encode())

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        queries = json.loads(parse_qs(body)["queries"][0])
        self.got.append(queries)
        assert "Authorization" not in self.headers
        assert "Cookie" not in self.headers
        results = {
            name: {"result": [{"id": "Q990042", "name": one["query"], "description": "said", "score": 1},
                              {"id": 7, "name": "x"}, "y", {"id": "Q1", "name": "\x1b[31m"}]}
            for name, one in queries.items()
        }  # fmt: skip
        self.say[self.path] = json.dumps(results)
        self._answer()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def service(**say: str | tuple[str, str]) -> Iterator[str]:
    _Service.say = {f"/{name}": told for name, told in say.items()}
    _Service.got = []
    server = HTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


MANIFEST = json.dumps(
    {"versions": ["0.2"], "name": "Fiction", "identifierSpace": "http://www.wikidata.org/entity/",
     "schemaSpace": "http://www.wikidata.org/prop/", "batchSize": 2}
)  # fmt: skip


def test_a_service_that_was_named_is_asked_with_names_alone(root: Path) -> None:
    with service(reconcile=MANIFEST) as url:
        told = proposed(root, "league", "--service", f"{url}reconcile", "--type", "Q43229")
    assert [one["query"] for batch in _Service.got for one in batch.values()] == [
        "Norland League of Tarvians",
        "Лига тарвийцев Норланда",
    ]
    assert all(set(one) == {"query", "limit", "type"} for batch in _Service.got for one in batch.values())
    assert best(told) == {("league", "wikidata"): LEAGUE}
    assert (root / "register.yaml").read_text("utf-8") == REGISTER


@pytest.mark.parametrize(
    ("say", "words"),
    [
        ("<html>", "something else than JSON"),
        ("[]", "no manifest"),
        ("{}", "no manifest"),
        (("to", "http://localhost:1/reconcile"), "leads on to http://localhost:1"),
        (("to", "file:///etc/passwd"), "not allowed"),
        ("x" * 200, "more than 0 MB"),
    ],
)
def test_a_service_that_is_none(
    root: Path, monkeypatch: pytest.MonkeyPatch, say: str | tuple[str, str], words: str
) -> None:
    monkeypatch.setattr(fetch, "LARGEST", 100)
    with service(reconcile=say) as url:
        assert words in dkg(root, "--service", f"{url}reconcile", code=3).stderr


@pytest.mark.parametrize(
    "url",
    ["ftp://norland.example/", "file:///etc/passwd", "http://", "https://me:secret@norland.example/", "x"],
)
def test_what_is_no_address_of_a_service(root: Path, url: str) -> None:
    assert dkg(root, "--service", url, code=2).stderr


def test_a_service_that_does_not_answer(root: Path) -> None:
    assert "does not answer" in dkg(root, "--service", "http://127.0.0.1:1/reconcile", code=3).stderr


class _Trickle(_Service):
    """Sends a character of an answer at a time, without end."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.server.ended.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(b" ")


def test_an_answer_that_trickles_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "ALTOGETHER", 1)
    server = HTTPServer(("127.0.0.1", 0), _Trickle)
    server.ended = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with pytest.raises(StoreNotReachable, match="does not answer"):
            fetch.get_json(f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()


class _Half(_Service):
    """Answers with halves of characters."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        results = [{"id": "\ud800", "name": "Norland League"}, {"id": "Q7\u202e", "name": "\ud800"}]
        self.say[self.path] = json.dumps({"q0": {"result": results}, "q1": {"result": results}})
        self._answer()


def test_halves_of_characters_are_no_ids(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Service, "do_POST", _Half.do_POST)
    told = json.loads(MANIFEST) | {"view": {"url": "http://norland.example/{{id}}"}}
    with service(reconcile=json.dumps(told)) as url:
        assert "0 proposals" in dkg(root, "--service", f"{url}reconcile").stderr
