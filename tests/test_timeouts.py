"""Timeouts: never early, not much late, one for a whole call, of every size."""

import errno
import threading
import time

import pytest

import berkeley

SECONDS = 0.05
# How late a call may be. A busy machine may be later once, not three times in a row.
LATE = 0.05


def until_deadline(call, seconds=SECONDS):
    """Run *call*, which must time out, and check how long that took."""
    delays = []
    for _ in range(3):
        begun = time.monotonic()
        with pytest.raises(TimeoutError) as caught:
            call()
        taken = time.monotonic() - begun
        assert caught.value.args == ("timed out",)
        assert taken >= seconds, f"{seconds - taken:.6f} s early"
        delays.append(taken - seconds)
        if delays[-1] <= LATE:
            return
    raise AssertionError(f"late by {delays} s")


@pytest.fixture
def deaf():
    """The address of a listener whose queue is full: a connection to it stays on its way."""
    with (
        berkeley.create_server(("127.0.0.1", 0), backlog=0) as server,
        berkeley.create_connection(server.getsockname()),
    ):
        yield server.getsockname()


RECEIVING = {
    "recv": lambda sock: sock.recv(10),
    "recv_into": lambda sock: sock.recv_into(bytearray(10)),
    "recvfrom": lambda sock: sock.recvfrom(10),
    "recvfrom_into": lambda sock: sock.recvfrom_into(bytearray(10)),
    "recvmsg": lambda sock: sock.recvmsg(10, 100),
    "recvmsg_into": lambda sock: sock.recvmsg_into([bytearray(10)]),
}
SENDING = {
    "send": lambda sock: sock.send(b"x" * 10),
    "sendall": lambda sock: sock.sendall(b"x" * 10),
    "sendto": lambda sock: sock.sendto(b"x" * 10, sock.getpeername()),
    "sendmsg": lambda sock: sock.sendmsg([b"x" * 10]),
}


@pytest.mark.parametrize("name", RECEIVING)
def test_receiving(pair, name):
    near, _ = pair
    near.settimeout(SECONDS)
    until_deadline(lambda: RECEIVING[name](near))


@pytest.mark.parametrize("name", SENDING)
def test_sending(request, fill, name):
    near, _ = request.getfixturevalue("named" if name == "sendto" else "pair")
    fill(near)
    near.settimeout(SECONDS)
    until_deadline(lambda: SENDING[name](near))


@pytest.mark.parametrize("name", ["accept", "_accept"])
def test_accept(name):
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        until_deadline(getattr(server, name))


def test_connect(deaf):
    def connect():
        with berkeley.socket() as sock:
            sock.settimeout(SECONDS)
            sock.connect(deaf)

    until_deadline(connect)


def test_connect_ex(deaf):
    with berkeley.socket() as sock:
        sock.settimeout(SECONDS)
        begun = time.monotonic()
        assert sock.connect_ex(deaf) == errno.EAGAIN
        assert time.monotonic() - begun >= SECONDS
        # It is still on its way, and a second attempt says so.
        assert sock.connect_ex(deaf) in (errno.EALREADY, errno.EAGAIN)


def test_connect_ex_non_blocking(deaf):
    with berkeley.socket() as sock:
        sock.setblocking(False)
        assert sock.connect_ex(deaf) == errno.EINPROGRESS
        assert sock.connect_ex(deaf) == errno.EALREADY


def test_create_connection(deaf):
    until_deadline(lambda: berkeley.create_connection(deaf, timeout=SECONDS))


@pytest.mark.parametrize("default", [SECONDS, 30.0])
def test_default_timeout(deaf, default):
    berkeley.setdefaulttimeout(default)
    if default == SECONDS:
        until_deadline(lambda: berkeley.create_connection(deaf))
    else:
        until_deadline(lambda: berkeley.create_connection(deaf, timeout=SECONDS))


class Reader:
    """A peer that takes a little every few milliseconds, so that there is always some progress."""

    def __init__(self, sock, size):
        self.sock, self.size = sock, size
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stop.wait(0.005):
            self.sock.recv(self.size)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stop.set()
        # Something to read, should it wait for that.
        self.sock.shutdown(berkeley.SHUT_RD)
        self.thread.join()


@pytest.mark.parametrize("fixture", ["pair", "tcp"])
def test_sendall_has_one_deadline(request, fixture):
    """Each piece that goes does not start the time again."""
    near, far = request.getfixturevalue(fixture)
    near.settimeout(0.25)
    with Reader(far, 40_000):
        until_deadline(lambda: near.sendall(bytes(1 << 26)), 0.25)


def test_sendall_in_time(pair):
    near, far = pair
    near.settimeout(60)
    with Reader(far, 1 << 18):
        near.sendall(bytes(1 << 21))


@pytest.mark.parametrize("seconds", [1e-9, 1e-7, 1e-5, 5e-324])
def test_tiny(pair, seconds):
    near, far = pair
    near.settimeout(seconds)
    assert near.gettimeout() > 0
    until_deadline(lambda: near.recv(1), 0)
    # What is there needs no time.
    far.send(b"x")
    assert near.recv(1) == b"x"


@pytest.mark.parametrize("seconds", [1e5, 2**31, 1e9, 9.2e9])
def test_huge(pair, seconds):
    near, far = pair
    near.settimeout(seconds)
    for receive in RECEIVING.values():
        thread = threading.Thread(target=far.send, args=(b"x",))
        thread.start()
        receive(near)
        thread.join()


@pytest.mark.parametrize("timeout", [None, 0.0, 1e-9, 1e9])
def test_changed_by_another_thread(timeout):
    """The call that waits keeps its deadline, or takes the new one; it neither hangs nor breaks."""
    near, far = berkeley.socketpair()
    outcome = []
    waiting = threading.Barrier(2)

    def receive():
        waiting.wait()
        try:
            outcome.append(near.recv(10))
        except OSError as error:
            outcome.append(error)

    with near, far:
        near.settimeout(30)
        thread = threading.Thread(target=receive)
        thread.start()
        waiting.wait()
        for _ in range(100):
            near.settimeout(timeout)
            near.settimeout(30)
        near.settimeout(timeout)
        far.send(b"data")
        thread.join()
        (result,) = outcome
        if isinstance(result, OSError):
            # The thread had not yet made its system call, and saw the other timeout.
            assert timeout is not None
            assert timeout < 1
            assert isinstance(result, (TimeoutError, BlockingIOError))
        else:
            assert result == b"data"


def test_sendfile(pair, fill, tmp_path):
    near, _ = pair
    (tmp_path / "file").write_bytes(bytes(1 << 22))
    fill(near)
    near.settimeout(SECONDS)
    with open(tmp_path / "file", "rb") as file:
        until_deadline(lambda: near.sendfile(file))
        until_deadline(lambda: near._sendfile_use_send(file))


@pytest.mark.parametrize("buffering", [0, -1])
def test_makefile(pair, buffering):
    near, _ = pair
    near.settimeout(SECONDS)
    with near.makefile("rb", buffering) as file:
        until_deadline(lambda: file.read(1))
        with pytest.raises(OSError, match="cannot read from timed out object"):
            file.read(1)
