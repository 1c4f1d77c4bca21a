"""How a claim is put: ``how`` and its five long keys, and ``reading`` where the words leave one open."""

from __future__ import annotations

from difflib import get_close_matches

from diaspora_kg.reading.desk import Desk, many
from diaspora_kg.reading.fields import Fields
from diaspora_kg.yamlnodes import View

SLOTS = ("attribution", "givenness", "illocution", "modality", "polarity")
"""The slots of which ``how`` takes values, by the names of their long keys."""


def _scheme(slot: str) -> str:
    return slot.capitalize()


def read_how(fields: Fields, desk: Desk) -> dict[str, str]:
    """The values of the slots, by slot; two values of one slot are a finding."""
    found: dict[str, str] = {}
    for item in many(fields.take("how")):
        pair = _sorted(item, desk)
        if pair:
            _put(found, *pair, item, desk)
    for slot in SLOTS:
        view = fields.take(slot)
        concept = desk.concept(view, _scheme(slot)) if view else None
        if view and concept:
            _put(found, slot, concept.name, view, desk)
    return found


def _put(found: dict[str, str], slot: str, name: str, view: View, desk: Desk) -> None:
    if slot in found and found[slot] != name:
        message = f"Two values of {slot}: a claim has one."
        hint = f"Keep one; if the words leave it open write them under `reading`. All values of {slot}: "
        hint += ", ".join(desk.ontology.values(_scheme(slot))) + "."
        desk.refuse(view, "two-values", message, hint)
    else:
        found[slot] = name


def _sorted(view: View, desk: Desk) -> tuple[str, str] | None:
    """The slot that a value belongs to, with the value's local name."""
    text = desk.text(view, "A value of `how`")
    if not text:
        return None
    slots = [(slot, name) for slot in SLOTS if (name := desk.ontology.concept(_scheme(slot), text))]
    if len(slots) == 1:
        return slots[0]
    if slots:
        names = " and ".join(f"`{slot}`" for slot, _ in slots)
        desk.refuse(
            view, "ambiguous-value", f"`{text}` is a value of {names}.", "Write it under its own key."
        )
        return None
    known = [value for slot in SLOTS for value in desk.ontology.values(_scheme(slot))]
    near = get_close_matches(text, known, n=1)
    message = f"`{text}` does not say how a claim is put." + (f" Did you mean `{near[0]}`?" if near else "")
    desk.refuse(view, "unknown-concept", message, "Values: " + ", ".join(known) + ".")
    return None


def read_open(fields: Fields, desk: Desk, slots: dict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``reading``: the values between which the words do not decide, by slot."""
    view = fields.take("reading")
    found: dict[str, list[str]] = {}
    for item in many(view):
        pair = _sorted(item, desk)
        if pair:
            found.setdefault(pair[0], []).append(pair[1])
    for slot, names in found.items():
        if view and len(set(names)) < 2:
            hint = f"Write two or more values of {slot}, or the one under `how`."
            desk.refuse(view, "reading", f"One value leaves {slot} not open.", hint)
        if view and slot in slots:
            hint = "Keep the value, or the readings."
            desk.refuse(view, "reading", f"{slot.capitalize()} has a value and is left open as well.", hint)
    return tuple((slot, tuple(dict.fromkeys(names))) for slot, names in found.items())
