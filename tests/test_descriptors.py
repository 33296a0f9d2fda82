"""socketpair, fromfd, send_fds and recv_fds."""

import errno
import os
import struct

import pytest

import berkeley


class TestSocketpair:
    def test_default(self):
        near, far = berkeley.socketpair()
        with near, far:
            for sock in (near, far):
                assert type(sock) is berkeley.socket
                assert (sock.family, sock.type, sock.proto) == (1, 1, 0)
                assert sock.gettimeout() is None
                assert not sock.get_inheritable()
            near.send(b"x")
            assert far.recv(1) == b"x"

    @pytest.mark.parametrize(
        "kind", [berkeley.SOCK_STREAM, berkeley.SOCK_DGRAM, berkeley.SOCK_SEQPACKET]
    )
    @pytest.mark.parametrize("family", [None, berkeley.AF_UNIX])
    def test_kinds(self, family, kind):
        near, far = berkeley.socketpair(family, type=kind, proto=0)
        with near, far:
            assert near.type is far.type is kind
            near.send(b"x")
            assert far.recv(1) == b"x"

    @pytest.mark.parametrize("timeout", [2.5, 0.0])
    def test_default_timeout(self, timeout):
        berkeley.setdefaulttimeout(timeout)
        near, far = berkeley.socketpair()
        with near, far:
            assert near.gettimeout() == far.gettimeout() == timeout
            assert not os.get_blocking(near.fileno())
            assert not os.get_blocking(far.fileno())

    def test_flags_in_the_type(self):
        near, far = berkeley.socketpair(type=berkeley.SOCK_STREAM | berkeley.SOCK_CLOEXEC)
        with near, far:
            assert near.type is berkeley.SOCK_STREAM

    def test_family_without_pairs(self):
        with pytest.raises(OSError) as caught:
            berkeley.socketpair(berkeley.AF_INET)
        assert caught.value.errno == errno.EOPNOTSUPP

    def test_arguments(self):
        for wrong in ("1", 1.0):
            with pytest.raises(TypeError):
                berkeley.socketpair(wrong)
            with pytest.raises(TypeError):
                berkeley.socketpair(type=wrong)


class TestFallback:
    @pytest.mark.parametrize("family", [None, "AF_INET", "AF_INET6"])
    def test_pair(self, family, request):
        if family == "AF_INET6":
            request.getfixturevalue("tcp6")
        number = None if family is None else getattr(berkeley, family)
        near, far = berkeley._fallback_socketpair(number)
        with near, far:
            assert near.getpeername() == far.getsockname()
            near.send(b"x")
            assert far.recv(1) == b"x"
            assert near.gettimeout() is far.gettimeout() is None

    def test_a_stranger_is_noticed(self, monkeypatch):
        """Somebody else connects between listen() and our own connect()."""
        strangers = []
        listen = berkeley.socket.listen

        def listen_and_be_taken(sock, *arguments):
            listen(sock, *arguments)
            strangers.append(berkeley.create_connection(sock.getsockname()))

        monkeypatch.setattr(berkeley.socket, "listen", listen_and_be_taken)
        # Either the ends do not match, or our own connection was reset with the listener.
        with pytest.raises(OSError) as caught:
            berkeley._fallback_socketpair()
        for stranger in strangers:
            stranger.close()
        assert caught.value.errno in (None, errno.ENOTCONN)
        assert len(strangers) == 1

    def test_refused(self):
        for arguments in ((berkeley.AF_UNIX,), (None, berkeley.SOCK_DGRAM), (None, 1, 6)):
            with pytest.raises(ValueError, match="supported"):
                berkeley._fallback_socketpair(*arguments)


class TestFromfd:
    def test_duplicate(self, pair):
        near, far = pair
        with berkeley.fromfd(near.fileno(), berkeley.AF_UNIX, berkeley.SOCK_STREAM) as copy:
            assert type(copy) is berkeley.socket
            assert copy.fileno() != near.fileno()
            assert not copy.get_inheritable()
            copy.send(b"x")
        assert far.recv(1) == b"x"
        near.send(b"y")
        assert far.recv(1) == b"y"

    def test_says_what_it_is_told(self, pair):
        with berkeley.fromfd(pair[0].fileno(), berkeley.AF_INET6, 2, proto=3) as copy:
            assert (copy.family, copy.type, copy.proto) == (10, 2, 3)

    def test_errors_leave_nothing(self, tmp_path):
        with open(tmp_path / "file", "wb") as file:
            with pytest.raises(OSError) as caught:
                berkeley.fromfd(file.fileno(), 1, 1)
            assert caught.value.errno == errno.ENOTSOCK
        with pytest.raises(OSError) as caught:
            berkeley.fromfd(1 << 20, 1, 1)
        assert caught.value.errno == errno.EBADF
        for wrong in (-1, "1", 1.0, None):
            with pytest.raises((OSError, TypeError, ValueError)):
                berkeley.fromfd(wrong, 1, 1)


@pytest.fixture
def files():
    made = [os.memfd_create(f"berkeley-{i}") for i in range(5)]
    for i, fd in enumerate(made):
        os.write(fd, b"%d" % i)
    yield made
    for fd in made:
        os.close(fd)


def contents(fds):
    """What is in files that were received, which are closed."""
    found = []
    for fd in fds:
        assert not os.get_inheritable(fd)
        found.append(os.pread(fd, 10, 0))
        os.close(fd)
    return found


class TestFds:
    @pytest.mark.parametrize("count", [1, 2, 5])
    def test_there_and_back(self, pair, files, count):
        near, far = pair
        assert berkeley.send_fds(near, [b"da", b"ta"], files[:count]) == 4
        data, fds, flags, address = berkeley.recv_fds(far, 100, count)
        assert (data, flags, address) == (b"data", 0, None)
        assert contents(fds) == [b"%d" % i for i in range(count)]

    def test_room_for_more(self, pair, files):
        near, far = pair
        berkeley.send_fds(near, [b"x"], files[:1])
        _, fds, flags, _ = berkeley.recv_fds(far, 100, 50)
        assert flags == 0
        assert contents(fds) == [b"0"]

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_room_for_fewer(self, pair, files, count):
        near, far = pair
        berkeley.send_fds(near, [b"x"], files)
        _, fds, flags, _ = berkeley.recv_fds(far, 100, count)
        assert flags == berkeley.MSG_CTRUNC
        # Padding may have room for one more.
        assert contents(fds)[:count] == [b"%d" % i for i in range(count)]

    def test_none(self, pair):
        near, far = pair
        berkeley.send_fds(near, [b"x"], [])
        assert berkeley.recv_fds(far, 100, 5) == (b"x", [], 0, None)

    def test_flags(self, pair, files):
        near, far = pair
        far.setblocking(True)
        with pytest.raises(BlockingIOError):
            berkeley.recv_fds(far, 1, 1, berkeley.MSG_DONTWAIT)
        berkeley.send_fds(near, [b"abc"], files[:1], berkeley.MSG_DONTWAIT)
        data, fds, _, _ = berkeley.recv_fds(far, 1, 1, flags=berkeley.MSG_PEEK)
        assert (data, contents(fds)) == (b"a", [b"0"])
        data, fds, flags, _ = berkeley.recv_fds(far, 9, 1, berkeley.MSG_CMSG_CLOEXEC)
        # The kernel repeats the flag, and this caller has asked for it.
        assert flags == berkeley.MSG_CMSG_CLOEXEC
        assert (data, contents(fds)) == (b"abc", [b"0"])

    def test_address(self, files):
        with (
            berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as near,
            berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as far,
        ):
            near.bind("")
            far.bind("")
            berkeley.send_fds(near, [b"x"], files[:1], 0, far.getsockname())
            data, fds, _, address = berkeley.recv_fds(far, 10, 1)
            assert (data, address) == (b"x", near.getsockname())
            assert contents(fds) == [b"0"]

    def test_bad_descriptors(self, pair):
        with pytest.raises(OSError) as caught:
            berkeley.send_fds(pair[0], [b"x"], [1 << 20])
        assert caught.value.errno == errno.EBADF
        for wrong in (["1"], [1.5], [None]):
            with pytest.raises((TypeError, struct.error)):
                berkeley.send_fds(pair[0], [b"x"], wrong)

    def test_a_socket_through_a_socket(self, pair, tcp):
        near, far = pair
        client, accepted = tcp
        berkeley.send_fds(near, [b"x"], [client.fileno()])
        _, (fd,), _, _ = berkeley.recv_fds(far, 1, 1)
        with berkeley.socket(fileno=fd) as received:
            assert (received.family, received.proto) == (berkeley.AF_INET, berkeley.IPPROTO_TCP)
            received.send(b"hello")
            assert accepted.recv(10) == b"hello"
