"""Addresses of the BSDs and macOS: they begin with their length and their family, a byte each.

Those of families without a form of their own (AF_LINK) are ``(family, bytes)``, both ways; the
bytes are those behind the two.

Layout: struct sockaddr, <sys/socket.h>.  The kernel writes the length itself, from the argument of
the call.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t

HEADER = cython.declare(socklen_t, 2)
STORAGE = cython.declare(socklen_t, 128)


@cython.cfunc
@cython.exceptval(check=False)
def set_header(
    raw: cython.pointer[sockaddr_storage], length: socklen_t, family: cython.int
) -> cython.void:
    """Write the two bytes of an address of *length* bytes."""
    header = cython.cast(cython.pointer[cython.uchar], raw)
    header[0] = cython.cast(cython.uchar, length)
    header[1] = cython.cast(cython.uchar, family)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    family: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of a socket of *family* into *raw*; return its length in bytes.

    Raises OSError (not a pair), OverflowError (no such family number), ValueError (over 126 bytes).
    """
    length: socklen_t = opaque.pack(family, address, raw, caller)
    number: cython.longlong = as_unsigned(address[0], b"family", 0xFF)
    set_header(raw, length, cython.cast(cython.int, number))
    return length


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*; None when these do not hold a family."""
    if length < HEADER:
        return None
    data = cython.cast(cython.p_char, raw)
    family: cython.uchar = cython.cast(cython.uchar, data[1])
    return (family, data[HEADER : min(length, STORAGE)])
