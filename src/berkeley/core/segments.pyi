from typing import Any

from _typeshed import ReadableBuffer, WriteableBuffer

from berkeley.core.endpoint import Endpoint
from berkeley.core.transfer import _Address

def send_segments(
    sock: Endpoint,
    data: ReadableBuffer,
    size: int,
    address: _Address | None = None,
    flags: int = 0,
) -> int: ...
def recv_segments(
    sock: Endpoint, bufsize: int = 65535, flags: int = 0
) -> tuple[bytes, int, Any]: ...
def recv_segments_into(
    sock: Endpoint, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0
) -> tuple[int, int, Any]: ...
def segments(data: ReadableBuffer, size: int, /) -> list[memoryview]: ...
