"""AF_KCM: messages over TCP, cut by a program: Documentation/networking/kcm.rst of the kernel."""

import errno
import fcntl
import os
import select
import struct
from collections.abc import Callable, Iterator

import pytest

import berkeley
from kernel import bpf

LIMIT = 10
KINDS = [berkeley.SOCK_SEQPACKET, berkeley.SOCK_DGRAM]


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


# The kernel shows the program the TCP segment from its start, wherever the message begins: so each
# message here is in a segment of its own.
@pytest.fixture
def attach() -> Iterator[Callable[[berkeley.socket, berkeley.socket], None]]:
    """Let a socket of KCM have messages from a connection."""
    program = bpf.load(bpf.PROG_TYPE_SOCKET_FILTER, bpf.message_length())

    def run(sock: berkeley.socket, connection: berkeley.socket) -> None:
        # struct kcm_attach: the descriptors of the connection and of the program.
        pair = struct.pack("=ii", connection.fileno(), program)
        fcntl.ioctl(sock, berkeley.SIOCKCMATTACH, pair)

    yield run
    os.close(program)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.exchange("KCM", "messages over TCP, cut by a BPF program")
def test_messages(attach, tcp, kind):
    near, far = tcp
    with berkeley.socket(berkeley.AF_KCM, kind) as sock:
        sock.settimeout(LIMIT)
        attach(sock, near)
        for message in (framed(b"first"), framed(b"")):
            far.sendall(message)
            assert sock.recv(100) == message
        # In two pieces.
        message = framed(b"second")
        far.sendall(message[:4])
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(100)
        sock.settimeout(LIMIT)
        far.sendall(message[4:])
        assert sock.recv(100) == message
        # A datagram is a message; of a record, MSG_EOR is the end.
        if kind == berkeley.SOCK_SEQPACKET:
            sock.send(framed(b"and back")[:5])
            sock.send(framed(b"and back")[5:], berkeley.MSG_EOR)
        else:
            sock.send(framed(b"and back"))
        assert far.recv(10, berkeley.MSG_WAITALL) == framed(b"and back")
        fcntl.ioctl(sock, berkeley.SIOCKCMUNATTACH, struct.pack("=i", near.fileno()))


@pytest.mark.exchange("KCM", "two sockets of KCM, and a clone")
def test_both_ends(attach, tcp):
    near, far = tcp
    with (
        berkeley.socket(berkeley.AF_KCM, berkeley.SOCK_DGRAM) as one,
        berkeley.socket(berkeley.AF_KCM, berkeley.SOCK_DGRAM) as other,
    ):
        attach(one, near)
        attach(other, far)
        (number,) = struct.unpack("=i", fcntl.ioctl(other, berkeley.SIOCKCMCLONE, bytes(4)))
        with berkeley.socket(berkeley.AF_KCM, berkeley.SOCK_DGRAM, 0, number) as clone:
            for i in range(10):
                message = framed(b"message %d" % i)
                one.sendmsg([message[:2], message[2:]])
                # Which of the two takes a message is the kernel's choice.
                ready, _, _ = select.select([other, clone], [], [], LIMIT)
                assert ready[0].recv(100) == message


def test_no_addresses():
    with berkeley.socket(berkeley.AF_KCM, berkeley.SOCK_SEQPACKET) as sock:
        for call in (sock.getsockname, sock.getpeername):
            with pytest.raises(OSError) as caught:
                call()
            assert caught.value.errno == errno.EOPNOTSUPP
        with pytest.raises(OSError) as caught:
            sock.bind((berkeley.AF_KCM, b""))
        assert caught.value.errno == errno.EOPNOTSUPP
