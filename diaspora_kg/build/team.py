"""The workers of a build from nothing: they begin to load what they need before its files are looked at."""

from __future__ import annotations

from functools import partial
from types import TracebackType
from typing import Self

from diaspora_kg.build.inflow import BATCH
from diaspora_kg.build.rounds import make_ready
from diaspora_kg.pipeline.pool import Crew, Executor
from diaspora_kg.pipeline.scan import annotations_up_to
from diaspora_kg.pipeline.setting import Setting

_MANY = 200  # annotations, for which all workers are needed
_MOST = 64 * BATCH  # annotations from which on a machine has not as many processors as there are batches


class Team:
    """Gives the crew of a build; a ``with`` block, at whose end one that was not needed goes home."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._begun: Crew | None = None

    def begin(self, setting: Setting) -> None:
        """Let workers begin, if there is work for several."""
        found = annotations_up_to(setting.project.articles, setting.beside, _MOST)
        if found > _MANY and self._begun is None:
            self._begun = self._executor.crew(setting)
            self._begun.begin(partial(make_ready, setting), -(-found // BATCH))

    def crew(self, setting: Setting) -> Crew:
        """Those who have begun, once; then others."""
        if self._begun is None:
            self.begin(setting)
        crew, self._begun = self._begun or self._executor.crew(setting), None
        return crew

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._begun is not None:
            self._begun.__exit__(kind, error, trace)
