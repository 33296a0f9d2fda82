"""Rows of datagrams: sendto + recvfrom, 64 bytes, both sockets of one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.interleave import Operation
from benchmarks.row import Unavailable, timed

MESSAGE = bytes(64)


@contextmanager
def bound(module: Any, family: str, near: Any, far: Any) -> Iterator[tuple[Any, Any]]:
    """Two datagram sockets of *family*, bound to *near* and *far*.  Raises Unavailable."""
    try:
        first = module.socket(getattr(module, family), module.SOCK_DGRAM)
    except OSError as error:
        raise Unavailable(f"no {family}: {error}") from None
    with first, module.socket(getattr(module, family), module.SOCK_DGRAM) as second:
        try:
            first.bind(near)
            second.bind(far)
        except OSError as error:
            raise Unavailable(f"{family} cannot bind {near!r}: {error}") from None
        yield first, second


def to_and_from(left: Any, right: Any) -> Operation:
    address = right.getsockname()

    def operate(count: int) -> None:
        for _ in repeat(None, count):
            left.sendto(MESSAGE, address)
            right.recvfrom(64)

    return operate


@timed("sendto + recvfrom, IPv4", bare="datagram-inet")
def ipv4(module: Any) -> Iterator[Operation]:
    with bound(module, "AF_INET", ("127.0.0.1", 0), ("127.0.0.1", 0)) as (left, right):
        yield to_and_from(left, right)


@timed("sendto + recvfrom, IPv6", bare="datagram-inet6")
def ipv6(module: Any) -> Iterator[Operation]:
    with bound(module, "AF_INET6", ("::1", 0), ("::1", 0)) as (left, right):
        yield to_and_from(left, right)


@timed("sendto + recvfrom, UNIX", bare="datagram-unix")
def unix(module: Any) -> Iterator[Operation]:
    with (
        TemporaryDirectory(prefix="berkeley-") as folder,
        bound(module, "AF_UNIX", f"{folder}/near", f"{folder}/far") as (left, right),
    ):
        yield to_and_from(left, right)


ROWS = [ipv4, ipv6, unix]
