from typing import Any, TypeAlias, overload

from _typeshed import ReadableBuffer, WriteableBuffer

from berkeley.core.endpoint import Endpoint

# What a call takes as an address depends on the family: a tuple, or for AF_UNIX a path.
_Address: TypeAlias = tuple[Any, ...] | str | ReadableBuffer
# What a call gives as one; Any, because the program knows the family of its socket.
_RetAddress: TypeAlias = Any

class Transfer(Endpoint):
    def recv(self, bufsize: int, flags: int = 0, /) -> bytes: ...
    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int: ...
    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, _RetAddress]: ...
    def recvfrom_into(
        self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0
    ) -> tuple[int, _RetAddress]: ...
    def send(self, data: ReadableBuffer, flags: int = 0, /) -> int: ...
    def sendall(self, data: ReadableBuffer, flags: int = 0, /) -> None: ...
    @overload
    def sendto(self, data: ReadableBuffer, flags_or_address: _Address, /) -> int: ...
    @overload
    def sendto(self, data: ReadableBuffer, flags_or_address: int, address: _Address, /) -> int: ...

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]
