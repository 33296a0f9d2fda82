"""An echo server and its clients on asyncio.

Nothing here knows of berkeley: the program imports the standard library's modules.

    python -m berkeley run examples/asyncio_echo.py README.md LICENSE

sends the files from several clients at a time and prints what came back, as one line of JSON.
Without ``-m berkeley run`` it is the same program on the standard module.
"""

import argparse
import asyncio
import hashlib
import json
import socket
import time
from pathlib import Path

HOST = "127.0.0.1"


async def serve_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back whatever comes, until the client has nothing more to send."""
    while data := await reader.read(65_536):
        writer.write(data)
        # Waits while the client is slower than we are.
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def echo(port: int, data: bytes, size: int) -> tuple[bytes, str]:
    """Send *data* in messages of *size* bytes, each when the one before has come back.

    Returns what came back, and the client's address.
    """
    reader, writer = await asyncio.open_connection(HOST, port)
    address = "{}:{}".format(*writer.get_extra_info("sockname")[:2])
    back = []
    for start in range(0, len(data), size):
        piece = data[start : start + size]
        writer.write(piece)
        back.append(await reader.readexactly(len(piece)))
    writer.close()
    await writer.wait_closed()
    return b"".join(back), address


async def run(data: bytes, rounds: int, clients: int, size: int) -> dict[str, object]:
    """Echo *data* by each of the clients, all at the same time, *rounds* times."""
    seconds = []
    digests = set()
    async with await asyncio.start_server(serve_client, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        for _ in range(rounds):
            begin = time.perf_counter()
            answers = await asyncio.gather(*(echo(port, data, size) for _ in range(clients)))
            seconds.append(time.perf_counter() - begin)
            digests |= {hashlib.sha256(back).hexdigest() for back, _ in answers}
    return {
        "module": socket.__name__,
        "server": f"{HOST}:{port}",
        "client": answers[-1][1],
        "bytes": sum(len(back) for back, _ in answers),
        "seconds": min(seconds),
        # One digest, unless clients or rounds differ.
        "sha256": sorted(digests),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="echo files by clients and a server of asyncio")
    parser.add_argument("--rounds", type=int, default=1, help="how often to send them all")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--size", type=int, default=4096, help="bytes of a message")
    parser.add_argument("file", nargs="+", type=Path)
    options = parser.parse_args()
    data = b"".join(file.read_bytes() for file in options.file)
    result = asyncio.run(run(data, options.rounds, options.clients, options.size))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
