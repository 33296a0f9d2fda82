"""AF_NETLINK addresses: ``(pid, groups)``.

Layout: struct sockaddr_nl, <linux/netlink.h>, netlink(7); all in host byte order.  pid is a port
id, 0 for the kernel; groups is a mask of multicast groups.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_u32
from cython.cimports.berkeley.core.forms import NETLINK
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make

AF_NETLINK = cython.declare(cython.ushort, 16)

sockaddr_nl = cython.struct(
    nl_family=cython.ushort,
    nl_pad=cython.ushort,
    nl_pid=cython.uint,
    nl_groups=cython.uint,
)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not a pair), OverflowError (a number over 32 bits).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_NETLINK address must be tuple, not {type(address).__name__}"
        )
    if len(cython.cast(tuple, address)) != 2:
        raise TypeError(f"{caller.decode()}(): AF_NETLINK address must be a pair (pid, groups)")
    nl = cython.cast(cython.pointer[sockaddr_nl], raw)
    nl.nl_family = AF_NETLINK
    nl.nl_pad = 0
    nl.nl_pid = as_u32(address[0], b"pid")
    nl.nl_groups = as_u32(address[1], b"groups")
    return cython.sizeof(sockaddr_nl)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_nl):
        return opaque.unpack(raw, length)
    nl = cython.cast(cython.pointer[sockaddr_nl], raw)
    return make(NETLINK, (nl.nl_pid, nl.nl_groups))
