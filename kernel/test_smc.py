"""AF_SMC: sockets with the addresses of IP, which fall back to TCP without RDMA hardware.

Source: net/smc/ of the kernel, smc-tools' af_smc(7).
"""

import errno
from collections.abc import Callable
from typing import Any

import pytest

import berkeley
from kernel.background import Background

LIMIT = 10
# net/smc/smc.h; no header of user space has them.
SMCPROTO_SMC, SMCPROTO_SMC6 = 0, 1

pytestmark = pytest.mark.config("CONFIG_SMC")


@pytest.mark.parametrize(
    ("protocol", "host", "rest"),
    [
        pytest.param(
            SMCPROTO_SMC,
            "127.0.0.1",
            (),
            marks=pytest.mark.exchange("SMC", "connection by IPv4, both ways (falls back to TCP)"),
        ),
        pytest.param(
            SMCPROTO_SMC6,
            "::1",
            (0, 0),
            marks=pytest.mark.exchange("SMC", "connection by IPv6, both ways (falls back to TCP)"),
        ),
    ],
    ids=["SMC", "SMC6"],
)
def test_connection(background: Callable[..., Background[Any]], protocol, host, rest):
    def make() -> berkeley.socket:
        return berkeley.socket(berkeley.AF_SMC, berkeley.SOCK_STREAM, protocol)

    with make() as server, make() as client:
        for sock in (server, client):
            sock.settimeout(LIMIT)
        server.bind((host, 0))
        server.listen()
        name = server.getsockname()
        assert name == (host, name[1], *rest)
        accepting = background(server.accept)
        client.connect(name)
        connection, address = accepting.result()
        with connection:
            connection.settimeout(LIMIT)
            assert client.getpeername() == connection.getsockname() == name
            assert client.getsockname() == connection.getpeername() == address
            data = bytes(range(256)) * 100
            client.sendall(data)
            assert connection.recv(len(data), berkeley.MSG_WAITALL) == data
            connection.sendall(b"and back")
            connection.shutdown(berkeley.SHUT_WR)
            assert client.recv(100) == b"and back"
            assert client.recv(100) == b""


def test_nobody_listens():
    with berkeley.socket(berkeley.AF_SMC, berkeley.SOCK_STREAM) as sock:
        sock.settimeout(LIMIT)
        assert sock.connect_ex(("127.0.0.1", 1)) == errno.ECONNREFUSED
