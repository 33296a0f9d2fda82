"""A slow peer and a timeout: what is lost on the standard module, and what is not on berkeley.

python examples/reading_without_loss.py
"""

import socket as standard
from typing import Any

import berkeley

LINE = b"an important line\n"


def by_file(module: Any, **more: bool) -> str:
    """readline() of a line whose second half comes after the timeout."""
    near, far = module.socketpair()
    with near, far, near.makefile("rb", **more) as file:
        near.settimeout(0.2)
        far.sendall(LINE[:9])
        try:
            file.readline()
        except TimeoutError:
            far.sendall(LINE[9:])
        try:
            return f"{file.readline()!r}"
        except OSError as error:
            return f"{type(error).__name__}: {error}"


def by_hand(sock: Any, count: int) -> bytes:
    """What programs write where there is no recv_exactly()."""
    data = b""
    while len(data) < count:
        data += sock.recv(count - len(data))
    return data


def exactly(module: Any) -> str:
    """So many bytes, of which half come after the timeout."""
    near, far = module.socketpair()
    with near, far:
        near.settimeout(0.2)
        far.sendall(LINE[:9])
        received = b""
        try:
            if module is berkeley:
                near.recv_exactly(len(LINE))
            else:
                by_hand(near, len(LINE))
        except TimeoutError as error:
            received = getattr(error, "received", b"")
            far.sendall(LINE[9:])
        received += near.recv(len(LINE) - len(received))
        return f"{received!r}"


def main() -> None:
    print("readline(), again after a timeout:")
    print(f"  socket    {by_file(standard)}")
    print(f"  berkeley  {by_file(berkeley, resumable=True)}")
    print(f"{len(LINE)} bytes, again after a timeout:")
    for module in (standard, berkeley):
        print(f"  {module.__name__:9} {exactly(module)}")


if __name__ == "__main__":
    main()
