"""The base type: accept, listen, shutdown."""

import errno
import fcntl
import os

import pytest

import berkeley
from berkeley import AF_INET, SOCK_STREAM


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
                assert (accepted.family, accepted.type) == (AF_INET, SOCK_STREAM)
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
