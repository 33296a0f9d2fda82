"""send(2) and its relatives: the same cases for every function of the family."""

import errno
import random
import threading

import pytest

import berkeley

# Around the limits of the kernel's default buffers as well as of berkeley/core/buffers.py.
SIZES = [1, 256, 257, 16_384, 16_385, 1 << 20, (1 << 20) + 1]
PATTERN = random.Random(2).randbytes((1 << 20) + 1)


def send_in_thread(sock, data):
    thread = threading.Thread(target=sock.sendall, args=(data,))
    thread.start()
    return thread


class TestSend:
    def test_data(self, outgoing):
        transmit, near, far = outgoing
        assert transmit(near, b"hello") == 5
        assert far.recv(10) == b"hello"

    @pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
    def test_bytes_like(self, outgoing, kind):
        transmit, near, far = outgoing
        assert transmit(near, kind(b"bytes")) == 5
        assert far.recv(10) == b"bytes"

    def test_items_count_as_their_bytes(self, outgoing):
        transmit, near, far = outgoing
        assert transmit(near, memoryview(b"12345678").cast("I")) == 8
        assert far.recv(10) == b"12345678"

    def test_empty_datagram(self, transmit, datagram):
        near, far = datagram
        if near.family == berkeley.AF_UNIX and transmit.__name__ == "sendto":
            near.bind("")
            far.bind("")
        assert transmit(near, b"") == 0
        assert far.recv(10) == b""

    def test_nothing_into_a_stream(self, outgoing):
        transmit, near, far = outgoing
        assert transmit(near, b"") == 0
        near.close()
        assert far.recv(10) == b""

    @pytest.mark.parametrize("method", ["send", "sendall", "sendmsg"])
    def test_peer_has_closed(self, pair, method):
        near, far = pair
        far.close()
        with pytest.raises(BrokenPipeError):
            getattr(near, method)([b"x"] if method == "sendmsg" else b"x")

    def test_full_non_blocking(self, outgoing):
        transmit, near, _ = outgoing
        near.setblocking(False)
        with pytest.raises(BlockingIOError) as caught:
            while True:
                transmit(near, PATTERN)
        assert caught.value.errno == errno.EAGAIN

    def test_full_timeout(self, outgoing):
        transmit, near, _ = outgoing
        near.settimeout(0.001)
        with pytest.raises(TimeoutError) as caught:
            while True:
                transmit(near, PATTERN)
        assert caught.value.args == ("timed out",)

    def test_closed(self, transmit, tcp):
        near, far = tcp
        address = far.getsockname()
        near.close()
        with pytest.raises(OSError) as caught:
            if transmit.__name__ == "sendto":
                near.sendto(b"x", address)
            else:
                transmit(near, b"x")
        assert caught.value.errno == errno.EBADF

    def test_not_connected(self, transmit):
        with berkeley.socket() as sock, pytest.raises(OSError) as caught:
            transmit(sock, b"x")
        # EPIPE is send(2)'s word for it on a TCP socket that never was connected.
        assert caught.value.errno in (errno.ENOTCONN, errno.EPIPE)

    def test_too_long_a_datagram(self, transmit, udp):
        near, _ = udp
        with pytest.raises(OSError) as caught:
            transmit(near, bytes(70_000))
        assert caught.value.errno == errno.EMSGSIZE

    @pytest.mark.parametrize("wrong", ["text", None, 5, 1.5, [b"x"]])
    @pytest.mark.parametrize("method", ["send", "sendall"])
    def test_wrong_types(self, pair, method, wrong):
        with pytest.raises(TypeError, match="a bytes-like object is required"):
            getattr(pair[0], method)(wrong)

    def test_non_contiguous(self, pair):
        for call in (pair[0].send, pair[0].sendall):
            with pytest.raises((TypeError, BufferError)):
                call(memoryview(b"abcdef")[::2])

    @pytest.mark.parametrize("length", SIZES)
    def test_sendall_sends_all(self, stream, length):
        near, far = stream
        sender = send_in_thread(near, PATTERN[:length])
        assert far.recv(length, berkeley.MSG_WAITALL) == PATTERN[:length]
        sender.join()

    @pytest.mark.parametrize("timeout", [None, 30.0])
    def test_sendall_of_much(self, stream, timeout):
        near, far = stream
        near.settimeout(timeout)
        data = PATTERN * 4
        sender = send_in_thread(near, data)
        with far.makefile("rb") as file:
            assert file.read(len(data)) == data
        sender.join()


class TestSendto:
    def test_both_forms(self):
        with (
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock,
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as receiver,
        ):
            receiver.bind(("127.0.0.1", 0))
            target = receiver.getsockname()
            assert sock.sendto(b"two", target) == 3
            assert receiver.recvfrom(10) == (b"two", ("127.0.0.1", sock.getsockname()[1]))
            assert sock.sendto(b"three", berkeley.MSG_DONTWAIT, target) == 5
            assert receiver.recv(10) == b"three"

    def test_connected_unix_stream_takes_no_address(self, pair):
        with pytest.raises(OSError) as caught:
            pair[0].sendto(b"x", "")
        assert caught.value.errno == errno.EISCONN

    def test_wrong_arguments(self, udp):
        near, far = udp
        target = far.getsockname()
        for arguments in (
            (),
            (b"x",),
            (b"x", 0, target, 1),
            ("text", target),
            (b"x", None),
            (b"x", "0", target),
            (b"x", 0.0, target),
            (b"x", 0, None),
        ):
            with pytest.raises(TypeError):
                near.sendto(*arguments)
