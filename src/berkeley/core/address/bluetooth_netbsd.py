"""AF_BLUETOOTH addresses of NetBSD, one form a protocol:

=======  =========================================================
L2CAP    ``(bdaddr, psm)``
RFCOMM   ``(bdaddr, channel)``
HCI      ``bdaddr`` of the device, str or bytes, or ``(bdaddr,)``
SCO      ``bdaddr``, str or bytes
=======  =========================================================

HCI and SCO return str.

Layout: struct sockaddr_bt, bluetooth(4) and <netbt/bluetooth.h>, the same 16 bytes for all; psm
is in host byte order.
"""

import cython
from cython.cimports.berkeley.core.address import bdaddr, bsd
from cython.cimports.berkeley.core.address.bluetooth_items import alone, device, field, items
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.libc.string import memset

AF_BLUETOOTH = cython.declare(cython.int, 31)

# <netbt/bluetooth.h>
BTPROTO_HCI = cython.declare(cython.int, 1)
BTPROTO_L2CAP = cython.declare(cython.int, 2)
BTPROTO_RFCOMM = cython.declare(cython.int, 3)
BTPROTO_SCO = cython.declare(cython.int, 4)

sockaddr_bt = cython.struct(
    bt_len=cython.uchar,
    bt_family=cython.uchar,
    bt_bdaddr=cython.uchar[6],
    bt_psm=cython.ushort,
    bt_channel=cython.uchar,
    bt_zero=cython.uchar[5],
)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of a socket of *protocol* into *raw*; return its length in bytes.

    Raises OSError (another form, no device address, an unknown protocol), OverflowError (a number
    out of range), ValueError (a zero byte).
    """
    # The struct is shorter than it.
    memset(raw, 0, cython.sizeof(sockaddr_storage))
    bt = cython.cast(cython.pointer[sockaddr_bt], raw)
    device_address: cython.pointer[cython.uchar] = cython.address(bt.bt_bdaddr[0])
    parts: tuple
    if protocol == BTPROTO_L2CAP:
        parts = items(address, 2, 2, b"(bdaddr, psm)", caller)
        device(parts[0], device_address, caller)
        bt.bt_psm = cython.cast(cython.ushort, field(parts[1], b"psm", 0xFFFF, caller))
    elif protocol == BTPROTO_RFCOMM:
        parts = items(address, 2, 2, b"(bdaddr, channel)", caller)
        device(parts[0], device_address, caller)
        bt.bt_channel = cython.cast(cython.uchar, field(parts[1], b"channel", 0xFF, caller))
    elif protocol == BTPROTO_HCI and isinstance(address, tuple):
        device(items(address, 1, 1, b"bdaddr or (bdaddr,)", caller)[0], device_address, caller)
    elif protocol == BTPROTO_HCI or protocol == BTPROTO_SCO:
        alone(address, device_address, caller)
    else:
        raise OSError(f"{caller.decode()}(): unknown Bluetooth protocol {protocol}")
    bsd.set_header(raw, cython.sizeof(sockaddr_bt), AF_BLUETOOTH)
    return cython.sizeof(sockaddr_bt)


@cython.cfunc
def unpack(
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The address in the *length* bytes at *raw*, of a socket of *protocol*."""
    if length < cython.sizeof(sockaddr_bt):
        return bsd.unpack(raw, length)
    bt = cython.cast(cython.pointer[sockaddr_bt], raw)
    name = bdaddr.unpack(cython.address(bt.bt_bdaddr[0]))
    if protocol == BTPROTO_L2CAP:
        return (name, bt.bt_psm)
    if protocol == BTPROTO_RFCOMM:
        return (name, bt.bt_channel)
    if protocol == BTPROTO_HCI or protocol == BTPROTO_SCO:
        return name
    return bsd.unpack(raw, length)
