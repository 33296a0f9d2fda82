"""Rows of addresses: getsockname and getpeername of datagram sockets, inet_pton and inet_ntop."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.datagrams import bound
from benchmarks.interleave import Operation
from benchmarks.row import timed

FAMILIES = {"AF_INET": "127.0.0.1", "AF_INET6": "::1"}


def sockname(module: Any, family: str) -> Iterator[Operation]:
    host = FAMILIES[family]
    with bound(module, family, (host, 0), (host, 0)) as (sock, _):

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                sock.getsockname()

        yield operate


def peername(module: Any, family: str) -> Iterator[Operation]:
    host = FAMILIES[family]
    with bound(module, family, (host, 0), (host, 0)) as (sock, peer):
        sock.connect(peer.getsockname())

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                sock.getpeername()

        yield operate


@timed("getsockname, IPv4", bare="getsockname-inet")
def sockname_ipv4(module: Any) -> Iterator[Operation]:
    yield from sockname(module, "AF_INET")


@timed("getsockname, IPv6", bare="getsockname-inet6")
def sockname_ipv6(module: Any) -> Iterator[Operation]:
    yield from sockname(module, "AF_INET6")


@timed("getpeername, IPv4", bare="getpeername-inet")
def peername_ipv4(module: Any) -> Iterator[Operation]:
    yield from peername(module, "AF_INET")


@timed("getpeername, IPv6", bare="getpeername-inet6")
def peername_ipv6(module: Any) -> Iterator[Operation]:
    yield from peername(module, "AF_INET6")


def there_and_back(module: Any, family: str, text: str) -> Operation:
    to_bytes, to_text, number = module.inet_pton, module.inet_ntop, getattr(module, family)

    def operate(count: int) -> None:
        for _ in repeat(None, count):
            to_text(number, to_bytes(number, text))

    return operate


@timed("inet_pton + inet_ntop, IPv4", bare="text-inet")
def text_ipv4(module: Any) -> Iterator[Operation]:
    yield there_and_back(module, "AF_INET", "192.168.17.1")


@timed("inet_pton + inet_ntop, IPv6", bare="text-inet6")
def text_ipv6(module: Any) -> Iterator[Operation]:
    yield there_and_back(module, "AF_INET6", "2001:db8:17::f0:1")


ROWS = [
    sockname_ipv4,
    sockname_ipv6,
    peername_ipv4,
    peername_ipv6,
    text_ipv4,
    text_ipv6,
]
