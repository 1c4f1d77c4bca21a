"""`dkg tools`: what a team needs to begin annotating with our model in its tool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from diaspora_kg.article import Node
from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline.run import register_of
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.returned import guidelines, inception
from diaspora_kg.returned.register import turtle

_README = """\
A project for INCEpTION, made by dkg tools inception.

New project: Projects, Import: choose project.zip. It has all layers, tag sets, and the register as the
knowledge base "register".

A project that is there already: Settings, Tagsets, Import: each file of tagsets/; then Settings, Layers,
Import: each file of layers/ (first Entity.json and Words.json); Settings, Knowledge Bases: a local one with
the file register.ttl (classes: rdfs:Class; labels: rdfs:label), and choose it for the feature "identifier"
of the layer Entity.

Guidelines: Settings, Guidelines: upload guidelines.html.

When the work is done: export the documents as UIMA CAS JSON 0.4.0, or the whole project with this as the
secondary format, and put the file into articles/ of the graph's project. Nothing else is needed: the label
map "inception" knows these layers.
"""


def inception_files(project: Project) -> Mapping[str, bytes]:
    """The files of an INCEpTION configuration, by their paths; raises :class:`UsageError`."""
    setting = Setting.of(project, ())
    ontology = setting.ontology
    nodes = [each.record for each in register_of(setting).entries if isinstance(each.record, Node)]
    language = project.gloss_language
    knowledge = turtle(nodes, project.names, ontology, language)
    files = {
        "README.txt": _README,
        "guidelines.html": guidelines.page(ontology),
        "register.ttl": knowledge,
        **dict(inception.single_files(ontology)),
    }
    zipped = inception.project_zip(project.title, ontology, knowledge, language, project.base)
    return {**{name: text.encode() for name, text in files.items()}, "project.zip": zipped}


def write_files(files: Mapping[str, bytes], out: Path) -> None:
    """Write files below a folder; raises :class:`UsageError` where that cannot be done."""
    try:
        for name, data in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
