"""`dkg tools`: what a team needs to begin annotating with our model in its tool."""

from __future__ import annotations

from collections.abc import Sequence

from diaspora_kg.article import Node
from diaspora_kg.ontology import Ontology
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


def inception_files(project: Project, ontology: Ontology, register: Sequence[Node]) -> dict[str, bytes]:
    """The files of an INCEpTION configuration, by their paths."""
    language = project.gloss_language
    knowledge = turtle(register, project.names, ontology, language)
    files = {
        "README.txt": _README,
        "guidelines.html": guidelines.page(ontology),
        "register.ttl": knowledge,
        **dict(inception.single_files(ontology)),
    }
    zipped = inception.project_zip(project.title, ontology, knowledge, language, project.base)
    return {**{name: text.encode() for name, text in files.items()}, "project.zip": zipped}
