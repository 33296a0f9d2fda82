"""Runs CPython's own tests on the standard module and on berkeley; fails if berkeley differs."""

import argparse
import fcntl
import json
import os
import platform
import signal
import sys
import time
from pathlib import Path
from typing import IO

from conformance import expected, interpreters, planning, prepared
from conformance.compare import counts
from conformance.execute import WrongModule
from conformance.install import BuildError, copy_sources, install
from conformance.model import BERKELEY, STANDARD, WORK, Interpreter
from conformance.report import InterpreterReport, as_json, difference_lines, module_lines, summary
from conformance.session import Options, Session


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    add = parser.add_argument
    add(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="interpreter: 3.11 ... 3.15, 3.13t",
    )
    add("--tests", action="append", default=[], metavar="TEST",
        help="test_socket, test_socket.BasicTCPTest, test_asyncio.test_locks ...")  # fmt: skip
    add("--python", action="append", default=[], metavar="PATH", help="an interpreter of yours")
    add("--jobs", type=int, default=(os.cpu_count() or 1) * 2, metavar="N",
        help="child processes at a time (most tests wait more than they work)")  # fmt: skip
    add("--timeout", type=float, metavar="S", help="seconds that one test may take")
    add("--use", "-u", action="append", default=[], metavar="RESOURCE",
        help="as of python -m test: walltime, cpu, network (default: none)")  # fmt: skip
    add("--standard-cache", action=argparse.BooleanOptionalAction, default=True,
        help="reuse the standard module's results if they are of the same tests")  # fmt: skip
    add("--fetch", action=argparse.BooleanOptionalAction, default=True,
        help="let tools/pythons make 3.14, 3.15 and 3.13t if they are not there")  # fmt: skip
    add("--json", type=Path, metavar="FILE", help="write the figures there too")
    add("--update", action="store_true", help="write the differences into expected/, as candidates")
    add("--standard-only", action="store_true", help="measure and store the standard module only")
    add("--control", action="store_true",
        help="compare the standard module with itself: are the tests steady?")  # fmt: skip
    add("--verbose", "-v", action="store_true", help="a line a child process")
    add("--prepared", type=Path, metavar="FILE",
        help="for conformance.kernel: test what it has prepared, a process a module")  # fmt: skip
    return parser.parse_args()


def say(text: str) -> None:
    """Print at once: a run takes long, and is watched."""
    print(text, flush=True)


def measure(interpreter: Interpreter, options: argparse.Namespace) -> None:
    """Measure and store the standard module only, and print its counts."""
    began = time.monotonic()
    quiet = say if options.verbose else lambda text: None
    session = Session(interpreter, _options(options, STANDARD), quiet)
    runs = session.standard(session.plan())
    suites: dict[str, dict[str, int]] = {}
    for unit, run in runs.items():
        total = suites.setdefault(unit.suite, {})
        for name, number in counts(run.results).items():
            total[name] = total.get(name, 0) + number
        for test, result in run.results.items():
            if result.outcome in ("fail", "error", "xpass", "timeout", "crash", "missing"):
                say(f"  {result.outcome:8} {test}")
    for suite, total in suites.items():
        say(f"  {suite:32} " + "  ".join(f"{name} {number}" for name, number in total.items()))
    say(f"{interpreter.name}: {time.monotonic() - began:.0f} s")


def _options(options: argparse.Namespace, side: str) -> Options:
    return Options(
        side,
        options.tests,
        options.jobs,
        options.standard_cache,
        options.timeout,
        [resource for names in options.use for resource in names.split(",")],
        whole=options.prepared is not None,
    )


def run(interpreter: Interpreter, options: argparse.Namespace, side: str) -> InterpreterReport:
    """Test one interpreter and print what differs."""
    began = time.monotonic()
    known = {} if options.control or options.prepared else expected.read(interpreter.name)
    quiet = say if options.verbose else lambda text: None
    session = Session(interpreter, _options(options, side), quiet)
    units = session.plan()
    say(f"{interpreter.name}: CPython {interpreter.version}, {len(units)} pieces")
    units_found = session.compare(units, session.standard(units), known)
    report = InterpreterReport(
        interpreter, units_found, planning.absent(interpreter), time.monotonic() - began, known
    )
    found = [one for unit in units_found for one in unit.differences]
    ran = report.results(STANDARD) | report.results(BERKELEY)
    report.stale = expected.stale(known, found, ran, whole=not options.tests)
    if options.update:
        expected.update(interpreter.name, report.unexpected, report.stale)
    ours = "control" if options.control else BERKELEY
    for line in (*module_lines(report, ours), *difference_lines(report, ours)):
        say(line)
    return report


def only_one() -> IO[str]:
    """Wait until no other run uses the work folder; it is free again when the file is closed."""
    WORK.mkdir(exist_ok=True)
    lock = (WORK / "lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another run is at work: waiting for its end")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def main() -> int:
    """Return the exit status: 0 only if no difference is unexpected and the lists are true."""
    # A shell's background job ignores SIGINT, and so would every test that sends itself one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = arguments()
    lock = only_one()
    side = STANDARD if options.control else BERKELEY
    if options.prepared:
        found, absent, digest = prepared.read(options.prepared)
        # what is stored was measured on another kernel
        options.standard_cache = False
        prepared.connect_rds()
    else:
        found, absent = interpreters.find(options.only, options.python, options.fetch)
        # once: every interpreter is tested with the same sources, whatever is edited meanwhile
        digest = "" if options.control or options.standard_only else copy_sources()
    reports, broken = [], False
    for interpreter in found:
        try:
            if options.standard_only:
                measure(interpreter, options)
                continue
            if side == BERKELEY and not options.prepared:
                install(interpreter, digest)
            reports.append(run(interpreter, options, side))
        except (BuildError, WrongModule, expected.ExpectedError) as error:
            say(f"{interpreter.name}: {error}")
            absent[interpreter.name] = f"{type(error).__name__} (above)"
            broken = True
    if not options.standard_only:
        say("\n" + summary(reports, absent, "control" if options.control else BERKELEY))
    if options.json:
        figures = as_json(reports, absent, digest)
        if options.prepared:
            figures["kernel"] = platform.release()
        text = json.dumps(figures, indent=1, sort_keys=True)
        options.json.write_text(text + "\n", encoding="utf-8")
    lock.close()
    failed = any(report.unexpected or report.stale for report in reports)
    return 1 if failed or broken or not found else 0


if __name__ == "__main__":
    sys.exit(main())
