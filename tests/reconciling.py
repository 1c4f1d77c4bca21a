"""A client of the Reconciliation API 0.2, written from its text: it knows the manifest's address alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jsonschema

from tests import reconcile_schemas as schemas
from tests.talking import Answer, Server

FORM = "application/x-www-form-urlencoded"
Json = dict[str, Any]


def valid(value: object, schema: schemas.Schema) -> Any:
    """The value, which is of that form."""
    jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)
    return value


@dataclass(frozen=True)
class Client:
    """Asks one service, as its manifest tells how."""

    server: Server
    manifest: Json

    @classmethod
    def of(cls, server: Server) -> Client:
        """Section 3.1: the endpoint without parameters gives the manifest."""
        answer = server.ask("/reconcile")
        assert answer.status == 200, answer.text
        assert answer.media == "application/json"
        return cls(server, valid(answer.json(), schemas.MANIFEST))

    def reconcile(self, queries: Mapping[str, Json], *, post: bool = True) -> dict[str, list[Json]]:
        """Section 4.3: a batch by POST of a form, or by GET."""
        answer = self.send("queries", valid(dict(queries), schemas.QUERIES), post=post)
        assert answer.status == 200, answer.text
        results = valid(answer.json(), schemas.RESULTS)
        assert set(results) == set(queries)
        found: dict[str, list[Json]] = {name: one["result"] for name, one in results.items()}
        for candidates in found.values():
            scores = [one["score"] for one in candidates]
            assert scores == sorted(scores, reverse=True)
            for one in candidates:
                names = [feature["id"] for feature in one["features"]]
                assert len(set(names)) == len(names)
        return found

    def one(self, query: str, **more: object) -> list[Json]:
        """The candidates of one query."""
        return self.reconcile({"q0": {"query": query, **more}})["q0"]

    def extend(
        self, ids: Sequence[str], properties: Sequence[str | Json], *, post: bool = True
    ) -> dict[str, dict[str, list[Json]]]:
        """Section 7.2."""
        assert "extend" in self.manifest
        wanted = [{"id": one} if isinstance(one, str) else one for one in properties]
        asked = valid({"ids": list(ids), "properties": wanted}, schemas.EXTEND)
        answer = self.send("extend", asked, post=post)
        assert answer.status == 200, answer.text
        told = valid(answer.json(), schemas.EXTENDED)
        columns = [one["id"] for one in wanted]
        assert [one["id"] for one in told["meta"]] == columns
        assert set(told["rows"]) == set(ids)
        assert all(set(row) == set(columns) for row in told["rows"].values())
        rows: dict[str, dict[str, list[Json]]] = told["rows"]
        return rows

    def send(self, field: str, value: object, *, post: bool = True) -> Answer:
        """One field of JSON to the endpoint."""
        written = {field: json.dumps(value)}
        if post:
            return self.server.ask("/reconcile", "POST", urlencode(written), {"Content-Type": FORM})
        return self.server.ask(f"/reconcile?{urlencode(written)}")

    def suggest(self, what: str, prefix: str, cursor: int | None = None) -> list[Json]:
        """Section 6.2: the address is that of the manifest, its two parts put together."""
        told = self.manifest["suggest"][what]
        asked = {"prefix": prefix} | ({} if cursor is None else {"cursor": str(cursor)})
        answer = self.get(f"{told['service_url']}{told['service_path']}?{urlencode(asked)}")
        assert answer.status == 200, answer.text
        found: list[Json] = valid(answer.json(), schemas.SUGGESTED)["result"]
        return found

    def flyout(self, what: str, identifier: str) -> str:
        """Section 6.5."""
        told = self.manifest["suggest"][what]
        path = told["flyout_service_path"].replace("${id}", quote(identifier, safe=""))
        answer = self.get(f"{told.get('flyout_service_url', told['service_url'])}{path}")
        assert answer.status == 200, answer.text
        found = valid(answer.json(), schemas.FLYOUT)
        assert found["id"] == identifier
        return str(found["html"])

    def proposed(self, kind: str, **more: str) -> list[Json]:
        """Section 7.1."""
        told = self.manifest["extend"]["propose_properties"]
        answer = self.get(f"{told['service_url']}{told['service_path']}?{urlencode({'type': kind, **more})}")
        assert answer.status == 200, answer.text
        found = valid(answer.json(), schemas.PROPOSED)
        assert found["type"] == kind
        properties: list[Json] = found["properties"]
        return properties

    def at(self, feature: str, identifier: str) -> Answer:
        """What a template of the manifest leads to: ``view``, ``feature_view``, ``preview``."""
        return self.get(self.manifest[feature]["url"].replace("{{id}}", quote(identifier, safe="")))

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for an address of this server."""
        parts = urlsplit(address)
        assert parts.netloc == f"{self.server.host}:{self.server.port}"
        return self.server.ask(f"{parts.path}?{parts.query}", headers=headers)
