"""Hands what was found and built to a run in a guest kernel, which is too slow to build."""

import json
from dataclasses import asdict
from pathlib import Path

from conformance.model import Interpreter


def write(path: Path, found: list[Interpreter], absent: dict[str, str], digest: str) -> None:
    """Store the interpreters, each with berkeley built for it, and the sources' *digest*."""
    data = {
        "interpreters": [asdict(interpreter) for interpreter in found],
        "absent": absent,
        "digest": digest,
    }
    path.write_text(json.dumps(data), encoding="utf-8")


def read(path: Path) -> tuple[list[Interpreter], dict[str, str], str]:
    """Return what `write` was given."""
    data = json.loads(path.read_text(encoding="utf-8"))
    found = [
        Interpreter(**{**one, "command": tuple(one["command"])}) for one in data["interpreters"]
    ]
    return found, data["absent"], data["digest"]
