"""Ids of other registers as addresses, and addresses as ids: Wikidata, VIAF, ISNI, ROR, OpenSanctions, more.

An id without an address cannot stand in ``external-ids``, so only authorities whose addresses are stable are
here. What an id must look like is checked before an address is made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authority:
    """One register: how its ids look, how an address begins, and other beginnings of the same."""

    name: str
    title: str
    pattern: str
    address: str
    others: tuple[str, ...] = ()
    end: str = ""

    def address_of(self, written: str) -> str:
        """The address of an id, empty for what is no id of this register."""
        plain = self._plain(written.strip())
        return f"{self.address}{plain}{self.end}" if re.fullmatch(self.pattern, plain, re.ASCII) else ""

    def _plain(self, written: str) -> str:
        if self.name == "isni":
            return re.sub(r"[ \-]", "", written).upper()
        if self.name == "ror":
            return written.lower().removeprefix("https://ror.org/").removeprefix("ror.org/")
        return written

    def id_of(self, address: str) -> str:
        """The id in an address, empty for an address of something else."""
        bare = re.sub(r"^https?://(www\.)?", "", address)
        for begin in (self.address, *self.others):
            plain = re.sub(r"^https?://(www\.)?", "", begin)
            rest = bare.removeprefix(plain)
            found = self._plain(rest.removesuffix("/").removesuffix(self.end))
            if rest != bare and re.fullmatch(self.pattern, found, re.ASCII):
                return found
        return ""


AUTHORITIES = (
    Authority("wikidata", "Wikidata", r"Q[1-9]\d{0,11}", "http://www.wikidata.org/entity/",
              ("https://www.wikidata.org/wiki/", "https://m.wikidata.org/wiki/")),
    Authority("viaf", "VIAF", r"[1-9]\d{1,21}", "https://viaf.org/viaf/"),
    Authority("isni", "ISNI", r"\d{15}[\dX]", "https://isni.org/isni/", ("http://isni-url.oclc.nl/isni/",)),
    Authority("ror", "ROR", r"0[a-z0-9]{6}\d{2}", "https://ror.org/"),
    Authority("opensanctions", "OpenSanctions", r"[A-Za-z0-9][A-Za-z0-9._-]{1,99}",
              "https://www.opensanctions.org/entities/", (), "/"),
    Authority("opencorporates", "OpenCorporates", r"[a-z_]{2,8}/[A-Za-z0-9.\-]+",
              "https://opencorporates.com/companies/"),
    Authority("lei", "LEI", r"[A-Z0-9]{18}\d{2}", "https://search.gleif.org/#/record/"),
    Authority("gnd", "GND", r"[\dX\-]{6,12}", "https://d-nb.info/gnd/"),
)  # fmt: skip

BY_NAME = {one.name: one for one in AUTHORITIES}


def authority_of(address: str) -> tuple[str, str]:
    """The authority and id of an address, both empty where it is none that is known.

    >>> authority_of("https://www.wikidata.org/wiki/Q42"), authority_of("https://example.org/7")
    (('wikidata', 'Q42'), ('', ''))
    """
    for one in AUTHORITIES:
        if found := one.id_of(address):
            return one.name, found
    return "", ""


def canonical(address: str) -> str:
    """The address as this project writes it, where the authority is known.

    >>> canonical("https://www.wikidata.org/wiki/Q42")
    'http://www.wikidata.org/entity/Q42'
    """
    name, found = authority_of(address)
    return BY_NAME[name].address_of(found) if name else address


def address_of(scheme: str, identifier: str) -> str:
    """The address of an id by the name of its scheme, however that is written; empty for an unknown one.

    >>> address_of("Wikidata", "Q42"), address_of("ISNI", "0000 0001 2103 2683"), address_of("tax", "7")
    ('http://www.wikidata.org/entity/Q42', 'https://isni.org/isni/0000000121032683', '')
    """
    name = re.sub(r"[^a-z]", "", scheme.lower())
    for suffix in ("id", "qid", "url", "org"):
        name = name.removesuffix(suffix) if name.removesuffix(suffix) in BY_NAME else name
    return BY_NAME[name].address_of(identifier) if name in BY_NAME else ""
