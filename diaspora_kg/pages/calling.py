"""How templates call functions and write what they get: short ways for what nearly all of a page is.

Jinja asks of each call what the function wants to be given, and copies all variables of a loop for one that
wants the context. A function of the site wants the context only for ``site``, so that the copy is of no use.
The short way comes to the same and takes a third of the time. What is written is a piece of markup mostly,
or plain words: neither is given to two functions to find that out (:func:`written`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import TypeVar

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.runtime import Context
from jinja2.utils import pass_context
from markupsafe import Markup, escape

from diaspora_kg.pages.hiding import safe, shown

_Function = TypeVar("_Function", bound=Callable[..., object])
_SITE = "site"
_READ = frozenset({"page", "panel", _SITE})  # their methods want no context
_DIRECT = frozenset({FunctionType, MethodType})


def of_site(function: _Function) -> _Function:
    """Mark a function that is given the context, and reads nothing of it but ``site``."""
    marked = pass_context(function)
    marked.of_site = True  # type: ignore[attr-defined]
    return marked


class PageContext(Context):
    """The variables of a template, with the short way."""

    def call(self, function: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """Call what a template calls."""
        if type(function) in _DIRECT:
            if getattr(function, "of_site", False):
                if not _sets_site(kwargs.get("_loop_vars")) and not _sets_site(kwargs.get("_block_vars")):
                    args = (self, *args)
                    return _called(self, function, args, kwargs)
            elif getattr(function, "jinja_pass_arg", None) is None:
                return _called(self, function, args, kwargs)
        return super().call(function, *args, **kwargs)


def _sets_site(local: object) -> bool:
    """Whether a template calls something else ``site`` there."""
    return isinstance(local, dict) and _SITE in local


def _called(
    context: Context, function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> object:
    kwargs.pop("_loop_vars", None)
    kwargs.pop("_block_vars", None)
    try:
        return function(*args, **kwargs)
    except StopIteration:
        return context.environment.undefined("a function that the template calls has no more to give")


def written(value: object) -> str:
    """What a template writes of a value: markup as it is, everything else escaped."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value]
    return safe(value) if kind is str else escape(shown(value))  # type: ignore[arg-type]


class Writing(CodeGenerator):
    """Makes a template's code; each value is written by :func:`written`, which is in the environment.

    The bundled templates are a part of this program: they call its functions (``environment.direct``, which
    says of each whether it wants the context), and methods of the page and the site, as Python does, and read
    attributes so. Those of a project go the long way, through the sandbox.
    """

    def visit_Call(  # noqa: N802 - as the class that it extends has it
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """Write a call."""
        known = self._wants(node, frame)
        if known is None or forward_caller or node.dyn_args is not None or node.dyn_kwargs is not None:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        if isinstance(node.node, nodes.Name):
            self.write(frame.symbols.ref(node.node.name))  # it is there: nobody looks
        else:
            self.visit(node.node, frame)
        self.write("(context, " if known else "(")
        for one in (*node.args, *node.kwargs):
            self.visit(one, frame)
            self.write(", ")
        self.write(")")

    def _wants(self, node: nodes.Call, frame: Frame) -> bool | None:
        """Whether what is called wants the context; ``None``: it must be called the long way."""
        called = node.node
        if self.environment.sandboxed:
            return None
        if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name):
            return False if called.node.name in _READ and self._given(called.node, frame) else None
        if isinstance(called, nodes.Name) and self._given(called, frame):
            direct: Mapping[str, bool] = self.environment.direct  # type: ignore[attr-defined]
            return direct.get(called.name)
        return None

    def _given(self, node: nodes.Name, frame: Frame) -> bool:
        """Whether a name is one that the template is given, and not one of its own."""
        load = frame.symbols.find_load(frame.symbols.ref(node.name))
        return load is not None and load[0] == VAR_LOAD_RESOLVE

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write how an attribute is read; one that may not be there is asked for in a test only."""
        itself = isinstance(node.node, nodes.Name) and node.node.name == "self"  # it has blocks only
        if self.environment.sandboxed or self._testing or itself:
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        """Write a test."""
        before, self._testing = self._testing, True
        super().visit_Test(node, frame)
        self._testing = before

    _testing = False

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(" + ("(" if finalize.src is not None else ""))
