"""create_connection() with several attempts at once, or with an order of families."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

import berkeley
from berkeley import AF_INET6
from berkeley.racing import interleaved
from tests.families.network import ip
from tests.silence import *  # noqa: F403
from tests.silence import HOLE, HOLES, LONG, MAKE_HOLE, on_their_way, row, takes


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
            takes(0.3, LONG / 2),
            berkeley.create_connection(("name", 1), happy_eyeballs_delay=0.1, interleave=0) as sock,
        ):
            assert sock.getpeername() == server.getsockname()

    def test_families_take_turns(self, hole, server, answers, attempts):
        answers(*HOLES, server.getsockname())
        with takes(0.1, LONG / 2):
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
    with pytest.raises(error, match=keyword):
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
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3)
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
