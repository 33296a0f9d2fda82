"""Signatures: parameters that can be given by keyword have the same names and defaults.

Where the standard module's functions do not tell their signature, the tables of calls compare what
they take.
"""

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from tests.differential.sides import BERKELEY, STANDARD

NAMES = json.loads((Path(__file__).parents[1] / "data" / "names.json").read_text())
FUNCTIONS = sorted(n for n, about in NAMES["names"].items() if about["kind"] != "const")
METHODS = sorted(NAMES["methods"])


def parameters(function: Any) -> list[tuple[str, str, Any]] | None:
    """Name, kind and default of each parameter but self; only names of keywords count."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        ("" if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL) else p.name, p.kind.name, p.default)
        for p in signature.parameters.values()
        if p.name != "self"
    ]


@pytest.mark.parametrize("name", [*FUNCTIONS, *(f"socket.{name}" for name in METHODS)])
def test_parameters(name: str) -> None:
    theirs: Any = STANDARD.module
    ours: Any = BERKELEY.module
    for part in name.split("."):
        theirs, ours = getattr(theirs, part, None), getattr(ours, part, None)
    if not callable(theirs) or isinstance(theirs, type):
        assert ours is not None or theirs is None
        return
    expected = parameters(theirs)
    if expected is None:
        assert callable(ours)
        return
    found = parameters(ours)
    assert found is not None
    # Each module has a sentinel of its own for the global default timeout, and private defaults.
    for mine in (expected, found):
        mine[:] = [
            (
                n,
                k,
                "own" if n[:1] == "_" or type(d) is object or "Default" in type(d).__name__ else d,
            )
            for n, k, d in mine
        ]
    # What berkeley adds comes behind, by name, and need not be given.
    added = found[len(expected) :]
    assert all(kind == "KEYWORD_ONLY" and not default for _, kind, default in added)
    assert found[: len(expected)] == expected
