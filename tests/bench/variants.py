"""Fictional people and organizations under several names each, with what is known of who is who.

Names follow Zipf's law, as real ones do: a few family names are very common, so that many people of one name
are not one. No two organizations have one full name, but many differ in a word only. What one entity is
called in a record is made of its name by the rules of :data:`PERSON` and
:data:`ORGANIZATION`; nothing is taken from real people.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

_STARTS = (
    *("ab", "an", "ar", "bel", "bor", "dan", "der", "el", "fal", "gor", "hal", "il", "kar", "lor", "mar"),
    *("nor", "ol", "per", "ral", "sal", "tar", "ud", "var", "vel", "zan"),
)
_MIDDLES = ("a", "e", "i", "o", "u", "am", "en", "id", "ol", "ur", "ast", "end", "irm", "ott", "ul")
_ENDS = ("yan", "ov", "ev", "li", "son", "idze", "in", "er", "uk", "as", "mand", "vik")
_GIVEN_ENDS = ("a", "o", "en", "is", "ur", "el", "ik", "an")
_TYPES = (
    ("Union", "Союз", "İttifaq"), ("Council", "Совет", "Şura"), ("Foundation", "Фонд", "Fond"),
    ("Congress", "Конгресс", "Konqres"), ("League", "Лига", "Liqa"),
    ("Association", "Ассоциация", "Assosiasiya"), ("Society", "Общество", "Cəmiyyət"),
    ("Center", "Центр", "Mərkəz"), ("Committee", "Комитет", "Komitə"),
    ("Party", "Партия", "Partiya"),
)  # fmt: skip
_CYRILLIC = dict(zip("abcdefghijklmnoprstuvyz", "абкдефгхийклмнопрстувйз", strict=True))
_TYPO = {"a": "o", "e": "i", "i": "e", "o": "u", "u": "o"}

Name = tuple[str, str, str]
"""A form, its language and its kind."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something: ``name`` is the plain name, ``words`` what variants are made of."""

    number: int
    kind: str
    words: tuple[str, ...]
    circle: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One record: the key that it gets, whose it is, and under which names it is known."""

    key: str
    article: str
    entity: Entity
    names: tuple[Name, ...]
    rule: str


def cyrillic(text: str) -> str:
    """Made-up Latin letters in Cyrillic ones, letter by letter.

    >>> cyrillic("Dara Belaov")
    'Дара Белаов'
    """
    made = "".join(_CYRILLIC.get(char, char) for char in text.lower())
    return " ".join(word.capitalize() for word in made.split())


def _plain(words: Sequence[str]) -> tuple[Name, ...]:
    return ((" ".join(words), "en", "fullName"),)


def _ending(words: Sequence[str]) -> tuple[Name, ...]:
    changes = {"yan": "ian", "ov": "off", "ev": "eff", "li": "ly", "uk": "ouk", "vik": "wick"}
    family = words[-1]
    end = next((old for old in changes if family.endswith(old)), "")
    return _plain([*words[:-1], family[: len(family) - len(end)] + changes[end] if end else family + "e"])


def _typo(words: Sequence[str]) -> tuple[Name, ...]:
    family = words[-1]
    place = next(n for n in range(1, len(family)) if family[n] in _TYPO)
    return _plain([*words[:-1], family[:place] + _TYPO[family[place]] + family[place + 1 :]])


def _english(words: Sequence[str]) -> tuple[Name, ...]:
    full = f"{words[0]} of {words[1]}s of {words[2]}"
    return (full, "en", "fullName"), (_acronym(words), "en", "acronym")


PERSON: Mapping[str, Callable[[Sequence[str]], tuple[Name, ...]]] = {
    "the same": _plain,
    "in Cyrillic letters": lambda words: ((cyrillic(" ".join(words)), "ru", "fullName"),),
    "another ending": _ending,
    "an initial": lambda words: _plain([f"{words[0][0]}.", *words[1:]]),
    "family name first": lambda words: _plain([*words[1:], words[0]]),
    "another vowel": _typo,
}
"""What a person is called elsewhere: the rule's name, and the rule."""

ORGANIZATION: Mapping[str, Callable[[Sequence[str]], tuple[Name, ...]]] = {
    "the same": _english,
    "translated into Russian": lambda words: ((_foreign(words, 1), "ru", "fullName"),),
    "translated into Azerbaijani": lambda words: ((_foreign(words, 2), "az", "fullName"),),
    "its acronym only": lambda words: ((_acronym(words), "en", "acronym"),),
    "without the place": lambda words: ((f"{words[0]} of {words[1]}s", "en", "shortName"),),
    "another word order": lambda words: ((f"{words[2]} {words[1]} {words[0]}", "en", "fullName"),),
}
"""The same for an organization."""


def _acronym(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words[:3]) + words[2][1].upper() + words[1][1].upper()


def _foreign(words: Sequence[str], language: int) -> str:
    kind = next(names for names in _TYPES if names[0] == words[0])[language]
    rest = f"{words[1]} {words[2]}"
    return f"{kind} {cyrillic(rest)}" if language == 1 else f"{rest} {kind}"


@dataclass
class _Zipf:
    """Draws words of which the first is the commonest, the second half as common, and so on."""

    words: Sequence[str]
    random: Random
    _sums: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sums = list(accumulate(1 / (n + 1) for n in range(len(self.words))))

    def draw(self) -> str:
        return self.words[bisect(self._sums, self.random.random() * self._sums[-1])]


def listed(records: int, seed: int = 1, per_article: int = 8) -> Iterator[Listed]:
    """So many records in articles of some each; no article has two of one entity, a few are registered."""
    random = Random(seed)
    entities = list(_entities(records, random))
    waiting = [(entity, rule) for entity in entities for rule in _rules(entity, random)][:records]
    random.shuffle(waiting)
    taken: set[tuple[int, int]] = set()
    for number, (entity, rule) in enumerate(waiting):
        place = number // per_article
        names = (PERSON if entity.kind == "person" else ORGANIZATION)[rule](entity.words)
        article = "" if number % 20 == 0 else f"a{place}"
        if (place, entity.number) in taken:
            article = f"b{number}"
        taken.add((place, entity.number))
        yield Listed(f"{article}.r{number}" if article else f"r{number}", article, entity, names, rule)


def _rules(entity: Entity, random: Random) -> Iterator[str]:
    """Half of all have one record, the others up to four, each of another rule, the plain name first."""
    count = random.choices((1, 2, 3, 4), (50, 30, 15, 5))[0]
    rules = list(PERSON if entity.kind == "person" else ORGANIZATION)
    yield from [rules[0], *random.sample(rules, len(rules))][:count]


def _entities(records: int, random: Random) -> Iterator[Entity]:
    families = _Zipf(_made(round(20 * records**0.5), _ENDS, random), random)
    given = _Zipf(_made(round(12 * records**0.3), _GIVEN_ENDS, random), random)
    places = _Zipf(_made(round(5 * records**0.5), ("a", "ia", "burg", "grad"), random), random)
    circles = max(1, records // 60)
    taken: set[tuple[str, ...]] = set()
    for number in range(records * 6 // 10):
        circle = random.randrange(circles)
        if random.random() < 0.65:
            yield Entity(number, "person", (given.draw(), families.draw()), circle)
            continue
        while (words := (random.choice(_TYPES)[0], places.draw(), places.draw())) in taken:
            pass
        taken.add(words)
        yield Entity(number, "organization", words, circle)


def _made(count: int, ends: Sequence[str], random: Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        middle = "".join(random.choices(_MIDDLES, k=random.choice((0, 1, 1, 2))))
        found[(random.choice(_STARTS) + middle + random.choice(ends)).capitalize()] = None
    return list(found)
