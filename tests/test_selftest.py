"""The self-test: a layout that _ssl would misread is refused, before anything reads it."""

import _socket as standard
import ctypes
import functools
import socket
import sys

import pytest

import berkeley
from berkeley import _socket, selftest
from berkeley.core import layout


@pytest.fixture
def sock():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.settimeout(1234.5)
        yield made


def lying(**lies):
    """A class whose *lies* stand in for what the socket's memory holds."""
    body: dict[str, object] = {}
    for name, value in lies.items():
        method = functools.partialmethod(lambda self, said: said, value)
        attribute = property(lambda self, said=value: said)
        body[name] = attribute if name in ("family", "type", "proto") else method
    return type("Lying", (standard.socket,), {"__slots__": (), **body})


class TestLayout:
    def test_right(self, sock):
        assert layout.check(sock) == ""

    @pytest.mark.parametrize("seconds", [1e-9, 0.000_000_123, 1.0, 86_400.0, 2.0**30])
    def test_timeouts(self, sock, seconds):
        sock.settimeout(seconds)
        assert layout.check(sock) == ""

    @pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX, socket.AF_NETLINK])
    def test_families(self, family):
        with socket.socket(family, socket.SOCK_DGRAM) as made:
            made.settimeout(1.5)
            assert layout.check(made) == ""

    @pytest.mark.parametrize(
        ("lies", "named"),
        [
            ({"fileno": 99}, ["descriptor"]),
            ({"family": 77}, ["family"]),
            ({"type": 77}, ["type"]),
            ({"proto": 77}, ["protocol"]),
            ({"gettimeout": 77.0}, ["timeout"]),
            ({"fileno": 99, "gettimeout": 77.0}, ["descriptor", "timeout"]),
        ],
    )
    def test_wrong(self, lies, named):
        made = lying(**lies)(socket.AF_UNIX, socket.SOCK_DGRAM)
        made.settimeout(1234.5)
        said = layout.check(made)
        standard.socket.close(made)
        assert said == f"{', '.join(named)} not where they were"

    def test_too_small(self):
        """Memory behind the end of an object is not read."""

        class Small:
            __slots__ = ()

        assert "smaller than ours" in layout.check(Small())


class TestModule:
    def test_standard_module(self):
        module = selftest.standard_socket_module()
        assert module.__name__ == "_socket"
        assert module is not _socket
        made = module.socket()
        assert not isinstance(made, berkeley.SocketType)
        made.close()

    @pytest.mark.parametrize("present", ["standard", "none", "other"])
    def test_sys_modules_is_left_as_it_was(self, monkeypatch, present):
        if present == "none":
            monkeypatch.delitem(sys.modules, "_socket")
        elif present == "other":
            monkeypatch.setitem(sys.modules, "_socket", _socket)
        before = sys.modules.get("_socket")
        assert selftest.standard_socket_module() is not _socket
        assert sys.modules.get("_socket") is before

    def test_there_is_none(self, monkeypatch):
        """An interpreter that was built without _socket."""
        finders = selftest.importlib.machinery
        monkeypatch.setattr(finders.BuiltinImporter, "find_spec", lambda name: None)
        monkeypatch.setattr(finders.PathFinder, "find_spec", lambda name: None)
        with pytest.raises(ImportError, match="no _socket of its own") as raised:
            selftest.standard_socket_module()
        assert raised.value.name == "_socket"


class TestCheck:
    def test_right(self):
        selftest.check_layout()

    def test_refused(self, monkeypatch):
        class Module:
            AF_UNIX, SOCK_DGRAM = socket.AF_UNIX, socket.SOCK_DGRAM
            socket = lying(proto=77)

        monkeypatch.setattr(selftest, "standard_socket_module", lambda: Module)
        with pytest.raises(ImportError, match="cannot serve TLS") as raised:
            selftest.check_layout()
        assert "(protocol not where they were)" in str(raised.value)
        assert "python -VV" in str(raised.value)
        assert raised.value.name == "_socket"

    def test_import_of_ssl_is_refused(self, child):
        """The program sees the reason; what needs no TLS works, and the standard ssl does."""
        child("""
            import berkeley
            from berkeley import selftest

            def wrong():
                raise ImportError("laid out differently", name="_socket")

            selftest.check_layout = wrong
            berkeley.install()
            for _ in range(2):
                try:
                    import ssl
                except ImportError as error:
                    assert "laid out differently" in str(error), error
                else:
                    raise AssertionError("ssl was imported")
            import http.client, socket, selectors, socketserver
            near, far = socket.socketpair()
            with near, far:
                near.send(b"x")
                assert far.recv(1) == b"x"
            berkeley.uninstall()
            import ssl
            ssl.create_default_context()
        """)

    def test_asked_only_for_tls(self, child):
        """A program without ssl never pays for the check."""
        child("""
            import sys
            import berkeley

            berkeley.install()
            import http.client, socket, _socket
            assert hasattr(_socket, "socket")
            if "ssl" not in sys.modules:
                assert "berkeley.selftest" not in sys.modules
            import ssl
            assert "berkeley.selftest" in sys.modules
        """)


class TestCapsule:
    def test_is_made_once(self, child):
        child("""
            import berkeley
            from berkeley import _socket

            assert _socket.CAPI is _socket.CAPI is berkeley.CAPI
            assert type(_socket.CAPI).__name__ == "PyCapsule"
            assert '"_socket.CAPI"' in repr(_socket.CAPI)
        """)

    def test_directly(self, child):
        """The first of all names that is asked for."""
        child("import berkeley; assert type(berkeley.CAPI).__name__ == 'PyCapsule'")
        child("from berkeley._socket import CAPI; assert type(CAPI).__name__ == 'PyCapsule'")

    def test_contents(self):
        """The three pointers behind it, read as _ssl reads them."""
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype = ctypes.c_void_p
        pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
        found = (ctypes.c_void_p * 3).from_address(pointer(_socket.CAPI, b"_socket.CAPI"))
        assert list(found) == [id(_socket.socket), id(OSError), id(TimeoutError)]
