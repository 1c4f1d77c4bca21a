"""`dkg tools inception`: a project of INCEpTION with our layers, tag sets and the register as knowledge base.

The shapes of the JSON are those that INCEpTION's own exports have. A tag is a value of a closed list, its
description the ontology's definition, so that annotators read while they annotate how to decide.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.names import kebab
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.nodes import KINDS, STATEMENT
from diaspora_kg.returned.layers import (
    ARTICLE,
    HEADER_KEYS,
    IDENTIFIER,
    PACKAGE,
    SLOT,
    Feature,
    Layer,
    layers,
    own_values,
    schemes,
)

Json = dict[str, object]

KNOWLEDGE_BASE = "register"
_REPOSITORY = "diaspora-kg-register"
_MOMENT = (1980, 1, 1, 0, 0, 0)
_LONGEST = 1000
_RDFS, _RDF = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_ROLES: Mapping[str, str] = {
    "in": "The statement that the claim was made in.",
    "content": "What is claimed to be so.",
    "about": "Whom or what the claim is about.",
    "by": "Who says it, if not those who speak in the statement.",
    "by.inferred": "Who is only inferred to have said it.",
    "if": "The claim on which this one depends.",
    "responds-to": "What it answers.",
    "retracts": "What it takes back.",
    "conflicts-with": "What it contradicts, in your judgement.",
    "stance-target": "What the source judges.",
    "stance-words": "The source's own judging words.",
    "cue": "The word that introduces the claim.",
    "evidence": "Further words that it rests on.",
    "claims": "What was said.",
    "who": "Who takes part.",
    "as": "In which office.",
    "for": "On whose behalf.",
    "for.inferred": "On whose behalf, as can only be inferred.",
}


def tag_sets(ontology: Ontology) -> list[Json]:
    """A tag set for each closed list, for each layer with several values, and for the roles of each slot."""
    found = [_listed(ontology, scheme) for scheme in schemes(layers())]
    found += [_tag_set(_title(name), (), own_values(name)) for name in _own()]
    return [*found, *(_roles(layer) for layer in layers() if layer.slotted)]


def project_layers() -> list[Json]:
    """Our layers as INCEpTION describes layers."""
    return [*(_layer(layer) for layer in layers()), _article()]


def project_zip(name: str, ontology: Ontology, register: str, language: str, base: str) -> bytes:
    """A whole project, for *Import project*; ``register`` is its knowledge base in Turtle."""
    about: Json = {
        "name": name,
        "slug": None,
        "description": "Made by dkg tools inception.",
        "mode": "annotation",
        "version": 1,
        "source_documents": [],
        "annotation_documents": [],
        "project_permissions": [],
        "tag_sets": tag_sets(ontology),
        "layers": project_layers(),
        "disableExport": False,
        "script_direction": "LTR",
        "anonymous_curation": False,
        "knowledge_bases": [_knowledge_base(language, base)],
    }
    files = {"exportedproject.json": _text(about), f"kb/{KNOWLEDGE_BASE}.ttl": register}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in files.items():
            zipped.writestr(zipfile.ZipInfo(path, _MOMENT), content.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def single_files(ontology: Ontology) -> Iterator[tuple[str, str]]:
    """The same layer by layer and tag set by tag set, for a project that is there already."""
    for described in project_layers():
        yield f"layers/{str(described['name']).removeprefix(f'{PACKAGE}.')}.json", _text([described])
    for tags in tag_sets(ontology):
        yield f"tagsets/{str(tags['name']).lower().replace(' ', '-')}.json", _text(tags)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# -- tag sets --------------------------------------------------------------------------------------


def _own() -> tuple[str, ...]:
    names = (feature.tags for layer in layers() for feature in layer.features)
    return tuple(dict.fromkeys(name for name in names if name.startswith(f"{PACKAGE}.")))


def _title(tags: str) -> str:
    words = kebab(tags.removeprefix(f"{PACKAGE}.")).replace("-", " ").replace(".", "")
    return f"dkg {words}"


def _listed(ontology: Ontology, scheme: str) -> Json:
    values = ontology.values(scheme)
    iris = [ontology.concept_iri(name) for value in values if (name := ontology.concept(scheme, value))]
    return _tag_set(_title(scheme), [ontology.definition(iri) for iri in iris], values)


def _tag_set(name: str, told: Iterable[str], values: Iterable[str]) -> Json:
    described = list(told)
    tags = [
        {
            "tag_name": value,
            "tag_description": (described[at] if at < len(described) else _about(value))[:_LONGEST],
        }
        for at, value in enumerate(values)
    ]
    return {"name": name, "description": name, "language": "en", "tags": tags, "create_tag": False}


def _about(value: str) -> str:
    return KINDS[value].about if value in KINDS else ""


def _roles(layer: Layer) -> Json:
    rows = {
        row.key: row.about
        for kind in (*KINDS.values(), STATEMENT)
        if kind.name in layer.becomes
        for row in kind.fields
    }
    return _tag_set(
        _role_set(layer), [rows.get(role) or _ROLES.get(role, "") for role in layer.roles], layer.roles
    )


def _role_set(layer: Layer) -> str:
    return f"dkg roles of {layer.title}"


# -- layers ----------------------------------------------------------------------------------------


def _layer(layer: Layer) -> Json:
    features = [_feature(feature, rank) for rank, feature in enumerate(layer.features)]
    if layer.slotted:
        features.append(_slot(layer, len(features)))
    return _described(layer.type, layer.title, "span", layer.about, features)


def _article() -> Json:
    features = [
        _feature(Feature(key, key, f"The article's {key}."), rank) for rank, key in enumerate(HEADER_KEYS)
    ]
    traits = json.dumps({"singleton": True})
    found = _described(ARTICLE, "Article", "document-metadata", "The article itself.", features)
    return {**found, "traits": traits}


def _described(name: str, title: str, kind: str, about: str, features: list[Json]) -> Json:
    return {
        "name": name,
        "features": features,
        "uiName": title,
        "type": kind,
        "description": about,
        "enabled": True,
        "built_in": False,
        "readonly": False,
        "attach_type": None,
        "attach_feature": None,
        "allow_stacking": True,
        "cross_sentence": True,
        "show_hover": True,
        "anchoring_mode": "CHARACTERS",
        "overlap_mode": "ANY_OVERLAP",
        "validation_mode": "NEVER",
        "lock_to_token_offset": False,
        "multiple_tokens": True,
        "linked_list_behavior": False,
        "on_click_javascript_action": None,
        "traits": None,
    }


def _feature(feature: Feature, rank: int) -> Json:
    kind = "uima.cas.Boolean" if feature.boolean else "uima.cas.String"
    traits = None
    if feature.name == IDENTIFIER:
        kind = "kb:<ANY>"
        traits = json.dumps({"repositoryId": _REPOSITORY, "scope": None, "allowedValueType": "INSTANCE"})
    elif feature.name in {"note", "says"}:
        traits = json.dumps({"multipleRows": True, "dynamicSize": True})
    made = _any_feature(feature.name, kind, feature.about, rank)
    tags = _reference(_title(feature.tags)) if feature.tags else None
    return {**made, "tag_set": tags, "traits": traits}


def _slot(layer: Layer, rank: int) -> Json:
    made = _any_feature(SLOT, "uima.tcas.Annotation", "What it points to, each in its role.", rank)
    return {
        **made,
        "tag_set": _reference(_role_set(layer)),
        "multi_value_mode": "ARRAY",
        "link_mode": "WITH_ROLE",
        "link_type_name": layer.link,
        "link_type_role_feature_name": "role",
        "link_type_target_feature_name": "target",
    }


def _reference(name: str) -> Json:
    return {"name": name, "description": None, "language": None, "tags": [], "create_tag": False}


def _any_feature(name: str, kind: str, about: str, rank: int) -> Json:
    return {
        "name": name,
        "tag_set": None,
        "uiName": name,
        "type": kind,
        "enabled": True,
        "visible": True,
        "include_in_hover": False,
        "required": False,
        "remember": False,
        "hideUnconstraintFeature": False,
        "description": about,
        "multi_value_mode": "NONE",
        "link_mode": "NONE",
        "link_type_name": None,
        "link_type_role_feature_name": None,
        "link_type_target_feature_name": None,
        "traits": None,
        "curatable": True,
        "rank": rank,
    }


def _knowledge_base(language: str, base: str) -> Json:
    return {
        "id": _REPOSITORY,
        "name": KNOWLEDGE_BASE,
        "type": "LOCAL",
        "class_iri": f"{_RDFS}Class",
        "subclass_iri": f"{_RDFS}subClassOf",
        "type_iri": f"{_RDF}type",
        "description_iri": f"{_RDFS}comment",
        "label_iri": f"{_RDFS}label",
        "property_type_iri": f"{_RDF}Property",
        "property_label_iri": f"{_RDFS}label",
        "property_description_iri": f"{_RDFS}comment",
        "additional_matching_properties": ["http://www.w3.org/2004/02/skos/core#altLabel"],
        "read_only": True,
        "enabled": True,
        "use_fuzzy": False,
        "reification": "NONE",
        "base_prefix": base,
        "root_concepts": [],
        "default_language": language,
        "max_results": 1000,
        "traits": None,
    }
