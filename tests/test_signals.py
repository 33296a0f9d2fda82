"""Signals during every blocking call: the handler runs, the call goes on or raises."""

import errno
import os
import signal
import threading
import time

import pytest

import berkeley

# The interval timer is ours: pytest-timeout watches by a thread here.
pytestmark = pytest.mark.timeout(60, method="thread")

INTERVAL = 0.01


class Interrupted(Exception):
    pass


class Clock:
    """SIGALRM every few milliseconds; the third one lets the call succeed, or ends it."""

    def __init__(self, action):
        self.action = action
        self.count = 0

    def handle(self, number, frame):
        self.count += 1
        if self.count == 3:
            self.action()

    def __enter__(self):
        self.before = signal.signal(signal.SIGALRM, self.handle)
        signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
        return self

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)


def interrupt():
    raise Interrupted


def drain(sock):
    """Take what is there, so that the peer can send again."""
    sock.setblocking(False)
    taken = 0
    try:
        while data := sock.recv(1 << 20):
            taken += len(data)
    except BlockingIOError:
        pass
    return taken


RECEIVING = {
    "recv": lambda sock: sock.recv(10),
    "recv of much": lambda sock: sock.recv(100_000),
    "recv_into": lambda sock: sock.recv_into(bytearray(10)),
    "recvfrom": lambda sock: sock.recvfrom(10)[0],
    "recvfrom_into": lambda sock: sock.recvfrom_into(bytearray(10))[0],
    "recvmsg": lambda sock: sock.recvmsg(10)[0],
    "recvmsg_into": lambda sock: sock.recvmsg_into([bytearray(10)])[0],
}
SENDING = {
    "send": lambda sock: sock.send(b"x" * 100),
    "sendall": lambda sock: sock.sendall(b"x" * 100),
    "sendto": lambda sock: sock.sendto(b"x" * 100, sock.getpeername()),
    "sendmsg": lambda sock: sock.sendmsg([b"x" * 100]),
}
timeouts = pytest.mark.parametrize("timeout", [None, 30.0], ids=["blocking", "timeout"])


@timeouts
@pytest.mark.parametrize("name", RECEIVING)
class TestReceiving:
    def test_goes_on(self, pair, name, timeout):
        near, far = pair
        near.settimeout(timeout)
        with Clock(lambda: far.send(b"data")) as clock:
            assert RECEIVING[name](near) in (b"data", 4)
            assert clock.count >= 3

    def test_ends(self, pair, name, timeout):
        near, far = pair
        near.settimeout(timeout)
        with Clock(interrupt), pytest.raises(Interrupted):
            RECEIVING[name](near)
        # Nothing is lost, and the socket works.
        far.send(b"data")
        assert near.recv(10) == b"data"


@timeouts
@pytest.mark.parametrize("name", SENDING)
class TestSending:
    @pytest.fixture
    def ends(self, request, name):
        return request.getfixturevalue("named" if name == "sendto" else "pair")

    def test_goes_on(self, ends, fill, name, timeout):
        near, far = ends
        fill(near)
        near.settimeout(timeout)
        with Clock(lambda: drain(far)) as clock:
            assert SENDING[name](near) in (100, None)
            assert clock.count >= 3

    def test_ends(self, ends, fill, name, timeout):
        near, _ = ends
        fill(near)
        near.settimeout(timeout)
        with Clock(interrupt), pytest.raises(Interrupted):
            SENDING[name](near)
        assert near.fileno() >= 0


@timeouts
def test_sendall_of_much_is_whole(pair, timeout):
    """Interrupted between the pieces all the time, it sends each byte once."""
    near, far = pair
    near.settimeout(timeout)
    data = os.urandom(1 << 16) * 64
    received = []

    def read():
        left = len(data)
        while left:
            received.append(far.recv(1 << 16))
            left -= len(received[-1])

    thread = threading.Thread(target=read)
    thread.start()
    with Clock(lambda: None):
        near.sendall(data)
    thread.join()
    assert b"".join(received) == data


@timeouts
@pytest.mark.parametrize("name", ["accept", "_accept"])
class TestAccept:
    def test_goes_on(self, name, timeout):
        with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as client:
            server.settimeout(timeout)
            with Clock(lambda: client.connect(server.getsockname())) as clock:
                accepted, address = getattr(server, name)()
                assert clock.count >= 3
            if name == "_accept":
                accepted = berkeley.socket(fileno=accepted)
            with accepted:
                assert address == client.getsockname()

    def test_ends(self, name, timeout):
        with berkeley.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(timeout)
            with Clock(interrupt), pytest.raises(Interrupted):
                getattr(server, name)()


@timeouts
@pytest.mark.parametrize("name", ["connect", "connect_ex"])
class TestConnect:
    """To a listener whose queue is full: the connection stays on its way until one is accepted."""

    @pytest.fixture
    def server(self):
        with (
            berkeley.create_server(("127.0.0.1", 0), backlog=0) as server,
            berkeley.create_connection(server.getsockname()),
        ):
            yield server

    def test_goes_on(self, server, name, timeout):
        with berkeley.socket() as sock:
            sock.settimeout(timeout)
            with Clock(lambda: server.accept()[0].close()) as clock:
                # The kernel tries again after a second, tcp(7): that is what takes its time here.
                assert getattr(sock, name)(server.getsockname()) in (None, 0)
                assert clock.count >= 3
            assert sock.getpeername() == server.getsockname()

    def test_ends(self, server, name, timeout):
        with berkeley.socket() as sock:
            sock.settimeout(timeout)
            with Clock(interrupt), pytest.raises(Interrupted):
                getattr(sock, name)(server.getsockname())


@timeouts
class TestFiles:
    def test_read_goes_on(self, pair, timeout):
        near, far = pair
        near.settimeout(timeout)
        with near.makefile("rb") as file, Clock(lambda: far.send(b"a line\nmore")) as clock:
            assert file.readline() == b"a line\n"
            assert clock.count >= 3

    def test_read_ends_and_can_begin_again(self, pair, timeout):
        near, far = pair
        near.settimeout(timeout)
        with near.makefile("rb") as file:
            with Clock(interrupt), pytest.raises(Interrupted):
                file.readline()
            far.send(b"a line\n")
            assert file.readline() == b"a line\n"

    def test_raw(self, pair, timeout):
        near, far = pair
        near.settimeout(timeout)
        with near.makefile("rb", 0) as file, Clock(lambda: far.send(b"x")):
            assert file.read(10) == b"x"

    @pytest.mark.parametrize("method", ["_sendfile_use_sendfile", "_sendfile_use_send"])
    def test_sendfile(self, pair, tmp_path, timeout, method):
        near, far = pair
        data = os.urandom(1 << 20)
        (tmp_path / "file").write_bytes(data)
        near.settimeout(timeout)
        received = []

        def read():
            with far.makefile("rb") as incoming:
                received.append(incoming.read(len(data) * 3))

        with open(tmp_path / "file", "rb") as file:
            sent = 0
            thread = threading.Thread(target=read)
            # Nobody reads before the third signal.
            with Clock(thread.start):
                for _ in range(3):
                    file.seek(0)
                    sent += getattr(near, method)(file)
        near.shutdown(berkeley.SHUT_WR)
        thread.join()
        assert sent == 3 * len(data)
        assert received == [data * 3]

    def test_sendfile_ends(self, pair, fill, tmp_path, timeout):
        near, _ = pair
        (tmp_path / "file").write_bytes(bytes(1 << 22))
        fill(near)
        near.settimeout(timeout)
        with open(tmp_path / "file", "rb") as file:
            with Clock(interrupt), pytest.raises(Interrupted):
                near.sendfile(file)
            assert file.tell() == 0


def test_the_time_of_a_call_goes_on(pair):
    """Signals do not start the timeout again."""
    near, _ = pair
    near.settimeout(0.2)
    begun = time.monotonic()
    with Clock(lambda: None) as clock, pytest.raises(TimeoutError):
        near.recv(1)
    assert 0.2 <= time.monotonic() - begun < 10
    assert clock.count > 3


def test_non_blocking_calls_are_left_alone(pair):
    near, _ = pair
    near.setblocking(False)
    with Clock(lambda: None) as clock:
        while clock.count < 3:
            with pytest.raises(BlockingIOError) as caught:
                near.recv(1)
            assert caught.value.errno == errno.EAGAIN


def test_a_handler_that_closes_the_socket(pair):
    """The call returns with an error of the closed descriptor, or what it still got."""
    near, far = pair

    def close():
        near.close()
        far.close()

    with Clock(close), pytest.raises(OSError) as caught:
        near.recv(1)
    assert caught.value.errno == errno.EBADF


@timeouts
def test_keyboard_interrupt(pair, timeout):
    near, _ = pair
    near.settimeout(timeout)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Clock(lambda: signal.raise_signal(signal.SIGINT)), pytest.raises(KeyboardInterrupt):
            near.recv(1)
    finally:
        signal.signal(signal.SIGINT, before)


def test_signal_from_another_thread(pair):
    near, far = pair
    seen = []

    def handle(number, frame):
        seen.append(number)
        far.send(b"x")

    before = signal.signal(signal.SIGUSR1, handle)
    main = threading.main_thread().ident
    thread = threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGUSR1))
    try:
        thread.start()
        assert near.recv(1) == b"x"
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]


def test_connect_to_a_full_queue():
    # An interrupted connect() of AF_UNIX is not on its way: unix(7).
    with (
        berkeley.socket(berkeley.AF_UNIX) as server,
        berkeley.socket(berkeley.AF_UNIX) as early,
        berkeley.socket(berkeley.AF_UNIX) as late,
    ):
        server.bind("")
        server.listen(0)
        early.connect(server.getsockname())
        accepted = []
        with Clock(lambda: accepted.append(server.accept()[0])) as clock:
            late.connect(server.getsockname())
        assert clock.count >= 3
        assert late.getpeername() == server.getsockname()
        accepted[0].close()
        with (
            berkeley.socket(berkeley.AF_UNIX) as third,
            Clock(interrupt),
            pytest.raises(Interrupted),
        ):
            third.connect(server.getsockname())
