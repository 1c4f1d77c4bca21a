"""Makes the parts of ``docs/reference`` that follow from the program: ``python docs/generate.py``.

Terms come from the ontology, shapes from the files of shapes, commands from the command line itself,
questions from the headers of the saved queries, settings from the reader of ``dkg.toml``, files from
``docs/files.toml``. A test compares what this would write with what is there.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from diaspora_kg.cli import main as dkg
from diaspora_kg.content import content
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.names import PREFIXES
from diaspora_kg.ontology import Ontology, Term
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.queries.panels import KEYS, VIEWS, Panels
from diaspora_kg.settings.keys import INGEST, PAGES, SERVE, SETTINGS, STORE, VALIDATION
from diaspora_kg.shapes.catalog import Shape, described, read_graph_shapes, read_shapes

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- made by python docs/generate.py: do not edit -->\n\n"

_FILES = tomllib.loads((Path(__file__).parent / "files.toml").read_text("utf-8"))

PROJECT_FILES: Sequence[tuple[str, str]] = tuple(_FILES["project"].items())
"""Every file of a project, by pattern: a name in capitals stands for any, a folder for all below it."""

DERIVED_FILES: Sequence[tuple[str, str]] = tuple(_FILES["derived"].items())
"""What lies in ``.dkg``."""


def pages() -> dict[str, str]:
    """Every made page, by its name in ``docs/reference``."""
    ontology = Ontology.load([content("ontology")])
    return {
        "commands.md": NOTE + "\n".join(_commands()),
        "files.md": NOTE + "\n".join(_files()),
        "panels.md": NOTE + "\n".join(_panels(Panels.load([content("queries")]))),
        "saved-queries.md": NOTE + "\n".join(_queries(Catalog.load([content("queries")]))),
        "shapes.md": NOTE + "\n".join(_shapes()),
        "terms.md": NOTE + "\n".join(_terms(ontology)),
    }


def commands(group: click.Group, path: tuple[str, ...] = ("dkg",)) -> Iterator[tuple[str, click.Command]]:
    """Every command with its spelling, in the order of the work."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif command is not None:
            yield " ".join((*path, name)), command


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield _paragraphs(dkg.help) + "\n"
    yield "Results go to standard output; progress, counts and errors go to standard error.\n"
    for spelling, command in commands(dkg):
        arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
        yield f"## {spelling}\n"
        yield f"`{' '.join([spelling, *arguments])}`\n"
        yield _paragraphs(command.help) + "\n"
        yield from _table(
            ("option", "meaning"), [_option(p) for p in command.params if isinstance(p, click.Option)]
        )
        yield from _examples(command)


def _argument(argument: click.Argument) -> str:
    name = (argument.metavar or argument.name or "").upper()
    return f"[{name}...]" if argument.nargs == -1 else name


def _option(option: click.Option) -> tuple[str, str]:
    values = option.type
    if isinstance(values, click.Choice):
        takes = " " + "\\|".join(values.choices)
    else:
        number = isinstance(values, click.IntRange)
        takes = "" if option.is_flag else f" {option.metavar or ('N' if number else values.name.upper())}"
    shown = option.show_default if isinstance(option.show_default, str) else option.default
    default = f" Default: {shown}." if option.show_default and not option.is_flag else ""
    return f"`{', '.join(option.opts)}{takes}`", (option.help or "") + default


def _examples(command: click.Command) -> Iterator[str]:
    lines = [line for line in (command.epilog or "").splitlines() if line.startswith("  ")]
    if lines:
        yield "```\n" + "\n".join(line.strip() for line in lines) + "\n```\n"


def _paragraphs(text: str | None) -> str:
    """A help text without click's marks."""
    blocks = re.split(r"\n\s*\n", (text or "").replace("\b", "").strip())
    return "\n\n".join(" ".join(block.split()) for block in blocks)


_HASHES = (
    "The `id` in a manifest is a hash of the graph: snapshots of one format whose graphs are the same",
    "have the same `id`, whatever builds they came from. Each graph of an article is hashed as a whole:",
    "the SHA-256 of its lines of N-Quads, sorted by bytes, each with its line break. Every other graph is",
    "hashed line by line, without line breaks. The `id` is the SHA-256 of a text: the sum of all these",
    "numbers, modulo 2 to the 256, as 64 hex digits, a space, and the number of quads. In snapshots of",
    "`format` 1, and in backups of them, every graph was hashed line by line; they keep their `id`.",
    "`index` is a hash of the rows of the search index, made in the same way.\n",
)


def _files() -> Iterator[str]:
    yield "# The files of a project\n"
    yield from _table(("file", "what it is"), [(f"`{name}`", what) for name, what in PROJECT_FILES])
    yield "Files of a format of ours begin with its version. A newer one is refused; an older one is read,"
    yield "and `dkg doctor` says what to change.\n"
    yield "## dkg.toml\n"
    yield "An unknown key is an error that names the nearest known one.\n"
    yield from _table(("key", "meaning"), [(f"`{key}`", what) for key, what in SETTINGS.items()])
    yield "## [ingest]\n"
    yield "What is settled for the files of annotation tools ([annotators.md](../how-to/annotators.md)).\n"
    yield from _table(("key", "meaning"), [(f"`{key}`", what) for key, what in INGEST.items()])
    yield "## [serve]\n"
    yield "What `dkg serve` may spend ([serve.md](../how-to/serve.md)); every limit holds from the start.\n"
    defaults = {key: str(getattr(Limits(), key.replace("-", "_"), "none")) for key in SERVE}
    yield from _table(
        ("key", "default", "meaning"), [(f"`{k}`", defaults[k], what) for k, what in SERVE.items()]
    )
    yield "## [pages]\n"
    yield "What `dkg pages` writes ([publish-pages.md](../how-to/publish-pages.md)).\n"
    yield from _table(("key", "meaning"), [(f"`{key}`", what) for key, what in PAGES.items()])
    yield "## [validation]\n"
    yield "How articles are checked against the shapes ([validation.md](validation.md)).\n"
    yield from _table(("key", "meaning"), [(f"`{key}`", what) for key, what in VALIDATION.items()])
    yield "## [store]\n"
    yield "A server that holds the graph ([another-store.md](../how-to/another-store.md)).\n"
    yield from _table(("key", "meaning"), [(f"`{key}`", what) for key, what in STORE.items()])
    yield "## .dkg\n"
    yield from _table(("file", "what it is"), [(f"`{name}`", what) for name, what in DERIVED_FILES])
    yield from _HASHES
    yield "## Outside of the project\n"
    yield "Which scripts you trust is kept in `diaspora-kg/trusted.json` of your own configuration folder"
    yield "(`$XDG_CONFIG_HOME`, or `~/.config`)."


def _queries(catalog: Catalog) -> Iterator[str]:
    yield "# Saved queries\n"
    yield "Run one with `dkg query run NAME --param NAME=VALUE`; `--evidence` adds the words that each row"
    yield "rests on. How a query is written: [queries.md](queries.md).\n"
    for query in catalog.queries.values():
        yield from _query(query)


def _query(query: SavedQuery) -> Iterator[str]:
    yield f"## {query.name}\n"
    yield f"{query.summary}.\n" if not query.summary.endswith((".", "?")) else f"{query.summary}\n"
    if query.header.description:
        yield f"{query.header.description}\n"
    rows = []
    for parameter in query.parameters:
        need = "optional" if parameter.optional else "required"
        given = f"default {parameter.default}" if parameter.default is not None else need
        rows.append((f"`{parameter.name}`", parameter.type, given, parameter.meaning))
    yield from _table(("parameter", "value", "", "meaning"), rows)


_VIEW_WORDS = {
    "facts": "properties with values; without `?value`: not stated. `?claim` or `?graph` give the source",
    "names": "names in all scripts; `?graph` gives the source",
    "status": "legal statuses and changes (`?content`) over time; `?claim` says how they are put",
    "statements": "claims under their statements; `?link` is how a claim points to the node",
    "undertakings": "commitments, appeals and demands with what became of them",
    "offices": "memberships and offices held",
    "events": "events with who takes part",
    "network": "ties between actors; an unbound `?source` or `?target` is somebody whom no source names",
    "conflicts": "pairs of claims side by side",
    "identity": "what reviewers decided of records",
    "gaps": "what sources were read for and do not say; `?of` is the part of the node that it is about",
    "history": "annotations and decisions by their days: `?day`, `?who`, `?tool`, `?decision`",
    "table": "a plain table of all other columns; each row needs `?claim`, `?claims` or `?graph`",
    "none": "nothing: the panel is taken away",
}


_PANELS = """# Panels

A page of a thing is made of panels, and each panel is a saved query: `queries/pages/KIND_PANEL.rq`.
The query is asked for many pages at once. It finds their nodes in `?node`, and each row says by `?node`
to which page it belongs. Mention `?node` in every branch of a UNION, and keep what belongs together
inside the branch: then no server has to guess.

`KIND` is a kind of node (`person`, `event`), `actor` (organizations, collectives, polities, persons)
or `thing` (all). A page takes the file of its kind before that of `actor`, and that before `thing`.
A file of your project takes the place of the bundled one of the same name; a new name is a new
panel; `#+ view: none` takes one away. `dkg check` looks at your panels as at your saved queries.

A row is shown only with what it rests on: a claim, or the graph that says it. The page numbers the
articles behind them as its sources. An example: [add a panel](../how-to/add-a-panel.md).
"""


def _panels(panels: Panels) -> Iterator[str]:
    yield _PANELS
    yield "## Keys of the header\n"
    yield from _table(("key", "meaning"), [(f"`{key}`", words) for key, words in KEYS.items()])
    yield "## Views\n"
    rows = [
        (f"`{view}`", ", ".join(f"`?{name}`" for name in columns) or "any", _VIEW_WORDS[view])
        for view, columns in VIEWS.items()
    ]
    yield from _table(("view", "columns besides `?node`", "what it shows"), rows)
    yield "A view may also be the name of a template of your project: `templates/panels/NAME.html.j2`. It"
    yield "is given `panel`, whose `body` has `columns` and `rows` as for `table`.\n"
    yield "## The bundled panels\n"
    found = sorted(panels.by_name.values(), key=lambda panel: (panel.order, panel.name))
    yield from _table(
        ("file", "heading", "view", "order", "what it asks"),
        [(f"`{p.name}.rq`", p.title, f"`{p.view}`", str(p.order), f"{p.summary}.") for p in found],
    )


def _shapes() -> Iterator[str]:
    folder = content("ontology", "shapes")
    yield "# Shapes\n"
    yield "What `dkg check` and `dkg build` hold an annotation to. The name of a shape is the `code` of its"
    yield "findings. A violation keeps the article out of the graph; a warning or an info does not. Which"
    yield "engines check the first, and what that costs: [validation.md](validation.md).\n"
    yield "## Within one article\n"
    yield from _shape_rows(list(described(read_shapes([folder / "article.ttl"]))))
    yield "## Across articles\n"
    yield from _shape_rows([one.shape for one in read_graph_shapes([folder / "graph.ttl"])])


def _shape_rows(shapes: list[Shape]) -> Iterator[str]:
    ordered = sorted(shapes, key=lambda shape: (shape.number == 0, shape.number, shape.code))
    rows = [
        (
            f"`{shape.code}`",
            str(shape.severity),
            shape.description or shape.name,
            f"{shape.message} {shape.hint}",
        )
        for shape in ordered
    ]
    yield from _table(("shape", "severity", "rule", "what it says when it is broken"), rows)


def _terms(ontology: Ontology) -> Iterator[str]:
    yield "# Terms\n"
    yield (
        f"Version {ontology.version}. Prefixes: "
        + ", ".join(f"`{p}:` <{iri}>" for p, iri in PREFIXES.items())
        + ".\n"
    )
    terms = sorted(ontology.terms.values())
    for title, kinds in (("Classes", ("Class",)), ("Properties", ("Property",))):
        yield f"## {title}\n"
        found = [
            t for t in terms if not t.lists and any(k.rpartition("#")[2].endswith(kinds) for k in t.types)
        ]
        yield from _table(("term", "label", "definition"), [_term(term) for term in found])
    yield "## Values\n"
    yield "The closed lists and their values, with definitions and examples: [lists.md](lists.md).\n"


def _term(term: Term) -> tuple[str, str, str]:
    return f"`{_curie(term.iri)}`", term.label, term.definition


def _curie(iri: str) -> str:
    return next(
        (f"{p}:{iri.removeprefix(base)}" for p, base in PREFIXES.items() if iri.startswith(base)), iri
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(' '.join(cell.split()) for cell in row)} |"
    yield ""


def main(folder: Path = REFERENCE) -> None:
    """Write the made pages."""
    for name, text in pages().items():
        (folder / name).write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
