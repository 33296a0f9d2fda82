"""Making and closing a socket with the GIL and without: nobody sees which it was."""

import errno
import os
import struct
import threading
import time

import pytest

import berkeley

FAMILIES = ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"]


@pytest.fixture(params=["alone", "crowd"])
def company(request):
    """This thread alone, which keeps the GIL, or with another, which does nothing."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    if request.param == "crowd":
        thread.start()
    yield
    done.set()
    if request.param == "crowd":
        thread.join()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"])
def test_made_and_closed(company, family, kind):
    for _ in range(3):
        try:
            sock = berkeley.socket(getattr(berkeley, family), getattr(berkeley, kind))
        except OSError as error:
            assert error.errno in (errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT, errno.EPERM)
            continue
        fd = sock.fileno()
        assert not os.get_inheritable(fd)
        sock.close()
        sock.close()
        with pytest.raises(OSError) as caught:
            os.fstat(fd)
        assert caught.value.errno == errno.EBADF


def test_errors(company):
    with pytest.raises(OSError) as caught:
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_STREAM, 9999)
    assert caught.value.errno in (errno.EINVAL, errno.EPROTONOSUPPORT)
    sock = berkeley.socket()
    os.close(sock.fileno())
    with pytest.raises(OSError) as caught:
        sock.close()
    assert caught.value.errno == errno.EBADF
    assert sock.fileno() == -1


def test_a_lingering_close_waits(company, tcp):
    near, far = tcp
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, struct.pack("ii", 1, 1))
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDBUF, 1 << 16)
    far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVBUF, 1 << 12)
    near.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            near.send(bytes(1 << 16))
    near.setblocking(True)
    start = time.monotonic()
    near.close()
    assert 0.5 < time.monotonic() - start < 5
