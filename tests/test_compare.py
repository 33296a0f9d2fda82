"""The table of docs/compare.md: what it says shows a capability is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "compare.md").read_text()


def rows(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]


FIRST, SECOND = (rows(part)[1:] for part in TEXT.split("## What shows it"))


def test_each_capability_is_in_both_tables():
    assert [(row[0], row[-1]) for row in FIRST] == [(row[0], row[1]) for row in SECOND]
    assert len(FIRST) > 40


@pytest.mark.parametrize(("name", "mark", "why"), SECOND, ids=[row[0] for row in SECOND])
def test_what_shows_it(name, mark, why):
    tests = re.findall(r"`((?:tests|kernel)/[\w/]+\.py)`", why)
    assert mark in ("y", "n", "p")
    assert all((ROOT / test).exists() for test in tests)
    if mark == "y":
        assert tests
    else:
        assert len(why) > 20
