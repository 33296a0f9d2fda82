"""AF_UNIX paths that are longer than struct sockaddr_un."""

import errno
import os
import pathlib

import pytest

import berkeley
from berkeley import unixpath
from berkeley.unixpath import MAX_PATH, bindable, connectable


@pytest.fixture
def deep(tmp_path):
    """A folder whose name alone is too long."""
    folder = tmp_path / ("d" * 60) / ("e" * 60) / ("f" * 60)
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("kind", [str, pathlib.Path, os.fsencode, lambda p: bytearray(bytes(p))])
def test_a_long_path(deep, kind):
    path = kind(deep / "s")
    with (
        berkeley.socket(berkeley.AF_UNIX) as server,
        berkeley.socket(berkeley.AF_UNIX) as client,
    ):
        with bindable(path) as name:
            server.bind(name)
        assert (deep / "s").is_socket()
        server.listen()
        with connectable(path) as name:
            client.connect(name)
        accepted, _ = server.accept()
        with accepted:
            client.send(b"x")
            assert accepted.recv(2) == b"x"


@pytest.mark.parametrize("more", [{}, {"timeout": 10}, {"deadline": 10}])
@pytest.mark.parametrize("kind", [str, pathlib.Path, os.fsencode])
def test_create_connection(deep, kind, more):
    path = kind(deep / "s")
    with (
        berkeley.create_server(path, family=berkeley.AF_UNIX) as server,
        berkeley.create_connection(path, **more) as client,
    ):
        accepted, _ = server.accept()
        with accepted:
            client.send(b"x")
            assert accepted.recv(2) == b"x"
    with pytest.raises(ConnectionRefusedError):
        berkeley.create_connection(path, **more)
    os.unlink(path)
    with pytest.raises(FileNotFoundError):
        berkeley.create_connection(path, **more)


def test_datagrams(deep):
    path = str(deep / "s")
    with (
        berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as far,
    ):
        with bindable(path) as name:
            near.bind(name)
        with connectable(path) as name:
            far.sendto(b"datagram", name)
        assert near.recv(20) == b"datagram"


@pytest.mark.parametrize("context", [bindable, connectable])
def test_what_fits_stays(context):
    fits = "a" * MAX_PATH
    for name, expected in (
        (fits, fits),
        ("gr\u00fc\u00dfe", "gr\u00fc\u00dfe"),
        (b"\xff", os.fsdecode(b"\xff")),
        (memoryview(b"x"), "x"),
        (pathlib.Path("x"), "x"),
        ("\0" + "a" * 200, "\0" + "a" * 200),
        ("", ""),
    ):
        with context(name) as short:
            assert short == expected


def test_limits(tmp_path, monkeypatch):
    """107 bytes as they are, 108 by way of a descriptor."""
    monkeypatch.chdir(tmp_path)
    folder = "d" * 100
    os.mkdir(folder)
    for length, by_descriptor in ((MAX_PATH, False), (MAX_PATH + 1, True)):
        path = folder + "/" + "s" * (length - 101)
        with berkeley.socket(berkeley.AF_UNIX) as sock:
            with bindable(path) as name:
                assert name.startswith("/proc/self/fd/") == by_descriptor
                sock.bind(name)
            assert pathlib.Path(path).is_socket()


def test_a_long_file_name(tmp_path, monkeypatch):
    """connect() finds it, whatever its length; bind() has room for less."""
    monkeypatch.chdir(tmp_path)
    name = "s" * 200
    with pytest.raises(OSError, match="AF_UNIX path too long"):  # noqa: SIM117
        with berkeley.socket(berkeley.AF_UNIX) as sock, bindable(name) as short:
            sock.bind(short)
    with berkeley.create_server("s", family=berkeley.AF_UNIX) as server:
        os.rename("s", name)
        with berkeley.socket(berkeley.AF_UNIX) as client, connectable(name) as short:
            client.connect(short)
            server.accept()[0].close()


def test_nothing_there(deep):
    with pytest.raises(FileNotFoundError) as caught, connectable(deep / "s"):
        pass
    assert caught.value.filename == os.fsencode(deep / "s")
    with pytest.raises(FileNotFoundError), bindable(deep / "no" / "s"):
        pass


def test_no_socket(deep):
    (deep / "s").write_text("")
    with (
        berkeley.socket(berkeley.AF_UNIX) as sock,
        connectable(deep / "s") as name,
        pytest.raises(ConnectionRefusedError),
    ):
        sock.connect(name)


@pytest.mark.parametrize("name", [5, None, ("127.0.0.1", 80)])
def test_wrong_types(name):
    with pytest.raises(TypeError):
        unixpath.as_bytes(name)


def test_a_zero_byte(deep):
    with pytest.raises(ValueError, match="null"), connectable(f"{deep}/a\0b"):
        pass


def test_a_link(deep, tmp_path):
    """connect() follows links, as it does for short paths; bind() does not."""
    with berkeley.create_server(deep / "s", family=berkeley.AF_UNIX) as server:
        (deep / "link").symlink_to(deep / "s")
        with berkeley.socket(berkeley.AF_UNIX) as client, connectable(deep / "link") as name:
            client.connect(name)
            server.accept()[0].close()
    with berkeley.socket(berkeley.AF_UNIX) as sock, bindable(deep / "link") as name:
        with pytest.raises(OSError) as caught:
            sock.bind(name)
        assert caught.value.errno == errno.EADDRINUSE
