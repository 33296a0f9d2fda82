"""What the kernel did not write is never shown, and nothing is written where there is no room."""

import socket as standard
import struct

import pytest

import berkeley

SO_ATTACH_FILTER = 26  # as SO_GET_FILTER, <asm-generic/socket.h>


@pytest.mark.parametrize("size", [4096, 100_000])
@pytest.mark.parametrize("method", ["recv", "recvfrom", "recvmsg"])
def test_truncated_stream_shows_zeros(pair, tcp, method, size):
    # The next message lands in the same area; TCP counts with MSG_TRUNC and writes nothing, tcp(7).
    left, right = pair
    left.send(b"somebody else's" * 20)
    right.recv(size)
    near, far = tcp
    near.sendall(b"x" * 64)
    got = getattr(far, method)(size, *((0,) if method == "recvmsg" else ()), berkeley.MSG_TRUNC)
    data = got if method == "recv" else got[0]
    assert data == bytes(64)


@pytest.mark.parametrize(("count", "size"), [(4, 0), (4, 100), (500, 1024), (1000, 1024)])
def test_filters_are_longer_than_they_say(count, size):
    # getsockopt(SO_GET_FILTER) counts in instructions of 8 bytes.
    program = b"".join(struct.pack("HBBI", 0x06, 0, 0, 0xFFFF) for _ in range(count))
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
        memory = bytearray(program)
        address = _address(memory)
        sock.setsockopt(
            berkeley.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", count, address)
        )
        for _ in range(3):
            try:
                value = sock.getsockopt(berkeley.SOL_SOCKET, SO_ATTACH_FILTER, size)
            except OSError:
                continue
            assert isinstance(value, bytes if size else int)


def _address(memory: bytearray) -> int:
    import ctypes

    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def test_answers_about_protocols_are_not_mixed_up():
    first = ("1.2.3.4", None, 0, berkeley.SOCK_RAW, 0x10000 + 6)
    second = ("1.2.3.4", None, 0, berkeley.SOCK_RAW, 6)
    for arguments in (first, second, first):
        assert berkeley.getaddrinfo(*arguments) == standard.getaddrinfo(*arguments)


@pytest.mark.parametrize("call", ["buffers", "ancdata", "into"])
def test_errors_of_an_iterator_come_through(pair, call):
    def broken():
        raise TypeError("mine")
        yield

    sock, _ = pair
    calls = {
        "buffers": lambda: sock.sendmsg(broken()),
        "ancdata": lambda: sock.sendmsg([b"x"], broken()),
        "into": lambda: sock.recvmsg_into(broken()),
    }
    with pytest.raises(TypeError, match=r"^mine$"):
        calls[call]()
