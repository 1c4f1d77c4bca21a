"""What a reviewer decided of two records: the verdict, who decided, when and why."""

from __future__ import annotations

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Decision
from diaspora_kg.pages.gather import Gathered
from diaspora_kg.queries.wording import words_for

_VERBS = {"same": "the same", "different": "not the same", "unsure": "perhaps the same"}
_DKG = {n: expand(f"dkg:{n}") for n in ("decision", "compares", "reviewer", "note")}
_AT = expand("prov:generatedAtTime")


def decided(gathered: Gathered, iri: str, number: int) -> Decision:
    """A decision that was read; ``number`` is its own among the sources of the page."""
    value = gathered.local(iri, _DKG["decision"])
    records = sorted(gathered.cells.iri(record) for record in gathered.iris(iri, _DKG["compares"]))
    return Decision(
        _VERBS.get(value, words_for(value)), tuple(records), gathered.one(iri, _DKG["reviewer"]),
        gathered.one(iri, _AT)[:10], gathered.one(iri, _DKG["note"]), iri, (number,),
    )  # fmt: skip
