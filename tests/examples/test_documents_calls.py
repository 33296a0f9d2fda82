"""The examples of single calls in the socket module's documents, 3.6 to 3.12, run on berkeley.

Those of AF_INET, AF_INET6 and AF_UNIX; the whole programs are in test_documents.py.  Where an
example is not in all versions, its test says since when.
"""

import array
import contextlib
import errno
import io
import os
import struct
from pathlib import Path

import pytest

import berkeley as socket

LICENSE = Path(__file__).resolve().parents[2] / "LICENSE"


# socket(type=... | SOCK_NONBLOCK), since 3.7.


def test_type_flags_are_applied_and_not_kept():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as sock:
        assert sock.type == socket.SOCK_STREAM
        assert not os.get_blocking(sock.fileno())
        assert sock.gettimeout() == 0.0


# getaddrinfo.


def test_getaddrinfo_of_a_tcp_service():
    # The documents ask for example.org, port 80: a name that needs no server here is localhost.
    found = socket.getaddrinfo("localhost", 80, proto=socket.IPPROTO_TCP)
    for entry in found:
        family, kind, proto, canonname, sockaddr = entry
        assert family in (socket.AF_INET, socket.AF_INET6)
        assert kind is socket.SOCK_STREAM
        assert (proto, canonname) == (6, "")
        host = sockaddr[0]
        assert sockaddr == ((host, 80) if family == socket.AF_INET else (host, 80, 0, 0))
        # The parts are what socket() and connect() take.
        socket.socket(family, kind, proto).close()
    inet = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    assert inet in found


def test_getaddrinfo_of_the_addresses_in_the_documents():
    # What example.org was when the documents were written, as numbers: nobody is asked.
    flags = socket.AI_NUMERICHOST
    arguments = {"proto": socket.IPPROTO_TCP, "flags": flags}
    assert socket.getaddrinfo("2606:2800:220:1:248:1893:25c8:1946", 80, **arguments) == [
        (
            socket.AF_INET6,
            socket.SOCK_STREAM,
            6,
            "",
            ("2606:2800:220:1:248:1893:25c8:1946", 80, 0, 0),
        )
    ]
    assert socket.getaddrinfo("93.184.216.34", 80, **arguments) == [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))
    ]
    with pytest.raises(socket.gaierror) as caught:
        socket.getaddrinfo("example.org", 80, flags=flags)
    assert caught.value.errno == socket.EAI_NONAME


def test_addresses_as_text_and_bytes():
    # The documents' samples of inet_ntop, inet_ntoa and gethostbyname.
    assert socket.inet_ntop(socket.AF_INET, b"\x07\x0a\x00\x05") == "7.10.0.5"
    packed = bytes.fromhex("5aef002b000000000000000000000008")
    assert socket.inet_ntop(socket.AF_INET6, packed) == "5aef:2b::8"
    assert socket.inet_pton(socket.AF_INET6, "5aef:2b::8") == packed
    assert socket.inet_aton("123.45.67.89") == bytes([123, 45, 67, 89])
    assert socket.inet_ntoa(bytes([123, 45, 67, 89])) == "123.45.67.89"
    assert socket.gethostbyname("100.50.200.5") == "100.50.200.5"


# recvmsg_into.


def test_recvmsg_into_several_buffers():
    s1, s2 = socket.socketpair()
    with s1, s2:
        b1 = bytearray(b"----")
        b2 = bytearray(b"0123456789")
        b3 = bytearray(b"--------------")
        assert s1.send(b"Mary had a little lamb") == 22
        assert s2.recvmsg_into([b1, memoryview(b2)[2:9], b3]) == (22, [], 0, None)
        assert [b1, b2, b3] == [
            bytearray(b"Mary"),
            bytearray(b"01 had a 9"),
            bytearray(b"little lamb---"),
        ]


# Descriptors over AF_UNIX: the documents' own functions, and since 3.9 the module's.


def documented_recv_fds(sock, msglen, maxfds):
    fds = array.array("i")
    msg, ancdata, _flags, _addr = sock.recvmsg(msglen, socket.CMSG_LEN(maxfds * fds.itemsize))
    for cmsg_level, cmsg_type, cmsg_data in ancdata:
        if cmsg_level == socket.SOL_SOCKET and cmsg_type == socket.SCM_RIGHTS:
            # A truncated last one is left out.
            fds.frombytes(cmsg_data[: len(cmsg_data) - (len(cmsg_data) % fds.itemsize)])
    return msg, list(fds)


def documented_send_fds(sock, msg, fds):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
    return sock.sendmsg([msg], rights)


def module_recv_fds(sock, msglen, maxfds):
    msg, fds, flags, address = socket.recv_fds(sock, msglen, maxfds)
    assert (flags, address) == (0, None)
    return msg, fds


def module_send_fds(sock, msg, fds):
    return socket.send_fds(sock, [msg], fds)


@pytest.mark.parametrize("receive", [documented_recv_fds, module_recv_fds])
@pytest.mark.parametrize("send", [documented_send_fds, module_send_fds])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
def test_descriptors_are_sent_and_received(send, receive, kind):
    near, far = socket.socketpair(socket.AF_UNIX, kind)
    with near, far, contextlib.ExitStack() as opened:
        pipes = [os.pipe() for _ in range(3)]
        for fd in sum(pipes, ()):
            opened.callback(os.close, fd)
        assert send(near, b"three ends", [writer for _, writer in pipes]) == 10
        msg, fds = receive(far, 100, 3)
        for fd in fds:
            opened.callback(os.close, fd)
        assert msg == b"three ends"
        assert len(fds) == 3
        # They are other numbers for the same pipes, in the same order.
        for number, (fd, (reader, writer)) in enumerate(zip(fds, pipes, strict=True)):
            assert fd != writer
            # recvmsg() leaves this to its flags; the module's own function sees to it.
            assert os.get_inheritable(fd) is (receive is documented_recv_fds)
            os.write(fd, b"pipe %d" % number)
            assert os.read(reader, 100) == b"pipe %d" % number


# Timeouts: the equivalences that the documents give as code.


def test_setblocking_is_settimeout():
    with socket.socket() as sock:
        for blocking, timeout in ((True, None), (False, 0.0)):
            sock.settimeout(7.5)
            sock.setblocking(blocking)
            by_setblocking = sock.gettimeout(), sock.getblocking(), os.get_blocking(sock.fileno())
            sock.settimeout(7.5)
            sock.settimeout(timeout)
            by_settimeout = sock.gettimeout(), sock.getblocking(), os.get_blocking(sock.fileno())
            assert by_setblocking == by_settimeout == (timeout, blocking, blocking)


def test_getblocking_is_gettimeout_compared_with_zero():
    # Since 3.7.
    with socket.socket() as sock:
        for timeout in (None, 0.0, 0.001, 5):
            sock.settimeout(timeout)
            assert sock.getblocking() is (sock.gettimeout() != 0)


@pytest.mark.parametrize("listening", [None, 5.0, 0.0])
@pytest.mark.parametrize("default", [None, 2.5])
def test_timeout_of_an_accepted_socket(listening, default):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(listening)
        with socket.create_connection(server.getsockname()):
            socket.setdefaulttimeout(default)
            try:
                conn = accept_at_last(server)
            finally:
                socket.setdefaulttimeout(None)
    with conn:
        if default is not None:
            assert conn.gettimeout() == default
        elif listening != 0:
            assert conn.gettimeout() is None
        else:
            # The documents leave this one to the system: Linux gives a blocking socket.
            assert os.get_blocking(conn.fileno()) is (conn.gettimeout() is None)


def accept_at_last(server):
    """accept() of a connection that is on its way, also from a non-blocking server."""
    while True:
        with contextlib.suppress(BlockingIOError):
            return server.accept()[0]


# sendfile: said in prose only; offset, count and the file's position are what it says.


@pytest.mark.parametrize("regular", [True, False])
def test_sendfile(regular):
    data = LICENSE.read_bytes()
    near, far = socket.socketpair()
    file = LICENSE.open("rb") if regular else io.BytesIO(data)
    with near, far, file:
        assert near.sendfile(file) == len(data)
        assert file.tell() == len(data)
        assert far.recv(len(data), socket.MSG_WAITALL) == data
        assert near.sendfile(file, offset=10, count=100) == 100
        assert file.tell() == 110
        assert far.recv(200) == data[10:110]


# detach(), fileno= and close(): how the documents close a detached socket.


def test_detached_descriptor_is_closed_by_a_new_socket():
    fd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).detach()
    again = socket.socket(fileno=fd)
    # Since 3.7 it finds out by itself what it is.
    assert (again.family, again.type) == (socket.AF_UNIX, socket.SOCK_DGRAM)
    assert again.fileno() == fd
    again.close()
    with pytest.raises(OSError) as caught:
        os.fstat(fd)
    assert caught.value.errno == errno.EBADF


def test_detached_descriptor_is_closed_by_close():
    # Since 3.7.
    fd = socket.socket().detach()
    socket.close(fd)
    with pytest.raises(OSError) as caught:
        socket.close(fd)
    assert caught.value.errno == errno.EBADF


def test_options_as_bytes_by_struct():
    # setsockopt() with a C structure: the documents refer to struct for it.
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 30))
        value = sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.calcsize("ii"))
        assert struct.unpack("ii", value) == (1, 30)


# UDPLITE, since 3.9: partial checksums by two options.


@pytest.mark.parametrize(
    ("family", "host"),
    [
        (socket.AF_INET, "127.0.0.1"),
        pytest.param(socket.AF_INET6, "::1", marks=pytest.mark.needs("ipv6")),
    ],
)
def test_udplite_with_partial_checksums(family, host):
    try:
        receiver = socket.socket(family, socket.SOCK_DGRAM, socket.IPPROTO_UDPLITE)
    except OSError as error:
        if error.errno != errno.EPROTONOSUPPORT:
            raise
        pytest.skip("this kernel has no UDPLITE")
    with receiver, socket.socket(family, socket.SOCK_DGRAM, socket.IPPROTO_UDPLITE) as sender:
        # Smallest and largest of the documents: range(8, 2**16, 8).
        for length in (8, 2**16 - 8):
            sender.setsockopt(socket.IPPROTO_UDPLITE, socket.UDPLITE_SEND_CSCOV, length)
            assert sender.getsockopt(socket.IPPROTO_UDPLITE, socket.UDPLITE_SEND_CSCOV) == length
        receiver.setsockopt(socket.IPPROTO_UDPLITE, socket.UDPLITE_RECV_CSCOV, 16)
        receiver.settimeout(10)
        receiver.bind((host, 0))
        # Covers more than the receiver wants covered: it arrives.
        sender.setsockopt(socket.IPPROTO_UDPLITE, socket.UDPLITE_SEND_CSCOV, 24)
        sender.sendto(b"partly covered, but enough of it", receiver.getsockname())
        data, address = receiver.recvfrom(100)
        assert data == b"partly covered, but enough of it"
        assert address[0] == host
