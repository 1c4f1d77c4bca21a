"""Fills what the annotator left to a default (native-format.md, "Defaults carry the load").

:func:`settle` is the last step before an article is mapped: afterwards no slot of a claim is
``None``, except those that the words leave open (``reading``). Every default taken is returned, so
that ``dkg check --explain`` can show it with its reason.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

from diaspora_kg.amended import amended
from diaspora_kg.article import Article
from diaspora_kg.defaults.claims import settle_claim
from diaspora_kg.defaults.desk import Default, Desk, Found, Lookup
from diaspora_kg.defaults.roles import settle_node, statement_roles
from diaspora_kg.errors import Finding

__all__ = ["Default", "Found", "Lookup", "settle"]

_PLACE = attrgetter(*(member.name for member in fields(Default)))
"""By what defaults are ordered; they compare so themselves, and take ten times as long."""


def settle(article: Article, lookup: Lookup) -> tuple[Article, tuple[Default, ...], tuple[Finding, ...]]:
    """The article with every default filled, the defaults by line, and what is wrong.

    ``lookup`` gives what a key stands for, here, in the register or in another article.
    """
    desk = Desk(article, lookup)
    desk.know(article.nodes)
    nodes = tuple(settle_node(node, desk) for node in article.nodes)
    desk.know(nodes)
    told = [amended(one, participations=statement_roles(one, desk)) for one in article.statements]
    desk.statements = {one.key: one for one in told if one.key}
    statements = tuple(amended(one, claims=tuple(settle_claim(c, desk) for c in one.claims)) for one in told)
    claims = tuple(settle_claim(claim, desk) for claim in article.claims)
    settled = amended(article, nodes=nodes, statements=statements, claims=claims)
    return settled, tuple(sorted(desk.taken, key=_PLACE)), tuple(desk.findings)
