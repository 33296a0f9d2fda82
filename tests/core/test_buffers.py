"""Where received bytes land, and the memory of bytes-like arguments: held for one call."""

import ctypes
import gc
import mmap
import threading
import tracemalloc

import pytest

import berkeley

AREA = 1 << 20


@pytest.mark.parametrize("size", [256, 257, 16_385, AREA, AREA + 1, 8 * AREA])
def test_result_is_no_longer_than_what_came(pair, size):
    near, far = pair
    far.send(b"short")
    # The second time another length is expected.
    for data in (b"short", b"y"):
        got = near.recv(size)
        assert got == data
        assert got.__sizeof__() == data.__sizeof__()
        far.send(b"y")


def test_results_are_independent(pair):
    """Messages that land in one area do not show in each other's results."""
    near, far = pair
    kept = []
    for i in range(200):
        far.send(bytes([i]) * 1000)
        kept.append(near.recv(AREA))
    assert kept == [bytes([i]) * 1000 for i in range(200)]


def test_memory_of_a_large_limit_is_not_kept(pair):
    near, far = pair
    tracemalloc.start()
    try:
        kept = []
        for _ in range(50):
            far.send(b"x" * 64)
            kept.append(near.recv(AREA))
        current, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # 50 results of 64 bytes, and one area at most that was made in the meantime.
    assert current < AREA + 100_000
    assert len(kept) == 50


def test_more_blocked_receivers_than_areas_are_kept():
    """Sixteen areas are kept; each blocked receive holds one of its own."""
    pairs = [berkeley.socketpair() for _ in range(40)]
    results = [b""] * len(pairs)
    gate = threading.Barrier(len(pairs) + 1)

    def receive(i):
        gate.wait()
        results[i] = pairs[i][0].recv(AREA)

    threads = [threading.Thread(target=receive, args=(i,)) for i in range(len(pairs))]
    for thread in threads:
        thread.start()
    gate.wait()
    for i, (_, far) in enumerate(pairs):
        far.sendall(bytes([i]) * 5000)
    for thread in threads:
        thread.join()
    for near, far in pairs:
        near.close()
        far.close()
    assert results == [bytes([i]) * 5000 for i in range(len(pairs))]


def test_an_area_is_given_back_after_an_error(pair):
    near, _ = pair
    near.setblocking(False)
    tracemalloc.start()
    try:
        for call in (near.recv, near.recvfrom, near.recvmsg):
            for _ in range(100):
                with pytest.raises(BlockingIOError):
                    call(AREA)
                with pytest.raises(BlockingIOError):
                    call(AREA + 1)
        gc.collect()
        current, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert current < 2 * AREA


@pytest.mark.parametrize(
    "make",
    [
        bytearray,
        lambda n: mmap.mmap(-1, n),
        lambda n: (ctypes.c_char * n)(),
        lambda n: memoryview(bytearray(n)),
        lambda n: memoryview(bytearray(n)).cast("B", (n // 2, 2)),
    ],
    ids=["bytearray", "mmap", "ctypes", "memoryview", "two-dimensional"],
)
def test_kinds_of_memory(pair, make):
    near, far = pair
    target = make(8)
    for receive in (
        lambda: near.recv_into(target),
        lambda: near.recvfrom_into(target)[0],
        lambda: near.recvmsg_into([target])[0],
    ):
        far.send(b"12345678")
        assert receive() == 8
        assert bytes(memoryview(target).cast("B")) == b"12345678"
        for send in (far.send, far.sendall, lambda data: far.sendmsg([data])):
            send(target)
            assert near.recv(10) == b"12345678"
    if isinstance(target, mmap.mmap):
        target.close()


def failing_calls(sock, buffer):
    """Calls that fail at different places, all with *buffer* in their hands."""
    closed = berkeley.socket()
    closed.close()
    good = bytearray(1)
    return [
        lambda: sock.recv_into(buffer, -1),
        lambda: sock.recv_into(buffer, 1 << 30),
        lambda: sock.recv_into(buffer, "1"),
        lambda: sock.recv_into(buffer, 0, "1"),
        lambda: closed.recv_into(buffer),
        lambda: sock.recvfrom_into(buffer, -1),
        lambda: sock.recvfrom_into(buffer, 1 << 30),
        lambda: closed.recvfrom_into(buffer),
        lambda: sock.recvmsg_into([buffer, b"read-only"]),
        lambda: sock.recvmsg_into([buffer, None]),
        lambda: sock.recvmsg_into([buffer], -1),
        lambda: sock.recvmsg_into([buffer], 0, "0"),
        lambda: closed.recvmsg_into([good, buffer]),
        lambda: closed.send(buffer),
        lambda: sock.send(buffer, "0"),
        lambda: closed.sendall(buffer),
        lambda: closed.sendto(buffer, ("127.0.0.1", 9)),
        lambda: sock.sendto(buffer, "not an address"),
        lambda: sock.sendto(buffer, "0", ("127.0.0.1", 9)),
        lambda: sock.sendmsg([buffer, "text"]),
        lambda: sock.sendmsg([buffer], [5]),
        lambda: sock.sendmsg([buffer], [(1, 1, buffer), (1, 1, "text")]),
        lambda: sock.sendmsg([buffer], [(1, "1", buffer)]),
        lambda: sock.sendmsg([buffer], (), 0, "not an address"),
        lambda: closed.sendmsg([good, buffer]),
        lambda: sock.setsockopt(1, 9999, buffer),
        lambda: berkeley.inet_ntoa(buffer),
        lambda: berkeley.inet_ntop(99, buffer),
    ]


@pytest.mark.parametrize("number", range(28))
def test_errors_release_the_buffer(udp, number):
    buffer = bytearray(7)
    sock, _ = udp
    calls = failing_calls(sock, buffer)
    assert len(calls) == 28
    for _ in range(3):
        with pytest.raises((OSError, TypeError, ValueError)):
            calls[number]()
    # A bytearray that somebody holds cannot change its size.
    buffer.extend(b"more")
    buffer.clear()


class Shrinking:
    """A number that empties the buffer beside it while it is converted."""

    def __init__(self, buffer, value):
        self.buffer, self.value = buffer, value

    def __index__(self):
        self.buffer.clear()
        return self.value


def test_a_buffer_cannot_shrink_under_a_call(udp):
    sock, far = udp
    far.send(b"12345678")
    buffer = bytearray(8)
    with pytest.raises(BufferError):
        sock.recv_into(buffer, Shrinking(buffer, 8))
    assert len(buffer) == 8
    # The flags are converted before the buffer is looked at: then it is empty in time.
    assert sock.recv_into(buffer, 0, Shrinking(buffer, 0)) == 0
    buffer = bytearray(8)
    with pytest.raises(BufferError):
        sock.recvfrom_into(buffer, Shrinking(buffer, 8))
    assert sock.recv(8) == b"12345678"


def test_a_list_that_changes_under_a_call(pair):
    """The list is copied first: a buffer's own conversion cannot take others away."""
    near, far = pair
    items = []

    class Item:
        def __buffer__(self, flags):
            items.clear()
            return memoryview(bytearray(b"ab"))

    items += [bytearray(b"12"), bytearray(b"34")]

    def generator():
        yield items[0]
        items.clear()
        gc.collect()
        yield bytearray(b"56")

    assert far.sendmsg(generator()) == 4
    assert near.recv(10) == b"1256"
    # Objects with __buffer__ exist since 3.12, PEP 688.
    if hasattr(bytes, "__buffer__"):
        items += [bytearray(b"12"), Item(), bytearray(b"34")]
        assert far.sendmsg(items) == 6
        assert near.recv(10) == b"12ab34"


def test_more_buffers_than_the_kernel_takes(pair):
    near, far = pair
    for call, buffers in (
        (near.sendmsg, [b"x"] * 1025),
        (far.recvmsg_into, [bytearray(1) for _ in range(1025)]),
    ):
        with pytest.raises(OSError) as caught:
            call(buffers)
        # IOV_MAX, sendmsg(2).
        assert caught.value.errno == 90
    assert near.sendmsg([b"x"] * 1024) == 1024
    assert far.recv(2000) == b"x" * 1024
