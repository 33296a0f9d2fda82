"""Buffers: where received bytes land, and the memory of bytes-like arguments, one or several.

recv(262144) of a 64-byte message must not pay for 262 144 bytes: allocating and shrinking them
costs ten times the system call.  So a receive that is expected to be short lands in an area that is
kept for that, and only what came is copied into the result; one that is expected to be long lands
in the result itself, and one of few bytes on the stack.  The whole size asked for is always offered
to the kernel, so no datagram is cut and no stream is read in smaller pieces.
"""

import cython
from cython.cimports.berkeley.core.landing import Landing
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import MSG_TRUNC, iovec
from cython.cimports.berkeley.core.vector import Vector
from cython.cimports.cpython.buffer import (
    Py_buffer,
    PyBUF_SIMPLE,
    PyBUF_WRITABLE,
    PyBuffer_Release,
    PyObject_CheckBuffer,
)
from cython.cimports.cpython.bytes import (
    PyBytes_AS_STRING,
    PyBytes_CheckExact,
    PyBytes_FromStringAndSize,
    PyBytes_GET_SIZE,
)
from cython.cimports.cpython.mem import PyMem_Free, PyMem_Malloc, PyMem_RawFree, PyMem_RawMalloc
from cython.cimports.cpython.object import PyObject
from cython.cimports.cpython.ref import Py_INCREF, Py_XDECREF
from cython.cimports.libc.string import memcpy, memset

# What the landing itself has room for.
LITTLE = cython.declare(cython.Py_ssize_t, 256)
# A socket whose last message was longer than this is expected to send another long one.
LONG = cython.declare(cython.int, 16_384)
# The size of an area.  The kernel gives its pages only when they are first written to.
AREA = cython.declare(cython.Py_ssize_t, 1 << 20)
# How many idle areas are kept; each blocked receive holds one.
KEPT = cython.declare(cython.int, 16)
# What a vector itself has room for.
FEW = cython.declare(cython.Py_ssize_t, 4)

_idle = cython.declare(cython.p_char[16])
_idle_count = cython.declare(cython.int, 0)
_lock = cython.declare(object, object())


@cython.cfunc
@cython.exceptval(check=False)
def _take() -> cython.p_char:
    """An area, or NULL without an exception when memory is short."""
    global _idle_count
    area: cython.p_char = cython.NULL
    with cython.critical_section(_lock):
        if _idle_count > 0:
            _idle_count -= 1
            area = _idle[_idle_count]
    if area == cython.NULL:
        area = cython.cast(cython.p_char, PyMem_RawMalloc(AREA))
    return area


@cython.cfunc
@cython.exceptval(check=False)
def _give(area: cython.p_char) -> cython.void:
    global _idle_count
    with cython.critical_section(_lock):
        if _idle_count < KEPT:
            _idle[_idle_count] = area
            _idle_count += 1
            area = cython.NULL
    if area != cython.NULL:
        PyMem_RawFree(area)


@cython.cfunc
@cython.exceptval(-1, check=False)
def begin(
    landing: cython.pointer[Landing],
    size: cython.Py_ssize_t,
    expected: cython.int,
    flags: cython.int,
) -> cython.int:
    """Prepare to receive *size* bytes at most at ``landing.where``.

    *expected* is the length of the last message, *flags* are those of the call.

    finish() or abandon() must follow.
    """
    landing.result = cython.NULL
    landing.where = cython.NULL
    if size <= LITTLE:
        landing.where = landing.little
    elif size <= AREA and expected <= LONG:
        landing.where = _take()
    if landing.where == cython.NULL:
        result = PyBytes_FromStringAndSize(cython.NULL, size)
        Py_INCREF(result)
        landing.result = cython.cast(cython.pointer[PyObject], result)
        landing.where = PyBytes_AS_STRING(result)
    if flags & MSG_TRUNC:
        # TCP then counts bytes that it does not write, tcp(7): nobody shall see what was there.
        memset(landing.where, 0, size)
    return 0


@cython.cfunc
def finish(
    landing: cython.pointer[Landing], size: cython.Py_ssize_t, got: cython.Py_ssize_t
) -> object:
    """The *got* bytes that were received, as bytes.

    With MSG_TRUNC the kernel returns the length of the whole message, recv(2): then *got* is larger
    than *size*, and what did not fit is zeros.
    """
    if got <= size and landing.where == landing.little:
        return PyBytes_FromStringAndSize(landing.where, got)
    raw: cython.pointer[PyObject] = landing.result
    if got > size:
        try:
            whole = PyBytes_FromStringAndSize(cython.NULL, got)
            memcpy(PyBytes_AS_STRING(whole), landing.where, size)
            memset(PyBytes_AS_STRING(whole) + size, 0, got - size)
            return whole
        finally:
            abandon(landing)
    if raw == cython.NULL:
        try:
            return PyBytes_FromStringAndSize(landing.where, got)
        finally:
            _give(landing.where)
    landing.result = cython.NULL
    if got != size:
        # Frees *raw* and raises MemoryError if it cannot.
        capi._PyBytes_Resize(cython.address(raw), got)
    result = cython.cast(object, raw)
    Py_XDECREF(raw)
    return result


@cython.cfunc
@cython.exceptval(check=False)
def abandon(landing: cython.pointer[Landing]) -> cython.void:
    """Give back what begin() took, when nothing was received."""
    if landing.result != cython.NULL:
        Py_XDECREF(landing.result)
        landing.result = cython.NULL
    elif landing.where != landing.little:
        _give(landing.where)


@cython.cfunc
@cython.exceptval(-1, check=False)
def read_from(data: object, view: cython.pointer[Py_buffer]) -> cython.int:
    """Fill *view* (obj, buf and len) with the memory of a bytes-like object; the caller releases
    it.
    """
    if PyBytes_CheckExact(data):
        # What the buffer protocol does, without its three calls.
        Py_INCREF(data)
        raw = cython.cast(cython.pointer[capi.Buffer], view)
        raw.obj = cython.cast(cython.pointer[PyObject], data)
        view.buf = PyBytes_AS_STRING(data)
        view.len = PyBytes_GET_SIZE(data)
        return 0
    # PyBUF_SIMPLE gives contiguous memory or fails: PEP 3118.
    if capi.PyObject_GetBuffer(data, view, PyBUF_SIMPLE) < 0:
        if PyObject_CheckBuffer(data):
            # The exporter has said what is wrong with its memory.
            return -1
        capi.PyErr_Clear()
        raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'")
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def write_to(
    target: object, view: cython.pointer[Py_buffer], name: cython.p_const_char
) -> cython.int:
    """Fill *view* with the memory of a writable bytes-like object; the caller releases it."""
    if capi.PyObject_GetBuffer(target, view, PyBUF_WRITABLE) < 0:
        capi.PyErr_Clear()
        raise TypeError(
            f"{name.decode()}: a read-write bytes-like object is required, "
            f"not '{type(target).__name__}'"
        )
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def hold(vector: cython.pointer[Vector], buffers: tuple, writable: cython.bint) -> cython.int:
    """Take hold of the memory of *buffers*; release() has to follow, also after an exception."""
    total: cython.Py_ssize_t = len(buffers)
    vector.count = 0
    vector.views = vector.few_views
    vector.items = vector.few_items
    if total > FEW:
        vector.views = cython.cast(
            cython.pointer[Py_buffer], PyMem_Malloc(total * cython.sizeof(Py_buffer))
        )
        vector.items = cython.cast(
            cython.pointer[iovec], PyMem_Malloc(total * cython.sizeof(iovec))
        )
        if vector.views == cython.NULL or vector.items == cython.NULL:
            raise MemoryError
    for buffer in buffers:
        view: cython.pointer[Py_buffer] = cython.address(vector.views[vector.count])
        if writable:
            write_to(buffer, view, b"buffers")
        else:
            read_from(buffer, view)
        vector.items[vector.count].iov_base = view.buf
        vector.items[vector.count].iov_len = view.len
        vector.count += 1
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def release(vector: cython.pointer[Vector]) -> cython.void:
    i: cython.Py_ssize_t
    for i in range(vector.count):
        PyBuffer_Release(cython.address(vector.views[i]))
    if vector.views != vector.few_views:
        PyMem_Free(vector.views)
    if vector.items != vector.few_items:
        PyMem_Free(vector.items)


@cython.cfunc
@cython.exceptval(check=False)
def total_of(vector: cython.pointer[Vector]) -> cython.Py_ssize_t:
    """How many bytes the buffers have together."""
    total: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    for i in range(vector.count):
        total += vector.items[i].iov_len
    return total
