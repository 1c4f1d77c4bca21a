"""What it costs to take one sound for another: differences that romanization and ears make are cheap."""

from __future__ import annotations

_GROUPS = {
    "ae": 0.3, "ao": 0.3, "ou": 0.25, "ei": 0.3, "iu": 0.4, "eo": 0.4, "ai": 0.5, "au": 0.5,
    "eu": 0.5, "io": 0.5, "gk": 0.3, "gh": 0.3, "kh": 0.3, "bp": 0.4, "dt": 0.35, "fv": 0.3,
    "uv": 0.3, "sz": 0.4, "cs": 0.4, "cC": 0.4, "cz": 0.35, "CS": 0.4, "Sj": 0.5, "Ss": 0.45,
    "Cj": 0.35, "jz": 0.45, "ij": 0.35, "gj": 0.5, "gl": 0.7, "mn": 0.8, "bv": 0.6, "kC": 0.7,
    "fp": 0.6, "ck": 0.6, "dj": 0.6,
}  # fmt: skip
_EXTRA = {"i": 0.3, "h": 0.35, "a": 0.45, "e": 0.4, "o": 0.45, "u": 0.45, "v": 0.9}
_PAIRS = {
    (a, b): price for pair, price in _GROUPS.items() for a, b in ((pair[0], pair[1]), (pair[1], pair[0]))
}


_PRICES: dict[str, dict[str, float]] = {}
for (_one, _two), _price in _PAIRS.items():
    _PRICES.setdefault(_one, {})[_two] = _price
_NONE: dict[str, float] = {}
TOO_DEAR = 99.0


def cost(left: str, right: str, limit: float = TOO_DEAR) -> float:
    """The cheapest way to turn one folded word into the other; the same both ways.

    A cost above `limit` may be answered as `TOO_DEAR`.

    >>> cost("grigor", "krikor"), cost("anar", "anvar")
    (0.6, 0.9)
    """
    left, right = _without_common_ends(left, right)
    extras = [_EXTRA.get(letter, 1.0) for letter in right]
    row = [0.0]
    for extra in extras:
        row.append(row[-1] + extra)
    middle = len(left) // 2
    for place, mine in enumerate(left):
        prices = _PRICES.get(mine, _NONE)
        drop = _EXTRA.get(mine, 1.0)
        diagonal = row[0]
        last = row[0] = diagonal + drop
        for column, theirs in enumerate(right):
            above = row[column + 1]
            best = diagonal if mine == theirs else diagonal + prices.get(theirs, 1.0)
            best = above + drop if above + drop < best else best
            last += extras[column]
            last = row[column + 1] = last if last < best else best
            diagonal = above
        if place == middle and min(row) > limit:
            return TOO_DEAR
    return round(row[-1], 6)


def _without_common_ends(left: str, right: str) -> tuple[str, str]:
    """What differs between two words."""
    shorter = min(len(left), len(right))
    start = 0
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]
