"""Which processes have which sockets: proc(5).

/proc/PID/fd has a link for each descriptor, and that of a socket reads ``socket:[INODE]``.  Without
CAP_SYS_PTRACE those of other users' processes cannot be read: they are left out without a word.
"""

import os
from collections import defaultdict
from contextlib import suppress
from typing import NamedTuple


class Holder(NamedTuple):
    """A process and its descriptor of a socket; *name* is at most 15 bytes, /proc/PID/comm."""

    name: str
    pid: int
    fd: int


def holders() -> dict[int, list[Holder]]:
    """Who has which socket, by the number of its inode."""
    found: defaultdict[int, list[Holder]] = defaultdict(list)
    for entry in os.listdir("/proc"):
        if not entry.isdecimal():
            continue
        # The process may end while it is looked at, or not be ours to look at.
        with suppress(OSError):
            sockets = descriptors(entry)
            name = command(entry) if sockets else ""
            for fd, inode in sockets:
                found[inode].append(Holder(name, int(entry), fd))
    return dict(found)


def descriptors(pid: str) -> list[tuple[int, int]]:
    """The sockets of a process: descriptor and inode of each.

    Raises OSError (no such process, or no right to see its descriptors).
    """
    folder = f"/proc/{pid}/fd"
    found = []
    for fd in os.listdir(folder):
        with suppress(FileNotFoundError):  # closed meanwhile
            target = os.readlink(f"{folder}/{fd}")
            if target.startswith("socket:["):
                found.append((int(fd), int(target[8:-1])))
    return found


def command(pid: str) -> str:
    """The name of the program that a process runs.  Raises OSError (no such process)."""
    with open(f"/proc/{pid}/comm", encoding="utf-8", errors="backslashreplace") as file:
        return file.read().removesuffix("\n")
