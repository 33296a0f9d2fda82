"""AF_BLUETOOTH addresses of Windows, of BTPROTO_RFCOMM only: ``(bdaddr, channel)``.

Layout: SOCKADDR_BTH, <ws2bth.h>, 30 bytes without padding: the family, the device address as a
64-bit number, the GUID of a service (zero: the channel is given), the channel as a 32-bit number.
"""

import cython
from cython.cimports.berkeley.core.address import bdaddr, opaque
from cython.cimports.berkeley.core.address.bluetooth_items import device, items
from cython.cimports.berkeley.core.convert import as_u32
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.libc.string import memcpy, memset

# <winsock2.h>: AF_BTH
AF_BLUETOOTH = cython.declare(cython.ushort, 32)
# <ws2bth.h>: BTHPROTO_RFCOMM
BTPROTO_RFCOMM = cython.declare(cython.int, 3)

# Offsets and the size of SOCKADDR_BTH: its numbers are not aligned.
BT_ADDR = cython.declare(cython.Py_ssize_t, 2)
PORT = cython.declare(cython.Py_ssize_t, 26)
SIZE = cython.declare(socklen_t, 30)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of a socket of *protocol* into *raw*; return its length in bytes.

    Raises OSError (another form, no device address, another protocol), TypeError, OverflowError
    (channel).
    """
    if protocol != BTPROTO_RFCOMM:
        raise OSError(f"{caller.decode()}(): unknown Bluetooth protocol {protocol}")
    parts: tuple = items(address, 2, 2, b"(bdaddr, channel)", caller)
    memset(raw, 0, SIZE)
    raw.ss_family = AF_BLUETOOTH
    data = cython.cast(cython.pointer[cython.uchar], raw)
    # The six bytes of the device address, the least significant first, are those of the number.
    device(parts[0], data + BT_ADDR, caller)
    channel: cython.uint = as_u32(parts[1], b"channel")
    memcpy(data + PORT, cython.address(channel), cython.sizeof(cython.uint))
    return SIZE


@cython.cfunc
def unpack(
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The address in the *length* bytes at *raw*, of a socket of *protocol*."""
    if protocol != BTPROTO_RFCOMM or length < SIZE:
        return opaque.unpack(raw, length)
    data = cython.cast(cython.pointer[cython.uchar], raw)
    channel: cython.uint = 0
    memcpy(cython.address(channel), data + PORT, cython.sizeof(cython.uint))
    return (bdaddr.unpack(data + BT_ADDR), channel)
