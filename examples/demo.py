"""make demo: files of this project over every transport, on the standard module and on berkeley.

    python examples/demo.py [ROW ...]

Each row runs the same example code on both modules, by turns, and compares what comes back by its
SHA-256.  echo.py is loaded twice, as it is and with ``import socket`` in the place of its
``import berkeley as socket``; https.py and asyncio_echo.py are run as programs, with and without
``python -m berkeley run``.
The exit status is 0 if everything that this kernel can do has passed.
"""

import argparse
import faulthandler
import hashlib
import json
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

import berkeley

HERE = Path(__file__).resolve().parent
FILES = [HERE.parent / name for name in ("LICENSE", "README.md", "src/berkeley/constants/linux.py")]
MODULES = ("socket", "berkeley")

# Both modules together, for the rounds of one row.
SECONDS_A_ROW = 0.2
# Programs are run a second time on each module unless the first two runs took longer than this.
SECONDS_A_PAIR = 1.5
# A row shall fail when something hangs, not the demo.
TIMEOUT = 5.0
PROGRAM_TIMEOUT = 15.0
# The last resort, for a hang that no timeout ends: the stacks of all threads, and exit status 1.
LIMIT = 60.0


@dataclass
class Row:
    """What went over one transport: addresses are berkeley's, seconds the fastest round's."""

    server: str = ""
    client: str = ""
    size: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    # Why there is nothing to measure here, or what has gone wrong.
    absent: str = ""
    failure: str = ""


def kernel_has_ipv6() -> bool:
    """Whether a socket can have the loopback address of IPv6, found by trying."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


def load_echo(module: str) -> Any:
    """examples/echo.py as it is, but for the one line that chooses the module."""
    path = HERE / "echo.py"
    source = path.read_text().replace("import berkeley as socket", f"import {module} as socket")
    echo = ModuleType(f"echo_on_{module}")
    exec(compile(source, path, "exec"), echo.__dict__)
    return echo


def text_of(address: str | bytes | tuple[Any, ...]) -> str:
    """An address as people write it."""
    if isinstance(address, tuple):
        host, port = address[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    name = address.decode() if isinstance(address, bytes) else address
    return name.replace("\0", "@") or "no name"


@contextmanager
def blame(module: str) -> Iterator[None]:
    """Say on which module it was that something went wrong."""
    try:
        yield
    except Exception as error:
        raise RuntimeError(f"{module}: {type(error).__name__}: {error}") from error


def echo_row(data: bytes, url: str, hosts: tuple[str, ...] = ()) -> Row:
    """Echo *data* over *url*, from one client or one for each of *hosts*, by turns."""
    digest = hashlib.sha256(data).digest()
    programs = {name: load_echo(name) for name in MODULES}
    clients: dict[str, list[Any]] = {}
    row = Row(size=len(data) * max(1, len(hosts)))

    def seconds_of_round(name: str) -> float:
        with blame(name):
            begin = time.perf_counter()
            answers = [programs[name].echo(sock, data) for sock in clients[name]]
            seconds = time.perf_counter() - begin
            if any(hashlib.sha256(answer).digest() != digest for answer in answers):
                raise ValueError("what came back is not what was sent")
        return seconds

    with ExitStack() as stack:
        for name, program in programs.items():
            with blame(name):
                # Two servers at a time cannot have the same name.
                place = url.replace("NAME", name)
                server = stack.enter_context(program.Server(place))
                row.server = text_of(server.address)
                places = [place]
                if isinstance(server.address, tuple):
                    # Port 0 was any port: now it is known.
                    base, port = place.removesuffix(":0"), server.address[1]
                    bases = [base.replace("*", host) for host in hosts] or [base]
                    places = [f"{each}:{port}" for each in bases]
                clients[name] = [stack.enter_context(program.connect(p, TIMEOUT)) for p in places]
                for sock in clients[name]:
                    assert type(sock).__module__ == name
        row.client = "\n".join(text_of(sock.getsockname()) for sock in clients["berkeley"])

        order = list(MODULES)
        for name in order:
            # For warming up: the time of the first round does not count.
            seconds_of_round(name)
            row.seconds[name] = float("inf")
        end = time.perf_counter() + SECONDS_A_ROW
        while time.perf_counter() < end:
            # A B B A: whoever comes first has no advantage.
            order.reverse()
            for name in order:
                row.seconds[name] = min(row.seconds[name], seconds_of_round(name))
    return row


def run_program(name: str, module: str, rounds: int, data: bytes) -> dict[str, Any]:
    """Run an example as a program and return what it says; ValueError if that is not right."""
    command = [sys.executable]
    if module == "berkeley":
        command += ["-m", "berkeley", "run"]
    command += [str(HERE / name), "--rounds", str(rounds), *map(str, FILES)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_TIMEOUT)
    if ended.returncode != 0:
        last = (ended.stderr.strip().splitlines() or ["no message"])[-1]
        raise ValueError(f"exit status {ended.returncode}: {last}")
    said: dict[str, Any] = json.loads(ended.stdout)
    if said["module"] != module:
        raise ValueError(f"the program ran on {said['module']}")
    if said["sha256"] != [hashlib.sha256(data).hexdigest()]:
        raise ValueError("what came back is not what was sent")
    return said


def program_row(data: bytes, name: str, rounds: int) -> Row:
    """Run a program of the standard library on each module, twice if there is time: A B B A."""
    row = Row()
    began = time.perf_counter()
    for number, module in enumerate(("socket", "berkeley", "berkeley", "socket")):
        if number == 2 and time.perf_counter() - began > SECONDS_A_PAIR:
            # A busy machine: the demo shall end in time.
            break
        with blame(module):
            said = run_program(name, module, rounds, data)
        if module == "berkeley":
            row.server, row.client, row.size = said["server"], said["client"], said["bytes"]
        row.seconds[module] = min(said["seconds"], row.seconds.get(module, float("inf")))
    return row


def rows(data: bytes, folder: str) -> dict[str, tuple[str, bool, Callable[[], Row]]]:
    """The table: name of each row, what it says, whether it needs IPv6, and what makes it."""
    # An abstract name is the whole machine's: the folder's name makes this one ours.
    abstract = f"unix:@{Path(folder).name}-NAME"
    both = ("127.0.0.1", "[::1]")
    return {
        "tcp4": ("TCP, IPv4", False, lambda: echo_row(data, "tcp://127.0.0.1:0")),
        "tcp6": ("TCP, IPv6", True, lambda: echo_row(data, "tcp://[::1]:0")),
        "dual": ("TCP, dual-stack", True, lambda: echo_row(data, "tcp://*:0", both)),
        "udp": ("UDP", False, lambda: echo_row(data, "udp://127.0.0.1:0")),
        "unix": ("UNIX stream", False, lambda: echo_row(data, f"unix:{folder}/NAME")),
        "unixgram": ("UNIX datagram", False, lambda: echo_row(data, f"unixgram:{folder}/NAME")),
        "abstract": ("UNIX abstract", False, lambda: echo_row(data, abstract)),
        "https": ("HTTPS, urllib", False, lambda: program_row(data, "https.py", 20)),
        "asyncio": ("asyncio", False, lambda: program_row(data, "asyncio_echo.py", 60)),
    }


def make_table(made: dict[str, Row]) -> Table:
    """The table for people."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("what", "server", "client"):
        table.add_column(title, overflow="fold")
    for title in ("bytes", "socket", "berkeley", "ratio"):
        table.add_column(title, justify="right")
    table.add_column("result")
    for title, row in made.items():
        if row.absent:
            table.add_row(title, row.absent, "", "", "", "", "", "[yellow]absent")
        elif row.failure:
            table.add_row(title, row.server, row.client, "", "", "", "", "[bold red]FAIL")
        else:
            times = [f"{row.seconds[name] * 1e3:.2f} ms" for name in MODULES]
            ratio = row.seconds["berkeley"] / row.seconds["socket"]
            cells = (f"{row.size:,}".replace(",", " "), *times, f"{ratio:.2f}")
            table.add_row(title, row.server, row.client, *cells, "[green]pass")
    return table


def main() -> int:
    """The command line; returns the exit status."""
    began = time.perf_counter()
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    parser = argparse.ArgumentParser(description="the main job, on both modules")
    parser.add_argument("row", nargs="*", help="only these rows, such as tcp4 or https")
    options = parser.parse_args()
    data = b"".join(file.read_bytes() for file in FILES)
    console = Console(highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width, and 80 columns are too few.
        console = Console(highlight=False, width=120)

    made: dict[str, Row] = {}
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        todo = rows(data, folder)
        if unknown := set(options.row) - set(todo):
            parser.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(todo)}")
        ipv6 = kernel_has_ipv6()
        for name, (title, needs_ipv6, make) in todo.items():
            if options.row and name not in options.row:
                continue
            if needs_ipv6 and not ipv6:
                made[title] = Row(absent="this kernel has no IPv6")
                continue
            try:
                made[title] = make()
            except RuntimeError as error:
                made[title] = Row(failure=str(error))

    console.print(
        f"berkeley {berkeley.__version__} and the socket module of CPython"
        f" {platform.python_version()}, Linux {platform.release()}\n"
        "the same code runs on both; HTTPS and asyncio are programs, by python -m berkeley run\n"
        f"sent and received, compared by SHA-256: {', '.join(file.name for file in FILES)}\n"
        "time: of the fastest round, the modules take turns; ratio: below 1.00 berkeley is faster"
    )
    console.print(make_table(made))
    failed = {title: row.failure for title, row in made.items() if row.failure}
    for title, failure in failed.items():
        console.print(f"FAIL  {title}: {failure}", markup=False, soft_wrap=True)
    absent = sum(bool(row.absent) for row in made.values())
    console.print(
        f"{len(made) - len(failed) - absent} passed, {len(failed)} failed, {absent} absent"
        f" in {time.perf_counter() - began:.1f} s\n"
        "what the standard module cannot do: examples/connect_race.py, closing.py,"
        " reading_without_loss.py"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
