"""Threads: many on one socket, one that closes under another, and the state that all share."""

import errno
import os
import sys
import threading

import pytest

import berkeley


def together(*calls):
    """Run each call in a thread of its own, all begun at once; raise what one of them raises."""
    gate = threading.Barrier(len(calls))
    errors = []

    def run(call):
        gate.wait()
        try:
            call()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.fixture(autouse=True)
def _switch_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def messages():
    near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_SEQPACKET)
    with near, far:
        yield near, far


@pytest.mark.parametrize("size", [100, 5000, 100_000, 1 << 20, (1 << 20) + 1])
@pytest.mark.parametrize("timeout", [None, 30.0])
def test_many_receivers_of_one_socket(messages, size, timeout):
    """Each message goes to one of them, whole: through an area, or straight into the result."""
    near, far = messages
    near.settimeout(timeout)
    count, readers = 240, 8
    sent = [i.to_bytes(4, "big") * (1 + i * 7 % 25) for i in range(count)]
    received = [[] for _ in range(readers)]

    def receive(mine):
        while data := near.recv(size):
            mine.append(data)

    def send():
        for message in sent:
            far.send(message)
        far.shutdown(berkeley.SHUT_WR)

    together(send, *(lambda mine=mine: receive(mine) for mine in received))
    assert sorted(data for mine in received for data in mine) == sorted(sent)


def test_many_senders_of_one_socket(messages):
    near, far = messages
    senders, count = 8, 50

    def send(number):
        for i in range(count):
            near.send(bytes([number, i]) * 50)

    received = []

    def receive():
        received.extend(far.recv(1 << 20) for _ in range(senders * count))

    together(receive, *(lambda n=n: send(n) for n in range(senders)))
    assert sorted(received) == [bytes([n, i]) * 50 for n in range(senders) for i in range(count)]


def test_every_receiver_has_memory_of_its_own():
    """Threads on sockets of their own, through the same pool of areas, large and small mixed."""
    sizes = [10, 257, 5000, 16_384, 16_385, 60_000]

    def talk(number):
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
        with near, far:
            for i in range(60):
                data = bytes([number]) * sizes[(i + number) % len(sizes)]
                far.send(data)
                assert near.recv(1 << 20) == data

    together(*(lambda n=n: talk(n) for n in range(24)))


def test_many_accept():
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        accepted = []

        def accept():
            for _ in range(10):
                sock, peer = server.accept()
                with sock:
                    accepted.append(peer)
                    sock.sendall(b"hello")

        def connect():
            for _ in range(10):
                with berkeley.create_connection(address) as sock:
                    assert sock.recv(5) == b"hello"

        together(*([accept] * 4), *([connect] * 4))
        assert len(set(accepted)) == 40


@pytest.mark.parametrize("timeout", [None, 30.0])
@pytest.mark.parametrize("end", ["close", "detach"])
def test_closed_while_another_thread_waits(end, timeout):
    """The waiting call goes on with the descriptor it began with; shutdown() ends it."""
    near, far = berkeley.socketpair()
    outcome = []
    gate = threading.Barrier(2)
    near.settimeout(timeout)
    keep = near.dup()

    def receive():
        gate.wait()
        try:
            outcome.append(near.recv(100))
        except OSError as error:
            outcome.append(error.errno)

    thread = threading.Thread(target=receive)
    thread.start()
    gate.wait()
    fd = near.fileno()
    getattr(near, end)()
    assert near.fileno() == -1
    far.shutdown(berkeley.SHUT_WR)
    thread.join()
    # It had not begun, or it had, and found the end of the stream, or a descriptor that is gone.
    assert outcome in ([b""], [errno.EBADF])
    if end == "detach":
        os.close(fd)
    keep.close()
    far.close()


def test_close_and_use_at_once():
    """Whatever comes first: an answer, or EBADF, and each descriptor is closed once."""
    for _ in range(50):
        near, far = berkeley.socketpair()
        near.setblocking(False)

        def use(sock=near):
            for call in (lambda: sock.recv(1), lambda: sock.send(b"x"), sock.getsockname):
                try:
                    call()
                except OSError as error:
                    assert error.errno in (errno.EBADF, errno.EAGAIN, errno.EPIPE, errno.ECONNRESET)

        together(use, use, near.close, near.close, far.close)
        assert near.fileno() == far.fileno() == -1


def test_timeouts_from_all_sides(pair):
    """The timeout is one number: nobody sees half of one."""
    near, _ = pair
    values = [None, 0.0, 1.5, 2.0**31, 1e9]

    def change():
        for i in range(300):
            near.settimeout(values[i % len(values)])

    def look():
        for _ in range(300):
            assert near.gettimeout() in values

    together(change, change, look, look)


def test_default_timeout_from_all_sides():
    values = [None, 0.0, 1.5, 1e9]

    def change():
        for i in range(200):
            berkeley.setdefaulttimeout(values[i % len(values)])

    def make():
        for _ in range(100):
            with berkeley.socket() as sock:
                timeout = sock.gettimeout()
                assert timeout in values
                assert os.get_blocking(sock.fileno()) is (timeout is None)
            near, far = berkeley.socketpair()
            with near, far:
                for end in (near, far):
                    assert end.gettimeout() in values

    try:
        together(change, make, make)
    finally:
        berkeley.setdefaulttimeout(None)


@pytest.mark.parametrize("attempt", range(3))
def test_paired_sockets_are_what_their_timeout_says(attempt):
    """Flag of the kernel and timeout of the object, although the default changes in between."""
    stop = threading.Event()

    def change():
        while not stop.is_set():
            berkeley.setdefaulttimeout(None)
            berkeley.setdefaulttimeout(5)

    def make():
        try:
            for _ in range(300):
                near, far = berkeley.socketpair()
                with near, far:
                    for sock in (near, far):
                        blocking = os.get_blocking(sock.fileno())
                        assert blocking is (sock.gettimeout() is None)
        finally:
            stop.set()

    together(change, make)


def test_objects_made_and_dropped():
    def work():
        for _ in range(50):
            near, far = berkeley.socketpair()
            near.close()
            far.close()
            with berkeley.socket() as sock:
                sock.dup().close()
                with sock.makefile("wb"):
                    pass

    together(*([work] * 6))


def test_interfaces_and_addresses():
    def work():
        for _ in range(100):
            assert berkeley.if_nameindex()
            assert berkeley.inet_ntoa(b"\1\2\3\4") == "1.2.3.4"
            assert berkeley.getaddrinfo("127.0.0.1", 80)[0][4] == ("127.0.0.1", 80)

    together(*([work] * 4))
