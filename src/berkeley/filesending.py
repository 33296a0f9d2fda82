"""socket.sendfile(): a file over a stream socket, by sendfile(2) where the file has a descriptor.

Both ways leave the file's position behind the last byte sent, also when they end with an exception.
"""

from __future__ import annotations

import os
import stat
from errno import EBADF, EINVAL, ENOSYS, ENOTCONN, EOPNOTSUPP, EPIPE, ESPIPE
from io import UnsupportedOperation

from berkeley.core import wait

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from berkeley.socketclass import socket

# One call of the kernel's sends 2 GiB minus a page at most: sendfile(2), NOTES.
_LARGEST_STEP = 1 << 30
# What is read at once from a file that has no descriptor.
_CHUNK = 1 << 16


class _GiveupOnSendfile(Exception):
    """sendfile(2) cannot do it: nothing was sent, the other way can be tried."""


def check(sock: socket, file: IO[bytes], offset: int, count: int | None) -> None:
    """Raise ValueError or TypeError for what neither way takes."""
    if "b" not in getattr(file, "mode", "b"):
        raise ValueError("file should be opened in binary mode")
    if sock.type != 1:  # SOCK_STREAM
        raise ValueError("only SOCK_STREAM type sockets are supported")
    if not isinstance(offset, int):
        raise TypeError(f"offset must be an integer (got {offset!r})")
    if count is not None:
        if not isinstance(count, int):
            raise TypeError(f"count must be a positive integer (got {count!r})")
        if count <= 0:
            raise ValueError(f"count must be a positive integer (got {count!r})")


def _timeout(sock: socket) -> float | None:
    timeout = sock.gettimeout()
    if timeout == 0:
        raise ValueError("non-blocking sockets are not supported")
    return timeout


def _wait_writable(sock: socket, timeout: float | None) -> None:
    """A wait of its own for each step: a long file over a slow line is no timeout."""
    wait.until(sock.fileno(), True, -1 if timeout is None else int(timeout * 1e9))


def _seek(file: IO[bytes], position: int) -> None:
    """Set the position of a file that has one: a pipe or a stand-in for a file need not."""
    if hasattr(file, "seek") and (not hasattr(file, "seekable") or file.seekable()):
        file.seek(position)


def by_copy(
    sock: socket,
    copy: Callable[[int, int, int], int],
    giveup: Callable[[object], BaseException],
    file: IO[bytes],
    offset: int,
    count: int | None,
) -> int:
    """Call ``copy(descriptor, offset, size)``, which sends and says how much, until all is sent.

    What it cannot do, a file without a descriptor or an OSError of the first step, becomes
    ``giveup(reason)``.
    """
    check(sock, file, offset, count)
    try:
        source = file.fileno()
        regular = stat.S_ISREG(os.fstat(source).st_mode)
    except (AttributeError, UnsupportedOperation, OSError) as error:
        raise giveup(error) from error
    if not regular:
        raise giveup("not a regular file: it has no offset")
    timeout = _timeout(sock)
    sent = 0
    try:
        while count is None or sent < count:
            size = _LARGEST_STEP if count is None else min(count - sent, _LARGEST_STEP)
            try:
                step = copy(source, offset + sent, size)
            except BlockingIOError:
                _wait_writable(sock, timeout)
                continue
            except OSError as error:
                if sent == 0 and error.errno not in (ENOTCONN, EPIPE, EBADF):
                    raise giveup(error) from error
                raise
            if step == 0:
                break
            sent += step
    finally:
        if sent:
            _seek(file, offset + sent)
    return sent


def by_sendfile(sock: socket, file: IO[bytes], offset: int, count: int | None) -> int:
    """Send by sendfile(2); raises _GiveupOnSendfile when that does not work for this file."""
    target = sock.fileno()

    def copy(source: int, position: int, size: int) -> int:
        return os.sendfile(target, source, position, size)

    return by_copy(sock, copy, _GiveupOnSendfile, file, offset, count)


def by_send(sock: socket, file: IO[bytes], offset: int, count: int | None) -> int:
    """Send by reading the file and send()."""
    check(sock, file, offset, count)
    _timeout(sock)
    if offset:
        _seek(file, offset)
    sent = 0
    try:
        while count is None or sent < count:
            data = file.read(_CHUNK if count is None else min(_CHUNK, count - sent))
            with memoryview(data) as view:
                if not view:
                    break
                done = 0
                while done < len(view):
                    step = sock.send(view[done:])
                    done += step
                    sent += step
    finally:
        if sent:
            _seek(file, offset + sent)
    return sent


def sendfile_step(
    sock: socket, file: IO[bytes], offset: int | None = None, count: int | None = None
) -> int:
    """Send as much of a binary file as the socket takes now, *count* bytes at most; return how
    many, 0 at the end of the file.

    The bytes are those at *offset*, None for the file's position, and the position is behind the
    last one sent then; when none was sent it stays where it was.  The file must have positions.
    A socket that is non-blocking raises BlockingIOError when it takes nothing; another one waits.
    Raises ValueError, TypeError, TimeoutError, OSError.
    Source: sendfile(2); files without a descriptor are read and sent.
    """
    if not hasattr(file, "read"):
        raise TypeError(f"a binary file is sent, not {file!r}")
    check(sock, file, 0 if offset is None else offset, count)
    if offset is not None and offset < 0:
        raise ValueError(f"offset is not negative (got {offset})")
    before = file.tell()
    position = before if offset is None else offset
    size = _LARGEST_STEP if count is None else min(count, _LARGEST_STEP)
    sent = 0
    try:
        sent = _step(sock, file, position, size)
    finally:
        file.seek(position + sent if sent else before)
    return sent


def _step(sock: socket, file: IO[bytes], position: int, size: int) -> int:
    """One sendfile(2), with the wait; or one read and one send()."""
    try:
        source = file.fileno()
        if hasattr(file, "flush"):
            file.flush()
    except (AttributeError, UnsupportedOperation):
        return _read_and_send(sock, file, position, size)
    timeout = sock.gettimeout()
    while True:
        try:
            return os.sendfile(sock.fileno(), source, position, size)
        except BlockingIOError:
            if timeout == 0:
                raise
            _wait_writable(sock, timeout)
        except OSError as error:
            if error.errno not in (EINVAL, ENOSYS, EOPNOTSUPP, ESPIPE):
                raise
            return _read_and_send(sock, file, position, size)


def _read_and_send(sock: socket, file: IO[bytes], position: int, size: int) -> int:
    file.seek(position)
    data = file.read(min(size, _CHUNK))
    return sock.send(data) if data else 0
