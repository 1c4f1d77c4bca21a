"""``dkg.toml`` as it is written, to name the line of what is wrong in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from diaspora_kg.errors import UsageError


class Written:
    """The lines of the file."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def fail(self, key: str, message: str) -> UsageError:
        """An error to raise, at the line on which the key is set."""
        spelled = re.compile(rf"\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
        line = next((n for n, text in enumerate(self.lines, 1) if spelled.match(text)), 0)
        return UsageError(f"dkg.toml{f':{line}' if line else ''}: {message}")

    def audit(self, keys: Iterable[str], known: Collection[str]) -> None:
        """Raises :class:`UsageError` for a key that is not known, with the one that is meant perhaps."""
        for key in keys:
            if key not in known:
                near = nearest(key, known) or f" Known are: {', '.join(known)}."
                raise self.fail(key, f'unknown key "{key}".{near}')


def nearest(written: str, known: Collection[str]) -> str:
    """`` Did you mean ...?`` with the nearest of what is known, or nothing."""
    near = difflib.get_close_matches(written, known, 1)
    return f" Did you mean {near[0]}?" if near else ""


def is_count(value: object) -> bool:
    """Whether a value is a whole number of 1 or more; TOML's ``true`` is none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
