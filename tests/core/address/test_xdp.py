"""AF_XDP addresses, without a socket: <linux/if_xdp.h>.  Frames are in kernel/."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

AF_XDP = berkeley.AF_XDP
U16, U32 = 0xFFFF, 0xFFFFFFFF
LO = berkeley.if_nametoindex("lo").to_bytes(4, "little")

# Family, flags, index, queue, descriptor; as a little-endian machine has them.
GOLDEN = [
    (("", 0, 0, 0), bytes.fromhex("2c00 0000 00000000 00000000 00000000")),
    (
        ("lo", 1, berkeley.XDP_COPY | berkeley.XDP_SHARED_UMEM, 7),
        b"\x2c\0\3\0" + LO + b"\1\0\0\0\7\0\0\0",
    ),
    (("lo", U32, U16, U32), b"\x2c\0\xff\xff" + LO + b"\xff" * 8),
]


@pytest.mark.parametrize(("address", "raw"), GOLDEN)
def test_golden_bytes(address, raw):
    assert encode(AF_XDP, 0, address) == raw
    assert decode(0, raw) == address


def test_what_is_not_said():
    assert decode(0, encode(AF_XDP, 0, ("lo", 3))) == ("lo", 3, 0, 0)
    assert decode(0, encode(AF_XDP, 0, (b"lo", 3, 4))) == ("lo", 3, 4, 0)


@given(st.sampled_from(["", "lo"]), st.integers(0, U32), st.integers(0, U16), st.integers(0, U32))
def test_there_and_back(interface, queue, flags, fd):
    address = (interface, queue, flags, fd)
    assert decode(0, encode(AF_XDP, 0, address)) == address


@given(st.binary(max_size=130))
def test_any_bytes_are_decoded(data):
    address = decode(0, AF_XDP.to_bytes(2, "little") + data)
    if len(data) < 14:
        assert address == (AF_XDP, data)
    else:
        interface, queue, flags, fd = address
        assert isinstance(interface, str)
        assert flags == int.from_bytes(data[:2], "little")
        assert queue == int.from_bytes(data[6:10], "little")
        assert fd == int.from_bytes(data[10:14], "little")


def test_an_interface_that_is_gone():
    assert decode(0, b"\x2c\0\0\0" + b"\xff" * 4 + bytes(8)) == ("", 0, 0, 0)


@pytest.mark.parametrize("address", [None, 5, "lo", b"lo", ["lo", 0]], ids=repr)
def test_not_a_tuple(address):
    kind = type(address).__name__
    with pytest.raises(TypeError, match=rf"encode\(\): AF_XDP address must be tuple, not {kind}$"):
        encode(AF_XDP, 0, address)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_number_of_elements(count):
    with pytest.raises(TypeError, match=r"\(interface, queue_id\[, flags\[, shared_umem_fd\]\]\)$"):
        encode(AF_XDP, 0, ("lo", 0, 0, 0, 0)[:count])


@pytest.mark.parametrize(
    ("position", "field", "limit"),
    [(1, "queue_id", U32), (2, "flags", U16), (3, "shared_umem_fd", U32)],
)
def test_bad_number(position, field, limit):
    address = ["lo", 0, 0, 0]
    for bad in ("1", b"1", 1.0, None):
        address[position] = bad
        with pytest.raises(TypeError, match=rf"^{field}: "):
            encode(AF_XDP, 0, tuple(address))
    for bad in (-1, limit + 1, 1 << 80):
        address[position] = bad
        with pytest.raises(OverflowError, match=rf"^{field}\b"):
            encode(AF_XDP, 0, tuple(address))


@pytest.mark.parametrize("name", [5, None, bytearray(b"lo")], ids=repr)
def test_not_a_name(name):
    with pytest.raises(TypeError, match=r"expected str, bytes or os\.PathLike object"):
        encode(AF_XDP, 0, (name, 0))


def test_null_byte_in_the_name():
    with pytest.raises(ValueError, match="interface name: embedded null byte"):
        encode(AF_XDP, 0, ("l\0o", 0))


@pytest.mark.parametrize("name", ["nosuchinterface", "x" * 100])
def test_no_such_interface(name):
    with pytest.raises(OSError) as caught:
        encode(AF_XDP, 0, (name, 0))
    assert caught.value.errno == errno.ENODEV
