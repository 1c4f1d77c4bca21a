"""``python -m tests.bench.model``: what a million articles and more would cost, from measured points.

Each figure is fitted by least squares in three shapes: every article costs the same, beside a part that all
corpora have (``y = a + b n``); an article costs more the larger the graph is (``y = n (b + c log10 n)``, c
above 0); or the figure grows with a power (``y = k n^p``). Errors are taken as shares of the figure, since a
small corpus is not measured more exactly than a large one. The table has the shape that leaves least over.
Its interval holds the 95 % intervals of all shapes that leave hardly more: which of these is right cannot be
seen from points that lie below the sizes that are asked for. ``--write`` puts tables and picture into the
documentation.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.fit import Line, line
from tests.bench.growth import FILE, Point, read
from tests.bench.marked import placed
from tests.bench.modelplot import Curve, plot

SIZES = (1_000_000, 10_000_000, 100_000_000)
"""Articles for which costs are told."""
PICTURE = FILE.parents[1] / "pictures" / "growth.svg"
PAGE = FILE.with_name("past-one-machine.md")
BEGIN = "<!-- made by python -m tests.bench.model --write: do not edit -->"
_FEWEST = 4  # points for a fit
_MORE, _HARDLY = 1.5, 0.005  # times as much, or as a share, that is hardly more left over


@dataclass(frozen=True, slots=True)
class Shape:
    """One of the shapes: ``x`` and ``y`` make a straight line of it, ``back`` leads back to the figure.

    With ``rises`` the line must not fall: no article costs less than nothing in a graph that is large enough.
    """

    name: str
    x: Callable[[float], float]
    y: Callable[[float, float], float]
    back: Callable[[float, float], float]
    rises: bool = False


def _share(n: float, y: float) -> float:
    return y / n


def _all(n: float, value: float) -> float:
    return n * value


SHAPES = (
    Shape("the same for each article", lambda n: 1 / n, _share, _all),
    Shape("more for each, with the logarithm", math.log10, _share, _all, rises=True),
    Shape("a power of their number", math.log, lambda _, y: math.log(y), lambda _, value: math.exp(value)),
)


@dataclass(frozen=True, slots=True)
class Fit:
    """A figure fitted in one shape: ``missed`` is by which share each measured point is missed."""

    shape: Shape
    found: Line
    missed: tuple[float, ...]

    @classmethod
    def of(cls, shape: Shape, known: Sequence[tuple[float, float]]) -> Fit:
        """The fit to pairs of articles and figure."""
        found = line([shape.x(n) for n, _ in known], [shape.y(n, y) for n, y in known])
        return cls(shape, found, tuple(shape.back(n, found.at(shape.x(n))) / y - 1 for n, y in known))

    @property
    def root(self) -> float:
        """The root of the mean square of what is missed."""
        return math.sqrt(sum(share**2 for share in self.missed) / len(self.missed))

    @property
    def worst(self) -> float:
        """The largest share by which a point is missed."""
        return max(map(abs, self.missed))

    def at(self, n: float) -> float:
        """The figure for so many articles."""
        return self.shape.back(n, self.found.at(self.shape.x(n)))

    def between(self, n: float) -> tuple[float, float]:
        """Between which 95 of 100 single measurements would lie, were the shape the right one."""
        x = self.shape.x(n)
        middle, half = self.found.at(x), self.found.half(x)
        return max(0.0, self.shape.back(n, middle - half)), self.shape.back(n, middle + half)


@dataclass(frozen=True, slots=True)
class Series:
    """One figure: where a point has it, the unit in which large ones are told, and how many that holds."""

    name: str
    field: str
    unit: str
    divisor: float


SERIES = (
    Series("quads", "quads", "million", 1e6),
    Series("processor time of a first build", "cpu", "hours", 3600),
    Series("largest process", "mib", "GiB", 1024),
    Series("store", "store_mib", "GiB", 1024),
    Series("search index", "index_mib", "GiB", 1024),
    Series("state", "state_mib", "GiB", 1024),
    Series("N-Quads, not compressed", "nquads_mib", "GiB", 1024),
)


def fits(series: Series, points: Sequence[Point]) -> list[Fit]:
    """The shapes that describe the points, the one that leaves least over first; none for too few points."""
    known = [(float(one.articles), float(getattr(one, series.field))) for one in points]
    known = [(n, y) for n, y in known if y > 0]
    if len(known) < _FEWEST:
        return []
    tried = (Fit.of(shape, known) for shape in SHAPES)
    made = sorted((one for one in tried if one.found.slope > 0 or not one.shape.rises), key=_root)
    return [fit for fit in made if fit.root <= max(_HARDLY, _MORE * made[0].root)]


def _root(fit: Fit) -> float:
    return fit.root


def tables(points: Sequence[Point]) -> Iterator[str]:
    """What was measured, what was fitted and what follows, as Markdown."""
    heads = ("articles", "quads", "CPU s", "seconds", "largest process MiB")
    places = ("store MiB", "index MiB", "state MiB", "N-Quads MiB", "date", "note")
    yield f"| {' | '.join((*heads, *places))} |"
    yield f"|{'---:|' * 9}---|---|"
    for one in points:
        sizes = (one.store_mib, one.index_mib, one.state_mib, one.nquads_mib)
        costs = (one.articles, one.quads, one.cpu, one.seconds, one.mib)
        shown = (*(f"{figure:,.0f}" if figure else "" for figure in (*costs, *sizes)), one.date, one.note)
        yield f"| {' | '.join(shown)} |"
    yield ""
    yield "| figure | shape that fits best | others that do as well | an article, at 100,000 | worst missed |"
    yield "|---|---|---|---:|---:|"
    found = {series: fits(series, points) for series in SERIES}
    for series, both in found.items():
        for fit in both[:1]:
            each = _each(series, fit.at(100_000) / 100_000)
            others = ", ".join(other.shape.name for other in both[1:])
            yield f"| {series.name} | {fit.shape.name} | {others} | {each} | {fit.worst:.1%} |"
    yield ""
    yield f"| figure | {' | '.join(f'{size // 1_000_000} million articles' for size in SIZES)} |"
    yield f"|---|{'---:|' * len(SIZES)}"
    for series, both in found.items():
        if both:
            yield f"| {series.name}, {series.unit} | {' | '.join(_cell(series, both, n) for n in SIZES)} |"


def _each(series: Series, value: float) -> str:
    if series.field == "cpu":
        return f"{value * 1000:.1f} ms"
    if series.field == "quads":
        return f"{value:.0f}"
    return f"{value * 1024:.1f} KiB"


def _cell(series: Series, both: Sequence[Fit], n: int) -> str:
    """The better fit, and the least and the most of both."""
    ends = [end for fit in both for end in fit.between(n)]
    shown = [_short(value / series.divisor) for value in (both[0].at(n), min(ends), max(ends))]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def _short(value: float) -> str:
    """Two digits that count."""
    if value <= 0:
        return "0"
    places = max(0, 1 - math.floor(math.log10(value)))
    return f"{round(value, 1 - math.floor(math.log10(value))):,.{places}f}"


def curves(points: Sequence[Point]) -> Iterator[Curve]:
    """What the picture shows: processor time and the store."""
    for series in SERIES:
        both = fits(series, points)
        if series.field not in {"cpu", "store_mib"} or not both:
            continue
        measured = [(one.articles, float(getattr(one, series.field)) / series.divisor) for one in points]
        places = [10 ** (step / 4) for step in range(8, 33)]
        middle = [(n, both[0].at(n) / series.divisor) for n in places]
        ends = [[end / series.divisor for fit in both for end in fit.between(n)] for n in places]
        band = [(n, min(one), max(one)) for n, one in zip(places, ends, strict=True)]
        yield Curve(f"{series.name}, {series.unit}", measured, middle, band)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.model", description=__doc__)
    parser.add_argument("--figures", type=Path, nargs="+", default=[FILE], help="files of measured points")
    parser.add_argument("--write", action="store_true", help="put tables and picture into the documentation")
    given = parser.parse_args(arguments)
    known = {one.articles: one for path in given.figures for one in read(path)}
    points = [known[size] for size in sorted(known)]
    machines = sorted({json.loads(path.read_text("utf-8"))["machine"] for path in given.figures} - {""})
    lines = [*(f"Measured on: {machine}." for machine in machines), "", *tables(points)]
    for text in lines:
        sys.stdout.write(f"{text}\n")
    if given.write:
        PAGE.write_text(placed(PAGE.read_text("utf-8"), BEGIN, lines), "utf-8")
        PICTURE.write_text(plot(list(curves(points))), "utf-8")


if __name__ == "__main__":
    main()
