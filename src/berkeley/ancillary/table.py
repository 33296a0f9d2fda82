"""The table: which record a level and a type stand for; decoding, encoding, receiving."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

import berkeley
from berkeley import (
    IPPROTO_IP,
    IPPROTO_IPV6,
    IPPROTO_TCP,
    MSG_CMSG_CLOEXEC,
    MSG_CTRUNC,
    MSG_TRUNC,
    SCM_TXTIME,
    SO_MARK,
    SO_PRIORITY,
    SO_RXQ_OVFL,
    SOL_SOCKET,
)
from berkeley.ancillary import ip, protocols, socketlevel
from berkeley.ancillary.descriptors import SCM_PIDFD, SCM_RIGHTS, ProcessDescriptor, Rights
from berkeley.ancillary.errors import ExtendedError
from berkeley.ancillary.ip import OriginalDestination
from berkeley.ancillary.layout import Item
from berkeley.ancillary.socketlevel import LABEL_SIZE, SCM_SECURITY, SecurityLabel
from berkeley.ancillary.timestamps import Timestamp, Timestamps

if TYPE_CHECKING:
    from berkeley import socket

# What decode() gives: one of the classes of this package, or the item itself.
Record: TypeAlias = Any
T = TypeVar("T")

# <linux/in.h>, <linux/in6.h>
IP_RECVERR, IPV6_RECVERR = 11, 25
# <asm/socket.h>: other machines, other numbers
TIMESTAMP_OLD, TIMESTAMP_NEW = berkeley.SO_TIMESTAMP_OLD, berkeley.SO_TIMESTAMP_NEW
TIMESTAMPNS_OLD, TIMESTAMPNS_NEW = berkeley.SO_TIMESTAMPNS_OLD, berkeley.SO_TIMESTAMPNS_NEW
TIMESTAMPING_OLD, TIMESTAMPING_NEW = berkeley.SO_TIMESTAMPING_OLD, berkeley.SO_TIMESTAMPING_NEW

_original6 = partial(OriginalDestination.decode, ipv6=True)

# Level, type, what makes a record of the bytes, the class, and how many bytes there are at most.
ROWS: list[tuple[int, int, Callable[[bytes], Record], type, int]] = [
    (SOL_SOCKET, SCM_RIGHTS, Rights.decode, Rights, 4 * 253),
    (SOL_SOCKET, SCM_PIDFD, ProcessDescriptor.decode, ProcessDescriptor, 4),
    (SOL_SOCKET, 2, protocols.Credentials.decode, protocols.Credentials, 12),
    (SOL_SOCKET, TIMESTAMP_OLD, Timestamp.of_timeval, Timestamp, 16),
    (SOL_SOCKET, TIMESTAMPNS_OLD, Timestamp.of_timespec, Timestamp, 16),
    (SOL_SOCKET, TIMESTAMPING_OLD, Timestamps.decode, Timestamps, 48),
    (SOL_SOCKET, TIMESTAMP_NEW, partial(Timestamp.of_timeval, layout="=qq"), Timestamp, 16),
    (SOL_SOCKET, TIMESTAMPNS_NEW, partial(Timestamp.of_timespec, layout="=qq"), Timestamp, 16),
    (SOL_SOCKET, TIMESTAMPING_NEW, partial(Timestamps.decode, layout="=qqqqqq"), Timestamps, 48),
    (SOL_SOCKET, SO_RXQ_OVFL, socketlevel.DroppedPackets.decode, socketlevel.DroppedPackets, 4),
    (SOL_SOCKET, SO_MARK, socketlevel.Mark.decode, socketlevel.Mark, 4),
    (SOL_SOCKET, SO_PRIORITY, socketlevel.Priority.decode, socketlevel.Priority, 4),
    (SOL_SOCKET, SCM_TXTIME, socketlevel.TransmitTime.decode, socketlevel.TransmitTime, 8),
    (SOL_SOCKET, SCM_SECURITY, SecurityLabel.decode, SecurityLabel, LABEL_SIZE),
    (IPPROTO_IP, SCM_SECURITY, SecurityLabel.decode, SecurityLabel, LABEL_SIZE),
    (IPPROTO_IP, ip.IP_PKTINFO, ip.PacketInfo.decode, ip.PacketInfo, 12),
    (IPPROTO_IP, ip.IP_TTL, ip.TimeToLive.decode, ip.TimeToLive, 4),
    (IPPROTO_IP, ip.IP_TOS, ip.TrafficClass.decode, ip.TrafficClass, 4),
    (IPPROTO_IP, IP_RECVERR, ExtendedError.decode, ExtendedError, 16 + 28),
    (IPPROTO_IP, ip.IP_ORIGDSTADDR, OriginalDestination.decode, OriginalDestination, 28),
    (IPPROTO_IPV6, ip.IPV6_ORIGDSTADDR, _original6, OriginalDestination, 28),
    (IPPROTO_IPV6, ip.IPV6_PKTINFO, ip.PacketInfo6.decode, ip.PacketInfo6, 20),
    (IPPROTO_IPV6, ip.IPV6_HOPLIMIT, partial(ip.TimeToLive.decode, ipv6=True), ip.TimeToLive, 4),
    (IPPROTO_IPV6, ip.IPV6_TCLASS, partial(ip.TrafficClass.decode, ipv6=True), ip.TrafficClass, 4),
    (IPPROTO_IPV6, IPV6_RECVERR, ExtendedError.decode, ExtendedError, 16 + 28),
    (ip.SOL_UDP, ip.UDP_GRO, ip.SegmentSize.decode, ip.SegmentSize, 4),
    (ip.SOL_UDP, ip.UDP_SEGMENT, ip.SegmentSize.decode, ip.SegmentSize, 4),
    (IPPROTO_TCP, ip.TCP_CM_INQ, ip.UnreadBytes.decode, ip.UnreadBytes, 4),
    (protocols.SOL_BLUETOOTH, 3, protocols.PacketStatus.decode, protocols.PacketStatus, 1),
    (132, protocols.SCTP_SNDRCV, protocols.SCTPSendReceive.decode, protocols.SCTPSendReceive, 32),
    (132, protocols.SCTP_SNDINFO, protocols.SCTPSendInfo.decode, protocols.SCTPSendInfo, 16),
    (132, protocols.SCTP_RCVINFO, protocols.SCTPReceiveInfo.decode, protocols.SCTPReceiveInfo, 28),
    (132, protocols.SCTP_NXTINFO, protocols.SCTPNextInfo.decode, protocols.SCTPNextInfo, 16),
    (132, protocols.SCTP_PRINFO, protocols.SCTPPolicy.decode, protocols.SCTPPolicy, 8),
    (protocols.SOL_TLS, 2, protocols.TLSRecord.decode, protocols.TLSRecord, 1),
    (protocols.SOL_TLS, 1, protocols.TLSRecord.decode, protocols.TLSRecord, 1),
]
_DECODERS = {(level, kind): decoder for level, kind, decoder, _, _ in ROWS}
_SIZES = {made: size for _, _, _, made, size in ROWS}
_CLASSES = tuple(_SIZES)


def decode(level: int, kind: int, data: bytes) -> Record:
    """The record of one item that recvmsg() gave; the item itself if it is not known.

    Raises ValueError (too few bytes for what it is).
    """
    decoder = _DECODERS.get((level, kind))
    return (level, kind, data) if decoder is None else decoder(data)


def encode(record: Record) -> Item:
    """The item for sendmsg(); a tuple ``(level, type, bytes)`` stays as it is.

    Raises TypeError (nothing that is sent), ValueError.
    """
    if type(record) is tuple:
        return record
    if not isinstance(record, _CLASSES):
        raise TypeError(f"a record is sent, or (level, type, bytes), not {record!r}")
    if not hasattr(record, "encode"):
        raise TypeError(f"{type(record).__name__} is not sent, only received")
    try:
        item: Item = record.encode()
    except (struct.error, OverflowError, OSError) as error:
        # OSError: what is no address.
        raise ValueError(f"{record!r}: {error}") from None
    return item


def room_for(*kinds: type) -> int:
    """The ancbufsize that receives one record of each class.  Raises TypeError (no such record)."""
    for kind in kinds:
        if kind not in _CLASSES:
            raise TypeError(f"kinds are classes of records, as ancillary.Rights, not {kind!r}")
    return sum(berkeley.CMSG_SPACE(_SIZES[kind]) for kind in kinds)


class Message(NamedTuple):
    """What receive() returns: the data, the records, the flags (MSG_*) and the address."""

    data: bytes
    records: list[Record]
    flags: int
    address: Any

    @property
    def truncated(self) -> bool:
        """Whether the data was cut."""
        return bool(self.flags & MSG_TRUNC)

    @property
    def records_truncated(self) -> bool:
        """Whether ancillary data was cut: there was no room, or no descriptor to spare."""
        return bool(self.flags & MSG_CTRUNC)

    def first(self, kind: type[T]) -> T | None:
        """The first record of a class; None if there is none."""
        return next((record for record in self.records if isinstance(record, kind)), None)


def receive(
    sock: socket, bufsize: int, *kinds: type, ancbufsize: int | None = None, flags: int = 0
) -> Message:
    """recvmsg() with records: room for one of each of *kinds*, or *ancbufsize* bytes.

    Descriptors are not inherited by programs that are started, and closed if an item makes no
    sense.  What was cut, which MSG_CTRUNC tells, stays ``(level, type, bytes)``.  Raises what
    recvmsg() raises, ValueError.
    """
    room = room_for(*kinds) if ancbufsize is None else ancbufsize
    if sock.family == berkeley.AF_UNIX:
        flags |= MSG_CMSG_CLOEXEC
    data, ancdata, told, address = sock.recvmsg(bufsize, room, flags)
    # The kernel repeats MSG_CMSG_CLOEXEC.
    told &= ~int(MSG_CMSG_CLOEXEC)
    return Message(data, _records(ancdata, bool(told & MSG_CTRUNC)), told, address)


def _or_item(item: Item) -> Record:
    """The record; the item itself if it is too short for one."""
    try:
        return decode(*item)
    except ValueError:
        return item


def _records(ancdata: Iterable[Item], cut: bool) -> list[Record]:
    # Those that own descriptors first: what is wrong with another must not leak them.
    items = list(ancdata)
    owners = {i: decode(*item) for i, item in enumerate(items) if item[:2] in _OWNING}
    try:
        # Only the last one can have been cut.
        last = len(items) - 1 if cut else -1
        return [
            owners[i] if i in owners else _or_item(item) if i == last else decode(*item)
            for i, item in enumerate(items)
        ]
    except BaseException:
        for owner in owners.values():
            owner.close()
        raise


_OWNING = {(SOL_SOCKET, SCM_RIGHTS), (SOL_SOCKET, SCM_PIDFD)}
