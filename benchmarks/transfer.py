"""Rows of streams: send, recv and their relatives, over a pair of UNIX sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from benchmarks.alone import alone
from benchmarks.interleave import Operation
from benchmarks.row import timed

MESSAGE = bytes(64)
LARGE = 262_144
PIECE = 131_072
# Room for LARGE bytes and the kernel's own headers in a send buffer.
ROOM = 1 << 20


@contextmanager
def connected(module: Any) -> Iterator[tuple[Any, Any]]:
    left, right = module.socketpair()
    with left, right:
        yield left, right


@timed("send + recv, 64 bytes", bare="stream")
def blocking(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right):

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.send(MESSAGE)
                right.recv(64)

        yield operate


@timed("send + recv, 64 bytes, with a timeout", bare="stream-nonblocking")
def with_timeout(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right):
        left.settimeout(10)
        right.settimeout(10)

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.send(MESSAGE)
                right.recv(64)

        yield operate


@timed("send + recv_into, 64 bytes", bare="stream")
def into(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right):
        buffer = bytearray(64)

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.send(MESSAGE)
                right.recv_into(buffer)

        yield operate


def with_large_limit(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right):

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.send(MESSAGE)
                right.recv(262_144)

        yield operate


# The standard module allocates the whole limit and gives most of it back.  What that costs depends
# on the process: malloc maps such a block from the kernel each time until the first block of this
# size is freed, and from then on keeps them (M_MMAP_THRESHOLD, mallopt(3)).  So there are two rows:
# a process that has not come to that, as one that imports asyncio and serves, and one that has.
@timed("send + recv(262144), 64 bytes, grown heap", bare="stream-large-limit")
def grown_heap(module: Any) -> Iterator[Operation]:
    freed = bytearray(2 * LARGE)
    del freed
    yield from with_large_limit(module)


large_limit = alone(timed("")(with_large_limit), "send + recv(262144), 64 bytes")


@timed("send + recv(262144), 262144 bytes", bare="stream-large")
def large(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right):
        left.setsockopt(module.SOL_SOCKET, module.SO_SNDBUF, ROOM)
        data = bytes(LARGE)

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                # A small net.core.wmem_max takes the message in pieces.
                left_over = LARGE
                while left_over:
                    left.send(data[:left_over])
                    left_over -= len(right.recv(262_144))

        yield operate


@timed("sendall + recv_into, 8 x 128 KiB", bare="megabyte")
def megabyte(module: Any) -> Iterator[Operation]:
    """A megabyte in pieces that fit the socket's buffer.

    A second process to take it all at once would be measured by when the scheduler lets it run.
    """
    with connected(module) as (left, right):
        data = bytes(PIECE)
        buffer = bytearray(PIECE)
        view = memoryview(buffer)

        def operate(count: int) -> None:
            for _ in repeat(None, 8 * count):
                left.sendall(data)
                got = 0
                while got < PIECE:
                    got += right.recv_into(view[got:])

        yield operate


@timed("recv that would block", bare="would-block")
def would_block(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, _):
        left.setblocking(False)

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                try:
                    left.recv(64)
                except BlockingIOError:
                    pass

        yield operate


ROWS = [
    blocking,
    with_timeout,
    into,
    large_limit,
    grown_heap,
    large,
    megabyte,
    would_block,
]
