"""What the codecs write is what the C headers say: size of the structs, place and size of members.

The codecs declare the structs themselves, as headers may be missing where berkeley is built.  Here
an address is encoded in which one member has another value; the bytes that change have to be those
that the C compiler says the member has, in its byte order, and no others.
"""

import socket
import struct
import sys
from typing import Any, NamedTuple

import pytest

from berkeley.core.sockaddr import encode

# <sys/socket.h>, <linux/socket.h>
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_CAN, AF_TIPC = 1, 2, 10, 16, 17, 29, 30
AF_BLUETOOTH, AF_IEEE802154, AF_ALG, AF_VSOCK, AF_QIPCRTR, AF_XDP = 31, 36, 38, 40, 42, 44
# <linux/can.h>
CAN_RAW, CAN_BCM, CAN_ISOTP, CAN_J1939 = 1, 2, 6, 7
# <linux/tipc.h>
NAMESEQ, NAME, ID = 1, 2, 3
# <bluetooth/bluetooth.h>
L2CAP, HCI, SCO, RFCOMM, ISO = 0, 1, 2, 3, 8
ANY, DEVICE, DEVICE_BYTES = "00:00:00:00:00:00", "06:05:04:03:02:01", b"\1\2\3\4\5\6"
LO = socket.if_nametoindex("lo")


def host(code: str, value: int) -> bytes:
    """In the byte order of this machine."""
    return struct.pack(f"={code}", value)


def network(code: str, value: int) -> bytes:
    return struct.pack(f"!{code}", value)


def little(code: str, value: int) -> bytes:
    return struct.pack(f"<{code}", value)


class Form(NamedTuple):
    """A form of address: its struct, and where that is declared."""

    struct: str
    headers: list[str]
    family: int
    protocol: int


class Row(NamedTuple):
    """A form, and how the members of its struct are filled."""

    form: Form
    # An address in which all members are zero, but the family; those that must not be are the same
    # in the others.
    base: Any
    # An address in which this member alone is another one, and the member's bytes.
    members: dict[str, tuple[Any, bytes]]
    # C for the length that the kernel is given, if it is not that of the struct.
    size: str = ""
    # Where no header of user space has the struct: the declaration of the kernel's own header.
    declaration: str = ""


BLUETOOTH = "bluetooth/bluetooth.h"
# include/net/bluetooth/iso.h of the kernel
ISO_DECLARATION = """
typedef struct { uint8_t b[6]; } address_of_device;
struct sockaddr_iso_bc {
    address_of_device bc_bdaddr;
    uint8_t bc_bdaddr_type, bc_sid, bc_num_bis, bc_bis[31];
};
struct sockaddr_iso {
    sa_family_t iso_family;
    address_of_device iso_bdaddr;
    uint8_t iso_bdaddr_type;
    struct sockaddr_iso_bc iso_bc[1];
};
"""
# Of the struct without the last member, an array of any size: what the kernel compares with.
ISO_SIZE = "sizeof(struct { sa_family_t f; address_of_device a; uint8_t t; })"
# include/net/af_ieee802154.h of the kernel
IEEE802154_DECLARATION = """
struct sockaddr_ieee802154 {
    sa_family_t family;
    struct {
        int addr_type;
        uint16_t pan_id;
        union {
            uint8_t hwaddr[8];
            uint16_t short_addr;
        };
    } addr;
};
"""

ROWS = [
    Row(
        Form("sockaddr_in", ["netinet/in.h"], AF_INET, 0),
        ("0.0.0.0", 0),
        {
            "sin_port": (("0.0.0.0", 0x0102), network("H", 0x0102)),
            "sin_addr": (("1.2.3.4", 0), b"\1\2\3\4"),
        },
    ),
    Row(
        Form("sockaddr_in6", ["netinet/in.h"], AF_INET6, 0),
        ("::", 0, 0, 0),
        {
            "sin6_port": (("::", 0x0102, 0, 0), network("H", 0x0102)),
            "sin6_flowinfo": (("::", 0, 0x10203, 0), network("I", 0x10203)),
            "sin6_addr": (("102:304:506:708:90a:b0c:d0e:f10", 0, 0, 0), bytes(range(1, 17))),
            "sin6_scope_id": (("::", 0, 0, 0x01020304), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_un", ["sys/un.h"], AF_UNIX, 0),
        "/" * 107,
        # The longest path, and the zero byte behind it.
        {"sun_path": ("x" * 107, b"x" * 107 + b"\0")},
    ),
    Row(
        Form("sockaddr_nl", ["linux/netlink.h"], AF_NETLINK, 0),
        (0, 0),
        {
            "nl_pid": ((0x01020304, 0), host("I", 0x01020304)),
            "nl_groups": ((0, 0x01020304), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_ll", ["linux/if_packet.h"], AF_PACKET, 0),
        ("", 0, 0, 0, bytes(8)),
        {
            "sll_protocol": (("", 0x0102, 0, 0, bytes(8)), network("H", 0x0102)),
            "sll_ifindex": (("lo", 0, 0, 0, bytes(8)), host("i", LO)),
            "sll_hatype": (("", 0, 0, 0x0102, bytes(8)), host("H", 0x0102)),
            "sll_pkttype": (("", 0, 5, 0, bytes(8)), b"\5"),
            "sll_halen": (("", 0, 0, 0, bytes(3)), b"\3"),
            "sll_addr": (("", 0, 0, 0, b"\1\2\3\4\5\6\7\x08"), b"\1\2\3\4\5\6\7\x08"),
        },
    ),
    Row(
        Form("sockaddr_vm", ["linux/vm_sockets.h"], AF_VSOCK, 0),
        (0, 0),
        {
            "svm_cid": ((0x01020304, 0), host("I", 0x01020304)),
            "svm_port": ((0, 0x01020304), host("I", 0x01020304)),
        },
    ),
    *(
        Row(
            Form("sockaddr_can", ["linux/can.h"], AF_CAN, protocol),
            ("",),
            {"can_ifindex": (("lo",), host("i", LO))},
        )
        for protocol in (CAN_RAW, CAN_BCM)
    ),
    Row(
        Form("sockaddr_can", ["linux/can.h"], AF_CAN, CAN_ISOTP),
        ("", 0, 0),
        {
            "can_ifindex": (("lo", 0, 0), host("i", LO)),
            "can_addr.tp.rx_id": (("", 0x01020304, 0), host("I", 0x01020304)),
            "can_addr.tp.tx_id": (("", 0, 0x01020304), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_can", ["linux/can.h"], AF_CAN, CAN_J1939),
        ("", 0, 0, 0),
        {
            "can_ifindex": (("lo", 0, 0, 0), host("i", LO)),
            "can_addr.j1939.name": (("", 0x0102030405060708, 0, 0), host("Q", 0x0102030405060708)),
            "can_addr.j1939.pgn": (("", 0, 0x01020304, 0), host("I", 0x01020304)),
            "can_addr.j1939.addr": (("", 0, 0, 5), b"\5"),
        },
    ),
    Row(
        Form("sockaddr_tipc", ["linux/tipc.h"], AF_TIPC, 0),
        (NAMESEQ, 0, 0, 0, 0),
        {
            "addrtype": ((NAME, 0, 0, 0, 0), bytes([NAME])),
            "scope": ((NAMESEQ, 0, 0, 0, -2), b"\xfe"),
            "addr.nameseq.type": ((NAMESEQ, 0x01020304, 0, 0, 0), host("I", 0x01020304)),
            "addr.nameseq.lower": ((NAMESEQ, 0, 0x01020304, 0, 0), host("I", 0x01020304)),
            "addr.nameseq.upper": ((NAMESEQ, 0, 0, 0x01020304, 0), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_tipc", ["linux/tipc.h"], AF_TIPC, 0),
        (NAME, 0, 0, 0, 0),
        {
            "addr.name.name.type": ((NAME, 0x01020304, 0, 0, 0), host("I", 0x01020304)),
            "addr.name.name.instance": ((NAME, 0, 0x01020304, 0, 0), host("I", 0x01020304)),
            "addr.name.domain": ((NAME, 0, 0, 0x01020304, 0), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_tipc", ["linux/tipc.h"], AF_TIPC, 0),
        (ID, 0, 0, 0, 0),
        {
            "addr.id.node": ((ID, 0x01020304, 0, 0, 0), host("I", 0x01020304)),
            "addr.id.ref": ((ID, 0, 0x01020304, 0, 0), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_l2", [BLUETOOTH, "bluetooth/l2cap.h"], AF_BLUETOOTH, L2CAP),
        (ANY, 0, 0, 0),
        {
            "l2_psm": ((ANY, 0x0102, 0, 0), little("H", 0x0102)),
            "l2_bdaddr": ((DEVICE, 0, 0, 0), DEVICE_BYTES),
            "l2_cid": ((ANY, 0, 0x0102, 0), little("H", 0x0102)),
            "l2_bdaddr_type": ((ANY, 0, 0, 2), b"\2"),
        },
    ),
    Row(
        Form("sockaddr_rc", [BLUETOOTH, "bluetooth/rfcomm.h"], AF_BLUETOOTH, RFCOMM),
        (ANY, 0),
        {"rc_bdaddr": ((DEVICE, 0), DEVICE_BYTES), "rc_channel": ((ANY, 5), b"\5")},
    ),
    Row(
        Form("sockaddr_hci", [BLUETOOTH, "bluetooth/hci.h"], AF_BLUETOOTH, HCI),
        (0, 0),
        {
            "hci_dev": ((0x0102, 0), host("H", 0x0102)),
            "hci_channel": ((0, 0x0102), host("H", 0x0102)),
        },
    ),
    Row(
        Form("sockaddr_sco", [BLUETOOTH, "bluetooth/sco.h"], AF_BLUETOOTH, SCO),
        ANY,
        {"sco_bdaddr": (DEVICE, DEVICE_BYTES)},
    ),
    Row(
        Form("sockaddr_iso", [], AF_BLUETOOTH, ISO),
        (ANY, 0),
        {"iso_bdaddr": ((DEVICE, 0), DEVICE_BYTES), "iso_bdaddr_type": ((ANY, 2), b"\2")},
        ISO_SIZE,
        ISO_DECLARATION,
    ),
    Row(
        Form("sockaddr_iso", [], AF_BLUETOOTH, ISO),
        (ANY, 0, ANY, 0, 0, bytes(31)),
        {
            "iso_bdaddr": ((DEVICE, 0, ANY, 0, 0, bytes(31)), DEVICE_BYTES),
            "iso_bdaddr_type": ((ANY, 2, ANY, 0, 0, bytes(31)), b"\2"),
            "iso_bc[0].bc_bdaddr": ((ANY, 0, DEVICE, 0, 0, bytes(31)), DEVICE_BYTES),
            "iso_bc[0].bc_bdaddr_type": ((ANY, 0, ANY, 2, 0, bytes(31)), b"\2"),
            "iso_bc[0].bc_sid": ((ANY, 0, ANY, 0, 5, bytes(31)), b"\5"),
            "iso_bc[0].bc_num_bis": ((ANY, 0, ANY, 0, 0, bytes(9)), b"\x09"),
            "iso_bc[0].bc_bis": ((ANY, 0, ANY, 0, 0, bytes(range(31))), bytes(range(31))),
        },
        f"{ISO_SIZE} + sizeof(struct sockaddr_iso_bc)",
        ISO_DECLARATION,
    ),
    Row(
        Form("sockaddr_alg", ["linux/if_alg.h"], AF_ALG, 0),
        ("", "", 0, 0),
        {
            "salg_type": (("t" * 13, "", 0, 0), b"t" * 13 + b"\0"),
            "salg_feat": (("", "", 0x01020304, 0), host("I", 0x01020304)),
            "salg_mask": (("", "", 0, 0x01020304), host("I", 0x01020304)),
            "salg_name": (("", "n" * 63, 0, 0), b"n" * 63 + b"\0"),
        },
    ),
    Row(
        Form("sockaddr_qrtr", ["linux/qrtr.h"], AF_QIPCRTR, 0),
        (0, 0),
        {
            "sq_node": ((0x01020304, 0), host("I", 0x01020304)),
            "sq_port": ((0, 0x01020304), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_xdp", ["linux/if_xdp.h"], AF_XDP, 0),
        ("", 0, 0, 0),
        {
            "sxdp_ifindex": (("lo", 0, 0, 0), host("I", LO)),
            "sxdp_queue_id": (("", 0x01020304, 0, 0), host("I", 0x01020304)),
            "sxdp_flags": (("", 0, 0x0102, 0), host("H", 0x0102)),
            "sxdp_shared_umem_fd": (("", 0, 0, 0x01020304), host("I", 0x01020304)),
        },
    ),
    Row(
        Form("sockaddr_ieee802154", [], AF_IEEE802154, 0),
        (0, None),
        {
            "addr.addr_type": ((0, 0), host("i", 2)),
            "addr.pan_id": ((0x0102, None), host("H", 0x0102)),
        },
        declaration=IEEE802154_DECLARATION,
    ),
    Row(
        Form("sockaddr_ieee802154", [], AF_IEEE802154, 0),
        (0, 0),
        {"addr.short_addr": ((0, 0x0102), host("H", 0x0102))},
        declaration=IEEE802154_DECLARATION,
    ),
    Row(
        Form("sockaddr_ieee802154", [], AF_IEEE802154, 0),
        (0, bytes(8)),
        {"addr.hwaddr": ((0, b"\1\2\3\4\5\6\7\x08"), b"\1\2\3\4\5\6\7\x08")},
        declaration=IEEE802154_DECLARATION,
    ),
]


def name_of(row: Row) -> str:
    return f"{row.form.struct}-{next(iter(row.members))}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_codec_writes_what_the_header_says(row, layout):
    struct, headers, family, protocol = row.form
    size = row.size or f"sizeof(struct {struct})"
    length, places = layout(struct, headers, row.members, size, row.declaration)
    plain = encode(family, protocol, row.base)
    assert len(plain) == length
    assert plain[:2] == family.to_bytes(2, sys.byteorder)
    for name, (address, value) in row.members.items():
        start, width = places[name]
        end = start + width
        raw = encode(family, protocol, address)
        assert (name, raw[start:end]) == (name, value)
        assert raw[:start] + plain[start:end] + raw[end:] == plain, f"more than {name} changed"
