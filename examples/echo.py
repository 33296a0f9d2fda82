"""A threaded echo server and its client, over TCP, UDP and UNIX sockets.

    python examples/echo.py serve tcp://127.0.0.1:5007
    python examples/echo.py send tcp://127.0.0.1:5007 README.md

An address is one of
    tcp://HOST:PORT  udp://HOST:PORT   an IPv6 host in brackets: tcp://[::1]:5007
    tcp://*:PORT                       IPv4 and IPv6, both on one socket
    unix:PATH        unixgram:PATH     stream and datagram; @NAME is an abstract name (Linux)

``import berkeley as socket`` is all that this file has of berkeley: with ``import socket`` it is
the same program on the standard module.
"""

import argparse
import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread, current_thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import berkeley as socket

KINDS = {
    "tcp": socket.SOCK_STREAM,
    "udp": socket.SOCK_DGRAM,
    "unix": socket.SOCK_STREAM,
    "unixgram": socket.SOCK_DGRAM,
}
# The largest datagram of UDP over IPv4 has 65 507 bytes.
LARGEST = 65_536


def resolve(url: str) -> tuple[int, int, int, Any]:
    """What an address means: family, type and protocol of the socket, and its address for bind().

    Raises ValueError, OSError (unknown host).
    """
    scheme, _, rest = url.partition(":")
    if scheme not in KINDS:
        raise ValueError(f"{url!r} does not begin with one of {', '.join(KINDS)}")
    if scheme.startswith("unix"):
        # Abstract names begin with a zero byte; @ is how ss(8) writes it.
        name = f"\0{rest[1:]}" if rest.startswith("@") else rest
        return socket.AF_UNIX, KINDS[scheme], 0, name
    parts = urlsplit(url)
    # The first address will do: getaddrinfo sorts them, the preferred one first.
    family, kind, protocol, _, address = socket.getaddrinfo(
        parts.hostname, parts.port or 0, type=KINDS[scheme]
    )[0]
    return family, kind, protocol, address


def listen(url: str) -> socket.socket:
    """The socket of a server: bound and, for a stream, listening.  Port 0 is any free one."""
    if url.startswith("tcp://*:"):
        address = ("", urlsplit(url).port or 0)
        if socket.has_dualstack_ipv6():
            return socket.create_server(address, family=socket.AF_INET6, dualstack_ipv6=True)
        return socket.create_server(address)
    family, kind, protocol, place = resolve(url)
    if url.startswith("tcp:"):
        # Sets SO_REUSEADDR: without it a restart within a minute of the last connection fails.
        return socket.create_server(place, family=family)
    sock = socket.socket(family, kind, protocol)
    try:
        sock.bind(place)
        if kind == socket.SOCK_STREAM:
            sock.listen()
    except BaseException:
        sock.close()
        raise
    return sock


def connect(url: str, timeout: float | None = 10.0) -> socket.socket:
    """The socket of a client, connected; *timeout*, in seconds, holds for later calls too."""
    if url.startswith("tcp:"):
        parts = urlsplit(url)
        # Tries one address of the host after the other, IPv6 and IPv4.
        return socket.create_connection((parts.hostname, parts.port or 0), timeout)
    family, kind, protocol, place = resolve(url)
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(timeout)
        if url.startswith("unixgram:"):
            # Without a name it gets no answers; for "" Linux chooses an abstract one.
            sock.bind("")
        # A connected datagram socket sends to one address, and hears nobody else.
        sock.connect(place)
    except BaseException:
        sock.close()
        raise
    return sock


def echo(sock: socket.socket, data: bytes, size: int = 1024) -> bytes:
    """Send *data* in messages of *size* bytes, each when the one before is back; return them."""
    back = bytearray(len(data))
    # Slices of memoryviews copy nothing.
    there, here = memoryview(data), memoryview(back)
    for start in range(0, len(data), size):
        end = min(start + size, len(data))
        sock.sendall(there[start:end])
        # A datagram comes whole; a stream gives what has arrived so far.
        while start < end:
            got = sock.recv_into(here[start:end])
            if got == 0:
                raise ConnectionError("the server has closed the connection")
            start += got
    return bytes(back)


class Server:
    """Sends back whatever comes: ``with Server(url) as server: ...`` serves in the background.

    Each connection has a thread of its own; datagrams need only one.
    """

    def __init__(self, url: str) -> None:
        self.sock = listen(url)
        self.address = self.sock.getsockname()
        self._clients: dict[Thread, socket.socket] = {}
        self._closing = False
        self._thread = Thread(target=self.serve)

    def serve(self) -> None:
        """Serve until close() is called, by another thread."""
        if self.sock.type == socket.SOCK_DGRAM:
            self._serve_datagrams()
        else:
            self._serve_connections()

    def _serve_datagrams(self) -> None:
        buffer = bytearray(LARGEST)
        view = memoryview(buffer)
        while True:
            count, sender = self.sock.recvfrom_into(buffer)
            if self._closing:
                return
            # A datagram may be lost, and its sender may be gone: that is no reason to stop.
            with suppress(OSError):
                self.sock.sendto(view[:count], sender)

    def _serve_connections(self) -> None:
        while True:
            try:
                client, _ = self.sock.accept()
            except OSError:
                if self._closing:
                    return
                raise
            thread = Thread(target=self._serve_client, args=(client,), daemon=True)
            self._clients[thread] = client
            thread.start()

    def _serve_client(self, client: socket.socket) -> None:
        # A client that goes in the middle of it is none of our errors.
        with client, suppress(ConnectionError):
            while data := client.recv(LARGEST):
                client.sendall(data)
        del self._clients[current_thread()]

    def close(self) -> None:
        """End the server and its connections; returns when all threads have ended."""
        self._closing = True
        # Closing a descriptor wakes nobody who waits on it.  On Linux shutdown() does, even where
        # it then says that there is no connection to shut down.
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join()
        for thread, client in list(self._clients.items()):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            thread.join()
        self.sock.close()
        # The name of a UNIX socket in the file system outlives the socket.
        if isinstance(self.address, str) and self.address:
            os.unlink(self.address)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def serve_until_interrupt(url: str) -> int:
    """Serve until Ctrl-C."""
    server = Server(url)
    print(f"serving {server.address!r}", flush=True)
    with suppress(KeyboardInterrupt):
        server.serve()
    server.close()
    return 0


def send_files(url: str, files: list[Path]) -> int:
    """Echo files and say which have come back as they were; 1 if one has not."""
    status = 0
    with connect(url) as sock:
        for file in files:
            data = file.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            same = hashlib.sha256(echo(sock, data)).hexdigest() == digest
            print(f"{'same' if same else 'CHANGED'}  {digest}  {len(data)} bytes  {file}")
            status |= not same
    return status


def main() -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="an echo server and its client")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="send back whatever comes, until Ctrl-C")
    serve.add_argument("address")
    send = commands.add_parser("send", help="send files, and compare what comes back")
    send.add_argument("address")
    send.add_argument("file", nargs="+", type=Path)
    options = parser.parse_args()
    try:
        if options.command == "serve":
            return serve_until_interrupt(options.address)
        return send_files(options.address, options.file)
    except (OSError, ValueError) as error:
        print(f"echo.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
