"""AF_INET addresses: ``(host, port)``.

Layout: struct sockaddr_in, <netinet/in.h>, ip(7).  Port and address are in network byte order in
the struct, in host order and text in the tuple.
"""

import cython
from cython.cimports.berkeley.core import recent
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_port, check_port
from cython.cimports.berkeley.core.hosts import ipv4_text, resolve
from cython.cimports.berkeley.core.libc import inet as libc
from cython.cimports.berkeley.core.libc.socket import AF_INET, sockaddr_storage, socklen_t

# Family, port and address; sin_zero behind them is nobody's.
TELLING = cython.declare(cython.Py_ssize_t, 8)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not a pair), OverflowError (port), gaierror (host not found).
    """
    if recent.restore(address, raw, TELLING):
        return cython.sizeof(libc.sockaddr_in)
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_INET address must be tuple, not {type(address).__name__}"
        )
    pair: tuple = cython.cast(tuple, address)
    if len(pair) != 2:
        raise TypeError(f"{caller.decode()}(): AF_INET address must be a pair (host, port)")
    number: cython.int = as_port(pair[1], caller)
    numeric: cython.int = resolve(pair[0], AF_INET, raw)
    port: cython.int = check_port(number, caller)
    cython.cast(cython.pointer[libc.sockaddr_in], raw).sin_port = libc.htons(port)
    if numeric and type(address) is tuple:
        recent.keep(pair, raw, TELLING, False)
    return cython.sizeof(libc.sockaddr_in)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The tuple of the *length* bytes at *raw*."""
    if length < cython.sizeof(libc.sockaddr_in):
        return opaque.unpack(raw, length)
    known = recent.recall(raw, TELLING)
    if known is not None:
        return known
    sin = cython.cast(cython.pointer[libc.sockaddr_in], raw)
    made: tuple = (ipv4_text(sin.sin_addr.s_addr), libc.ntohs(sin.sin_port))
    recent.keep(made, raw, TELLING, True)
    return made
