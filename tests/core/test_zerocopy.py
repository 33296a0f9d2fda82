"""ZeroCopy: sends from the memory of the program, without a copy where the kernel can."""

import errno
import signal
import threading

import pytest

import berkeley
from berkeley import ZeroCopy
from tests.bulk import numbered, receive
from tests.core.zerocopying import (
    PIECE,
    fill,
    need_zerocopy,
    nothing_left,  # noqa: F401 (a fixture)
)


@pytest.fixture(params=["tcp", "tcp6"])
def streams(request):
    return request.getfixturevalue(request.param)


# One send and its completion.


def test_a_send_and_its_completion(streams):
    near, far = streams
    data = bytearray(numbered(PIECE))
    with need_zerocopy(near) as zero:
        assert zero.send(data) == PIECE
        assert receive(far, PIECE) == data
        zero.wait(10)
        assert zero.pending == 0
        [(same, copied)] = zero.completions()
        assert same is data
        # Loopback hands memory to another program, and so it copies.
        assert copied is True
        assert zero.completions() == []


def test_datagrams(udp):
    near, far = udp
    data = [numbered(20_000 + i) for i in range(5)]
    with need_zerocopy(near) as zero:
        for item in data:
            assert zero.send(item) == len(item)
        zero.wait(10)
        assert zero.completions() == [(item, True) for item in data]
        assert [far.recv(65_535) for _ in data] == data


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_to_an_address(family):
    if family == "AF_INET6":
        from tests.conftest import need

        need("ipv6")
    host = "::1" if family == "AF_INET6" else "127.0.0.1"
    number = getattr(berkeley, family)
    with (
        berkeley.socket(number, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(number, berkeley.SOCK_DGRAM) as far,
    ):
        far.bind((host, 0))
        with need_zerocopy(near) as zero:
            data = numbered(30_000)
            assert zero.send(data, far.getsockname()) == 30_000
            assert zero.send(b"short", far.getsockname()) == 5
            assert far.recv(65_535) == data
            assert far.recv(65_535) == b"short"
            with pytest.raises(OSError) as caught:
                zero.send(data)
            assert caught.value.errno == errno.EDESTADDRREQ
            zero.wait(10)
            assert sorted(zero.completions()) == [(data, True), (b"short", True)]


def test_the_largest_datagram_in_too_many_pages(udp):
    """65 507 bytes that touch 17 pages."""
    near, far = udp
    with need_zerocopy(near) as zero, memoryview(bytearray(numbered(80_000))) as whole:
        for offset in range(0, 8192, 1000):
            data = whole[offset : offset + 65_507]
            assert zero.send(data) == 65_507
            assert far.recv(65_535) == data
            zero.wait(10)
            assert zero.completions() == [(data, True)]
            data.release()
        with pytest.raises(OSError) as caught:
            zero.send(whole[:65_508])
        assert caught.value.errno == errno.EMSGSIZE
        assert zero.pending == 0


@pytest.mark.needs("dummy")
def test_what_really_is_not_copied(child):
    """Through a device that throws all away: loopback copies always."""
    done = child(
        """
        import ctypes, subprocess
        import berkeley
        from berkeley import ZeroCopy

        assert ctypes.CDLL(None).unshare(0x40000000) == 0
        for command in (
            "link add dummy9 type dummy",
            "addr add 192.0.2.1/24 dev dummy9",
            "link set dummy9 up",
            "neigh add 192.0.2.2 lladdr 02:00:00:00:00:09 dev dummy9",
        ):
            subprocess.run(["ip", *command.split()], check=True)
        data = bytes(1400)
        with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
            with ZeroCopy(sock, threshold=1400) as zero:
                for item in (data, data[:1399]):
                    zero.send(item, ("192.0.2.2", 9))
                    zero.wait(10)
                    print([(len(data), copied) for data, copied in zero.completions()])
        """
    )
    assert done.stdout == "[(1400, False)]\n[(1399, True)]\n"


# The ordinary way: where zero copy is refused, or not worth it.


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_unix_sockets_copy(kind):
    near, far = berkeley.socketpair(berkeley.AF_UNIX, getattr(berkeley, kind))
    data = numbered(20_000)
    with near, far, ZeroCopy(near) as zero:
        assert zero.enabled is False
        assert zero.send(data) == 20_000
        assert zero.pending == 0
        assert zero.completions() == [(data, True)]
        assert far.recv(65_535) == data


@pytest.mark.parametrize(
    ("size", "threshold", "pieces"), [(0, 0, 0), (99, 100, 0), (100, 100, 1), (1, 0, 1)]
)
def test_the_threshold(streams, size, threshold, pieces):
    near, far = streams
    need_zerocopy_of_kind = ZeroCopy(near, threshold=threshold)
    with need_zerocopy_of_kind as zero:
        data = bytes(size)
        assert zero.send(data) == size
        # What the kernel counts: the next number that it gives is known from its completions.
        zero.wait(10)
        assert zero.completions() == [(data, True)]
        near.send(bytes(10), berkeley.MSG_ZEROCOPY)
        receive(far, size + 10)
        numbers = []
        while not numbers:
            try:
                _, [(_, _, told)], _, _ = near.recvmsg(0, 512, berkeley.MSG_ERRQUEUE)
            except BlockingIOError:
                continue
            numbers = [told[8], told[12]]
        assert numbers == [pieces, pieces]


def test_more_in_flight_than_the_kernel_allows(tcp):
    """ENOBUFS: net.core.optmem_max is full of sends without a completion; the rest is copied."""
    near, far = tcp
    with ZeroCopy(near, threshold=2000) as zero:
        if not zero.enabled:
            pytest.skip("missing: SO_ZEROCOPY")
        near.setblocking(False)
        # A short one between two long ones: the kernel would put them together otherwise.
        sent = []
        with pytest.raises(BlockingIOError):
            while True:
                data = bytes([len(sent) % 251]) * (1999 if len(sent) % 2 else 2000)
                got = zero.send(data)
                sent.append(data[:got])
        near.setblocking(True)
        long = [data for data in sent if len(data) == 2000]
        assert 0 < zero.pending < len(long)
        everything = b"".join(sent)
        assert receive(far, len(everything)) == everything
        zero.wait(10)
        assert len(zero.completions()) == len(sent)


def test_memory_that_may_not_be_locked(child):
    """ENOBUFS by RLIMIT_MEMLOCK, for who has no CAP_IPC_LOCK."""
    done = child(
        """
        import os, resource
        import berkeley
        from berkeley import ZeroCopy

        with berkeley.create_server(("127.0.0.1", 0)) as server:
            near = berkeley.create_connection(server.getsockname())
            far, _ = server.accept()
        with near, far, ZeroCopy(near) as zero:
            berkeley.socket.recv  # all is loaded: another user may not read these files
            if os.getuid() == 0:
                os.setresuid(65534, 65534, 65534)
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (4096, 4096))
            data = bytes(100_000)
            print(zero.send(data), zero.pending, zero.completions() == [(data, True)])
        """
    )
    assert done.stdout == "100000 0 True\n"


# sendall()


@pytest.mark.parametrize("timeout", [None, 10])
def test_sendall(streams, timeout):
    near, far = streams
    near.settimeout(timeout)
    data = bytearray(numbered(10_000_000))
    got = []
    reader = threading.Thread(target=lambda: got.append(receive(far, len(data))))
    with need_zerocopy(near) as zero:
        reader.start()
        zero.sendall(data)
        zero.sendall(b"")
        reader.join()
        assert got == [data]
        zero.wait(10)
        assert sorted(zero.completions(), key=lambda done: len(done[0])) == [
            (b"", True),
            (data, True),
        ]


def test_sendall_times_out(tcp):
    near, far = tcp
    near.settimeout(0.05)
    data = bytearray(30_000_000)
    zero = need_zerocopy(near)
    with zero:
        with pytest.raises(TimeoutError, match="timed out"):
            zero.sendall(data)
        assert zero.pending > 0
        assert zero.completions() == []
        near.shutdown(berkeley.SHUT_WR)
        receive(far, 30_000_000)
        zero.wait(10)
        assert zero.completions() == [(data, True)]


def test_sendall_is_for_streams(udp):
    with ZeroCopy(udp[0]) as zero, pytest.raises(ValueError, match="streams"):
        zero.sendall(b"x")


# Waits


def test_send_times_out(tcp):
    near, far = tcp
    with need_zerocopy(near) as zero:
        total = fill(zero, near, bytes(PIECE))
        near.settimeout(0.02)
        with pytest.raises(TimeoutError, match="timed out"):
            zero.send(bytes(PIECE))
        with pytest.raises(BlockingIOError):
            zero.send(bytes(PIECE), flags=berkeley.MSG_DONTWAIT)
        near.settimeout(None)
        receive(far, total)


def test_a_signal_handler_that_raises_ends_a_blocking_send(tcp):
    near, far = tcp

    def handler(*_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with need_zerocopy(near) as zero:
            total = fill(zero, near, bytes(PIECE))
            signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
            with pytest.raises(KeyboardInterrupt):
                zero.send(bytes(PIECE))
            signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
            with pytest.raises(KeyboardInterrupt):
                zero.wait()
            receive(far, total)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# Wrong and right uses


def test_one_for_a_socket(tcp):
    near, _ = tcp
    zero = ZeroCopy(near)
    with pytest.raises(ValueError, match="already"):
        ZeroCopy(near)
    zero.close()
    with pytest.raises(ValueError, match="already"):
        ZeroCopy(near)


def test_wrong_arguments(tcp):
    near, far = tcp
    far.close()
    with pytest.raises(OSError) as caught:
        ZeroCopy(far)
    assert caught.value.errno == errno.EBADF
    for wrong in (None, 3):
        with pytest.raises(TypeError):
            ZeroCopy(wrong)
    with pytest.raises(TypeError):
        ZeroCopy(near, threshold="x")
    with ZeroCopy(near) as zero:
        with pytest.raises(TypeError, match="bytes-like"):
            zero.send("text")
        with pytest.raises(BufferError):
            zero.send(memoryview(bytes(100_000))[::2])
        with pytest.raises(TypeError):
            zero.send(b"x", flags="x")
        with pytest.raises(ValueError, match="out of range"):
            zero.wait(-1)
        assert (zero.pending, zero.completions()) == (0, [])
    with pytest.raises(TypeError):
        ZeroCopy.__new__(ZeroCopy)


def test_no_descriptor_is_left(descriptors):
    before = len(descriptors())
    for _ in range(50):
        with berkeley.create_server(("127.0.0.1", 0)) as server:
            near = berkeley.create_connection(server.getsockname())
            far, _ = server.accept()
        with near, far, ZeroCopy(near) as zero:
            zero.send(bytes(PIECE), flags=berkeley.MSG_ZEROCOPY)
            receive(far, PIECE)
    assert len(descriptors()) == before


def test_a_socket_with_a_send_of_its_own():
    class Encrypting(berkeley.socket):
        def send(self, data, flags=0):
            raise AssertionError

    with Encrypting() as sock, pytest.raises(ValueError, match="has a send\\(\\) of its own"):
        ZeroCopy(sock)

    class Counting(berkeley.socket):
        def recv(self, bufsize, flags=0):
            raise AssertionError

    with Counting() as sock, ZeroCopy(sock) as zero:
        assert zero.pending == 0
