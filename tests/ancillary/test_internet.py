"""Records of TCP and UDP against the kernel: where a packet was sent to, what is left to read."""

import select
import struct

import pytest

import berkeley
from berkeley import IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, ancillary
from berkeley.ancillary import OriginalDestination, PacketInfo, UnreadBytes


def test_destination():
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as near,
        berkeley.socket(type=berkeley.SOCK_DGRAM) as far,
    ):
        # Any address: the record alone says which of them was meant.
        far.bind(("", 0))
        far.settimeout(10)
        far.options.ip_recvorigdstaddr = True
        target = ("127.0.0.9", far.getsockname()[1])
        near.sendto(b"x", target)
        message = ancillary.receive(far, 1, OriginalDestination)
    assert message.records == [OriginalDestination(target)]
    assert not message.records_truncated
    with pytest.raises(TypeError, match="OriginalDestination is not sent"):
        ancillary.encode(message.records[0])


@pytest.mark.needs("ipv6")
def test_destination_of_ipv6():
    with (
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as far,
    ):
        far.bind(("::", 0))
        far.settimeout(10)
        far.options.ipv6_recvorigdstaddr = True
        target = ("::1", far.getsockname()[1], 0, 0)
        near.sendto(b"x", target)
        message = ancillary.receive(far, 1, OriginalDestination)
    assert message.records == [OriginalDestination(target)]


@pytest.mark.needs("dualstack")
def test_destination_of_ipv4_at_a_socket_of_ipv6():
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as near,
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as far,
    ):
        far.options.ipv6_v6only = False
        far.bind(("::", 0))
        far.settimeout(10)
        far.options.ip_recvorigdstaddr = True
        target = ("127.0.0.9", far.getsockname()[1])
        near.sendto(b"x", target)
        assert ancillary.receive(far, 1, OriginalDestination).records == [(target,)]


def test_destination_beside_the_interface():
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as near,
        berkeley.socket(type=berkeley.SOCK_DGRAM) as far,
    ):
        far.bind(("127.0.0.1", 0))
        far.settimeout(10)
        far.options.ip_recvorigdstaddr = True
        far.options.ip_pktinfo = True
        near.sendto(b"x", far.getsockname())
        message = ancillary.receive(far, 1, PacketInfo, OriginalDestination)
        assert message.first(OriginalDestination).address == far.getsockname()
        assert message.first(PacketInfo).destination == "127.0.0.1"


@pytest.mark.parametrize(
    ("level", "kind", "size"),
    [(IPPROTO_IP, berkeley.IP_ORIGDSTADDR, 16), (IPPROTO_IPV6, berkeley.IPV6_ORIGDSTADDR, 28)],
)
def test_destination_that_was_cut(level, kind, size):
    with pytest.raises(ValueError, match=f"has {size} bytes, not {size - 1}"):
        ancillary.decode(level, kind, bytes(size - 1))


def test_destination_from_bytes():
    data = struct.pack("=H", berkeley.AF_INET6) + struct.pack("!HI", 80, 5)
    data += berkeley.inet_pton(berkeley.AF_INET6, "fe80::1") + struct.pack("=I", 0x7FFFFFFF)
    record = ancillary.decode(IPPROTO_IPV6, berkeley.IPV6_ORIGDSTADDR, data)
    assert record.address[1:] == (80, 5, 0x7FFFFFFF)
    assert record.address[0].startswith("fe80::1")


def test_what_is_left_of_a_stream(tcp):
    near, far = tcp
    far.settimeout(10)
    far.setsockopt(IPPROTO_TCP, berkeley.TCP_INQ, 1)
    near.send(b"hello")
    assert ancillary.receive(far, 2, UnreadBytes)[:2] == (b"he", [UnreadBytes(3)])
    near.shutdown(berkeley.SHUT_WR)
    poll = select.poll()
    poll.register(far, select.POLLRDHUP)
    assert poll.poll(10_000)
    # The end of the stream is to be read as well, and counts as one.
    for data, left in ((b"l", 3), (b"lo", 1), (b"", 1)):
        assert ancillary.receive(far, 2 if left < 3 else 1, UnreadBytes)[:2] == (data, [(left,)])
    with pytest.raises(TypeError, match="UnreadBytes is not sent"):
        ancillary.encode(UnreadBytes(1))
