"""Sockets that the service manager has opened: sd_listen_fds(3), systemd.socket(5).

Whoever starts the program gives it descriptors from 3 on, and says so in the environment:

    LISTEN_PID       the process they are meant for
    LISTEN_FDS       how many
    LISTEN_FDNAMES   their names, with colons between; without it all are "unknown"
    LISTEN_PIDFDID   which process that is, even where its number has been used again (systemd 258)
"""

from __future__ import annotations

import errno
import os
import stat

import berkeley

TYPE_CHECKING = False
if TYPE_CHECKING:
    from berkeley.socketclass import socket

SD_LISTEN_FDS_START = 3
VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID")


def listen_fds(unset_environment: bool = True) -> list[socket]:
    """The sockets that this process was started with, in the order of the service manager.

    Empty if it was started in another way.  Each call makes new objects of the same descriptors:
    whoever closes them closes these.  *unset_environment* removes the variables, so that they are
    given once.  The sockets block or have the default timeout, and are not inherited by programs.
    Raises ValueError (the variables make no sense), OSError (ENOTSOCK: a descriptor is of something
    else; nothing has been changed then).
    """
    return [sock for _, sock in listen_fds_with_names(unset_environment)]


def listen_fds_with_names(unset_environment: bool = True) -> list[tuple[str, socket]]:
    """As listen_fds(), each with its name (``FileDescriptorName=``, else the unit's name)."""
    found = descriptors()
    for name, number in found:
        try:
            mode = os.fstat(number).st_mode
        except OSError as error:
            error.add_note(f"of descriptor {number} ({name!r}), which LISTEN_FDS counts")
            raise
        if not stat.S_ISSOCK(mode):
            text = f"descriptor {number} ({name!r}) is not a socket: see activation.descriptors()"
            raise OSError(errno.ENOTSOCK, text)
    if unset_environment:
        for variable in VARIABLES:
            os.environ.pop(variable, None)
    return [(name, _socket(number)) for name, number in found]


def descriptors() -> list[tuple[str, int]]:
    """The names and numbers of the descriptors, whatever they are of; nothing is changed.

    Raises ValueError (the variables make no sense).
    """
    environment = os.environ
    if "LISTEN_PID" not in environment or _number("LISTEN_PID") != os.getpid():
        return []
    if "LISTEN_FDS" not in environment:
        return []
    count = _number("LISTEN_FDS")
    names = ["unknown"] * count
    if "LISTEN_FDNAMES" in environment:
        names = environment["LISTEN_FDNAMES"].split(":") if count else []
        if len(names) != count:
            raise ValueError(f"LISTEN_FDNAMES has {len(names)} names, LISTEN_FDS is {count}")
    return list(zip(names, range(SD_LISTEN_FDS_START, SD_LISTEN_FDS_START + count)))


def _number(variable: str) -> int:
    """A variable that is a number of decimal digits."""
    text = os.environ[variable]
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{variable} is {text!r}, not a number")
    return int(text)


def _socket(descriptor: int) -> socket:
    """The descriptor as an object, which owns it from now on."""
    os.set_inheritable(descriptor, False)
    sock = berkeley.socket(fileno=descriptor)
    # Whether it blocks is the kernel's until now: NonBlocking= of the service.
    sock.settimeout(berkeley.getdefaulttimeout())
    return sock
