"""Netlink: messages and attributes byte by byte, and questions to the kernel."""

import errno
import shutil
import struct
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley import netlink
from berkeley.cli import capture, sock_diag, tcp_info
from berkeley.netlink import Message, Netlink, attribute, attributes, messages, raise_for

# <linux/rtnetlink.h>
RTM_NEWLINK, RTM_GETLINK = 16, 18
IFLA_IFNAME = 3
# struct ifinfomsg: family, type, index, flags, change
IFINFOMSG = struct.Struct("=BxHiII")


def test_messages():
    data = struct.pack("=IHHII3sx", 19, 16, 2, 7, 8, b"abc") + struct.pack("=IHHII", 16, 3, 0, 7, 8)
    assert [*messages(data)] == [Message(16, 2, 7, 8, b"abc"), Message(3, 0, 7, 8, b"")]


@pytest.mark.parametrize("length", [0, 15, 17, 0xFFFFFFFF])
def test_message_with_a_wrong_length(length):
    assert [*messages(struct.pack("=IHHII", length, 16, 0, 0, 0))] == []


@given(st.dictionaries(st.integers(0, netlink.NLA_TYPE_MASK), st.binary(max_size=20), max_size=6))
def test_attributes(values):
    data = b"".join(attribute(kind, value) for kind, value in values.items())
    assert len(data) % 4 == 0
    assert attributes(data) == values


def test_attribute_flags():
    nested = berkeley.NLA_F_NESTED | 5
    assert attributes(attribute(nested, b"x")) == {5: b"x"}


@given(st.binary(max_size=100))
def test_any_bytes(data):
    assert sum(len(value) + 4 for value in attributes(data).values()) <= len(data) + 3
    assert sum(len(one.payload) + 16 for one in messages(data)) <= len(data) + 3


def test_errors():
    question = struct.pack("=IHHII", 16, 18, 5, 1, 0)
    reason = attribute(netlink.NLMSGERR_ATTR_MSG, b"no such thing\0")
    tlvs = berkeley.NLM_F_ACK_TLVS

    def raised(kind, flags, payload):
        with pytest.raises(OSError) as caught:
            raise_for(Message(kind, flags, 1, 0, payload))
        return caught.value

    error = struct.pack("=i", -errno.ENODEV)
    plain = raised(berkeley.NLMSG_ERROR, 0, error + question)
    assert (plain.errno, plain.strerror) == (errno.ENODEV, "No such device")
    capped = raised(berkeley.NLMSG_ERROR, tlvs | berkeley.NLM_F_CAPPED, error + question + reason)
    assert capped.strerror == "No such device: no such thing"
    whole = struct.pack("=IHHII3sx", 19, 18, 5, 1, 0, b"abc")
    assert raised(berkeley.NLMSG_ERROR, tlvs, error + whole + reason).strerror == capped.strerror
    assert raised(berkeley.NLMSG_DONE, tlvs, error + reason).strerror == capped.strerror
    assert raised(berkeley.NLMSG_DONE, 0, error).strerror == "No such device"


@pytest.mark.parametrize("payload", [bytes(4), struct.pack("=i", 5), bytes(20), b""])
def test_no_error(payload):
    assert raise_for(Message(berkeley.NLMSG_DONE, 0, 1, 0, payload)) is None


class TestKernel:
    def test_dump(self):
        """RTM_GETLINK: every interface, with the index and the name that if_nameindex() gives."""
        with Netlink(berkeley.NETLINK_ROUTE) as kernel:
            answers = kernel.dump(RTM_GETLINK, IFINFOMSG.pack(berkeley.AF_UNSPEC, 0, 0, 0, 0))
        found = []
        for answer in answers:
            assert answer.kind == RTM_NEWLINK
            _, _, index, _, _ = IFINFOMSG.unpack_from(answer.payload)
            name = attributes(answer.payload[IFINFOMSG.size :])[IFLA_IFNAME]
            found.append((index, name.rstrip(b"\0").decode()))
        assert sorted(found) == sorted(berkeley.if_nameindex())

    def test_request(self):
        index = berkeley.if_nametoindex("lo")
        with Netlink(berkeley.NETLINK_ROUTE) as kernel:
            for _ in range(2):
                (answer,) = kernel.request(RTM_GETLINK, IFINFOMSG.pack(0, 0, index, 0, 0))
                assert attributes(answer.payload[IFINFOMSG.size :])[IFLA_IFNAME] == b"lo\0"

    def test_error(self):
        with Netlink(berkeley.NETLINK_ROUTE) as kernel, pytest.raises(OSError) as caught:
            kernel.request(RTM_GETLINK, IFINFOMSG.pack(0, 0, 0x7FFFFFFF, 0, 0))
        assert caught.value.errno == errno.ENODEV

    def test_after_an_error(self):
        with Netlink(berkeley.NETLINK_SOCK_DIAG) as kernel:
            with pytest.raises(OSError):
                kernel.dump(0x7FFF, b"")
            states = {berkeley.TCP_LISTEN}
            assert all(one.state in states for one in sock_diag.unix_sockets(kernel, states))

    def test_messages_of_others(self):
        """Any process may send to a netlink socket that allows it; only the kernel is heard."""
        with Netlink(berkeley.NETLINK_USERSOCK) as near, Netlink(berkeley.NETLINK_USERSOCK) as far:
            port, _ = near.sock.getsockname()
            near.sock.setblocking(False)
            far.sock.sendto(netlink.NLMSGHDR.pack(16, berkeley.NLMSG_DONE, 0, 0, 0), (port, 0))
            assert len(near.sock.recv(100, berkeley.MSG_PEEK)) == 16
            with pytest.raises(BlockingIOError):
                near._answers()

    def test_descriptor_is_closed(self):
        with pytest.raises(OSError):
            Netlink(0x7F)


SIZES = {
    "linux/netlink.h": {
        "struct nlmsghdr": netlink.NLMSGHDR.size,
        "struct nlattr": netlink.NLATTR.size,
    },
    "linux/inet_diag.h": {
        "struct inet_diag_req_v2": sock_diag.INET_DIAG_REQ_V2.size,
        "struct inet_diag_sockid": sock_diag.INET_DIAG_SOCKID.size,
        "struct inet_diag_msg": sock_diag.INET_DIAG_MSG.size,
    },
    "linux/unix_diag.h": {
        "struct unix_diag_req": sock_diag.UNIX_DIAG_REQ.size,
        "struct unix_diag_msg": sock_diag.UNIX_DIAG_MSG.size,
        "struct unix_diag_rqlen": sock_diag.UNIX_DIAG_RQLEN_STRUCT.size,
    },
    "linux/if_packet.h": {
        "struct tpacket_auxdata": capture.TPACKET_AUXDATA.size,
        "struct packet_mreq": capture.PACKET_MREQ.size,
        "struct tpacket_stats": capture.TPACKET_STATS.size,
    },
    "time.h": {"struct timespec": capture.TIMESPEC.size},
}
VALUES = {
    "linux/sock_diag.h": {"SOCK_DIAG_BY_FAMILY": sock_diag.SOCK_DIAG_BY_FAMILY},
    "linux/inet_diag.h": {
        "INET_DIAG_INFO": sock_diag.INET_DIAG_INFO,
        "INET_DIAG_CONG": sock_diag.INET_DIAG_CONG,
        "INET_DIAG_SKV6ONLY": sock_diag.INET_DIAG_SKV6ONLY,
    },
    "linux/unix_diag.h": {
        "UNIX_DIAG_NAME": sock_diag.UNIX_DIAG_NAME,
        "UNIX_DIAG_PEER": sock_diag.UNIX_DIAG_PEER,
        "UNIX_DIAG_RQLEN": sock_diag.UNIX_DIAG_RQLEN,
        "UDIAG_SHOW_NAME": sock_diag.UDIAG_SHOW_NAME,
        "UDIAG_SHOW_PEER": sock_diag.UDIAG_SHOW_PEER,
        "UDIAG_SHOW_RQLEN": sock_diag.UDIAG_SHOW_RQLEN,
        "UNIX_DIAG_UID": sock_diag.UNIX_DIAG_UID,
        "UDIAG_SHOW_UID": sock_diag.UDIAG_SHOW_UID,
    },
    "linux/netlink.h": {
        "NLMSGERR_ATTR_MSG": netlink.NLMSGERR_ATTR_MSG,
        "(unsigned short)NLA_TYPE_MASK": netlink.NLA_TYPE_MASK,
    },
}


@pytest.fixture(scope="module")
def holds():
    """What the compiler says to a line of C after ``#include <HEADER>``."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("missing: a C compiler (package gcc)")

    def run(header, line=""):
        code = f"#include <stddef.h>\n#include <{header}>\n{line}\n"
        command = [compiler, "-fsyntax-only", "-x", "c", "-"]
        return subprocess.run(command, input=code, text=True, stderr=subprocess.PIPE)

    return run


class TestHeaders:
    """The layouts are those of the C headers, asked of the compiler."""

    @pytest.mark.parametrize("header", [*SIZES])
    def test_sizes(self, holds, header):
        if holds(header).returncode:
            pytest.skip(f"missing: <{header}> (package linux-libc-dev)")
        for name, size in SIZES[header].items():
            done = holds(header, f'_Static_assert(sizeof({name}) == {size}, "{name}");')
            assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize("header", [*VALUES])
    def test_values(self, holds, header):
        if holds(header).returncode:
            pytest.skip(f"missing: <{header}> (package linux-libc-dev)")
        for name, value in VALUES[header].items():
            done = holds(header, f'_Static_assert({name} == {value}, "{name}");')
            assert done.returncode == 0, done.stderr

    def test_tcp_info(self, holds):
        """Each field of struct tcp_info is where unpack() reads it."""
        header = "linux/tcp.h"
        if holds(header).returncode:
            pytest.skip(f"missing: <{header}> (package linux-libc-dev)")
        offset = 0
        letters = "B" * 8 + "I" * 24 + "Q" * 4 + "I" * 6 + "Q" * 4 + "II" + "QQ"
        lines = []
        for name, letter in zip(tcp_info.NAMES, letters, strict=True):
            if name not in ("wscale", "flags"):  # bit fields have no offset
                place = f"offsetof(struct tcp_info, tcpi_{name}) == {offset}"
                size = f"sizeof(((struct tcp_info *)0)->tcpi_{name}) == {struct.calcsize(letter)}"
                lines.append(f'_Static_assert({place} && {size}, "{name}");')
            offset += struct.calcsize(letter)
        assert offset == tcp_info.TCP_INFO.size
        done = holds(header, "\n".join(lines))
        assert done.returncode == 0, done.stderr
