"""Files of a static site: every key has one of its own, on every file system, and none leads out of it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diaspora_kg.names import Names
from diaspora_kg.pages.files import depth_root, file_name, file_of
from diaspora_kg.pages.site import Place, Site

BASE = "https://norland.example/graph/"
NAMES = Names(BASE)
keys = st.text(min_size=1, max_size=40) | st.sampled_from(
    [
        "..",
        ".",
        "CON",
        "con.x",
        "a/b",
        "a%2Fb",
        "a:b",
        "A",
        "a",
        "a.",
        "a ",
        "~",
        "x~2",
        "index",
        "a\0b",
        "ſ",
        "K",
    ]
)


def local(key: str) -> str:
    """The path of a page, of a key that may be written as text."""
    return NAMES.node("person", key).removeprefix(f"{BASE}id/")


@settings(max_examples=50)
@given(keys, keys)
@example("VAK", "vak")
@example("K", "k")  # the sign of Kelvin is K in NFC
@example("x", "x~2")
def test_two_keys_never_come_to_one_file(one: str, other: str) -> None:
    one, other = (key.encode("utf-8", "replace").decode() for key in (one, other))
    same = local(one) == local(other)
    files = [file_of(f"/page/{local(key)}", n) for key in (one, other) for n in (1, 2)]
    assert len({file.casefold() for file in files}) == (2 if same else 4)


@settings(max_examples=50)
@given(keys)
@example("x" * 10_000)
@example("Ә" * 10_000)
@example("../../etc/passwd")
def test_a_name_can_be_written_everywhere(key: str) -> None:
    name = file_name(key.encode("utf-8", "replace").decode())
    assert re.fullmatch("[a-z0-9._~-]{1,120}", name)
    assert not PureWindowsPath(name).is_reserved()
    assert not PureWindowsPath(f"{name}.html").is_reserved()
    assert name.strip(". ") == name
    assert PurePosixPath(name).name == name
    assert name not in {".", ".."}


@pytest.mark.parametrize(
    "path", ["/page/person/../../x", "/page/person/%2E%2E/%2e%2e/x", "/../x", "//x", "/a//b"]
)
def test_no_address_leads_out(path: str) -> None:
    parts = PurePosixPath(file_of(path)).parts
    assert parts
    assert not {"", ".", "..", "/"} & set(parts)


def test_links_lead_from_file_to_file() -> None:
    site = Site(
        "Norland",
        BASE,
        static=True,
        places={f"{BASE}id/claim/x.c": Place(f"{BASE}id/article/x", "claim-x.c", "about.2031")},
    )
    site = Site("Norland", BASE, static=True, kinds=frozenset({"article", "person"}), places=site.places)
    here = site.at("/page/person/ada")
    assert here.href(f"{BASE}id/article/x") == "../../page/article/x.html"
    assert here.href(f"{BASE}id/claim/x.c") == "../../page/article/x~about.2031.html#claim-x.c"
    assert here.href(f"{BASE}id/claim/x.d") == ""
    assert here.path("/sparql") == ""
    assert here.path("/") == "../../index.html"
    assert here.path("/search", q="a b") == "../../search.html?q=a+b"
    assert here.further(f"{BASE}id/article/x", "more") == "../../page/article/x~more.html"
    assert here.data_of(f"{BASE}id/article/x", "ttl") == ""


def test_a_live_server_does_what_files_cannot() -> None:
    site = Site(
        "Norland",
        BASE,
        root=".",
        static=True,
        kinds=frozenset({"person"}),
        data=frozenset({"ttl"}),
        server="https://live.norland.example",
        address="https://norland.example/pages",
    )
    assert site.path("/sparql", query="ASK {}") == "https://live.norland.example/sparql?query=ASK+%7B%7D"
    assert site.href(f"{BASE}id/event/x") == "https://live.norland.example/page/event/x"
    assert site.data_of(f"{BASE}id/person/ada", "ttl") == "./data/person/ada.ttl"
    assert site.data_of(f"{BASE}id/person/ada", "nt") == "https://live.norland.example/data/person/ada.nt"
    assert site.absolute(site.path("/gaps")) == "https://norland.example/pages/gaps.html"
    assert site.absolute("https://elsewhere.example/") == "https://elsewhere.example/"


def test_roots_lead_back() -> None:
    assert [depth_root(file_of(path)) for path in ("/", "/gaps", "/queries/x", "/page/person/ada")] == [
        *(".", ".", "..", "../.."),
    ]
