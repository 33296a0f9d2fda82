"""AF_BLUETOOTH addresses, one form a protocol:

=======  =================================================================================
L2CAP    ``(bdaddr, psm[, cid[, bdaddr_type]])``
RFCOMM   ``(bdaddr, channel)``
HCI      ``device_id``, ``(device_id,)`` or ``(device_id, channel)``
SCO      ``bdaddr``, str or bytes
ISO      ``(bdaddr, bdaddr_type)``, or with a broadcast source behind these:
         ``(bdaddr, bdaddr_type, bc_bdaddr, bc_bdaddr_type, bc_sid, bc_bis)``
=======  =================================================================================

What they return: L2CAP four items where the type is one of LE, otherwise two, or three with a cid
(since 3.14); HCI a bare device_id on the channel HCI_CHANNEL_RAW, otherwise a pair; SCO str.

Layout: struct sockaddr_l2, sockaddr_rc, sockaddr_hci, sockaddr_sco, sockaddr_iso of <bluetooth/*.h>
and the kernel's include/net/bluetooth/.  psm and cid are little-endian, the items of HCI in host
byte order.  A negative number stands for its two's complement, as -1 for HCI_DEV_NONE.
"""

import sys

import cython
from cython.cimports.berkeley.core.address import bdaddr, opaque
from cython.cimports.berkeley.core.address.bluetooth_items import alone, device, field, items, wrong
from cython.cimports.berkeley.core.forms import (
    HCI,
    ISO,
    ISO_BROADCAST,
    L2CAP,
    L2CAP_CID,
    L2CAP_TYPE,
    RFCOMM,
)
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy, memset

AF_BLUETOOTH = cython.declare(cython.ushort, 31)

# <bluetooth/bluetooth.h>
BTPROTO_L2CAP = cython.declare(cython.int, 0)
BTPROTO_HCI = cython.declare(cython.int, 1)
BTPROTO_SCO = cython.declare(cython.int, 2)
BTPROTO_RFCOMM = cython.declare(cython.int, 3)
BTPROTO_ISO = cython.declare(cython.int, 8)
BDADDR_BREDR = cython.declare(cython.uchar, 0)
# <bluetooth/hci.h>
HCI_CHANNEL_RAW = cython.declare(cython.ushort, 0)
# include/net/bluetooth/iso.h
ISO_MAX_NUM_BIS = cython.declare(cython.Py_ssize_t, 31)

# Until 3.13 the standard module knew no cid, and programs unpack what accept() gives into two.
CID_RETURNED = cython.declare(cython.bint, sys.version_info >= (3, 14))

sockaddr_l2 = cython.struct(
    l2_family=cython.ushort,
    l2_psm=cython.uchar[2],
    l2_bdaddr=cython.uchar[6],
    l2_cid=cython.uchar[2],
    l2_bdaddr_type=cython.uchar,
)

sockaddr_rc = cython.struct(
    rc_family=cython.ushort, rc_bdaddr=cython.uchar[6], rc_channel=cython.uchar
)

sockaddr_hci = cython.struct(
    hci_family=cython.ushort, hci_dev=cython.ushort, hci_channel=cython.ushort
)

sockaddr_sco = cython.struct(sco_family=cython.ushort, sco_bdaddr=cython.uchar[6])

sockaddr_iso = cython.struct(
    iso_family=cython.ushort, iso_bdaddr=cython.uchar[6], iso_bdaddr_type=cython.uchar
)

sockaddr_iso_bc = cython.struct(
    bc_bdaddr=cython.uchar[6],
    bc_bdaddr_type=cython.uchar,
    bc_sid=cython.uchar,
    bc_num_bis=cython.uchar,
    bc_bis=cython.uchar[31],
)

# Where the array of struct sockaddr_iso_bc begins: before the padding of struct sockaddr_iso, which
# the kernel counts nevertheless.
BROADCAST = cython.declare(cython.Py_ssize_t, 9)


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
    out of range), ValueError (SCO: a zero byte, no ASCII; ISO: over 31 BIS).
    """
    # All of these structs are shorter than it.
    memset(raw, 0, cython.sizeof(sockaddr_storage))
    raw.ss_family = AF_BLUETOOTH
    if protocol == BTPROTO_L2CAP:
        return pack_l2cap(address, raw, caller)
    if protocol == BTPROTO_RFCOMM:
        return pack_rfcomm(address, raw, caller)
    if protocol == BTPROTO_HCI:
        return pack_hci(address, raw, caller)
    if protocol == BTPROTO_SCO:
        return pack_sco(address, raw, caller)
    if protocol == BTPROTO_ISO:
        return pack_iso(address, raw, caller)
    raise OSError(f"{caller.decode()}(): unknown Bluetooth protocol {protocol}")


@cython.cfunc
def unpack(
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The address in the *length* bytes at *raw*, of a socket of *protocol*."""
    if protocol == BTPROTO_L2CAP and length >= cython.sizeof(sockaddr_l2):
        return unpack_l2cap(cython.cast(cython.pointer[sockaddr_l2], raw))
    if protocol == BTPROTO_RFCOMM and length >= cython.sizeof(sockaddr_rc):
        rc = cython.cast(cython.pointer[sockaddr_rc], raw)
        return make(RFCOMM, (bdaddr.unpack(cython.address(rc.rc_bdaddr[0])), rc.rc_channel))
    if protocol == BTPROTO_HCI and length >= cython.sizeof(sockaddr_hci):
        hci = cython.cast(cython.pointer[sockaddr_hci], raw)
        if hci.hci_channel == HCI_CHANNEL_RAW:
            return hci.hci_dev
        return make(HCI, (hci.hci_dev, hci.hci_channel))
    if protocol == BTPROTO_SCO and length >= cython.sizeof(sockaddr_sco):
        sco = cython.cast(cython.pointer[sockaddr_sco], raw)
        return bdaddr.unpack(cython.address(sco.sco_bdaddr[0]))
    if protocol == BTPROTO_ISO and length >= cython.sizeof(sockaddr_iso):
        return unpack_iso(raw, length)
    return opaque.unpack(raw, length)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack_l2cap(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    parts: tuple = items(address, 2, 4, b"(bdaddr, psm[, cid[, bdaddr_type]])", caller)
    l2 = cython.cast(cython.pointer[sockaddr_l2], raw)
    device(parts[0], cython.address(l2.l2_bdaddr[0]), caller)
    put_le16(field(parts[1], b"psm", 0xFFFF, caller), cython.address(l2.l2_psm[0]))
    if len(parts) > 2:
        put_le16(field(parts[2], b"cid", 0xFFFF, caller), cython.address(l2.l2_cid[0]))
    if len(parts) > 3:
        l2.l2_bdaddr_type = cython.cast(cython.uchar, field(parts[3], b"bdaddr_type", 0xFF, caller))
    return cython.sizeof(sockaddr_l2)


@cython.cfunc
def unpack_l2cap(l2: cython.pointer[sockaddr_l2]) -> object:
    name = bdaddr.unpack(cython.address(l2.l2_bdaddr[0]))
    psm: cython.int = le16(cython.address(l2.l2_psm[0]))
    cid: cython.int = le16(cython.address(l2.l2_cid[0]))
    if l2.l2_bdaddr_type != BDADDR_BREDR:
        return make(L2CAP_TYPE, (name, psm, cid, l2.l2_bdaddr_type))
    if cid != 0 and CID_RETURNED:
        return make(L2CAP_CID, (name, psm, cid))
    return make(L2CAP, (name, psm))


@cython.cfunc
@cython.exceptval(0, check=False)
def pack_rfcomm(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    parts: tuple = items(address, 2, 2, b"(bdaddr, channel)", caller)
    rc = cython.cast(cython.pointer[sockaddr_rc], raw)
    device(parts[0], cython.address(rc.rc_bdaddr[0]), caller)
    rc.rc_channel = cython.cast(cython.uchar, field(parts[1], b"channel", 0xFF, caller))
    return cython.sizeof(sockaddr_rc)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack_hci(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    if capi.PyIndex_Check(address):
        address = (address,)
    parts: tuple = items(address, 1, 2, b"device_id or (device_id[, channel])", caller)
    hci = cython.cast(cython.pointer[sockaddr_hci], raw)
    hci.hci_dev = cython.cast(cython.ushort, field(parts[0], b"device_id", 0xFFFF, caller))
    if len(parts) > 1:
        hci.hci_channel = cython.cast(cython.ushort, field(parts[1], b"channel", 0xFFFF, caller))
    return cython.sizeof(sockaddr_hci)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack_sco(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    sco = cython.cast(cython.pointer[sockaddr_sco], raw)
    alone(address, cython.address(sco.sco_bdaddr[0]), caller)
    return cython.sizeof(sockaddr_sco)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack_iso(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    form: cython.p_const_char = (
        b"(bdaddr, bdaddr_type[, bc_bdaddr, bc_bdaddr_type, bc_sid, bc_bis])"
    )
    parts: tuple = items(address, 2, 6, form, caller)
    count: cython.Py_ssize_t = len(parts)
    if count != 2 and count != 6:
        raise wrong(form, caller)
    iso = cython.cast(cython.pointer[sockaddr_iso], raw)
    device(parts[0], cython.address(iso.iso_bdaddr[0]), caller)
    iso.iso_bdaddr_type = cython.cast(cython.uchar, field(parts[1], b"bdaddr_type", 0xFF, caller))
    if count == 2:
        return cython.sizeof(sockaddr_iso)
    bc = broadcast_of(raw)
    device(parts[2], cython.address(bc.bc_bdaddr[0]), caller)
    bc.bc_bdaddr_type = cython.cast(cython.uchar, field(parts[3], b"bc_bdaddr_type", 0xFF, caller))
    bc.bc_sid = cython.cast(cython.uchar, field(parts[4], b"bc_sid", 0xFF, caller))
    streams = bytes(memoryview(parts[5]))
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(streams)
    if size > ISO_MAX_NUM_BIS:
        raise ValueError(f"{caller.decode()}(): bc_bis must be 31 bytes or less, not {size}")
    bc.bc_num_bis = cython.cast(cython.uchar, size)
    memcpy(cython.address(bc.bc_bis[0]), PyBytes_AS_STRING(streams), size)
    return cython.sizeof(sockaddr_iso) + cython.sizeof(sockaddr_iso_bc)


@cython.cfunc
def unpack_iso(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    iso = cython.cast(cython.pointer[sockaddr_iso], raw)
    name = bdaddr.unpack(cython.address(iso.iso_bdaddr[0]))
    if length < cython.sizeof(sockaddr_iso) + cython.sizeof(sockaddr_iso_bc):
        return make(ISO, (name, iso.iso_bdaddr_type))
    bc = broadcast_of(raw)
    streams: cython.p_char = cython.cast(cython.p_char, cython.address(bc.bc_bis[0]))
    return make(
        ISO_BROADCAST,
        (
            name,
            iso.iso_bdaddr_type,
            bdaddr.unpack(cython.address(bc.bc_bdaddr[0])),
            bc.bc_bdaddr_type,
            bc.bc_sid,
            streams[: min(bc.bc_num_bis, ISO_MAX_NUM_BIS)],
        ),
    )


@cython.cfunc
def broadcast_of(
    raw: cython.pointer[cython.const[sockaddr_storage]],
) -> cython.pointer[sockaddr_iso_bc]:
    return cython.cast(cython.pointer[sockaddr_iso_bc], cython.cast(cython.p_char, raw) + BROADCAST)


@cython.cfunc
@cython.exceptval(check=False)
def put_le16(number: cython.int, raw: cython.pointer[cython.uchar]) -> cython.void:
    raw[0] = cython.cast(cython.uchar, number & 0xFF)
    raw[1] = cython.cast(cython.uchar, number >> 8)


@cython.cfunc
@cython.exceptval(check=False)
def le16(raw: cython.pointer[cython.const[cython.uchar]]) -> cython.int:
    return raw[0] | raw[1] << 8
