"""One process opens files for another: send_fds() and recv_fds() over an AF_UNIX socket.

    python examples/send_fds.py README.md LICENSE

The parent opens each file and sends its descriptor, with its name as the message; the child, which
opens nothing itself, reads it.  So a program with rights can serve one that has none.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

import berkeley as socket

# More than a name and its descriptors need.
LONGEST, MOST = 4096, 4


def give(sock: socket.socket, paths: list[Path]) -> None:
    """Send the name and an open descriptor of each file."""
    for path in paths:
        with path.open("rb") as file:
            socket.send_fds(sock, [os.fsencode(path)], [file.fileno()])
        # The file is closed here.  The other process has a descriptor of its own.
    # Nothing more comes: the end of file, for recv_fds().
    sock.shutdown(socket.SHUT_WR)


def take(sock: socket.socket) -> int:
    """Read every file that comes; return how many."""
    count = 0
    while True:
        name, fds, flags, _ = socket.recv_fds(sock, LONGEST, MOST)
        if not name:
            return count
        # MSG_CTRUNC says that there were more descriptors than we had room for.
        if flags & socket.MSG_CTRUNC or len(fds) != 1:
            for fd in fds:
                os.close(fd)
            raise OSError(f"{os.fsdecode(name)}: came with {len(fds)} descriptors, not with one")
        # It is ours now: open() takes it over and closes it.
        with open(fds[0], "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        print(f"{digest}  {os.fsdecode(name)}", flush=True)
        count += 1


def main() -> int:
    """The command line; returns the exit status, the child's if that has failed."""
    parser = argparse.ArgumentParser(description="hash files whose descriptors come by a socket")
    parser.add_argument("file", nargs="+", type=Path)
    options = parser.parse_args()
    # SOCK_SEQPACKET keeps messages apart, and has an end, which datagrams have not.
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        near.close()
        with far:
            took = take(far)
        # The parent's work is not ours to do at the end.
        os._exit(0 if took == len(options.file) else 1)
    far.close()
    status = 0
    with near:
        try:
            give(near, options.file)
        except OSError as error:
            print(f"send_fds.py: {error}", file=sys.stderr)
            status = 1
    _, ended = os.waitpid(child, 0)
    return status or os.waitstatus_to_exitcode(ended)


if __name__ == "__main__":
    sys.exit(main())
