"""Made-up persons and organizations, and pairs of their names written by different rules.

The names are put together from syllables by a seeded generator: nobody has them. A pair says whether both names
are one thing's; the other pairs are of homonyms (one surname, two given names), of relatives, of one kind of body
in two places, and of strangers.
"""
# ruff: noqa: E501 (tables are easier to read in long lines)

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.namerules import RULES


@dataclass(frozen=True)
class Pair:
    """Two names and whether they are one thing's; `sort` says what the pair tests."""

    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    same: bool
    sort: str
    source: str


_SYLLABLES = {
    "ru": "Вес мар тор лен жи щу бро хо цы рю зав мя пле гла нор дё кша фи",
    "hy": "Վես մար թոր լեն ժի ծու բրո խո ցա ռու զավ ղա պլե գլա նոր ձո քշա ջի կտե հու",
    "az": "ves mar tor lən ji cu bro xo ça rü zav ğa pəl gül nor də qşa fı kö hü",
    "ka": "ვეს მარ თორ ლენ ჟი წუ ბრო ხო ცა რუ ზავ ღა პლე გლა ნორ ძო ქშა ჯი კტე ჰუ",
    "fa": "ves mār tor len žī čū brū xo šā rū zav ġā pol gel nūr dā qaš fī kū hor",
}
_SURNAME_ENDINGS = {
    "ru": ("ов", "ев", "ин", "ский", "енко"),
    "hy": ("յան", "յան", "յան", "յանց", "ունի"),
    "az": ("ov", "yev", "li", "zadə", "oğlu"),
    "ka": ("შვილი", "ძე", "ია", "ავა"),
    "fa": ("ī", "ān", "zādeh", "pūr", "nežād"),
}
_GIVEN_ENDINGS = {
    "ru": ("ан", "ил", "емир", "он"),
    "hy": ("են", "ակ", "ուշ", "իկ"),
    "az": ("ir", "əd", "an", "ul"),
    "ka": ("ი", "ა", "ო", "არი"),
    "fa": ("ād", "ān", "īn", "eš"),
}
_VOWELS = frozenset("аеёиоуыюяաեիոուaeiouəöüıაეიოუāīū")
_PATRONYMIC = {"ru": "ович", "hy": "ի", "az": " oğlu"}


@dataclass(frozen=True)
class Person:
    """A made-up person: a given name, a surname and perhaps a father's name, in the base writing."""

    language: str
    given: str
    surname: str
    father: str


class Maker:
    """A seeded maker of pairs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def word(self, language: str, endings: tuple[str, ...]) -> str:
        """A word of one or two syllables and an ending."""
        syllables = [
            self.random.choice(_SYLLABLES[language].split()) for _ in range(self.random.choice((1, 2, 2)))
        ]
        stem = "".join(syllables).lower()
        ending = self.random.choice(endings)
        if stem[-1] in _VOWELS and ending[0] in _VOWELS:
            stem = stem[:-1]
        whole = stem + ending
        return whole if language == "ka" else whole[:1].upper() + whole[1:]

    def person(self, language: str) -> Person:
        """A new person of one language."""
        given = self.word(language, _GIVEN_ENDINGS[language])
        surname = self.word(language, _SURNAME_ENDINGS[language])
        return Person(language, given, surname, self.word(language, _GIVEN_ENDINGS[language]))

    def written(self, person: Person, rule: str, manner: str) -> str:
        """A person's name by one rule in one manner: full, swapped, comma, initial, initials, patronymic."""
        apply = RULES[person.language][rule]
        given, surname = apply(person.given), apply(person.surname)
        if manner == "initial":
            return f"{given[:1]}. {surname}"
        if manner == "swapped":
            return f"{surname} {given}"
        if manner == "comma":
            return f"{surname.upper()}, {given}"
        if manner == "patronymic" and person.language in _PATRONYMIC:
            return f"{given} {apply(person.father + _PATRONYMIC[person.language])} {surname}"
        return f"{given} {surname}"

    def rules(self, language: str) -> tuple[str, str]:
        """Two rules of one language."""
        first, second = self.random.sample(sorted(RULES[language]), 2)
        return first, second

    def persons(self, count: int) -> Iterator[Pair]:
        """So many pairs of one person's names, and as many of two persons'."""
        for _ in range(count):
            language = self.random.choice(sorted(RULES))
            person = self.person(language)
            first, second = self.rules(language)
            manner = self.random.choice(("full", "full", "full", "swapped", "comma", "initial", "patronymic"))
            left = self.written(person, first, "full")
            yield self.pair(left, self.written(person, second, manner), True, f"{language}, {manner}")
            other, sort = self.other(person)
            manner = (
                "initial" if other.given[:1] != person.given[:1] and self.random.random() < 0.2 else "full"
            )
            yield self.pair(left, self.written(other, second, manner), False, f"{language}, {sort}")

    def other(self, person: Person) -> tuple[Person, str]:
        """Another person: mostly of the same surname."""
        fresh = self.person(person.language)
        sort = self.random.choice(("same surname", "same surname", "same given name", "stranger"))
        if sort == "same surname":
            return Person(person.language, fresh.given, person.surname, fresh.father), sort
        if sort == "same given name":
            return Person(person.language, person.given, fresh.surname, person.father), sort
        return fresh, sort

    def pair(self, left: str, right: str, same: bool, sort: str) -> Pair:
        """A pair of persons' names."""
        return Pair("person", (left,), (right,), same, sort, "made up")


_BODIES = (
    ("Union of Youth of {}", "Союз молодёжи {}", "{} երիտասարդության միություն", "{} Gənclər İttifaqı"),
    ("Cultural Society of {}", "Культурное общество {}", "{} մշակութային ընկերություն", "{} Mədəniyyət Cəmiyyəti"),
    ("Congress of Compatriots of {}", "Конгресс соотечественников {}", "{} հայրենակիցների կոնգրես", "{} Həmvətənlər Konqresi"),
    ("World Association of {} Women", "Всемирная ассоциация женщин {}", "{} կանանց համաշխարհային ասոցիացիա", "{} Qadınlarının Dünya Assosiasiyası"),
    ("International Fund for the Development of {}", "Международный фонд развития {}", "{} զարգացման միջազգային հիմնադրամ", "{} İnkişafı Beynəlxalq Fondu"),
    ("National Committee of {}", "Национальный комитет {}", "{} ազգային կոմիտե", "{} Milli Komitəsi"),
    ("Federation of {} Journalists", "Федерация журналистов {}", "{} լրագրողների ֆեդերացիա", "{} Jurnalistlər Federasiyası"),
    ("League of {} Students", "Лига студентов {}", "{} ուսանողների լիգա", "{} Tələbələr Liqası"),
    ("Council of {} Veterans", "Совет ветеранов {}", "{} վետերանների խորհուրդ", "{} Veteranlar Şurası"),
    ("Centre for Strategic Research of {}", "Центр стратегических исследований {}", "{} ռազմավարական հետազոտությունների կենտրոն", "{} Strateji Araşdırmalar Mərkəzi"),
    ("Regional Public Organization Friendship of {}", "Региональная общественная организация Дружба {}", "{} բարեկամություն մարզային հասարակական կազմակերպություն", "{} Dostluq Regional İctimai Təşkilatı"),
    ("Academy of Sciences of {}", "Академия наук {}", "{} գիտությունների ակադեմիա", "{} Elmlər Akademiyası"),
    ("Chamber of Commerce and Industry of {}", "Торгово-промышленная палата {}", "{} առևտրաարդյունաբերական պալատ", "{} Ticarət və Sənaye Palatası"),
    ("Democratic Party of {}", "Демократическая партия {}", "{} դեմոկրատական կուսակցություն", "{} Demokrat Partiyası"),
    ("Human Rights House of {}", "Дом прав человека {}", "{} մարդու իրավունքների տուն", "{} İnsan Hüquqları Evi"),
    ("Charity Fund of {} Doctors", "Благотворительный фонд врачей {}", "{} բժիշկների բարեգործական հիմնադրամ", "{} Həkimlər Xeyriyyə Fondu"),
    ("Ministry of Foreign Affairs of {}", "Министерство иностранных дел {}", "{} արտաքին գործերի նախարարություն", "{} Xarici İşlər Nazirliyi"),
    ("Movement for the Unity of {}", "Движение за единство {}", "{} միասնության շարժում", "{} Birlik Hərəkatı"),
    ("Embassy of {}", "Посольство {}", "{} դեսպանատուն", "{} Səfirliyi"),
    ("Society of Friends of the {} Theatre", "Общество друзей театра {}", "{} թատրոնի բարեկամների ընկերություն", "{} Teatrının Dostları Cəmiyyəti"),
    ("Diaspora House of {}", "Дом диаспоры {}", "{} սփյուռքի տուն", "{} Diaspor Evi"),
    ("Institute of History of {}", "Институт истории {}", "{} պատմության ինստիտուտ", "{} Tarix İnstitutu"),
    ("Liberation Army of {}", "Освободительная армия {}", "{} ազատագրական բանակ", "{} Azadlıq Ordusu"),
    ("Guild of {} Bakers", "Гильдия пекарей {}", "{} հացթուխների գիլդիա", "{} Çörəkçilər Gildiyası"),
)  # fmt: skip
_PLACES = (
    "Norland",
    "Vesmark",
    "Tarvia",
    "Ostrelia",
    "Karveno",
    "Belmoria",
    "Zarvanda",
    "Lumeria",
    "Pelvania",
    "Drovinia",
)
_PLACE_FORMS = {
    "Norland": ("Norland", "Норланда", "Նորլանդի", "Norland"),
    "Vesmark": ("Vesmark", "Весмарка", "Վեսմարկի", "Vesmark"),
    "Tarvia": ("Tarvia", "Тарвии", "Թարվիայի", "Tarviya"),
    "Ostrelia": ("Ostrelia", "Острелии", "Օստրելիայի", "Ostreliya"),
    "Karveno": ("Karveno", "Карвено", "Կարվենոյի", "Karveno"),
    "Belmoria": ("Belmoria", "Бельмории", "Բելմորիայի", "Belmoriya"),
    "Zarvanda": ("Zarvanda", "Зарванды", "Զարվանդայի", "Zarvanda"),
    "Lumeria": ("Lumeria", "Люмерии", "Լյումերիայի", "Lümeriya"),
    "Pelvania": ("Pelvania", "Пельвании", "Պելվանիայի", "Pelvaniya"),
    "Drovinia": ("Drovinia", "Дровинии", "Դրովինիայի", "Droviniya"),
}
_SMALL = frozenset(["of", "for", "the", "and", "və", "ու", "за"])
_FORMS = (
    ("NGO", "АНО", "ՀԿ", "İB"),
    ("Foundation", "Фонд", "հիմնադրամ", "Fondu"),
    ("Ltd", "ООО", "ՍՊԸ", "MMC"),
)


def acronym(name: str) -> str:
    """The first letters of a name's words, small words left out."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in words if word.lower() not in _SMALL).upper()


class Bodies(Maker):
    """A seeded maker of pairs of organizations' names."""

    def names(self, body: int, place: str) -> tuple[str, ...]:
        """The name of a body of a place in the four languages."""
        filled = zip(_BODIES[body], _PLACE_FORMS[place], strict=True)
        return tuple(pattern.format(form) for pattern, form in filled)

    def organizations(self, count: int) -> Iterator[Pair]:
        """So many pairs of one organization's names, and as many of two."""
        makers = (
            self.translated,
            self.shortened,
            self.foreign_acronym,
            self.both,
            self.formal,
            self.misspelt,
        )
        for number in range(count):
            body, place = self.random.randrange(len(_BODIES)), self.random.choice(_PLACES)
            yield makers[number % len(makers)](body, place)
            yield self.different(body, place)

    def different(self, body: int, place: str) -> Pair:
        """Two bodies of one kind in two places, two of one place, or an acronym that is another's."""
        names = self.names(body, place)
        sort = self.random.choice(("same kind, other place", "same place, other kind", "other acronym"))
        place_too = self.random.choice([p for p in _PLACES if p != place])
        body_too = self.random.choice([b for b in range(len(_BODIES)) if b != body])
        language = self.random.randrange(4)
        if sort == "same kind, other place":
            other = self.names(body, place_too)[self.random.randrange(4)]
        elif sort == "same place, other kind":
            other = self.names(body_too, place)[self.random.randrange(4)]
        else:
            other = acronym(self.names(body_too, place_too)[language])
            if other in {acronym(name) for name in names}:
                return self.different(body, place)
        return Pair("organization", (names[language],), (other,), False, sort, "made up")

    def translated(self, body: int, place: str) -> Pair:
        """One name in two languages."""
        left, right = self.random.sample(self.names(body, place), 2)
        return Pair("organization", (left,), (right,), True, "translation", "made up")

    def shortened(self, body: int, place: str) -> Pair:
        """A full name and its acronym."""
        name = self.random.choice(self.names(body, place))
        return Pair("organization", (name,), (acronym(name),), True, "acronym", "made up")

    def foreign_acronym(self, body: int, place: str) -> Pair:
        """A full name and the romanized acronym of its Russian form."""
        english, russian, *_ = self.names(body, place)
        letters = "".join(RULES["ru"]["English press"](letter)[:1].upper() for letter in acronym(russian))
        return Pair("organization", (english,), (letters,), True, "acronym of the translated name", "made up")

    def both(self, body: int, place: str) -> Pair:
        """Two records with several forms each."""
        english, russian, armenian, azerbaijani = self.names(body, place)
        left = (english, acronym(russian))
        return Pair("organization", left, (self.random.choice((armenian, azerbaijani)), acronym(russian)), True,
                    "translation and acronym", "made up")  # fmt: skip

    def formal(self, body: int, place: str) -> Pair:
        """With and without a legal form, in quotation marks."""
        language = self.random.randrange(4)
        name = self.names(body, place)[language]
        form = self.random.choice(_FORMS)[language]
        return Pair("organization", (name,), (f"{form} «{name}»",), True, "legal form added", "made up")

    def misspelt(self, body: int, place: str) -> Pair:
        """A letter left out of a long word, and capitals."""
        name = self.random.choice(self.names(body, place))
        words = name.split()
        longest = max(range(len(words)), key=lambda i: len(words[i]))
        at = self.random.randrange(2, len(words[longest]) - 1)
        words[longest] = words[longest][:at] + words[longest][at + 1 :]
        return Pair("organization", (name,), (" ".join(words).upper(),), True, "misspelt", "made up")


def made(seed: int = 7, persons: int = 1300, organizations: int = 700) -> list[Pair]:
    """All made-up pairs: 2,000 of one thing's names and as many of two things'."""
    return [*Maker(seed).persons(persons), *Bodies(seed + 1).organizations(organizations)]
