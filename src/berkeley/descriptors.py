"""Descriptors: sockets made of them, pairs of sockets, and sending them to another process."""

from __future__ import annotations

import os

import berkeley
from berkeley.core.endpoint import dup as _dup
from berkeley.core.socket_type import socketpair as _socketpair

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from _typeshed import ReadableBuffer

    from berkeley.core.transfer import _Address, _RetAddress
    from berkeley.socketclass import socket

_LOCALHOST = "127.0.0.1"
_LOCALHOST_V6 = "::1"
# MSG_CMSG_CLOEXEC, <linux/socket.h>; as an int, and so are the flags that come back.
_CLOEXEC = 0x40000000


def fromfd(fd: int, family: int, type: int, proto: int = 0) -> socket:
    """A socket for a duplicate of *fd*, which the caller keeps.  Raises OSError."""
    copy = _dup(fd)
    try:
        return berkeley.socket(family, type, proto, copy)
    except BaseException:
        os.close(copy)
        raise


def socketpair(family: int | None = None, type: int = 1, proto: int = 0) -> tuple[socket, socket]:
    """Two sockets connected to each other; *family* None is AF_UNIX.

    Raises OSError.  Source: socketpair(2), which on Linux knows AF_UNIX and AF_TIPC.
    """
    return _socketpair(berkeley.AF_UNIX if family is None else family, type, proto)


def _fallback_socketpair(
    family: int | None = None, type: int = 1, proto: int = 0
) -> tuple[socket, socket]:
    """A pair of TCP sockets over loopback, for a family that socketpair(2) does not know.

    Each end makes sure that it is connected to the other one, and to no stranger who connected
    first.
    """
    if family is None or family == berkeley.AF_INET:
        family, host = berkeley.AF_INET, _LOCALHOST
    elif family == berkeley.AF_INET6:
        host = _LOCALHOST_V6
    else:
        raise ValueError("Only AF_INET and AF_INET6 socket address families are supported")
    if type != berkeley.SOCK_STREAM:
        raise ValueError("Only SOCK_STREAM socket type is supported")
    if proto != 0:
        raise ValueError("Only protocol zero is supported")
    near: Any = None
    far: Any = None
    try:
        with berkeley.socket(family, type, proto) as listener:
            listener.bind((host, 0))
            listener.listen()
            # An IPv6 address has two more items, which connect() takes as well.
            target = listener.getsockname()[:2]
            near = berkeley.socket(family, type, proto)
            near.setblocking(False)
            try:
                near.connect(target)
            except BlockingIOError:
                pass
            near.setblocking(True)
            far, _ = listener.accept()
        if far.getsockname() != near.getpeername() or near.getsockname() != far.getpeername():
            raise ConnectionError("Unexpected peer connection")
    except BaseException:
        for sock in (near, far):
            if sock is not None:
                sock.close()
        raise
    return near, far


def send_fds(
    sock: socket,
    buffers: Iterable[ReadableBuffer],
    fds: Sequence[int],
    flags: int = 0,
    address: _Address | None = None,
) -> int:
    """Send *buffers*, and with them copies of the descriptors *fds*, over an AF_UNIX socket.

    Returns how many bytes of data were taken; there must be one at least on a stream socket.
    Raises OSError.  Source: unix(7), SCM_RIGHTS.
    """
    from array import array  # here: few programs need it

    rights = array("i", fds)
    ancdata = [(berkeley.SOL_SOCKET, berkeley.SCM_RIGHTS, rights)]
    return sock.sendmsg(buffers, ancdata, flags, address)


def recv_fds(
    sock: socket, bufsize: int, maxfds: int, flags: int = 0
) -> tuple[bytes, list[int], int, _RetAddress]:
    """Receive at most *bufsize* bytes and *maxfds* descriptors.

    Returns ``(data, descriptors, msg_flags, address)``.

    The descriptors are the caller's to close, and not inheritable.  MSG_CTRUNC in msg_flags says
    that more were sent than *maxfds*.  Raises OSError.  Source: unix(7), SCM_RIGHTS.
    """
    from array import array

    size = array("i").itemsize
    data, ancdata, message_flags, address = sock.recvmsg(
        bufsize, berkeley.CMSG_LEN(maxfds * size), flags | _CLOEXEC
    )
    # The kernel repeats this one of our flags, recvmsg(2): the caller has not asked for it.
    message_flags &= ~(_CLOEXEC & ~flags)
    fds: list[int] = []
    for level, kind, item in ancdata:
        if level == berkeley.SOL_SOCKET and kind == berkeley.SCM_RIGHTS:
            # An item that the kernel has cut may end within a descriptor.
            fds.extend(array("i", item[: len(item) - len(item) % size]))
    return data, fds, message_flags, address
