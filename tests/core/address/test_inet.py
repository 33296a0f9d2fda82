"""AF_INET addresses, through the kernel: what is bound or connected is what it names."""

import pytest

import berkeley


@pytest.fixture
def sock():
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
        yield sock


@pytest.mark.parametrize("host", ["127.0.0.1", "127.99.255.9", "127.10.100.200"])
def test_there_and_back(sock, host):
    sock.bind((host, 0))
    name = sock.getsockname()
    assert name[0] == host
    assert type(name) is tuple
    assert 0 < name[1] < 65536
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as other:
        other.connect(name)
        assert other.getpeername() == name
        other.send(b"x")
        assert sock.recvfrom(1) == (b"x", other.getsockname())


@pytest.mark.parametrize("port", [1, 255, 256, 0x1234, 65535])
def test_byte_order_of_the_port(sock, port):
    sock.connect(("127.0.0.1", port))
    assert sock.getpeername() == ("127.0.0.1", port)


def test_unbound(sock):
    assert sock.getsockname() == ("0.0.0.0", 0)


def test_any_address(sock):
    sock.bind(("", 0))
    assert sock.getsockname()[0] == "0.0.0.0"


def test_broadcast(sock):
    with pytest.raises(PermissionError):
        sock.connect(("<broadcast>", 9))
    sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_BROADCAST, 1)
    sock.connect(("<broadcast>", 9))
    assert sock.getpeername() == ("255.255.255.255", 9)


@pytest.mark.parametrize("host", [b"127.0.0.1", bytearray(b"127.0.0.1"), "localhost"])
def test_forms_of_the_host(sock, host):
    sock.connect((host, 9))
    assert sock.getpeername() == ("127.0.0.1", 9)


class Number:
    def __index__(self):
        return 9


def test_port_by_index(sock):
    sock.connect(("127.0.0.1", Number()))
    assert sock.getpeername()[1] == 9


CALLS = ["bind", "connect", "connect_ex", "sendto", "sendmsg"]


@pytest.fixture(params=CALLS)
def use(request, sock):
    """Give an address to each of the calls that take one."""
    if request.param == "sendto":
        return lambda address: sock.sendto(b"x", address)
    if request.param == "sendmsg":
        return lambda address: sock.sendmsg([b"x"], (), 0, address)
    return getattr(sock, request.param)


@pytest.mark.parametrize("port", [-1, 65536, 1 << 31, 1 << 40, 1 << 80, -(1 << 80)])
def test_port_out_of_range(use, port):
    with pytest.raises(OverflowError, match="port must be 0-65535"):
        use(("127.0.0.1", port))


@pytest.mark.parametrize(
    "address",
    [
        ["127.0.0.1", 9],
        "127.0.0.1",
        b"127.0.0.1",
        9,
        (),
        ("127.0.0.1",),
        ("127.0.0.1", 9, 0),
        ("127.0.0.1", "9"),
        ("127.0.0.1", 9.0),
        ("127.0.0.1", None),
        (None, 9),
        (1, 9),
        ("127.0.0.1\0", 9),
        (b"127.0.0.1\0x", 9),
        ("\udc80", 9),
    ],
    ids=repr,
)
def test_not_an_address(use, address):
    with pytest.raises(TypeError):
        use(address)


@pytest.mark.parametrize("host", ["::1", "fe80::1%lo", "a" * 64])
def test_not_an_ipv4_host(use, host):
    with pytest.raises(berkeley.gaierror) as caught:
        use((host, 9))
    assert caught.value.errno < 0
