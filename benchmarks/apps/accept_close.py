"""A server that closes what it accepts.

Prints its port.  Reads a number a line, accepts so many connections, and prints the nanoseconds
that they took.  Ends with its input.
"""

import gc
import socket
import struct
import sys
import time


def main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        # Inherited by what is accepted: a reset ends it, and no port is left in TIME_WAIT.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        print(listener.getsockname()[1], flush=True)
        for line in sys.stdin:
            start = time.perf_counter_ns()
            for _ in range(int(line)):
                listener.accept()[0].close()
            taken = time.perf_counter_ns() - start
            gc.collect()
            print(taken, flush=True)


if __name__ == "__main__":
    main()
