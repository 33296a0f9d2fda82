"""Numbers of arguments and keywords: every callable with too few, too many, and a keyword that is none."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls

# Callable, and arguments that it takes; the shorter and longer lists are made of these.
FUNCTIONS = {
    "CMSG_LEN": ["1"],
    "CMSG_SPACE": ["1"],
    "close": ["10**6"],
    "create_connection": ["('127.0.0.1', 1)", "1", "None"],
    "create_server": ["('127.0.0.1', 0)"],
    "dup": ["10**6"],
    "fromfd": ["10**6", "1", "1", "0"],
    "getaddrinfo": ["'127.0.0.1'", "80", "0", "0", "0", "0"],
    "getdefaulttimeout": [],
    "getfqdn": ["'localhost'"],
    "gethostbyaddr": ["'127.0.0.1'"],
    "gethostbyname": ["'127.0.0.1'"],
    "gethostbyname_ex": ["'127.0.0.1'"],
    "gethostname": [],
    "getnameinfo": ["('127.0.0.1', 80)", "3"],
    "getprotobyname": ["'tcp'"],
    "getservbyname": ["'http'", "'tcp'"],
    "getservbyport": ["80", "'tcp'"],
    "has_dualstack_ipv6": [],
    "htonl": ["1"],
    "htons": ["1"],
    "if_indextoname": ["1"],
    "if_nameindex": [],
    "if_nametoindex": ["'lo'"],
    "inet_aton": ["'1.2.3.4'"],
    "inet_ntoa": ["b'1234'"],
    "inet_ntop": ["2", "b'1234'"],
    "inet_pton": ["2", "'1.2.3.4'"],
    "ntohl": ["1"],
    "ntohs": ["1"],
    "recv_fds": ["None", "1", "1", "0"],
    "send_fds": ["None", "[b'x']", "[0]", "0", "None"],
    "setdefaulttimeout": ["None"],
    "sethostname": ["5"],
    "socket": ["2", "1", "0", "None"],
    "socketpair": ["1", "1", "0"],
    "SocketIO": ["None", "'r'"],
    "SocketType": ["2", "1", "0", "None"],
    "AddressFamily": ["2"],
    "SocketKind": ["1"],
    "MsgFlag": ["2"],
    "AddressInfo": ["1"],
    "gaierror": ["-2", "'text'"],
    "herror": ["1", "'text'"],
    "error": ["1", "'text'"],
    "timeout": ["'timed out'"],
}
METHODS = {
    "_accept": [],
    "_check_sendfile_params": ["io.BytesIO()", "0", "None"],
    "_decref_socketios": [],
    "_real_close": [],
    "_sendfile_use_send": ["io.BytesIO()", "0", "None"],
    "_sendfile_use_sendfile": ["io.BytesIO()", "0", "None"],
    "_sendfile_zerocopy": ["None", "ValueError", "io.BytesIO()", "0", "None"],
    "accept": [],
    "bind": ["5"],
    "close": [],
    "connect": ["5"],
    "connect_ex": ["5"],
    "detach": [],
    "dup": [],
    "fileno": [],
    "get_inheritable": [],
    "getblocking": [],
    "getpeername": [],
    "getsockname": [],
    "getsockopt": ["1", "3", "4"],
    "gettimeout": [],
    "listen": ["1"],
    "makefile": ["'rb'", "0"],
    "recv": ["1", "0"],
    "recv_into": ["bytearray(1)", "1", "0"],
    "recvfrom": ["1", "0"],
    "recvfrom_into": ["bytearray(1)", "1", "0"],
    "recvmsg": ["1", "0", "0"],
    "recvmsg_into": ["[bytearray(1)]", "0", "0"],
    "send": ["b'x'", "0"],
    "sendall": ["b'x'", "0"],
    "sendfile": ["io.BytesIO()", "0", "None"],
    "sendmsg": ["[b'x']", "[]", "0", "None"],
    "sendmsg_afalg": ["[b'x']"],
    "sendto": ["b'x'", "0", "b'\\0nosuch'"],
    "set_inheritable": ["False"],
    "setblocking": ["True"],
    "setsockopt": ["1", "9", "None", "0"],
    "settimeout": ["None"],
    "shutdown": ["9"],
    "__enter__": [],
    "__exit__": ["None", "None", "None"],
    "__repr__": [],
    "__getstate__": [],
}
# The keywords that the documents or the standard module's own code show, and others that people try.
KEYWORDS = """
    stream: sock.recv(bufsize=1)
    stream: sock.recv(1, flags=0)
    stream: sock.recv_into(bytearray(1), flags=0)
    stream: sock.recv_into(bytearray(1), nbytes=1, flags=0)
    stream: sock.recv_into(buffer=bytearray(1))
    stream: sock.recv_into(nbytes=1)
    stream: sock.recv_into(bytearray(1), buffer=bytearray(1))
    stream: sock.recvfrom(bufsize=1)
    stream: sock.recvfrom_into(buffer=bytearray(1), nbytes=1)
    stream: sock.recvmsg(bufsize=1)
    stream: sock.recvmsg_into(buffers=[bytearray(1)])
    stream: sock.send(data=b'x')
    stream: sock.send(b'x', flags=0)
    stream: sock.sendall(b'x', flags=0)
    stream: sock.sendto(b'x', address=b'')
    stream: sock.sendmsg(buffers=[b'x'])
    stream: sock.sendmsg([b'x'], flags=0)
    stream: sock.bind(address=5)
    stream: sock.connect(address=5)
    stream: sock.listen(backlog=1)
    stream: sock.shutdown(how=2)
    stream: sock.settimeout(timeout=None)
    stream: sock.settimeout(value=None)
    stream: sock.setblocking(flag=True)
    stream: sock.getsockopt(level=1, optname=3)
    stream: sock.setsockopt(1, 2, value=1)
    stream: sock.set_inheritable(inheritable=True)
    stream: sock.makefile(mode='rb', buffering=0)
    stream: sock.makefile('r', None, None)
    none: socket.htons(x=1)
    none: socket.inet_aton(ip_string='1.2.3.4')
    none: socket.inet_ntop(address_family=2, packed_ip=b'1234')
    none: socket.getaddrinfo(host='127.0.0.1', port=80)
    none: socket.getaddrinfo('127.0.0.1', 80, 0, 0, 0, flags=0)
    none: socket.getaddrinfo('127.0.0.1', 80, socktype=1)
    none: socket.getnameinfo(('127.0.0.1', 80), flags=3)
    none: socket.getservbyname('http', protocolname='tcp')
    none: socket.gethostbyname(hostname='127.0.0.1')
    none: socket.setdefaulttimeout(timeout=None)
    none: socket.CMSG_LEN(length=1)
    none: socket.close(fd=10**6)
    none: socket.dup(fd=10**6)
    none: socket.if_nametoindex(oname='lo')
    none: socket.if_nametoindex(if_name='lo')
    none: socket.if_indextoname(if_index=1)
    none: socket.if_indextoname(index=1)
    none: socket.socket(family=2, type=1, proto=0, fileno=None)
    none: socket.socket(2, family=2)
    none: socket.socketpair(family=1, type=1, proto=0)
    none: base.socketpair(family=1)
    none: base.socket(family=2, type=1, proto=0, fileno=None)
    none: base.getaddrinfo(host='127.0.0.1', port=80, family=0, type=0, proto=0, flags=0)
"""


def _counts() -> str:
    rows = []
    for prefix, table in (("none: socket.", FUNCTIONS), ("stream: sock.", METHODS)):
        for name, arguments in table.items():
            # `sock` alone in a list of arguments would be more than was meant, so None stands for more.
            for count in range(len(arguments) + 3):
                given = [*arguments, "None", "None"][:count]
                rows.append(f"{prefix}{name}({', '.join(given)})")
            rows.append(f"{prefix}{name}({', '.join([*arguments, 'nosuch=1'])})")
            rows.append(f"{prefix}{name}(**{{1: 2}})")
    return "\n".join(rows)


CALLS = calls(_counts()) + calls(KEYWORDS)
# Unpacked: str.split() itself, called twice from one place, crashes CPython 3.13 (specialised calls without self).
CALLS += calls("""
    none: socket.socket.recv(*())
    none: socket.socket.recv(5)
    none: socket.socket.recv(None, 5)
    none: socket.socket.fileno(*())
    none: socket.socket.fileno(5)
    none: socket.socket.close(object())
    none: base.socket.send(5, b'x')
    stream: base.socket.recv(sock, 5)
    stream: socket.SocketType.recv(sock, 5)
""")
