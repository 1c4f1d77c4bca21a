"""How well names are compared: precision, recall and F1 on pairs of names, beside nomenklatura's matchers.

    python -m tests.bench.names [--variants person_names.txt] [--labelled cases.csv] [--peer PYTHON]

The pairs are of tests/bench/namesmade.py (made up) and tests/bench/namepairs.py (written by others). Each
falls into the tuning half or the test half by its own text; thresholds were chosen on the first, what is
reported is the second. `--peer` names the Python of an environment in which nomenklatura is
installed. The variables `DKG_NAME_VARIANTS`, `DKG_NAME_PAIRS` and `DKG_NAME_PEER` may stand for the options.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from diaspora_kg.likeness import LIKELY, UNSURE, Form, Named, NamedKind, compare, keys, latin, prepare
from tests.bench.namepairs import countries, labelled, variants
from tests.bench.namesmade import Pair, made

PEERS = ("logic-v2", "logic-v1", "name-based")
HEAD = """| pairs | matcher | threshold | precision | recall | F1 | µs a pair |
|---|---|---|---|---|---|---|
"""
PEER_THRESHOLD = 0.7
"""The threshold at which nomenklatura's service, yente, reports a match unless told otherwise."""


@dataclass(frozen=True)
class Figures:
    """How many pairs were judged how, at one threshold."""

    threshold: float
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of the proposed pairs, the share that is right."""
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        """Of the true pairs, the share that is proposed."""
        return self.right / ((self.right + self.missed) or 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def figures(pairs: Sequence[Pair], scores: Sequence[float], threshold: float) -> Figures:
    """Judge all pairs at one threshold."""
    proposed = [score >= threshold for score in scores]
    right = sum(p and pair.same for p, pair in zip(proposed, pairs, strict=True))
    return Figures(threshold, right, sum(proposed) - right, sum(pair.same for pair in pairs) - right)


def in_test_half(pair: Pair) -> bool:
    """Does a pair belong to the half that is reported? By its text alone, so that it never changes sides."""
    text = "\n".join((*pair.left, *pair.right))
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def named(kind: str, names: tuple[str, ...]) -> Named:
    """A side of a pair as the library takes it, with no language told."""
    kinds: dict[str, NamedKind] = {"person": "person", "organization": "organization", "place": "place"}
    return Named(kinds[kind], tuple(Form(name) for name in names))


def our_scores(pairs: Sequence[Pair]) -> tuple[list[float], float]:
    """Our scores and the seconds of processor time, names made ready included."""
    begun = time.process_time()
    scores = [compare(named(p.kind, p.left), named(p.kind, p.right)).score for p in pairs]
    return scores, time.process_time() - begun


@dataclass(frozen=True)
class Peer:
    """What nomenklatura's matchers said of all pairs, by sort and matcher, and what they took for a pair."""

    version: str
    scores: dict[tuple[str, str], list[float]]
    seconds: dict[tuple[str, str], float]


def ask_peer(python: str, sets: Sequence[tuple[str, list[Pair]]]) -> Peer:
    """Have all pairs scored in the peer's own environment, in one process."""
    script = Path(__file__).with_name("namespeer.py")
    sent = "\n".join(
        json.dumps({"sort": sort, "kind": p.kind, "left": p.left, "right": p.right})
        for sort, pairs in sets
        for p in pairs
    )
    answer = subprocess.run(
        [python, str(script), *PEERS], input=sent, capture_output=True, text=True, check=True
    )
    *rows, last = answer.stdout.splitlines()
    about = json.loads(last)
    scores: dict[tuple[str, str], list[float]] = {}
    at = 0
    for sort, pairs in sets:
        columns = zip(*map(json.loads, rows[at : at + len(pairs)]), strict=True)
        scores |= {(sort, name): list(column) for name, column in zip(PEERS, columns, strict=True)}
        at += len(pairs)
    seconds = {
        (sort, name): about["seconds"][name][sort] / len(pairs) for sort, pairs in sets for name in PEERS
    }
    return Peer(about["version"], scores, seconds)


def best_threshold(pairs: Sequence[Pair], scores: Sequence[float]) -> float:
    """The threshold with the best F1 on these pairs, in steps of 0.01."""
    return max((step / 100 for step in range(40, 100)), key=lambda t: figures(pairs, scores, t).f1)


def blocks(pairs: Sequence[Pair]) -> tuple[float, float]:
    """The share of true pairs that share a blocking key, and the pairs that share one for each true pair."""
    sides = [(p.kind, side) for p in pairs if p.same for side in (p.left, p.right)]
    known = [
        frozenset().union(*(keys(form, named(kind, side).kind) for form in named(kind, side).names))
        for kind, side in sides
    ]
    true = len(sides) // 2
    found = sum(not known[2 * i].isdisjoint(known[2 * i + 1]) for i in range(true))
    by_key: dict[tuple[str, str], list[int]] = {}
    for number, (side, its) in enumerate(zip(sides, known, strict=True)):
        for key in its:
            by_key.setdefault((side[0], key), []).append(number)
    met = {(a, b) for members in by_key.values() for i, a in enumerate(members) for b in members[i + 1 :]}
    return found / (true or 1), len(met) / (true or 1)


def row(name: str, sort: str, judged: Figures, seconds: float) -> str:
    """A line of the table; `seconds` are those of one pair."""
    speed = f"{seconds * 1e6:.0f}" if seconds else ""
    return (
        f"| {sort} | {name} | {judged.threshold:.2f} | {judged.precision:.3f} | {judged.recall:.3f} | "
        f"**{judged.f1:.3f}** | {speed} |"
    )


def report(pairs: Sequence[Pair], sort: str, peer: Peer | None, half: str) -> list[str]:
    """The lines of one sort of pairs."""
    wanted = [half in {"all", "test" if in_test_half(p) else "tuning"} for p in pairs]
    chosen = list(compress(pairs, wanted))
    if not chosen:
        return []
    scores, seconds = our_scores(chosen)
    title = f"{sort} ({len(chosen)} pairs)"
    lines = [row("diaspora-kg", title, figures(chosen, scores, LIKELY), seconds / len(chosen))]
    lines.append(row("diaspora-kg, unsure too", title, figures(chosen, scores, UNSURE), 0))
    tuning = [not in_test_half(p) for p in pairs]
    for name in PEERS if peer else ():
        values = peer.scores[sort, name] if peer else []
        best = best_threshold(list(compress(pairs, tuning)), list(compress(values, tuning)))
        theirs = list(compress(values, wanted))
        label = f"nomenklatura {peer.version if peer else ''} {name}"
        took = peer.seconds[sort, name] if peer else 0.0
        lines.append(row(label, title, figures(chosen, theirs, PEER_THRESHOLD), took))
        lines.append(row(f"{label}, best threshold", title, figures(chosen, theirs, best), 0))
    found, per = blocks(chosen)
    lines.append(f"| {title} | blocking keys | | | {found:.3f} | | {per:.1f} pairs per true pair |")
    return lines


def sorts(arguments: argparse.Namespace) -> Iterable[tuple[str, list[Pair]]]:
    """The sorts of pairs that are measured, each with its pairs."""
    own = made()
    yield "persons, made up", [p for p in own if p.kind == "person"]
    bodies = [p for p in own if p.kind == "organization"]
    yield "organizations, made up", bodies
    for part in ("acronym", "translation"):
        yield f"the {part}s among them", [p for p in bodies if not p.same or part in p.sort]
    if arguments.variants:
        yield "persons, rigour's variants", list(variants(Path(arguments.variants), arguments.count))
    yield "countries, CLDR", list(countries())
    if arguments.labelled:
        pairs = list(labelled(Path(arguments.labelled)))
        yield "persons, labelled", [p for p in pairs if p.kind == "person"]
        yield "organizations, labelled", [p for p in pairs if p.kind == "organization"]


def mistakes(pairs: Sequence[Pair], half: str, most: int) -> None:
    """Print the pairs of the tuning half that are judged wrong, to learn from."""
    chosen = [p for p in pairs if not in_test_half(p)] if half == "tuning" else []
    wrong = [
        (likeness.score, pair)
        for pair in chosen
        if ((likeness := compare(named(pair.kind, pair.left), named(pair.kind, pair.right))).score >= LIKELY)
        != pair.same
    ]
    for score, pair in wrong[:: max(1, len(wrong) // most)]:
        sys.stdout.write(
            f"{score:.2f} {'same' if pair.same else 'two '} {pair.left} {pair.right} {pair.sort}\n"
        )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--variants", default=os.environ.get("DKG_NAME_VARIANTS", ""))
    parser.add_argument("--labelled", default=os.environ.get("DKG_NAME_PAIRS", ""))
    parser.add_argument("--peer", default=os.environ.get("DKG_NAME_PEER", ""))
    parser.add_argument(
        "--count", type=int, default=1500, help="pairs of each sort from the list of variants"
    )
    parser.add_argument("--half", choices=("test", "tuning", "all"), default="test")
    parser.add_argument(
        "--mistakes", type=int, default=0, help="with --half tuning: show so many wrong answers"
    )
    arguments = parser.parse_args()
    for name in ("Warm Up", "Θερμή Αρχή"):
        prepare(Named("person", (Form(name),)))
    say = sys.stdout.write
    say(f"Romanization: {latin.chosen().__name__}; half: {arguments.half}\n\n")
    say(HEAD)
    sets = list(sorts(arguments))
    peer = ask_peer(arguments.peer, sets) if arguments.peer else None
    for sort, pairs in sets:
        say("\n".join(report(pairs, sort, peer, arguments.half)) + "\n")
        if arguments.mistakes:
            mistakes(pairs, arguments.half, arguments.mistakes)


if __name__ == "__main__":
    main()
