"""An echo server on asyncio: `asyncio_echo.py [uvloop]`.

Prints its port; ends with its input.
"""

import asyncio
import sys
from importlib import import_module
from typing import cast


class Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


async def main() -> None:
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.add_reader(sys.stdin, ended.set_result, None)
    await ended
    loop.remove_reader(sys.stdin)
    server.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["uvloop"]:
        import_module("uvloop").run(main())
    else:
        asyncio.run(main())
