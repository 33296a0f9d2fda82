"""listen_fds: what a service manager hands over, by a small one of the test's own."""

import errno
import json
import os
import textwrap

import pytest

import berkeley
from berkeley import activation

# Opens what it is told, puts it at 3 and above, and becomes the service: the number of the process
# stays the same.  argv: names (JSON; null for no LISTEN_FDNAMES), kinds (JSON), the service's code.
ACTIVATOR = """
import fcntl, json, os, socket, sys

names, kinds, code = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
opened = []
for kind in kinds:
    if kind == "tcp":
        opened.append(socket.create_server(("127.0.0.1", 0)).detach())
    elif kind == "nonblocking":
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        opened.append(sock.detach())
    elif kind == "udp":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        opened.append(sock.detach())
    elif kind == "unix":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sock.bind("")
        sock.listen()
        opened.append(sock.detach())
    elif kind == "pipe":
        opened.append(os.pipe()[0])
high = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 100) for number in opened]
for place, number in enumerate(high, 3):
    os.dup2(number, place, inheritable=True)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(kinds))
if names is not None:
    os.environ["LISTEN_FDNAMES"] = ":".join(names)
os.execv(sys.executable, [sys.executable, "-W", "error", "-c", code])
"""


@pytest.fixture
def service(child):
    """Run code that was started with descriptors of these kinds; what it printed, as JSON."""

    def run(code, kinds, names=None):
        code = "import json, os\nimport berkeley\n" + textwrap.dedent(code)
        done = child(ACTIVATOR, json.dumps(names), json.dumps(kinds), code)
        return json.loads(done.stdout)

    return run


def test_sockets(service):
    found = service(
        """
        socks = berkeley.listen_fds()
        print(json.dumps([
            (type(s) is berkeley.socket, s.fileno(), s.family, s.type, s.proto, s.gettimeout(),
             s.get_inheritable(), s.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ACCEPTCONN))
            for s in socks
        ]))
        for s in socks:
            s.close()
        """,
        ["tcp", "udp", "unix"],
    )
    stream, datagram, packets = (
        berkeley.SOCK_STREAM,
        berkeley.SOCK_DGRAM,
        berkeley.SOCK_SEQPACKET,
    )
    assert found == [
        [True, 3, berkeley.AF_INET, stream, berkeley.IPPROTO_TCP, None, False, 1],
        [True, 4, berkeley.AF_INET, datagram, berkeley.IPPROTO_UDP, None, False, 0],
        [True, 5, berkeley.AF_UNIX, packets, 0, None, False, 1],
    ]


def test_a_server_serves(service):
    found = service(
        """
        (server,) = berkeley.listen_fds()
        with server, berkeley.create_connection(server.getsockname()) as client:
            far, _ = server.accept()
            with far:
                client.sendall(b"hello")
                print(json.dumps(far.recv(9).decode()))
        """,
        ["tcp"],
    )
    assert found == "hello"


def test_names(service):
    code = """
    pairs = berkeley.listen_fds_with_names()
    print(json.dumps([(name, sock.fileno()) for name, sock in pairs]))
    for name, sock in pairs:
        sock.close()
    """
    named = service(code, ["tcp", "udp", "tcp"], ["web", "", "web"])
    assert named == [["web", 3], ["", 4], ["web", 5]]
    assert service(code, ["tcp", "udp"]) == [["unknown", 3], ["unknown", 4]]


def test_the_environment(service):
    found = service(
        """
        names = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")
        first = berkeley.listen_fds(unset_environment=False)
        kept = [name in os.environ for name in names]
        for sock in first:
            sock.detach()
        second = berkeley.listen_fds()
        removed = [name in os.environ for name in names]
        print(json.dumps([kept, removed, len(second), len(berkeley.listen_fds())]))
        for sock in second:
            sock.close()
        """,
        ["tcp"],
        ["web"],
    )
    assert found == [[True] * 3, [False] * 3, 1, 0]


def test_not_inherited(service):
    """Neither the descriptors nor the variables reach the programs that the service starts."""
    found = service(
        """
        import subprocess, sys
        code = "import os; print(os.path.exists('/proc/self/fd/3'), 'LISTEN_FDS' in os.environ)"
        with berkeley.listen_fds()[0]:
            words = subprocess.run(
                [sys.executable, "-c", code], close_fds=False, capture_output=True, text=True
            ).stdout
        print(json.dumps(words.split()))
        """,
        ["tcp"],
    )
    assert found == ["False", "False"]


def test_blocking(service):
    """NonBlocking= of a service does not make accept() fail; a default timeout holds."""
    found = service(
        """
        berkeley.setdefaulttimeout(5)
        with berkeley.listen_fds(unset_environment=False)[0] as timed:
            first = timed.gettimeout(), os.get_blocking(3)
            timed.detach()
        berkeley.setdefaulttimeout(None)
        with berkeley.listen_fds()[0] as sock:
            print(json.dumps([first, [sock.gettimeout(), os.get_blocking(3)]]))
        """,
        ["nonblocking"],
    )
    assert found == [[5, False], [None, True]]


def test_no_socket(service):
    found = service(
        """
        try:
            berkeley.listen_fds()
        except OSError as error:
            said = error.errno, str(error)
        from berkeley import activation
        pairs = activation.descriptors()
        kept = "LISTEN_FDS" in os.environ, os.get_inheritable(3), os.get_inheritable(4)
        print(json.dumps([said, pairs, kept]))
        """,
        ["tcp", "pipe"],
        ["web", "fifo"],
    )
    (number, text), pairs, kept = found
    assert number == errno.ENOTSOCK
    assert "descriptor 4 ('fifo') is not a socket" in text
    assert pairs == [["web", 3], ["fifo", 4]]
    assert kept == [True, True, True]


@pytest.fixture
def environment(monkeypatch):
    """Set the variables: a name for each, None for without."""
    for name in activation.VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def give(pid=None, fds=None, names=None):
        for name, value in (("PID", pid), ("FDS", fds), ("FDNAMES", names)):
            if value is not None:
                monkeypatch.setenv(f"LISTEN_{name}", str(value))

    return give


class TestVariables:
    def test_none(self, environment):
        assert berkeley.listen_fds() == []
        assert berkeley.listen_fds_with_names() == []

    def test_for_another_process(self, environment):
        """A child that inherited them; they stay where they are only if told so."""
        environment(os.getppid(), 1, "web")
        assert berkeley.listen_fds(unset_environment=False) == []
        assert os.environ["LISTEN_FDS"] == "1"
        assert berkeley.listen_fds() == []
        assert "LISTEN_FDS" not in os.environ

    def test_incomplete(self, environment):
        environment(os.getpid())
        assert activation.descriptors() == []

    def test_count_without_process(self, environment):
        environment(None, 3)
        assert activation.descriptors() == []

    def test_no_descriptors(self, environment):
        environment(os.getpid(), 0, "")
        assert activation.descriptors() == []

    @pytest.mark.parametrize("text", ["", "x", "-1", "1.0", " 1", "1_0", "\u0661"])
    def test_no_numbers(self, environment, text):
        environment(os.getpid(), text)
        with pytest.raises(ValueError, match=r"LISTEN_FDS is .*, not a number"):
            berkeley.listen_fds()
        environment(text)
        with pytest.raises(ValueError, match=r"LISTEN_PID is .*, not a number"):
            berkeley.listen_fds()

    @pytest.mark.parametrize("names", ["", "a", "a:b:c"])
    def test_wrong_count_of_names(self, environment, names):
        environment(os.getpid(), 2, names)
        with pytest.raises(ValueError, match=r"LISTEN_FDNAMES has \d names, LISTEN_FDS is 2"):
            berkeley.listen_fds()

    def test_closed_descriptors(self, environment, descriptors):
        highest = max(descriptors())
        environment(os.getpid(), highest + 10)
        with pytest.raises(OSError) as caught:
            berkeley.listen_fds()
        assert caught.value.errno in (errno.EBADF, errno.ENOTSOCK)

    def test_a_closed_one_is_named(self, monkeypatch):
        read, write = os.pipe()
        os.close(read)
        os.close(write)
        monkeypatch.setattr(activation, "descriptors", lambda: [("web", read)])
        with pytest.raises(OSError) as caught:
            berkeley.listen_fds()
        assert caught.value.errno == errno.EBADF
        note = f"of descriptor {read} ('web'), which LISTEN_FDS counts"
        assert caught.value.__notes__ == [note]
