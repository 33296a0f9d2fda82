"""create_server(mptcp=True): Multipath TCP, and TCP where the kernel has none."""

import sys

import pytest

import berkeley


@pytest.fixture(params=["AF_INET", "AF_INET6"])
def address(request):
    family = getattr(berkeley, request.param)
    return (("127.0.0.1", 0), family) if family == berkeley.AF_INET else (("::1", 0), family)


def flags(sock):
    """mptcpi_flags of struct mptcp_info, <linux/mptcp.h>."""
    info = sock.getsockopt(berkeley.SOL_MPTCP, berkeley.MPTCP_INFO, 64)
    return int.from_bytes(info[8:12], sys.byteorder)


@pytest.mark.needs("mptcp", "ipv6")
def test_mptcp(address):
    where, family = address
    with berkeley.create_server(where, family=family, mptcp=True) as server:
        assert type(server) is berkeley.socket
        assert (server.family, server.type) == (family, berkeley.SOCK_STREAM)
        assert server.proto == berkeley.IPPROTO_MPTCP
        assert server.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR) == 1
        with berkeley.socket(family, berkeley.SOCK_STREAM, berkeley.IPPROTO_MPTCP) as client:
            client.connect(server.getsockname())
            far, _ = server.accept()
            with far:
                # More than TCP that has fallen back.
                assert far.proto == berkeley.IPPROTO_MPTCP
                assert not flags(far) & berkeley.MPTCP_INFO_FLAG_FALLBACK
                assert not flags(client) & berkeley.MPTCP_INFO_FLAG_FALLBACK
                client.sendall(b"hello")
                assert far.recv(9) == b"hello"


@pytest.mark.needs("mptcp")
def test_a_client_of_tcp():
    with (
        berkeley.create_server(("127.0.0.1", 0), mptcp=True) as server,
        berkeley.create_connection(server.getsockname()) as client,
    ):
        far, _ = server.accept()
        with far:
            client.sendall(b"hello")
            assert far.recv(9) == b"hello"


@pytest.mark.needs("mptcp")
def test_other_options():
    with berkeley.create_server(("127.0.0.1", 0), mptcp=True, reuse_port=True, backlog=3) as one:
        assert one.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT) == 1


@pytest.mark.needs("mptcp", "dualstack")
def test_dual_stack():
    with berkeley.create_server(
        ("", 0), family=berkeley.AF_INET6, dualstack_ipv6=True, mptcp=True
    ) as server:
        assert server.proto == berkeley.IPPROTO_MPTCP
        berkeley.create_connection(("127.0.0.1", server.getsockname()[1])).close()


def test_not_asked_for():
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        assert server.proto == 0


@pytest.mark.needs("namespaces", "mptcp")
def test_switched_off(child):
    """net.mptcp.enabled is the network namespace's own."""
    child(
        """
        import ctypes
        import berkeley
        assert ctypes.CDLL(None).unshare(0x40000000) == 0
        with open("/proc/sys/net/mptcp/enabled", "w") as switch:
            switch.write("0")
        try:
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_STREAM, berkeley.IPPROTO_MPTCP)
        except OSError:
            pass
        else:
            raise AssertionError
        with berkeley.create_server(("", 0), mptcp=True) as server:
            assert server.proto == 0
            assert server.type == berkeley.SOCK_STREAM
            assert server.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ACCEPTCONN) == 1
        """
    )


@pytest.mark.parametrize("family", ["AF_UNIX", "AF_VSOCK", "AF_NETLINK"])
def test_families_without(family):
    with pytest.raises(ValueError, match="mptcp requires AF_INET or AF_INET6 family"):
        berkeley.create_server(("", 0), family=getattr(berkeley, family), mptcp=True)


def test_errors_are_those_of_tcp():
    with pytest.raises(OSError, match=r"192\.0\.2\.1"):
        berkeley.create_server(("192.0.2.1", 0), mptcp=True)
