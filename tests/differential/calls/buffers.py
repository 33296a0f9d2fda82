"""Buffers: every argument that is one, with every kind of object that may or may not be one."""

# A row of a table is one line, however long.

from tests.differential.tables import calls, fill, lines

READABLE = lines("""
    b'abcd'
    b''
    BytesSub(b'abcd')
    bytearray(b'abcd')
    memoryview(b'abcd')
    memoryview(b'abcdefgh')[::2]
    memoryview(b'abcdefgh')[::-2]
    memoryview(b'abcd').cast('B', (2, 2))
    memoryview(array('i', [1]))
    memoryview(b'abcd')[:0]
    array('i', [1])
    array('b', b'abcd')
    mapped(b'abcd')
    (ctypes.c_char * 4)(*b'abcd')
    ctypes.c_int(1)
    io.BytesIO(b'abcd').getbuffer()
    PickleBuffer(b'abcd')
    released(b'abcd')
    'abcd'
    StrSub('abcd')
    None
    5
    [1, 2]
    (b'abcd',)
    {}
    object()
    Path(b'abcd')
""")

CALLS = fill(
    """
    stream: sock.send({})
    stream: sock.sendall({})
    udp4: sock.sendto({}, address)
    udp4: sock.sendto({}, 0, address)
    stream: sock.sendmsg([{}])
    stream: sock.sendmsg([b'x', {}, b'y'])
    stream: sock.sendmsg({})
    stream: sock.sendmsg([b'x'], {})
    stream: sock.sendmsg([b'x'], [(socket.SOL_SOCKET, 0x7fff, {})])
    stream: sock.sendmsg_afalg([b'x'], op=0, iv={})
    new: sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, {}); sock.getsockopt(1, 2)
    none: socket.inet_ntoa({})
    none: socket.inet_ntop(socket.AF_INET, {})
    none: socket.inet_ntop(socket.AF_INET6, {})
    newunix: attempt(lambda: sock.connect({}))
    newunix: sock.sendto(b'x', {})
    stream: sock.makefile('wb', 0).write({})
    stream: socket.send_fds(sock, [{}], [])
    stream: socket.send_fds(sock, {}, [])
    """,
    READABLE,
)

WRITABLE = lines("""
    bytearray(20)
    bytearray(5)
    bytearray(1)
    memoryview(bytearray(20))
    memoryview(bytearray(20))[3:9]
    memoryview(bytearray(40))[::2]
    memoryview(bytearray(20))[::-1]
    memoryview(bytearray(20)).cast('B', (4, 5))
    memoryview(array('i', [0] * 5))
    array('i', [0] * 5)
    array('d', [0.0])
    mapped(bytes(20))
    ctypes.create_string_buffer(20)
    io.BytesIO(bytes(20)).getbuffer()
    PickleBuffer(bytearray(20))
    bytes(20)
    memoryview(bytes(20))
    PickleBuffer(bytes(20))
    released(bytes(20))
    'x' * 20
    None
    5
    [0] * 20
    object()
""")

CALLS += fill(
    """
    stream: b = {}; (sock.recv_into(b), contents(b))
    stream: b = {}; (sock.recv_into(b, 4), contents(b))
    dgram: b = {}; (sock.recvfrom_into(b), contents(b))
    udp4: b = {}; (sock.recvfrom_into(b, 4)[0], contents(b))
    dgram: b = {}; (sock.recvmsg_into([b]), contents(b))
    stream: b = {}; (sock.recvmsg_into([bytearray(3), b]), contents(b))
    stream: sock.recvmsg_into({})
    stream: b = {}; (sock.makefile('rb', 0).readinto(b), contents(b))
    """,
    WRITABLE,
)

# An empty buffer receives nothing, and on a datagram socket takes a message away.
CALLS += calls("""
    stream: sock.recv_into(bytearray())
    stream: sock.recv_into(bytearray(), 0)
    stream: sock.recv_into(bytearray(), 1)
    nonblocking: sock.recv_into(bytearray())
    nonblocking: sock.recvfrom_into(bytearray())
    dgram: (sock.recvfrom_into(bytearray()), attempt(lambda: sock.recv(1, socket.MSG_DONTWAIT)))
    dgram: (sock.recvmsg_into([]), attempt(lambda: sock.recv(1, socket.MSG_DONTWAIT)))
    dgram: (sock.recvmsg_into([bytearray()]), attempt(lambda: sock.recv(1, socket.MSG_DONTWAIT)))
    stream: sock.recvmsg_into(iterate(bytearray(2), bytearray(3)))
    stream: sock.recvmsg_into((bytearray(2), bytearray(3)))
    stream: sock.recvmsg_into([bytearray(1) for _ in range(1024)])
    stream: sock.recvmsg_into([bytearray(1) for _ in range(1025)])
    stream: sock.sendmsg([b'x'] * 1024)
    stream: sock.sendmsg([b'x'] * 1025)
    stream: sock.sendmsg([])
    stream: sock.sendmsg(())
    dgram: (sock.sendmsg([]), peer.recv(10))
    dgram: (sock.sendmsg([b'ab', b'', b'cd']), peer.recv(10))
    stream: sock.sendmsg(iterate(b'ab', bytearray(b'cd'), array('b', b'ef'))); peer.recv(10)
    stream: sock.sendmsg({b'ab': 1}); peer.recv(10)
    stream: sock.sendmsg('')
    stream: sock.sendmsg(['ab'])
    stream: sock.sendmsg([b'ab', None])
    stream: sock.sendmsg(Broken())
    stream: sock.recvmsg_into(Broken())
    stream: sock.sendmsg([b'x'], Broken())
    stream: b = bytearray(20); sock.recv_into(buffer=b, nbytes=3, flags=0); b
    stream: b = bytearray(20); sock.recvfrom_into(buffer=b, nbytes=3, flags=0); b
    stream: b = bytearray(4); v = memoryview(b); sock.recv_into(v[1:3]); b
    stream: b = bytearray(4); sock.recv_into(b, 0); b
    stream: b = bytearray(4); sock.recv_into(b, 4); b
    stream: b = bytearray(4); sock.recv_into(b, 5)
    stream: b = bytearray(4); sock.recvfrom_into(b, 5)
    stream: b = bytearray(4); sock.recv_into(b); b.extend(b'more'); b
    stream: b = bytearray(4); attempt(lambda: sock.recv_into(b, 5)); b.extend(b'more'); b
    closed: b = bytearray(4); attempt(lambda: sock.recv_into(b)); b.extend(b'more'); b
    closed: b = bytearray(4); attempt(lambda: sock.recvmsg_into([b])); b.extend(b'more'); b
    closed: b = bytearray(4); attempt(lambda: sock.send(b)); b.extend(b'more'); b
    closed: b = bytearray(4); attempt(lambda: sock.sendmsg([b, b])); b.extend(b'more'); b
    closed: b = bytearray(4); attempt(lambda: sock.sendto(b, ('', 1))); b.extend(b'more'); b
    closed: b = bytearray(4); attempt(lambda: sock.sendto(b, 5)); b.extend(b'more'); b
""")
