"""Byte order: htons(3) and its three relatives."""

import sys

import cython
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.libc import inet as libc
from cython.cimports.berkeley.core.libc import python as capi

# Before 3.14 the 32-bit functions took nothing but int, and a negative number was an OverflowError
# everywhere.
STRICT = cython.declare(cython.bint, sys.version_info < (3, 14))


@cython.cfunc
@cython.exceptval(-1, check=False)
def _as_unsigned(
    value: object, name: cython.p_const_char, limit: cython.longlong
) -> cython.longlong:
    if capi.PyIndex_Check(value):
        value = capi.PyNumber_Index(value)
        if value < 0:
            text = f"{name.decode()}: Value must be non-negative"
            raise OverflowError(text) if STRICT else ValueError(text)
    return as_unsigned(value, name, limit)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _as_u32(value: object, name: cython.p_const_char) -> cython.longlong:
    if STRICT and not isinstance(value, int):
        raise TypeError(f"{name.decode()}: expected int, {type(value).__name__} found")
    return _as_unsigned(value, name, 0xFFFFFFFF)


def htons(integer, /):
    """A 16-bit number from host to network byte order.

    Raises OverflowError, ValueError (negative, since 3.14).
    """
    return libc.htons(cython.cast(cython.ushort, _as_unsigned(integer, b"htons", 0xFFFF)))


def ntohs(integer, /):
    """A 16-bit number from network to host byte order.

    Raises OverflowError, ValueError (negative, since 3.14).
    """
    return libc.ntohs(cython.cast(cython.ushort, _as_unsigned(integer, b"ntohs", 0xFFFF)))


def htonl(integer, /):
    """A 32-bit number from host to network byte order.

    Raises OverflowError, ValueError (negative, since 3.14).
    """
    return libc.htonl(cython.cast(cython.uint, _as_u32(integer, b"htonl")))


def ntohl(integer, /):
    """A 32-bit number from network to host byte order.

    Raises OverflowError, ValueError (negative, since 3.14).
    """
    return libc.ntohl(cython.cast(cython.uint, _as_u32(integer, b"ntohl")))
