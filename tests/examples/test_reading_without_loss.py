"""The example of a slow peer, run as a user would run it."""

from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "reading_without_loss.py"


def test_side_by_side(python):
    ended = python("-X", "dev", "-W", "error", EXAMPLE)
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert ended.stdout.splitlines() == [
        "readline(), again after a timeout:",
        "  socket    OSError: cannot read from timed out object",
        "  berkeley  b'an important line\\n'",
        "18 bytes, again after a timeout:",
        "  socket    b'ant line\\n'",
        "  berkeley  b'an important line\\n'",
    ]
