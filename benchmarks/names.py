"""Rows of name services."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.interleave import Operation
from benchmarks.row import timed


def looked_up(module: Any, host: str) -> Operation:
    getaddrinfo = module.getaddrinfo

    def operate(count: int) -> None:
        for _ in repeat(None, count):
            getaddrinfo(host, 80)

    return operate


@timed('getaddrinfo("127.0.0.1", 80)', bare="getaddrinfo-inet")
def ipv4(module: Any) -> Iterator[Operation]:
    yield looked_up(module, "127.0.0.1")


@timed('getaddrinfo("::1", 80)', bare="getaddrinfo-inet6")
def ipv6(module: Any) -> Iterator[Operation]:
    yield looked_up(module, "::1")


@timed('getaddrinfo("localhost", 80)', bare="getaddrinfo-localhost")
def localhost(module: Any) -> Iterator[Operation]:
    yield looked_up(module, "localhost")


ROWS = [ipv4, ipv6, localhost]
