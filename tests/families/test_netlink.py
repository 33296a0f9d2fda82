"""AF_NETLINK with the kernel and between sockets: netlink(7), rtnetlink(7), sock_diag(7)."""

import errno
import itertools
import os
import struct
import sys

import pytest

import berkeley
from berkeley.core.sockaddr import decode, encode
from tests.families.network import ip

# <linux/rtnetlink.h>, <linux/if_link.h>, <linux/if.h>
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK = 16, 17, 18
IFLA_ADDRESS, IFLA_IFNAME = 1, 3
IFF_LOOPBACK = 8
# <linux/netlink.h>
NLMSGERR_ATTR_MSG = 1
# <linux/genetlink.h>
CTRL_CMD_NEWFAMILY, CTRL_CMD_GETFAMILY = 1, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2
# <linux/sock_diag.h>, <netinet/tcp.h>
SOCK_DIAG_BY_FAMILY = 20
TCP_LISTEN = 10

# struct nlmsghdr, ifinfomsg
HEADER = struct.Struct("=IHHII")
LINK = struct.Struct("=BxHiII")


def netlink(protocol):
    sock = berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW, protocol)
    sock.settimeout(30)
    return sock


def message(kind, flags, body, sequence=1):
    size = HEADER.size + len(body)
    return HEADER.pack(size, kind, berkeley.NLM_F_REQUEST | flags, sequence, 0) + body


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def messages(data):
    """``(type, flags, body)`` of each message in what one recv() gave."""
    while data:
        size, kind, flags, _, _ = HEADER.unpack_from(data)
        yield kind, flags, data[HEADER.size : size]
        data = data[(size + 3) & ~3 :]


def attributes(data):
    """The attributes behind the header of a message, by type."""
    found = {}
    while data:
        size, kind = struct.unpack_from("=HH", data)
        found[kind & 0x3FFF] = data[4:size]
        data = data[(size + 3) & ~3 :]
    return found


def dump(sock, kind, body):
    """``(type, body)`` of all answers of the kernel; each comes from ``(0, 0)``."""
    request = message(kind, berkeley.NLM_F_DUMP, body)
    assert sock.sendto(request, (0, 0)) == len(request)
    while True:
        data, sender = sock.recvfrom(1 << 16)
        assert sender == (0, 0)
        for number, _, answer in messages(data):
            if number == berkeley.NLMSG_DONE:
                return
            assert number != berkeley.NLMSG_ERROR, answer
            yield number, answer


def links(data):
    """``(type, name)`` of the messages about interfaces in *data*."""
    for kind, _, body in messages(data):
        yield kind, attributes(body[LINK.size :])[IFLA_IFNAME].rstrip(b"\0").decode()


@pytest.mark.exchange("NETLINK", "RTM_GETLINK dump")
def test_a_dump_of_the_interfaces():
    found = {}
    with netlink(berkeley.NETLINK_ROUTE) as sock:
        for kind, body in dump(sock, RTM_GETLINK, LINK.pack(0, 0, 0, 0, 0)):
            assert kind == RTM_NEWLINK
            _, hardware, index, flags, _ = LINK.unpack_from(body)
            told = attributes(body[LINK.size :])
            name = told[IFLA_IFNAME].rstrip(b"\0").decode()
            found[index, name] = hardware, flags & IFF_LOOPBACK, told.get(IFLA_ADDRESS)
    assert sorted(found) == sorted(berkeley.if_nameindex())
    lo = found[berkeley.if_nametoindex("lo"), "lo"]
    assert lo == (berkeley.ARPHRD_LOOPBACK, IFF_LOOPBACK, bytes(6))


@pytest.mark.exchange("NETLINK", "SOCK_DIAG listing of TCP")
@pytest.mark.parametrize(
    ("family", "host"),
    [
        (berkeley.AF_INET, "127.0.0.1"),
        pytest.param(berkeley.AF_INET6, "::1", marks=pytest.mark.needs("ipv6")),
    ],
)
def test_our_listening_port_is_in_the_list_of_sockets(family, host):
    with berkeley.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]
        # struct inet_diag_req_v2: all TCP sockets of one family that listen.
        body = struct.pack("=BBBxI48x", family, berkeley.IPPROTO_TCP, 0, 1 << TCP_LISTEN)
        with netlink(berkeley.NETLINK_SOCK_DIAG) as sock:
            ours = [
                answer
                for _, answer in dump(sock, SOCK_DIAG_BY_FAMILY, body)
                # struct inet_diag_msg: ports and addresses in network byte order.
                if struct.unpack_from("!H", answer, 4) == (port,)
            ]
        assert len(ours) == 1
        assert ours[0][:2] == bytes([family, TCP_LISTEN])
        packed = berkeley.inet_pton(family, host)
        assert ours[0][8 : 8 + len(packed)] == packed
        (inode,) = struct.unpack_from("=I", ours[0], 68)
        assert inode == os.fstat(server.fileno()).st_ino & 0xFFFFFFFF


def by_mask(sock):
    sock.bind((0, berkeley.RTMGRP_LINK))


def by_membership(sock):
    sock.bind((0, 0))
    sock.setsockopt(berkeley.SOL_NETLINK, berkeley.NETLINK_ADD_MEMBERSHIP, berkeley.RTNLGRP_LINK)


@pytest.mark.needs("veth")
@pytest.mark.exchange("NETLINK", "multicast group RTNLGRP_LINK")
@pytest.mark.parametrize("join", [by_mask, by_membership])
def test_a_new_interface_is_announced_to_the_group(join, network):
    with netlink(berkeley.NETLINK_ROUTE) as sock:
        join(sock)
        pid, groups = sock.getsockname()
        assert pid > 0
        assert groups == berkeley.RTMGRP_LINK
        # A bit a group, in words of 32 bits.
        members = sock.getsockopt(berkeley.SOL_NETLINK, berkeley.NETLINK_LIST_MEMBERSHIPS, 64)
        assert int.from_bytes(members, sys.byteorder) == berkeley.RTMGRP_LINK
        sock.setsockopt(berkeley.SOL_NETLINK, berkeley.NETLINK_PKTINFO, 1)
        ip("link", "add", "one", "type", "veth", "peer", "name", "two")
        told = set()
        while told < {(RTM_NEWLINK, "one"), (RTM_NEWLINK, "two")}:
            data, ancillary, flags, sender = sock.recvmsg(1 << 16, 256)
            # The group that the message went to: a mask in the address, a number in nl_pktinfo.
            assert sender == (0, berkeley.RTMGRP_LINK)
            assert ancillary == [
                (
                    berkeley.SOL_NETLINK,
                    berkeley.NETLINK_PKTINFO,
                    struct.pack("=I", berkeley.RTNLGRP_LINK),
                )
            ]
            assert flags == 0
            told |= set(links(data))
        sock.setsockopt(
            berkeley.SOL_NETLINK, berkeley.NETLINK_DROP_MEMBERSHIP, berkeley.RTNLGRP_LINK
        )
        sock.setblocking(False)
        while True:
            try:
                sock.recv(1 << 16)
            except BlockingIOError:
                break
        ip("link", "delete", "one")
        with pytest.raises(BlockingIOError):
            sock.recv(1 << 16)


@pytest.mark.needs("veth")
@pytest.mark.exchange("NETLINK", "KOBJECT_UEVENT of a new interface")
def test_the_kernel_tells_of_a_new_device(network):
    with netlink(berkeley.NETLINK_KOBJECT_UEVENT) as sock:
        sock.bind((0, 1))
        ip("link", "add", "one", "type", "veth", "peer", "name", "two")
        names = set()
        while names < {"one", "two"}:
            data, sender = sock.recvfrom(1 << 16)
            assert sender == (0, 1)
            title, *pairs = data.rstrip(b"\0").decode().split("\0")
            told = dict(pair.split("=", 1) for pair in pairs)
            if told["ACTION"] == "add" and told["SUBSYSTEM"] == "net":
                assert title == f"add@{told['DEVPATH']}"
                assert told["DEVPATH"].endswith(f"/net/{told['INTERFACE']}")
                names.add(told["INTERFACE"])


@pytest.mark.exchange("NETLINK", "GENERIC: a family by its name")
def test_the_controller_of_generic_netlink_finds_itself():
    body = struct.pack("=BBH", CTRL_CMD_GETFAMILY, 1, 0)
    body += attribute(CTRL_ATTR_FAMILY_NAME, b"nlctrl\0")
    with netlink(berkeley.NETLINK_GENERIC) as sock:
        sock.connect((0, 0))
        assert sock.getpeername() == (0, 0)
        sock.send(message(berkeley.GENL_ID_CTRL, 0, body))
        (answer,) = messages(sock.recv(1 << 16))
    kind, _, body = answer
    assert kind == berkeley.GENL_ID_CTRL
    assert body[0] == CTRL_CMD_NEWFAMILY
    told = attributes(body[berkeley.GENL_HDRLEN :])
    assert told[CTRL_ATTR_FAMILY_NAME] == b"nlctrl\0"
    assert struct.unpack("=H", told[CTRL_ATTR_FAMILY_ID]) == (berkeley.GENL_ID_CTRL,)


@pytest.mark.exchange("NETLINK", "NETLINK_EXT_ACK: the kernel says what is wrong")
def test_an_error_with_its_reason():
    with netlink(berkeley.NETLINK_ROUTE) as sock:
        for option in (berkeley.NETLINK_EXT_ACK, berkeley.NETLINK_GET_STRICT_CHK):
            sock.setsockopt(berkeley.SOL_NETLINK, option, 1)
            assert sock.getsockopt(berkeley.SOL_NETLINK, option) == 1
        # A question has no flags of an interface; the strict check says so.
        request = message(RTM_GETLINK, 0, LINK.pack(0, 0, 1, 1, 1), 7)
        sock.sendto(request, (0, 0))
        ((kind, flags, body),) = messages(sock.recv(1 << 16))
    assert kind == berkeley.NLMSG_ERROR
    assert flags & berkeley.NLM_F_ACK_TLVS
    # struct nlmsgerr: the error, then the header of the request; then all of it, or none.
    error, size, number, _, sequence, _ = struct.unpack_from("=iIHHII", body)
    assert (-error, number, sequence) == (errno.EINVAL, RTM_GETLINK, 7)
    start = 4 + (HEADER.size if flags & berkeley.NLM_F_CAPPED else size)
    assert b"header" in attributes(body[start:])[NLMSGERR_ATTR_MSG]


def test_the_kernel_chooses_the_port_id_and_we_may_too():
    with netlink(berkeley.NETLINK_USERSOCK) as first, netlink(berkeley.NETLINK_USERSOCK) as second:
        assert first.getsockname() == (0, 0)
        first.bind((0, 0))
        pid, groups = first.getsockname()
        assert groups == 0
        # The process's id if no other socket has it.
        assert pid == os.getpid() or pid > 0x7FFFFFFF
        chosen = 0xFE000000 | (os.getpid() & 0xFFFFFF)
        second.bind((chosen, 0))
        assert second.getsockname() == (chosen, 0)
        with netlink(berkeley.NETLINK_USERSOCK) as third:
            with pytest.raises(OSError) as raised:
                third.bind((chosen, 0))
            assert raised.value.errno == errno.EADDRINUSE


@pytest.fixture
def bound():
    """Three sockets of NETLINK_USERSOCK that may write to each other; the third is in group 1."""
    socks = [netlink(berkeley.NETLINK_USERSOCK) for _ in range(3)]
    for sock, groups in zip(socks, (0, 0, 1)):
        sock.bind((0, groups))
    yield socks
    for sock in socks:
        sock.close()


@pytest.mark.exchange("NETLINK", "between sockets, to a port id and to a group")
def test_to_a_port_and_to_a_group_at_once(bound):
    sender, receiver, member = bound
    pid, _ = sender.getsockname()
    to, _ = receiver.getsockname()
    for send in (
        lambda data: sender.sendto(data, (to, 1)),
        lambda data: sender.sendmsg([data[:3], data[3:]], [], 0, (to, 1)),
    ):
        assert send(b"payload") == 7
        # The sender's port id, and the mask of the group that it wrote to.
        assert receiver.recvfrom(100) == (b"payload", (pid, 1))
        assert member.recvfrom(100) == (b"payload", (pid, 1))


@pytest.mark.exchange("NETLINK", "recvmsg: address, SCM_CREDENTIALS, MSG_TRUNC")
def test_messages_with_credentials(bound):
    sender, receiver, _ = bound
    receiver.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_PASSCRED, 1)
    sender.connect(receiver.getsockname())
    assert sender.getpeername() == receiver.getsockname()
    assert sender.send(b"0123456789") == 10
    buffer = bytearray(4)
    count, ancillary, flags, address = receiver.recvmsg_into([buffer], 256)
    assert (count, bytes(buffer)) == (4, b"0123")
    assert flags == berkeley.MSG_TRUNC
    assert address == sender.getsockname()
    credentials = struct.pack("=iII", os.getpid(), os.getuid(), os.getgid())
    assert ancillary == [(berkeley.SOL_SOCKET, berkeley.SCM_CREDENTIALS, credentials)]


@pytest.mark.parametrize(("pid", "groups"), list(itertools.product([0, 1, 0xFFFFFFFF], repeat=2)))
def test_every_address_goes_there_and_back(pid, groups):
    assert decode(0, encode(berkeley.AF_NETLINK, 0, (pid, groups))) == (pid, groups)
