"""Which articles a build must look at: those that changed, and those that depend on what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from diaspora_kg.build.folders import ARTICLES
from diaspora_kg.build.looked import Looked
from diaspora_kg.build.spool import Spool
from diaspora_kg.build.stored import declare, storable
from diaspora_kg.identity import declared
from diaspora_kg.pipeline.chosen import Annotated
from diaspora_kg.pipeline.files import NotReadableError, content_of
from diaspora_kg.pipeline.pool import Crew, Progress
from diaspora_kg.pipeline.prepare import lock_path, text_path
from diaspora_kg.pipeline.read import UnitRead, read_unit
from diaspora_kg.pipeline.run import RegisterRead, register_of
from diaspora_kg.pipeline.scan import Scan, input_file
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.pipeline.units import Roots
from diaspora_kg.state import ArticleState, FileStamp, State
from diaspora_kg.state.folders import folder_of

_CHUNK = 256
Place = tuple[str, str]  # file and key


@dataclass
class Sources:
    """The sources of one build: ``todo`` says where each article to be prepared waits in ``spool``.

    ``touched`` are the keys of articles that came, changed or went. ``failed`` are files and folders
    that gave no article.
    """

    setting: Setting
    state: State
    scan: Scan
    spool: Spool[Annotated]
    workers: Crew
    shown: Progress
    todo: dict[Place, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    register: RegisterRead | None = None
    _changed: set[str] = field(default_factory=set)  # keys
    _moved: bool = False
    _renamed: set[str] = field(default_factory=set)  # former keys of articles
    declared_anew: set[str] = field(default_factory=set)
    decided_anew: bool = False
    _done: set[str] = field(default_factory=set)  # files that were read
    _all: set[str] | None = None  # files of which nothing is noted yet
    _roots: dict[str, Roots] = field(default_factory=dict)  # by folder

    def __post_init__(self) -> None:
        self.looked = Looked(self.setting, self.state, self.scan)

    def changed_files(self, trusted_before: int = 0) -> set[str]:
        """Files that came, went or may have changed since the state was written.

        ``trusted_before`` is the time (ns) before which a file that looks as it did was not changed.
        """
        self.looked.trusted_before = trusted_before
        return self.looked.changed()

    def read(self, changed: set[str]) -> None:
        """Read what changed, then what depends on it, until nothing more does."""
        self._follow(self.begin(changed))

    def begin(self, changed: set[str]) -> set[str]:
        """Take over what changed but the annotations; the annotations to be read."""
        self._register(changed)
        self._decisions(changed)
        todo = changed & self.scan.annotations.keys()
        companions = changed - todo
        todo |= self.looked.beside(companions)  # before the articles that are gone are forgotten
        todo |= self.looked.labelled(changed)
        for path in changed:
            todo |= self._near(path).near(path)
        self._forget({path for path in changed if not self.looked.is_there(path)})
        self._keep_looks(path for path in companions if path in self.scan.companions)
        return todo & self.scan.annotations.keys()

    def begin_anew(self) -> set[str]:
        """The same where the state knows nothing: all annotations; the rest is left to :meth:`note_all`."""
        self._all = self.changed_files()
        self.register = register_of(self.setting)
        return {path for folder in self.scan.folders.values() for path in folder.annotations}

    def note_all(self) -> bool:
        """Take over what :meth:`begin_anew` left, once; whether the register lets a build go on."""
        if (changed := self._all) is not None:
            self._all = None
            self._declare_register()
            self._decisions(changed)
            self.looked.labelled(path for path in changed if not path.startswith(f"{ARTICLES}/"))
            for folder in self.scan.folders.values():
                self._keep_looks(folder.companions)
        return self.register is not None and self.register.valid

    def _keep_looks(self, paths: Iterable[str]) -> None:
        """Note files that need not be read."""
        looked = self.looked
        self.state.keep_files(FileStamp(path, *looked.seen[path], looked.sha256(path)) for path in paths)

    def follow(self, todo: set[str]) -> None:
        """Read annotations, then those that depend on them."""
        self._follow(todo)

    def groups(self, todo: set[str]) -> list[list[str]]:
        """The files that are read together with these, in order."""
        within: defaultdict[str, list[str]] = defaultdict(list)
        for path in todo:
            within[folder_of(path)].append(path)
        found: list[list[str]] = []
        for name, paths in within.items():
            here, roots = self.scan.folders.get(name), self._near(paths[0])
            if here is not None and len(paths) == len(here.annotations):
                found += roots.groups()
            else:
                found += {roots.of(path): sorted(roots.group(path)) for path in paths}.values()
        return sorted(found)

    def group(self, file: str) -> list[str]:
        """The files that are read together with one, in order."""
        return sorted(self._near(file).group(file))

    def _near(self, file: str) -> Roots:
        """Which annotations in the folder of a file are read together."""
        folder = folder_of(file)
        if (roots := self._roots.get(folder)) is None:
            here = self.scan.folders.get(folder)
            roots = self._roots[folder] = Roots(here.annotations if here is not None else ())
        return roots

    def reach(self, keys: Iterable[str]) -> None:
        """Read the articles that declare or use these keys of records, and what depends on them."""
        found: set[str] = set()
        for key in keys:
            found |= {path for path, _ in self.state.needing(key)}
        self._follow(found)

    def _follow(self, todo: set[str]) -> None:
        while True:
            todo = (todo & self.scan.annotations.keys()) - self._done
            if todo:
                self._read(sorted(todo))
            todo = self._dependents()
            if not (todo & self.scan.annotations.keys()) - self._done:
                return

    def pending(self) -> set[str]:
        """Files of articles that the whole graph held back before: they may fit now."""
        rows = self.state.rows("SELECT path FROM article WHERE key IN (SELECT key FROM pending)")
        return {path for (path,) in rows}

    def _register(self, changed: set[str]) -> None:
        project = self.setting.project
        file = project.relative(project.register)
        if file not in changed and self.state.meta("register-read"):
            return
        self.register = register_of(self.setting)
        self._declare_register()

    def _declare_register(self) -> None:
        if self.register is None:
            return
        file = self.setting.project.relative(self.setting.project.register)
        keys, moved = declare(self.state, file, "", self.register.entries)
        self._changed |= keys
        self._moved |= moved
        self.state.tell(file, "", self.register.findings)
        self.state.forget_file(file)
        if self.register.stamp is not None:
            self.state.keep_files([self.register.stamp])
        self.state.put("register-read", "yes")

    def _decisions(self, changed: set[str]) -> None:
        """Whether the decisions are others than those that the state knows."""
        project = self.setting.project
        file = project.relative(project.decisions)
        if file not in changed:
            return
        if file not in self.looked.seen:
            self.decided_anew = True
            return
        try:
            _, stamp = content_of(project, project.decisions)
        except NotReadableError:
            self.decided_anew = True
            return
        self.decided_anew = stamp.sha256 != self.looked.sha256(file)
        self.state.keep_files([stamp])

    def _forget(self, gone: set[str]) -> None:
        for path in sorted(gone):
            self.state.forget_file(path)
            self.state.do("DELETE FROM source WHERE path = ?", path)
            self._forget_runs(path)
            self.state.tell(path, "", ())
            for row in self.state.articles("WHERE path = ?", path):
                self._drop(row)

    def _forget_runs(self, path: str) -> None:
        texts = self.state.rows("SELECT text FROM run WHERE path = ?", path)
        self.state.unsettled |= {folder_of(text) for (text,) in texts}
        self.state.do("DELETE FROM run WHERE path = ?", path)

    def _drop(self, row: ArticleState) -> None:
        keys, moved = declare(self.state, row.path, row.key, ())
        self._changed |= keys
        self._moved |= moved
        self._renamed |= set(row.formerly)
        self.touched.add(row.key)
        self.state.unsettled |= {folder_of(row.text), folder_of(row.lock)}
        self.state.forget_article(row.path, row.key)
        self.todo.pop((row.path, row.key), None)

    def _read(self, paths: list[str]) -> None:
        waiting = self.groups(set(paths))
        self.shown.step("Reading", len(waiting))
        for start in range(0, len(waiting), _CHUNK):
            items = [
                tuple(input_file(self.setting.project, path) for path in files)
                for files in waiting[start : start + _CHUNK]
            ]
            for read in self.workers.each(read_unit, items):
                self._take(read)
                self.shown.advance()

    def _take(self, read: UnitRead) -> None:
        keys = {(one.article.file, one.article.key) for one in read.articles}
        for file in read.files:
            self._done.add(file.file)
            self.state.fill("source", [(file.file, file.reader, file.labels)])
            self.state.keep_files([file.stamp or FileStamp(file.file, 0, 0, 0, 0), *file.beside])
            for row in self.state.articles("WHERE path = ?", file.file):
                if (row.path, row.key) not in keys:
                    self._drop(row)
            self.state.tell(file.file, "", file.findings)
            self._forget_runs(file.file)
        for one in read.articles:
            self._keep(one)

    def _keep(self, one: Annotated) -> None:
        project, article = self.setting.project, one.article
        path = article.file
        known = self.state.articles("WHERE path = ? AND key = ?", path, article.key)
        keys, moved = declare(self.state, path, article.key, declared(article))
        self._changed |= keys
        self._moved |= moved
        row = known[0] if known else ArticleState(path, article.key)
        self._renamed |= set(row.formerly) ^ set(article.formerly)
        text = project.relative(text_path(project, article))
        lock = project.relative(lock_path(project, article))
        self.state.unsettled |= {folder_of(file) for file in {text, lock} ^ {row.text, row.lock}}
        self.state.keep_article(
            replace(row, line=article.line, text=text, lock=lock, formerly=article.formerly)
        )
        texts = {(r.article.file, article.key, project.relative(text_path(project, r.article)))
                 for r in one.runs}  # fmt: skip
        self.state.unsettled |= {folder_of(text) for _, _, text in texts}
        self.state.fill("run", sorted(texts))
        self.touched.add(article.key)
        self.todo[path, article.key] = self.spool.put(one)

    def _dependents(self) -> set[str]:
        """The files of articles that depend on what was declared anew since this was asked last."""
        found: set[str] = set()
        for key in self._changed:
            found |= {path for path, _ in self.state.needing(key)}
        for former in map(storable, self._renamed):
            found |= {path for path, _ in self.state.needing(former)}
            within = "key >= ?1 AND key < ?2"
            sql = f"SELECT path FROM need WHERE {within} UNION SELECT path FROM entry WHERE {within}"  # noqa: S608
            found |= {row[0] for row in self.state.rows(sql, f"{former}.", f"{former}/")}
        if self._moved:
            found |= {row[0] for row in self.state.rows("SELECT path FROM article WHERE restless = 1")}
        for key in self.touched:
            same = "SELECT path FROM article WHERE folded = ? AND restless = 1"
            found |= {row[0] for row in self.state.rows(same, key.casefold())}
            twins = "SELECT path FROM article WHERE folded = ?"
            if len(rows := self.state.rows(twins, key.casefold())) > 1:
                found |= {row[0] for row in rows}
        self.declared_anew |= self._changed
        self._changed, self._moved, self._renamed = set(), False, set()
        return found
