"""Runs these tests in a guest kernel and prints what each family has exchanged.

Options that are not listed, and files, are pytest's: ``-k can``, ``kernel/test_can.py``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from kernel.report import Outcomes, show

ROOT = Path(__file__).resolve().parent.parent
LAB = ROOT / "tools" / "kernel-lab"
DEFAULT_KERNEL = "6.12"
# Nothing is loaded that the tests do not use, and each test has its limit (seconds): start-up and
# every test take some 25 times longer than outside.
PYTEST = ("-p", "pytest_timeout", "-p", "no:cacheprovider", "--timeout", "30")
# Statuses of the lab itself: nothing of the run counts.
OUT_OF_TIME, LAB_FAILED = 124, 125


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """Return this command's options, and those for pytest."""
    parser = argparse.ArgumentParser("python -m kernel", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--kernel", default=DEFAULT_KERNEL, metavar="V", help="6.12 (the default), 6.1 or 7.2")
    add("--accel", default="auto", help="tcg, kvm or auto (the default)")
    add("--limit", default="1800", metavar="S", help="seconds for all of it (1800)")
    add("--console", action="store_true", help="show the guest's console at the end")
    options, rest = parser.parse_known_args()
    if not any(one.startswith("kernel/") for one in rest):
        rest.append("kernel")
    return options, rest


def compiled(rest: list[str]) -> int:
    """Collect the tests here: what is wrong shows at once, and pytest's bytecode is written."""
    env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *rest],
        cwd=ROOT,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        print(done.stdout)
    return done.returncode


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the guest, show what was found, and return the exit status."""
    with tempfile.TemporaryDirectory(prefix="kernel-tests-") as folder:
        outcomes = Path(folder, "outcomes")
        outcomes.touch()
        more = ["--verbose"] if options.console else []
        lab = [str(LAB), "--kernel", options.kernel, "--accel", options.accel]
        lab += ["--timeout", options.limit, "--rw", folder, *more, "--"]
        colour = ["--color=yes"] if sys.stdout.isatty() else []
        status = subprocess.run(
            [*lab, sys.executable, "-m", "pytest", *PYTEST, *colour, *rest],
            cwd=ROOT,
            env=os.environ
            | {
                "KERNEL_OUTCOMES": str(outcomes),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            check=False,
        ).returncode
        found = Outcomes.read(outcomes, options.kernel == DEFAULT_KERNEL)
    if found.tests:
        show(found, f"Kernel {options.kernel}")
    elif status in (OUT_OF_TIME, LAB_FAILED):
        print("kernel-tests: no test has run", file=sys.stderr)
    return status or (0 if found.good else 1)


def main() -> int:
    """Return 0 if every exchange took place that the kernel is configured for."""
    options, rest = arguments()
    return compiled(rest) or run(options, rest)


if __name__ == "__main__":
    sys.exit(main())
