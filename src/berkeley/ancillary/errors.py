"""Extended errors: what the error queue tells, IP_RECVERR of ip(7), IPV6_RECVERR of ipv6(7)."""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple, Self

from berkeley import AF_UNSPEC
from berkeley.ancillary.layout import fields
from berkeley.core.sockaddr import decode as decode_address

# struct sock_extended_err, <linux/errqueue.h>
LAYOUT = "=IBBBxII"
SIZE = 16

ORIGINS = {
    0: "none",
    1: "local",
    2: "ICMP",
    3: "ICMPv6",
    4: "timestamping",
    5: "zerocopy",
    6: "txtime",
}


class ExtendedError(NamedTuple):
    """struct sock_extended_err, and the offender's address behind it (SO_EE_OFFENDER).

    *offender* is who has sent the ICMP message, None where nobody did.  *info* is the MTU of an
    EMSGSIZE; of timestamping, *info* is SCM_TSTAMP_* and *data* the number of the send
    (SOF_TIMESTAMPING_OPT_ID); of zerocopy, both are the range of the sends.
    """

    errno: int
    origin: int
    type: int
    code: int
    info: int
    data: int
    offender: Any

    @classmethod
    def decode(cls, data: bytes) -> Self:
        errno, origin, kind, code, info, number = fields(LAYOUT, data, "struct sock_extended_err")
        address = data[SIZE:]
        known = len(address) >= 2 and int.from_bytes(address[:2], sys.byteorder) != AF_UNSPEC
        offender = decode_address(0, address) if known else None
        return cls(errno, origin, kind, code, info, number, offender)

    @property
    def origin_name(self) -> str:
        """Where it comes from, in a word: local, ICMP, ICMPv6, timestamping, zerocopy, txtime."""
        return ORIGINS.get(self.origin, str(self.origin))

    def __str__(self) -> str:
        by = "" if self.offender is None else f", told by {self.offender[0]}"
        return f"{os.strerror(self.errno)} ({self.origin_name}{by})"
