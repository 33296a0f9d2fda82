"""A client of http.client, one connection: `http_client.py PORT`.

Reads a number a line, makes so many requests, and prints the nanoseconds that they took.
"""

import sys
import time
from http.client import HTTPConnection


def main() -> None:
    connection = HTTPConnection("127.0.0.1", int(sys.argv[1]))
    for line in sys.stdin:
        start = time.perf_counter_ns()
        for _ in range(int(line)):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"Hello world\n"
        print(time.perf_counter_ns() - start, flush=True)
    connection.close()


if __name__ == "__main__":
    main()
