from types import EllipsisType

from _typeshed import ReadableBuffer

def control_messages(
    op: int, iv: ReadableBuffer | EllipsisType, assoclen: int | EllipsisType, /
) -> list[tuple[int, int, bytes]]: ...
