"""The databases of hosts, services and protocols, against /etc and the standard module; threads."""

import pathlib
import re
import socket as standard
import threading

import pytest

import berkeley

SERVICES = pathlib.Path("/etc/services")
PROTOCOLS = pathlib.Path("/etc/protocols")


def lines(path):
    text = path.read_text(errors="surrogateescape")
    return [fields for line in text.splitlines() if (fields := line.split("#")[0].split())]


needs_services = pytest.mark.skipif(not SERVICES.exists(), reason=f"missing: {SERVICES} (netbase)")
needs_protocols = pytest.mark.skipif(
    not PROTOCOLS.exists(), reason=f"missing: {PROTOCOLS} (netbase)"
)


@needs_services
def test_all_services():
    first = {}
    for name, port, *aliases in lines(SERVICES):
        number, protocol = port.split("/")
        for alias in (name, *aliases):
            first.setdefault((alias, protocol), int(number))
            first.setdefault((alias, None), int(number))
    assert len(first) > 100
    for (name, protocol), number in first.items():
        arguments = (name,) if protocol is None else (name, protocol)
        assert berkeley.getservbyname(*arguments) == number


@needs_services
def test_all_ports():
    first = {}
    for name, port, *_ in lines(SERVICES):
        number, protocol = port.split("/")
        first.setdefault((int(number), protocol), name)
        first.setdefault((int(number), None), name)
    for (number, protocol), name in first.items():
        arguments = (number,) if protocol is None else (number, protocol)
        assert berkeley.getservbyport(*arguments) == name


@needs_protocols
def test_all_protocols():
    for name, number, *aliases in lines(PROTOCOLS):
        for alias in (name, *aliases):
            assert berkeley.getprotobyname(alias) == int(number)


@needs_services
@needs_protocols
def test_right_answers_under_threads():
    """The plain functions of libc answer all threads from one buffer; ours do not."""
    questions = [
        (berkeley.getservbyname, ("http", "tcp"), 80),
        (berkeley.getservbyname, ("domain", "udp"), 53),
        (berkeley.getservbyname, ("ssh",), 22),
        (berkeley.getservbyport, (25, "tcp"), "smtp"),
        (berkeley.getservbyport, (443, "tcp"), "https"),
        (berkeley.getprotobyname, ("tcp",), 6),
        (berkeley.getprotobyname, ("udp",), 17),
        (berkeley.gethostbyname, ("127.0.0.5",), "127.0.0.5"),
    ]
    wrong = []
    gate = threading.Barrier(len(questions))

    def ask(call, arguments, expected):
        gate.wait()
        for _ in range(150):
            answer = call(*arguments)
            if answer != expected:
                wrong.append((arguments, answer))

    threads = [threading.Thread(target=ask, args=question) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


class TestServices:
    def test_not_found(self):
        for call in (
            lambda: berkeley.getservbyname("no-such-service"),
            lambda: berkeley.getservbyname("http", "no-such-protocol"),
            lambda: berkeley.getservbyname(""),
            lambda: berkeley.getservbyport(1, "no-such-protocol"),
            lambda: berkeley.getservbyport(0),
            lambda: berkeley.getprotobyname("no-such-protocol"),
            lambda: berkeley.getprotobyname(""),
        ):
            with pytest.raises(OSError, match="not found") as caught:
                call()
            assert caught.value.errno is None

    def test_ports_out_of_range(self):
        for port in (-1, 65536, 1 << 40, 1 << 80):
            with pytest.raises(OverflowError):
                berkeley.getservbyport(port)

    @pytest.mark.parametrize("wrong", [b"http", 5, 1.0, ["http"]])
    def test_types(self, wrong):
        for call in (
            lambda: berkeley.getservbyname(wrong),
            lambda: berkeley.getservbyname("http", wrong),
            lambda: berkeley.getservbyport(80, wrong),
            lambda: berkeley.getprotobyname(wrong),
        ):
            with pytest.raises(TypeError):
                call()
        for port in ("80", 80.0, None):
            with pytest.raises(TypeError):
                berkeley.getservbyport(port)
        for call in (berkeley.getservbyname, berkeley.getservbyport, berkeley.getprotobyname):
            with pytest.raises(TypeError):
                call()
            with pytest.raises(TypeError):
                call(name="http")

    @needs_services
    def test_any_protocol(self):
        assert berkeley.getservbyname("http") == 80
        assert berkeley.getservbyport(80) == "http"
        # None is no name of a protocol, as in the standard module.
        for call in (berkeley.getservbyname, berkeley.getservbyport):
            with pytest.raises(TypeError):
                call("http" if call is berkeley.getservbyname else 80, None)


class TestHosts:
    @pytest.mark.parametrize(
        "host", ["localhost", "127.0.0.1", b"localhost", bytearray(b"127.0.0.1")]
    )
    def test_gethostbyname(self, host):
        assert berkeley.gethostbyname(host) == "127.0.0.1"

    def test_empty_and_broadcast(self):
        assert berkeley.gethostbyname("") == "0.0.0.0"
        assert berkeley.gethostbyname("<broadcast>") == "255.255.255.255"

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_gethostbyname_ex(self, host):
        assert berkeley.gethostbyname_ex(host) == standard.gethostbyname_ex(host)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_gethostbyaddr(self, host):
        ours = berkeley.gethostbyaddr(host)
        assert ours == standard.gethostbyaddr(host)
        name, aliases, addresses = ours
        assert (type(name), type(aliases), type(addresses)) == (str, list, list)

    @pytest.mark.parametrize("call", ["gethostbyname", "gethostbyname_ex", "gethostbyaddr"])
    def test_errors(self, call):
        function = getattr(berkeley, call)
        with pytest.raises(berkeley.gaierror):
            function(b"a" * 64)
        for wrong in (None, 5, 1.0, ["localhost"], memoryview(b"localhost")):
            with pytest.raises(TypeError):
                function(wrong)
        with pytest.raises(TypeError, match="null"):
            function("localhost\0")
        with pytest.raises(TypeError):
            function()

    @pytest.mark.needs("namespaces")
    def test_nobody_knows(self, child):
        """Without a network nobody can be asked; the errors are the standard module's."""
        child(
            """
            import ctypes, socket, berkeley
            assert ctypes.CDLL(None).unshare(0x40000000) == 0

            def error(call, *arguments):
                try:
                    return call(*arguments)
                except OSError as error:
                    return type(error).__name__, error.args

            for name, arguments in (
                ("gethostbyaddr", ("192.0.2.1",)),
                ("gethostbyaddr", ("2001:db8::1",)),
                ("gethostbyaddr", ("no-such-host.invalid",)),
                ("gethostbyname", ("no-such-host.invalid",)),
                ("gethostbyname_ex", ("no-such-host.invalid",)),
                ("getnameinfo", (("192.0.2.1", 80), berkeley.NI_NAMEREQD)),
                ("getaddrinfo", ("no-such-host.invalid", 80)),
            ):
                ours = error(getattr(berkeley, name), *arguments)
                assert ours == error(getattr(socket, name), *arguments), (name, ours)
                assert ours[0] in ("herror", "gaierror"), ours
            assert error(berkeley.gethostbyaddr, "192.0.2.1")[0] == "herror"
            """
        )


class TestHostname:
    def test_the_kernels(self):
        name = pathlib.Path("/proc/sys/kernel/hostname").read_text().rstrip("\n")
        assert berkeley.gethostname() == name == standard.gethostname()

    @pytest.mark.parametrize("wrong", [None, 5, bytearray(b"name"), ["name"]])
    def test_types(self, wrong):
        with pytest.raises(TypeError):
            berkeley.sethostname(wrong)

    @pytest.mark.needs("namespaces")
    def test_sethostname(self, child):
        """In a UTS namespace of the child's own: uts_namespaces(7)."""
        done = child(
            """
            import ctypes, errno, berkeley
            assert ctypes.CDLL(None).unshare(0x04000000) == 0
            for name in ("berkeley-test", b"bytes", "x" * 64, "\\udcff\\udc80", ""):
                assert berkeley.sethostname(name) is None
                expected = name.decode() if isinstance(name, bytes) else name
                assert berkeley.gethostname() == expected, name
            try:
                berkeley.sethostname("x" * 65)
            except OSError as error:
                assert error.errno == errno.EINVAL
            else:
                raise AssertionError("65 bytes were taken")
            print("done")
            """
        )
        assert done.stdout == "done\n"
        assert re.fullmatch(r".{1,64}", berkeley.gethostname())
