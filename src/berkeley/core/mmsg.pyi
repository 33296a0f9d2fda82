from collections.abc import Iterable
from typing import Any, TypeAlias

from _typeshed import ReadableBuffer

from berkeley.core.batch import MessageBatch
from berkeley.core.endpoint import Endpoint
from berkeley.core.message import _CMSG, _CMSGArg
from berkeley.core.transfer import _Address

_Data: TypeAlias = ReadableBuffer | list[ReadableBuffer] | tuple[ReadableBuffer, ...]
_Message: TypeAlias = (
    ReadableBuffer
    | tuple[_Data, _Address | None]
    | tuple[_Data, _Address | None, Iterable[_CMSGArg]]
)

def recvmmsg_into(sock: Endpoint, batch: MessageBatch, flags: int = 0, /) -> int: ...
def recvmmsg(
    sock: Endpoint, count: int, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
) -> list[tuple[bytes, list[_CMSG], int, Any]]: ...
def sendmmsg(
    sock: Endpoint, messages: Iterable[_Message] | MessageBatch, flags: int = 0, /
) -> int: ...
