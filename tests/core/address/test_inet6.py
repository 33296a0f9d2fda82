"""AF_INET6 addresses, through the kernel: flow labels, scopes and zones."""

import pytest

import berkeley

pytestmark = pytest.mark.needs("ipv6")


@pytest.fixture
def sock():
    with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as sock:
        yield sock


def test_there_and_back(sock):
    sock.bind(("::1", 0))
    name = sock.getsockname()
    assert name == ("::1", name[1], 0, 0)
    assert name[1] > 0
    with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as other:
        other.connect(name)
        assert other.getpeername() == name
        other.send(b"x")
        assert sock.recvfrom(1) == (b"x", other.getsockname())


@pytest.mark.parametrize("address", [("::1", 9), ("::1", 9, 0), ("::1", 9, 0, 0)])
def test_short_forms(sock, address):
    sock.connect(address)
    assert sock.getpeername() == ("::1", 9, 0, 0)


def test_unbound_and_any(sock):
    assert sock.getsockname() == ("::", 0, 0, 0)
    sock.bind(("", 0))
    assert sock.getsockname()[0] == "::"


@pytest.mark.parametrize("flowinfo", [0, 1, 0x12345, 0xFFFFF])
def test_flowinfo(sock, flowinfo):
    # Without this option the kernel drops the flow label of a connect().
    sock.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_FLOWINFO_SEND, 1)
    try:
        sock.connect(("::1", 9, flowinfo))
    except OSError:
        # A label that is not zero has to be leased first: IPV6_FLOWLABEL_MGR.
        assert flowinfo
        lease(sock, flowinfo)
        sock.connect(("::1", 9, flowinfo))
    assert sock.getpeername() == ("::1", 9, flowinfo, 0)


def lease(sock, flowinfo):
    """struct in6_flowlabel_req of <linux/in6.h>: get the label for ::1, creating it."""
    destination = berkeley.inet_pton(berkeley.AF_INET6, "::1")
    request = destination + flowinfo.to_bytes(4, "big") + bytes([0, 255, 1, 0]) + bytes(8)
    sock.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_FLOWLABEL_MGR, request)


@pytest.mark.parametrize("flowinfo", [-1, 0x100000, 1 << 32, 1 << 80])
def test_flowinfo_has_20_bits(sock, flowinfo):
    with pytest.raises(OverflowError):
        sock.connect(("::1", 9, flowinfo))


@pytest.mark.parametrize("scope_id", [-1, 1 << 32, 1 << 80])
def test_scope_has_32_bits(sock, scope_id):
    with pytest.raises(OverflowError):
        sock.connect(("::1", 9, 0, scope_id))


@pytest.mark.parametrize("wrong", ["0", 0.0, None])
def test_numbers(sock, wrong):
    for address in (("::1", wrong), ("::1", 9, wrong), ("::1", 9, 0, wrong)):
        with pytest.raises(TypeError):
            sock.connect(address)


@pytest.mark.parametrize(
    "address", ["::1", ["::1", 9], (), ("::1",), ("::1", 9, 0, 0, 0), (None, 9), None], ids=repr
)
def test_not_an_address(sock, address):
    with pytest.raises(TypeError):
        sock.bind(address)


@pytest.mark.parametrize("port", [-1, 65536, 1 << 80])
def test_port_out_of_range(sock, port):
    with pytest.raises(OverflowError, match="port must be 0-65535"):
        sock.bind(("::1", port))


@pytest.mark.needs("link_local")
def test_link_local(sock, link_local):
    host, interface, index = link_local[0]
    sock.bind((f"{host}%{interface}", 0))
    name = sock.getsockname()
    assert name == (host, name[1], 0, index)
    with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as other:
        # The scope in the tuple, and by the zone: the same address.
        other.connect(name)
        assert other.getpeername() == name
        other.send(b"x")
        data, sender = sock.recvfrom(1)
        assert (data, sender) == (b"x", (host, other.getsockname()[1], 0, index))


@pytest.mark.needs("link_local")
def test_the_scope_in_the_tuple_overrules_the_zone(sock, link_local):
    host, interface, index = link_local[0]
    with pytest.raises(OSError):
        sock.bind((f"{host}%{interface}", 0, 0, index + 1000))
    sock.bind((host, 0, 0, index))
    assert sock.getsockname()[3] == index


@pytest.mark.needs("link_local")
def test_link_local_without_a_scope(sock, link_local):
    with pytest.raises(OSError):
        sock.bind((link_local[0][0], 0))


@pytest.mark.needs("link_local")
def test_multicast_has_its_scope_in_the_tuple_only(sock, link_local):
    _, interface, index = link_local[0]
    sock.connect((f"ff02::1%{interface}", 9))
    assert sock.getpeername() == ("ff02::1", 9, 0, index)


def test_zone_without_an_interface(sock):
    with pytest.raises(berkeley.gaierror):
        sock.bind(("fe80::1%nosuchinterface", 0))


@pytest.mark.parametrize("host", ["127.0.0.1", "a" * 64])
def test_not_an_ipv6_host(sock, host):
    with pytest.raises(berkeley.gaierror):
        sock.bind((host, 0))


def test_broadcast_is_ipv4s(sock):
    with pytest.raises(OSError, match="address family mismatched"):
        sock.connect(("<broadcast>", 9))


@pytest.mark.needs("dualstack")
def test_mapped(sock):
    sock.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_V6ONLY, 0)
    sock.connect(("::ffff:127.0.0.1", 9))
    assert sock.getpeername() == ("::ffff:127.0.0.1", 9, 0, 0)
