"""Errors that say what happened: a note names the address, args and text stay as they were."""

import errno
import pickle
import socket as standard
import traceback

import pytest

import berkeley


def notes(error):
    return getattr(error, "__notes__", [])


@pytest.fixture
def closed():
    """An address where nobody listens."""
    with berkeley.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()


@pytest.mark.parametrize("timeout", [None, 5])
def test_connect(closed, timeout):
    with berkeley.socket() as sock:
        sock.settimeout(timeout)
        with pytest.raises(ConnectionRefusedError) as caught:
            sock.connect(closed)
    assert notes(caught.value) == [f"while connecting to {closed!r}"]
    assert caught.value.args == (errno.ECONNREFUSED, "Connection refused")
    assert str(caught.value) == "[Errno 111] Connection refused"
    assert f"while connecting to {closed!r}" in "".join(traceback.format_exception(caught.value))
    with standard.socket() as sock, pytest.raises(ConnectionRefusedError) as theirs:
        sock.connect(closed)
    assert (type(theirs.value), theirs.value.args) == (type(caught.value), caught.value.args)


def test_each_exception_has_its_own(closed):
    # What errors of a number are made of is shared.
    for _ in range(3):
        with berkeley.socket() as sock, pytest.raises(OSError) as caught:
            sock.connect(closed)
        assert len(notes(caught.value)) == 1
    left, right = berkeley.socketpair()
    with left, right:
        right.close()
        left.setblocking(False)
        with pytest.raises(OSError) as caught:
            left.send(b"x")
        assert notes(caught.value) == []


def test_connect_in_time():
    with berkeley.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        waiting = [berkeley.socket() for _ in range(3)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(server.getsockname())
        with berkeley.socket() as sock:
            sock.settimeout(0.05)
            with pytest.raises(TimeoutError) as caught:
                sock.connect(server.getsockname())
        for sock in waiting:
            sock.close()
    assert caught.value.args == ("timed out",)
    assert notes(caught.value) == [f"while connecting to {address!r}"]


def test_a_connection_on_its_way_is_no_failure():
    with berkeley.create_server(("127.0.0.1", 0)) as server, berkeley.socket() as sock:
        sock.setblocking(False)
        with pytest.raises(BlockingIOError) as caught:
            sock.connect(server.getsockname())
        assert notes(caught.value) == []
        assert sock.connect_ex(server.getsockname()) in (0, errno.EALREADY, errno.EISCONN)


def test_bind():
    with berkeley.socket() as first, berkeley.socket() as second:
        first.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as caught:
            second.bind(first.getsockname())
        assert caught.value.args == (errno.EADDRINUSE, "Address already in use")
        assert notes(caught.value) == [f"while binding to {first.getsockname()!r}"]


def test_bind_of_a_path(tmp_path):
    path = str(tmp_path / "no" / "folder")
    with berkeley.socket(berkeley.AF_UNIX) as sock, pytest.raises(FileNotFoundError) as caught:
        sock.bind(path)
    assert notes(caught.value) == [f"while binding to {path!r}"]
    assert caught.value.filename is None


@pytest.mark.parametrize("call", ["sendto", "sendmsg"])
def test_send(call):
    # Of a broadcast address the kernel asks for SO_BROADCAST.
    address = ("255.255.255.255", 9)
    with berkeley.socket(type=berkeley.SOCK_DGRAM) as sock, pytest.raises(OSError) as caught:
        sock.sendto(b"x", address) if call == "sendto" else sock.sendmsg([b"x"], [], 0, address)
    assert caught.value.errno in (errno.EACCES, errno.ENETUNREACH)
    assert notes(caught.value) == [f"while sending to {address!r}"]


def test_accept():
    with berkeley.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as caught:
            sock.accept()
        assert caught.value.errno == errno.EINVAL
        assert notes(caught.value) == [f"while accepting at {sock.getsockname()!r}"]


def test_accept_in_time():
    with berkeley.create_server(("127.0.0.1", 0)) as sock:
        sock.settimeout(0.01)
        with pytest.raises(TimeoutError) as caught:
            sock.accept()
        assert str(caught.value) == "timed out"
        assert notes(caught.value) == [f"while accepting at {sock.getsockname()!r}"]
        sock.settimeout(0)
        with pytest.raises(BlockingIOError) as caught:
            sock.accept()
        assert notes(caught.value) == []


@pytest.mark.parametrize("call", ["sendto", "sendmsg"])
def test_send_in_time(call, tmp_path):
    address = str(tmp_path / "path")
    kind = (berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with berkeley.socket(*kind) as near, berkeley.socket(*kind) as far:
        far.bind(address)

        def send():
            while True:
                if call == "sendto":
                    near.sendto(b"x", address)
                else:
                    near.sendmsg([b"x"], [], 0, address)

        # Its queue is full soon, unix(7).
        for timeout, kind, told in (
            (0, BlockingIOError, []),
            (0.01, TimeoutError, [f"while sending to {address!r}"]),
        ):
            near.settimeout(timeout)
            with pytest.raises(kind) as caught:
                send()
            assert notes(caught.value) == told


def test_connect_again():
    # EALREADY: it is on its way still.  A listener whose queue is full does not answer.
    with berkeley.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        first, second, third = (berkeley.socket() for _ in range(3))
        with first, second, third:
            for sock in (first, second, third):
                sock.setblocking(False)
                with pytest.raises(BlockingIOError):
                    sock.connect(address)
            with pytest.raises(BlockingIOError) as caught:
                third.connect(address)
            assert caught.value.errno == errno.EALREADY
            assert notes(caught.value) == []


def test_an_address_that_cannot_be_shown(closed):
    class Mute(tuple):
        __slots__ = ()

        def __repr__(self):
            raise RuntimeError

    with berkeley.socket() as sock, pytest.raises(ConnectionRefusedError) as caught:
        sock.connect(Mute(closed))
    assert len(notes(caught.value)) == 1
    assert "Mute object at" in notes(caught.value)[0]


def test_accept_of_a_closed_socket():
    sock = berkeley.socket()
    sock.close()
    with pytest.raises(OSError) as caught:
        sock.accept()
    assert notes(caught.value) == []


def test_lookups():
    with pytest.raises(berkeley.gaierror) as caught:
        berkeley.getaddrinfo("host.invalid.", "http", flags=berkeley.AI_NUMERICHOST)
    assert notes(caught.value) == ["while looking up host 'host.invalid.', service 'http'"]
    assert len(caught.value.args) == 2
    with pytest.raises(berkeley.gaierror) as caught:
        berkeley.getaddrinfo(None, "no such service")
    assert notes(caught.value) == ["while looking up service 'no such service'"]
    with pytest.raises(berkeley.gaierror) as caught:
        berkeley.getnameinfo(("host.invalid.", 80), 0)
    assert notes(caught.value) == ["while looking up host 'host.invalid.', service '80'"]


def test_lookups_in_time():
    with pytest.raises(TimeoutError) as caught:
        berkeley.getaddrinfo("host.invalid.", "http", timeout=0)
    assert notes(caught.value) == ["while looking up host 'host.invalid.', service 'http'"]
    assert caught.value.args == ("timed out",)
    with pytest.raises(TimeoutError) as caught:
        berkeley.getnameinfo(("127.0.0.1", 80), 0, timeout=0)
    assert notes(caught.value) == ["while looking up host '127.0.0.1', service '80'"]


@pytest.mark.needs("unshare")
def test_hosts_without_a_name(child):
    # Where no name server can be reached, the resolver does not wait for one.
    child(
        """
        import berkeley
        try:
            berkeley.gethostbyaddr("192.0.2.1")
        except berkeley.herror as error:
            assert error.__notes__ == ["while looking up host '192.0.2.1'"], error.__notes__
            assert len(error.args) == 2
        else:
            raise SystemExit("no error")
        """,
        under=("unshare", "--map-root-user", "--net"),
    )


def test_a_name_in_an_address():
    with berkeley.socket() as sock, pytest.raises(berkeley.gaierror) as caught:
        sock.connect(("::1", 80))
    assert notes(caught.value) == ["while looking up host '::1'"]


def test_create_connection(closed):
    for more in ({}, {"deadline": 5}, {"happy_eyeballs_delay": 0.1}):
        with pytest.raises(ConnectionRefusedError) as caught:
            berkeley.create_connection(closed, **more)
        assert notes(caught.value) == [f"while connecting to {closed!r}"]


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1:80"])
def test_a_host_without_its_tuple(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hint = "text is a path; a host and a port are a tuple, (host, port)"
    with pytest.raises(FileNotFoundError) as caught:
        berkeley.create_connection(address, 80)
    assert notes(caught.value) == [f"while connecting to {address!r}", hint]
    with pytest.raises(FileNotFoundError) as caught:
        berkeley.create_connection(f"./{address}")
    assert notes(caught.value) == [f"while connecting to './{address}'"]
    with pytest.raises(TypeError) as wrong:
        berkeley.create_server(address)
    assert notes(wrong.value) == ["a path needs family=AF_UNIX; a host and a port are a tuple"]


def test_pickled():
    with berkeley.socket() as sock, pytest.raises(OSError) as caught:
        sock.bind(("192.0.2.1", 0))
    back = pickle.loads(pickle.dumps(caught.value))
    assert (type(back), back.args) == (type(caught.value), caught.value.args)
    assert notes(back) == ["while binding to ('192.0.2.1', 0)"]
