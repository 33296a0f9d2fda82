"""Instructions of one HTTP request outside the kernel: `python -m benchmarks.apps.instructions`.

Of each program on each module, counted by callgrind as the difference of a run of FEW requests and
one of MANY; the other side runs as always.  And of the same program on sockets that cost nothing,
without_sockets.py: what is left is no socket module's affair, and the ratio that it gives is the
least that any could reach.  Writes benchmarks/results.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks import results
from benchmarks.apps.child import MODULES, Child, Load
from benchmarks.instructions import costs_of

FEW, MANY = 200, 800
HTTP = "http.server + http.client, keep-alive"
LEAST = "least"
# `berkeley run` starts the interpreter anew.
CALLGRIND = ["valgrind", "--tool=callgrind", "--quiet", "--trace-children=yes"]

# Runs a program under a command so many times.
Run = Callable[[Load, list[str], str, int], None]


def http_server(load: Load, under: list[str], module: str, count: int) -> None:
    with (
        Child.python(module, "http_server.py", under=under) as server,
        Child.python(module, "http_client.py", *server.read(), apart=True) as client,
    ):
        client.operate(count)


def http_client(load: Load, under: list[str], module: str, count: int) -> None:
    with (
        Child.python(module, "http_server.py", apart=True) as server,
        Child.python(module, "http_client.py", *server.read(), under=under) as client,
    ):
        client.operate(count)


def requests(*words: str) -> Run:
    def run(load: Load, under: list[str], module: str, count: int) -> None:
        with (
            load.start("http", apart=True) as server,
            Child.python(
                module, "requests_client.py", *server.read(), *words, under=under
            ) as client,
        ):
            client.operate(count)

    return run


def without_sockets(program: str) -> Run:
    def run(load: Load, under: list[str], module: str, count: int) -> None:
        with Child.python("socket", "without_sockets.py", program, under=under) as python:
            python.operate(count)

    return run


# The runs of a row on a module, which are added up, and the one on sockets that cost nothing.
ROWS: dict[str, tuple[list[Run], Run]] = {
    HTTP: ([http_server, http_client], without_sockets("http")),
    "requests, a session": ([requests()], without_sockets("requests")),
    "requests.get, a connection each": ([requests("get")], without_sockets("requests.get")),
}


def counted(load: Load, run: Run, module: str) -> float:
    """Instructions of one request."""
    totals = []
    with TemporaryDirectory(prefix="berkeley-") as folder:
        for count in (FEW, MANY):
            file = Path(folder, str(count))
            run(load, [*CALLGRIND, f"--callgrind-out-file={file}"], module, count)
            totals.append(sum(costs_of(file.read_text()).values()))
    few, many = totals
    return (many - few) / (MANY - FEW)


def main() -> int:
    console = Console(highlight=False)
    if shutil.which("valgrind") is None:
        console.print("There is no valgrind: install the package of that name.", style="bold red")
        return 2
    # How dictionaries collide: the same in all runs.
    os.environ["PYTHONHASHSEED"] = "0"
    counts: dict[str, dict[str, float]] = {}
    with Load() as load, ThreadPoolExecutor(len(MODULES)) as pool:

        def sum_of(runs: list[Run], module: str) -> float:
            return sum(counted(load, run, module) for run in runs)

        pending = {
            name: {
                **{module: pool.submit(sum_of, runs, module) for module in MODULES},
                LEAST: pool.submit(sum_of, [least], "socket"),
            }
            for name, (runs, least) in ROWS.items()
        }
        for name, futures in pending.items():
            counts[name] = {key: round(future.result()) for key, future in futures.items()}
    table = Table(title=f"instructions of one request on {results.python_version()}")
    table.add_column("work")
    for heading in (*MODULES, "without sockets", "ratio", "least"):
        table.add_column(heading, justify="right")
    for name, count in counts.items():
        theirs = count["socket"]
        ratios = (f"{count[key] / theirs:.3f}" for key in ("berkeley", LEAST))
        table.add_row(name, *(f"{each:.0f}" for each in count.values()), *ratios)
    console.print(table)
    path = results.FOLDER / f"{results.version_name()}-apps-instructions.json"
    path.write_text(json.dumps(counts, indent=1) + "\n")
    console.print(f"Written: benchmarks/results/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
