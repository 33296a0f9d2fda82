"""MessageBatch, recvmmsg() and recvmmsg_into()."""

import errno
import gc
import os
import signal
import threading

import pytest

import berkeley
from berkeley import MessageBatch

# <linux/socket.h>, <linux/uio.h>
UIO_MAXIOV = 1024


def rights(*fds):
    """Ancillary data that sends descriptors."""
    data = b"".join(fd.to_bytes(4, "little") for fd in fds)
    return [(berkeley.SOL_SOCKET, berkeley.SCM_RIGHTS, data)]


def received_fds(ancdata):
    [(level, kind, data)] = ancdata
    assert (level, kind) == (berkeley.SOL_SOCKET, berkeley.SCM_RIGHTS)
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError as error:
        assert error.errno == errno.EBADF
        return False
    return True


def inode(fd):
    return os.fstat(fd).st_ino


def open_copies(fd):
    """How many descriptors of this process are of the same file as *fd*, itself included."""
    wanted = inode(fd)
    found = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            found += inode(int(name)) == wanted
        except OSError:
            # The listing's own.
            pass
    return found


def test_a_new_batch_is_empty():
    batch = MessageBatch(3, 100, 20)
    assert (batch.capacity, batch.bufsize, batch.ancbufsize) == (3, 100, 20)
    assert len(batch) == 0
    assert list(batch) == []
    assert batch.messages() == []
    assert batch.addresses() == []
    with pytest.raises(IndexError, match="index"):
        batch[0]


def test_arguments_by_name():
    batch = MessageBatch(count=2, bufsize=10, ancbufsize=4)
    assert (batch.capacity, batch.bufsize, batch.ancbufsize) == (2, 10, 4)
    assert MessageBatch(2, 10).ancbufsize == 0


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((0, 10), ValueError, "count"),
        ((-1, 10), ValueError, "count"),
        ((UIO_MAXIOV + 1, 10), ValueError, "count"),
        ((1, -1), ValueError, "bufsize"),
        ((1, 1 << 62), ValueError, "bufsize"),
        ((1, 10, -1), ValueError, "ancbufsize"),
        ((1, 10, 1 << 31), ValueError, "ancbufsize"),
        ((1.5, 10), TypeError, "count"),
        ((1, "10"), TypeError, "bufsize"),
        ((1, 10, None), TypeError, "ancbufsize"),
    ],
)
def test_bad_sizes(arguments, error, text, pair):
    with pytest.raises(error, match=f"^{text}:"):
        MessageBatch(*arguments)
    with pytest.raises(error, match=f"^{text}:"):
        pair[0].recvmmsg(*arguments)


def test_memory_that_is_not_there():
    with pytest.raises(MemoryError):
        MessageBatch(UIO_MAXIOV, (1 << 62) // UIO_MAXIOV)


def test_the_largest_batch(datagram):
    near, far = datagram
    near.send(b"one")
    batch = MessageBatch(UIO_MAXIOV, 65535)
    assert far.recvmmsg_into(batch) == 1
    assert batch[0] == b"one"


def test_messages_of_several_sizes(datagram):
    near, far = datagram
    sizes = [64, 0, 1, 1200, 64]
    data = [bytes([i + 1]) * size for i, size in enumerate(sizes)]
    for each in data:
        near.send(each)
    batch = MessageBatch(8, 1200)
    assert far.recvmmsg_into(batch) == 5
    assert len(batch) == 5
    assert [bytes(view) for view in batch] == data
    assert [bytes(batch[i]) for i in range(-5, 0)] == data
    assert [bytes(view) for view, _ in batch.messages()] == data
    address = near.getsockname() if near.family != berkeley.AF_UNIX else None
    assert batch.addresses() == [address] * 5
    assert [batch.address(i) for i in range(5)] == [address] * 5
    assert [address for _, address in batch.messages()] == [address] * 5
    assert [batch.msg_flags(i) for i in range(5)] == [0] * 5
    assert [batch.ancdata(i) for i in range(5)] == [[]] * 5


def test_as_recvmsg(datagram):
    """recvmmsg() is a list of what recvmsg() returns."""
    near, far = datagram
    for _ in range(2):
        for size in (10, 0, 300):
            near.send(bytes(size))
    one_by_one = [far.recvmsg(200, 64) for _ in range(3)]
    together = far.recvmmsg(8, 200, 64)
    assert together == one_by_one
    assert together[2][2] == berkeley.MSG_TRUNC


def test_names_of_unix_sockets(named):
    near, far = named
    near.send(b"data")
    batch = MessageBatch(2, 10)
    far.recvmmsg_into(batch)
    assert batch.address(0) == near.getsockname()


def test_no_more_than_fit(datagram):
    near, far = datagram
    for i in range(5):
        near.send(bytes([i]))
    batch = MessageBatch(2, 10)
    taken = []
    for expected in (2, 2, 1):
        assert far.recvmmsg_into(batch) == expected
        taken += [bytes(view) for view in batch]
    assert taken == [b"\0", b"\1", b"\2", b"\3", b"\4"]


def test_truncated(datagram):
    near, far = datagram
    near.send(b"0123456789")
    near.send(b"short")
    batch = MessageBatch(2, 5)
    assert far.recvmmsg_into(batch) == 2
    assert [bytes(view) for view in batch] == [b"01234", b"short"]
    assert [batch.msg_flags(i) for i in range(2)] == [berkeley.MSG_TRUNC, 0]


def test_the_whole_length_is_told_and_not_shown(datagram):
    """With MSG_TRUNC the kernel counts bytes that it does not write."""
    near, far = datagram
    near.send(b"0123456789")
    batch = MessageBatch(2, 4)
    assert far.recvmmsg_into(batch, berkeley.MSG_TRUNC) == 1
    assert bytes(batch[0]) == b"0123"
    near.send(b"0123456789")
    [(data, _, flags, _)] = far.recvmmsg(1, 4, 0, berkeley.MSG_TRUNC)
    assert (data, flags) == (b"0123", berkeley.MSG_TRUNC)


def test_buffers_of_no_bytes(datagram):
    near, far = datagram
    near.send(b"data")
    batch = MessageBatch(1, 0)
    assert far.recvmmsg_into(batch) == 1
    assert batch[0] == b""
    assert batch.msg_flags(0) == berkeley.MSG_TRUNC


def test_peeking(datagram):
    near, far = datagram
    near.send(b"data")
    batch = MessageBatch(1, 10)
    assert far.recvmmsg_into(batch, berkeley.MSG_PEEK) == 1
    assert batch[0] == b"data"
    assert far.recv(10) == b"data"


def test_the_same_address_is_the_same_object(udp):
    near, far = udp
    batch = MessageBatch(4, 10)
    for _ in range(2):
        near.send(b"")
        near.send(b"")
    far.recvmmsg_into(batch)
    first, *others = batch.addresses()
    assert all(other is first for other in others)
    near.send(b"")
    far.recvmmsg_into(batch)
    assert batch.address(0) is first


def test_addresses_that_differ():
    with (
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as far,
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as one,
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as two,
    ):
        far.bind(("127.0.0.1", 0))
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.2", 0))
        for sender in (one, two, two, one):
            sender.sendto(b"", far.getsockname())
        batch = MessageBatch(4, 10)
        assert far.recvmmsg_into(batch) == 4
        a, b = one.getsockname(), two.getsockname()
        assert batch.addresses() == [a, b, b, a]


def test_one_batch_for_sockets_of_all_families(udp, named, pair):
    batch = MessageBatch(2, 10)
    for near, far in (udp, named, pair, udp):
        near.send(b"data")
        assert far.recvmmsg_into(batch) == 1
        near.send(b"data")
        data, _, _, address = far.recvmsg(10)
        assert (batch[0], batch.address(0)) == (data, address)


@pytest.mark.needs("packet")
def test_addresses_that_need_the_socket():
    """The name of an interface is looked up when the address is read."""
    with (
        berkeley.socket(berkeley.AF_PACKET, berkeley.SOCK_DGRAM) as far,
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as near,
    ):
        far.settimeout(10)
        far.bind(("lo", 0x0003))
        near.sendto(b"data", ("127.0.0.1", 9))
        batch = MessageBatch(2, 100)
        far.recvmmsg_into(batch)
        assert batch.address(0)[0] == "lo"


class TestViews:
    def test_the_next_receive_writes_over_them(self, udp):
        near, far = udp
        batch = MessageBatch(1, 10)
        near.send(b"one")
        far.recvmmsg_into(batch)
        view = batch[0]
        near.send(b"two")
        far.recvmmsg_into(batch)
        assert view == b"two"

    def test_they_outlive_the_batch(self, udp):
        near, far = udp
        batch = MessageBatch(2, 10)
        near.send(b"one")
        near.send(b"second")
        far.recvmmsg_into(batch)
        views = [*batch, *(view for view, _ in batch.messages())]
        del batch
        gc.collect()
        assert [bytes(view) for view in views] == [b"one", b"second"] * 2

    def test_they_are_memoryviews_of_bytes(self, udp):
        near, far = udp
        batch = MessageBatch(2, 10)
        near.send(b"0123456")
        near.send(b"ab")
        far.recvmmsg_into(batch)
        view = batch[1]
        assert type(view) is memoryview
        assert (view.format, view.itemsize, view.ndim) == ("B", 1, 1)
        assert (view.shape, view.strides, view.nbytes) == ((2,), (1,), 2)
        assert view.contiguous
        assert not view.readonly
        assert view[1:].tobytes() == b"b"
        assert view.tolist() == [97, 98]
        view[0] = 65
        assert batch[1] == b"Ab"
        assert batch[0] == b"0123456"

    def test_one_released_is_no_other(self, udp):
        near, far = udp
        batch = MessageBatch(1, 10)
        near.send(b"one")
        far.recvmmsg_into(batch)
        with batch[0] as view:
            assert view == b"one"
        assert batch[0] == b"one"

    def test_nothing_else_is_seen(self, udp):
        """What the kernel has not written is zeros."""
        near, far = udp
        batch = MessageBatch(4, 100)
        near.send(b"one")
        far.recvmmsg_into(batch)
        whole = memoryview(batch[0].obj)
        assert whole.nbytes == 400
        assert bytes(whole[3:]) == bytes(397)


class TestIndexes:
    @pytest.fixture
    def batch(self, udp):
        near, far = udp
        near.send(b"one")
        batch = MessageBatch(4, 10)
        far.recvmmsg_into(batch)
        return batch

    @pytest.mark.parametrize("index", [1, -2, 1 << 40])
    def test_out_of_range(self, batch, index):
        for read in (batch.__getitem__, batch.address, batch.msg_flags, batch.ancdata):
            with pytest.raises(IndexError, match=r"^index:"):
                read(index)

    @pytest.mark.parametrize("index", ["0", 0.0, None, slice(1)])
    def test_no_index(self, batch, index):
        for read in (batch.__getitem__, batch.address, batch.msg_flags, batch.ancdata):
            with pytest.raises(TypeError, match=r"^index:"):
                read(index)

    def test_the_batch_is_usable_after_it(self, batch, udp):
        with pytest.raises(IndexError):
            batch[1]
        udp[0].send(b"two")
        assert udp[1].recvmmsg_into(batch) == 1
        assert batch[0] == b"two"


class TestDescriptors:
    def test_read(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far, open(os.devnull) as file:
            near.sendmsg([b"one"], rights(file.fileno()))
            near.sendmsg([b"two"])
            batch = MessageBatch(4, 10, 64)
            assert far.recvmmsg_into(batch) == 2
            assert batch.msg_flags(0) == 0
            [fd] = received_fds(batch.ancdata(0))
            assert batch.ancdata(1) == []
            assert not os.get_inheritable(fd)
            assert received_fds(batch.ancdata(0)) == [fd]
            near.sendmsg([b"three"])
            far.recvmmsg_into(batch)
            del batch
            assert is_open(fd)
            os.close(fd)

    def test_closed_by_the_next_receive(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far, open(os.devnull) as file:
            batch = MessageBatch(4, 10, 64)
            for _ in range(3):
                near.sendmsg([b"one"], rights(file.fileno(), file.fileno()))
            before = open_copies(file.fileno())
            assert far.recvmmsg_into(batch) == 3
            assert open_copies(file.fileno()) == before + 6
            taken = received_fds(batch.ancdata(1))
            near.send(b"two")
            assert far.recvmmsg_into(batch) == 1
            assert open_copies(file.fileno()) == before + 2
            for fd in taken:
                os.close(fd)

    def test_closed_by_a_receive_that_fails(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far, open(os.devnull) as file:
            batch = MessageBatch(4, 10, 64)
            near.sendmsg([b"one"], rights(file.fileno()))
            before = open_copies(file.fileno())
            far.recvmmsg_into(batch)
            far.setblocking(False)
            with pytest.raises(BlockingIOError):
                far.recvmmsg_into(batch)
            assert open_copies(file.fileno()) == before
            assert len(batch) == 0

    def test_closed_when_the_batch_dies(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far, open(os.devnull) as file:
            batch = MessageBatch(4, 10, 64)
            near.sendmsg([b"one"], rights(file.fileno()))
            before = open_copies(file.fileno())
            far.recvmmsg_into(batch)
            assert open_copies(file.fileno()) == before + 1
            view = batch[0]
            del batch
            assert open_copies(file.fileno()) == before
            assert view == b"one"

    def test_of_recvmmsg(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far, open(os.devnull) as file:
            near.sendmsg([b"one"], rights(file.fileno()))
            near.sendmsg([b"two"], rights(file.fileno()))
            messages = far.recvmmsg(4, 10, 64)
            fds = [fd for _, ancdata, _, _ in messages for fd in received_fds(ancdata)]
            assert len(fds) == 2
            for fd in fds:
                assert not os.get_inheritable(fd)
                os.close(fd)

    def test_cut(self):
        """Without room the kernel closes them itself."""
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far, open(os.devnull) as file:
            near.sendmsg([b"one"], rights(file.fileno()))
            before = open_copies(file.fileno())
            batch = MessageBatch(4, 10)
            far.recvmmsg_into(batch)
            assert batch.msg_flags(0) == berkeley.MSG_CTRUNC
            assert batch.ancdata(0) == []
            assert open_copies(file.fileno()) == before


class TestWaits:
    def test_non_blocking(self, datagram):
        _, far = datagram
        far.setblocking(False)
        with pytest.raises(BlockingIOError):
            far.recvmmsg_into(MessageBatch(2, 10))
        with pytest.raises(BlockingIOError):
            far.recvmmsg(2, 10)

    def test_dontwait(self, datagram):
        _, far = datagram
        with pytest.raises(BlockingIOError):
            far.recvmmsg(2, 10, 0, berkeley.MSG_DONTWAIT)

    def test_timeout(self, datagram):
        near, far = datagram
        batch = MessageBatch(2, 10)
        near.send(b"one")
        far.recvmmsg_into(batch)
        far.settimeout(0.01)
        with pytest.raises(TimeoutError, match=r"^timed out$"):
            far.recvmmsg_into(batch)
        assert len(batch) == 0
        near.send(b"two")
        assert far.recvmmsg_into(batch) == 1

    @pytest.mark.parametrize("timeout", [None, 10])
    def test_one_message_ends_the_wait(self, datagram, timeout):
        near, far = datagram
        far.settimeout(timeout)
        batch = MessageBatch(8, 10)
        started = threading.Event()

        def send():
            started.wait(10)
            near.send(b"one")

        thread = threading.Thread(target=send)
        thread.start()
        started.set()
        assert far.recvmmsg_into(batch) == 1
        thread.join()
        assert batch[0] == b"one"

    @pytest.mark.timeout(60, method="thread")
    @pytest.mark.parametrize("timeout", [None, 10])
    def test_signals(self, datagram, timeout):
        """The handler runs, and the call goes on; what the handler raises ends it."""
        near, far = datagram
        far.settimeout(timeout)
        batch = MessageBatch(8, 10)
        count = 0

        def handle(*_):
            nonlocal count
            count += 1
            if count == 3:
                near.send(b"one")
            if count == 6:
                raise LookupError

        before = signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        try:
            assert far.recvmmsg_into(batch) == 1
            assert count >= 3
            with pytest.raises(LookupError):
                while True:
                    far.recvmmsg_into(batch)
            assert len(batch) == 0
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        near.send(b"two")
        assert far.recvmmsg_into(batch) == 1

    def test_closed(self, datagram):
        _, far = datagram
        far.close()
        with pytest.raises(OSError) as caught:
            far.recvmmsg_into(MessageBatch(2, 10))
        assert caught.value.errno == errno.EBADF

    def test_refused(self, udp):
        """The error of an earlier send is the receive's, once."""
        near, far = udp
        address = far.getsockname()
        far.close()
        near.send(b"")
        near.settimeout(10)
        with pytest.raises(ConnectionRefusedError):
            near.recvmmsg(2, 10)
        near.setblocking(False)
        with pytest.raises(BlockingIOError):
            near.recvmmsg(2, 10)
        assert near.getpeername() == address


class TestTwoUsers:
    def test_a_receive_wants_the_batch_for_itself(self, datagram):
        near, far = datagram
        batch = MessageBatch(2, 10)
        near.send(b"one")
        far.recvmmsg_into(batch)
        thread = threading.Thread(target=far.recvmmsg_into, args=(batch,))
        thread.start()
        # It has emptied the batch before it waits.
        while True:
            try:
                if len(batch) == 0:
                    batch.messages()
            except RuntimeError:
                break
        for use in (
            batch.messages,
            batch.addresses,
            batch.__iter__,
            lambda: batch[0],
            lambda: batch.address(0),
            lambda: batch.msg_flags(0),
            lambda: batch.ancdata(0),
            lambda: near.recvmmsg_into(batch),
            lambda: near.sendmmsg(batch),
        ):
            with pytest.raises(RuntimeError, match=r"^the batch is in use by another call$"):
                use()
        near.send(b"two")
        thread.join()
        assert [bytes(view) for view in batch] == [b"two"]

    def test_no_batch(self, datagram):
        for other in (None, [], b"", 1):
            with pytest.raises(TypeError, match="batch"):
                datagram[0].recvmmsg_into(other)


@pytest.mark.parametrize("flags", [1.5, "0", None])
def test_flags_that_are_no_number(flags, pair):
    with pytest.raises(TypeError, match=r"^flags:"):
        pair[0].recvmmsg_into(MessageBatch(1, 1), flags)
    with pytest.raises(TypeError, match=r"^flags:"):
        pair[0].recvmmsg(1, 1, 0, flags)


def test_a_stream(pair):
    """A stream has no messages: what is there comes, in pieces of the size of a buffer."""
    near, far = pair
    near.sendall(b"0123456789")
    batch = MessageBatch(8, 4)
    got = far.recvmmsg_into(batch)
    assert b"".join(batch) == b"0123456789"
    assert got == 3


def test_a_stream_with_a_recvmsg_of_its_own():
    class Decrypting(berkeley.socket):
        def recvmsg(self, *arguments):
            raise NotImplementedError

    with Decrypting() as sock:
        with pytest.raises(NotImplementedError, match="recvmmsg not allowed on instances of"):
            sock.recvmmsg(1, 10)
        with pytest.raises(NotImplementedError, match="recvmmsg not allowed on instances of"):
            sock.recvmmsg_into(MessageBatch(1, 10))
