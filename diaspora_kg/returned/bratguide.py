"""Guidelines for annotators in brat, made from the ontology and the tag set, and an example that reads."""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.ontology import Ontology
from diaspora_kg.returned.bratset import TagSet
from diaspora_kg.returned.brattypes import about, arrows, free, values

_TEXT = """\
League opens a library

The Norland League has opened a library in Vesmark, its chair Ada Venn said. "We will add a reading room,"
she said. The Vesmark council denied on Friday that it had closed the old one.
"""

_LINES = (
    ("T1", "Organization", "Norland League"),
    ("T2", "Place", "Vesmark"),
    ("T3", "Person", "Ada Venn"),
    ("T4", "Person", "she"),
    ("T5", "Polity", "Vesmark council"),
    ("T6", "Post", "chair"),
    ("T7", "Statement", "its chair Ada Venn said"),
    ("T8", "Takes_part", "its chair Ada Venn"),
    ("T9", "Claim", "has opened a library"),
    ("T10", "Claim", "We will add a reading room"),
    ("T11", "Event", "a reading room"),
    ("T12", "Undertaking", "will add"),
    ("T13", "Statement", "The Vesmark council denied"),
    ("T14", "Claim", "it had closed the old one"),
    ("T15", "Date", "Friday"),
    ("T16", "Takes_part", "Vesmark council"),
    ("T17", "Membership", "chair Ada Venn"),
    ("T18", "Claim", "its chair Ada Venn"),
)
_REST = """\
#1	AnnotatorNotes T1	league | kind: community-organization
#2	AnnotatorNotes T2	vesmark
#3	AnnotatorNotes T3	venn
#4	AnnotatorNotes T4	venn
#5	AnnotatorNotes T5	council
#6	AnnotatorNotes T6	chair
#7	AnnotatorNotes T15	not-stated
R1	In_organization Arg1:T6 Arg2:T1
E1	Takes_part:T8 Who:T3 As:T6 For_inferred:T1
A1	Role E1 speaker
E2	Statement:T7 By:E1
A2	Statement_kind E2 remark
#8	AnnotatorNotes E2	opening | not-stated: when
E3	Claim:T9 In:E2 About:T1
#9	AnnotatorNotes E3	The League has opened a library. | id: opened
E4	Event:T11 Where:T2
A3	Event_kind E4 other
#10	AnnotatorNotes E4	reading-room | label: a reading room
E5	Undertaking:T12 By:T1 Foresees:E4
A4	Undertaking_kind E5 commitment
#11	AnnotatorNotes E5	promise
E6	Claim:T10 In:E2 Content:E5
#12	AnnotatorNotes E6	The League will add a reading room. | id: will-add
E7	Takes_part:T16 Who:T5
A5	Role E7 speaker
E8	Statement:T13 By:E7 When:T15
A6	Statement_kind E8 remark
#13	AnnotatorNotes E8	denial
E9	Claim:T14 In:E8 About:T5
A7	Polarity E9 negated
#14	AnnotatorNotes E9	The council has closed the old library. | id: closed
E10	Membership:T17 Member:T3 Of_organization:T1 Holds:T6
#15	AnnotatorNotes E10	venn-chairs | not-stated: starts, ends
E11	Claim:T18 Content:E10
#16	AnnotatorNotes E11	Ada Venn chairs the League. | id: chairs
"""
_HEADER = """\
format: 1
article:
  title: League opens a library
  language: en
  annotator: Reviewer One
  not-stated: [publisher, author, url, published]
"""


def _example() -> str:
    lines = []
    for mark, label, words in _LINES:
        begin = _TEXT.index(words)
        lines.append(f"{mark}\t{label} {begin} {begin + len(words)}\t{words}\n")
    return "".join(lines) + _REST


EXAMPLE = {"example.txt": _TEXT, "example.ann": _example(), "example.yaml": _HEADER}
"""A small annotated text, all of it invented; it reads without a finding."""

_HEAD = """\
# How to annotate in brat

Everything that the model can say can be marked in brat with the labels below. Open `example.txt` in brat to
see a text that is annotated with them; its people and places are invented.

- **Names** are spans: mark every place where somebody or something is named, pronouns too. All marks of one
  thing carry the same id as the first word of their note (`venn`), or the same entry of the register.
- **What is said** is an event of type Claim on the words that it rests on. Its note begins with the claim
  in your own words. Its arrows say who says it, in which statement, and what it is about.
- **What is claimed to be** (an event, a legal status, a membership, a promise) is an event of its own. It
  says nothing about whether it holds: only a Claim with an arrow Content to it does.
- **Notes** hold what has no arrow and no attribute: `key: value`, with ` | ` between them, as in
  `league | kind: community-organization | not-stated: seat`. The keys are those of the native format.
- What hangs on words that do not name it (an organization that is only implied) gets the attribute Implied.
- What the text is silent on is written `not-stated: key, key`.
- Title, publisher and date of the article stand in a file `x.yaml` beside `x.txt`: see `example.yaml`.

## The register

`{table}` holds the project's known entities for brat's search. An administrator of brat loads it once with
`tools/norm_db_init.py {table}` from brat's own folder; then choose an entry in the dialog of a span
(Normalization) in place of writing an id into its note.
"""


def guidelines(tags: TagSet, ontology: Ontology, table: str) -> str:
    """The guidelines as Markdown."""
    parts = [_HEAD.format(table=table), "## Spans", ""]
    parts += _spans(tags)
    parts += ["## Events", ""]
    for label in tags.labels.frames:
        parts += _frame(tags, label)
    parts += ["## Attributes", ""]
    for one in values(tags, ontology):
        parts += [f"### {one.name}", "", f"Of {', '.join(one.labels)}.", ""]
        for value in one.values:
            name = ontology.concept(one.scheme, value) if one.scheme else None
            meaning = ontology.definition(ontology.concept_iri(name)) if name else ""
            parts.append(f"- `{value}`" + (f": {meaning}" if meaning else ""))
        parts += ["- (it is only set or not)", ""] if not one.values else [""]
    parts += ["## The example", "", "```text", EXAMPLE["example.ann"].rstrip(), "```", ""]
    return "\n".join(parts)


def _spans(tags: TagSet) -> Iterator[str]:
    for label, rule in tags.labels.spans.items():
        plain = f" A note begins with its `{rule.note}`." if rule.note else ""
        yield f"- **{label}**: {about(rule.becomes)}{plain}{_notes(tags, label)}"
    yield ""


def _frame(tags: TagSet, label: str) -> Iterator[str]:
    rule = tags.labels.frames[label]
    yield from (f"### {label}", "")
    yield f"{about(rule.becomes)} Its note begins with `{rule.note}`.{_notes(tags, label)}"
    yield ""
    for one in arrows(tags, label):
        many = ", once or more" if one.many else ""
        yield f"- {one.role} (`{one.key}`{many}): {', '.join(one.labels)}"
    yield ""


def _notes(tags: TagSet, label: str) -> str:
    keys = [key for key in free(tags, label) if key not in {"names", "label"}]
    return f" Keys for its note: {', '.join(f'`{key}`' for key in keys)}." if keys else ""
