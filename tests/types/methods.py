"""Every method of a socket, called as programs do, with the types that it gives."""

from typing import Any, assert_type

import berkeley as socket


def life(fd: int) -> None:
    sock = socket.socket()
    assert_type(sock, socket.socket)
    assert_type(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, 0), socket.socket)
    assert_type(socket.socket(family=10, type=2, proto=17, fileno=None), socket.socket)
    assert_type(socket.socket(fileno=fd), socket.socket)
    with socket.socket(socket.AF_UNIX) as entered:
        assert_type(entered, socket.socket)
    assert_type(sock.dup(), socket.socket)
    assert_type(sock.fileno(), int)
    assert_type(sock.detach(), int)
    assert_type(sock.get_inheritable(), bool)
    sock.set_inheritable(True)
    sock.close()


def attributes(sock: socket.socket) -> None:
    assert_type(sock.family, socket.AddressFamily)
    assert_type(sock.type, socket.SocketKind)
    assert_type(sock.proto, int)
    assert_type(sock.timeout, float | None)
    assert_type(sock.gettimeout(), float | None)
    assert_type(sock.getblocking(), bool)
    sock.settimeout(None)
    sock.settimeout(1)
    sock.settimeout(0.5)
    sock.setblocking(False)


def connections(sock: socket.socket) -> None:
    assert_type(sock.accept(), tuple[socket.socket, Any])
    assert_type(sock._accept(), tuple[int, Any])
    assert_type(sock.getsockname(), Any)
    assert_type(sock.getpeername(), Any)
    assert_type(sock.connect_ex(("127.0.0.1", 80)), int)
    sock.bind(("", 0))
    sock.bind(("::1", 0, 0, 0))
    sock.bind("/tmp/name")
    sock.bind(b"\0abstract")
    sock.bind(bytearray(b"name"))
    sock.connect(sock.getsockname())
    sock.listen()
    sock.listen(5)
    sock.shutdown(socket.SHUT_RDWR)


def transfer(sock: socket.socket, buffer: bytearray, view: memoryview) -> None:
    assert_type(sock.recv(64), bytes)
    assert_type(sock.recv(64, socket.MSG_PEEK | socket.MSG_DONTWAIT), bytes)
    assert_type(sock.recvfrom(64), tuple[bytes, Any])
    assert_type(sock.recv_into(buffer), int)
    assert_type(sock.recv_into(view, 10, 0), int)
    assert_type(sock.recv_into(buffer, nbytes=10, flags=socket.MSG_PEEK), int)
    assert_type(sock.recvfrom_into(buffer), tuple[int, Any])
    assert_type(sock.send(b"data"), int)
    assert_type(sock.send(buffer, 0), int)
    assert_type(sock.sendto(b"data", ("127.0.0.1", 1)), int)
    assert_type(sock.sendto(view, socket.MSG_DONTWAIT, "/tmp/name"), int)
    sock.sendall(view)


def messages(sock: socket.socket, buffer: bytearray) -> None:
    assert_type(sock.recvmsg(10), tuple[bytes, list[tuple[int, int, bytes]], int, Any])
    room = socket.CMSG_SPACE(4)
    got, items, flags, address = sock.recvmsg_into([buffer], room, socket.MSG_CMSG_CLOEXEC)
    assert_type(got, int)
    assert_type(items, list[tuple[int, int, bytes]])
    assert_type(flags, int)
    assert_type(address, Any)
    assert_type(sock.sendmsg([b"a", buffer]), int)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, b"1234")]
    assert_type(sock.sendmsg((b"a",), rights, 0, None), int)
    assert_type(sock.sendmsg([b"a"], [], 0, ("127.0.0.1", 1)), int)
    assert_type(sock.sendmsg_afalg([b"a"], op=socket.ALG_OP_ENCRYPT, iv=b"0", assoclen=0), int)


def options(sock: socket.socket) -> None:
    assert_type(sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF), int)
    assert_type(sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8), bytes)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_AEAD_AUTHSIZE, None, 16)


class Counting(socket.socket):
    """A subclass, as programs write it: its own __init__, an overridden method."""

    def __init__(self, limit: int) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.limit = limit

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        return super().recv(min(bufsize, self.limit), flags)


def subclass(sock: Counting) -> None:
    with sock as entered:
        assert_type(entered, Counting)
    assert_type(sock.dup(), Counting)
    base: socket.SocketType = sock
    assert_type(base.recv(1), bytes)
