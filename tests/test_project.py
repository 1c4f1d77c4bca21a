"""dkg.toml is read strictly, and nothing outside of the project is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from diaspora_kg.endpoint.settings import Limits, Settings
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.settings.keys import SERVE, SETTINGS

SMALL = 'format = 1\ntitle = "Norland"\nbase = "https://example.org/norland/"\n'


def project(folder: Path, written: str) -> Project:
    (folder / "dkg.toml").write_text(written, "utf-8")
    return Project.load(folder)


def test_defaults_carry_what_is_not_written(tmp_path: Path) -> None:
    loaded = project(tmp_path, SMALL)
    assert (loaded.title, loaded.languages, loaded.withheld) == ("Norland", ("en",), False)
    assert (loaded.quote_words, loaded.keep, loaded.licence) == (15, 5, "")
    assert loaded.names.node("claim", "a.x") == "https://example.org/norland/id/claim/a.x"


def test_every_setting_can_be_written(tmp_path: Path) -> None:
    written = SMALL + (
        'languages = ["en", "az-Cyrl"]\nlicence = "CC0"\ntext = "withheld"\nquote-words = 9\nkeep = 2\n'
        '[ingest."wire/*.yaml"]\nreader = "native"\n[serve]\nseconds = 3\ntrusted-proxies = ["10.0.0.0/8"]\n'
        'public-url = "https://graph.example.org/town/"\n[pages]\ntexts = true\n'
        '[validation]\nengine = "pyshacl"\nsample = 0.5\n[store]\nurl = "https://graph.example.org"\n'
    )
    loaded = project(tmp_path, written)
    assert loaded.languages == ("en", "az-cyrl")
    assert (loaded.withheld, loaded.quote_words, loaded.keep) == (True, 9, 2)
    assert (loaded.engine, loaded.sample) == ("pyshacl", 0.5)
    assert loaded.store == {"url": "https://graph.example.org"}
    [rule] = loaded.readers
    assert rule.matches("articles/wire/a.yaml")
    assert not rule.matches("articles/a.yaml")
    assert all(name in written for name in SETTINGS)
    served = Settings.of(loaded.serve, port=9, host=None)
    assert (served.limits.seconds, served.limits.rows) == (3, Limits().rows)
    assert (served.port, served.host, served.public_url) == (9, "127.0.0.1", "https://graph.example.org/town")
    assert [str(network) for network in served.trusted_proxies] == ["10.0.0.0/8"]


def test_every_limit_can_be_written(tmp_path: Path) -> None:
    numbers = [key for key in SERVE if key.replace("-", "_") in Limits.__dataclass_fields__]
    assert len(numbers) == len(Limits.__dataclass_fields__) == len(SERVE) - 2
    lines = "".join(f"{key} = {500 + number}\n" for number, key in enumerate(numbers))
    limits = Settings.of(project(tmp_path, f"{SMALL}[serve]\n{lines}").serve).limits
    assert {key: getattr(limits, key.replace("-", "_")) for key in numbers} == {
        key: 500 + number for number, key in enumerate(numbers)
    }


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("memory-mib = 9", "memory-mib must be 400 or more"),
        ('trusted-proxies = ["x"]', "trusted-proxies: 'x'"),
    ],
)
def test_a_limit_that_cannot_hold_is_told_when_it_is_to_hold(
    tmp_path: Path, written: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Settings.of(project(tmp_path, f"{SMALL}[serve]\n{written}\n").serve)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (SMALL + 'licens = "CC0"\n', 'dkg.toml:4: unknown key "licens". Did you mean licence?'),
        (SMALL + "zzz = 1\n", "Known are: format, title"),
        (SMALL.replace("1", "2", 1), "dkg.toml:1: format 2 is newer"),
        (SMALL.replace("format = 1\n", ""), "no format is stated"),
        (SMALL.replace("format = 1", 'format = "1"'), "format must be 1"),
        (SMALL.replace("norland/", "norland"), "It must end in a slash"),
        (SMALL.replace("https", "ftp"), "dkg.toml:3:"),
        ('format = 1\ntitle = "x"\n', "base is missing"),
        (SMALL + 'text = "witheld"\n', "Did you mean withheld?"),
        (SMALL + "keep = 0\n", "dkg.toml:4: keep must be a whole number"),
        (SMALL + "keep = true\n", "keep must be"),
        (SMALL + 'languages = "en"\n', "must be a list"),
        (SMALL + 'languages = ["english language"]\n', "is not a language tag"),
        (
            SMALL + '[ingest]\npublsh = "x"\n',
            '"publsh" is no setting of ingest; write [ingest."GLOB"]. Did you',
        ),
        (SMALL + "[ingest]\npublish = 3\n", "publish must be a name, or a list of names"),
        (SMALL + '[ingest."*.ann"]\npublish = [""]\n', "publish must be a name, or a list of names"),
        (SMALL + '[ingest."*.ann"]\nlabels = 3\n', 'labels of [ingest."*.ann"] must be a name'),
        (SMALL + '[ingest."*.ann"]\nlabel = "x"\n', "Did you mean labels?"),
        (SMALL + '[ingest."*.yaml"]\nreeder = "x"\n', "Did you mean reader?"),
        (SMALL + '[ingest."*.yaml"]\n', "is empty: write reader"),
        (SMALL + "[serve]\nsecond = 3\n", 'dkg.toml:5: unknown key "second". Did you mean seconds?'),
        (SMALL + "[serve]\nrows = 0\n", "dkg.toml:5: rows must be a whole number"),
        (SMALL + "[serve]\nrows = 1.5\n", "rows must be a whole number"),
        (SMALL + "[serve]\ntrusted-proxies = [1]\n", "trusted-proxies must be a list"),
        (
            SMALL + '[serve]\npublic-url = "graph.example.org"\n',
            "public-url must be an http or https address",
        ),
        (SMALL + "serve = 1\n", "write [serve]"),
        ("format = [", "cannot be read"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, written: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        project(tmp_path, written)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_folder_without_settings_is_told_of_init(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="dkg init"):
        Project.load(tmp_path)


def test_links_that_leave_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "project", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    loaded = project(inside, SMALL)
    (inside / "queries").symlink_to(outside)
    (inside / "here").symlink_to(inside / "dkg.toml")
    assert not loaded.holds(inside / "queries" / "x.rq")
    assert loaded.holds(inside / "here")
    with pytest.raises(UsageError, match="queries is a link that leaves"):
        loaded.folders("queries")
    (inside / "ontology").mkdir()
    assert loaded.folders("ontology")[1:] == (inside / "ontology",)
    (inside / "ontology" / "x.ttl").symlink_to(outside)
    with pytest.raises(UsageError, match=r"ontology/x.ttl is a link"):
        loaded.folders("ontology")
    (outside / "dkg.toml").write_text(SMALL, "utf-8")
    (inside / "dkg.toml").unlink()
    (inside / "dkg.toml").symlink_to(outside / "dkg.toml")
    with pytest.raises(UsageError, match="leaves the project"):
        Project.load(inside)
