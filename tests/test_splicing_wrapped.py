"""Splice and recvfile() with sockets whose bytes are not the descriptor's, and with closed ones."""

import errno
import io
import tempfile

import pytest

import berkeley
from berkeley import Splice, recvfile


class Wrapped(berkeley.socket):
    """Other bytes than the descriptor's, and some at hand that no poll sees: as ssl.SSLSocket."""

    at_hand = b""

    def recv(self, bufsize, flags=0):
        if not self.at_hand:
            self.at_hand = super().recv(1 << 16).upper()
        data, self.at_hand = self.at_hand[:bufsize], self.at_hand[bufsize:]
        return data

    def send(self, data, flags=0):
        return super().send(bytes(data).upper())


@pytest.fixture
def ends():
    near, far = berkeley.socketpair()
    near = Wrapped(fileno=near.detach())
    with near, far:
        yield near, far


@pytest.mark.parametrize("timeout", [None, 10])
def test_to_a_file(ends, timeout):
    near, far = ends
    near.settimeout(timeout)
    far.sendall(b"abcdef")
    with tempfile.TemporaryFile() as file:
        assert recvfile(near, file, 2) == 2
        # These have left the descriptor.
        assert recvfile(near, file, 2) == 2
        far.close()
        assert recvfile(near, file) == 2
        file.seek(0)
        assert file.read() == b"ABCDEF"
    assert near.gettimeout() == timeout


@pytest.mark.parametrize("timeout", [None, 10])
def test_from_a_file(ends, timeout):
    near, far = ends
    near.settimeout(timeout)
    with tempfile.TemporaryFile() as file:
        file.write(b"abcdef")
        file.seek(0)
        with Splice(file, near) as splice:
            assert not splice.spliced
            assert splice.copy() == 6
    assert far.recv(100) == b"ABCDEF"
    assert near.gettimeout() == timeout


def test_between_sockets(ends):
    near, far = ends
    first, second = berkeley.socketpair()
    with first, second:
        first.sendall(b"query")
        with Splice(second, near) as splice:
            assert splice.copy(5) == 5
        assert far.recv(100) == b"QUERY"
        far.sendall(b"answer")
        with Splice(near, second) as splice:
            assert splice.copy(6) == 6
        assert first.recv(100) == b"ANSWER"


def test_the_timeout_is_of_the_whole_call(ends):
    near, far = ends
    near.settimeout(0.05)
    far.sendall(b"abc")
    with Splice(near, io.BytesIO()) as splice:
        with pytest.raises(TimeoutError):
            splice.copy()
        assert splice.copied == 3
    assert near.gettimeout() == 0.05


def test_a_non_blocking_one(ends):
    near, far = ends
    near.setblocking(False)
    file = io.BytesIO()
    with Splice(near, file) as splice:
        with pytest.raises(BlockingIOError):
            splice.step()
        far.sendall(b"abc")
        assert splice.step() == 3
    assert file.getvalue() == b"ABC"


@pytest.mark.parametrize("timeout", [None, 10, 0])
@pytest.mark.parametrize("kind", [berkeley.socket, Wrapped])
def test_a_closed_socket(kind, timeout):
    near, far = berkeley.socketpair()
    with far, kind(fileno=near.detach()) as sock:
        sock.settimeout(timeout)
        with Splice(sock, io.BytesIO()) as reading, Splice(io.BytesIO(b"abc"), sock) as writing:
            sock.close()
            for splice in reading, writing:
                with pytest.raises(OSError, match="Bad file descriptor") as caught:
                    splice.copy()
                assert caught.value.errno == errno.EBADF
