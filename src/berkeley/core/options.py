"""Socket options: getsockopt(2) and setsockopt(2) with an int, with bytes, and with nothing but a
length.
"""

import sys

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int, as_unsigned
from cython.cimports.berkeley.core.errors import raise_errno
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release, PyObject_CheckBuffer
from cython.cimports.cpython.bytes import PyBytes_FromStringAndSize
from cython.cimports.libc.errno import errno
from cython.cimports.libc.stdint import uint64_t
from cython.cimports.libc.string import memset

# <linux/socket.h>.  Options of the level AF_VSOCK are 64 bits wide, vsock(7).
AF_VSOCK = cython.declare(cython.int, 40)

# The version that has another text for what is no option value.
SINCE_3_15 = cython.declare(cython.bint, sys.version_info >= (3, 15))

# The most bytes that getsockopt() has ever taken.
LARGEST = cython.declare(cython.Py_ssize_t, 1024)


@cython.cfunc
def get_option(
    fd: cython.int,
    family: cython.int,
    level: cython.int,
    name: cython.int,
    size: cython.Py_ssize_t,
) -> object:
    """The value of an option: an int when *size* is 0, otherwise bytes, *size* at most."""
    length: libc.socklen_t
    if size == 0:
        if family == AF_VSOCK and level == AF_VSOCK:
            wide: uint64_t = 0
            length = cython.sizeof(uint64_t)
            if libc.getsockopt(fd, level, name, cython.address(wide), cython.address(length)) < 0:
                raise_errno(errno)
            return wide
        # SO_GET_FILTER counts its length in blocks of 8 bytes: the "4" of an int is 32 of them.
        numbers = cython.declare(cython.int[8])
        numbers[0] = 0
        length = cython.sizeof(cython.int)
        if libc.getsockopt(fd, level, name, numbers, cython.address(length)) < 0:
            raise_errno(errno)
        return numbers[0]
    if size < 0 or size > LARGEST:
        raise OSError("getsockopt buflen out of range")
    # LARGEST blocks of 8 bytes, for the same reason.
    buffer = cython.declare(cython.char[8192])
    memset(buffer, 0, LARGEST)
    length = cython.cast(libc.socklen_t, size)
    if libc.getsockopt(fd, level, name, buffer, cython.address(length)) < 0:
        raise_errno(errno)
    # NETLINK_LIST_MEMBERSHIPS tells the length that it needs, netlink(7): more than it was given.
    return PyBytes_FromStringAndSize(buffer, min(cython.cast(cython.Py_ssize_t, length), LARGEST))


@cython.cfunc
@cython.exceptval(-1, check=False)
def set_option(
    fd: cython.int,
    family: cython.int,
    level: cython.int,
    name: cython.int,
    value: object,
    optlen: object,
) -> cython.int:
    """Set an option to an int, to the bytes of a buffer, or (value None) to no data of length
    *optlen*.
    """
    failed: cython.bint
    if value is None:
        if optlen is ...:
            raise TypeError("setsockopt() requires 4 arguments when the third argument is None")
        size: cython.longlong = as_unsigned(optlen, b"optlen", 0xFFFFFFFF)
        failed = (
            libc.setsockopt(fd, level, name, cython.NULL, cython.cast(libc.socklen_t, size)) < 0
        )
    elif optlen is not ...:
        raise TypeError("setsockopt() only takes 4 arguments when the third argument is None")
    elif capi.PyIndex_Check(value) and not PyObject_CheckBuffer(value):
        if family == AF_VSOCK and level == AF_VSOCK:
            wide: uint64_t = capi.PyLong_AsUnsignedLongLongMask(capi.PyNumber_Index(value))
            failed = (
                libc.setsockopt(fd, level, name, cython.address(wide), cython.sizeof(uint64_t)) < 0
            )
        else:
            number: cython.int = as_int(value, b"value")
            failed = (
                libc.setsockopt(fd, level, name, cython.address(number), cython.sizeof(cython.int))
                < 0
            )
    else:
        view = cython.declare(Py_buffer)
        if not PyObject_CheckBuffer(value):
            if SINCE_3_15:
                raise TypeError(
                    "value: socket option should be int, bytes-like object or None "
                    f"(got {type(value).__name__})"
                )
            raise TypeError(f"a bytes-like object is required, not '{type(value).__name__}'")
        read_from(value, cython.address(view))
        try:
            if view.len > 0x7FFFFFFF:
                raise OverflowError("value: socket option is larger than 2147483647 bytes")
            failed = (
                libc.setsockopt(fd, level, name, view.buf, cython.cast(libc.socklen_t, view.len))
                < 0
            )
            err: cython.int = errno
        finally:
            PyBuffer_Release(cython.address(view))
        if failed:
            raise_errno(err)
    if failed:
        raise_errno(errno)
    return 0
