"""close() in one thread while another waits in accept() or recv(): both modules side by side.

python examples/closing.py
"""

import os
import socket as standard
import threading
import time
from typing import Any

import berkeley

# How long the standard module may wait before it counts as hanging.
PATIENCE = 1.0


def outcome(module: Any, waits_in: str, timeout: float | None) -> str:
    """Close a socket under a thread that waits; what became of the thread's call."""
    if waits_in == "accept":
        sock = module.create_server(("127.0.0.1", 0))
        wake = sock.dup()
        call = sock.accept
    else:
        sock, wake = module.socketpair()

        def call() -> bytes:
            data: bytes = sock.recv(1)
            return data

    sock.settimeout(timeout)
    result: list[object] = []

    def wait() -> None:
        try:
            result.append(call())
        except OSError as error:
            result.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    # Until it waits in the kernel.
    while True:
        with open(f"/proc/self/task/{thread.native_id}/stat") as file:
            if file.read().rpartition(")")[2].split()[0] == "S":
                break
        os.sched_yield()
    start = time.monotonic()
    sock.close()
    thread.join(PATIENCE)
    if thread.is_alive():
        said = f"still waits after {PATIENCE:.0f} s"
    else:
        said = f"{result[0]!r} after {1000 * (time.monotonic() - start):.1f} ms"
    wake.close()
    return said


def main() -> None:
    for waits_in in ("accept", "recv"):
        for timeout in (None, 30.0):
            print(f"close() under {waits_in}(), timeout {timeout}:")
            for module in (standard, berkeley):
                print(f"  {module.__name__:9} {outcome(module, waits_in, timeout)}")


if __name__ == "__main__":
    main()
