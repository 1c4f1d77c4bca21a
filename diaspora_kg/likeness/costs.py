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


def cost(left: str, right: str) -> float:
    """The cheapest way to turn one folded word into the other; the same both ways.

    >>> cost("grigor", "krikor"), cost("anar", "anvar")
    (0.6, 0.9)
    """
    row = [0.0]
    for letter in right:
        row.append(row[-1] + _EXTRA.get(letter, 1.0))
    for mine in left:
        drop = _EXTRA.get(mine, 1.0)
        diagonal, row[0] = row[0], row[0] + drop
        for column, theirs in enumerate(right, 1):
            swap = diagonal if mine == theirs else diagonal + _PAIRS.get((mine, theirs), 1.0)
            diagonal = row[column]
            here = diagonal + drop
            back = row[column - 1] + _EXTRA.get(theirs, 1.0)
            row[column] = min(swap, here, back)
    return round(row[-1], 6)
