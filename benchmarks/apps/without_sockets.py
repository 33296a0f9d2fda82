"""The Python of the HTTP programs on sockets that cost nothing: `without_sockets.py PROGRAM`.

PROGRAM is "http" (http.client, then http.server, on one request), "requests" or "requests.get".
Reads a number a line, does so many requests, and prints the nanoseconds that they took.  No module
can make those programs quicker than this and the system calls together.
"""

import os
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from io import BytesIO
from typing import Any

from benchmarks.apps.http_server import Handler

# What load.c answers.
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nHello world\n"


class Socket:
    """Its methods return at once.  What comes is there already; what is sent is thrown away."""

    # Never readable, and open: urllib3 asks whether a connection that it keeps has been closed.
    _fd = os.pipe()[0]
    close = setsockopt = settimeout = shutdown = staticmethod(lambda *_: None)
    sendall = write = staticmethod(len)
    flush = staticmethod(int)

    def __init__(self, comes: bytes = ANSWER) -> None:
        self.comes = comes

    def makefile(self, mode: str) -> BytesIO:
        return BytesIO(self.comes)

    def fileno(self) -> int:
        return self._fd


class Recorder(Socket):
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent = b""

    def sendall(self, data: bytes) -> None:  # type: ignore[override]
        self.sent += data

    write = sendall  # type: ignore[assignment]


def http() -> Callable[[], None]:
    """One request at both ends: what each gets is what the other has sent."""
    client = HTTPConnection("127.0.0.1", 12345)
    recorder: Any = Recorder()
    client.sock = recorder
    client.request("GET", "/")
    request: bytes = recorder.sent
    recorder = Recorder()
    client.close()

    handler: Any = Handler.__new__(Handler)
    handler.server = ThreadingHTTPServer.__new__(ThreadingHTTPServer)
    handler.client_address = ("127.0.0.1", 12345)

    def serve() -> None:
        handler.rfile = BytesIO(request)
        handler.handle_one_request()

    handler.wfile = recorder
    serve()
    kept: Any = Socket(recorder.sent)
    handler.wfile = kept
    client = HTTPConnection("127.0.0.1", 12345)
    client.sock = kept

    def once() -> None:
        client.request("GET", "/")
        serve()
        assert client.getresponse().read() == b"Hello world\n"

    return once


def requests(method: str) -> Callable[[], None]:
    """The client alone; *method* is "requests" for one session, "requests.get" for none."""
    import requests
    from urllib3.connection import HTTPConnection

    def connect(connection: HTTPConnection) -> Any:
        return Socket()

    HTTPConnection._new_conn = connect  # type: ignore[method-assign, assignment]
    get: Any = requests.get if method == "requests.get" else requests.Session().get

    def once() -> None:
        assert get("http://127.0.0.1:12345/", timeout=10).content == b"Hello world\n"

    return once


def main() -> None:
    program = sys.argv[1]
    once = http() if program == "http" else requests(program)
    for line in sys.stdin:
        start = time.perf_counter_ns()
        for _ in range(int(line)):
            once()
        print(time.perf_counter_ns() - start, flush=True)


if __name__ == "__main__":
    main()
