"""Neither data nor descriptors are lost for what cannot be read: recvmsg(2), unix(7)."""

import errno
import os
import struct

import pytest

import berkeley
from berkeley import SOL_SOCKET, ancillary
from berkeley.ancillary import ProcessDescriptor, Rights, TimeToLive


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError as error:
        assert error.errno == errno.EBADF
        return False
    return True


def test_an_item_that_was_cut_costs_no_data(udp):
    near, far = udp
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_PKTINFO, 1)
    near.send(b"12345")
    # Room for an int is padded to 8 of the 12 bytes that come.
    message = ancillary.receive(far, 3, TimeToLive)
    assert (message.data, message.truncated, message.records_truncated) == (b"123", True, True)
    start = struct.pack("=i4s", berkeley.if_nametoindex("lo"), b"\x7f\0\0\1")
    assert message.records == [(berkeley.IPPROTO_IP, berkeley.IP_PKTINFO, start)]


def test_what_stands_before_the_cut_one_is_read(udp):
    near, far = udp
    far.setsockopt(SOL_SOCKET, berkeley.SO_TIMESTAMPNS, 1)
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_PKTINFO, 1)
    near.send(b"x")
    message = ancillary.receive(far, 10, ancillary.Timestamp, TimeToLive)
    assert [type(record) for record in message.records] == [ancillary.Timestamp, tuple]
    assert message.records_truncated


def test_the_flags_are_those_of_the_message(pair):
    near, far = pair
    near.sendmsg([b"x"], [ancillary.encode(Rights([far.fileno()]))])
    message = ancillary.receive(far, 10, Rights)
    assert (message.flags, type(message.flags)) == (0, int)
    with message.first(Rights) as rights:
        assert len(rights) == 1


def test_close_closes_all_and_then_raises(pair):
    bad, good = os.dup(pair[0].fileno()), os.dup(pair[0].fileno())
    owned = ancillary.decode(SOL_SOCKET, berkeley.SCM_RIGHTS, struct.pack("=ii", bad, good))
    os.close(bad)
    with pytest.raises(OSError) as raised:
        owned.close()
    assert raised.value.errno == errno.EBADF
    assert not is_open(good)
    assert len(owned) == 0


def test_a_pidfd_that_the_kernel_could_not_make():
    data = struct.pack("=i", -errno.EMFILE)
    failed = ancillary.decode(SOL_SOCKET, berkeley.SCM_PIDFD, data)
    assert isinstance(failed, ProcessDescriptor)
    assert (list(failed), failed.error) == ([], errno.EMFILE)
    failed.close()


def test_no_descriptors_no_noise():
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        Rights(5)


@pytest.mark.parametrize(
    "record",
    [
        TimeToLive(1 << 31),
        TimeToLive("1"),
        ancillary.SegmentSize(1 << 16),
        ancillary.TransmitTime(-1),
        ancillary.Priority(1 << 32),
        ancillary.PacketInfo(0, "::1"),
        ancillary.PacketInfo6("host", 0),
        ancillary.SCTPSendInfo(ppid=1 << 32),
        ancillary.SCTPSendReceive(sid=-1),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_named(record):
    with pytest.raises(ValueError, match=rf"^{type(record).__name__}\("):
        ancillary.encode(record)


def test_the_older_form_of_sctp():
    record = ancillary.SCTPSendReceive(1, 2, 3, 0x01020304, 5, 6, 7, 8, -9)
    level, kind, data = ancillary.encode(record)
    assert (level, kind) == (berkeley.IPPROTO_SCTP, berkeley.SCTP_SNDRCV)
    assert data == struct.pack("=HHHxx4sIIIIi", 1, 2, 3, b"\1\2\3\4", 5, 6, 7, 8, -9)
    assert ancillary.decode(level, kind, data) == record


def test_the_status_of_a_packet():
    item = berkeley.SOL_BLUETOOTH, berkeley.BT_SCM_PKT_STATUS, b"\1"
    assert ancillary.decode(*item) == ancillary.PacketStatus(1)


def test_the_package_is_an_attribute(child):
    code = """
        import sys, berkeley
        assert "berkeley.ancillary" not in sys.modules
        print(berkeley.ancillary.TimeToLive(5))
        assert "ancillary" not in berkeley.__all__
        assert "socket" not in sys.modules
    """
    assert child(code).stdout == "TimeToLive(hops=5, ipv6=False)\n"
