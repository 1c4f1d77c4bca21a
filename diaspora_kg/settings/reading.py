"""Reads ``dkg.toml``, strictly: an unknown key, a wrong type and a newer format end the command.

The error names the line and says what to write instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.settings import tables
from diaspora_kg.settings.keys import FORMAT, INGEST, SETTINGS
from diaspora_kg.settings.rules import ReaderRule
from diaspora_kg.settings.written import Written, is_count, nearest

_BASE = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]+)?/([A-Za-z0-9\-._~]+/)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def read(path: Path, folder: str) -> dict[str, object]:
    """The settings in this file, by the names that a project has for them.

    ``folder`` is the name of the project's folder: its title, where none is set. Raises
    :class:`~diaspora_kg.errors.UsageError` with the line of what is wrong.
    """
    try:
        written = path.read_text("utf-8")
        table = tomllib.loads(written)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"dkg.toml cannot be read: {error}") from error
    return _Reading(written, table).settings(folder)


class _Reading:
    """One pass over the file that takes each key and audits what is left."""

    def __init__(self, written: str, table: Mapping[str, object]) -> None:
        self.file = Written(written)
        self.left = dict(table)

    def settings(self, folder: str) -> dict[str, object]:
        self.version()
        values: dict[str, object] = {
            "title": self.text("title", folder),
            "licence": self.text("licence", ""),
            "base": self.base(),
            "languages": self.languages(),
            "withheld": self.choice("text", ("open", "withheld")) == "withheld",
            "quote_words": self.count("quote-words", 15),
            "keep": self.count("keep", 5),
            "publish": self.publish(),
            "readers": self.readers(),
            "serve": tables.serve(self.file, self.left.pop("serve", {})),
            "pages": tables.pages(self.file, self.left.pop("pages", {})),
            "store": tables.store(self.file, self.left.pop("store", {})),
        }
        values["engine"], values["sample"] = tables.validation(self.file, self.left.pop("validation", {}))
        self.file.audit(self.left, SETTINGS)
        return values

    def version(self) -> None:
        version = self.left.pop("format", None)
        if version is None:
            raise UsageError(f"dkg.toml: no format is stated. Write as its first line: format = {FORMAT}")
        if not isinstance(version, int) or not is_count(version):
            raise self.file.fail("format", f"format must be {FORMAT}.")
        if version > FORMAT:
            raise self.file.fail(
                "format", f"format {version} is newer than this program reads ({FORMAT}). Update dkg."
            )

    def text(self, key: str, default: str) -> str:
        value = self.left.pop(key, default)
        if not isinstance(value, str):
            raise self.file.fail(key, f"{key} must be text in quotation marks: {SETTINGS[key]}.")
        return value

    def count(self, key: str, default: int) -> int:
        value = self.left.pop(key, default)
        if not isinstance(value, int) or not is_count(value):
            raise self.file.fail(key, f"{key} must be a whole number of 1 or more: {SETTINGS[key]}.")
        return value

    def choice(self, key: str, values: tuple[str, ...]) -> str:
        value = self.left.pop(key, values[0])
        if value not in values:
            raise self.file.fail(
                key, f"{key} must be one of {', '.join(values)}.{nearest(str(value), values)}"
            )
        return str(value)

    def base(self) -> str:
        base = self.text("base", "")
        if not base:
            raise self.file.fail("base", f"base is missing: {SETTINGS['base']}.")
        if not _BASE.fullmatch(base):
            slash = " It must end in a slash." if _BASE.fullmatch(base + "/") else ""
            raise self.file.fail("base", f'"{base}" cannot be the base: {SETTINGS["base"]}.{slash}')
        return base

    def languages(self) -> tuple[str, ...]:
        value = self.left.pop("languages", ["en"])
        if not isinstance(value, list) or not value:
            raise self.file.fail("languages", 'languages must be a list such as ["en", "ru"].')
        for tag in value:
            if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag):
                raise self.file.fail("languages", f"{tag!r} is not a language tag such as en or az-Cyrl.")
        return tuple(tag.lower() for tag in value)

    def readers(self) -> tuple[ReaderRule, ...]:
        tables = self.left.pop("ingest", {})
        if not isinstance(tables, dict):
            raise self.file.fail("ingest", f"ingest must be {SETTINGS['ingest']}.")
        rules = []
        for glob, table in tables.items():
            if not isinstance(table, dict):
                near = nearest(glob, ("publish",))
                raise self.file.fail(glob, f'"{glob}" is no setting of ingest; write [ingest."GLOB"].{near}')
            self.file.audit(table, INGEST)
            if not table:
                raise self.file.fail(glob, f'[ingest."{glob}"] is empty: write reader = "native", say.')
            names = {key: self.named(glob, key, table[key]) for key in ("reader", "labels") if key in table}
            rules.append(ReaderRule(glob, **names, publish=self.listed(table.get("publish", []))))
        return tuple(rules)

    def publish(self) -> tuple[str, ...]:
        table = self.left.get("ingest")
        if not isinstance(table, dict) or isinstance(table.get("publish"), dict):
            return ()
        self.left["ingest"] = {key: value for key, value in table.items() if key != "publish"}
        return self.listed(table.get("publish", []))

    def named(self, glob: str, key: str, value: object) -> str:
        if isinstance(value, str) and value:
            return value
        raise self.file.fail(key, f'{key} of [ingest."{glob}"] must be a name: {INGEST[key]}.')

    def listed(self, value: object) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(one, str) and one.strip() for one in names):
            return tuple(names)
        raise self.file.fail("publish", f"publish must be a name, or a list of names: {INGEST['publish']}.")
