"""Arguments that tables of calls name: numbers and texts of odd types, buffers of every kind.

Each run of a call gets them anew, so that no call sees what another one has changed.
"""

import array
import ctypes
import decimal
import enum
import fractions
import io
import mmap
import pickle
import struct
from collections.abc import Callable
from typing import Any


class IntSub(int):
    """A subclass of int."""


class StrSub(str):
    """A subclass of str."""


class BytesSub(bytes):
    """A subclass of bytes."""


class TupleSub(tuple[Any, ...]):
    """A subclass of tuple."""


class Number(enum.IntEnum):
    """Members are ints."""

    ONE = 1
    TWO = 2
    PORT = 4567


class Index:
    """Has __index__, and is no int."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __index__(self) -> Any:
        return self.value


class Broken:
    """Its conversions raise an exception of their own."""

    def __index__(self) -> int:
        raise LookupError("on purpose")

    def __float__(self) -> float:
        raise LookupError("on purpose")

    def __bool__(self) -> bool:
        raise LookupError("on purpose")

    def __iter__(self) -> Any:
        raise LookupError("on purpose")

    def __fspath__(self) -> str:
        raise LookupError("on purpose")


class Float:
    """Has __float__ only."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Path:
    """Has __fspath__ only."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __fspath__(self) -> Any:
        return self.value


class Closing:
    """Closes a socket while it is converted to an int."""

    def __init__(self, sock: Any, value: int) -> None:
        self.sock = sock
        self.value = value

    def __index__(self) -> int:
        self.sock.close()
        return self.value


def mapped(data: bytes) -> mmap.mmap:
    """Anonymous memory with *data* at its begin."""
    memory = mmap.mmap(-1, max(len(data), 1))
    memory[: len(data)] = data
    return memory


def released(data: bytes) -> memoryview:
    """A memoryview that gives no access any more."""
    view = memoryview(data)
    view.release()
    return view


def contents(buffer: Any) -> bytes:
    """All bytes of a buffer, in the order of its items."""
    return buffer[:] if isinstance(buffer, mmap.mmap) else memoryview(buffer).tobytes()


def attempt(call: Callable[[], Any]) -> Any:
    """What *call* returns, or the exception that it raises: for calls of several steps."""
    try:
        return call()
    except Exception as error:
        return error


def iterate(*items: Any) -> Any:
    """An iterator, which can be read once."""
    yield from items


NAMES: dict[str, Any] = {
    name: value
    for name, value in globals().items()
    if not name.startswith("_") and name not in ("Any", "Callable", "enum")
}
NAMES["Decimal"] = decimal.Decimal
NAMES["Fraction"] = fractions.Fraction
NAMES["PickleBuffer"] = pickle.PickleBuffer
NAMES["array"] = array.array
__all__ = ["NAMES", "Index", "attempt", "ctypes", "io", "struct"]
