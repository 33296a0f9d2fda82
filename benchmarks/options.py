"""Rows of attributes and of socket options."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.interleave import Operation
from benchmarks.row import timed


@timed("family")
def family(module: Any) -> Iterator[Operation]:
    with module.socket(module.AF_INET, module.SOCK_DGRAM) as sock:

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                sock.family  # noqa: B018 - reading it is the work

        yield operate


@timed("type")
def kind(module: Any) -> Iterator[Operation]:
    with module.socket(module.AF_INET, module.SOCK_DGRAM) as sock:

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                sock.type  # noqa: B018 - reading it is the work

        yield operate


@timed("getsockopt, int", bare="getsockopt")
def getsockopt(module: Any) -> Iterator[Operation]:
    level, name = module.SOL_SOCKET, module.SO_KEEPALIVE
    with module.socket(module.AF_INET, module.SOCK_DGRAM) as sock:

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                sock.getsockopt(level, name)

        yield operate


@timed("setsockopt, int", bare="setsockopt")
def setsockopt(module: Any) -> Iterator[Operation]:
    level, name = module.SOL_SOCKET, module.SO_KEEPALIVE
    with module.socket(module.AF_INET, module.SOCK_DGRAM) as sock:

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                sock.setsockopt(level, name, 1)

        yield operate


ROWS = [family, kind, getsockopt, setsockopt]
