"""Every function of the module, called as programs do, with the types that it gives."""

import io
import pathlib
from array import array
from typing import Any, assert_type

import berkeley as socket
from berkeley.activation import descriptors as descriptors_given
from berkeley.interfaces import Interface, InterfaceFlag
from berkeley.unixpath import connectable
from berkeley.unixserver import reclaim


def connecting() -> None:
    address = ("localhost", 80)
    assert_type(socket.create_connection(address), socket.socket)
    assert_type(socket.create_connection((None, 80), None, ("", 0)), socket.socket)
    default = socket._GLOBAL_DEFAULT_TIMEOUT
    assert_type(socket.create_connection(address, timeout=default, all_errors=True), socket.socket)
    assert_type(socket.create_connection("/run/x"), socket.socket)
    assert_type(socket.create_connection(b"/run/x", 5), socket.socket)
    assert_type(socket.create_connection(pathlib.Path("/run/x"), deadline=5), socket.socket)
    socket.create_connection(address, happy_eyeballs_delay=0.25, interleave=1, deadline=None)
    assert_type(
        socket.create_server(
            ("", 0), family=socket.AF_INET6, backlog=5, reuse_port=True, dualstack_ipv6=True
        ),
        socket.socket,
    )
    assert_type(socket.has_dualstack_ipv6(), bool)
    assert_type(socket.getdefaulttimeout(), float | None)
    socket.setdefaulttimeout(2.5)
    socket.setdefaulttimeout(None)


def descriptors(sock: socket.socket, fd: int) -> None:
    assert_type(socket.fromfd(fd, socket.AF_UNIX, socket.SOCK_STREAM), socket.socket)
    assert_type(socket.socketpair(), tuple[socket.socket, socket.socket])
    near, far = socket.socketpair(socket.AF_UNIX, type=socket.SOCK_DGRAM, proto=0)
    assert_type(near, socket.socket)
    assert_type(far, socket.socket)
    assert_type(socket.send_fds(sock, [b"data"], [fd], 0, "/tmp/name"), int)
    assert_type(socket.send_fds(sock, (b"data",), array("i", [fd])), int)
    assert_type(socket.recv_fds(sock, 10, 2), tuple[bytes, list[int], int, Any])
    assert_type(socket.dup(fd), int)
    socket.close(fd)


def names(host: str) -> None:
    for family, kind, protocol, canonical, address in socket.getaddrinfo(
        host, "https", type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME
    ):
        assert_type(family, socket.AddressFamily)
        assert_type(kind, socket.SocketKind)
        assert_type(protocol, int)
        assert_type(canonical, str)
        assert_type(address, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes])
        socket.socket(family, kind, protocol).connect(address)
    socket.getaddrinfo(None, 80, 0, 0, 0, 0)
    socket.getaddrinfo(b"localhost", None)
    assert_type(socket.getnameinfo((host, 80), socket.NI_NUMERICHOST), tuple[str, str])
    assert_type(socket.getnameinfo((host, 80, 0, 0), 0), tuple[str, str])
    assert_type(socket.getnameinfo((host, 80), 0, timeout=5), tuple[str, str])
    socket.getaddrinfo("localhost", 80, timeout=0.5)
    assert_type(socket.getfqdn(), str)
    assert_type(socket.getfqdn(host), str)
    assert_type(socket.gethostname(), str)
    socket.sethostname("name")
    assert_type(socket.gethostbyname(host), str)
    assert_type(socket.gethostbyname_ex(host), tuple[str, list[str], list[str]])
    assert_type(socket.gethostbyaddr("127.0.0.1"), tuple[str, list[str], list[str]])
    assert_type(socket.getservbyname("http"), int)
    assert_type(socket.getservbyname("http", "tcp"), int)
    assert_type(socket.getservbyport(80, "tcp"), str)
    assert_type(socket.getprotobyname("tcp"), int)
    assert_type(socket.if_nameindex(), list[tuple[int, str]])
    assert_type(socket.if_nametoindex("lo"), int)
    assert_type(socket.if_indextoname(1), str)


def numbers() -> None:
    assert_type(socket.htons(1), int)
    assert_type(socket.htonl(1), int)
    assert_type(socket.ntohs(1), int)
    assert_type(socket.ntohl(1), int)
    assert_type(socket.inet_aton("127.0.0.1"), bytes)
    assert_type(socket.inet_ntoa(bytearray(4)), str)
    assert_type(socket.inet_pton(socket.AF_INET6, "::1"), bytes)
    assert_type(socket.inet_ntop(socket.AF_INET, b"\x7f\0\0\1"), str)
    assert_type(socket.CMSG_LEN(4), int)
    assert_type(socket.CMSG_SPACE(4), int)


def files(sock: socket.socket, mode: str, size: int) -> None:
    assert_type(sock.makefile(), io.TextIOWrapper)
    assert_type(
        sock.makefile("rw", encoding="utf-8", errors="strict", newline=""), io.TextIOWrapper
    )
    assert_type(sock.makefile("w", 1), io.TextIOWrapper)
    assert_type(sock.makefile("rb"), io.BufferedReader)
    assert_type(sock.makefile("wb", None), io.BufferedWriter)
    assert_type(sock.makefile("rwb"), io.BufferedRWPair)
    assert_type(sock.makefile("rb", 0), socket.SocketIO)
    assert_type(sock.makefile("rb", size), io.IOBase)
    raw = socket.SocketIO(sock, "rw")
    assert_type(raw.readinto(bytearray(1)), int | None)
    assert_type(raw.write(b"data"), int | None)
    assert_type(raw.name, int)
    assert_type(raw.mode, str)
    with open("/dev/null", "rb") as file:
        assert_type(sock.sendfile(file), int)
        assert_type(sock.sendfile(file, offset=1, count=None), int)


def errors() -> None:
    try:
        socket.gethostbyname("name.invalid")
    except socket.gaierror as error:
        assert_type(error.errno, int | None)
    except (socket.herror, socket.timeout, socket.error) as error:
        assert_type(error, socket.herror | TimeoutError | OSError)
    kinds: list[type[OSError]] = [socket.error, socket.timeout, socket.herror, socket.gaierror]
    assert_type(kinds[0], type[OSError])


def replacing() -> None:
    socket.install()
    socket.uninstall()
    assert_type(socket.__version__, str)
    assert_type(socket.has_ipv6, bool)


def interfaces() -> None:
    for interface in socket.getifaddrs():
        assert_type(interface, Interface)
        assert_type(interface.flags, InterfaceFlag)
        assert_type(interface.hardware, str | None)
        assert_type(interface.ipv4[0].peer, str | None)
        assert_type(interface.ipv6[0].scope_id, int)
        assert_type(interface.statistics.rx_bytes, int)


def servers() -> None:
    unix = socket.AF_UNIX
    assert_type(socket.create_server("/run/x", family=unix, mode=0o660), socket.socket)
    assert_type(socket.create_server(pathlib.Path("x"), family=unix), socket.socket)
    assert_type(socket.create_server(b"\0name", family=unix), socket.socket)
    assert_type(socket.create_server(("", 0), mptcp=True), socket.socket)
    assert_type(socket.create_server_group(("", 80), 4, by_cpu=False), list[socket.socket])
    assert_type(socket.listen_fds(), list[socket.socket])
    assert_type(socket.listen_fds_with_names(False), list[tuple[str, socket.socket]])
    assert_type(descriptors_given(), list[tuple[str, int]])
    assert_type(reclaim(pathlib.Path("x")), bool)
    with connectable("x") as name:
        assert_type(name, str)
