"""create_connection() to a path: AF_UNIX."""

import errno
import os
import pathlib
import signal
import threading

import pytest

import berkeley
from berkeley import AF_UNIX, SOCK_STREAM
from tests.silence import LONG, takes


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
