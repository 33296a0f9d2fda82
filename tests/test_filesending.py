"""sendfile(): by the kernel where the file has a descriptor, by reading and sending otherwise."""

import errno
import io
import os
import threading

import pytest

import berkeley

SIZE = 300_001
DATA = os.urandom(SIZE)


@pytest.fixture(params=["sendfile", "_sendfile_use_sendfile", "_sendfile_use_send"])
def way(request):
    return request.param


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(DATA)
    with open(path, "rb") as file:
        yield file


def transfer(near, far, way, file, *arguments, **keywords):
    """How many bytes sendfile() says it has sent, and those that arrived."""
    received = []

    def read():
        with far.makefile("rb") as incoming:
            received.append(incoming.read())

    thread = threading.Thread(target=read)
    thread.start()
    try:
        sent = getattr(near, way)(file, *arguments, **keywords)
    finally:
        near.shutdown(berkeley.SHUT_WR)
        thread.join()
    return sent, received[0]


@pytest.mark.parametrize("timeout", [None, 30.0])
def test_whole_file(stream, way, file, timeout):
    near, far = stream
    near.settimeout(timeout)
    assert transfer(near, far, way, file) == (SIZE, DATA)
    assert file.tell() == SIZE


@pytest.mark.parametrize(
    ("offset", "count"),
    [
        (0, 1),
        (5, None),
        (5, 10),
        (SIZE - 1, None),
        (100, SIZE),
        (0, SIZE),
        (7, 65_536),
        (0, 65_537),
    ],
)
def test_parts(pair, way, file, offset, count):
    sent, received = transfer(*pair, way, file, offset=offset, count=count)
    expected = DATA[offset:] if count is None else DATA[offset : offset + count]
    assert received == expected
    assert sent == len(expected)
    assert file.tell() == offset + sent


@pytest.mark.parametrize("offset", [SIZE, SIZE + 10])
def test_behind_the_end(pair, way, file, offset):
    assert transfer(*pair, way, file, offset) == (0, b"")


def test_empty_file(pair, way, tmp_path):
    (tmp_path / "empty").touch()
    with open(tmp_path / "empty", "rb") as file:
        assert transfer(*pair, way, file) == (0, b"")


@pytest.mark.parametrize("way", ["sendfile", "_sendfile_use_send"])
@pytest.mark.parametrize(("offset", "count"), [(0, None), (5, None), (5, 100_000)])
def test_file_without_a_descriptor(pair, way, offset, count):
    file = io.BytesIO(DATA)
    sent, received = transfer(*pair, way, file, offset, count)
    assert received == (DATA[offset:] if count is None else DATA[offset : offset + count])
    assert file.tell() == offset + sent


def test_file_that_can_only_read(pair):
    class Reader:
        def __init__(self):
            self.left = io.BytesIO(DATA)

        def read(self, size):
            return self.left.read(size)

    assert transfer(*pair, "sendfile", Reader()) == (SIZE, DATA)


def test_pipe(pair):
    """No regular file: read and sent."""
    reading, writing = os.pipe()
    with open(writing, "wb") as out:
        out.write(b"through a pipe")
    with open(reading, "rb", 0) as file:
        with pytest.raises(berkeley._GiveupOnSendfile):
            pair[0]._sendfile_use_sendfile(file)
        # It has no position to leave behind the last byte, which is no error.
        assert transfer(*pair, "sendfile", file) == (14, b"through a pipe")


def test_giving_up(pair):
    for file in (io.BytesIO(DATA), object()):
        with pytest.raises(berkeley._GiveupOnSendfile):
            pair[0]._sendfile_use_sendfile(file)
    with open(os.devnull, "rb") as file, pytest.raises(berkeley._GiveupOnSendfile):
        pair[0]._sendfile_use_sendfile(file)


class TestRefused:
    def test_text(self, pair, way, tmp_path):
        (tmp_path / "text").write_text("text")
        with open(tmp_path / "text") as file, pytest.raises(ValueError, match="binary mode"):
            getattr(pair[0], way)(file)

    def test_datagrams(self, udp, way, file):
        with pytest.raises(ValueError, match="SOCK_STREAM"):
            getattr(udp[0], way)(file)

    def test_non_blocking(self, pair, way, file):
        pair[0].setblocking(False)
        with pytest.raises(ValueError, match="non-blocking sockets are not supported"):
            getattr(pair[0], way)(file)

    @pytest.mark.parametrize(
        ("count", "kind"), [(0, ValueError), (-1, ValueError), ("1", TypeError), (1.5, TypeError)]
    )
    def test_count(self, pair, way, file, count, kind):
        with pytest.raises(kind, match="count must be a positive integer"):
            getattr(pair[0], way)(file, 0, count)

    def test_closed(self, pair, way, file):
        pair[0].close()
        with pytest.raises(OSError) as caught:
            getattr(pair[0], way)(file)
        assert caught.value.errno == errno.EBADF

    def test_not_connected(self, way, file):
        with berkeley.socket() as sock, pytest.raises(OSError) as caught:
            getattr(sock, way)(file)
        assert caught.value.errno in (errno.ENOTCONN, errno.EPIPE)


def test_position_after_an_error(pair, way, file):
    """The peer goes away in the middle: the file stands behind what was sent."""
    near, far = pair
    near.settimeout(0.01)
    with pytest.raises(TimeoutError):
        while True:
            getattr(near, way)(file)
    position = file.tell()
    taken = 0
    far.setblocking(False)
    while taken < SIZE:
        try:
            taken += len(far.recv(1 << 20))
        except BlockingIOError:
            break
    assert position == taken
    far.close()
    with pytest.raises(BrokenPipeError):
        getattr(near, way)(file, 7)


def test_offset_and_the_files_own_position(pair, way, file):
    """The offset counts from the beginning, wherever the file stands."""
    file.seek(1000)
    near, far = pair
    sent, received = transfer(near, far, way, file, 10, 20)
    if way == "_sendfile_use_send":
        assert (sent, received) == (20, DATA[10:30])
    else:
        assert (sent, received, file.tell()) == (20, DATA[10:30], 30)


def test_own_zerocopy(pair, file):
    """_sendfile_zerocopy(): what berkeley's own function and others' share."""
    near, far = pair
    calls = []

    def copy(source, offset, size):
        calls.append((source, offset, size))
        return os.sendfile(near.fileno(), source, offset, min(size, 1000))

    assert near._sendfile_zerocopy(copy, RuntimeError, file, 5, 2500) == 2500
    assert far.recv(5000) == DATA[5:2505]
    assert [c[1] for c in calls] == [5, 1005, 2005]
    with pytest.raises(RuntimeError):
        near._sendfile_zerocopy(copy, RuntimeError, io.BytesIO(b"x"))
