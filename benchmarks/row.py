"""A row of the table, and the session that measures it.

A topic file describes a row of timed work once, for both modules, as a generator:

    @timed("family")
    def family(module: Any) -> Iterator[Operation]:
        with module.socket() as sock:
            def operate(count: int) -> None:
                for _ in repeat(None, count):
                    sock.family
            yield operate

What comes before `yield` sets the work up, what comes after it takes it down.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from benchmarks import interleave
from benchmarks.interleave import Operation
from benchmarks.sample import Sample
from benchmarks.yardstick import Yardstick


class Unavailable(Exception):
    """The row cannot be measured on this machine; the text says what is missing."""


@dataclass(frozen=True)
class Session:
    """What every row is measured with."""

    berkeley: ModuleType
    standard: ModuleType
    yardstick: Yardstick | None = None
    rounds: int = 51
    batch: int = 5_000_000  # nanoseconds that the standard module's part of a round takes
    clock: Callable[[], int] = time.perf_counter_ns


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Rows of timed work have *work*, which sets the operation up on a module, and *bare*, the name of
    the same work in yardstick.c, if it is there.  A row that is measured in a process of its own
    has *inner*, what that process measures.
    """

    name: str
    measure: Callable[[Session], Sample]
    work: Callable[[Any], AbstractContextManager[Operation]] | None = None
    bare: str | None = None
    inner: Row | None = None


def timed(
    name: str, *, bare: str | None = None
) -> Callable[[Callable[[Any], Iterator[Operation]]], Row]:
    """Make a Row of a generator function; *bare* is the name of the same work in yardstick.c."""

    def make(function: Callable[[Any], Iterator[Operation]]) -> Row:
        work = contextmanager(function)

        def measure(session: Session) -> Sample:
            plain = None
            if session.yardstick is not None and bare is not None:
                plain = session.yardstick.timer(bare)
            with work(session.berkeley) as ours, work(session.standard) as theirs:
                return interleave.measure(
                    interleave.own_code(ours),
                    interleave.own_code(theirs),
                    plain,
                    rounds=session.rounds,
                    batch=session.batch,
                    clock=session.clock,
                )

        return Row(name, measure, work, bare)

    return make
