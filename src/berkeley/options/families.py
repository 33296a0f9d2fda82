"""The rows of CAN, VSOCK, TIPC, netlink and packet sockets."""

from __future__ import annotations

from berkeley.options.access import Option, Table
from berkeley.options.kinds import FLAG, INT, MILLISECONDS, TIMEVAL, UINT, UINT64


class FamilyOptions(Table):
    """The rows of CAN, VSOCK, TIPC, netlink and packet sockets."""

    __slots__ = ()

    can_raw_loopback = Option("CAN_RAW_LOOPBACK", "SOL_CAN_RAW", FLAG)
    can_raw_recv_own_msgs = Option("CAN_RAW_RECV_OWN_MSGS", "SOL_CAN_RAW", FLAG)
    can_raw_fd_frames = Option("CAN_RAW_FD_FRAMES", "SOL_CAN_RAW", FLAG)
    can_raw_join_filters = Option("CAN_RAW_JOIN_FILTERS", "SOL_CAN_RAW", FLAG)
    can_raw_xl_frames = Option("CAN_RAW_XL_FRAMES", "SOL_CAN_RAW", FLAG)
    can_raw_err_filter = Option("CAN_RAW_ERR_FILTER", "SOL_CAN_RAW", UINT)

    so_j1939_promisc = Option("SO_J1939_PROMISC", "SOL_CAN_J1939", FLAG)
    so_j1939_errqueue = Option("SO_J1939_ERRQUEUE", "SOL_CAN_J1939", FLAG)
    so_j1939_send_prio = Option("SO_J1939_SEND_PRIO", "SOL_CAN_J1939", INT)

    so_vm_sockets_buffer_size = Option("SO_VM_SOCKETS_BUFFER_SIZE", "AF_VSOCK", UINT64)
    so_vm_sockets_buffer_min_size = Option("SO_VM_SOCKETS_BUFFER_MIN_SIZE", "AF_VSOCK", UINT64)
    so_vm_sockets_buffer_max_size = Option("SO_VM_SOCKETS_BUFFER_MAX_SIZE", "AF_VSOCK", UINT64)
    so_vm_sockets_connect_timeout = Option("SO_VM_SOCKETS_CONNECT_TIMEOUT", "AF_VSOCK", TIMEVAL)

    tipc_importance = Option("TIPC_IMPORTANCE", "SOL_TIPC", INT)
    tipc_src_droppable = Option("TIPC_SRC_DROPPABLE", "SOL_TIPC", FLAG)
    tipc_dest_droppable = Option("TIPC_DEST_DROPPABLE", "SOL_TIPC", FLAG)
    tipc_conn_timeout = Option("TIPC_CONN_TIMEOUT", "SOL_TIPC", MILLISECONDS)
    tipc_nodelay = Option("TIPC_NODELAY", "SOL_TIPC", FLAG)
    tipc_node_recvq_depth = Option("TIPC_NODE_RECVQ_DEPTH", "SOL_TIPC", INT, writable=False)
    tipc_sock_recvq_depth = Option("TIPC_SOCK_RECVQ_DEPTH", "SOL_TIPC", INT, writable=False)
    tipc_sock_recvq_used = Option("TIPC_SOCK_RECVQ_USED", "SOL_TIPC", INT, writable=False)

    netlink_pktinfo = Option("NETLINK_PKTINFO", "SOL_NETLINK", FLAG)
    netlink_broadcast_error = Option("NETLINK_BROADCAST_ERROR", "SOL_NETLINK", FLAG)
    netlink_no_enobufs = Option("NETLINK_NO_ENOBUFS", "SOL_NETLINK", FLAG)
    netlink_listen_all_nsid = Option("NETLINK_LISTEN_ALL_NSID", "SOL_NETLINK", FLAG)
    netlink_cap_ack = Option("NETLINK_CAP_ACK", "SOL_NETLINK", FLAG)
    netlink_ext_ack = Option("NETLINK_EXT_ACK", "SOL_NETLINK", FLAG)
    netlink_get_strict_chk = Option("NETLINK_GET_STRICT_CHK", "SOL_NETLINK", FLAG)
    netlink_add_membership = Option("NETLINK_ADD_MEMBERSHIP", "SOL_NETLINK", INT)
    netlink_drop_membership = Option("NETLINK_DROP_MEMBERSHIP", "SOL_NETLINK", INT)

    packet_auxdata = Option("PACKET_AUXDATA", "SOL_PACKET", FLAG)
    packet_origdev = Option("PACKET_ORIGDEV", "SOL_PACKET", FLAG)
    packet_vnet_hdr = Option("PACKET_VNET_HDR", "SOL_PACKET", FLAG)
    packet_loss = Option("PACKET_LOSS", "SOL_PACKET", FLAG)
    packet_tx_has_off = Option("PACKET_TX_HAS_OFF", "SOL_PACKET", FLAG)
    packet_qdisc_bypass = Option("PACKET_QDISC_BYPASS", "SOL_PACKET", FLAG)
    packet_ignore_outgoing = Option("PACKET_IGNORE_OUTGOING", "SOL_PACKET", FLAG)
    packet_copy_thresh = Option("PACKET_COPY_THRESH", "SOL_PACKET", INT)
    packet_version = Option("PACKET_VERSION", "SOL_PACKET", INT)
    packet_reserve = Option("PACKET_RESERVE", "SOL_PACKET", UINT)
    packet_timestamp = Option("PACKET_TIMESTAMP", "SOL_PACKET", INT)
    packet_fanout = Option("PACKET_FANOUT", "SOL_PACKET", INT)
    packet_vnet_hdr_sz = Option("PACKET_VNET_HDR_SZ", "SOL_PACKET", INT)
