"""A query for how many rows another one has, which leaves out what makes no difference to their number.

Terms of rows that nobody looks at need not be read from the store. Nor need what is said of each group beside
what it is grouped by, such as its claims in one text, where nothing asks for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from diaspora_kg.sparql.guard import form, names_dataset
from diaspora_kg.sparql.tokens import Kind, Token, braces, significant


def tally(text: str) -> str | None:
    r"""A SELECT of one row and one number; ``None``: it cannot be asked for, as with FROM.

    >>> tally("SELECT ?a (COUNT(?b) AS ?n) { ?a <urn:p> ?b } GROUP BY ?a")
    'SELECT (COUNT(*) AS ?rows) WHERE { SELECT ?a  { ?a <urn:p> ?b } GROUP BY ?a\n}'
    """
    if form(text) != "SELECT" or names_dataset(text):
        return None
    found = significant(text)
    first = next(token.start for token in found if token.is_word("SELECT"))
    mentioned = {token.text[1:] for token in found if token.kind is Kind.VARIABLE}
    name = "rows"
    while name in mentioned:
        name += "_"
    parts, done = [], first
    for start, end in sorted(_unasked(found)):
        parts.append(text[done:start])
        done = end
    # On a line of its own: the text may end with a comment.
    return f"{text[:first]}SELECT (COUNT(*) AS ?{name}) WHERE {{ {''.join(parts)}{text[done:]}\n}}"


def _unasked(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where columns of groups stand that are mentioned nowhere else, but for those of the whole query."""
    mentions = Counter(token.text[1:] for token in found if token.kind is Kind.VARIABLE)
    closed = braces(found)
    selects = [number for number, token in enumerate(found) if token.is_word("SELECT")]
    if any(_once_each(found, at) and found[at + 2].is_mark("*") for at in range(len(found) - 2)):
        return  # such a row, or number, is of all variables
    shown = () if _once_each(found, selects[0]) else (one[0] for one in _columns(found, selects[0] + 1)[0])
    inner = mentions - Counter(shown)
    for number in selects:
        if _once_each(found, number):
            continue
        columns, opening = _columns(found, number + 1)
        after = closed.get(opening, opening) + 1
        if after >= len(found) or not found[after].is_word("GROUP"):
            continue
        often = mentions if number == selects[0] else inner
        spare = [(start, end) for name, start, end in columns if end - start > 1 and often[name] <= 1]
        for start, end in spare[len(spare) == len(columns) :]:
            yield found[start].start, found[end - 1].end


def _once_each(found: Sequence[Token], number: int) -> bool:
    """Whether what follows a token is to be told once each."""
    return any(token.is_word("DISTINCT", "REDUCED") for token in found[number + 1 : number + 2])


def _columns(found: Sequence[Token], number: int) -> tuple[list[tuple[str, int, int]], int]:
    """The columns of a SELECT, each with its first token and the one behind it; where its pattern begins."""
    columns, depth, start = [], 0, number
    while number < len(found) and not (depth == 0 and found[number].is_mark("{")):
        token = found[number]
        if token.is_mark("(") and depth == 0:
            start = number
        depth += token.is_mark("(") - token.is_mark(")")
        number += 1
        if depth == 0 and token.is_mark(")"):
            columns.append((found[number - 2].text[1:], start, number))
        elif depth == 0 and token.kind is Kind.VARIABLE:
            columns.append((token.text[1:], number - 1, number))
    return columns, number
