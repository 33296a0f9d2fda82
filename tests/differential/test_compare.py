"""compare.py: what counts as a difference and what does not; else equality would prove nothing."""

import pytest

from tests.differential.compare import differences, values_agree
from tests.differential.engine import Call, Outcome, run
from tests.differential.sides import BERKELEY, STANDARD, neutral

RECV = Call("stream", "sock.recv(5)")


def seen(text: str, scene: str = "none") -> Outcome:
    """What a call looks like on the standard module."""
    return run(Call(scene, text), STANDARD)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("1", "True"),
        ("0", "0.0"),
        ("b'x'", "bytearray(b'x')"),
        ("(1, 2)", "[1, 2]"),
        ("'x'", "StrSub('x')"),
        ("1", "socket.SOCK_STREAM"),
        ("socket.MSG_OOB", "socket.SOCK_STREAM"),
        ("None", "socket.socket()"),
        ("attempt(lambda: 1 / 0)", "0"),
        ("{}[1]", "[][1]"),
        ("socket.socket(1)", "socket.socket(2)"),
        ("socket.socket()", "base.socket()"),
        ("attempt(lambda: [OSError(1, 'x')])", "[OSError(1, 'y')]"),
        ("ValueError('timed out')", "ValueError('recv: it has timed out')"),
        ("TypeError('some text')", "TypeError('other text')"),
    ],
)
def test_unequal(theirs: str, ours: str) -> None:
    assert "result" in differences(seen(theirs), seen(ours), RECV)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("float('nan')", "float('nan')"),
        ("TypeError('an integer is required')", "TypeError('bufsize: an integer is required')"),
        ("TypeError('an integer is required')", "TypeError('recv() takes an integer')"),
        ("ValueError('timed out')", "ValueError('recv: timed out')"),
        ("socket.socket()", "socket.socket(socket.AF_INET)"),
    ],
)
def test_equal(theirs: str, ours: str) -> None:
    assert not differences(seen(theirs), seen(ours), RECV)


def test_what_is_left_is_seen() -> None:
    """Descriptors, warnings and the state of sockets are part of an outcome."""
    kept = seen("sock.recv(5)", "stream")
    assert "state" in differences(kept, seen("sock.recv(6)", "stream"), RECV)
    assert seen("import os; os.dup(sock.fileno())", "stream").left_open == 1
    assert seen("socket.socket(); 1").warned[0].startswith("ResourceWarning: unclosed")
    assert seen("sock.set_inheritable(True)", "stream").states != kept.states


def test_the_modules_do_not_show() -> None:
    assert neutral("<berkeley.socket fd=3>") == "<socket.socket fd=3>"
    assert neutral("<socket.socket fd=3>") == "<socket.socket fd=3>"
    outcomes = [run(Call("tcp4", "repr(sock)"), side).result for side in (STANDARD, BERKELEY)]
    assert outcomes[0] == outcomes[1]
    assert "<port>" in outcomes[0][1]
    assert values_agree(run(RECV, STANDARD).result, run(RECV, BERKELEY).result, RECV)
