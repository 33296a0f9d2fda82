"""What comes beside the data: a descriptor, hops, timestamps of sends, and who refused a datagram.

python examples/ancillary.py
"""

import os
import time

import berkeley as socket
from berkeley import ancillary

# <linux/net_tstamp.h>: TX_SOFTWARE, SOFTWARE, OPT_ID
SENDS = 1 << 1 | 1 << 4 | 1 << 7


def descriptor() -> None:
    left, right = socket.socketpair()
    with left, right, open(__file__) as file:
        left.sendmsg([b"x"], [ancillary.encode(ancillary.Rights([file.fileno()]))])
        message = ancillary.receive(right, 1, ancillary.Rights)
        rights = message.first(ancillary.Rights)
        assert rights is not None
        with rights, open(rights.take()) as copy:
            print("a descriptor:", os.path.sameopenfile(copy.fileno(), file.fileno()))


def hops() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTTL, 1)
        item = ancillary.encode(ancillary.TimeToLive(33))
        sock.sendmsg([b"x"], [item], 0, sock.getsockname())
        print("hops:", ancillary.receive(sock, 1, ancillary.TimeToLive).records[0].hops)


def sends() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_TIMESTAMPING, SENDS)
        for _ in range(2):
            before = time.time_ns()
            sock.sendto(b"x", sock.getsockname())
            kinds = (ancillary.Timestamps, ancillary.ExtendedError)
            message = ancillary.receive(sock, 100, *kinds, flags=socket.MSG_ERRQUEUE)
            error = message.first(ancillary.ExtendedError)
            times = message.first(ancillary.Timestamps)
            assert error is not None
            assert times is not None
            took = times.software_ns - before
            print(f"send {error.data}: at the device in time:", 0 < took < 1_000_000_000)


def refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        nobody = sock.getsockname()
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_RECVERR, 1)
        sock.sendto(b"x", nobody)
        message = ancillary.receive(sock, 1, ancillary.ExtendedError, flags=socket.MSG_ERRQUEUE)
        print("refused:", message.first(ancillary.ExtendedError))


if __name__ == "__main__":
    descriptor()
    hops()
    sends()
    refused()
