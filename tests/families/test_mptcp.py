"""MPTCP: TCP over several paths, RFC 8684; here it has one, the loopback interface."""

import errno
import struct

import pytest

import berkeley

pytestmark = pytest.mark.needs("mptcp")

HOSTS = [
    pytest.param(berkeley.AF_INET, "127.0.0.1", id="v4"),
    pytest.param(berkeley.AF_INET6, "::1", id="v6", marks=pytest.mark.needs("ipv6")),
]
# struct mptcp_info begins with 8 bytes of counts and limits; then flags and a token.
FLAGS, TOKEN = 8, 12


def connected(family, host, near_protocol, far_protocol):
    """Two connected sockets, each of its protocol."""
    with berkeley.socket(family, berkeley.SOCK_STREAM, far_protocol) as server:
        server.bind((host, 0))
        server.listen()
        near = berkeley.socket(family, berkeley.SOCK_STREAM, near_protocol)
        near.connect(server.getsockname())
        far, sender = server.accept()
        assert sender == near.getsockname()
    for sock in (near, far):
        sock.settimeout(30)
    return near, far


def echo(near, far):
    """Data both ways, more than a segment holds, and the end."""
    data = bytes(range(256)) * 400
    near.sendall(data)
    near.shutdown(berkeley.SHUT_WR)
    with far.makefile("rb") as file:
        assert file.read() == data
    far.sendall(data[::-1])
    far.close()
    with near.makefile("rb") as file:
        assert file.read() == data[::-1]


@pytest.mark.exchange("MPTCP", "data both ways, v4 and v6")
@pytest.mark.parametrize(("family", "host"), HOSTS)
def test_data(family, host):
    near, far = connected(family, host, berkeley.IPPROTO_MPTCP, berkeley.IPPROTO_MPTCP)
    with near, far:
        assert near.proto == far.proto == berkeley.IPPROTO_MPTCP
        assert near.getpeername() == far.getsockname()
        echo(near, far)


@pytest.mark.exchange("MPTCP", "MPTCP_INFO")
def test_information():
    near, far = connected(
        berkeley.AF_INET, "127.0.0.1", berkeley.IPPROTO_MPTCP, berkeley.IPPROTO_MPTCP
    )
    with near, far:
        near.sendall(b"x")
        assert far.recv(1) == b"x"
        told = [
            sock.getsockopt(berkeley.SOL_MPTCP, berkeley.MPTCP_INFO, 256) for sock in (near, far)
        ]
        for info in told:
            (flags,) = struct.unpack_from("=I", info, FLAGS)
            assert not flags & berkeley.MPTCP_INFO_FLAG_FALLBACK
            assert flags & berkeley.MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED
        # Each side has its own token for the connection.
        tokens = {info[TOKEN : TOKEN + 4] for info in told}
        assert len(tokens) == 2
        assert bytes(4) not in tokens


@pytest.mark.exchange("MPTCP", "fallback to TCP, either side")
@pytest.mark.parametrize(
    ("near_protocol", "far_protocol"),
    [
        (berkeley.IPPROTO_MPTCP, berkeley.IPPROTO_TCP),
        (berkeley.IPPROTO_TCP, berkeley.IPPROTO_MPTCP),
    ],
    ids=["client", "server"],
)
def test_a_side_that_knows_only_tcp(near_protocol, far_protocol):
    near, far = connected(berkeley.AF_INET, "127.0.0.1", near_protocol, far_protocol)
    with near, far:
        for sock in (near, far):
            with pytest.raises(OSError) as raised:
                sock.getsockopt(berkeley.SOL_MPTCP, berkeley.MPTCP_INFO, 256)
            assert raised.value.errno == errno.EOPNOTSUPP
        echo(near, far)
