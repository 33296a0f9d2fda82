"""create_connection() with a delay, an order of families, a deadline, or a path.

The black hole is an interface in a network namespace of the test's own: the hardware that is at its
other end has another address than the neighbours there are said to have, so nobody ever answers.
"""

import contextlib
import errno
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import berkeley
from berkeley import AF_INET, AF_INET6, AF_UNIX, SOCK_STREAM
from berkeley.racing import interleaved
from tests.conftest import need
from tests.families.network import *  # noqa: F403
from tests.families.network import ip

# Of the blocks for documentation, RFC 3849.
HOLE = ("2001:db8::1", 80, 0, 0)
HOLES = [("2001:db8::1", 80, 0, 0), ("2001:db8::2", 80, 0, 0), ("2001:db8::3", 80, 0, 0)]
# What a busy machine may take for anything.
LONG = 30


# A global address of ours comes first: otherwise getaddrinfo() prefers IPv4 (RFC 6724).
MAKE_HOLE = """
    address add 2001:db8:1::9/128 dev lo
    link add hole0 type veth peer name hole1
    link set hole0 addrgenmode none up
    link set hole1 addrgenmode none up
    route add 2001:db8::/64 dev hole0
    neigh add 2001:db8::1 lladdr 02:00:00:00:00:01 dev hole0
    neigh add 2001:db8::2 lladdr 02:00:00:00:00:01 dev hole0
    neigh add 2001:db8::3 lladdr 02:00:00:00:00:01 dev hole0
"""


@pytest.fixture
def hole(network):
    """The test's network has a black hole for IPv6."""
    need("veth")
    for line in MAKE_HOLE.strip().splitlines():
        ip(*line.split())
    return network


@pytest.fixture
def server():
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def refusing():
    """The address of a port that is taken, and where nobody listens."""
    with berkeley.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()


def row(address):
    return (AF_INET if len(address) == 2 else AF_INET6, SOCK_STREAM, 6, "", address)


@pytest.fixture
def answers(monkeypatch):
    """Make getaddrinfo() give these addresses: programs patch it in the same way."""

    def give(*addresses):
        rows = [row(address) for address in addresses]
        monkeypatch.setattr(berkeley, "getaddrinfo", lambda *_: rows)

    return give


@pytest.fixture
def attempts(monkeypatch):
    """The addresses that sockets were connected to, in order."""
    made = []

    class Noting(berkeley.socket):
        def connect(self, address):
            made.append(address)
            super().connect(address)

    monkeypatch.setattr(berkeley, "socket", Noting)
    return made


@contextlib.contextmanager
def takes(least, most):
    start = time.monotonic()
    yield
    assert least <= time.monotonic() - start <= most


def on_their_way():
    """How many sockets of this network have sent a SYN and wait: state 02 of /proc/net/tcp6."""
    with open("/proc/thread-self/net/tcp6") as table:
        return sum(line.split()[3] == "02" for line in table)


class TestHappyEyeballs:
    def test_around_a_black_hole(self, hole, server, answers):
        answers(HOLE, server.getsockname())
        # 300 ms beyond the delay, on an idle machine one.
        with takes(0.25, 0.55):
            sock = berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.25)
        with sock:
            assert sock.getpeername() == server.getsockname()
            assert on_their_way() == 0

    def test_a_delay_for_each_hole(self, hole, server, answers):
        answers(*HOLES, server.getsockname())
        with (
            takes(0.3, 0.6),
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1, interleave=0) as sock,
        ):
            assert sock.getpeername() == server.getsockname()

    def test_families_take_turns(self, hole, server, answers, attempts):
        answers(*HOLES, server.getsockname())
        with takes(0.1, 0.4):
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1).close()
        assert attempts == [HOLE, server.getsockname()]

    def test_no_second_attempt_where_the_first_answers(self, server, refusing, answers, attempts):
        answers(server.getsockname(), refusing)
        berkeley.create_connection(("name", 1), happy_eyeballs_delay=LONG).close()
        assert attempts == [server.getsockname()]

    def test_a_failure_ends_the_delay(self, hole, server, refusing, answers):
        answers(refusing, ("2001:db8:2::1", 80, 0, 0), server.getsockname())
        with takes(0, LONG / 2):
            sock = berkeley.create_connection(("name", 1), happy_eyeballs_delay=LONG, interleave=0)
        with sock:
            assert sock.getpeername() == server.getsockname()

    def test_a_late_answer_of_an_early_attempt(self, veth, answers):
        """The first address answers after the second attempt has begun, and wins."""
        with veth.far.entered():
            server = berkeley.create_server((veth.far_host6, 0), family=AF_INET6)
            ip("link", "set", "far0", "down")
        late, hole = server.getsockname(), (veth.host6[:-1] + "9", 80, 0, 0)
        answers(late, hole)
        # Packets to the hole arrive, and nobody has that address.
        ip("neigh", "add", hole[0], "lladdr", "02:00:00:00:00:01", "dev", veth.name)
        ip("neigh", "add", late[0], "lladdr", veth.far_mac.hex(":"), "dev", veth.name)

        def repair():
            with veth.far.entered():
                ip("link", "set", "far0", "up")
                ip("address", "replace", f"{veth.far_host6}/64", "dev", "far0", "nodad")

        thread = threading.Timer(0.2, repair)
        thread.start()
        # TCP sends the SYN anew after one second.
        with takes(0.2, 10):
            sock = berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.05)
        thread.join()
        with sock, server:
            assert sock.getpeername() == late

    def test_all_fail(self, hole, refusing, answers):
        nowhere = ("2001:db8:2::1", 80, 0, 0)
        answers(nowhere, refusing, ("2001:db8:2::2", 80, 0, 0))
        # No way to an address is not what the program wants to hear, though it came last.
        with pytest.raises(ConnectionRefusedError):
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1)
        with pytest.raises(ExceptionGroup, match="create_connection failed") as caught:
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1, all_errors=True)
        numbers = [error.errno for error in caught.value.exceptions]
        assert numbers == [errno.ENETUNREACH, errno.ECONNREFUSED, errno.ENETUNREACH]
        answers(nowhere, nowhere)
        with pytest.raises(OSError, match="unreachable") as alone:
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1)
        assert alone.value.errno == errno.ENETUNREACH

    def test_refused_on_the_way(self, veth, answers):
        """An answer that comes later than connect(2) returns."""
        answers((veth.far_host6, 9, 0, 0), (veth.far_host, 9))
        with pytest.raises(ExceptionGroup) as caught:
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=LONG, all_errors=True)
        assert [type(error) for error in caught.value.exceptions] == [ConnectionRefusedError] * 2
        assert [error.args for error in caught.value.exceptions] == [
            (errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        ] * 2

    def test_no_addresses(self, answers):
        answers()
        for all_errors in (False, True):
            with pytest.raises(OSError, match="getaddrinfo returns an empty list"):
                berkeley.create_connection(
                    ("name", 1), happy_eyeballs_delay=0.1, all_errors=all_errors
                )

    def test_unknown_host(self):
        with pytest.raises(berkeley.gaierror):
            berkeley.create_connection((b"a" * 64, 1), happy_eyeballs_delay=0.1)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", b"127.0.0.1"])
    def test_plain_hosts(self, server, host):
        with berkeley.create_connection(
            (host, server.getsockname()[1]), happy_eyeballs_delay=0.25
        ) as sock:
            assert type(sock) is berkeley.socket
            assert sock.getpeername() == server.getsockname()

    def test_source_address(self, hole, server, answers):
        answers(HOLE, server.getsockname())
        # It is no IPv6 address: that attempt fails at once.
        for more in ({}, {"deadline": LONG}):
            with berkeley.create_connection(
                ("name", 1), None, ("127.0.0.7", 0), happy_eyeballs_delay=LONG, **more
            ) as sock:
                assert sock.getsockname()[0] == "127.0.0.7"
        with pytest.raises(OSError) as caught:
            berkeley.create_connection(
                server.getsockname(), None, ("192.0.2.99", 0), happy_eyeballs_delay=LONG
            )
        assert caught.value.errno == errno.EADDRNOTAVAIL


class TestTimeouts:
    def test_what_stays_on_the_socket(self, veth, answers):
        """As with the plain way: of the socket, and of its descriptor."""
        berkeley.setdefaulttimeout(20)
        with veth.far.entered(), berkeley.create_server((veth.far_host, 0)) as server:
            address = server.getsockname()
            # Connected at once, and later than connect(2) returns.
            for reached, entered in (
                (address, veth.far.entered),
                (address, contextlib.nullcontext),
            ):
                with entered():
                    for arguments, expected in (
                        ({}, 20),
                        ({"timeout": None}, None),
                        ({"timeout": 5.5}, 5.5),
                        ({"timeout": berkeley._GLOBAL_DEFAULT_TIMEOUT}, 20),
                    ):
                        with berkeley.create_connection(
                            reached, happy_eyeballs_delay=0.25, **arguments
                        ) as sock:
                            assert sock.gettimeout() == expected
                            assert os.get_blocking(sock.fileno()) is (expected is None)

    def test_each_attempt(self, hole, answers):
        answers(*HOLES)
        # The attempts begin 0.1 seconds apart.
        with takes(0.6, 1.5), pytest.raises(ExceptionGroup) as caught:
            berkeley.create_connection(("name", 1), 0.4, happy_eyeballs_delay=0.1, all_errors=True)
        assert [error.args for error in caught.value.exceptions] == [("timed out",)] * 3
        assert {type(error) for error in caught.value.exceptions} == {TimeoutError}

    def test_each_attempt_one_after_the_other(self, hole, answers):
        answers(*HOLES)
        with takes(0.6, 1.5), pytest.raises(TimeoutError, match="timed out"):
            berkeley.create_connection(("name", 1), 0.2, deadline=LONG)

    def test_zero(self, hole, answers):
        """A socket that does not wait: as with the plain way."""
        answers(HOLE)
        for arguments in ({}, {"deadline": LONG}, {"happy_eyeballs_delay": LONG}):
            with pytest.raises(BlockingIOError) as caught:
                berkeley.create_connection(("name", 1), 0, **arguments)
            assert caught.value.errno == errno.EINPROGRESS

    @pytest.mark.parametrize("wrong", [-1, "1"])
    def test_wrong(self, server, wrong):
        with pytest.raises((ValueError, TypeError)):
            berkeley.create_connection(server.getsockname(), wrong, deadline=LONG)


class TestDeadline:
    @pytest.mark.parametrize("more", [{}, {"happy_eyeballs_delay": 0.1}, {"timeout": LONG}])
    def test_of_the_attempts(self, hole, answers, more):
        answers(*HOLES)
        with takes(0.3, 1.5), pytest.raises(TimeoutError, match="timed out") as caught:
            berkeley.create_connection(("name", 1), deadline=0.3, **more)
        assert caught.value.__cause__ is None
        assert on_their_way() == 0

    def test_the_cause_is_what_was_met(self, hole, refusing, answers):
        answers(refusing, HOLE)
        with pytest.raises(TimeoutError) as caught:
            berkeley.create_connection(("name", 1), deadline=0.2)
        assert type(caught.value.__cause__) is ConnectionRefusedError
        with pytest.raises(TimeoutError) as caught:
            berkeley.create_connection(("name", 1), deadline=0.2, all_errors=True)
        assert type(caught.value.__cause__) is ExceptionGroup
        (error,) = caught.value.__cause__.exceptions
        assert type(error) is ConnectionRefusedError

    def test_of_the_names(self, monkeypatch):
        """One that a program has put in place of getaddrinfo() is left alone as well."""
        release = threading.Event()
        asked = []

        def getaddrinfo(*arguments):
            asked.append(arguments)
            release.wait(LONG)
            return []

        monkeypatch.setattr(berkeley, "getaddrinfo", getaddrinfo)
        with takes(0.2, 5), pytest.raises(TimeoutError, match="timed out"):
            berkeley.create_connection(("name", 1), deadline=0.2)
        release.set()
        assert asked == [("name", 1, 0, SOCK_STREAM)]

    def test_of_the_name_of_the_source(self, server, monkeypatch):
        with berkeley.create_connection(
            server.getsockname(), source_address=("localhost", 0), deadline=LONG
        ) as sock:
            assert sock.getsockname()[0] == "127.0.0.1"
        release = threading.Event()
        plain = berkeley.getaddrinfo

        def getaddrinfo(host, *arguments):
            if host == "slow":
                release.wait(LONG)
            return plain(host, *arguments)

        monkeypatch.setattr(berkeley, "getaddrinfo", getaddrinfo)
        with takes(0.2, 5), pytest.raises(TimeoutError, match="timed out"):
            berkeley.create_connection(
                server.getsockname(), source_address=("slow", 0), deadline=0.2
            )
        release.set()

    @pytest.mark.parametrize("deadline", [0, -1, 0.0, -float("inf")])
    def test_passed(self, server, deadline):
        for address in (server.getsockname(), ("no-such-name.invalid", 1), "/no/such/path"):
            with takes(0, 5), pytest.raises(TimeoutError, match="timed out"):
                berkeley.create_connection(address, deadline=deadline)

    @pytest.mark.parametrize("deadline", [LONG, 0.5 + LONG, 1e300, float("inf")])
    def test_in_time(self, server, deadline):
        with berkeley.create_connection(server.getsockname(), deadline=deadline) as sock:
            assert sock.gettimeout() is None
        with berkeley.create_connection(
            ("localhost", server.getsockname()[1]), deadline=deadline
        ) as sock:
            assert sock.getpeername() == server.getsockname()

    def test_errors_of_the_names(self):
        with pytest.raises(berkeley.gaierror):
            berkeley.create_connection((b"a" * 64, 1), deadline=LONG)


class TestInterleave:
    A, B, C, D = (row((f"2001:db8::{n}", 80, 0, 0)) for n in range(4))
    W, X, Y, Z = (row((f"192.0.2.{n}", 80)) for n in range(4))

    @pytest.mark.parametrize(
        ("given", "count", "expected"),
        [
            ("ABCDWXYZ", 1, "AWBXCYDZ"),
            ("ABCDWXYZ", 2, "ABWCXDYZ"),
            ("ABCDWXYZ", 4, "ABCDWXYZ"),
            ("ABCDWXYZ", 9, "ABCDWXYZ"),
            ("WXYZABCD", 1, "WAXBYCZD"),
            ("AWBXCYDZ", 3, "ABCWDXYZ"),
            ("ABCD", 1, "ABCD"),
            ("AWXYZ", 1, "AWXYZ"),
            ("AWXYZ", 2, "AWXYZ"),
            ("ABCDW", 1, "AWBCD"),
            ("A", 1, "A"),
            ("", 1, ""),
        ],
    )
    def test_order(self, given, count, expected):
        rows = [getattr(self, name) for name in given]
        assert interleaved(rows, count) == [getattr(self, name) for name in expected]

    @pytest.mark.parametrize("arguments", [{"interleave": 1}, {"interleave": 1, "deadline": LONG}])
    def test_without_a_delay(self, hole, server, answers, attempts, arguments):
        """The order changes; one attempt after the other."""
        away = [("2001:db8:2::1", 80, 0, 0), ("2001:db8:2::2", 80, 0, 0)]
        answers(*away, server.getsockname())
        berkeley.create_connection(("name", 1), **arguments).close()
        assert attempts == [away[0], server.getsockname()]

    @pytest.mark.parametrize("arguments", [{"interleave": 0}, {"deadline": LONG}])
    def test_not_without_being_asked(self, hole, server, answers, attempts, arguments):
        away = [("2001:db8:2::1", 80, 0, 0), ("2001:db8:2::2", 80, 0, 0)]
        answers(*away, server.getsockname())
        berkeley.create_connection(("name", 1), **arguments).close()
        assert attempts == [*away, server.getsockname()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "socket"


@pytest.fixture
def listener(path):
    """Its queue of 0 has room for one."""
    with berkeley.socket(AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(0)
        yield listener


@pytest.mark.usefixtures("listener")
class TestPaths:
    @pytest.mark.parametrize("kind", [str, os.fsencode, pathlib.Path])
    @pytest.mark.parametrize("more", [{}, {"deadline": LONG}, {"timeout": LONG}])
    def test_kinds(self, path, kind, more):
        with berkeley.create_connection(kind(path), **more) as sock:
            assert (sock.family, sock.type) == (AF_UNIX, SOCK_STREAM)
            assert sock.getpeername() == str(path)
            assert sock.gettimeout() == more.get("timeout")
            assert os.get_blocking(sock.fileno()) is ("timeout" not in more)
            option = sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_SNDTIMEO, 16)
            assert option == bytes(16)

    def test_abstract_names(self):
        with berkeley.socket(AF_UNIX) as listener:
            listener.bind("")
            listener.listen()
            name = listener.getsockname()
            with berkeley.create_connection(name) as sock:
                assert sock.getpeername() == name

    def test_source_address(self, path, listener):
        near = str(path.with_name("near"))
        for more in ({}, {"deadline": LONG}):
            with berkeley.create_connection(path, source_address=near, **more) as sock:
                assert sock.getsockname() == near
                listener.accept()[0].close()
            os.unlink(near)

    def test_nobody(self, tmp_path):
        for all_errors, kind in ((False, FileNotFoundError), (True, ExceptionGroup)):
            for more in ({}, {"deadline": LONG}, {"timeout": LONG}):
                with pytest.raises(kind):
                    berkeley.create_connection(tmp_path / "no", all_errors=all_errors, **more)

    @pytest.mark.parametrize("more", [{"deadline": 0.2}, {"timeout": 0.2}])
    def test_full_queue(self, path, more):
        with (
            berkeley.create_connection(path),
            takes(0.2, 5),
            pytest.raises(TimeoutError, match="timed out"),
        ):
            berkeley.create_connection(path, **more)

    def test_full_queue_that_does_not_wait(self, path):
        with berkeley.create_connection(path), pytest.raises(BlockingIOError) as caught:
            berkeley.create_connection(path, 0)
        assert caught.value.errno == errno.EAGAIN

    def test_signals_do_not_end_the_wait(self, path):
        """The handler returns: the wait goes on, and ends in time."""
        calls = []
        before = signal.signal(signal.SIGALRM, lambda *_: calls.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        try:
            with (
                berkeley.create_connection(path),
                takes(0.5, 5),
                pytest.raises(TimeoutError, match="timed out"),
            ):
                berkeley.create_connection(path, deadline=0.5)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert len(calls) > 1

    def test_room_while_waiting(self, path, listener):
        first = berkeley.create_connection(path)
        accepted = []
        thread = threading.Timer(0.1, lambda: accepted.append(listener.accept()[0]))
        thread.start()
        with first, takes(0.1, LONG / 2):
            berkeley.create_connection(path, deadline=LONG).close()
        thread.join()
        accepted[0].close()


@pytest.mark.parametrize(
    ("keyword", "value", "error"),
    [
        ("happy_eyeballs_delay", -0.1, ValueError),
        ("happy_eyeballs_delay", float("nan"), ValueError),
        ("happy_eyeballs_delay", "1", TypeError),
        ("interleave", -1, ValueError),
        ("interleave", "1", TypeError),
        ("deadline", float("nan"), ValueError),
        ("deadline", "1", TypeError),
    ],
)
def test_wrong_arguments(server, keyword, value, error):
    with pytest.raises(error):
        berkeley.create_connection(server.getsockname(), **{keyword: value})


@pytest.mark.parametrize("wrong", [None, 5, ("127.0.0.1",), ("127.0.0.1", 1, 2), bytearray(b"x")])
def test_wrong_addresses(wrong):
    with pytest.raises((TypeError, ValueError)):
        berkeley.create_connection(wrong, deadline=LONG)


@pytest.mark.parametrize("arguments", [{}, {"deadline": LONG}])
def test_interrupted(hole, answers, arguments):
    """What a signal handler raises goes through, and all sockets are closed."""
    answers(*HOLES)

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1, **arguments)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert on_their_way() == 0


@pytest.mark.needs("namespaces", "veth")
def test_nothing_for_the_garbage_collector(child):
    """Whatever way it ends, no thread has been started, and no object waits for the collector."""
    child(
        """
        import ctypes, gc, subprocess, sys
        assert ctypes.CDLL(None).unshare(0x40000000) == 0
        for line in "link set lo up", *sys.argv[1].strip().splitlines():
            subprocess.run(["ip", *line.split()], check=True)
        import berkeley
        started = []
        sys.addaudithook(lambda event, _: event.startswith("_thread.start") and started.append(1))
        refusing = berkeley.socket()
        refusing.bind(("127.0.0.1", 0))
        listener = berkeley.create_server(("127.0.0.1", 0))
        holes = [(10, 1, 6, "", (f"2001:db8::{n}", 80, 0, 0)) for n in range(3)]
        refused = (2, 1, 6, "", refusing.getsockname())
        good = (2, 1, 6, "", listener.getsockname())

        def attempt(rows, **arguments):
            if rows is not None:
                berkeley.getaddrinfo = lambda *_: rows
            try:
                berkeley.create_connection(("127.0.0.1", 80), **arguments).close()
            except (OSError, ExceptionGroup) as error:
                return type(error).__name__
            return "connected"

        def all_ways():
            plain = berkeley.getaddrinfo
            for all_errors in (False, True):
                for keywords, rows in (
                    ({"happy_eyeballs_delay": 0.01}, [*holes, good]),
                    ({"happy_eyeballs_delay": 0.01}, [*holes, refused, good]),
                    ({"happy_eyeballs_delay": 0.01, "timeout": 0.05}, [*holes, refused]),
                    ({"happy_eyeballs_delay": 0.01}, [refused, refused]),
                    ({"happy_eyeballs_delay": 0.01}, []),
                    ({"interleave": 1}, [refused, refused]),
                ):
                    yield attempt(rows, all_errors=all_errors, **keywords)
                berkeley.getaddrinfo = plain
                yield attempt(None, all_errors=all_errors, deadline=5)
                yield attempt(None, all_errors=all_errors, deadline=0)

        list(all_ways())
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        names = list(all_ways())
        gc.collect()
        assert gc.garbage == [], gc.garbage
        gc.set_debug(0)
        assert started == []
        refusing.close()
        listener.close()
        assert names == [
            "connected", "connected", "TimeoutError", "ConnectionRefusedError", "OSError",
            "ConnectionRefusedError", "ConnectionRefusedError", "TimeoutError",
            "connected", "connected", "ExceptionGroup", "ExceptionGroup", "OSError",
            "ExceptionGroup", "ExceptionGroup", "TimeoutError",
        ], names
        """,
        MAKE_HOLE,
    )


# A name with an address in the black hole and one that answers, in the file of hosts.
IN_THE_HOLE = """
    ip link set lo up
    echo "$1" | ip -batch -
    printf '2001:db8::1 two.example\\n127.0.0.1 two.example\\n' >"$0"
    mount --bind "$0" /etc/hosts
    shift
    exec "$@"
"""
CONNECT = """
    import importlib, sys
    socket = importlib.import_module(sys.argv[1])
    server = socket.create_server(("127.0.0.1", 0))
    address = ("two.example", server.getsockname()[1])
    more = {"happy_eyeballs_delay": 0.25} if sys.argv[1] == "berkeley" else {}
    print("begin", flush=True)
    with server, socket.create_connection(address, **more) as sock:
        print(sock.getpeername()[0], flush=True)
"""


@pytest.mark.needs("unshare", "veth")
@pytest.mark.parametrize("module", ["berkeley", "socket"])
def test_beside_the_standard_module(module, tmp_path):
    """With a name in the file of hosts: one connects, the other one waits for two minutes."""
    command = ["unshare", "--map-root-user", "--net", "--mount", "sh", "-ec", IN_THE_HOLE]
    command += [
        tmp_path / "hosts",
        MAKE_HOLE,
        sys.executable,
        "-W",
        "error",
        "-c",
        textwrap.dedent(CONNECT),
    ]
    with subprocess.Popen([*command, module], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "begin\n"
            if module == "berkeley":
                with takes(0, 5):
                    assert process.stdout.readline() == "127.0.0.1\n"
                assert process.wait(LONG) == 0
            else:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(3)
        finally:
            process.kill()
