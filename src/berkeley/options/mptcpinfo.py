"""struct mptcp_info of <linux/mptcp.h>, of whatever length the kernel gives."""

from __future__ import annotations

import struct
from types import SimpleNamespace

from berkeley.options.kinds import Kind

# As in tcpinfo: the type, and the fields of that type which follow each other; x is padding.
_LAYOUT = (
    ("B", "subflows add_addr_signal add_addr_accepted subflows_max"),
    ("B", "add_addr_signal_max add_addr_accepted_max"),
    ("2xI", "flags"),
    ("I", "token"),
    ("Q", "write_seq snd_una rcv_nxt"),
    ("B", "local_addr_used local_addr_max csum_enabled"),
    ("xI", "retransmits"),
    ("Q", "bytes_retrans bytes_sent bytes_received bytes_acked"),
    ("B", "subflows_total endp_laminar_max endp_fullmesh_max"),
    ("xI", "last_data_sent"),
    ("I", "last_data_recv last_ack_recv"),
)
FIELDS = [(f"mptcpi_{name}", code) for code, names in _LAYOUT for name in names.split()]


class MPTCPInfo(SimpleNamespace):
    """The fields of struct mptcp_info that the kernel gave, by name and in the units of C."""

    def __getattr__(self, name: str) -> int:
        raise AttributeError(f"this kernel gave no {name}; the names are C's: mptcpi_...")


def unpack(data: bytes) -> MPTCPInfo:
    """The fields that lie whole within *data*."""
    fields: dict[str, int] = {}
    offset = 0
    for name, code in FIELDS:
        size = struct.calcsize("=" + code)
        if offset + size > len(data):
            break
        (fields[name],) = struct.unpack_from("=" + code, data, offset)
        offset += size
    return MPTCPInfo(**fields)


MPTCP_INFO: Kind[MPTCPInfo] = Kind("struct mptcp_info", "MPTCPInfo", 512, unpack)
