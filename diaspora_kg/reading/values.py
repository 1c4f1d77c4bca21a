"""Names, mentions and anchors: the words of the article that an annotation writes down."""

from __future__ import annotations

from diaspora_kg.article import Anchor, Form, Name, Region
from diaspora_kg.reading.desk import Desk, is_tag, many
from diaspora_kg.yamlnodes import Leaf, View

_REGIONS = {region.value: region for region in (Region.HEADLINE, Region.BODY, Region.FOOTER)}


def read_names(view: View, desk: Desk) -> tuple[Name, ...]:
    """``[{en: Union}, {ru-Latn: SV, kind: acronym, transliterates: СВ}]``."""
    names = tuple(name for item in many(view) if (name := _name(item, desk)))
    forms = {name.form for name in names}
    for name in names:
        if name.transliterates is not None and name.transliterates not in forms - {name.form}:
            message = f"No other name here is written {name.transliterates!r}."
            hint = "`transliterates` repeats, letter by letter, the name that this one renders."
            desk.report.violation(name.line, "transliterates", message, hint, name.form)
    return names


def _name(view: View, desk: Desk) -> Name | None:
    fields = desk.fields(view, "a name", "Write the language before the name: {en: Union}.")
    if fields is None:
        return None
    kind_view, of_view = fields.take("kind"), fields.take("transliterates")
    tags = [key for key in fields.table.keys() if is_tag(key) and fields.has(key)]  # noqa: SIM118
    forms = [(tag, leaf) for tag in tags if (leaf := fields.take(tag)) is not None]
    fields.audit()
    if len(forms) != 1:
        message = "A name has one language." if forms else "This name has no language."
        desk.refuse(
            view, "name-language", message, "Write one entry a name: [{en: Union}, {ru-Latn: Soyuz}]."
        )
        return None
    tag, words = forms[0]
    form = desk.text(words, "A name")
    kind = desk.concept(kind_view, "NameKind") if kind_view else None
    of = desk.text(of_view, "The transliterated name") if of_view else ""
    return Name(form, tag.lower(), view.line, kind.name if kind else "fullName", of or None) if form else None


def read_forms(view: View, desk: Desk) -> tuple[Form, ...]:
    """``[the Union, {text: Petrov, nth: 2}, {text: Petrov, unclear: [petrov-a, petrov-b]}]``."""
    return tuple(form for item in many(view) if (form := _form(item, desk)))


def _form(view: View, desk: Desk) -> Form | None:
    if isinstance(view, Leaf):
        text = desk.text(view, "A mention")
        return Form(text, view.line, position=view.position) if text else None
    fields = desk.fields(view, "a mention", "Write the words, or {text: words, nth: 2}.")
    if fields is None:
        return None
    text_view, nth_view, unclear = fields.take("text"), fields.take("nth"), fields.take("unclear")
    fields.audit()
    if text_view is None:
        desk.refuse(
            view, "missing-key", "A mention needs `text`.", "Write the words, or {text: words, nth: 2}."
        )
        return None
    text = desk.text(text_view, "A mention")
    nth = desk.count(nth_view, "`nth`") if nth_view else None
    position = text_view.position if isinstance(text_view, Leaf) else None
    return Form(text, view.line, nth, desk.refs(unclear), position) if text else None


def read_anchors(view: View | None, desk: Desk, region: Region | None = None) -> tuple[Anchor, ...]:
    """One anchor or a list of them; ``region`` is what the owner says for all."""
    return tuple(anchor for item in many(view) if (anchor := _anchor(item, desk, region)))


def _anchor(view: View, desk: Desk, region: Region | None) -> Anchor | None:
    if isinstance(view, Leaf):
        words = desk.text(view, "An anchor")
        return Anchor(words, view.line, region=region, position=view.position) if words else None
    fields = desk.fields(view, "an anchor", "Write the words, or {quote: words, nth: 2}.")
    if fields is None:
        return None
    quote, nth = fields.take("quote"), fields.take("nth")
    before, after, where = fields.take("before"), fields.take("after"), fields.take("in")
    fields.audit()
    if quote is None:
        desk.refuse(
            view, "missing-key", "An anchor needs `quote`.", "Write the words, or {quote: words, nth: 2}."
        )
        return None
    words = desk.text(quote, "An anchor")
    anchor = Anchor(
        words,
        view.line,
        desk.count(nth, "`nth`") if nth else None,
        desk.text(before, "`before`") or None if before else None,
        desk.text(after, "`after`") or None if after else None,
        read_region(where, desk) if where else region,
    )
    return anchor if words else None


def read_region(view: View, desk: Desk) -> Region | None:
    """The part of the article in which to search first."""
    text = desk.text(view, "`in`")
    if text and text not in _REGIONS:
        desk.refuse(
            view, "unknown-concept", "This is no part of an article.", "Parts: " + ", ".join(_REGIONS) + "."
        )
    return _REGIONS.get(text)
