"""The review of candidates as a page: `dkg serve --local` alone, on this machine alone, with a token.

The only routes of the server that write. Without ``--local``, or at an address that other machines reach,
they do not exist. Each start has a token of its own; it comes in the address that is printed, and goes into a
cookie at once. A request that writes must be a POST of a form, with the token, from a page of this very
server: what a browser says of its origin must be a name of this machine and the port that is served. No other
page may read an answer (no CORS, see :mod:`~diaspora_kg.endpoint.manners`), and no GET writes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.candidates import Candidate, find
from diaspora_kg.endpoint.context import Asking, Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.markup import html
from diaspora_kg.endpoint.negotiation import content_type
from diaspora_kg.endpoint.protocol import body, decoded
from diaspora_kg.endpoint.reviewers import allowed, check, cookie, known, own_page
from diaspora_kg.errors import DkgError, UsageError
from diaspora_kg.identity import Verdict
from diaspora_kg.link import Draft
from diaspora_kg.pages.review import Conflict, Done, ReviewPage, Shown, shown
from diaspora_kg.review.board import AlreadyDecidedError, Board, ConflictError
from diaspora_kg.review.portrait import portrait
from diaspora_kg.review.reasons import reason
from diaspora_kg.review.who import remember

PATH = "/review"
_MOST = 64 << 10  # bytes of a form
_LONG = 2000  # characters of a cell that a form may hold
_KEPT = 20  # decisions that are shown with an undo
_FORM = "application/x-www-form-urlencoded"
_VERDICTS = {verdict.value: verdict for verdict in Verdict if verdict is not Verdict.WITHDRAW}
_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie"}


def routes(context: Context) -> list[BaseRoute]:
    """The page and the two addresses that write; none where no review was asked for."""
    if not allowed(context.settings):
        return []
    desk = _Desk(context)
    return [
        Route(PATH, desk.page, methods=["GET"]),
        Route(f"{PATH}/decide", desk.decide, methods=["POST"]),
        Route(f"{PATH}/undo", desk.undo, methods=["POST"]),
    ]


@dataclass
class _Desk:
    """What a review keeps between requests; one reviewer works at it, so one request at a time."""

    context: Context
    done: list[Done] = field(default_factory=list)
    who: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _board: Board | None = None
    _number: int = 0
    _found: Mapping[int, Sequence[Candidate]] = field(default_factory=dict)
    _task: asyncio.Task[Sequence[Candidate]] | None = None

    def __post_init__(self) -> None:
        self.who = self.context.settings.reviewer

    async def page(self, request: Request) -> Response:
        """The pair whose turn it is; with ``?token=…`` a cookie, and the page without it in its address."""
        token = request.query_params.get("token")
        if token is not None:
            check(self.context.settings, token)
            return self._with_cookie(request)
        known(self.context.settings, request)
        return await self._shown(request, _place(request.query_params), request.query_params.get("kind", ""))

    async def decide(self, request: Request) -> Response:
        """Write one decision, then show the next pair; 409 with the page for one that contradicts others."""
        form = await self._form(request)
        draft, anyway = self._draft(form), form.get("anyway") == "yes"
        at, kind = _place(form), form.get("kind", "")
        async with self.context.asked(request) as asking:
            try:
                await asyncio.to_thread(self._write, asking, draft, anyway)
            except ConflictError as error:
                conflict = Conflict(draft.decision.value, draft.why, error.effect.conflicts)
                return await self._shown(request, at, kind, conflict=conflict)
            except AlreadyDecidedError:
                pass  # a form that was sent twice: the next pair
            except UsageError as error:
                raise Problem(400, str(error)) from error
        return _on(request, at, kind)

    async def undo(self, request: Request) -> Response:
        """Withdraw a decision of this review, and show its pair again."""
        form = await self._form(request)
        name = form.get("id", "")
        if all(one.id != name for one in self.done):
            raise Problem(409, "This is no decision of this review, or it is undone already.")
        async with self.context.asked(request) as asking:
            try:
                await asyncio.to_thread(self._withdraw, asking, name)
            except UsageError as error:
                raise Problem(409, str(error)) from error
            found = await self._candidates(asking)
        gone = next(one for one in self.done if one.id == name)
        self.done.remove(gone)
        listed = _of_kind(found or (), form.get("kind", ""))
        places = [n for n, one in enumerate(listed) if (one.left, one.right) == (gone.left, gone.right)]
        return _on(request, places[0] if places else _place(form), form.get("kind", ""))

    def _write(self, asking: Asking, draft: Draft, anyway: bool) -> None:
        with self._lock:
            board = self._at(asking)
            if not draft.why:
                sides = [portrait(key, asking.lookup, asking.index) for key in (draft.left, draft.right)]
                if sides[0] is None or sides[1] is None:
                    raise UsageError("one of these records is not in the published graph any more.")
                why = reason(sides[0], sides[1], draft.decision)
                draft = Draft(draft.left, draft.right, draft.decision, draft.who, why)
            row = board.decide(draft, anyway=anyway)
            self.done.insert(0, Done(row.id, draft.decision.value, draft.left, draft.right))
            del self.done[_KEPT:]
            if draft.who != self.who:
                self.who = draft.who
                remember(self.context.project, draft.who)

    def _withdraw(self, asking: Asking, name: str) -> None:
        with self._lock:
            self._at(asking).undo(name, self.who, "Undone in the same review.")

    def _at(self, asking: Asking) -> Board:
        number = asking.snapshot.manifest.number
        if self._board is None or number != self._number:
            self._board, self._number = Board(self.context.project, asking.index), number
        self._board.index = asking.index
        return self._board

    async def _shown(
        self, request: Request, at: int, kind: str, *, conflict: Conflict | None = None
    ) -> Response:
        async with self.context.asked(request) as asking:
            try:
                found = await self._candidates(asking)
            except DkgError as error:
                raise Problem(500, f"candidates cannot be looked for: {error}") from error
            page = await asyncio.to_thread(self._page, asking, found, at, kind, conflict)
            site = self.context.site(request, asking.snapshot)
            text = self.context.pages.render("review.html.j2", page, site)
        return html(text, 409 if conflict else 200, _HEADERS)

    def _page(
        self,
        asking: Asking,
        found: Sequence[Candidate] | None,
        at: int,
        kind: str,
        conflict: Conflict | None,
    ) -> ReviewPage:
        with self._lock:
            board, done = self._at(asking), tuple(self.done)
            kinds = tuple(sorted({one.kind for one in found or ()}))
            if found is None:
                return ReviewPage(None, at, 0, kinds, kind, self.who, done, looking=True)
            listed = [(place, one) for place, one in enumerate(_of_kind(found, kind))]
            waiting = [(place, one) for place, one in listed if not board.settled(one.left, one.right)]
            for place, one in waiting:
                if place >= at and (pair := _pair(one, board, asking)) is not None:
                    return ReviewPage(pair, place, len(waiting), kinds, kind, self.who, done, conflict)
            return ReviewPage(None, at, len(waiting), kinds, kind, self.who, done)

    async def _candidates(self, asking: Asking) -> Sequence[Candidate] | None:
        """The candidates of a snapshot; ``None`` while they are being looked for."""
        number = asking.snapshot.manifest.number
        if number in self._found:
            return self._found[number]
        if self._task is None:
            self._task = asyncio.create_task(asyncio.to_thread(self._find))
        done, _ = await asyncio.wait([self._task], timeout=_PATIENCE)
        if not done:
            return None
        task, self._task = self._task, None
        if task is None:
            return self._found.get(number)
        self._found = {number: task.result()}
        return self._found[number]

    def _find(self) -> Sequence[Candidate]:
        return find(self.context.project).candidates

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form that may write."""
        known(self.context.settings, request)
        own_page(request)
        media, _ = content_type(request.headers.get("content-type", ""))
        if media != _FORM:
            raise Problem(415, f"send a form as {_FORM}.", {"Accept": _FORM})
        fields = decoded(await body(request, _MOST), "the form")
        form = dict(fields)
        if len(form) != len(fields):
            raise Problem(400, "a field is given twice.")
        if any(len(value) > _LONG for value in form.values()):
            raise Problem(413, f"a field is longer than {_LONG} characters.")
        return form

    def _with_cookie(self, request: Request) -> Response:
        root = str(request.scope.get("root_path", ""))
        query = {name: value for name, value in request.query_params.items() if name != "token"}
        answer = RedirectResponse(f"{root}{PATH}{'?' + urlencode(query) if query else ''}", 303, _HEADERS)
        answer.set_cookie(
            cookie(request), self.context.settings.review, path="/", httponly=True, samesite="strict"
        )
        return answer

    def _draft(self, form: Mapping[str, str]) -> Draft:
        verdict = _VERDICTS.get(form.get("verdict", ""))
        if verdict is None:
            raise Problem(400, "the field verdict must be same, different or unsure.")
        who = form.get("who", "").strip() or self.who
        if not who:
            raise Problem(400, "say who decides: it is published.")
        return Draft(form.get("left", ""), form.get("right", ""), verdict, who, form.get("why", "").strip())


_PATIENCE = 1.0  # seconds that a page waits for candidates before it says that they are being looked for


def _pair(candidate: Candidate, board: Board, asking: Asking) -> Shown | None:
    left, right = (portrait(key, asking.lookup, asking.index) for key in (candidate.left, candidate.right))
    if left is None or right is None:
        return None
    return shown(candidate, left, right, board.effect(candidate.left, candidate.right, Verdict.SAME))


def _of_kind(found: Sequence[Candidate], kind: str) -> list[Candidate]:
    return [one for one in found if not kind or one.kind == kind]


def _place(fields: Mapping[str, str]) -> int:
    written = fields.get("at", "0")[:9]
    return int(written) if written.isascii() and written.isdecimal() else 0


def _on(request: Request, at: int, kind: str) -> Response:
    """To the pair at this place, by GET: what was sent is not sent again when the page is read again."""
    root = str(request.scope.get("root_path", ""))
    query = urlencode(
        {name: value for name, value in (("kind", kind), ("at", str(at) if at else "")) if value}
    )
    return RedirectResponse(f"{root}{PATH}{'?' + query if query else ''}", 303, _HEADERS)
