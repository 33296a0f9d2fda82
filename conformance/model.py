"""The words that the rest of the runner shares: interpreter, unit, result."""

from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".conformance"

STANDARD = "standard"
BERKELEY = "berkeley"

# what a test can come to; `missing`: it should have run and did not
GOOD = frozenset({"pass", "xfail"})
BAD = frozenset({"fail", "error", "xpass", "timeout", "crash", "missing"})


@dataclass(frozen=True)
class Interpreter:
    """A Python to test, and how to start it."""

    name: str  # 3.13, 3.13t
    version: str  # 3.13.0
    command: tuple[str, ...]  # start this with arguments of Python's behind it
    modules: dict[str, list[str] | None] = field(
        hash=False
    )  # test: its modules, None if not installed
    fingerprint: str  # changes with the interpreter and with its tests

    @property
    def free_threaded(self) -> bool:
        """Whether it was built to run without a GIL."""
        return self.name.endswith("t")

    @property
    def folder(self) -> Path:
        """Where everything that belongs to this interpreter is kept."""
        return WORK / self.name


@dataclass(frozen=True, order=True)
class Unit:
    """What one child process runs: a class; a module that could not be listed."""

    module: str
    cls: str | None = None

    @property
    def name(self) -> str:
        """The name shown, used for files, and accepted by --tests."""
        short = self.module.removeprefix("test.")
        return f"{short}.{self.cls}" if self.cls else short

    @property
    def suite(self) -> str:
        """The test module as regrtest names it: test_asyncio for all its submodules."""
        return self.module.removeprefix("test.").partition(".")[0]


@dataclass(frozen=True)
class Result:
    """What one test came to, and the text that explains it."""

    outcome: str
    detail: str = ""


@dataclass
class UnitRun:
    """The results of a unit on one module, by test id."""

    results: dict[str, Result]
    seconds: float = 0.0
