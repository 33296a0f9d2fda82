"""The interleaving runner: two implementations of one operation, batch after batch in one process.

Two runs one after the other compare two states of the machine: its clock, its caches, its other
work.  Here each round times a batch of both, in turns which goes first, with the garbage collector
at rest.  (pyperf runs each benchmark in processes of its own, and so cannot do this.)
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType

from benchmarks.sample import Sample

# Does the work as many times as it is told.
Operation = Callable[[int], None]
# Does it in another process, which times itself: the nanoseconds of that many times.
Timer = Callable[[int], float]
Clock = Callable[[], int]


def own_code(operation: Operation) -> Operation:
    """The operation with a code object of its own.

    Both modules' operations come from one function, and since 3.11 the bytecode of a function
    adapts itself to the types that it sees.  Shared, it would adapt itself to one module in each
    round, and slow the other one down.
    """
    if not isinstance(operation, FunctionType):
        return operation
    own = FunctionType(
        operation.__code__.replace(),
        operation.__globals__,
        operation.__name__,
        operation.__defaults__,
        operation.__closure__,
    )
    own.__kwdefaults__ = operation.__kwdefaults__
    return own


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No garbage collection within."""
    running = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def calibrate(operation: Operation, batch: int, clock: Clock) -> int:
    """How many times the operation runs in *batch* nanoseconds; it warms up on the way."""
    count = 1
    while True:
        start = clock()
        operation(count)
        taken = clock() - start
        if taken >= batch // 2:
            return max(1, round(count * batch / taken))
        # A clock that has not moved yet says nothing but "more".
        count *= 2 if taken == 0 else min(8, max(2, batch // taken))


def measure(
    berkeley: Operation,
    standard: Operation,
    bare: Timer | None,
    *,
    rounds: int,
    batch: int,
    clock: Clock,
) -> Sample:
    """Nanoseconds of one operation on each module, a pair a round.

    *batch* is how long the standard module's part of a round is to take; all parts do the same
    number of times.
    """
    ours: list[float] = []
    theirs: list[float] = []
    plain: list[float] = []
    with collector_at_rest():
        count = calibrate(standard, batch, clock)
        berkeley(count)
        if bare is not None:
            bare(count)
        for number in range(rounds):
            pair = [(berkeley, ours), (standard, theirs)]
            for operation, times in pair if number % 2 == 0 else reversed(pair):
                start = clock()
                operation(count)
                times.append((clock() - start) / count)
            if bare is not None:
                plain.append(bare(count) / count)
    return Sample(ours, theirs, plain)
