"""AF_PACKET over a cable between two network namespaces: packet(7)."""

import os
import struct

import pytest

import berkeley
from tests.families.network import link

pytestmark = pytest.mark.needs("packet", "veth")

# <linux/if_ether.h>: for experiments, so nobody else sends it.
ETH_P_EXPERIMENT = 0x88B5
BROADCAST = b"\xff" * 6
# 01:80:c2:00:00:0e is LLDP's; these bits make it a group of our own.
GROUP = b"\x03\0\0\0\0\x42"
NOBODY = b"\2\0\0\0\0\x42"
# <linux/if_packet.h>
TP_STATUS_USER = 1
PAYLOAD = b"payload of a frame".ljust(60, b".")


def packet(kind, proto, name):
    """A socket of *kind* for packets of *proto* of the interface *name*."""
    # Protocol 0 receives nothing before bind().
    sock = berkeley.socket(berkeley.AF_PACKET, kind, 0)
    sock.settimeout(30)
    sock.bind((name, proto))
    return sock


@pytest.fixture
def near(veth):
    with packet(berkeley.SOCK_RAW, ETH_P_EXPERIMENT, veth.name) as sock:
        yield sock


@pytest.fixture
def far(veth):
    with veth.far.entered():
        sock = packet(berkeley.SOCK_RAW, ETH_P_EXPERIMENT, veth.far_name)
    with sock:
        yield sock


def frame(to, sender, payload=PAYLOAD):
    return to + sender + ETH_P_EXPERIMENT.to_bytes(2, "big") + payload


def checksum(data):
    """The Internet's, RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ping(host, ident):
    """Send an ICMP echo and wait for the answer."""
    head = struct.pack("!BBHHH", berkeley.ICMP_ECHO, 0, 0, ident, 1)
    head = head[:2] + struct.pack("!H", checksum(head)) + head[4:]
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_RAW, berkeley.IPPROTO_ICMP) as sock:
        sock.settimeout(30)
        sock.sendto(head, (host, 0))
        answer, sender = sock.recvfrom(1000)
        assert sender == (host, 0)
        assert answer[20] == berkeley.ICMP_ECHOREPLY


@pytest.mark.exchange("PACKET", "a sniffed ping, every field of the address")
def test_a_sniffed_ping(veth):
    ident = os.getpid() & 0xFFFF
    with packet(berkeley.SOCK_RAW, berkeley.ETH_P_ALL, veth.name) as sock:
        ping(veth.far_host, ident)
        seen = []
        while len(seen) < 2:
            data, address = sock.recvfrom(1 << 16)
            # The kernel asks for the hardware address first, by ARP.
            if address[1] == berkeley.ETH_P_IP and data[23] == berkeley.IPPROTO_ICMP:
                seen.append((data, address))
    (request, sent), (reply, received) = seen
    ethernet = berkeley.ARPHRD_ETHER
    # The address is that of the sender: once we, once the other end of the cable.
    outgoing, host = berkeley.PACKET_OUTGOING, berkeley.PACKET_HOST
    assert sent == (veth.name, berkeley.ETH_P_IP, outgoing, ethernet, veth.mac)
    assert received == (veth.name, berkeley.ETH_P_IP, host, ethernet, veth.far_mac)
    assert request[:14] == veth.far_mac + veth.mac + b"\x08\x00"
    assert reply[:14] == veth.mac + veth.far_mac + b"\x08\x00"
    near, far = berkeley.inet_aton(veth.host), berkeley.inet_aton(veth.far_host)
    assert request[26:34] == near + far
    assert reply[26:34] == far + near
    assert (request[34], reply[34]) == (berkeley.ICMP_ECHO, berkeley.ICMP_ECHOREPLY)
    assert request[38:42] == reply[38:42] == struct.pack("!HH", ident, 1)


@pytest.mark.parametrize("proto", [berkeley.ETHERTYPE_IP, berkeley.ETHERTYPE_ARP])
def test_one_protocol_alone(veth, proto):
    with packet(berkeley.SOCK_DGRAM, proto, veth.name) as sock:
        ping(veth.far_host, 1)
        data, address = sock.recvfrom(1 << 16)
    # Without ETH_P_ALL only what comes in is seen.
    assert address == (veth.name, proto, berkeley.PACKET_HOST, berkeley.ARPHRD_ETHER, veth.far_mac)
    # Without the header of Ethernet: IPv4 without options, or ARP for Ethernet.
    assert data[:2] == (b"\x45\x00" if proto == berkeley.ETHERTYPE_IP else b"\x00\x01")


def test_bound(near, veth):
    name = (veth.name, ETH_P_EXPERIMENT, 0, berkeley.ARPHRD_ETHER, veth.mac)
    assert near.getsockname() == name
    near.bind((veth.name, berkeley.ETH_P_ALL))
    assert near.getsockname()[:2] == (veth.name, berkeley.ETH_P_ALL)
    near.bind(("", ETH_P_EXPERIMENT))
    # No interface, no type of hardware: the kernel gives an empty address.
    assert near.getsockname() == ("", ETH_P_EXPERIMENT, 0, 0, b"")


def test_names_are_of_the_sockets_own_namespace(far, veth):
    address = (veth.far_name, ETH_P_EXPERIMENT, 0, berkeley.ARPHRD_ETHER, veth.far_mac)
    assert far.getsockname() == address
    far.bind(address)
    assert far.getsockname() == address


@pytest.mark.exchange("PACKET", "SOCK_RAW frame, SOCK_DGRAM packet with all five items")
@pytest.mark.parametrize(
    ("to", "kind"),
    [
        (None, berkeley.PACKET_HOST),
        (BROADCAST, berkeley.PACKET_BROADCAST),
        (GROUP, berkeley.PACKET_MULTICAST),
        (NOBODY, berkeley.PACKET_OTHERHOST),
    ],
)
def test_whom_a_packet_is_for(near, far, veth, to, kind):
    to = to or veth.far_mac
    sender = (veth.far_name, ETH_P_EXPERIMENT, kind, berkeley.ARPHRD_ETHER, veth.mac)
    whole = frame(to, veth.mac)
    assert near.send(whole) == len(whole)
    assert far.recvfrom(1 << 16) == (whole, sender)
    with berkeley.socket(berkeley.AF_PACKET, berkeley.SOCK_DGRAM, 0) as datagram:
        target = (veth.name, ETH_P_EXPERIMENT, 0, berkeley.ARPHRD_ETHER, to)
        assert datagram.sendto(PAYLOAD, target) == len(PAYLOAD)
        assert datagram.sendmsg([PAYLOAD], [], 0, target) == len(PAYLOAD)
    assert far.recvfrom(1 << 16) == (whole, sender)
    assert far.recvmsg(1 << 16) == (whole, [], 0, sender)


@pytest.mark.exchange("PACKET", "PACKET_ADD_MEMBERSHIP: promiscuous, a group")
def test_memberships(near, veth):
    # struct packet_mreq: interface, type, length and bytes of an address.
    index = berkeley.if_nametoindex(veth.name)
    promiscuous = struct.pack("=iHH8s", index, berkeley.PACKET_MR_PROMISC, 0, b"")
    group = struct.pack("=iHH8s", index, berkeley.PACKET_MR_MULTICAST, 6, GROUP)
    before = link(veth.name)["promiscuity"]
    for request in (promiscuous, group):
        near.setsockopt(berkeley.SOL_PACKET, berkeley.PACKET_ADD_MEMBERSHIP, request)
    assert link(veth.name)["promiscuity"] == before + 1
    # /proc/net is the main thread's.
    with open("/proc/thread-self/net/dev_mcast") as table:
        assert GROUP.hex() in table.read()
    for request in (promiscuous, group):
        near.setsockopt(berkeley.SOL_PACKET, berkeley.PACKET_DROP_MEMBERSHIP, request)
    assert link(veth.name)["promiscuity"] == before
    with open("/proc/thread-self/net/dev_mcast") as table:
        assert GROUP.hex() not in table.read()


@pytest.mark.exchange("PACKET", "PACKET_AUXDATA and SO_TIMESTAMPNS by recvmsg")
def test_ancillary_data(near, far, veth):
    far.setsockopt(berkeley.SOL_PACKET, berkeley.PACKET_AUXDATA, 1)
    far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_TIMESTAMPNS, 1)
    whole = frame(veth.far_mac, veth.mac)
    near.send(whole)
    data, ancillary, flags, _ = far.recvmsg(32, 256)
    assert data == whole[:32]
    assert flags == berkeley.MSG_TRUNC
    found = {(level, kind): value for level, kind, value in ancillary}
    assert set(found) == {
        (berkeley.SOL_PACKET, berkeley.PACKET_AUXDATA),
        (berkeley.SOL_SOCKET, berkeley.SCM_TIMESTAMPNS),
    }
    # struct tpacket_auxdata: status, len, snaplen, mac, net, vlan_tci, vlan_tpid.
    auxiliary = found[berkeley.SOL_PACKET, berkeley.PACKET_AUXDATA]
    status, size, captured, mac, net, tag, _ = struct.unpack("=IIIHHHH", auxiliary)
    assert status & TP_STATUS_USER
    assert (size, captured) == (len(whole), len(whole))
    assert (mac, net, tag) == (0, 14, 0)


@pytest.mark.exchange("PACKET", "PACKET_STATISTICS")
def test_statistics(near, far, veth):
    for _ in range(3):
        near.send(frame(veth.far_mac, veth.mac))
    for _ in range(3):
        far.recv(1 << 16)
    # struct tpacket_stats: packets, drops; reading starts anew.
    assert far.getsockopt(berkeley.SOL_PACKET, berkeley.PACKET_STATISTICS, 8) == struct.pack(
        "=II", 3, 0
    )
    assert far.getsockopt(berkeley.SOL_PACKET, berkeley.PACKET_STATISTICS, 8) == bytes(8)


@pytest.mark.exchange("PACKET", "PACKET_FANOUT over two sockets")
def test_two_sockets_share_the_packets(near, veth):
    group = (os.getpid() & 0xFFFF) | berkeley.PACKET_FANOUT_LB << 16
    with (
        veth.far.entered(),
        packet(berkeley.SOCK_RAW, ETH_P_EXPERIMENT, veth.far_name) as one,
        packet(berkeley.SOCK_RAW, ETH_P_EXPERIMENT, veth.far_name) as two,
    ):
        for sock in (one, two):
            sock.setsockopt(berkeley.SOL_PACKET, berkeley.PACKET_FANOUT, group)
            assert sock.getsockopt(berkeley.SOL_PACKET, berkeley.PACKET_FANOUT) == group
        for number in range(4):
            near.send(frame(veth.far_mac, veth.mac, bytes([number]) * 60))
        # One to each in turn.
        numbers = [[sock.recv(1 << 16)[14] for _ in range(2)] for sock in (one, two)]
    assert sorted(numbers) == [[0, 2], [1, 3]]


def test_outgoing_packets_ignored(near, veth):
    with packet(berkeley.SOCK_RAW, berkeley.ETH_P_ALL, veth.name) as sock:
        near.send(frame(veth.far_mac, veth.mac, b"1" * 60))
        assert sock.recvfrom(100)[1][2] == berkeley.PACKET_OUTGOING
        sock.setsockopt(berkeley.SOL_PACKET, berkeley.PACKET_IGNORE_OUTGOING, 1)
        near.send(frame(veth.far_mac, veth.mac, b"2" * 60))
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(100)
