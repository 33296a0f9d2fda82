"""Exactly so many bytes of a stream: recv(2) until they are there, under one deadline.

What came before an exception is never lost: the exception has it as ``received``.  The call can be
made again for the rest.
"""

import cython
from cython.cimports.berkeley.core.attempt import again_in_flight
from cython.cimports.berkeley.core.buffers import write_to
from cython.cimports.berkeley.core.convert import as_size
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import tell
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cython.cimports.cpython.object import PyObject
from cython.cimports.cpython.ref import Py_INCREF, Py_XDECREF
from cython.cimports.libc.errno import errno
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memcpy

# Memory for more than this is taken as the bytes come, twice as much each time.
STEP = cython.declare(cython.Py_ssize_t, 1 << 20)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _some(
    sock: Endpoint,
    where: cython.p_char,
    size: cython.Py_ssize_t,
    deadline: cython.pointer[int64_t],
    flight: cython.pointer[Flight],
) -> cython.Py_ssize_t:
    """recv(2) with the wait: how many bytes came, 0 at the end of the stream."""
    got: cython.Py_ssize_t
    err: cython.int
    # A blocking socket waits for all in one call; on another the flag has no effect.
    bits: cython.int = libc.MSG_WAITALL
    while True:
        fd: cython.int = take_off(flight, cython.address(sock.sock_fd))
        with cython.nogil:
            got = libc.recv(fd, where, size, bits)
            err = errno
        if got >= 0:
            return got
        again_in_flight(sock, 0, err, POLLIN, deadline, flight)


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
    more: cython.Py_ssize_t
    try:
        while got[0] < size:
            more = _some(sock, where + got[0], size - got[0], deadline, cython.address(flight))
            if more == 0:
                break
            got[0] += more
            # Counted first: what a handler raises loses nothing.
            capi.PyErr_CheckSignals()
    finally:
        if flight.fd != -1:
            land(cython.address(flight))
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _check(sock: Endpoint) -> cython.int:
    if sock.sock_type != libc.SOCK_STREAM:
        raise ValueError("exactly so many bytes can be received from a stream only")
    return 0


def fill(sock: Endpoint, buffer, /):
    """Receive until *buffer* is full; return how many bytes came, fewer at the end of the stream.

    An exception has that number as ``received``.
    """
    _check(sock)
    got: cython.Py_ssize_t = 0
    deadline: int64_t = 0
    view = cython.declare(Py_buffer)
    write_to(buffer, cython.address(view), b"buffer")
    try:
        where: cython.p_char = cython.cast(cython.p_char, view.buf)
        _fill(sock, where, view.len, cython.address(got), cython.address(deadline))
        return got
    except BaseException as error:
        tell(error, b"received", got)
        raise
    finally:
        PyBuffer_Release(cython.address(view))


@cython.cfunc
def _block(size: cython.Py_ssize_t) -> cython.pointer[PyObject]:
    """A bytes object that nobody has yet, with one reference, the caller's."""
    made = PyBytes_FromStringAndSize(cython.NULL, size)
    Py_INCREF(made)
    return cython.cast(cython.pointer[PyObject], made)


def collect(sock: Endpoint, count, /):
    """Receive *count* bytes; fewer at the end of the stream.

    An exception has what came before it as ``received``, bytes.
    """
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
            room = min(total, 2 * room)
            larger = _block(room)
            memcpy(_bytes_at(larger), _bytes_at(raw), got)
            Py_XDECREF(raw)
            raw = larger
    except BaseException as error:
        tell(error, b"received", PyBytes_FromStringAndSize(_bytes_at(raw), got))
        Py_XDECREF(raw)
        raise
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
