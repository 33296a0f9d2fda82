"""Numbers: every argument that is one, with every kind of object that may or may not be one."""

# A row of a table is one line, however long.

from tests.differential.tables import fill, lines

VALUES = lines("""
    True
    IntSub(5)
    Number.TWO
    Index(5)
    0
    -1
    2**16
    2**31
    2**32
    -2**31 - 1
    2**63
    5.0
    None
    'x'
    b'5'
    Decimal(5)
    Float(5.0)
    Index(5.0)
    Broken()
""")

# A size is reserved before the call; the memory is not touched, so that large ones cost nothing.
TEMPLATES = """
    stream: sock.recv({})
    stream: sock.recv(5, {})
    stream: sock.recv_into(bytearray(20), {})
    stream: sock.recv_into(bytearray(20), 5, {})
    stream: sock.recv_into(bytearray(20), nbytes={})
    dgram: sock.recvfrom({})
    dgram: sock.recvfrom(5, {})
    dgram: sock.recvfrom_into(bytearray(20), {})
    dgram: sock.recvfrom_into(bytearray(20), 5, {})
    dgram: sock.recvmsg({})
    dgram: sock.recvmsg(5, {})
    dgram: sock.recvmsg(5, 0, {})
    dgram: sock.recvmsg_into([bytearray(20)], {})
    dgram: sock.recvmsg_into([bytearray(20)], 0, {})
    stream: sock.send(b'x', {})
    stream: sock.sendall(b'x', {})
    udp4: sock.sendto(b'x', {}, address)
    stream: sock.sendmsg([b'x'], [], {})
    stream: sock.sendmsg([b'x'], [({}, 1, b'')])
    stream: sock.sendmsg([b'x'], [(1, {}, b'')])
    stream: sock.sendmsg_afalg([b'x'], op={})
    stream: sock.sendmsg_afalg([b'x'], op=0, assoclen={})
    stream: sock.sendmsg_afalg([b'x'], op=0, flags={})
    stream: sock.shutdown({})
    new: sock.listen({})
    stream: sock.settimeout({}); sock.timeout
    stream: sock.setblocking({}); sock.timeout
    stream: sock.set_inheritable({})
    stream: sock.getsockopt({}, socket.SO_TYPE)
    stream: sock.getsockopt(socket.SOL_SOCKET, {})
    stream: sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, {})
    new: sock.setsockopt({}, socket.SO_REUSEADDR, 1)
    new: sock.setsockopt(socket.SOL_SOCKET, {}, 1)
    new: sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, {})
    new: sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, None, {})
    newudp4: sock.bind(('127.0.0.1', {}))
    newudp4: sock.connect(('127.0.0.1', {}))
    newudp4: sock.connect_ex(('127.0.0.1', {}))
    newudp4: sock.sendto(b'', ('127.0.0.1', {}))
    newudp4: sock.sendmsg([b''], [], 0, ('127.0.0.1', {}))
    newudp6: sock.bind(('::1', {}))
    newudp6: sock.bind(('::1', 0, {}))
    newudp6: sock.bind(('::1', 0, 0, {}))
    newudp6: sock.connect(('::1', 9, {})); sock.getpeername()
    newudp6: sock.connect(('::1', 9, 0, {})); sock.getpeername()
    none: socket.socket({})
    none: socket.socket(socket.AF_INET, {})
    none: socket.socket(socket.AF_INET, socket.SOCK_STREAM, {})
    none: socket.socketpair({})
    none: socket.socketpair(socket.AF_UNIX, {})
    none: socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, {})
    stream: socket.fromfd(sock.fileno(), {}, 1)
    stream: socket.fromfd(sock.fileno(), 1, {})
    stream: socket.fromfd(sock.fileno(), 1, 1, {})
    none: socket.htons({})
    none: socket.ntohs({})
    none: socket.htonl({})
    none: socket.ntohl({})
    none: socket.CMSG_LEN({})
    none: socket.CMSG_SPACE({})
    none: socket.if_indextoname({})
    none: socket.getservbyport({})
    none: socket.setdefaulttimeout({}); socket.getdefaulttimeout()
    none: socket.inet_ntop({}, b'1234')
    none: socket.inet_pton({}, '1.2.3.4')
    none: socket.getnameinfo(('127.0.0.1', 80), {})
    none: socket.getnameinfo(('127.0.0.1', {}), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    none: socket.getnameinfo(('::1', 80, {}), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    none: socket.getnameinfo(('::1', 80, 0, {}), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    none: socket.getaddrinfo('127.0.0.1', {})
    none: socket.getaddrinfo('127.0.0.1', 80, {})
    none: socket.getaddrinfo('127.0.0.1', 80, 0, {})
    none: socket.getaddrinfo('127.0.0.1', 80, 0, 0, {})
    none: socket.getaddrinfo('127.0.0.1', 80, 0, 0, 0, {})
    none: socket.getaddrinfo('127.0.0.1', 80, family={}, type=socket.SOCK_STREAM)
    none: socket.create_server(('127.0.0.1', 0), backlog={})
    none: socket.create_server(('127.0.0.1', 0), family={})
    waiting: socket.create_connection(sock.getsockname(), {})
    folder: sock.sendfile(file, {})
    folder: sock.sendfile(file, 0, {})
    stream: socket.send_fds(sock, [b'x'], [0], {})
    stream: socket.send_fds(sock, [b'x'], [{}])
    stream: socket.recv_fds(sock, {}, 1)
    stream: socket.recv_fds(sock, 5, {})
    stream: socket.recv_fds(sock, 5, 1, {})
"""

CALLS = fill(TEMPLATES, VALUES)
# A buffer size makes a buffer of that size, and a lost descriptor is one of this process.
CALLS += fill("stream: sock.makefile('rb', {}).read1(5)", [v for v in VALUES if "2**" not in v])
CALLS += fill("stream: sock.makefile('r', {}).read(1)", lines("None\n-1\n0\n1\n2\nTrue\n5.0\n'x'"))
