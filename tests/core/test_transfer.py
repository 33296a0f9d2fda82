"""recv(2) and its relatives: the same cases for every function of the family."""

import errno
import random
import threading

import pytest

import berkeley

# The limits of berkeley/core/buffers.py: SMALL, LONG and AREA, and what lies one beyond each.
SIZES = [0, 1, 255, 256, 257, 16_384, 16_385, 1 << 20, (1 << 20) + 1]
PATTERN = random.Random(2).randbytes((1 << 20) + 1)


def send_in_thread(sock, data):
    thread = threading.Thread(target=sock.sendall, args=(data,))
    thread.start()
    return thread


class TestReceive:
    def test_data(self, receive, stream):
        near, far = stream
        far.sendall(b"hello")
        assert receive(near, 1000) == b"hello"

    @pytest.mark.parametrize("size", SIZES)
    def test_sizes(self, receive, pair, size):
        near, far = pair
        sender = send_in_thread(far, PATTERN[:size])
        got = receive(near, size, berkeley.MSG_WAITALL) if size else b""
        sender.join()
        assert got == PATTERN[:size]

    @pytest.mark.parametrize("size", SIZES[1:])
    def test_little_arrives_where_much_was_asked(self, receive, stream, size):
        near, far = stream
        for data in (b"a", b"bc"):
            far.sendall(data)
            assert receive(near, size, berkeley.MSG_PEEK) == data[:size]
            assert receive(near, len(data), berkeley.MSG_WAITALL) == data

    def test_zero_bytes_leave_the_data(self, receive, stream):
        near, far = stream
        far.sendall(b"x")
        assert receive(near, 0) == b""
        assert receive(near, 1) == b"x"

    def test_big_after_small_and_small_after_big(self, receive, pair):
        near, far = pair
        for length in (5, 100_000, 6, 7, 1 << 20, 1, 20_000, 16_385, 16_384, 300, 2):
            sender = send_in_thread(far, PATTERN[:length])
            assert receive(near, length, berkeley.MSG_WAITALL) == PATTERN[:length]
            sender.join()

    def test_stream_in_pieces(self, receive, stream):
        near, far = stream
        far.sendall(b"abcdef")
        assert receive(near, 4) == b"abcd"
        assert receive(near, 4) == b"ef"

    def test_end_of_stream(self, receive, stream):
        near, far = stream
        far.sendall(b"last")
        far.shutdown(berkeley.SHUT_WR)
        assert receive(near, 300) == b"last"
        assert receive(near, 300) == b""
        assert receive(near, 300) == b""

    def test_empty_datagram(self, receive, datagram):
        near, far = datagram
        far.send(b"")
        far.send(b"next")
        assert receive(near, 300) == b""
        assert receive(near, 300) == b"next"

    @pytest.mark.parametrize("size", [1, 256, 300, 20_000])
    def test_datagram_longer_than_the_buffer_is_cut(self, receive, datagram, size):
        near, far = datagram
        far.send(PATTERN[:30_000])
        far.send(b"next")
        assert receive(near, size) == PATTERN[:size]
        assert receive(near, 300) == b"next"

    @pytest.mark.parametrize("length", [256, 257, 16_384, 16_385, 60_000])
    def test_long_datagrams_after_short_ones(self, receive, datagram, length):
        near, far = datagram
        for size in (1, length, 2, length):
            far.send(PATTERN[:size])
            assert receive(near, 1 << 20) == PATTERN[:size]

    def test_peek(self, receive, datagram):
        near, far = datagram
        far.send(b"first")
        far.send(b"second")
        assert receive(near, 3, berkeley.MSG_PEEK) == b"fir"
        assert receive(near, 300, berkeley.MSG_PEEK) == b"first"
        assert receive(near, 300) == b"first"
        assert receive(near, 300) == b"second"

    @pytest.mark.parametrize("size", [10, 300, 16_384, (1 << 20) + 1])
    def test_timeout(self, receive, stream, size):
        near, _ = stream
        near.settimeout(0.001)
        with pytest.raises(TimeoutError) as caught:
            receive(near, size)
        assert caught.value.args == ("timed out",)
        assert caught.value.errno is None

    @pytest.mark.parametrize("size", [10, 300, 16_384, (1 << 20) + 1])
    def test_non_blocking(self, receive, stream, size):
        near, _ = stream
        near.setblocking(False)
        with pytest.raises(BlockingIOError) as caught:
            receive(near, size)
        assert caught.value.errno == errno.EAGAIN

    @pytest.mark.parametrize("timeout", [None, 0.0])
    def test_dontwait(self, receive, pair, timeout):
        near, _ = pair
        near.settimeout(timeout)
        with pytest.raises(BlockingIOError):
            receive(near, 10, berkeley.MSG_DONTWAIT)

    def test_timeout_counts_more_than_dontwait(self, receive, pair):
        near, _ = pair
        near.settimeout(0.001)
        with pytest.raises(TimeoutError):
            receive(near, 10, berkeley.MSG_DONTWAIT)

    @pytest.mark.parametrize("size", [10, 300, (1 << 20) + 1])
    def test_closed(self, receive, stream, size):
        near, _ = stream
        near.close()
        with pytest.raises(OSError) as caught:
            receive(near, size)
        assert caught.value.errno == errno.EBADF

    def test_not_connected(self, receive):
        with berkeley.socket() as sock, pytest.raises(OSError) as caught:
            receive(sock, 10)
        assert caught.value.errno == errno.ENOTCONN

    def test_reset_by_the_peer(self, receive, tcp):
        near, far = tcp
        # SO_LINGER with zero seconds: close() sends RST, socket(7).
        far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        far.close()
        with pytest.raises(ConnectionResetError):
            receive(near, 10)

    def test_waits_for_data_from_another_thread(self, receive, stream):
        near, far = stream
        near.settimeout(30)
        sender = send_in_thread(far, b"now")
        assert receive(near, 300) == b"now"
        sender.join()


class TestDatagramLength:
    """MSG_TRUNC as an argument: the kernel returns the real length of a datagram, recv(2)."""

    @pytest.mark.parametrize("size", [1, 10, 256, 257, 1000])
    @pytest.mark.parametrize("method", ["recv", "recvfrom", "recvmsg"])
    def test_bytes(self, udp, method, size):
        near, far = udp
        # What earlier messages have left in memory must not show behind what was received.
        far.send(b"S" * 5000)
        assert near.recv(1 << 16) == b"S" * 5000
        far.send(PATTERN[:3000])
        if method == "recvmsg":
            # It has a place of its own for what was cut.
            data, _, flags, _ = near.recvmsg(size, 0, berkeley.MSG_TRUNC)
            assert data == PATTERN[:size]
            assert flags & berkeley.MSG_TRUNC
            return
        result = getattr(near, method)(size, berkeley.MSG_TRUNC)
        data = result if method == "recv" else result[0]
        assert len(data) == 3000
        assert data[:size] == PATTERN[:size]
        assert not data[size:].strip(b"\0"), "memory that was not received is in the result"

    @pytest.mark.parametrize("method", ["recv_into", "recvfrom_into"])
    def test_into(self, udp, method):
        near, far = udp
        far.send(PATTERN[:3000])
        buffer = bytearray(10)
        result = getattr(near, method)(buffer, 0, berkeley.MSG_TRUNC)
        assert (result if method == "recv_into" else result[0]) == 3000
        assert buffer == PATTERN[:10]


class TestReceiveArguments:
    @pytest.mark.parametrize("method", ["recv", "recvfrom", "recvmsg"])
    def test_size(self, pair, method):
        call = getattr(pair[0], method)
        with pytest.raises(ValueError, match="negative buffer ?size in " + method):
            call(-1)
        for wrong in (1.0, "1", None):
            with pytest.raises(TypeError):
                call(wrong)
        with pytest.raises(OverflowError):
            call(1 << 64)
        with pytest.raises((MemoryError, OverflowError)):
            call((1 << 63) - 1)

    @pytest.mark.parametrize("method", ["recv_into", "recvfrom_into"])
    def test_buffers(self, pair, method):
        near, far = pair
        call = getattr(near, method)

        def received(*arguments, **keywords):
            result = call(*arguments, **keywords)
            return result if method == "recv_into" else result[0]

        far.sendall(b"0123456789")
        buffer = bytearray(8)
        assert received(buffer, 2) == 2
        assert received(memoryview(buffer)[2:4]) == 2
        assert received(buffer=memoryview(buffer)[4:], nbytes=3, flags=0) == 3
        assert buffer == b"0123456\0"
        for wrong in (b"bytes", "text", None, 5, memoryview(bytearray(8))[::2]):
            with pytest.raises(TypeError):
                call(wrong)
        with pytest.raises(ValueError, match="negative"):
            call(buffer, -1)
        with pytest.raises(ValueError, match="too small"):
            call(buffer, 9)
        # Nothing of all this has kept the buffer.
        buffer.clear()
        assert near.recv(10) == b"789"

    def test_recv_into_an_empty_buffer_takes_nothing(self, pair):
        near, far = pair
        far.sendall(b"x")
        assert near.recv_into(bytearray()) == 0
        assert near.recv(1) == b"x"


class TestSenderAddress:
    def test_of_a_datagram(self, datagram):
        near, far = datagram
        for receive in (
            lambda: near.recvfrom(10)[1],
            lambda: near.recvfrom_into(bytearray(10))[1],
            lambda: near.recvmsg(10)[3],
            lambda: near.recvmsg_into([bytearray(10)])[3],
        ):
            far.send(b"x")
            # An unnamed UNIX socket has no address to give.
            expected = None if near.family == berkeley.AF_UNIX else far.getsockname()
            assert receive() == expected

    def test_of_a_connected_stream_is_none(self, tcp):
        near, far = tcp
        far.sendall(b"xy")
        assert near.recvfrom(1) == (b"x", None)
        assert near.recvfrom_into(bytearray(1)) == (1, None)
