"""AF_CAN addresses: ``(interface,)``; of CAN_ISOTP ``(interface, rx_addr, tx_addr)``, of CAN_J1939
``(interface, name, pgn, addr)``.

Layout: struct sockaddr_can, <linux/can.h>; all in host byte order.  The interface ``''`` is index
0, which is every interface.  The kernel counts only the bytes that a protocol needs, and not the
same number in every version; it is given all of them.
"""

from posix import fspath

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_int, as_u32
from cython.cimports.berkeley.core.forms import CAN, CAN_ISOTP_ADDRESS, CAN_J1939_ADDRESS
from cython.cimports.berkeley.core.interfaces import index_of, name_of
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.libc.string import memset

AF_CAN = cython.declare(cython.ushort, 29)

# <linux/can.h>
CAN_RAW = cython.declare(cython.int, 1)
CAN_BCM = cython.declare(cython.int, 2)
CAN_ISOTP = cython.declare(cython.int, 6)
CAN_J1939 = cython.declare(cython.int, 7)

# <linux/if.h>, with the zero byte at the end.
IFNAMSIZ = cython.declare(cython.Py_ssize_t, 16)

# Bytes up to the last member of each form.
SHORTEST = cython.declare(cython.Py_ssize_t, 8)
SHORTEST_ISOTP = cython.declare(cython.Py_ssize_t, 16)
SHORTEST_J1939 = cython.declare(cython.Py_ssize_t, 21)

can_tp = cython.struct(
    rx_id=cython.uint,
    tx_id=cython.uint,
)
can_j1939 = cython.struct(
    name=cython.ulonglong,
    pgn=cython.uint,
    addr=cython.uchar,
)
can_addr = cython.union(
    tp=can_tp,
    j1939=can_j1939,
)
sockaddr_can = cython.struct(
    can_family=cython.ushort,
    can_ifindex=cython.int,
    can_addr=can_addr,
)


@cython.cfunc
@cython.exceptval(0, check=True)
def _as_u64(value: object, name: cython.p_const_char) -> cython.ulonglong:
    if not capi.PyIndex_Check(value):
        raise TypeError(
            f"{name.decode()}: '{type(value).__name__}' object cannot be interpreted as an integer"
        )
    value = capi.PyNumber_Index(value)
    if not -0x8000000000000000 <= value <= 0xFFFFFFFFFFFFFFFF:
        raise OverflowError(f"{name.decode()} must fit 64 bits")
    return capi.PyLong_AsUnsignedLongLongMask(value)


@cython.cfunc
@cython.exceptval(0, check=True)
def _as_u8(value: object, name: cython.p_const_char) -> cython.uchar:
    number: cython.int = as_int(value, name)
    if number < -0x80 or number > 0xFF:
        raise OverflowError(f"{name.decode()} must fit 8 bits, not {value}")
    return cython.cast(cython.uchar, number)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _index_of(fd: cython.int, interface: object, caller: cython.p_const_char) -> cython.int:
    try:
        return index_of(fd, interface)
    except OSError:
        name = fspath(interface)
        if isinstance(name, str):
            name = capi.PyUnicode_EncodeFSDefault(name)
        if len(name) < IFNAMSIZ:
            raise
    # What CPython's tests look for; index_of() says that there is no such interface.
    raise OSError(f"{caller.decode()}(): AF_CAN interface name too long")


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    fd: cython.int,
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of a socket of *protocol* into *raw*; return its length in bytes.

    A negative number stands for its two's complement.  Raises TypeError (not such a tuple),
    OverflowError (a number wider than its field), OSError (ENODEV: no such interface; its name is
    too long; a protocol that is none of the four).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_CAN address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    can = cython.cast(cython.pointer[sockaddr_can], raw)
    memset(can, 0, cython.sizeof(sockaddr_can))
    can.can_family = AF_CAN
    if protocol == CAN_RAW or protocol == CAN_BCM:
        if len(parts) != 1:
            raise TypeError(
                f"{caller.decode()}(): AF_CAN address must be a tuple (interface, ), "
                f"not of {len(parts)} elements"
            )
    elif protocol == CAN_ISOTP:
        if len(parts) != 3:
            raise TypeError(
                f"{caller.decode()}(): CAN_ISOTP address must be a tuple "
                f"(interface, rx_addr, tx_addr), not of {len(parts)} elements"
            )
        can.can_addr.tp.rx_id = as_u32(parts[1], b"rx_addr")
        can.can_addr.tp.tx_id = as_u32(parts[2], b"tx_addr")
    elif protocol == CAN_J1939:
        if len(parts) != 4:
            raise TypeError(
                f"{caller.decode()}(): CAN_J1939 address must be a tuple "
                f"(interface, name, pgn, addr), not of {len(parts)} elements"
            )
        can.can_addr.j1939.name = _as_u64(parts[1], b"name")
        can.can_addr.j1939.pgn = as_u32(parts[2], b"pgn")
        can.can_addr.j1939.addr = _as_u8(parts[3], b"addr")
    else:
        raise OSError(f"{caller.decode()}(): unsupported CAN protocol {protocol}")
    can.can_ifindex = _index_of(fd, parts[0], caller)
    return cython.sizeof(sockaddr_can)


@cython.cfunc
def unpack(
    fd: cython.int,
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The tuple of the *length* bytes at *raw*, in the form of *protocol*.

    The interface is ``''`` where the kernel names none, and when it is gone.
    """
    size: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, length)
    can = cython.cast(cython.pointer[sockaddr_can], raw)
    if protocol == CAN_ISOTP:
        if size < SHORTEST_ISOTP:
            return opaque.unpack(raw, length)
        return make(
            CAN_ISOTP_ADDRESS,
            (name_of(fd, can.can_ifindex), can.can_addr.tp.rx_id, can.can_addr.tp.tx_id),
        )
    if protocol == CAN_J1939:
        if size < SHORTEST_J1939:
            return opaque.unpack(raw, length)
        return make(
            CAN_J1939_ADDRESS,
            (
                name_of(fd, can.can_ifindex),
                can.can_addr.j1939.name,
                can.can_addr.j1939.pgn,
                can.can_addr.j1939.addr,
            ),
        )
    if size < SHORTEST:
        return opaque.unpack(raw, length)
    return make(CAN, (name_of(fd, can.can_ifindex),))
