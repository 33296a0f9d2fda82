"""AF_IEEE802154 addresses, without a socket: the kernel's include/net/af_ieee802154.h.  Frames are
in kernel/.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

AF_IEEE802154 = berkeley.AF_IEEE802154
U16 = 0xFFFF

# Family, two of padding, addr_type, pan_id, hwaddr or short_addr, two of padding; as a
# little-endian machine has them.
GOLDEN = [
    ((0xABCD, 0x1234), "2400 0000 02000000 cdab 3412 000000000000 0000"),
    ((0, U16), "2400 0000 02000000 0000 ffff 000000000000 0000"),
    ((0xABCD, b"\1\2\3\4\5\6\7\x08"), "2400 0000 03000000 cdab 0102030405060708 0000"),
    ((1, None), "2400 0000 00000000 0100 0000000000000000 0000"),
]


@pytest.mark.parametrize(("address", "raw"), GOLDEN)
def test_golden_bytes(address, raw):
    assert encode(AF_IEEE802154, 0, address) == bytes.fromhex(raw)
    assert decode(0, bytes.fromhex(raw)) == address


@given(
    st.integers(0, U16),
    st.one_of(st.none(), st.integers(0, U16), st.binary(min_size=8, max_size=8)),
)
def test_there_and_back(pan_id, addr):
    assert decode(0, encode(AF_IEEE802154, 0, (pan_id, addr))) == (pan_id, addr)


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_forms_of_eight_bytes(kind):
    raw = encode(AF_IEEE802154, 0, (1, kind(b"abcdefgh")))
    assert decode(0, raw) == (1, b"abcdefgh")


@given(st.binary(max_size=130))
def test_any_bytes_are_decoded(data):
    address = decode(0, AF_IEEE802154.to_bytes(2, "little") + data)
    if len(data) < 18 or int.from_bytes(data[2:6], "little") not in (0, 2, 3):
        assert address == (AF_IEEE802154, data[:126])
    else:
        assert address[0] == int.from_bytes(data[6:8], "little")


@pytest.mark.parametrize("kind", [0, 2, 3])
@pytest.mark.parametrize("length", range(2, 20))
def test_short_lengths(kind, length):
    raw = (AF_IEEE802154.to_bytes(4, "little") + kind.to_bytes(4, "little") + bytes(12))[:length]
    assert decode(0, raw) == (AF_IEEE802154, raw[2:])


def test_no_such_kind():
    data = bytes.fromhex("0000 01000000 cdab 0102030405060708 0000")
    assert decode(0, AF_IEEE802154.to_bytes(2, "little") + data) == (AF_IEEE802154, data)


@pytest.mark.parametrize("address", [None, 5, "12", b"12", [1, 2]], ids=repr)
def test_not_a_tuple(address):
    kind = type(address).__name__
    with pytest.raises(TypeError, match=rf"AF_IEEE802154 address must be tuple, not {kind}$"):
        encode(AF_IEEE802154, 0, address)


@pytest.mark.parametrize("address", [(), (1,), (1, 2, 3)])
def test_number_of_elements(address):
    with pytest.raises(TypeError, match=r"AF_IEEE802154 address must be a pair \(pan_id, addr\)$"):
        encode(AF_IEEE802154, 0, address)


@pytest.mark.parametrize("bad", [-1, 0x10000, 1 << 80])
def test_out_of_range(bad):
    with pytest.raises(OverflowError, match=r"^pan_id\b"):
        encode(AF_IEEE802154, 0, (bad, 0))
    with pytest.raises(OverflowError, match=r"^addr\b"):
        encode(AF_IEEE802154, 0, (0, bad))


@pytest.mark.parametrize("bad", ["1", b"1", 1.0, None], ids=repr)
def test_pan_id_not_a_number(bad):
    with pytest.raises(TypeError, match=r"^pan_id: "):
        encode(AF_IEEE802154, 0, (bad, 0))


@pytest.mark.parametrize("bad", ["12345678", 1.0, ()], ids=repr)
def test_addr_of_another_type(bad):
    with pytest.raises(TypeError, match="bytes-like object is required"):
        encode(AF_IEEE802154, 0, (0, bad))


@pytest.mark.parametrize("bad", [b"", b"1234567", b"123456789"])
def test_addr_of_another_length(bad):
    with pytest.raises(ValueError, match=rf"encode\(\): addr must be 8 bytes, not {len(bad)}$"):
        encode(AF_IEEE802154, 0, (0, bad))
