"""Addresses: bind, connect, connect_ex, sendto and sendmsg, with every form an address may or may not have."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

TAKERS = """
    @: sock.bind({}); sock.getsockname()
    @: sock.connect({}); sock.getpeername()
    @: sock.connect_ex({})
    @: sock.sendto(b'', {})
    @: sock.sendto(b'', 0, {})
    @: sock.sendmsg([b''], [], 0, {})
"""

NO_ADDRESS = lines("""
    None
    5
    'localhost'
    b'localhost'
    ['127.0.0.1', 9]
    ()
    ('127.0.0.1',)
    ('127.0.0.1', 9, 0, 0, 0)
    {'127.0.0.1': 9}
    ('127.0.0.1', None)
    ('127.0.0.1', '9')
    ('127.0.0.1', 9.0)
    ('127.0.0.1', 65536)
    ('127.0.0.1', -1)
    (9, '127.0.0.1')
""")

HOSTS = lines(r"""
    '127.0.0.1'
    StrSub('127.0.0.1')
    b'127.0.0.1'
    BytesSub(b'127.0.0.1')
    bytearray(b'127.0.0.1')
    memoryview(b'127.0.0.1')
    array('b', b'127.0.0.1')
    ''
    b''
    '<broadcast>'
    b'<broadcast>'
    'localhost'
    'LOCALHOST'
    b'localhost'
    '127.1'
    '0x7f000001'
    '2130706433'
    '0177.0.0.1'
    '127.0.0.1 '
    ' 127.0.0.1'
    '255.255.255.255'
    '127.0.0.1\0'
    '127.0.0.1\0x'
    b'127.0.0.1\0'
    bytearray(b'\0')
    '\0'
    '\uff11\uff12\uff17.0.0.1'
    '127\u30020.0.1'
    '\udc80'
    '\u0130' * 70
    'x' * 64 + '.invalid'
    'x..invalid'
    '.'
    '%'
    '::1'
    '::'
    '::ffff:127.0.0.1'
    '::1%lo'
    '::1%1'
    'fe80::1%lo'
    '::1%nosuch'
    '::1%'
    '[::1]'
    '0:0:0:0:0:0:0:1'
    b'::1'
    None
    5
    5.0
    True
    ('127.0.0.1',)
    Path('127.0.0.1')
    object()
    Broken()
""")


def _for(scene: str) -> str:
    return TAKERS.replace("@", scene)


CALLS = fill(_for("newudp4"), NO_ADDRESS + lines("TupleSub(('127.0.0.1', 9))\n('::1', 9, 0, 0)"))
CALLS += fill(
    _for("newudp6"),
    NO_ADDRESS
    + lines("""
    TupleSub(('::1', 9))
    ('::1', 9, 0)
    ('::1', 9, 0, 1)
    ('::1', 9, 0xfffff, 0)
    ('::1', 9, 0x100000, 0)
    ('::1', 9, -1, 0)
    ('::1', 9, None, 0)
    ('::1', 9, 0, -1)
    ('::1', 9, 0, None)
    ('::1', 9, 0, 2**32)
    ('::1%lo', 9, 0, 0)
    ('fe80::1%lo', 9, 0, 7)
"""),
)
CALLS += fill(
    """
    newudp4: sock.bind(({}, 0)); sock.getsockname()
    newudp4: sock.connect(({}, 9)); sock.getpeername()
    newudp4: sock.sendto(b'', ({}, 9))
    newudp6: sock.bind(({}, 0)); sock.getsockname()
    newudp6: sock.connect(({}, 9, 0, 0)); sock.getpeername()
    none: socket.gethostbyname({})
    none: socket.getaddrinfo({}, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    none: socket.getaddrinfo({}, 80, socket.AF_INET, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    none: socket.getaddrinfo({}, 80, socket.AF_INET6, 0, 0, socket.AI_NUMERICHOST | socket.AI_PASSIVE)
    none: socket.getnameinfo(({}, 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    """,
    HOSTS,
)

PATHS = lines(r"""
    path
    path.encode()
    bytearray(path.encode())
    memoryview(path.encode())
    memoryview(path.encode() * 2)[::2]
    StrSub(path)
    BytesSub(path.encode())
    Path(path)
    path + '\0'
    path + '\0tail'
    path.encode() + b'\0tail'
    path + '\udc80'
    path + '\xe9'
    path + '\ud800'
    path + 'x' * (107 - len(path))
    path + 'x' * (108 - len(path))
    path + 'x' * (109 - len(path))
    path + '/nosuch/s'
    ''
    b''
    '\0bk-differential'
    b'\0bk-differential'
    b'\0' + bytes(107)
    b'\0' + bytes(108)
    b'\0'
    '\0\xe9'
    None
    5
    ('127.0.0.1', 9)
    (path,)
    array('i', [1])
    object()
""")

CALLS += fill(
    _for("newunix")
    + """
    newstream: sock.bind({}); sock.getsockname()
    newstream: sock.connect({})
    """,
    PATHS,
)

CALLS += calls("""
    newunix: sock.bind(path); sock.connect(path); sock.send(b'to myself'); sock.recvfrom(20)
    newunix: sock.bind(path); sock.sendto(b'to myself', path); sock.recvfrom(20)
    newunix: sock.bind(path); sock.bind(path + '2')
    newunix: sock.bind(path); socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(path)
    newunix: sock.bind(b'\\0bk-a'); (sock.getsockname(), sock.sendto(b'x', b'\\0bk-a'), sock.recvfrom(5))
    newunix: sock.connect('/nosuch/nosuch')
    newunix: sock.connect_ex('/nosuch/nosuch')
    newunix: sock.getsockname()
    newunix: sock.getpeername()
    newstream: sock.bind(path); sock.listen(); repr(sock)
    newstream: sock.bind(path); sock.listen(); c = keep(socket.socket(socket.AF_UNIX)); c.connect(path); sock.accept()
    newstream: sock.bind(path); socket.socket(socket.AF_UNIX).connect(path)
    newstream: sock.bind(path); socket.socket(socket.AF_UNIX).connect_ex(path)
    newudp4: sock.bind(('', 0)); sock.getsockname()
    newudp6: sock.bind(('', 0)); sock.getsockname()
    newudp6: sock.bind(('::', 0, 0, 0)); sock.getsockname()
    udp4: sock.bind(('127.0.0.1', 0))
    udp4: sock.sendto(b'', ('<broadcast>', 9))
    udp4: sock.sendto(b'')
    udp4: sock.sendto(b'x', address); peer.recvfrom(10)
    udp4: sock.sendto(b'x', 0, address); peer.recvfrom(10)
    udp4: sock.sendto(b'x', socket.MSG_DONTWAIT, address); peer.recvfrom(10)
    udp4: sock.recvfrom(20)
    udp4: sock.recvfrom(5)
    udp4: sock.recvmsg(20)
    udp4: sock.recvmsg(5)
    udp4: sock.recvmsg_into([bytearray(20)])
    udp4: sock.recvfrom_into(bytearray(20))
    udp6: sock.sendto(b'x', address); peer.recvfrom(10)
    udp6: sock.sendto(b'x', address[:2]); peer.recvfrom(10)
    udp6: sock.sendto(b'x', 0, address[:3]); peer.recvfrom(10)
    udp6: sock.recvfrom(20)
    udp6: sock.recvmsg(20)
    udp6: sock.recvfrom_into(bytearray(20))
    udp4: sock.sendmsg([b'x'], [], 0, address); peer.recvfrom(10)
    udp4: sock.sendmsg([b'x'], [], 0, None)
    udp6: sock.sendmsg([b'x'], (), 0, address); peer.recvfrom(10)
    udp4: sock.connect(address); (sock.send(b'x'), sock.getpeername(), peer.recv(5))
    udp4: sock.connect(address); sock.sendto(b'x', address)
    tcp4: sock.sendto(b'x', ('127.0.0.1', 9))
    tcp4: sock.connect(peer.getsockname())
    tcp4: sock.connect_ex(peer.getsockname())
    tcp4: listener.connect_ex(('127.0.0.1', 9))
    tcp4: sock.recvfrom(5)
    tcp4: sock.recvfrom_into(bytearray(5))
    tcp4: sock.recvmsg(5)
    tcp4: sock.bind(('127.0.0.1', 0))
    tcp4: (sock.getsockname(), sock.getpeername(), peer.getsockname(), peer.getpeername())
    tcp6: (sock.getsockname(), sock.getpeername(), peer.getsockname(), peer.getpeername())
    tcp6: sock.recvfrom(5)
    tcp6: sock.recvmsg(5)
    new: sock.connect(('127.0.0.1', 1))
    new: sock.connect_ex(('127.0.0.1', 1))
    new: sock.connect_ex(('::1', 1))
    new: sock.connect_ex(('', 0))
    new: sock.connect_ex(5)
    new: sock.connect_ex(('127.0.0.1', 65536))
    new: sock.getsockname()
    new: sock.getpeername()
    new6: sock.getsockname()
    new6: sock.connect_ex(('::1', 1))
    new6: sock.connect_ex(('127.0.0.1', 1))
    stream: (sock.getsockname(), sock.getpeername())
    stream: sock.connect(b'\\0nosuch')
    stream: sock.recvfrom(5)
    dgram: sock.recvfrom(5)
    seqpacket: sock.recvfrom(5)
    seqpacket: sock.recvmsg(5)
""")
