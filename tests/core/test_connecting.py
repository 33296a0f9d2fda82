"""connect(2): what becomes of a connection that is not there at once."""

import errno
import signal
import time

import pytest

import berkeley


def test_connect_ex():
    with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
        assert sock.connect_ex(server.getsockname()) == 0
        assert sock.connect_ex(server.getsockname()) == errno.EISCONN
        with pytest.raises(OSError) as caught:
            sock.connect(server.getsockname())
        assert caught.value.errno == errno.EISCONN


def test_connect_ex_raises_what_the_address_raises():
    with berkeley.socket() as sock:
        for address, kind in (
            (("127.0.0.1", 65536), OverflowError),
            ("127.0.0.1", TypeError),
            (("a" * 64, 1), berkeley.gaierror),
        ):
            with pytest.raises(kind):
                sock.connect_ex(address)


@pytest.mark.parametrize("timeout", [None, 30.0])
def test_refused(timeout):
    with berkeley.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for _ in range(2):
            with berkeley.socket() as sock:
                sock.settimeout(timeout)
                assert sock.connect_ex(closed.getsockname()) == errno.ECONNREFUSED
            with berkeley.socket() as sock:
                sock.settimeout(timeout)
                with pytest.raises(ConnectionRefusedError):
                    sock.connect(closed.getsockname())


def test_non_blocking():
    with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
        sock.setblocking(False)
        code = sock.connect_ex(server.getsockname())
        assert code in (0, errno.EINPROGRESS)
        accepted, _ = server.accept()
        with accepted:
            sock.setblocking(True)
            sock.sendall(b"x")
            assert accepted.recv(1) == b"x"
            assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ERROR) == 0


def test_a_datagram_socket_changes_and_loses_its_peer(udp):
    sock, far = udp
    sock.connect(("127.0.0.1", 9))
    assert sock.getpeername() == ("127.0.0.1", 9)
    sock.connect(far.getsockname())
    assert sock.getpeername() == far.getsockname()


def test_signals_do_not_begin_a_timeout_of_the_kernel_anew():
    """SO_SNDTIMEO of a UNIX socket, which waits for room in the queue of the listener."""
    seconds = 0.05
    with (
        berkeley.socket(berkeley.AF_UNIX) as server,
        berkeley.socket(berkeley.AF_UNIX) as early,
        berkeley.socket(berkeley.AF_UNIX) as late,
    ):
        server.bind("")
        server.listen(0)
        early.connect(server.getsockname())
        late.setsockopt(
            berkeley.SOL_SOCKET, berkeley.SO_SNDTIMEO, bytes(8) + (50_000).to_bytes(8, "little")
        )
        seen = []
        before = signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
        begun = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        try:
            assert late.connect_ex(server.getsockname()) == errno.EAGAIN
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert time.monotonic() - begun >= seconds
        assert len(seen) >= 2
