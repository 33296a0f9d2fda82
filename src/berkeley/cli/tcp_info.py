"""What the kernel measures of a TCP connection: TCP_INFO of tcp(7).

Layout: struct tcp_info, <linux/tcp.h>, in host byte order.  It grew with the kernel and grows on:
what an older kernel does not give is 0.  rto, ato, rtt, rttvar and min_rtt are microseconds;
snd_cwnd and snd_ssthresh count segments.
"""

import sys
from struct import Struct
from typing import NamedTuple, Self

from berkeley import TCPI_OPT_ECN, TCPI_OPT_SACK, TCPI_OPT_TIMESTAMPS, TCPI_OPT_WSCALE

# As far as tcpi_bytes_retrans.
TCP_INFO = Struct("=8B24I4Q6I4Q2I2Q")
# The names without tcpi_.  The two pairs of bit fields are wscale and flags here.
FIELDS = (
    "state ca_state retransmits probes backoff options wscale flags "
    "rto ato snd_mss rcv_mss unacked sacked lost retrans fackets "
    "last_data_sent last_ack_sent last_data_recv last_ack_recv "
    "pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss reordering "
    "rcv_rtt rcv_space total_retrans "
    "pacing_rate max_pacing_rate bytes_acked bytes_received "
    "segs_out segs_in notsent_bytes min_rtt data_segs_in data_segs_out "
    "delivery_rate busy_time rwnd_limited sndbuf_limited "
    "delivered delivered_ce bytes_sent bytes_retrans"
)
NAMES = FIELDS.split()

# What words() writes as it is, by the words of ss(8) and in its order.
WORDS: list[tuple[str, str]] = [
    ("mss", "snd_mss"),
    ("pmtu", "pmtu"),
    ("rcvmss", "rcv_mss"),
    ("advmss", "advmss"),
    ("cwnd", "snd_cwnd"),
    ("bytes_sent", "bytes_sent"),
    ("bytes_retrans", "bytes_retrans"),
    ("bytes_acked", "bytes_acked"),
    ("bytes_received", "bytes_received"),
    ("segs_out", "segs_out"),
    ("segs_in", "segs_in"),
    ("data_segs_out", "data_segs_out"),
    ("data_segs_in", "data_segs_in"),
    ("unacked", "unacked"),
]


class TcpInfo(NamedTuple):
    """The measurements by name, and which congestion control is in use."""

    algorithm: str
    values: dict[str, int]

    @classmethod
    def unpack(cls, data: bytes, algorithm: str) -> Self:
        """*data* may be longer than what is known here, or shorter."""
        whole = data[: TCP_INFO.size].ljust(TCP_INFO.size, b"\0")
        return cls(algorithm, dict(zip(NAMES, TCP_INFO.unpack(whole), strict=True)))

    def words(self) -> list[str]:
        """The measurements that people ask for, as ``ss -i`` writes them; times in ms."""
        value = self.values
        options = value["options"]
        names = ((TCPI_OPT_TIMESTAMPS, "ts"), (TCPI_OPT_SACK, "sack"), (TCPI_OPT_ECN, "ecn"))
        words = [name for bit, name in names if options & bit]
        if self.algorithm:
            words.append(self.algorithm)
        if options & TCPI_OPT_WSCALE:
            send, receive = self.window_scales()
            words.append(f"wscale:{send},{receive}")
        if value["rto"]:
            words.append(f"rto:{value['rto'] / 1000:g}")
        if value["rtt"]:
            words.append(f"rtt:{value['rtt'] / 1000:g}/{value['rttvar'] / 1000:g}")
        if value["ato"]:
            words.append(f"ato:{value['ato'] / 1000:g}")
        words += [f"{word}:{value[name]}" for word, name in WORDS if value[name]]
        if value["retrans"] or value["total_retrans"]:
            words.append(f"retrans:{value['retrans']}/{value['total_retrans']}")
        if value["min_rtt"]:
            words.append(f"minrtt:{value['min_rtt'] / 1000:g}")
        return words

    def window_scales(self) -> tuple[int, int]:
        """By how many bits windows are shifted, sent and received: bit fields of 4 bits each."""
        low, high = self.values["wscale"] & 15, self.values["wscale"] >> 4
        return (low, high) if sys.byteorder == "little" else (high, low)
