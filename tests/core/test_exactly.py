"""Exactly so many bytes: all of them, or what came is told."""

import contextlib
import copy
import errno
import os
import pickle
import signal
import threading
import time
import tracemalloc

import pytest

import berkeley
from berkeley import core

collect, fill = core.exactly.recv_exactly, core.exactly.recv_exactly_into


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize("size", [0, 1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_all_come(pair, size, timeout):
    near, far = pair
    near.settimeout(timeout)
    data = os.urandom(size)
    thread = threading.Thread(target=far.sendall, args=(data + b"rest",))
    thread.start()
    assert collect(near, size) == data
    thread.join()
    assert near.recv(10) == b"rest"


def test_into(pair):
    near, far = pair
    far.sendall(b"0123456789")
    buffer = bytearray(6)
    assert fill(near, memoryview(buffer)[1:5]) == 4
    assert buffer == b"\0" + b"0123" + b"\0"
    assert fill(near, bytearray()) == 0


def test_the_stream_ends(pair):
    near, far = pair
    far.sendall(b"abc")
    far.close()
    for came in (b"abc", b""):
        with pytest.raises(berkeley.IncompleteReadError) as caught:
            collect(near, 10)
        assert (caught.value.partial, caught.value.received, caught.value.expected) == (
            came,
            came,
            10,
        )
    with pytest.raises(berkeley.IncompleteReadError) as caught:
        fill(near, bytearray(3))
    assert (caught.value.partial, caught.value.received, caught.value.expected) == (0, 0, 3)


@pytest.mark.parametrize("timeout", [0, 0.05])
def test_nothing_is_lost_by_an_exception(pair, timeout):
    near, far = pair
    near.settimeout(timeout)
    far.sendall(b"abc")
    kind = TimeoutError if timeout else BlockingIOError
    with pytest.raises(kind) as caught:
        collect(near, 10)
    assert caught.value.received == b"abc"
    buffer = bytearray(10)
    far.sendall(b"def")
    with pytest.raises(kind) as caught:
        fill(near, buffer)
    assert caught.value.received == 3
    assert buffer == b"def" + bytes(7)
    far.sendall(b"ghi")
    assert collect(near, 3) == b"ghi"


@pytest.mark.parametrize("timeout", [None, 30])
def test_nothing_is_lost_by_a_signal(pair, timeout):
    class Interrupted(BaseException):
        pass

    def interrupt(*_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise Interrupted

    near, far = pair
    near.settimeout(timeout)
    far.sendall(b"abc")
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        with pytest.raises(Interrupted) as caught:
            collect(near, 10)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert caught.value.received == b"abc"


def test_a_handler_that_returns(pair):
    near, far = pair
    calls = []
    far.sendall(b"abc")

    def more(*_):
        calls.append(far.send(b"d"))

    before = signal.signal(signal.SIGALRM, more)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        assert collect(near, 6) == b"abcddd"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(calls) >= 3


def test_one_deadline_for_all(pair):
    # A byte every 20 ms keeps a timeout of each recv() from passing.
    near, far = pair
    near.settimeout(0.2)
    done = threading.Event()

    def drip():
        while not done.wait(0.02):
            far.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(TimeoutError) as caught:
        collect(near, 1000)
    done.set()
    thread.join()
    assert 2 <= len(caught.value.received) <= 15


def test_a_peer_that_never_pauses_does_not_prolong_it(pair):
    near, far = pair
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
            collect(near, 1 << 40)
        took = time.monotonic() - begin
    finally:
        near.close()
        thread.join()
    assert len(caught.value.received) > 1 << 16
    # One piece and its copy are the most that comes after the deadline.
    assert 0.1 <= took < 0.3


def test_memory_comes_with_the_bytes(pair):
    near, far = pair
    near.settimeout(0.05)
    far.sendall(b"abc")
    tracemalloc.start()
    with pytest.raises(TimeoutError) as caught:
        collect(near, 1 << 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.received == b"abc"
    assert peak < 2 << 20


def test_refused(pair):
    near, _ = pair
    with pytest.raises(ValueError, match="count: negative"):
        collect(near, -1)
    with pytest.raises(TypeError, match="count"):
        collect(near, 1.5)
    with pytest.raises(TypeError, match="read-write"):
        fill(near, b"abc")
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as sock,
        pytest.raises(ValueError, match="stream"),
    ):
        collect(sock, 1)
    near.close()
    with pytest.raises(OSError) as caught:
        collect(near, 1)
    assert caught.value.errno == errno.EBADF
    assert caught.value.received == b""


def test_a_copy_of_the_error():
    error = berkeley.IncompleteReadError(b"abc", 5)
    error.add_note("of a test")
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (again.partial, again.expected, str(again)) == (b"abc", 5, str(error))
        assert again.__notes__ == ["of a test"]
