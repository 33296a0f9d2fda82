"""Private and half-private names that the standard library and well-known packages use.

Found by reading every syntax tree of Lib/ of CPython 3.11 to 3.15 and of the packages named here
(the versions of November 2026).  Each row: the name, what it has to be, and who uses it.
"""

import _socket as flat
import inspect
import io
import socket as standard
import subprocess
import sys
import weakref

import pytest

import berkeley
from berkeley import _socket

# Names of the module.
MODULE = [
    (
        "_GLOBAL_DEFAULT_TIMEOUT",
        object,
        "http.client, ftplib, smtplib, poplib, nntplib, telnetlib; urllib3, eventlet",
    ),
    ("_LOCALHOST", str, "test.test_socket"),
    ("_LOCALHOST_V6", str, "test.test_socket"),
    ("_GiveupOnSendfile", type, "test.test_socket; gevent"),
    ("_fallback_socketpair", callable, "test.test_socket; gevent"),
    ("_socket", type(sys), "programs that want the flat module: socket._socket.socket"),
    ("EBADF", int, "test.test_socket; gevent, eventlet"),
    ("EAGAIN", int, "eventlet, asyncore's descendants"),
    ("EWOULDBLOCK", int, "eventlet, asyncore's descendants"),
    ("CAPI", object, "_ssl, by way of PyCapsule_Import"),
    ("SocketType", type, "multiprocessing.reduction's users; gevent, trio"),
    ("SocketIO", type, "eventlet, gevent"),
    ("error", type, "nearly everybody"),
    ("timeout", type, "nearly everybody"),
    ("__all__", list, "gevent, eventlet, trio: to make modules of the same names"),
]

# Names of a socket object, with the kind of their value in an open socket.
OBJECT = [
    ("_accept", callable, "socket.accept(); trio, gevent, prompt_toolkit"),
    ("_closed", bool, "ssl, asyncio.trsock; paramiko, urllib3.contrib.pyopenssl"),
    ("_io_refs", int, "urllib3.util.ssltransport, urllib3.contrib.pyopenssl, gevent"),
    ("_decref_socketios", callable, "SocketIO.close(); urllib3.util.ssltransport"),
    ("_real_close", callable, "ssl.SSLSocket; urllib3.contrib.pyopenssl, gevent"),
    ("_sendfile_use_send", callable, "ssl.SSLSocket.sendfile(); test.test_socket; gevent"),
    ("_sendfile_use_sendfile", callable, "test.test_socket; ssl.SSLSocket.sendfile() of 3.15"),
    ("_sendfile_zerocopy", callable, "ssl.SSLSocket.sendfile() of 3.15"),
    ("_check_sendfile_params", callable, "asyncio.base_events has the same; ssl of 3.15; gevent"),
    ("__enter__", callable, "with"),
    ("__exit__", callable, "with"),
    ("__getstate__", callable, "pickle, copy"),
    ("timeout", (float, type(None)), "gevent, ssl"),
]

# Names of the raw stream that makefile(buffering=0) gives.
STREAM = [
    ("_sock", berkeley.socket, "http.client's users (fp.raw._sock): docker, botocore, redis"),
    ("_mode", str, "socket.SocketIO.mode"),
    ("_reading", bool, "socket.SocketIO.readable()"),
    ("_writing", bool, "socket.SocketIO.writable()"),
    ("_timeout_occurred", bool, "socket.SocketIO.readinto()"),
    ("_checkClosed", callable, "io: every method of RawIOBase"),
    ("_checkReadable", callable, "io"),
    ("_checkWritable", callable, "io"),
    ("_checkSeekable", callable, "io"),
]


def is_a(value, kind):
    return callable(value) if kind is callable else isinstance(value, kind)


@pytest.mark.parametrize(("name", "kind", "users"), MODULE, ids=[row[0] for row in MODULE])
def test_module(name, kind, users):
    assert is_a(getattr(berkeley, name), kind), users
    if hasattr(standard, name) and name not in ("_socket", "CAPI", "__all__"):
        assert is_a(getattr(standard, name), kind), "the standard module's is of another kind"


@pytest.mark.parametrize(("name", "kind", "users"), OBJECT, ids=[row[0] for row in OBJECT])
def test_socket(name, kind, users):
    with berkeley.socket() as sock:
        assert is_a(getattr(sock, name), kind), users
        assert hasattr(berkeley.socket, name)
    with standard.socket() as sock:
        if hasattr(sock, name):
            assert is_a(getattr(sock, name), kind), "the standard socket's is of another kind"


@pytest.mark.parametrize(("name", "kind", "users"), STREAM, ids=[row[0] for row in STREAM])
def test_stream(name, kind, users):
    with berkeley.socket() as sock, sock.makefile("rb", buffering=0) as stream:
        assert is_a(getattr(stream, name), kind), users


def private(names):
    return {name for name in names if name.startswith("_")}


class TestAgainstThisInterpreter:
    """Whatever else this version has: nothing of its socket objects is missing."""

    def test_class(self):
        assert private(dir(standard.socket)) - set(dir(berkeley.socket)) == set()

    def test_base_type(self):
        assert private(dir(flat.socket)) - set(dir(_socket.socket)) == set()

    def test_stream(self):
        with standard.socket() as sock, sock.makefile("rb", buffering=0) as stream:
            theirs = private(dir(stream))
        with berkeley.socket() as sock, sock.makefile("rb", buffering=0) as stream:
            assert theirs - set(dir(stream)) == set()

    def test_module(self):
        """Two names of the module's own making that nobody was found to use are left out."""
        unused = {"_blocking_errnos", "_intenum_converter"}
        missing = {name for name in private(vars(standard)) if not hasattr(berkeley, name)}
        assert missing <= unused | {"__cached__"}

    def test_flat_module(self):
        assert {name for name in vars(flat) if not hasattr(_socket, name)} <= {"__cached__"}


class TestUse:
    """The names do what their users expect of them."""

    def test_accept_gives_a_descriptor(self):
        """trio, gevent and prompt_toolkit make their own object of it."""
        with (
            berkeley.create_server(("127.0.0.1", 0)) as server,
            berkeley.create_connection(server.getsockname()) as client,
        ):
            fd, address = server._accept()
            with berkeley.socket(fileno=fd) as accepted:
                assert address == client.getsockname()
                assert not accepted.get_inheritable()

    def test_stream_count(self, pair):
        """urllib3's SSLTransport counts itself among a socket's streams."""
        near, _ = pair
        near._io_refs += 1
        near.close()
        assert near._closed
        assert near.fileno() != -1
        near._decref_socketios()
        assert near.fileno() == -1

    def test_real_close_in_a_subclass(self):
        """ssl.SSLSocket is told of the end by _real_close(), and hands it on."""
        calls = []

        class Derived(berkeley.socket):
            def _real_close(self):
                calls.append(self.fileno())
                super()._real_close()

        sock = Derived()
        fd = sock.fileno()
        stream = sock.makefile("rb")
        sock.close()
        assert calls == []
        stream.close()
        assert calls == [fd]
        assert sock.fileno() == -1
        sock.close()

    def test_real_close_of_another_class(self):
        """The standard signature has the base class as its argument."""
        sock = berkeley.socket()
        berkeley.socket._real_close(sock, _socket.socket)
        assert sock.fileno() == -1

    def test_socket_under_a_response(self, pair):
        """docker and others take the socket from under a buffered reader."""
        near, _ = pair
        with near.makefile("rb") as buffered:
            assert isinstance(buffered, io.BufferedReader)
            assert buffered.raw._sock is near
        raw = buffered.raw
        assert raw._sock is None

    def test_default_timeout_is_one_object(self):
        """It is compared by identity."""
        default = inspect.signature(berkeley.create_connection).parameters["timeout"].default
        assert default is berkeley._GLOBAL_DEFAULT_TIMEOUT

    def test_fallback_socketpair(self):
        near, far = berkeley._fallback_socketpair()
        with near, far:
            near.send(b"x")
            assert far.recv(1) == b"x"
            assert near.family == berkeley.AF_INET

    def test_all_names_exist(self):
        """gevent and eventlet copy what __all__ lists."""
        assert [name for name in berkeley.__all__ if not hasattr(berkeley, name)] == []
        assert len(set(berkeley.__all__)) == len(berkeley.__all__)


class TestSubclasses:
    def test_base_type_has_no_weak_references(self):
        """gevent gives them to a subclass of its own: Python refuses what is there already."""

        class WithWeakReferences(_socket.socket):
            __slots__ = ("__weakref__",)

        sock = WithWeakReferences()
        assert weakref.ref(sock)() is sock
        sock.close()
        with pytest.raises(TypeError, match="weak reference"):
            weakref.ref(_socket.socket.__new__(_socket.socket))

    def test_public_class_has_weak_references(self):
        """asyncio and ssl keep sockets that way."""
        with berkeley.socket() as sock:
            assert weakref.ref(sock)() is sock

    def test_public_class_has_no_attributes_of_its_own(self):
        with berkeley.socket() as sock, pytest.raises(AttributeError):
            sock.stray = 1

    def test_base_type_makes_bare_sockets(self):
        """gevent and trio call methods of the base type on objects of any subclass."""
        sock = _socket.socket(berkeley.AF_INET, berkeley.SOCK_STREAM)
        _socket.socket.setblocking(sock, False)
        assert _socket.socket.gettimeout(sock) == 0.0
        assert _socket.socket.fileno(sock) >= 0
        assert sock.timeout == 0.0
        _socket.socket.close(sock)

    def test_socketpair_of_the_flat_module(self):
        near, far = _socket.socketpair(berkeley.AF_UNIX, berkeley.SOCK_STREAM, 0)
        assert isinstance(near, _socket.socket)
        near.close()
        far.close()


# Each imports a package and takes it as far as needs no network.
PACKAGES = {
    "gevent": "import gevent.monkey; gevent.monkey.patch_all(); import gevent.ssl, socket;"
    "a, b = socket.socketpair(); a.sendall(b'x'); assert b.recv(1) == b'x'",
    "eventlet": "import eventlet; from eventlet.green import socket, ssl;"
    "a, b = socket.socketpair(); a.sendall(b'x'); assert b.recv(1) == b'x'",
    "trio": "import trio, trio.socket\n"
    "async def main():\n"
    "    a, b = trio.socket.socketpair()\n"
    "    await a.send(b'x')\n"
    "    assert await b.recv(1) == b'x'\n"
    "trio.run(main)",
    "uvloop": "import asyncio, socket, uvloop\n"
    "async def main():\n"
    "    loop = asyncio.get_running_loop()\n"
    "    a, b = socket.socketpair()\n"
    "    a.setblocking(False); b.setblocking(False)\n"
    "    await loop.sock_sendall(a, b'x')\n"
    "    assert await loop.sock_recv(b, 1) == b'x'\n"
    "    reader, writer = await asyncio.open_connection(sock=a)\n"
    "    assert isinstance(b, socket.socket)\n"
    "    writer.close(); b.close()\n"
    "uvloop.run(main())",
    "tornado": "import tornado.iostream, tornado.netutil;"
    "[s.close() for s in tornado.netutil.bind_sockets(0, '127.0.0.1')]",
    "twisted": "import twisted.internet.reactor",
    "paramiko": "import paramiko, socket; a, b = socket.socketpair(); paramiko.Transport(a);",
    "zmq": "import zmq",
    "socks": "import socks; s = socks.socksocket(); s.set_proxy(); s.close()",
    "urllib3": "import urllib3.util.ssltransport, urllib3.connection",
    "requests": "import requests",
    "aiohttp": "import aiohttp",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_package(package):
    """The packages themselves, those that are installed."""
    found = subprocess.run(
        [sys.executable, "-c", f"import {package}"], capture_output=True, text=True
    )
    if found.returncode:
        pytest.skip(f"missing: {package} ({found.stderr.strip().splitlines()[-1]})")
    code = PACKAGES[package] + "\nimport socket, berkeley; assert socket.__name__ != 'socket'"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "berkeley", "run", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
