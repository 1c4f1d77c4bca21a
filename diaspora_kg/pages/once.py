"""The tag ``{% once %} … {% endonce %}``: what is the same on all pages of a folder is written once.

For markup that depends on the site alone. ``{% once name %}`` keeps one for each value of the name. No block
may stand in it: a project's own block may say something of the page.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import cast

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context

KEPT = "kept_once"
"""The variable of a template that holds what was written."""


class Once(Extension):
    """The tag."""

    tags = {"once"}  # noqa: RUF012 - as the class that it extends has it

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the tag."""
        line = next(parser.stream).lineno
        of: nodes.Expr = nodes.Const("")
        if parser.stream.current.type != "block_end":
            of = parser.parse_expression()
        inner = parser.parse_statements(("name:endonce",), drop_needle=True)
        place = nodes.Const(f"{parser.name}:{line}:{parser.free_identifier().name}")
        call = self.call_method("_written", [nodes.ContextReference(), place, of])
        return nodes.CallBlock(call, [], [], inner).set_lineno(line)

    def _written(self, context: Context, place: str, of: str, caller: Callable[[], str]) -> str:
        kept = cast("MutableMapping[object, str]", context.parent.get(KEPT, {}))
        found = kept.get((place, of))
        if found is None:
            found = kept[place, of] = caller()
        return found
