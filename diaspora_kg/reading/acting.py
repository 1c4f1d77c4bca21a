"""Who took part: ``by``, ``to``, ``authority`` and ``participants``.

An entry is a key, or ``{who, as, for, role, source-kind}``. A post as ``who`` means its holder, who is
not named; only posts of the article itself can be told from actors here, the register's are turned
when keys are looked up.
"""

from __future__ import annotations

from diaspora_kg.article import Participation, Ref
from diaspora_kg.reading.desk import Desk, is_not_stated, many
from diaspora_kg.reading.fields import Fields
from diaspora_kg.yamlnodes import Leaf, Table, View

ACTOR = "dkg:actor"
_BASES = ("stated", "inferred")

Principal = tuple[Ref | None, str | None]
"""For whom somebody acts, and whether that is stated or inferred."""


def silent(role: str, line: int) -> Participation:
    """Somebody in a role whom the source does not name."""
    return Participation(role, line, unknown=(ACTOR,))


def read_participations(
    view: View, desk: Desk, role: str | None, *, fixed: bool
) -> tuple[Participation, ...]:
    """One entry or a list of them. ``role`` is the default; ``fixed`` ones cannot be changed.

    Somebody who acts for several gives one participation for each of them.
    """
    found: list[Participation] = []
    for item in many(view):
        found += _entry(item, desk, role, fixed=fixed)
    return tuple(found)


def _entry(view: View, desk: Desk, role: str | None, *, fixed: bool) -> tuple[Participation, ...]:
    if isinstance(view, Leaf):
        actor = None if is_not_stated(view) else desk.ref(view)
        if actor is None and not is_not_stated(view):
            return ()
        return _settled(view, desk, role, actor)
    fields = desk.fields(view, "a participation", "Write a key, or {who: key, as: post, for: key}.")
    if fields is None:
        return ()
    who, post, principals = fields.take("who"), fields.take("as"), fields.take("for")
    source = fields.take("source-kind")
    role = _role(fields, desk, role, fixed=fixed)
    kind = desk.concept(source, "SourceKind") if source else None
    capacity = desk.ref(post) if post else None
    fields.audit()
    if who is None:
        hint = "Name the actor, or write `who: not-stated`."
        desk.refuse(view, "missing-key", "A participation needs `who`.", hint)
        return ()
    actor = None if is_not_stated(who) else desk.ref(who)
    if actor is None and not is_not_stated(who):
        return ()
    read = read_principals(principals, desk)
    source_kind = kind.name if kind else None
    return _settled(view, desk, role, actor, capacity=capacity, principals=read, source_kind=source_kind)


def _role(fields: Fields, desk: Desk, default: str | None, *, fixed: bool) -> str | None:
    view = fields.take("role")
    concept = desk.concept(view, "Role") if view else None
    if view and concept and fixed and concept.name != default:
        desk.refuse(
            view, "fixed-role", "The key above gives the role here.", "Delete `role`, or use `participants`."
        )
        return default
    return concept.name if concept else default


def _settled(
    view: View,
    desk: Desk,
    role: str | None,
    actor: Ref | None,
    *,
    capacity: Ref | None = None,
    principals: tuple[Principal, ...] = (),
    source_kind: str | None = None,
) -> tuple[Participation, ...]:
    if role is None:
        hint = "Write {who: key, role: committed-party} or requester; other roles are in the list Role."
        desk.refuse(view, "missing-role", "The kind does not tell the role of those who act here.", hint)
        return ()
    if actor is not None and actor.key in desk.posts:
        if capacity is not None and capacity.key != actor.key:
            hint = "Write `who: not-stated` with `as`, or the actor's key."
            desk.refuse(view, "post-as-actor", f"`{actor.key}` is a post, not an actor.", hint)
        actor, capacity = None, actor
    unknown = () if actor else (ACTOR,)
    return tuple(
        Participation(role, view.line, actor, capacity, principal, basis, source_kind, unknown)
        for principal, basis in principals or ((None, None),)
    )


def read_principals(view: View | None, desk: Desk) -> tuple[Principal, ...]:
    """``for``: a key (stated), ``{key: inferred}``, or a list of these."""
    found: list[Principal] = []
    for item in many(view):
        if isinstance(item, Table):
            found += [pair for key, value in item.pairs if (pair := _principal(key, value, desk))]
        elif ref := desk.ref(item):
            found.append((ref, "stated"))
    return tuple(found)


def _principal(key: Leaf, value: View, desk: Desk) -> Principal | None:
    ref, basis = desk.ref(key), desk.text(value, "The basis")
    if basis and basis not in _BASES:
        desk.refuse(value, "unknown-concept", f"`{basis}` is no basis.", "Write stated or inferred.")
        return None
    return (ref, basis) if ref and basis else None
