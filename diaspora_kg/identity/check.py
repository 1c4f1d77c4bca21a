"""What can be wrong with keys: unknown, declared twice, with a dot, or of the wrong kind of node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diaspora_kg.article import Article, Link, Node
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity.directory import Directory, Entry, declared
from diaspora_kg.identity.references import Use, uses, uses_of_node

_GUESSED = 20  # unknown keys of one article for which the nearest one is looked for

_Place = tuple[str, int, str, str]  # file, line, article, key


def check_references(article: Article, directory: Directory) -> tuple[Finding, ...]:
    """A violation for each key of an article that does not do what its writer meant."""
    found = list(_twice(declared(article)))
    found += _in_both(article, directory)
    found += _uses(uses(article), directory, article.file, article.key, article.refused)
    return tuple(found)


def check_register(entries: Iterable[Entry], file: str) -> tuple[Finding, ...]:
    """The same for the register, whose keys are global."""
    entries = tuple(entries)
    directory = Directory(entries)
    found = list(_twice(entries))
    found += _uses((use for e in entries for use in _of_entry(e)), directory, file, None, ())
    found += _one_external_id(entries)
    return tuple(found)


def _one_external_id(entries: Iterable[Entry]) -> Iterator[Finding]:
    """A warning where two entries have one external id: they may be one thing, or an address is wrong."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        values = entry.record.values("dkg:externalId") if isinstance(entry.record, Node) else ()
        for address in dict.fromkeys(value.iri for value in values if isinstance(value, Link)):
            first = seen.setdefault(_bare(address), entry)
            if first is not entry:
                message = f"The external id {address} is that of `{first.key}` too, in line {first.line}."
                hint = "One id is one thing: keep one of the entries, or correct the address."
                place = (entry.file, entry.line, Severity.WARNING, "external-id-twice")
                yield Finding(*place, message, hint, words=entry.key)


def _bare(address: str) -> str:
    """An address as it is compared: by which protocol it is asked for says nothing of what it means."""
    return address.partition("://")[2].removesuffix("/") or address


def _of_entry(entry: Entry) -> Iterator[Use]:
    if isinstance(entry.record, Node):
        yield from uses_of_node(entry.record)


def _local(entry: Entry) -> str:
    return entry.key if entry.article is None else entry.key[len(entry.article) + 1 :]


def _twice(entries: Iterable[Entry]) -> Iterator[Finding]:
    """The native reader says the same in the same words, so that the two findings are one."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        key = _local(entry)
        if entry.kind == "article":
            continue
        if "." in key:
            what = entry.kind if entry.kind in {"statement", "claim"} else "node"
            message = f"This cannot be the key of a {what}."
            hint = "Use letters, digits and hyphens; a dot divides an article's key from a node's."
            yield _violation(entry, "key-form", message, hint)
        elif first := seen.get(key):
            message = f"The key `{key}` is declared twice, first in line {first.line}."
            yield _violation(entry, "duplicate-key", message, "Rename one of the two.")
        seen.setdefault(key, entry)


def _in_both(article: Article, directory: Directory) -> Iterator[Finding]:
    hint = "If both mean the same, keep only the `mentions` here; if not, rename this one."
    for entry in declared(article):
        key = _local(entry)
        if entry.kind != "article" and (known := directory.in_register(key)):
            message = f"The key `{key}` is declared here and in {known.file}, line {known.line}."
            yield _violation(entry, "key-in-register", message, hint)


def _uses(
    found: Iterable[Use], directory: Directory, file: str, article: str | None, refused: tuple[str, ...]
) -> Iterator[Finding]:
    unknown: dict[str, list[Use]] = {}
    for use in found:
        entry = directory.find(use.ref.key, article)
        if entry is None and use.ref.key not in refused:
            unknown.setdefault(use.ref.key, []).append(use)
        elif entry is not None and use.kinds is not None and entry.kind not in use.kinds:
            message, hint = _wrong_kind(use, entry, use.kinds, directory, article)
            yield _finding((file, use.ref.line, article or "", use.ref.key), "wrong-kind", message, hint)
    for number, (key, same) in enumerate(unknown.items()):
        message = _unknown(same[0], directory, article)
        hint = _meant(same[0], directory, article) if number < _GUESSED else "Declare it, or correct the key."
        line, *others = sorted({use.ref.line for use in same})
        if others:
            hint += f" It is also used in line{'s' if others[1:] else ''} {', '.join(map(str, others))}."
        yield _finding((file, line, article or "", key), "unknown-key", message, hint)


def _unknown(use: Use, directory: Directory, article: str | None) -> str:
    key = use.ref.key
    other, _, local = key.rpartition(".")
    if other and directory.has_article(other):
        return f"The article `{other}` declares no `{local}` (`{use.slot}`)."
    if other:
        return f"There is no article `{other}`, so no `{key}` (`{use.slot}`)."
    if article is None or use.addition:
        return f"The register has no `{key}` (`{use.slot}`)."
    return f"Neither this article nor the register declares `{key}` (`{use.slot}`)."


def _meant(use: Use, directory: Directory, article: str | None) -> str:
    """What the writer of an unknown key probably meant."""
    key, place = use.ref.key, None if use.addition else article
    if named := directory.named(key, place):
        return f"That is a name; write the key: `{named}`."
    if near := directory.nearest(key, place, use.kinds) or directory.nearest(key, place):
        return f"Did you mean `{near}`?"
    if use.addition:
        return "Say what it is with `is`."
    if use.kinds == frozenset({"claim"}):
        return "Write the `id` of a claim here, and give that claim one."
    return "Declare it, or correct the key."


def _wrong_kind(
    use: Use, entry: Entry, kinds: frozenset[str], directory: Directory, article: str | None
) -> tuple[str, str]:
    fitting = [_a(kind) for kind in sorted(kinds)]
    allowed = fitting[0] if len(fitting) == 1 else f"{', '.join(fitting[:-1])} or {fitting[-1]}"
    message = f"`{use.ref.key}` is {_a(entry.kind)}, but `{use.slot}` takes {allowed}."
    near = directory.nearest(use.ref.key, article, kinds)
    return message, f"Did you mean `{near}`?" if near else "Write the key of such a node here."


def _a(kind: str) -> str:
    words = kind.replace("-", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _violation(entry: Entry, code: str, message: str, hint: str) -> Finding:
    return _finding((entry.file, entry.line, entry.article or "", _local(entry)), code, message, hint)


def _finding(place: _Place, code: str, message: str, hint: str) -> Finding:
    file, line, article, key = place
    return Finding(file, line, Severity.VIOLATION, code, message, hint, words=key, article=article)
