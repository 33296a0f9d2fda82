"""ICMP by SOCK_DGRAM and SOCK_RAW, and the errors that it reports: icmp(7), raw(7), ip(7)."""

import errno
import os
import struct

import pytest

import berkeley
from berkeley.core.sockaddr import decode
from tests.families.network import ip

# An echo: type, code, checksum (the kernel's work, but for raw IPv4), identifier, number.
ECHO = struct.Struct("!BBHHH")
V4 = (berkeley.AF_INET, berkeley.IPPROTO_ICMP)
V6 = (berkeley.AF_INET6, berkeley.IPPROTO_ICMPV6)
REQUEST = {V4: berkeley.ICMP_ECHO, V6: berkeley.ICMPV6_ECHO_REQUEST}
REPLY = {V4: berkeley.ICMP_ECHOREPLY, V6: berkeley.ICMPV6_ECHO_REPLY}
LOOPBACK = {V4: ("127.0.0.1",), V6: ("::1",)}
# struct sock_extended_err: errno, origin, type, code, pad, info, data; the offender's address
# comes behind it.
EXTENDED = struct.Struct("=IBBBBII")

versions = pytest.mark.parametrize(
    "version",
    [pytest.param(V4, id="v4"), pytest.param(V6, id="v6", marks=pytest.mark.needs("ipv6"))],
)


def icmp(version, kind):
    sock = berkeley.socket(version[0], kind, version[1])
    sock.settimeout(30)
    return sock


def address(version, host, port=0):
    """The address as it is returned."""
    return (host, port) if version == V4 else (host, port, 0, 0)


def echo(version, ident, number, payload=b"payload"):
    head = ECHO.pack(REQUEST[version], 0, 0, ident, number)
    if version == V6:
        # The kernel fills it in: RFC 3542 section 3.1.
        return head + payload
    data = head + payload + bytes(len(payload) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    head = ECHO.pack(REQUEST[version], 0, ~(total + (total >> 16)) & 0xFFFF, ident, number)
    return head + payload


def parts(data):
    """Type, code, identifier, number and payload of an echo."""
    kind, code, _, ident, number = ECHO.unpack_from(data)
    return kind, code, ident, number, data[ECHO.size :]


@versions
@pytest.mark.exchange("ICMP", "echo by SOCK_DGRAM (ping_group_range)")
def test_an_echo_without_privileges(version, pings):
    (host,) = LOOPBACK[version]
    with icmp(version, berkeley.SOCK_DGRAM) as sock:
        # The identifier is the port, and the kernel sets it in what is sent.
        sock.bind((host, 0x1234))
        assert sock.getsockname() == address(version, host, 0x1234)
        request = ECHO.pack(REQUEST[version], 0, 0, 0, 7) + b"payload"
        assert sock.sendto(request, (host, 0)) == len(request)
        data, sender = sock.recvfrom(1000)
        assert sender == address(version, host)
        assert parts(data) == (REPLY[version], 0, 0x1234, 7, b"payload")
        # What is no echo is refused.
        with pytest.raises(OSError) as raised:
            sock.sendto(b"\x03" + request[1:], (host, 0))
        assert raised.value.errno == errno.EINVAL


def test_the_group_may_be_refused(network):
    with open("/proc/sys/net/ipv4/ping_group_range") as groups:
        if groups.read().split() != ["1", "0"]:
            pytest.skip("missing: a new network namespace in which nobody may")
    with pytest.raises(PermissionError):
        icmp(V4, berkeley.SOCK_DGRAM)


@versions
@pytest.mark.needs("raw")
@pytest.mark.exchange("ICMP", "echo by SOCK_RAW")
def test_an_echo_by_a_raw_socket(version, network):
    (host,) = LOOPBACK[version]
    ident = os.getpid() & 0xFFFF
    with icmp(version, berkeley.SOCK_RAW) as sock:
        # Sent to ourselves, the request arrives as well.
        request = echo(version, ident, 1)
        assert sock.sendmsg([request], [], 0, (host, 0)) == len(request)
        found = []
        for _ in range(2):
            data, ancillary, flags, sender = sock.recvmsg(1000, 256)
            assert (ancillary, flags) == ([], 0)
            # For a raw socket the port has no meaning: raw(7).
            assert sender == address(version, host)
            # IPv4 comes with its header: raw(7), RFC 3542 section 3.
            found.append(parts(data[20:] if version == V4 else data))
    assert found == [
        (REQUEST[version], 0, ident, 1, b"payload"),
        (REPLY[version], 0, ident, 1, b"payload"),
    ]


def block_requests(sock, version):
    """Let the kernel drop echo requests."""
    if version == V4:
        # struct icmp_filter: a bit a type, 1 is blocked.
        mask = struct.pack("=I", 1 << berkeley.ICMP_ECHO)
        sock.setsockopt(berkeley.SOL_RAW, berkeley.ICMP_FILTER, mask)
        assert sock.getsockopt(berkeley.SOL_RAW, berkeley.ICMP_FILTER, 4) == mask
        return
    # struct icmp6_filter: 256 bits in words of 32.
    words = [0] * 8
    words[berkeley.ICMPV6_ECHO_REQUEST >> 5] = 1 << (berkeley.ICMPV6_ECHO_REQUEST & 31)
    mask = struct.pack("=8I", *words)
    sock.setsockopt(berkeley.IPPROTO_ICMPV6, berkeley.ICMPV6_FILTER, mask)
    assert sock.getsockopt(berkeley.IPPROTO_ICMPV6, berkeley.ICMPV6_FILTER, 32) == mask


@versions
@pytest.mark.needs("raw")
@pytest.mark.exchange("ICMP", "ICMP_FILTER, ICMPV6_FILTER")
def test_only_what_the_filter_lets_through(version, network):
    (host,) = LOOPBACK[version]
    with icmp(version, berkeley.SOCK_RAW) as sock:
        block_requests(sock, version)
        for number in (1, 2):
            sock.sendto(echo(version, 5, number), (host, 0))
            data = sock.recv(1000)
            assert parts(data[20:] if version == V4 else data)[::3] == (REPLY[version], number)
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(1000)


def enable_errors(sock, version):
    """Errors that arrive go to the queue; return level and type of their ancillary data."""
    if version == V4:
        level, option = berkeley.IPPROTO_IP, berkeley.IP_RECVERR
    else:
        level, option = berkeley.IPPROTO_IPV6, berkeley.IPV6_RECVERR
    sock.setsockopt(level, option, 1)
    return level, option


def next_error(sock):
    """Of the queue: ``(data, its destination, level, type, the error, who sent it)``."""
    data, ((level, kind, value),), flags, destination = sock.recvmsg(
        1000, 512, berkeley.MSG_ERRQUEUE
    )
    assert flags == berkeley.MSG_ERRQUEUE
    offender = decode(0, value[EXTENDED.size :])
    return data, destination, level, kind, EXTENDED.unpack_from(value), offender


@versions
@pytest.mark.exchange("ICMP", "error queue: port unreachable (IP_RECVERR)")
def test_an_error_about_a_datagram(version, network):
    (host,) = LOOPBACK[version]
    with (
        berkeley.socket(version[0], berkeley.SOCK_DGRAM) as closed,
        berkeley.socket(version[0], berkeley.SOCK_DGRAM) as sock,
    ):
        closed.bind((host, 0))
        there = closed.getsockname()
        closed.close()
        level, option = enable_errors(sock, version)
        sock.sendto(b"payload", there)
        data, destination, *where, error, offender = next_error(sock)
        assert (data, destination, where) == (b"payload", there, [level, option])
        if version == V4:
            told = (
                berkeley.SO_EE_ORIGIN_ICMP,
                berkeley.ICMP_DEST_UNREACH,
                berkeley.ICMP_PORT_UNREACH,
            )
        else:
            told = (
                berkeley.SO_EE_ORIGIN_ICMP6,
                berkeley.ICMPV6_DEST_UNREACH,
                berkeley.ICMPV6_PORT_UNREACH,
            )
        assert error == (errno.ECONNREFUSED, *told, 0, 0, 0)
        assert offender == address(version, host)
        with pytest.raises(BlockingIOError):
            next_error(sock)


@versions
@pytest.mark.exchange("ICMP", "error queue: a router says that there is no way")
def test_an_error_about_an_echo(version, veth, pings):
    """The other end of the cable is our router, and has no way to anywhere."""
    router = veth.far_host if version == V4 else veth.far_host6
    # Of another block for documentation.
    target = "198.51.100.1" if version == V4 else "2001:db8:1::1"
    ip("route", "add", target, "via", router)
    forward = "ipv4/ip_forward" if version == V4 else "ipv6/conf/all/forwarding"
    with veth.far.entered(), open(f"/proc/sys/net/{forward}", "w") as switch:
        switch.write("1")
    with icmp(version, berkeley.SOCK_DGRAM) as sock:
        level, option = enable_errors(sock, version)
        sock.connect((target, 0))
        name, port = sock.getsockname()[:2]
        assert name == (veth.host if version == V4 else veth.host6)
        sock.send(ECHO.pack(REQUEST[version], 0, 0, 0, 3) + b"payload")
        # Waits for what arrives, and the error is what arrives.
        with pytest.raises(OSError) as raised:
            sock.recv(1000)
        data, destination, *where, error, offender = next_error(sock)
        if version == V4:
            told = berkeley.SO_EE_ORIGIN_ICMP, berkeley.ICMP_DEST_UNREACH, berkeley.ICMP_NET_UNREACH
        else:
            told = (
                berkeley.SO_EE_ORIGIN_ICMP6,
                berkeley.ICMPV6_DEST_UNREACH,
                berkeley.ICMPV6_NOROUTE,
            )
        assert raised.value.errno == errno.ENETUNREACH
        assert error == (errno.ENETUNREACH, *told, 0, 0, 0)
        assert parts(data) == (REQUEST[version], 0, port, 3, b"payload")
        assert destination[0] == target
        assert where == [level, option]
        assert offender[0] == router
