"""Reading without loss: exactly so many bytes, a look ahead, and files to read on after a timeout.

An exception in the middle carries what came before it, as ``received``; a file made with
``resumable=True`` keeps it for the next call.
"""

from __future__ import annotations

import io
import os
from errno import EAGAIN
from math import inf
from operator import index
from time import monotonic

from berkeley import core
from berkeley.core.errors import timed_out

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    import berkeley.core.exactly  # noqa: F401 (type checkers then find it in core)
    from berkeley.fileio import SocketIO
    from berkeley.socketclass import socket


IncompleteReadError = core.exactly.IncompleteReadError

# The first part of what recv_exactly() receives: memory is taken as the bytes come.
_STEP = 1 << 16


def recv_exactly(sock: socket, count: int, base: type[socket]) -> bytes:
    """socket.recv_exactly() of a subclass of *base*."""
    if not _has_its_own(sock, base):
        return core.exactly.recv_exactly(sock, count)
    core.exactly.check(sock)
    total = index(count)
    if total < 0:
        raise ValueError("count: negative number of bytes in recv_exactly")
    data = bytearray()
    times = _Times(sock)
    try:
        while len(data) < total:
            part = bytearray(min(total - len(data), max(_STEP, len(data))))
            try:
                got = _fill(sock, part, times)
            except BaseException as error:
                data += part[: error.received]  # type: ignore[attr-defined]
                raise
            data += part[:got]
            if got < len(part):
                raise IncompleteReadError(bytes(data), total)
    except IncompleteReadError:
        raise
    except BaseException as error:
        error.received = bytes(data)  # type: ignore[attr-defined]
        raise
    return bytes(data)


def recv_exactly_into(sock: socket, buffer: WriteableBuffer, base: type[socket]) -> int:
    """socket.recv_exactly_into() of a subclass of *base*."""
    if not _has_its_own(sock, base):
        return core.exactly.recv_exactly_into(sock, buffer)
    core.exactly.check(sock)
    got = _fill(sock, buffer, _Times(sock))
    size = memoryview(buffer).nbytes
    if got < size:
        raise IncompleteReadError(got, size)
    return size


def _has_its_own(sock: socket, base: type[socket]) -> bool:
    """Whether its recv_into() gives other bytes than the descriptor, as that of ssl.SSLSocket."""
    return type(sock).recv_into is not base.recv_into


class _Times:
    """The deadline of a call that is made of several."""

    def __init__(self, sock: socket) -> None:
        self.timeout = sock.gettimeout()
        self.end = monotonic() + self.timeout if self.timeout else inf


def _fill(sock: socket, buffer: WriteableBuffer, times: _Times) -> int:
    """Fill *buffer* by the socket's own recv_into(); how many bytes came before the end.

    It has the socket's timeout, which is set to what is left of the time.
    """
    got = 0
    try:
        with memoryview(buffer).cast("B") as view:
            while got < len(view):
                if times.end != inf:
                    left = times.end - monotonic()
                    if left <= 0:
                        raise timed_out()
                    sock.settimeout(left)
                more = sock.recv_into(view[got:])
                if more == 0:
                    break
                got += more
    except BaseException as error:
        error.received = got  # type: ignore[attr-defined]
        raise
    finally:
        if times.end != inf and sock.fileno() != -1:
            sock.settimeout(times.timeout)
    return got


def _refuse_readonly(view: memoryview) -> None:
    """Before anything is read, which would be lost."""
    if view.readonly:
        raise TypeError("a read-write bytes-like object is required")


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

    def close(self) -> None:
        """Close the stream; what was kept is dropped, as what is in the buffer."""
        self._kept = b""
        super().close()

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

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """Read lines up to the end of the stream, or until they have *hint* bytes together.

        Raises TimeoutError; what has come is kept for the next call.
        """
        lines: list[bytes] = []
        limit = inf if hint is None or hint <= 0 else hint
        length = 0
        try:
            while length < limit and (line := self.readline()):
                lines.append(line)
                length += len(line)
        except BaseException:
            self._kept = b"".join(lines) + self._kept
            raise
        return lines

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill *buffer*; fewer bytes at the end of the stream.

        Raises TimeoutError; what has come is kept for the next call.
        """
        with memoryview(buffer).cast("B") as view:
            _refuse_readonly(view)
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
            _refuse_readonly(view)
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
        self.error: BaseException | None = None

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
        except BaseException as error:
            # A timeout, a reset, what a signal handler raises in a wait.  Above it nothing is lost:
            # it may go on.
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
