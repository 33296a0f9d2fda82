"""AF_NETLINK addresses, (pid, groups), and a conversation with the kernel: rtnetlink(7)."""

import os
import struct

import pytest

import berkeley

# <linux/rtnetlink.h>, <linux/netlink.h>
RTM_GETLINK, RTM_NEWLINK = 18, 16
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
NLMSG_DONE = 3
IFLA_IFNAME = 3
HEADER = struct.Struct("=IHHII")


@pytest.fixture
def sock():
    with berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW, berkeley.NETLINK_ROUTE) as sock:
        sock.settimeout(30)
        yield sock


def attributes(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        yield kind, data[4:size]
        data = data[(size + 3) & ~3 :]


def links(sock, target):
    """Names of the interfaces by index, from a dump."""
    request = HEADER.pack(32, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 7, 0) + bytes(16)
    assert sock.sendto(request, target) == 32
    found = {}
    while True:
        data, sender = sock.recvfrom(1 << 16)
        assert sender == (0, 0)
        while data:
            size, kind, _, sequence, _ = HEADER.unpack_from(data)
            assert sequence == 7
            if kind == NLMSG_DONE:
                return found
            assert kind == RTM_NEWLINK
            index = struct.unpack_from("=i", data, 20)[0]
            names = [v for k, v in attributes(data[32:size]) if k == IFLA_IFNAME]
            found[index] = names[0].rstrip(b"\0").decode()
            data = data[(size + 3) & ~3 :]


def test_dump_of_the_interfaces(sock):
    assert links(sock, (0, 0)) == dict(berkeley.if_nameindex())
    sock.connect((0, 0))
    assert sock.getpeername() == (0, 0)


def test_the_kernel_gives_a_port(sock):
    assert sock.getsockname() == (0, 0)
    sock.bind((0, 0))
    pid, groups = sock.getsockname()
    assert pid != 0
    assert groups == 0


@pytest.mark.parametrize("pid", [1, 0x7FFFFFFF, 0x80000001, 0xFFFFFFF0])
def test_port_and_groups(sock, pid):
    sock.bind((pid, 0b101))
    assert sock.getsockname() == (pid, 0b101)


def test_a_negative_number_is_its_32_bits(sock):
    sock.bind((-4096, 0))
    assert sock.getsockname() == ((1 << 32) - 4096, 0)


@pytest.mark.parametrize("address", [(1 << 32, 0), (0, 1 << 32), (1 << 80, 0), (0, -(1 << 31) - 1)])
def test_over_32_bits(sock, address):
    with pytest.raises(OverflowError):
        sock.bind(address)


@pytest.mark.parametrize(
    "address", [None, 5, [0, 0], (), (0,), (0, 0, 0), ("0", 0), (0, 0.0), b"12345678"], ids=repr
)
def test_not_an_address(sock, address):
    with pytest.raises(TypeError):
        sock.bind(address)


def test_between_two_sockets(sock):
    with (
        berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW, berkeley.NETLINK_USERSOCK) as near,
        berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW, berkeley.NETLINK_USERSOCK) as far,
    ):
        near.bind((os.getpid() + (1 << 24), 0))
        far.bind((0, 0))
        far.settimeout(30)
        message = HEADER.pack(16, 0, 0, 0, 0)
        assert near.sendto(message, far.getsockname()) == 16
        assert far.recvfrom(100) == (message, near.getsockname())
