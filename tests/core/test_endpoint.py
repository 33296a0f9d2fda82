"""The state and the life of a socket: timeouts, blocking, closing, detaching, duplicates."""

import copy
import errno
import fcntl
import os
import pickle
import socket as standard

import pytest

import berkeley


def kernel_blocks(sock):
    return not fcntl.fcntl(sock.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK


class TestTimeout:
    @pytest.mark.parametrize("timeout", [None, 0, 0.0, 1, 2.5])
    def test_the_kernels_flag_follows(self, pair, timeout):
        sock, _ = pair
        sock.settimeout(timeout)
        assert kernel_blocks(sock) is (timeout is None)
        assert sock.getblocking() is (timeout is None or timeout > 0)
        assert sock.gettimeout() == sock.timeout == timeout

    @pytest.mark.parametrize(
        ("flag", "timeout"), [(True, None), (False, 0.0), (1, None), (0, 0.0), (-5, None)]
    )
    def test_setblocking(self, pair, flag, timeout):
        sock, _ = pair
        for before in (None, 5, 0):
            sock.settimeout(before)
            sock.setblocking(flag)
            assert sock.gettimeout() == timeout
            assert kernel_blocks(sock) is (timeout is None)

    @pytest.mark.parametrize("flag", [[], "x", 1.5, None])
    def test_flags_that_are_no_numbers(self, pair, flag):
        """Their truth counts in newer versions, older ones refuse them."""

        def outcome(sock):
            try:
                sock.setblocking(flag)
            except TypeError:
                return TypeError
            return sock.gettimeout()

        with standard.socket() as other:
            assert outcome(pair[0]) == outcome(other)

    def test_read_only(self, pair):
        for name in ("timeout", "family", "type", "proto"):
            with pytest.raises(AttributeError):
                setattr(pair[0], name, 1)

    def test_default(self):
        assert berkeley.getdefaulttimeout() is None
        for timeout in (3.5, 0.0, 7):
            berkeley.setdefaulttimeout(timeout)
            assert berkeley.getdefaulttimeout() == timeout
            with berkeley.socket() as sock:
                assert sock.gettimeout() == timeout
                assert not kernel_blocks(sock)
        berkeley.setdefaulttimeout(None)
        with berkeley.socket() as sock:
            assert sock.gettimeout() is None
            assert kernel_blocks(sock)

    def test_a_closed_socket(self, pair):
        sock, _ = pair
        sock.settimeout(5)
        sock.close()
        for call in (lambda: sock.settimeout(1), lambda: sock.setblocking(True)):
            with pytest.raises(OSError) as caught:
                call()
            assert caught.value.errno == errno.EBADF


class TestClose:
    def test_twice(self, pair):
        sock, _ = pair
        fd = sock.fileno()
        sock.close()
        assert sock.fileno() == -1
        reused = os.open(os.devnull, os.O_RDONLY)
        try:
            assert reused == fd
            sock.close()
            os.fstat(reused)
        finally:
            os.close(reused)

    def test_detach(self, pair):
        sock, far = pair
        fd = sock.fileno()
        assert sock.detach() == fd
        assert sock.fileno() == -1
        assert sock.detach() == -1
        sock.close()
        os.write(fd, b"still open")
        assert far.recv(20) == b"still open"
        os.close(fd)

    def test_error_of_close(self):
        sock = berkeley.socket()
        os.close(sock.fileno())
        with pytest.raises(OSError) as caught:
            sock.close()
        assert caught.value.errno == errno.EBADF
        # The descriptor is gone all the same.
        assert sock.fileno() == -1
        sock.close()

    @pytest.mark.parametrize(
        "name",
        [
            *("accept", "_accept", "getsockname", "getpeername", "listen", "dup"),
            *("get_inheritable", "getblocking", "gettimeout", "fileno", "detach", "close"),
        ],
    )
    def test_use_after_close(self, pair, name):
        sock, _ = pair
        sock.close()
        if name in ("getblocking", "gettimeout", "fileno", "detach", "close"):
            assert getattr(sock, name)() in (True, None, -1)
            return
        # dup() refuses the number -1 itself, before the kernel can.
        with pytest.raises((OSError, ValueError)) as caught:
            getattr(sock, name)()
        if isinstance(caught.value, OSError):
            assert caught.value.errno == errno.EBADF

    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("bind", (("127.0.0.1", 0),)),
            ("connect", (("127.0.0.1", 9),)),
            ("shutdown", (2,)),
            ("getsockopt", (1, 3)),
            ("setsockopt", (1, 2, 1)),
            ("recvmsg", (1,)),
            ("sendmsg", ([b"x"],)),
            ("sendto", (b"x", ("127.0.0.1", 9))),
            ("set_inheritable", (False,)),
        ],
    )
    def test_use_after_close_with_arguments(self, name, arguments):
        sock = berkeley.socket()
        sock.close()
        with pytest.raises(OSError) as caught:
            getattr(sock, name)(*arguments)
        assert caught.value.errno == errno.EBADF

    def test_connect_ex_after_close(self):
        sock = berkeley.socket()
        sock.close()
        assert sock.connect_ex(("127.0.0.1", 9)) == errno.EBADF

    def test_io_refs_delay_it(self, pair):
        sock, _ = pair
        sock._io_refs += 1
        sock.close()
        assert sock._closed
        assert sock.fileno() >= 0
        sock._decref_socketios()
        assert sock.fileno() == -1
        assert sock._io_refs == 0

    def test_real_close(self, pair):
        sock, _ = pair
        sock._io_refs = 5
        sock._real_close()
        assert sock.fileno() == -1
        sock._real_close()
        sock._io_refs = 0


class TestFunctions:
    def test_close(self, pair):
        fd = berkeley.dup(pair[0].fileno())
        assert berkeley.close(fd) is None
        for wrong in (fd, -1, 1 << 20):
            with pytest.raises(OSError) as caught:
                berkeley.close(wrong)
            assert caught.value.errno == errno.EBADF
        for wrong in (1.0, "1", None):
            with pytest.raises(TypeError):
                berkeley.close(wrong)
        with pytest.raises(OverflowError):
            berkeley.close(1 << 31)

    def test_close_of_a_socket_object_is_not_possible(self, pair):
        with pytest.raises(TypeError):
            berkeley.close(pair[0])

    def test_dup(self, pair):
        sock, far = pair
        os.set_inheritable(sock.fileno(), True)
        fd = berkeley.dup(sock.fileno())
        try:
            assert fd != sock.fileno()
            assert not os.get_inheritable(fd)
            assert os.fstat(fd) == os.fstat(sock.fileno())
        finally:
            os.close(fd)
        far.send(b"x")
        assert sock.recv(1) == b"x"

    def test_dup_errors(self):
        with pytest.raises(OSError) as caught:
            berkeley.dup(1 << 20)
        assert caught.value.errno == errno.EBADF
        for wrong in (1.0, "1", None):
            with pytest.raises(TypeError):
                berkeley.dup(wrong)
        with pytest.raises((OSError, ValueError)):
            berkeley.dup(-1)


class TestObject:
    def test_repr_of_the_base_type(self):
        sock = berkeley.SocketType(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        assert repr(sock) == f"<socket object, fd={sock.fileno()}, family=1, type=2, proto=0>"
        sock.close()
        assert repr(sock) == "<socket object, fd=-1, family=1, type=2, proto=0>"

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_no_pickling(self, pair, protocol):
        with pytest.raises(TypeError, match="cannot pickle 'socket' object"):
            pickle.dumps(pair[0], protocol)

    def test_no_copying(self, pair):
        for call in (copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot pickle 'socket' object"):
                call(pair[0])

    def test_an_endpoint_that_was_never_opened(self):
        sock = berkeley.socket.__new__(berkeley.socket)
        assert sock.fileno() == -1
        assert sock.gettimeout() is None
        assert not sock._closed
        sock.close()
        with pytest.raises(OSError) as caught:
            sock.recv(1)
        assert caught.value.errno == errno.EBADF

    def test_private_counters(self, pair):
        sock, _ = pair
        assert (sock._io_refs, sock._closed) == (0, False)
        sock.close()
        assert sock._closed is True
