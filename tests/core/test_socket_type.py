"""The base type: making sockets, taking descriptors over, naming, connecting, accepting."""

import errno
import fcntl
import os
import socket as standard

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


class TestAccept:
    @pytest.fixture
    def server(self):
        with berkeley.create_server(("127.0.0.1", 0)) as server:
            yield server

    def test_accept(self, server):
        with berkeley.create_connection(server.getsockname()) as client:
            accepted, address = server.accept()
            with accepted:
                assert type(accepted) is berkeley.socket
                assert address == client.getsockname() == accepted.getpeername()
                assert state(accepted) == (AF_INET, SOCK_STREAM, 0, None)
                assert not accepted.get_inheritable()

    def test_private_accept(self, server):
        with berkeley.create_connection(server.getsockname()) as client:
            fd, address = server._accept()
            with berkeley.socket(fileno=fd) as accepted:
                assert address == client.getsockname()
                assert not accepted.get_inheritable()

    @pytest.mark.parametrize("default", [None, 5.0, 0.0])
    @pytest.mark.parametrize("listener", [None, 30.0, 0.0])
    def test_timeout_of_the_accepted(self, server, default, listener):
        with berkeley.create_connection(server.getsockname()):
            server.settimeout(listener)
            berkeley.setdefaulttimeout(default)
            accepted, _ = server.accept()
            with accepted:
                assert accepted.gettimeout() == default
                blocks = not fcntl.fcntl(accepted.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK
                assert blocks is (default is None)

    def test_nobody_there(self, server):
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
        server.settimeout(0.001)
        with pytest.raises(TimeoutError, match="timed out"):
            server.accept()
        with pytest.raises(TimeoutError):
            server._accept()

    def test_not_listening(self):
        with berkeley.socket() as sock, pytest.raises(OSError) as caught:
            sock.accept()
        assert caught.value.errno == errno.EINVAL

    def test_no_descriptor_to_be_had(self, child):
        child(
            """
            import errno, resource, berkeley
            with berkeley.create_server(("127.0.0.1", 0)) as server:
                with berkeley.create_connection(server.getsockname()) as client:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (client.fileno() + 1,) * 2)
                    for call in (server.accept, berkeley.socket, berkeley.socketpair, client.dup):
                        try:
                            call()
                        except OSError as error:
                            assert error.errno == errno.EMFILE
                        else:
                            raise AssertionError(call)
            """
        )


class TestListen:
    @pytest.mark.parametrize("backlog", [(), (0,), (1,), (-1,), (-(1 << 31),), (1 << 30,)])
    def test_backlog(self, backlog):
        with berkeley.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            sock.listen(*backlog)
            assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ACCEPTCONN) == 1
            # A listener with any backlog takes one connection.
            berkeley.create_connection(sock.getsockname()).close()

    def test_arguments(self):
        with berkeley.socket() as sock:
            for wrong in ("1", 1.0, None):
                with pytest.raises(TypeError):
                    sock.listen(wrong)
            for wrong in (1 << 31, -(1 << 31) - 1):
                with pytest.raises(OverflowError):
                    sock.listen(wrong)

    def test_refused(self, udp):
        with pytest.raises(OSError) as caught:
            udp[0].listen()
        assert caught.value.errno == errno.EOPNOTSUPP


class TestConnect:
    def test_connect_ex(self):
        with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
            assert sock.connect_ex(server.getsockname()) == 0
            assert sock.connect_ex(server.getsockname()) == errno.EISCONN
            with pytest.raises(OSError) as caught:
                sock.connect(server.getsockname())
            assert caught.value.errno == errno.EISCONN

    def test_connect_ex_raises_what_the_address_raises(self):
        with berkeley.socket() as sock:
            for address, kind in (
                (("127.0.0.1", 65536), OverflowError),
                ("127.0.0.1", TypeError),
                (("a" * 64, 1), berkeley.gaierror),
            ):
                with pytest.raises(kind):
                    sock.connect_ex(address)

    @pytest.mark.parametrize("timeout", [None, 30.0])
    def test_refused(self, timeout):
        with berkeley.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            for _ in range(2):
                with berkeley.socket() as sock:
                    sock.settimeout(timeout)
                    assert sock.connect_ex(closed.getsockname()) == errno.ECONNREFUSED
                with berkeley.socket() as sock:
                    sock.settimeout(timeout)
                    with pytest.raises(ConnectionRefusedError):
                        sock.connect(closed.getsockname())

    def test_non_blocking(self):
        with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
            sock.setblocking(False)
            code = sock.connect_ex(server.getsockname())
            assert code in (0, errno.EINPROGRESS)
            accepted, _ = server.accept()
            with accepted:
                sock.setblocking(True)
                sock.sendall(b"x")
                assert accepted.recv(1) == b"x"
                assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ERROR) == 0

    def test_a_datagram_socket_changes_and_loses_its_peer(self, udp):
        sock, far = udp
        sock.connect(("127.0.0.1", 9))
        assert sock.getpeername() == ("127.0.0.1", 9)
        sock.connect(far.getsockname())
        assert sock.getpeername() == far.getsockname()


class TestShutdown:
    def test_each_direction(self, stream):
        near, far = stream
        near.shutdown(berkeley.SHUT_WR)
        assert far.recv(1) == b""
        with pytest.raises(BrokenPipeError):
            near.send(b"x")
        far.sendall(b"y")
        assert near.recv(1) == b"y"
        near.shutdown(berkeley.SHUT_RD)
        assert near.recv(1) == b""

    def test_errors(self, pair):
        with pytest.raises(OSError) as caught:
            pair[0].shutdown(3)
        assert caught.value.errno == errno.EINVAL
        with berkeley.socket() as sock, pytest.raises(OSError) as caught:
            sock.shutdown(berkeley.SHUT_RDWR)
        assert caught.value.errno == errno.ENOTCONN
