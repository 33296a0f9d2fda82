"""The C yardstick: compiles yardstick.c and asks the program for times.

It is a process of its own that waits for orders, so that it can take part in every round.
"""

import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.interleave import Timer

SOURCE = Path(__file__).with_name("yardstick.c")


class NoYardstick(Exception):
    """There is no compiler, or it failed; the text says which."""


class Yardstick:
    """The running program."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def timer(self, name: str) -> Timer:
        def bare(count: int) -> float:
            return self.time(name, count)

        return bare

    def time(self, name: str, count: int) -> float:
        """The nanoseconds that *count* times the work called *name* took.  Raises NoYardstick."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{name} {count}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self._process.stdout.readline()
        if not answer:
            raise NoYardstick(f"the yardstick ended at {name!r}; see its message above")
        return float(answer)

    def close(self) -> None:
        """The program ends when its input does."""
        self._process.communicate()


def compile_to(program: Path) -> None:
    """Compile yardstick.c.  Raises NoYardstick."""
    command = shlex.split(sysconfig.get_config_var("CC") or "cc")[:1]
    if shutil.which(command[0]) is None:
        command = ["cc"]
    if shutil.which(command[0]) is None:
        raise NoYardstick("no C compiler (cc)")
    made = subprocess.run(
        [*command, "-O2", "-Wall", "-o", program, SOURCE], capture_output=True, text=True
    )
    if made.returncode != 0:
        raise NoYardstick(f"{command[0]} failed: {made.stderr.strip()}")


@contextmanager
def running() -> Iterator[Yardstick]:
    """The yardstick, compiled and started.  Raises NoYardstick."""
    with TemporaryDirectory(prefix="berkeley-") as folder:
        program = Path(folder, "yardstick")
        compile_to(program)
        yardstick = Yardstick(program)
        try:
            yield yardstick
        finally:
            yardstick.close()
