"""The public class: an ordinary one to subclass and patch, and the life of its objects."""

import gc
import warnings
from unittest import mock

import pytest

import berkeley


@pytest.fixture
def server():
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        yield server


class Mine(berkeley.socket):
    """A subclass with arguments of its own, as programs have."""

    def __init__(self, label, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.label = label


class TestSubclassing:
    def test_own_init(self):
        with Mine("a", berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as sock:
            assert sock.label == "a"
            assert (sock.family, sock.type) == (berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
            sock.extra = 1
            assert vars(sock) == {"label": "a", "extra": 1}

    def test_accept_makes_the_public_class(self, server):
        fd = server.detach()
        with Mine("a", fileno=fd) as mine, berkeley.create_connection(mine.getsockname()):
            accepted, _ = mine.accept()
            with accepted:
                assert type(accepted) is berkeley.socket

    def test_accept_runs_no_init(self, server):
        def init(*_):
            raise AssertionError("__init__ was called")

        with berkeley.create_connection(server.getsockname()):
            with mock.patch.object(berkeley.socket, "__init__", init):
                accepted, _ = server.accept()
            accepted.close()

    def test_dup_makes_the_own_class(self):
        class Plain(berkeley.socket):
            pass

        with Plain() as sock, sock.dup() as duplicate:
            assert type(duplicate) is Plain

    def test_dup_of_a_class_with_other_arguments(self, descriptors):
        with Mine("a") as sock:
            before = descriptors()
            with (
                mock.patch.object(Mine, "__init__", side_effect=ZeroDivisionError),
                pytest.raises(ZeroDivisionError),
            ):
                sock.dup()
            assert descriptors() == before

    def test_init_that_does_not_call_ours(self):
        class Lazy(berkeley.socket):
            def __init__(self):
                pass

        sock = Lazy()
        assert sock.fileno() == -1
        assert sock.gettimeout() is None
        with pytest.raises(OSError):
            sock.recv(1)
        sock.close()

    def test_init_that_fails_afterwards(self):
        class Failing(berkeley.socket):
            def __init__(self):
                super().__init__()
                raise ZeroDivisionError

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with pytest.raises(ZeroDivisionError):
                Failing()
            gc.collect()
        assert [w.category for w in caught] == [ResourceWarning]

    def test_overridden_methods_are_used(self, pair):
        near, far = pair

        class Loud(berkeley.socket):
            closed = 0

            def recv_into(self, *arguments):
                got = super().recv_into(*arguments)
                memoryview(arguments[0])[:got] = bytes(arguments[0][:got]).upper()
                return got

            def close(self):
                Loud.closed += 1
                super().close()

            def _real_close(self, *arguments):
                Loud.closed += 10
                super()._real_close(*arguments)

        with Loud(fileno=near.detach()) as sock, sock.makefile("rb") as file:
            far.send(b"text\n")
            assert file.readline() == b"TEXT\n"
        assert Loud.closed >= 11

    def test_more_bases(self):
        class Mixin:
            def greet(self):
                return f"hello from {self.fileno()}"

        class Mixed(Mixin, berkeley.socket):
            pass

        with Mixed() as sock:
            assert sock.greet() == f"hello from {sock.fileno()}"

    def test_bases(self):
        assert issubclass(berkeley.socket, berkeley.SocketType)
        assert berkeley.socket is not berkeley.SocketType
        assert berkeley.socket.__module__ == "berkeley"
        assert berkeley.socket.__name__ == "socket"


class TestAttributes:
    def test_no_stray_ones(self):
        with berkeley.socket() as sock:
            assert not hasattr(sock, "__dict__")
            with pytest.raises(AttributeError):
                sock.stray = 1
            for name in ("recv", "close", "accept", "fileno"):
                with pytest.raises(AttributeError):
                    setattr(sock, name, None)

    def test_patching(self, server):
        with mock.patch("berkeley.socket.connect") as connect:
            with berkeley.socket() as sock:
                sock.connect(("192.0.2.1", 9))
            connect.assert_called_once_with(("192.0.2.1", 9))
        with berkeley.socket() as sock:
            sock.connect(server.getsockname())

    @pytest.mark.parametrize("name", ["recv", "sendall", "close", "accept", "settimeout", "family"])
    def test_patching_inherited_ones(self, name):
        before = getattr(berkeley.socket, name)
        with mock.patch.object(berkeley.socket, name, "patched"):
            sock = berkeley.socket()
            assert getattr(sock, name) == "patched"
        assert getattr(berkeley.socket, name) is before
        sock.close()

    def test_private_names_of_programs(self):
        """What the standard library and well-known packages touch."""
        with berkeley.socket() as sock:
            assert sock._io_refs == 0
            assert sock._closed is False
            for name in (
                *("_accept", "_decref_socketios", "_real_close", "_sendfile_use_send"),
                *("_sendfile_use_sendfile", "_check_sendfile_params"),
            ):
                assert callable(getattr(sock, name))
        for name in (
            *("_GLOBAL_DEFAULT_TIMEOUT", "_LOCALHOST", "_LOCALHOST_V6", "_GiveupOnSendfile"),
            *("_fallback_socketpair", "_socket", "EBADF", "EAGAIN", "EWOULDBLOCK"),
        ):
            assert hasattr(berkeley, name), name
