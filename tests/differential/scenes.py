"""Scenes: what is set up afresh, on each module, before a call is made.

A scene is a function of the module and of `keep`, which closes a socket at the end; it returns the
names that the call can use.  In each of them nothing waits for ever: what is to be received has
arrived, and where nothing has, the sockets have a short timeout or none.
"""

import os
import select
import tempfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

Keep = Callable[[Any], Any]
Names = dict[str, Any]

GREETING = b"hello, world"
# Long enough that no scheduler makes a call succeed late, short enough for hundreds of calls.
SHORT = 0.004

# The scenes that need IPv6, of this kernel and of the network that the tests run in.
IPV6 = frozenset({"tcp6", "udp6", "new6", "newudp6"})

SCENES: dict[str, Callable[[ModuleType, Keep], Names]] = {}


def scene(function: Callable[[ModuleType, Keep], Names]) -> Callable[[ModuleType, Keep], Names]:
    SCENES[function.__name__] = function
    return function


def arrived(sock: Any) -> None:
    """Wait until *sock* has something to read."""
    if not select.select([sock.fileno()], [], [], 10)[0]:
        raise AssertionError("loopback lost a message")


def _connected(socket: ModuleType, keep: Keep, family: int, host: str) -> Names:
    listener = keep(socket.socket(family, socket.SOCK_STREAM))
    listener.bind((host, 0))
    listener.listen()
    peer = keep(socket.socket(family, socket.SOCK_STREAM))
    peer.connect(listener.getsockname())
    sock = keep(listener.accept()[0])
    peer.sendall(GREETING)
    arrived(sock)
    return {"sock": sock, "peer": peer, "listener": listener}


def _datagrams(socket: ModuleType, keep: Keep, family: int, host: str) -> Names:
    sock, peer = (keep(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(2))
    sock.bind((host, 0))
    peer.bind((host, 0))
    peer.sendto(GREETING, sock.getsockname())
    arrived(sock)
    return {"sock": sock, "peer": peer, "address": peer.getsockname()}


@scene
def none(socket: ModuleType, keep: Keep) -> Names:
    return {}


@scene
def stream(socket: ModuleType, keep: Keep) -> Names:
    sock, peer = map(keep, socket.socketpair())
    peer.sendall(GREETING)
    return {"sock": sock, "peer": peer}


@scene
def dgram(socket: ModuleType, keep: Keep) -> Names:
    sock, peer = map(keep, socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
    peer.send(GREETING)
    return {"sock": sock, "peer": peer}


@scene
def seqpacket(socket: ModuleType, keep: Keep) -> Names:
    sock, peer = map(keep, socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
    peer.send(GREETING)
    return {"sock": sock, "peer": peer}


@scene
def ended(socket: ModuleType, keep: Keep) -> Names:
    """The peer has closed."""
    sock, peer = map(keep, socket.socketpair())
    peer.close()
    return {"sock": sock}


@scene
def nonblocking(socket: ModuleType, keep: Keep) -> Names:
    """Nothing has arrived, and the socket does not wait."""
    sock, peer = map(keep, socket.socketpair())
    sock.setblocking(False)
    return {"sock": sock, "peer": peer}


@scene
def timed(socket: ModuleType, keep: Keep) -> Names:
    """Nothing has arrived, and the socket waits a little."""
    sock, peer = map(keep, socket.socketpair())
    sock.settimeout(SHORT)
    return {"sock": sock, "peer": peer}


def _fill(sock: Any) -> None:
    try:
        while True:
            sock.send(bytes(65536))
    except BlockingIOError:
        pass


@scene
def full(socket: ModuleType, keep: Keep) -> Names:
    """Nothing more can be sent, and the socket does not wait."""
    names = nonblocking(socket, keep)
    _fill(names["sock"])
    return names


@scene
def full_timed(socket: ModuleType, keep: Keep) -> Names:
    """Nothing more can be sent, and the socket waits a little."""
    names = full(socket, keep)
    names["sock"].settimeout(SHORT)
    return names


@scene
def tcp4(socket: ModuleType, keep: Keep) -> Names:
    return _connected(socket, keep, socket.AF_INET, "127.0.0.1")


@scene
def tcp6(socket: ModuleType, keep: Keep) -> Names:
    return _connected(socket, keep, socket.AF_INET6, "::1")


@scene
def udp4(socket: ModuleType, keep: Keep) -> Names:
    return _datagrams(socket, keep, socket.AF_INET, "127.0.0.1")


@scene
def udp6(socket: ModuleType, keep: Keep) -> Names:
    return _datagrams(socket, keep, socket.AF_INET6, "::1")


@scene
def waiting(socket: ModuleType, keep: Keep) -> Names:
    """A listener with a connection that waits to be accepted."""
    sock = keep(socket.socket())
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    client = keep(socket.socket())
    client.connect(sock.getsockname())
    arrived(sock)
    return {"sock": sock, "client": client}


@scene
def idle(socket: ModuleType, keep: Keep) -> Names:
    """A listener without connections that waits a little."""
    sock = keep(socket.socket())
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    sock.settimeout(SHORT)
    return {"sock": sock}


@scene
def new(socket: ModuleType, keep: Keep) -> Names:
    return {"sock": keep(socket.socket())}


@scene
def new6(socket: ModuleType, keep: Keep) -> Names:
    return {"sock": keep(socket.socket(socket.AF_INET6))}


@scene
def newudp4(socket: ModuleType, keep: Keep) -> Names:
    return {"sock": keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))}


@scene
def newudp6(socket: ModuleType, keep: Keep) -> Names:
    return {"sock": keep(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))}


@scene
def newunix(socket: ModuleType, keep: Keep) -> Names:
    """A UNIX datagram socket, and an empty folder."""
    folder = keep(tempfile.TemporaryDirectory(prefix="bk"))
    path = os.path.join(folder.name, "s")
    return {"sock": keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)), "path": path}


@scene
def newstream(socket: ModuleType, keep: Keep) -> Names:
    """A UNIX stream socket, and an empty folder."""
    folder = keep(tempfile.TemporaryDirectory(prefix="bk"))
    path = os.path.join(folder.name, "s")
    return {"sock": keep(socket.socket(socket.AF_UNIX)), "path": path}


@scene
def closed(socket: ModuleType, keep: Keep) -> Names:
    sock = socket.socket()
    sock.close()
    return {"sock": sock}


@scene
def detached(socket: ModuleType, keep: Keep) -> Names:
    sock = socket.socket()
    os.close(sock.detach())
    return {"sock": sock}


@scene
def folder(socket: ModuleType, keep: Keep) -> Names:
    """A stream, and a regular file of 26 letters."""
    names = stream(socket, keep)
    file = keep(tempfile.TemporaryFile())
    file.write(b"abcdefghijklmnopqrstuvwxyz")
    file.seek(0)
    names["file"] = file
    return names
