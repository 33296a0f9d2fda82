"""Splice and recvfile(): copies between sockets and files inside the kernel."""

import errno
import io
import signal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import berkeley
from berkeley import Splice, recvfile
from tests.bulk import content, numbered, receive, sending

MODES = {"raw": ("w+b", 0), "buffered": ("w+b", -1), "append": ("a+b", -1)}


@pytest.fixture(params=MODES)
def file(request, tmp_path):
    """A file in which splice() works, and one in which it is refused (O_APPEND)."""
    mode, buffering = MODES[request.param]
    with open(tmp_path / "file", mode, buffering) as stream:
        yield stream


@pytest.mark.parametrize("timeout", [None, 10])
def test_from_a_socket_to_its_end(stream, file, timeout):
    near, far = stream
    far.settimeout(timeout)
    data = numbered(3_000_000)
    thread = sending(near, data)
    assert recvfile(far, file) == len(data)
    thread.join()
    assert content(file) == data
    assert file.tell() == len(data)
    assert recvfile(far, file) == 0


def test_so_many_bytes_and_no_more(stream, file):
    near, far = stream
    near.sendall(numbered(1000))
    assert recvfile(far, file, 300) == 300
    assert recvfile(far, file, 300) == 300
    assert content(file) == numbered(600)
    assert far.recv(1000) == numbered(1000)[600:]


def test_from_socket_to_socket(stream):
    near, far = stream
    left, right = berkeley.socketpair()
    with left, right, Splice(far, left) as splice:
        near.sendall(b"through")
        assert splice.copy(7) == 7
        assert splice.spliced
        assert right.recv(100) == b"through"


# The fallback


def test_refused_on_the_way(pair, tmp_path):
    """O_APPEND is only found out when bytes are in the pipe; they come first."""
    near, far = pair
    near.sendall(b"spliced")
    (tmp_path / "file").write_bytes(b"was here, ")
    with open(tmp_path / "file", "ab") as target, Splice(far, target) as splice:
        assert splice.spliced
        assert splice.copy(7) == 7
        assert not splice.spliced
        assert splice.pending == 0
        assert content(target) == b"was here, spliced"


# Nothing is lost


def test_steps_of_a_non_blocking_socket(stream, tmp_path):
    near, far = stream
    far.setblocking(False)
    with open(tmp_path / "file", "w+b") as target, Splice(far, target) as splice:
        with pytest.raises(BlockingIOError):
            splice.step()
        assert (splice.pending, splice.copied) == (0, 0)
        near.sendall(b"12345")
        near.shutdown(berkeley.SHUT_WR)
        while True:
            try:
                assert splice.step(3) == 3
                break
            except BlockingIOError:
                continue
        assert target.tell() == 3
        while splice.copied < 5 or splice.step():
            splice.step(1)
        assert content(target) == b"12345"


def test_bytes_that_the_socket_does_not_take_wait_in_the_pipe(stream, tmp_path):
    near, far = stream
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDBUF, 1 << 16)
    data = numbered(6_000_000)
    (tmp_path / "file").write_bytes(data)
    near.setblocking(False)
    with open(tmp_path / "file", "rb") as source, Splice(source, near) as splice:
        with pytest.raises(BlockingIOError):
            splice.copy()
        assert splice.pending > 0
        # The position is that of what was taken.
        assert source.tell() == splice.copied + splice.pending
        far.settimeout(10)
        got = b""
        while True:
            got += receive(far, splice.copied - len(got))
            try:
                if splice.copy() == 0:
                    break
            except BlockingIOError:
                continue
        got += receive(far, splice.copied - len(got))
        assert got == data


def test_a_full_disk(stream):
    """ENOSPC: what was received stays in the pipe, and comes out of rest()."""
    near, far = stream
    near.sendall(b"important")
    with open("/dev/full", "wb", 0) as target, Splice(far, target) as splice:
        with pytest.raises(OSError) as caught:
            splice.copy(9)
        assert caught.value.errno == errno.ENOSPC
        assert (splice.pending, splice.copied) == (9, 0)
        assert splice.rest() == b"important"
        assert (splice.pending, splice.rest()) == (0, b"")


def test_recvfile_gives_the_rest_with_the_exception(pair, tmp_path):
    """RLIMIT_FSIZE stands for the full disk, after some bytes."""
    import resource

    near, far = pair
    near.sendall(numbered(10_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with open(tmp_path / "file", "wb", 0) as target:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
            with pytest.raises(OSError) as caught:
                recvfile(far, target, 10_000)
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            assert caught.value.errno == errno.EFBIG
            written = content(target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert caught.value.copied == len(written) == 4096
    assert written + caught.value.undelivered == numbered(10_000)


def test_a_timeout_is_that_of_the_call(pair, tmp_path):
    near, far = pair
    far.settimeout(0.05)
    near.sendall(b"some")
    with open(tmp_path / "file", "w+b") as target, Splice(far, target) as splice:
        with pytest.raises(TimeoutError, match="timed out"):
            splice.copy(10)
        assert (splice.copied, target.tell()) == (4, 4)
        near.sendall(b" more!")
        assert splice.copy(6) == 6
        assert content(target) == b"some more!"
    with pytest.raises(TimeoutError, match="timed out"):
        Splice(far, io.BytesIO()).step()


def test_a_signal_handler_that_raises(pair, tmp_path):
    near, far = pair
    near.sendall(b"some")

    def handler(*_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with open(tmp_path / "file", "w+b") as target, Splice(far, target) as splice:
            signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
            with pytest.raises(KeyboardInterrupt):
                splice.copy(10)
            assert (splice.pending, content(target)) == (0, b"some")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_reset_by_the_peer(tcp, tmp_path):
    near, far = tcp
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    near.close()
    with open(tmp_path / "file", "w+b") as target:
        with pytest.raises(ConnectionResetError) as caught:
            recvfile(far, target)
        assert (caught.value.copied, caught.value.undelivered) == (0, b"")


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    pieces=st.lists(st.integers(1, 3000), min_size=1, max_size=8),
    steps=st.lists(st.integers(1, 3000), min_size=1, max_size=8),
)
def test_any_shape_as_a_plain_loop(file, pieces, steps):
    near, far = berkeley.socketpair()
    file.seek(0)
    file.truncate()
    data = numbered(sum(pieces))
    with near, far, Splice(far, file) as splice:
        start = 0
        for size in pieces:
            near.sendall(data[start : start + size])
            start += size
        near.shutdown(berkeley.SHUT_WR)
        for size in steps:
            assert splice.step(size) <= size
        splice.copy()
        assert (splice.copied, splice.pending) == (len(data), 0)
    assert content(file) == data


def test_what_is_no_file_is_refused_before_anything_is_taken(pair):
    near, far = pair
    far.send(b"abc")
    for wrong in ("/tmp/x", 5, None):
        with pytest.raises(TypeError, match="a stream socket or a binary file is copied, not"):
            recvfile(near, wrong, 3)
        with pytest.raises(TypeError, match="a stream socket or a binary file is copied, not"):
            Splice(wrong, near)
    with pytest.raises(TypeError, match="sock: a socket is received from"):
        recvfile(io.BytesIO(), near)
    assert near.recv(100) == b"abc"


def test_wrong_arguments(pair, udp, tmp_path):
    near, _ = pair
    with pytest.raises(ValueError, match="SOCK_STREAM"):
        Splice(udp[0], io.BytesIO())
    with pytest.raises(ValueError, match="has to be a socket"):
        Splice(io.BytesIO(), io.BytesIO())
    with open(tmp_path / "text", "w") as text, pytest.raises(ValueError, match="binary"):
        Splice(near, text)
    with Splice(near, io.BytesIO()) as splice:
        for count in (0, -1):
            with pytest.raises(ValueError, match="positive"):
                splice.copy(count)
        with pytest.raises(TypeError, match="positive"):
            splice.copy("3")
    splice.close()
    with pytest.raises(ValueError, match="closed"):
        splice.step()
