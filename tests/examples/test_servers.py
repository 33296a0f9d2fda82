"""examples/servers.py: a server of each kind, as a user would start it."""

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import berkeley

EXAMPLE = Path(__file__).parents[2] / "examples" / "servers.py"


def end(process):
    """The example ends by itself, without a word."""
    try:
        _, errors = process.communicate(timeout=30)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    assert (process.returncode, errors) == (0, "")


@pytest.fixture
def start():
    """Start the example, after the one before has ended; its line, once it listens."""
    started = []

    def run(*arguments):
        if started:
            end(started.pop())
        process = subprocess.Popen(
            [sys.executable, "-W", "error", EXAMPLE, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        count, family, protocol, address = process.stdout.readline().split(maxsplit=3)
        return int(count), family, int(protocol), ast.literal_eval(address)

    yield run
    end(started.pop())


def talk(sock):
    with sock:
        sock.sendall(b"hello")
        assert sock.recv(9) == b"hello"


def test_unix(start, tmp_path):
    path = str(tmp_path / "s")
    for _ in range(2):
        assert start("unix", path, "--mode", "660", "--clients", "1") == (1, "AF_UNIX", 0, path)
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o660
        sock = berkeley.socket(berkeley.AF_UNIX)
        sock.connect(path)
        talk(sock)


@pytest.mark.parametrize("options", [(), ("--mptcp",)])
def test_tcp(start, options):
    count, family, protocol, address = start("tcp", "0", "--clients", "1", *options)
    assert (count, family) == (1, "AF_INET")
    assert protocol in (0, berkeley.IPPROTO_MPTCP if options else 0)
    talk(berkeley.create_connection(address))


def test_group(start):
    """Of one listener, so that it is known which one ends."""
    count, _, _, address = start("group", "0", "--count", "1", "--clients", "3")
    assert count == 1
    for _ in range(3):
        talk(berkeley.create_connection(address))


def test_activated():
    """What starts it knows the number of the process: it becomes the service."""
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        code = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3, inheritable=True); "
            "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
            "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
        )
        command = [sys.executable, "-c", code, str(server.fileno())]
        process = subprocess.Popen(
            [*command, EXAMPLE, "activated", "--clients", "1"],
            pass_fds=[server.fileno()],
            stdout=subprocess.PIPE,
            text=True,
        )
    assert process.stdout.readline().split() == ["1", "AF_INET", "6", *str(address).split()]
    talk(berkeley.create_connection(address))
    assert process.communicate(timeout=60) == ("", None)
    assert process.returncode == 0


def test_not_activated(python):
    done = python(EXAMPLE, "activated")
    assert done.returncode == 1
    assert "no socket" in done.stderr
