"""Families that have no form of their own: (family, bytes), both ways."""

import errno

import pytest

import berkeley
from berkeley.core.sockaddr import decode, encode

# No kernel has it.
FAMILY = 99


@pytest.fixture
def odd():
    """A socket said to be of a family without a codec; for the kernel it is an AF_UNIX one."""
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as made:
        sock = berkeley.socket(FAMILY, berkeley.SOCK_DGRAM, 0, fileno=made.detach())
    with sock:
        yield sock


def test_family_and_bytes(odd):
    odd.bind((berkeley.AF_UNIX, b"\0berkeley-odd"))
    # What the kernel returns says its family itself.
    assert odd.getsockname() == b"\0berkeley-odd"
    odd.connect((berkeley.AF_UNIX, b"\0berkeley-odd"))
    assert odd.send(b"x") == 1
    assert odd.recvfrom(10) == (b"x", b"\0berkeley-odd")


def test_the_kernel_judges_the_family(odd):
    with pytest.raises(OSError) as caught:
        odd.bind((berkeley.AF_INET, bytes(14)))
    assert caught.value.errno == errno.EINVAL


def test_longest(odd):
    with pytest.raises(OSError) as caught:
        odd.bind((berkeley.AF_UNIX, bytes(126)))
    assert caught.value.errno == errno.EINVAL
    with pytest.raises(ValueError, match="126 bytes or less"):
        odd.bind((berkeley.AF_UNIX, bytes(127)))


@pytest.mark.parametrize("address", [None, "path", b"bytes", (), (1,), (1, b"", 0)], ids=repr)
def test_not_an_address(odd, address):
    with pytest.raises(OSError, match="bad family"):
        odd.bind(address)


@pytest.mark.parametrize("address", [("1", b""), (1.0, b""), (1, "text"), (1, 5)], ids=repr)
def test_wrong_types(odd, address):
    with pytest.raises(TypeError):
        odd.bind(address)


@pytest.mark.parametrize("family", [-1, 65536, 1 << 80])
def test_family_out_of_range(odd, family):
    with pytest.raises(OverflowError):
        odd.bind((family, b""))


@pytest.mark.parametrize("size", [0, 1, 14, 126])
def test_both_ways(size):
    data = bytes(range(size))
    raw = encode(FAMILY, 0, (FAMILY, data))
    assert raw == FAMILY.to_bytes(2, "little") + data
    assert decode(0, raw) == (FAMILY, data)


def test_longer_than_any_address():
    # recvmsg(2) tells how long the address was, not how much of it fitted.
    raw = FAMILY.to_bytes(2, "little") + bytes(range(200))
    assert decode(0, raw) == (FAMILY, bytes(range(126)))


@pytest.mark.parametrize("data", [b"", b"\1"])
def test_no_family(data):
    assert decode(0, data) is None
