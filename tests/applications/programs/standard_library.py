"""What of the standard library stands on socket, at work: an ordinary program.

    python -m berkeley run standard_library.py AUTHORITY CHAIN
    python standard_library.py --install AUTHORITY CHAIN

Each function is one piece; prints one JSON object with what each has found.
"""

import sys

if sys.argv[1:2] == ["--install"]:
    import berkeley

    berkeley.install()
    del sys.argv[1]

import asyncio
import http.client
import http.server
import json
import logging
import logging.handlers
import os
import pickle
import selectors
import socket
import socketserver
import ssl
import tempfile
import threading
import xmlrpc.client
import xmlrpc.server
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, Listener


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[socketserver.BaseServer]:
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def client_context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=sys.argv[1])


def server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[2])
    return context


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    writer.close()


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    payload = os.urandom(300_000)
    writer.write(payload)
    answer = await reader.readexactly(len(payload))
    sock = writer.get_extra_info("socket")
    writer.close()
    await writer.wait_closed()
    return f"{answer == payload} {type(sock._sock).__module__}"


async def asyncio_tcp() -> str:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        address = server.sockets[0].getsockname()
        return await talk(*await asyncio.open_connection(*address))


async def asyncio_tls() -> str:
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=server_context())
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await talk(*await asyncio.open_connection("localhost", port, ssl=client_context()))


async def asyncio_unix() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        async with await asyncio.start_unix_server(echo, path):
            return await talk(*await asyncio.open_unix_connection(path))


async def asyncio_datagram() -> str:
    done = asyncio.get_running_loop().create_future()

    class Protocol(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            done.set_result((data, addr))

    loop = asyncio.get_running_loop()
    receiver, _ = await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    address = receiver.get_extra_info("sockname")
    sender, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=address)
    sender.sendto(b"datagram")
    data, peer = await done
    same = peer == sender.get_extra_info("sockname")
    sender.close()
    receiver.close()
    return f"{data.decode()} {same}"


async def asyncio_sock_methods() -> str:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        server.setblocking(False)
        client.setblocking(False)
        accepting = asyncio.create_task(loop.sock_accept(server))
        await loop.sock_connect(client, server.getsockname())
        accepted, _ = await accepting
        with accepted, tempfile.TemporaryFile() as file:
            file.write(b"f" * 200_000)
            file.flush()
            sending = asyncio.create_task(loop.sock_sendfile(client, file))
            total = 0
            while total < 200_000:
                total += len(await loop.sock_recv(accepted, 65536))
            return f"{await sending} {total}"


async def asyncio_subprocess() -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print('child')", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode().strip()


def tls() -> str:
    """A handshake with both ends in this process, and what a TLS socket has of a socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = []

        def serve() -> None:
            sock, _ = listener.accept()
            with server_context().wrap_socket(sock, server_side=True) as wrapped:
                found.append(wrapped.recv(100))
                wrapped.sendall(b"answer")
                wrapped.unwrap().close()

        thread = threading.Thread(target=serve)
        thread.start()
        plain = socket.create_connection(listener.getsockname(), timeout=30)
        with client_context().wrap_socket(plain, server_hostname="localhost") as wrapped:
            wrapped.sendall(b"question")
            answer = wrapped.recv(100)
            timeout = wrapped.gettimeout()
            peer = dict(item[0] for item in wrapped.getpeercert()["subject"])
            end = wrapped.unwrap()
            end.close()
        thread.join()
    return f"{found[0]!r} {answer!r} {timeout} {peer['commonName']} {plain.fileno()}"


def tls_timeout() -> str:
    """_ssl reads the timeout of the socket itself."""
    near, far = socket.socketpair()
    near.settimeout(0.05)
    with near, far:
        try:
            client_context().wrap_socket(near, server_hostname="localhost").close()
        except TimeoutError as error:
            return f"{type(error).__name__} {error}"
    return "no timeout"


def http_server() -> str:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"content")

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        connection = http.client.HTTPConnection(*server.server_address)
        connection.request("GET", "/")
        with connection.getresponse() as response:
            text = response.read().decode()
        connection.close()
    return text


def xml_rpc() -> str:
    server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_function(pow)
    with serving(server):
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        with xmlrpc.client.ServerProxy(address) as proxy:
            return str(proxy.pow(2, 10))


def logging_by_datagram() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(30)
        handler = logging.handlers.DatagramHandler(*receiver.getsockname())
        logger = logging.Logger("test")
        logger.addHandler(handler)
        logger.warning("a message")
        data = receiver.recv(65536)
        handler.close()
    return pickle.loads(data[4:])["msg"]


def select_sockets() -> str:
    near, far = socket.socketpair()
    with near, far, selectors.DefaultSelector() as selector:
        selector.register(near, selectors.EVENT_READ, "near")
        nothing = selector.select(0)
        far.send(b"x")
        ((key, _),) = selector.select(30)
        return f"{nothing} {key.data}"


def connections() -> str:
    found = []
    for family in ("AF_INET", "AF_UNIX"):
        with Listener(None, family, authkey=b"key") as listener:

            def serve(listener: Listener = listener) -> None:
                with listener.accept() as connection:
                    connection.send(connection.recv() * 2)

            thread = threading.Thread(target=serve)
            thread.start()
            with Client(listener.address, authkey=b"key") as connection:
                connection.send(family)
                found.append(connection.recv())
            thread.join()
    return " ".join(found)


PIECES = (
    asyncio_tcp,
    asyncio_tls,
    asyncio_unix,
    asyncio_datagram,
    asyncio_sock_methods,
    asyncio_subprocess,
    tls,
    tls_timeout,
    http_server,
    xml_rpc,
    logging_by_datagram,
    select_sockets,
    connections,
)


def main() -> None:
    report = {}
    for piece in PIECES:
        found = piece()
        report[piece.__name__] = found if isinstance(found, str) else asyncio.run(found)
    report["modules"] = f"{socket.__name__} {ssl.SSLSocket.__mro__[1].__module__}"
    print(json.dumps(report))


if __name__ == "__main__":
    main()
