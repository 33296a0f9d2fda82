"""AF_UNIX addresses: a path, or an abstract name, which begins with a zero byte.

Layout: struct sockaddr_un, <sys/un.h>, unix(7).  A path is returned as str (the file system's
encoding with surrogateescape), an abstract name as bytes, the address of an unnamed socket as
``''``.  A path may fill all 108 bytes without a final zero.
"""

import cython
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import un as libc
from cython.cimports.berkeley.core.libc.socket import (
    AF_UNIX,
    sa_family_t,
    sockaddr_storage,
    socklen_t,
)
from cython.cimports.berkeley.core.libc.string import strnlen
from cython.cimports.berkeley.core.text import path_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy

# sun_path, unix(7).
PATH_SIZE = cython.declare(cython.Py_ssize_t, 108)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    ``''`` binds to a name of the kernel's choice in the abstract namespace (autobind).
    Raises TypeError (not a path), OSError (too long).
    """
    size: cython.Py_ssize_t
    text: cython.p_const_char
    kept: object = None
    if isinstance(address, str) and capi.PyUnicode_IS_COMPACT_ASCII(address):
        # Every encoding of file names leaves ASCII as it is.
        size = capi.PyUnicode_GET_LENGTH(address)
        text = cython.cast(cython.p_const_char, capi.PyUnicode_DATA(address))
    else:
        kept = path_bytes(address)
        size = PyBytes_GET_SIZE(kept)
        text = PyBytes_AS_STRING(kept)
    abstract: cython.bint = size == 0 or text[0] == 0
    if size > PATH_SIZE or (size == PATH_SIZE and not abstract):
        raise OSError("AF_UNIX path too long")
    sun = cython.cast(cython.pointer[libc.sockaddr_un], raw)
    sun.sun_family = AF_UNIX
    memcpy(cython.address(sun.sun_path[0]), text, size)
    if abstract:
        return cython.cast(socklen_t, cython.sizeof(sa_family_t) + size)
    sun.sun_path[size] = 0
    return cython.cast(socklen_t, cython.sizeof(sa_family_t) + size + 1)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The name in the *length* bytes at *raw*."""
    size: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, length) - cython.sizeof(sa_family_t)
    sun = cython.cast(cython.pointer[libc.sockaddr_un], raw)
    text: cython.p_char = cython.address(sun.sun_path[0])
    # The kernel counts the final zero that a full sun_path has no room for: getsockname(2), BUGS of
    # unix(7).
    if size > PATH_SIZE:
        size = PATH_SIZE
    if size > 0 and text[0] == 0:
        return text[:size]
    if size < 0:
        size = 0
    size = strnlen(text, size)
    i: cython.Py_ssize_t
    for i in range(size):
        if text[i] & 0x80:
            return capi.PyUnicode_DecodeFSDefaultAndSize(text, size)
    result = capi.PyUnicode_New(size, 127)
    memcpy(capi.PyUnicode_DATA(result), text, size)
    return result
