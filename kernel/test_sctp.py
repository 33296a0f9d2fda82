"""SCTP, one-to-one and one-to-many: sctp(7), RFC 6458; the structs are those of <linux/sctp.h>."""

import ctypes
import struct
from collections.abc import Iterator
from typing import Any

import pytest

import berkeley
from berkeley.core.sockaddr import decode, encode

pytestmark = [pytest.mark.needs("sctp"), pytest.mark.config("CONFIG_IP_SCTP")]

HOSTS = [
    pytest.param(berkeley.AF_INET, "127.0.0.1", id="v4"),
    pytest.param(berkeley.AF_INET6, "::1", id="v6", marks=pytest.mark.needs("ipv6")),
]
# struct sctp_sndrcvinfo: stream, ssn, flags, ppid, context, timetolive, tsn, cumtsn, assoc_id
SNDRCVINFO = struct.Struct("=HHHxxIIIIIi")
# struct sctp_sndinfo: sid, flags, ppid, context, assoc_id
SNDINFO = struct.Struct("=HHIIi")
# struct sctp_rcvinfo: sid, ssn, flags, ppid, tsn, cumtsn, context, assoc_id
RCVINFO = struct.Struct("=HHHxxIIIIi")
# struct sctp_assoc_change: type, flags, length, state, error, streams out and in, assoc_id
ASSOC_CHANGE = struct.Struct("=HHIHHHHi")
# struct sctp_shutdown_event: type, flags, length, assoc_id
SHUTDOWN = struct.Struct("=HHIi")
# struct sctp_initmsg: streams out and in, attempts, timeout
INITMSG = struct.Struct("=HHHH")
# struct sctp_rtoinfo: assoc_id, initial, max, min (milliseconds)
RTOINFO = struct.Struct("=iIII")
# struct sctp_status: assoc_id, state, rwnd, unackdata, penddata, streams in and out, fragmentation
# point; then struct sctp_paddrinfo: assoc_id, a sockaddr_storage, state, cwnd, srtt, rto, mtu.
STATUS = struct.Struct("=iiIHHHHIi128siIIII")


def sctp(kind: int, family: int = berkeley.AF_INET) -> berkeley.socket:
    sock = berkeley.socket(family, kind, berkeley.IPPROTO_SCTP)
    sock.settimeout(30)
    return sock


def listening(kind: int, family: int = berkeley.AF_INET, host: str = "127.0.0.1") -> Any:
    sock = sctp(kind, family)
    sock.bind((host, 0))
    sock.listen()
    return sock


Pair = tuple[berkeley.socket, berkeley.socket]


@pytest.fixture
def one() -> Iterator[Pair]:
    """Two connected sockets, one-to-one."""
    with sctp(berkeley.SOCK_STREAM) as near:
        near.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_INITMSG, INITMSG.pack(5, 6, 0, 0))
        with listening(berkeley.SOCK_STREAM) as server:
            near.connect(server.getsockname())
            far, _ = server.accept()
        with far:
            far.settimeout(30)
            yield near, far


@pytest.fixture
def many() -> Iterator[Pair]:
    """Two sockets for many associations each, the second listening."""
    with sctp(berkeley.SOCK_SEQPACKET) as near, listening(berkeley.SOCK_SEQPACKET) as far:
        near.bind(("127.0.0.1", 0))
        yield near, far


@pytest.mark.exchange("SCTP", "one-to-one, v4 and v6")
@pytest.mark.parametrize(("family", "host"), HOSTS)
def test_one_to_one(family: int, host: str) -> None:
    with (
        listening(berkeley.SOCK_STREAM, family, host) as server,
        sctp(berkeley.SOCK_STREAM, family) as near,
    ):
        near.connect(server.getsockname())
        far, sender = server.accept()
        with far:
            far.settimeout(30)
            assert sender == near.getsockname()
            assert near.getpeername() == far.getsockname() == server.getsockname()
            assert near.proto == far.proto == berkeley.IPPROTO_SCTP
            # Unlike those of TCP, messages stay whole.
            near.sendall(b"one")
            near.sendall(b"two")
            assert [far.recv(100), far.recv(100)] == [b"one", b"two"]
            far.sendmsg([b"and ", b"back"])
            data, ancillary, flags, address = near.recvmsg(100, 256)
            assert (data, ancillary, flags) == (b"and back", [], berkeley.MSG_EOR)
            # A socket that is connected is told no address.
            assert address == server.getsockname()
            near.close()
            assert far.recv(100) == b""


def test_part_of_a_message(one: Pair) -> None:
    near, far = one
    near.send(b"0123456789")
    # What does not fit stays, and the end of the message is marked.
    assert far.recvmsg(6)[:3] == (b"012345", [], 0)
    assert far.recvmsg(6)[:3] == (b"6789", [], berkeley.MSG_EOR)


@pytest.mark.exchange("SCTP", "one-to-many: an association by sending")
def test_one_to_many(many: Pair) -> None:
    near, far = many
    assert near.sendto(b"there", far.getsockname()) == 5
    data, sender = far.recvfrom(100)
    assert (data, sender) == (b"there", near.getsockname())
    # A second one with the same socket.
    with sctp(berkeley.SOCK_SEQPACKET) as other:
        other.sendto(b"from another", far.getsockname())
        data, ancillary, flags, address = far.recvmsg(100, 256)
        assert (data, ancillary, flags) == (b"from another", [], berkeley.MSG_EOR)
        assert address[1] == other.getsockname()[1]
        for target, sock in ((sender, near), (address, other)):
            far.sendmsg([b"back"], [], 0, target)
            assert sock.recvfrom(100) == (b"back", far.getsockname())


@pytest.mark.exchange("SCTP", "streams by SCTP_SNDRCV")
def test_streams_by_sndrcv(many: Pair) -> None:
    near, far = many
    # struct sctp_event_subscribe begins with sctp_data_io_event.
    far.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_EVENTS, b"\1")
    seen = []
    for stream, ppid in ((0, 1), (3, 2), (3, 3)):
        info = SNDRCVINFO.pack(stream, 0, 0, berkeley.htonl(ppid), 0, 0, 0, 0, 0)
        near.sendmsg(
            [b"payload"],
            [(berkeley.IPPROTO_SCTP, berkeley.SCTP_SNDRCV, info)],
            0,
            far.getsockname(),
        )
        data, ((level, kind, value),), flags, address = far.recvmsg(100, 256)
        assert (data, flags, address) == (b"payload", berkeley.MSG_EOR, near.getsockname())
        assert (level, kind) == (berkeley.IPPROTO_SCTP, berkeley.SCTP_SNDRCV)
        got = SNDRCVINFO.unpack(value)
        seen.append((got[0], got[1], berkeley.ntohl(got[3])))
    # Each stream has its own sequence numbers.
    assert seen == [(0, 0, 1), (3, 0, 2), (3, 1, 3)]


@pytest.mark.exchange("SCTP", "SCTP_SNDINFO and SCTP_RCVINFO")
def test_streams_by_sndinfo(one: Pair) -> None:
    near, far = one
    far.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_RECVRCVINFO, 1)
    info = SNDINFO.pack(4, berkeley.SCTP_UNORDERED, berkeley.htonl(77), 0, 0)
    near.sendmsg([b"payload"], [(berkeley.IPPROTO_SCTP, berkeley.SCTP_SNDINFO, info)])
    data, ((level, kind, value),), flags, _ = far.recvmsg(100, 256)
    assert (data, flags) == (b"payload", berkeley.MSG_EOR)
    assert (level, kind) == (berkeley.IPPROTO_SCTP, berkeley.SCTP_RCVINFO)
    stream, _, how, ppid, *_ = RCVINFO.unpack(value)
    assert (stream, how, berkeley.ntohl(ppid)) == (4, berkeley.SCTP_UNORDERED, 77)
    # The association has the streams 0 to 4.
    info = SNDINFO.pack(5, 0, 0, 0, 0)
    with pytest.raises(OSError) as raised:
        near.sendmsg([b"payload"], [(berkeley.IPPROTO_SCTP, berkeley.SCTP_SNDINFO, info)])
    assert raised.value.strerror == "Invalid argument"


@pytest.mark.exchange("SCTP", "notifications: SCTP_EVENTS, MSG_NOTIFICATION")
def test_notifications(many: Pair) -> None:
    near, far = many
    # sctp_association_event and sctp_shutdown_event of struct sctp_event_subscribe.
    far.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_EVENTS, b"\0\1\0\0\0\1")
    notice = berkeley.MSG_NOTIFICATION | berkeley.MSG_EOR
    near.sendto(b"payload", far.getsockname())
    data, _, flags, address = far.recvmsg(1000)
    assert (flags, address) == (notice, near.getsockname())
    kind, _, size, state, error, _, _, association = ASSOC_CHANGE.unpack(data[: ASSOC_CHANGE.size])
    assert (kind, size, state, error) == (
        berkeley.SCTP_ASSOC_CHANGE,
        len(data),
        berkeley.SCTP_COMM_UP,
        0,
    )
    assert far.recvmsg(1000)[:3:2] == (b"payload", berkeley.MSG_EOR)
    near.close()
    data, _, flags, _ = far.recvmsg(1000)
    assert flags == notice
    assert SHUTDOWN.unpack(data) == (
        berkeley.SCTP_SHUTDOWN_EVENT,
        0,
        SHUTDOWN.size,
        association,
    )


@pytest.mark.exchange("SCTP", "options: NODELAY, INITMSG, RTOINFO, STATUS, ...")
def test_options(one: Pair) -> None:
    near, far = one
    level = berkeley.IPPROTO_SCTP
    for option in (berkeley.SCTP_NODELAY, berkeley.SCTP_DISABLE_FRAGMENTS):
        assert near.getsockopt(level, option) == 0
        near.setsockopt(level, option, 1)
        assert near.getsockopt(level, option) == 1
    assert INITMSG.unpack(near.getsockopt(level, berkeley.SCTP_INITMSG, 8))[:2] == (5, 6)
    near.setsockopt(level, berkeley.SCTP_RTOINFO, RTOINFO.pack(0, 2000, 4000, 1000))
    assert RTOINFO.unpack(near.getsockopt(level, berkeley.SCTP_RTOINFO, 16))[1:] == (
        2000,
        4000,
        1000,
    )
    status = near.getsockopt(level, berkeley.SCTP_STATUS, STATUS.size)
    _, state, _, unacknowledged, pending, _, streams, _, _, primary, *_ = STATUS.unpack(status)
    assert (state, unacknowledged, pending, streams) == (berkeley.SCTP_ESTABLISHED, 0, 0, 5)
    assert decode(0, primary) == far.getsockname()


@pytest.mark.exchange("SCTP", "several addresses: SCTP_SOCKOPT_BINDX_ADD, SCTP_GET_LOCAL_ADDRS")
def test_an_endpoint_with_two_addresses(many: Pair) -> None:
    near, far = many
    port = far.getsockname()[1]
    second = encode(berkeley.AF_INET, 0, ("127.0.0.2", port))
    far.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_SOCKOPT_BINDX_ADD, second)
    # struct sctp_getaddrs: assoc_id, the number of addresses, and they.  The length that Linux
    # returns is that of the addresses alone, so the last bytes are cut off.
    told = far.getsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_GET_LOCAL_ADDRS, 1000)
    assert struct.unpack_from("=iI", told) == (0, 2)
    assert decode(0, told[8:24]) == ("127.0.0.1", port)
    near.sendto(b"to the second", ("127.0.0.2", port))
    assert far.recvfrom(100) == (b"to the second", near.getsockname())


@pytest.mark.exchange("SCTP", "peel-off: an association becomes a socket")
def test_peel_off(many: Pair) -> None:
    near, far = many
    far.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_EVENTS, b"\1")
    near.sendto(b"first", far.getsockname())
    _, ((_, _, value),), _, _ = far.recvmsg(100, 256)
    association = SNDRCVINFO.unpack(value)[-1]
    # This option of getsockopt() has an input, sctp_peeloff_arg_t, which socket.getsockopt() cannot
    # give: association, descriptor.
    argument = (ctypes.c_int * 2)(association, -1)
    size = ctypes.c_uint(8)
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.getsockopt(
        far.fileno(),
        berkeley.IPPROTO_SCTP,
        berkeley.SCTP_SOCKOPT_PEELOFF,
        argument,
        ctypes.byref(size),
    )
    assert done > 0, ctypes.get_errno()
    with berkeley.socket(fileno=argument[1]) as peeled:
        assert (peeled.family, peeled.proto) == (berkeley.AF_INET, berkeley.IPPROTO_SCTP)
        assert peeled.type == berkeley.SOCK_SEQPACKET
        peeled.settimeout(30)
        near.sendto(b"second", far.getsockname())
        assert peeled.recvfrom(100) == (b"second", near.getsockname())
        peeled.send(b"back")
        assert near.recvfrom(100) == (b"back", far.getsockname())
