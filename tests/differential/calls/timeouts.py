"""Timeouts: settimeout, setblocking, the default timeout, and what happens when there is nothing to do."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

VALUES = lines("""
    None
    0
    0.0
    -0.0
    1
    1.5
    True
    False
    0.1
    1e-9
    1e-10
    0.1e-9
    1e-300
    1.0000000001
    123456.789
    2147483
    2147483.647
    2147484
    2**31
    1e9
    2**33
    9223372036
    9223372036.854775
    9223372037
    9223372036854775807
    2**64
    -2**64
    1e10
    1e300
    -1
    -1.0
    -1e-9
    -1e-10
    -1e-300
    -1e300
    float('inf')
    float('-inf')
    float('nan')
    Decimal('1.5')
    Fraction(3, 2)
    IntSub(3)
    Number.TWO
    type('F', (float,), {})(2.5)
    Index(3)
    Index(-1)
    Float(2.5)
    Broken()
    '1'
    b'1'
    ''
    [1]
    object()
    1j
""")

CALLS = fill(
    """
    stream: sock.settimeout({}); (sock.gettimeout(), sock.timeout, sock.getblocking())
    none: socket.setdefaulttimeout({}); (socket.getdefaulttimeout(), keep(socket.socket()))
    waiting: socket.create_connection(sock.getsockname(), timeout={})
    closed: sock.settimeout({})
    """,
    VALUES,
)
CALLS += fill(
    "stream: sock.setblocking({}); (sock.gettimeout(), sock.getblocking())",
    lines(
        "True\nFalse\n1\n0\n2\n-1\nNone\n''\n'x'\n0.5\n[]\n2**100\nBroken()\nIndex(0)\nNumber.ONE"
    ),
)
NOTHING = lines("""
    sock.recv(5)
    sock.recv(5000)
    sock.recv(2000000)
    sock.recv(0)
    sock.recv_into(bytearray(5))
    sock.recvfrom(5)
    sock.recvfrom(5000)
    sock.recvfrom_into(bytearray(5))
    sock.recvmsg(5)
    sock.recvmsg(5, 100)
    sock.recvmsg_into([bytearray(5)])
    sock.makefile('rb').read(1)
    sock.makefile('rb', 0).read(1)
    sock.makefile('rb').readline()
    sock.makefile('rb').read1()
    f = sock.makefile('rb', 0); (attempt(lambda: f.read(1)), attempt(lambda: f.read(1)))
    f = sock.makefile('rb'); attempt(lambda: f.read(1)); peer.send(b'x'); attempt(lambda: f.read(1))
    sock.recv(5, socket.MSG_DONTWAIT)
    sock.recv(5, socket.MSG_PEEK)
    socket.recv_fds(sock, 5, 1)
    peer.send(b'abc'); sock.recv(5, socket.MSG_WAITALL)
    peer.send(b'abc'); sock.recv(2, socket.MSG_WAITALL)
    peer.send(b'abc'); (sock.recv(5, socket.MSG_PEEK), sock.recv(5))
    peer.send(b'abc'); (sock.recv(2), sock.recv(2), attempt(lambda: sock.recv(2)))
""")
CALLS += fill("timed: {}\nnonblocking: {}", NOTHING)
CALLS += fill(
    "full: {}\nfull_timed: {}",
    lines("""
    sock.send(b'x')
    sock.sendall(b'x')
    sock.sendmsg([b'x'])
    sock.sendall(b'')
    sock.send(b'')
    sock.send(b'x', socket.MSG_DONTWAIT)
    sock.makefile('wb', 0).write(b'x')
    socket.send_fds(sock, [b'x'], [0])
    sock.sendfile(io.BytesIO(b'x'))
    n = len(peer.recv(1 << 16)); sock.send(b'x') if n else None
"""),
)
CALLS += calls("""
    stream: sock.settimeout(0.5); sock.setblocking(True); sock.gettimeout()
    stream: sock.settimeout(0); sock.setblocking(True); sock.gettimeout()
    stream: sock.setblocking(False); sock.settimeout(None); sock.getblocking()
    stream: sock.timeout = 5
    stream: sock.settimeout(5); attempt(lambda: sock.settimeout(-1)); sock.gettimeout()
    stream: sock.settimeout(5); attempt(lambda: sock.settimeout('x')); sock.gettimeout()
    none: socket.setdefaulttimeout(5); attempt(lambda: socket.setdefaulttimeout(-1)); socket.getdefaulttimeout()
    none: socket.getdefaulttimeout()
    none: socket.timeout is TimeoutError
    timed: sock.settimeout(1e-9); sock.recv(1)
    timed: sock.settimeout(1e-6); sock.recv(1)
    timed: issubclass(type(attempt(lambda: sock.recv(1))), OSError)
    timed: attempt(lambda: sock.recv(1)).errno
    nonblocking: attempt(lambda: sock.recv(1)).errno == socket.EAGAIN
    full_timed: sock.sendall(bytes(1 << 20))
    timed: sock.settimeout(0.05); sock.sendall(bytes(1 << 23))
    nonblocking: sock.sendall(bytes(1 << 23))
    new: sock.settimeout(5); sock.connect(('127.0.0.1', 1))
    new: sock.settimeout(5); sock.connect_ex(('127.0.0.1', 1))
    new: sock.setblocking(False); attempt(lambda: sock.connect(('127.0.0.1', 1))).errno in (111, 115)
    waiting: s = keep(socket.socket()); s.settimeout(5); s.connect(sock.getsockname())
    waiting: s = keep(socket.socket()); s.settimeout(5); s.connect_ex(sock.getsockname())
    waiting: s = keep(socket.socket()); s.setblocking(False); s.connect_ex(sock.getsockname()) in (0, 115)
    waiting: client.connect(sock.getsockname())
    waiting: client.connect_ex(sock.getsockname())
""")
