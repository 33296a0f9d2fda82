"""Reading structs out of the bytes of a control message."""

from __future__ import annotations

import struct
from typing import Any

Item = tuple[int, int, bytes]


def fields(layout: str, data: bytes, what: str) -> tuple[Any, ...]:
    """The fields at the beginning of *data*.  Raises ValueError (too few bytes)."""
    size = struct.calcsize(layout)
    if len(data) < size:
        raise ValueError(f"{what} has {size} bytes, not {len(data)}")
    return struct.unpack_from(layout, data)
