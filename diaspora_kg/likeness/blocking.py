"""Blocking keys: two names of one thing are expected to share one, two of different things seldom do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from diaspora_kg.likeness import acronyms, folding
from diaspora_kg.likeness.model import Form, Named, NamedKind
from diaspora_kg.likeness.prepared import Part, prepare


def keys(form: Form, kind: NamedKind) -> frozenset[str]:
    """The blocking keys of one form.

    Persons: the coarse form of each word that may be a surname, and each other word with the first sound of
    its neighbours. Organizations: the acronym that the form is or can have, in several languages, and each
    two of its words, a word of the bundled list standing for its translations.

    >>> sorted(keys(Form("Арам Петросян"), "person") & keys(Form("Aram Bedrosian"), "person"))
    ['arm.p', 'ptrs']
    """
    prepared = prepare(Named(kind, (form,)))
    if not prepared.shapes:
        return frozenset()
    shape = prepared.shapes[0]
    if kind == "person":
        return frozenset(_of_person(shape.parts))
    found = set(_of_words(shape.parts))
    found.update(f"={initials}" for initials in shape.initials if len(initials) > 1)
    if shape.joined and len(shape.parts) <= 3:
        found.add(f"~{folding.bones(shape.joined)}")
    if shape.acronym:
        found |= {f"={shape.acronym}", f"={acronyms.unordered(shape.acronym)}"}
    return frozenset(found)


def _of_person(parts: Sequence[Part]) -> Iterator[str]:
    names = [part.word for part in parts if part.role == "name"]
    for place, one in enumerate(names):
        alone = one.surnamed or not one.given or len(names) == 1
        for bone in one.bones:
            if alone:
                yield bone
            for other, two in enumerate(names):
                if other != place and not alone:
                    yield from (f"{bone}.{second[:1]}" for second in two.bones)


def _of_words(parts: Sequence[Part]) -> Iterator[str]:
    content = [part for part in parts if part.weight > 0 and part.role != "form"] or list(parts)
    tokens: list[tuple[float, str]] = []
    for part in content[:8]:
        if part.concept:
            tokens.append((part.weight, f"#{part.concept.key}"))
        else:
            tokens.extend((part.weight, bone) for bone in part.word.bones)
    own = [token for weight, token in tokens if weight >= 0.9]
    yield from own
    chosen = sorted({token for _, token in tokens})
    yield from (f"{one}+{two}" for one, two in combinations(chosen[:8], 2))
    if len(chosen) == 1:
        yield chosen[0]
