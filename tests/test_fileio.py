"""makefile() and SocketIO, the raw stream under it."""

import errno
import io
import itertools

import pytest

import berkeley

MODES = [
    ("r", io.TextIOWrapper),
    ("w", io.TextIOWrapper),
    ("rw", io.TextIOWrapper),
    ("", io.TextIOWrapper),
    ("rb", io.BufferedReader),
    ("br", io.BufferedReader),
    ("wb", io.BufferedWriter),
    ("rwb", io.BufferedRWPair),
    ("wbr", io.BufferedRWPair),
    ("b", io.BufferedReader),
]


class TestMakefile:
    @pytest.mark.parametrize(("mode", "kind"), MODES)
    def test_modes(self, pair, mode, kind):
        with pair[0].makefile(mode, encoding=None if "b" in mode else "utf-8") as file:
            assert type(file) is kind
            assert file.readable() is ("r" in mode or "w" not in mode)
            assert file.writable() is ("w" in mode)
            assert not file.seekable()
            if kind is io.TextIOWrapper:
                assert file.mode == mode

    @pytest.mark.parametrize("mode", ["x", "r+", "a", "rU", "t", "rt"])
    def test_wrong_modes(self, pair, mode):
        with pytest.raises(ValueError, match="invalid mode"):
            pair[0].makefile(mode)
        assert pair[0]._io_refs == 0

    @pytest.mark.parametrize("mode", ["r", "w", "rw"])
    def test_text_needs_a_buffer(self, pair, mode):
        with pytest.raises(ValueError, match="unbuffered streams must be binary"):
            pair[0].makefile(mode, 0)

    @pytest.mark.parametrize("mode", ["rb", "wb", "rwb"])
    def test_unbuffered(self, pair, mode):
        with pair[0].makefile(mode, 0) as file:
            assert type(file) is berkeley.SocketIO
            assert file.mode == mode

    @pytest.mark.parametrize("buffering", [None, -1, 1, 2, 100, 1 << 20])
    def test_binary(self, pair, buffering):
        near, far = pair
        with near.makefile("wb", buffering) as out, far.makefile("rb", buffering) as incoming:
            out.write(b"one\ntwo\n" + bytes(1000))
            out.flush()
            assert incoming.readline() == b"one\n"
            assert incoming.read(4) == b"two\n"
            assert incoming.read(1000) == bytes(1000)

    def test_text(self, pair):
        near, far = pair
        with (
            near.makefile("w", encoding="utf-16-le", newline="\r\n") as out,
            far.makefile("r", encoding="utf-16-le", errors="strict", newline="") as incoming,
        ):
            out.write("gr\u00fc\u00dfe\nx\n")
            out.flush()
            assert incoming.readline() == "gr\u00fc\u00dfe\r\n"
            assert incoming.readline() == "x\r\n"

    def test_errors_of_text(self, pair):
        near, far = pair
        far.send(b"\xff\n")
        with near.makefile(encoding="ascii", errors="backslashreplace") as file:
            assert file.readline() == "\\xff\n"
        far.send(b"\xff\n")
        with near.makefile(encoding="ascii") as file, pytest.raises(UnicodeDecodeError):
            file.readline()

    def test_line_buffering(self, pair):
        near, far = pair
        with near.makefile("w", 1, encoding="utf-8") as file:
            assert file.line_buffering
            file.write("line\n")
            assert far.recv(10) == b"line\n"

    def test_keywords(self, pair):
        with pytest.raises(TypeError):
            pair[0].makefile("r", None, "utf-8")

    def test_both_ways(self, pair):
        near, far = pair
        with near.makefile("rwb") as file:
            far.send(b"question\n")
            assert file.readline() == b"question\n"
            file.write(b"answer\n")
            file.flush()
            assert far.recv(10) == b"answer\n"

    def test_end_of_stream(self, pair):
        near, far = pair
        far.send(b"all of it")
        far.close()
        with near.makefile("rb") as file:
            assert file.read() == b"all of it"
            assert file.read() == b""

    def test_descriptor_lives_as_long_as_the_last_file(self, pair):
        for order in itertools.permutations(range(3)):
            near, far = berkeley.socketpair()
            things = [near, near.makefile("rb"), near.makefile("wb")]
            fd = near.fileno()
            for number, i in enumerate(order):
                assert near.fileno() == fd
                if number < 2 and i != 0:
                    far.send(b"x")
                things[i].close()
                things[i].close()
            assert near.fileno() == -1
            far.close()

    def test_file_of_a_closed_socket_reads_on(self, pair):
        near, far = pair
        with near.makefile("rb") as file:
            near.close()
            far.send(b"data\n")
            assert file.readline() == b"data\n"
        assert near.fileno() == -1

    def test_collected_file(self, pair):
        near, _ = pair
        file = near.makefile("rb")
        assert near._io_refs == 1
        del file
        assert near._io_refs == 0
        assert near.fileno() != -1


@pytest.fixture
def raw(pair):
    near, far = pair
    with near.makefile("rwb", 0) as file:
        yield file, near, far


class TestSocketIO:
    def test_reading_and_writing(self, raw):
        file, _, far = raw
        far.send(b"0123456789")
        buffer = bytearray(4)
        assert file.readinto(buffer) == 4
        assert buffer == b"0123"
        assert file.read(3) == b"456"
        assert file.write(memoryview(b"abc")) == 3
        assert far.recv(9) == b"abc"
        far.close()
        assert file.readall() == b"789"
        assert file.readinto(buffer) == 0

    def test_properties(self, raw):
        file, sock, _ = raw
        assert file.name == file.fileno() == sock.fileno()
        assert file.mode == "rwb"
        assert not file.isatty()
        file.close()
        assert file.closed
        assert file.name == -1
        assert file.mode == "rwb"

    def test_closed(self, raw):
        file, _, _ = raw
        file.close()
        file.close()
        for call in (
            file.readable,
            file.writable,
            file.seekable,
            file.fileno,
            lambda: file.read(1),
            lambda: file.readinto(bytearray(1)),
            lambda: file.write(b"x"),
        ):
            with pytest.raises(ValueError, match="I/O operation on closed"):
                call()

    def test_closed_says_so_from_the_beginning_to_the_end(self, pair):
        class Failing(berkeley.SocketIO):
            def flush(self):
                seen.append(self.closed)
                raise OSError("flush")

        seen = []
        file = Failing(pair[0], "w")
        with pytest.raises(OSError, match="flush"):
            file.close()
        assert seen == [False]
        assert file.closed is True
        refused = berkeley.SocketIO.__new__(berkeley.SocketIO)
        with pytest.raises(ValueError, match="invalid mode"):
            refused.__init__(pair[0], "x")
        assert refused.closed is False
        refused.close()
        assert refused.closed is True

    def test_one_way_only(self, pair):
        near, _ = pair
        with near.makefile("rb", 0) as reader, near.makefile("wb", 0) as writer:
            with pytest.raises(io.UnsupportedOperation, match="not writable"):
                reader.write(b"x")
            with pytest.raises(io.UnsupportedOperation, match="not readable"):
                writer.readinto(bytearray(1))
            for call in (reader.seek, writer.truncate):
                with pytest.raises(io.UnsupportedOperation):
                    call(0)

    def test_non_blocking(self, raw):
        file, sock, _ = raw
        sock.setblocking(False)
        assert file.readinto(bytearray(1)) is None
        assert file.read(1) is None
        while file.write(bytes(1 << 16)) is not None:
            pass
        assert file.write(b"x") is None

    def test_errors_come_through(self, raw):
        file, sock, far = raw
        far.close()
        with pytest.raises(BrokenPipeError):
            file.write(b"x")
        sock._real_close()
        with pytest.raises(OSError) as caught:
            file.read(1)
        assert caught.value.errno == errno.EBADF

    def test_a_timeout_ends_reading(self, raw):
        file, sock, far = raw
        sock.settimeout(0.001)
        with pytest.raises(TimeoutError):
            file.read(1)
        far.send(b"x")
        with pytest.raises(OSError, match="cannot read from timed out object"):
            file.read(1)
        # Writing, and other files of the socket, are as before.
        assert file.write(b"y") == 1
        with sock.makefile("rb", 0) as other:
            assert other.read(1) == b"x"

    def test_constructor(self, pair):
        for mode in ("r", "w", "rw", "rb", "wb", "rwb"):
            file = berkeley.SocketIO(pair[0], mode)
            assert file.mode == mode.replace("b", "") + "b"
            # It was not makefile() that made it: there is no reference to give back.
            pair[0]._io_refs += 1
            file.close()
            assert pair[0]._io_refs == 0
        for mode in ("", "b", "x", "r+", "br", None):
            with pytest.raises(ValueError, match="invalid mode"):
                berkeley.SocketIO(pair[0], mode)

    def test_it_is_a_raw_stream(self):
        assert issubclass(berkeley.SocketIO, io.RawIOBase)
        assert berkeley.SocketIO.__mro__[1] is io.RawIOBase
