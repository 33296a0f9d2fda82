"""What a type checker makes of berkeley: programs under `mypy --strict`, and the stubs.

The programs are in tests/types.  They say by assert_type() which type each call has for their
author; `refused.py` has calls that must be errors, each with a comment that mypy reports when
there is no such error.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import berkeley
from tools import stubs as tool

pytest.importorskip("mypy", reason="missing: the package mypy")

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = sorted((ROOT / "tests" / "types").glob("*.py"))
SOURCE = Path(berkeley.__file__).parent.parent


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One cache for all programs: the standard library is the larger part of each run."""
    return tmp_path_factory.mktemp("mypy")


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a module of mypy's as a user would, with no configuration of this project."""
    environment = {**os.environ, "MYPYPATH": str(SOURCE), "PYTHONPATH": f"{SOURCE}:{ROOT}"}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )


def check(program: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    options = ["--strict", "--config-file=", f"--cache-dir={cache / 'cache'}"]
    return run("mypy", *options, str(program), cwd=cache)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program(program, cache) -> None:
    done = check(program, cache)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Success")


def test_a_wrong_type_is_noticed(cache) -> None:
    """The test above would also pass if nothing were checked."""
    program = cache / "wrong.py"
    program.write_text(
        "from typing import assert_type\n"
        "import berkeley\n"
        "assert_type(berkeley.socket().recv(1), str)\n"
        "berkeley.htons(1)  # type: ignore[arg-type]\n"
    )
    done = check(program, cache)
    assert done.returncode == 1
    assert 'wrong.py:3: error: Expression is of type "bytes", not "str"' in done.stdout
    assert 'wrong.py:4: error: Unused "type: ignore" comment' in done.stdout


def test_stubs_are_true(tmp_path) -> None:
    """stubtest compares each stub with the compiled module: names, signatures, defaults."""
    done = run("tools.stubtest", "berkeley", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success: no issues found" in done.stdout


def test_module_stub_is_up_to_date() -> None:
    assert tool.STUB.read_text() == tool.stub(), "run tools/stubs.py"


def test_typing_is_not_imported(child) -> None:
    """Annotations cost a program nothing: typing takes longer to import than berkeley."""
    code = """
        import sys
        import berkeley
        sys.exit("typing" in sys.modules)
    """
    # Without site, whose .pth files may import anything.
    child(code, options=("-S",), env={"PYTHONPATH": f"{SOURCE}:{ROOT}"})
