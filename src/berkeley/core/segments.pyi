from _typeshed import ReadableBuffer

from berkeley.core.endpoint import Endpoint
from berkeley.core.transfer import _Address

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]

def send_segments(
    sock: Endpoint,
    data: ReadableBuffer,
    size: int,
    address: _Address | None = None,
    flags: int = 0,
) -> int: ...
