from collections.abc import Iterable
from typing import TypeAlias

from _typeshed import ReadableBuffer, WriteableBuffer

from berkeley.core.transfer import Transfer, _Address, _RetAddress

# An item of ancillary data: level, type, data.
_CMSG: TypeAlias = tuple[int, int, bytes]
_CMSGArg: TypeAlias = tuple[int, int, ReadableBuffer]

class Message(Transfer):
    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[bytes, list[_CMSG], int, _RetAddress]: ...
    def recvmsg_into(
        self, buffers: Iterable[WriteableBuffer], ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[int, list[_CMSG], int, _RetAddress]: ...
    def sendmsg(
        self,
        buffers: Iterable[ReadableBuffer],
        ancdata: Iterable[_CMSGArg] = (),
        flags: int = 0,
        address: _Address | None = None,
        /,
    ) -> int: ...
    def sendmsg_afalg(
        self,
        msg: Iterable[ReadableBuffer] = (),
        *,
        op: int,
        iv: ReadableBuffer = ...,
        assoclen: int = ...,
        flags: int = 0,
    ) -> int: ...
