"""The rows of TCP, UDP, UDP-Lite, MPTCP and SCTP: tcp(7), udp(7), sctp(7)."""

from __future__ import annotations

from berkeley.options.access import Option, Table
from berkeley.options.kinds import BYTES, FLAG, INT, MICROSECONDS, MILLISECONDS, NAME, UINT
from berkeley.options.mptcpinfo import MPTCP_INFO
from berkeley.options.tcpinfo import TCP_INFO


class TransportOptions(Table):
    """The rows of TCP, UDP, UDP-Lite, MPTCP and SCTP: tcp(7), udp(7), sctp(7)."""

    __slots__ = ()

    tcp_cork = Option("TCP_CORK", "IPPROTO_TCP", FLAG)
    tcp_fastopen_connect = Option("TCP_FASTOPEN_CONNECT", "IPPROTO_TCP", FLAG)
    tcp_fastopen_no_cookie = Option("TCP_FASTOPEN_NO_COOKIE", "IPPROTO_TCP", FLAG)
    tcp_nodelay = Option("TCP_NODELAY", "IPPROTO_TCP", FLAG)
    tcp_quickack = Option("TCP_QUICKACK", "IPPROTO_TCP", FLAG)
    tcp_defer_accept = Option("TCP_DEFER_ACCEPT", "IPPROTO_TCP", INT)
    tcp_fastopen = Option("TCP_FASTOPEN", "IPPROTO_TCP", INT)
    tcp_keepcnt = Option("TCP_KEEPCNT", "IPPROTO_TCP", INT)
    tcp_keepidle = Option("TCP_KEEPIDLE", "IPPROTO_TCP", INT)
    tcp_keepintvl = Option("TCP_KEEPINTVL", "IPPROTO_TCP", INT)
    tcp_linger2 = Option("TCP_LINGER2", "IPPROTO_TCP", INT)
    tcp_maxseg = Option("TCP_MAXSEG", "IPPROTO_TCP", INT)
    tcp_syncnt = Option("TCP_SYNCNT", "IPPROTO_TCP", INT)
    tcp_window_clamp = Option("TCP_WINDOW_CLAMP", "IPPROTO_TCP", INT)
    tcp_notsent_lowat = Option("TCP_NOTSENT_LOWAT", "IPPROTO_TCP", UINT)
    tcp_user_timeout = Option("TCP_USER_TIMEOUT", "IPPROTO_TCP", MILLISECONDS)
    tcp_info = Option("TCP_INFO", "IPPROTO_TCP", TCP_INFO, writable=False)
    tcp_congestion = Option("TCP_CONGESTION", "IPPROTO_TCP", NAME)
    tcp_inq = Option("TCP_INQ", "IPPROTO_TCP", FLAG)
    tcp_thin_dupack = Option("TCP_THIN_DUPACK", "IPPROTO_TCP", FLAG)
    tcp_thin_linear_timeouts = Option("TCP_THIN_LINEAR_TIMEOUTS", "IPPROTO_TCP", FLAG)
    tcp_is_mptcp = Option("TCP_IS_MPTCP", "IPPROTO_TCP", FLAG, writable=False)
    tcp_repair = Option("TCP_REPAIR", "IPPROTO_TCP", INT)
    tcp_repair_queue = Option("TCP_REPAIR_QUEUE", "IPPROTO_TCP", INT)
    tcp_save_syn = Option("TCP_SAVE_SYN", "IPPROTO_TCP", INT)
    tcp_queue_seq = Option("TCP_QUEUE_SEQ", "IPPROTO_TCP", UINT)
    tcp_timestamp = Option("TCP_TIMESTAMP", "IPPROTO_TCP", UINT)
    tcp_tx_delay = Option("TCP_TX_DELAY", "IPPROTO_TCP", MICROSECONDS)
    tcp_rto_min_us = Option("TCP_RTO_MIN_US", "IPPROTO_TCP", MICROSECONDS)
    tcp_delack_max_us = Option("TCP_DELACK_MAX_US", "IPPROTO_TCP", MICROSECONDS)
    tcp_rto_max_ms = Option("TCP_RTO_MAX_MS", "IPPROTO_TCP", MILLISECONDS)
    tcp_ulp = Option("TCP_ULP", "IPPROTO_TCP", NAME)
    tcp_fastopen_key = Option("TCP_FASTOPEN_KEY", "IPPROTO_TCP", BYTES)
    tcp_saved_syn = Option("TCP_SAVED_SYN", "IPPROTO_TCP", BYTES, writable=False)

    udp_cork = Option("UDP_CORK", "IPPROTO_UDP", FLAG)
    udp_no_check6_rx = Option("UDP_NO_CHECK6_RX", "IPPROTO_UDP", FLAG)
    udp_no_check6_tx = Option("UDP_NO_CHECK6_TX", "IPPROTO_UDP", FLAG)
    udp_segment = Option("UDP_SEGMENT", "IPPROTO_UDP", INT)
    udp_gro = Option("UDP_GRO", "IPPROTO_UDP", FLAG)
    udp_encap = Option("UDP_ENCAP", "IPPROTO_UDP", INT)

    udplite_send_cscov = Option("UDPLITE_SEND_CSCOV", "SOL_UDPLITE", INT)
    udplite_recv_cscov = Option("UDPLITE_RECV_CSCOV", "SOL_UDPLITE", INT)

    mptcp_info = Option("MPTCP_INFO", "SOL_MPTCP", MPTCP_INFO, writable=False)

    sctp_nodelay = Option("SCTP_NODELAY", "SOL_SCTP", FLAG)
    sctp_disable_fragments = Option("SCTP_DISABLE_FRAGMENTS", "SOL_SCTP", FLAG)
    sctp_i_want_mapped_v4_addr = Option("SCTP_I_WANT_MAPPED_V4_ADDR", "SOL_SCTP", FLAG)
    sctp_auto_asconf = Option("SCTP_AUTO_ASCONF", "SOL_SCTP", FLAG)
    sctp_recvrcvinfo = Option("SCTP_RECVRCVINFO", "SOL_SCTP", FLAG)
    sctp_recvnxtinfo = Option("SCTP_RECVNXTINFO", "SOL_SCTP", FLAG)
    sctp_reuse_port = Option("SCTP_REUSE_PORT", "SOL_SCTP", FLAG)
    sctp_autoclose = Option("SCTP_AUTOCLOSE", "SOL_SCTP", INT)
    sctp_fragment_interleave = Option("SCTP_FRAGMENT_INTERLEAVE", "SOL_SCTP", INT)
    sctp_partial_delivery_point = Option("SCTP_PARTIAL_DELIVERY_POINT", "SOL_SCTP", UINT)
    sctp_get_assoc_number = Option("SCTP_GET_ASSOC_NUMBER", "SOL_SCTP", UINT, writable=False)
