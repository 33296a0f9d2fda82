"""TLS without installing: the standard ssl takes over sockets that one file has from berkeley."""

import contextlib
import select
import ssl
import threading

import pytest

import berkeley


@pytest.fixture
def contexts(certificate):
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate.chain)
    return ssl.create_default_context(cafile=str(certificate.authority)), server


class Echo(threading.Thread):
    """The server's end of one connection: wraps the accepted socket, answers, ends TLS."""

    def __init__(self, listener, context):
        super().__init__()
        self.listener, self.context, self.failure = listener, context, None
        self.start()

    def run(self):
        try:
            sock, _ = self.listener.accept()
            sock.settimeout(30)
            with self.context.wrap_socket(sock, server_side=True) as wrapped:
                while data := wrapped.recv(65536):
                    wrapped.sendall(data)
        except OSError as error:
            self.failure = error


@pytest.fixture
def server(contexts):
    with berkeley.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        thread = Echo(listener, contexts[1])
        yield thread
        thread.join()


def test_not_installed():
    import socket

    assert socket is not berkeley
    assert not issubclass(ssl.SSLSocket, berkeley.socket)


@pytest.mark.parametrize("timeout", [None, 30.0])
def test_wrap_socket(contexts, server, timeout):
    """The descriptor moves from our object to ssl's, with its timeout."""
    sock = berkeley.create_connection(server.listener.getsockname(), timeout=timeout)
    fd, address = sock.fileno(), sock.getsockname()
    with contexts[0].wrap_socket(sock, server_hostname="localhost") as wrapped:
        assert sock.fileno() == -1
        assert wrapped.fileno() == fd
        assert wrapped.gettimeout() == timeout
        assert wrapped.getsockname() == address
        assert wrapped.version() == "TLSv1.3"
        payload = bytes(range(256)) * 1000
        sending = threading.Thread(target=wrapped.sendall, args=(payload,))
        sending.start()
        received = bytearray()
        while len(received) < len(payload):
            received += wrapped.recv(65536)
        sending.join()
        assert received == payload
    server.join()
    assert server.failure is None


def test_certificate_is_checked(contexts, server):
    sock = berkeley.create_connection(server.listener.getsockname())
    with pytest.raises(ssl.SSLCertVerificationError, match="nowhere"):
        contexts[0].wrap_socket(sock, server_hostname="nowhere.invalid")
    server.join()
    assert isinstance(server.failure, ssl.SSLError)


def test_non_blocking(contexts):
    """A handshake step by step, with the waiting left to the program."""
    with berkeley.create_server(("127.0.0.1", 0)) as listener:
        sock = berkeley.create_connection(listener.getsockname())
        sock.setblocking(False)
        with contexts[0].wrap_socket(
            sock, server_hostname="localhost", do_handshake_on_connect=False
        ) as wrapped:
            assert wrapped.gettimeout() == 0.0
            # Nobody answers yet.
            with pytest.raises(ssl.SSLWantReadError):
                wrapped.do_handshake()
            server = Echo(listener, contexts[1])
            while wrapped.version() is None:
                select.select([wrapped], [], [], 30)
                with contextlib.suppress(ssl.SSLWantReadError):
                    wrapped.do_handshake()
            wrapped.setblocking(True)
            wrapped.sendall(b"x")
            assert wrapped.recv(1) == b"x"
        server.join()
    assert server.failure is None


def test_memory_objects_over_our_socket(contexts, server):
    """SSLObject with MemoryBIO, as asyncio does it: ssl never sees the socket."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = contexts[0].wrap_bio(incoming, outgoing, server_hostname="localhost")
    with berkeley.create_connection(server.listener.getsockname(), timeout=30) as sock:

        def step(function, *arguments):
            while True:
                try:
                    result = function(*arguments)
                except ssl.SSLWantReadError:
                    if outgoing.pending:
                        sock.sendall(outgoing.read())
                    incoming.write(sock.recv(65536))
                else:
                    if outgoing.pending:
                        sock.sendall(outgoing.read())
                    return result

        step(tls.do_handshake)
        step(tls.write, b"by hand")
        assert step(tls.read, 100) == b"by hand"
    server.join()
    assert isinstance(server.failure, OSError | None)
