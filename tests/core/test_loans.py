"""What is lent to the kernel: kept as long as it is in flight, and given back once."""

import errno
import gc
import threading
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley import ZeroCopy, core
from tests.bulk import numbered, receive
from tests.core.zerocopying import (
    PIECE,
    fill,
    need_zerocopy,
    nothing_left,  # noqa: F401 (a fixture)
)

# The memory is held until the kernel is done.


def test_a_bytearray_cannot_be_resized_meanwhile(tcp):
    near, far = tcp
    data = bytearray(PIECE)
    with need_zerocopy(near) as zero:
        total = fill(zero, near, data)
        assert zero.pending > 0
        with pytest.raises(BufferError):
            data.append(0)
        receive(far, total)
        zero.wait(10)
        data.append(0)
        assert [copied for _, copied in zero.completions()] == [True] * (-(-total // PIECE))


class Tracked(bytearray):
    """A bytearray has no weak references."""


def test_nothing_is_freed_early_nor_kept(tcp):
    near, far = tcp
    data = Tracked(PIECE)
    alive = weakref.ref(data)
    with need_zerocopy(near) as zero:
        total = fill(zero, near, data)
        del data
        gc.collect()
        assert alive() is not None
        receive(far, total)
        zero.wait(10)
        assert alive() is not None
        zero.completions()
        assert alive() is None


def test_a_send_that_failed_holds_nothing(tcp):
    near, far = tcp
    with need_zerocopy(near) as zero:
        total = fill(zero, near, bytes(PIECE))
        near.setblocking(False)
        data = bytearray(PIECE)
        pending = zero.pending
        with pytest.raises(BlockingIOError):
            zero.send(data)
        assert zero.pending == pending
        data.append(0)
        near.setblocking(True)
        receive(far, total)
        zero.wait(10)
        assert all(item is not data for item, _ in zero.completions())


# Waits


def test_wait_times_out(tcp):
    near, far = tcp
    zero = need_zerocopy(near)
    with zero:
        total = fill(zero, near, bytes(PIECE))
        for timeout in (0, 0.02):
            with pytest.raises(TimeoutError, match="timed out"):
                zero.wait(timeout)
        receive(far, total)
        zero.wait()


def test_a_connection_that_is_reset_gives_all_back(tcp):
    near, far = tcp
    data = bytearray(PIECE)
    with need_zerocopy(near) as zero:
        fill(zero, near, data)
        far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        far.close()
        zero.wait(10)
        data.append(0)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            zero.send(data)
        assert zero.pending == 0


# Closing


def test_leaving_the_block_waits(tcp):
    near, far = tcp
    data = bytearray(PIECE)
    got = []
    with need_zerocopy(near) as zero:
        total = fill(zero, near, data)
        reader = threading.Thread(target=lambda: got.append(len(receive(far, total))))
        reader.start()
    data.append(0)
    reader.join()
    assert got == [total]


@pytest.mark.parametrize("how", ["close", "del", "exception", "nonblocking"])
def test_closing_with_sends_in_flight(tcp, how):
    near, far = tcp
    data = bytearray(numbered(PIECE))
    zero = need_zerocopy(near)
    total = fill(zero, near, data)
    if how == "close":
        zero.close()
        zero.close()
    elif how == "exception":
        with pytest.raises(LookupError), zero:
            raise LookupError
    elif how == "nonblocking":
        near.setblocking(False)
        with zero:
            pass
    del zero
    near.close()
    assert ZeroCopy.leftovers() > 0
    with pytest.raises(BufferError):
        data.append(0)
    received = receive(far, 1 << 40)
    expected = bytes(data) * (total // PIECE + 1)
    assert received == expected[:total]
    while ZeroCopy.leftovers():
        pass
    data.append(0)
    assert near.fileno() == -1


def test_the_socket_closes_with_the_last_of_both(tcp):
    near, far = tcp
    with need_zerocopy(near) as zero:
        zero.send(bytes(PIECE))
        near.close()
        assert near.fileno() >= 0
        receive(far, PIECE)
        zero.wait(10)
    assert near.fileno() == -1
    assert far.recv(1) == b""
    for call in (lambda: zero.send(b"x"), lambda: zero.sendall(b"x")):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.EBADF
    assert zero.completions() != []


def test_a_detached_socket_gives_nothing_back_early(child):
    """Nobody can ask for it any more: the memory stays."""
    done = child(
        """
        import os
        import berkeley
        from berkeley import ZeroCopy

        with berkeley.create_server(("127.0.0.1", 0)) as server:
            near = berkeley.create_connection(server.getsockname())
            far, _ = server.accept()
        near.setblocking(False)
        zero = ZeroCopy(near)
        data = bytearray(200_000)
        try:
            while True:
                zero.send(data)
        except BlockingIOError:
            pass
        os.close(near.detach())
        try:
            zero.wait(10)
        except OSError as error:
            print(error.errno)
        zero.close()
        print(ZeroCopy.leftovers() > 0)
        try:
            data.append(0)
        except BufferError:
            print("held")
        far.close()
        """
    )
    assert done.stdout == f"{errno.EBADF}\nTrue\nheld\n"


# Threads, and the counter


def test_threads_share_one(tcp):
    near, far = tcp
    each = 300
    data = [bytearray([i]) * 11_000 for i in range(4)]
    got = []
    done = []
    reader = threading.Thread(target=lambda: got.append(receive(far, 4 * each * 11_000)))
    with need_zerocopy(near) as zero:

        def work(item):
            for _ in range(each):
                rest = memoryview(item)
                while rest:
                    rest = rest[zero.send(rest) :]
                done.extend(zero.completions())

        workers = [threading.Thread(target=work, args=[item]) for item in data]
        reader.start()
        for worker in workers:
            worker.start()
        for worker in [*workers, reader]:
            worker.join()
        zero.wait(10)
        done += zero.completions()
    assert [got[0].count(bytes([i])) for i in range(4)] == [each * 11_000] * 4
    assert len(done) >= 4 * each
    done.clear()
    gc.collect()
    for item in data:
        item.append(0)


@given(
    first=st.integers(0, 2**32 - 1),
    ranges=st.lists(st.integers(1, 5), max_size=10),
    shuffled=st.randoms(use_true_random=False),
)
def test_the_counter_wraps(first, ranges, shuffled):
    total = sum(ranges)
    held = {(first + i) % 2**32: i for i in range(total)}
    start = 0
    pieces = []
    for length in ranges:
        pieces.append((start, length))
        start += length
    shuffled.shuffle(pieces)
    for start, length in pieces:
        low = (first + start) % 2**32
        high = (first + start + length - 1) % 2**32
        taken = core.loans.take_range(held, low, high)
        assert taken == list(range(start, start + length))
        assert core.loans.take_range(held, low, high) == []
    assert held == {}


def test_a_range_that_is_not_ours():
    held = {5: "five", 2**32 - 1: "last"}
    assert core.loans.take_range(held, 6, 2**32 - 2) == []
    assert core.loans.take_range(held, 6, 4) == ["last"]
    assert core.loans.take_range(held, 6, 5) == ["five"]
