"""AF_TIPC addresses: ``(addr_type, v1, v2, v3[, scope])``; five items are returned.

Layout: struct sockaddr_tipc, <linux/tipc.h>; all in host byte order.  What v1 to v3 are depends on
addr_type:

    TIPC_ADDR_NAMESEQ   service type, lower instance, upper instance
    TIPC_ADDR_NAME      service type, instance, domain of the lookup (0: the whole cluster)
    TIPC_ADDR_ID        node, reference (the port), not used

A negative scope in bind() takes a name back that the socket was bound to.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_int, as_u32
from cython.cimports.berkeley.core.forms import TIPC
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.libc.string import memset

AF_TIPC = cython.declare(cython.ushort, 30)

# <linux/tipc.h>
TIPC_CLUSTER_SCOPE = cython.declare(cython.int, 2)
TIPC_ADDR_NAMESEQ = cython.declare(cython.uint, 1)
TIPC_ADDR_NAME = cython.declare(cython.uint, 2)
TIPC_ADDR_ID = cython.declare(cython.uint, 3)

# The header has a union of three structs, of three numbers each but for the last of TIPC_ADDR_ID.
sockaddr_tipc = cython.struct(
    family=cython.ushort,
    addrtype=cython.uchar,
    scope=cython.schar,
    addr=cython.uint[3],
)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not such a tuple, another addr_type), OverflowError (a number over 32 bits,
    a scope over 8).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_TIPC address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    count: cython.Py_ssize_t = len(parts)
    if count < 4 or count > 5:
        raise TypeError(
            f"{caller.decode()}(): AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])"
        )
    kind: cython.uint = as_u32(parts[0], b"addr_type")
    v1: cython.uint = as_u32(parts[1], b"v1")
    v2: cython.uint = as_u32(parts[2], b"v2")
    v3: cython.uint = as_u32(parts[3], b"v3")
    scope: cython.int = TIPC_CLUSTER_SCOPE
    if count == 5:
        scope = as_int(parts[4], b"scope")
        if scope < -128 or scope > 127:
            raise OverflowError(f"{caller.decode()}(): scope must be -128 to 127, not {scope}")
    tipc = cython.cast(cython.pointer[sockaddr_tipc], raw)
    memset(tipc, 0, cython.sizeof(sockaddr_tipc))
    if kind == TIPC_ADDR_ID:
        tipc.addr[0] = v2
        tipc.addr[1] = v1
    elif kind == TIPC_ADDR_NAME or kind == TIPC_ADDR_NAMESEQ:
        tipc.addr[0] = v1
        tipc.addr[1] = v2
        tipc.addr[2] = v3
    else:
        raise TypeError(
            f"{caller.decode()}(): addr_type must be TIPC_ADDR_NAMESEQ, TIPC_ADDR_NAME or"
            f" TIPC_ADDR_ID, not {kind}"
        )
    tipc.family = AF_TIPC
    tipc.addrtype = cython.cast(cython.uchar, kind)
    tipc.scope = cython.cast(cython.schar, scope)
    return cython.sizeof(sockaddr_tipc)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The five-tuple of the *length* bytes at *raw*."""
    # A message of a group (TIPC_GROUP_JOIN) has the sender's name in a second struct behind this.
    if length < cython.sizeof(sockaddr_tipc):
        return opaque.unpack(raw, length)
    tipc = cython.cast(cython.pointer[sockaddr_tipc], raw)
    kind: cython.uint = tipc.addrtype
    if kind == TIPC_ADDR_ID:
        return make(TIPC, (kind, tipc.addr[1], tipc.addr[0], 0, tipc.scope))
    if kind == TIPC_ADDR_NAME or kind == TIPC_ADDR_NAMESEQ:
        return make(TIPC, (kind, tipc.addr[0], tipc.addr[1], tipc.addr[2], tipc.scope))
    return opaque.unpack(raw, length)
