"""Addresses of families without a form of their own: ``(family, bytes)``, both ways.

The bytes are those of the C struct behind its two of the family, 126 at most: struct
sockaddr_storage, <sys/socket.h>.
"""

import cython
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.libc.socket import sa_family_t, sockaddr_storage, socklen_t
from cython.cimports.cpython.buffer import PyObject_CheckBuffer
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy

HEADER = cython.declare(cython.Py_ssize_t, 2)
STORAGE = cython.declare(cython.Py_ssize_t, 128)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    family: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of a socket of *family* into *raw*; return its length in bytes.

    Raises OSError (not a pair: as CPython does for a family that it does not know), OverflowError
    (no such family number), ValueError (over 126 bytes).
    """
    if not isinstance(address, tuple) or len(address) != 2:
        raise OSError(
            f"{caller.decode()}(): bad family: address of family {family} must be (family, bytes)"
        )
    if not PyObject_CheckBuffer(address[1]):
        raise TypeError(
            f"{caller.decode()}(): address of family {family} must be (family, bytes), "
            f"not (family, {type(address[1]).__name__})"
        )
    data = bytes(memoryview(address[1]))
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(data)
    if size > STORAGE - HEADER:
        raise ValueError(f"{caller.decode()}(): address must be 126 bytes or less, not {size}")
    raw.ss_family = cython.cast(sa_family_t, as_unsigned(address[0], b"family", 0xFFFF))
    memcpy(cython.cast(cython.p_char, raw) + HEADER, PyBytes_AS_STRING(data), size)
    return cython.cast(socklen_t, HEADER + size)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*; None when these do not hold a family."""
    if length < cython.cast(socklen_t, HEADER):
        return None
    size: cython.Py_ssize_t = min(cython.cast(cython.Py_ssize_t, length), STORAGE) - HEADER
    return (raw.ss_family, (cython.cast(cython.p_char, raw) + HEADER)[:size])
