"""AF_BLUETOOTH addresses of NetBSD.

The bytes are worked out from struct sockaddr_bt in bluetooth(4) and <netbt/bluetooth.h>, the same
16 for all protocols: one byte of length and family each, the device address with the least
significant byte first, psm in 16 bits of the byte order of the machine (here little-endian), the
channel in a byte, five of zero.
"""

import pytest

from berkeley.constants import netbsd
from berkeley.core import foreign

DEVICE = "01:23:45:67:89:AB"
L2CAP, RFCOMM = netbsd.BTPROTO_L2CAP, netbsd.BTPROTO_RFCOMM
HCI, SCO = netbsd.BTPROTO_HCI, netbsd.BTPROTO_SCO

ADDRESSES = [
    (L2CAP, (DEVICE, 0x1001), "10 1f ab8967452301 0110 00 0000000000"),
    (L2CAP, (netbsd.BDADDR_ANY, 0xFFFF), "10 1f 000000000000 ffff 00 0000000000"),
    (RFCOMM, (DEVICE, 30), "10 1f ab8967452301 0000 1e 0000000000"),
    (RFCOMM, (netbsd.BDADDR_LOCAL, 255), "10 1f ffffff000000 0000 ff 0000000000"),
    (HCI, DEVICE, "10 1f ab8967452301 0000 00 0000000000"),
    (SCO, DEVICE, "10 1f ab8967452301 0000 00 0000000000"),
]


def encode(protocol, address):
    return foreign.encode("netbsd", netbsd.AF_BLUETOOTH, protocol, address)


def decode(protocol, data):
    return foreign.decode("netbsd", protocol, data)


@pytest.mark.parametrize(("protocol", "address", "golden"), ADDRESSES)
def test_golden_bytes(protocol, address, golden):
    assert encode(protocol, address) == bytes.fromhex(golden)
    assert decode(protocol, bytes.fromhex(golden)) == address


def test_other_forms_of_the_same():
    assert encode(HCI, (DEVICE,)) == encode(HCI, DEVICE)
    assert encode(HCI, DEVICE.encode()) == encode(HCI, DEVICE)
    assert encode(SCO, DEVICE.encode()) == encode(SCO, DEVICE)
    assert encode(RFCOMM, (DEVICE, -1)) == encode(RFCOMM, (DEVICE, 255))


@pytest.mark.parametrize(
    ("protocol", "address"),
    [
        (L2CAP, DEVICE),
        (L2CAP, (DEVICE,)),
        # The struct has no room for a cid.
        (L2CAP, (DEVICE, 1, 2)),
        (L2CAP, (DEVICE.encode(), 1)),
        (L2CAP, (DEVICE, "1")),
        (RFCOMM, (DEVICE, 1, 2)),
        (RFCOMM, (DEVICE, 1.0)),
        (HCI, 0),
        (HCI, (0,)),
        (HCI, ()),
        (HCI, (DEVICE, 1)),
        (HCI, "ubt0"),
        (SCO, (DEVICE,)),
        (SCO, None),
    ],
    ids=repr,
)
def test_another_form(protocol, address):
    with pytest.raises(OSError, match=r"wrong format|bad bluetooth address"):
        encode(protocol, address)


@pytest.mark.parametrize(
    ("protocol", "address"),
    [(L2CAP, (DEVICE, 0x10000)), (L2CAP, (DEVICE, -0x8001)), (RFCOMM, (DEVICE, 256))],
)
def test_a_number_out_of_range(protocol, address):
    with pytest.raises(OverflowError):
        encode(protocol, address)


@pytest.mark.parametrize("protocol", [HCI, SCO])
@pytest.mark.parametrize("address", [DEVICE + "\0", DEVICE.encode() + b"\0"], ids=repr)
def test_a_zero_byte(protocol, address):
    with pytest.raises(ValueError):
        encode(protocol, address)


@pytest.mark.parametrize("protocol", [0, 5])
def test_an_unknown_protocol(protocol):
    with pytest.raises(OSError, match=f"unknown Bluetooth protocol {protocol}"):
        encode(protocol, (DEVICE, 1))
    data = encode(L2CAP, (DEVICE, 1))
    assert decode(protocol, data) == (netbsd.AF_BLUETOOTH, data[2:])


@pytest.mark.parametrize(("protocol", "address", "golden"), ADDRESSES)
def test_too_few_bytes(protocol, address, golden):
    data = bytes.fromhex(golden)
    for size in range(2, len(data)):
        assert decode(protocol, data[:size]) == (netbsd.AF_BLUETOOTH, data[2:size])
