"""Records of AF_UNIX credentials, SCTP (RFC 6458, section 5.3), kernel TLS and Bluetooth."""

from __future__ import annotations

import os
import struct
from typing import NamedTuple, Self

from berkeley import SOL_SOCKET
from berkeley.ancillary.layout import Item, fields

# <linux/socket.h>, <linux/sctp.h>, <linux/tls.h>
SCM_CREDENTIALS = 2
IPPROTO_SCTP = 132
SCTP_SNDRCV, SCTP_SNDINFO, SCTP_RCVINFO, SCTP_NXTINFO, SCTP_PRINFO = 1, 2, 3, 4, 5
SOL_BLUETOOTH = 274
SOL_TLS, TLS_SET_RECORD_TYPE, TLS_GET_RECORD_TYPE = 282, 1, 2


class Credentials(NamedTuple):
    """struct ucred, SCM_CREDENTIALS: of the sending process."""

    pid: int
    uid: int
    gid: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@iII", data, "struct ucred"))

    def encode(self) -> Item:
        return SOL_SOCKET, SCM_CREDENTIALS, struct.pack("@iII", *self)

    @classmethod
    def own(cls) -> Self:
        """Those of this process."""
        return cls(os.getpid(), os.getuid(), os.getgid())


class SCTPSendReceive(NamedTuple):
    """struct sctp_sndrcvinfo, the older form of both; *ppid* is in host byte order."""

    sid: int = 0
    ssn: int = 0
    flags: int = 0
    ppid: int = 0
    context: int = 0
    lifetime_ms: int = 0
    tsn: int = 0
    cumtsn: int = 0
    assoc_id: int = 0

    @classmethod
    def decode(cls, data: bytes) -> Self:
        values = list(fields("@HHHxx4sIIIIi", data, "struct sctp_sndrcvinfo"))
        values[3] = int.from_bytes(values[3], "big")
        return cls(*values)

    def encode(self) -> Item:
        values = (*self[:3], self.ppid.to_bytes(4, "big"), *self[4:])
        return IPPROTO_SCTP, SCTP_SNDRCV, struct.pack("@HHHxx4sIIIIi", *values)


class SCTPSendInfo(NamedTuple):
    """struct sctp_sndinfo; *ppid* is in host byte order."""

    sid: int = 0
    flags: int = 0
    ppid: int = 0
    context: int = 0
    assoc_id: int = 0

    @classmethod
    def decode(cls, data: bytes) -> Self:
        sid, flags, ppid, context, assoc_id = fields("@HH4sIi", data, "struct sctp_sndinfo")
        return cls(sid, flags, int.from_bytes(ppid, "big"), context, assoc_id)

    def encode(self) -> Item:
        ppid = self.ppid.to_bytes(4, "big")
        data = struct.pack("@HH4sIi", self.sid, self.flags, ppid, self.context, self.assoc_id)
        return IPPROTO_SCTP, SCTP_SNDINFO, data


class SCTPReceiveInfo(NamedTuple):
    """struct sctp_rcvinfo; *ppid* is in host byte order."""

    sid: int
    ssn: int
    flags: int
    ppid: int
    tsn: int
    cumtsn: int
    context: int
    assoc_id: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        sid, ssn, flags, ppid, tsn, cumtsn, context, assoc_id = fields(
            "@HHHxx4sIIIi", data, "struct sctp_rcvinfo"
        )
        number = int.from_bytes(ppid, "big")
        return cls(sid, ssn, flags, number, tsn, cumtsn, context, assoc_id)


class SCTPNextInfo(NamedTuple):
    """struct sctp_nxtinfo: of the message behind this one."""

    sid: int
    flags: int
    ppid: int
    length: int
    assoc_id: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        sid, flags, ppid, length, assoc_id = fields("@HH4sIi", data, "struct sctp_nxtinfo")
        return cls(sid, flags, int.from_bytes(ppid, "big"), length, assoc_id)


class SCTPPolicy(NamedTuple):
    """struct sctp_prinfo: partial reliability, RFC 7496."""

    policy: int
    value: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@HxxI", data, "struct sctp_prinfo"))

    def encode(self) -> Item:
        return IPPROTO_SCTP, SCTP_PRINFO, struct.pack("@HxxI", *self)


class TLSRecord(NamedTuple):
    """The type of a TLS record, RFC 8446 section 5.1: 21 alert, 22 handshake, 23 data."""

    type: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("B", data, "a record type"))

    def encode(self) -> Item:
        return SOL_TLS, TLS_SET_RECORD_TYPE, struct.pack("B", self.type)


class PacketStatus(NamedTuple):
    """BT_SCM_PKT_STATUS of SCO and ISO, <bluetooth/bluetooth.h>: 0 if the packet came whole."""

    status: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("B", data, "a status of a packet"))
