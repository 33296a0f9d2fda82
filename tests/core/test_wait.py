"""Waiting: one deadline for a whole call, kept to the nanosecond, and what may end a wait."""

import errno
import threading
import time

import pytest

import berkeley
from berkeley.core import wait


def elapsed(call):
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


class TestUntil:
    def test_ready_at_once(self, pair):
        near, far = pair
        far.send(b"x")
        for timeout in (-1, 0, 1, 1_000_000_000, 2**63 - 1):
            assert wait.until(near.fileno(), False, timeout) is None
            assert wait.until(near.fileno(), True, timeout) is None

    @pytest.mark.parametrize("timeout", [0, 1, 999, 1_000_000, 12_345_678])
    def test_never_early(self, pair, timeout):
        def call():
            with pytest.raises(TimeoutError, match="timed out"):
                wait.until(pair[0].fileno(), False, timeout)

        assert elapsed(call) >= timeout / 1e9

    def test_end_of_stream_is_an_event(self, pair):
        near, far = pair
        far.close()
        wait.until(near.fileno(), False, -1)
        wait.until(near.fileno(), True, -1)

    def test_longest(self, pair):
        """292 years: the sum with the clock must not overflow into the past."""
        near, far = pair
        thread = threading.Thread(target=far.send, args=(b"x",))
        thread.start()
        wait.until(near.fileno(), False, 2**63 - 1)
        thread.join()


def test_try_first_wait_after(pair):
    """What is there is taken even if the timeout leaves no time for a wait."""
    near, far = pair
    near.settimeout(1e-9)
    for _ in range(100):
        far.send(b"x")
        assert near.recv(1) == b"x"


def test_sub_millisecond_timeouts_do_not_spin(pair):
    """They sleep: the processor's time of many waits of 0.5 ms is far below theirs."""
    near, _ = pair
    near.settimeout(0.0005)

    def waits():
        for _ in range(200):
            with pytest.raises(TimeoutError):
                near.recv(1)

    begun, processor = time.monotonic(), time.thread_time()
    waits()
    assert time.monotonic() - begun >= 0.1
    assert time.thread_time() - processor < (time.monotonic() - begun) / 2


def test_blocking_socket_with_a_receive_timeout_of_the_kernel(pair):
    near, _ = pair
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVTIMEO, b"\0" * 8 + b"\1" + b"\0" * 7)
    with pytest.raises(BlockingIOError) as caught:
        near.recv(1)
    assert caught.value.errno == errno.EAGAIN


def test_a_wait_that_somebody_else_wins():
    """Two threads wait for one datagram; the late one waits on, with the time that it has left."""
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    outcomes = []
    gate = threading.Barrier(3)

    def receive():
        gate.wait()
        begun = time.monotonic()
        try:
            outcomes.append((near.recv(10), 0.3))
        except TimeoutError:
            outcomes.append((None, time.monotonic() - begun))

    with near, far:
        near.settimeout(0.3)
        threads = [threading.Thread(target=receive) for _ in range(2)]
        for thread in threads:
            thread.start()
        gate.wait()
        far.send(b"one")
        for thread in threads:
            thread.join()
    assert sorted(data is None for data, _ in outcomes) == [False, True]
    assert all(waited >= 0.3 for _, waited in outcomes)
