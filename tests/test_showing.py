"""The ledger's other way round: which units show a node, whatever happened to the runs that noted it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.website.ledger import Ledger

NODES = [f"urn:n{number}" for number in range(6)]


def _showing(ledger: Ledger, node: str) -> list[str]:
    return sorted(ledger.showing([node], "things"))


def _intend(ledger: Ledger, address: str, *nodes: str) -> None:
    ledger.intend("things", address, [f"{address}.html"], nodes)


def test_it_is_known_who_shows_a_node(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "pages.sqlite")
    _intend(ledger, "/a", "urn:n1", "urn:n2")
    _intend(ledger, "/b", "urn:n2")
    assert _showing(ledger, "urn:n2") == ["/a", "/b"]
    _intend(ledger, "/a", "urn:n1")
    assert _showing(ledger, "urn:n2") == ["/b"]
    assert list(ledger.showing(["urn:n1", "urn:n2"], "lists")) == []
    ledger.drop("/b")
    assert _showing(ledger, "urn:n2") == []
    ledger.close()


def test_a_run_that_was_ended_leaves_nothing_unknown(tmp_path: Path) -> None:
    path = tmp_path / "pages.sqlite"
    first = Ledger(path)
    _intend(first, "/a", "urn:n1", "urn:n2")
    first.finish()
    first.close()
    ended = Ledger(path)
    _intend(ended, "/a", "urn:n3")
    _intend(ended, "/b", "urn:n2")
    ended.close()  # and never told that it is at its end
    last = Ledger(path)
    assert [_showing(last, node) for node in NODES[1:4]] == [[], ["/b"], ["/a"]]
    last.close()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/a", "/b", "/c"]), st.none() | st.sets(st.sampled_from(NODES)), st.booleans()
        ),
        max_size=12,
    )
)
@settings(max_examples=30, deadline=None)
def test_it_is_what_the_units_hold(steps: list[tuple[str, set[str] | None, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "pages.sqlite")
        _steps(ledger, steps)
        ledger.close()


def _steps(ledger: Ledger, steps: list[tuple[str, set[str] | None, bool]]) -> None:
    shown: dict[str, set[str]] = {}
    for address, nodes, asked in steps:
        if nodes is None:
            ledger.drop(address)
            shown.pop(address, None)
        else:
            _intend(ledger, address, *nodes)
            shown[address] = nodes
        if asked:
            ledger.finish()
    for node in NODES:
        assert _showing(ledger, node) == sorted(one for one, nodes in shown.items() if node in nodes)
