"""python -m benchmarks.copying: what zero copy and splice() cost and save over loopback.

Both ends are in this process, so that the CPU time is that of sender and receiver together.  The
ways take turns, round after round; the medians are printed.  Loopback always copies what
MSG_ZEROCOPY sends: what is seen of it here is its cost, not its gain.
"""

import argparse
import gc
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import berkeley
from berkeley import Splice, ZeroCopy, recvfile

KIB = 1 << 10
MIB = 1 << 20
# What is copied in one round of one way.
TOTAL = 64 * MIB

Work = Callable[[berkeley.socket, berkeley.socket, int], None]


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def drain(sock: berkeley.socket) -> None:
    buffer = bytearray(MIB)
    left = TOTAL
    while left:
        left -= sock.recv_into(buffer)


def feed(sock: berkeley.socket) -> None:
    data = bytes(MIB)
    for _ in range(TOTAL // MIB):
        sock.sendall(data)


def by_send(near: berkeley.socket, far: berkeley.socket, piece: int) -> None:
    data = bytes(piece)
    with beside(lambda: drain(far)):
        for _ in range(TOTAL // piece):
            near.sendall(data)


def by_zerocopy(near: berkeley.socket, far: berkeley.socket, piece: int) -> None:
    data = bytes(piece)
    with ZeroCopy(near) as zero, beside(lambda: drain(far)):
        for _ in range(TOTAL // piece):
            zero.sendall(data)
            zero.completions()


def by_write(near: berkeley.socket, far: berkeley.socket, piece: int) -> None:
    buffer = bytearray(piece)
    view = memoryview(buffer)
    with tempfile.TemporaryFile(buffering=0) as file, beside(lambda: feed(near)):
        left = TOTAL
        while left:
            got = far.recv_into(buffer)
            file.write(view[:got])
            left -= got


def by_recvfile(near: berkeley.socket, far: berkeley.socket, piece: int) -> None:
    with tempfile.TemporaryFile(buffering=0) as file, beside(lambda: feed(near)):
        for _ in range(TOTAL // piece):
            recvfile(far, file, piece)


def by_splice(near: berkeley.socket, far: berkeley.socket, piece: int) -> None:
    with (
        tempfile.TemporaryFile(buffering=0) as file,
        Splice(far, file) as splice,
        beside(lambda: feed(near)),
    ):
        for _ in range(TOTAL // piece):
            splice.copy(piece)


WAYS: dict[str, Work] = {
    "sendall": by_send,
    "ZeroCopy.sendall": by_zerocopy,
    "recv_into + write": by_write,
    "recvfile": by_recvfile,
    "Splice.copy": by_splice,
}


def once(work: Work, piece: int) -> tuple[float, float]:
    """The seconds of the clock and of the processors that one round takes."""
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        near = berkeley.create_connection(server.getsockname())
        far, _ = server.accept()
    with near, far:
        gc.collect()
        clock, cpu = time.perf_counter(), time.process_time()
        work(near, far, piece)
        return time.perf_counter() - clock, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copying", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds: int = parser.parse_args().rounds
    print("| piece | way | MB/s | CPU ms a 64 MiB |")
    print("|---|---|---|---|")
    for piece in (64 * KIB, MIB):
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
        for _ in range(rounds):
            for name, work in WAYS.items():
                taken[name].append(once(work, piece))
        for name, times in taken.items():
            rate = TOTAL / median(clock for clock, _ in times) / 1e6
            cpu = median(cpu for _, cpu in times) * 1e3
            print(f"| {piece // KIB} KiB | `{name}` | {rate:,.0f} | {cpu:.1f} |")


if __name__ == "__main__":
    main()
