"""Bytes in and out: what arrives, how much of it, and with which flags."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

# With MSG_TRUNC the kernel tells the length of a datagram that did not fit: what lies behind the buffer's end is
# foreign memory in the standard module's result, so only the length is compared (test_calls.py looks at ours).
RECEIVE = lines("""
    sock.recv(50)
    sock.recv(5)
    sock.recv(0)
    sock.recv(300)
    sock.recv(100000)
    sock.recv(2000000)
    (sock.recv(5), attempt(lambda: sock.recv(50, socket.MSG_DONTWAIT)))
    sock.recv(50, socket.MSG_PEEK)
    (sock.recv(5, socket.MSG_PEEK), sock.recv(50))
    len(sock.recv(5, socket.MSG_TRUNC))
    sock.recv(50, socket.MSG_DONTWAIT)
    sock.recv(12, socket.MSG_WAITALL)
    sock.recv(5, socket.MSG_OOB)
    sock.recv(5, socket.MSG_ERRQUEUE)
    sock.recv(5, socket.MSG_CMSG_CLOEXEC)
    sock.recv(5, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    sock.recvfrom(50)[0]
    sock.recvfrom(5)[0]
    sock.recvfrom(0)[0]
    sock.recvfrom(300)[0]
    sock.recvfrom(2000000)[0]
    sock.recvfrom(50, socket.MSG_PEEK)[0]
    len(sock.recvfrom(5, socket.MSG_TRUNC)[0])
    sock.recvmsg(50)[:3]
    sock.recvmsg(5)[:3]
    sock.recvmsg(0)[:3]
    sock.recvmsg(300)[:3]
    sock.recvmsg(2000000)[:3]
    sock.recvmsg(5, 0, socket.MSG_PEEK)[:3]
    d, a, f, n = sock.recvmsg(5, 0, socket.MSG_TRUNC); (len(d), a, f)
    sock.recvmsg(50, 1000)[:3]
    b = bytearray(30); (sock.recv_into(b, 0, socket.MSG_PEEK), b)
    b = bytearray(5); sock.recv_into(b, 0, socket.MSG_TRUNC)
    b = bytearray(5); (sock.recvfrom_into(b, 0, socket.MSG_TRUNC)[0], b)
    b = [bytearray(3), bytearray(4)]; (sock.recvmsg_into(b)[:3], b)
    b = [bytearray(3), bytearray(40)]; (sock.recvmsg_into(b)[:3], b)
    b = [bytearray(3), bytearray(4)]; (sock.recvmsg_into(b, 0, socket.MSG_TRUNC)[:3], b)
    sock.send(b'')
    sock.send(b'abc', socket.MSG_DONTWAIT)
    sock.send(b'abc', socket.MSG_NOSIGNAL)
    sock.send(b'abc', socket.MSG_OOB)
    sock.sendall(b'')
    sock.sendall(b'abc', socket.MSG_DONTWAIT)
    sock.sendmsg([b'abc'], [], socket.MSG_NOSIGNAL)
    sock.sendmsg([b'abc', b'', bytearray(b'd')])
    (type(sock.recvmsg(5)[2]), type(sock.recvmsg) is not None)
    {sock.recv(5): 1}
    type(sock.recv(12)), hash(sock.recv(0))
""")
CALLS = fill(
    "stream: {}\ndgram: {}\nseqpacket: {}\ntcp4: {}\ntcp6: {}\nudp4: {}\nudp6: {}", RECEIVE
)
CALLS += calls("""
    ended: sock.recv(5)
    ended: sock.recv(5000)
    ended: sock.recv_into(bytearray(5))
    ended: sock.recvfrom(5)
    ended: sock.recvfrom_into(bytearray(5))
    ended: sock.recvmsg(5)
    ended: sock.recvmsg_into([bytearray(5)])
    ended: sock.send(b'x')
    ended: sock.sendall(b'x')
    ended: sock.sendmsg([b'x'])
    ended: sock.send(b'')
    ended: sock.sendto(b'x', b'\\0nosuch')
    ended: sock.getpeername()
    stream: sock.sendall(bytes(100000)); len(peer.recv(200000))
    stream: sock.sendall(bytes(1000)); (len(peer.recv(300)), len(peer.recv(300)), len(peer.recv(3000)))
    stream: peer.sendall(bytes(50000)); (len(sock.recv(60000)), attempt(lambda: len(sock.recv(60000, 64))))
    tcp4: peer.send(b'!', socket.MSG_OOB); sock.recv(1, socket.MSG_OOB)
    tcp4: sock.send(b'a', socket.MSG_MORE); sock.send(b'b'); peer.recv(1)
    udp4: sock.sendto(bytes(65507), address)
    udp4: sock.sendto(bytes(65508), address)
    udp4: sock.send(b'x')
    udp4: sock.sendall(b'x')
    udp4: sock.sendmsg([b'x'])
    udp4: sock.sendto(b'', address); peer.recvfrom(5)
    udp4: sock.sendto(b'', address); peer.recvmsg(5)
    udp4: sock.sendto(b'abc', address); (peer.recvfrom(0), attempt(lambda: peer.recv(5, socket.MSG_DONTWAIT)))
    udp4: sock.sendto(b'abc', address); (peer.recv(0), peer.recv(5, socket.MSG_DONTWAIT))
    udp4: sock.sendto(b'abc', address); (peer.recvmsg(0), attempt(lambda: peer.recv(5, socket.MSG_DONTWAIT)))
    dgram: sock.send(bytes(300000))
    dgram: sock.send(b''); peer.recv(5)
    seqpacket: sock.send(b''); peer.recv(5)
    new: sock.send(b'x')
    new: sock.recv(1)
    new: sock.recv_into(bytearray(1))
    new: sock.recvmsg(1)
    new: sock.sendall(b'x')
    waiting: sock.recv(1)
    waiting: sock.send(b'x')
    stream: sock.recv(Closing(sock, 5))
    stream: sock.recv(5, Closing(sock, 0))
    stream: sock.send(b'x', Closing(sock, 0))
    stream: sock.sendall(b'x', Closing(sock, 0))
    stream: sock.recv_into(bytearray(5), Closing(sock, 5))
    stream: sock.recvmsg(5, Closing(sock, 5))
    stream: sock.sendmsg([b'x'], [], Closing(sock, 0))
    stream: sock.getsockopt(1, Closing(sock, 3))
    stream: sock.setsockopt(1, 2, Closing(sock, 1))
    newudp4: sock.bind(('127.0.0.1', Closing(sock, 0)))
""")
