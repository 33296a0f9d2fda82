"""AF_INET6 addresses: ``(host, port[, flowinfo[, scope_id]])``; four items are returned.

Layout: struct sockaddr_in6, <netinet/in.h>, ipv6(7), RFC 3493.  flowinfo has 20 bits and is in
network byte order in the struct; scope_id is an interface index in host byte order.
"""

import cython
from cython.cimports.berkeley.core import recent
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_port, as_size, as_unsigned, check_port
from cython.cimports.berkeley.core.forms import INET6
from cython.cimports.berkeley.core.hosts import ipv6_text, resolve
from cython.cimports.berkeley.core.libc import inet as libc
from cython.cimports.berkeley.core.libc.socket import AF_INET6, sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    A zone in the host (``fe80::1%eth0``) gives the scope, unless the tuple has one itself.
    Raises TypeError (not such a tuple), OverflowError (port, flowinfo, scope_id), gaierror (host
    not found).
    """
    if recent.restore(address, raw, cython.sizeof(libc.sockaddr_in6)):
        return cython.sizeof(libc.sockaddr_in6)
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_INET6 address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    count: cython.Py_ssize_t = len(parts)
    if count < 2 or count > 4:
        raise TypeError(
            f"{caller.decode()}(): AF_INET6 address must be a tuple "
            "(host, port[, flowinfo[, scopeid]])"
        )
    number: cython.int = as_port(parts[1], caller)
    flowinfo: cython.longlong = 0
    scope_id: cython.longlong = 0
    if count > 2:
        flowinfo = as_size(parts[2], b"flowinfo")
    if count > 3:
        scope_id = as_unsigned(parts[3], b"scope_id", 0xFFFFFFFF)
    numeric: cython.int = resolve(parts[0], AF_INET6, raw)
    port: cython.int = check_port(number, caller)
    if flowinfo < 0 or flowinfo > 0xFFFFF:
        raise OverflowError(f"{caller.decode()}(): flowinfo must be 0-1048575.")
    sin6 = cython.cast(cython.pointer[libc.sockaddr_in6], raw)
    sin6.sin6_port = libc.htons(port)
    sin6.sin6_flowinfo = libc.htonl(cython.cast(cython.uint, flowinfo))
    if scope_id != 0:
        sin6.sin6_scope_id = cython.cast(cython.uint, scope_id)
    if numeric and type(address) is tuple:
        recent.keep(parts, raw, cython.sizeof(libc.sockaddr_in6), False)
    return cython.sizeof(libc.sockaddr_in6)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The four-tuple of the *length* bytes at *raw*."""
    if length < cython.sizeof(libc.sockaddr_in6):
        return opaque.unpack(raw, length)
    known = recent.recall(raw, cython.sizeof(libc.sockaddr_in6))
    if known is not None:
        return known
    sin6 = cython.cast(cython.pointer[libc.sockaddr_in6], raw)
    made = make(
        INET6,
        (
            ipv6_text(sin6),
            libc.ntohs(sin6.sin6_port),
            libc.ntohl(sin6.sin6_flowinfo),
            sin6.sin6_scope_id,
        ),
    )
    # With a traffic class in it, ipv6(7), the flow information is more than pack() takes.
    if libc.ntohl(sin6.sin6_flowinfo) <= 0xFFFFF:
        recent.keep(made, raw, cython.sizeof(libc.sockaddr_in6), True)
    return made
