"""The language of sniff's --filter: what it chooses, what it refuses, and where it points."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berkeley.cli.packet import Packet
from berkeley.cli.packet_filter import FilterError, compile_filter


def packet(protocols, source="", destination="", ports=(None, None), vlans=()):
    packed = [ipaddress.ip_address(end).packed if end else b"" for end in (source, destination)]
    return Packet(protocols.split(), *packed, *ports, [*vlans])


WEB = packet("ip tcp", "10.0.0.1", "10.0.1.2", (4000, 80))
DNS = packet("ip6 udp", "2001:db8::1", "2001:db8:1::2", (53, 4001))
PING = packet("ip icmp", "10.0.0.1", "10.0.0.9")
ARP = packet("arp", "10.0.0.9", "10.0.0.1")
VLAN = packet("vlan ip tcp", "192.0.2.1", "10.0.0.1", (80, 443), [5])
PACKETS = {"WEB": WEB, "DNS": DNS, "PING": PING, "ARP": ARP, "VLAN": VLAN}


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("tcp", "WEB VLAN"),
        ("ip", "WEB PING VLAN"),
        ("ip6", "DNS"),
        ("arp", "ARP"),
        ("not tcp", "DNS PING ARP"),
        ("not not tcp", "WEB VLAN"),
        ("tcp or udp", "WEB DNS VLAN"),
        ("port 80", "WEB VLAN"),
        ("dst port 80", "WEB"),
        ("src port 80", "VLAN"),
        ("tcp and dst port 80", "WEB"),
        ("tcp dst port 80", "WEB"),
        ("udp port 53 or tcp port 443", "DNS VLAN"),
        ("not port 80", "DNS PING ARP"),
        ("host 10.0.0.1", "WEB PING ARP VLAN"),
        ("src host 10.0.0.1", "WEB PING"),
        ("dst host 10.0.0.1", "ARP VLAN"),
        ("host 2001:DB8:0::1", "DNS"),
        ("net 10.0.0.0/24", "WEB PING ARP VLAN"),
        ("dst net 10.0.1.0/24", "WEB"),
        ("net 2001:db8:1::/48", "DNS"),
        ("src net 0.0.0.0/0", "WEB PING ARP VLAN"),
        ("net 10.0.0.9", "PING ARP"),
        ("net 10.0.0.77/24", "WEB PING ARP VLAN"),
        ("vlan", "VLAN"),
        ("vlan 5", "VLAN"),
        ("vlan 6", ""),
        ("vlan and tcp", "VLAN"),
        # `and` binds closer than `or`, `not` closer than both.
        ("arp or tcp and vlan", "ARP VLAN"),
        ("(arp or tcp) and vlan", "VLAN"),
        ("not arp and not tcp", "DNS PING"),
        ("not (arp or tcp)", "DNS PING"),
        ("((tcp)and(not(vlan)))", "WEB"),
        ("port 0", ""),
        ("port 65535", ""),
    ],
)
def test_chooses(expression, chosen):
    test = compile_filter(expression)
    assert [name for name, one in PACKETS.items() if test(one)] == chosen.split()


@pytest.mark.parametrize(
    ("expression", "reason", "position"),
    [
        ("", "is missing", 0),
        ("tcq", "'tcq' is no protocol", 0),
        ("TCP", "'TCP' is no protocol", 0),
        ("tcp and", "is missing", 7),
        ("tcp and  ", "is missing", 7),
        ("tcp or or udp", "is missing", 7),
        ("and tcp", "is missing", 0),
        ("not", "is missing", 3),
        ("port", "a port is a number from 0 to 65535", 4),
        ("tcp and port http", "a port is a number from 0 to 65535", 13),
        ("port 65536", "a port is a number from 0 to 65535", 5),
        ("port -1", "a port is a number from 0 to 65535", 5),
        ("port \u0663", "a port is a number from 0 to 65535", 5),
        ("port 80 443", "'443' is no protocol", 8),
        ("vlan 4096", "a VLAN is a number from 0 to 4095", 5),
        ("host", "an address of IPv4 or IPv6 is missing", 4),
        ("host example.org", "an address of IPv4 or IPv6 is missing", 5),
        ("host 10.0.0", "an address of IPv4 or IPv6 is missing", 5),
        ("host 10.0.0.1\0", "an address of IPv4 or IPv6 is missing", 5),
        ("host 10.0.0.0/8", "host takes an address alone", 5),
        ("net 10.0.0.0/33", "the length is a number from 0 to 32", 4),
        ("net 10.0.0.0/", "the length is a number from 0 to 32", 4),
        ("net ::/129", "the length is a number from 0 to 128", 4),
        ("src tcp", "port, host or net has to follow src", 4),
        ("dst", "port, host or net has to follow dst", 3),
        ("(tcp", "a closing parenthesis is missing", 4),
        ("tcp)", "')' is not expected here", 3),
        ("()", "is missing", 1),
        ("tcp\nand\t?", "'?' is no protocol", 8),
    ],
)
def test_refuses(expression, reason, position):
    with pytest.raises(FilterError) as caught:
        compile_filter(expression)
    first, shown, arrow = str(caught.value).split("\n")
    assert reason in first
    assert shown == "  " + expression.replace("\n", " ").replace("\t", " ")
    assert arrow == "  " + " " * position + "^"


WORDS = [
    "and",
    "or",
    "not",
    "(",
    ")",
    "src",
    "dst",
    "port",
    "80",
    "host",
    "10.0.0.1",
    "net",
    "::/0",
    "vlan",
    "tcp",
    "udp",
    "ip6",
    "x",
]


@given(st.one_of(st.text(max_size=30), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)))
def test_any_text(expression):
    """Every text is a test that says yes or no to every packet, or a FilterError."""
    try:
        test = compile_filter(expression)
    except FilterError:
        return
    for one in (*PACKETS.values(), Packet()):
        assert test(one) in (True, False)
