"""Real web servers in front of what is published: files of a site, and a proxy before ``dkg serve``.

What ``dkg pages`` tells nginx and Apache leads from IRIs to pages, from former keys to the present ones and
says what is gone; the example of a proxy is the one that the documentation gives.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from diaspora_kg.cli.serve import serve_command
from diaspora_kg.names import Names
from tests import hostile_town, serving
from tests.conftest import ROOT
from tests.growing import built
from tests.serving import Answer
from tests.test_website import wrote
from tests.tools import need

DEPLOY = ROOT / "docs/deploy"
NAMES = Names(hostile_town.BASE)
PATH = urlsplit(hostile_town.BASE).path
MODULES = ("mpm_event", "authz_core", "dir", "mime", "alias", "unixd", "log_config")


def free() -> int:
    """A port that nobody listens at."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@dataclass(frozen=True)
class Front:
    """A web server that runs."""

    port: int

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", path, headers=headers or {})
            said = line.getresponse()
            return Answer(
                said.status, {name.lower(): value for name, value in said.getheaders()}, said.read()
            )
        finally:
            line.close()

    def leads(self, path: str) -> tuple[int, str]:
        """The status of an answer, and the path that it leads to."""
        answer = self.get(path)
        target = urlsplit(answer.headers.get("location", ""))
        return answer.status, target.path + (f"#{target.fragment}" if target.fragment else "")


@contextmanager
def running(command: list[str], port: int) -> Iterator[Front]:
    """A server that stays in the foreground, from when it answers to the end of the block."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def answers() -> bool:
        if process.poll() is not None:
            raise AssertionError(process.stderr.read() if process.stderr else "")
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", port)) == 0

    try:
        serving.until(answers)
        yield Front(port)
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def nginx(folder: Path, http_part: str, server: str) -> Iterator[Front]:
    """nginx with these lines, its files in ``folder``."""
    program, port = need("nginx"), free()
    user = "user root;\n" if os.geteuid() == 0 else ""
    temporary = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy"))
    config = folder / "nginx.conf"
    config.write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n"
        f"  include /etc/nginx/mime.types;\n  access_log off;\n{temporary}{http_part}\n"
        f"  server {{\n  listen 127.0.0.1:{port};\n{server}\n  }}\n}}\n",
        "utf-8",
    )
    with running([program, "-e", f"{folder}/error.log", "-c", str(config)], port) as front:
        yield front


@contextmanager
def apache(folder: Path, site: Path) -> Iterator[Front]:
    """Apache that reads the ``.htaccess`` of a site."""
    program, port = need("apache2", "httpd"), free()
    modules = Path("/usr/lib/apache2/modules")
    known = {path.stem.removeprefix("mod_") for path in modules.glob("mod_*.so")}
    loaded = "".join(
        f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in MODULES if name in known
    )
    config = folder / "apache.conf"
    config.write_text(
        f"ServerRoot {folder}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\n{loaded}PidFile {folder}/pid\n"
        f"Mutex file:{folder}\nErrorLog {folder}/error.log\nTypesConfig /etc/mime.types\n"
        f"DocumentRoot {site.parent}\nAlias {PATH.rstrip('/')} {site}\n"
        f"<Directory {site}>\nAllowOverride All\nRequire all granted\n</Directory>\n",
        "utf-8",
    )
    with running([program, "-X", "-f", str(config)], port) as front:
        yield front


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile town's site after an article has gone and two records were joined."""
    root = hostile_town.project(tmp_path_factory.mktemp("front") / "p")
    hostile_town.many(root, 3)
    built(root)
    wrote(root)
    for file in (root / "articles").glob("many.*"):
        file.unlink()
    built(root)
    wrote(root)
    return root / "site"


@pytest.fixture(scope="module", params=["nginx", "apache"])
def front(
    request: pytest.FixtureRequest, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """The site behind each of the two."""
    folder = tmp_path_factory.mktemp("server")
    if request.param == "apache":
        with apache(folder, site) as found:
            yield found
        return
    inside = f"  include {site}/redirects/nginx.conf;\n  location {PATH} {{ alias {site}/; }}"
    with nginx(folder, f"  include {site}/redirects/nginx-maps.conf;", inside) as found:
        yield found


def own(iri: str) -> str:
    return urlsplit(iri).path


def test_an_iri_leads_to_its_page(front: Front) -> None:
    status, target = front.leads(own(NAMES.node("organization", "script")))
    assert (status, target) == (303, f"{PATH}page/organization/script.html")
    assert front.get(target).status == 200


def test_a_key_that_is_no_file_name_leads_to_its_page(front: Front) -> None:
    status, target = front.leads(own(NAMES.node("organization", "ısı-key")))
    assert status == 303
    assert re.fullmatch(rf"{re.escape(PATH)}page/organization/[a-z0-9._~-]+\.html", target)
    assert "Союз Тарвийцев" in front.get(target).text


def test_a_former_key_leads_to_the_present_one(front: Front) -> None:
    for kind, old, new in (
        ("article", "draft", "first"),
        ("organization", "second.circle", "first.club"),
    ):
        status, target = front.leads(own(NAMES.node(kind, old)))
        assert (status, target) == (301, f"{PATH}page/{kind}/{new}.html")
        assert front.leads(f"{PATH}page/{kind}/{old}.html") == (301, target)
        assert front.get(target).status == 200


def test_what_is_gone_says_so(front: Front) -> None:
    for address in (own(NAMES.node("article", "many")), f"{PATH}page/article/many.html"):
        answer = front.get(address)
        assert answer.status == 410
        assert "text/html" in answer.headers["content-type"]
        assert "withdrawn" in answer.text or "no more" in answer.text or "gone" in answer.text


def test_what_has_no_page_of_its_own_stands_on_another(front: Front, site: Path) -> None:
    page = (site / "page/article/first.html").read_text("utf-8")
    [passage, *_] = re.findall(r'id="passage-([0-9-]+)"', page)
    status, target = front.leads(own(NAMES.node("passage", f"first.{passage}")))
    assert (status, target) == (303, f"{PATH}page/article/first.html#passage-{passage}")


def test_what_never_was_is_not_found(front: Front) -> None:
    assert front.get(f"{PATH}page/organization/nobody.html").status == 404
    assert front.get(f"{PATH}{quote('id/person/../../x')}").status in {301, 303, 400, 403, 404}


def test_the_proxy_of_the_documentation(tmp_path: Path) -> None:
    project = serving.make_project(tmp_path / "p", 'trusted-proxies = ["127.0.0.1"]\nworkers = 1')
    serving.publish(project, serving.lines(50))
    given = (DEPLOY / "nginx.conf").read_text("utf-8")
    with serving.serving(project, "--public") as behind:
        text = given.replace("127.0.0.1:8000", f"{behind.host}:{behind.port}")
        text = re.sub(r"(?m)^ *(listen|server_name|ssl_\w+|include [^;]*ssl)\b[^;]*;\n", "", text)
        shared, _, server = text.partition("server {")
        inside = server.rstrip().removesuffix("}")
        with nginx(tmp_path, shared, inside) as front:
            query = quote("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")
            counted = front.get(f"/sparql?query={query}", {"Accept": serving.JSON})
            assert (counted.status, '"100"' in counted.text) == (200, True)
            assert front.get("/").status == 200
            for kept in ("/metrics", "/readyz"):
                assert front.get(kept).status == 404
            long = quote("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }")
            streamed = front.get(f"/sparql?query={long}", {"Accept": "text/csv"})
            assert streamed.text.count("\n") == 101


def test_the_unit_of_the_documentation_is_sound(tmp_path: Path) -> None:
    program = need("systemd-analyze")
    for unit in ("dkg-serve.service", "dkg-build.service", "dkg-build.timer"):
        shutil.copy(DEPLOY / unit, tmp_path)
        text = (tmp_path / unit).read_text("utf-8")
        (tmp_path / unit).write_text(text.replace("/opt/dkg/bin/dkg", "/bin/true"), "utf-8")
    for unit in ("dkg-serve.service", "dkg-build.timer"):
        checked = subprocess.run(
            [program, "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stderr) == (0, "")
    for unit in ("dkg-serve.service", "dkg-build.service"):
        exposed = subprocess.run(
            [program, "security", "--offline=true", "--threshold=25", str(tmp_path / unit)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert exposed.returncode == 0, exposed.stdout


def test_the_server_needs_no_place_to_write_and_no_rights(tmp_path: Path) -> None:
    bwrap, port = need("bwrap"), free()
    project = serving.make_project(tmp_path / "p", "workers = 1")
    serving.publish(project, serving.lines(20))
    alone = "--unshare-user --uid 10001 --gid 10001 --cap-drop ALL --unshare-pid --die-with-parent"
    inside = [bwrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *alone.split()]
    inside += ["--ro-bind", str(project), str(project)]  # it may lie below /dev, where that one is new
    serve = [sys.executable, "-m", "diaspora_kg", "serve", "--project", str(project), "--public"]
    with running([*inside, *serve, "--host", "0.0.0.0", "--port", str(port)], port) as front:
        assert front.get("/healthz").status == 200
        asked = front.get(f"/sparql?query={quote('ASK { GRAPH ?g { ?s ?p ?o } }')}", {"Accept": serving.JSON})
        assert asked.text == '{"head":{},"boolean":true}'


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody() -> None:
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text("utf-8"))
    lines = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    last = lines[max(n for n, (word, _) in enumerate(lines) if word == "FROM") :]
    said = dict(last)
    assert said["USER"].startswith("10001")
    assert int(said["EXPOSE"]) == int(json.loads(said["CMD"])[-1])
    assert "/healthz" in said["HEALTHCHECK"]
    assert json.loads(said["ENTRYPOINT"]) == ["dkg"]
    command, *options = json.loads(said["CMD"])
    assert command == "serve"
    assert serve_command.make_context("serve", options).params["profile"] == "public"
    assert "ADD" not in {word for word, _ in lines}
    assert not re.search(r"curl|wget|sudo|latest", text)


def test_the_image_takes_what_is_needed_of_a_checkout_and_no_more() -> None:
    left_out = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert {".git", ".venv", "**/.dkg"} <= set(left_out)
    for needed in (
        "diaspora_kg",
        "docs",
        "ingest",
        "ontology",
        "queries",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    ):
        assert (ROOT / needed).exists()
        assert not any(fnmatch(needed, pattern.removeprefix("**/")) for pattern in left_out), needed
