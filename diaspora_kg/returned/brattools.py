"""`dkg tools brat DIR`: a folder that brat opens, with our tag set, its rules, guidelines and the register.

brat reads ``annotation.conf``, ``visual.conf`` and ``tools.conf`` of the folder that a text lies in. The
register becomes a table for brat's normalization: its program ``tools/norm_db_init.py`` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from diaspora_kg.article import Node, Text
from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.marked.identities import REGISTER
from diaspora_kg.marked.rules import MENTION
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project
from diaspora_kg.returned.bratguide import EXAMPLE, guidelines
from diaspora_kg.returned.bratset import TagSet, tag_set
from diaspora_kg.returned.brattypes import arrows, values

TABLE = f"{REGISTER}.txt"
"""The register as a table for brat's normalization."""

_COLOURS = ("#b5d4e9", "#cfe3b4", "#f6d8ae", "#e6c8e6", "#d9d2c5", "#bfe0d8", "#f3c6c6", "#e9e2a8")
_NAMED = {*ACTOR_KINDS, "post", "place", "document"}


def brat_tools(project: Project, ontology: Ontology, register: Iterable[Node]) -> dict[str, bytes]:
    """The files of the folder, by name."""
    tags = tag_set()
    nodes = sorted((node for node in register if node.kind in _NAMED), key=lambda node: node.key)
    made = {
        "annotation.conf": annotation_conf(tags, ontology),
        "visual.conf": visual_conf(tags),
        "tools.conf": tools_conf(project),
        "guidelines.md": guidelines(tags, ontology, TABLE),
        TABLE: "".join(f"{line}\n" for line in map(_entry, nodes)),
        **EXAMPLE,
    }
    return {name: text.encode() for name, text in made.items()}


def write(out: Path, files: Mapping[str, bytes]) -> None:
    """Write a tool's folder; raises :class:`UsageError` where files of these names differ already."""
    try:
        for name, data in files.items():
            path = out / name
            if path.is_symlink() or (path.exists() and path.read_bytes() != data):
                hint = "Name a new folder, or remove the file."
                raise UsageError(f"{path} is there already and has another content. {hint}")
        for name, data in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
    except OSError as error:
        raise RunStopped(f"{out} cannot be written to: {error.strerror or error}") from error


def annotation_conf(tags: TagSet, ontology: Ontology) -> str:
    """The labels, and which arrows and values they take."""
    lines = ["# Our tag set, written by `dkg tools brat`; guidelines.md says what each label is for.", ""]
    lines += ["[entities]", *(_span(label, rule.becomes) for label, rule in tags.labels.spans.items()), ""]
    lines += ["[relations]", *_relations(tags), _OVERLAP, ""]
    lines += ["[events]", *(_event(tags, label) for label in tags.labels.frames), ""]
    lines += ["[attributes]"]
    for one in values(tags, ontology):
        said = f", Value:{'|'.join(one.values)}" if one.values else ""
        lines.append(f"{one.name}\tArg:{'|'.join(one.labels)}{said}")
    return "\n".join(lines) + "\n"


_OVERLAP = "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>"
"""Marks may lie in and across each other: a name stands in a claim."""


def _span(label: str, becomes: str) -> str:
    return f"{label}\t<NORM>:{REGISTER}" if becomes in {*_NAMED, MENTION} else label


def _relations(tags: TagSet) -> Iterator[str]:
    actors = (*sorted(ACTOR_KINDS), "post")
    ends = {"in": ("post", ("organization", "polity")), "unclear": (MENTION, actors)}
    for name, rule in tags.labels.relations.items():
        if rule.key in ends:
            source, targets = ends[rule.key]
            to = "|".join(tags.spans[target] for target in targets)
            yield f"{name}\tArg1:{tags.spans[source]}, Arg2:{to}"
    yield "Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive"


def _event(tags: TagSet, label: str) -> str:
    said = [f"{one.role}{'*' if one.many else '?'}:{'|'.join(one.labels)}" for one in arrows(tags, label)]
    return f"{label}\t{', '.join(said)}"


def visual_conf(tags: TagSet) -> str:
    """How labels are shown: words for underscores, short forms, colours."""
    lines = ["[labels]"]
    every = [*tags.labels.spans, *tags.labels.frames, *tags.labels.roles, *tags.labels.relations]
    for label in dict.fromkeys(every):
        words = label.replace("_", " ")
        short = "".join(word[:4] for word in words.split()[:2]) if len(words) > 6 else words
        lines.append(f"{label} | {words} | {short}")
    lines += ["", "[drawing]", "SPAN_DEFAULT\tfgColor:black, bgColor:#e8e8e8, borderColor:darken"]
    lines.append("ARC_DEFAULT\tcolor:black, arrowHead:triangle-5")
    for number, label in enumerate((*tags.labels.spans, *tags.labels.frames)):
        lines.append(f"{label}\tbgColor:{_COLOURS[number % len(_COLOURS)]}")
    lines.append("Implied\tdashArray:3-3")
    return "\n".join(lines) + "\n"


def tools_conf(project: Project) -> str:
    """How texts are divided, and where the register's entries are shown."""
    base = project.names.base
    return (
        "[options]\nTokens\ttokenizer:whitespace\nSentences\tsplitter:newline\n"
        "Validation\tvalidate:all\nAnnotation-log\tlogfile:<NONE>\n\n[normalization]\n"
        f"{REGISTER}\tDB:{REGISTER}, <URL>:{base}, <URLBASE>:{base}page/%s\n"
    )


def _entry(node: Node) -> str:
    """One line of brat's table: the key, then names, then what kind of thing it is."""
    names = [f"name:Name:{_cell(name.form)}" for name in node.names]
    labels = (value for value in node.values("rdfs:label") if isinstance(value, Text))
    names += [f"name:Label:{_cell(label.value)}" for label in labels]
    return "\t".join([node.key, *(names or [f"name:Name:{node.key}"]), f"attr:Kind:{node.kind}"])


def _cell(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()
