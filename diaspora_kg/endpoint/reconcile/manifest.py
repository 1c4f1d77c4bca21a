"""The service manifest (section 3.1 of the specification): what the service is and what it can do."""

from __future__ import annotations

from diaspora_kg import __version__
from diaspora_kg.endpoint.reconcile.asked import BATCH
from diaspora_kg.endpoint.reconcile.kinds import KINDS, Types
from diaspora_kg.names import expand
from diaspora_kg.store.snapshots import Manifest

WIDTH, HEIGHT = 400, 220
"""The size of a preview, in pixels."""

SETTINGS: tuple[dict[str, object], ...] = (
    {
        "name": "limit",
        "label": "Limit",
        "type": "number",
        "default": 0,
        "help_text": "At most so many values (0: all).",
    },
    {
        "name": "bare",
        "label": "Without who says so",
        "type": "checkbox",
        "default": False,
        "help_text": "Statuses, offices and memberships come with speaker and article; leave these out.",
    },
)
"""Settings of a property that is fetched."""


def manifest(snapshot: Manifest, types: Types, home: str) -> dict[str, object]:
    """The manifest; ``home`` is the server's own address without a slash at its end."""
    here = f"{home}/reconcile"
    return {
        "versions": ["0.2"],
        "name": f"{snapshot.title or 'diaspora-kg'} (reconciliation)",
        "identifierSpace": f"{snapshot.base}id/",
        "schemaSpace": expand("dkg:"),
        "serviceVersion": __version__,
        "batchSize": BATCH,
        "defaultTypes": [types.by_id[kind].told() for kind in KINDS],
        "view": {"url": f"{here}/view?id={{{{id}}}}"},
        "feature_view": {"url": f"{here}/features?id={{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {name: _suggest(here, name) for name in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": list(SETTINGS),
        },
    }


def _suggest(here: str, name: str) -> dict[str, str]:
    return {
        "service_url": here,
        "service_path": f"/suggest/{name}",
        "flyout_service_url": here,
        "flyout_service_path": f"/flyout/{name}?id=${{id}}",
    }
