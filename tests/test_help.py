"""Help as a first user reads it: commands in the order of the work, and examples that are commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from tests.examples import copy_of, dkg


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], prog_name="dkg")


def every(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of each command and group."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every(below, (*path, name))


ALL = sorted(every())


def shown(path: tuple[str, ...]) -> str:
    done = run(*path, "--help")
    assert done.exit_code == 0
    return done.stdout


def examples(text: str) -> list[list[str]]:
    found = [line.strip() for line in text.partition("Examples:")[2].splitlines()]
    joined = re.sub(r"\n(?!dkg )", " ", "\n".join(line for line in found if line))
    parts = [part.partition(" > ")[0] for line in joined.splitlines() for part in line.split(" && ")]
    return [shlex.split(part)[1:] for part in parts if part.startswith("dkg ")]


def test_commands_are_listed_in_the_order_of_the_work() -> None:
    listed = re.findall(r"^  (\w+)  ", shown(()).partition("Commands:")[2], re.MULTILINE)
    work = ["init", "new", "check", "build", "query", "why", "sparql", "link"]
    assert listed == [*work, "pages", "labels", "tools", "serve", "export", "store", "trust", "doctor"]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_summary_fits_its_line(path: tuple[str, ...]) -> None:
    assert "..." not in shown(path).partition("Commands:")[2].partition("Examples:")[0]


@pytest.mark.parametrize("path", [path for path in ALL if path], ids=" ".join)
def test_examples_use_options_that_exist(path: tuple[str, ...]) -> None:
    for words in examples(shown(path)):
        command: click.Command = main
        while isinstance(command, click.Group) and (
            below := command.get_command(click.Context(command), words[0])
        ):
            command, words = below, words[1:]  # noqa: PLW2901 - the words left
        known = {name for parameter in command.params for name in parameter.opts}
        assert not isinstance(command, click.Group)
        assert {word for word in words if word.startswith("--")} <= known


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = copy_of("demo", tmp_path_factory.mktemp("help"))
    dkg("build", project=built)
    return built


@pytest.mark.parametrize(
    "path", [("query", "run"), ("query", "list"), ("why",), ("export", "graph")], ids=" ".join
)
def test_examples_that_ask_the_demo_work(path: tuple[str, ...], demo: Path) -> None:
    for words in examples(shown(path)):
        assert run(*words, "--project", demo).exit_code == 0, words


def test_the_example_of_sparql_works(demo: Path) -> None:
    (asked, _) = examples(shown(("sparql",)))
    done = run(*asked, "--project", demo)
    assert done.exit_code == 0
    assert done.stdout.endswith("5 rows.\n")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT ?c WHERE { ?c a dkg:Claim }", "PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>"),
        ("PREFIX x: <https://a.example/#> SELECT ?c WHERE { ?c a }", "the query is not understood: "),
        ("nothing.rq", "No such file"),
    ],
)
def test_a_query_that_fails_says_what_to_mend(query: str, told: str, demo: Path) -> None:
    done = run("sparql", query, "--project", demo)
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr) < 400


def test_a_key_that_is_nearly_right_is_suggested(demo: Path) -> None:
    assert "Did you mean court-ruling.dissolution" in run("why", "disolution", "--project", demo).stderr


def test_init_says_what_to_do_next(tmp_path: Path) -> None:
    assert "dkg new articles/NAME.txt" in run("init", tmp_path / "mine").stdout
    assert "and dkg build" in run("init", tmp_path / "look around", "--demo").stdout


def test_check_of_one_file_says_what_it_left_out(demo: Path) -> None:
    left = "rules that look at several articles at once were left out"
    assert left in run("check", demo / "articles" / "court-ruling.yaml", "--project", demo).stderr
    assert left not in run("check", "--project", demo).stderr


def test_defaults_are_shown_below_their_claim(demo: Path) -> None:
    done = run("check", "--explain", demo / "articles" / "court-ruling.yaml", "--project", demo)
    heads = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert len(heads) == len(set(heads))
    assert "    modality = asserted (nothing makes it weaker or stronger)" in done.stdout
