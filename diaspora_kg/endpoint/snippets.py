"""How programs ask the same question: a line for curl, a few for pandas and for R, ready to be run.

Addresses are percent-encoded (RFC 3986), so nothing that was typed into a form can end a string or a
command in the text; what is written for the shell is quoted by the rules of the shell.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from diaspora_kg.pages.forms import Snippet

Pairs = Sequence[tuple[str, str]]


def address(base: str, pairs: Pairs = ()) -> str:
    """An address with a query string; blanks are ``%20``, which every program reads alike.

    >>> address("http://localhost/api", [("q", "a b'c")])
    'http://localhost/api?q=a%20b%27c'
    """
    return f"{base}?{urlencode(list(pairs), quote_via=quote, safe='')}" if pairs else base


def snippets(api: str, pairs: Pairs, *, graph: bool) -> tuple[Snippet, ...]:
    """For one query; ``api`` is its absolute address without a form, ``graph``: it makes triples."""
    if graph:
        url = address(f"{api}.ttl", pairs)
        return (
            Snippet("curl", f"curl -fsS {shlex.quote(url)} -o answer.ttl"),
            Snippet(
                "Python (rdflib)",
                f'import rdflib\n\ngraph = rdflib.Graph().parse({json.dumps(url)}, format="turtle")',
            ),
        )
    url = address(f"{api}.csv", pairs)
    return (
        Snippet("curl", _curl(f"{api}.csv", pairs)),
        Snippet(
            "Python (pandas)", f"import pandas as pd\n\ntable = pd.read_csv({json.dumps(url)})\nprint(table)"
        ),
        Snippet("R", f'answer <- read.csv({json.dumps(url)}, encoding = "UTF-8")\nprint(answer)'),
    )


def _curl(url: str, pairs: Pairs) -> str:
    """With the values as they were given, which curl encodes."""
    data = [f"  --data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in pairs]
    return " \\\n".join([f"curl -fsSG {shlex.quote(url)}", *data])
