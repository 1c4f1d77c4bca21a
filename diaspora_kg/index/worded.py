"""Full text: which nodes have some words in their quotes and paraphrases, the best first.

What is typed is words and nothing else: each is asked for as a phrase of its own, so that no sign in it is an
operator of FTS5. Words of one or two letters are looked for in what holds the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.errors import UsageError
from diaspora_kg.index.opened import TimeUp
from diaspora_kg.index.reader import Index
from diaspora_kg.index.rows import fold

ROLES = ("paraphrase", "quote")
"""The words that are searched: those of claims, and of passages."""

MOST_WORDS = 100
"""Words that are searched for at once: SQLite bounds how long a condition may be."""

_SHORTEST = 3  # FTS5's trigrams match nothing shorter


@dataclass(frozen=True, slots=True)
class Worded:
    """The nodes found, the best first; ``more``: there are others, ``whole``: the time was enough."""

    iris: tuple[str, ...]
    more: bool = False
    whole: bool = True


def worded(index: Index, text: str, limit: int, seconds: float) -> Worded:
    """The nodes that have every word of a text in one quote or paraphrase.

    At least one word must have three letters; else nothing is found. While it runs no other thread may use
    this index. Raises :class:`RunStopped` for a damaged one, and :class:`UsageError` for too many words.
    """
    key = fold(text.encode("utf-8", "replace").decode().replace("\0", " "))
    terms = dict.fromkeys(key.split())
    if len(terms) > MOST_WORDS:
        raise UsageError(f"These are {len(terms)} words; at most {MOST_WORDS} can be searched for at once.")
    long = [term for term in terms if len(term) >= _SHORTEST]
    short = [term for term in terms if len(term) < _SHORTEST]
    if not long:
        return Worded(())
    phrases = " AND ".join('"' + term.replace('"', '""') + '"' for term in long)
    values = (phrases, *short, *ROLES, limit + 1)
    database, amended = index.opened()
    found: list[tuple[float, str]] = []
    try:
        with index.within(seconds):
            for part in ("main", "late")[: 1 + amended]:
                found += database.execute(_sql(part, len(short), amended=amended), values).fetchall()
    except TimeUp:
        return Worded((), more=True, whole=False)
    iris = tuple(dict.fromkeys(iri for _, iri in sorted(found)))
    return Worded(iris[:limit], more=len(iris) > limit)


def _sql(part: str, short: int, *, amended: bool) -> str:
    alive = " AND said.iri NOT IN (SELECT iri FROM late.gone)" * (part == "main" and amended)
    holds = " AND instr(folded, ?) > 0" * short
    return (
        f"SELECT min(word.rank), said.iri FROM {part}.word JOIN {part}.said ON said.id = word.rowid"  # noqa: S608 - own text
        f" WHERE word MATCH ?{holds} AND role IN ({', '.join('?' * len(ROLES))}){alive}"
        " GROUP BY said.iri ORDER BY 1, 2 LIMIT ?"
    )
