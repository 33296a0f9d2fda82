"""close() in one thread ends what another waits for on the same socket, and nothing else."""

import errno
import os
import resource
import signal
import socket as standard
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

import berkeley

# futex(2), by which threads wait for the GIL, on x86-64 and aarch64.
FUTEX = {"202", "98"}
LIMIT = 0.05


class Caller(threading.Thread):
    """Makes one call in a thread, and keeps what it returned or raised, and when."""

    def __init__(self, call, *arguments, mask=()):
        super().__init__()
        self.call, self.arguments, self.mask = call, arguments, mask
        self.start()

    def run(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, self.mask)
        try:
            self.result = self.call(*self.arguments)
        except BaseException as error:
            self.result = error
        self.ended = time.monotonic()

    def wait_until_it_waits(self):
        """Until the thread is in a system call that is not the wait for the GIL."""
        while self.is_alive():
            with open(f"/proc/self/task/{self.native_id}/syscall") as file:
                number = file.read().split()[0]
            if number not in {*FUTEX, "running", "-1"}:
                with open(f"/proc/self/task/{self.native_id}/stat") as file:
                    if file.read().rpartition(")")[2].split()[0] == "S":
                        return
            os.sched_yield()


def fill(sock):
    """Send until nothing more is taken."""
    before = sock.gettimeout()
    sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            sock.send(bytes(65536))
    sock.settimeout(before)
    return sock


@contextmanager
def unix():
    near, far = berkeley.socketpair()
    with near, far:
        yield near


@contextmanager
def unix_datagrams():
    near, far = berkeley.socketpair(type=berkeley.SOCK_DGRAM)
    with near, far:
        yield near


@contextmanager
def tcp():
    with listening() as server, berkeley.create_connection(server.getsockname()) as near:
        far, _ = server.accept()
        with far:
            yield near


@contextmanager
def udp():
    with berkeley.socket(type=berkeley.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@contextmanager
def listening():
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        yield server


@contextmanager
def unix_listening():
    with berkeley.socket(berkeley.AF_UNIX) as server:
        server.bind("")
        server.listen()
        yield server


class Target(berkeley.socket):
    """A socket that knows where to connect to."""


@contextmanager
def unanswered():
    """A socket whose connect() waits: the queue of the listener is full."""
    with ExitStack() as stack:
        server = stack.enter_context(berkeley.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            early = stack.enter_context(berkeley.socket())
            early.setblocking(False)
            early.connect_ex(server.getsockname())
        sock = stack.enter_context(Target())
        sock.target = server.getsockname()
        yield sock


@contextmanager
def unanswered_unix():
    with ExitStack() as stack:
        server = stack.enter_context(berkeley.socket(berkeley.AF_UNIX))
        server.bind("")
        server.listen(0)
        early = stack.enter_context(berkeley.socket(berkeley.AF_UNIX))
        early.connect(server.getsockname())
        sock = stack.enter_context(Target(berkeley.AF_UNIX))
        sock.target = server.getsockname()
        yield sock


BIG = bytes(1 << 22)
CALLS = {
    "recv": lambda sock: sock.recv(10),
    "recv large": lambda sock: sock.recv(1 << 20),
    "recv_into": lambda sock: sock.recv_into(bytearray(10)),
    "recvfrom": lambda sock: sock.recvfrom(10),
    "recvfrom_into": lambda sock: sock.recvfrom_into(bytearray(10)),
    "recvmsg": lambda sock: sock.recvmsg(10, 100),
    "recvmsg_into": lambda sock: sock.recvmsg_into([bytearray(10)], 1000),
    "recvmmsg": lambda sock: sock.recvmmsg(4, 10),
    "recv_segments": lambda sock: sock.recv_segments(),
    "accept": lambda sock: sock.accept(),
    "_accept": lambda sock: sock._accept(),
    "connect": lambda sock: sock.connect(sock.target),
    "send": lambda sock: fill(sock).send(BIG),
    "sendall": lambda sock: fill(sock).sendall(BIG),
    "sendmsg": lambda sock: fill(sock).sendmsg([BIG]),
    "sendmmsg": lambda sock: fill(sock).sendmmsg([b"x"]),
    "send_segments": lambda sock: fill(sock).send_segments(b"xy", 1),
}
DATAGRAMS = ["recvmmsg", "recv_segments"]
RECEIVING = [name for name in CALLS if name.startswith("recv") and name not in DATAGRAMS]
SENDING = ["send", "sendall", "sendmsg"]
CASES = [
    *((kind, name) for kind in (unix, tcp, unix_datagrams, udp) for name in RECEIVING),
    *((kind, name) for kind in (unix_datagrams, udp) for name in DATAGRAMS),
    *((unix_datagrams, name) for name in ("sendmmsg", "send_segments")),
    *((kind, name) for kind in (unix, tcp) for name in SENDING),
    *((kind, name) for kind in (listening, unix_listening) for name in ("accept", "_accept")),
    *((kind, "connect") for kind in (unanswered, unanswered_unix)),
]


@pytest.mark.parametrize("timeout", [None, 30.0], ids=["blocking", "timeout"])
@pytest.mark.parametrize(
    ("kind", "name"), CASES, ids=[f"{kind.__name__}-{name}" for kind, name in CASES]
)
def test_close_ends_the_call(kind, name, timeout):
    if kind is unanswered_unix and timeout is not None:
        # The kernel does not wait there: connect(2) of a non-blocking UNIX socket, EAGAIN.
        timeout = None
    with kind() as sock:
        sock.settimeout(timeout)
        caller = Caller(CALLS[name], sock)
        caller.wait_until_it_waits()
        fd = sock.fileno()
        start = time.monotonic()
        sock.close()
        caller.join(10)
        assert isinstance(caller.result, OSError)
        assert caller.result.errno == errno.EBADF
        assert caller.ended - start < LIMIT
        with pytest.raises(OSError):
            os.fstat(fd)


@pytest.mark.parametrize("name", RECEIVING)
def test_all_callers_of_a_socket(name):
    with unix() as sock:
        callers = [Caller(CALLS[name], sock) for _ in range(20)]
        for caller in callers:
            caller.wait_until_it_waits()
        sock.close()
        for caller in callers:
            caller.join(10)
            assert caller.result.errno == errno.EBADF


def test_close_before_during_and_after_the_call():
    # At any moment: no wait until the caller waits.
    for _ in range(300):
        near, far = berkeley.socketpair()
        with near, far:
            caller = Caller(near.recv, 10)
            near.close()
            caller.join(10)
            assert caller.result.errno == errno.EBADF


def test_what_came_before_is_returned():
    for _ in range(300):
        near, far = berkeley.socketpair()
        with near, far:
            caller = Caller(near.recv, 10)
            far.send(b"data")
            near.close()
            caller.join(10)
            assert caller.result == b"data" or caller.result.errno == errno.EBADF


@pytest.mark.parametrize("timeout", [None, 30.0], ids=["blocking", "timeout"])
def test_copies_of_the_descriptor_are_not_disturbed(timeout):
    near, far = berkeley.socketpair()
    with near, far, near.dup() as copy:
        near.settimeout(timeout)
        copy.settimeout(timeout)
        child = os.fork()
        if child == 0:
            near.detach()
            os._exit(0 if copy.recv(100) == b"for the child" else 1)
        callers = [Caller(near.recv, 10), Caller(copy.recv, 100)]
        for caller in callers:
            caller.wait_until_it_waits()
        near.close()
        callers[0].join(10)
        assert callers[0].result.errno == errno.EBADF
        assert callers[1].is_alive()
        # One of the two that still wait gets it; the other the next.
        far.send(b"for the child")
        if os.waitpid(child, os.WNOHANG)[0] == 0:
            callers[1].join(0.2)
            if not callers[1].is_alive():
                assert callers[1].result == b"for the child"
                far.send(b"for the child")
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        far.send(b"rest")
        callers[1].join(10)
        assert callers[1].result in (b"for the child", b"rest")


def test_the_number_is_not_given_away_while_a_call_is_in_flight():
    # A thread that takes no signals stays in its call: it ends as that of the standard module.
    near, far = berkeley.socketpair()
    with near, far:
        number = near.fileno()
        caller = Caller(near.recv, 10, mask=signal.valid_signals())
        caller.wait_until_it_waits()
        near.close()
        assert near.fileno() == -1
        files = [os.open("/dev/null", os.O_RDONLY) for _ in range(number + 10)]
        assert number not in files
        far.send(b"late")
        caller.join(10)
        assert caller.result == b"late"
        reused = os.open("/dev/null", os.O_RDONLY)
        assert reused == number or number > reused
        for fd in (*files, reused):
            os.close(fd)


def test_without_a_descriptor_to_spare():
    near, far = berkeley.socketpair()
    with near, far:
        caller = Caller(near.recv, 10)
        caller.wait_until_it_waits()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        try:
            with pytest.raises(OSError, match="Too many open files"):
                while True:
                    files.append(os.open("/dev/null", os.O_RDONLY))
            near.close()
            caller.join(10)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for fd in files:
                os.close(fd)
        assert caller.result.errno == errno.EBADF


def test_a_signal_handler_closes():
    near, far = berkeley.socketpair()
    before = signal.signal(signal.SIGALRM, lambda *_: near.close())
    with near, far:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            with pytest.raises(OSError) as caught:
                near.recv(10)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert caught.value.errno == errno.EBADF


def test_a_program_has_its_signals():
    # All real-time signals but two are the program's: none of its handlers is called.
    code = """
        import signal, threading, berkeley
        from tests.core.test_flight import Caller
        called = []
        for number in range(signal.SIGRTMIN + 2, signal.SIGRTMAX + 1):
            signal.signal(number, lambda number, _: called.append(number))
        for _ in range(2):
            near, far = berkeley.socketpair()
            with near, far:
                caller = Caller(near.recv, 10)
                caller.wait_until_it_waits()
                near.close()
                caller.join()
                assert isinstance(caller.result, OSError)
            # Taken as well: another is used.
            signal.signal(signal.SIGRTMIN + 1, lambda number, _: called.append(number))
        assert called == []
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=20)


def test_a_child_has_no_calls_in_flight():
    near, far = berkeley.socketpair()
    with near, far:
        caller = Caller(near.recv, 10)
        caller.wait_until_it_waits()
        child = os.fork()
        if child == 0:
            near.close()
            os._exit(0 if near.fileno() == -1 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert caller.is_alive()
        far.send(b"data")
        caller.join(10)
        assert caller.result == b"data"


def test_a_child_in_the_middle_of_a_call():
    near, far = berkeley.socketpair()
    children = []

    begun = []

    def fork(*_):
        # The next signal may come while fork() is at work.
        if begun:
            return
        begun.append(True)
        signal.setitimer(signal.ITIMER_REAL, 0)
        children.append(os.fork())
        if children[0]:
            far.send(b"12")

    before = signal.signal(signal.SIGALRM, fork)
    with near, far:
        near.settimeout(30)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            data = near.recv(1)
            if children == [0]:
                os._exit(0 if data in (b"1", b"2") else 1)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert data in (b"1", b"2")
        assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 0


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize("name", ["accept", "connect", "recv", "recvmmsg"])
def test_a_child_closes_in_the_middle_of_a_call(name, timeout, tmp_path):
    """Its call ends, though the number is another file's: there is none of the parent's threads
    to hold it."""
    path = str(tmp_path / "listener")
    children = []
    with ExitStack() as stack:
        server = stack.enter_context(berkeley.socket(berkeley.AF_UNIX))
        server.bind(path)
        server.listen(0)
        near = stack.enter_context(berkeley.socket(berkeley.AF_UNIX))
        if name == "accept":
            near, server = server, near
            call, end = near.accept, partial(server.connect, path)
        else:
            near.connect(path)
            if name == "connect":
                # The queue of the listener is full now.
                near = stack.enter_context(berkeley.socket(berkeley.AF_UNIX))
                call, end = partial(near.connect, path), lambda: server.accept()[0].close()
            else:
                far = stack.enter_context(server.accept()[0])
                end = partial(far.send, b"data")
                call = partial(near.recv, 9) if name == "recv" else partial(near.recvmmsg, 1, 9)
        near.settimeout(None if name == "connect" else timeout)

        begun = []

        def fork(*_):
            if begun:
                return
            begun.append(True)
            signal.setitimer(signal.ITIMER_REAL, 0)
            children.append(os.fork())
            if children[0]:
                end()
                return
            number = near.fileno()
            near.close()
            if os.open("/dev/zero", os.O_RDONLY) != number:
                os._exit(2)

        before = signal.signal(signal.SIGALRM, fork)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            result = call()
        except OSError as error:
            if children == [0]:
                os._exit(0 if error.errno == errno.EBADF else 3)
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if children == [0]:
                os._exit(1)
        if name == "accept":
            result[0].close()
        assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 0


def test_the_standard_module_waits_on():
    # What this is for: if it is mended there, this page of the documents can say so.
    near, far = standard.socketpair()
    with near, far:
        other = near.dup()
        caller = Caller(near.recv, 10)
        caller.wait_until_it_waits()
        near.close()
        caller.join(0.1)
        assert caller.is_alive()
        far.send(b"late")
        caller.join(10)
        assert caller.result == b"late"
        other.close()
