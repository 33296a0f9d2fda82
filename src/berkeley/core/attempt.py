"""The first try of a call that may wait: made without giving up the GIL where nobody wants it.

To release the GIL and take it back costs as many instructions as the rest of a short recv().  A
system call with MSG_DONTWAIT cannot wait, so a short transfer is tried so first, and only what has
to wait is made again without the GIL.  What a blocking socket returns stays the same: send(2) takes
all bytes or waits, recv(2) returns what is there or waits.

Three limits more than those of gil.py keep this from harming anybody:

- Only as many bytes as are copied in some 30 microseconds: LARGE to receive.  To send, SMALL: of
  more, the try would often take a part, and the rest be another system call.
- Not on a blocking socket that may have an option by which MSG_DONTWAIT makes a difference: `plain`
  says so.  With SO_RCVLOWAT the kernel would return less than the mark, socket(7); with
  TCP_FASTOPEN_CONNECT, what the try sends is taken before there is a connection, tcp(7).  Both are
  noticed when they are set; a descriptor that comes from elsewhere may have them.
- A blocking socket whose tries find nothing, because it waits for answers, is tried ever more
  seldom: the try is a system call in vain.
"""

import cython
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import note, raise_errno_at
from cython.cimports.berkeley.core.flight import take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.gil import keeps_gil
from cython.cimports.berkeley.core.libc.poll import POLLIN, POLLOUT
from cython.cimports.berkeley.core.libc.socket import (
    MSG_DONTWAIT,
    MSG_NOSIGNAL,
    MSG_PEEK,
    MSG_TRUNC,
)
from cython.cimports.berkeley.core.wait import retry_or_raise
from cython.cimports.libc.errno import EAGAIN, EINTR
from cython.cimports.libc.stdint import int64_t

SMALL = cython.declare(cython.Py_ssize_t, 16384)
LARGE = cython.declare(cython.Py_ssize_t, 262144)
# After so many misses in a row, 2 ** MISSES calls are made without a try.
MISSES = cython.declare(cython.int, 6)


@cython.cfunc
@cython.exceptval(check=False)
def try_sending(sock: Endpoint, size: cython.Py_ssize_t, bits: cython.int) -> cython.int:
    """MSG_DONTWAIT if *size* bytes are to be tried with the GIL held, otherwise 0."""
    return 0 if size > SMALL else _try(sock, bits)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _try(sock: Endpoint, bits: cython.int) -> cython.int:
    if bits & ~(MSG_PEEK | MSG_NOSIGNAL | MSG_TRUNC) != 0:
        return 0
    if sock.plain and sock.sock_timeout < 0:
        return 0
    return MSG_DONTWAIT if keeps_gil(sock.sock_family, sock.sock_type) else 0


@cython.cfunc
@cython.exceptval(check=False)
def try_receiving(sock: Endpoint, bits: cython.int) -> cython.int:
    """MSG_DONTWAIT if receiving is to be tried with the GIL held, otherwise 0."""
    if sock.lull > 0:
        sock.lull -= 1
        return 0
    # As much will come as the last time.
    return 0 if sock.expected > LARGE else _try(sock, bits)


@cython.cfunc
@cython.exceptval(-1, check=False)
def again(
    sock: Endpoint,
    tried: cython.int,
    err: cython.int,
    fd: cython.int,
    events: cython.short,
    deadline: cython.pointer[int64_t],
) -> cython.int:
    """Return when the system call that failed with *err* is to be made again; otherwise raise.

    *tried* is what try_sending() or try_receiving() returned if that was the try, and 0 after it.
    """
    if tried and sock.sock_timeout < 0 and err == EAGAIN:
        if events == POLLIN:
            if sock.misses < MISSES:
                sock.misses += 1
            sock.lull = 1 << sock.misses
        return 0
    return retry_or_raise(err, fd, events, sock.sock_timeout, deadline)


@cython.cfunc
@cython.exceptval(-1, check=False)
def again_in_flight(
    sock: Endpoint,
    tried: cython.int,
    err: cython.int,
    events: cython.short,
    deadline: cython.pointer[int64_t],
    flight: cython.pointer[Flight],
) -> cython.int:
    """again(), in which close() in another thread ends the wait."""
    fd: cython.int = take_off(flight, cython.address(sock.sock_fd))
    return again(sock, tried, err, fd, events, deadline)


@cython.cfunc
@cython.exceptval(-1, check=False)
def again_to(
    sock: Endpoint,
    tried: cython.int,
    err: cython.int,
    address: object,
    deadline: cython.pointer[int64_t],
    flight: cython.pointer[Flight],
) -> cython.int:
    """again_in_flight() of a call that sends to *address*: its exceptions name it in a note.

    Not those of a non-blocking socket that would have to wait: it is no failure of the address.
    """
    if err == EAGAIN and sock.sock_timeout <= 0:
        return again_in_flight(sock, tried, err, POLLOUT, deadline, flight)
    if err != EAGAIN and err != EINTR:
        raise_errno_at(err, "sending to", address)
    try:
        return again_in_flight(sock, tried, err, POLLOUT, deadline, flight)
    except TimeoutError as error:
        note(error, "sending to", address)
        raise
