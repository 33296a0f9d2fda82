"""DCCP: datagrams with congestion control, RFC 4340; gone from the kernel since 6.16."""

import errno

import pytest

import berkeley

pytestmark = [
    pytest.mark.kernel(before="6.16", reason="DCCP was removed"),
    pytest.mark.needs("dccp"),
]

HOSTS = [
    pytest.param(berkeley.AF_INET, "127.0.0.1", id="v4"),
    pytest.param(berkeley.AF_INET6, "::1", id="v6", marks=pytest.mark.needs("ipv6")),
]
# RFC 4340 section 8.1.2: a service has a number, four letters mostly.
SERVICE, OTHER = b"TEST", b"NONE"


def dccp(family: int, service: bytes) -> berkeley.socket:
    sock = berkeley.socket(family, berkeley.SOCK_DCCP, berkeley.IPPROTO_DCCP)
    sock.settimeout(30)
    sock.setsockopt(berkeley.SOL_DCCP, berkeley.DCCP_SOCKOPT_SERVICE, service)
    return sock


@pytest.mark.exchange("DCCP", "connect by service code, datagrams both ways")
@pytest.mark.parametrize(("family", "host"), HOSTS)
def test_datagrams(family: int, host: str) -> None:
    with dccp(family, SERVICE) as server, dccp(family, SERVICE) as near:
        server.bind((host, 0))
        server.listen()
        near.connect(server.getsockname())
        assert near.getpeername() == server.getsockname()
        far, sender = server.accept()
        with far:
            far.settimeout(30)
            assert sender == near.getsockname()
            near.send(b"one")
            near.send(b"two")
            # Datagrams: they are not joined.
            assert [far.recv(100), far.recv(100)] == [b"one", b"two"]
            far.sendmsg([b"and ", b"back"])
            assert near.recvmsg(100)[:3] == (b"and back", [], 0)
            assert near.getsockopt(berkeley.SOL_DCCP, berkeley.DCCP_SOCKOPT_SERVICE, 4) == SERVICE
            # What one datagram may hold; a longer one is refused.
            room = near.getsockopt(berkeley.SOL_DCCP, berkeley.DCCP_SOCKOPT_GET_CUR_MPS)
            with pytest.raises(OSError) as raised:
                near.send(bytes(room + 1))
            assert raised.value.strerror == "Message too long"


@pytest.mark.exchange("DCCP", "another service code is refused")
def test_another_service() -> None:
    with dccp(berkeley.AF_INET, SERVICE) as server, dccp(berkeley.AF_INET, OTHER) as near:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with pytest.raises(OSError) as raised:
            near.connect(server.getsockname())
        # RFC 4340 section 5.6: reset code 8, "Bad Service Code".
        assert raised.value.errno == errno.EBADRQC


def test_ways_of_congestion_control() -> None:
    with dccp(berkeley.AF_INET, SERVICE) as server, dccp(berkeley.AF_INET, SERVICE) as near:
        ways = near.getsockopt(berkeley.SOL_DCCP, berkeley.DCCP_SOCKOPT_AVAILABLE_CCIDS, 16)
        assert berkeley.DCCPC_CCID2 in ways
        chosen = bytes([berkeley.DCCPC_CCID2])
        near.setsockopt(berkeley.SOL_DCCP, berkeley.DCCP_SOCKOPT_CCID, chosen)
        server.bind(("127.0.0.1", 0))
        server.listen()
        near.connect(server.getsockname())
        for option in (berkeley.DCCP_SOCKOPT_TX_CCID, berkeley.DCCP_SOCKOPT_RX_CCID):
            assert near.getsockopt(berkeley.SOL_DCCP, option) == berkeley.DCCPC_CCID2
