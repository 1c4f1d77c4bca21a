"""The command line as a contract: spellings, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from diaspora_kg.project import Project
from diaspora_kg.queries.header import KEYS
from tests.examples import ROOT, Table, copy_of

SCHEMAS = ROOT / "docs" / "reference"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], prog_name="dkg")


def process(*args: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    """A real process, where the terminal, the exit code or the environment count."""
    command = [sys.executable, "-m", "diaspora_kg", *map(str, args)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, **more)  # type: ignore[call-overload,no-any-return]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, built once for all tests that only ask."""
    demo = copy_of("demo", tmp_path_factory.mktemp("cli"))
    assert run("build", "--project", demo).exit_code == 0
    return demo


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Path:
    """A copy of the built demo that a test may change."""
    return Path(shutil.copytree(built, tmp_path / "demo"))


def spoil(project: Path) -> Path:
    """A demo in which one quote is not in its text."""
    annotation = project / "articles" / "school-opens.yaml"
    written = annotation.read_text("utf-8")
    annotation.write_text(written.replace("Halm has been generous", "Halm has been miserly"), "utf-8")
    return annotation


def below(group: click.Command, name: str) -> click.Command:
    """A command of a group, which may be loaded only now."""
    assert isinstance(group, click.Group)
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


CONTRACT = {
    "init": {"--demo"},
    "new": set(),
    "check": {"--explain", "--lock", "--strict", "--trust", "--format"},
    "build": {"--full", "--jobs", "--allow-deletions", "--strict", "--trust", "--format"},
    "query list": {"--output"},
    "query show": set(),
    "query run": {"--param", "--evidence", "--endpoint", "--limit", "--output"},
    "query test": set(),
    "query new": set(),
    "sparql": {"--endpoint", "--output"},
    "why": {"--output"},
    "link decide": {"--why", "--who"},
    "link withdraw": {"--why", "--who"},
    "export graph": {"--output"},
    "export queries": {"--output", "--out", "--endpoint"},
    "trust": {"--yes", "--withdraw"},
    "doctor": {"--output"},
}


@pytest.mark.parametrize("name", CONTRACT)
def test_each_command_has_the_options_of_the_contract(name: str) -> None:
    command: click.Command = main
    for part in name.split():
        command = below(command, part)
    options = {spelling for parameter in command.params for spelling in parameter.opts}
    wanted = CONTRACT[name] | {"--verbose"} | (set() if name == "init" else {"--project"})
    assert wanted <= options
    assert all(p.help for p in command.params if isinstance(p, click.Option))
    assert command.help


def test_outputs_are_spelled_as_in_the_contract() -> None:
    def choices(*path: str, option: str) -> list[str]:
        command: click.Command = main
        for part in path:
            command = below(command, part)
        found = next(p for p in command.params if option in p.opts)
        assert isinstance(found.type, click.Choice)
        return sorted(found.type.choices)

    assert choices("query", "run", option="--output") == ["csv", "json", "table", "tsv", "ttl"]
    assert choices("sparql", option="--output") == ["csv", "json", "nt", "table", "tsv", "ttl", "xml"]
    assert choices("check", option="--format") == ["csv", "json", "junit", "text"]
    assert choices("export", "graph", option="--output") == ["jsonld", "nquads", "trig", "turtle"]


# what a command prints


def test_results_go_to_stdout_and_progress_to_stderr(demo: Path) -> None:
    done = process("build", "--project", demo)
    assert done.returncode == 0
    assert {line.split(":")[2].strip() for line in done.stdout.splitlines() if line[0] != " "} == {"info"}
    assert f"{len(list((demo / 'articles').glob('*.yaml')))} articles" in done.stderr
    assert "still published is snapshot 1" in done.stderr


def test_nothing_but_text_where_there_is_no_terminal(built: Path) -> None:
    done = process("query", "run", "statements", "--evidence", "--project", built)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr


def test_check_prints_findings_with_file_line_words_and_mend(demo: Path) -> None:
    annotation = spoil(demo)
    lines = annotation.read_text("utf-8").splitlines()
    line = lines.index("        quote: Halm has been miserly") + 1
    done = run("check", "--project", demo)
    assert done.exit_code == 1
    assert f"articles/school-opens.yaml:{line}: violation:" in done.stdout
    assert "Halm has been" in done.stdout
    assert "hint:" in done.stdout


@pytest.mark.parametrize("command", ["check", "build"])
def test_findings_as_json_follow_their_schema(command: str, demo: Path) -> None:
    spoil(demo)
    done = run(command, "--format", "json", "--project", demo)
    assert done.exit_code == 1
    body = json.loads(done.stdout)
    schema = json.loads((SCHEMAS / "findings.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert body["counts"]["violation"] >= 1


def test_build_keeps_what_was_there_and_says_so(demo: Path) -> None:
    before = run("query", "run", "words", "--output", "json", "--project", demo).stdout
    spoil(demo)
    done = run("build", "--project", demo)
    assert done.exit_code == 1
    assert "held back: school-opens" in done.stderr
    assert run("query", "run", "words", "--output", "json", "--project", demo).stdout == before


def test_strict_counts_warnings(demo: Path) -> None:
    annotation = demo / "articles" / "school-opens.yaml"
    annotation.write_text("\ufeff" + annotation.read_text("utf-8"), "utf-8")
    assert run("check", "--project", demo).exit_code == 0
    assert run("check", "--strict", "--project", demo).exit_code == 1


def test_explain_shows_defaults_with_their_reason(built: Path) -> None:
    done = run("check", "--explain", "--project", built, built / "articles" / "court-ruling.yaml")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert any("attribution" in line and "direct" in line for line in lines)
    assert all(line.startswith(("articles/court-ruling.yaml:", "    ")) for line in lines)


def test_new_writes_a_skeleton_that_reads_and_writes_over_nothing(demo: Path) -> None:
    text = demo / "articles" / "new.txt"
    text.write_text("A ferry to Vesmark\n\nThe Halm Courier reports on a ferry.\n", "utf-8")
    assert run("new", text, "--project", demo).exit_code == 0
    skeleton = text.with_suffix(".yaml").read_text("utf-8")
    assert "halm-courier" in skeleton
    assert run("check", text.with_suffix(".yaml"), "--project", demo).exit_code == 0
    again = run("new", text, "--project", demo)
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert text.with_suffix(".yaml").read_text("utf-8") == skeleton


# asking


def test_query_list_names_every_query_once(built: Path) -> None:
    listed = json.loads(run("query", "list", "--output", "json", "--project", built).stdout)
    assert {entry["name"] for entry in listed} == {path.stem for path in (ROOT / "queries").glob("*.rq")}
    assert all(entry["summary"] and entry["description"] for entry in listed)
    table = run("query", "list", "--project", built).stdout
    assert all(entry["name"] in table for entry in listed)


def test_a_query_of_the_project_s_own(demo: Path) -> None:
    assert run("query", "new", "about-it", "--project", demo).exit_code == 0
    assert run("query", "new", "about-it", "--project", demo).exit_code == 2
    done = run(
        "query", "run", "about-it", "--param", "node=union-of-tarvians", "--output", "json", "--project", demo
    )
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["rows"]
    assert "about-it" in run("query", "list", "--project", demo).stdout


def test_a_new_query_is_without_findings_runs_and_has_a_table_to_fill(demo: Path) -> None:
    before = run("query", "test", "--project", demo).stderr
    done = run("query", "new", "about-it", "--project", demo)
    assert [line.split("/")[-2:] for line in done.stdout.splitlines()[:2]] == [
        ["queries", "about-it.rq"],
        ["expected", "about-it.tsv"],
    ]
    check = run("check", demo / "queries", "--project", demo)
    assert (check.exit_code, check.stdout) == (0, "")
    tested = run("query", "test", "--project", demo)
    assert tested.exit_code == 0
    assert "todo  about-it.tsv" in tested.stdout
    assert tested.stderr.splitlines()[0] == before.splitlines()[0]
    (found,) = [
        entry
        for entry in json.loads(run("query", "list", "--output", "json", "--project", demo).stdout)
        if entry["name"] == "about-it"
    ]
    assert [(one["name"], one["choices"]) for one in found["parameters"]][1] == (
        "modality",
        {"list": "Modality"},
    )
    # every key of a header is told, and what stands in a note is right as well
    text = (demo / "queries" / "about-it.rq").read_text("utf-8")
    assert all(f"{key}:" in text for key in KEYS)
    (demo / "queries" / "about-it.rq").write_text(re.sub(r"(?m)^#\+ # (?=\w+:|  - )", "#+ ", text), "utf-8")
    assert run("check", demo / "queries", "--project", demo).stdout == ""
    asked = run("query", "run", "about-it", "--param", "node=court-ruling.dissolution", "--project", demo)
    assert asked.exit_code == 0, asked.stderr


def test_a_table_that_is_filled_in_counts(demo: Path) -> None:
    run("query", "new", "about-it", "--project", demo)
    table = demo / "expected" / "about-it.tsv"
    text = table.read_text("utf-8").replace("KEY", "court-ruling.dissolution")
    table.write_text("".join(text.splitlines(keepends=True)[1:]), "utf-8")
    done = run("query", "test", "--project", demo)
    assert done.exit_code == 1
    assert "FAIL  about-it.tsv" in done.stdout
    table.write_text(text.replace("about-it", "x"), "utf-8")
    assert run("query", "new", "about-it", "--project", demo).exit_code == 2
    assert table.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("#+ summary: [\nASK { GRAPH ?g { ?s ?p ?o } }", "queries/mine.rq:1: violation"),
        ("#+ summary: a\nASK { GRAPH ?g { ?s foo:p ?o } }", "PREFIX foo:"),
        ("#+ summary: a\nASK { GRAPH ?g { ?s ?p } }", "queries/mine.rq:2: violation"),
    ],
)
def test_a_fault_in_a_query_ends_with_one_and_its_line(demo: Path, text: str, says: str) -> None:
    (demo / "queries").mkdir()
    (demo / "queries" / "mine.rq").write_text(text, "utf-8")
    listed = run("query", "list", "--project", demo)
    assert listed.exit_code == 1
    assert says in listed.stderr
    assert "legal-history" in listed.stdout
    asked = run("query", "run", "mine", "--project", demo)
    assert asked.exit_code == 1
    assert asked.stderr.startswith("dkg: queries/mine.rq:") or "queries/mine.rq:" in asked.stderr
    tested = run("query", "test", "--project", demo)
    assert tested.exit_code == 1
    assert says in tested.stderr
    checked = run("check", "queries/mine.rq", "--project", demo)
    assert checked.exit_code == 1
    assert says in checked.stdout


def test_check_and_test_look_for_what_other_servers_would_not_read(demo: Path) -> None:
    (demo / "queries").mkdir()
    (demo / "queries" / "mine.rq").write_text("#+ summary: a\nSELECT ?s {\n  ?s ?p ?o\n}", "utf-8")
    for command, code in (("check", 0), ("query test", 0), ("check --strict", 1)):
        done = run(*command.split(), "--project", demo)
        assert done.exit_code == code
        assert "queries/mine.rq:3: warning: This pattern stands outside GRAPH" in done.stdout + done.stderr


def test_queries_are_exported_for_editors(demo: Path, tmp_path: Path) -> None:
    run("query", "new", "about-it", "--project", demo)
    out = tmp_path / "new" / "examples"
    address = "https://norland.example/sparql/"
    done = run("export", "queries", "--out", out, "--endpoint", address, "--project", demo)
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {
        f"{name}.ttl"
        for name in [*(path.stem for path in (ROOT / "queries").glob("*.rq")), "about-it", "prefixes"]
    }
    text = (out / "about-it.ttl").read_text("utf-8")
    assert f"<{address}.well-known/sparql-examples/about-it> a sh:SPARQLExecutable" in text
    assert f"schema:target <{address}>" in text
    again = run("export", "queries", "--out", out, "--project", demo)
    assert again.exit_code == 0
    base = Project.load(demo).base
    assert f"schema:target <{base}sparql>" in (out / "about-it.ttl").read_text("utf-8")
    for bad in ("norland", "ftp://norland.example/", "https://norland.example/a b", "https://x/>"):
        assert run("export", "queries", "--out", out, "--endpoint", bad, "--project", demo).exit_code == 2
    (tmp_path / "file").write_text("")
    assert run("export", "queries", "--out", tmp_path / "file", "--project", demo).exit_code == 2


def test_answer_as_json_follows_its_schema(built: Path) -> None:
    done = run("query", "run", "evaluations", "--param", "target=only-suspended.suspension",
               "--evidence", "--output", "json", "--project", built)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    body = json.loads(done.stdout)
    schema = json.loads((SCHEMAS / "answer.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    evidence = body["evidence"]["only-suspended.slow-closure"]
    assert evidence["file"] == "articles/only-suspended.yaml"
    assert evidence["words"][0]["quote"] == 'the suspension as "a slow closure"'


def test_why_as_json_follows_its_schema(built: Path) -> None:
    body = json.loads(run("why", "court-ruling.dissolution", "--output", "json", "--project", built).stdout)
    schema = json.loads((SCHEMAS / "why.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert body["node"]["key"] == "court-ruling.dissolution"


def test_a_cut_answer_says_so(built: Path) -> None:
    done = run("query", "run", "words", "--limit", "2", "--output", "csv", "--project", built)
    assert len(done.stdout.splitlines()) == 3
    assert "cut by the limit" in done.stderr
    assert "cut by the limit" in run("query", "run", "words", "--limit", "2", "--project", built).stdout


def test_sparql_from_a_file_and_from_standard_input(built: Path, tmp_path: Path) -> None:
    query = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a <https://w3id.org/diaspora-kg/ns#Claim> }"
    (tmp_path / "q.rq").write_text(query, "utf-8")
    direct = run("sparql", query, "--output", "csv", "--project", built).stdout
    claims = Table.read((built / "expected" / "words.tsv").read_text("utf-8")).claims()
    assert direct.split() == ["n", str(len(claims))]
    assert run("sparql", tmp_path / "q.rq", "--output", "csv", "--project", built).stdout == direct
    piped = process("sparql", "-", "--output", "csv", "--project", built, input=query)
    assert piped.stdout.split() == direct.split()


def test_query_test_shows_what_differs(demo: Path) -> None:
    assert run("query", "test", "--project", demo).exit_code == 0
    table = demo / "expected" / "spoke-for.tsv"
    lines = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([*lines[:-1], lines[-1].replace("\t", "\tother-", 1)]) + "\n", "utf-8")
    done = run("query", "test", "--project", demo)
    assert done.exit_code == 1
    assert "FAIL  spoke-for.tsv" in done.stdout
    assert "    - " in done.stdout
    assert "    + " in done.stdout


# exit codes and errors


def test_errors_of_use_exit_with_two_and_one_line(built: Path, tmp_path: Path) -> None:
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        (("build", "--project", tmp_path), "dkg init"),
        (("why", "no-such-node", "--project", built), "no-such-node"),
        (("why", "court-ruling.disolution", "--project", built), "court-ruling.dissolution"),
        (("query", "run", "legal-histry", "--project", built), "legal-history"),
        (("query", "run", "legal-history", "--project", built), "organization"),
        (("query", "run", "statements", "--param", "x", "--project", built), "name=value"),
        (("query", "run", "statements", "--param", "nonsense=1", "--project", built), "nonsense"),
        (("query", "run", "statements", "--output", "ttl", "--project", built), "CONSTRUCT"),
        (("sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "--project", built), "SERVICE"),
        (("sparql", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "--project", built), "INSERT"),
        (("sparql", "SELECT * {", "--project", built), "not understood"),
        (("sparql", "no-such-file.rq", "--project", built), "no-such-file.rq"),
        (("check", "articles/absent.yaml", "--project", built), "absent.yaml"),
        (("new", "articles/absent.txt", "--project", built), "absent.txt"),
        (("init", built), "not empty"),
        (("query", "run", "statements", "--endpoint", "ftp://127.0.0.1/", "--project", built), "http"),
    ]
    for args, wanted in cases:
        done = run(*args)
        told = f"dkg {' '.join(map(str, args))}: {done.exit_code} {done.output}"
        assert done.exit_code == 2, told
        assert wanted in done.stderr, told
        assert "Traceback" not in done.output, told
        assert len(done.stderr.strip().splitlines()) <= 3, told


def test_asking_before_building_is_an_error_of_use(tmp_path: Path) -> None:
    run("init", tmp_path / "new")
    done = run("query", "run", "statements", "--project", tmp_path / "new")
    assert (done.exit_code, "dkg build" in done.stderr) == (2, True)


def test_an_endpoint_that_is_not_there_exits_with_three(built: Path) -> None:
    done = run("sparql", "ASK {}", "--endpoint", "http://127.0.0.1:9/sparql", "--project", built)
    assert done.exit_code == 3
    assert "127.0.0.1:9" in done.stderr


def test_verbose_shows_the_traceback(built: Path) -> None:
    assert "Traceback" in process("why", "no-such-node", "--verbose", "--project", built).stderr


def test_hostile_names_do_not_reach_the_terminal(built: Path) -> None:
    done = run("why", "\x1b[2Jevil", "--project", built)
    assert done.exit_code == 2
    assert "\x1b" not in done.output


def test_a_reader_that_stops_reading_gets_no_traceback(built: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m diaspora_kg export graph --project {built} | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, env=env)
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_shell_completion_knows_the_queries(built: Path) -> None:
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "_DKG_COMPLETE": "bash_complete",
        "COMP_WORDS": f"dkg query run --project {built} legal",
        "COMP_CWORD": "5",
    }
    code = "from diaspora_kg.cli import main; main(prog_name='dkg')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == {
        "legal-bases",
        "legal-forms",
        "legal-history",
    }
