"""Hosts: numeric ones never leave the process, names are looked up, text comes back in one form."""

import socket as standard

import pytest

import berkeley


@pytest.fixture
def resolve():
    """The address that a host name gives a socket."""
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:

        def connect(host):
            sock.connect((host, 9))
            return sock.getpeername()[0]

        yield connect


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "127.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost", b"127.1"],
)
def test_forms_of_one_host(resolve, host):
    assert resolve(host) == "127.0.0.1"


def test_text_of_all_octets(resolve):
    for octet in range(256):
        assert resolve(f"127.{octet}.{255 - octet}.1") == f"127.{octet}.{255 - octet}.1"


def test_numeric_hosts_open_nothing(child):
    """With no descriptor to be had, a look-up could not read its files."""
    child(
        """
        import resource, berkeley
        with (
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock,
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as other,
        ):
            berkeley.getaddrinfo("127.0.0.1", 80)
            berkeley.getaddrinfo("::1", 80)
            resource.setrlimit(resource.RLIMIT_NOFILE, (sock.fileno(), sock.fileno()))
            sock.connect(("127.0.0.1", 9))
            other.bind(("127.0.0.1", 0))
            assert berkeley.getaddrinfo("127.0.0.2", 80)[0][4] == ("127.0.0.2", 80)
            assert berkeley.getaddrinfo("::2", 80)[0][4] == ("::2", 80, 0, 0)
            assert berkeley.gethostbyname("127.0.0.3") == "127.0.0.3"
        """
    )


# A label of 64 letters: no server needs to be asked, RFC 1035 has no room for it.
@pytest.mark.parametrize("name", ["a" * 64, b"a" * 64, bytearray(b"a" * 64), "::1"])
def test_not_found(resolve, name):
    with pytest.raises(berkeley.gaierror) as caught:
        resolve(name)
    assert caught.value.errno < 0


def test_codes_are_libcs(resolve):
    for host in ("a" * 64, "::1"):
        with pytest.raises(berkeley.gaierror) as ours:
            resolve(host)
        with (
            standard.socket(standard.AF_INET, standard.SOCK_DGRAM) as sock,
            pytest.raises(standard.gaierror) as theirs,
        ):
            sock.connect((host, 9))
        assert ours.value.args == theirs.value.args


@pytest.mark.parametrize("wrong", [None, 1, 1.0, ["127.0.0.1"], memoryview(b"127.0.0.1")])
def test_types(resolve, wrong):
    with pytest.raises(TypeError):
        resolve(wrong)


@pytest.mark.parametrize("wrong", ["127.0.0.1\0", "\0", b"\0", b"localhost\0x", bytearray(b"a\0")])
def test_zero_bytes(resolve, wrong):
    with pytest.raises(TypeError, match="null character"):
        resolve(wrong)
