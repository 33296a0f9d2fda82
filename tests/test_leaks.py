"""Leaks: ten thousand of each operation, in a child process; memory and descriptors stay."""

import textwrap

import pytest

PROLOGUE = """
import array, contextlib, gc, io, os, sys, tracemalloc
import berkeley
from berkeley import *

near, far = socketpair()
udp = berkeley.socket(AF_INET, SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.connect(udp.getsockname())
idle = berkeley.socket(AF_INET, SOCK_DGRAM)
idle.setblocking(False)
closed = berkeley.socket()
closed.close()
unix = berkeley.socket(AF_UNIX, SOCK_DGRAM)
server = create_server(("127.0.0.1", 0))
address = server.getsockname()
buffer = bytearray(1000)
memfd = os.memfd_create("leaks")
ignore = contextlib.suppress(OSError, TypeError, ValueError, OverflowError)

class Holder:
    pass

def used():
    return tracemalloc.get_traced_memory()[0]

def descriptors():
    return len(os.listdir("/proc/self/fd"))
"""

EPILOGUE = """
COUNT = int(sys.argv[1])
# Caches fill, freelists and the pool of areas too.
for _ in range(200):
    operation()
gc.collect()
open_before = descriptors()
references = getattr(sys, "gettotalrefcount", lambda: 0)
tracemalloc.start()
for _ in range(200):
    operation()
gc.collect()
before, references_before = used(), references()
for _ in range(COUNT):
    operation()
gc.collect()
grown = used() - before
assert descriptors() == open_before, "descriptors"
# A leak of a single byte or object for each operation would be more.
assert grown < COUNT, f"{grown} bytes more after {COUNT} operations"
assert references() - references_before < COUNT // 10
buffer.clear()
for sock in (near, far, udp, idle, unix, server):
    sock.close()
"""

OPERATIONS = {
    "send and recv": "near.send(b'x' * 100); far.recv(100)",
    "recv of much": "near.send(b'x' * 100); far.recv(1 << 20); near.send(b'x'); far.recv(2 << 20)",
    "recv into": "near.send(b'xy'); far.recv_into(buffer, 1); far.recvfrom_into(buffer, 1)",
    "udp": "udp.sendto(b'x' * 300, udp.getsockname()); udp.recvfrom(1000)",
    "sendall": "near.sendall(memoryview(buffer)); far.recv_into(buffer)",
    "messages": "near.sendmsg([b'a', buffer]); far.recvmsg_into([bytearray(1), buffer])",
    "rights": """
        near.sendmsg([b'x'], [(SOL_SOCKET, SCM_RIGHTS, array.array('i', [memfd, memfd]))])
        _, items, _, _ = far.recvmsg(1, CMSG_SPACE(8))
        for fd in array.array('i', items[0][2]): os.close(fd)
    """,
    "truncated rights": """
        near.sendmsg([b'x'], [(SOL_SOCKET, SCM_RIGHTS, array.array('i', [memfd] * 3))])
        _, items, _, _ = far.recvmsg(1, CMSG_LEN(4))
        for fd in array.array('i', items[0][2]): os.close(fd)
    """,
    "fds": """
        send_fds(near, [b'x'], [memfd])
        os.close(recv_fds(far, 1, 1)[1][0])
    """,
    "socket": "berkeley.socket(AF_UNIX, SOCK_DGRAM).close()",
    "socket of fileno": "berkeley.socket(fileno=dup(udp.fileno())).close()",
    "socket dropped in a cycle": """
        holder = Holder(); holder.me = holder
        holder.sock = berkeley.socket(AF_UNIX, SOCK_DGRAM); holder.sock.close()
    """,
    "init again": "unix.__init__(AF_UNIX, SOCK_DGRAM)",
    "socketpair": "a, b = socketpair(); a.close(); b.close()",
    "dup and detach": "os.close(udp.dup().detach()); fromfd(udp.fileno(), 2, 2).close()",
    "accept": """
        with create_connection(address): server.accept()[0].close()
    """,
    "refused": "\n".join(
        f"with ignore: {call}"
        for call in (
            "berkeley.socket(fileno=memfd)",
            "berkeley.socket(255)",
            "create_connection(('127.0.0.1', 1))",
            "create_server(address)",
            "create_server(('127.0.0.1', 0), backlog='x')",
            "unix.connect('/nonexistent')",
        )
    ),
    "errors": "\n".join(
        f"with ignore: {call}"
        for call in (
            "idle.recv(1)",
            "idle.recv(1 << 20)",
            "idle.recv(2 << 20)",
            "idle.recvfrom(2000)",
            "idle.recvmsg(2000, 1000)",
            "idle.recv_into(buffer)",
            "idle.recvfrom_into(buffer)",
            "idle.recvmsg_into([buffer, bytearray(5)], 100)",
            "closed.send(buffer)",
            "closed.sendall(buffer)",
            "closed.sendmsg([buffer], [(1, 1, buffer)])",
            "closed.accept()",
        )
    ),
    "bad arguments": "\n".join(
        f"with ignore: {call}"
        for call in (
            "near.sendmsg([buffer, 5])",
            "near.sendmsg([buffer], [(1, 1, buffer), (1, 'x', buffer)])",
            "near.sendmsg([buffer], [(1, 1, buffer), 5])",
            "near.sendmsg([buffer], [(SOL_SOCKET, SCM_RIGHTS, bytes([255] * 4))])",
            "near.sendmsg([buffer], [(SOL_SOCKET, 9999, buffer)])",
            "near.sendmsg([buffer], [], 0, 5)",
            "udp.sendto(buffer, 5)",
            "udp.sendto(buffer, ('127.0.0.1', 70000))",
            "udp.sendto(buffer, ('127.0.0.1\\0', 7))",
            "far.recvmsg_into([buffer, b'x'])",
            "far.recvmsg_into([buffer], -1)",
            "far.recvmsg(100, 1 << 40)",
            "far.recv_into(buffer, -1)",
            "far.recv(-1)",
            "unix.bind('x' * 200)",
            "near.setsockopt(1, 9999, buffer)",
            "near.getsockopt(1, 9999, 100)",
            "near.settimeout('x')",
        )
    ),
    "timeouts": """
        udp.settimeout(1e-9)
        with ignore: udp.recv(100)
        with ignore: udp.recv(100_000)
        udp.settimeout(None)
    """,
    "options": """
        near.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        near.setsockopt(SOL_SOCKET, SO_LINGER, bytes(8))
        near.getsockopt(SOL_SOCKET, SO_LINGER, 8)
        near.getsockopt(SOL_SOCKET, SO_TYPE)
    """,
    "addresses": """
        udp.getsockname(); near.getsockname(); repr(udp)
        inet_aton('1.2.3.4'); inet_ntoa(b'1234'); inet_ntop(AF_INET6, bytes(16))
        with ignore: inet_pton(AF_INET6, 'x')
        with ignore: inet_ntoa(b'12345')
    """,
    "names": """
        getaddrinfo('127.0.0.1', 80); getaddrinfo('::1', '80', AF_INET6, SOCK_STREAM)
        getnameinfo(('127.0.0.1', 80), NI_NUMERICHOST | NI_NUMERICSERV)
        gethostbyname('127.0.0.1')
        with ignore: getaddrinfo('localhost', 80, flags=AI_NUMERICHOST)
        with ignore: getnameinfo(('x', 80), 0)
    """,
    "databases": """
        getservbyname('http'); getservbyport(80, 'tcp'); getprotobyname('tcp'); gethostname()
        with ignore: getservbyname('no-such-service')
    """,
    "interfaces": """
        if_nameindex(); if_indextoname(if_nametoindex('lo'))
        with ignore: if_nametoindex('nosuch')
    """,
    "makefile": """
        near.send(b'line\\n')
        with far.makefile('rb') as f: f.readline()
        with far.makefile('rw', encoding='utf-8'): pass
    """,
    "sendfile": """
        near.sendfile(io.BytesIO(b'x' * 10)); far.recv(10)
    """,
}
# Each of these takes long: less of them, so that all together take seconds.
SLOW = {"accept", "names", "databases", "interfaces", "refused", "socket dropped in a cycle"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_growth(child, name):
    body = textwrap.indent(textwrap.dedent(OPERATIONS[name]).strip(), "    ")
    code = f"{PROLOGUE}\ndef operation():\n{body}\n{EPILOGUE}"
    child(code, "1000" if name in SLOW else "10000")
