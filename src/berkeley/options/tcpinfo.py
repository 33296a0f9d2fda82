"""struct tcp_info of <linux/tcp.h>, of whatever length the kernel gives."""

from __future__ import annotations

import struct
import sys
from types import SimpleNamespace

from berkeley.options.kinds import Kind

# The type of each field, and the fields of that type which follow each other.  The kernel adds
# fields at the end: an older one gives fewer bytes, so fewer fields.
_LAYOUT = (
    ("B", "state ca_state retransmits probes backoff options wscale flags"),
    ("I", "rto ato snd_mss rcv_mss unacked sacked lost retrans fackets"),
    ("I", "last_data_sent last_ack_sent last_data_recv last_ack_recv"),
    ("I", "pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss reordering"),
    ("I", "rcv_rtt rcv_space total_retrans"),
    ("Q", "pacing_rate max_pacing_rate bytes_acked bytes_received"),
    ("I", "segs_out segs_in notsent_bytes min_rtt data_segs_in data_segs_out"),
    ("Q", "delivery_rate busy_time rwnd_limited sndbuf_limited"),
    ("I", "delivered delivered_ce"),
    ("Q", "bytes_sent bytes_retrans"),
    ("I", "dsack_dups reord_seen rcv_ooopack snd_wnd rcv_wnd rehash"),
    ("H", "total_rto total_rto_recoveries"),
    ("I", "total_rto_time"),
)
FIELDS = [(f"tcpi_{name}", code) for code, names in _LAYOUT for name in names.split()]


class TCPInfo(SimpleNamespace):
    """The fields of struct tcp_info that the kernel gave, by name and in the units of C."""

    def __getattr__(self, name: str) -> int:
        # For the type checker; a field that the kernel did not give is an AttributeError.
        raise AttributeError(f"this kernel gave no {name}; the names are C's: tcpi_...")


def unpack(data: bytes) -> TCPInfo:
    """The fields that lie whole within *data*, bitfields taken apart."""
    fields: dict[str, int] = {}
    offset = 0
    for name, code in FIELDS:
        size = struct.calcsize(code)
        if offset + size > len(data):
            break
        (fields[name],) = struct.unpack_from("=" + code, data, offset)
        offset += size
    if "tcpi_flags" in fields:
        wscale, flags = fields.pop("tcpi_wscale"), fields.pop("tcpi_flags")
        fields["tcpi_snd_wscale"], fields["tcpi_rcv_wscale"] = _split(wscale, 4, 4)
        limited, failed = _split(flags, 1, 2)
        fields["tcpi_delivery_rate_app_limited"] = limited
        fields["tcpi_fastopen_client_fail"] = failed
    return TCPInfo(**fields)


def _split(byte: int, first: int, second: int) -> tuple[int, int]:
    # C lays bitfields from the low bit up on little-endian machines, from the high bit elsewhere.
    if sys.byteorder == "little":
        return byte & (1 << first) - 1, byte >> first & (1 << second) - 1
    return byte >> 8 - first, byte >> 8 - first - second & (1 << second) - 1


TCP_INFO: Kind[TCPInfo] = Kind("struct tcp_info", "TCPInfo", 512, unpack)
