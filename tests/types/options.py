"""The options of a socket, with the type of each value."""

from typing import assert_type

import berkeley
from berkeley.options import Credentials, Linger, MemoryInfo, PathMTU, Timestamping, TxTime
from berkeley.options.mptcpinfo import MPTCPInfo
from berkeley.options.tcpinfo import TCPInfo

sock = berkeley.socket()
assert_type(sock.options.tcp_nodelay, bool)
assert_type(sock.options.so_rcvbuf, int)
assert_type(sock.options.so_rcvtimeo, float)
assert_type(sock.options.tcp_congestion, str)
assert_type(sock.options.tcp_fastopen_key, bytes)
assert_type(sock.options.so_linger, Linger)
assert_type(sock.options.so_peercred, Credentials)
assert_type(sock.options.so_peergroups, tuple[int, ...])
assert_type(sock.options.so_meminfo, MemoryInfo)
assert_type(sock.options.so_timestamping, Timestamping)
assert_type(sock.options.so_txtime, TxTime)
assert_type(sock.options.so_original_dst, tuple[str, int])
assert_type(sock.options.ip_mtu_discover, PathMTU)
assert_type(sock.options.tcp_info, TCPInfo)
assert_type(sock.options.mptcp_info, MPTCPInfo)
assert_type(sock.options.get_filter(), list[tuple[int, int, int, int]])
sock.options.tcp_nodelay = True
sock.options.so_linger = Linger(True, 5)
sock.options.tcp_congestion = 1  # type: ignore[assignment]
sock.options.attach_filter([(6, 0, 0, 0)])
