"""The example that closes sockets under waiting threads, run as a user would run it."""

import re
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "closing.py"


def test_side_by_side(python):
    ended = python("-X", "dev", "-W", "error", EXAMPLE)
    assert (ended.stderr, ended.returncode) == ("", 0)
    lines = ended.stdout.splitlines()
    assert len(lines) == 12
    for heading, standard, ours in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        assert heading.startswith("close() under ")
        assert standard == "  socket    still waits after 1 s"
        assert re.fullmatch(
            r"  berkeley  OSError\(9, 'Bad file descriptor'\) after [0-4]?\d\.\d ms", ours
        )
