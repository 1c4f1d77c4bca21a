"""What the pages and the API of saved queries share: finding a query, refusals, public addresses, tags."""

from __future__ import annotations

from starlette.requests import Request

from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.pool import QueryFailed
from diaspora_kg.endpoint.settings import Settings
from diaspora_kg.endpoint.unreadable import unreadable
from diaspora_kg.endpoint.wanted import BadRequest
from diaspora_kg.errors import DkgError, RunStopped, StoreNotReachable, UsageError
from diaspora_kg.queries.catalog import Catalog, NotSound, SavedQuery
from diaspora_kg.store import QueryRefused


def sought(catalog: Catalog, name: str) -> SavedQuery:
    """The query of that name; raises :class:`Problem`: 404 with the nearest, 500 for one with a fault."""
    try:
        return catalog.get(name[:200])
    except NotSound as error:
        raise Problem(500, f"This query has a fault and cannot be asked: {error}") from error
    except UsageError as error:
        told = str(error).replace("List them with: dkg query list", "All are at /api/queries.")
        raise Problem(404, told[:1].upper() + told[1:]) from error


def refusal(error: DkgError | QueryRefused) -> Problem:
    """What a client is told when a question gets no answer."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryFailed):
        later = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return Problem(error.status, _sentence(error.sentence), later)
    if isinstance(error, BadRequest):
        return Problem(400, str(error))
    if isinstance(error, UsageError | QueryRefused):
        return Problem(400, _sentence(str(error)))
    if isinstance(error, RunStopped | StoreNotReachable):
        problem = unreadable(error)
        return Problem(problem.status, _sentence(problem.sentence), problem.headers)
    return Problem(500, _sentence(str(error)))


def _sentence(told: str) -> str:
    told = " ".join(told.split())[:500]
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith(('.', '?')) else '.'}"


def origin(request: Request, settings: Settings) -> str:
    """The address of this site as the world knows it, without a slash at its end.

    The Host header was checked at the door (:mod:`diaspora_kg.endpoint.doors`).
    """
    here = f"{request.url.scheme}://{request.headers.get('host', 'localhost')}{root(request)}"
    return settings.public_url.rstrip("/") or here


def root(request: Request) -> str:
    """What goes before every path of a link on this site."""
    return str(request.scope.get("root_path", "")).rstrip("/")
