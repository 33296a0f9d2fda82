"""create_connection, create_server, has_dualstack_ipv6."""

import errno
import gc
import os
import weakref
from unittest import mock

import pytest

import berkeley


@pytest.fixture
def server():
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def refusing():
    """The address of a port that is taken, and where nobody listens."""
    with berkeley.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()


@pytest.fixture
def answers(monkeypatch):
    """Make getaddrinfo() give these addresses: programs patch it in the same way."""

    def give(*addresses):
        rows = [
            (berkeley.AF_INET if len(a) == 2 else berkeley.AF_INET6, berkeley.SOCK_STREAM, 6, "", a)
            for a in addresses
        ]
        monkeypatch.setattr(berkeley, "getaddrinfo", lambda *_: rows)

    return give


class TestCreateConnection:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", b"127.0.0.1"])
    def test_connects(self, server, host):
        with berkeley.create_connection((host, server.getsockname()[1])) as sock:
            assert type(sock) is berkeley.socket
            assert sock.getpeername() == server.getsockname()
            assert sock.gettimeout() is None

    def test_timeout(self, server):
        berkeley.setdefaulttimeout(20)
        address = server.getsockname()
        for arguments, expected in (
            ({}, 20),
            ({"timeout": None}, None),
            ({"timeout": 5.5}, 5.5),
            ({"timeout": berkeley._GLOBAL_DEFAULT_TIMEOUT}, 20),
        ):
            with berkeley.create_connection(address, **arguments) as sock:
                assert sock.gettimeout() == expected
        with berkeley.create_connection(address, 7) as sock:
            assert sock.gettimeout() == 7

    def test_source_address(self, server):
        with berkeley.create_connection(
            server.getsockname(), source_address=("127.0.0.7", 0)
        ) as sock:
            assert sock.getsockname()[0] == "127.0.0.7"

    def test_source_address_that_cannot_be(self, server):
        with pytest.raises(OSError) as caught:
            berkeley.create_connection(server.getsockname(), source_address=("192.0.2.1", 0))
        assert caught.value.errno == errno.EADDRNOTAVAIL

    def test_second_address_after_a_refusal(self, server, refusing, answers):
        answers(refusing, server.getsockname())
        with berkeley.create_connection(("name", 1)) as sock:
            assert sock.getpeername() == server.getsockname()

    def test_last_error_counts(self, refusing, answers):
        answers(("255.255.255.255", 9), refusing)
        with pytest.raises(ConnectionRefusedError):
            berkeley.create_connection(("name", 1))

    def test_all_errors(self, refusing, answers):
        answers(refusing, ("255.255.255.255", 9))
        with pytest.raises(ExceptionGroup, match="create_connection failed") as caught:
            berkeley.create_connection(("name", 1), all_errors=True)
        first, second = caught.value.exceptions
        assert type(first) is ConnectionRefusedError
        assert second.errno in (errno.ENETUNREACH, errno.EACCES)

    def test_no_addresses(self, answers):
        answers()
        for all_errors in (False, True):
            with pytest.raises(OSError, match="getaddrinfo returns an empty list"):
                berkeley.create_connection(("name", 1), all_errors=all_errors)

    def test_unknown_host(self):
        with pytest.raises(berkeley.gaierror):
            berkeley.create_connection((b"a" * 64, 1))

    def test_wrong_arguments(self):
        for wrong in (None, 5, ("127.0.0.1",), ("127.0.0.1", 1, 2)):
            with pytest.raises((TypeError, ValueError)):
                berkeley.create_connection(wrong)
        with pytest.raises(TypeError):
            berkeley.create_connection(("127.0.0.1", 1), None, None, True)

    def test_wrong_timeout_closes_the_socket(self, server):
        # The autouse fixture counts descriptors.
        for wrong in (-1, "1"):
            with pytest.raises((ValueError, TypeError)):
                berkeley.create_connection(server.getsockname(), timeout=wrong)

    def test_patched_socket_class(self, server):
        made = []

        class Mine(berkeley.socket):
            def __init__(self, *arguments):
                made.append(self)
                super().__init__(*arguments)

        with (
            mock.patch("berkeley.socket", Mine),
            berkeley.create_connection(server.getsockname()) as sock,
        ):
            assert made == [sock]

    @pytest.mark.parametrize("all_errors", [False, True])
    def test_no_reference_cycles(self, child, all_errors):
        """Nothing is left for the garbage collector, whatever way it fails."""
        done = child(
            f"""
            import gc, berkeley
            closed = berkeley.socket()
            closed.bind(("127.0.0.1", 0))
            address = closed.getsockname()
            def attempt():
                try:
                    berkeley.create_connection(address, all_errors={all_errors})
                except (OSError, ExceptionGroup) as error:
                    return type(error).__name__
            attempt()
            gc.collect()
            gc.disable()
            gc.set_debug(gc.DEBUG_SAVEALL)
            name = attempt()
            gc.collect()
            assert gc.garbage == [], gc.garbage
            gc.set_debug(0)
            closed.close()
            print(name)
            """
        )
        assert done.stdout.strip() == ("ExceptionGroup" if all_errors else "ConnectionRefusedError")

    def test_exceptions_go_at_once(self, refusing):
        gc.disable()
        try:
            try:
                berkeley.create_connection(refusing)
            except ConnectionRefusedError as error:
                # An OSError takes no weak references; what its frames hold does.
                class Witness:
                    pass

                error.witness = Witness()
                gone = weakref.ref(error.witness)
            assert gone() is None
        finally:
            gc.enable()


class TestCreateServer:
    @pytest.mark.parametrize("family", [None, berkeley.AF_INET])
    def test_ipv4(self, family):
        arguments = {} if family is None else {"family": family}
        with berkeley.create_server(("127.0.0.1", 0), **arguments) as server:
            assert type(server) is berkeley.socket
            assert server.family is berkeley.AF_INET
            assert server.type is berkeley.SOCK_STREAM
            assert server.gettimeout() is None
            assert server.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ACCEPTCONN) == 1
            assert server.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR) == 1
            assert server.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT) == 0
            berkeley.create_connection(server.getsockname()).close()

    @pytest.mark.needs("ipv6")
    def test_ipv6_only(self):
        with berkeley.create_server(("::1", 0), family=berkeley.AF_INET6) as server:
            assert server.getsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_V6ONLY) == 1
            berkeley.create_connection(server.getsockname()[:2]).close()

    @pytest.mark.needs("ipv6", "dualstack")
    def test_dual_stack(self):
        with berkeley.create_server(
            ("", 0), family=berkeley.AF_INET6, dualstack_ipv6=True
        ) as server:
            assert server.getsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_V6ONLY) == 0
            port = server.getsockname()[1]
            for host, peer in (("::1", "::1"), ("127.0.0.1", "::ffff:127.0.0.1")):
                with berkeley.create_connection((host, port)):
                    accepted, address = server.accept()
                    accepted.close()
                    assert address[0] == peer

    def test_dual_stack_is_ipv6s(self):
        with pytest.raises(ValueError, match="dualstack_ipv6 requires AF_INET6"):
            berkeley.create_server(("", 0), dualstack_ipv6=True)

    def test_dual_stack_where_there_is_none(self, monkeypatch):
        monkeypatch.setattr(berkeley, "has_dualstack_ipv6", lambda: False)
        with pytest.raises(ValueError, match="not supported"):
            berkeley.create_server(("", 0), family=berkeley.AF_INET6, dualstack_ipv6=True)

    def test_reuse_port(self):
        with berkeley.create_server(("127.0.0.1", 0), reuse_port=True) as first:
            with berkeley.create_server(first.getsockname(), reuse_port=True) as second:
                assert first.getsockname() == second.getsockname()
            with pytest.raises(OSError) as caught:
                berkeley.create_server(first.getsockname())
            assert caught.value.errno == errno.EADDRINUSE

    def test_address_in_use_is_named(self, server):
        address = server.getsockname()
        with pytest.raises(OSError) as caught:
            berkeley.create_server(address)
        error = caught.value
        assert error.errno == errno.EADDRINUSE
        assert error.strerror == (
            f"{os.strerror(errno.EADDRINUSE)} (while attempting to bind on address {address!r})"
        )

    def test_address_is_free_again_at_once(self):
        with berkeley.create_server(("127.0.0.1", 0)) as server:
            address = server.getsockname()
            with berkeley.create_connection(address):
                # The server's side closes first: it has the connection in TIME_WAIT.
                server.accept()[0].close()
        berkeley.create_server(address).close()

    @pytest.mark.parametrize("backlog", [0, 1, 5, -1])
    def test_backlog(self, backlog):
        with berkeley.create_server(("127.0.0.1", 0), backlog=backlog) as server:
            berkeley.create_connection(server.getsockname()).close()

    def test_backlog_is_passed_on(self):
        with mock.patch.object(berkeley.socket, "listen") as listen:
            berkeley.create_server(("127.0.0.1", 0), backlog=7).close()
            listen.assert_called_once_with(7)
            berkeley.create_server(("127.0.0.1", 0)).close()
            assert listen.call_args == ((), {})

    def test_errors_close_the_socket(self):
        for arguments, keywords in (
            ((("192.0.2.1", 0),), {}),
            ((("127.0.0.1", 99_999),), {}),
            ((None,), {}),
            ((("127.0.0.1", 0),), {"backlog": "5"}),
            ((("127.0.0.1", 0),), {"family": berkeley.AF_INET6}),
        ):
            with pytest.raises((OSError, TypeError, OverflowError)):
                berkeley.create_server(*arguments, **keywords)

    def test_keywords_only(self):
        with pytest.raises(TypeError):
            berkeley.create_server(("127.0.0.1", 0), berkeley.AF_INET)


class TestDualStack:
    @pytest.mark.needs("ipv6", "dualstack")
    def test_it_is_there(self):
        assert berkeley.has_dualstack_ipv6() is True

    def test_it_is_found_by_trying(self, monkeypatch):
        def no_ipv6(self, *arguments):
            raise OSError(errno.EAFNOSUPPORT, "no")

        monkeypatch.setattr(berkeley.socket, "__init__", no_ipv6)
        assert berkeley.has_dualstack_ipv6() is False
