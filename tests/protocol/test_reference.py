"""The page on the endpoint names what the endpoint has."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from diaspora_kg.endpoint.manners import _EXPOSED
from diaspora_kg.endpoint.negotiation import GRAPHS, SOLUTIONS, Media
from diaspora_kg.endpoint.service import PATHS
from diaspora_kg.endpoint.settings import Limits
from tests.examples import ROOT

PAGE = (ROOT / "docs/reference/endpoint.md").read_text("utf-8")


@pytest.mark.parametrize("media", [*SOLUTIONS, *GRAPHS], ids=lambda media: media.type)
def test_every_form_is_told(media: Media) -> None:
    assert f"`{media.type}`" in PAGE
    assert all(f"`{name}`" in PAGE for name in media.names)


def test_every_address_and_header_is_told() -> None:
    assert all(f"`{path}`" in PAGE for path in PATHS if not path.endswith("/"))
    assert all(f"`{name.strip()}`" in PAGE for name in _EXPOSED.decode().split(",") if "Link" not in name)


def test_the_limits_are_those_of_the_program() -> None:
    defaults = {field.name.replace("_", "-"): field.default for field in fields(Limits)}
    told = re.findall(r"^\| `([a-z-]+)` \| ([0-9]+) \|", PAGE, re.MULTILINE)
    assert len(told) == 8
    assert all(defaults[name] == int(value) for name, value in told)


def test_every_status_is_told_once() -> None:
    told = re.findall(r"^\| ([0-9]{3}) \|", PAGE, re.MULTILINE)
    assert told == sorted(set(told))
    used = set()
    for module in (ROOT / "diaspora_kg/endpoint").glob("*.py"):
        text = module.read_text("utf-8")
        used |= set(re.findall(r"(?:Problem|QueryFailed)\((\d{3}),|status(?:_code)?=(\d{3})", text))
    assert {one for pair in used for one in pair if one} <= {*told, "499"}
