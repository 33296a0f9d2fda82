"""AF_QIPCRTR addresses, without a socket: <linux/qrtr.h>.  Messages are in kernel/."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

AF_QIPCRTR = berkeley.AF_QIPCRTR
U32 = 0xFFFFFFFF

# Family, two of padding, node, port; as a little-endian machine has them.
GOLDEN = [
    ((1, 2), "2a00 0000 01000000 02000000"),
    ((berkeley.QRTR_NODE_BCAST, berkeley.QRTR_PORT_CTRL), "2a00 0000 ffffffff feffffff"),
    ((0x11223344, 0), "2a00 0000 44332211 00000000"),
]


@pytest.mark.parametrize(("address", "raw"), GOLDEN)
def test_golden_bytes(address, raw):
    assert encode(AF_QIPCRTR, 0, address) == bytes.fromhex(raw)
    assert decode(0, bytes.fromhex(raw)) == address


@given(st.tuples(st.integers(0, U32), st.integers(0, U32)))
def test_there_and_back(address):
    assert decode(0, encode(AF_QIPCRTR, 0, address)) == address


def test_all_bits():
    # As the standard module takes it.
    assert decode(0, encode(AF_QIPCRTR, 0, (-1, -(1 << 31)))) == (U32, 1 << 31)


@given(st.binary(max_size=130))
def test_any_bytes_are_decoded(data):
    address = decode(0, AF_QIPCRTR.to_bytes(2, "little") + data)
    if len(data) < 10:
        assert address == (AF_QIPCRTR, data)
    else:
        assert address == tuple(int.from_bytes(data[i : i + 4], "little") for i in (2, 6))


@pytest.mark.parametrize("address", [None, 5, "12", b"12", [1, 2]], ids=repr)
def test_not_a_tuple(address):
    kind = type(address).__name__
    with pytest.raises(TypeError, match=rf"AF_QIPCRTR address must be tuple, not {kind}$"):
        encode(AF_QIPCRTR, 0, address)


@pytest.mark.parametrize("address", [(), (1,), (1, 2, 3)])
def test_number_of_elements(address):
    with pytest.raises(TypeError, match=r"AF_QIPCRTR address must be a pair \(node, port\)$"):
        encode(AF_QIPCRTR, 0, address)


@pytest.mark.parametrize(("position", "field"), [(0, "node"), (1, "port")])
@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ("1", TypeError),
        (b"1", TypeError),
        (1.0, TypeError),
        (None, TypeError),
        (1 << 32, OverflowError),
        (-(1 << 31) - 1, OverflowError),
        (1 << 80, OverflowError),
    ],
)
def test_bad_number(position, field, bad, error):
    address = [1, 2]
    address[position] = bad
    with pytest.raises(error, match=rf"^{field}\b"):
        encode(AF_QIPCRTR, 0, tuple(address))
