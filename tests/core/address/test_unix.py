"""AF_UNIX addresses: paths, abstract names, and the limits of sun_path (108 bytes, unix(7))."""

import errno
import os
import sys

import pytest

import berkeley


@pytest.fixture
def sock():
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as sock:
        yield sock


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty current folder, so that a path can have any length."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", [str, os.fsencode, lambda n: bytearray(os.fsencode(n))])
@pytest.mark.parametrize("name", ["s", "dir.sock", "gr\u00fc\u00dfe", "a" * 107])
def test_path(sock, folder, kind, name):
    sock.bind(kind(name))
    assert sock.getsockname() == name
    assert os.listdir(os.fsencode(".")) == [os.fsencode(name)]
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as other:
        other.connect(memoryview(os.fsencode(name)))
        assert other.getpeername() == name
        other.send(b"x")
        assert sock.recvfrom(1) == (b"x", None)


def test_path_that_is_no_utf8(sock, folder):
    raw = b"\xff\xfe.sock"
    sock.bind(raw)
    assert sock.getsockname() == os.fsdecode(raw)
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as other:
        other.connect(sock.getsockname())
        other.bind(os.fsdecode(b"\x80"))
        other.send(b"x")
        assert sock.recvfrom(1) == (b"x", "\udc80")


@pytest.mark.parametrize("length", [108, 109, 1000])
@pytest.mark.parametrize("kind", [str, str.encode])
def test_path_too_long(sock, folder, kind, length):
    with pytest.raises(OSError, match="AF_UNIX path too long"):
        sock.bind(kind("a" * length))
    assert os.listdir() == []


@pytest.mark.parametrize("length", [1, 2, 50, 107, 108])
def test_abstract(sock, length):
    name = b"\0" + os.urandom(16).hex().encode() * 8
    name = name[:length] if length > 1 else b"\0"
    sock.bind(name)
    assert sock.getsockname() == name
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as other:
        other.connect(name)
        assert other.getpeername() == name


def test_abstract_name_with_zeros(sock):
    name = b"\0a\0\0b\0" + os.urandom(8)
    sock.bind(name)
    assert sock.getsockname() == name


def test_abstract_as_text(sock):
    name = "\0berkeley-" + os.urandom(8).hex()
    sock.bind(name)
    assert sock.getsockname() == name.encode()


def test_abstract_too_long(sock):
    with pytest.raises(OSError, match="AF_UNIX path too long"):
        sock.bind(b"\0" * 109)


@pytest.mark.parametrize("empty", ["", b""])
def test_autobind(sock, empty):
    sock.bind(empty)
    name = sock.getsockname()
    # unix(7), "Autobind feature": a zero byte and five hexadecimal digits.
    assert name[0] == 0
    assert len(name) == 6
    assert set(name[1:]) <= set(b"0123456789abcdef")


def test_unnamed(pair, sock):
    near, _ = pair
    assert sock.getsockname() == near.getsockname() == near.getpeername() == ""
    with pytest.raises(OSError) as caught:
        sock.getpeername()
    assert caught.value.errno == errno.ENOTCONN


def test_accepted_from_unnamed(folder):
    with (
        berkeley.socket(berkeley.AF_UNIX) as server,
        berkeley.socket(berkeley.AF_UNIX) as client,
    ):
        server.bind("server")
        server.listen()
        client.connect("server")
        accepted, address = server.accept()
        with accepted:
            assert address == ""
            assert accepted.getsockname() == "server"
            assert client.getpeername() == "server"


@pytest.mark.parametrize("wrong", [None, 5, ("a", 1), 1.5, ["a"]], ids=repr)
def test_not_a_path(sock, wrong):
    for call in (sock.bind, sock.connect, lambda address: sock.sendto(b"", address)):
        with pytest.raises(TypeError):
            call(wrong)


def test_lone_surrogate_that_no_byte_stands_for(sock):
    with pytest.raises(UnicodeEncodeError):
        sock.bind("\ud800")


def test_errors_of_the_file_system(sock, folder):
    (folder / "file").write_bytes(b"")
    for path, kind in (
        ("missing", FileNotFoundError),
        ("file/below", NotADirectoryError),
        ("file", ConnectionRefusedError),
    ):
        with pytest.raises(kind):
            sock.connect(path)
    with pytest.raises(OSError) as caught:
        sock.bind("file")
    assert caught.value.errno == errno.EADDRINUSE


def test_file_system_encoding(child, tmp_path):
    """With ASCII as the file system's encoding other text does not go; surrogateescape does."""
    done = child(
        """
        import berkeley, sys
        assert sys.getfilesystemencoding() == "ascii", sys.getfilesystemencoding()
        with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as sock:
            try:
                sock.bind("gr\\u00fc")
            except UnicodeEncodeError:
                pass
            else:
                raise SystemExit("encoded")
            sock.bind("\\udcc3\\udcbc")
            print(ascii(sock.getsockname()))
        """,
        env={**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        if sys.version_info < (3, 15)
        else {**os.environ, "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        cwd=tmp_path,
    )
    assert done.stdout.strip() == r"'\udcc3\udcbc'"
    assert os.listdir(os.fsencode(tmp_path)) == ["ü".encode()]
