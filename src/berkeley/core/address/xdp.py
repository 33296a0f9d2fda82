"""AF_XDP addresses: ``(interface, queue_id[, flags[, shared_umem_fd]])``; four items are returned.

Layout: struct sockaddr_xdp, <linux/if_xdp.h>; all in host byte order.  interface is a name, flags
are XDP_COPY, XDP_SHARED_UMEM...  The documents of the module do not have this family.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.forms import XDP
from cython.cimports.berkeley.core.interfaces import index_of, name_of
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.libc.string import memset

AF_XDP = cython.declare(cython.ushort, 44)

sockaddr_xdp = cython.struct(
    sxdp_family=cython.ushort,
    sxdp_flags=cython.ushort,
    sxdp_ifindex=cython.uint,
    sxdp_queue_id=cython.uint,
    sxdp_shared_umem_fd=cython.uint,
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

    Raises TypeError (not such a tuple), OverflowError (a number out of range), OSError (ENODEV: no
    such interface).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_XDP address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    count: cython.Py_ssize_t = len(parts)
    if count < 2 or count > 4:
        raise TypeError(
            f"{caller.decode()}(): AF_XDP address must be a tuple"
            " (interface, queue_id[, flags[, shared_umem_fd]])"
        )
    xdp = cython.cast(cython.pointer[sockaddr_xdp], raw)
    memset(xdp, 0, cython.sizeof(sockaddr_xdp))
    xdp.sxdp_family = AF_XDP
    xdp.sxdp_queue_id = cython.cast(cython.uint, as_unsigned(parts[1], b"queue_id", 0xFFFFFFFF))
    if count > 2:
        xdp.sxdp_flags = cython.cast(cython.ushort, as_unsigned(parts[2], b"flags", 0xFFFF))
    if count > 3:
        xdp.sxdp_shared_umem_fd = cython.cast(
            cython.uint, as_unsigned(parts[3], b"shared_umem_fd", 0xFFFFFFFF)
        )
    xdp.sxdp_ifindex = cython.cast(cython.uint, index_of(fd, parts[0]))
    return cython.sizeof(sockaddr_xdp)


@cython.cfunc
def unpack(
    fd: cython.int, raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t
) -> object:
    """The four-tuple of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_xdp):
        return opaque.unpack(raw, length)
    xdp = cython.cast(cython.pointer[sockaddr_xdp], raw)
    return make(
        XDP,
        (
            name_of(fd, xdp.sxdp_ifindex),
            xdp.sxdp_queue_id,
            xdp.sxdp_flags,
            xdp.sxdp_shared_umem_fd,
        ),
    )
