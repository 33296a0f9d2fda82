"""The receive family and the send family, each function brought into one form.

A receiver is ``(sock, size, flags) -> bytes``, a sender ``(sock, data, flags) -> bytes taken``.
"""

from collections.abc import Callable
from typing import Any

import pytest


def recv(sock: Any, size: int, flags: int = 0) -> bytes:
    return sock.recv(size, flags)


def recv_into(sock: Any, size: int, flags: int = 0) -> bytes:
    buffer = bytearray(size)
    got = sock.recv_into(buffer, size, flags)
    return bytes(buffer[:got])


def recvfrom(sock: Any, size: int, flags: int = 0) -> bytes:
    data, _ = sock.recvfrom(size, flags)
    return data


def recvfrom_into(sock: Any, size: int, flags: int = 0) -> bytes:
    buffer = bytearray(size)
    got, _ = sock.recvfrom_into(buffer, size, flags)
    return bytes(buffer[:got])


def recvmsg(sock: Any, size: int, flags: int = 0) -> bytes:
    data, ancdata, _, _ = sock.recvmsg(size, 0, flags)
    assert ancdata == []
    return data


def recvmsg_into(sock: Any, size: int, flags: int = 0) -> bytes:
    # Three pieces: the bytes must go on from one to the next.
    pieces = [bytearray(size // 3), bytearray(size // 3), bytearray(size - 2 * (size // 3))]
    got, ancdata, _, _ = sock.recvmsg_into(pieces, 0, flags)
    assert ancdata == []
    return b"".join(pieces)[:got]


RECEIVERS = [recv, recv_into, recvfrom, recvfrom_into, recvmsg, recvmsg_into]


@pytest.fixture(params=RECEIVERS, ids=lambda function: function.__name__)
def receive(request: pytest.FixtureRequest) -> Callable[..., bytes]:
    return request.param


def send(sock: Any, data: Any, flags: int = 0) -> int:
    return sock.send(data, flags)


def sendall(sock: Any, data: Any, flags: int = 0) -> int:
    assert sock.sendall(data, flags) is None
    return memoryview(data).nbytes


def sendto(sock: Any, data: Any, flags: int = 0) -> int:
    return sock.sendto(data, flags, sock.getpeername())


def sendmsg(sock: Any, data: Any, flags: int = 0) -> int:
    with memoryview(data) as view, view.cast("B") as octets:
        half = len(octets) // 2
        return sock.sendmsg([octets[:half], octets[half:]], (), flags)


SENDERS = [send, sendall, sendto, sendmsg]


# A connected UNIX stream takes no address (EISCONN).
OUTGOING = [
    pytest.param((sender, kind), id=f"{sender.__name__}-{kind}")
    for sender in SENDERS
    for kind in ("pair", "tcp", "tcp6")
    if not (sender is sendto and kind == "pair")
]


@pytest.fixture(params=OUTGOING)
def outgoing(request: pytest.FixtureRequest) -> tuple[Callable[..., int], Any, Any]:
    """A sender and two connected stream sockets that it can send between."""
    sender, kind = request.param
    near, far = request.getfixturevalue(kind)
    return sender, near, far


@pytest.fixture(params=SENDERS, ids=lambda function: function.__name__)
def transmit(request: pytest.FixtureRequest) -> Callable[..., int]:
    return request.param
