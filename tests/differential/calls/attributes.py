"""Attributes: of the module, of sockets, of classes; what can be set, and what cannot."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

SCENES = ["stream", "dgram", "tcp4", "tcp6", "udp4", "closed", "detached", "nonblocking", "timed"]
CALLS = calls("\n".join(
    f"{scene}: sock.{name}"
    for scene in SCENES
    for name in ("family", "type", "proto", "timeout", "_closed", "_io_refs", "nosuch", "__class__")
))  # fmt: skip
CALLS += fill(
    "stream: sock.{} = 1; sock.{}\nstream: del sock.{}; 1\nstream: setattr(sock, '{}', None)",
    lines("""
    family
    type
    proto
    timeout
    fileno
    recv
    nosuch
    _closed
    _io_refs
    __class__
    __dict__
    __weakref__
    __slots__
"""),
)
CALLS += fill(
    "none: socket.socket.{}\nnone: type(socket.socket.{})",
    lines("""
    __name__
    __qualname__
    __slots__
    __module__
    __bases__[0].__name__
    family.__doc__ is not None
    recv.__doc__ is not None
    recv.__name__
    accept.__name__
"""),
)
CALLS += calls("""
    none: base.socket.__name__
    none: socket.SocketType is base.socket
    none: base.SocketType is base.socket
    none: socket.SocketType.x = 1
    none: socket.error is OSError
    none: socket.timeout is TimeoutError
    none: (socket.gaierror.__name__, socket.gaierror.__bases__)
    none: (socket.herror.__name__, socket.herror.__bases__)
    none: (base.error is OSError, base.timeout is TimeoutError)
    none: base.gaierror is socket.gaierror
    none: base.herror is socket.herror
    none: socket.gaierror(1, 'x').errno
    none: socket.gaierror(-2, 'x')
    none: str(socket.gaierror(-2, 'x'))
    none: repr(socket.gaierror(-2, 'x'))
    none: socket.herror().args
    none: socket.has_ipv6
    none: base.has_ipv6
    none: type(socket.CAPI).__name__
    none: repr(base.CAPI).split(' at')[0]
    none: socket.AF_INET
    none: type(base.AF_INET)
    none: repr(socket.AF_INET)
    none: str(socket.AF_INET)
    none: format(socket.AF_INET)
    none: socket.SOCK_STREAM
    none: repr(socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    none: type(socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    none: repr(socket.MSG_PEEK | socket.MSG_DONTWAIT)
    none: type(socket.MSG_PEEK | socket.MSG_DONTWAIT)
    none: repr(socket.AI_PASSIVE | socket.AI_CANONNAME)
    none: socket.MsgFlag(0)
    none: socket.AddressInfo(0)
    none: socket.AddressFamily(2) is socket.AF_INET
    none: socket.AddressFamily(9999)
    none: socket.SocketKind(9999)
    none: socket.AddressFamily['AF_INET']
    none: socket.AddressFamily.AF_ROUTE
    none: socket.AF_NETLINK
    none: socket.AddressFamily(16)
    none: socket.MsgFlag(3)
    none: type(socket.SOL_SOCKET)
    none: type(socket.SO_REUSEADDR)
    none: (socket._LOCALHOST, socket._LOCALHOST_V6)
    none: type(socket._GLOBAL_DEFAULT_TIMEOUT) is object
    none: socket._GLOBAL_DEFAULT_TIMEOUT is None
    none: (socket.EBADF, socket.EAGAIN, socket.EWOULDBLOCK)
    none: socket._GiveupOnSendfile.__bases__
    none: socket.nosuch
    none: base.nosuch
    none: socket._socket.__name__
    none: socket.__name__
    none: isinstance(socket.__all__, list)
    none: sorted(set(__import__('socket').__all__) - set(socket.__all__))
    none: [n for n in socket.__all__ if not hasattr(socket, n)]
    none: 'socket' in dir(socket)
    none: socket.SO_INCOMING_CPU
    none: socket._fallback_socketpair.__name__
    none: a, b = socket._fallback_socketpair(); (a.family, b.type)
    none: a, b = socket._fallback_socketpair(socket.AF_INET6); a.send(b'x'); b.recv(5)
    none: socket._fallback_socketpair(socket.AF_UNIX)
    none: socket._fallback_socketpair(socket.AF_INET, socket.SOCK_DGRAM)
    none: socket._fallback_socketpair(socket.AF_INET, socket.SOCK_STREAM, 5)
    stream: sorted(n for n in dir(socket.socket) if n[:2] != '__' and not hasattr(sock, n))
    stream: type(sock).__mro__[0].__name__
    stream: isinstance(sock, base.socket)
    stream: sock.type == socket.SOCK_STREAM and sock.type is socket.SOCK_STREAM
    stream: sock.family is socket.AF_UNIX
    stream: hasattr(sock, '__dict__')
    stream: sock.__slots__
    stream: sock.__doc__ is not None
    stream: sock.recv.__self__ is sock
    stream: callable(sock.recv)
    stream: sock.recv == sock.recv
    stream: isinstance(sock, __import__('typing').SupportsIndex)
    none: base.socket.recv = 1
    none: saved = socket.socket.recv; socket.socket.recv = 5; seen = socket.socket.recv; del socket.socket.recv; seen
    none: type('S', (base.socket,), {})
    none: s = type('S', (base.socket,), {})(); s.close(); repr(s)
    none: type('S', (socket.socket,), {'__slots__': ('x',)})
    none: class_ = type('S', (socket.socket,), {'__slots__': ('x',)}); s = keep(class_()); s.x = 5; s.y = 6
""")
