"""Reading without loss: exactly so many bytes, a look ahead, and files to read on after a timeout.

An exception in the middle carries what came before it, as ``received``; a file made with
``resumable=True`` keeps it for the next call.
"""

from __future__ import annotations

import io
import os
from errno import EAGAIN
from time import monotonic

from berkeley import core

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    import berkeley.core.exactly  # noqa: F401 (type checkers then find it in core)
    from berkeley.fileio import SocketIO
    from berkeley.socketclass import socket


class IncompleteReadError(EOFError):
    """The stream ended before all bytes had come.

    ``partial`` are those that came, ``expected`` is how many were asked for, as in asyncio's class
    of this name; of recv_exactly_into() ``partial`` is a number, as the bytes are in the buffer.
    """

    def __init__(self, partial: bytes | int, expected: int) -> None:
        self.partial = partial
        self.expected = expected
        count = partial if isinstance(partial, int) else len(partial)
        super().__init__(f"the stream ended after {count} of {expected} bytes")

    def __reduce__(self) -> tuple[type, tuple[bytes | int, int]]:
        return type(self), (self.partial, self.expected)


def _is_plain(sock: socket, base: type) -> bool:
    """Whether what the descriptor gives is what the socket's own recv_into() gives."""
    # A subclass such as ssl.SSLSocket has bytes of its own.
    return type(sock).recv_into is base.recv_into  # type: ignore[attr-defined]


def recv_exactly(sock: socket, count: int, base: type) -> bytes:
    """socket.recv_exactly()."""
    if _is_plain(sock, base):
        data = core.exactly.collect(sock, count)
    else:
        buffer = bytearray(count)
        try:
            data = bytes(memoryview(buffer)[: _fill(sock, buffer)])
        except BaseException as error:
            error.received = bytes(buffer[: error.received])  # type: ignore[attr-defined]
            raise
    if len(data) < count:
        raise IncompleteReadError(data, count)
    return data


def recv_exactly_into(sock: socket, buffer: WriteableBuffer, base: type) -> int:
    """socket.recv_exactly_into()."""
    size = memoryview(buffer).nbytes
    got = core.exactly.fill(sock, buffer) if _is_plain(sock, base) else _fill(sock, buffer)
    if got < size:
        raise IncompleteReadError(got, size)
    return size


def _fill(sock: socket, buffer: WriteableBuffer) -> int:
    """Fill *buffer* by the socket's own recv_into(); the timeout is that of the whole."""
    before = sock.gettimeout()
    end = None if not before else monotonic() + before
    got = 0
    try:
        with memoryview(buffer).cast("B") as view:
            while got < len(view):
                if end is not None and got:
                    sock.settimeout(max(end - monotonic(), 1e-6))
                more = sock.recv_into(view[got:])
                if more == 0:
                    break
                got += more
    except BaseException as error:
        error.received = got  # type: ignore[attr-defined]
        raise
    finally:
        if end is not None and sock.fileno() != -1:
            sock.settimeout(before)
    return got


class ResumableReader(io.BufferedReader):
    """A buffered reader that loses nothing by a timeout: the next call goes on where it was.

    io.BufferedReader has bytes in hand when its raw stream raises, and drops them.  So the raw
    stream does not raise: it says that there is nothing now, at which the reader returns what it
    has; and here that is kept, and the exception raised.
    """

    def __init__(self, raw: SocketIO, size: int) -> None:
        self._stream = _Patient(raw)
        super().__init__(self._stream, size)
        self._kept = b""

    def _go_on(self, more: bytes | None, enough: bool) -> bytes:
        """What a call returns that has got *more*; raises what the raw stream met, if it did."""
        data = self._kept + (more or b"")
        error, self._stream.error = self._stream.error, None
        if error is not None and not enough:
            self._kept = data
            try:
                raise error
            finally:
                # The exception refers to this frame.
                error = None
        self._kept = b""
        return data

    def read(self, size: int | None = -1, /) -> bytes:
        """Read *size* bytes, all up to the end of the stream with -1 or None.

        Raises TimeoutError; what has come is kept for the next call.
        """
        if size is None or size < 0:
            return self._go_on(super().read(), False)
        if size <= len(self._kept):
            data, self._kept = self._kept[:size], self._kept[size:]
            return data
        more = super().read(size - len(self._kept))
        return self._go_on(more, len(self._kept) + len(more or b"") == size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, its end included, *size* bytes at most.

        Raises TimeoutError; what has come is kept for the next call.
        """
        limit = -1 if size is None or size < 0 else size
        place = self._kept.find(b"\n") + 1
        if place or 0 <= limit <= len(self._kept):
            cut = min(place or limit, limit) if limit >= 0 else place
            data, self._kept = self._kept[:cut], self._kept[cut:]
            return data
        more = super().readline(limit if limit < 0 else limit - len(self._kept))
        whole = more.endswith(b"\n") or len(self._kept) + len(more) == limit
        return self._go_on(more, whole)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill *buffer*; fewer bytes at the end of the stream.

        Raises TimeoutError; what has come is kept for the next call.
        """
        with memoryview(buffer).cast("B") as view:
            data = self.read(len(view))
            view[: len(data)] = data
        return len(data)

    def read1(self, size: int = -1, /) -> bytes:
        """Read what one call of the raw stream gives at most, *size* bytes of it at most."""
        if self._kept:
            cut = len(self._kept) if size < 0 else size
            data, self._kept = self._kept[:cut], self._kept[cut:]
            return data
        more = super().read1(size)
        return self._go_on(more, bool(more))

    def readinto1(self, buffer: WriteableBuffer, /) -> int:
        """read1() into *buffer*."""
        with memoryview(buffer).cast("B") as view:
            data = self.read1(len(view))
            view[: len(data)] = data
        return len(data)

    def peek(self, size: int = 0, /) -> bytes:
        """What is there without another call of the raw stream, or one if there is nothing."""
        if self._kept:
            return self._kept
        more = super().peek(size)
        return self._go_on(more, bool(more))


class _Patient(io.RawIOBase):
    """A raw stream over that of a socket, which says None instead of an exception, and keeps it."""

    def __init__(self, raw: SocketIO) -> None:
        super().__init__()
        self._raw = raw
        self.error: OSError | None = None

    def readable(self) -> bool:
        return self._raw.readable()

    def fileno(self) -> int:
        return self._raw.fileno()

    @property
    def name(self) -> int:
        return self._raw.name

    @property
    def mode(self) -> str:
        return self._raw.mode

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        if self.error is not None:
            # The same call of the reader asks again.
            return None
        try:
            got = self._raw.readinto(buffer)
        except TimeoutError as error:
            # Above it nothing is lost: it may go on.
            self._raw._timeout_occurred = False
            self.error = error
            return None
        if got is None:
            self.error = BlockingIOError(EAGAIN, os.strerror(EAGAIN))
        return got

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._raw.close()
