"""What a reviewer reads to decide: in how many articles and claims a record comes up, and some words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diaspora_kg.candidates.profiles import Profile, shown
from diaspora_kg.candidates.values import Quote, Side
from diaspora_kg.index import Index
from diaspora_kg.names import PREFIXES
from diaspora_kg.queries.evidence import Evidence, evidence_of
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI, write

_QUOTES = 3  # sentences of each record
_MANY = 100  # nodes in one question
_FIRST = {"about": 0, "content": 1, "claimant": 2, "expressedIn": 3, "participation": 4, "stanceTarget": 5}

_CLAIMS = """SELECT DISTINCT ?node ?link ?claim WHERE {
  VALUES ?node { %s }
  {
    GRAPH ?said {
      VALUES ?link { dkg:about dkg:content dkg:claimant dkg:expressedIn dkg:stanceTarget }
      ?claim ?link ?node ; a dkg:Claim .
    }
  } UNION {
    GRAPH ?taken { VALUES ?as { dkg:actor dkg:capacity dkg:onBehalfOf dkg:place } ?part ?as ?node .
      ?whole dkg:participation ?part }
    GRAPH ?told { ?claim dkg:content ?whole }
    BIND(dkg:participation AS ?link)
  } UNION {
    GRAPH ?described {
      VALUES ?property { dkg:subject dkg:object dkg:post dkg:place org:member org:organization }
      ?whole ?property ?node
    }
    GRAPH ?told { ?claim dkg:content ?whole }
    BIND(dkg:participation AS ?link)
  }
}"""
_ARTICLES = """SELECT ?node (COUNT(DISTINCT ?article) AS ?count) WHERE {
  VALUES ?node { %s } GRAPH ?derived { ?node dkg:mentionedIn ?article }
} GROUP BY ?node"""


def sides(profiles: Iterable[Profile], lookup: Lookup, index: Index) -> Mapping[str, Side]:
    """What is shown of some records, by their IRIs."""
    wanted = sorted({profile.iri: profile for profile in profiles}.items())
    iris = [iri for iri, _ in wanted]
    claims = _claims(iris, lookup)
    articles = {row["node"].value: int(row["count"].value) for row in _ask(_ARTICLES, iris, lookup)}
    chosen = {iri: _chosen(found) for iri, found in claims.items()}
    told = evidence_of((claim for found in chosen.values() for claim in found), lookup, index)
    return {
        iri: _side(
            profile,
            index,
            articles.get(iri, len(profile.homes)),
            len({claim for _, claim in claims.get(iri, ())}),
            [told[claim] for claim in chosen.get(iri, ()) if claim in told],
        )
        for iri, profile in wanted
    }


def _side(profile: Profile, index: Index, articles: int, claims: int, told: Sequence[Evidence]) -> Side:
    origin = index.origin_of(profile.iri)
    return Side(
        key=profile.key,
        kind=profile.kind,
        name=profile.label or profile.key,
        names=tuple(shown(profile)),
        registered=not profile.homes,
        articles=articles,
        claims=claims,
        file=origin.file if origin else "",
        line=origin.line if origin else 0,
        quotes=tuple(_quotes(told)),
    )


def _quotes(told: Sequence[Evidence]) -> Iterator[Quote]:
    for one in told:
        words = next((words.shown for words in one.words if words.shown), "")
        yield Quote(words or one.claim.words, one.article.key, one.claim.key, one.file, one.line, one.where)


def _claims(iris: Sequence[str], lookup: Lookup) -> Mapping[str, set[tuple[str, str]]]:
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in _ask(_CLAIMS, iris, lookup):
        link = row["link"].value.rpartition("#")[2]
        found[row["node"].value].add((link, row["claim"].value))
    return found


def _chosen(found: Iterable[tuple[str, str]]) -> list[str]:
    """Some claims, of different articles if there are, those first that are about the record."""
    ordered = dict.fromkeys(claim for _, claim in sorted(found, key=lambda one: (_FIRST[one[0]], one[1])))
    first: dict[str, str] = {}
    for claim in ordered:
        first.setdefault(claim.rpartition(".")[0], claim)
    best = dict.fromkeys((*first.values(), *ordered))
    return list(best)[:_QUOTES]


def _ask(sparql: str, iris: Sequence[str], lookup: Lookup) -> Iterator[Mapping[str, IRI]]:
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dkg", "org"))
    for start in range(0, len(iris), _MANY):
        nodes = " ".join(write(IRI(iri)) for iri in iris[start : start + _MANY])
        found = lookup.store.query(prefixes + sparql % nodes)
        if not isinstance(found, Solutions):
            raise TypeError("this is no SELECT")
        yield from found  # type: ignore[misc]
