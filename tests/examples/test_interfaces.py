"""examples/interfaces.py"""

from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "interfaces.py"


def test_loopback(python):
    done = python(EXAMPLE, "lo")
    assert (done.returncode, done.stderr) == (0, "")
    first, flags, *_, sent = done.stdout.splitlines()
    assert first == "1: lo  loopback 00:00:00:00:00:00"
    assert "LOOPBACK" in flags
    assert sent.startswith("    sent ")


def test_no_such_interface(python):
    done = python(EXAMPLE, "no-such-interface")
    assert (done.returncode, done.stdout) == (1, "")
