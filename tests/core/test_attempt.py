"""The first try of a call, with the GIL held: who gets it, and that nothing else is different."""

import errno
import os
import re
import select
import subprocess
import sys
import textwrap
import threading

import pytest

import berkeley
from tests.conftest import need

BIG = 1 << 20


@pytest.fixture
def trace(tmp_path):
    """The system calls of a program's send() and recv(), as strace(1) writes them, arguments of
    which are the flags.
    """
    need("strace")

    def run(code):
        log = tmp_path / "log"
        calls = "trace=sendto,recvfrom,sendmsg,recvmsg"
        command = ["strace", "-ff", "-e", calls, "-o", str(log)]
        program = "import berkeley as socket, os, threading\n" + textwrap.dedent(code)
        subprocess.run([*command, sys.executable, "-c", program], check=True, timeout=20)
        # A file a process: in one, the lines of several would be mixed.
        text = "".join(path.read_text() for path in sorted(tmp_path.glob("log.*")))
        return re.findall(r"^(\w+)\(.*?, (MSG_\w+|0)(?=, NULL|, {sa_family|\) +=)", text, re.M)

    return run


@pytest.fixture
def crowd():
    """Another thread of Python, which does nothing."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    yield
    done.set()
    thread.join()


def test_alone_it_is_tried(trace):
    calls = trace("""
        a, b = socket.socketpair()
        a.send(b"1"); a.sendall(b"2"); b.recv(9)
        a, b = socket.socketpair(type=socket.SOCK_DGRAM)
        a.sendmsg([b"3"]); b.recvmsg(9)
    """)
    assert calls == [
        ("sendto", "MSG_DONTWAIT"),
        ("sendto", "MSG_DONTWAIT"),
        ("recvfrom", "MSG_DONTWAIT"),
        ("sendmsg", "MSG_DONTWAIT"),
        ("recvmsg", "MSG_DONTWAIT"),
    ]


def test_with_other_threads_it_is_not(trace):
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        pytest.skip("this interpreter has no GIL to give up")
    calls = trace("""
        done = threading.Event()
        thread = threading.Thread(target=done.wait); thread.start()
        a, b = socket.socketpair()
        a.send(b"1"); b.recv(9)
        done.set(); thread.join()
    """)
    assert calls == [("sendto", "0"), ("recvfrom", "0")]


def test_neither_are_many_bytes_nor_other_families(trace):
    calls = trace("""
        a, b = socket.socketpair()
        a.send(bytes(20_000)); b.recv(20_000)
        a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 400_000)
        size = a.send(bytes(300_000), socket.MSG_DONTWAIT)
        assert size > 262_144, size
        b.recv(size); a.send(b"1"); b.recv(size); a.send(b"1"); b.recv(size)
        a, b = socket.socketpair(type=socket.SOCK_SEQPACKET)
        a.send(b"2"); b.recv(9)
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as sock:
            sock.sendto(bytes(16), (0, 0))
    """)
    assert calls == [
        ("sendto", "0"),
        # As many as the last time are expected: none yet.
        ("recvfrom", "MSG_DONTWAIT"),
        # The program's own flag.
        ("sendto", "MSG_DONTWAIT"),
        ("recvfrom", "MSG_DONTWAIT"),
        ("sendto", "MSG_DONTWAIT"),
        ("recvfrom", "0"),
        ("sendto", "MSG_DONTWAIT"),
        ("recvfrom", "MSG_DONTWAIT"),
        ("sendto", "0"),
        ("recvfrom", "0"),
        ("sendto", "0"),
    ]


def test_waiting_for_answers_it_is_tried_seldom(trace):
    calls = trace("""
        import os
        a, b = socket.socketpair()
        if os.fork():
            b.close()
            for _ in range(200):
                a.send(b"ping")
                assert a.recv(9) == b"pong"
        else:
            a.close()
            for _ in range(200):
                assert b.recv(9) == b"ping"
                b.send(b"pong")
            os._exit(0)
    """)
    received = [flags for name, flags in calls if name == "recvfrom"]
    # A try in vain, and 2, 4, 8... 64 calls are made without; one that finds something is no loss.
    in_vain = len(received) - 400
    assert 0 <= in_vain < 100


@pytest.mark.parametrize("size", [1, 1000, 16_384, 16_385, BIG])
@pytest.mark.parametrize("others", [False, True], ids=["alone", "crowd"])
def test_a_blocking_send_takes_all(size, others, request, pair):
    if others:
        request.getfixturevalue("crowd")
    near, far = pair
    # The reader is another process: this one stays alone.
    pid = os.fork()
    if pid == 0:
        total = 0
        near.close()
        while data := far.recv(4096):
            total += len(data)
        os._exit(0 if total == 40 * size else 1)
    far.close()
    data = bytes(size)
    for _ in range(40):
        assert near.send(data) == size
    near.close()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_the_rest_of_a_send_meets_a_closed_end(tcp):
    near, far = tcp
    for sock in tcp:
        sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDBUF, 4096)
        sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVBUF, 4096)
    near.setblocking(False)
    total = 0
    with pytest.raises(BlockingIOError):
        while True:
            total += near.send(bytes(1000))
    near.setblocking(True)
    pid = os.fork()
    if pid == 0:
        # Reset the connection while the other end sends.
        far.recv(2000)
        far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        os._exit(0)
    far.close()
    with pytest.raises(OSError) as caught:
        while True:
            assert 0 < near.send(bytes(16_000)) <= 16_000
    assert caught.value.errno in (errno.ECONNRESET, errno.EPIPE)
    os.waitpid(pid, 0)


@pytest.mark.parametrize("others", [False, True], ids=["alone", "crowd"])
@pytest.mark.parametrize("timeout", [None, 30.0])
def test_receiving_waits(others, timeout, request, pair):
    if others:
        request.getfixturevalue("crowd")
    near, far = pair
    near.settimeout(timeout)
    pid = os.fork()
    if pid == 0:
        for i in range(100):
            far.recv(1)
            far.send(b"%d" % i)
        os._exit(0)
    for i in range(100):
        near.send(b"?")
        assert near.recv(10) == b"%d" % i
    os.waitpid(pid, 0)


def test_receive_timeout_of_the_kernel(pair):
    # SO_RCVTIMEO: the try in vain must not be taken for it.
    near, far = pair
    near.setsockopt(
        berkeley.SOL_SOCKET, berkeley.SO_RCVTIMEO, bytes(8) + (50_000).to_bytes(8, "little")
    )
    for _ in range(3):
        with pytest.raises(BlockingIOError):
            near.recv(1)
    far.send(b"x")
    assert near.recv(1) == b"x"


@pytest.fixture
def full(tcp):
    """A blocking TCP socket whose buffer has room for less than 16 000 bytes, and its peer."""
    near, far = tcp
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDBUF, 16_384)
    far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVBUF, 4096)
    near.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            near.send(bytes(1000))
    near.setblocking(True)
    return near, far


def make_room(near, far):
    """Receive until the other socket can send something, but not everything, without waiting."""
    poll = select.poll()
    poll.register(near, select.POLLOUT)
    while not poll.poll(0):
        far.recv(4096)


def test_send_on_a_descriptor_that_others_made_non_blocking(full):
    near, far = full
    make_room(near, far)
    os.set_blocking(near.fileno(), False)
    assert 0 < near.send(bytes(16_000)) <= 16_000
    with pytest.raises(BlockingIOError):
        while True:
            near.send(bytes(16_000))


def test_send_timeout_of_the_kernel(full):
    near, far = full
    make_room(near, far)
    near.setsockopt(
        berkeley.SOL_SOCKET, berkeley.SO_SNDTIMEO, bytes(8) + (50_000).to_bytes(8, "little")
    )
    with pytest.raises(BlockingIOError):
        while True:
            assert 0 < near.send(bytes(16_000)) <= 16_000


@pytest.mark.parametrize("how", ["set here", "inherited", "set elsewhere"])
def test_low_mark(how, trace):
    calls = trace(f"""
        LOW = (socket.SOL_SOCKET, socket.SO_RCVLOWAT, 10)
        how = {how!r}
        if how == "inherited":
            listener = socket.create_server(("127.0.0.1", 0))
            listener.setsockopt(*LOW)
            a = socket.create_connection(listener.getsockname())
            b, _ = listener.accept()
        else:
            a, b = socket.socketpair()
        if how == "set here":
            b.setsockopt(*LOW)
        if how == "set elsewhere":
            other = socket.socket(fileno=b.detach())
            other.setsockopt(*LOW)
            b = other
        a.send(b"12345")
        if os.fork() == 0:
            a.send(b"67890")
            os._exit(0)
        assert b.recv(20) == b"1234567890"
        os.wait()
    """)
    assert ("recvfrom", "0") in calls
    assert ("recvfrom", "MSG_DONTWAIT") not in calls


def test_a_send_that_connects():
    # TCP_FASTOPEN_CONNECT: connect() is put off, and the first send() makes the connection.
    with (
        berkeley.create_server(("127.0.0.1", 0)) as listener,
        berkeley.socket() as sock,
    ):
        sock.setsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_FASTOPEN_CONNECT, 1)
        sock.connect(listener.getsockname())
        assert sock.send(b"hello") == 5
        peer, _ = listener.accept()
        with peer:
            assert peer.recv(10) == b"hello"


@pytest.mark.parametrize("others", [False, True], ids=["alone", "crowd"])
def test_a_blocking_sendmsg_takes_all(others, request, pair):
    # A try takes a part where the send buffer is nearly full; descriptors go with the first byte.
    if others:
        request.getfixturevalue("crowd")
    near, far = pair
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDBUF, 4096)
    parts = [b"a" * 3000, b"", b"b" * 1, b"c" * 5000, b"d" * 2000]
    pid = os.fork()
    if pid == 0:
        near.close()
        received = []
        descriptors = 0
        while True:
            data, ancdata, _, _ = far.recvmsg(1000, 64)
            if not data:
                break
            received.append(data)
            for _, _, fd in ancdata:
                descriptors += 1
                os.close(int.from_bytes(fd, sys.byteorder))
        whole = b"".join(received) == b"".join(parts) * 40
        os._exit(0 if whole and descriptors == 40 else 1)
    far.close()
    number = near.fileno().to_bytes(4, sys.byteorder)
    ancdata = [(berkeley.SOL_SOCKET, berkeley.SCM_RIGHTS, number)]
    for _ in range(40):
        assert near.sendmsg(parts, ancdata) == 10_001
    near.close()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
