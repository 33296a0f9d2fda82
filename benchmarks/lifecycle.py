"""Rows of a socket's life: made, connected, accepted, closed."""

import struct
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.interleave import Operation
from benchmarks.row import timed


@timed("socket + close", bare="socket-close")
def open_close(module: Any) -> Iterator[Operation]:
    make = module.socket

    def operate(count: int) -> None:
        for _ in repeat(None, count):
            make().close()

    yield operate


# The listener lingers for 0 seconds, and what it accepts inherits that: each connection ends by a
# reset, and none is left in TIME_WAIT, thousands of which would make the later rounds slower than
# the first.
@timed("connect + accept + close", bare="connect-accept")
def connect(module: Any) -> Iterator[Operation]:
    make = module.socket
    with make() as listener:
        listener.setsockopt(module.SOL_SOCKET, module.SO_LINGER, struct.pack("ii", 1, 0))
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = listener.getsockname()

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                client = make()
                client.connect(address)
                server, _peer = listener.accept()
                server.close()
                client.close()

        yield operate


ROWS = [open_close, connect]
