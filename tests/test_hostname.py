"""getfqdn: a name with a dot in it, if there is one; this machine without DNS."""

import errno
import textwrap

import pytest

import berkeley
from berkeley import hostname


@pytest.fixture
def known(monkeypatch):
    """What gethostbyaddr() answers: programs and tests patch it in the same way."""
    asked = []

    def answer(result):
        def gethostbyaddr(name):
            asked.append(name)
            if isinstance(result, OSError):
                raise result
            return result

        monkeypatch.setattr(berkeley, "gethostbyaddr", gethostbyaddr)
        return asked

    return answer


@pytest.fixture
def hosts(monkeypatch, tmp_path, known):
    """A file of hosts with this text, on a machine with the name ``machine``."""
    file = tmp_path / "hosts"
    monkeypatch.setattr(hostname, "HOSTS", str(file))
    monkeypatch.setattr(berkeley, "gethostname", lambda: "machine")
    known(AssertionError("the resolver was asked"))
    return lambda text: file.write_bytes(text)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (("host.example", [], ["192.0.2.1"]), "host.example"),
        (("host", ["alias", "host.example", "host.other"], []), "host.example"),
        (("host", ["alias"], []), "host"),
        (OSError(errno.ENOENT, "x"), "name"),
        (berkeley.herror(1, "x"), "name"),
        (berkeley.gaierror(-2, "x"), "name"),
    ],
)
def test_choice(known, result, expected):
    asked = known(result)
    assert berkeley.getfqdn("  name \n") == expected
    assert asked == ["name"]


@pytest.mark.parametrize("name", ["", "0.0.0.0", "::", "  ", "machine", "127.0.1.1"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"127.0.1.1 machine.example machine", "machine.example"),
        (b"127.0.1.1 machine machine.example", "machine.example"),
        (b"127.0.1.1 machine  # machine.example", "machine"),
        (b"127.0.1.1 other machine", "other"),
        (b"127.0.0.1 localhost\n\n# x\n127.0.1.1\tMACHINE.example\tMachine\n", "MACHINE.example"),
        (b"127.0.1.1 localhost\n127.0.1.1 machine.example machine", "machine.example"),
        (b"127.0.1.1 machine.example other\n127.0.1.1 machine", "machine.example"),
        (b"\xff \xff.\xff\n127.0.1.1\n127.0.1.1 machine.example machine", "machine.example"),
    ],
)
def test_this_machine(hosts, name, text, expected):
    hosts(text)
    if name == "127.0.1.1":
        # The first line of the address alone counts.
        expected = {b"\xff": "127.0.1.1", b"127.0.1.1 localhost": "localhost"}.get(
            text.partition(b" \xff.")[0].partition(b"\n")[0], expected
        )
    assert berkeley.getfqdn(name) == expected


@pytest.mark.parametrize("name", ["", "0.0.0.0", "::", "machine"])
@pytest.mark.parametrize("text", [b"", b"192.0.2.1 other.example", b"machine", b"::1 machinery.x"])
def test_this_machine_is_not_in_the_file(hosts, name, text):
    hosts(text)
    assert berkeley.getfqdn(name) == "machine"


def test_no_file(hosts):
    assert berkeley.getfqdn() == "machine"


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "::1", "127.0.0.1", "127.200.0.1"])
def test_loopback(hosts, name):
    hosts(b"")
    assert berkeley.getfqdn(name) == name
    hosts(b"127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.200.0.1 localhost")
    assert berkeley.getfqdn(name) == "localhost"
    hosts(b"127.0.0.1 x localhost.localdomain localhost\n::1 x.y localhost\n127.200.0.1 x.y")
    assert berkeley.getfqdn(name) in ("localhost.localdomain", "x.y")


@pytest.mark.parametrize("name", ["127.example", "127.0.0.1.example", "localhosts", "192.0.2.1"])
def test_others_are_asked_for(known, name):
    asked = known(("host.example", [], []))
    assert berkeley.getfqdn(name) == "host.example"
    assert asked == [name]


def test_the_real_one():
    assert berkeley.getfqdn("127.0.0.1") == berkeley.gethostbyaddr("127.0.0.1")[0]
    assert berkeley.getfqdn() == berkeley.getfqdn("0.0.0.0") == berkeley.getfqdn("::")
    with pytest.raises(AttributeError):
        berkeley.getfqdn(None)


FILES = [
    "127.0.0.1 localhost\n127.0.1.1 machine.example machine\n",
    "127.0.0.1 localhost.localdomain localhost\n127.0.1.1 machine\n",
    "127.0.0.1 localhost machine\n",
    "127.0.0.1 localhost\n127.0.0.1 other\n127.0.0.1 machine\n",
    "127.0.0.1 localhost\n192.0.2.7 x y machine z.example  # machine.example\n",
    "127.0.0.1 localhost\n127.0.1.1 other.example\n127.0.1.1 machine\n",
]


@pytest.mark.needs("unshare")
@pytest.mark.parametrize("text", FILES)
def test_as_the_resolver_with_that_file(child, tmp_path, text):
    """Where the resolver has the file alone, the standard module answers the same."""
    (tmp_path / "hosts").write_text(text)
    (tmp_path / "switch").write_text("hosts: files\n")
    mounts = 'mount --bind "$0/hosts" /etc/hosts; mount --bind "$0/switch" /etc/nsswitch.conf; '
    command = ("unshare", "--map-root-user", "--mount", "--uts", "--net", "sh", "-ec")
    code = textwrap.dedent(
        """
        import socket, berkeley
        socket.sethostname("machine")
        for name in "", "machine", "localhost", "127.0.0.1", "127.0.1.1", "::1":
            print(name, socket.getfqdn(name), berkeley.getfqdn(name))
        """
    )
    under = (*command, mounts + 'ip link set lo up; exec "$@"', str(tmp_path))
    for line in child(code, under=under).stdout.splitlines():
        name, theirs, ours = line.split(" ")
        assert ours == theirs, name
