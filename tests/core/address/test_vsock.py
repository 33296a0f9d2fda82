"""AF_VSOCK addresses, (CID, port): vsock(7)."""

import errno
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

needs_vsock = pytest.mark.needs("vsock")
ANY = 0xFFFFFFFF

# Family, two reserved, port, CID, flags and zeros; as a little-endian machine has them.
GOLDEN = [
    ((berkeley.VMADDR_CID_HOST, 1234), "2800 0000 d2040000 02000000 00000000"),
    ((berkeley.VMADDR_CID_ANY, 0x11223344), "2800 0000 44332211 ffffffff 00000000"),
]


@pytest.fixture
def sock():
    with berkeley.socket(berkeley.AF_VSOCK, berkeley.SOCK_STREAM) as sock:
        yield sock


@needs_vsock
def test_any(sock):
    sock.bind((berkeley.VMADDR_CID_ANY, berkeley.VMADDR_PORT_ANY))
    cid, port = sock.getsockname()
    assert cid == ANY
    assert 1023 < port < ANY


@needs_vsock
@pytest.mark.parametrize("cid", [ANY, -1])
def test_a_port(sock, cid):
    port = 0x80000000 | int.from_bytes(os.urandom(3))
    sock.bind((cid, port))
    assert sock.getsockname() == (ANY, port)


@needs_vsock
def test_nobody_has_that_cid(sock):
    # Without a way to other machines the kernel says so at once; with one nobody answers.
    sock.settimeout(0.01)
    with pytest.raises(OSError) as caught:
        sock.connect((3_000_000_000, 5))
    assert isinstance(caught.value, TimeoutError) or caught.value.errno in (
        errno.ENODEV,
        errno.ECONNRESET,
        errno.ENETUNREACH,
    )


@needs_vsock
@pytest.mark.parametrize("address", [(1 << 32, 0), (0, 1 << 32), (1 << 80, 0), (0, -(1 << 40))])
def test_over_32_bits(sock, address):
    with pytest.raises(OverflowError):
        sock.bind(address)


@needs_vsock
@pytest.mark.parametrize(
    "address", [None, 5, [1, 2], (), (1,), (1, 2, 3), ("1", 2), (1, 2.0), b"12"], ids=repr
)
def test_not_an_address(sock, address):
    for call in (sock.bind, sock.connect, sock.connect_ex):
        with pytest.raises(TypeError):
            call(address)


@needs_vsock
def test_options_have_64_bits(sock):
    wide = 1 << 33
    sock.setsockopt(berkeley.AF_VSOCK, berkeley.SO_VM_SOCKETS_BUFFER_MAX_SIZE, wide)
    assert sock.getsockopt(berkeley.AF_VSOCK, berkeley.SO_VM_SOCKETS_BUFFER_MAX_SIZE) == wide


@needs_vsock
def test_options(sock):
    for option, value in (
        (berkeley.SO_VM_SOCKETS_BUFFER_MIN_SIZE, 4096),
        (berkeley.SO_VM_SOCKETS_BUFFER_MAX_SIZE, 1 << 20),
        (berkeley.SO_VM_SOCKETS_BUFFER_SIZE, 1 << 19),
    ):
        sock.setsockopt(berkeley.AF_VSOCK, option, value)
        assert sock.getsockopt(berkeley.AF_VSOCK, option, 8) == struct.pack("=Q", value)
    timeout = struct.pack("=qq", 3, 500_000)
    option = berkeley.SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW
    sock.setsockopt(berkeley.AF_VSOCK, option, timeout)
    assert sock.getsockopt(berkeley.AF_VSOCK, option, 16) == timeout


@needs_vsock
def test_unconnected(sock):
    with pytest.raises(OSError) as caught:
        sock.getpeername()
    assert caught.value.errno == errno.ENOTCONN


@pytest.mark.parametrize(("address", "raw"), GOLDEN)
def test_golden_bytes(address, raw):
    assert encode(berkeley.AF_VSOCK, 0, address) == bytes.fromhex(raw)
    assert decode(0, bytes.fromhex(raw)) == address


@given(st.tuples(st.integers(0, ANY), st.integers(0, ANY)))
def test_there_and_back(address):
    assert decode(0, encode(berkeley.AF_VSOCK, 0, address)) == address


@given(st.binary(max_size=130))
def test_any_bytes_are_decoded(data):
    address = decode(0, berkeley.AF_VSOCK.to_bytes(2, "little") + data)
    if len(data) < 14:
        assert address == (berkeley.AF_VSOCK, data)
    else:
        port, cid = struct.unpack_from("=II", data, 2)
        assert address == (cid, port)
