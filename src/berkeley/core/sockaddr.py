"""Socket addresses: picks the codec of a family; an unknown family is ``(family, bytes)``, both
ways.

Layout: struct sockaddr_storage, 128 bytes, <sys/socket.h>: the family, then what the family makes
of it.
"""

import cython
from cython.cimports.berkeley.core.address import (
    alg,
    bluetooth,
    can,
    ieee802154,
    inet,
    inet6,
    netlink,
    opaque,
    packet,
    qipcrtr,
    tipc,
    unix,
    vsock,
    xdp,
)
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    AF_UNIX,
    sa_family_t,
    sockaddr_storage,
    socklen_t,
)
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.stdlib import free, malloc
from cython.cimports.libc.string import memcpy, memset

# <linux/socket.h>; not every libc header has them.
AF_NETLINK = cython.declare(cython.int, 16)
AF_PACKET = cython.declare(cython.int, 17)
AF_RDS = cython.declare(cython.int, 21)
AF_CAN = cython.declare(cython.int, 29)
AF_TIPC = cython.declare(cython.int, 30)
AF_BLUETOOTH = cython.declare(cython.int, 31)
AF_IEEE802154 = cython.declare(cython.int, 36)
AF_ALG = cython.declare(cython.int, 38)
AF_VSOCK = cython.declare(cython.int, 40)
AF_QIPCRTR = cython.declare(cython.int, 42)
AF_SMC = cython.declare(cython.int, 43)
AF_XDP = cython.declare(cython.int, 44)

# The protocol of AF_SMC that runs over IPv6, <net/smc.h>.
SMCPROTO_SMC6 = cython.declare(cython.int, 1)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    fd: cython.int,
    family: cython.int,
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of the socket *fd*, of *family* and *protocol*, into *raw*; return its length
    in bytes.

    Interfaces have their names in the network namespace of the socket; -1: in that of the thread.
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
        return packet.pack(fd, address, raw, caller)
    if family == AF_CAN:
        return can.pack(fd, protocol, address, raw, caller)
    if family == AF_TIPC:
        return tipc.pack(address, raw, caller)
    if family == AF_BLUETOOTH:
        return bluetooth.pack(protocol, address, raw, caller)
    if family == AF_ALG:
        return alg.pack(address, raw, caller)
    if family == AF_VSOCK:
        return vsock.pack(address, raw, caller)
    if family == AF_QIPCRTR:
        return qipcrtr.pack(address, raw, caller)
    if family == AF_XDP:
        return xdp.pack(fd, address, raw, caller)
    if family == AF_IEEE802154:
        return ieee802154.pack(address, raw, caller)
    # Both have the addresses of IP, with its family in them: rds(7), net/smc/af_smc.c.
    if family == AF_RDS or (family == AF_SMC and protocol != SMCPROTO_SMC6):
        return inet.pack(address, raw, caller)
    if family == AF_SMC:
        return inet6.pack(address, raw, caller)
    return opaque.pack(family, address, raw, caller)


@cython.cfunc
def unpack(
    fd: cython.int,
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The address in the *length* bytes at *raw*; None when the kernel gave none.

    Bytes too few for an address of their family are ``(family, bytes)``.
    """
    if length < cython.sizeof(sa_family_t):
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
        return packet.unpack(fd, raw, length)
    if family == AF_CAN:
        return can.unpack(fd, protocol, raw, length)
    if family == AF_TIPC:
        return tipc.unpack(raw, length)
    if family == AF_BLUETOOTH:
        return bluetooth.unpack(protocol, raw, length)
    if family == AF_ALG:
        return alg.unpack(raw, length)
    if family == AF_VSOCK:
        return vsock.unpack(raw, length)
    if family == AF_QIPCRTR:
        return qipcrtr.unpack(raw, length)
    if family == AF_XDP:
        return xdp.unpack(fd, raw, length)
    if family == AF_IEEE802154:
        return ieee802154.unpack(raw, length)
    return opaque.unpack(raw, length)


def encode(family, protocol, address, /):
    """The bytes of the C struct that a socket of *family* and *protocol* gives the kernel for
    *address*, the two of the family first.

    Raises what ``bind(address)`` raises before it asks the kernel.
    """
    raw = cython.declare(sockaddr_storage)
    memset(cython.address(raw), 0, cython.sizeof(sockaddr_storage))
    length: socklen_t = pack(
        -1,
        as_int(family, b"family"),
        as_int(protocol, b"protocol"),
        address,
        cython.address(raw),
        b"encode",
    )
    return cython.cast(cython.p_char, cython.address(raw))[:length]


def decode(protocol, data, /):
    """The address in *data*, the bytes that the kernel gives for a socket of *protocol*; None if
    they do not hold a family.
    """
    number: cython.int = as_int(protocol, b"protocol")
    copy = bytes(memoryview(data))
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(copy)
    # A block of just this size, not a whole sockaddr_storage: a codec that reads on is found out by
    # AddressSanitizer.
    raw = malloc(size if size else 1)
    if raw == cython.NULL:
        raise MemoryError
    memcpy(raw, PyBytes_AS_STRING(copy), size)
    try:
        return unpack(
            -1,
            number,
            cython.cast(cython.pointer[sockaddr_storage], raw),
            cython.cast(socklen_t, min(size, 0xFFFF)),
        )
    finally:
        free(raw)
