"""The outside of our own YAML files: their format version, sections and root."""

from __future__ import annotations

from diaspora_kg.errors import Report
from diaspora_kg.reading.fields import Fields
from diaspora_kg.yamlnodes import Leaf, Table, View, parse, words_of

FORMAT = 1
"""The version of the native format that this program writes and reads."""


def open_document(data: bytes, report: Report, owner: str) -> Fields | None:
    """The sections of a file; ``None`` where they cannot be read or are of a newer format."""
    root = parse(data, report)
    if root is None:
        return None
    if not isinstance(root, Table):
        hint = "Begin with `format: 1` and write each section below its key."
        report.violation(root.line, "wrong-shape", "This file has no sections.", hint, words_of(root))
        return None
    fields = Fields(root, report, owner)
    return fields if _is_readable(fields.take("format"), root, report) else None


def _is_readable(view: View | None, root: Table, report: Report) -> bool:
    hint = f"Write `format: {FORMAT}` in the first line."
    if view is None:
        report.violation(1, "format", "The file does not say its format.", hint)
        return True
    text = view.text if isinstance(view, Leaf) else ""
    if text == str(FORMAT):
        if root.pairs[0][0].text != "format":
            report.warning(view.line, "format", "`format` is not the first key.", hint, "format")
        return True
    if text.isascii() and text.isdigit() and text.strip("0"):
        message = f"This file is of format {text[:9]}; this program reads format {FORMAT}."
        report.violation(view.line, "newer-format", message, "Install a newer diaspora-kg.", words_of(view))
    else:
        report.violation(view.line, "format", "This is no format version.", hint, words_of(view))
    return False
