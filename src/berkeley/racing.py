"""Connecting within a time, by several attempts at once: Happy Eyeballs, RFC 8305.

The attempts are non-blocking sockets of one poll(2): there are no threads.  The next one begins
when the delay has passed or when one has failed, and goes on beside those that have not; the first
that is connected ends them all.  With no delay, which counts as an endless one, an attempt begins
when the one before has failed.

RFC 8305 also asks for the addresses of both families at once, and begins when the first come.
getaddrinfo(3) has one answer for both, so the race begins with that.
"""

from __future__ import annotations

import os
import select
import struct
from collections import deque
from errno import (
    EADDRNOTAVAIL,
    EAFNOSUPPORT,
    EHOSTUNREACH,
    EINPROGRESS,
    EISCONN,
    ENETUNREACH,
)
from math import inf, isnan
from operator import index
from time import monotonic

import berkeley
from berkeley.core.errors import gaierror, timed_out
from berkeley.core.names import getaddrinfo
from berkeley.lookups import within
from berkeley.unixpath import connectable

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from berkeley.socketclass import socket

    # A row of getaddrinfo(): family, type, protocol, canonical name, address.
    _Row: TypeAlias = tuple[int, int, int, str, Any]

# These say that there is no way to the address from here, and a gaierror that the source address
# is of another family: any other error tells more.
NO_WAY = frozenset((EADDRNOTAVAIL, EAFNOSUPPORT, EHOSTUNREACH, ENETUNREACH))
# No wait is longer, in seconds, but a race waits again: poll(2) takes milliseconds as an int.
LONGEST = 86_400.0


def connect(
    address: Any,
    make: Callable[[int, int, int], socket],
    source_address: Any,
    all_errors: bool,
    happy_eyeballs_delay: float | None,
    interleave: int | None,
    deadline: float | None,
) -> socket:
    """create_connection() with what the standard module has not; *make* makes a socket with the
    caller's timeout.
    """
    end = inf if deadline is None else monotonic() + _seconds("deadline", deadline)
    delay = inf
    if happy_eyeballs_delay is not None:
        delay = _seconds("happy_eyeballs_delay", happy_eyeballs_delay)
        if delay < 0:
            raise ValueError("happy_eyeballs_delay must not be negative")
    count = _count(interleave) if interleave is not None else 1 if delay < inf else 0
    if count < 0:
        raise ValueError("interleave must not be negative")
    try:
        rows: list[_Row]
        if isinstance(address, (str, bytes, os.PathLike)):
            rows = [(berkeley.AF_UNIX, berkeley.SOCK_STREAM, 0, "", os.fspath(address))]
        else:
            host, port = address
            rows = _look_up(host, port, 0, end)
        if count > 0:
            rows = interleaved(rows, count)
        return _Race(rows, make, source_address, all_errors, delay, end).run()
    except FileNotFoundError as error:
        # Most likely the host of an address that was not put into a tuple.
        if isinstance(address, str) and "/" not in address:
            error.add_note("text is a path; a host and a port are a tuple, (host, port)")
        raise
    except TimeoutError as error:
        # That of an attempt, or of a lookup, has its note.
        if not hasattr(error, "__notes__"):
            error.add_note(f"while connecting to {address!r}")
        raise


def _seconds(name: str, value: float) -> float:
    try:
        # No text: float() takes that.
        seconds = 0.0 + value
    except TypeError:
        raise TypeError(f"{name}: seconds are a number, not {value!r}") from None
    if isnan(seconds):
        raise ValueError(f"{name}: Invalid value NaN (not a number)")
    return seconds


def _count(interleave: int) -> int:
    try:
        return index(interleave)
    except TypeError:
        raise TypeError(f"interleave is an int, not {interleave!r}") from None


def _look_up(host: Any, port: Any, family: int, end: float) -> list[_Row]:
    ask: Any = berkeley.getaddrinfo
    if end == inf:
        rows = ask(host, port, family, berkeley.SOCK_STREAM)
    elif ask is getaddrinfo:
        left = min(max(end - monotonic(), 0.0), LONGEST)
        rows = ask(host, port, family, berkeley.SOCK_STREAM, timeout=left)
    else:
        # One that the program has put in its place need not know timeouts.
        rows = within(end - monotonic(), ask, (host, port, family, berkeley.SOCK_STREAM))
    return list(rows)


def _is_numeric(host: Any, family: int) -> bool:
    """True for what bind() takes without a lookup; ``''`` is any address."""
    try:
        return host == "" or bool(berkeley.inet_pton(family, host.partition("%")[0]))
    except (AttributeError, TypeError, OSError):
        return False


def interleaved(rows: list[_Row], first_family_count: int) -> list[_Row]:
    """*rows* with the families taking turns, behind the first rows of the first family.

    *first_family_count* is RFC 8305's First Address Family Count (section 8).
    """
    families: dict[int, deque[_Row]] = {}
    for row in rows:
        families.setdefault(row[0], deque()).append(row)
    ordered: list[_Row] = []
    first = next(iter(families.values()), deque())
    while len(ordered) < first_family_count - 1 and first:
        ordered.append(first.popleft())
    while len(ordered) < len(rows):
        ordered += [queue.popleft() for queue in families.values() if queue]
    return ordered


class _Attempt:
    """A socket on its way to *target*, the timeout it will have, and when that has passed."""

    __slots__ = ("expires", "sock", "target", "timeout")

    def __init__(self, sock: socket, timeout: float | None, target: Any) -> None:
        self.sock = sock
        self.target = target
        self.timeout = timeout
        self.expires = inf if timeout is None else monotonic() + timeout


class _Race:
    def __init__(
        self,
        rows: list[_Row],
        make: Callable[[int, int, int], socket],
        source_address: Any,
        all_errors: bool,
        delay: float,
        end: float,
    ) -> None:
        self.rows = deque(rows)
        self.make = make
        self.source_address = source_address
        self.all_errors = all_errors
        self.delay = delay
        self.end = end
        # When the next attempt begins; by descriptor, the oldest first; what the others met.
        self.next = -inf
        self.running: dict[int, _Attempt] = {}
        self.errors: list[OSError] = []
        self.poll = select.poll()

    def run(self) -> socket:
        """The first socket that is connected.  All others are closed, whatever happens."""
        try:
            while self.rows or self.running:
                now = monotonic()
                if now >= self.end:
                    break
                if self.rows and now >= self.next:
                    winner = self.begin(*self.rows.popleft())
                else:
                    winner = self.wait(now)
                if winner is not None:
                    return winner
            if monotonic() >= self.end:
                raise timed_out() from self.errors_so_far()
            failure = self.errors_so_far()
            try:
                raise failure or OSError("getaddrinfo returns an empty list")
            finally:
                del failure
        finally:
            for attempt in self.running.values():
                attempt.sock.close()
            # An exception refers to this frame by its traceback: by these it would refer to itself.
            self.running.clear()
            self.errors.clear()

    def errors_so_far(self) -> Exception | None:
        if not self.errors:
            return None
        if self.all_errors:
            return ExceptionGroup("create_connection failed", self.errors)
        telling = [e for e in self.errors if e.errno not in NO_WAY and not isinstance(e, gaierror)]
        return (telling or self.errors)[-1]

    def begin(
        self, family: int, kind: int, protocol: int, _name: str, target: Any
    ) -> socket | None:
        """Begin an attempt; the socket if it is connected at once."""
        sock = None
        self.next = monotonic() + self.delay
        try:
            sock = self.make(family, kind, protocol)
            attempt = _Attempt(sock, sock.gettimeout(), target)
            if self.source_address is not None:
                sock.bind(self.source(family))
            if family == berkeley.AF_UNIX:
                with connectable(target) as path:
                    self.connect_path(attempt, path)
                return sock
            sock.settimeout(0)
            try:
                sock.connect(target)
            except BlockingIOError as error:
                if error.errno != EINPROGRESS or attempt.timeout == 0:
                    raise
                self.running[sock.fileno()] = attempt
                self.poll.register(sock.fileno(), select.POLLOUT)
                return None
            sock.settimeout(attempt.timeout)
        except OSError as error:
            if sock is not None:
                sock.close()
            self.failed(error)
            return None
        except BaseException:
            if sock is not None:
                sock.close()
            raise
        return sock

    def source(self, family: int) -> Any:
        """The source address without a name, which bind() would look up however long it takes."""
        source = self.source_address
        # What is no address is bind()'s to refuse.
        if self.end == inf or not isinstance(source, tuple) or len(source) < 2:
            return source
        if _is_numeric(source[0], family):
            return source
        for *_, found in _look_up(source[0], 0, family, self.end):
            return (found[0], source[1], *(source[2:] or found[2:]))
        return source

    def connect_path(self, attempt: _Attempt, path: str) -> None:
        """Connect an AF_UNIX socket.

        Where its listener's queue is full, a non-blocking connect(2) says EAGAIN, and no poll tells
        when there is room.  The kernel waits for that in a blocking call, for SO_SNDTIMEO at most.
        """
        sock = attempt.sock
        end = min(attempt.expires, self.end)
        if attempt.timeout == 0 or end == inf:
            sock.connect(path)
            return
        sock.settimeout(None)
        while True:
            left = min(end - monotonic(), LONGEST)
            if left <= 0:
                raise timed_out()
            # struct timeval; zero would be no timeout.
            limit = struct.pack("ll", int(left), int(left % 1 * 1e6) | 1)
            sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDTIMEO, limit)
            try:
                sock.connect(path)
            except BlockingIOError:
                continue
            break
        sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDTIMEO, struct.pack("ll", 0, 0))
        sock.settimeout(attempt.timeout)

    def wait(self, now: float) -> socket | None:
        """Wait for the next thing to happen; the socket if it is that one is connected."""
        until = min(self.end, *(attempt.expires for attempt in self.running.values()))
        if self.rows:
            until = min(until, self.next)
        ready = dict(self.poll.poll(min(max(until - now, 0.0), LONGEST) * 1000))
        now = monotonic()
        for fd, attempt in list(self.running.items()):
            if fd in ready:
                number = attempt.sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ERROR)
                if number in (0, EISCONN):
                    attempt.sock.settimeout(attempt.timeout)
                    del self.running[fd]
                    return attempt.sock
                self.end_of(fd, OSError(number, os.strerror(number)))
            elif attempt.expires <= now:
                self.end_of(fd, timed_out())
        return None

    def end_of(self, fd: int, error: OSError) -> None:
        self.poll.unregister(fd)
        attempt = self.running.pop(fd)
        attempt.sock.close()
        error.add_note(f"while connecting to {attempt.target!r}")
        self.failed(error)

    def failed(self, error: OSError) -> None:
        self.errors.append(error)
        # RFC 8305, section 5: the delay is for attempts without an answer.
        self.next = -inf
