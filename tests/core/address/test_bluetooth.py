"""AF_BLUETOOTH addresses, one form a protocol."""

import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley import BTPROTO_HCI, BTPROTO_ISO, BTPROTO_L2CAP, BTPROTO_RFCOMM, BTPROTO_SCO
from berkeley.core.sockaddr import decode, encode

FAMILY = berkeley.AF_BLUETOOTH
BREDR, PUBLIC, RANDOM = berkeley.BDADDR_BREDR, berkeley.BDADDR_LE_PUBLIC, berkeley.BDADDR_LE_RANDOM
TEXT = "01:23:45:67:89:AB"
ANY = berkeley.BDADDR_ANY
HEADER = FAMILY.to_bytes(2, sys.byteorder)
DEVICE = bytes.fromhex("ab8967452301")

devices = st.binary(min_size=6, max_size=6).map(lambda raw: decode(BTPROTO_SCO, HEADER + raw))
bytes_of_it = st.integers(0, 255)
words = st.integers(0, 65535)


def pack(protocol, address):
    return encode(FAMILY, protocol, address)


class Index:
    def __index__(self):
        return 3


@pytest.mark.parametrize(
    ("protocol", "address", "raw"),
    [
        # psm and cid are little-endian on every machine.
        (BTPROTO_L2CAP, (TEXT, 0x1003), b"\x03\x10" + DEVICE + b"\0\0\0\0"),
        (BTPROTO_L2CAP, (TEXT, 0x1003, 0), b"\x03\x10" + DEVICE + b"\0\0\0\0"),
        (BTPROTO_L2CAP, (TEXT, 0, 0x1234), b"\0\0" + DEVICE + b"\x34\x12\0\0"),
        (BTPROTO_L2CAP, (TEXT, 0x80, 4, RANDOM), b"\x80\0" + DEVICE + b"\4\0\2\0"),
        (BTPROTO_L2CAP, (TEXT, -1, -32768, -1), b"\xff\xff" + DEVICE + b"\0\x80\xff\0"),
        (BTPROTO_L2CAP, (TEXT, Index(), True), b"\3\0" + DEVICE + b"\1\0\0\0"),
        (BTPROTO_RFCOMM, (TEXT, 30), DEVICE + b"\x1e\0"),
        (BTPROTO_RFCOMM, (TEXT, 255), DEVICE + b"\xff\0"),
        (BTPROTO_RFCOMM, (TEXT, -1), DEVICE + b"\xff\0"),
        (BTPROTO_HCI, 5, struct.pack("=HH", 5, 0)),
        (BTPROTO_HCI, Index(), struct.pack("=HH", 3, 0)),
        (BTPROTO_HCI, (0x1234,), struct.pack("=HH", 0x1234, 0)),
        (BTPROTO_HCI, -1, struct.pack("=HH", berkeley.HCI_DEV_NONE, 0)),
        (BTPROTO_HCI, (65535, 3), struct.pack("=HH", 65535, berkeley.HCI_CHANNEL_CONTROL)),
        (BTPROTO_SCO, TEXT, DEVICE),
        (BTPROTO_SCO, TEXT.encode(), DEVICE),
        (BTPROTO_ISO, (TEXT, PUBLIC), DEVICE + b"\1\0"),
        # What follows begins in the padding of the struct before it.
        (
            BTPROTO_ISO,
            (TEXT, PUBLIC, "6:5:4:3:2:1", RANDOM, 9, b"\1\2"),
            DEVICE + b"\1" + bytes([1, 2, 3, 4, 5, 6, 2, 9, 2, 1, 2]) + bytes(30),
        ),
        (
            BTPROTO_ISO,
            (ANY, BREDR, ANY, BREDR, 0, bytearray(range(1, 32))),
            bytes(15) + b"\x1f" + bytes(range(1, 32)) + b"\0",
        ),
    ],
)
def test_struct(protocol, address, raw):
    assert pack(protocol, address) == HEADER + raw


@given(devices, words, words, st.integers(1, 255))
def test_l2cap_of_le_has_four_items(device, psm, cid, bdaddr_type):
    address = (device, psm, cid, bdaddr_type)
    assert decode(BTPROTO_L2CAP, pack(BTPROTO_L2CAP, address)) == address


@given(devices, words, st.integers(1, 65535))
def test_l2cap_of_bredr_has_two_items_or_the_cid(device, psm, cid):
    for short in ((device, psm), (device, psm, 0), (device, psm, 0, BREDR)):
        assert decode(BTPROTO_L2CAP, pack(BTPROTO_L2CAP, short)) == (device, psm)
    address = (device, psm, cid)
    back = decode(BTPROTO_L2CAP, pack(BTPROTO_L2CAP, address))
    assert back == (address if sys.version_info >= (3, 14) else address[:2])


@given(devices, bytes_of_it)
def test_rfcomm_has_two_items(device, channel):
    assert decode(BTPROTO_RFCOMM, pack(BTPROTO_RFCOMM, (device, channel))) == (device, channel)


@given(words, st.integers(1, 65535))
def test_hci_is_a_number_or_has_a_channel(device_id, channel):
    for raw_channel in (device_id, (device_id,), (device_id, berkeley.HCI_CHANNEL_RAW)):
        assert decode(BTPROTO_HCI, pack(BTPROTO_HCI, raw_channel)) == device_id
    address = (device_id, channel)
    assert decode(BTPROTO_HCI, pack(BTPROTO_HCI, address)) == address


@given(devices)
def test_sco_is_text(device):
    assert decode(BTPROTO_SCO, pack(BTPROTO_SCO, device)) == device
    assert decode(BTPROTO_SCO, pack(BTPROTO_SCO, device.encode())) == device


@given(devices, bytes_of_it, devices, bytes_of_it, bytes_of_it, st.binary(max_size=31))
def test_iso_has_two_items_or_six(device, kind, source, source_kind, sid, streams):
    for address in ((device, kind), (device, kind, source, source_kind, sid, streams)):
        assert decode(BTPROTO_ISO, pack(BTPROTO_ISO, address)) == address


SIZES = {BTPROTO_L2CAP: 14, BTPROTO_RFCOMM: 10, BTPROTO_HCI: 6, BTPROTO_SCO: 8, BTPROTO_ISO: 10}


@pytest.mark.parametrize("protocol", [*SIZES, berkeley.BTPROTO_BNEP, -1, 99])
@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_bytes_of_every_length(protocol, fill):
    for size in range(127):
        data = fill * size
        address = decode(protocol, HEADER + data)
        # What is no address of the protocol is handed over as it is.
        opaque = protocol not in SIZES or 2 + size < SIZES[protocol]
        assert (address == (FAMILY, data)) == opaque


@given(st.sampled_from([*SIZES]), st.binary(max_size=126))
def test_any_bytes(protocol, data):
    address = decode(protocol, HEADER + data)
    if 2 + len(data) < SIZES[protocol]:
        assert address == (FAMILY, data)
    else:
        # Padding apart, and the cid of BR/EDR, nothing is lost.
        assert decode(protocol, pack(protocol, address)) == address


def test_a_count_of_streams_beyond_the_array():
    raw = HEADER + bytes(15) + b"\xff" + bytes(range(31)) + b"\0"
    assert decode(BTPROTO_ISO, raw)[5] == bytes(range(31))


# What the standard module calls by this text, in every one of its versions.
WRONG_FORMAT = {
    BTPROTO_L2CAP: [
        *(None, 5, TEXT, [TEXT, 1], (), (TEXT,), (TEXT, 1, 2, 3, 4)),
        *((TEXT, "1"), (TEXT, 1.0), (TEXT, None), (TEXT, 1, "0"), (TEXT, 1, 0, b"1")),
        *((None, 1), (1, 1), (TEXT.encode(), 1), (bytearray(17), 1)),
    ],
    BTPROTO_RFCOMM: [
        *(None, 5, TEXT, [TEXT, 1], (), (TEXT,), (TEXT, 1, 0)),
        *((TEXT, "1"), (TEXT, 1.0), (None, 1), (TEXT.encode(), 1)),
    ],
    BTPROTO_HCI: [
        *(None, "0", TEXT, TEXT.encode(), 0.0, [0], (), (0, 1, 2), ("0",), (0.0,), (0, "1")),
        (TEXT,),
    ],
    BTPROTO_SCO: [None, 5, (), (TEXT,), (TEXT.encode(),), [TEXT], bytearray(17), memoryview(b"1")],
    BTPROTO_ISO: [
        *(None, 5, TEXT, [TEXT, 1], (), (TEXT,), (TEXT, 1, TEXT), (TEXT, 1, TEXT, 1, 1)),
        *((TEXT, 1, TEXT, 1, 1, b"", 0), (TEXT, "1"), (TEXT, 1, TEXT.encode(), 1, 1, b"")),
        *((TEXT, 1, TEXT, "1", 1, b""), (TEXT, 1, TEXT, 1, None, b"")),
    ],
}


@pytest.mark.parametrize(
    ("protocol", "address"),
    [(protocol, address) for protocol, rows in WRONG_FORMAT.items() for address in rows],
)
def test_wrong_format(protocol, address):
    with pytest.raises(OSError, match=r"encode\(\): wrong format: ") as caught:
        pack(protocol, address)
    assert type(caught.value) is OSError
    assert caught.value.errno is None


@pytest.mark.parametrize(
    "text", ["", "bad", TEXT + "\0", "\0" + TEXT, "\udc80", "\ud812:2:3:4:5:6"]
)
def test_no_device_address_in_a_tuple(text):
    for protocol, address in (
        (BTPROTO_L2CAP, (text, 1)),
        (BTPROTO_RFCOMM, (text, 1)),
        (BTPROTO_ISO, (text, 1)),
        (BTPROTO_ISO, (TEXT, 1, text, 1, 1, b"")),
    ):
        with pytest.raises(OSError, match=r"^bad bluetooth address: "):
            pack(protocol, address)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bad", OSError),
        (b"bad", OSError),
        (TEXT + "\0", ValueError),
        (TEXT.encode() + b"\0", ValueError),
        ("\ud812", UnicodeEncodeError),
    ],
)
def test_no_device_address_alone(text, kind):
    with pytest.raises(kind) as caught:
        pack(BTPROTO_SCO, text)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("protocol", "address", "name"),
    [
        (BTPROTO_L2CAP, (TEXT, 65536), "psm"),
        (BTPROTO_L2CAP, (TEXT, -32769), "psm"),
        (BTPROTO_L2CAP, (TEXT, 1 << 80), "psm"),
        (BTPROTO_L2CAP, (TEXT, 1, 65536), "cid"),
        (BTPROTO_L2CAP, (TEXT, 1, 0, 256), "bdaddr_type"),
        (BTPROTO_RFCOMM, (TEXT, 256), "channel"),
        (BTPROTO_RFCOMM, (TEXT, -129), "channel"),
        (BTPROTO_RFCOMM, (TEXT, 1 << 40), "channel"),
        (BTPROTO_HCI, 65536, "device_id"),
        (BTPROTO_HCI, (-32769,), "device_id"),
        (BTPROTO_HCI, (0, 65536), "channel"),
        (BTPROTO_ISO, (TEXT, 256), "bdaddr_type"),
        (BTPROTO_ISO, (TEXT, 1, TEXT, 256, 0, b""), "bc_bdaddr_type"),
        (BTPROTO_ISO, (TEXT, 1, TEXT, 1, 256, b""), "bc_sid"),
    ],
)
def test_out_of_range(protocol, address, name):
    with pytest.raises(OverflowError, match=rf"\b{name}\b"):
        pack(protocol, address)


def test_too_many_streams():
    with pytest.raises(ValueError, match="bc_bis must be 31 bytes or less, not 32"):
        pack(BTPROTO_ISO, (TEXT, 1, TEXT, 1, 1, bytes(32)))
    with pytest.raises(TypeError):
        pack(BTPROTO_ISO, (TEXT, 1, TEXT, 1, 1, 5))


def test_what_an_item_raises():
    class Bad:
        def __index__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(BTPROTO_L2CAP, (TEXT, Bad()))


@pytest.mark.parametrize("protocol", [berkeley.BTPROTO_BNEP, berkeley.BTPROTO_HIDP, 7, 99, -1])
def test_unknown_protocol(protocol):
    with pytest.raises(OSError, match=r"encode\(\): unknown Bluetooth protocol"):
        pack(protocol, (TEXT, 1))
