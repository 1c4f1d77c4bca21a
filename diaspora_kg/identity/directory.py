"""Every declared node of a project, found by the key that a researcher writes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from diaspora_kg.article import Article, Claim, Node, Ref, Statement
from diaspora_kg.identity.kept import Kept
from diaspora_kg.light import light
from diaspora_kg.names import Names

Record = Node | Statement | Claim | Article


@light
@dataclass(frozen=True, slots=True)
class Entry:
    """One declared node: its full key, kind and place; ``article`` is ``None`` in the register.

    ``canonical`` is the full key of the entity that decisions make of it.
    """

    key: str
    kind: str
    canonical: str
    record: Record
    article: str | None
    file: str
    line: int

    def iri(self, names: Names) -> str:
        """The IRI by which the published graph speaks of it."""
        return names.node(self.kind, self.canonical)


class Directory:
    """All entries of a project; a key that is declared twice keeps its first meaning.

    ``canonical`` maps the keys of records to those of the records that they are part of, ``formerly``
    the keys that articles had before to those that they have now, as far as no entry says so.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        canonical: Mapping[str, str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> None:
        self.canonical = canonical or {}
        nodes: dict[str, Entry] = {}
        articles: dict[str, Entry] = {}
        self._declared: dict[str | None, list[Entry]] = {}
        self._formerly: dict[str, str] = dict(formerly or {})
        for entry in entries:
            key = same(entry.key)
            if entry.kind == "article":
                articles.setdefault(key, entry)
                if isinstance(entry.record, Article):
                    self._formerly.update((same(old), entry.key) for old in entry.record.formerly)
                continue
            meant = self.canonical.get(key, entry.canonical)
            kept = entry if meant == entry.canonical else replace(entry, canonical=meant)
            if nodes.setdefault(key, kept) is kept:
                self._declared.setdefault(entry.article, []).append(kept)
        self._nodes: Mapping[str, Entry] = nodes
        self._articles: Mapping[str, Entry] = articles

    def record(self, key: str) -> Entry | None:
        """The node of this full key, also by the key that its article had before."""
        article, _, local = same(key).rpartition(".")
        now = None if same(key) in self._nodes else self.renamed(article)
        return self._nodes.get(same(f"{now}.{local}" if now else key))

    @property
    def renames(self) -> bool:
        """Whether any article had another key before."""
        return bool(self._formerly)

    def renamed(self, article: str) -> str | None:
        """The key that the article has now which had this one before."""
        return self._formerly.get(same(article))

    def speaks_of(self, kind: str, key: str) -> str:
        """The key by which the published graph speaks of a node of this kind and full key."""
        entry = self._nodes.get(same(key))
        return entry.canonical if entry and entry.kind == kind else key

    def find(self, key: str, article: str | None) -> Entry | None:
        """The node that a key means inside an article (``None``: inside the register).

        Of an article that was renamed, the key that it had before goes on meaning it.
        """
        if not key.isascii():
            key = same(key)
        local = self._nodes.get(full(article, key)) if article is not None and "." not in key else None
        found = local or self._nodes.get(key) or self._articles.get(key) or self.record(key)
        now = None if found else self.renamed(key)
        return self._articles.get(same(now)) if now else found

    def lookup(self, article: str | None) -> Callable[[Ref], Record | None]:
        """From a reference, as written in this article, to what was declared."""

        def record(ref: Ref) -> Record | None:
            entry = self.find(ref.key, article)
            return entry.record if entry else None

        return record

    def in_register(self, key: str) -> Entry | None:
        """The register's entry of this key."""
        return self._nodes.get(same(key)) if "." not in key else None

    def has_article(self, key: str) -> bool:
        """Whether there is an article of this key."""
        return same(key) in self._articles

    def nearest(self, key: str, article: str | None, kinds: frozenset[str] | None = None) -> str | None:
        """The key that was probably meant, as this article would write it; of these kinds if given."""
        if "." in key:
            spelled, key = list(self._keys_in(self._owner(key), kinds)), same(key)
        else:
            where = dict.fromkeys((None, article))
            spelled = [k.rpartition(".")[2] for one in where for k in self._keys_in(one, kinds)]
        return next(iter(get_close_matches(key, sorted(spelled), n=1)), None)

    def suggested(self, key: str, kinds: frozenset[str]) -> str | None:
        """The full key of a record of these kinds that was probably meant."""
        full = sorted(entry.key for entry in self._nodes.values() if entry.kind in kinds)
        near = [k for k in full if k.rpartition(".")[2] == key] or get_close_matches(same(key), full, n=1)
        return near[0] if near else None

    def named(self, words: str, article: str | None) -> str | None:
        """The key of the node that these words name, where a name was written in place of its key."""
        wanted = same(words).casefold()
        for entry in self._declared_in(None, article):
            if isinstance(entry.record, Node):
                forms = [name.form for name in entry.record.names] + [f.text for f in entry.record.forms]
                if wanted in {form.casefold() for form in forms}:
                    return entry.key.rpartition(".")[2]
        return None

    def aside(self, article: Article) -> Directory:
        """The same with what another run of an article declares in place of what its published run does."""
        return _Aside(self, article)

    def _declared_in(self, *articles: str | None) -> list[Entry]:
        """What some articles (``None``: the register) declare; a corpus is not searched for one key."""
        return [entry for article in dict.fromkeys(articles) for entry in self._declared.get(article, ())]

    def _keys_in(self, article: str | None, kinds: frozenset[str] | None) -> Iterable[str]:
        """The full keys of what an article (``None``: the register) declares, of these kinds if given."""
        return (e.key for e in self._declared_in(article) if kinds is None or e.kind in kinds)

    def _owner(self, key: str) -> str:
        """The article that a key with a dot names, or the one that was probably meant."""
        article = same(key).rpartition(".")[0]
        if article not in self._articles:
            article = next(iter(get_close_matches(article, self._articles, n=1)), article)
        return self._articles[article].key if article in self._articles else article


class _Aside(Directory):
    """One run that is not published, and everything but the article's published run."""

    def __init__(self, base: Directory, article: Article) -> None:
        super().__init__(declared(article))
        self._base = base
        self._article = article.key
        self._nodes = _Masked(self._nodes, base._nodes, article.key)  # noqa: SLF001 - of the same class
        self._articles = _Masked(self._articles, base._articles, article.key)  # noqa: SLF001 - as above

    @property
    def renames(self) -> bool:
        return self._base.renames

    def renamed(self, article: str) -> str | None:
        return self._base.renamed(article)

    def _declared_in(self, *articles: str | None) -> list[Entry]:
        others = [one for one in articles if one != self._article]
        own = super()._declared_in(self._article) if self._article in articles else []
        return [*own, *self._base._declared_in(*others)]  # noqa: SLF001 - of the same class

    def _owner(self, key: str) -> str:
        return self._base._owner(key)  # noqa: SLF001 - of the same class


class _Masked(Mapping[str, Entry]):
    """Entries before others, of which those of one article do not count."""

    def __init__(self, own: Mapping[str, Entry], others: Mapping[str, Entry], article: str) -> None:
        self._own, self._others, self._article = own, others, article

    def __getitem__(self, key: str) -> Entry:
        if key in self._own:
            return self._own[key]
        entry = self._others[key]
        if entry.article == self._article:
            raise KeyError(key)
        return entry

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        yield from (key for key in self._others if key not in self._own and key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def full(article: str, key: str) -> str:
    """A key of an article as everybody knows it, for looking it up."""
    whole = f"{article}.{key}"
    return whole if whole.isascii() else same(whole)


def same(key: str) -> str:
    """Two ways to type one letter are one key, as they are one IRI."""
    return key if key.isascii() else unicodedata.normalize("NFC", key)


def declared(article: Article) -> tuple[Entry, ...]:
    """What an article gives a key to: itself, its nodes, statements, and claims with an ``id``.

    It is asked for several times while an article is at work, so that of some articles is kept at hand.
    """
    return _KEPT.of(article)


def _declared(article: Article) -> Iterator[Entry]:

    def entry(kind: str, key: str, record: Record) -> Entry:
        full = f"{article.key}.{key}"
        return Entry(full, kind, full, record, article.key, article.file, record.line)

    yield Entry(article.key, "article", article.key, article, article.key, article.file, article.line)
    for node in article.nodes:
        if not node.addition:
            yield entry(node.kind, node.key, node)
    for statement in article.statements:
        yield entry("statement", statement.key, statement)
    for claim in article.all_claims():
        if claim.key:
            yield entry("claim", claim.key, claim)
        for part in claim.content:
            if isinstance(part, Node) and part.key:
                yield entry(part.kind, part.key, part)


_KEPT = Kept(_declared, 128)


def registered(nodes: Iterable[Node], file: str) -> Iterator[Entry]:
    """The entries that the nodes of ``register.yaml`` make."""
    for node in nodes:
        yield Entry(node.key, node.kind, node.key, node, None, file, node.line)
