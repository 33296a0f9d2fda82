"""The rows of IPPROTO_IP and IPPROTO_IPV6: ip(7), ipv6(7)."""

from __future__ import annotations

from berkeley.options.access import Option, Table
from berkeley.options.kinds import BYTES, FLAG, INT, NETWORK_INT, UINT
from berkeley.options.structs import MULTICAST_IF, PATH_MTU, SOCKADDR_IN, SOCKADDR_IN6


class InternetOptions(Table):
    """The rows of IPPROTO_IP and IPPROTO_IPV6: ip(7), ipv6(7)."""

    __slots__ = ()

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
    ip_mtu_discover = Option("IP_MTU_DISCOVER", "IPPROTO_IP", PATH_MTU)
    ip_multicast_ttl = Option("IP_MULTICAST_TTL", "IPPROTO_IP", INT)
    ip_tos = Option("IP_TOS", "IPPROTO_IP", INT)
    ip_ttl = Option("IP_TTL", "IPPROTO_IP", INT)
    ip_mtu = Option("IP_MTU", "IPPROTO_IP", INT, writable=False)
    ip_checksum = Option("IP_CHECKSUM", "IPPROTO_IP", FLAG)
    ip_hdrincl = Option("IP_HDRINCL", "IPPROTO_IP", FLAG)
    ip_nodefrag = Option("IP_NODEFRAG", "IPPROTO_IP", FLAG)
    ip_passsec = Option("IP_PASSSEC", "IPPROTO_IP", FLAG)
    ip_recverr_rfc4884 = Option("IP_RECVERR_RFC4884", "IPPROTO_IP", FLAG)
    ip_recvfragsize = Option("IP_RECVFRAGSIZE", "IPPROTO_IP", FLAG)
    ip_recvorigdstaddr = Option("IP_RECVORIGDSTADDR", "IPPROTO_IP", FLAG)
    ip_retopts = Option("IP_RETOPTS", "IPPROTO_IP", FLAG)
    ip_router_alert = Option("IP_ROUTER_ALERT", "IPPROTO_IP", FLAG)
    ip_local_port_range = Option("IP_LOCAL_PORT_RANGE", "IPPROTO_IP", UINT)
    ip_protocol = Option("IP_PROTOCOL", "IPPROTO_IP", INT, writable=False)
    ip_unicast_if = Option("IP_UNICAST_IF", "IPPROTO_IP", NETWORK_INT)
    ip_multicast_if = Option("IP_MULTICAST_IF", "IPPROTO_IP", MULTICAST_IF)
    ip_options = Option("IP_OPTIONS", "IPPROTO_IP", BYTES)
    so_original_dst = Option("SO_ORIGINAL_DST", "IPPROTO_IP", SOCKADDR_IN, writable=False)

    ipv6_autoflowlabel = Option("IPV6_AUTOFLOWLABEL", "IPPROTO_IPV6", FLAG)
    ipv6_dontfrag = Option("IPV6_DONTFRAG", "IPPROTO_IPV6", FLAG)
    ipv6_multicast_all = Option("IPV6_MULTICAST_ALL", "IPPROTO_IPV6", FLAG)
    ipv6_multicast_loop = Option("IPV6_MULTICAST_LOOP", "IPPROTO_IPV6", FLAG)
    ipv6_recverr = Option("IPV6_RECVERR", "IPPROTO_IPV6", FLAG)
    ipv6_recvhoplimit = Option("IPV6_RECVHOPLIMIT", "IPPROTO_IPV6", FLAG)
    ipv6_recvpktinfo = Option("IPV6_RECVPKTINFO", "IPPROTO_IPV6", FLAG)
    ipv6_recvtclass = Option("IPV6_RECVTCLASS", "IPPROTO_IPV6", FLAG)
    ipv6_v6only = Option("IPV6_V6ONLY", "IPPROTO_IPV6", FLAG)
    ipv6_mtu_discover = Option("IPV6_MTU_DISCOVER", "IPPROTO_IPV6", PATH_MTU)
    ipv6_multicast_hops = Option("IPV6_MULTICAST_HOPS", "IPPROTO_IPV6", INT)
    ipv6_multicast_if = Option("IPV6_MULTICAST_IF", "IPPROTO_IPV6", INT)
    ipv6_tclass = Option("IPV6_TCLASS", "IPPROTO_IPV6", INT)
    ipv6_unicast_hops = Option("IPV6_UNICAST_HOPS", "IPPROTO_IPV6", INT)
    ipv6_mtu = Option("IPV6_MTU", "IPPROTO_IPV6", INT)
    ipv6_freebind = Option("IPV6_FREEBIND", "IPPROTO_IPV6", FLAG)
    ipv6_hdrincl = Option("IPV6_HDRINCL", "IPPROTO_IPV6", FLAG)
    ipv6_recvdstopts = Option("IPV6_RECVDSTOPTS", "IPPROTO_IPV6", FLAG)
    ipv6_recverr_rfc4884 = Option("IPV6_RECVERR_RFC4884", "IPPROTO_IPV6", FLAG)
    ipv6_recvfragsize = Option("IPV6_RECVFRAGSIZE", "IPPROTO_IPV6", FLAG)
    ipv6_recvhopopts = Option("IPV6_RECVHOPOPTS", "IPPROTO_IPV6", FLAG)
    ipv6_recvorigdstaddr = Option("IPV6_RECVORIGDSTADDR", "IPPROTO_IPV6", FLAG)
    ipv6_recvpathmtu = Option("IPV6_RECVPATHMTU", "IPPROTO_IPV6", FLAG)
    ipv6_recvrthdr = Option("IPV6_RECVRTHDR", "IPPROTO_IPV6", FLAG)
    ipv6_router_alert_isolate = Option("IPV6_ROUTER_ALERT_ISOLATE", "IPPROTO_IPV6", FLAG)
    ipv6_transparent = Option("IPV6_TRANSPARENT", "IPPROTO_IPV6", FLAG)
    ipv6_flowinfo_send = Option("IPV6_FLOWINFO_SEND", "IPPROTO_IPV6", FLAG)
    ipv6_addr_preferences = Option("IPV6_ADDR_PREFERENCES", "IPPROTO_IPV6", INT)
    ipv6_checksum = Option("IPV6_CHECKSUM", "IPPROTO_IPV6", INT)
    ipv6_minhopcount = Option("IPV6_MINHOPCOUNT", "IPPROTO_IPV6", INT)
    ipv6_router_alert = Option("IPV6_ROUTER_ALERT", "IPPROTO_IPV6", INT)
    ipv6_addrform = Option("IPV6_ADDRFORM", "IPPROTO_IPV6", INT)
    ipv6_unicast_if = Option("IPV6_UNICAST_IF", "IPPROTO_IPV6", NETWORK_INT)
    ip6t_so_original_dst = Option(
        "IP6T_SO_ORIGINAL_DST", "IPPROTO_IPV6", SOCKADDR_IN6, writable=False
    )
