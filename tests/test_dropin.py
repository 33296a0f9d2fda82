"""install() and uninstall(): the standard names give berkeley, and the standard module again.

Each test is a child process: what it does to sys.modules must not meet other tests.
"""

import pytest


def test_install_and_uninstall(child):
    child("""
        import socket as standard, _socket as flat
        import berkeley, berkeley._socket, sys
        from berkeley.dropin import installed

        assert not installed()
        berkeley.install()
        assert installed()
        import socket, _socket
        assert socket is berkeley and _socket is berkeley._socket
        assert sys.modules["socket"] is berkeley
        assert sys.modules["_socket"] is berkeley._socket
        assert standard is not berkeley and standard.socket is not berkeley.socket
        berkeley.uninstall()
        assert not installed()
        import socket, _socket
        assert socket is standard and _socket is flat
    """)


def test_before_anything_has_imported_socket(child):
    """Afterwards the standard module is imported as if it were for the first time."""
    child("""
        import sys
        import berkeley

        assert "socket" not in sys.modules
        assert "_socket" not in sys.modules
        berkeley.install()
        import socket
        assert socket is berkeley
        berkeley.uninstall()
        assert "socket" not in sys.modules
        import socket, _socket
        assert socket.__name__ == "socket" and _socket.__name__ == "_socket"
        with socket.socket() as sock:
            assert type(sock).__mro__[1] is _socket.socket
            assert not isinstance(sock, berkeley.socket)
    """)


def test_twice(child):
    child("""
        import sys
        import socket as standard
        import berkeley

        before = list(sys.meta_path)
        berkeley.uninstall()
        assert sys.meta_path == before
        berkeley.install()
        berkeley.install()
        assert len(sys.meta_path) == len(before) + 1
        berkeley.uninstall()
        assert sys.meta_path == before
        assert sys.modules["socket"] is standard
        berkeley.uninstall()
        assert sys.modules["socket"] is standard
        for _ in range(3):
            berkeley.install()
            import socket
            assert socket is berkeley
            berkeley.uninstall()
            import socket
            assert socket is standard
    """)


def test_who_came_first_keeps_the_standard_module(child):
    child("""
        import socketserver
        import socket as standard
        import berkeley

        berkeley.install()
        assert socketserver.socket is standard
        import http.client
        assert http.client.socket is berkeley
        berkeley.uninstall()
        assert http.client.socket is berkeley
    """)


@pytest.mark.parametrize("name", ["socket", "_socket"])
def test_forms_of_import(child, name):
    child(f"""
        import importlib, importlib.util, sys
        import berkeley, berkeley._socket

        berkeley.install()
        ours = {{"socket": berkeley, "_socket": berkeley._socket}}["{name}"]
        assert __import__("{name}") is ours
        assert importlib.import_module("{name}") is ours
        from {name} import gaierror, SOCK_STREAM
        assert gaierror is berkeley.gaierror
        namespace = {{}}
        exec("from {name} import *", namespace)
        assert namespace["AF_INET"] == 2 and namespace["socket"] is ours.socket
        # find_spec() must find something, and must not load anything else.
        assert importlib.util.find_spec("{name}") is not None
        spec, before = ours.__spec__, ours.__dict__.copy()
        del sys.modules["{name}"]
        assert importlib.import_module("{name}") is ours
        assert ours.__spec__ is spec
        assert ours.__loader__ is before["__loader__"]
        assert ours.__name__ == before["__name__"]
        assert ours.__package__ == "berkeley"
    """)


def test_reload(child):
    """A reloaded module is the same object, and what was made before still fits."""
    child("""
        import importlib, sys
        import berkeley

        berkeley.install()
        import socket, _socket
        family, kind, error = socket.AF_INET, socket.socket, socket.gaierror
        assert importlib.reload(socket) is berkeley is sys.modules["socket"]
        assert socket.AF_INET is family
        assert socket.socket is kind and socket.gaierror is error
        assert importlib.reload(_socket) is _socket
        assert _socket.socket is kind.__mro__[1]
        assert sys.modules["_socket"] is berkeley._socket
        near, far = socket.socketpair()
        with near, far:
            near.send(b"x")
            assert far.recv(1) == b"x"
        berkeley.uninstall()
        import socket
        assert socket is not berkeley
    """)


def test_fresh_module(child):
    """What CPython's own tests do to have a module of their own."""
    pytest.importorskip("test.support.import_helper", reason="missing: the package test of Python")
    child("""
        import berkeley

        berkeley.install()
        from test.support import import_helper
        import socket
        fresh = import_helper.import_fresh_module("socket")
        assert fresh is berkeley
        assert import_helper.import_fresh_module("socket", fresh=["_socket"]) is berkeley
        blocked = import_helper.import_fresh_module("ssl", fresh=["socket"])
        assert blocked.socket is berkeley.socket
        import socket as again
        assert again is berkeley
    """)


def test_blocked(child):
    """None in sys.modules stops the import, as for every module."""
    child("""
        import sys
        import berkeley

        berkeley.install()
        sys.modules["_socket"] = None
        try:
            import _socket
        except ImportError:
            pass
        else:
            raise AssertionError("imported")
        berkeley.uninstall()
        import _socket
        assert _socket.__name__ == "_socket"
    """)


def test_pickle(child):
    """Enum members, exceptions and functions, by both names of the module."""
    child("""
        import copy, pickle
        import berkeley

        berkeley.install()
        import socket, _socket
        values = [socket.AF_INET6, socket.SOCK_DGRAM, socket.MSG_PEEK | socket.MSG_OOB,
                  socket.AI_PASSIVE, socket.gaierror, socket.herror,
                  socket.getaddrinfo, socket.create_connection, _socket.gethostbyname,
                  socket.socket, _socket.socket, socket.SocketIO, socket.AddressFamily]
        for value in values:
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                again = pickle.loads(pickle.dumps(value, protocol))
                assert again == value and type(again) is type(value), value
                if not isinstance(value, int):
                    assert again is value
            assert copy.deepcopy(value) == value
        for error in socket.gaierror(-2, "text"), socket.herror(1, "text"):
            again = pickle.loads(pickle.dumps(error))
            assert type(again) is type(error) and again.args == error.args
        with socket.socket() as sock:
            try:
                pickle.dumps(sock)
            except TypeError as error:
                assert "cannot pickle 'socket' object" in str(error)
            else:
                raise AssertionError("a socket was pickled")
    """)


def test_threads_import_at_once(child):
    """The first imports of many threads all give the same module."""
    child("""
        import importlib, threading
        import berkeley

        berkeley.install()
        found, start = [], threading.Barrier(8)

        def load():
            start.wait()
            for name in "socket", "_socket", "ssl", "selectors", "http.client":
                found.append((name, importlib.import_module(name)))

        threads = [threading.Thread(target=load) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 40
        assert {module for name, module in found if name == "socket"} == {berkeley}
        assert {module for name, module in found if name == "_socket"} == {berkeley._socket}
        import ssl
        assert ssl.SSLSocket.__mro__[1] is berkeley.socket
    """)


def test_ssl_after_the_standard_module(child):
    """The self-test loads the standard _socket again; ours must stay what it is."""
    child("""
        import _socket as flat, socket as standard
        import berkeley, berkeley._socket

        before = dict(vars(berkeley._socket))
        berkeley.install()
        import socket, _socket
        import ssl
        assert _socket is berkeley._socket
        after = dict(vars(_socket))
        assert type(after.pop("CAPI")).__name__ == "PyCapsule"
        after.pop("__warningregistry__", None)
        assert after == before
        assert ssl.SSLSocket.__mro__[1] is berkeley.socket
        assert flat.socket is standard.socket.__mro__[1] is not _socket.socket
    """)


def test_patching(child):
    """mock.patch() by the standard name reaches berkeley, and is taken back."""
    child("""
        from unittest import mock
        import berkeley

        berkeley.install()
        import http.client, socket
        with mock.patch("socket.create_connection", side_effect=OSError("patched")):
            try:
                http.client.HTTPConnection("127.0.0.1").connect()
            except OSError as error:
                assert str(error) == "patched"
            else:
                raise AssertionError("not patched")
        connect = socket.socket.connect
        with mock.patch("socket.socket.connect") as patched:
            with socket.socket() as sock:
                sock.connect("nowhere")
            patched.assert_called_once_with("nowhere")
        assert socket.socket.connect is connect
        with mock.patch("socket.getaddrinfo", return_value=[]):
            try:
                socket.create_connection(("127.0.0.1", 1))
            except OSError as error:
                assert "empty list" in str(error)
            else:
                raise AssertionError("not patched")
    """)


def test_the_standard_module_stays_in_reach(child):
    """Both modules in one process, on the same descriptor."""
    child("""
        import socket as standard
        import berkeley

        near, far = berkeley.socketpair()
        with near, far:
            other = standard.socket(fileno=far.detach())
            near.sendall(b"to the standard module")
            with other:
                assert other.recv(100) == b"to the standard module"
        assert berkeley.error is standard.error is OSError
        assert berkeley.timeout is standard.timeout is TimeoutError
    """)
