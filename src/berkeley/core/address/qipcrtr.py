"""AF_QIPCRTR addresses: ``(node, port)``.

Layout: struct sockaddr_qrtr, <linux/qrtr.h>; all in host byte order.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_u32
from cython.cimports.berkeley.core.forms import QIPCRTR
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.libc.string import memset

AF_QIPCRTR = cython.declare(cython.ushort, 42)

sockaddr_qrtr = cython.struct(
    sq_family=cython.ushort,
    sq_node=cython.uint,
    sq_port=cython.uint,
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
            f"{caller.decode()}(): AF_QIPCRTR address must be tuple, not {type(address).__name__}"
        )
    if len(cython.cast(tuple, address)) != 2:
        raise TypeError(f"{caller.decode()}(): AF_QIPCRTR address must be a pair (node, port)")
    qrtr = cython.cast(cython.pointer[sockaddr_qrtr], raw)
    memset(qrtr, 0, cython.sizeof(sockaddr_qrtr))
    qrtr.sq_family = AF_QIPCRTR
    qrtr.sq_node = as_u32(address[0], b"node")
    qrtr.sq_port = as_u32(address[1], b"port")
    return cython.sizeof(sockaddr_qrtr)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_qrtr):
        return opaque.unpack(raw, length)
    qrtr = cython.cast(cython.pointer[sockaddr_qrtr], raw)
    return make(QIPCRTR, (qrtr.sq_node, qrtr.sq_port))
