"""AF_VSOCK addresses, (CID, port): vsock(7)."""

import errno
import os

import pytest

import berkeley

pytestmark = pytest.mark.needs("vsock")


@pytest.fixture
def sock():
    with berkeley.socket(berkeley.AF_VSOCK, berkeley.SOCK_STREAM) as sock:
        yield sock


ANY = 0xFFFFFFFF


def test_any(sock):
    sock.bind((berkeley.VMADDR_CID_ANY, berkeley.VMADDR_PORT_ANY))
    cid, port = sock.getsockname()
    assert cid == ANY
    assert 1023 < port < ANY


@pytest.mark.parametrize("cid", [ANY, -1])
def test_a_port(sock, cid):
    port = 0x80000000 | int.from_bytes(os.urandom(3))
    sock.bind((cid, port))
    assert sock.getsockname() == (ANY, port)


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


@pytest.mark.parametrize("address", [(1 << 32, 0), (0, 1 << 32), (1 << 80, 0), (0, -(1 << 40))])
def test_over_32_bits(sock, address):
    with pytest.raises(OverflowError):
        sock.bind(address)


@pytest.mark.parametrize(
    "address", [None, 5, [1, 2], (), (1,), (1, 2, 3), ("1", 2), (1, 2.0), b"12"], ids=repr
)
def test_not_an_address(sock, address):
    for call in (sock.bind, sock.connect, sock.connect_ex):
        with pytest.raises(TypeError):
            call(address)


def test_options_have_64_bits(sock):
    wide = 1 << 33
    sock.setsockopt(berkeley.AF_VSOCK, berkeley.SO_VM_SOCKETS_BUFFER_MAX_SIZE, wide)
    assert sock.getsockopt(berkeley.AF_VSOCK, berkeley.SO_VM_SOCKETS_BUFFER_MAX_SIZE) == wide
