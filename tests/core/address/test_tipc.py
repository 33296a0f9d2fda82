"""AF_TIPC addresses, without a socket: <linux/tipc.h>.  Messages are in kernel/."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

AF_TIPC = berkeley.AF_TIPC
NAMESEQ, NAME, ID = berkeley.TIPC_ADDR_NAMESEQ, berkeley.TIPC_ADDR_NAME, berkeley.TIPC_ADDR_ID
CLUSTER, NODE = berkeley.TIPC_CLUSTER_SCOPE, berkeley.TIPC_NODE_SCOPE
U32 = 0xFFFFFFFF

# Family, addrtype, scope, then the three numbers; as a little-endian machine has them.
GOLDEN = [
    ((NAMESEQ, 1, 2, 3, CLUSTER), "1e00 01 02 01000000 02000000 03000000"),
    ((NAMESEQ, 1000, 0, U32, -NODE), "1e00 01 fd e8030000 00000000 ffffffff"),
    ((NAME, 0x11223344, 2, 3, NODE), "1e00 02 03 44332211 02000000 03000000"),
    ((NAME, 888, 10, 0, 0), "1e00 02 00 78030000 0a000000 00000000"),
    # The reference is before the node.
    ((ID, 1, 2, 0, 127), "1e00 03 7f 02000000 01000000 00000000"),
    ((ID, 0, 0x8D42C58F, 0, -128), "1e00 03 80 8fc5428d 00000000 00000000"),
]


@pytest.mark.parametrize(("address", "raw"), GOLDEN)
def test_golden_bytes(address, raw):
    assert encode(AF_TIPC, 0, address) == bytes.fromhex(raw)
    assert decode(0, bytes.fromhex(raw)) == address


@pytest.mark.parametrize("kind", [NAMESEQ, NAME, ID])
def test_the_scope_if_not_said(kind):
    assert decode(0, encode(AF_TIPC, 0, (kind, 5, 6, 0))) == (kind, 5, 6, 0, CLUSTER)


def test_the_last_number_of_an_id_is_not_used():
    assert encode(AF_TIPC, 0, (ID, 5, 6, 7)) == encode(AF_TIPC, 0, (ID, 5, 6, 0))


def test_all_bits():
    # As the standard module takes it.
    assert decode(0, encode(AF_TIPC, 0, (NAMESEQ, -1, True, -1))) == (NAMESEQ, U32, 1, U32, 2)


u32 = st.integers(0, U32)
scopes = st.integers(-128, 127)


@given(
    st.one_of(
        st.tuples(st.sampled_from([NAMESEQ, NAME]), u32, u32, u32, scopes),
        st.tuples(st.just(ID), u32, u32, st.just(0), scopes),
    )
)
def test_there_and_back(address):
    assert decode(0, encode(AF_TIPC, 0, address)) == address


@given(st.binary(max_size=130))
def test_any_bytes_are_decoded(data):
    address = decode(0, AF_TIPC.to_bytes(2, "little") + data)
    if len(data) < 14 or data[0] not in (NAMESEQ, NAME, ID):
        assert address == (AF_TIPC, data[:126])
    else:
        assert len(address) == 5
        assert address[0] == data[0]


def test_every_length():
    whole = encode(AF_TIPC, 0, (NAME, 1, 2, 3))
    for length in range(2, 16):
        assert decode(0, whole[:length]) == (AF_TIPC, whole[2:length])
    # A message of a group has two structs: the first is the sender's.
    assert decode(0, whole * 2) == (NAME, 1, 2, 3, CLUSTER)


@pytest.mark.parametrize("address", [None, 5, "name", b"1234", [NAME, 1, 2, 3]], ids=repr)
def test_not_a_tuple(address):
    kind = type(address).__name__
    with pytest.raises(TypeError, match=rf"encode\(\): AF_TIPC address must be tuple, not {kind}$"):
        encode(AF_TIPC, 0, address)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6])
def test_number_of_elements(count):
    with pytest.raises(TypeError, match=r"a tuple \(addr_type, v1, v2, v3\[, scope\]\)"):
        encode(AF_TIPC, 0, (NAME, 1, 2, 3, 2, 0)[:count])


@pytest.mark.parametrize("kind", [0, 4, 255, 256 + NAME, -1, 1 << 31])
def test_no_such_kind(kind):
    with pytest.raises(TypeError, match=r"addr_type must be TIPC_ADDR_NAMESEQ, .* not \d+$"):
        encode(AF_TIPC, 0, (kind, 1, 2, 3))


FIELDS = ["addr_type", "v1", "v2", "v3", "scope"]


@pytest.mark.parametrize("position", range(5), ids=FIELDS)
@pytest.mark.parametrize("bad", ["1", b"1", 1.0, None, ()], ids=repr)
def test_not_a_number(position, bad):
    address = [NAME, 1, 2, 3, 2]
    address[position] = bad
    with pytest.raises(TypeError, match=rf"^{FIELDS[position]}: "):
        encode(AF_TIPC, 0, tuple(address))


@pytest.mark.parametrize("position", range(4), ids=FIELDS[:4])
@pytest.mark.parametrize("bad", [1 << 32, -(1 << 31) - 1, 1 << 80])
def test_out_of_range(position, bad):
    address = [NAME, 1, 2, 3]
    address[position] = bad
    with pytest.raises(OverflowError, match=rf"^{FIELDS[position]}\b"):
        encode(AF_TIPC, 0, tuple(address))


@pytest.mark.parametrize("scope", [128, -129, 1 << 31, 1 << 80])
def test_scope_out_of_range(scope):
    with pytest.raises(OverflowError, match="scope"):
        encode(AF_TIPC, 0, (NAME, 1, 2, 3, scope))
