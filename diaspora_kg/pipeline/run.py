"""A whole project from its files to prepared articles; what `dkg check` and `dkg build` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from diaspora_kg import loader
from diaspora_kg.article import Article
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity import Directory, Entry, Register, declared, read_register
from diaspora_kg.pipeline.chosen import Annotated
from diaspora_kg.pipeline.decided import Identity, Published, decided
from diaspora_kg.pipeline.files import Listing, NotReadableError, content_of, listing, not_read
from diaspora_kg.pipeline.pool import Progress, Quiet, each
from diaspora_kg.pipeline.prepare import Part, Prepared, part_of, prepare, text_path, violated
from diaspora_kg.pipeline.read import duplicates, read_unit
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.pipeline.units import stem, units
from diaspora_kg.project import Project
from diaspora_kg.quads import Mapped, map_register
from diaspora_kg.state import FileStamp
from diaspora_kg.trust import Trusted


@dataclass(frozen=True)
class RegisterRead:
    """``register.yaml``: its entries, its graph, and what is wrong with it.

    It is mapped when somebody asks for its graph, or for all that is wrong with it: workers of a build begin
    meanwhile with its entries. ``read_findings`` are what reading it found.
    """

    setting: Setting
    register: Register
    read_findings: tuple[Finding, ...]
    stamp: FileStamp | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What it declares."""
        return self.register.entries

    @cached_property
    def mapped(self) -> Mapped:
        """Its graph."""
        project = self.setting.project
        file, directory = project.relative(project.register), Directory(self.entries)
        return map_register(self.register.nodes, file, project.names, directory, project.gloss_language)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All that is wrong with it, in order of place."""
        return tuple(sorted({*self.read_findings, *self.mapped.findings}))

    @property
    def readable(self) -> bool:
        """Whether it says something, be it with faults; a project may have none."""
        return self.valid or bool(self.entries)

    @property
    def seems_valid(self) -> bool:
        """Whether reading it found nothing that keeps the graph from being built."""
        return not violated(self.read_findings)

    @property
    def valid(self) -> bool:
        """Whether nothing in it keeps the graph from being built."""
        return not violated(self.findings)


@dataclass(frozen=True)
class Run:
    """Everything that one run read and prepared.

    ``articles`` are in order of key, duplicates beside each other, each with its other runs. ``findings``
    are those that belong to no article.
    """

    setting: Setting
    articles: tuple[Prepared, ...]
    register: RegisterRead
    identity: Identity
    findings: tuple[Finding, ...]

    def all_findings(self) -> tuple[Finding, ...]:
        """Every finding of the run, in order of place."""
        own = chain.from_iterable(done.all_findings() for done in self.articles)
        return tuple(sorted({*own, *self.findings, *self.register.findings, *self.identity.findings}))


def run(
    project: Project,
    *,
    jobs: int = 1,
    trusted: Trusted = False,
    locks: bool = False,
    wanted: Callable[[Article], bool] = lambda _: True,
    progress: Progress | None = None,
    published: Published | None = None,
    several: bool = False,
) -> Run:
    """Read all files and prepare the articles that are ``wanted``; nothing is written.

    ``trusted`` runs the project's own scripts too; with ``locks`` each article that has its text at
    hand gets its lock's content. Clusters of records that decisions contradict stay as ``published``.
    With ``several``, only articles of which there are several runs are prepared. Raises
    :class:`~diaspora_kg.errors.DkgError`.
    """
    shown = progress or Quiet()
    scripts, untrusted = loader.scripts(project, trusted=trusted)
    setting = Setting.of(project, scripts)
    found = listing(project, setting.beside)
    groups = units(found.files)
    shown.step("Reading", len(groups))
    reads = list(each(read_unit, groups, setting, jobs, shown))
    given = tuple(sorted((a for r in reads for a in r.articles), key=_place))
    articles = tuple(one.article for one in given)
    register = register_of(setting)
    entries = tuple(chain(register.entries, *map(declared, articles)))
    directory = Directory(entries)
    identity = decided(setting, directory.record, published or Published())
    if identity.canonical:
        directory = Directory(entries, identity.canonical)
    # Without a register that can be read, every key of it would seem unknown.
    asked = [one for one in given if one.runs] if several else given
    parts = _parts(asked, directory, wanted, locks=locks) if register.readable else []
    shown.step("Preparing", len(parts))
    prepared = tuple(each(prepare, parts, setting, jobs, shown))
    loose = (finding for r in reads for file in r.files for finding in file.findings)
    return Run(
        setting=setting,
        articles=prepared,
        register=register,
        identity=identity,
        findings=(*untrusted, *found.findings, *loose, *_unannotated(found, given, setting)),
    )


def records(project: Project, *, trusted: Trusted = False) -> Directory:
    """Every record of a project as its files are now; what cannot be read has none."""
    scripts, _ = loader.scripts(project, trusted=trusted)
    setting = Setting.of(project, scripts)
    reads = (read_unit(unit, setting) for unit in units(listing(project, setting.beside).files))
    given = sorted((a for read in reads for a in read.articles), key=_place)
    articles = [one.article for one in given]
    return Directory(chain(register_of(setting).entries, *map(declared, articles)))


def _place(given: Annotated) -> tuple[str, str]:
    return given.article.key, given.article.file


def _parts(
    given: Iterable[Annotated], directory: Directory, wanted: Callable[[Article], bool], *, locks: bool
) -> list[Part]:
    given = tuple(given)
    twice: dict[str, list[Finding]] = {}
    for finding in duplicates(one.article for one in given):
        twice.setdefault(finding.file, []).append(finding)
    parts = []
    for one in given:
        if not any(wanted(run.article) for run in (one, *one.runs)):
            continue
        key = one.article.key
        findings = (*one.findings, *(f for f in twice.get(one.article.file, ()) if f.article == key))
        parts.append(part_of(one, directory, findings, lock=locks))
    return parts


def register_of(setting: Setting) -> RegisterRead:
    """Read the register; whatever is wrong with it is a finding."""
    project = setting.project
    file = project.relative(project.register)
    register, stamp = Register(), None
    findings: tuple[Finding, ...] = ()
    if project.register.exists() or project.register.is_symlink():
        try:
            data, stamp = content_of(project, project.register)
        except NotReadableError as error:
            findings = (not_read(file, str(error)),)
        else:
            register = read_register(data, file, setting.ontology, project.gloss_language)
    return RegisterRead(setting, register, (*findings, *register.findings), stamp)


def _unannotated(found: Listing, given: Iterable[Annotated], setting: Setting) -> list[Finding]:
    project = setting.project
    texts = {project.relative(text_path(project, run.article)) for one in given for run in (one, *one.runs)}
    return unannotated(found.companions, texts, {stem(item.file) for item in found.files}, setting.beside)


def unannotated(
    companions: Iterable[str], texts: Set[str], stems: Set[str], beside: Set[str] = frozenset()
) -> list[Finding]:
    """A text or lock that belongs to no annotation is told, not dropped."""
    return [
        Finding(file, 0, Severity.INFO, "no-annotation", "No annotation goes with this file.", hint)
        for file in companions
        if file not in texts and stem(file) not in stems and file.rpartition("/")[2] not in beside
        for hint in [f"dkg new {file}" if file.endswith(".txt") else "Remove it."]
    ]
