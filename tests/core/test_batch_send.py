"""sendmmsg(): many messages out in one call, nothing lost."""

import array
import errno
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import berkeley
from berkeley import MessageBatch

# <linux/uio.h>
UIO_MAXIOV = 1024


def drain(sock, size=70_000):
    """What is there, message by message."""
    sock.setblocking(False)
    taken = []
    try:
        while True:
            taken.append(sock.recv(size))
    except BlockingIOError:
        return taken
    finally:
        sock.setblocking(True)


def test_of_all_kinds(datagram):
    near, far = datagram
    numbers = array.array("H", [1, 2])
    sent = near.sendmmsg(
        [
            b"bytes",
            bytearray(b"bytearray"),
            memoryview(b"memoryview"),
            numbers,
            b"",
            (b"tuple", None),
            ([b"of ", bytearray(b"several "), b"", memoryview(b"parts")], None),
            ((b"and ", b"a tuple"), None),
            ([], None),
            (b"ancdata", None, []),
        ]
    )
    assert sent == 10
    assert drain(far) == [
        b"bytes",
        b"bytearray",
        b"memoryview",
        numbers.tobytes(),
        b"",
        b"tuple",
        b"of several parts",
        b"and a tuple",
        b"",
        b"ancdata",
    ]


@pytest.mark.parametrize("make", [list, tuple, iter, lambda m: (x for x in m), dict.fromkeys])
def test_iterables(datagram, make):
    near, far = datagram
    assert near.sendmmsg(make([b"one", b"two"])) == 2
    assert drain(far) == [b"one", b"two"]


def test_nothing(datagram):
    assert datagram[0].sendmmsg([]) == 0
    assert datagram[0].sendmmsg(MessageBatch(2, 10)) == 0
    assert drain(datagram[1]) == []


def test_addresses():
    with (
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as one,
        berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as two,
    ):
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        a, b = one.getsockname(), two.getsockname()
        equal = (a[0], a[1])
        sent = near.sendmmsg(
            [(b"1", a), (b"2", a), (b"3", b), (b"4", equal), (b"5", b), (b"6", a), (b"7", b)]
        )
        assert sent == 7
        assert drain(one) == [b"1", b"2", b"4", b"6"]
        assert drain(two) == [b"3", b"5", b"7"]


def test_addresses_and_none_in_turns(udp):
    """None is the peer, whatever address was before it."""
    near, far = udp
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        address = other.getsockname()
        assert near.sendmmsg([(b"1", address), b"2", (b"3", address), (b"4", None)]) == 4
        assert drain(other) == [b"1", b"3"]
        assert drain(far) == [b"2", b"4"]


@pytest.mark.needs("ipv6")
def test_ipv6():
    with (
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as far,
    ):
        near.bind(("::1", 0))
        far.bind(("::1", 0))
        assert near.sendmmsg([(b"1", far.getsockname()), (b"2", far.getsockname())]) == 2
        batch = MessageBatch(4, 10)
        assert far.recvmmsg_into(batch) == 2
        assert batch.addresses() == [near.getsockname()] * 2


def test_unix_paths(named):
    near, far = named
    address = far.getsockname()
    assert near.sendmmsg([(b"1", address), (b"2", address)]) == 2
    assert drain(far) == [b"1", b"2"]


def test_ancillary_data():
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far, open(os.devnull) as file:
        fd = array.array("i", [file.fileno()])
        item = (berkeley.SOL_SOCKET, berkeley.SCM_RIGHTS, fd)
        assert near.sendmmsg([(b"1", None, [item]), (b"2", None, iter([item])), b"3"]) == 3
        messages = far.recvmmsg(4, 10, 64)
        assert [data for data, _, _, _ in messages] == [b"1", b"2", b"3"]
        assert [len(ancdata) for _, ancdata, _, _ in messages] == [1, 1, 0]
        for _, ancdata, _, _ in messages:
            for _, _, data in ancdata:
                os.close(int.from_bytes(data, sys.byteorder))


def test_no_more_than_1024(datagram):
    near, far = datagram
    far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVBUF, 1 << 22)
    near.setblocking(False)
    messages = iter([b"%d" % i for i in range(UIO_MAXIOV + 5)])
    sent = near.sendmmsg(messages)
    # What was not taken from the iterable is still there.
    assert next(messages) == b"%d" % UIO_MAXIOV
    assert 1 <= sent <= UIO_MAXIOV
    if near.family != berkeley.AF_UNIX:
        assert sent == UIO_MAXIOV
    got = drain(far)
    assert got == [b"%d" % i for i in range(len(got))]


def test_a_full_queue():
    """Partial success is told; with the rest of the messages nothing is lost."""
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        near.setblocking(False)
        messages = [b"%d" % i for i in range(600)]
        got = []
        done = 0
        partial = 0
        while done < len(messages):
            try:
                sent = near.sendmmsg(messages[done:])
            except BlockingIOError:
                got += drain(far)
                continue
            assert sent > 0
            partial += sent < len(messages) - done
            done += sent
        got += drain(far)
        assert got == messages
        assert partial > 0


def test_timeout(fill):
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        fill(near)
        near.settimeout(0.01)
        with pytest.raises(TimeoutError, match=r"^timed out$"):
            near.sendmmsg([b"one", b"two"])
        drain(far)
        assert near.sendmmsg([b"one", b"two"]) == 2
        assert drain(far) == [b"one", b"two"]


@pytest.mark.timeout(60, method="thread")
@pytest.mark.parametrize("timeout", [None, 10])
def test_signals(fill, timeout):
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        fill(near)
        near.settimeout(timeout)
        count = 0

        def handle(*_):
            nonlocal count
            count += 1
            if count == 3:
                drain(far)

        before = signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        try:
            assert near.sendmmsg([b"one"]) == 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert count >= 3
        assert drain(far) == [b"one"]


@pytest.mark.timeout(60, method="thread")
def test_a_handler_that_raises(fill):
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        fill(near)
        near.settimeout(None)
        before = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(LookupError))
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        try:
            with pytest.raises(LookupError):
                near.sendmmsg([b"one"])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert b"one" not in drain(far)


class TestErrorsInTheMiddle:
    def test_too_long(self, udp):
        near, far = udp
        messages = [b"one", b"two", bytes(70_000), b"four"]
        assert near.sendmmsg(messages) == 2
        with pytest.raises(OSError) as caught:
            near.sendmmsg(messages[2:])
        assert caught.value.errno == errno.EMSGSIZE
        assert near.sendmmsg(messages[3:]) == 1
        assert drain(far) == [b"one", b"two", b"four"]

    def test_refused(self):
        """The error of the first message comes back before the second is sent."""
        with (
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as near,
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as far,
        ):
            far.bind(("127.0.0.1", 0))
            near.connect(far.getsockname())
            far.close()
            near.settimeout(10)
            # As with send(): the first is sent, the second gets its error.
            assert near.sendmmsg([b"one", b"two", b"three"]) == 1
            assert near.send(b"two") == 3
            with pytest.raises(ConnectionRefusedError):
                near.sendmmsg([b"three"])

    def test_an_address_that_does_not_fit(self, udp):
        """Nothing is sent when one of the messages is none."""
        near, far = udp
        with pytest.raises(TypeError, match="AF_INET address must be tuple"):
            near.sendmmsg([b"one", (b"two", "host")])
        with pytest.raises(OverflowError):
            near.sendmmsg([b"one", (b"two", ("127.0.0.1", 70_000))])
        assert drain(far) == []


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        (1, "^messages: an iterable is required, not int$"),
        (None, "^messages: an iterable is required, not NoneType$"),
        (b"bytes", "^messages: a message is .* not int$"),
        (["text"], "^messages: a message is .* not str$"),
        ([[b"a", b"b"]], "^messages: a message is .* not list$"),
        ([None], "^messages: a message is .* not NoneType$"),
        ([()], "^messages: .* not a tuple of 0$"),
        ([(b"a",)], "^messages: .* not a tuple of 1$"),
        ([(b"a", None, [], 0)], "^messages: .* not a tuple of 4$"),
        ([("text", None)], "^messages: data must be .* not str$"),
        ([(None, None)], "^messages: data must be .* not NoneType$"),
        ([([b"a", "b"], None)], "^a bytes-like object is required, not 'str'$"),
        ([(b"a", None, 1)], "^messages: ancdata must be an iterable, not int$"),
        ([(b"a", None, [1])], "ancillary data items"),
    ],
)
def test_what_is_no_message(datagram, messages, text):
    near, far = datagram
    with pytest.raises(TypeError, match=text):
        near.sendmmsg(messages)
    assert drain(far) == []


def test_what_the_iterable_raises(datagram):
    def messages():
        yield b"one"
        raise LookupError

    with pytest.raises(LookupError):
        datagram[0].sendmmsg(messages())
    assert drain(datagram[1]) == []


def test_memory_that_is_not_contiguous(datagram):
    with pytest.raises(BufferError):
        datagram[0].sendmmsg([memoryview(b"0123")[::2]])


@pytest.mark.parametrize("flags", [1.5, "0", None])
def test_flags_that_are_no_number(flags, datagram):
    with pytest.raises(TypeError, match=r"^flags:"):
        datagram[0].sendmmsg([], flags)


def test_streams_are_refused(stream):
    """The kernel would count a message of which it has taken a part."""
    near, _ = stream
    for messages in ([b"one"], [], MessageBatch(1, 1)):
        with pytest.raises(ValueError, match="SOCK_STREAM"):
            near.sendmmsg(messages)


def test_closed(datagram):
    near, _ = datagram
    near.close()
    for messages in ([b"one"], []):
        with pytest.raises(OSError) as caught:
            near.sendmmsg(messages)
        assert caught.value.errno == errno.EBADF


def test_buffers_cannot_be_resized_under_way(datagram):
    """What converting a later message runs finds the earlier ones held."""
    near, far = datagram
    data = bytearray(b"0123456789")
    parts = [b"part " * 2, data]

    def ancdata():
        parts.clear()
        with pytest.raises(BufferError):
            data.clear()
        yield from ()

    assert near.sendmmsg([data, (parts, None), (b"x", None, ancdata())]) == 3
    data.clear()
    assert drain(far) == [b"0123456789", b"part part 0123456789", b"x"]


def test_audit_events(child):
    """As sendmsg() raises them, one for each message."""
    child(
        """
        import sys
        import berkeley
        from berkeley import MessageBatch

        near, far = (berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) for _ in range(2))
        with near, far:
            near.bind(("127.0.0.1", 0))
            far.bind(("127.0.0.1", 0))
            address = far.getsockname()
            near.connect(address)
            events = []

            def hook(event, arguments):
                if event == "socket.sendmsg":
                    events.append(arguments)

            sys.addaudithook(hook)
            near.sendmmsg([b"1", (b"2", address), (b"3", address)])
            assert events == [(near, None), (near, address), (near, address)], events
            batch = MessageBatch(4, 10)
            assert far.recvmmsg_into(batch) == 3
            events.clear()
            far.sendmmsg(batch)
            assert events == [(far, near.getsockname())] * 3, events
            events.clear()
            near.send_segments(b"data", 2)
            assert events == [(near, None)], events
        """
    )


class TestEcho:
    def test_to_where_they_came_from(self):
        with (
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as far,
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as one,
            berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as two,
        ):
            for sock in (far, one, two):
                sock.bind(("127.0.0.1", 0))
            for sender, data in ((one, b"1"), (two, b"22"), (one, b""), (two, b"4" * 20)):
                sender.sendto(data, far.getsockname())
            batch = MessageBatch(8, 10)
            assert far.recvmmsg_into(batch) == 4
            assert far.sendmmsg(batch) == 4
            assert drain(one) == [b"1", b""]
            # Cut when it came.
            assert drain(two) == [b"22", b"4" * 10]
            # The batch is as it was.
            assert [bytes(view) for view in batch] == [b"1", b"22", b"", b"4" * 10]

    def test_the_peer_where_there_is_no_address(self):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far:
            near.sendmmsg([b"1", b"2"])
            batch = MessageBatch(8, 10)
            far.recvmmsg_into(batch)
            assert far.sendmmsg(batch) == 2
            assert drain(near) == [b"1", b"2"]

    def test_the_rest_of_a_batch(self, datagram):
        near, far = datagram
        near.sendmmsg([b"1", b"2", b"3"])
        batch = MessageBatch(8, 10)
        far.recvmmsg_into(batch)
        assert far.sendmmsg(batch.messages()[1:]) == 2
        assert drain(near) == [b"2", b"3"]


shapes = st.lists(
    st.one_of(
        st.binary(max_size=200),
        st.integers(0, 2000).map(bytes),
        st.lists(st.binary(max_size=50), max_size=6),
    ),
    max_size=40,
)


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX"])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(messages=shapes, capacity=st.integers(1, 16), bufsize=st.integers(0, 1500))
def test_as_a_plain_loop(family, messages, capacity, bufsize, request):
    """Messages of any shape: what arrives is what a loop of sendmsg() and recvmsg() gives."""
    fixture = {"AF_INET": "udp", "AF_INET6": "udp6_pair", "AF_UNIX": "named"}[family]
    near, far = request.getfixturevalue(fixture)
    near.setblocking(False)
    far.setblocking(False)
    batch = MessageBatch(capacity, bufsize)
    plain = []
    batched = []

    def receive():
        try:
            while True:
                count = far.recvmmsg_into(batch)
                assert 1 <= count <= capacity
                for i, (view, address) in enumerate(batch.messages()):
                    batched.append((bytes(view), batch.ancdata(i), batch.msg_flags(i), address))
        except BlockingIOError:
            pass

    for message in messages:
        near.sendmsg(message if isinstance(message, list) else [message])
        plain.append(far.recvmsg(bufsize))
    given = [(m, None) if isinstance(m, list) else m for m in messages]
    while given:
        try:
            given = given[near.sendmmsg(given) :]
        except BlockingIOError:
            pass
        receive()
    assert batched == plain


@pytest.fixture
def udp6_pair(request):
    from tests.conftest import _udp, need

    need("ipv6")
    near, far = _udp(berkeley.AF_INET6, "::1")
    with near, far:
        yield near, far
