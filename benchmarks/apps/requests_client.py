"""A client of requests: `requests_client.py PORT [get]`; one session, or a connection a request.

Reads a number a line, makes so many requests, and prints the nanoseconds that they took.
"""

import sys
import time

import requests


def main() -> None:
    url = f"http://127.0.0.1:{sys.argv[1]}/"
    with requests.Session() as session:
        get = requests.get if sys.argv[2:] == ["get"] else session.get
        for line in sys.stdin:
            start = time.perf_counter_ns()
            for _ in range(int(line)):
                assert get(url, timeout=10).content == b"Hello world\n"
            print(time.perf_counter_ns() - start, flush=True)


if __name__ == "__main__":
    main()
