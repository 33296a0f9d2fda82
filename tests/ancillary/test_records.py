"""Typed ancillary data, against the kernel over loopback, and any bytes."""

import array
import errno
import os
import re
import socket as standard
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley import ancillary
from berkeley.ancillary.table import ROWS

SOL_SOCKET = berkeley.SOL_SOCKET


@pytest.fixture(params=["127.0.0.1", "::1"])
def udp(request):
    """Two datagram sockets, the second connected to nobody, and whether they are of IPv6."""
    ipv6 = ":" in request.param
    family = berkeley.AF_INET6 if ipv6 else berkeley.AF_INET
    with (
        berkeley.socket(family, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(family, berkeley.SOCK_DGRAM) as far,
    ):
        far.bind((request.param, 0))
        near.bind((request.param, 0))
        far.settimeout(10)
        near.settimeout(10)
        yield near, far, ipv6


def test_descriptors(pair):
    near, far = pair
    with open(os.devnull) as file:
        item = ancillary.encode(ancillary.Rights([file.fileno(), file.fileno()]))
        near.sendmsg([b"x"], [item])
    message = ancillary.receive(far, 10, ancillary.Rights)
    assert (message.data, message.truncated, message.records_truncated) == (b"x", False, False)
    with message.first(ancillary.Rights) as rights:
        assert len(rights) == 2
        fd = rights.take()
        assert not os.get_inheritable(fd)
        rest = list(rights)
    os.fstat(fd)
    os.close(fd)
    with pytest.raises(OSError):
        os.fstat(rest[0])


def test_descriptors_that_nobody_takes(pair):
    near, far = pair
    near.sendmsg([b"x"], [ancillary.encode(ancillary.Rights([near.fileno()]))])
    message = ancillary.receive(far, 10, ancillary.Rights)
    (fd,) = message.first(ancillary.Rights)
    with pytest.warns(ResourceWarning, match="nobody took"):
        message.records.clear()
    with pytest.raises(OSError):
        os.fstat(fd)


def test_descriptors_to_be_sent_stay_their_owners(pair):
    with ancillary.Rights([pair[0].fileno()]) as rights:
        assert repr(rights) == f"Rights([{pair[0].fileno()}])"
    os.fstat(pair[0].fileno())


def test_no_room_for_all_descriptors(pair):
    near, far = pair
    near.sendmsg([b"x"], [ancillary.encode(ancillary.Rights([near.fileno()] * 3))])
    message = ancillary.receive(far, 10, ancbufsize=berkeley.CMSG_LEN(4))
    assert message.records_truncated
    with message.first(ancillary.Rights) as rights:
        assert len(rights) == 1


def test_an_item_without_sense_leaks_nothing(pair, monkeypatch):
    near, far = pair
    near.sendmsg([b"x"], [ancillary.encode(ancillary.Rights([near.fileno()]))])
    before = len(os.listdir("/proc/self/fd"))

    class Odd:
        family = far.family

        def recvmsg(self, *arguments):
            data, items, flags, address = far.recvmsg(*arguments)
            return data, [(SOL_SOCKET, berkeley.SCM_CREDENTIALS, b"x"), *items], flags, address

    with pytest.raises(ValueError, match="struct ucred has 12 bytes, not 1"):
        ancillary.receive(Odd(), 10, ancillary.Rights)
    assert len(os.listdir("/proc/self/fd")) == before


def test_credentials(pair):
    near, far = pair
    far.setsockopt(SOL_SOCKET, berkeley.SO_PASSCRED, 1)
    near.sendmsg([b"x"], [ancillary.encode(ancillary.Credentials.own())])
    message = ancillary.receive(far, 10, ancillary.Credentials)
    assert message.records == [(os.getpid(), os.getuid(), os.getgid())]
    assert message.records[0].pid == os.getpid()


def test_process_descriptor(pair):
    near, far = pair
    try:
        far.setsockopt(SOL_SOCKET, 76, 1)  # SO_PASSPIDFD, Linux 6.5
    except OSError as error:
        pytest.skip(f"missing: SO_PASSPIDFD ({error})")
    near.send(b"x")
    message = ancillary.receive(far, 10, ancillary.ProcessDescriptor)
    with message.first(ancillary.ProcessDescriptor) as process:
        with open(f"/proc/self/fdinfo/{process.take_all()[0]}") as file:
            assert f"Pid:\t{os.getpid()}\n" in file.read()
        os.close(int(os.path.basename(file.name)))
    with pytest.raises(ValueError, match="kernel alone"):
        ancillary.encode(process)


def test_packet_information(udp):
    near, far, ipv6 = udp
    level = berkeley.IPPROTO_IPV6 if ipv6 else berkeley.IPPROTO_IP
    far.setsockopt(level, 49 if ipv6 else berkeley.IP_PKTINFO, 1)
    kind = ancillary.PacketInfo6 if ipv6 else ancillary.PacketInfo
    near.sendmsg([b"x"], [ancillary.encode(kind())], 0, far.getsockname())
    message = ancillary.receive(far, 10, kind)
    index = berkeley.if_nametoindex("lo")
    host = far.getsockname()[0]
    assert message.records == [(host, index) if ipv6 else (index, host, host)]
    assert message.address == near.getsockname()


def test_hops_and_traffic_class(udp):
    near, far, ipv6 = udp
    level = berkeley.IPPROTO_IPV6 if ipv6 else berkeley.IPPROTO_IP
    for name in (51, 66) if ipv6 else (12, 13):  # IPV6_RECVHOPLIMIT..., IP_RECVTTL, IP_RECVTOS
        far.setsockopt(level, name, 1)
    sent = [ancillary.TimeToLive(33, ipv6), ancillary.TrafficClass(0xB9, ipv6)]
    near.sendmsg([b"x"], [*map(ancillary.encode, sent)], 0, far.getsockname())
    message = ancillary.receive(far, 10, ancillary.TimeToLive, ancillary.TrafficClass)
    assert sorted(message.records) == sorted(sent)
    assert {type(record) for record in message.records} == {type(record) for record in sent}
    traffic = message.first(ancillary.TrafficClass)
    assert (traffic.dscp, traffic.ecn) == (46, 1)
    assert message.first(ancillary.Rights) is None


@pytest.mark.parametrize("option", [29, 35, 63, 64])
def test_timestamp(udp, option):
    near, far, _ = udp
    far.setsockopt(SOL_SOCKET, option, 1)
    before = time.time_ns()
    near.sendto(b"x", far.getsockname())
    message = ancillary.receive(far, 10, ancillary.Timestamp)
    (stamp,) = message.records
    assert before - 1000 <= stamp.ns <= time.time_ns()


def test_timestamps_of_both_directions(udp):
    near, far, _ = udp
    # RX_SOFTWARE, SOFTWARE; TX_SOFTWARE, SOFTWARE, OPT_ID, OPT_CMSG (<linux/net_tstamp.h>)
    far.setsockopt(SOL_SOCKET, 37, 1 << 3 | 1 << 4)
    near.setsockopt(SOL_SOCKET, 37, 1 << 1 | 1 << 4 | 1 << 7)
    # The kernel begins to take times a moment after the option is set.
    limit = time.monotonic() + 10
    while True:
        far.sendto(b"0", far.getsockname())
        if ancillary.receive(far, 10, ancillary.Timestamps).records:
            break
        assert time.monotonic() < limit
    before = time.time_ns()
    for data in (b"1", b"2"):
        near.sendto(data, far.getsockname())
        message = ancillary.receive(far, 10, ancillary.Timestamps)
        (stamps,) = message.records
        assert before <= stamps.software_ns <= time.time_ns()
        assert stamps.hardware_ns == 0
    for number in range(2):
        message = ancillary.receive(
            near, 100, ancillary.Timestamps, ancillary.ExtendedError, flags=berkeley.MSG_ERRQUEUE
        )
        error = message.first(ancillary.ExtendedError)
        assert (error.errno, error.origin_name) == (errno.ENOMSG, "timestamping")
        assert error.data == number
        assert before <= message.first(ancillary.Timestamps).software_ns <= time.time_ns()


def test_the_offender_of_an_error(udp):
    near, far, ipv6 = udp
    level, name = (berkeley.IPPROTO_IPV6, 25) if ipv6 else (berkeley.IPPROTO_IP, 11)
    near.setsockopt(level, name, 1)
    target = far.getsockname()
    far.close()
    near.sendto(b"hello", target)
    # The error comes by ICMP; until then the queue is empty.
    while True:
        try:
            message = ancillary.receive(
                near, 100, ancillary.ExtendedError, flags=berkeley.MSG_ERRQUEUE
            )
            break
        except BlockingIOError:
            os.sched_yield()
        except TimeoutError:
            pytest.fail("no error came")
    (error,) = message.records
    assert error.errno == errno.ECONNREFUSED
    assert error.origin_name == ("ICMPv6" if ipv6 else "ICMP")
    assert (error.type, error.code) == ((1, 4) if ipv6 else (3, 3))
    assert error.offender[0] == target[0]
    assert message.data == b"hello"
    assert message.address[:2] == target[:2]
    assert str(error) == f"Connection refused ({error.origin_name}, told by {target[0]})"


def test_dropped_packets(udp):
    near, far, _ = udp
    far.setsockopt(SOL_SOCKET, berkeley.SO_RXQ_OVFL, 1)
    far.setsockopt(SOL_SOCKET, berkeley.SO_RCVBUF, 1)
    for _ in range(100):
        near.sendto(bytes(500), far.getsockname())
    while True:
        message = ancillary.receive(far, 1000, ancillary.DroppedPackets)
        if message.records and message.records[0].dropped:
            assert 0 < message.records[0].dropped < 100
            break
        near.sendto(b"x", far.getsockname())


def test_segments(udp):
    near, far, _ = udp
    far.setsockopt(17, 104, 1)  # UDP_GRO
    item = ancillary.encode(ancillary.SegmentSize(4))
    assert near.sendmsg([b"aaaabbbbcc"], [item], 0, far.getsockname()) == 10
    message = ancillary.receive(far, 100, ancillary.SegmentSize)
    assert message.data == b"aaaabbbbcc"
    assert message.records == [(4,)]


def test_what_is_not_known_stays(udp):
    item = (12345, 7, b"abc")
    assert ancillary.decode(*item) == item
    assert type(ancillary.decode(*item)) is tuple
    assert ancillary.encode(item) is item
    with pytest.raises(TypeError, match="DroppedPackets is not sent"):
        ancillary.encode(ancillary.DroppedPackets(1))
    for wrong in (int, "Rights", [ancillary.Rights], ancillary.Mark(1)):
        with pytest.raises(TypeError, match="kinds are classes of records"):
            ancillary.room_for(wrong)
    for wrong in (5, "abc", ancillary.TimeToLive, [1, 2, b""]):
        with pytest.raises(TypeError, match="a record is sent, or"):
            ancillary.encode(wrong)


def test_the_page_names_those_that_are_sent():
    page = (Path(__file__).parents[2] / "docs" / "ancillary.md").read_text(encoding="utf-8")
    sentence = page.partition("These are sent as well: ")[2].partition(". ")[0]
    made = {row[3] for row in ROWS}
    sent = {kind.__name__ for kind in made if hasattr(kind, "encode")}
    # It has encode() to say why not.
    assert sorted(re.findall(r"`(\w+)`", sentence)) == sorted(sent - {"ProcessDescriptor"})


def test_descriptors_to_take():
    with ancillary.Rights([]) as rights, pytest.raises(IndexError, match="no descriptor is left"):
        rights.take()
    # Nothing is said from __del__.
    with pytest.raises(TypeError, match="fds"):
        ancillary.Rights()


SENT = st.one_of(
    st.builds(ancillary.Credentials, *[st.integers(0, 2**31 - 1)] * 3),
    st.builds(ancillary.TimeToLive, st.integers(0, 255), st.booleans()),
    st.builds(ancillary.SegmentSize, st.integers(0, 65535)),
    st.builds(ancillary.Mark, st.integers(0, 2**32 - 1)),
    st.builds(ancillary.Priority, st.integers(0, 2**32 - 1)),
    st.builds(ancillary.TransmitTime, st.integers(0, 2**64 - 1)),
    st.builds(ancillary.TLSRecord, st.integers(0, 255)),
    st.builds(
        ancillary.SCTPSendInfo,
        *[st.integers(0, 65535)] * 2,
        *[st.integers(0, 2**32 - 1)] * 2,
        st.integers(-(2**31), 2**31 - 1),
    ),
    st.builds(ancillary.SCTPPolicy, st.integers(0, 65535), st.integers(0, 2**32 - 1)),
    st.builds(
        ancillary.PacketInfo,
        st.integers(0, 2**31 - 1),
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=4).map(str),
    ),
    st.builds(ancillary.TrafficClass, st.integers(0, 255), st.booleans()),
)


@given(SENT)
def test_round_trip(record):
    level, kind, data = ancillary.encode(record)
    back = ancillary.decode(level, kind, data)
    assert back == record
    assert type(back) is type(record)


@given(
    st.sampled_from(
        [row[:2] for row in ROWS if row[3] not in (ancillary.Rights, ancillary.ProcessDescriptor)]
    ),
    st.binary(max_size=64),
)
def test_any_bytes(where, data):
    try:
        record = ancillary.decode(*where, data)
    except ValueError as error:
        assert str(len(data)) in str(error)
    else:
        assert isinstance(record, tuple)


def test_numbers_are_those_of_the_constants():
    names = {
        (SOL_SOCKET, 1): "SCM_RIGHTS",
        (SOL_SOCKET, 2): "SCM_CREDENTIALS",
        (SOL_SOCKET, 3): "SCM_SECURITY",
        (0, 20): "IP_ORIGDSTADDR",
        (6, 36): "TCP_CM_INQ",
        (41, 74): "IPV6_ORIGDSTADDR",
        (0, 8): "IP_PKTINFO",
        (0, 11): "IP_RECVERR",
        (41, 25): "IPV6_RECVERR",
        (41, 50): "IPV6_PKTINFO",
        (41, 52): "IPV6_HOPLIMIT",
        (41, 67): "IPV6_TCLASS",
        (17, 103): "UDP_SEGMENT",
        (17, 104): "UDP_GRO",
        (132, 2): "SCTP_SNDINFO",
        (132, 3): "SCTP_RCVINFO",
        (282, 1): "TLS_SET_RECORD_TYPE",
    }
    for (level, number), name in names.items():
        assert getattr(berkeley, name) == number, name
        assert any(row[:2] == (level, number) for row in ROWS), name


def test_items_are_those_of_the_standard_module(pair):
    near, far = pair
    with standard.socket(fileno=os.dup(near.fileno())) as theirs:
        item = ancillary.encode(ancillary.Rights([near.fileno()]))
        assert item == (SOL_SOCKET, 1, array.array("i", [near.fileno()]).tobytes())
        theirs.sendmsg([b"x"], [item])
    with ancillary.receive(far, 1, ancillary.Rights).first(ancillary.Rights) as rights:
        assert len(rights) == 1
    assert struct.calcsize("@iII") == 12
