"""Frames made by hand from the RFCs' layouts, cut at every length, and any bytes at all."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berkeley.cli.dissect import LINKS, PROTOCOLS, dissect
from berkeley.cli.linktype import (
    LINKTYPE_CAN_SOCKETCAN,
    LINKTYPE_ETHERNET,
    LINKTYPE_LINUX_SLL2,
    LINKTYPE_RAW,
)
from berkeley.cli.packet import Packet, address_text, end_text

NEAR, FAR = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
A, B = "192.0.2.1", "198.51.100.2"
A6, B6 = "2001:db8::1", "2001:db8::2"
MULTICAST = "ff02::1:ff00:2"


def packed(address: str) -> bytes:
    return ipaddress.ip_address(address).packed


def ethernet(kind: int, payload: bytes) -> bytes:
    return FAR + NEAR + struct.pack("!H", kind) + payload


def ip(protocol: int, payload: bytes, *, fragment: int = 0, options: bytes = b"") -> bytes:
    words = 5 + len(options) // 4
    total = words * 4 + len(payload)
    header = struct.pack("!BBHHHBBH", 4 << 4 | words, 0, total, 1, fragment, 64, protocol, 0)
    return header + packed(A) + packed(B) + options + payload


def ip6(protocol: int, payload: bytes, to: str = B6) -> bytes:
    header = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
    return header + packed(A6) + packed(to) + payload


def tcp(flags: int, payload: bytes = b"") -> bytes:
    return struct.pack("!HHIIHHHH", 4000, 80, 7, 9, 5 << 12 | flags, 512, 0, 0) + payload


def udp(payload: bytes) -> bytes:
    return struct.pack("!HHHH", 5000, 53, 8 + len(payload), 0) + payload


ECHO = struct.pack("!BBHHH", 8, 0, 0, 77, 3) + b"12345678"
ECHO6 = struct.pack("!BBHHH", 129, 0, 0, 77, 3) + b"1234"
SOLICITATION = struct.pack("!BBHI", 135, 0, 0, 0) + packed(B6)
ARP = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + NEAR + packed(A) + bytes(6) + packed(B)
ARP_REPLY = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2) + NEAR + packed(A) + FAR + packed(B)

# name: link type, frame, protocols, source, destination, details
FRAMES = {
    "tcp": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(6, tcp(0x18, b"hello"))),
        ["ip", "tcp"],
        f"{A}:4000",
        f"{B}:80",
        "[PSH ACK] seq 7 ack 9 win 512 payload 5",
    ),
    "tcp syn": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(6, tcp(0x02))),
        ["ip", "tcp"],
        f"{A}:4000",
        f"{B}:80",
        "[SYN] seq 7 win 512 payload 0",
    ),
    "tcp6": (
        LINKTYPE_ETHERNET,
        ethernet(0x86DD, ip6(6, tcp(0x11))),
        ["ip6", "tcp"],
        f"[{A6}]:4000",
        f"[{B6}]:80",
        "[FIN ACK] seq 7 ack 9 win 512 payload 0",
    ),
    "udp with options and padding": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(17, udp(b"abc"), options=bytes(8)) + bytes(18)),
        ["ip", "udp"],
        f"{A}:5000",
        f"{B}:53",
        "payload 3",
    ),
    "first fragment": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(17, udp(b"abc"), fragment=0x2000)),
        ["ip", "udp"],
        f"{A}:5000",
        f"{B}:53",
        "fragment at 0 payload 3",
    ),
    "later fragment": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(17, b"abcdefgh", fragment=2)),
        ["ip", "udp"],
        A,
        B,
        "fragment at 16",
    ),
    "icmp echo": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(1, ECHO)),
        ["ip", "icmp"],
        A,
        B,
        "echo request id 77 seq 3 payload 8",
    ),
    "icmp unreachable": (
        LINKTYPE_ETHERNET,
        ethernet(0x0800, ip(1, struct.pack("!BBHI", 3, 3, 0, 0))),
        ["ip", "icmp"],
        A,
        B,
        "destination unreachable (port)",
    ),
    "icmp6 echo": (
        LINKTYPE_ETHERNET,
        ethernet(0x86DD, ip6(58, ECHO6)),
        ["ip6", "icmp6"],
        A6,
        B6,
        "echo reply id 77 seq 3 payload 4",
    ),
    "neighbour solicitation": (
        LINKTYPE_ETHERNET,
        ethernet(0x86DD, ip6(58, SOLICITATION, MULTICAST)),
        ["ip6", "icmp6"],
        A6,
        MULTICAST,
        f"neighbour solicitation {B6}",
    ),
    "hop-by-hop options": (
        LINKTYPE_ETHERNET,
        ethernet(0x86DD, ip6(0, bytes([17, 0]) + bytes(6) + udp(b"abc"))),
        ["ip6", "udp"],
        f"[{A6}]:5000",
        f"[{B6}]:53",
        "payload 3",
    ),
    "later fragment of IPv6": (
        LINKTYPE_ETHERNET,
        ethernet(0x86DD, ip6(44, struct.pack("!BBHI", 17, 0, 1448, 1) + b"abcdefgh")),
        ["ip6", "udp"],
        A6,
        B6,
        "fragment at 1448",
    ),
    "arp request": (
        LINKTYPE_ETHERNET,
        ethernet(0x0806, ARP),
        ["arp"],
        A,
        B,
        f"who-has {B} tell {A}",
    ),
    "arp reply": (
        LINKTYPE_ETHERNET,
        ethernet(0x0806, ARP_REPLY),
        ["arp"],
        A,
        B,
        f"{A} is-at 02:00:00:00:00:01",
    ),
    "two VLANs": (
        LINKTYPE_ETHERNET,
        ethernet(0x88A8, struct.pack("!HHHH", 0x2005, 0x8100, 7, 0x0800) + ip(132, tcp(0))),
        ["vlan", "vlan", "ip", "sctp"],
        f"{A}:4000",
        f"{B}:80",
        "",
    ),
    "802.3": (
        LINKTYPE_ETHERNET,
        ethernet(4, b"\x42\x42\x03\x00"),
        ["llc"],
        "02:00:00:00:00:01",
        "02:00:00:00:00:02",
        "",
    ),
    "type that is not known": (
        LINKTYPE_ETHERNET,
        ethernet(0x88B5, b""),
        ["ethertype-88b5"],
        "02:00:00:00:00:01",
        "02:00:00:00:00:02",
        "",
    ),
    "protocol that is not known": (LINKTYPE_RAW, ip(253, b"?"), ["ip", "protocol-253"], A, B, ""),
    "raw": (
        LINKTYPE_RAW,
        ip(17, udp(b"abc")),
        ["ip", "udp"],
        f"{A}:5000",
        f"{B}:53",
        "payload 3",
    ),
    "raw6": (LINKTYPE_RAW, ip6(47, b"????"), ["ip6", "gre"], A6, B6, ""),
    "cooked": (
        LINKTYPE_LINUX_SLL2,
        struct.pack("!HHIHBB", 0x0800, 0, 3, 512, 4, 6) + NEAR + bytes(2) + ip(1, ECHO),
        ["ip", "icmp"],
        A,
        B,
        "echo request id 77 seq 3 payload 8",
    ),
    "can": (
        LINKTYPE_CAN_SOCKETCAN,
        bytes.fromhex("00000123 02 000000 aabb 000000000000"),
        ["can"],
        "",
        "",
        "id 123 payload 2 aa bb",
    ),
    "extended can, remote request": (
        LINKTYPE_CAN_SOCKETCAN,
        bytes.fromhex("d2345678 00 000000 0000000000000000"),
        ["can"],
        "",
        "",
        "id 12345678 remote request payload 0",
    ),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames(name):
    kind, frame, protocols, source, destination, details = FRAMES[name]
    packet = dissect(kind, frame)
    assert packet.protocols == protocols
    assert end_text(packet.source, packet.source_port) == source
    assert end_text(packet.destination, packet.destination_port) == destination
    assert " ".join(packet.details) == details


def test_vlans():
    _, frame, *_ = FRAMES["two VLANs"]
    assert dissect(LINKTYPE_ETHERNET, frame).vlans == [5, 7]


@pytest.mark.parametrize("name", FRAMES)
def test_cut_short(name):
    """Of a shorter frame no more is found, and nothing else."""
    kind, frame, protocols, *_ = FRAMES[name]
    for length in range(len(frame)):
        packet = dissect(kind, frame[:length])
        assert packet.protocols == protocols[: len(packet.protocols)]


def test_cut_short_is_said():
    _, frame, *_ = FRAMES["tcp"]
    assert dissect(LINKTYPE_ETHERNET, frame[:40]).details == ["[cut short]"]
    assert dissect(LINKTYPE_ETHERNET, b"") == Packet(details=["[cut short]"])


def test_large_packet_without_its_length():
    """0 as the length, as the kernel has it in what it joined: all that follows counts."""
    large = bytearray(ip(17, udp(b"abc")))
    large[2:4] = bytes(2)
    assert dissect(LINKTYPE_RAW, bytes(large)).details == ["payload 3"]
    large = bytearray(ip6(17, udp(b"abc")))
    large[4:6] = bytes(2)
    assert dissect(LINKTYPE_RAW, bytes(large)).details == ["payload 3"]


@given(kind=st.sampled_from([*LINKS]), data=st.binary(max_size=300))
def test_any_bytes(kind, data):
    packet = dissect(kind, data)
    assert packet.source_port is None or 0 <= packet.source_port < 1 << 16
    for address in (packet.source, packet.destination):
        assert len(address) <= 16
        assert address_text(address).isascii()


@given(
    name=st.sampled_from([*FRAMES]),
    changes=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 255)), max_size=4),
)
def test_frames_with_wrong_bytes(name, changes):
    kind, frame, *_ = FRAMES[name]
    wrong = bytearray(frame)
    for position, value in changes:
        if position < len(wrong):
            wrong[position] = value
    assert all(word.isascii() for word in dissect(kind, bytes(wrong)).protocols)


def test_unknown_link_type():
    assert dissect(147, b"whatever") == Packet()


def test_words():
    assert {"ip", "ip6", "arp", "vlan", "tcp", "udp", "icmp", "icmp6", "can"} <= PROTOCOLS
