from typing import Any

from _typeshed import ReadableBuffer

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]

def encode(family: int, protocol: int, address: Any, /) -> bytes: ...
def decode(protocol: int, data: ReadableBuffer, /) -> Any: ...
