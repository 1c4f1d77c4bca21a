"""Whether FollowTheMoney itself takes what `dkg export register --format ftm` writes.

It needs many libraries of fixed versions, so it has an environment of its own:

    python -m venv ftm && ftm/bin/pip install followthemoney
    dkg export register --format ftm --records > register.ftm.json
    ftm/bin/python tests/bench/ftm_sound.py register.ftm.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def sound(line: str) -> bool:
    """Whether an entity is valid, and keeps every value when FollowTheMoney reads and cleans it."""
    # It is in an environment of its own, and this file is read by the tests too.
    from followthemoney import model  # noqa: PLC0415
    from followthemoney.entity import ValueEntity  # noqa: PLC0415

    told = json.loads(line)
    schema = model.get(told["schema"])
    if schema is None:
        return False
    schema.validate({"properties": told["properties"]})
    kept = ValueEntity.from_dict(told, cleaned=False)
    return all(set(values) <= set(kept.get(name)) for name, values in told["properties"].items())


def main() -> None:
    """The command."""
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    wrong = [line for line in lines if not sound(line)]
    print(f"{len(lines) - len(wrong)} of {len(lines)} entities are sound", *wrong[:5], sep="\n")  # noqa: T201
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
