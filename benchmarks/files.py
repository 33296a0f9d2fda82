"""Rows of files: readline of makefile("rb")."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.interleave import Operation
from benchmarks.row import timed
from benchmarks.transfer import connected

LINE = bytes(63) + b"\n"
# As many lines as fill the file's buffer.
LINES = 128


@timed("readline, one line a send", bare="line")
def one(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right), right.makefile("rb") as file:

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.send(LINE)
                file.readline()

        yield operate


@timed("readline, 128 lines a send", bare="lines")
def many(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right), right.makefile("rb", 8192) as file:
        data = LINE * LINES

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.send(data)
                for _line in repeat(None, LINES):
                    file.readline()

        yield operate


ROWS = [one, many]
