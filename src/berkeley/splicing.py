"""Copies between sockets and files inside the kernel, splice(2).

One end of splice() has to be a pipe, so there is one between, and bytes may be in it that have left
the source and not reached the target.  They are never lost: they go first in the next step, or
rest() returns them.  Where splice() refuses one of the ends (a file opened with O_APPEND, an object
without a descriptor, a file system that lacks it), the same is done by reading and writing; and so
it is with a socket that makes other bytes of those of the descriptor, as ssl.SSLSocket does.
"""

from __future__ import annotations

import os
from errno import EBADF, EINVAL, ENOSYS, EOPNOTSUPP, EPERM, ESPIPE
from fcntl import F_SETPIPE_SZ, fcntl, ioctl
from sys import byteorder
from termios import FIONREAD
from time import monotonic_ns

from berkeley.copyends import End
from berkeley.core import wait
from berkeley.core.errors import timed_out
from berkeley.core.socket_type import SocketType

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import IO, Self

    from berkeley.socketclass import socket

# What the pipe holds: fs.pipe-max-size of a process without rights.
PIPE = 1 << 20
# What goes at once where it passes through the program.
_CHUNK = 1 << 18
_REFUSED = (EINVAL, ESPIPE, ENOSYS, EOPNOTSUPP)


class _Deadline:
    """That of a call as a whole; the clock is first read when something has to be waited for."""

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout
        self._end: int | None = None

    def wait(self, fd: int, writable: bool) -> None:
        """Raises TimeoutError, OSError (a closed socket)."""
        if fd < 0:
            # To poll(2) that is nothing to wait for, and it would wait for ever.
            raise OSError(EBADF, os.strerror(EBADF))
        left = self._left()
        wait.until(fd, writable, -1 if left is None else max(0, left))

    def during(self, sock: socket, call: Callable[[], int]) -> int:
        """Make *call*, in which *sock* waits by itself.  Raises TimeoutError."""
        left = self._left()
        if left is not None and left <= 0:
            raise timed_out()
        timeout = sock.gettimeout()
        sock.settimeout(None if left is None else left / 1e9)
        try:
            return call()
        finally:
            if sock.fileno() != -1:
                sock.settimeout(timeout)

    def _left(self) -> int | None:
        """Nanoseconds, None for no end."""
        if self._timeout is None:
            return None
        if self._end is None:
            self._end = monotonic_ns() + int(self._timeout * 1e9)
        return self._end - monotonic_ns()


class Splice:
    """Splice(source, target): copies bytes from a socket to a file, or a file or socket to a
    socket, inside the kernel.

    A file is a binary file object: the copy begins at its position, and moves it.  Sockets are
    streams, and their timeouts are kept.  Closing this closes neither of both.
    Raises ValueError (datagrams, a text file, no socket at all).
    Source: splice(2).
    """

    def __init__(self, source: socket | IO[bytes], target: socket | IO[bytes]) -> None:
        self._source = End(source, False)
        self._target = End(target, True)
        if not (self._source.is_socket or self._target.is_socket):
            raise ValueError("one of source and target has to be a socket")
        self._pipe: tuple[int, int] | None = None
        self._in_pipe = 0
        self._memory = b""
        self._plain = not (self._source.splices() and self._target.splices())
        self._closed = False
        self._copied = 0

    @property
    def spliced(self) -> bool:
        """Whether the bytes stay in the kernel; False once splice() has been refused."""
        return not self._plain

    @property
    def pending(self) -> int:
        """How many bytes have left the source and not reached the target."""
        return self._in_pipe + len(self._memory)

    @property
    def copied(self) -> int:
        """How many bytes have reached the target, in all calls together."""
        return self._copied

    def step(self, count: int | None = None) -> int:
        """Copy what can be copied now, *count* bytes at most; return how many reached the target.

        0 means the end of the source.  What is pending goes first.  On a non-blocking socket it
        raises BlockingIOError: then, with bytes pending, the target is to be waited for, otherwise
        the source.  Raises TimeoutError, OSError.
        """
        return self._run(lambda: self._step(_limit(count), self._deadline()))

    def copy(self, count: int | None = None) -> int:
        """Copy *count* bytes, or all until the source ends; return how many reached the target.

        A timeout is that of the whole call.  After an exception ``copied`` tells what reached the
        target, and the next call goes on.  Raises BlockingIOError, TimeoutError, OSError.
        """
        return self._run(lambda: self._copy(_limit(count)))

    def rest(self) -> bytes:
        """Take out what is pending, instead of sending it to the target."""
        data = self._memory
        if self._in_pipe and self._pipe is not None:
            data += self._drain()
        self._memory = b""
        return data

    def close(self) -> None:
        """Close the pipe, with what is pending; more calls do nothing."""
        self._closed = True
        self._in_pipe = 0
        self._memory = b""
        pipe, self._pipe = self._pipe, None
        for fd in pipe or ():
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pipe", None):
            self.close()

    def _run(self, work: Callable[[], int]) -> int:
        """Do *work*, and leave the positions of both files as they are to be."""
        if self._closed:
            raise ValueError("the Splice is closed")
        ends = (self._source, self._target)
        for end in ends:
            end.begin(self._plain)
        try:
            return work()
        except BaseException:
            # That of a signal handler may have come behind a splice().
            if self._pipe is not None:
                told = ioctl(self._pipe[0], FIONREAD, bytes(4))
                self._in_pipe = int.from_bytes(told, byteorder)
            raise
        finally:
            for end in ends:
                end.settle()

    def _copy(self, count: int | None) -> int:
        deadline = self._deadline()
        copied = 0
        while count is None or copied < count:
            step = self._step(None if count is None else count - copied, deadline)
            if step == 0:
                break
            copied += step
        return copied

    def _step(self, count: int | None, deadline: _Deadline | None) -> int:
        if not self.pending:
            size = PIPE if count is None else min(count, PIPE)
            if size == 0 or not self._attempt(self._source, deadline, lambda: self._take(size)):
                return 0
        most = self.pending if count is None else min(count, self.pending)
        if most == 0:
            return 0
        done = self._attempt(self._target, deadline, lambda: self._give(most))
        self._copied += done
        return done

    def _deadline(self) -> _Deadline | None:
        """None where nothing is to be waited for: the socket blocks by itself, or not at all."""
        sock = self._source.what if self._source.is_socket else self._target.what
        timeout = sock.gettimeout()
        return _Deadline(timeout) if timeout != 0 else None

    def _attempt(self, end: End, deadline: _Deadline | None, call: Callable[[], int]) -> int:
        """Make *call* until it does something, with waits for *end*."""
        while True:
            # recv() and send() would wait as long as the socket's timeout, each time anew.
            if self._plain and end.is_socket and deadline is not None:
                if end.is_wrapped:
                    # What it has at hand already no poll(2) tells.
                    return deadline.during(end.what, call)
                deadline.wait(end.what.fileno(), end.is_target)
            try:
                return call()
            except BlockingIOError:
                # SO_RCVTIMEO, SO_SNDTIMEO.
                blocks = end.is_socket and end.what.gettimeout() is None
                if deadline is None or blocks:
                    raise
                deadline.wait(end.what.fileno(), end.is_target)
            except OSError as error:
                if self._plain or error.errno not in _REFUSED:
                    raise
                self._give_up()

    def _give_up(self) -> None:
        """From now on all passes through the program."""
        if self._in_pipe:
            self._memory = self._drain()
        self._plain = True
        for end in (self._source, self._target):
            end.settle()

    def _drain(self) -> bytes:
        assert self._pipe is not None
        parts = []
        while self._in_pipe:
            part = os.read(self._pipe[0], self._in_pipe)
            self._in_pipe -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _take(self, size: int) -> int:
        """From the source into the pipe, or into memory."""
        if self._plain:
            self._memory = self._source.read(min(size, _CHUNK))
            return len(self._memory)
        if self._pipe is None:
            self._pipe = os.pipe()
            try:
                fcntl(self._pipe[1], F_SETPIPE_SZ, PIPE)
            except OSError as error:
                # fs.pipe-user-pages-soft: the pipe keeps the size it has.
                if error.errno != EPERM:
                    raise
        taken = os.splice(self._source.what.fileno(), self._pipe[1], size)
        self._in_pipe += taken
        return taken

    def _give(self, size: int) -> int:
        """From the pipe, or from memory, to the target."""
        target = self._target
        if self._memory:
            done = target.write(self._memory[:size])
            self._memory = self._memory[done:]
            return done
        assert self._pipe is not None
        done = os.splice(self._pipe[0], target.what.fileno(), size)
        self._in_pipe -= done
        return done


def _limit(count: int | None) -> int | None:
    if count is not None and not isinstance(count, int):
        raise TypeError(f"count must be a positive integer (got {count!r})")
    if count is not None and count <= 0:
        raise ValueError(f"count must be a positive integer (got {count!r})")
    return count


def recvfile(sock: socket, file: IO[bytes], count: int | None = None) -> int:
    """Receive into a binary file, until the end of the stream or *count* bytes; return how many.

    They go to the file's position, and move it.  Where an exception leaves bytes that were received
    and could not be written, they are its attribute ``undelivered``, and its attribute ``copied``
    is how many were written.  Splice does the same, a step at a time if wanted.
    Raises ValueError, TypeError, BlockingIOError, TimeoutError, OSError.
    Source: splice(2); where it is refused, recv(2) and the file's write().
    """
    if not isinstance(sock, SocketType):
        raise TypeError(f"sock: a socket is received from, not {sock!r}")
    with Splice(sock, file) as splice:
        try:
            return splice.copy(count)
        except BaseException as error:
            error.undelivered = splice.rest()  # type: ignore[attr-defined]
            error.copied = splice.copied  # type: ignore[attr-defined]
            raise
