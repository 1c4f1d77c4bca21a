"""The picture of statements in time: one column of dots for each day, higher where more was said.

A dot is a statement; its colour is the stance of its claims, its size their number. A statement that is
only known to be made by some day has a hollow dot on that day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from diaspora_kg.light import light
from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.pictures.ink import ink, number, opening, told
from diaspora_kg.pages.pictures.scale import Scale

_WIDTH, _LEFT, _RIGHT, _STEP, _HIGHEST = 760.0, 12.0, 748.0, 15.0, 12
_COLUMN = 16.0  # pixels on which days are one column


@light
@dataclass(frozen=True, slots=True)
class Moment:
    """A statement on a day; ``stance`` is a class of the stylesheet."""

    words: str
    when: Between
    claims: int
    stance: str = ""


def moments(found: Sequence[Moment], title: str, described: str, name: str = "moments") -> Markup | None:
    """The picture; ``None`` where fewer than three statements or two days are known."""
    dated = [(day, one) for one in found if (day := one.when.last or one.when.first)]
    if len(dated) < 3 or len({day for day, _ in dated}) < 2:
        return None
    scale = Scale.over([day for day, _ in dated], _LEFT, _RIGHT)
    columns = _columns(dated, scale)
    high = min(_HIGHEST, max(map(len, columns.values())))
    bottom = 16 + _STEP * high
    parts = [opening("moments", name, _WIDTH, bottom + 24, links=False)]
    parts += [told(title, described, name), _axis(scale, bottom)]
    for x, members in sorted(columns.items()):
        parts += [_dot(one, x, bottom - 10 - _STEP * place) for place, one in enumerate(members[:_HIGHEST])]
        if len(members) > _HIGHEST:
            parts.append(f'<text class="by" x="{number(x)}" y="11">+{len(members) - _HIGHEST}</text>')
    return Markup("".join((*parts, "</svg>")))  # noqa: S704 - every word in it went through ink()


def _columns(dated: Sequence[tuple[date, Moment]], scale: Scale) -> dict[float, list[Moment]]:
    """Statements of days that would touch stand in one column, at the place of the first."""
    columns: dict[float, list[Moment]] = defaultdict(list)
    last = -_COLUMN
    for day, one in sorted(dated, key=lambda pair: (pair[0], pair[1].words)):
        x = scale.x(day)
        if x - last >= _COLUMN:
            last = x
        columns[last].append(one)
    return columns


def _axis(scale: Scale, bottom: float) -> str:
    lines, texts = [], []
    for day, words in scale.ticks():
        x = number(scale.x(day))
        lines.append(f"M{x} 4V{number(bottom)}")
        if scale.x(day) < _WIDTH - 24:
            texts.append(f'<text x="{x}" y="{number(bottom + 16)}">{words}</text>')
    ground = f"M0 {number(bottom)}H{number(_WIDTH)}"
    return f'<path class="rule" d="{"".join(lines)}{ground}"/><g class="tick">{"".join(texts)}</g>'


def _dot(one: Moment, x: float, y: float) -> str:
    size = min(6.5, 3.5 + one.claims / 2)
    kind = f"{one.stance} open".strip() if one.when.first is None else one.stance
    place = f'cx="{number(x)}" cy="{number(y)}" r="{number(size)}"'
    looks = f' class="{kind}"' if kind else ""
    return f"<circle{looks} {place}><title>{ink(one.words)}</title></circle>"
