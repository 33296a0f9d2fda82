"""A client of aiohttp, eight requests at a time: `aiohttp_client.py PORT`.

Reads a number a line, makes so many requests, and prints the nanoseconds that they took.
"""

import asyncio
import sys
import time

import aiohttp

AT_ONCE = 8


async def main() -> None:
    url = f"http://127.0.0.1:{sys.argv[1]}/"

    async def fetch(count: int) -> None:
        for _ in range(count):
            async with session.get(url) as response:
                assert await response.read() == b"Hello world\n"

    async with aiohttp.ClientSession() as session:
        # Nothing else is under way while the next order is waited for.
        for line in sys.stdin:
            count = int(line)
            start = time.perf_counter_ns()
            async with asyncio.TaskGroup() as group:
                for number in range(AT_ONCE):
                    group.create_task(fetch((count + number) // AT_ONCE))
            print(time.perf_counter_ns() - start, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
