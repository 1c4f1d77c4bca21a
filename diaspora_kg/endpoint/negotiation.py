"""In which form an answer goes out: ``Accept``, ``Accept-Encoding`` and ``?format=``.

The rules are those of RFC 9110, section 12.5: of the ranges that match a media type the most
specific one gives its quality, and quality 0 means "never". Between equal qualities the more
specific range wins, so that ``text/csv, */*`` gets CSV; then the order of our own offers. An element
of a header that cannot be read counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from diaspora_kg.endpoint.errors import Problem

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"  # noqa: S105 - the syntax of RFC 9110, section 5.6.2
# Nothing here goes back on its steps (the "+" after a quantifier): headers are hostile.
_PARAMETER = rf'[ \t]*+;[ \t]*+(?:({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*+"))?+'
_RANGE = re.compile(rf"[ \t]*+({_TOKEN})/({_TOKEN})((?:{_PARAMETER})*+)[ \t]*+(?=,|\Z)")
_CODING = re.compile(rf"[ \t]*+({_TOKEN})((?:{_PARAMETER})*+)[ \t]*+(?=,|\Z)")
_EACH = re.compile(_PARAMETER)
_QUALITY = re.compile(r"[01](?:\.[0-9]*)?|\.[0-9]+")
_MOST = 100  # elements of one header that are looked at
_LONGEST = 4096  # characters of one header that are looked at
_SHOWN = 80  # characters of a wrong format in a message
_OURS = {"charset": "utf-8", "header": "present"}
"""Parameters by which a range can ask for what we do not have; any other says nothing of our bytes."""


@dataclass(frozen=True, slots=True)
class Media:
    """A form of answers: ``names`` is what ``?format=`` takes, the first is ours; ``type`` goes out.

    ``written`` is the media type by which the engine knows the form, where ``type`` is an older or a
    more general name for it.
    """

    names: tuple[str, ...]
    type: str
    written: str = ""
    text: bool = False

    @property
    def engine(self) -> str:
        """The media type that the engine is asked for."""
        return self.written or self.type

    @property
    def header(self) -> str:
        """What ``Content-Type`` says."""
        return f"{self.type}; charset=utf-8" if self.text else self.type


_JSON, _XML = "application/sparql-results+json", "application/sparql-results+xml"
SOLUTIONS = (
    Media(("json", "srj"), _JSON),
    Media(("xml", "srx"), _XML),
    Media(("csv",), "text/csv", text=True),
    Media(("tsv",), "text/tab-separated-values", text=True),
    Media((), "application/json", _JSON),
    Media((), "application/xml", _XML),
    Media((), "text/xml", _XML, text=True),
)
"""What SELECT and ASK can be had in, the default first; those without names only by ``Accept``."""

_TURTLE = "text/turtle"
GRAPHS = (
    Media(("ttl", "turtle", "n3"), _TURTLE, text=True),
    Media(("nt", "ntriples", "n-triples"), "application/n-triples"),
    Media(("rdf", "rdfxml", "rdf+xml", "xml"), "application/rdf+xml"),
    Media(("jsonld", "json-ld", "json"), "application/ld+json"),
    Media(("trig",), "application/trig"),
    Media(("nq", "nquads", "n-quads"), "application/n-quads"),
    Media((), "application/x-turtle", _TURTLE),
    Media((), "application/turtle", _TURTLE),
    Media((), "application/json", "application/ld+json"),
    Media((), "application/xml", "application/rdf+xml"),
    Media((), "text/plain", "application/n-triples", text=True),
)
"""What CONSTRUCT, DESCRIBE and the descriptions of the service can be had in, the default first."""

HTML = Media(("html",), "text/html", text=True)


@dataclass(frozen=True, slots=True)
class _Range:
    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]
    quality: float

    def matches(self, media: Media) -> int | None:
        """How specifically it names a media type: 0 to 3, ``None`` when it does not."""
        kind, _, sub = media.type.partition("/")
        if self.type == "*" and self.subtype == "*":
            return 0
        if self.type != kind or self.subtype not in {"*", sub}:
            return None
        if self.subtype == "*":
            return 1
        known = [(name, value) for name, value in self.parameters if name in _OURS]
        if any(_OURS[name] != value for name, value in known):
            return None
        return 3 if known else 2


def negotiate(accept: Sequence[str], named: str | None, offers: Sequence[Media]) -> Media:
    """The form that is wanted: by ``?format=`` where it is given, else by the ``Accept`` headers.

    Raises :class:`Problem`: 406 with the list of what there is.
    """
    found = by_name(named, offers) if named is not None else choose(accept, offers)
    if found is None:
        what = f"format={_shown(named)}" if named is not None else "Accept"
        raise Problem(406, f"{what} asks for no form that this answer can have. {available(offers)}")
    return found


def _shown(named: str) -> str:
    """What was asked for as a message may carry it: short, and without characters that steer a terminal."""
    plain = named if named.isascii() and named.isprintable() else ascii(named)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."


def available(offers: Sequence[Media]) -> str:
    """A sentence with the media types that can be had and their names for ``?format=``."""
    listed = [f"{media.type} (format={media.names[0]})" for media in offers if media.names]
    return f"There is: {', '.join(listed)}."


def by_name(name: str, offers: Sequence[Media]) -> Media | None:
    """The form that ``?format=`` means: a short name, or media types as in ``Accept``.

    >>> by_name("CSV", SOLUTIONS).type, by_name("text/csv", GRAPHS)
    ('text/csv', None)
    """
    wanted = name.strip().lower()
    full = wanted.replace(" ", "+")  # a plus sign that was not escaped arrives as a blank
    if "/" in full:
        return choose([full], offers)
    return next((media for media in offers if full in media.names), None)


def choose(accept: Sequence[str], offers: Sequence[Media]) -> Media | None:
    """The offer that a request's ``Accept`` headers like best; ``None``: it likes none of them.

    >>> choose(["text/csv;q=0.5, application/*;q=0.2"], SOLUTIONS).names
    ('csv',)
    """
    return _chosen(",".join(accept)[:_LONGEST], tuple(offers))


@lru_cache(maxsize=512)  # a client asks for the same again and again
def _chosen(accept: str, offers: tuple[Media, ...]) -> Media | None:
    ranges = list(_ranges(accept))
    if not ranges:
        return offers[0]
    rated = [(_rate(media, ranges), media) for media in offers]
    (quality, _), best = max(rated, key=lambda pair: pair[0])  # the first of equals
    return best if quality > 0 else None


def prefers_html(accept: Sequence[str]) -> bool:
    """Whether a client is a browser: it names HTML, and likes no form of data better."""
    joined = ",".join(accept)
    if "html" not in joined.lower():
        return False
    ranges = list(_ranges(joined[:_LONGEST]))
    named = any((one.type, one.subtype) == ("text", "html") and one.quality > 0 for one in ranges)
    return named and choose(accept, (HTML, *GRAPHS, *SOLUTIONS)) is HTML


def wants_gzip(accept_encoding: Sequence[str]) -> bool:
    """Whether gzip is accepted, and not less than the plain bytes (RFC 9110, section 12.5.3).

    >>> wants_gzip(["gzip;q=0, *"]), wants_gzip(["br, *;q=0.1"]), wants_gzip(["identity, gzip;q=0.5"])
    (False, True, False)
    """
    return _wants_gzip(",".join(accept_encoding)[:_LONGEST])


@lru_cache(maxsize=512)
def _wants_gzip(accept_encoding: str) -> bool:
    qualities: dict[str, float] = {}
    for found in _elements(_CODING, accept_encoding):
        if (quality := _quality(dict(_parameters(found[2])))) is not None:
            qualities[found[1].lower().removeprefix("x-")] = quality
    gzip = qualities.get("gzip", qualities.get("*", 0.0))
    return gzip > 0 and gzip >= qualities.get("identity", 0.0)


def content_type(header: str) -> tuple[str, dict[str, str]]:
    """A ``Content-Type`` as its media type and parameters, in lower case; empty when it cannot be read.

    >>> content_type('text/Plain; charset="UTF-8"')
    ('text/plain', {'charset': 'utf-8'})
    """
    found = _RANGE.match(header)
    if found is None or found.end() != len(header):
        return "", {}
    return f"{found[1]}/{found[2]}".lower(), dict(_parameters(found[3]))


def _rate(media: Media, ranges: Sequence[_Range]) -> tuple[float, int]:
    fits = [(fit, one.quality) for one in ranges if (fit := one.matches(media)) is not None]
    fit, quality = max(fits, default=(-1, 0.0))
    return quality, fit


def _ranges(header: str) -> Iterator[_Range]:
    for found in _elements(_RANGE, header):
        parameters = dict(_parameters(found[3]))
        if (quality := _quality(parameters)) is not None:
            rest = tuple((name, value) for name, value in parameters.items() if name != "q")
            yield _Range(found[1].lower(), found[2].lower(), rest, quality)


def _elements(pattern: re.Pattern[str], header: str) -> Iterator[re.Match[str]]:
    """The elements of a list (RFC 9110, section 5.6.1) that can be read."""
    position = 0
    for _ in range(_MOST):
        found = pattern.match(header, position)
        if found is not None:
            yield found
        comma = header.find(",", found.end() if found else position)
        if comma < 0:
            return
        position = comma + 1


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _EACH.findall(text):
        if name:
            plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            yield name.lower(), plain.lower()


def _quality(parameters: dict[str, str]) -> float | None:
    """The weight of an element, 0 to 1; ``None`` when it is no number."""
    written = parameters.get("q", "1")
    return min(float(written), 1.0) if _QUALITY.fullmatch(written) else None
