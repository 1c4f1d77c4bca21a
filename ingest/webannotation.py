"""W3C Web Annotations in JSON-LD: one, a list, a page, a collection; and what Hypothesis' API gives.

``x.json`` beside ``x.txt``. The context is known by its address and nothing is fetched. What a profile of
ours adds to the Recommendation is in docs/reference/formats.md: the first ``classifying`` body (else the
first tag) is the label, further tags are attributes (``name: value``), ``identifying`` bodies say who is
meant, comments become notes, and an annotation that links two others is a relation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from diaspora_kg.marked import Attribute, Document, Identity, Relation
from diaspora_kg.marked.drafts import mapped
from diaspora_kg.marked.jsonfiles import Complaints, Object, Unreadable, decoded, parsed, shown
from diaspora_kg.marked.selectors import read_aim
from diaspora_kg.marked.webmarks import Mark, placed
from diaspora_kg.reading import ReadResult, Source

SUFFIXES = (".json", ".jsonld")
LABELS = "regions"

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_OURS = re.compile(
    rb'"https?://www\.w3\.org/ns/anno\.jsonld"|"@?type"\s*:\s*\[?\s*"(?:oa:)?Annotation(?:Page|Collection)?"'
    rb'|"rows"\s*:\s*\['
)
_KNOWN = {
    "@context", "id", "@id", "type", "@type", "body", "bodyValue", "target", "motivation", "creator",
    "created", "modified", "generator", "generated", "rights", "canonical", "via", "audience", "stylesheet",
    "user", "updated", "uri", "text", "tags", "group", "permissions", "links", "hidden", "flagged",
    "user_info", "references", "document", "styleClass",
}  # fmt: skip
_PAGES = {"@context", "id", "@id", "type", "@type", "items", "first", "last", "next", "prev", "partOf",
          "total", "startIndex", "label", "rows", "creator", "generator", "created", "modified",
          "rights"}  # fmt: skip
_TAG = re.compile(r"([^:=\s][^:=]{0,60}?)\s*[:=]\s*(?!//)(\S.*)")
_COMMENTS = {"commenting", "describing", "replying", "questioning", "assessing", "moderating", ""}
_NOTHING_FETCHED = "Nothing is fetched. Put all annotations into this file, or each page into a file."


def sniff(head: bytes) -> bool:
    """Whether the first bytes name the Web Annotation context, a class of it, or Hypothesis' rows."""
    return bool(_OURS.search(head))


def read(source: Source) -> ReadResult:
    """The articles of a file: one for each creator of annotations."""
    documents, complaints = documents_of(source)
    return mapped(documents, [str(at) for at, _ in enumerate(documents)], source, complaints)


def documents_of(source: Source) -> tuple[list[Document], Complaints]:
    """What the file says before labels have a meaning, and what is wrong with it."""
    complaints = Complaints(source.file, "annotation")
    try:
        found = list(_annotations(parsed(decoded(source.data)), complaints))
    except Unreadable as error:
        complaints.unreadable(error)
        return [], complaints
    reader = _Reader(complaints)
    for number, one in enumerate(found, 1):
        reader.take(number, one)
    reader.close()
    text = source.beside(".txt")
    try:
        return reader.documents(None if text is None else text.decode("utf-8")), complaints
    except UnicodeDecodeError:  # the pipeline says so
        return reader.documents(None), complaints


def _annotations(root: object, complaints: Complaints) -> Iterator[Object]:
    """The annotations of a file, whatever they are wrapped in."""
    for one in complaints.objects(root, "annotation", 0):
        _context(one.get("@context"), complaints)
        if not {"items", "first", "rows"} & one.keys():
            yield one
            continue
        for key in sorted(one.keys() - _PAGES):
            complaints.warning(0, "not-read", f"“{shown(key)}” of a page or collection is not read.")
        for key in ("first", "next"):
            if isinstance(one.get(key), str) and not (key == "first" and "items" in one):
                message = f"Further annotations are elsewhere: “{key}” is {shown(one[key])}."
                complaints.violation(0, "page-elsewhere", message, _NOTHING_FETCHED)
        inner = one.get("first") if isinstance(one.get("first"), dict) else None
        yield from complaints.objects(one.get("items"), "items", 0)
        yield from complaints.objects(one.get("rows"), "rows", 0)
        if inner is not None:
            yield from _annotations(inner, complaints)
        if isinstance(one.get("next"), dict):
            yield from _annotations(one["next"], complaints)


def _context(context: object, complaints: Complaints) -> None:
    for one in context if isinstance(context, list) else [context]:
        if isinstance(one, dict):
            message = "The file has a context of its own, which may give every key another meaning."
            complaints.violation(0, "context", message, f'Write "@context": "{CONTEXT}" and nothing else.')
        elif one is not None and one not in (CONTEXT, CONTEXT.replace("http:", "https:")):
            message = f"The context {shown(one)} is not known here, and contexts are not fetched."
            complaints.warning(0, "context", message, "What its keys mean is not read.")


class _Reader:
    """Gathers spans and relations of all annotations, then finds their places together."""

    def __init__(self, complaints: Complaints) -> None:
        self.complaints = complaints
        self.marks: list[Mark] = []
        self.arrows: list[tuple[str, Relation]] = []
        self.ids: set[str] = set()
        self.sources: Counter[str] = Counter()
        self.times: list[str] = []
        self.titles: list[str] = []
        self.strange: Counter[str] = Counter()

    def take(self, line: int, one: Object) -> None:
        complaints = self.complaints
        self.strange.update(one.keys() - _KNOWN)
        written = complaints.text(one, "id" if "id" in one else "@id", line)
        mark = Mark(written or f"#{line}", line, _creator(one, line, complaints), [])
        if mark.id in self.ids:
            message = f"Two annotations have the id {shown(mark.id)}."
            complaints.violation(line, "duplicate-id", message, "Give each an id of its own.")
            return
        self.ids.add(mark.id)
        self.times.append(complaints.text(one, "modified", line) or complaints.text(one, "created", line))
        self._bodies(mark, one, line)
        ends = self._targets(mark, one, line)
        if ends:
            self._relation(mark, ends, line)
        elif mark.aims:
            self.marks.append(mark)

    def _bodies(self, mark: Mark, one: Object, line: int) -> None:
        motive = one.get("motivation")
        default = motive if isinstance(motive, str) else ""
        bodies = one.get("body")
        for body in bodies if isinstance(bodies, list) else [bodies]:
            if isinstance(body, str):
                self._body(mark, {"source": body, "purpose": default or "linking"}, line)
            elif isinstance(body, dict):
                self._body(mark, {"purpose": default, **body}, line)
            elif body is not None:
                self.complaints.shape(line, "body", "an object or an address", body)
        for key in ("bodyValue", "text"):
            if note := self.complaints.text(one, key, line):
                mark.notes.append(note)
        tags = one.get("tags")
        for tag in tags if isinstance(tags, list) else []:
            if isinstance(tag, str):
                self._tag(mark, tag)
            else:
                self.complaints.shape(line, "tags", "text", tag)

    def _body(self, mark: Mark, body: Object, line: int) -> None:
        complaints = self.complaints
        purpose = body.get("purpose")
        purposes = {
            str(item).removeprefix("oa:") for item in (purpose if isinstance(purpose, list) else [purpose])
        }
        value = complaints.text(body, "value", line)
        inner = body.get("source")
        pointed = inner.get("id", inner.get("@id")) if isinstance(inner, dict) else inner
        target = complaints.text({"source": pointed or body.get("id", body.get("@id"))}, "source", line)
        label = value or (complaints.text(inner, "label", line) if isinstance(inner, dict) else "")
        if "identifying" in purposes:
            mark.identities.append(
                Identity("", target or value, "" if label == value and not target else label)
            )
        elif "classifying" in purposes:
            self._classify(mark, value or target)
        elif "tagging" in purposes or "highlighting" in purposes:
            self._tag(mark, value or target)
        elif "linking" in purposes:
            name = value or complaints.text(body, "role", line) or "linking"
            arrow = Relation(f"{mark.id}/{len(self.arrows) + 1}", "", name, mark.id, target, line=line)
            self.arrows.append((mark.creator, arrow))
        elif purposes & (_COMMENTS | {"None"}) and value:
            mark.notes.append(value)
        else:
            kind = shown(body.get("type", "")) or "no type"
            message = f"A body ({kind}, purpose {shown(', '.join(sorted(purposes)))}) has no place here."
            complaints.warning(
                line, "body-without-place", message, "Use classifying, tagging or identifying."
            )

    def _classify(self, mark: Mark, name: str) -> None:
        if mark.label:
            mark.attributes.append(Attribute(name))
        else:
            mark.label = name

    def _tag(self, mark: Mark, tag: str) -> None:
        pair = _TAG.fullmatch(tag.strip())
        if pair:
            mark.attributes.append(Attribute(pair[1], pair[2]))
        elif tag.strip():
            self._classify(mark, tag.strip())

    def _targets(self, mark: Mark, one: Object, line: int) -> list[str]:
        """Notes where a mark points to; gives the ids if it points to annotations."""
        complaints, ends = self.complaints, []
        written = one.get("target")
        for target in written if isinstance(written, list) else [written]:
            if isinstance(target, str):
                ends.append(target)
            elif isinstance(target, dict):
                pointed = self._source(target, line)
                selector = target.get("selector")
                if selector is None:
                    ends.append(complaints.text(target, "id" if "id" in target else "@id", line) or pointed)
                    continue
                self.sources[pointed] += 1
                aim = read_aim(selector, line, complaints)
                mark.aims += [aim] if aim else []
            else:
                complaints.shape(line, "target", "an object or an address", target)
        if ends and mark.aims:
            message = "The annotation marks words, and another target of it is a whole resource."
            complaints.violation(line, "target", message, "Make two annotations of it.")
            return []
        return ends

    def _source(self, target: Object, line: int) -> str:
        source = target.get("source")
        if isinstance(source, dict):
            return self.complaints.text(source, "id" if "id" in source else "@id", line)
        return self.complaints.text(target, "source", line)

    def _relation(self, mark: Mark, ends: list[str], line: int) -> None:
        if len(ends) != 2:
            message = "The annotation is of the text as a whole, which has no place here."
            if len(ends) > 2:
                message = f"The annotation links {len(ends)} things; a relation has two ends."
            words = mark.label or " ".join(mark.notes) or mark.id
            self.complaints.warning(line, "target", message, "Mark the words that it is about.", words[:60])
            return
        note = "\n".join(mark.notes)
        attributes = tuple(mark.attributes)
        arrow = Relation(mark.id, "", mark.label or "linking", ends[0], ends[1], attributes, note, line)
        self.arrows.append((mark.creator, arrow))

    def close(self) -> None:
        """Findings about the file as a whole."""
        for key, times in sorted(self.strange.items()):
            message = f"“{shown(key)}” is no key of Web Annotations, and is not read ({times} times)."
            self.complaints.warning(0, "not-read", message)
        if len(self.sources) > 1:
            names = ", ".join(shown(name) or "none" for name in list(self.sources)[:5])
            message = f"The annotations are of {len(self.sources)} sources: {names}."
            self.complaints.violation(
                0, "several-sources", message, "Put those of each text into a file of its own."
            )
        for _, arrow in self.arrows:
            for end in (arrow.source, arrow.target):
                if end not in self.ids:
                    message = f"A link points to {shown(end) or 'nothing'}, which this file does not have."
                    self.complaints.violation(
                        arrow.line, "dangling-reference", message, "Export all together."
                    )

    def documents(self, text: str | None) -> list[Document]:
        """One document for each creator, with their places in code points."""
        spans, offsets = placed(self.marks, text, self.complaints)
        creators = dict.fromkeys([one.creator for one in self.marks] + [name for name, _ in self.arrows])
        return [
            Document(
                text,
                annotator=creator,
                metadata=self._metadata(),
                spans=tuple(span for name, span in spans if name == creator),
                relations=tuple(arrow for name, arrow in self.arrows if name == creator),
                counts="annotation",
                offsets=offsets,
            )
            for creator in creators or [""]
        ]

    def _metadata(self) -> tuple[Attribute, ...]:
        source = next((name for name in self.sources if name.startswith(("http://", "https://"))), "")
        found = (("source", source), ("modified", max(self.times, default="")))
        return tuple(Attribute(name, value) for name, value in found if value)


def _creator(one: Object, line: int, complaints: Complaints) -> str:
    """Who made an annotation, by name where there is one."""
    creator = one.get("creator")
    if isinstance(creator, list):
        creator = creator[0] if creator else None
    if isinstance(creator, dict):
        for key in ("name", "nickname", "id", "@id"):
            if name := complaints.text(creator, key, line):
                return name
        return ""
    owner = {"creator": creator} if creator is not None else {"creator": one.get("user")}
    return complaints.text(owner, "creator", line)
