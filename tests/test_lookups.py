"""Lookups that end in time, whatever the resolver does."""

import _thread
import os
import signal
import sys
import threading
import time
import weakref

import pytest

import berkeley
from berkeley import lookups
from berkeley.lookups import LIMIT, within
from tests.families.network import HERE, Namespace

# What a busy machine may take for anything.
LONG = 30


class Thing:
    pass


def idle():
    """Wait until no lookup runs; the threads end by themselves."""
    # They go back when the list is dropped.
    held = [lookups._tokens.get(timeout=LONG) for _ in range(LIMIT)]
    assert len(held) == LIMIT


@pytest.fixture
def stuck():
    """A function that does not return before the test ends."""
    release = threading.Event()
    yield lambda: release.wait(LONG)
    release.set()
    idle()


class TestWithin:
    def test_results(self):
        assert within(LONG, divmod, (7, 2)) == (3, 1)
        assert within(1e300, int, ()) == 0
        assert within(float("inf"), int, ()) == 0

    def test_another_thread(self):
        assert within(LONG, threading.get_ident, ()) != threading.get_ident()

    def test_exceptions(self):
        with pytest.raises(ZeroDivisionError) as caught:
            within(LONG, divmod, (7, 0))
        assert caught.value.__context__ is None
        with pytest.raises(SystemExit):
            within(LONG, _thread.exit, ())

    def test_too_long(self, stuck):
        start = time.monotonic()
        with pytest.raises(TimeoutError) as caught:
            within(0.2, stuck, ())
        assert 0.2 <= time.monotonic() - start < LONG / 2
        assert caught.value.args == ("timed out",)
        assert caught.value.__suppress_context__

    @pytest.mark.parametrize("seconds", [0, -1, -float("inf")])
    def test_no_time(self, seconds):
        called = []
        with pytest.raises(TimeoutError):
            within(seconds, called.append, (1,))
        assert called == []

    def test_so_many_at_a_time(self, stuck):
        """Who comes when all are busy waits within its own time; later there is room again."""
        running = threading.Semaphore(0)

        def lookup():
            running.release()
            stuck()
            running.acquire()

        def ask():
            with pytest.raises(TimeoutError):
                within(0.5, lookup, ())

        threads = [threading.Thread(target=ask) for _ in range(LIMIT + 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # All callers are back, and as many threads as may be are left behind.
        assert running._value == LIMIT
        called = []
        with pytest.raises(TimeoutError):
            within(0.1, called.append, (1,))
        assert called == []

    def test_room_again(self):
        release = threading.Event()
        for _ in range(LIMIT):
            with pytest.raises(TimeoutError):
                within(0.001, release.wait, (LONG,))
        timer = threading.Timer(0.1, release.set)
        timer.start()
        assert within(LONG, int, ()) == 0
        timer.join()
        idle()

    def test_an_interruption_at_any_point(self):
        """What a signal handler raises neither takes a place nor makes one."""
        points = 0
        interrupted = True
        while interrupted:
            left = points
            interrupted = False

            def trace(frame, event, argument):
                nonlocal left, interrupted
                if frame.f_code is not within.__code__:
                    return None
                left -= 1
                if left < 0 and not interrupted:
                    interrupted = True
                    raise KeyboardInterrupt
                return trace

            before = sys.gettrace()
            sys.settrace(trace)
            try:
                assert within(LONG, int, ()) == 0
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(before)
            points += 1
            idle()
            assert lookups._tokens.qsize() == LIMIT
        assert points > 10

    def test_late_results_are_dropped(self):
        release, gone = threading.Event(), threading.Event()
        watch = []

        def late():
            release.wait(LONG)
            thing = Thing()
            watch.append(weakref.ref(thing, lambda _: gone.set()))
            return thing

        with pytest.raises(TimeoutError):
            within(0.05, late, ())
        release.set()
        end = time.monotonic() + LONG
        # In turns: without a GIL, this thread takes apart what it made and another has dropped.
        while not gone.wait(0.01):
            assert time.monotonic() < end
        idle()

    def test_nothing_for_the_garbage_collector(self, child):
        child(
            """
            import gc, threading
            from berkeley.lookups import within
            release = threading.Event()

            def all_ways():
                for arguments in ((5, int, ()), (5, divmod, (1, 0)), (0.05, release.wait, (5,)),
                                  (0, int, ())):
                    try:
                        yield within(*arguments)
                    except (ArithmeticError, TimeoutError) as error:
                        yield type(error)

            list(all_ways())
            gc.collect()
            gc.disable()
            gc.set_debug(gc.DEBUG_SAVEALL)
            assert list(all_ways()) == [0, ZeroDivisionError, TimeoutError, TimeoutError]
            gc.collect()
            assert gc.garbage == [], gc.garbage
            gc.set_debug(0)
            release.set()
            """
        )

    def test_signals(self, stuck):
        """A handler that returns does not end the wait; what one raises goes through."""
        calls = []

        def handler(*_):
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt

        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        try:
            with pytest.raises(KeyboardInterrupt):
                within(LONG, stuck, ())
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def test_a_child_begins_anew(self, child):
        """Its parent's threads are not there, and so hold none of its places."""
        child(
            """
            import os, threading
            from berkeley import lookups
            release = threading.Event()
            for _ in range(lookups.LIMIT):
                try:
                    lookups.within(0.001, release.wait, (30,))
                except TimeoutError:
                    pass
            pid = os.fork()
            if pid == 0:
                os._exit(lookups.within(30, divmod, (30, 4))[0])
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
            release.set()
            """,
            # A fork of a process with threads.
            options=("-W", "ignore::DeprecationWarning"),
        )

    def test_no_thread_to_be_had(self, monkeypatch):
        def start_new_thread(*arguments):
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(lookups, "start_new_thread", start_new_thread)
        for _ in range(LIMIT + 1):
            with pytest.raises(RuntimeError):
                within(LONG, int, ())

    @pytest.mark.needs("namespaces", "ip")
    def test_in_the_network_of_the_caller(self):
        home = os.readlink(HERE)
        namespace = Namespace()
        with namespace.entered():
            assert os.readlink(HERE) != home
            assert within(LONG, os.readlink, (HERE,)) == os.readlink(HERE)
        assert within(LONG, os.readlink, (HERE,)) == home
        namespace.close()


class TestNames:
    NUMERIC = berkeley.NI_NUMERICHOST | berkeley.NI_NUMERICSERV

    @pytest.mark.parametrize("timeout", [None, LONG, float(LONG), 1e9])
    def test_the_same_answers(self, timeout):
        for host, port in (
            ("localhost", 80),
            ("127.0.0.1", "http"),
            (None, 80),
            ("fe80::1%1", 80),
            (b"localhost", None),
        ):
            expected = berkeley.getaddrinfo(host, port)
            assert berkeley.getaddrinfo(host, port, timeout=timeout) == expected
        expected = berkeley.getnameinfo(("127.0.0.1", 80), 0)
        assert berkeley.getnameinfo(("127.0.0.1", 80), 0, timeout=timeout) == expected

    def test_the_same_errors(self):
        with pytest.raises(berkeley.gaierror) as caught:
            berkeley.getaddrinfo(b"a" * 64, 80, timeout=LONG)
        with pytest.raises(berkeley.gaierror) as expected:
            berkeley.getaddrinfo(b"a" * 64, 80)
        assert caught.value.args == expected.value.args
        with pytest.raises(UnicodeError):
            berkeley.getaddrinfo("a" * 64, 80, timeout=LONG)
        with pytest.raises(berkeley.gaierror):
            berkeley.getnameinfo(("no.number", 80), 0, timeout=LONG)
        with pytest.raises(OSError, match="IPv4 sockaddr must be 2 tuple"):
            berkeley.getnameinfo(("127.0.0.1", 80, 0), 0, timeout=LONG)

    def test_numeric_ones_need_no_time(self):
        for host in ("127.0.0.1", "::1"):
            rows = berkeley.getaddrinfo(host, 80, type=berkeley.SOCK_STREAM, timeout=0)
            assert rows == berkeley.getaddrinfo(host, 80, type=berkeley.SOCK_STREAM)
            address = (host, 80)
            assert berkeley.getnameinfo(address, self.NUMERIC, timeout=0) == (host, "80")
        for call in (
            lambda: berkeley.getaddrinfo("localhost", 80, timeout=0),
            lambda: berkeley.getnameinfo(("127.0.0.1", 80), 0, timeout=0),
            lambda: berkeley.getnameinfo(("127.0.0.1", 80), berkeley.NI_NUMERICHOST, timeout=0),
        ):
            with pytest.raises(TimeoutError, match="timed out"):
                call()

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [(-1, ValueError), (float("nan"), ValueError), ("1", TypeError), (1e300, OverflowError)],
    )
    def test_wrong_timeouts(self, wrong, error):
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(error):
                berkeley.getaddrinfo(host, 80, timeout=wrong)
        for flags in (0, self.NUMERIC):
            with pytest.raises(error):
                berkeley.getnameinfo(("127.0.0.1", 80), flags, timeout=wrong)

    def test_by_name_only(self):
        with pytest.raises(TypeError):
            berkeley.getaddrinfo("127.0.0.1", 80, 0, 0, 0, 0, 5)
        with pytest.raises(TypeError):
            berkeley.getnameinfo(("127.0.0.1", 80), 0, 5)

    def test_audit_events_are_the_callers(self, child):
        child(
            """
            import sys, threading
            import berkeley
            seen = []
            here = threading.get_ident()
            sys.addaudithook(lambda event, arguments: event.startswith("socket.get")
                and seen.append((event, arguments, threading.get_ident() == here)))
            berkeley.getaddrinfo("localhost", 80, timeout=30)
            berkeley.getnameinfo(("127.0.0.1", 80), 0, timeout=30)
            assert seen == [
                ("socket.getaddrinfo", ("localhost", 80, 0, 0, 0), True),
                ("socket.getnameinfo", (("127.0.0.1", 80),), True),
            ], seen
            """
        )


# A name server that never answers; the C library waits 5 seconds for it, twice.
SILENT = """
    ip link set lo up
    echo 'nameserver 127.0.0.1' >"$0"
    mount --bind "$0" /etc/resolv.conf
    echo 'hosts: files dns' >"$0.nss"
    mount --bind "$0.nss" /etc/nsswitch.conf
    exec "$@"
"""
BEGIN = """
import time
import berkeley as socket
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
"""


@pytest.fixture
def silent(child, tmp_path):
    """Run code where the name server never answers."""
    command = ("unshare", "--map-root-user", "--net", "--mount", "sh", "-ec", SILENT)

    def run(code):
        start = time.monotonic()
        done = child(BEGIN + code, under=(*command, str(tmp_path / "resolv.conf")))
        return done.stdout, time.monotonic() - start

    return run


@pytest.mark.needs("unshare")
class TestASilentResolver:
    def test_all_calls_end_in_time(self, silent):
        """And so does the process, with all lookups still stuck."""
        printed, took = silent(
            """
for call in (
    lambda: socket.getaddrinfo("stuck.example", 80, timeout=0.2),
    lambda: socket.getnameinfo(("192.0.2.1", 80), 0, timeout=0.2),
    lambda: socket.create_connection(("stuck.example", 80), deadline=0.2),
    lambda: socket.create_connection(("127.0.0.1", 80), source_address=("stuck.example", 0),
                                     deadline=0.2),
):
    start = time.monotonic()
    try:
        call()
    except TimeoutError as error:
        print(error, 0.2 <= time.monotonic() - start < 2, *error.__notes__, sep="; ")
# They have really asked.
server.settimeout(30)
print(server.recv(512).count(b"stuck"))
server.close()
"""
        )
        looked_up = ["host 'stuck.example', service '80'", "host '192.0.2.1', service '80'"]
        looked_up.append("host 'stuck.example', service '80'")
        doing = [f"looking up {names}" for names in looked_up]
        doing.append("connecting to ('127.0.0.1', 80)")
        assert printed == "".join(f"timed out; True; while {what}\n" for what in doing) + "1\n"
        assert took < 5

    def test_many_threads(self, silent):
        printed, took = silent(
            """
import os, threading
from berkeley.lookups import LIMIT

def ask():
    try:
        socket.getaddrinfo("stuck.example", 80, timeout=0.5)
    except TimeoutError:
        results.append("timed out")

results = []
threads = [threading.Thread(target=ask) for _ in range(100)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# A thread is joined a moment before the kernel sees its end.
end = time.monotonic() + 3
while len(os.listdir("/proc/self/task")) > 1 + LIMIT and time.monotonic() < end:
    pass
print(len(os.listdir("/proc/self/task")) - 1 - LIMIT, len(results))
server.close()
"""
        )
        # The main thread, and those that are left behind.
        assert printed == "0 100\n"
        assert took < 5

    def test_local_names_are_not_asked_for(self, silent):
        """A machine whose name is nowhere: a fully qualified name needs no server."""
        printed, took = silent(
            """
socket.gethostname = lambda: "nowhere"
for name in "", "0.0.0.0", "::", "nowhere", "NOWHERE", "localhost", "x.localhost", "127.1.2.3":
    print(repr(socket.getfqdn(name)), end=" ")
server.settimeout(0)
try:
    print(server.recv(512))
except BlockingIOError:
    print("nothing asked")
server.close()
"""
        )
        names = ["nowhere"] * 4 + ["NOWHERE", "localhost", "x.localhost", "127.1.2.3"]
        assert printed == "".join(f"{name!r} " for name in names) + "nothing asked\n"
        assert took < 5


@pytest.mark.parametrize("seconds", ["0", "0.005", "0.01"])
def test_exit_while_lookups_end(child, seconds):
    """The interpreter goes while threads come back from the C library."""
    for _ in range(5):
        child(
            """
            import sys, time
            from berkeley.lookups import LIMIT, within
            for number in range(LIMIT):
                try:
                    within(1e-6, time.sleep, (float(sys.argv[1]) + number / 2000,))
                except TimeoutError:
                    pass
            """,
            seconds,
        )
