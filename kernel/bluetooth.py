"""What the tests of Bluetooth share."""

import contextlib
from collections.abc import Iterator
from typing import Any

import berkeley

# Everything is slow in the guest.
LIMIT = 10.0


def bluetooth(kind: int, protocol: int) -> berkeley.socket:
    """A socket of AF_BLUETOOTH that does not wait for ever."""
    sock = berkeley.socket(berkeley.AF_BLUETOOTH, kind, protocol)
    sock.settimeout(LIMIT)
    return sock


@contextlib.contextmanager
def listening(kind: int, protocol: int, address: Any) -> Iterator[berkeley.socket]:
    """A socket that listens at *address*."""
    with bluetooth(kind, protocol) as listener:
        listener.bind(address)
        listener.listen(1)
        yield listener


@contextlib.contextmanager
def connection(
    kind: int, protocol: int, server: Any, client: Any
) -> Iterator[tuple[berkeley.socket, berkeley.socket, Any]]:
    """Both ends of a connection from the address *client* to the address *server*: the connecting
    one, the accepted one, and the address that accept() has returned.
    """
    with (
        listening(kind, protocol, server) as listener,
        bluetooth(kind, protocol) as near,
    ):
        near.bind(client)
        # The kernel answers for the listener: the connection is there before it is accepted.
        near.connect(listener.getsockname())
        far, peer = listener.accept()
        with far:
            far.settimeout(LIMIT)
            yield near, far, peer


def read(sock: berkeley.socket, size: int) -> bytes:
    """*size* bytes, or what came before the end."""
    data = b""
    while len(data) < size:
        if not (piece := sock.recv(size - len(data))):
            break
        data += piece
    return data
