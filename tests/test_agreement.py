"""Agreement: what the units are, and that alpha is the one of a textbook."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from diaspora_kg.agreement import Agreement, Measure, agreement, as_json, as_text
from diaspora_kg.cli import main
from diaspora_kg.project import Project
from tests.small import SETTINGS, write

ROOT = Path(__file__).parent.parent
TEXT = (
    "Rain in Vesmark\n\nAda Venn chairs the Norland League. It rained in Vesmark, she said. "
    "The League will build a dam, Venn promised. Nobody asked Tarvia.\n"
)


def annotation(who: str, actors: str, claims: str) -> str:
    return (
        "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n"
        f"  annotator: {who}\n  not-stated: [author, url, publisher, published]\n"
        f"actors:\n{actors}article-says:\n{claims}"
    )


VENN = "  venn: {is: person, names: [{en: Ada Venn}]}\n"
LEAGUE = "  league: {is: organization, names: [{en: Norland League}]}\n"
ONE = annotation(
    "Ada",
    VENN + LEAGUE,
    "  - {says: It rained., quote: It rained in Vesmark}\n"
    "  - {says: A dam is coming., how: predicted, about: league, quote: The League will build a dam}\n"
    "  - {says: She chairs it., about: venn, quote: Ada Venn chairs the Norland League}\n",
)
OTHER = annotation(
    "Bo",
    "  chair: {is: person, names: [{en: Ada Venn}]}\n  club: {is: polity, names: [{en: Norland League}]}\n",
    "  - {says: It did rain., quote: It rained in Vesmark}\n"
    "  - {says: They build., about: club, quote: League will build a dam}\n"
    "  - {says: Nobody asked., how: negated, quote: Nobody asked Tarvia}\n",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "dkg.toml", SETTINGS)
    write(tmp_path, "articles/rain.txt", TEXT)
    write(tmp_path, "articles/rain.yaml", ONE)
    return tmp_path


def layers(report: Agreement) -> dict[str, Measure]:
    return {one.layer: one for one in report.layers}


def two(root: Path, other: str) -> Agreement:
    write(root, "articles/rain.yml", other)
    return agreement(Project.load(root))


def test_runs_that_say_the_same_agree_in_everything(root: Path) -> None:
    report = two(root, ONE.replace("annotator: Ada", "annotator: Bo"))
    assert all(one.units == one.agreed for one in report.layers)
    assert {one.alpha for one in report.layers} <= {1.0, None}
    assert layers(report)["labels: modality"].alpha == 1.0
    assert layers(report)["labels: polarity"].alpha is None  # one value only says nothing


def test_what_differs_is_found_in_its_layer(root: Path) -> None:
    found = layers(two(root, OTHER))
    assert found["spans: mentions"].alpha == 1.0
    evidence = found["spans: evidence"]
    # Words: Ada Venn chairs the Norland League (6), The (1), Nobody asked Tarvia (3) are marked once.
    assert evidence.units - evidence.agreed == 10
    kinds = found["labels: kind of entity"]
    assert (kinds.units, kinds.agreed) == (2, 1)
    modality = found["labels: modality"]
    assert (modality.units, modality.agreed) == (2, 1)
    assert "labels: polarity" in found
    about = found["relations: claim and actor"]
    # Two claims and two entities that both marked; both join the dam and the League, and nothing else.
    assert (about.units, about.agreed, about.alpha) == (4, 4, 1.0)


def test_alpha_is_that_of_the_textbook(root: Path) -> None:
    """Nominal data, two observers, no missing values: alpha = 1 - Do / De by hand."""
    found = layers(two(root, OTHER))["spans: evidence"]
    words = found.units
    # Marked by Ada: It rained in Vesmark 4, The League will build a dam 6, the chair 6; by Bo: 4, 5, 3.
    marked, none = 16 + 12, 2 * words - 28
    observed = (found.units - found.agreed) / words
    expected = 2 * marked * none / ((2 * words) * (2 * words - 1))
    assert found.alpha == pytest.approx(1 - observed / expected, abs=1e-6)


def test_a_run_of_another_text_is_left_out_and_told(root: Path) -> None:
    write(root, "articles/other.txt", TEXT + "More.\n")
    report = two(root, OTHER.replace("  annotator", "  text: other.txt\n  annotator"))
    [one] = report.articles
    assert one.left_out == (("Bo (articles/rain.yml)", "it is of another text"),)
    assert not one.layers


def test_the_command_prints_text_and_json_by_its_schema(root: Path) -> None:
    ran = CliRunner().invoke(main, ["labels", "agreement", "--project", str(root)])
    assert (ran.exit_code, ran.output) == (0, "No article has several runs.\n")
    write(root, "articles/rain.yml", OTHER)
    ran = CliRunner().invoke(main, ["labels", "agreement", "--project", str(root)])
    assert ran.exit_code == 0, ran.output
    assert "Bo (articles/rain.yml): 2 mentions, 3 passages, 3 claims, 1 relations" in ran.output
    ran = CliRunner().invoke(main, ["labels", "agreement", "--project", str(root), "--format", "json"])
    schema = json.loads((ROOT / "docs/reference/agreement.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(ran.output))


def test_names_from_files_do_no_harm_in_a_terminal(root: Path) -> None:
    report = two(root, OTHER.replace("annotator: Bo", 'annotator: "B\\u202Eo"'))
    assert "\u202e" not in as_text(report)
    assert "B\u202eo" in json.loads(as_json(report))["articles"][0]["runs"][1]["annotator"]
