"""send_segments(), recv_segments(), recv_segments_into() and segments()."""

import array
import errno
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import berkeley
from berkeley import segments

# <linux/udp.h>
SOL_UDP, UDP_SEGMENT, UDP_GRO = 17, 103, 104


def need_offload():
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
        for option in (UDP_SEGMENT, UDP_GRO):
            try:
                sock.getsockopt(SOL_UDP, option)
            except OSError as error:
                pytest.skip(f"missing: UDP_SEGMENT and UDP_GRO ({error})")


def receive_all(sock, size=65_535):
    """All that is there: the datagrams, and how many calls they took."""
    sock.setblocking(False)
    taken = []
    calls = 0
    try:
        while True:
            data, length, _ = sock.recv_segments(size)
            calls += 1
            taken += [bytes(view) for view in segments(data, length)]
    except BlockingIOError:
        return taken, calls
    finally:
        sock.setblocking(True)


def switch_on(sock):
    """The first call switches UDP_GRO on."""
    assert receive_all(sock) == ([], 0)


def cut(data, size):
    return [data[i : i + size] for i in range(0, len(data), size)] or [b""]


def numbered(length):
    """Bytes of which no two pieces are alike."""
    return b"".join(i.to_bytes(4, "big") for i in range(length // 4 + 1))[:length]


@pytest.fixture(params=["udp", "udp6", "udplite", "no checksum", "unix"])
def sockets(request):
    """Two connected datagram sockets: with the offload, and where it is refused or is not there."""
    if request.param == "unix":
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    else:
        from tests.conftest import need

        family = berkeley.AF_INET6 if request.param == "udp6" else berkeley.AF_INET
        protocol = 0
        if request.param == "udp6":
            need("ipv6")
        if request.param == "udplite":
            need("udplite")
            protocol = berkeley.IPPROTO_UDPLITE
        near = berkeley.socket(family, berkeley.SOCK_DGRAM, protocol)
        far = berkeley.socket(family, berkeley.SOCK_DGRAM, protocol)
        for sock in (near, far):
            sock.bind(("::1" if request.param == "udp6" else "127.0.0.1", 0))
        near.connect(far.getsockname())
        far.connect(near.getsockname())
        if request.param == "no checksum":
            # UDP_SEGMENT needs checksums: EINVAL, EIO.
            near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_NO_CHECK, 1)
    with near, far:
        yield near, far


@pytest.mark.parametrize(
    ("length", "size"),
    [(0, 10), (1, 10), (10, 10), (11, 10), (20, 10), (64 * 100, 100), (10_000, 1200), (5, 1)],
)
def test_as_a_plain_loop(sockets, length, size):
    near, far = sockets
    data = numbered(length)
    assert near.send_segments(data, size) == length
    assert receive_all(far)[0] == cut(data, size)
    assert near.send_segments(data, size) == length
    assert receive_all(far)[0] == cut(data, size)


def test_one_call_for_many(udp):
    need_offload()
    near, far = udp
    switch_on(far)
    data = numbered(54 * 1200)
    assert near.send_segments(data, 1200) == len(data)
    assert far.recv_segments() == (data, 1200, near.getsockname())


def test_the_last_one_is_shorter(udp):
    need_offload()
    near, far = udp
    switch_on(far)
    data = numbered(10 * 1200 + 7)
    near.send_segments(data, 1200)
    received, size, _ = far.recv_segments()
    assert (received, size) == (data, 1200)
    assert [len(view) for view in segments(received, size)] == [1200] * 10 + [7]


@pytest.mark.parametrize(("size", "calls"), [(10, 4), (1200, 4), (32_000, 100), (40_000, 200)])
def test_as_many_calls_as_the_limits_ask_for(udp, size, calls):
    """64 segments, 65 507 bytes; what does not fit twice goes alone."""
    need_offload()
    near, far = udp
    switch_on(far)
    far.settimeout(10)
    data = numbered(200 * size)
    done = 0
    seen = 0
    got = []
    while done < len(data):
        # A part at a time, or the queue would be full.
        part = data[done : done + max(64 * 1000, size) // size * size]
        assert near.send_segments(part, size) == len(part)
        done += len(part)
        pieces, taken = receive_all(far)
        got += pieces
        seen += taken
    assert got == cut(data, size)
    assert seen <= calls


def test_without_coalescing_they_come_alone(udp):
    near, far = udp
    data = numbered(5000)
    near.send_segments(data, 1000)
    assert [far.recv(2000) for _ in range(5)] == cut(data, 1000)


def test_the_address(udp):
    near, _ = udp
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        switch_on(other)
        assert near.send_segments(b"abcde", 2, other.getsockname()) == 5
        data, size, address = other.recv_segments()
        assert address == near.getsockname()
        assert data[:size] == b"ab"
        assert near.send_segments(b"fg", 2, address=other.getsockname(), flags=0) == 2
    with pytest.raises(TypeError, match="AF_INET address must be tuple"):
        near.send_segments(b"abcde", 2, "host")


def test_into_a_buffer(sockets):
    near, far = sockets
    far.settimeout(10)
    address = None if near.family == berkeley.AF_UNIX else near.getsockname()
    buffer = bytearray(100)
    near.send(b"0123456789")
    assert far.recv_segments_into(buffer) == (10, 10, address)
    assert buffer == b"0123456789" + bytes(90)
    near.send(b"abcdefghij")
    assert far.recv_segments_into(buffer, 4) == (4, 4, address)
    assert buffer == b"abcd456789" + bytes(90)
    near.send(b"")
    assert far.recv_segments_into(buffer, nbytes=0, flags=0) == (0, 0, address)


def test_many_into_a_buffer(udp):
    need_offload()
    near, far = udp
    switch_on(far)
    data = numbered(5005)
    near.send_segments(data, 1000)
    buffer = bytearray(65_535)
    assert far.recv_segments_into(buffer) == (5005, 1000, near.getsockname())
    assert buffer[:5005] == data


def test_cut_in_the_middle(udp):
    need_offload()
    near, far = udp
    switch_on(far)
    near.send_segments(numbered(5000), 1000)
    assert far.recv_segments(1500)[:2] == (numbered(1500), 1000)
    near.send_segments(numbered(5000), 1000)
    assert far.recv_segments(500)[:2] == (numbered(500), 500)
    near.send_segments(numbered(5000), 1000)
    # The whole length is told by the kernel, and is not there.
    assert far.recv_segments(1500, berkeley.MSG_TRUNC)[:2] == (numbered(1500), 1000)


def test_options_of_the_program_leave_room(udp):
    """Timestamps and IP_PKTINFO come in the same control data."""
    need_offload()
    near, far = udp
    switch_on(far)
    far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_TIMESTAMPNS, 1)
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_PKTINFO, 1)
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_RECVTOS, 1)
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_RECVTTL, 1)
    near.send_segments(numbered(5000), 1000)
    assert far.recv_segments()[:2] == (numbered(5000), 1000)


@pytest.mark.needs("ipv6")
def test_longer_than_the_mtu():
    """IP cuts such datagrams, and UDP_SEGMENT refuses them: the plain way is taken."""
    with (
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as far,
    ):
        far.bind(("::1", 0))
        near.connect(far.getsockname())
        near.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_MTU, 1280)
        data = numbered(10_500)
        assert near.send_segments(data, 2000) == len(data)
        assert receive_all(far)[0] == cut(data, 2000)
        # A size within the MTU is segmented as ever.
        assert near.send_segments(data, 1000) == len(data)
        pieces, calls = receive_all(far)
        assert pieces == cut(data, 1000)
        assert calls <= 11


@pytest.mark.needs("udplite")
def test_a_refusal_is_remembered(udp):
    """UDP-Lite that is taken for UDP has the option, and the kernel refuses to send: EIO."""
    lite = berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM, berkeley.IPPROTO_UDPLITE)
    peer = berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM, berkeley.IPPROTO_UDPLITE)
    near = berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM, 17, fileno=lite.detach())
    data = numbered(5000)
    with near, peer:
        peer.bind(("127.0.0.1", 0))
        near.connect(peer.getsockname())
        item = (SOL_UDP, UDP_SEGMENT, (1000).to_bytes(2, sys.byteorder))
        with pytest.raises(OSError) as caught:
            near.sendmsg([data], [item])
        assert caught.value.errno == errno.EIO
        assert near.send_segments(data, 1000) == len(data)
        assert receive_all(peer) == (cut(data, 1000), 5)
        # The same object, now of a socket that would segment: it is not asked any more.
        switch_on(udp[1])
        os.dup2(udp[0].fileno(), near.fileno())
        assert near.send_segments(data, 1000) == len(data)
        assert receive_all(udp[1]) == (cut(data, 1000), 5)
    need_offload()
    assert udp[0].send_segments(data, 1000) == len(data)
    assert receive_all(udp[1]) == (cut(data, 1000), 1)


def test_too_long(udp):
    with pytest.raises(OSError) as caught:
        udp[0].send_segments(bytes(140_000), 70_000)
    assert caught.value.errno == errno.EMSGSIZE
    assert receive_all(udp[1]) == ([], 0)


def test_an_error_in_the_middle():
    """What was sent counts; the next call meets the error."""
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        near.setblocking(False)
        data = numbered(600 * 4)
        done = 0
        got = []
        partial = 0
        while done < len(data):
            try:
                sent = near.send_segments(memoryview(data)[done:], 4)
            except BlockingIOError:
                got += receive_all(far)[0]
                continue
            assert sent > 0
            assert sent % 4 == 0
            partial += sent < len(data) - done
            done += sent
        got += receive_all(far)[0]
        assert got == cut(data, 4)
        assert partial > 0


def test_the_timeout_is_that_of_the_call():
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        near.settimeout(0.01)
        data = numbered(600 * 4)
        done = near.send_segments(data, 4)
        assert 0 < done < len(data)
        with pytest.raises(TimeoutError, match=r"^timed out$"):
            near.send_segments(data[done:], 4)
        assert receive_all(far)[0] == cut(data[:done], 4)


@pytest.mark.timeout(60, method="thread")
@pytest.mark.parametrize("timeout", [None, 10])
def test_signals_while_it_sends(timeout):
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        near.settimeout(timeout)
        got = []

        def handle(*_):
            got.extend(receive_all(far)[0])

        before = signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        try:
            data = numbered(600 * 4)
            done = 0
            while done < len(data):
                done += near.send_segments(data[done:], 4)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        handle()
        assert got == cut(data, 4)


@pytest.mark.timeout(60, method="thread")
@pytest.mark.parametrize("timeout", [None, 10])
def test_signals_while_it_receives(datagram, timeout):
    near, far = datagram
    far.settimeout(timeout)
    count = 0

    def handle(*_):
        nonlocal count
        count += 1
        if count == 3:
            near.send(b"one")

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    try:
        assert far.recv_segments()[0] == b"one"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert count >= 3


def test_waits(datagram):
    _, far = datagram
    far.settimeout(0.01)
    with pytest.raises(TimeoutError, match=r"^timed out$"):
        far.recv_segments()
    with pytest.raises(TimeoutError, match=r"^timed out$"):
        far.recv_segments_into(bytearray(10))
    far.setblocking(False)
    with pytest.raises(BlockingIOError):
        far.recv_segments_into(bytearray(10))


def test_closed(datagram):
    near, _ = datagram
    near.close()
    for call in (
        lambda: near.send_segments(b"data", 2),
        near.recv_segments,
        lambda: near.recv_segments_into(bytearray(10)),
    ):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.EBADF


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda s: s.send_segments(b"data", 0), ValueError, "^size:"),
        (lambda s: s.send_segments(b"data", -1), ValueError, "^size:"),
        (lambda s: s.send_segments(b"data", 1.5), TypeError, "^size:"),
        (lambda s: s.send_segments(b"data", 1, None, "0"), TypeError, "^flags:"),
        (lambda s: s.send_segments("data", 1), TypeError, "bytes-like"),
        (lambda s: s.recv_segments(-1), ValueError, "^bufsize:"),
        (lambda s: s.recv_segments("1"), TypeError, "^bufsize:"),
        (lambda s: s.recv_segments(1, None), TypeError, "^flags:"),
        (lambda s: s.recv_segments_into(b"data"), TypeError, "^buffer:"),
        (lambda s: s.recv_segments_into(bytearray(4), 5), ValueError, "^nbytes:"),
        (lambda s: s.recv_segments_into(bytearray(4), -1), ValueError, "^nbytes:"),
        (lambda s: s.recv_segments_into(bytearray(4), 0, 0.5), TypeError, "^flags:"),
    ],
)
def test_bad_arguments(datagram, call, error, text):
    with pytest.raises(error, match=text):
        call(datagram[0])


def test_streams_are_refused(pair):
    near, far = pair
    far.send(b"data")
    for call in (
        lambda: near.send_segments(b"data", 2),
        near.recv_segments,
        lambda: near.recv_segments_into(bytearray(9)),
    ):
        with pytest.raises(ValueError, match="SOCK_STREAM"):
            call()
    assert near.recv(9) == b"data"


class TestSegments:
    def test_views(self):
        data = bytearray(b"0123456789")
        views = segments(data, 4)
        assert [bytes(view) for view in views] == [b"0123", b"4567", b"89"]
        assert {type(view) for view in views} == {memoryview}
        views[1][0] = 65
        assert data == b"0123A56789"
        assert (views[2].shape, views[2].nbytes, views[2].contiguous) == ((2,), 2, True)
        assert views[2][1:] == b"9"

    def test_a_single_one(self):
        assert segments(b"data", 4) == [b"data"]
        assert segments(b"data", 5) == [b"data"]
        assert segments(b"", 0) == [b""]
        assert segments(b"", 4) == [b""]

    def test_other_memory(self):
        numbers = array.array("I", [1, 2, 3])
        assert b"".join(segments(numbers, 5)) == numbers.tobytes()
        grid = memoryview(bytes(range(12))).cast("B", (3, 4))
        assert [bytes(view) for view in segments(grid, 8)] == [bytes(range(8)), bytes(range(8, 12))]

    def test_the_memory_stays(self):
        data = bytearray(b"0123456789")
        views = segments(data, 4)
        with pytest.raises(BufferError):
            data.clear()
        del views
        data.clear()

    @pytest.mark.parametrize(
        ("arguments", "error", "text"),
        [
            ((b"data", 0), ValueError, "^size:"),
            ((b"data", -1), ValueError, "^size:"),
            ((b"", -1), ValueError, "^size:"),
            ((b"data", 1.0), TypeError, "^size:"),
            (("data", 1), TypeError, "bytes-like"),
            ((memoryview(b"0123")[::2], 1), TypeError, "contiguous"),
        ],
    )
    def test_bad_arguments(self, arguments, error, text):
        with pytest.raises(error, match=text):
            segments(*arguments)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    length=st.integers(0, 100_000),
    size=st.one_of(st.integers(400, 3000), st.integers(3000, 65_507)),
    room=st.sampled_from([65_535, 70_000]),
)
def test_any_shape(udp, length, size, room):
    near, far = udp
    data = numbered(length)
    assert near.send_segments(data, size) == length
    assert receive_all(far, room)[0] == cut(data, size)
