"""Scores of nomenklatura's matchers; runs in an environment of its own and knows nothing of this project.

Reads a line of JSON for each pair on standard input (sort, kind, left, right) and writes a line with a score
for each algorithm named on the command line; the last line holds the processor time and the version.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from importlib import metadata
from typing import Any


def main() -> None:
    """Score all pairs with all algorithms."""
    model = importlib.import_module("followthemoney").model
    matching = importlib.import_module("nomenklatura.matching")
    schemas = {"person": "Person", "organization": "Organization", "place": "LegalEntity"}

    def entity(key: str, kind: str, names: list[str]) -> Any:
        return model.get_proxy({"id": key, "schema": schemas[kind], "properties": {"name": names}})

    pairs = [json.loads(line) for line in sys.stdin]
    ready = [  # each entity has a key of its own, since the matchers remember names by it
        (entity(f"a{i}", p["kind"], p["left"]), entity(f"b{i}", p["kind"], p["right"]))
        for i, p in enumerate(pairs)
    ]
    scores: list[list[float]] = [[] for _ in pairs]
    seconds: dict[str, dict[str, float]] = {}
    for name in sys.argv[1:]:
        algorithm = matching.get_algorithm(name)
        config = matching.ScoringConfig.defaults()
        algorithm.compare(*ready[0], config)
        spent = seconds[name] = dict.fromkeys((p["sort"] for p in pairs), 0.0)
        for pair, (left, right), row in zip(pairs, ready, scores, strict=True):
            begun = time.process_time()
            row.append(algorithm.compare(left, right, config).score)
            spent[pair["sort"]] += time.process_time() - begun
    for row in scores:
        sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.write(json.dumps({"seconds": seconds, "version": metadata.version("nomenklatura")}) + "\n")


if __name__ == "__main__":
    main()
