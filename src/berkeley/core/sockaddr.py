"""Socket addresses: picks the codec of a family; families.py does for all but IP and UNIX.

Layout: struct sockaddr_storage, 128 bytes, <sys/socket.h>: the family, then what the family makes
of it.
"""

import cython
from cython.cimports.berkeley.core.address import inet, inet6, unix
from cython.cimports.berkeley.core.codec import pack_function, unpack_function
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

# The codecs of all other families: families.py sets them.
_pack = cython.declare(pack_function, cython.NULL)
_unpack = cython.declare(unpack_function, cython.NULL)


@cython.cfunc
@cython.exceptval(check=False)
def set_families(pack: pack_function, unpack: unpack_function) -> cython.void:
    global _pack, _unpack
    _unpack = unpack
    _pack = pack


@cython.cfunc
@cython.exceptval(-1, check=False)
def _load_families() -> cython.int:
    from berkeley.core import families  # noqa: F401

    return 0


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
    if _pack == cython.NULL:
        _load_families()
    return _pack(fd, family, protocol, address, raw, caller)


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
    if _pack == cython.NULL:
        _load_families()
    return _unpack(fd, protocol, raw, length)


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
