"""The choice of a codec, and families that have none: (family, bytes), both ways."""

import errno

import pytest

import berkeley

AF_ALG = 38
# struct sockaddr_alg of <linux/if_alg.h> without its family: type, feat, mask, name.
SHA256 = b"hash".ljust(14, b"\0") + bytes(8) + b"sha256".ljust(64, b"\0")


@pytest.fixture
def alg():
    with berkeley.socket(AF_ALG, berkeley.SOCK_SEQPACKET) as sock:
        yield sock


@pytest.fixture
def odd():
    """A socket said to be of a family without a codec; for the kernel it is an AF_UNIX one."""
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as made:
        sock = berkeley.socket(99, berkeley.SOCK_DGRAM, 0, fileno=made.detach())
    with sock:
        yield sock


@pytest.mark.needs("alg")
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_family_without_a_codec(alg, kind):
    # The whole way: a hash made by the kernel.
    alg.bind((AF_ALG, kind(SHA256)))
    fd, address = alg._accept()
    with berkeley.socket(AF_ALG, berkeley.SOCK_SEQPACKET, 0, fileno=fd) as operation:
        assert address is None or address[0] == AF_ALG
        operation.sendall(b"abc")
        digest = operation.recv(32)
    assert digest.hex().startswith("ba7816bf8f01cfea414140de5dae2223")


@pytest.mark.needs("alg")
def test_the_kernel_refuses_an_unknown_algorithm(alg):
    name = b"nosuchalgorithm".ljust(64, b"\0")
    with pytest.raises(FileNotFoundError):
        alg.bind((AF_ALG, SHA256[:22] + name))


def test_family_and_bytes(odd):
    odd.bind((berkeley.AF_UNIX, b"\0berkeley-odd"))
    # What the kernel returns says its family itself.
    assert odd.getsockname() == b"\0berkeley-odd"
    odd.connect((berkeley.AF_UNIX, b"\0berkeley-odd"))
    assert odd.send(b"x") == 1
    assert odd.recvfrom(10) == (b"x", b"\0berkeley-odd")


def test_the_kernel_judges_the_family(odd):
    with pytest.raises(OSError) as caught:
        odd.bind((berkeley.AF_INET, bytes(14)))
    assert caught.value.errno == errno.EINVAL


def test_longest(odd):
    with pytest.raises(OSError) as caught:
        odd.bind((berkeley.AF_UNIX, bytes(126)))
    assert caught.value.errno == errno.EINVAL
    with pytest.raises(ValueError, match="126 bytes or less"):
        odd.bind((berkeley.AF_UNIX, bytes(127)))


@pytest.mark.parametrize("address", [None, "path", b"bytes", (), (1,), (1, b"", 0)], ids=repr)
def test_not_an_address(odd, address):
    with pytest.raises(OSError, match="bad family"):
        odd.bind(address)


@pytest.mark.parametrize("address", [("1", b""), (1.0, b""), (1, "text"), (1, 5)], ids=repr)
def test_wrong_types(odd, address):
    with pytest.raises(TypeError):
        odd.bind(address)


@pytest.mark.parametrize("family", [-1, 65536, 1 << 80])
def test_family_out_of_range(odd, family):
    with pytest.raises(OverflowError):
        odd.bind((family, b""))


def test_refused_addresses_name_the_call(udp):
    near, _ = udp
    for call, arguments in (
        ("bind", ()),
        ("connect", ()),
        ("connect_ex", ()),
        ("sendto", (b"x",)),
        ("sendmsg", ([b"x"], (), 0)),
    ):
        with pytest.raises(TypeError, match=rf"{call}\(\): AF_INET address must be tuple, not int"):
            getattr(near, call)(*arguments, 5)
