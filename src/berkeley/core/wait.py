"""Waiting: what every blocking call does when its system call did not succeed.

A call tries first and waits after: a socket with a timeout is non-blocking for the kernel, so its
system call either succeeds at once, which needs no poll, or says EAGAIN, and then this file waits.
All waits of one call share one deadline, taken when it first has to wait, so a timeout never starts
again from zero.

Times are nanoseconds of CLOCK_MONOTONIC, clock_gettime(2).  ppoll(2) takes them as they are:
poll(2) would round to milliseconds, which either ends a wait early or spins.  A timeout of -1 is
none, 0 is non-blocking.
"""

import cython
from cython.cimports.berkeley.core.errors import raise_errno, raise_timeout
from cython.cimports.berkeley.core.libc import poll as libc
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.libc.errno import EAGAIN, EINTR, errno
from cython.cimports.libc.stdint import int64_t
from cython.cimports.posix.time import CLOCK_MONOTONIC, clock_gettime, timespec

NANOSECONDS = cython.declare(int64_t, 1_000_000_000)
# A longer wait is cut into pieces of this length: time_t and the sum below cannot overflow.
LONGEST = cython.declare(int64_t, 86_400 * 1_000_000_000)
LAST = cython.declare(int64_t, 0x7FFFFFFFFFFFFFFF)
INTERRUPTED = 2


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def monotonic() -> int64_t:
    time = cython.declare(timespec)
    clock_gettime(CLOCK_MONOTONIC, cython.address(time))
    return cython.cast(int64_t, time.tv_sec) * NANOSECONDS + time.tv_nsec


@cython.cfunc
@cython.exceptval(-1, check=False)
def poll_until(
    fd: cython.int, events: cython.short, timeout: int64_t, deadline: cython.pointer[int64_t]
) -> cython.int:
    """Wait until *fd* has one of *events* or an error: 1; or until the deadline has passed: 0.

    An error of the descriptor ends the wait: the caller's next system call reports it.  A signal
    does as well, INTERRUPTED: its handlers have run, and raise what they raise (PEP 475), and may
    have closed the socket, so the caller looks which descriptor it has.
    """
    if fd < 0 and events != 0:
        # Closed meanwhile; poll(2) would wait for nothing.
        return 1
    item = cython.declare(libc.pollfd)
    item.fd = fd
    item.events = events
    span = cython.declare(timespec)
    remaining: int64_t = -1
    err: cython.int = 0
    ready: cython.int = 0
    now: int64_t = monotonic() if timeout >= 0 else 0
    if timeout >= 0 and deadline[0] != 0:
        # A peer that takes a little all the time keeps the descriptor ready, and must not keep the
        # call going.
        if now >= deadline[0]:
            return 0
    elif timeout >= 0:
        # The largest timeout and the clock together may pass what 64 bits hold (292 years).
        deadline[0] = now + timeout if timeout < LAST - now else LAST
    while True:
        with cython.nogil:
            if timeout < 0:
                ready = libc.ppoll(cython.address(item), 1, cython.NULL, cython.NULL)
            else:
                remaining = deadline[0] - monotonic()
                if remaining < 0:
                    remaining = 0
                if remaining > LONGEST:
                    remaining = LONGEST
                span.tv_sec = remaining // NANOSECONDS
                span.tv_nsec = remaining % NANOSECONDS
                ready = libc.ppoll(cython.address(item), 1, cython.address(span), cython.NULL)
            err = errno
        if ready > 0:
            return 1
        if ready == 0:
            if deadline[0] <= monotonic():
                return 0
        elif err == EINTR:
            capi.PyErr_CheckSignals()
            return INTERRUPTED
        else:
            raise_errno(err)


@cython.cfunc
@cython.exceptval(-1, check=False)
def until_ready(
    fd: cython.int, events: cython.short, timeout: int64_t, deadline: cython.pointer[int64_t]
) -> cython.int:
    """poll_until(), with a TimeoutError when the deadline has passed.

    After a signal it returns early: the system call that follows says whether to wait on.
    """
    if not poll_until(fd, events, timeout, deadline):
        raise_timeout()
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def retry_or_raise(
    err: cython.int,
    fd: cython.int,
    events: cython.short,
    timeout: int64_t,
    deadline: cython.pointer[int64_t],
) -> cython.int:
    """Return when the system call that failed with *err* is to be made again; otherwise raise.

    EINTR runs signal handlers first.  EAGAIN waits if the socket has a timeout; a non-blocking
    socket gets its BlockingIOError, and so does a blocking one (its SO_RCVTIMEO or SO_SNDTIMEO has
    passed).
    """
    if err == EINTR:
        capi.PyErr_CheckSignals()
        return 0
    if err == EAGAIN and timeout > 0:
        return until_ready(fd, events, timeout, deadline)
    return raise_errno(err)


def until(fd, writable, timeout):
    """Wait until *fd* is readable (or *writable*), *timeout* nanoseconds at most (-1: for ever).

    For the parts of berkeley that are ordinary Python.  Raises TimeoutError.
    """
    deadline: int64_t = 0
    nanoseconds: int64_t = timeout
    descriptor: cython.int = fd
    events: cython.short = libc.POLLOUT if writable else libc.POLLIN
    ready: cython.int = INTERRUPTED
    while ready == INTERRUPTED:
        ready = poll_until(descriptor, events, nanoseconds, cython.address(deadline))
    if not ready:
        raise_timeout()
