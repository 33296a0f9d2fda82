"""sendfile_step(): one step of a file, also on a non-blocking socket."""

import io
import os

import pytest

import berkeley
from berkeley import sendfile_step

DATA = b"".join(i.to_bytes(4, "big") for i in range(1_500_000))


@pytest.fixture(params=["sendfile", "read"])
def file(request, tmp_path):
    """A file with a descriptor, and one without."""
    if request.param == "read":
        with io.BytesIO(DATA) as stream:
            yield stream
    else:
        (tmp_path / "file").write_bytes(DATA)
        with open(tmp_path / "file", "rb") as stream:
            yield stream


def drain(sock):
    parts = []
    try:
        while part := sock.recv(1 << 20, berkeley.MSG_DONTWAIT):
            parts.append(part)
    except BlockingIOError:
        pass
    return b"".join(parts)


def test_the_whole_file_in_steps(stream, file):
    near, far = stream
    near.setblocking(False)
    got = b""
    blocked = 0
    while True:
        before = file.tell()
        try:
            step = sendfile_step(near, file)
        except BlockingIOError:
            assert file.tell() == before
            blocked += 1
            got += drain(far)
            continue
        assert file.tell() == before + step
        if step == 0:
            break
    near.close()
    far.settimeout(10)
    while part := far.recv(1 << 20):
        got += part
    assert got == DATA
    assert blocked > 0


def test_offset_and_count(pair, file):
    near, far = pair
    near.setblocking(False)
    assert sendfile_step(near, file, 8, 4) == 4
    assert file.tell() == 12
    assert sendfile_step(near, file, count=4) == 4
    assert file.tell() == 16
    assert far.recv(100) == DATA[8:16]
    assert sendfile_step(near, file, len(DATA)) == 0
    assert sendfile_step(near, file, len(DATA) + 5) == 0
    assert file.tell() == 16


def test_a_socket_that_takes_nothing(pair, file, fill):
    near, far = pair
    fill(near)
    file.seek(3)
    for offset in (None, 10):
        with pytest.raises(BlockingIOError):
            sendfile_step(near, file, offset)
        assert file.tell() == 3
    near.settimeout(0.01)
    with pytest.raises(TimeoutError, match="timed out"):
        sendfile_step(near, file)
    assert file.tell() == 3
    near.settimeout(10)
    drain(far)
    assert sendfile_step(near, file, count=5) == 5
    assert far.recv(100) == DATA[3:8]


def test_what_is_written_and_not_flushed(pair, tmp_path):
    near, far = pair
    with open(tmp_path / "new", "w+b") as file:
        file.write(b"not on disk yet")
        assert sendfile_step(near, file, 0) == 15
        assert file.tell() == 15
    assert far.recv(100) == b"not on disk yet"


def test_sendfile_refuses_still(pair, file):
    near, _ = pair
    near.setblocking(False)
    with pytest.raises(ValueError, match="non-blocking"):
        near.sendfile(file)


def test_wrong_arguments(pair, udp, file, tmp_path):
    near, _ = pair
    with pytest.raises(ValueError, match="SOCK_STREAM"):
        sendfile_step(udp[0], file)
    with pytest.raises(ValueError, match="positive"):
        sendfile_step(near, file, count=0)
    with pytest.raises(TypeError, match="offset"):
        sendfile_step(near, file, "x")
    with pytest.raises(TypeError, match="a binary file is sent, not '/etc/passwd'"):
        sendfile_step(near, "/etc/passwd")
    with pytest.raises(ValueError, match="offset is not negative"):
        sendfile_step(near, file, -1)
    with open(tmp_path / "text", "w") as text, pytest.raises(ValueError, match="binary"):
        sendfile_step(near, text)
    reading, writing = os.pipe()
    os.write(writing, b"stays")
    with open(reading, "rb", 0) as source, open(writing, "wb", 0):
        # Without positions what is read and not sent would be lost.
        with pytest.raises(OSError, match="seek"):
            sendfile_step(near, source)
        assert source.read(10) == b"stays"
