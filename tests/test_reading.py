"""Reading without loss: the methods, on plain sockets and on those of subclasses, and files."""

import contextlib
import io
import pickle
import signal
import threading
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import berkeley
from berkeley.reading import ResumableReader


class Shouting(berkeley.socket):
    """What it receives is not what the descriptor gives, as in ssl.SSLSocket."""

    def recv_into(self, buffer, nbytes=0, flags=0):
        got = super().recv_into(buffer, nbytes, flags)
        buffer[:got] = bytes(buffer[:got]).upper()
        return got


@pytest.fixture(params=[berkeley.socket, Shouting], ids=["plain", "subclass"])
def ends(request):
    near, far = berkeley.socketpair()
    near = request.param(fileno=near.detach())
    with near, far:
        yield near, far, bytes.upper if request.param is Shouting else bytes


def test_exactly(ends):
    near, far, seen = ends
    far.sendall(b"abcdefgh")
    assert near.recv_exactly(3) == seen(b"abc")
    buffer = bytearray(2)
    assert near.recv_exactly_into(buffer) == 2
    assert buffer == seen(b"de")
    assert near.peek(2) == b"fg"
    assert near.peek(10) == b"fgh"
    assert near.recv_exactly(3) == seen(b"fgh")
    assert near.recv_exactly(0) == b""


def test_timeout(ends):
    near, far, seen = ends
    near.settimeout(0.05)
    far.sendall(b"abc")
    with pytest.raises(TimeoutError) as caught:
        near.recv_exactly(5)
    assert caught.value.received == seen(b"abc")
    assert near.gettimeout() == 0.05
    far.sendall(b"d")
    buffer = bytearray(2)
    with pytest.raises(TimeoutError) as caught:
        near.recv_exactly_into(buffer)
    assert caught.value.received == 1
    assert buffer[:1] == seen(b"d")


def test_memory_comes_with_the_bytes(ends):
    near, far, seen = ends
    near.settimeout(0.05)
    far.sendall(b"abc")
    tracemalloc.start()
    with pytest.raises(TimeoutError) as caught:
        near.recv_exactly(1 << 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.received == seen(b"abc")
    assert peak < 2 << 20


@pytest.mark.parametrize("size", [(1 << 16) - 1, 1 << 16, (1 << 16) + 1, 1_000_000])
def test_large(ends, size):
    near, far, seen = ends
    near.settimeout(10)
    data = b"abcdefg" * (size // 7) + b"x" * (size % 7)
    thread = threading.Thread(target=far.sendall, args=(data + b"rest",))
    thread.start()
    assert near.recv_exactly(size) == seen(data)
    thread.join()
    assert near.recv(10) == b"rest"


def test_a_peer_that_never_pauses_does_not_prolong_it(ends):
    near, far, _ = ends
    near.settimeout(0.1)

    def pour():
        block = bytes(1 << 16)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while True:
                far.sendall(block)

    thread = threading.Thread(target=pour)
    thread.start()
    begin = time.monotonic()
    try:
        with pytest.raises(TimeoutError) as caught:
            near.recv_exactly(1 << 40)
        took = time.monotonic() - begin
        assert near.gettimeout() == 0.1
    finally:
        near.close()
        thread.join()
    assert len(caught.value.received) > 1 << 16
    assert 0.1 <= took < 0.5


@pytest.mark.parametrize("kind", [berkeley.socket, Shouting])
def test_refused(kind):
    with kind(type=berkeley.SOCK_DGRAM) as sock:
        for call in (lambda: sock.recv_exactly(1), lambda: sock.recv_exactly_into(bytearray(1))):
            with pytest.raises(ValueError, match="from a stream only"):
                call()
    with kind() as sock:
        with pytest.raises(ValueError, match="count: negative"):
            sock.recv_exactly(-1)
        with pytest.raises(TypeError):
            sock.recv_exactly(1.5)


def test_end(ends):
    near, far, seen = ends
    far.sendall(b"abc")
    far.close()
    with pytest.raises(berkeley.IncompleteReadError, match="after 3 of 5 bytes") as caught:
        near.recv_exactly(5)
    assert (caught.value.partial, caught.value.expected) == (seen(b"abc"), 5)
    assert isinstance(caught.value, EOFError)
    back = pickle.loads(pickle.dumps(caught.value))
    assert (back.partial, back.expected, str(back)) == (seen(b"abc"), 5, str(caught.value))
    with pytest.raises(berkeley.IncompleteReadError) as caught:
        near.recv_exactly_into(bytearray(4))
    assert (caught.value.partial, caught.value.expected) == (0, 4)


def test_sendall_tells_how_much(pair):
    near, far = pair
    near.settimeout(0.05)
    with pytest.raises(TimeoutError) as caught:
        near.sendall(bytes(1 << 24))
    sent = caught.value.bytes_sent
    assert 0 < sent < 1 << 24
    assert len(far.recv_exactly(sent)) == sent
    far.setblocking(False)
    with pytest.raises(BlockingIOError):
        far.recv(1)
    far.close()
    with pytest.raises(BrokenPipeError) as caught:
        near.sendall(b"x")
    assert caught.value.bytes_sent == 0


def test_file_refused(pair):
    near, _ = pair
    for mode, more in (("wb", {}), ("rwb", {}), ("r", {}), ("rb", {"buffering": 0})):
        with pytest.raises(ValueError, match="resumable"):
            near.makefile(mode, resumable=True, **more)
    assert near._io_refs == 0


def test_file(pair):
    near, far = pair
    near.settimeout(0.05)
    with near.makefile("rb", resumable=True) as file:
        assert isinstance(file, io.BufferedReader)
        assert isinstance(file, ResumableReader)
        far.sendall(b"first\nsec")
        assert file.readline() == b"first\n"
        for _ in range(2):
            with pytest.raises(TimeoutError):
                file.readline()
        far.sendall(b"ond\nthird")
        assert file.readline() == b"second\n"
        with pytest.raises(TimeoutError):
            file.read(7)
        assert file.peek() == b"third"
        assert file.read1(2) == b"th"
        buffer = bytearray(2)
        assert file.readinto(buffer) == 2
        assert buffer == b"ir"
        with pytest.raises(TimeoutError):
            file.read()
        far.sendall(b" and last")
        far.close()
        assert file.read() == b"d and last"
        assert file.read(1) == b""
        assert file.readline() == b""
    assert near._io_refs == 0


class Stop(Exception):
    pass


def test_file_after_a_signal(pair):
    near, far = pair

    def stop(number, frame):
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise Stop

    before = signal.signal(signal.SIGALRM, stop)
    try:
        with near.makefile("rb", resumable=True) as file:
            for name, count, first in (("readline", -1, b"half "), ("read", 9, b"1234")):
                far.sendall(first)
                signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
                with pytest.raises(Stop):
                    getattr(file, name)(count)
                far.sendall(b"line\n")
                assert getattr(file, name)(count) == first + b"line\n"
    finally:
        signal.signal(signal.SIGALRM, before)


def test_lines_of_a_file(pair):
    near, far = pair
    near.settimeout(0.05)
    with near.makefile("rb", resumable=True) as file:
        far.sendall(b"one\ntwo\nthr")
        with pytest.raises(TimeoutError):
            file.readlines()
        far.sendall(b"ee\nfour\n")
        assert file.readlines(9) == [b"one\n", b"two\n", b"three\n"]
        assert next(file) == b"four\n"
        far.close()
        assert list(file) == []
        assert file.readlines() == []


def test_the_usual_file_is_as_it_was(pair):
    near, far = pair
    near.settimeout(0.05)
    with near.makefile("rb") as file:
        far.sendall(b"part")
        with pytest.raises(TimeoutError):
            file.readline()
        with pytest.raises(OSError, match="cannot read from timed out object"):
            file.readline()


PIECES = st.lists(st.binary(min_size=1, max_size=40) | st.just(b"\n"), min_size=1, max_size=12)
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["read", "readline", "read1", "readinto", "peek"]), st.integers(-1, 30)
    ),
    max_size=30,
)


def call(file, name, size):
    if name == "readinto":
        buffer = bytearray(max(size, 0))
        return bytes(buffer[: file.readinto(buffer)])
    if name == "peek":
        assert file.peek(1) is not None
        return b""
    return getattr(file, name)(size)


@settings(max_examples=60, deadline=None)
@given(PIECES, CALLS, st.integers(1, 16))
def test_nothing_is_lost_and_nothing_comes_twice(pieces, calls, size):
    near, far = berkeley.socketpair()
    with near, far:
        near.settimeout(0.001)
        pending = list(pieces)
        got = []
        with near.makefile("rb", buffering=size + 1, resumable=True) as file:
            for name, count in calls:
                try:
                    got.append(call(file, name, count))
                except TimeoutError:
                    if pending:
                        far.sendall(pending.pop(0))
            for piece in pending:
                far.sendall(piece)
            far.shutdown(berkeley.SHUT_WR)
            got.append(file.read())
        assert b"".join(got) == b"".join(pieces)


def test_two_threads_close_one(pair):
    near, _ = pair
    errors = []

    def receive():
        try:
            near.recv_exactly(10)
        except OSError as error:
            errors.append((error.errno, error.received))

    thread = threading.Thread(target=receive)
    thread.start()
    while not thread.is_alive():
        pass
    near.close()
    thread.join(10)
    assert errors == [(9, b"")]


@pytest.mark.parametrize("name", ["readinto", "readinto1"])
def test_a_resumable_file_reads_nothing_for_a_buffer_that_takes_nothing(stream, name):
    near, far = stream
    with near.makefile("rb", resumable=True) as file:
        far.sendall(b"abc")
        with pytest.raises(TypeError, match="read-write"):
            getattr(file, name)(b"...")
        assert file.read(3) == b"abc"


def test_a_closed_resumable_file_gives_nothing(stream):
    near, far = stream
    near.settimeout(0.01)
    file = near.makefile("rb", resumable=True)
    far.sendall(b"abc")
    with pytest.raises(TimeoutError):
        file.read(5)
    file.close()
    for name in "read", "read1", "readline", "peek":
        with pytest.raises(ValueError, match="closed"):
            getattr(file, name)(1)
    with pytest.raises(ValueError, match="closed"):
        file.readinto(bytearray(1))
