"""Guidelines for annotators, as one HTML page: what to mark, in which layer, with an invented example."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from diaspora_kg.ontology import Ontology
from diaspora_kg.returned.layers import Feature, Layer, layers

_START = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>How to annotate</title>
<style>
body{font:1rem/1.5 serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
dt{font-weight:bold}
dd{margin:0 0 .5rem 1.5rem}
blockquote{border-left:.2rem solid #888;padding-left:1rem}
</style>
<h1>How to annotate</h1>
<p>Nodes describe, claims assert: an event, a legal status or a membership says nothing of whether it
holds.
Only a claim that has it as content does, and each claim rests on words that you mark.</p>
<h2>In which order</h2>
<ol>
<li>Mark every place where the article names somebody or something, in the layer Entity. Choose the entry of
the register in <i>identifier</i>; without one, give the same <i>id</i> to all mentions of one node.</li>
<li>Mark the words that say that somebody speaks, in the layer Statement; fill <i>by</i>.</li>
<li>Mark what is claimed, in the layer Claim: write <i>says</i> in your own words, fill <i>in</i> with the
statement. A claim without a statement is the article's own.</li>
<li>Where a claim is about an event, a status or an undertaking, mark it in its own layer and let the claim
point to it by <i>content</i>.</li>
</ol>
<h2>An example</h2>
<blockquote>The Norland League was registered in Vesmark on 2 May 2031, its chair Ada Venn
said.</blockquote>
<ul>
<li><b>Entity</b> on <i>The Norland League</i>: value <i>organization</i>, id <i>league</i>;
on <i>Ada Venn</i>: value <i>person</i>, id <i>venn</i>; on <i>Vesmark</i>: value <i>place</i>,
id <i>vesmark</i>.</li>
<li><b>Statement</b> on <i>its chair Ada Venn said</i>: kind <i>remark</i>, by <i>Ada Venn</i>.</li>
<li><b>LegalStatus</b> on <i>was registered</i>: status <i>registered</i>, of <i>The Norland League</i>,
starts the <b>Date</b> on <i>2 May 2031</i> (date <i>2031-05-02</i>).</li>
<li><b>Claim</b> on <i>The Norland League was registered in Vesmark</i>: says
<i>The League is registered.</i>, in the statement, content the legal status.</li>
</ul>
<p>A key of the native format that has no feature is written into the note:
<code>not-stated: starts, ends</code>, <code>when: {by: "2031-05-02"}</code>; several stand between strokes:
<code>id: league | label: a league</code>.</p>
"""


def page(ontology: Ontology) -> str:
    """The whole page."""
    return "".join((_START, *(_section(layer, ontology) for layer in layers()), "</html>\n"))


def _section(layer: Layer, ontology: Ontology) -> str:
    parts = [f"<h2>{escape(layer.title)}</h2>\n<p>{escape(layer.about)}</p>\n<dl>\n"]
    parts += [_item(feature, ontology) for feature in layer.features]
    if layer.slotted:
        roles = ", ".join(f"<i>{escape(role)}</i>" for role in layer.roles)
        parts.append(f"<dt>roles</dt><dd>What it points to, each in its role: {roles}.</dd>\n")
    return "".join((*parts, "</dl>\n"))


def _item(feature: Feature, ontology: Ontology) -> str:
    told = "".join(_values(feature, ontology))
    return f"<dt>{escape(feature.name)}</dt><dd>{escape(feature.about)}{told}</dd>\n"


def _values(feature: Feature, ontology: Ontology) -> Iterator[str]:
    values = ontology.values(feature.tags) if feature.tags else ()
    if not values:
        return
    yield "<ul>"
    for value in values:
        name = ontology.concept(feature.tags, value) or ""
        meaning = ontology.definition(ontology.concept_iri(name))
        yield f"<li><i>{escape(value)}</i>: {escape(meaning)}</li>"
    yield "</ul>"
