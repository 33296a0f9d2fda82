"""Socket addresses: picks the codec of a family; an unknown family is ``(family, bytes)``, both
ways.

Layout: struct sockaddr_storage, 128 bytes, <sys/socket.h>: the family, then what the family makes
of it.
"""

import cython
from cython.cimports.berkeley.core.address import inet, inet6, netlink, packet, unix, vsock
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    AF_UNIX,
    sa_family_t,
    sockaddr_storage,
    socklen_t,
)
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy

# <linux/socket.h>; not every libc header has them.
AF_NETLINK = cython.declare(cython.int, 16)
AF_PACKET = cython.declare(cython.int, 17)
AF_VSOCK = cython.declare(cython.int, 40)

HEADER = cython.declare(cython.Py_ssize_t, 2)
STORAGE = cython.declare(cython.Py_ssize_t, 128)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    family: cython.int,
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of a socket of *family* and *protocol* into *raw*; return its length in
    bytes.

    *caller* is the name of the call, for messages.  Raises what the codec of the family raises.
    """
    if family == AF_INET:
        return inet.pack(address, raw, caller)
    if family == AF_INET6:
        return inet6.pack(address, raw, caller)
    if family == AF_UNIX:
        return unix.pack(address, raw, caller)
    if family == AF_NETLINK:
        return netlink.pack(address, raw, caller)
    if family == AF_PACKET:
        return packet.pack(address, raw, caller)
    if family == AF_VSOCK:
        return vsock.pack(address, raw, caller)
    return _pack_unknown(family, address, raw, caller)


@cython.cfunc
@cython.exceptval(0, check=False)
def _pack_unknown(
    family: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    if not isinstance(address, tuple) or len(address) != 2:
        raise OSError(
            f"{caller.decode()}(): bad family: address of family {family} must be (family, bytes)"
        )
    data = bytes(memoryview(address[1]))
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(data)
    if size > STORAGE - HEADER:
        raise ValueError(f"{caller.decode()}(): address must be 126 bytes or less, not {size}")
    raw.ss_family = cython.cast(sa_family_t, as_unsigned(address[0], b"family", 0xFFFF))
    memcpy(cython.cast(cython.p_char, raw) + HEADER, PyBytes_AS_STRING(data), size)
    return cython.cast(socklen_t, HEADER + size)


@cython.cfunc
def unpack(
    protocol: cython.int, raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t
) -> object:
    """The address in the *length* bytes at *raw*; None when the kernel gave none."""
    if length == 0:
        return None
    family: cython.int = raw.ss_family
    if family == AF_INET:
        return inet.unpack(raw, length)
    if family == AF_INET6:
        return inet6.unpack(raw, length)
    if family == AF_UNIX:
        return unix.unpack(raw, length)
    if family == AF_NETLINK:
        return netlink.unpack(raw, length)
    if family == AF_PACKET:
        return packet.unpack(raw, length)
    if family == AF_VSOCK:
        return vsock.unpack(raw, length)
    size: cython.Py_ssize_t = min(cython.cast(cython.Py_ssize_t, length), STORAGE) - HEADER
    return (family, (cython.cast(cython.p_char, raw) + HEADER)[: max(size, 0)])
