"""Lookups that end in time: a function that may take long runs in a thread of its own, and who
asked waits no longer than it wants.

getaddrinfo(3) and getnameinfo(3) have no timeout, and nothing can interrupt them.  So a lookup that
takes too long is left alone: its thread ends when the resolver gives up, and what it found is
dropped.  The threads are daemons, so that no exit waits for them.

A thread is made for each lookup, and ends with it.  It is in the network namespace of the thread
that asks, network_namespaces(7), which one that was made earlier need not be; and an idle thread
would make every short call of the process slower (core/attempt.py).  It costs some 60 us.

There are at most LIMIT of them; who comes when all are busy waits for one to end, within its own
time.
"""

from __future__ import annotations

import os
from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeVar

from berkeley.core.errors import timed_out

_Result = TypeVar("_Result")

LIMIT = 32
# What a queue can wait; in seconds, 31 years.
LONGEST = 1e9


class _Token:
    """The right to have a thread: where it is dropped it goes back.

    So none is lost, or given back twice, whatever a signal handler raises in between.
    """

    __slots__ = ("_home",)

    def __init__(self, home: SimpleQueue[_Token]) -> None:
        self._home = home

    def give_back(self) -> None:
        """For a thread at its end, where nothing interrupts it.

        Dropped there, and made by a thread that waits for a token now, it would come back after
        that wait only: without a GIL, the thread that made an object takes it apart (PEP 703).
        """
        # Not in a child.
        if self._home is _tokens:
            self._home.put(self)

    def __del__(self) -> None:
        # Not in a child, nor at exit.
        if self._home is _tokens:
            self._home.put(_Token(self._home))


def _all_free() -> None:
    """As many tokens as there may be threads: at first, and in a child, where no thread is left."""
    global _tokens
    # Unlike a semaphore's, its methods may be called again from a signal handler that interrupts
    # them.
    _tokens = SimpleQueue()
    for _ in range(LIMIT):
        _tokens.put(_Token(_tokens))


_tokens: SimpleQueue[_Token]
_all_free()
os.register_at_fork(after_in_child=_all_free)


def _run(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    answer: SimpleQueue[tuple[Any, BaseException | None]],
    held: list[_Token],
    begun: LockType,
) -> None:
    begun.release()
    result = failure = None
    try:
        result = function(*arguments)
    except BaseException as error:
        # Without the traceback, which refers to this frame.
        failure = error.with_traceback(None)
    held.pop().give_back()
    answer.put((result, failure))


def within(seconds: float, function: Callable[..., _Result], arguments: tuple[Any, ...]) -> _Result:
    """What ``function(*arguments)`` returns or raises, if that takes *seconds* at most.

    Raises TimeoutError when it takes longer; with 0 seconds or less it is not called at all.
    """
    end = monotonic() + seconds
    answer: SimpleQueue[tuple[_Result, BaseException | None]] = SimpleQueue()
    begun = allocate_lock()
    begun.acquire()
    try:
        held = [_tokens.get(timeout=_left(end))]
        start_new_thread(_run, (function, arguments, answer, held, begun))
        try:
            result, failure = answer.get(timeout=_left(end))
        finally:
            # The program may exit next: until 3.12, Python crashes when a thread begins after that.
            begun.acquire()
    except Empty:
        raise timed_out() from None
    if failure is None:
        return result
    try:
        raise failure
    finally:
        # Its traceback refers to this frame.
        del failure


def _left(end: float) -> float:
    """The seconds until *end*; Empty when it has passed."""
    left = end - monotonic()
    if left <= 0:
        raise Empty
    return min(left, LONGEST)
