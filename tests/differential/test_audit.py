"""Audit events: the same names, arguments and order on both modules, for every call."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.differential.calls import TABLES
from tests.differential.differences import EVENTS, reason

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        [*filter(None, [environment.get("PYTHONPATH")]), str(ROOT)]
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.differential.auditing"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("table", TABLES)
def test_events(table: str, report: dict[str, Any]) -> None:
    # Where the result is meant to differ, what happens on the way to it may differ as well.
    wrong = [
        row
        for row in report[table]["unequal"]
        if reason(row[0], "events") is None and reason(row[0], "result") is None
    ]
    shown = "\n".join(f"{name}\n   {theirs}\n   {ours}" for name, theirs, ours in wrong[:20])
    assert not wrong, f"{len(wrong)} calls:\n{shown}"


def test_events_are_heard(report: dict[str, Any]) -> None:
    """Without events nothing would have been compared."""
    assert sum(table["heard"] for table in report.values()) > 500


def test_listed_differences_differ(report: dict[str, Any]) -> None:
    unequal = {row[0] for table in report.values() for row in table["unequal"]}
    idle = [d.calls for d in EVENTS if not any(d.applies(name, "events") for name in unequal)]
    assert not idle
