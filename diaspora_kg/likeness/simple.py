"""A first comparison of names: folded words, aligned."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from diaspora_kg.likeness.model import Feature, Form, Likeness, Named, NamedKind

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t",
         "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"],
        strict=True,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """A name made ready once, so that many comparisons with it are cheap."""

    named: Named
    words: tuple[tuple[str, ...], ...]


def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", text[:300].casefold())
    plain = "".join(_CYRILLIC.get(c, c) for c in folded if not unicodedata.combining(c))
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())


@lru_cache(maxsize=65536)
def prepare(named: Named) -> Prepared:
    """Make a name ready for many comparisons."""
    return Prepared(named, tuple(w for w in (_words(f.text) for f in named.names) if w))


def compare(left: Named | Prepared, right: Named | Prepared) -> Likeness:
    """Say how alike two names are, with every part of the score."""
    one = left if isinstance(left, Prepared) else prepare(left)
    two = right if isinstance(right, Prepared) else prepare(right)
    best = Likeness(0.0)
    for a in one.words:
        for b in two.words:
            short, long = sorted((sorted(a), sorted(b)), key=lambda w: (len(w), w))
            value = sum(max(JaroWinkler.similarity(x, y) for y in long) for x in short) / len(long)
            if value > best.score:
                feature = Feature("words", value, 1.0, " ".join(a), " ".join(b), "Word by word.")
                best = Likeness(min(1.0, value), (feature,))
    return best


def keys(form: Form, kind: NamedKind) -> frozenset[str]:
    """Blocking keys: two names of one thing are expected to share at least one."""
    words = _words(form.text)
    found = {"".join(c for c in w if c not in "aeiouy")[:4] or w[:1] for w in words if len(w) > 1}
    if kind != "person" and len(words) > 1:
        found.add("=" + "".join(w[0] for w in words))
    if kind != "person" and len(words) == 1:
        found.add("=" + words[0])
    return frozenset(found)
