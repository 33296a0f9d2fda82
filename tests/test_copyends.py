"""The ends of a copy: positions, buffers, and what has no descriptor."""

import io
import os
import threading

import pytest

import berkeley
from berkeley import Splice, recvfile
from tests.bulk import content, numbered, receive, sending


@pytest.mark.parametrize("mode", ["rb", "r+b"])
@pytest.mark.parametrize("buffering", [0, -1])
@pytest.mark.parametrize("timeout", [None, 10])
def test_from_a_file(stream, tmp_path, mode, buffering, timeout):
    near, far = stream
    near.settimeout(timeout)
    data = numbered(3_000_000)
    (tmp_path / "file").write_bytes(data)
    got = []
    thread = threading.Thread(target=lambda: got.append(receive(far, len(data) - 4 - 100)))
    with open(tmp_path / "file", mode, buffering) as source, Splice(source, near) as splice:
        # With the buffer full beyond what was read.
        assert source.read(4) == data[:4]
        thread.start()
        assert splice.copy(len(data) - 4 - 100) == len(data) - 104
        thread.join()
        assert splice.spliced
        assert splice.copied == len(data) - 104
        assert source.read() == data[-100:]
        assert splice.copy() == 0
    assert got == [data[4:-100]]


def test_the_buffer_of_the_file_stays_right(pair, tmp_path):
    """Within what it has read the buffer does not ask the descriptor for its position."""
    near, far = pair
    data = numbered(100_000)
    (tmp_path / "file").write_bytes(data)
    with open(tmp_path / "file", "rb") as source, Splice(source, near) as splice:
        source.read(10)
        assert splice.copy(100) == 100
        assert far.recv(1000) == data[10:110]
        assert source.read() == data[110:]


def test_what_the_file_has_buffered_is_written_first(pair, tmp_path):
    near, far = pair
    near.sendall(b"world")
    with open(tmp_path / "file", "w+b") as target:
        target.write(b"hello ")
        assert recvfile(far, target, 5) == 5
        target.write(b"!")
        assert content(target) == b"hello world!"


@pytest.mark.parametrize("mode", [None, 10, 0])
def test_an_object_without_a_descriptor(stream, mode):
    near, far = stream
    data = numbered(100_000)
    thread = sending(near, data)
    thread.join()
    target = io.BytesIO()
    far.settimeout(mode)
    with Splice(far, target) as splice:
        assert not splice.spliced
        while len(target.getvalue()) < len(data):
            try:
                splice.copy(len(data) - splice.copied)
            except BlockingIOError:
                continue
    assert target.getvalue() == data
    near, far = berkeley.socketpair()
    with near, far, Splice(io.BytesIO(b"data"), near) as splice:
        assert splice.copy() == 4
        assert far.recv(10) == b"data"


def test_from_a_buffered_pipe(pair):
    """What its buffer has read is not in the pipe any more."""
    near, far = pair
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb") as other:
        other.write(b"line\nand more")
        other.close()
        assert source.readline() == b"line\n"
        with Splice(source, near) as splice:
            assert splice.copy() == 8
            assert not splice.spliced
    assert far.recv(100) == b"and more"


def test_between_a_raw_pipe_and_a_socket(pair):
    near, far = pair
    reading, writing = os.pipe()
    with open(reading, "rb", 0) as source, open(writing, "wb", 0) as target:
        near.sendall(b"abc")
        with Splice(far, target) as splice:
            assert splice.copy(3) == 3
            assert splice.spliced
        with Splice(source, near) as splice:
            assert splice.copy(3) == 3
            assert splice.spliced
        assert far.recv(10) == b"abc"
