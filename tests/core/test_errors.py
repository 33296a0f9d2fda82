"""Error codes of the kernel and of libc become the exceptions of PEP 3151, each a new object."""

import errno
import os
import sys

import pytest

import berkeley


def address_in_use():
    with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
        sock.bind(server.getsockname())


def refused():
    with berkeley.socket() as sock, berkeley.socket() as closed:
        # Bound, so that nobody else gets the port; not listening.
        closed.bind(("127.0.0.1", 0))
        sock.connect(closed.getsockname())


def reset():
    with (
        berkeley.create_server(("127.0.0.1", 0)) as server,
        berkeley.create_connection(server.getsockname()) as client,
    ):
        accepted, _ = server.accept()
        accepted.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        accepted.close()
        client.recv(1)


def broken_pipe():
    near, far = berkeley.socketpair()
    far.close()
    with near:
        near.send(b"x")


def would_block():
    near, far = berkeley.socketpair()
    with near, far:
        near.setblocking(False)
        near.recv(1)


def in_progress():
    with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
        sock.setblocking(False)
        sock.connect(server.getsockname())


def already():
    with (
        berkeley.create_server(("127.0.0.1", 0), backlog=0) as server,
        berkeley.socket() as first,
        berkeley.socket() as second,
    ):
        first.connect(server.getsockname())
        # The queue is full: the second connection stays on its way.
        second.setblocking(False)
        with pytest.raises(BlockingIOError):
            second.connect(server.getsockname())
        second.connect(server.getsockname())


def broadcast_not_asked_for():
    with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("255.255.255.255", 9))


def no_such_file():
    with berkeley.socket(berkeley.AF_UNIX) as sock:
        sock.connect("/nonexistent/socket")


def not_a_directory():
    with berkeley.socket(berkeley.AF_UNIX) as sock:
        sock.connect("/dev/null/socket")


def bad_descriptor():
    berkeley.socket(fileno=1 << 20)


def not_a_socket():
    with open(os.devnull) as file:
        berkeley.socket(fileno=file.fileno())


def no_such_family():
    berkeley.socket(255)


def no_such_option():
    with berkeley.socket() as sock:
        sock.getsockopt(berkeley.SOL_SOCKET, 30_000)


def not_connected():
    with berkeley.socket() as sock:
        sock.getpeername()


CASES = [
    (address_in_use, OSError, errno.EADDRINUSE),
    (refused, ConnectionRefusedError, errno.ECONNREFUSED),
    (reset, ConnectionResetError, errno.ECONNRESET),
    (broken_pipe, BrokenPipeError, errno.EPIPE),
    (would_block, BlockingIOError, errno.EAGAIN),
    (in_progress, BlockingIOError, errno.EINPROGRESS),
    (already, BlockingIOError, errno.EALREADY),
    (broadcast_not_asked_for, PermissionError, errno.EACCES),
    (no_such_file, FileNotFoundError, errno.ENOENT),
    (not_a_directory, NotADirectoryError, errno.ENOTDIR),
    (bad_descriptor, OSError, errno.EBADF),
    (not_a_socket, OSError, errno.ENOTSOCK),
    (no_such_family, OSError, errno.EAFNOSUPPORT),
    (no_such_option, OSError, errno.ENOPROTOOPT),
    (not_connected, OSError, errno.ENOTCONN),
]


@pytest.mark.parametrize(
    ("provoke", "kind", "code"), CASES, ids=lambda v: getattr(v, "__name__", "")
)
def test_class_and_arguments(provoke, kind, code):
    # Three times: the first one's parts serve the others.
    for _ in range(3):
        with pytest.raises(OSError) as caught:
            provoke()
        error = caught.value
        assert type(error) is kind
        assert error.args == (code, os.strerror(code))
        assert (error.errno, error.strerror) == error.args
        assert (error.filename, error.filename2) == (None, None)


def test_time_of_the_kernel(tcp):
    """ETIMEDOUT is a TimeoutError as well, with its errno."""
    near, _ = tcp
    near.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVTIMEO, b"\0" * 8 + b"\1" + b"\0" * 7)
    # A blocking socket whose SO_RCVTIMEO has passed gets EAGAIN, socket(7).
    with pytest.raises(BlockingIOError) as caught:
        near.recv(1)
    assert caught.value.errno == errno.EAGAIN


def raised(provoke):
    try:
        provoke()
    except OSError as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("provoke", [would_block, broken_pipe, bad_descriptor])
def test_each_exception_is_new(provoke):
    first = raised(provoke)
    first.add_note("mine")
    first.extra = 1
    length = traceback_length(first)
    try:
        raise KeyError
    except KeyError as outer:
        second = raised(provoke)
        assert second.__context__ is outer
    third = raised(provoke)
    assert len({id(first), id(second), id(third)}) == 3
    assert first.__context__ is third.__context__ is None
    assert first.__cause__ is second.__cause__ is None
    assert traceback_length(first) == traceback_length(third) == length
    assert not hasattr(third, "__notes__")
    assert not hasattr(third, "extra")


def traceback_length(error):
    length, frame = 0, error.__traceback__
    while frame is not None:
        length, frame = length + 1, frame.tb_next
    return length


def test_exceptions_are_freed():
    kept = raised(would_block)
    # The machinery behind has no reference.
    other = OSError()
    assert sys.getrefcount(kept) == sys.getrefcount(other)
    assert kept.args == (errno.EAGAIN, os.strerror(errno.EAGAIN))


def test_timeout_error(pair):
    pair[0].settimeout(0.0001)
    first = raised(lambda: pair[0].recv(1))
    second = raised(lambda: pair[0].recv(1))
    assert type(first) is TimeoutError is berkeley.timeout
    assert first is not second
    assert first.args == second.args == ("timed out",)
    assert first.errno is None


def test_gaierror():
    with pytest.raises(berkeley.gaierror) as caught:
        berkeley.getaddrinfo("127.0.0.1.", None, flags=berkeley.AI_NUMERICHOST)
    error = caught.value
    assert isinstance(error, OSError)
    assert error.args == (berkeley.EAI_NONAME, error.strerror)
    assert error.errno == berkeley.EAI_NONAME
    assert "not known" in error.strerror


def test_classes():
    assert berkeley.error is OSError
    assert berkeley.timeout is TimeoutError
    for kind in (berkeley.herror, berkeley.gaierror):
        assert kind.__mro__[1] is OSError
        assert kind.__module__ == "berkeley"
        error = kind(1, "text")
        assert (error.errno, error.strerror) == (1, "text")
        assert str(error) == "[Errno 1] text"
