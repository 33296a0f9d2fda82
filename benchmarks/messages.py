"""Rows of messages with ancillary data."""

import os
import struct
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.interleave import Operation
from benchmarks.row import timed
from benchmarks.transfer import connected

MESSAGE = bytes(64)


# The credentials of the sender: ancillary data whose receiver has no descriptor to close.
@timed("sendmsg + recvmsg, ancillary data", bare="ancillary")
def credentials(module: Any) -> Iterator[Operation]:
    with connected(module) as (left, right):
        right.setsockopt(module.SOL_SOCKET, module.SO_PASSCRED, 1)
        # struct ucred, unix(7): process, user and group.
        data = struct.pack("3i", os.getpid(), os.getuid(), os.getgid())
        item = (module.SOL_SOCKET, module.SCM_CREDENTIALS, data)
        room = module.CMSG_SPACE(len(data))

        def operate(count: int) -> None:
            for _ in repeat(None, count):
                left.sendmsg([MESSAGE], [item])
                right.recvmsg(64, room)

        yield operate


ROWS = [credentials]
