"""Ping a host without being root: ICMP by SOCK_DGRAM, over IPv4 or IPv6.

    python examples/ping.py localhost --count 3

Linux lets the groups of net.ipv4.ping_group_range do it, icmp(7); with others, socket() raises
PermissionError.
"""

import argparse
import struct
import sys
import time

import berkeley as socket

# Type, code, checksum, identifier, number: RFC 792, RFC 4443.  The kernel fills in checksum and
# identifier, and gives us the answers to our own requests alone.
ECHO = struct.Struct("!BBHHH")
VERSIONS = {
    socket.AF_INET: (socket.IPPROTO_ICMP, socket.ICMP_ECHO),
    socket.AF_INET6: (socket.IPPROTO_ICMPV6, socket.ICMPV6_ECHO_REQUEST),
}


def ping(host: str, count: int, timeout: float) -> int:
    """Send *count* requests, one after the other; return how many were answered."""
    family, _, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0]
    protocol, request = VERSIONS[socket.AddressFamily(family)]
    answered = 0
    with socket.socket(family, socket.SOCK_DGRAM, protocol) as sock:
        sock.settimeout(timeout)
        for number in range(1, count + 1):
            start = time.perf_counter()
            sock.sendto(ECHO.pack(request, 0, 0, 0, number) + b"berkeley", address)
            try:
                data, sender = sock.recvfrom(1500)
            except TimeoutError:
                print(f"{number}: no answer")
                continue
            took = (time.perf_counter() - start) * 1000
            print(f"{ECHO.unpack_from(data)[4]}: {len(data)} bytes from {sender[0]}, {took:.2f} ms")
            answered += 1
    return answered


def main() -> int:
    """The command line; returns the exit status: 0 if every request was answered."""
    parser = argparse.ArgumentParser(description="see whether a host answers")
    parser.add_argument("host")
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=2.0, help="seconds for each")
    options = parser.parse_args()
    try:
        return 0 if ping(options.host, options.count, options.timeout) == options.count else 1
    except PermissionError as error:
        print(f"ping.py: {error}: see net.ipv4.ping_group_range in icmp(7)", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"ping.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
