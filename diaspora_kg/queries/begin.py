"""`dkg query new`: a query of the project's own that runs as it is, and a table of what it should answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.queries.expected import BEGUN

_QUERY = """\
#+ # Lines that begin with #+ are the header, together one YAML document. Lines with a second # are notes.
#+ # The question in one sentence:
#+ summary: Which claims are about a node
#+ # The same in further languages of the pages, and headings of columns:
#+ # titles: {ru: …, az: …}
#+ # columns: {modality: {en: how firmly, ru: …}}
#+ # How to read the answer, and what a row is:
#+ description: >-
#+   One row for each claim that has the node as its content, with how firmly it is put. Change the summary
#+   and this text first.
#+ # Words by which it is found:
#+ tags: [claims]
#+ # Numbers of the project's own research questions that it answers:
#+ # questions: [1, 2]
#+ # What each parameter means. ?_node_iri below must be given, ?__modality_iri may be left out:
#+ parameters:
#+   node: The node that is asked about, by its key.
#+   modality: Only claims of this modality. Without it, all.
#+ # What a parameter is when nobody gives it:
#+ # defaults:
#+ #   - modality: asserted
#+ # All the values that make sense, if they are few:
#+ # enumerate:
#+ #   - modality: [asserted, possible]
#+ # What a form offers: nodes of some kinds, a closed list (docs/lists.md), or the name of a query:
#+ choices:
#+   node: {kind: [organization, person, event, status-change, undertaking]}
#+   modality: {list: Modality}
#+ # With `text: {claim: words}` the words of a parameter are searched for; ?claim is where they stand.
#+ # Of a large graph, how the first rows are found before all others: a column, and the kinds of its nodes:
#+ # pieces: {claim: claim}
#+ # The same where each row lies in the graph of one article:
#+ # articles: alone
#+ # A picture of the answer: timeline (label, starts), bars (label, value) or network (source, target):
#+ # chart: {kind: network, source: claim, target: article, label: modality}

PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>

SELECT ?claim ?modality ?article
WHERE {
  GRAPH ?said {
    ?claim dkg:content|dkg:about ?_node_iri ;
      dkg:modality ?__modality_iri ;
      dkg:reportedIn ?article .
  }
  BIND(?__modality_iri AS ?modality)
}
"""

_TABLE = f"""\
{BEGUN}: take this line away once the rows below are those that you expect
# param: node=KEY
claim	modality	article
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """The files that were begun; ``table`` is ``None`` where one was there already."""

    query: Path
    table: Path | None


def begin(project: Project, name: str) -> Begun:
    """Write ``queries/NAME.rq`` and ``expected/NAME.tsv``; nothing that is there is written over.

    Raises :class:`UsageError` for a name that is none, a query that exists and what the disk refuses.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise UsageError(f"{name} is no name for a query: use small letters, digits and hyphens.")
    query = _write(project, "queries", f"{name}.rq", _QUERY)
    if query is None:
        raise UsageError(f"queries/{name}.rq exists already, and is left as it is.")
    return Begun(query, _write(project, "expected", f"{name}.tsv", _TABLE))


def _write(project: Project, folder: str, name: str, text: str) -> Path | None:
    path = project.root / folder / name
    if not project.holds(path):
        raise UsageError(f"{folder}/ is a link that leaves the project, and is not followed.")
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        return None
    except OSError as error:
        raise UsageError(f"{folder}/{name} cannot be written: {error.strerror}.") from error
    return path
