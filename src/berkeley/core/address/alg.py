"""AF_ALG addresses: ``(type, name[, feat[, mask]])``; four items are returned.

Layout: struct sockaddr_alg, <linux/if_alg.h>; the kernel's Documentation/crypto/userspace-if.rst.
type and name are text in UTF-8, closed by a zero byte: 13 and 63 bytes at most.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_u32
from cython.cimports.berkeley.core.forms import ALG
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.libc.string import strnlen
from cython.cimports.berkeley.core.named import make
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy, memset

AF_ALG = cython.declare(cython.ushort, 38)

sockaddr_alg = cython.struct(
    salg_family=cython.ushort,
    salg_type=cython.char[14],
    salg_feat=cython.uint,
    salg_mask=cython.uint,
    salg_name=cython.char[64],
)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _copy_text(
    text: object,
    field: cython.p_const_char,
    room: cython.p_char,
    size: cython.Py_ssize_t,
    caller: cython.p_const_char,
) -> cython.int:
    """Write *text*, for the field of that name, into the *size* bytes at *room*, all zero."""
    if not isinstance(text, str):
        raise TypeError(
            f"{caller.decode()}(): AF_ALG {field.decode()} must be str, not {type(text).__name__}"
        )
    data: bytes = cython.cast(str, text).encode()
    if b"\0" in data:
        raise ValueError(f"{caller.decode()}(): AF_ALG {field.decode()}: embedded null character")
    if PyBytes_GET_SIZE(data) >= size:
        raise ValueError(f"AF_ALG {field.decode()} too long.")
    memcpy(room, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return 0


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not such a tuple), ValueError (a text too long, with a zero, not UTF-8),
    OverflowError (a number over 32 bits).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_ALG address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    count: cython.Py_ssize_t = len(parts)
    if count < 2 or count > 4:
        raise TypeError(
            f"{caller.decode()}(): AF_ALG address must be a tuple (type, name[, feat[, mask]])"
        )
    alg = cython.cast(cython.pointer[sockaddr_alg], raw)
    memset(alg, 0, cython.sizeof(sockaddr_alg))
    alg.salg_family = AF_ALG
    _copy_text(parts[0], b"type", cython.address(alg.salg_type[0]), 14, caller)
    _copy_text(parts[1], b"name", cython.address(alg.salg_name[0]), 64, caller)
    if count > 2:
        alg.salg_feat = as_u32(parts[2], b"feat")
    if count > 3:
        alg.salg_mask = as_u32(parts[3], b"mask")
    return cython.sizeof(sockaddr_alg)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The four-tuple of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_alg):
        return opaque.unpack(raw, length)
    alg = cython.cast(cython.pointer[sockaddr_alg], raw)
    kind: cython.p_char = cython.cast(cython.p_char, cython.address(alg.salg_type[0]))
    name: cython.p_char = cython.cast(cython.p_char, cython.address(alg.salg_name[0]))
    try:
        texts = (kind[: strnlen(kind, 14)].decode(), name[: strnlen(name, 64)].decode())
    except UnicodeDecodeError:
        # Nothing here that may raise: Cython's handler would take the traceback to be there.
        texts = None
    if texts is None:
        return opaque.unpack(raw, length)
    return make(ALG, (*texts, alg.salg_feat, alg.salg_mask))
