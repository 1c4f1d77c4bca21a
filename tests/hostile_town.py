"""A fictional project of two articles whose names, titles and remarks try to break out of a page."""

from __future__ import annotations

import json
from pathlib import Path

from tests import small
from tests.small import write

BASE = "https://example.org/hostile/kg/"
SETTINGS = (
    f'format = 1\ntitle = "Town </title><script>alert(0)</script>"\nbase = "{BASE}"\n'
    'languages = ["en"]\nlicence = "CC-BY-4.0"\n'
)
LONG = "Long " * 400
NAMES = {
    "script": "<script>alert('name')</script>",
    "quote": '" onmouseover="alert(1)" x=\'',
    "comment": "</script><!-- <svg onload=alert(2)>",
    "template": "{{ 7*7 }}{% include 'x' %}",
    "long": LONG.strip(),
    "ısı-key": "Союз Тарвийцев",
    "rtl": "\u202eevil\u2066 mark\u200f",
    "hayk": "Տարվիայի Միություն",
    "kart": "ტარვიის კავშირი",
    "ac": "Ümumtarviya Birliyi",
}
REGISTER = "format: 1\nactors:\n" + "".join(
    f"  {key}: {{is: organization, kind: community-organization, names: [{{en: {json.dumps(words)}}}]}}\n"
    for key, words in NAMES.items()
)

TEXT = """\
<b>Headline</b> & "marks"

The Circle <script>alert(3)</script> met in Vesmark, Ada Venn said. "We're <i>glad</i>," she said.
"""
ANNOTATION = """\
format: 1
article:
  title: <b>Headline</b> & "marks"
  language: en
  annotator: <img src=x onerror=alert(4)>
  publisher: script
  published: {date: "2031-05-02", basis: annotator-estimate}
  url: https://news.example/?a=1&b=%22%3Cscript%3E
  not-stated: [author]
  formerly: [draft]
actors:
  club: {is: organization, kind: community-organization, names: [{en: The Circle}]}
  venn: {is: person, names: [{en: Ada Venn}], mentions: [she]}
statements:
  remark:
    kind: remark
    by: [{who: venn}]
    not-stated: [when]
    quote: Ada Venn said
    claims:
      - id: met
        says: The Circle <script>alert(5)</script> met.
        about: club
        note: </td></tr></table><script>alert(6)</script>
        quote: The Circle <script>alert(3)</script> met in Vesmark
      - {id: glad, says: "They are </script> glad.", about: [club, script], quote: We're <i>glad</i>}
"""
SECOND_TEXT = "A circle meets\n\nThe Vesmark Circle met.\n"
SECOND = """\
format: 1
article:
  title: A circle meets
  language: en
  annotator: Reviewer One
  not-stated: [author, url, publisher, published]
actors:
  circle: {is: organization, kind: community-organization, names: [{en: The Vesmark Circle}]}
article-says:
  - {id: met, says: The Circle met., about: circle, quote: The Vesmark Circle met}
"""
DECISIONS = (
    "# format: 1\nid\tleft\tright\tdecision\tof\twho\twhen\twhy\n"
    "one\tfirst.club\tsecond.circle\tsame\t\t<b>Reviewer</b>\t2031-06-01T10:00:00Z\t<script>One</script>.\n"
)


def project(root: Path) -> Path:
    """The project, not yet built."""
    root.mkdir(parents=True)
    write(root, "dkg.toml", SETTINGS)
    write(root, "register.yaml", REGISTER)
    write(root, "decisions.tsv", DECISIONS)
    small.article(root, "first", TEXT, ANNOTATION)
    small.article(root, "second", SECOND_TEXT, SECOND)
    return root


def many(root: Path, number: int) -> None:
    """An article of that many claims about one organization of the register."""
    lines = [f"Note {n} names the Circle." for n in range(number)]
    claims = [
        f'  - {{id: n{n}, says: "Note {n}.", about: ac, quote: "Note {n} names the Circle."}}'
        for n in range(number)
    ]
    header = SECOND[: SECOND.index("actors:")]
    annotation = f"{header}article-says:\n" + "\n".join(claims) + "\n"
    small.article(root, "many", "A circle meets\n\n" + " ".join(lines) + "\n", annotation)
