"""AF_BLUETOOTH addresses of FreeBSD, one form a protocol:

=======  =================================================================================
L2CAP    ``(bdaddr, psm[, cid[, bdaddr_type]])``
RFCOMM   ``(bdaddr, channel)``
HCI      the name of a netgraph node, as ``"ubt0hci"``, or that in a tuple
SCO      ``bdaddr``, str or bytes
=======  =================================================================================

What they return: L2CAP four items where the type is one of LE, otherwise two, or three with a cid
(since 3.14); HCI and SCO str.

Layout: struct sockaddr_l2cap, sockaddr_rfcomm, sockaddr_hci, sockaddr_sco, ng_btsocket(4) and
<netgraph/bluetooth/include/ng_btsocket.h>.  They begin with their length and family, a byte each;
psm and cid are little-endian.
"""

import sys

import cython
from cython.cimports.berkeley.core.address import bdaddr, bsd
from cython.cimports.berkeley.core.address.bluetooth_items import alone, device, field, items, wrong
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.libc.string import strnlen
from cython.cimports.berkeley.core.text import ascii_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy, memset

AF_BLUETOOTH = cython.declare(cython.int, 36)

# <netgraph/bluetooth/include/ng_btsocket.h>: BLUETOOTH_PROTO_*
BTPROTO_HCI = cython.declare(cython.int, 134)
BTPROTO_L2CAP = cython.declare(cython.int, 135)
BTPROTO_RFCOMM = cython.declare(cython.int, 136)
BTPROTO_SCO = cython.declare(cython.int, 137)
# <netgraph/ng_message.h>: a node's name with its zero byte.
NG_NODESIZ = cython.declare(cython.Py_ssize_t, 32)
# <netgraph/bluetooth/include/ng_bluetooth.h>
BDADDR_BREDR = cython.declare(cython.uchar, 0)

# Until 3.13 the standard module knew no cid, and programs unpack what accept() gives into two.
CID_RETURNED = cython.declare(cython.bint, sys.version_info >= (3, 14))

sockaddr_hci = cython.struct(
    hci_len=cython.uchar, hci_family=cython.uchar, hci_node=cython.char[32]
)

sockaddr_sco = cython.struct(
    sco_len=cython.uchar, sco_family=cython.uchar, sco_bdaddr=cython.uchar[6]
)

sockaddr_l2cap = cython.struct(
    l2cap_len=cython.uchar,
    l2cap_family=cython.uchar,
    l2cap_psm=cython.uchar[2],
    l2cap_bdaddr=cython.uchar[6],
    l2cap_cid=cython.uchar[2],
    l2cap_bdaddr_type=cython.uchar,
    # C pads its two 16-bit members.
    l2cap_padding=cython.uchar,
)

sockaddr_rfcomm = cython.struct(
    rfcomm_len=cython.uchar,
    rfcomm_family=cython.uchar,
    rfcomm_bdaddr=cython.uchar[6],
    rfcomm_channel=cython.uchar,
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
    out of range), ValueError (HCI: a name that is too long; a zero byte).
    """
    # All of these structs are shorter than it.
    memset(raw, 0, cython.sizeof(sockaddr_storage))
    length: socklen_t
    if protocol == BTPROTO_L2CAP:
        length = _pack_l2cap(address, raw, caller)
    elif protocol == BTPROTO_RFCOMM:
        parts: tuple = items(address, 2, 2, b"(bdaddr, channel)", caller)
        rfcomm = cython.cast(cython.pointer[sockaddr_rfcomm], raw)
        device(parts[0], cython.address(rfcomm.rfcomm_bdaddr[0]), caller)
        rfcomm.rfcomm_channel = cython.cast(cython.uchar, field(parts[1], b"channel", 0xFF, caller))
        length = cython.sizeof(sockaddr_rfcomm)
    elif protocol == BTPROTO_HCI:
        length = _pack_hci(address, raw, caller)
    elif protocol == BTPROTO_SCO:
        sco = cython.cast(cython.pointer[sockaddr_sco], raw)
        alone(address, cython.address(sco.sco_bdaddr[0]), caller)
        length = cython.sizeof(sockaddr_sco)
    else:
        raise OSError(f"{caller.decode()}(): unknown Bluetooth protocol {protocol}")
    bsd.set_header(raw, length, AF_BLUETOOTH)
    return length


@cython.cfunc
def unpack(
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The address in the *length* bytes at *raw*, of a socket of *protocol*."""
    if protocol == BTPROTO_L2CAP and length >= cython.sizeof(sockaddr_l2cap):
        return _unpack_l2cap(cython.cast(cython.pointer[sockaddr_l2cap], raw))
    if protocol == BTPROTO_RFCOMM and length >= cython.sizeof(sockaddr_rfcomm):
        rfcomm = cython.cast(cython.pointer[sockaddr_rfcomm], raw)
        return (bdaddr.unpack(cython.address(rfcomm.rfcomm_bdaddr[0])), rfcomm.rfcomm_channel)
    if protocol == BTPROTO_HCI and length >= cython.sizeof(sockaddr_hci):
        hci = cython.cast(cython.pointer[sockaddr_hci], raw)
        name: cython.p_char = cython.address(hci.hci_node[0])
        return capi.PyUnicode_DecodeFSDefaultAndSize(name, strnlen(name, NG_NODESIZ))
    if protocol == BTPROTO_SCO and length >= cython.sizeof(sockaddr_sco):
        sco = cython.cast(cython.pointer[sockaddr_sco], raw)
        return bdaddr.unpack(cython.address(sco.sco_bdaddr[0]))
    return bsd.unpack(raw, length)


@cython.cfunc
@cython.exceptval(0, check=False)
def _pack_l2cap(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    parts: tuple = items(address, 2, 4, b"(bdaddr, psm[, cid[, bdaddr_type]])", caller)
    l2cap = cython.cast(cython.pointer[sockaddr_l2cap], raw)
    device(parts[0], cython.address(l2cap.l2cap_bdaddr[0]), caller)
    number: cython.int = field(parts[1], b"psm", 0xFFFF, caller)
    l2cap.l2cap_psm[0] = number & 0xFF
    l2cap.l2cap_psm[1] = number >> 8
    if len(parts) > 2:
        number = field(parts[2], b"cid", 0xFFFF, caller)
        l2cap.l2cap_cid[0] = number & 0xFF
        l2cap.l2cap_cid[1] = number >> 8
    if len(parts) > 3:
        l2cap.l2cap_bdaddr_type = cython.cast(
            cython.uchar, field(parts[3], b"bdaddr_type", 0xFF, caller)
        )
    return cython.sizeof(sockaddr_l2cap)


@cython.cfunc
def _unpack_l2cap(l2cap: cython.pointer[sockaddr_l2cap]) -> object:
    name = bdaddr.unpack(cython.address(l2cap.l2cap_bdaddr[0]))
    psm: cython.int = l2cap.l2cap_psm[0] | l2cap.l2cap_psm[1] << 8
    cid: cython.int = l2cap.l2cap_cid[0] | l2cap.l2cap_cid[1] << 8
    if l2cap.l2cap_bdaddr_type != BDADDR_BREDR:
        return (name, psm, cid, l2cap.l2cap_bdaddr_type)
    if cid != 0 and CID_RETURNED:
        return (name, psm, cid)
    return (name, psm)


@cython.cfunc
@cython.exceptval(0, check=False)
def _pack_hci(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    form: cython.p_const_char = b"a node's name, str, or (name,)"
    name = items(address, 1, 1, form, caller)[0] if isinstance(address, tuple) else address
    if not isinstance(name, str):
        raise wrong(form, caller)
    data = ascii_bytes(name, b"name")
    if PyBytes_GET_SIZE(data) >= NG_NODESIZ:
        raise ValueError(f"{caller.decode()}(): the name of a node has up to 31 bytes: {name!r}")
    hci = cython.cast(cython.pointer[sockaddr_hci], raw)
    memcpy(cython.address(hci.hci_node[0]), PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return cython.sizeof(sockaddr_hci)
