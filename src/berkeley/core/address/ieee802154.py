"""AF_IEEE802154 addresses: being written."""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes."""
    return opaque.pack(36, address, raw, caller)


@cython.cfunc
def unpack(
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The tuple of the *length* bytes at *raw*."""
    return opaque.unpack(raw, length)
