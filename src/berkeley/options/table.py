"""The table: one row for each option, which is a typed attribute of Options."""

from __future__ import annotations

from berkeley.options.access import Option, Table
from berkeley.options.kinds import (
    FLAG,
    INT,
    LINGER,
    MILLISECONDS,
    NAME,
    TIMEVAL,
    UCRED,
    UINT,
    UINT64,
)
from berkeley.options.tcpinfo import TCP_INFO


class Options(Table):
    """The options of a socket, by name: durations are seconds, flags bool, the rest as in C."""

    __slots__ = ()

    so_broadcast = Option("SO_BROADCAST", "SOL_SOCKET", FLAG)
    so_debug = Option("SO_DEBUG", "SOL_SOCKET", FLAG)
    so_dontroute = Option("SO_DONTROUTE", "SOL_SOCKET", FLAG)
    so_keepalive = Option("SO_KEEPALIVE", "SOL_SOCKET", FLAG)
    so_oobinline = Option("SO_OOBINLINE", "SOL_SOCKET", FLAG)
    so_passcred = Option("SO_PASSCRED", "SOL_SOCKET", FLAG)
    so_reuseaddr = Option("SO_REUSEADDR", "SOL_SOCKET", FLAG)
    so_reuseport = Option("SO_REUSEPORT", "SOL_SOCKET", FLAG)
    so_rxq_ovfl = Option("SO_RXQ_OVFL", "SOL_SOCKET", FLAG)
    so_select_err_queue = Option("SO_SELECT_ERR_QUEUE", "SOL_SOCKET", FLAG)
    so_timestamp = Option("SO_TIMESTAMP", "SOL_SOCKET", FLAG)
    so_timestampns = Option("SO_TIMESTAMPNS", "SOL_SOCKET", FLAG)
    so_zerocopy = Option("SO_ZEROCOPY", "SOL_SOCKET", FLAG)
    so_lock_filter = Option("SO_LOCK_FILTER", "SOL_SOCKET", FLAG)
    so_no_check = Option("SO_NO_CHECK", "SOL_SOCKET", FLAG)
    so_prefer_busy_poll = Option("SO_PREFER_BUSY_POLL", "SOL_SOCKET", FLAG)
    so_rcvbuf = Option("SO_RCVBUF", "SOL_SOCKET", INT)
    so_sndbuf = Option("SO_SNDBUF", "SOL_SOCKET", INT)
    so_rcvlowat = Option("SO_RCVLOWAT", "SOL_SOCKET", INT)
    so_priority = Option("SO_PRIORITY", "SOL_SOCKET", INT)
    so_mark = Option("SO_MARK", "SOL_SOCKET", INT)
    so_peek_off = Option("SO_PEEK_OFF", "SOL_SOCKET", INT)
    so_incoming_cpu = Option("SO_INCOMING_CPU", "SOL_SOCKET", INT)
    so_busy_poll = Option("SO_BUSY_POLL", "SOL_SOCKET", INT)
    so_bindtoifindex = Option("SO_BINDTOIFINDEX", "SOL_SOCKET", INT)
    so_acceptconn = Option("SO_ACCEPTCONN", "SOL_SOCKET", INT, writable=False)
    so_domain = Option("SO_DOMAIN", "SOL_SOCKET", INT, writable=False)
    so_error = Option("SO_ERROR", "SOL_SOCKET", INT, writable=False)
    so_protocol = Option("SO_PROTOCOL", "SOL_SOCKET", INT, writable=False)
    so_type = Option("SO_TYPE", "SOL_SOCKET", INT, writable=False)
    so_sndlowat = Option("SO_SNDLOWAT", "SOL_SOCKET", INT, writable=False)
    so_max_pacing_rate = Option("SO_MAX_PACING_RATE", "SOL_SOCKET", UINT64)
    so_cookie = Option("SO_COOKIE", "SOL_SOCKET", UINT64, writable=False)
    so_rcvtimeo = Option("SO_RCVTIMEO", "SOL_SOCKET", TIMEVAL)
    so_sndtimeo = Option("SO_SNDTIMEO", "SOL_SOCKET", TIMEVAL)
    so_linger = Option("SO_LINGER", "SOL_SOCKET", LINGER)
    so_peercred = Option("SO_PEERCRED", "SOL_SOCKET", UCRED, writable=False)
    so_bindtodevice = Option("SO_BINDTODEVICE", "SOL_SOCKET", NAME)

    ip_bind_address_no_port = Option("IP_BIND_ADDRESS_NO_PORT", "IPPROTO_IP", FLAG)
    ip_freebind = Option("IP_FREEBIND", "IPPROTO_IP", FLAG)
    ip_multicast_all = Option("IP_MULTICAST_ALL", "IPPROTO_IP", FLAG)
    ip_multicast_loop = Option("IP_MULTICAST_LOOP", "IPPROTO_IP", FLAG)
    ip_pktinfo = Option("IP_PKTINFO", "IPPROTO_IP", FLAG)
    ip_recverr = Option("IP_RECVERR", "IPPROTO_IP", FLAG)
    ip_recvopts = Option("IP_RECVOPTS", "IPPROTO_IP", FLAG)
    ip_recvtos = Option("IP_RECVTOS", "IPPROTO_IP", FLAG)
    ip_recvttl = Option("IP_RECVTTL", "IPPROTO_IP", FLAG)
    ip_transparent = Option("IP_TRANSPARENT", "IPPROTO_IP", FLAG)
    ip_minttl = Option("IP_MINTTL", "IPPROTO_IP", INT)
    ip_mtu_discover = Option("IP_MTU_DISCOVER", "IPPROTO_IP", INT)
    ip_multicast_ttl = Option("IP_MULTICAST_TTL", "IPPROTO_IP", INT)
    ip_tos = Option("IP_TOS", "IPPROTO_IP", INT)
    ip_ttl = Option("IP_TTL", "IPPROTO_IP", INT)
    ip_mtu = Option("IP_MTU", "IPPROTO_IP", INT, writable=False)

    ipv6_autoflowlabel = Option("IPV6_AUTOFLOWLABEL", "IPPROTO_IPV6", FLAG)
    ipv6_dontfrag = Option("IPV6_DONTFRAG", "IPPROTO_IPV6", FLAG)
    ipv6_multicast_all = Option("IPV6_MULTICAST_ALL", "IPPROTO_IPV6", FLAG)
    ipv6_multicast_loop = Option("IPV6_MULTICAST_LOOP", "IPPROTO_IPV6", FLAG)
    ipv6_recverr = Option("IPV6_RECVERR", "IPPROTO_IPV6", FLAG)
    ipv6_recvhoplimit = Option("IPV6_RECVHOPLIMIT", "IPPROTO_IPV6", FLAG)
    ipv6_recvpktinfo = Option("IPV6_RECVPKTINFO", "IPPROTO_IPV6", FLAG)
    ipv6_recvtclass = Option("IPV6_RECVTCLASS", "IPPROTO_IPV6", FLAG)
    ipv6_v6only = Option("IPV6_V6ONLY", "IPPROTO_IPV6", FLAG)
    ipv6_mtu_discover = Option("IPV6_MTU_DISCOVER", "IPPROTO_IPV6", INT)
    ipv6_multicast_hops = Option("IPV6_MULTICAST_HOPS", "IPPROTO_IPV6", INT)
    ipv6_multicast_if = Option("IPV6_MULTICAST_IF", "IPPROTO_IPV6", INT)
    ipv6_tclass = Option("IPV6_TCLASS", "IPPROTO_IPV6", INT)
    ipv6_unicast_hops = Option("IPV6_UNICAST_HOPS", "IPPROTO_IPV6", INT)
    ipv6_mtu = Option("IPV6_MTU", "IPPROTO_IPV6", INT, writable=False)

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

    udp_cork = Option("UDP_CORK", "IPPROTO_UDP", FLAG)
    udp_no_check6_rx = Option("UDP_NO_CHECK6_RX", "IPPROTO_UDP", FLAG)
    udp_no_check6_tx = Option("UDP_NO_CHECK6_TX", "IPPROTO_UDP", FLAG)
    udp_segment = Option("UDP_SEGMENT", "IPPROTO_UDP", INT)
