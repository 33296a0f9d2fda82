"""The bounds: how large a ratio, berkeley / standard module, each row may have.

Nothing may be slower than on the standard module; where that module does avoidable work, half of
that and less is asked for.  Lower a bound when a row has got better for good.
"""

BOUNDS: dict[str, float] = {
    "send + recv, 64 bytes": 1.00,
    "send + recv, 64 bytes, with a timeout": 0.75,
    "send + recv_into, 64 bytes": 1.00,
    "send + recv(262144), 64 bytes": 0.25,
    "send + recv(262144), 64 bytes, grown heap": 1.00,
    "send + recv(262144), 262144 bytes": 1.00,
    "sendall + recv_into, 8 x 128 KiB": 1.00,
    "recv that would block": 1.00,
    "sendto + recvfrom, IPv4": 1.00,
    "sendto + recvfrom, IPv6": 1.00,
    "sendto + recvfrom, UNIX": 1.00,
    "sendmsg + recvmsg, ancillary data": 1.00,
    "socket + close": 1.00,
    "connect + accept + close": 1.00,
    "family": 1.00,
    "type": 1.00,
    "getsockopt, int": 1.00,
    "setsockopt, int": 1.00,
    "getsockname, IPv4": 1.00,
    "getsockname, IPv6": 1.00,
    "getpeername, IPv4": 1.00,
    "getpeername, IPv6": 1.00,
    "inet_pton + inet_ntop, IPv4": 1.00,
    "inet_pton + inet_ntop, IPv6": 1.00,
    "readline, one line a send": 1.00,
    "readline, 128 lines a send": 1.00,
    'getaddrinfo("127.0.0.1", 80)': 1.00,
    'getaddrinfo("::1", 80)': 1.00,
    'getaddrinfo("localhost", 80)': 1.00,
    "open socket, sys.getsizeof": 1.00,
    "open socket, tracemalloc": 1.00,
    "import": 1.00,
    "import, whole process": 1.00,
}
