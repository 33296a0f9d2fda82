"""create_connection() with a deadline, and with timeouts of several attempts at once."""

import contextlib
import errno
import os
import threading

import pytest

import berkeley
from berkeley import SOCK_STREAM
from tests.silence import *  # noqa: F403
from tests.silence import HOLE, HOLES, LONG, on_their_way, takes


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
        with takes(0.6, 5), pytest.raises(ExceptionGroup) as caught:
            berkeley.create_connection(("name", 1), 0.4, happy_eyeballs_delay=0.1, all_errors=True)
        assert [error.args for error in caught.value.exceptions] == [("timed out",)] * 3
        assert {type(error) for error in caught.value.exceptions} == {TimeoutError}

    def test_each_attempt_one_after_the_other(self, hole, answers):
        answers(*HOLES)
        with takes(0.6, 5), pytest.raises(TimeoutError, match="timed out"):
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
        with takes(0.3, 5), pytest.raises(TimeoutError, match="timed out") as caught:
            berkeley.create_connection(("name", 1), deadline=0.3, **more)
        assert caught.value.__cause__ is None
        assert caught.value.__notes__ == ["while connecting to ('name', 1)"]
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
        with takes(0.2, 5), pytest.raises(TimeoutError, match="timed out") as caught:
            berkeley.create_connection(("name", 1), deadline=0.2)
        release.set()
        assert caught.value.__notes__ == ["while connecting to ('name', 1)"]
        assert asked == [("name", 1, 0, SOCK_STREAM)]

    def test_of_the_name_of_the_source(self, server, monkeypatch):
        with berkeley.create_connection(
            server.getsockname(), source_address=("localhost", 0), deadline=LONG
        ) as sock:
            assert sock.getsockname()[0] == "127.0.0.1"
        release = threading.Event()
        plain = berkeley.getaddrinfo

        def getaddrinfo(host, *arguments):
            if host != "slow":
                return plain(host, *arguments)
            # It ends while another test runs: asking for the name then would open sockets there.
            release.wait(LONG)
            return []

        monkeypatch.setattr(berkeley, "getaddrinfo", getaddrinfo)
        with takes(0.2, 5), pytest.raises(TimeoutError, match="timed out"):
            berkeley.create_connection(
                server.getsockname(), source_address=("slow", 0), deadline=0.2
            )
        release.set()

    @pytest.mark.parametrize("source", ["x", ("127.0.0.1",), (), 5, (5, 0), ("127.0.0.1", "x")])
    def test_wrong_sources(self, server, source):
        """As with the plain way: the error is bind()'s."""
        for more in ({}, {"deadline": LONG}):
            with pytest.raises(TypeError):
                berkeley.create_connection(server.getsockname(), source_address=source, **more)

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
