"""AF_CAN addresses: the forms of the four protocols, without a socket.  Frames are in kernel/."""

import errno
import os
import pathlib
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

AF_CAN, RAW, BCM = berkeley.AF_CAN, berkeley.CAN_RAW, berkeley.CAN_BCM
ISOTP, J1939 = berkeley.CAN_ISOTP, berkeley.CAN_J1939
PROTOCOLS = [RAW, BCM, ISOTP, J1939]

LO = berkeley.if_nametoindex("lo")
U8, U32, U64 = 0xFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF

# struct sockaddr_can, <linux/can.h>: family, index, and the widest member of its union.
PLAIN = struct.Struct("=HxxI16x")
TP = struct.Struct("=HxxIII8x")
NAME = struct.Struct("=HxxIQIB3x")

# (protocol, address, the bytes of the struct)
GOLDEN = [
    (RAW, ("lo",), PLAIN.pack(AF_CAN, LO)),
    (RAW, ("",), PLAIN.pack(AF_CAN, 0)),
    (BCM, ("lo",), PLAIN.pack(AF_CAN, LO)),
    (BCM, ("",), PLAIN.pack(AF_CAN, 0)),
    (ISOTP, ("lo", 0x123, 0x98DAF110), TP.pack(AF_CAN, LO, 0x123, 0x98DAF110)),
    (ISOTP, ("", 0, U32), TP.pack(AF_CAN, 0, 0, U32)),
    (
        J1939,
        ("lo", 0x1122334455667788, 0x3FFFF, 0x20),
        NAME.pack(AF_CAN, LO, 0x1122334455667788, 0x3FFFF, 0x20),
    ),
    (J1939, ("", U64, U32, U8), NAME.pack(AF_CAN, 0, U64, U32, U8)),
]
# One good address a protocol, to be spoilt.
GOOD = {RAW: ("lo",), BCM: ("lo",), ISOTP: ("lo", 1, 2), J1939: ("lo", 1, 2, 3)}
# Bytes up to the last member of each form.
SHORTEST = {RAW: 8, BCM: 8, ISOTP: 16, J1939: 21}


class Index:
    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


@pytest.mark.parametrize(("protocol", "address", "raw"), GOLDEN)
def test_golden_bytes(protocol, address, raw):
    assert len(raw) == 24
    assert encode(AF_CAN, protocol, address) == raw
    assert decode(protocol, raw) == address


def test_the_protocol_decides_the_form():
    raw = encode(AF_CAN, J1939, ("lo", 5 << 32 | 4, 3, 2))
    assert [decode(protocol, raw) for protocol in PROTOCOLS] == [
        ("lo",),
        ("lo",),
        ("lo", 4, 5),
        ("lo", 5 << 32 | 4, 3, 2),
    ]
    # MCNET and the like have numbers and no kernel that knows them.
    assert decode(berkeley.CAN_MCNET, raw) == ("lo",)


interfaces = st.sampled_from(["", "lo"])
u32 = st.integers(0, U32)


@given(interfaces, st.sampled_from([RAW, BCM]))
def test_interface_there_and_back(interface, protocol):
    assert decode(protocol, encode(AF_CAN, protocol, (interface,))) == (interface,)


@given(interfaces, u32, u32)
def test_isotp_there_and_back(interface, rx_addr, tx_addr):
    address = (interface, rx_addr, tx_addr)
    assert decode(ISOTP, encode(AF_CAN, ISOTP, address)) == address


@given(interfaces, st.integers(0, U64), u32, st.integers(0, U8))
def test_j1939_there_and_back(interface, name, pgn, addr):
    address = (interface, name, pgn, addr)
    assert decode(J1939, encode(AF_CAN, J1939, address)) == address


@given(st.binary(max_size=130), st.sampled_from([*PROTOCOLS, 0, -1]))
@example(bytes(126), J1939)
def test_any_bytes_are_decoded(data, protocol):
    raw = AF_CAN.to_bytes(2, "little") + data
    address = decode(protocol, raw)
    shortest = SHORTEST.get(protocol, 8)
    if len(raw) < shortest:
        assert address == (AF_CAN, data)
    else:
        kinds = {ISOTP: [str, int, int], J1939: [str, int, int, int]}.get(protocol, [str])
        assert [type(item) for item in address] == kinds


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_length_that_holds_the_members(protocol):
    whole = encode(AF_CAN, protocol, GOOD[protocol])
    for length in range(2, len(whole) + 1):
        cut = whole[:length]
        if length < SHORTEST[protocol]:
            assert decode(protocol, cut) == (AF_CAN, cut[2:])
        else:
            assert decode(protocol, cut) == GOOD[protocol]


@pytest.mark.parametrize("index", [0, 0x7FFFFFFF, U32])
def test_an_interface_that_is_gone(index):
    assert decode(RAW, PLAIN.pack(AF_CAN, index)) == ("",)
    assert decode(ISOTP, TP.pack(AF_CAN, index, 1, 2)) == ("", 1, 2)
    assert decode(J1939, NAME.pack(AF_CAN, index, 1, 2, 3)) == ("", 1, 2, 3)


@pytest.mark.parametrize("name", ["lo", b"lo", pathlib.PurePath("lo")], ids=repr)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_forms_of_the_name(protocol, name):
    raw = encode(AF_CAN, protocol, (name, *GOOD[protocol][1:]))
    assert decode(protocol, raw) == GOOD[protocol]


@pytest.mark.parametrize(
    ("protocol", "given", "meant"),
    [
        (ISOTP, (-1, -(1 << 31)), (U32, 1 << 31)),
        (ISOTP, (Index(5), True), (5, 1)),
        (J1939, (-1, -1, -1), (U64, U32, U8)),
        (J1939, (-(1 << 63), -(1 << 31), -(1 << 7)), (1 << 63, 1 << 31, 1 << 7)),
        (J1939, (Index(1 << 63), Index(7), Index(8)), (1 << 63, 7, 8)),
    ],
)
def test_forms_of_numbers(protocol, given, meant):
    assert decode(protocol, encode(AF_CAN, protocol, ("lo", *given))) == ("lo", *meant)


@pytest.mark.parametrize(
    ("protocol", "field", "numbers"),
    [
        (ISOTP, "rx_addr", (1 << 32, 0)),
        (ISOTP, "rx_addr", (-(1 << 31) - 1, 0)),
        (ISOTP, "tx_addr", (0, 1 << 80)),
        (ISOTP, "tx_addr", (0, -(1 << 80))),
        (J1939, "name", (1 << 64, 0, 0)),
        (J1939, "name", (-(1 << 63) - 1, 0, 0)),
        # More digits than int lets be printed.
        (J1939, "name", (1 << 20_000, 0, 0)),
        (J1939, "pgn", (0, 1 << 32, 0)),
        (J1939, "pgn", (0, -(1 << 31) - 1, 0)),
        (J1939, "addr", (0, 0, 256)),
        (J1939, "addr", (0, 0, -129)),
        (J1939, "addr", (0, 0, 1 << 20_000)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_out_of_range(protocol, field, numbers):
    with pytest.raises(OverflowError, match=rf"^{field}\b"):
        encode(AF_CAN, protocol, ("lo", *numbers))


@pytest.mark.parametrize("bad", ["1", b"1", 1.0, None, (), 1j], ids=repr)
@pytest.mark.parametrize(
    ("protocol", "position", "field"),
    [
        (ISOTP, 1, "rx_addr"),
        (ISOTP, 2, "tx_addr"),
        (J1939, 1, "name"),
        (J1939, 2, "pgn"),
        (J1939, 3, "addr"),
    ],
)
def test_not_a_number(protocol, position, field, bad):
    address = list(GOOD[protocol])
    address[position] = bad
    with pytest.raises(TypeError, match=rf"^{field}: "):
        encode(AF_CAN, protocol, tuple(address))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("address", [None, 5, "lo", b"lo", ["lo"], {"lo"}], ids=repr)
def test_not_a_tuple(protocol, address):
    kind = type(address).__name__
    with pytest.raises(TypeError, match=rf"encode\(\): AF_CAN address must be tuple, not {kind}$"):
        encode(AF_CAN, protocol, address)


@pytest.mark.parametrize(
    ("protocol", "count"), [(p, n) for p in PROTOCOLS for n in range(6) if n != len(GOOD[p])]
)
def test_number_of_elements(protocol, count):
    form = {
        ISOTP: r"CAN_ISOTP address must be a tuple \(interface, rx_addr, tx_addr\)",
        J1939: r"CAN_J1939 address must be a tuple \(interface, name, pgn, addr\)",
    }.get(protocol, r"AF_CAN address must be a tuple \(interface, \)")
    with pytest.raises(TypeError, match=rf"{form}, not of {count} elements$"):
        encode(AF_CAN, protocol, ("lo", 1, 2, 3, 4)[:count])


@pytest.mark.parametrize("protocol", PROTOCOLS)
class TestInterface:
    def address(self, protocol, name):
        return (name, *GOOD[protocol][1:])

    @pytest.mark.parametrize("name", ["x" * 16, b"x" * 1024, b"\xff" * 16, "\udcff" * 16], ids=repr)
    def test_too_long(self, protocol, name):
        with pytest.raises(OSError, match="AF_CAN interface name too long"):
            encode(AF_CAN, protocol, self.address(protocol, name))

    @pytest.mark.parametrize("name", ["x" * 15, b"x" * 15, "\xe4\xf6", "\udcff", " lo"], ids=repr)
    def test_unknown(self, protocol, name):
        with pytest.raises(OSError) as caught:
            encode(AF_CAN, protocol, self.address(protocol, name))
        assert caught.value.errno == errno.ENODEV

    @pytest.mark.parametrize("name", ["l\0o", "lo\0", b"\0", "\0" * 30], ids=repr)
    def test_null_byte(self, protocol, name):
        with pytest.raises(ValueError, match=r"interface name: embedded null byte"):
            encode(AF_CAN, protocol, self.address(protocol, name))

    @pytest.mark.parametrize("name", [5, None, 1.0, bytearray(b"lo"), memoryview(b"lo")], ids=repr)
    def test_not_a_name(self, protocol, name):
        with pytest.raises(
            TypeError, match=r"^interface name: expected str, bytes or os\.PathLike object, not "
        ):
            encode(AF_CAN, protocol, self.address(protocol, name))

    def test_not_of_the_file_system(self, protocol):
        # A surrogate that os.fsencode() did not make.
        with pytest.raises(UnicodeEncodeError):
            encode(AF_CAN, protocol, self.address(protocol, "\ud800"))


def test_numbers_before_the_interface():
    with pytest.raises(TypeError, match="rx_addr"):
        encode(AF_CAN, ISOTP, ("nosuchinterface", "1", 2))


@pytest.mark.parametrize("protocol", [0, 3, 5, 8, 255, -1])
def test_other_protocols_have_no_form(protocol):
    with pytest.raises(OSError, match=rf"unsupported CAN protocol {protocol}$"):
        encode(AF_CAN, protocol, ("lo",))


def test_names_longer_in_bytes_than_in_characters():
    name = os.fsdecode(b"\xc3\xa4" * 8)
    with pytest.raises(OSError, match="interface name too long"):
        encode(AF_CAN, RAW, (name,))
