"""Ancillary data with types: what recvmsg() returns and sendmsg() takes as (level, type, bytes).

    message = ancillary.receive(sock, 2048, ancillary.PacketInfo, ancillary.TimeToLive)
    for record in message.records: ...
    sock.sendmsg([data], [ancillary.encode(ancillary.TimeToLive(3))], 0, address)

Each record is a NamedTuple; descriptors are owned by the record that brings them.  What is not
known stays ``(level, type, bytes)``.
"""

from berkeley.ancillary.descriptors import ProcessDescriptor, Rights
from berkeley.ancillary.errors import ExtendedError
from berkeley.ancillary.ip import (
    OriginalDestination,
    PacketInfo,
    PacketInfo6,
    SegmentSize,
    TimeToLive,
    TrafficClass,
    UnreadBytes,
)
from berkeley.ancillary.protocols import (
    Credentials,
    PacketStatus,
    SCTPNextInfo,
    SCTPPolicy,
    SCTPReceiveInfo,
    SCTPSendInfo,
    SCTPSendReceive,
    TLSRecord,
)
from berkeley.ancillary.socketlevel import (
    DroppedPackets,
    Mark,
    Priority,
    SecurityLabel,
    TransmitTime,
)
from berkeley.ancillary.table import Message, Record, decode, encode, receive, room_for
from berkeley.ancillary.timestamps import Timestamp, Timestamps

__all__ = [
    "Credentials",
    "DroppedPackets",
    "ExtendedError",
    "Mark",
    "Message",
    "OriginalDestination",
    "PacketInfo",
    "PacketInfo6",
    "PacketStatus",
    "Priority",
    "ProcessDescriptor",
    "Record",
    "Rights",
    "SCTPNextInfo",
    "SCTPPolicy",
    "SCTPReceiveInfo",
    "SCTPSendInfo",
    "SCTPSendReceive",
    "SecurityLabel",
    "SegmentSize",
    "TLSRecord",
    "TimeToLive",
    "Timestamp",
    "Timestamps",
    "TrafficClass",
    "TransmitTime",
    "UnreadBytes",
    "decode",
    "encode",
    "receive",
    "room_for",
]
