from typing import Self, final

from typing_extensions import disjoint_base

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]

@final
class Block: ...

@disjoint_base
class Slots:
    def __new__(cls, count: int, bufsize: int, ancbufsize: int = 0) -> Self: ...
    @property
    def capacity(self) -> int: ...
    @property
    def bufsize(self) -> int: ...
    @property
    def ancbufsize(self) -> int: ...
