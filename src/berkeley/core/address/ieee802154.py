"""AF_IEEE802154 addresses: ``(pan_id, addr)``.

addr is an int of 16 bits (a short address), 8 bytes in the order in which they are printed (an
extended one), or None (a frame that names none); so the pair needs no item for the kind.

Layout: struct sockaddr_ieee802154, include/net/af_ieee802154.h of the kernel; no header of user
space has it.  Numbers are in host byte order.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.forms import IEEE802154
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy, memset

AF_IEEE802154 = cython.declare(cython.ushort, 36)

# include/net/af_ieee802154.h
IEEE802154_ADDR_NONE = cython.declare(cython.int, 0)
IEEE802154_ADDR_SHORT = cython.declare(cython.int, 2)
IEEE802154_ADDR_LONG = cython.declare(cython.int, 3)
IEEE802154_ADDR_LEN = cython.declare(cython.Py_ssize_t, 8)

hwaddr_or_short_addr = cython.union(
    hwaddr=cython.uchar[8],
    short_addr=cython.ushort,
)
# The header has a struct from addr_type on.
sockaddr_ieee802154 = cython.struct(
    family=cython.ushort,
    addr_type=cython.int,
    pan_id=cython.ushort,
    u=hwaddr_or_short_addr,
)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not such a pair), OverflowError (a number over 16 bits), ValueError (not
    eight bytes).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_IEEE802154 address must be tuple,"
            f" not {type(address).__name__}"
        )
    if len(cython.cast(tuple, address)) != 2:
        raise TypeError(f"{caller.decode()}(): AF_IEEE802154 address must be a pair (pan_id, addr)")
    wpan = cython.cast(cython.pointer[sockaddr_ieee802154], raw)
    memset(wpan, 0, cython.sizeof(sockaddr_ieee802154))
    wpan.family = AF_IEEE802154
    wpan.pan_id = cython.cast(cython.ushort, as_unsigned(address[0], b"pan_id", 0xFFFF))
    addr = address[1]
    if addr is None:
        wpan.addr_type = IEEE802154_ADDR_NONE
    elif capi.PyIndex_Check(addr):
        wpan.addr_type = IEEE802154_ADDR_SHORT
        wpan.u.short_addr = cython.cast(cython.ushort, as_unsigned(addr, b"addr", 0xFFFF))
    else:
        wpan.addr_type = IEEE802154_ADDR_LONG
        hardware = bytes(memoryview(addr))
        if PyBytes_GET_SIZE(hardware) != IEEE802154_ADDR_LEN:
            raise ValueError(
                f"{caller.decode()}(): addr must be 8 bytes, not {PyBytes_GET_SIZE(hardware)}"
            )
        memcpy(cython.address(wpan.u.hwaddr[0]), PyBytes_AS_STRING(hardware), IEEE802154_ADDR_LEN)
    return cython.sizeof(sockaddr_ieee802154)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_ieee802154):
        return opaque.unpack(raw, length)
    wpan = cython.cast(cython.pointer[sockaddr_ieee802154], raw)
    if wpan.addr_type == IEEE802154_ADDR_SHORT:
        return make(IEEE802154, (wpan.pan_id, wpan.u.short_addr))
    if wpan.addr_type == IEEE802154_ADDR_LONG:
        hardware: cython.p_char = cython.cast(cython.p_char, cython.address(wpan.u.hwaddr[0]))
        return make(IEEE802154, (wpan.pan_id, hardware[:IEEE802154_ADDR_LEN]))
    if wpan.addr_type == IEEE802154_ADDR_NONE:
        return make(IEEE802154, (wpan.pan_id, None))
    return opaque.unpack(raw, length)
