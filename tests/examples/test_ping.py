"""The ping that needs no privileges, run as a user would run it, on a network of its own."""

import re
from pathlib import Path

import pytest

from tests.families.network import *  # noqa: F403

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ping.py"
STRICT = ("-X", "dev", "-W", "error")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_answers(pings, python, host):
    ended = python(*STRICT, EXAMPLE, host, "--count", 2)
    assert (ended.stderr, ended.returncode) == ("", 0)
    answers = [re.sub(r"[0-9.]+ ms", "N ms", line) for line in ended.stdout.splitlines()]
    assert answers == [f"{number}: 16 bytes from {host}, N ms" for number in (1, 2)]


def test_nobody_answers(pings, python, veth):
    # On our cable, but nobody's address.
    ended = python(*STRICT, EXAMPLE, "192.0.2.99", "--count", 1, "--timeout", 0.1)
    assert (ended.stdout, ended.stderr) == ("1: no answer\n", "")
    assert ended.returncode == 1
