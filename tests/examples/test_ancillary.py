"""The example of ancillary data, run as a user would run it."""

from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ancillary.py"


def test_output(python):
    ended = python("-X", "dev", "-W", "error", EXAMPLE)
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert ended.stdout.splitlines() == [
        "a descriptor: True",
        "hops: 33",
        "send 0: at the device in time: True",
        "send 1: at the device in time: True",
        "refused: Connection refused (ICMP, told by 127.0.0.1)",
    ]
