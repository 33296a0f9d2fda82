"""The echo server of the examples in the test's own process: many clients, and its end."""

import importlib.util
import os
import threading
from pathlib import Path

import pytest

import berkeley

FILE = Path(__file__).resolve().parents[2] / "examples" / "echo.py"


@pytest.fixture(scope="module")
def echo():
    spec = importlib.util.spec_from_file_location("echo_example", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = threading.enumerate()
    yield
    assert [thread for thread in threading.enumerate() if thread not in before] == []


def url_of(server):
    return "tcp://{}:{}".format(*server.address)


def test_clients_do_not_wait_for_each_other(echo):
    with echo.Server("tcp://127.0.0.1:0") as server:
        clients = [echo.connect(url_of(server)) for _ in range(8)]
        # The last to connect is the first to be served, while all the others are still there.
        for number, client in reversed(list(enumerate(clients))):
            text = b"client %d" % number
            assert echo.echo(client, text) == text
        for client in clients:
            client.close()


def test_close_ends_connections_that_are_open(echo):
    with echo.Server("tcp://127.0.0.1:0") as server:
        client = echo.connect(url_of(server))
        assert echo.echo(client, b"here") == b"here"
    with client, pytest.raises(ConnectionError):
        # The end of the stream, or a reset if it comes first.
        echo.echo(client, b"still here?")


def test_close_ends_a_server_without_clients(echo):
    # Abstract names are the whole machine's, and other tests may run on it.
    name = f"@berkeley-echo-{os.getpid()}"
    for url in ("tcp://127.0.0.1:0", "udp://127.0.0.1:0", f"unix:{name}", f"unixgram:{name}"):
        with echo.Server(url) as server:
            assert server.sock.fileno() >= 0
        assert server.sock.fileno() == -1


def test_a_client_that_resets_its_connection_harms_nobody(echo):
    with echo.Server("tcp://127.0.0.1:0") as server:
        rude = echo.connect(url_of(server))
        assert echo.echo(rude, b"once") == b"once"
        # Lingering for no time makes close() send a reset: socket(7).
        rude.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        rude.close()
        with echo.connect(url_of(server)) as polite:
            assert echo.echo(polite, b"twice") == b"twice"


def test_datagram_clients_get_their_own_answers(echo):
    with echo.Server("udp://127.0.0.1:0") as server:
        url = "udp://{}:{}".format(*server.address)
        with echo.connect(url) as first, echo.connect(url) as second:
            first.send(b"for the first")
            second.send(b"for the second")
            assert second.recv(100) == b"for the second"
            assert first.recv(100) == b"for the first"


def test_a_datagram_client_that_has_gone_harms_nobody(echo, tmp_path):
    url = f"unixgram:{tmp_path}/server"
    with echo.Server(url):
        with echo.connect(url) as gone:
            gone.send(b"and away")
        with echo.connect(url) as client:
            assert echo.echo(client, b"who is there") == b"who is there"


def test_echo_ends_when_the_server_does_not_answer(echo):
    near, far = berkeley.socketpair()
    with near, far:
        near.settimeout(0.05)
        with pytest.raises(TimeoutError):
            echo.echo(near, b"hello?")


def test_a_name_in_use_is_an_error_and_leaves_no_descriptor(echo, tmp_path):
    url = f"unix:{tmp_path}/taken"
    with echo.Server(url), pytest.raises(OSError, match="in use"):
        echo.Server(url)
