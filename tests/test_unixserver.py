"""create_server of AF_UNIX: paths reclaimed, permissions, who wins; abstract names."""

import errno
import os
import stat
import subprocess
import sys
import textwrap
import threading

import pytest

import berkeley
from berkeley import unixpath, unixserver
from berkeley.unixserver import reclaim


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "s")


def serve(path, **more):
    return berkeley.create_server(path, family=berkeley.AF_UNIX, **more)


def connect(path):
    sock = berkeley.socket(berkeley.AF_UNIX)
    try:
        sock.connect(path)
    except BaseException:
        sock.close()
        raise
    return sock


def leave_stale(path, kind=berkeley.SOCK_STREAM):
    """The file of a socket that is gone; its inode's number."""
    with berkeley.socket(berkeley.AF_UNIX, kind) as sock:
        sock.bind(path)
    return os.stat(path).st_ino


@pytest.fixture
def umask():
    """Set the umask for a test."""
    before = os.umask(0)
    os.umask(before)
    yield os.umask
    os.umask(before)


class TestListening:
    def test_exchange(self, path, tmp_path):
        with serve(path) as server:
            assert type(server) is berkeley.socket
            assert (server.family, server.type) == (berkeley.AF_UNIX, berkeley.SOCK_STREAM)
            assert server.getsockname() == path
            assert server.gettimeout() is None
            assert not server.get_inheritable()
            with connect(path) as client:
                far, _ = server.accept()
                with far:
                    client.sendall(b"hello")
                    assert far.recv(9) == b"hello"
            assert os.listdir(tmp_path) == ["s"]

    def test_kinds_of_paths(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for address in (tmp_path / "a", b"b", "c", bytearray(b"d"), "./e", os.fsencode("\xfc")):
            with serve(address):
                pass
        assert sorted(os.listdir()) == ["a", "b", "c", "d", "e", "\xfc"]

    @pytest.mark.parametrize("address", [("127.0.0.1", 0), 5, None])
    def test_wrong_kinds(self, address):
        with pytest.raises(TypeError):
            serve(address)

    def test_long_path(self, tmp_path):
        folder = tmp_path / ("d" * 100)
        folder.mkdir()
        path = folder / "s"
        assert len(str(path)) > 107
        for _ in range(2):  # made, and reclaimed
            with serve(path, mode=0o640) as server:
                assert stat.S_IMODE(path.stat().st_mode) == 0o640
                with pytest.raises(OSError) as caught:
                    serve(path)
                assert caught.value.errno == errno.EADDRINUSE
                with unixpath.connectable(path) as name, connect(name):
                    server.accept()[0].close()
        assert os.listdir(folder) == ["s"]

    def test_backlog(self, path):
        with serve(path, backlog=0) as server:
            with connect(path), berkeley.socket(berkeley.AF_UNIX) as second:
                second.setblocking(False)
                with pytest.raises(BlockingIOError):
                    second.connect(path)
            assert server.getsockname() == path

    def test_after_close(self, path):
        """The file stays; the next server replaces it."""
        serve(path).close()
        assert stat.S_ISSOCK(os.stat(path).st_mode)
        with serve(path), connect(path):
            pass

    def test_errors_name_the_address(self, tmp_path, path):
        with serve(path), pytest.raises(OSError) as caught:
            serve(path)
        assert caught.value.errno == errno.EADDRINUSE
        assert f"(while attempting to bind on address {path!r})" in str(caught.value)
        missing = str(tmp_path / "no" / "s")
        with pytest.raises(FileNotFoundError, match="no/s"):
            serve(missing)
        with pytest.raises(NotADirectoryError):
            serve(path + "/s")

    def test_errors_leave_no_file(self, tmp_path, path):
        with pytest.raises(TypeError):
            serve(path, backlog="many")
        with pytest.raises(TypeError):
            serve(path, mode="rw")
        for decimal in (660, -1, 0o1000):
            with pytest.raises(ValueError, match="mode: permissions are from 0 to 0o777"):
                serve(path, mode=decimal)
        assert os.listdir(tmp_path) == []

    def test_file_name_too_long(self, tmp_path):
        with pytest.raises(OSError):
            serve(tmp_path / ("s" * 300))
        with pytest.raises(OSError, match="AF_UNIX path too long"):
            serve(tmp_path / ("s" * 120))
        assert os.listdir(tmp_path) == []

    def test_wrong_combinations(self, path, tmp_path):
        with pytest.raises(ValueError, match="mode requires AF_UNIX family"):
            berkeley.create_server(("127.0.0.1", 0), mode=0o600)
        with pytest.raises(ValueError, match="mptcp requires AF_INET or AF_INET6 family"):
            serve(path, mptcp=True)
        with pytest.raises(ValueError, match="dualstack_ipv6 requires AF_INET6 family"):
            serve(path, dualstack_ipv6=True)
        assert os.listdir(tmp_path) == []

    def test_reuse_port(self, path):
        """Older kernels take the option and do nothing; newer ones say that there is none."""
        try:
            with serve(path, reuse_port=True) as server:
                assert server.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT) == 1
        except OSError as error:
            assert error.errno == errno.EOPNOTSUPP


class TestAbstract:
    @pytest.mark.parametrize("kind", [bytes, bytes.decode, bytearray])
    def test_name(self, kind):
        name = b"\0berkeley-" + os.urandom(8).hex().encode()
        with serve(kind(name)) as server, connect(name):
            assert server.getsockname() == name
            with pytest.raises(OSError) as caught:
                serve(name)
            assert caught.value.errno == errno.EADDRINUSE
        serve(name).close()

    def test_a_name_of_the_kernels_choice(self):
        with serve("") as server, connect(server.getsockname()):
            assert server.getsockname()[:1] == b"\0"

    def test_no_permissions(self):
        with pytest.raises(ValueError, match="an abstract name has no permissions"):
            serve(b"\0x", mode=0o600)

    def test_too_long(self):
        with pytest.raises(OSError, match="AF_UNIX path too long"):
            serve(b"\0" + b"a" * 108)

    def test_nothing_to_reclaim(self):
        assert reclaim(b"\0x") is False


class TestReclaiming:
    @pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"])
    def test_stale(self, path, tmp_path, kind):
        leave_stale(path, getattr(berkeley, kind))
        with serve(path), connect(path):
            assert os.listdir(tmp_path) == ["s"]

    def in_use(self, path):
        before = os.lstat(path).st_ino
        assert reclaim(path) is False
        with pytest.raises(OSError) as caught:
            serve(path)
        assert caught.value.errno == errno.EADDRINUSE
        assert os.lstat(path).st_ino == before

    def test_a_listening_one_notices_nothing(self, path):
        with serve(path) as server:
            self.in_use(path)
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()

    def test_a_full_backlog(self, path):
        with serve(path, backlog=0), connect(path):
            self.in_use(path)

    @pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"])
    def test_bound_only(self, path, kind):
        with berkeley.socket(berkeley.AF_UNIX, getattr(berkeley, kind)) as sock:
            sock.bind(path)
            self.in_use(path)

    def test_a_datagram_socket_hears_nothing(self, path):
        with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as sock:
            sock.bind(path)
            self.in_use(path)
            sock.setblocking(False)
            with pytest.raises(BlockingIOError):
                sock.recv(1)

    def test_a_listening_one_whose_object_is_elsewhere(self, path):
        """The socket lives while any process or object has it."""
        server = serve(path)
        copy = server.dup()
        server.close()
        with copy:
            self.in_use(path)
        assert reclaim(path) is True

    def test_other_files(self, tmp_path):
        for name, make in (
            ("file", lambda p: p.write_text("precious")),
            ("folder", lambda p: p.mkdir()),
            ("fifo", os.mkfifo),
            ("dangling", lambda p: p.symlink_to("nowhere")),
        ):
            make(tmp_path / name)
            self.in_use(str(tmp_path / name))
        assert (tmp_path / "file").read_text() == "precious"

    def test_a_link_to_a_stale_path(self, tmp_path, path):
        inode = leave_stale(path)
        (tmp_path / "link").symlink_to(path)
        self.in_use(str(tmp_path / "link"))
        assert os.stat(path).st_ino == inode

    def test_reclaim(self, path, tmp_path):
        assert reclaim(path) is False
        leave_stale(path)
        assert reclaim(path) is True
        assert os.listdir(tmp_path) == []

    def test_a_lock_left_behind(self, path, tmp_path):
        """By a process that was killed: it has no owner, so it locks nobody out."""
        leave_stale(path)
        (tmp_path / ".s.berkeley").write_text("")
        with serve(path):
            assert os.listdir(tmp_path) == ["s"]

    @pytest.mark.needs("namespaces")
    def test_in_another_network(self, path, child):
        """Paths are the file system's: a server in another network namespace is found."""
        with serve(path):
            child(
                """
                import ctypes, errno, sys
                import berkeley
                assert ctypes.CDLL(None).unshare(0x40000000) == 0
                try:
                    berkeley.create_server(sys.argv[1], family=berkeley.AF_UNIX)
                except OSError as error:
                    assert error.errno == errno.EADDRINUSE
                else:
                    raise AssertionError
                """,
                path,
            )
            connect(path).close()


class TestPermissions:
    @pytest.mark.parametrize("mask", [0, 0o022, 0o077, 0o777])
    @pytest.mark.parametrize("mode", [0o600, 0o660, 0o666, 0o777, 0o000])
    def test_mode(self, path, umask, mask, mode):
        umask(mask)
        with serve(path, mode=mode):
            assert stat.S_IMODE(os.stat(path).st_mode) == mode
            assert umask(mask) == mask

    @pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o755), (0o077, 0o700)])
    def test_umask(self, path, umask, mask, expected):
        umask(mask)
        with serve(path):
            assert stat.S_IMODE(os.stat(path).st_mode) == expected

    def test_before_listening(self, path, umask, monkeypatch):
        """Never wider than asked for, and as asked for when connections are taken."""
        seen = []

        class Watched(berkeley.socket):
            def bind(self, address):
                super().bind(address)
                seen.append(stat.S_IMODE(os.stat(path).st_mode))

            def listen(self, *backlog):
                seen.append(stat.S_IMODE(os.stat(path).st_mode))
                super().listen(*backlog)

        monkeypatch.setattr(berkeley, "socket", Watched)
        umask(0)
        serve(path, mode=0o600).close()
        umask(0o077)
        serve(path, mode=0o666).close()
        assert seen == [0o600, 0o600, 0o600, 0o666]


CONTENDER = """
import errno, sys
import berkeley

path = sys.argv[1]
for line in sys.stdin:
    try:
        server = berkeley.create_server(path, family=berkeley.AF_UNIX)
    except OSError as error:
        assert error.errno == errno.EADDRINUSE, error
        print("lost", flush=True)
        sys.stdin.readline()
    else:
        print("won", flush=True)
        sys.stdin.readline()
        server.close()
    print("ready", flush=True)
"""


class TestWhoWins:
    def test_processes(self, path, tmp_path):
        """Several processes at once, each time over a stale path: exactly one has the server."""
        command = [sys.executable, "-c", textwrap.dedent(CONTENDER), path]
        pipe = subprocess.PIPE
        crowd = [
            subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1)
            for _ in range(4)
        ]
        try:
            leave_stale(path)
            for _ in range(100):
                for one in crowd:
                    one.stdin.write("start\n")
                results = [one.stdout.readline() for one in crowd]
                assert sorted(results) == ["lost\n"] * 3 + ["won\n"]
                connect(path).close()
                assert os.listdir(tmp_path) == ["s"]
                for one in crowd:
                    one.stdin.write("stop\n")
                assert [one.stdout.readline() for one in crowd] == ["ready\n"] * 4
        finally:
            for one in crowd:
                one.communicate(timeout=30)
        assert [one.returncode for one in crowd] == [0] * 4

    def test_threads(self, path, tmp_path):
        for _ in range(50):
            leave_stale(path)
            start = threading.Barrier(4)
            won, lost = [], []

            def run(start=start, won=won, lost=lost):
                start.wait(30)
                try:
                    won.append(serve(path))
                except OSError as error:
                    lost.append(error.errno)

            threads = [threading.Thread(target=run) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            for server in won:
                server.close()
            assert (len(won), lost) == (1, [errno.EADDRINUSE] * 3)
            assert os.listdir(tmp_path) == ["s"]
            os.unlink(path)

    def test_the_lock_is_waited_for(self, path, tmp_path):
        """Who comes second begins when the first one has ended, with a lock of its own."""
        entered, leave = threading.Event(), threading.Event()
        order = []

        def first():
            with (
                unixpath.folder_of(os.fsencode(path)) as folder,
                unixserver._locked(folder, b"s"),
            ):
                entered.set()
                leave.wait(30)
                order.append("first")

        def second():
            with serve(path):
                order.append("second")

        threads = [threading.Thread(target=first), threading.Thread(target=second)]
        threads[0].start()
        assert entered.wait(30)
        threads[1].start()
        leave.set()
        for thread in threads:
            thread.join(30)
        assert order == ["first", "second"]
        assert os.listdir(tmp_path) == ["s"]
