"""`dkg link import`: a file of FollowTheMoney or Popolo as entries of the register, its claims as article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import Finding, Report, Severity, UsageError
from diaspora_kg.identity import Register, read_register
from diaspora_kg.interchange.adding import nodes_of, replace_file, with_entries
from diaspora_kg.interchange.claimed import Written, articles
from diaspora_kg.interchange.entities import Taken
from diaspora_kg.interchange.ftm import read_ftm
from diaspora_kg.interchange.placed import Placed, read_lines, read_whole
from diaspora_kg.interchange.popolo import read_popolo
from diaspora_kg.interchange.registered import Entries, entries, slug
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project

FORMATS = ("ftm", "popolo")
"""What ``--format`` takes."""

MOST = 50_000
"""The most entities that are made entries of a register at once."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read: see ``dkg link import --help``."""

    form: str = ""
    by_id: bool = False
    ids: str = ""
    language: str = ""
    claims: str = ""


@dataclass(frozen=True)
class Imported:
    """What a file comes to: entries, articles of what it claims, and what was left out."""

    entries: Entries
    articles: tuple[Written, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether something could not be understood."""
        return any(one.severity is Severity.VIOLATION for one in self.findings)


def read_file(path: Path, options: Options) -> Taken:
    """Read a file into entities and ties; raises :class:`UsageError` for one that cannot be opened."""
    taken = Taken(Report(path.name))
    form = options.form or sniffed(path)
    if form == "popolo":
        document = read_whole(path, taken.report)
        if document is not None:
            read_popolo(document, taken, options.ids, options.language)
    else:
        read_ftm(_entities(path, taken.report), taken, options.ids, options.language)
    return taken


def sniffed(path: Path) -> str:
    """The format of a file by its beginning; raises :class:`UsageError`."""
    try:
        with path.open("rb") as file:
            begun = file.read(1 << 16).decode("utf-8-sig", "replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    return "ftm" if '"schema"' in begun and '"properties"' in begun else "popolo"


def _entities(path: Path, report: Report) -> Iterator[Placed]:
    """FollowTheMoney's entities: a line each, or one JSON list of them."""
    with path.open("rb") as file:
        listed = file.read(100).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    if not listed:
        yield from read_lines(path, report)
        return
    document = read_whole(path, report)
    for one in document if isinstance(document, list) else ():
        if isinstance(one, Placed):
            yield one
        else:
            report.violation(0, "json", "The list holds what is no object.", "One entity each: {…}.")


def import_file(project: Project, path: Path, options: Options) -> Imported:
    """What a file comes to beside this project's register; nothing is written.

    Raises :class:`UsageError` for a register that is not sound, and for more than :data:`MOST` entities.
    """
    ontology = Ontology.load(project.folders("ontology"))
    register = _register(project, ontology)
    taken = read_file(path, options)
    if len(taken.entities) > MOST:
        raise UsageError(
            f"{path.name} has {len(taken.entities)} entities, and {MOST} can be taken at once. Take a part."
        )
    made = entries(taken, register.nodes, ontology, by_id=options.by_id)
    found: tuple[Written, ...] = ()
    if options.claims:
        names = {made.keys[one.id]: (one.names[0].words if one.names else one.label)
                 for one in taken.entities if one.id in made.keys}  # fmt: skip
        names |= {
            key: str(fields["label"])
            for key, fields in made.fields.get("posts", {}).items()
            if "label" in fields
        }
        found = tuple(articles(taken, made, names, _stem(options.claims)))
    elif taken.ties:
        hint = "Write them as an article: --claims NAME."
        what = "What the file claims (memberships, offices, founding, dissolution) is left out"
        for tie in taken.ties:
            taken.leave(tie.line, "claims", what, hint)
    return Imported(made, found, taken.findings())


def _register(project: Project, ontology: Ontology) -> Register:
    if not project.register.exists():
        return Register()
    if not project.holds(project.register):
        raise UsageError("register.yaml is a link that leaves the project, and is not followed.")
    read = read_register(project.register.read_bytes(), "register.yaml", ontology, project.gloss_language)
    if any(one.severity is Severity.VIOLATION for one in read.findings):
        raise UsageError("register.yaml has violations. Mend them first: dkg check")
    return read


def _stem(written: str) -> str:
    if written != slug(written):
        raise UsageError(
            f"--claims {written}: write small letters, digits and hyphens, such as parliament-2031."
        )
    return written


def add(project: Project, made: Imported) -> list[str]:
    """Write entries into ``register.yaml`` and the articles beside others; the files that were written.

    Raises :class:`UsageError` where the register is written in a way that nothing can be added to, and where
    an article of that name is there.
    """
    files = [project.articles / f"{one.stem}{end}" for one in made.articles for end in (".txt", ".yaml")]
    if there := next((path for path in files if path.exists() or not project.holds(path)), None):
        raise UsageError(f"{project.relative(there)} is there already. Choose another name with --claims.")
    written = []
    if len(made.entries):
        _into_register(project, made.entries)
        written.append("register.yaml")
    for one in made.articles:
        project.articles.mkdir(exist_ok=True)
        for end, text in ((".txt", one.text), (".yaml", one.annotation)):
            replace_file(project.articles / f"{one.stem}{end}", text)
            written.append(f"articles/{one.stem}{end}")
    return written


def _into_register(project: Project, made: Entries) -> None:
    path = project.register
    ontology, language = Ontology.load(project.folders("ontology")), project.gloss_language
    try:
        before = path.read_bytes().decode("utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise UsageError("register.yaml is not UTF-8.") from error
    old = nodes_of(before, path.name, ontology, language) if before else {}
    text = with_entries(before, made.fields)
    new = nodes_of(text, path.name, ontology, language) if text else None
    wanted = {key for listed in made.fields.values() for key in listed}
    if (
        old is None
        or new is None
        or text is None
        or {key: new.get(key) for key in old} != old
        or {*new} != {*old} | wanted
    ):
        raise UsageError(
            "register.yaml is written in a way to which nothing can be added safely (a section on one line,"
            " say). Leave out --add, and paste what is printed."
        )
    replace_file(path, text)
