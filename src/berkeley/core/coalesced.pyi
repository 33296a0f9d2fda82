from typing import Any

from _typeshed import ReadableBuffer, WriteableBuffer

from berkeley.core.endpoint import Endpoint

def recv_segments(
    sock: Endpoint, bufsize: int = 65535, flags: int = 0
) -> tuple[bytes, int, Any]: ...
def recv_segments_into(
    sock: Endpoint, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0
) -> tuple[int, int, Any]: ...
def segments(data: ReadableBuffer, size: int, /) -> list[memoryview]: ...
