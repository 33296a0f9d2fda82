"""Options: getsockopt and setsockopt in their three forms."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

CALLS = fill(
    """
    new: sock.getsockopt({})
    new: sock.getsockopt({}, 4)
    new: sock.getsockopt({}, 1)
    new: sock.getsockopt({}, 1024)
    newudp6: sock.getsockopt({})
    stream: sock.getsockopt({}, 64)
    """,
    lines("""
    socket.SOL_SOCKET, socket.SO_TYPE
    socket.SOL_SOCKET, socket.SO_ERROR
    socket.SOL_SOCKET, socket.SO_DOMAIN
    socket.SOL_SOCKET, socket.SO_PROTOCOL
    socket.SOL_SOCKET, socket.SO_REUSEADDR
    socket.SOL_SOCKET, socket.SO_KEEPALIVE
    socket.SOL_SOCKET, socket.SO_LINGER
    socket.SOL_SOCKET, socket.SO_RCVTIMEO
    socket.SOL_SOCKET, socket.SO_ACCEPTCONN
    socket.SOL_SOCKET, socket.SO_PEERCRED
    socket.SOL_SOCKET, socket.SO_BINDTODEVICE
    socket.IPPROTO_TCP, socket.TCP_NODELAY
    socket.IPPROTO_TCP, socket.TCP_CONGESTION
    socket.IPPROTO_TCP, socket.TCP_MAXSEG
    socket.IPPROTO_IP, socket.IP_TTL
    socket.IPPROTO_IP, socket.IP_TOS
    socket.IPPROTO_IPV6, socket.IPV6_V6ONLY
    socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS
    socket.SOL_SOCKET, 9999
    9999, 1
    Number.ONE, Index(3)
"""),
)

CALLS += fill(
    "new: sock.setsockopt(socket.SOL_SOCKET, {}); sock.getsockopt(1, socket.SO_LINGER, 8)",
    lines("""
    socket.SO_LINGER, struct.pack('ii', 1, 5)
    socket.SO_LINGER, bytearray(struct.pack('ii', 1, 5))
    socket.SO_LINGER, memoryview(struct.pack('ii', 1, 5))
    socket.SO_LINGER, array('i', [1, 5])
    socket.SO_LINGER, struct.pack('ii', 1, 5) + b'more'
    socket.SO_LINGER, b'short'
    socket.SO_LINGER, b''
    socket.SO_LINGER, 1
    socket.SO_LINGER, None, 8
    socket.SO_KEEPALIVE, 1
    socket.SO_KEEPALIVE, True
    socket.SO_KEEPALIVE, Number.ONE
    socket.SO_KEEPALIVE, b'\\1\\0\\0\\0'
    socket.SO_KEEPALIVE, 'text'
    socket.SO_KEEPALIVE, None
    socket.SO_KEEPALIVE, None, None
    socket.SO_KEEPALIVE, None, 0
    socket.SO_KEEPALIVE, None, -1
    socket.SO_KEEPALIVE, None, 2**32
    socket.SO_KEEPALIVE, None, 'x'
    socket.SO_KEEPALIVE, 1, 4
    socket.SO_KEEPALIVE, 1, None
    socket.SO_KEEPALIVE, b'1234', 4
    socket.SO_KEEPALIVE, b'1234', None
    socket.SO_KEEPALIVE, 2**31
    socket.SO_KEEPALIVE, -2**31 - 1
    socket.SO_KEEPALIVE, 1.0
    socket.SO_KEEPALIVE, 'x', 4
    socket.SO_KEEPALIVE, 1.0, 4
    socket.SO_KEEPALIVE, [1]
    9999, 1
    9999, b'1234'
    9999, None, 4
    socket.SO_ERROR, 1
"""),
)

CALLS += calls("""
    new: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1); sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    new: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0); sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    new: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b'reno'); sock.getsockopt(6, socket.TCP_CONGESTION, 16)
    new: sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 256)
    new: sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 7); sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL)
    newudp4: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    newudp6: sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 3); sock.getsockopt(41, socket.IPV6_UNICAST_HOPS)
    new: sock.getsockopt(1, 2, 1025)
    new: sock.getsockopt(1, 2, -1)
    new: sock.getsockopt(1, 2, 0)
    new: sock.getsockopt(1, 2, None)
    new: sock.getsockopt(1, 2, 2)
    new: sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1024)[0]
    ended: sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    newudp4: sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1); sock.getsockopt(1, socket.SO_BROADCAST)
    newudp4: sock.setsockopt(0, socket.IP_ADD_MEMBERSHIP, b'')
    newudp4: sock.setsockopt(0, socket.IP_MULTICAST_IF, socket.inet_aton('127.0.0.1')); sock.getsockopt(0, socket.IP_MULTICAST_IF, 4)
    newudp4: sock.setsockopt(0, socket.IP_MULTICAST_TTL, b'\\3'); sock.getsockopt(0, socket.IP_MULTICAST_TTL)
""")
