"""The example programs of the socket module's documents, 3.6 to 3.12, run on berkeley.

One test for each example of AF_INET and AF_INET6, changed in host and port only: loopback and a
port that is free.  Where an example is not in all versions, its test says since when.
The examples of single calls are in test_documents_calls.py.
"""

import contextlib
import errno
import threading

import pytest

import berkeley as socket

HELLO = b"Hello, world"


@contextlib.contextmanager
def running(program, *arguments):
    """Run the server program of an example in a thread; what it raises fails the test."""
    raised = []

    def run():
        try:
            program(*arguments)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(30)
        assert not thread.is_alive()
    if raised:
        raise raised[0]


class Ready:
    """How the test learns the port on which a server program has begun to listen."""

    def __init__(self):
        self._event = threading.Event()

    def listening(self, sock):
        self.address = sock.getsockname()
        self._event.set()

    @property
    def port(self):
        assert self._event.wait(30)
        return self.address[1]


# The four programs: echo servers and clients.


def echo_server_ipv4(host, ready, log):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.bind((host, 0))
        s.listen(1)
        ready.listening(s)
        conn, addr = s.accept()
        with conn:
            log.append(("Connected by", addr))
            while True:
                data = conn.recv(1024)
                if not data:
                    break
                conn.sendall(data)


def echo_client_ipv4(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.connect((host, port))
        own = s.getsockname()
        s.sendall(HELLO)
        data = s.recv(1024)
    return own, data


@pytest.mark.parametrize("host", ["", "127.0.0.1", "localhost"])
def test_echo_server_and_client_ipv4(host):
    # The server of the documents listens on "": all addresses of the machine.
    ready, log = Ready(), []
    with running(echo_server_ipv4, host, ready, log):
        own, data = echo_client_ipv4(host or "localhost", ready.port)
    assert data == HELLO
    assert log == [("Connected by", own)]


def echo_server_any_family(host, family, ready, log):
    s = None
    flags = socket.AI_PASSIVE
    for res in socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM, 0, flags):
        af, socktype, proto, _canonname, sa = res
        try:
            s = socket.socket(af, socktype, proto)
        except OSError:
            s = None
            continue
        try:
            s.bind(sa)
            s.listen(1)
        except OSError:
            s.close()
            s = None
            continue
        break
    assert s is not None
    # The documents' program leaves its listening socket to the end of the process.
    with s:
        ready.listening(s)
        conn, addr = s.accept()
        with conn:
            log.append(addr)
            while True:
                data = conn.recv(1024)
                if not data:
                    break
                conn.send(data)


def echo_client_any_family(host, port):
    s = None
    refused = []
    for res in socket.getaddrinfo(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM):
        af, socktype, proto, _canonname, sa = res
        try:
            s = socket.socket(af, socktype, proto)
        except OSError:
            s = None
            continue
        try:
            s.connect(sa)
        except OSError as msg:
            refused.append(msg.errno)
            s.close()
            s = None
            continue
        break
    assert s is not None, refused
    with s:
        own = s.getsockname()
        s.sendall(HELLO)
        data = s.recv(1024)
    return own, data


def test_echo_server_and_client_of_any_family():
    # Host None: the server takes the first family there is, and the client finds it.
    ready, log = Ready(), []
    with running(echo_server_any_family, None, socket.AF_UNSPEC, ready, log):
        port = ready.port
        # "::" takes IPv4 as well or not, as the system is set up; its own family works always.
        host = "::1" if len(ready.address) == 4 else "127.0.0.1"
        own, data = echo_client_any_family(host, port)
    assert data == HELLO
    assert log == [own]


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("127.0.0.1", socket.AF_INET),
        pytest.param("::1", socket.AF_INET6, marks=pytest.mark.needs("ipv6")),
    ],
)
def test_echo_server_and_client_of_one_family(host, family):
    ready, log = Ready(), []
    with running(echo_server_any_family, host, socket.AF_UNSPEC, ready, log):
        own, data = echo_client_any_family(host, ready.port)
    assert data == HELLO
    assert log == [own]
    assert own[0] == host
    assert len(own) == (2 if family == socket.AF_INET else 4)


def test_client_of_any_family_goes_on_to_the_next_address():
    # localhost may be both; the server has IPv4 only, so a refusal by ::1 is not the end.
    ready, log = Ready(), []
    with running(echo_server_any_family, "127.0.0.1", socket.AF_INET, ready, log):
        own, data = echo_client_any_family("localhost", ready.port)
    assert data == HELLO
    assert own[0] == "127.0.0.1"
    assert log == [own]


# create_server and has_dualstack_ipv6, since 3.8.


@pytest.mark.parametrize(
    "client", ["127.0.0.1", pytest.param("::1", marks=pytest.mark.needs("dualstack", "ipv6"))]
)
def test_server_on_both_families_if_there_are_both(client):
    addr = ("", 0)
    dualstack = socket.has_dualstack_ipv6()
    if dualstack:
        s = socket.create_server(addr, family=socket.AF_INET6, dualstack_ipv6=True)
    else:
        s = socket.create_server(addr)
    with s, socket.create_connection((client, s.getsockname()[1])) as near:
        far, peer = s.accept()
        with far:
            near.sendall(HELLO)
            assert far.recv(1024) == HELLO
            # As documented: the IPv4 client of a dual-stack server has a mapped address.
            mapped = dualstack and client == "127.0.0.1"
            assert peer[0] == (f"::ffff:{client}" if mapped else client)
            assert far.getpeername() == peer
            assert peer[1] == near.getsockname()[1]


@pytest.mark.needs("ipv6")
def test_server_of_ipv6_alone_refuses_ipv4():
    # As documented: without dualstack_ipv6 it is switched off where the system has it on.
    with socket.create_server(("", 0), family=socket.AF_INET6) as s:
        assert s.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", s.getsockname()[1]))


# SO_REUSEADDR and TIME_WAIT.


def serve_once(port, reuse):
    """The documents' server, run once; it closes first, which leaves its port in TIME_WAIT."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        if reuse:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        s.listen(1)
        port = s.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            conn, _ = s.accept()
            conn.close()
            assert client.recv(1) == b""
    return port


def test_address_in_use_after_a_run():
    port = serve_once(0, reuse=False)
    with pytest.raises(OSError) as caught:
        serve_once(port, reuse=False)
    assert caught.value.errno == errno.EADDRINUSE == 98
    assert caught.value.strerror == "Address already in use"


def test_reuseaddr_lets_a_program_run_again():
    port = serve_once(0, reuse=True)
    assert serve_once(port, reuse=True) == port


def test_create_server_lets_a_program_run_again():
    # Since 3.8; as documented it sets the option itself.
    port = 0
    for _ in range(2):
        with (
            socket.create_server(("127.0.0.1", port)) as server,
            socket.create_connection(server.getsockname()) as client,
        ):
            port = server.getsockname()[1]
            conn, _ = server.accept()
            conn.close()
            assert client.recv(1) == b""
