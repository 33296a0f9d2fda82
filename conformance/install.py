"""Builds berkeley for an interpreter, in a folder of its own, when the sources have changed.

The build works on a copy of the sources that all interpreters share: Cython translates each file
once, setuptools keeps the objects of each interpreter apart, and nothing is written into the tree.
"""

import hashlib
import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from conformance.interpreters import clean_environment
from conformance.model import ROOT, WORK, Interpreter

COPY = WORK / "source"
FILES = ("pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in", "README.md", "LICENSE")
GENERATED = frozenset({".so", ".pyc", ".html"})


class BuildError(Exception):
    """berkeley could not be built, or not be imported; the text has the end of the output."""


def sources() -> Iterator[Path]:
    """Yield the files that the build needs, relative to the project's root."""
    for name in FILES:
        if (ROOT / name).is_file():
            yield Path(name)
    for path in sorted((ROOT / "src").rglob("*")):
        relative = path.relative_to(ROOT)
        if not path.is_file() or path.suffix in GENERATED or ".egg-info" in str(relative):
            continue
        if path.suffix == ".c" and path.with_suffix(".py").exists():
            continue  # made by Cython
        yield relative


def copy_sources() -> str:
    """Bring the copy up to date, touching only what differs; return a digest of all of it."""
    digest = hashlib.sha256()
    wanted = set()
    for relative in sources():
        content = (ROOT / relative).read_bytes()
        digest.update(f"{relative}\0{len(content)}\0".encode() + content)
        target = COPY / relative
        wanted.add(target)
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    gone = [
        path
        for path in (COPY / "src").rglob("*")
        if path.suffix in {".py", ".pyi", ".pxd", ".h", ".typed"} and path not in wanted
    ]
    for path in gone:
        path.unlink()
        path.with_suffix(".c").unlink(missing_ok=True)
    if gone:
        # setuptools would go on packing what it once built
        shutil.rmtree(COPY / "build", ignore_errors=True)
    return digest.hexdigest()


def install(interpreter: Interpreter, digest: str) -> None:
    """Put berkeley into the interpreter's folder ``site``, from the copy that has *digest*.

    Does nothing if just these sources are there already. Raises BuildError.
    """
    folder = interpreter.folder
    stamp, mark = folder / "installed", f"{digest} {interpreter.fingerprint}"
    if stamp.exists() and stamp.read_text() == mark:
        return
    print(f"{interpreter.name}: building berkeley", flush=True)
    stamp.unlink(missing_ok=True)
    python = _environment(interpreter)
    wheels = folder / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    shutil.rmtree(folder / "site", ignore_errors=True)
    pip = [*python, "-m", "pip", "--disable-pip-version-check", "-q"]
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", str(wheels)]
    _run(interpreter, [*pip, "wheel", *options, str(COPY)])
    (wheel,) = wheels.glob("berkeley-*.whl")
    _run(interpreter, [*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)])
    _check(interpreter)
    stamp.write_text(mark)


def _environment(interpreter: Interpreter) -> list[str]:
    """Return the Python that builds: a virtual environment's, with the build requirements."""
    folder = interpreter.folder / "build-environment"
    python = [*interpreter.command[:-1], str(folder / "bin" / "python")]
    with (ROOT / "pyproject.toml").open("rb") as file:
        needs = [*tomllib.load(file)["build-system"]["requires"], "wheel"]
    stamp, mark = folder / "ready", f"{interpreter.fingerprint} {needs}"
    if stamp.exists() and stamp.read_text() == mark:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _run(interpreter, [*interpreter.command, "-m", "venv", str(folder)])
    _run(
        interpreter, [*python, "-m", "pip", "--disable-pip-version-check", "-q", "install", *needs]
    )
    stamp.write_text(mark)
    return python


def _check(interpreter: Interpreter) -> None:
    """Import what was installed; on a free-threaded Python, that must not turn the GIL on.

    The tests run with PYTHON_GIL=0, which would hide that a module is not declared compatible.
    """
    code = "import berkeley, sys; assert not getattr(sys, '_is_gil_enabled', bool)(), 'GIL is on'"
    if not interpreter.free_threaded:
        code = "import berkeley"
    site = str(interpreter.folder / "site")
    prefix, python = interpreter.command[:-1], interpreter.command[-1]
    _run(interpreter, [*prefix, "env", f"PYTHONPATH={site}", python, "-c", code])


def _run(interpreter: Interpreter, command: list[str]) -> None:
    # proxies and package indexes of the user's are needed here, unlike in a test
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower().endswith("_proxy") or name.startswith("PIP_")
    }
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=clean_environment() | kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-25:])
        raise BuildError(f"{interpreter.name}: {' '.join(command[-6:])}\n{tail}")
