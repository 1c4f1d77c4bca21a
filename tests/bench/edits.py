"""What is changed in a made-up project between two builds: each time one thing, and each time another."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.content import content
from tests.bench.corpus import Corpus, beside, write
from tests.bench.decisions import HEADER, Record

_SHAPE = '''\
@prefix dkg: <https://w3id.org/diaspora-kg/ns#> .
@prefix own: <https://example.org/corpus/own/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
own:nobody a dkg:GraphShape ; sh:order 99 ; sh:severity sh:Warning ; sh:name "Nobody"@en ;
    sh:description "A mention of nobody."@en ; sh:message "Nobody is mentioned (%s)."@en ;
    dkg:hint "None."@en ;
    sh:select """SELECT DISTINCT ?focus WHERE {
      GRAPH ?g { ?focus a <https://w3id.org/diaspora-kg/ns#Mention> }
      MINUS { GRAPH ?g { ?focus <https://w3id.org/diaspora-kg/ns#refersTo> ?somebody } } }""" .
'''


@dataclass(frozen=True)
class Edits:
    """One change after the other in the project at ``root``, which was made from ``corpus``."""

    root: Path
    corpus: Corpus

    def article(self) -> None:
        """Word one claim of an article in the middle of the corpus differently."""
        plan = list(self.corpus.plans())[self.corpus.articles // 2]
        made = self.corpus.article(plan, self.corpus.cast)
        at = made.annotation.index("\n", made.annotation.index("says: ") + 1)
        said = f"{made.annotation[:at]} So it was said at {_now()}.{made.annotation[at:]}"
        beside(self.root / "articles" / f"{plan.stem}.yaml", made.text, said)

    def decision(self) -> None:
        """Join an actor of one article with that of another, the rarest that occurs twice; then part them."""
        path = self.root / "decisions.tsv"
        known = path.read_text("utf-8") if path.exists() else "# format: 1\n" + "\t".join(HEADER) + "\n"
        rows = [line.split("\t") for line in known.splitlines()[2:]]
        name, when = f"d{_now()}", "2060-01-01T00:00:00Z"
        if rows and rows[-1][3] == "same":
            cells = [name, "", "", "withdraw", rows[-1][0], "Reviewer A", when, "They are two."]
        else:
            left, right = self._twice()
            cells = [name, left, right, "same", "", "Reviewer A", when, "They are one."]
        write(path, known + "\t".join(cells) + "\n")

    def register(self) -> None:
        """Name the rarest person of the register differently."""
        path = self.root / "register.yaml"
        person = self.corpus.cast.person(self.corpus.cast.known - 1)
        lines = path.read_text("utf-8").splitlines(keepends=True)
        at = next(n for n, line in enumerate(lines) if line.startswith(f"  {person.key}: "))
        lines[at] = f"  {person.key}: {person.declared.replace(person.name, f'{person.name} {_now()}')}\n"
        write(path, "".join(lines))

    def rule(self) -> None:
        """Change one derivation rule: a copy of one of ours, that makes triples of its own property."""
        text = content("ontology", "derive", "spoke-for.rq").read_text("utf-8")
        self._own("derive/own.rq", text.replace("?focus dkg:spokeFor", f"?focus dkg:own{_now()}"))

    def shape(self) -> None:
        """Change one shape over the whole graph."""
        self._own("shapes/graph-own.ttl", _SHAPE % _now())

    def all(self) -> dict[str, Callable[[], None]]:
        """Every change by what is changed, in the order of the table."""
        return {
            "article": self.article,
            "decision": self.decision,
            "register entry": self.register,
            "rule": self.rule,
            "shape": self.shape,
        }

    def _own(self, file: str, text: str) -> None:
        path = self.root / "ontology" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)

    def _twice(self) -> tuple[str, str]:
        """Two records of one actor that only two articles declare, or of one that few do."""
        found: dict[str, list[Record]] = {}
        for plan in self.corpus.plans():
            for record in self.corpus.article(plan, self.corpus.cast).records:
                found.setdefault(record.actor, []).append(record)
            if plan.number > _LOOKED_AT and any(len(same) > 1 for same in found.values()):
                break
        rarest = min((same for same in found.values() if len(same) > 1), key=len)
        return rarest[0].key, rarest[1].key


_LOOKED_AT = 500  # articles: enough for somebody who is declared twice


def _now() -> int:
    return time.time_ns()
