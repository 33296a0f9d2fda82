"""Real child processes: a program under Python itself, and under ``berkeley run``."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import berkeley

Run = Callable[..., subprocess.CompletedProcess[str]]

# A child of a child has to find berkeley too, wherever it is installed.
PACKAGE = str(Path(berkeley.__file__).parent.parent)


def environment(path: list[Path] | None = None, **more: str) -> dict[str, str]:
    """The environment of the test's children: *path* first in PYTHONPATH, no colours."""
    entries = [*map(str, path or []), PACKAGE]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BERKELEY"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(entries), "NO_COLOR": "1", **more}


def start(
    command: list[str],
    path: list[Path] | None = None,
    variables: dict[str, str] | None = None,
    **more: Any,
) -> subprocess.CompletedProcess[str]:
    more.setdefault("env", environment(path, **(variables or {})))
    if "input" not in more:
        more["stdin"] = subprocess.DEVNULL
    return subprocess.run(command, capture_output=True, text=True, timeout=90, **more)


@pytest.fixture(scope="session")
def child_environment() -> Callable[..., dict[str, str]]:
    return environment


@pytest.fixture(scope="session")
def python() -> Run:
    """``python WORDS...`` in a child process, *options* being the interpreter's."""

    def run(*words: str, options: tuple[str, ...] = (), **more: Any) -> Any:
        return start([sys.executable, *options, *words], **more)

    return run


@pytest.fixture(scope="session")
def berkeley_run(python: Run) -> Run:
    """``python -m berkeley run WORDS...`` in a child process."""

    def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return python("-m", "berkeley", "run", *words, **more)

    return run


@pytest.fixture
def same(python: Run, berkeley_run: Run) -> Run:
    """Run a program both ways; output, errors and exit status must be the same."""

    def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        plain = python(*words, **more)
        ours = berkeley_run(*words, **more)
        assert ours.stderr == plain.stderr
        assert ours.stdout == plain.stdout
        assert ours.returncode == plain.returncode
        return ours

    return run


@pytest.fixture
def proven(berkeley_run: Run) -> Run:
    """``berkeley run WORDS...``, which must end well."""

    def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        done = berkeley_run(*words, **more)
        assert done.returncode == 0, done.stderr
        return done

    return run
