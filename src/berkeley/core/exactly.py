"""Exactly so many bytes of a stream: recv(2) until they are there, under one deadline.

What came before an exception is never lost: the exception has it as ``received``.  The call can be
made again for the rest.
"""

import cython
from cython.cimports.berkeley.core.attempt import again_in_flight, try_receiving
from cython.cimports.berkeley.core.buffers import write_to
from cython.cimports.berkeley.core.convert import as_size
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import tell
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN
from cython.cimports.berkeley.core.wait import until_ready
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cython.cimports.cpython.object import PyObject
from cython.cimports.cpython.ref import Py_INCREF, Py_XDECREF
from cython.cimports.libc.errno import errno
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memcpy

# A short copy, which is tried with the GIL held: attempt.py.
SMALL = cython.declare(cython.Py_ssize_t, 16384)
# Memory for more than this is taken as the bytes come, twice as much each time.
STEP = cython.declare(cython.Py_ssize_t, 1 << 20)


class IncompleteReadError(EOFError):
    """The stream ended before all bytes had come.

    ``partial`` are those that came, ``expected`` is how many were asked for, as in asyncio's class
    of this name; of recv_exactly_into() ``partial`` is a number, as the bytes are in the buffer.
    """

    __module__ = "berkeley"

    def __init__(self, partial, expected):
        self.partial = partial
        self.expected = expected
        count = partial if isinstance(partial, int) else len(partial)
        super().__init__(f"the stream ended after {count} of {expected} bytes")

    @property
    def received(self):
        """``partial``, by the name that all exceptions of these calls have for it."""
        return self.partial

    def __reduce__(self):
        return type(self), (self.partial, self.expected), self.__dict__


@cython.cfunc
@cython.exceptval(-1, check=False)
def _fill(
    sock: Endpoint,
    where: cython.p_char,
    size: cython.Py_ssize_t,
    got: cython.pointer[cython.Py_ssize_t],
    deadline: cython.pointer[int64_t],
) -> cython.int:
    """Receive until *size* bytes are at *where*, or the stream ends; *got* counts them all the
    time.
    """
    flight = cython.declare(Flight)
    flight.fd = -1
    err: cython.int
    fd: cython.int = sock.sock_fd
    # What the last system call gave; *got* is not 0 when there was one before this function.
    more: cython.Py_ssize_t = got[0]
    tried: cython.int = 0
    if more == 0 and size <= SMALL:
        tried = try_receiving(sock, 0)
    try:
        while got[0] < size:
            if more > 0:
                # Between two pieces as well as in a wait: what a handler raises loses nothing, as
                # all is counted; and a peer that sends all the time does not prolong the call.
                # Nearly always there is nothing more to receive yet.
                capi.PyErr_CheckSignals()
                if sock.sock_timeout > 0:
                    fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
                    until_ready(fd, POLLIN, sock.sock_timeout, deadline)
            # A blocking socket waits for all in one call; on another the flag has no effect.
            if tried:
                more = libc.recv(fd, where + got[0], size - got[0], libc.MSG_WAITALL | tried)
                err = errno
            else:
                fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
                with cython.nogil:
                    more = libc.recv(fd, where + got[0], size - got[0], libc.MSG_WAITALL)
                    err = errno
            if more == 0:
                break
            if more > 0:
                got[0] += more
                if tried:
                    sock.misses = 0
            else:
                again_in_flight(sock, tried, err, POLLIN, deadline, cython.address(flight))
            tried = 0
    finally:
        if flight.fd != -1:
            land(cython.address(flight))
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _check(sock: Endpoint) -> cython.int:
    """Refuse what has messages."""
    if sock.sock_type != libc.SOCK_STREAM:
        raise ValueError("exactly so many bytes can be received from a stream only")
    return 0


def check(sock: Endpoint, /):
    """Refuse a socket that is no stream: ValueError."""
    _check(sock)


def recv_exactly_into(sock: Endpoint, buffer, /):
    """socket.recv_exactly_into() of a socket that has no recv_into() of its own."""
    _check(sock)
    got: cython.Py_ssize_t = 0
    deadline: int64_t = 0
    view = cython.declare(Py_buffer)
    write_to(buffer, cython.address(view), b"buffer")
    size: cython.Py_ssize_t = view.len
    try:
        where: cython.p_char = cython.cast(cython.p_char, view.buf)
        _fill(sock, where, size, cython.address(got), cython.address(deadline))
    except BaseException as error:
        tell(error, b"received", got)
        raise
    finally:
        PyBuffer_Release(cython.address(view))
    if got < size:
        raise IncompleteReadError(got, size)
    return got


@cython.cfunc
def _block(size: cython.Py_ssize_t) -> cython.pointer[PyObject]:
    """A bytes object that nobody has yet, with one reference, the caller's."""
    made = PyBytes_FromStringAndSize(cython.NULL, size)
    Py_INCREF(made)
    return cython.cast(cython.pointer[PyObject], made)


def recv_exactly(sock: Endpoint, count, /):
    """socket.recv_exactly() of a socket that has no recv_into() of its own."""
    _check(sock)
    total: cython.Py_ssize_t = as_size(count, b"count")
    if total < 0:
        raise ValueError("count: negative number of bytes in recv_exactly")
    room: cython.Py_ssize_t = min(total, STEP)
    raw: cython.pointer[PyObject] = _block(room)
    larger: cython.pointer[PyObject] = cython.NULL
    got: cython.Py_ssize_t = 0
    deadline: int64_t = 0
    try:
        while True:
            _fill(sock, _bytes_at(raw), room, cython.address(got), cython.address(deadline))
            if got < room or room == total:
                break
            larger = _block(min(total, 2 * room))
            room = min(total, 2 * room)
            memcpy(_bytes_at(larger), _bytes_at(raw), got)
            Py_XDECREF(raw)
            raw = larger
    except BaseException as error:
        tell(error, b"received", _as_bytes(raw, room, got))
        raise
    data = _as_bytes(raw, room, got)
    if got < total:
        raise IncompleteReadError(data, total)
    return data


@cython.cfunc
def _as_bytes(
    raw: cython.pointer[PyObject], room: cython.Py_ssize_t, got: cython.Py_ssize_t
) -> object:
    """The bytes object *raw*, cut down to *got* bytes where it lies; takes the reference."""
    if got != room:
        # Frees *raw* and raises MemoryError if it cannot.
        capi._PyBytes_Resize(cython.address(raw), got)
    result = cython.cast(object, raw)
    Py_XDECREF(raw)
    return result


@cython.cfunc
@cython.exceptval(check=False)
def _bytes_at(raw: cython.pointer[PyObject]) -> cython.p_char:
    return PyBytes_AS_STRING(cython.cast(object, raw))
