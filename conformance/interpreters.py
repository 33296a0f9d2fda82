"""Finds the interpreters: on PATH, in pyenv, by --python, and through tools/pythons."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from conformance.model import ROOT, Interpreter
from conformance.suites import MODULES

ORDINARY = ("3.11", "3.12", "3.13")
FETCHED = ("3.14", "3.15", "3.13t")
TOOL = ROOT / "tools" / "pythons"
PROBE = ROOT / "conformance" / "probe.py"


def pythons_folder() -> Path:
    """Return the folder of tools/pythons: $BERKELEY_PYTHONS, or .pythons in the project."""
    return Path(os.environ.get("BERKELEY_PYTHONS") or ROOT / ".pythons").resolve()


def probe(command: tuple[str, ...]) -> Interpreter | None:
    """Ask *command* what Python it is; None if it does not start or has no test_socket."""
    try:
        answer = subprocess.run(
            [*command, str(PROBE), *MODULES],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=True,
        )
        found = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if found["implementation"] != "cpython" or not found["modules"]["test_socket"]:
        return None
    return Interpreter(
        found["name"], found["version"], command, found["modules"], found["fingerprint"]
    )


def clean_environment() -> dict[str, str]:
    """Return what is in every child's environment: nothing of Python's, nothing of a proxy's."""
    kept = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "PYENV_ROOT")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LANG": "C.UTF-8"}


def _pyenv_versions() -> Path | None:
    if not shutil.which("pyenv"):
        return None
    answer = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) / "versions" if answer.returncode == 0 else None


def _patch(folder: Path) -> tuple[int, ...]:
    parts = folder.name.split(".")
    return tuple(int(part) if part.isdigit() else -1 for part in parts)


def candidates(version: str) -> Iterator[tuple[str, ...]]:
    """Yield commands that may be Python *version* (``3.13``), the most likely first."""
    name = f"python{version}"
    for folder in os.get_exec_path():
        path = Path(folder) / name
        if os.access(path, os.X_OK):
            yield (str(path),)
    versions = _pyenv_versions()
    if versions and versions.is_dir():
        for folder_ in sorted(versions.glob(f"{version}.*"), key=_patch, reverse=True):
            if os.access(folder_ / "bin" / name, os.X_OK):
                yield (str(folder_ / "bin" / name),)


def _is_fetched(name: str, folder: Path) -> bool:
    if name.endswith("t"):
        return os.access(folder / name / "bin" / f"python{name}", os.X_OK)
    return (folder / "unstable" / ".ready").exists()


def fetched(name: str, fetch: bool) -> tuple[Interpreter | None, str]:
    """Return the interpreter *name* of tools/pythons, and if there is none the reason.

    With *fetch*, one that is not there yet is made first, which takes minutes.
    """
    folder = pythons_folder()
    if not _is_fetched(name, folder):
        if not fetch:
            return None, "not in the folder of tools/pythons"
        print(f"{name}: tools/pythons makes it (this takes some minutes)", flush=True)
        made = subprocess.run(
            [str(TOOL), "--only", name, str(folder)], capture_output=True, text=True, check=False
        )
        if made.returncode:
            return None, (made.stderr.strip().splitlines() or ["tools/pythons failed"])[-1]
    found = probe((str(TOOL), "--run", name, str(folder), "python"))
    return (found, "") if found else (None, "does not start, or has no test_socket")


def find(
    only: Iterable[str], extra: Iterable[str], fetch: bool
) -> tuple[list[Interpreter], dict[str, str]]:
    """Return the interpreters to test, and why others are not tested, by name.

    *only* limits by name; *extra* are paths (--python): each takes the place of one of its name.
    """
    found: dict[str, Interpreter] = {}
    absent: dict[str, str] = {}
    wanted = set(only)
    for path in extra:
        interpreter = probe((shutil.which(path) or str(Path(path).absolute()),))
        if interpreter:
            found[interpreter.name] = interpreter
        else:
            absent[path] = "does not start, or has no test_socket"
    for name in (*ORDINARY, *FETCHED):
        if name in found or (wanted and name not in wanted):
            continue
        probed = (probe(command) for command in candidates(name))
        match = next((one for one in probed if one and one.name == name), None)
        reason = "not found, or without its test suite"
        if match is None and name in FETCHED:
            match, reason = fetched(name, fetch)
        if match:
            found[name] = match
        else:
            absent[name] = reason
    for name in wanted - found.keys() - absent.keys():
        absent[name] = "unknown"
    order = sorted(found.values(), key=lambda one: (one.free_threaded, _numbers(one.version)))
    return [one for one in order if not wanted or one.name in wanted], absent


def _numbers(version: str) -> list[int]:
    return [int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:2]]
