"""Calls in flight: close() in one thread ends what another thread waits for on the same socket.

In the kernel, a call that waits keeps its file: close(2) elsewhere takes the number away, and the
call waits on, for ever or until its data goes to nobody.  Meanwhile the number may be given to
another file, and a call that comes back to it reads from the wrong one.  shutdown(2) would wake the
call, and end the connection for every copy of the descriptor, in other processes as well.

So each call that releases the GIL is in a list as long as it takes, and close() of a descriptor
that has such calls does what Java's runtime does on Linux:

1. dup3(2) puts another file in the place of the socket: one opened with O_PATH, on which every call
   fails with EBADF, open(2).  The number stays taken.
2. A signal goes to the thread of each call, pthread_kill(3).  Its handler does nothing, but the
   system call ends with EINTR, signal(7).  It is made again, as after any signal, and meets EBADF.
   A thread that is not yet in the kernel needs no signal: it meets EBADF at once.
3. The last of the calls closes the number.

A thread that has blocked the signal is not woken; its call ends as it does without all this.  The
cost is some thirty instructions for a call that releases the GIL, and none for one that does not.
"""

import cython
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import signal as libc
from cython.cimports.berkeley.core.libc.unistd import (
    O_CLOEXEC,
    O_PATH,
    close,
    dup3,
    open,
)
from cython.cimports.libc.string import memset

# All calls in flight, found by their descriptors.
BUCKETS = cython.declare(cython.int, 64)
_flights = cython.declare(cython.pointer[Flight][64])
_lock = cython.declare(object, object())

# The first signal that is tried, counted down from SIGRTMAX; programs take their own from the ends.
FROM_LAST = cython.declare(cython.int, 3)


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def _forget() -> cython.void:
    """A child has none of the other threads, and their stacks are anybody's."""
    memset(_flights, 0, cython.sizeof(_flights))


libc.pthread_atfork(cython.NULL, cython.NULL, _forget)


@cython.cfunc
@cython.exceptval(check=False)
def take_off(
    flight: cython.pointer[Flight], sock_fd: cython.pointer[cython.const[cython.int]]
) -> cython.int:
    """Put a call in the list, if it is not there yet; return the descriptor to call with.

    ``flight.fd`` is -1 before.  The descriptor is read here, where no close() comes between.
    land() has to follow.
    """
    if flight.fd == -1:
        with cython.critical_section(_lock):
            fd: cython.int = sock_fd[0]
            if fd != -1:
                flight.fd = fd
                flight.closed = False
                flight.thread = libc.pthread_self()
                flight.next = _flights[fd & (BUCKETS - 1)]
                _flights[fd & (BUCKETS - 1)] = flight
        return flight.fd
    # Closed without step 1, as in a child or when no descriptor was left: the number is anybody's.
    return flight.fd if flight.closed else sock_fd[0]


@cython.cfunc
@cython.exceptval(check=False)
def land(flight: cython.pointer[Flight]) -> cython.int:
    """Take a call out of the list; the last one on a closed socket closes the number."""
    fd: cython.int = flight.fd
    if fd == -1:
        return 0
    with cython.critical_section(_lock):
        last: cython.bint = flight.closed
        link: cython.pointer[cython.pointer[Flight]] = cython.address(_flights[fd & (BUCKETS - 1)])
        while link[0] != cython.NULL:
            if link[0] == flight:
                link[0] = flight.next
                continue
            if link[0].fd == fd and link[0].closed:
                last = False
            link = cython.address(link[0].next)
    flight.fd = -1
    if last:
        close(fd)
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def ground(fd: cython.int) -> cython.bint:
    """Close the socket *fd* for its calls in flight, and wake them; False if there are none."""
    # Without a GIL, a call may be about to enter the list.
    if not capi.BERKELEY_NO_GIL and _flights[fd & (BUCKETS - 1)] == cython.NULL:
        return False
    found: cython.bint = False
    flight: cython.pointer[Flight]
    with cython.critical_section(_lock):
        flight = _flights[fd & (BUCKETS - 1)]
        while flight != cython.NULL:
            found |= flight.fd == fd
            flight = flight.next
        if found:
            replaced: cython.bint = _replace(fd)
            if not replaced:
                # No descriptor is left for the file without calls: the number is free at once.
                close(fd)
            number: cython.int = _signal()
            flight = _flights[fd & (BUCKETS - 1)]
            while flight != cython.NULL:
                if flight.fd == fd:
                    flight.closed = replaced
                    libc.pthread_kill(flight.thread, number)
                flight = flight.next
    return found


@cython.cfunc
@cython.exceptval(check=False)
def _replace(fd: cython.int) -> cython.bint:
    """Put a file in the place of *fd* on which no call works."""
    nothing: cython.int = open(b"/", O_PATH | O_CLOEXEC)
    if nothing < 0:
        return False
    done: cython.bint = dup3(nothing, fd, O_CLOEXEC) >= 0
    close(nothing)
    return done


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def _wake(number: cython.int) -> cython.void:
    """What the signal does."""


@cython.cfunc
@cython.exceptval(check=False)
def _signal() -> cython.int:
    """A real-time signal that nobody else has taken; its handler, without SA_RESTART, is ours."""
    action = cython.declare(libc.sigaction_s)
    number: cython.int = libc.SIGRTMAX - FROM_LAST
    while number >= libc.SIGRTMIN:
        if libc.sigaction(number, cython.NULL, cython.address(action)) == 0:
            if action.sa_handler == _wake:
                return number
            if action.sa_handler == libc.SIG_DFL:
                memset(cython.address(action), 0, cython.sizeof(libc.sigaction_s))
                libc.sigemptyset(cython.address(action.sa_mask))
                action.sa_handler = _wake
                libc.sigaction(number, cython.address(action), cython.NULL)
                return number
        number -= 1
    # Number 0 wakes nobody: pthread_kill(3).
    return 0
