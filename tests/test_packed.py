"""The register in a file, beside the one whose entries are all held: they say the same, and take no room."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.article import Article, Name, Node
from diaspora_kg.build import Options, build
from diaspora_kg.build.given import Given
from diaspora_kg.build.packed import _CACHED, Entries, Packed, RegisterDirectory, pack
from diaspora_kg.errors import Finding
from diaspora_kg.identity import Directory, check_references, declared, registered
from diaspora_kg.identity.directory import same
from diaspora_kg.identity.near import NearDirectory
from diaspora_kg.pipeline import run
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.state import State
from tests.small import PLAIN_TEXT, plain, project, write

MANY = 3_000
FILE = "register.yaml"
KINDS = frozenset({"person", "polity"})
UNKNOWN = ["perosn-12", "organization-2", "", "Ada Venn 77", "person-77.x", "größe", "gro\u0308ße"]


def packed(nodes: tuple[Node, ...], folder: Path) -> tuple[Directory, Entries]:
    """A register with all its entries held, and the same in a file."""
    held = tuple(registered(nodes, FILE))
    return Directory(held), pack(held, folder / "register").open()


def register(count: int) -> tuple[Node, ...]:
    kinds = ("person", "organization", "polity")
    return tuple(
        Node(kinds[n % 3], f"{kinds[n % 3]}-{n}", n + 3, names=(Name(f"Ada Venn {n}", "en", n + 3),))
        for n in range(count)
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Directory, Entries]]:
    held, entries = packed(register(MANY), tmp_path_factory.mktemp("packed"))
    yield held, entries
    entries.close()


def test_every_entry_of_a_large_register_is_found_again_and_again(both: tuple[Directory, Entries]) -> None:
    held, entries = both
    directory = RegisterDirectory(entries)
    for entry in (*registered(register(MANY), FILE), *registered(register(50), FILE)):
        assert directory.find(entry.key, None) == held.find(entry.key, None) == entry
        assert directory.in_register(entry.key) == entry
    assert list(entries.values()) == entries.in_order() == held._declared_in(None)
    assert len(entries._late) + len(entries._before) <= 2 * _CACHED < len(entries)


@pytest.mark.parametrize("key", UNKNOWN)
def test_both_say_what_may_have_been_meant(both: tuple[Directory, Entries], key: str) -> None:
    own = declared(Article("rain", "rain.yaml", "Rain", "en", nodes=(Node("person", "persona", 4),)))
    held = Directory((*own, *registered(register(MANY), FILE)))
    near = NearDirectory(own, RegisterDirectory(both[1]))
    for article in (None, "rain"):
        assert near.find(key, article) is held.find(key, article) is None
        assert near.named(key, article) == held.named(key, article)
        for kinds in (None, KINDS, frozenset({"post"})):
            assert near.nearest(key, article, kinds) == held.nearest(key, article, kinds)


KEYS = st.one_of(st.sampled_from(["größe", "gro\u0308ße", "a", "b"]), st.text("ab-ё", min_size=1, max_size=4))
NODES = st.lists(
    st.builds(
        Node,
        kind=st.sampled_from(["person", "organization", "post"]),
        key=KEYS,
        line=st.integers(1, 9),
        names=st.lists(st.builds(Name, st.text(max_size=5), st.just("en"), st.just(1)), max_size=2).map(
            tuple
        ),
    ),
    unique_by=lambda node: same(node.key),
    max_size=12,
).map(tuple)


@settings(max_examples=50, deadline=None)
@given(nodes=NODES, own=NODES, asked=st.lists(KEYS, max_size=4))
def test_a_packed_register_answers_as_one_that_is_held(
    tmp_path_factory: pytest.TempPathFactory,
    nodes: tuple[Node, ...],
    own: tuple[Node, ...],
    asked: list[str],
) -> None:
    article = Article("rain", "rain.yaml", "Rain", "en", nodes=own)
    held, entries = packed(nodes, tmp_path_factory.mktemp("alike"))
    whole = Directory((*declared(article), *registered(nodes, FILE)))
    with closing(entries):
        near = NearDirectory(declared(article), RegisterDirectory(entries))
        assert entries.in_order() == held._declared_in(None)
        assert list(entries) == list(held._nodes)
        for key in (*asked, *(node.key for node in (*nodes, *own)), "rain"):
            assert entries.get(key) == held._nodes.get(key)
            assert (key in entries) == (key in held._nodes)
            assert near.in_register(key) == held.in_register(key)
            for of in (None, "rain"):
                assert near.find(key, of) == whole.find(key, of)
                assert near.nearest(key, of) == whole.nearest(key, of)
                assert near.named(key, of) == whole.named(key, of)
        assert check_references(article, near) == check_references(article, whole)


def test_keys_of_one_checksum_are_told_apart(tmp_path: Path) -> None:
    nodes = (Node("person", "plumless", 3), Node("person", "buckeroo", 4))  # CRC-32 of both: 4ddb0c25
    held, entries = packed(nodes, tmp_path)
    with closing(entries):
        assert len(set(entries._marks)) == 1
        assert [entries[node.key] for node in nodes] == held._declared_in(None)


def test_a_register_travels_to_where_its_file_is_not(tmp_path: Path) -> None:
    _, entries = packed(register(5), tmp_path)
    entries.close()
    carried: Packed = pickle.loads(pickle.dumps(Packed(tmp_path / "register").carried()))
    (tmp_path / "register").unlink()
    with closing(carried.open()) as there:
        assert there["person-3"].record == register(5)[3]
        with pytest.raises(KeyError):
            there["person-6"]


def test_an_empty_register(tmp_path: Path) -> None:
    _, entries = packed((), tmp_path)
    with closing(entries):
        assert (list(entries), entries.get("herald"), "herald" in entries) == ([], None, False)


def test_what_a_process_opened_for_itself_does_not_travel(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    with closing(State(tmp_path / "state", fresh=True)) as state:
        state.put("canonical", "{}")
        state.commit()
        shared = Given(
            Setting.of(Project.load(root), ()), pack((), tmp_path / "register"), frozenset(), state.path
        )
        with closing(shared):
            assert shared.near.find("herald", None) is shared.directory.find("herald", None) is None
            other: Given = pickle.loads(pickle.dumps(shared))
        assert (other.register, set(other.__dict__) & {"entries", "reading"}) == (shared.register, set())


def test_workers_with_a_large_register_find_the_same_faults(tmp_path: Path) -> None:
    """A wrong kind is told by the workers' register, an unknown key later by the state's."""
    root = project(tmp_path / "p")
    bodies = "".join(
        f"  {key}: {{is: organization, kind: media-outlet, names: [{{en: Herald}}]}}\n"
        for key in ("herald", "personnel-9")
    )
    rows = "".join(f"  person-{n}: {{is: person, names: [{{en: Ada Venn {n}}}]}}\n" for n in range(2_000))
    write(root, FILE, f"format: 1\nactors:\n{bodies}{rows}")
    for number in range(20):
        write(root, f"articles/rain{number}.txt", PLAIN_TEXT)
        write(root, f"articles/rain{number}.yaml", plain(number))
    asked = {3: "about: prson-7", 4: "about: person-8", 5: "about: Ada Venn 9", 7: "if: persn-9"}
    for number, slot in asked.items():
        write(root, f"articles/rain{number}.yaml", plain(number).replace("quote:", f"{slot}, quote:"))
    chair = "posts:\n  chair: {label: chair, in: person-9}\narticle-says:"
    write(root, "articles/rain8.yaml", plain().replace("article-says:", chair))
    told = {jobs: build(Project.load(root), Options(jobs=jobs, full=True)).findings for jobs in (1, 2)}
    held = run(Project.load(root)).all_findings()
    assert faults(told[1]) == faults(told[2]) == faults(held)
    assert [hint for _, _, hint in faults(held)] == [
        "Did you mean `person-7`?",
        "That is a name; write the key: `person-9`.",
        "Did you mean `person-9`?",
        "Did you mean `personnel-9`?",
    ]
    assert not list((root / ".dkg").glob("register*"))


def faults(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return sorted((f.code, f.file, f.hint) for f in findings if f.code in {"unknown-key", "wrong-kind"})
