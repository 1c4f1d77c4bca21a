"""`dkg new`: a skeleton of an annotation beside its text. Nothing that exists is written over."""

from __future__ import annotations

from pathlib import Path

from diaspora_kg.article import Node
from diaspora_kg.editors import schema_of, schemas
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import read_register
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project, is_leftover
from diaspora_kg.skeleton import guessed_language, skeleton


def draft(project: Project, text: Path) -> Path:
    """Write ``x.yaml`` beside ``x.txt`` and return its path.

    Raises :class:`UsageError` for a text that is not there or not UTF-8, and for an annotation that
    is there already.
    """
    path = text if text.exists() else project.root / text
    if path.suffix != ".txt":
        raise UsageError(f"{text} is no .txt file. Save the article's text as UTF-8 in articles/NAME.txt.")
    if not path.is_file():
        raise UsageError(f"{text} does not exist.")
    if not path.resolve().is_relative_to(project.articles.resolve()):
        raise UsageError(
            f"{text} is not in {project.articles.name}/. Articles are read from that folder only."
        )
    if is_leftover(path.name):
        raise UsageError(f"{text} would not be read: its name begins with . or #. Rename it.")
    annotation = path.with_suffix(".yaml")
    words = _decoded(path)
    written = skeleton(
        words,
        path.name,
        language=guessed_language(words, project.gloss_language),
        register=_register(project),
        schema=schema_of(project.root, annotation.resolve()),
    )
    try:
        schemas(project.root)
        with annotation.open("x", encoding="utf-8", newline="\n") as new:
            new.write(written)
    except FileExistsError:
        raise UsageError(f"{annotation.name} exists already, and is left as it is.") from None
    except OSError as error:
        raise UsageError(f"{annotation.name} cannot be written: {error.strerror or error}") from error
    return annotation


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is not UTF-8 at byte {error.start}. Save it as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror or error}") from error


def _register(project: Project) -> tuple[Node, ...]:
    if not (project.register.is_file() and project.holds(project.register)):
        return ()
    ontology = Ontology.load(project.folders("ontology"))
    return read_register(
        project.register.read_bytes(), "register.yaml", ontology, project.gloss_language
    ).nodes
