"""The calls that wait for somebody who does not answer, run as a user would run them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "connect_race.py"
STRICT = ("-X", "dev", "-W", "error")


@pytest.mark.needs("unshare", "veth")
def test_side_by_side(python):
    ended = python(*STRICT, EXAMPLE)
    assert (ended.stderr, ended.returncode) == ("", 0)
    lines = [re.split(r" {2,}", line.strip()) for line in ended.stdout.splitlines()]
    assert lines[0] == ["socket", "berkeley"]
    told = {call: (theirs, re.sub(r", [0-9.]+ s$", "", ours)) for call, theirs, ours in lines[1:]}
    waiting = "still waiting after 5 s"
    assert told == {
        "Connect to two.example": (waiting, "connected to 127.0.0.1"),
        "Look www.example up": (waiting, "TimeoutError: timed out"),
        "This machine's name": (waiting, "'laptop'"),
    }


def test_without_unshare(tmp_path):
    assert shutil.which("unshare", path=str(tmp_path)) is None
    command = [sys.executable, *STRICT, str(EXAMPLE)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"PATH": str(tmp_path)}
    )
    assert ended.stdout == ""
    assert ended.stderr == "No network of our own: the command unshare (package util-linux)\n"
    assert ended.returncode == 2


def test_without_the_right_to_mount(tmp_path):
    """What unshare says is passed on."""
    fake = tmp_path / "unshare"
    fake.write_text(
        "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n"
    )
    fake.chmod(0o755)
    command = [sys.executable, *STRICT, str(EXAMPLE)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"PATH": str(tmp_path)}
    )
    assert ended.stderr.endswith("unshare failed: Operation not permitted\n")
    assert ended.returncode == 2
