"""Connecting: connect(2), which unlike other calls cannot be made again after a signal or a wait.

The connection is on its way then: a second call would say EALREADY.  What became of it is asked
when the socket is ready.  A UNIX socket is never on its way: it waits in the call itself, for room
in the queue of the listener.
"""

import cython
from cython.cimports.berkeley.core.connecting import TIMED_OUT
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLOUT
from cython.cimports.berkeley.core.wait import INTERRUPTED, monotonic, poll_until
from cython.cimports.libc.errno import EAGAIN, EINPROGRESS, EINTR, EISCONN, errno
from cython.cimports.libc.stdint import int64_t


@cython.cfunc
@cython.exceptval(-1, check=False)
def connect(
    sock_fd: cython.pointer[cython.const[cython.int]],
    timeout: int64_t,
    address: cython.pointer[libc.sockaddr],
    length: libc.socklen_t,
) -> cython.int:
    """connect(2), with the wait: 0, an errno, or TIMED_OUT.

    *sock_fd* is where the socket has its descriptor: another thread may take it away.
    """
    flight = cython.declare(Flight)
    flight.fd = -1
    fd: cython.int
    is_unix: cython.bint = address.sa_family == libc.AF_UNIX
    began: int64_t = monotonic() if is_unix else 0
    try:
        while True:
            fd = take_off(cython.address(flight), sock_fd)
            with cython.nogil:
                failed: cython.bint = libc.connect(fd, address, length) < 0
                err: cython.int = errno
            if not failed:
                return 0
            if err != EINTR or timeout == 0 or not is_unix:
                break
            # It waited for room in the listener's queue, unix(7): nothing is on its way.
            capi.PyErr_CheckSignals()
            limit: int64_t = _send_timeout(fd)
            if limit > 0 and monotonic() - began >= limit:
                return EAGAIN
        if err == EINTR:
            # The attempt goes on; wait for its end, unless the socket is one that does not wait.
            capi.PyErr_CheckSignals()
            if timeout == 0:
                return err
        elif not (err == EINPROGRESS and timeout > 0):
            return err
        deadline: int64_t = 0
        ready: cython.int = INTERRUPTED
        while ready == INTERRUPTED:
            fd = take_off(cython.address(flight), sock_fd)
            ready = poll_until(fd, POLLOUT, timeout, cython.address(deadline))
        return _outcome(fd) if ready else TIMED_OUT
    finally:
        land(cython.address(flight))


@cython.cfunc
@cython.exceptval(check=False)
def _send_timeout(fd: cython.int) -> int64_t:
    """Nanoseconds of SO_SNDTIMEO, socket(7), which a call that is made again would begin anew; 0 is
    none.
    """
    # struct timeval
    value = cython.declare(cython.long[2], [0, 0])
    length: libc.socklen_t = cython.sizeof(cython.long) * 2
    libc.getsockopt(fd, libc.SOL_SOCKET, libc.SO_SNDTIMEO, value, cython.address(length))
    return cython.cast(int64_t, value[0]) * 1_000_000_000 + cython.cast(int64_t, value[1]) * 1000


@cython.cfunc
@cython.exceptval(check=False)
def _outcome(fd: cython.int) -> cython.int:
    """What became of a connection that was on its way: 0, or an errno (EBADF: closed meanwhile)."""
    value: cython.int = 0
    length: libc.socklen_t = cython.sizeof(cython.int)
    if (
        libc.getsockopt(
            fd, libc.SOL_SOCKET, libc.SO_ERROR, cython.address(value), cython.address(length)
        )
        < 0
    ):
        return errno
    return 0 if value == EISCONN else value
