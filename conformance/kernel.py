"""Runs test_socket on both modules in a guest kernel, which has the families that this one lacks.

Further options are those of ``python -m conformance``, but for what concerns stored results.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from conformance import interpreters, prepared
from conformance.__main__ import only_one, say
from conformance.install import BuildError, copy_sources, install
from conformance.model import ROOT

LAB = ROOT / "tools" / "kernel-lab"
INTERPRETERS = ("3.13", "3.15")
# Seconds: everything takes some 25 times longer than outside.
LONGEST_TEST = "120"
LONGEST_RUN = "3600"


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """Return this command's options, and those for the run in the guest."""
    parser = argparse.ArgumentParser(
        prog="python -m conformance.kernel", description=__doc__, allow_abbrev=False
    )
    add = parser.add_argument
    add("--kernel", default="6.12", metavar="V", help="6.12 (the default), 6.1 or 7.2")
    add("--only", action="append", metavar="NAME",
        help=f"interpreter: 3.11 ... 3.15, 3.13t ({' and '.join(INTERPRETERS)})")  # fmt: skip
    add("--python", action="append", default=[], metavar="PATH", help="an interpreter of yours")
    add("--fetch", action=argparse.BooleanOptionalAction, default=True,
        help="let tools/pythons make 3.14, 3.15 and 3.13t if they are not there")  # fmt: skip
    add("--tests", action="append", metavar="TEST", help="test_socket (the default), or a class")
    add("--timeout", default=LONGEST_TEST, metavar="S", help="seconds that one test may take")
    add("--limit", default=LONGEST_RUN, metavar="S", help="seconds that all of it may take")
    add("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_known_args()


def prepare(options: argparse.Namespace, path: Path) -> None:
    """Find the interpreters and build berkeley for each, on this machine, as the guest is slow."""
    found, absent = interpreters.find(options.only or INTERPRETERS, options.python, options.fetch)
    digest = copy_sources()
    ready = []
    for interpreter in found:
        try:
            install(interpreter, digest)
            ready.append(interpreter)
        except BuildError as error:
            say(str(error))
            absent[interpreter.name] = "BuildError (above)"
    prepared.write(path, ready, absent, digest)


def run(options: argparse.Namespace, rest: list[str], folder: Path) -> int:
    """Start the guest; return the exit status of the run in it."""
    command = [sys.executable, "-m", "conformance", "--prepared", str(folder / "prepared")]
    command += ["--timeout", options.timeout, "--json", str(folder / "figures")]
    for test in options.tests or ["test_socket"]:
        command += ["--tests", test]
    lab = [str(LAB), "--kernel", options.kernel, "--timeout", options.limit, "--rw", str(folder)]
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([*lab, "--", *command, *rest], cwd=ROOT, env=env, check=False).returncode


def main() -> int:
    """Return the exit status of the run in the guest, 124 or 125 of the lab's."""
    options, rest = arguments()
    with only_one(), tempfile.TemporaryDirectory(prefix="conformance-kernel-") as name:
        folder = Path(name)
        prepare(options, folder / "prepared")
        status = run(options, rest, folder)
        if options.json and (folder / "figures").exists():
            shutil.copyfile(folder / "figures", options.json)
    return status


if __name__ == "__main__":
    sys.exit(main())
