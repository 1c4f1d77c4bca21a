"""Rows that a page has by the dozen: its sources, its ties, its statements in time; functions, as in
:mod:`~diaspora_kg.pages.pieces`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from markupsafe import Markup

from diaspora_kg.pages.facts import Decision, Paging, Source
from diaspora_kg.pages.hiding import safe
from diaspora_kg.pages.language import Language
from diaspora_kg.pages.pictures.drawn import in_time, ties
from diaspora_kg.pages.pieces import Pieces
from diaspora_kg.pages.related import Network
from diaspora_kg.pages.topics import SILENCES
from diaspora_kg.pages.views import StatementMark

_HASH = 12  # digits of it that are shown


def _markup(text: str) -> Markup:
    return str.__new__(Markup, text)  # made of fixed tags and of words that went through safe()


class RowWriter:
    """Writes the rows of one site in one language."""

    def __init__(self, pieces: Pieces, language: Language) -> None:
        self._pieces, self._language = pieces, language
        words = (
            "text", "the publisher’s page", "the article itself", "Previous ones", "Further ones",
            "%(total)s, on a further page", "%(first)s–%(last)s of %(total)s",
        )  # fmt: skip
        self._text, self._outside, self._itself, self._before, self._after, self._elsewhere, self._some = (
            Markup(language.words(one))  # noqa: S704 - a message of templates is HTML
            for one in words
        )

    def functions(self) -> dict[str, Callable[..., Markup]]:
        """What templates can call, by name."""
        names = ("source_rows", "tie_rows", "time_rows", "further", "since")
        return {name: getattr(self, name) for name in names}

    def source_rows(self, sources: Iterable[Source]) -> Markup:
        """The sources of a page, by their numbers."""
        return _markup("".join(map(self._source, sources)))

    def _source(self, one: Source) -> str:
        if one.decision:
            return self._decision(one, one.decision)
        words = f"<bdi>{safe(one.article.label or one.article.key)}</bdi>"
        to = self._pieces.href(one.article.iri)
        name = f'<a href="{to}">{words}</a>' if to else words
        told = "".join(self._told(one))
        return f'<li id="source-{one.number}"><p>{name}</p>\n<p class="meta">{told}</p></li>\n'

    def _told(self, one: Source) -> Iterator[str]:
        say = self._language.words
        if one.kind != "article":
            yield f'<b class="badge">{safe(say(one.kind))}</b>'
        if one.publisher:
            yield f"<bdi>{safe(self._known(one.publisher))}</bdi>"
        if one.published:
            yield f"<span>{safe(self._known(self._language.day(one.published)))}</span>"
        if one.sha256:
            yield f"<span>{self._text} SHA-256 <code>{safe(one.sha256[:_HASH])}…</code></span>"
        if one.link:
            link = f'href="{safe(one.link)}" rel="external nofollow noopener"'
            yield f'<a class="address" {link}>{self._outside}</a>'
        if one.note:
            yield f"<span>{safe(say(one.note))}</span>"

    def _decision(self, one: Source, told: Decision) -> str:
        say = self._language.words
        keys = ", ".join(f"<code>{safe(key)}</code>" for key in told.records)
        to, words = self._pieces.href(one.article.iri), safe(say(told.words))
        what = f'<a href="{to}">{words}</a>' if to else words
        who = f"<bdi>{safe(told.who)}</bdi>" if told.who else ""
        day = safe(self._language.day(told.day))
        when = f'<time datetime="{safe(told.day)}">{day}</time>' if told.day else ""
        note = f'\n<p class="meta"><bdi>{safe(told.note)}</bdi></p>' if told.note else "\n"
        return (
            f'<li id="source-{one.number}"><p>{keys}: {what}</p>\n'
            f'<p class="meta"><b class="badge">{safe(say(one.kind))}</b>{who}{when}'
            f"<span>{safe(one.article.key)}</span></p>{note}</li>\n"
        )

    def _known(self, words: str) -> str:
        """A name or date of a source, which is never translated, or in words of ours that there is none."""
        return self._language.words(words) if words in SILENCES else words

    def tie_rows(self, found: Network) -> Markup:
        """The ties of a picture of actors as rows of a table."""
        pieces, say = self._pieces, self._language.words
        rows = []
        for row in ties(found):
            words = safe(say(row.words) if row.model else row.words)
            about = f", {pieces.linked(row.about)}" if row.about else ""
            more = f" <small>+{row.more}</small>" if row.more else ""
            what = f"{words}{about}{pieces.numbers(row.refs)}{more}"
            who = pieces.voice(row.puts) or self._itself
            ends = pieces.linked(row.source), pieces.linked(row.target)
            rows.append(
                f"<tr data-fact><td>{ends[0]}</td><td>{what}</td><td>{ends[1]}</td><td>{who}</td></tr>\n"
            )
        return _markup("".join(rows))

    def time_rows(self, marks: Sequence[StatementMark]) -> Markup:
        """Statements in order of time as rows of a table."""
        pieces, say = self._pieces, self._language.words
        rows = [
            f"<tr data-fact><td>{pieces.date(row.dated)}</td><td>{pieces.linked(row.statement)}"
            f"{pieces.numbers(row.refs)}</td><td>{row.claims}</td><td>{safe(say(row.stance))}</td></tr>\n"
            for row in in_time(marks)
        ]
        return _markup("".join(rows))

    def since(self, paging: Paging) -> Markup:
        """From when the entries of a further page are."""
        day = self._language.day
        if not paging.newest:
            return _markup("")
        first = f"{safe(day(paging.oldest))} – " if paging.oldest != paging.newest else ""
        return _markup(first + safe(day(paging.newest)))

    def further(self, paging: Paging | None) -> Markup:
        """The ways between the pages of one thing."""
        if not paging:
            return _markup("")
        count, day = self._language.number, self._language.day
        if paging.elsewhere:
            words = self._elsewhere % {"total": count(paging.total)}
            return _markup(f'<p class="pages"><a rel="next" href="{safe(paging.later)}">{words}</a></p>\n')
        if paging.whole or not (paging.total or paging.earlier or paging.later):
            return _markup("")
        some = {"first": count(paging.first), "last": count(paging.last), "total": count(paging.total)}
        text = f'<p class="pages">{self._some % some if paging.total else ""}'
        if paging.earlier:
            text += f'<a class="button quiet" rel="prev" href="{safe(paging.earlier)}">{self._before}</a>'
        if paging.later:
            text += f'<a class="button quiet" rel="next" href="{safe(paging.later)}">{self._after}</a>'
        jumps = (f'<a href="{safe(one.href)}">{safe(day(one.day))}</a>' for one in paging.jumps)
        return _markup(f"{text}{' · '.join(jumps)}</p>\n")
