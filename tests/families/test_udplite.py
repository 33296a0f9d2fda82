"""UDP-Lite: datagrams whose checksum covers a part of them, udplite(7), RFC 3828."""

import struct

import pytest

import berkeley

pytestmark = pytest.mark.needs("udplite")

HOSTS = [
    pytest.param(berkeley.AF_INET, "127.0.0.1", id="v4"),
    pytest.param(berkeley.AF_INET6, "::1", id="v6", marks=pytest.mark.needs("ipv6")),
]
# Of the datagram, the header of 8 bytes included.
HEADER = 8


def udplite(family, host):
    sock = berkeley.socket(family, berkeley.SOCK_DGRAM, berkeley.IPPROTO_UDPLITE)
    sock.settimeout(30)
    sock.bind((host, 0))
    return sock


def cover(sock, option, size):
    sock.setsockopt(berkeley.SOL_UDPLITE, option, size)
    assert sock.getsockopt(berkeley.SOL_UDPLITE, option) == size


@pytest.mark.exchange("UDPLITE", "datagrams both ways, v4 and v6")
@pytest.mark.parametrize(("family", "host"), HOSTS)
def test_there_and_back(family, host):
    with udplite(family, host) as near, udplite(family, host) as far:
        assert near.proto == berkeley.IPPROTO_UDPLITE
        assert near.sendto(b"there", far.getsockname()) == 5
        data, sender = far.recvfrom(100)
        assert (data, sender) == (b"there", near.getsockname())
        far.connect(sender)
        far.sendmsg([b"and ", b"back"])
        assert near.recvmsg(100) == (b"and back", [], 0, far.getsockname())


def coverage(raw, ports):
    """What the header of the next datagram between these ports says."""
    while True:
        data = raw.recv(1000)
        # IPv4 comes with its header: raw(7).
        start = 20 if raw.family == berkeley.AF_INET else 0
        source, destination, covered, _ = struct.unpack_from("!HHHH", data, start)
        if (source, destination) == ports:
            return covered


@pytest.mark.needs("raw")
@pytest.mark.exchange("UDPLITE", "UDPLITE_SEND_CSCOV, seen in the header")
@pytest.mark.parametrize(("family", "host"), HOSTS)
def test_the_sender_says_how_much_is_covered(family, host):
    with (
        udplite(family, host) as near,
        udplite(family, host) as far,
        berkeley.socket(family, berkeley.SOCK_RAW, berkeley.IPPROTO_UDPLITE) as raw,
    ):
        raw.settimeout(30)
        ports = near.getsockname()[1], far.getsockname()[1]
        seen = []
        # 0 is all of the datagram; the header is covered at least, so 4 counts as 8.
        for size in (0, 4, HEADER, HEADER + 4):
            near.setsockopt(berkeley.SOL_UDPLITE, berkeley.UDPLITE_SEND_CSCOV, size)
            near.sendto(b"payload", far.getsockname())
            assert far.recv(100) == b"payload"
            seen.append(coverage(raw, ports))
    assert seen == [0, HEADER, HEADER, HEADER + 4]


@pytest.mark.exchange("UDPLITE", "UDPLITE_RECV_CSCOV drops what is covered less")
@pytest.mark.parametrize(("family", "host"), HOSTS)
def test_the_receiver_asks_for_a_least_coverage(family, host):
    with udplite(family, host) as near, udplite(family, host) as far:
        cover(far, berkeley.UDPLITE_RECV_CSCOV, HEADER + 8)
        for size, text in ((HEADER + 4, b"covered too little"), (HEADER + 8, b"covered enough")):
            cover(near, berkeley.UDPLITE_SEND_CSCOV, size)
            near.sendto(text, far.getsockname())
        assert far.recv(100) == b"covered enough"
        far.setblocking(False)
        with pytest.raises(BlockingIOError):
            far.recv(100)
