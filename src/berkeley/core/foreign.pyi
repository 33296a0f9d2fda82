from typing import Any

from _typeshed import ReadableBuffer

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]
# Per system, which codec serves a family.
KINDS: dict[str, dict[int, int]]

def encode(
    system: str, family: int, protocol: int, address: Any, descriptor: int = -1, /
) -> bytes: ...
def decode(system: str, protocol: int, data: ReadableBuffer, /) -> Any: ...
def control_info(name: str, /) -> bytes: ...
