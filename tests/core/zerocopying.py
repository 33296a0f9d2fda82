"""What the tests of zero copy have in common."""

import gc

import pytest

from berkeley import ZeroCopy

PIECE = 200_000


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    gc.collect()
    assert ZeroCopy.leftovers() == 0


def need_zerocopy(sock):
    zero = ZeroCopy(sock)
    if not zero.enabled:
        zero.close()
        pytest.skip("missing: SO_ZEROCOPY")
    return zero


def fill(zero, sock, data):
    """Send until the socket takes no more: the kernel has not begun with the last of it."""
    timeout = sock.gettimeout()
    sock.setblocking(False)
    total = 0
    with pytest.raises(BlockingIOError):
        while True:
            total += zero.send(data)
    sock.settimeout(timeout)
    return total
