"""AF_BLUETOOTH addresses of FreeBSD.

The bytes are worked out from the structs in ng_btsocket(4) and
<netgraph/bluetooth/include/ng_btsocket.h>: one byte of length and family each, numbers of 16 bits
little-endian, a device address the least significant byte first.
"""

import sys

import pytest

from berkeley.constants import freebsd
from berkeley.core import foreign

DEVICE = "01:23:45:67:89:AB"
L2CAP, RFCOMM = freebsd.BTPROTO_L2CAP, freebsd.BTPROTO_RFCOMM
HCI, SCO = freebsd.BTPROTO_HCI, freebsd.BTPROTO_SCO

ADDRESSES = [
    (L2CAP, (DEVICE, 0x1001), "0e 24 0110 ab8967452301 0000 00 00"),
    (L2CAP, (DEVICE, 1, 0x0040, 2), "0e 24 0100 ab8967452301 4000 02 00"),
    (L2CAP, (freebsd.BDADDR_ANY, 0xFFFF), "0e 24 ffff 000000000000 0000 00 00"),
    (RFCOMM, (DEVICE, 30), "09 24 ab8967452301 1e"),
    (RFCOMM, (freebsd.BDADDR_LOCAL, 255), "09 24 ffffff000000 ff"),
    (HCI, "ubt0hci", "22 24 75627430686369" + "00" * 25),
    (HCI, "x" * 31, "22 24" + "78" * 31 + "00"),
    (HCI, "", "22 24" + "00" * 32),
    (SCO, DEVICE, "08 24 ab8967452301"),
]


def encode(protocol, address):
    return foreign.encode("freebsd", freebsd.AF_BLUETOOTH, protocol, address)


def decode(protocol, data):
    return foreign.decode("freebsd", protocol, data)


@pytest.mark.parametrize(("protocol", "address", "golden"), ADDRESSES)
def test_golden_bytes(protocol, address, golden):
    assert encode(protocol, address) == bytes.fromhex(golden)
    assert decode(protocol, bytes.fromhex(golden)) == address


def test_a_cid_is_returned_since_3_14():
    golden = bytes.fromhex("0e 24 0100 ab8967452301 4000 00 00")
    assert encode(L2CAP, (DEVICE, 1, 0x40)) == golden
    expected = (DEVICE, 1, 0x40) if sys.version_info >= (3, 14) else (DEVICE, 1)
    assert decode(L2CAP, golden) == expected


def test_other_forms_of_the_same():
    assert encode(HCI, ("ubt0hci",)) == encode(HCI, "ubt0hci")
    assert encode(SCO, DEVICE.encode()) == encode(SCO, DEVICE)
    assert encode(L2CAP, (DEVICE, -1)) == encode(L2CAP, (DEVICE, 0xFFFF))


@pytest.mark.parametrize(
    ("protocol", "address"),
    [
        (L2CAP, DEVICE),
        (L2CAP, (DEVICE,)),
        (L2CAP, (DEVICE, 1, 2, 0, 0)),
        (L2CAP, (DEVICE.encode(), 1)),
        (L2CAP, (DEVICE, "1")),
        (L2CAP, (DEVICE, 1, 2.0)),
        (L2CAP, (DEVICE, 1, 2, None)),
        (L2CAP, ("01:23", 1)),
        (RFCOMM, (DEVICE,)),
        (RFCOMM, (DEVICE, 1, 2)),
        (RFCOMM, (DEVICE, None)),
        (RFCOMM, [DEVICE, 1]),
        (HCI, 0),
        (HCI, (0,)),
        (HCI, ()),
        (HCI, ("a", "b")),
        (HCI, b"ubt0hci"),
        (SCO, (DEVICE,)),
        (SCO, None),
        (SCO, "no address"),
    ],
    ids=repr,
)
def test_another_form(protocol, address):
    with pytest.raises(OSError, match=r"wrong format|bad bluetooth address"):
        encode(protocol, address)


@pytest.mark.parametrize(
    ("protocol", "address"),
    [
        (L2CAP, (DEVICE, 0x10000)),
        (L2CAP, (DEVICE, 1, 0x10000)),
        (L2CAP, (DEVICE, 1, 1, 256)),
        (L2CAP, (DEVICE, -0x8001)),
        (RFCOMM, (DEVICE, 256)),
        (RFCOMM, (DEVICE, 1 << 40)),
    ],
)
def test_a_number_out_of_range(protocol, address):
    with pytest.raises(OverflowError):
        encode(protocol, address)


@pytest.mark.parametrize(
    ("protocol", "address"),
    [(HCI, "x" * 32), (HCI, "a\0b"), (SCO, DEVICE + "\0"), (SCO, b"\0" + DEVICE.encode())],
    ids=repr,
)
def test_a_text_that_does_not_fit(protocol, address):
    with pytest.raises(ValueError):
        encode(protocol, address)


@pytest.mark.parametrize("protocol", [0, 1, 133, 138])
def test_an_unknown_protocol(protocol):
    with pytest.raises(OSError, match=f"unknown Bluetooth protocol {protocol}"):
        encode(protocol, (DEVICE, 1))
    data = encode(L2CAP, (DEVICE, 1))
    assert decode(protocol, data) == (freebsd.AF_BLUETOOTH, data[2:])


@pytest.mark.parametrize(("protocol", "address", "golden"), ADDRESSES)
def test_too_few_bytes(protocol, address, golden):
    data = bytes.fromhex(golden)
    for size in range(2, len(data)):
        assert decode(protocol, data[:size]) == (freebsd.AF_BLUETOOTH, data[2:size])


def test_a_node_without_a_zero_byte():
    assert decode(HCI, bytes.fromhex("22 24") + b"y" * 32) == "y" * 32
