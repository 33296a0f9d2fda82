"""AF_PACKET addresses: ``(ifname, proto[, pkttype[, hatype[, addr]]])``; five items are returned.

Layout: struct sockaddr_ll, <linux/if_packet.h>, packet(7).  proto is an Ethernet protocol, in host
byte order in the tuple; addr is the hardware address, 8 bytes at most.  The name ``''`` is index 0,
which is every interface.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.forms import PACKET
from cython.cimports.berkeley.core.interfaces import index_of, name_of
from cython.cimports.berkeley.core.libc import inet as libc
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy, memset

AF_PACKET = cython.declare(cython.ushort, 17)
# sll_addr, packet(7).
ADDRESS_SIZE = cython.declare(cython.Py_ssize_t, 8)
# What is before it.
HEADER = cython.declare(cython.Py_ssize_t, 12)

sockaddr_ll = cython.struct(
    sll_family=cython.ushort,
    sll_protocol=cython.ushort,
    sll_ifindex=cython.int,
    sll_hatype=cython.ushort,
    sll_pkttype=cython.uchar,
    sll_halen=cython.uchar,
    sll_addr=cython.uchar[8],
)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    fd: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not such a tuple), OverflowError (a number out of range), ValueError (addr too
    long), OSError (ENODEV: no such interface).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_PACKET address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    count: cython.Py_ssize_t = len(parts)
    if count < 2 or count > 5:
        raise TypeError(
            f"{caller.decode()}(): AF_PACKET address must be a tuple of two to five elements"
        )
    proto: cython.int = as_int(parts[1], b"proto")
    if proto < 0 or proto > 0xFFFF:
        raise OverflowError(f"{caller.decode()}(): proto must be 0-65535.")
    ll = cython.cast(cython.pointer[sockaddr_ll], raw)
    memset(ll, 0, cython.sizeof(sockaddr_ll))
    if count > 4:
        hardware = bytes(memoryview(parts[4]))
        size: cython.Py_ssize_t = PyBytes_GET_SIZE(hardware)
        if size > ADDRESS_SIZE:
            raise ValueError("Hardware address must be 8 bytes or less")
        memcpy(cython.address(ll.sll_addr[0]), PyBytes_AS_STRING(hardware), size)
        ll.sll_halen = cython.cast(cython.uchar, size)
    ll.sll_family = AF_PACKET
    ll.sll_protocol = libc.htons(cython.cast(cython.ushort, proto))
    ll.sll_ifindex = index_of(fd, parts[0])
    if count > 2:
        ll.sll_pkttype = cython.cast(cython.uchar, as_int(parts[2], b"pkttype"))
    if count > 3:
        ll.sll_hatype = cython.cast(cython.ushort, as_int(parts[3], b"hatype"))
    return cython.sizeof(sockaddr_ll)


@cython.cfunc
def unpack(
    fd: cython.int, raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t
) -> object:
    """The five-tuple of the *length* bytes at *raw*."""
    # The kernel counts only the bytes of sll_addr that it has used.
    if cython.cast(cython.Py_ssize_t, length) < HEADER:
        return opaque.unpack(raw, length)
    ll = cython.cast(cython.pointer[sockaddr_ll], raw)
    room: cython.Py_ssize_t = min(cython.cast(cython.Py_ssize_t, length) - HEADER, ADDRESS_SIZE)
    size: cython.Py_ssize_t = min(cython.cast(cython.Py_ssize_t, ll.sll_halen), room)
    hardware: cython.p_char = cython.cast(cython.p_char, cython.address(ll.sll_addr[0]))
    return make(
        PACKET,
        (
            name_of(fd, ll.sll_ifindex),
            libc.ntohs(ll.sll_protocol),
            ll.sll_pkttype,
            ll.sll_hatype,
            hardware[:size],
        ),
    )
