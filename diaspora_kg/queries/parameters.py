"""Parameters of a saved query: variables with BASIL's names, and the typed terms that fill them.

``?_organization_iri`` must be given, ``?__claim_iri`` may be left out. The suffix is the type:
``_iri``, ``_integer``, ``_number``, ``_literal`` or none (a string), a language tag (``_en``), or a
datatype with its prefix (``_xsd_date``). An IRI may be given in full, as ``prefix:name``, as the key
of a node (``a.vak``) or as the name of a value of a closed list (``direct-quote``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from diaspora_kg.errors import Report, UsageError
from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.queries.choices import Choice
from diaspora_kg.queries.header import Header
from diaspora_kg.sparql import declared_prefixes, variables
from diaspora_kg.terms import IRI, XSD_DECIMAL, XSD_INTEGER, Literal, Term, day, is_iri, number

_VARIABLE = re.compile(r"(?P<mark>__?)(?P<name>[A-Za-z0-9]+)(?:_(?P<type>[A-Za-z0-9_-]+))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PLAIN = ("iri", "integer", "number", "literal")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,2})?")

RESERVED = frozenset({"page", "sort", "filter", "evidence", "format", "fixed"})
"""Names that no parameter can have: over HTTP they say how an answer is given."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``variable`` is without ``?``.

    ``type`` is ``iri``, ``integer``, ``number``, ``literal``, ``@en`` or a datatype's IRI. ``values`` are all
    that make sense, where the header enumerates them; ``choice`` says where others can be found.
    """

    name: str
    variable: str
    type: str
    optional: bool
    meaning: str = ""
    default: str | None = None
    values: tuple[str, ...] = ()
    choice: Choice | None = None


Finder = Callable[[str], IRI]
"""Turns a key, a prefixed name or the name of a list's value into an IRI; raises UsageError."""


def declared(text: str, header: Header, report: Report) -> tuple[Parameter, ...]:
    """The parameters of a query, the required ones first; faults go to the report."""
    prefixes = {**PREFIXES, **declared_prefixes(text)}
    found: dict[str, Parameter] = {}
    for variable in variables(text):
        match = _VARIABLE.fullmatch(variable)
        if match is None:
            continue
        name, kind = match["name"], _type(match["type"], prefixes)
        if kind is None:
            hint = f"End it in one of _{', _'.join(_PLAIN)}, a language (_en) or a datatype (_xsd_date)."
            report.violation(0, "query-parameter", f"?{variable} has no type that is known.", hint, variable)
        elif name in RESERVED:
            message = f"A parameter cannot be called `{name}`: over HTTP this says how the answer is given."
            report.violation(0, "query-parameter", message, "Choose another name.", variable)
        elif name in found:
            message = f"?{variable} and ?{found[name].variable} are one parameter under two names."
            report.violation(0, "query-parameter", message, "Use one variable.", variable)
        else:
            found[name] = Parameter(
                name,
                variable,
                kind,
                match["mark"] == "__",
                header.meanings.get(name, ""),
                header.defaults.get(name),
                header.values.get(name, ()),
                header.choices.get(name),
            )
    _searched(found, header, variables(text), report)
    spoken = {**header.meanings, **header.defaults, **header.values, **header.choices}
    for name in sorted(spoken.keys() - found.keys()):
        message = f"The header speaks of a parameter `{name}`, which the query has not."
        hint = f"Parameters are: {', '.join(found) or 'none'}."
        report.violation(header.lines.get(name, 0), "query-parameter", message, hint, name)
    return tuple(sorted(found.values(), key=lambda parameter: parameter.optional))


def _searched(found: dict[str, Parameter], header: Header, mentioned: Sequence[str], report: Report) -> None:
    """Add the parameter whose words are searched for; its variable need not stand in the query."""
    variable, name = header.text
    if not name:
        return
    if variable not in mentioned:
        message = f"The header searches for ?{variable}, which the query has not."
        report.violation(0, "query-text", message, "Name a variable of the query's patterns.", variable)
    if name in RESERVED:
        message = f"A parameter cannot be called `{name}`: over HTTP this says how the answer is given."
        report.violation(0, "query-parameter", message, "Choose another name.", name)
    elif name not in found:
        found[name] = Parameter(
            name, f"_{name}", "literal", False, header.meanings.get(name, ""), header.defaults.get(name)
        )


def fill(
    parameters: Sequence[Parameter], given: Mapping[str, Sequence[str]], find: Finder
) -> dict[str, tuple[Term | None, ...]]:
    """The terms of each variable; several values of one parameter are alternatives.

    Raises :class:`UsageError` for an unknown or missing parameter and for a value of another type.
    """
    names = [parameter.name for parameter in parameters]
    for name in given:
        if name not in names:
            raise UsageError(f"there is no parameter {name!r}. Parameters are: {', '.join(names) or 'none'}.")
    return {
        parameter.variable: _terms(parameter, given.get(parameter.name, ()), find) for parameter in parameters
    }


def _terms(parameter: Parameter, written: Sequence[str], find: Finder) -> tuple[Term | None, ...]:
    if not written and parameter.default is not None:
        written = (parameter.default,)
    if not written and not parameter.optional:
        meaning = f" ({parameter.meaning.rstrip('.')})" if parameter.meaning else ""
        raise UsageError(f"give the parameter {parameter.name}{meaning}: --param {parameter.name}=…")
    return tuple(_term(parameter, value, find) for value in written) or (None,)


def _term(parameter: Parameter, written: str, find: Finder) -> Term:
    try:
        if parameter.type == "iri":
            return find(written)
        if parameter.type.startswith("@"):
            return Literal(written, language=parameter.type[1:])
        return Literal(written) if parameter.type == "literal" else _typed(parameter.type, written)
    except ValueError as error:
        raise UsageError(f"{parameter.name}: {error}") from error


def _typed(datatype: str, written: str) -> Literal:
    if datatype in {"integer", XSD_INTEGER}:
        if not re.fullmatch(r"[+-]?[0-9]+", written):
            raise ValueError(f"{written!r} is no whole number")
        return number(int(written))
    if datatype in {"number", XSD_DECIMAL}:
        return _number(written)
    if check := _CHECKS.get(datatype):
        try:
            check(written)
        except ValueError as error:
            raise ValueError(f"{written!r} is no {datatype.rpartition('#')[2]} ({error})") from error
    return Literal(written, datatype)


def _number(written: str) -> Literal:
    if not _DECIMAL.fullmatch(written):  # `1e999999999` would be written out in full
        raise ValueError(f"{written!r} is no number")
    return number(int(written) if re.fullmatch(r"[+-]?[0-9]+", written) else Decimal(written))


def _boolean(written: str) -> None:
    if written not in {"true", "false"}:
        raise ValueError("write true or false")


def _day(written: str) -> None:
    try:
        day(written)
    except ValueError as error:
        raise ValueError("write YYYY-MM-DD, a day of the calendar") from error


def _moment(written: str) -> None:
    form = "write YYYY-MM-DDThh:mm:ss, with Z or +hh:mm after it if need be"
    if not _MOMENT.fullmatch(written):
        raise ValueError(form)
    try:
        datetime.fromisoformat(written)
    except ValueError as error:  # the 30th of February, the 25th hour
        raise ValueError(f"{form}: there is no such moment") from error


_CHECKS: Mapping[str, Callable[[str], object]] = {
    expand("xsd:date"): _day,
    expand("xsd:dateTime"): _moment,
    expand("xsd:boolean"): _boolean,
}


def _type(suffix: str | None, prefixes: Mapping[str, str]) -> str | None:
    if suffix is None:
        return "literal"
    if suffix in _PLAIN:
        return suffix
    prefix, mark, local = suffix.partition("_")
    if mark:
        return prefixes[prefix] + local if prefix in prefixes and local else None
    return f"@{suffix.lower()}" if _LANGUAGE.fullmatch(suffix) else None


def written_iri(written: str) -> IRI | None:
    """An IRI that was written in full, in angle brackets, or with a known prefix; else ``None``."""
    if written.startswith("<") and written.endswith(">"):
        written = written[1:-1]
    prefix, colon, local = written.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        written = PREFIXES[prefix] + local
    return IRI(written) if colon and is_iri(written) else None
