"""The base type: making sockets, and taking descriptors over."""

import errno
import fcntl
import os
import socket as standard
from unittest import mock

import pytest

import berkeley
from berkeley import (
    AF_INET,
    AF_INET6,
    AF_UNIX,
    SOCK_CLOEXEC,
    SOCK_DGRAM,
    SOCK_NONBLOCK,
    SOCK_STREAM,
)


@pytest.fixture(params=[berkeley.SocketType, berkeley.socket], ids=["SocketType", "socket"])
def kind(request):
    return request.param


def state(sock):
    return sock.family, sock.type, sock.proto, sock.gettimeout()


class TestMaking:
    def test_defaults(self, kind):
        sock = kind()
        assert state(sock) == (AF_INET, SOCK_STREAM, 0, None)
        assert not os.get_inheritable(sock.fileno())
        sock.close()
        sock = kind(-1, -1, -1)
        assert state(sock) == (AF_INET, SOCK_STREAM, 0, None)
        sock.close()

    @pytest.mark.parametrize(
        ("family", "type", "proto"),
        [
            (AF_INET, SOCK_STREAM, berkeley.IPPROTO_TCP),
            (AF_INET, SOCK_DGRAM, 0),
            (AF_INET, SOCK_DGRAM, berkeley.IPPROTO_UDP),
            (AF_UNIX, SOCK_STREAM, 0),
            (AF_UNIX, SOCK_DGRAM, 0),
            (AF_UNIX, berkeley.SOCK_SEQPACKET, 0),
            (berkeley.AF_NETLINK, berkeley.SOCK_RAW, berkeley.NETLINK_ROUTE),
        ],
    )
    def test_kinds(self, kind, family, type, proto):
        sock = kind(family, type=type, proto=proto)
        assert state(sock)[:3] == (family, type, proto)
        assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_DOMAIN) == family
        assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_TYPE) == type
        sock.close()

    @pytest.mark.parametrize("flags", [SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC])
    def test_flags_in_the_type(self, kind, flags):
        sock = kind(AF_INET, SOCK_STREAM | flags)
        assert sock.type is SOCK_STREAM
        expected = 0.0 if flags & SOCK_NONBLOCK else None
        assert sock.gettimeout() == expected
        blocks = not fcntl.fcntl(sock.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK
        assert blocks is (expected is None)
        sock.close()

    def test_nonblock_overrules_the_default_timeout(self, kind):
        berkeley.setdefaulttimeout(5)
        sock = kind(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)
        assert sock.gettimeout() == 0.0
        sock.close()

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ((255,), errno.EAFNOSUPPORT),
            ((AF_INET, 9), errno.ESOCKTNOSUPPORT),
            ((AF_INET, SOCK_STREAM, 255), errno.EPROTONOSUPPORT),
            ((AF_INET, SOCK_STREAM, berkeley.IPPROTO_UDP), errno.EPROTONOSUPPORT),
        ],
    )
    def test_refused_by_the_kernel(self, kind, arguments, code):
        with pytest.raises(OSError) as caught:
            kind(*arguments)
        assert caught.value.errno == code

    @pytest.mark.parametrize("name", ["family", "type", "proto"])
    def test_arguments(self, kind, name):
        for wrong in ("1", 1.0, None, b"1"):
            with pytest.raises(TypeError):
                kind(**{name: wrong})
        for wrong in (1 << 31, -(1 << 31) - 1):
            with pytest.raises(OverflowError):
                kind(**{name: wrong})

    def test_too_many_arguments(self, kind):
        with pytest.raises(TypeError):
            kind(1, 2, 3, 4, 5)
        with pytest.raises(TypeError):
            kind(nosuch=1)

    def test_init_again(self, kind):
        """A second __init__ opens a new socket and closes the old one."""
        sock = kind()
        before = sock.fileno()
        sock.__init__(AF_UNIX, SOCK_DGRAM)
        assert state(sock) == (AF_UNIX, SOCK_DGRAM, 0, None)
        assert sock.fileno() != before
        with pytest.raises(OSError):
            os.fstat(before)
        sock.close()


class TestDescriptor:
    @pytest.mark.parametrize(
        ("family", "type"), [(AF_INET, SOCK_STREAM), (AF_INET, SOCK_DGRAM), (AF_UNIX, SOCK_STREAM)]
    )
    @pytest.mark.parametrize("bound", [False, True])
    def test_detection(self, kind, family, type, bound):
        made = standard.socket(family, type)
        if bound:
            made.bind(("127.0.0.1", 0) if family == AF_INET else b"")
        proto = made.getsockopt(standard.SOL_SOCKET, standard.SO_PROTOCOL)
        sock = kind(fileno=made.detach())
        assert state(sock) == (family, type, proto, None)
        assert isinstance(sock.family, berkeley.AddressFamily)
        sock.close()

    @pytest.mark.needs("ipv6")
    def test_ipv6(self, kind):
        sock = kind(fileno=standard.socket(AF_INET6, SOCK_DGRAM).detach())
        assert state(sock) == (AF_INET6, SOCK_DGRAM, berkeley.IPPROTO_UDP, None)
        sock.close()

    def test_explicit_values_overrule(self, kind):
        made = standard.socket(AF_INET, SOCK_STREAM)
        sock = kind(AF_INET6, SOCK_DGRAM, 99, made.detach())
        assert state(sock) == (AF_INET6, SOCK_DGRAM, 99, None)
        sock.close()

    def test_inheritance_is_left_as_it_is(self, kind):
        made = standard.socket()
        made.set_inheritable(True)
        sock = kind(fileno=made.detach())
        assert os.get_inheritable(sock.fileno())
        sock.close()

    def test_default_timeout(self, kind):
        berkeley.setdefaulttimeout(7)
        made = standard.socket()
        sock = kind(fileno=made.detach())
        assert sock.gettimeout() == 7
        assert fcntl.fcntl(sock.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK
        sock.close()

    @pytest.mark.parametrize("values", [{}, {"family": AF_UNIX}, {"type": SOCK_DGRAM, "proto": 0}])
    def test_not_a_socket(self, kind, values, tmp_path):
        with open(tmp_path / "file", "wb") as file:
            with pytest.raises(OSError) as caught:
                kind(fileno=file.fileno(), **values)
            assert caught.value.errno == errno.ENOTSOCK
            # It was not ours, so it is still open.
            file.write(b"x")
        with pytest.raises(OSError) as caught:
            kind(fileno=1 << 20, **values)
        assert caught.value.errno == errno.EBADF

    def test_numbers(self, kind):
        for wrong in (-1, -5, -(1 << 31)):
            with pytest.raises(ValueError, match="negative"):
                kind(fileno=wrong)
        for wrong in (1.0, "1", b"1", (1,)):
            with pytest.raises(TypeError):
                kind(fileno=wrong)
        for wrong in (1 << 31, 1 << 80, -(1 << 80)):
            with pytest.raises(OverflowError):
                kind(fileno=wrong)

    def test_a_failed_init_leaves_nothing_to_close(self, kind, descriptors):
        before = descriptors()
        for arguments in ({"family": 255}, {"fileno": 1 << 20}, {"fileno": -1}):
            sock = kind.__new__(kind)
            with pytest.raises((OSError, ValueError)):
                sock.__init__(**arguments)
            assert sock.fileno() == -1
            del sock
        assert descriptors() == before


def test_the_class_has_the_methods_itself():
    # Where the interpreter calls them directly, PEP 659.
    own = vars(berkeley.socket)
    for name in ("recv", "send", "recvmsg", "connect", "setsockopt", "close", "_accept"):
        assert own[name].__objclass__ is berkeley.socket
        assert own[name].__doc__ == getattr(berkeley.SocketType, name).__doc__


def test_a_subclass_and_a_patch_are_found():
    class Counting(berkeley.socket):
        sent = 0

        def send(self, *arguments):
            self.sent += 1
            return super().send(*arguments)

    left, right = berkeley.socketpair()
    with left, right, Counting(fileno=left.detach()) as sock:
        assert sock.send(b"1") == 1
        assert sock.sent == 1
        assert berkeley.SocketType.send(sock, b"2") == 1
        assert berkeley.socket.recv(right, 9) == b"12"
        with mock.patch.object(berkeley.socket, "recv", return_value=b"patched"):
            assert right.recv(9) == b"patched"
        sock.send(b"3")
        assert right.recv(9) == b"3"
