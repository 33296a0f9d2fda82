"""Socket options: ints, bytes, and no data but a length, against what the kernel keeps."""

import errno
import os
import struct

import pytest

import berkeley
from berkeley import SO_KEEPALIVE, SO_LINGER, SO_RCVBUF, SOL_SOCKET


@pytest.fixture
def sock():
    with berkeley.socket() as sock:
        yield sock


def test_int(sock):
    assert sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE) == 0
    sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    value = sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE)
    assert value == 1
    assert type(value) is int
    sock.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192)
    # The kernel doubles it for its own bookkeeping, socket(7).
    assert sock.getsockopt(SOL_SOCKET, SO_RCVBUF) == 16384


def test_negative_int(sock):
    # "As the kernel likes": the default of the TTL, ip(7).
    sock.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_TTL, -1)
    assert sock.getsockopt(berkeley.IPPROTO_IP, berkeley.IP_TTL) == 64


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes(sock, kind):
    sock.setsockopt(SOL_SOCKET, SO_LINGER, kind(struct.pack("ii", 1, 42)))
    assert struct.unpack("ii", sock.getsockopt(SOL_SOCKET, SO_LINGER, 8)) == (1, 42)


def test_length_of_the_answer(sock):
    # The kernel cuts the answer to the room there is, and says how long it is.
    assert len(sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE, 1024)) == 4
    assert sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE, 2) == bytes(2)
    assert sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE, 1) == bytes(1)


def test_int_from_bytes(sock):
    sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, struct.pack("i", 1))
    assert sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE) == 1


@pytest.mark.parametrize("size", [-1, 1025, 1 << 40, -(1 << 40)])
def test_room_out_of_range(sock, size):
    with pytest.raises(OSError, match="buflen out of range"):
        sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE, size)


def test_none_and_a_length(sock):
    """A null pointer: what IP_MULTICAST_ALL and the like cannot use, and AF_ALG needs."""
    with pytest.raises(OSError) as caught:
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, None, 4)
    assert caught.value.errno == errno.EFAULT
    with pytest.raises(OSError) as caught:
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, None, 0)
    assert caught.value.errno == errno.EINVAL
    # TCP_MD5SIG... need a struct; TCP_ULP and TCP_CONGESTION take any length over zero.
    with pytest.raises(OSError):
        sock.setsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_CONGESTION, None, 0)


def test_none_without_a_length(sock):
    with pytest.raises(TypeError):
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, None)
    with pytest.raises(TypeError):
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1, 4)
    with pytest.raises(TypeError):
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, b"\1\0\0\0", 4)


@pytest.mark.parametrize("value", ["1", 1.0, [1], object()], ids=repr)
def test_types(sock, value):
    with pytest.raises(TypeError):
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, value)


def test_text_option(sock):
    sock.setsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_CONGESTION, b"reno")
    assert sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_CONGESTION, 16) == b"reno".ljust(
        16, b"\0"
    )


def test_errors(sock):
    for call in (
        lambda: sock.getsockopt(SOL_SOCKET, 9999),
        lambda: sock.getsockopt(SOL_SOCKET, 9999, 4),
        lambda: sock.setsockopt(SOL_SOCKET, 9999, 1),
        lambda: sock.setsockopt(SOL_SOCKET, 9999, b"1234"),
    ):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.ENOPROTOOPT
    with pytest.raises(OSError) as caught:
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, b"")
    assert caught.value.errno == errno.EINVAL
    sock.close()
    for call in (
        lambda: sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE),
        lambda: sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1),
        lambda: sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, b"1234"),
        lambda: sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, None, 4),
    ):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.EBADF


def test_what_the_kernel_knows_about_a_pair(pair):
    near, _ = pair
    assert near.getsockopt(SOL_SOCKET, berkeley.SO_DOMAIN) == berkeley.AF_UNIX
    assert near.getsockopt(SOL_SOCKET, berkeley.SO_TYPE) == berkeley.SOCK_STREAM
    credentials = near.getsockopt(SOL_SOCKET, berkeley.SO_PEERCRED, 12)
    assert struct.unpack("iII", credentials) == (os.getpid(), os.getuid(), os.getgid())
