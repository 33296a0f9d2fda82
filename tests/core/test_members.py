"""Families and types are enum members; numbers that no enum has stay numbers."""

import pytest

import berkeley
from berkeley.core import members


@pytest.fixture
def spare():
    """A descriptor to make sockets of that need not be what they say."""
    near, far = berkeley.socketpair()
    yield lambda: berkeley.dup(near.fileno())
    near.close()
    far.close()


@pytest.mark.parametrize("family", list(berkeley.AddressFamily))
def test_families(spare, family):
    with berkeley.socket(family, berkeley.SOCK_STREAM, 0, fileno=spare()) as sock:
        assert sock.family is family


@pytest.mark.parametrize("kind", [k for k in berkeley.SocketKind if not k & ~15])
def test_types(spare, kind):
    with berkeley.socket(berkeley.AF_UNIX, kind, 0, fileno=spare()) as sock:
        assert sock.type is kind


@pytest.mark.parametrize("number", [46 + 10, 63, 64, 255, 65535])
def test_unknown_numbers(spare, number):
    assert number not in berkeley.AddressFamily.__members__.values()
    with berkeley.socket(number, 14, 0, fileno=spare()) as sock:
        assert (sock.family, sock.type) == (number, 14)
        assert type(sock.family) is type(sock.type) is int


def test_getaddrinfo_gives_members():
    for row in berkeley.getaddrinfo("127.0.0.1", 80):
        assert isinstance(row[0], berkeley.AddressFamily)
        assert isinstance(row[1], berkeley.SocketKind)


def test_a_second_registration_changes_nothing():
    members.register(berkeley.AddressFamily, berkeley.SocketKind)
    with berkeley.socket() as sock:
        assert sock.family is berkeley.AF_INET
        assert sock.type is berkeley.SOCK_STREAM
