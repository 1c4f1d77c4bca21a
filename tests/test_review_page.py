"""The review page of a real server: what it shows and writes, and everybody whom it refuses."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from diaspora_kg.endpoint.reviewers import allowed
from diaspora_kg.endpoint.settings import Settings
from diaspora_kg.errors import DkgError
from diaspora_kg.identity import Verdict
from diaspora_kg.link import decide
from diaspora_kg.project import Project
from tests.reviewing import ADAS, LEAGUES, built, make, rows
from tests.serving import Served, serving

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Desk:
    """A server with a review, its project, the token, and a reviewer's browser."""

    served: Served
    root: Path
    token: str

    @property
    def own(self) -> str:
        return f"http://127.0.0.1:{self.served.port}"

    @property
    def cookie(self) -> str:
        return f"dkg-review-{self.served.port}={self.token}"

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: str | bytes = ""
    ) -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=60)
        try:
            line.request(method, path, body=body or None, headers=headers or {})
            said = line.getresponse()
            return said.status, {n.lower(): v for n, v in said.getheaders()}, said.read().decode()
        finally:
            line.close()

    def post(self, path: str, form: dict[str, str], **other: str) -> tuple[int, dict[str, str], str]:
        headers = {**FORM, "Cookie": self.cookie, "Origin": self.own}
        headers |= {name.replace("_", "-"): value for name, value in other.items()}
        return self.send("POST", path, {n: v for n, v in headers.items() if v != "-"}, urlencode(form))

    def page(self, path: str = "/review") -> str:
        for _ in range(60):
            status, _, text = self.send("GET", path, {"Cookie": self.cookie})
            assert status == 200
            if 'http-equiv="refresh"' not in text:
                return text
        raise AssertionError("candidates were never found")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = make(tmp_path_factory.mktemp("desk") / "p")
    built(root)
    with serving(root, "--local") as served:
        [token] = re.findall(r"/review\?token=(\S+)", (root / "serve.log").read_text("utf-8"))
        yield Desk(served, root, token)


@pytest.fixture(autouse=True)
def clean(desk: Desk) -> None:
    (desk.root / "decisions.tsv").unlink(missing_ok=True)


def pair(text: str) -> tuple[str, str]:
    left, right = (re.findall(rf'name="{side}" value="([^"]+)"', text)[0] for side in ("left", "right"))
    return left, right


GOOD = {"left": LEAGUES[0], "right": LEAGUES[1], "verdict": "same", "who": "Ada", "why": "One chair."}


def test_the_address_that_is_printed_gives_a_cookie_and_hides_the_token(desk: Desk) -> None:
    status, headers, _ = desk.send("GET", f"/review?token={desk.token}&kind=person")
    assert (status, headers["location"]) == (303, "/review?kind=person")
    cookie = headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    text = desk.page()
    assert pair(text) == LEAGUES[:2]
    assert desk.token not in text
    for words in (
        "Are these one?",
        "6 pairs wait",
        "was praised in Vesmark",
        "articles/praise.yaml:",
        "Score 0.",
    ):
        assert words in text
    headers = desk.send("GET", "/review", {"Cookie": desk.cookie})[1]
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_deciding_and_undoing_by_forms(desk: Desk) -> None:
    text = desk.page()
    status, headers, _ = desk.post("/review/decide", {**GOOD, "why": "", "at": "0"})
    assert (status, headers["location"]) == (303, "/review")
    [row] = rows(desk.root)
    assert (row.decision, row.who) == ("same", "Ada")
    assert row.why.startswith("Reviewed side by side: same name Norland League")
    text = desk.page()
    assert pair(text) != LEAGUES[:2]
    assert row.id in text
    assert (desk.root / ".dkg" / "reviewer").read_text("utf-8") == "Ada\n"
    assert desk.post("/review/undo", {"id": row.id})[0] == 303
    undone = rows(desk.root)[-1]
    assert (undone.decision, undone.of) == ("withdraw", row.id)
    assert pair(desk.page()) == LEAGUES[:2]
    assert desk.post("/review/undo", {"id": row.id})[0] == 409  # replayed
    assert len(rows(desk.root)) == 2


def test_a_form_that_is_sent_twice_writes_once(desk: Desk) -> None:
    for _ in range(2):
        assert desk.post("/review/decide", GOOD)[0] == 303
    assert len(rows(desk.root)) == 1


def test_skipping_and_kinds_write_nothing(desk: Desk) -> None:
    assert pair(desk.page("/review?at=1")) == (LEAGUES[0], LEAGUES[2])
    assert pair(desk.page("/review?kind=person")) == ADAS[:2]
    assert "end of the list" in desk.page("/review?at=99")
    assert "<form" in desk.page("/ru/review")
    for odd in ("at=-1", "at=x", "at=" + "9" * 400, "kind=%3Cscript%3E", "kind=claim"):
        assert "<script>" not in desk.page(f"/review?{odd}").replace('<script src="', "")
    assert not (desk.root / "decisions.tsv").exists()


def test_a_contradiction_is_shown_and_written_only_if_meant(desk: Desk) -> None:
    for left, right in ((LEAGUES[0], "herald"), (LEAGUES[1], "house")):
        decide(Project.load(desk.root), left, right, Verdict.SAME, "Ada", "Seen.")
    status, _, text = desk.post("/review/decide", GOOD)
    assert status == 409
    assert "two entries of the register" in text
    assert "One chair." in text
    assert len(rows(desk.root)) == 2
    assert desk.post("/review/decide", {**GOOD, "anyway": "yes"})[0] == 303
    assert len(rows(desk.root)) == 3


REFUSED: list[tuple[dict[str, str], int]] = [
    ({"Cookie": "-"}, 403),
    ({"Cookie": "dkg-review-1=x"}, 403),
    ({"Origin": "-"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Origin": "http://127.0.0.1.evil.example:PORT"}, 403),
    ({"Origin": "http://evil@127.0.0.1:PORT"}, 403),
    ({"Origin": "https://127.0.0.1:PORT"}, 403),
    ({"Origin": "http://evil.localhost:PORT"}, 403),
    ({"Origin": "http://127.0.0.1:PORT/"}, 403),
    ({"Origin": "http://[::1"}, 403),
    ({"Sec_Fetch_Site": "cross-site"}, 403),
    ({"Sec_Fetch_Site": "same-site"}, 403),
    ({"Host": "evil.example"}, 421),
    ({"Host": "evil.example:PORT"}, 421),
    ({"Content_Type": "text/plain"}, 415),
    ({"Content_Type": "multipart/form-data; boundary=x"}, 415),
    ({"Content_Type": "application/json"}, 415),
]


@pytest.mark.parametrize(("headers", "status"), REFUSED)
def test_what_does_not_come_from_the_page_writes_nothing(
    desk: Desk, headers: dict[str, str], status: int
) -> None:
    given = {name: value.replace("PORT", str(desk.served.port)) for name, value in headers.items()}
    for path, form in (("/review/decide", GOOD), ("/review/undo", {"id": "x"})):
        got, said, _ = desk.post(path, form, **given)
        assert got == status
        assert "access-control-allow-origin" not in said
    assert not (desk.root / "decisions.tsv").exists()


@pytest.mark.parametrize("token", ["", "x", "\u00e9", "0" * 4000])
def test_a_wrong_token_opens_nothing(desk: Desk, token: str) -> None:
    status, headers, _ = desk.send("GET", "/review?" + urlencode({"token": token}))
    assert status == 403
    assert "set-cookie" not in headers
    assert desk.send("GET", "/review")[0] == 403
    cut = desk.token[:-1]
    assert desk.send("GET", "/review", {"Cookie": f"dkg-review-{desk.served.port}={cut}"})[0] == 403


def test_a_program_may_send_the_token_as_a_header(desk: Desk) -> None:
    own = {**FORM, "X-Review-Token": desk.token}
    assert desk.send("POST", "/review/decide", own, urlencode(GOOD))[0] == 303
    evil = {**own, "Origin": "https://evil.example"}
    assert desk.send("POST", "/review/decide", evil, urlencode({**GOOD, "verdict": "unsure"}))[0] == 403
    assert len(rows(desk.root)) == 1


def test_no_get_writes_and_no_other_page_reads(desk: Desk) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
        for path in ("/review/decide", "/review/undo"):
            query = urlencode(GOOD)
            headers = {"Cookie": desk.cookie, "Origin": desk.own}
            assert desk.send(method, f"{path}?{query}", headers)[0] == 405
    for origin in (desk.own, "http://localhost:9", "https://evil.example"):
        asking = {"Origin": origin, "Access-Control-Request-Method": "POST", "Cookie": desk.cookie}
        for path in ("/review", "/review/decide", "/ru/review", "/review/undo"):
            said = desk.send("OPTIONS", path, asking)[1]
            assert not [name for name in said if name.startswith("access-control-")]
        assert "access-control-allow-origin" not in desk.send("GET", "/review", asking)[1]
    # what the rest of a local server allows to pages of this machine stands
    assert "access-control-allow-origin" in desk.send("GET", "/healthz", {"Origin": "http://localhost:9"})[1]
    assert not (desk.root / "decisions.tsv").exists()


def test_hostile_forms(desk: Desk) -> None:
    own = {**FORM, "Cookie": desk.cookie, "Origin": desk.own}
    huge = "why=" + "a" * 300_000
    assert desk.send("POST", "/review/decide", own, huge)[0] == 413
    assert desk.send("POST", "/review/decide", own, "why=" + "a" * 3000)[0] == 413
    assert desk.send("POST", "/review/decide", own, "left=a&left=b")[0] == 400
    assert desk.send("POST", "/review/decide", own, b"left=%ff")[0] == 400
    for changed, status in (
        ({"verdict": "withdraw"}, 400), ({"verdict": ""}, 400), ({"left": "no.one"}, 400),
        ({"left": LEAGUES[1]}, 400), ({"right": ADAS[0]}, 400), ({"why": "\x1b[2J"}, 400),
        ({"who": "a\x07"}, 400), ({"left": "\0"}, 400), ({"right": "../../etc/passwd"}, 400),
    ):  # fmt: skip
        got, _, text = desk.post("/review/decide", {**GOOD, **changed})
        assert (got, "Traceback" in text) == (status, False), (changed, text)
    assert not (desk.root / "decisions.tsv").exists()
    assert desk.post("/review/decide", {**GOOD, "why": "a\tb\r\n<script>"})[0] == 303
    assert rows(desk.root)[0].why == "a\tb\r\n<script>"


def test_a_body_that_never_ends_is_cut(desk: Desk) -> None:
    head = (
        f"POST /review/decide HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {desk.cookie}\r\nOrigin: {desk.own}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", desk.served.port), 30) as line:
        line.sendall(head.encode())
        for _ in range(40):
            try:
                line.sendall(b"1000\r\n" + b"a" * 0x1000 + b"\r\n")
            except OSError:
                break
        assert b" 413 " in line.recv(4096).split(b"\r\n", 1)[0]


@pytest.mark.parametrize("options", [(), ("--public",), ("--local", "--host", "0.0.0.0")])
def test_without_local_or_for_others_there_is_no_review(desk: Desk, options: tuple[str, ...]) -> None:
    with serving(desk.root, *options) as served:
        for path in ("/review", f"/review?token={desk.token}", "/ru/review"):
            assert served.get(path).status == 404
        home = served.get("/", {"Accept": "text/html"}).text
    assert "/review" not in home
    serve_log = (desk.root / "serve.log").read_text("utf-8")
    assert "token=" not in serve_log
    assert ("There is no review page" in serve_log) == (options[:1] == ("--local",))


def test_only_the_command_line_can_give_a_token(tmp_path: Path) -> None:
    root = make(tmp_path / "p")
    toml = root / "dkg.toml"
    toml.write_text(toml.read_text("utf-8") + '\n[serve]\nreview = "known"\n', "utf-8")
    with pytest.raises(DkgError):
        Project.load(root)
    assert not allowed(Settings(profile="public", review="x"))
    assert not allowed(Settings(profile="local", review="x", host="0.0.0.0"))
    assert not allowed(Settings(profile="local"))
    assert allowed(Settings(profile="local", review="x", host="::1"))
    assert "x-secret" not in repr(Settings(review="x-secret"))


def test_reasons_and_voices_are_told_in_the_language_of_the_page(desk: Desk) -> None:
    russian = desk.page("/ru/review?kind=organization")
    assert "<td>имя</td>" in russian
    assert "<td>name</td>" not in russian
    assert "от имени самой статьи" in russian
    assert "in the article's own voice" not in russian.replace("&#39;", "'")
    assert "<td>name</td>" in desk.page("/review?kind=organization")
