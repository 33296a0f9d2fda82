"""AF_RDS over TCP on the loopback interface: rds(7), rds-tcp of the kernel."""

import errno
import struct

import pytest

import berkeley

LIMIT = 10
SOL_RDS = berkeley.SOL_RDS


@pytest.fixture
def pair():
    near = berkeley.socket(berkeley.AF_RDS, berkeley.SOCK_SEQPACKET)
    far = berkeley.socket(berkeley.AF_RDS, berkeley.SOCK_SEQPACKET)
    with near, far:
        for sock in (near, far):
            sock.settimeout(LIMIT)
            sock.bind(("127.0.0.1", 0))
        yield near, far


def test_addresses(pair):
    (host, port), (same, other) = (sock.getsockname() for sock in pair)
    assert host == same == "127.0.0.1"
    assert port != other
    with pytest.raises(OSError) as caught:
        pair[0].getpeername()
    assert caught.value.errno == errno.ENOTCONN


@pytest.mark.exchange("RDS", "5000 bytes by sendto, both ways")
def test_5000_bytes(pair):
    near, far = pair
    data = bytes(range(250)) * 20
    assert near.sendto(data, far.getsockname()) == 5000
    assert far.recvfrom(6000) == (data, near.getsockname())
    assert far.sendmsg([b"and", b" back"], [], 0, near.getsockname()) == 8
    assert near.recvmsg(100, 100) == (b"and back", [], 0, far.getsockname())


@pytest.mark.exchange("RDS", "connected: send and recv keep messages apart")
def test_connected(pair):
    near, far = pair
    near.connect(far.getsockname())
    assert near.getpeername() == far.getsockname()
    near.send(b"first")
    near.send(b"second")
    assert [far.recv(100), far.recv(100)] == [b"first", b"second"]


def test_a_message_is_cut(pair):
    near, far = pair
    near.sendto(b"0123456789", far.getsockname())
    data, _, flags, _ = far.recvmsg(4)
    assert (data, flags) == (b"0123", berkeley.MSG_TRUNC)


@pytest.mark.exchange("RDS", "options")
def test_options(pair):
    near, far = pair
    assert near.getsockopt(SOL_RDS, berkeley.RDS_RECVERR) == 0
    near.setsockopt(SOL_RDS, berkeley.RDS_RECVERR, 1)
    assert near.getsockopt(SOL_RDS, berkeley.RDS_RECVERR) == 1
    # Set only.
    near.setsockopt(SOL_RDS, berkeley.RDS_CONG_MONITOR, 1)
    # Chosen by bind(): that of the loopback interface, which no header names (net/rds/rds.h).
    assert near.getsockopt(SOL_RDS, berkeley.SO_RDS_TRANSPORT) == 3
    # What waits to be sent to an address is dropped: a struct sockaddr_in.
    host, port = far.getsockname()
    near.setsockopt(
        SOL_RDS,
        berkeley.RDS_CANCEL_SENT_TO,
        struct.pack("=H", berkeley.AF_INET)
        + port.to_bytes(2, "big")
        + berkeley.inet_aton(host)
        + bytes(8),
    )


@pytest.mark.exchange("RDS", "latencies of a message as ancillary data")
def test_latencies(pair):
    # struct rds_rx_trace_so: how many, then which; struct rds_cmsg_rx_trace: as many with times.
    near, far = pair
    far.setsockopt(
        SOL_RDS,
        berkeley.SO_RDS_MSG_RXPATH_LATENCY,
        struct.pack("=B3B", 1, berkeley.RDS_MSG_RX_HDR_TO_DGRAM_START, 0, 0),
    )
    near.sendto(b"x", far.getsockname())
    _, ancillary, _, _ = far.recvmsg(100, 200)
    ((level, kind, data),) = ancillary
    assert (level, kind) == (SOL_RDS, berkeley.RDS_CMSG_RXPATH_LATENCY)
    assert data[:2] == bytes([1, berkeley.RDS_MSG_RX_HDR_TO_DGRAM_START])
