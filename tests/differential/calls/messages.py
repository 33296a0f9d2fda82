"""Messages: ancillary data both ways, descriptors in it, and what is refused."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

ITEMS = lines("""
    []
    ()
    iterate()
    [(1, 1, struct.pack('i', 0))]
    ((1, 1, struct.pack('i', 0)),)
    iterate((1, 1, struct.pack('i', 0)))
    [(1, 1, array('i', [0, 0]))]
    [(1, 1, bytearray(struct.pack('i', 0)))]
    [(1, 1, memoryview(struct.pack('i', 0)))]
    [(1, 1, b'')]
    [(1, 1, b'abc')]
    [(1, 1, struct.pack('i', -1))]
    [(1, 1, struct.pack('i', 10**6))]
    [(1, 1, struct.pack('i', 0)), (1, 1, struct.pack('i', 0))]
    [(1, 1, array('i', [0] * 253))]
    [(1, 1, array('i', [0] * 254))]
    [(1, 99, b'abcd')]
    [(99, 1, b'abcd')]
    [(-1, -1, b'abcd')]
    [(1, 1)]
    [(1, 1, b'', 1)]
    [[1, 1, struct.pack('i', 0)]]
    [TupleSub((1, 1, struct.pack('i', 0)))]
    [None]
    [5]
    ['abc']
    [b'abc']
    [()]
    [(1, 1, 'abcd')]
    [(1, 1, None)]
    [(1, 1, 5)]
    [(None, 1, b'')]
    [(1, None, b'')]
    [(1.0, 1, b'')]
    [(2**31, 1, b'')]
    [(1, 2**31, b'')]
    [(Index(1), Number.ONE, struct.pack('i', 0))]
    [(1, 1, struct.pack('i', 0)), None]
    None
    5
    'abc'
    b'abc'
    {}
    {(1, 1, struct.pack('i', 0)): 1}
    object()
""")
CALLS = fill(
    """
    stream: sock.sendmsg([b'x'], {})
    dgram: sock.sendmsg([b'x'], {})
    udp4: sock.sendmsg([b'x'], {}, 0, address)
    """,
    ITEMS,
)

CALLS += calls("""
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); d, a, f, n = peer.recvmsg(5, 100); [keep(io.FileIO(x, 'rb')) for i in a for x in array('i', i[2])]; (d, [i[:2] for i in a], f, n)
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); peer.recvmsg(5)
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); peer.recvmsg(5, 1)
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); peer.recvmsg(5, socket.CMSG_LEN(0))
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); peer.recvmsg(5, socket.CMSG_LEN(2))
    dgram: sock.sendmsg([b'x'], [(1, 1, array('i', [0, 0, 0]))]); d, a, f, n = peer.recvmsg(5, socket.CMSG_LEN(8)); (d, [len(i[2]) for i in a], f)
    dgram: sock.sendmsg([b'x'], [(1, 1, array('i', [0, 0, 0]))]); d, a, f, n = peer.recvmsg(5, socket.CMSG_SPACE(12)); (d, [len(i[2]) for i in a], f)
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); peer.recvmsg_into([bytearray(3)])
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); n, a, f, x = peer.recvmsg_into([bytearray(3)], 100); (n, len(a), f, x)
    dgram: sock.sendmsg([b'x'], [(1, 1, struct.pack('i', 0))]); d, a, f, n = peer.recvmsg(5, 100, socket.MSG_CMSG_CLOEXEC); (d, len(a), f)
    dgram: peer.setsockopt(1, socket.SO_PASSCRED, 1); sock.send(b'x'); d, a, f, n = peer.recvmsg(5, 100); (d, [(i[:2], len(i[2])) for i in a], f, n)
    dgram: peer.setsockopt(1, socket.SO_PASSCRED, 1); sock.send(b'x'); d, a, f, n = peer.recvmsg(5, socket.CMSG_LEN(4)); (d, [(i[:2], len(i[2])) for i in a], f, n)
    dgram: import os; peer.setsockopt(1, 16, 1); sock.sendmsg([b'x'], [(1, 2, struct.pack('iii', os.getpid(), os.getuid(), os.getgid()))]); len(peer.recvmsg(5, 100)[1])
    dgram: sock.sendmsg([b'abc']); peer.recvmsg(2)
    dgram: sock.sendmsg([b'abc']); peer.recvmsg(0)
    dgram: sock.recvmsg(5, -1)
    dgram: sock.recvmsg(-1)
    dgram: sock.recvmsg(5, 2**31)
    dgram: sock.recvmsg(-1, -1)
    dgram: sock.recvmsg_into([bytearray(5)], -1)
    dgram: sock.recvmsg_into([b'x'], -1)
    dgram: sock.recvmsg_into(5, -1)
    dgram: sock.recvmsg_into([bytearray(5)], 2**31)
    dgram: sock.recvmsg(5, 0, 0, 0)
    udp6: peer.setsockopt(41, socket.IPV6_RECVTCLASS, 1); sock.sendmsg([b'x'], [(41, socket.IPV6_TCLASS, struct.pack('i', 16))], 0, address); peer.recvmsg(5, 100)
    udp6: peer.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); sock.sendmsg([b'x'], [(41, socket.IPV6_HOPLIMIT, struct.pack('i', 7))], 0, address); peer.recvmsg(5, 100)
    udp6: peer.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); peer.setsockopt(41, socket.IPV6_RECVTCLASS, 1); sock.sendto(b'x', address); peer.recvmsg(5, socket.CMSG_SPACE(4))
    udp6: peer.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); peer.setsockopt(41, socket.IPV6_RECVTCLASS, 1); sock.sendto(b'x', address); peer.recvmsg(5, socket.CMSG_SPACE(4) + socket.CMSG_LEN(4))
    udp6: peer.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); peer.setsockopt(41, socket.IPV6_RECVTCLASS, 1); sock.sendto(b'x', address); peer.recvmsg(5, socket.CMSG_SPACE(4) + socket.CMSG_LEN(2))
    udp6: peer.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); sock.sendto(b'x', address); peer.recvmsg(5, socket.CMSG_LEN(4) - 1)
    udp6: peer.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); sock.sendto(b'x', address); peer.recvmsg(5, socket.CMSG_LEN(0) - 1)
    udp4: peer.setsockopt(0, socket.IP_RECVTOS, 1); sock.sendto(b'x', address); peer.recvmsg(5, 100)
    udp4: sock.sendmsg([b'x'], [(0, socket.IP_TTL, struct.pack('i', 7))], 0, address)
    stream: sock.sendmsg_afalg()
    stream: sock.sendmsg_afalg(op=1)
    stream: sock.sendmsg_afalg([b'x'])
    stream: sock.sendmsg_afalg([b'x'], 1)
    stream: sock.sendmsg_afalg([b'x'], op=1, iv=b'iv', assoclen=4, flags=0)
    stream: sock.sendmsg_afalg([b'x'], op=1, other=1)
    stream: sock.sendmsg_afalg(5, op=1)
    none: (socket.CMSG_LEN(0), socket.CMSG_LEN(1), socket.CMSG_LEN(100))
    none: (socket.CMSG_SPACE(0), socket.CMSG_SPACE(1), socket.CMSG_SPACE(100))
    none: socket.CMSG_LEN(2**31 - 1 - socket.CMSG_LEN(0))
    none: socket.CMSG_LEN(2**31 - socket.CMSG_LEN(0))
    none: socket.CMSG_SPACE(2**31 - 1 - socket.CMSG_SPACE(1))
    none: socket.CMSG_SPACE(2**31 - socket.CMSG_SPACE(1))
    none: socket.CMSG_SPACE(2**31 - 1 - socket.CMSG_LEN(0))
""")
CALLS += fill(
    "none: socket.{}",
    [f"CMSG_{f}({n})" for f in ("LEN", "SPACE") for n in (*range(2, 18), 2**16, 2**30, 2**31 - 40)],
)
