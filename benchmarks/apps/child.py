"""The programs of this package, as processes: on one module or the other, and load.c."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

FOLDER = Path(__file__).parent
MODULES = ("berkeley", "socket")


class Failed(Exception):
    """A program ended before its answer, or load.c cannot be compiled."""


class Child:
    """A running program, which answers a line with a line, and ends with its input.

    It runs on the first of our processors or, with *apart*, on the last.  To wake another processor
    that is idle takes longer than most of what is measured, and whether that happens is the
    scheduler's choice: so programs that wait for each other share one, and two that are busy at the
    same time have one each.
    """

    def __init__(self, command: Sequence[str | Path], apart: bool = False) -> None:
        # What this process imports, the program does too.
        path = os.pathsep.join(filter(None, map(os.path.abspath, sys.path)))
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # `berkeley run` adds this variable, and requests looks at all of them in each request.
            env={**os.environ, "PYTHONPATH": path, "BERKELEY_RUN": ""},
        )
        processors = os.sched_getaffinity(0)
        os.sched_setaffinity(self._process.pid, {max(processors) if apart else min(processors)})

    @classmethod
    def python(
        cls,
        module: str,
        program: str,
        *words: object,
        apart: bool = False,
        under: Sequence[str] = (),
    ) -> Self:
        """A program of this package on *module*, "berkeley" or "socket"; *under* is a command that
        runs it.
        """
        run = ["-m", "berkeley", "run"] if module == "berkeley" else []
        return cls([*under, sys.executable, *run, FOLDER / program, *map(str, words)], apart)

    def read(self) -> list[int]:
        """The numbers of its next line.  Raises Failed."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed(f"{self._process.args!r} ended; see its message above")
        return [int(word) for word in line.split() if word != "ready"]

    def order(self, count: int) -> None:
        """Send a number; read() has the answer.  Raises Failed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{count}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"{self._process.args!r} ended; see its message above") from None

    def ask(self, count: int) -> list[int]:
        self.order(count)
        return self.read()

    def operate(self, count: int) -> None:
        """Do the work so many times: an Operation of benchmarks.interleave."""
        self.order(count)
        self.read()

    def private_memory(self) -> int:
        """Bytes of the process that no other shares."""
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        lines = [line.split() for line in text.splitlines() if line.startswith("Private_")]
        return 1024 * sum(int(words[1]) for words in lines)

    def descriptors(self) -> int:
        """How many descriptors the process has open."""
        return len(os.listdir(f"/proc/{self._process.pid}/fd"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


class Load:
    """load.c, compiled; a context manager, behind which the program is removed."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="berkeley-")
        self._program = Path(self._folder.name, "load")

    def __enter__(self) -> Self:
        words = [*shlex.split(sysconfig.get_config_var("CC") or "cc")[:1], "cc"]
        compilers = [word for word in words if shutil.which(word)]
        if not compilers:
            raise Failed("no C compiler (cc)")
        made = subprocess.run(
            [compilers[0], "-O2", "-Wall", "-o", self._program, FOLDER / "load.c"],
            capture_output=True,
            text=True,
        )
        if made.returncode != 0:
            raise Failed(f"{compilers[0]} failed: {made.stderr.strip()}")
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def start(self, *words: object, apart: bool = False) -> Child:
        return Child([self._program, *map(str, words)], apart)
