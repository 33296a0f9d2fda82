"""Descriptors: sockets from them, copies, closing, pairs, and sending them."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

# Descriptors that nobody has, and objects that are none; a small number would be one of this process.
NONE_OF_OURS = lines("""
    -1
    -5
    10**6
    2**31 - 1
    2**31
    -2**31 - 1
    2**64
    1e6
    1000000.0
    '5'
    b'5'
    None
    []
    object()
    Index(10**6)
    Index(-1)
    IntSub(10**6)
    Decimal(10**6)
    Broken()
    float('nan')
""")
CALLS = fill(
    """
    none: socket.dup({})
    none: socket.close({})
    none: socket.fromfd({}, socket.AF_INET, socket.SOCK_STREAM)
    none: socket.socket(fileno={})
    none: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, {})
    none: socket.socket(-1, -1, -1, {})
    none: base.socket(fileno={})
    """,
    NONE_OF_OURS,
)
CALLS += calls("""
    stream: socket.socket(fileno=sock.detach())
    stream: socket.socket(fileno=IntSub(sock.detach()))
    stream: socket.socket(fileno=Index(sock.detach()))
    dgram: socket.socket(fileno=sock.detach())
    seqpacket: socket.socket(fileno=sock.detach())
    tcp4: socket.socket(fileno=sock.detach())
    tcp6: socket.socket(fileno=sock.detach())
    udp4: socket.socket(fileno=sock.detach())
    udp6: socket.socket(fileno=sock.detach())
    waiting: socket.socket(fileno=sock.detach())
    nonblocking: socket.socket(fileno=sock.detach())
    nonblocking: s = socket.socket(fileno=sock.detach()); s.recv(1)
    stream: socket.socket(socket.AF_INET, fileno=sock.detach())
    stream: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 5, fileno=sock.detach())
    stream: socket.socket(type=socket.SOCK_DGRAM, fileno=sock.detach())
    stream: socket.socket(type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK, fileno=sock.detach())
    stream: socket.socket(proto=77, fileno=sock.detach())
    folder: attempt(lambda: socket.socket(fileno=file.fileno()))
    folder: attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, file.fileno()))
    folder: attempt(lambda: socket.fromfd(file.fileno(), socket.AF_INET, socket.SOCK_STREAM))
    stream: socket.fromfd(sock.fileno(), socket.AF_UNIX, socket.SOCK_STREAM)
    stream: socket.fromfd(sock.fileno(), socket.AF_UNIX, socket.SOCK_STREAM, 0)
    stream: socket.fromfd(fd=sock.fileno(), family=1, type=1, proto=0)
    stream: socket.fromfd(sock.fileno(), 1, 1).recv(5)
    stream: socket.fromfd(sock.fileno(), -1, -1, -1)
    stream: socket.fromfd(sock, 1, 1)
    stream: socket.fromfd(sock.fileno(), 1)
    stream: fd = socket.dup(sock.fileno()); s = socket.socket(fileno=fd); (s, s.get_inheritable())
    stream: fd = socket.dup(IntSub(sock.fileno())); socket.close(fd)
    stream: fd = socket.dup(Index(sock.fileno())); socket.close(Index(fd))
    stream: fd = socket.dup(sock.fileno()); socket.close(fd); socket.close(fd)
    stream: socket.close(sock.detach())
    stream: socket.close(IntSub(sock.detach()))
    stream: socket.close(sock)
    stream: socket.dup(sock)
    none: socket.socketpair()
    none: socket.socketpair(None)
    none: socket.socketpair(socket.AF_UNIX)
    none: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    none: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    none: socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    none: socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    none: socket.socketpair(family=socket.AF_UNIX, type=socket.SOCK_STREAM, proto=0)
    none: socket.socketpair(socket.AF_INET)
    none: socket.socketpair(socket.AF_INET6)
    none: socket.socketpair(99)
    none: socket.socketpair(socket.AF_UNIX, 99)
    none: socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 99)
    none: socket.socketpair(-1)
    none: socket.socketpair(1, 2, 0, 0)
    none: socket.socketpair(other=1)
    none: a, b = socket.socketpair(); a.send(b'x'); (a, b, b.recv(5), type(a) is socket.socket)
    none: base.socketpair()
    none: base.socketpair(1, 2)
    none: base.socketpair(None)
    none: [attempt(lambda: base.socketpair(n)) for n in (2, 10, 99)]
    stream: socket.send_fds(sock, [b'x'], [0])
    stream: socket.send_fds(sock, [b'x', b'y'], [0, 0]); d, f, m, a = socket.recv_fds(peer, 5, 2); (d, len(f), m, a)
    stream: socket.send_fds(sock, [b'x'], [0, 0]); d, f, m, a = socket.recv_fds(peer, 5, 1); (d, len(f), m, a)
    stream: socket.send_fds(sock, [b'x'], [0]); d, f, m, a = socket.recv_fds(peer, 5, 0); (d, len(f), m, a)
    stream: socket.send_fds(sock, [b'x'], [0]); d, f, m, a = socket.recv_fds(peer, 5, 9); (d, len(f), m, a)
    stream: socket.send_fds(sock, [b'x'], [0]); socket.recv_fds(peer, 5, 1, socket.MSG_PEEK)[0]
    stream: socket.send_fds(sock, [b'x'], [])
    stream: socket.send_fds(sock, [], [0])
    dgram: socket.send_fds(sock, [], [0])
    stream: socket.send_fds(sock, [b'x'], [-1])
    stream: socket.send_fds(sock, [b'x'], [10**6])
    stream: socket.send_fds(sock, [b'x'], [2**31])
    stream: socket.send_fds(sock, [b'x'], ['0'])
    stream: socket.send_fds(sock, [b'x'], [0.0])
    stream: socket.send_fds(sock, [b'x'], None)
    stream: socket.send_fds(sock, [b'x'], 5)
    stream: socket.send_fds(sock, [b'x'], iterate(0))
    stream: socket.send_fds(sock, [b'x'], (0,))
    stream: socket.send_fds(sock, [b'x'], array('i', [0]))
    stream: socket.send_fds(sock, b'x', [0])
    stream: socket.send_fds(sock, None, [0])
    stream: socket.send_fds(sock, ['x'], [0])
    stream: socket.send_fds(sock, [b'x'], [0], 0)
    stream: socket.send_fds(sock, [b'x'], [0], socket.MSG_DONTWAIT)
    stream: socket.send_fds(sock, [b'x'], [0], 0, None)
    stream: socket.send_fds(sock, [b'x'], [0] * 254)
    stream: socket.send_fds(None, [b'x'], [0])
    stream: socket.send_fds(sock)
    stream: socket.send_fds(sock=sock, buffers=[b'x'], fds=[0])
    stream: socket.recv_fds(sock, 5, 1)
    stream: socket.recv_fds(sock, bufsize=5, maxfds=1)
    stream: socket.recv_fds(sock, 5, -1)
    stream: socket.recv_fds(sock, -1, 1)
    stream: socket.recv_fds(sock, 5, 2**31)
    stream: socket.recv_fds(sock, 5)
    stream: socket.recv_fds(None, 5, 1)
    ended: socket.recv_fds(sock, 5, 1)
    closed: socket.recv_fds(sock, 5, 1)
    closed: socket.send_fds(sock, [b'x'], [0])
    udp4: socket.send_fds(sock, [b'x'], [0], 0, address)
    udp4: socket.send_fds(sock, [b'x'], [], 0, address)
    newunix: sock.bind(path); socket.send_fds(sock, [b'x'], [], 0, path)
    newunix: sock.bind(path); socket.send_fds(sock, [b'x'], [0], 0, path); d, f, m, a = socket.recv_fds(sock, 5, 1); (d, len(f), m, a)
""")
