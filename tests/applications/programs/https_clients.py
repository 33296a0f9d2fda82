"""HTTPS to a local server with requests, urllib3, aiohttp or urllib.request: an ordinary program.

    python -m berkeley run https_clients.py PACKAGE AUTHORITY CHAIN
    python https_clients.py --install PACKAGE AUTHORITY CHAIN

With --install it takes berkeley for itself, before it imports anything that makes sockets.
Prints one JSON object: what the client received, and which sockets were used in the process.
"""

import sys

if sys.argv[1:2] == ["--install"]:
    import berkeley

    berkeley.install()
    del sys.argv[1]

import asyncio
import json
import ssl
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The class of every socket that was connected or bound in this process, by its audit events.
used: set[str] = set()


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.bind"):
        bases = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(arguments[0]).__mro__]
        used.add(f"{event} {next(name for name in bases if name.endswith('.socket'))}")


class Handler(BaseHTTPRequestHandler):
    """Answers with what it was asked; a body is sent back."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode() + body)

    do_GET = do_POST = answer

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def with_urllib(url: str, authority: str, body: bytes) -> list[str]:
    context = ssl.create_default_context(cafile=authority)
    found = []
    for data in (None, body):
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        with opener.open(urllib.request.Request(url, data=data)) as response:
            found.append(response.read().decode())
    return found


def with_requests(url: str, authority: str, body: bytes) -> list[str]:
    import requests

    with requests.Session() as session:
        session.trust_env = False
        answers = [
            session.get(url, verify=authority, timeout=30),
            session.post(url, data=body, verify=authority, timeout=30),
        ]
        return [answer.text for answer in answers if answer.status_code == 200]


def with_urllib3(url: str, authority: str, body: bytes) -> list[str]:
    import urllib3

    with urllib3.PoolManager(ca_certs=authority, timeout=30.0) as pool:
        answers = [pool.request("GET", url), pool.request("POST", url, body=body)]
        return [answer.data.decode() for answer in answers if answer.status == 200]


def with_aiohttp(url: str, authority: str, body: bytes) -> list[str]:
    import aiohttp

    async def ask() -> list[str]:
        context = ssl.create_default_context(cafile=authority)
        connector = aiohttp.TCPConnector(ssl=context)
        async with aiohttp.ClientSession(connector=connector) as session:
            async with session.get(url) as answer:
                found = [await answer.text()]
            async with session.post(url, data=body) as answer:
                found.append(await answer.text())
        return found

    return asyncio.run(ask())


CLIENTS = {
    "urllib.request": with_urllib,
    "requests": with_requests,
    "urllib3": with_urllib3,
    "aiohttp": with_aiohttp,
}


def main() -> None:
    package, authority, chain = sys.argv[1:]
    sys.addaudithook(watch)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"https://localhost:{server.server_port}/path"
            answers = CLIENTS[package](url, authority, b"x" * 100_000)
        finally:
            server.shutdown()
            thread.join()
    import _socket
    import socket

    report = {
        "answers": [len(answer) for answer in answers],
        "first": answers[0],
        "modules": [socket.__name__, _socket.__name__, ssl.SSLSocket.__mro__[1].__module__],
        "sockets": sorted(used),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
