"""AF_BLUETOOTH addresses of Windows.

The bytes are worked out from SOCKADDR_BTH in <ws2bth.h> (Microsoft Learn: "SOCKADDR_BTH
structure"), 30 without padding: the family in 16 bits, the device address as a number of 64 bits,
16 bytes of a GUID, the channel in 32 bits; all little-endian, as the machine is.
"""

import pytest

from berkeley.constants import windows
from berkeley.core import foreign

DEVICE = "01:23:45:67:89:AB"
RFCOMM = windows.BTPROTO_RFCOMM

ADDRESSES = [
    ((DEVICE, 5), "2000 ab89674523010000" + "00" * 16 + "05000000"),
    ((windows.BDADDR_ANY, 0), "2000" + "00" * 28),
    ((windows.BDADDR_LOCAL, 0xFFFFFFFF), "2000 ffffff0000000000" + "00" * 16 + "ffffffff"),
]


def encode(address, protocol=RFCOMM):
    return foreign.encode("win32", windows.AF_BLUETOOTH, protocol, address)


def decode(data, protocol=RFCOMM):
    return foreign.decode("win32", protocol, data)


@pytest.mark.parametrize(("address", "golden"), ADDRESSES)
def test_golden_bytes(address, golden):
    assert encode(address) == bytes.fromhex(golden)
    assert decode(bytes.fromhex(golden)) == address


@pytest.mark.parametrize(
    "address",
    [DEVICE, None, (), (DEVICE,), (DEVICE, 1, 2), (DEVICE.encode(), 1), ("01:23", 1)],
    ids=repr,
)
def test_another_form(address):
    with pytest.raises(OSError, match=r"wrong format|bad bluetooth address"):
        encode(address)


def test_a_channel_that_is_no_number_of_32_bits():
    with pytest.raises(TypeError):
        encode((DEVICE, "1"))
    with pytest.raises(OverflowError):
        encode((DEVICE, 1 << 32))


@pytest.mark.parametrize("protocol", [0, 0x0100])
def test_an_unknown_protocol(protocol):
    with pytest.raises(OSError, match=f"unknown Bluetooth protocol {protocol}"):
        encode((DEVICE, 1), protocol)
    data = encode((DEVICE, 1))
    assert decode(data, protocol) == (windows.AF_BLUETOOTH, data[2:])


@pytest.mark.parametrize("size", range(2, 30))
def test_too_few_bytes(size):
    data = encode((DEVICE, 1))[:size]
    assert decode(data) == (windows.AF_BLUETOOTH, data[2:])
