"""Starts one child process, watches it, and ends it when a test in it hangs."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from conformance.interpreters import clean_environment
from conformance.model import BERKELEY, ROOT, Interpreter

CHILD = ROOT / "conformance" / "child.py"
LOG_TAIL = 4000


@dataclass
class ChildRun:
    """What a child wrote, and how it ended."""

    events: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0  # exit status; negative: the signal that ended it
    hung: bool = False
    log: str = ""


def environment(interpreter: Interpreter, side: str, folder: str) -> dict[str, str]:
    """Return the environment of a child that runs tests on *side*."""
    env = clean_environment() | {"TMPDIR": folder}
    if side == BERKELEY:
        env["PYTHONPATH"] = str(interpreter.folder / "site")
    if interpreter.free_threaded:
        env["PYTHON_GIL"] = "0"
    return env


def command_line(interpreter: Interpreter, side: str, folder: str) -> list[str]:
    """Return the command that runs child.py on *side*, in *folder*.

    The folder is entered by env(1): the interpreter's command may have to enter a chroot first.
    """
    prefix, python = interpreter.command[:-1], interpreter.command[-1]
    berkeley = ["-m", "berkeley", "run"] if side == BERKELEY else []
    return [*prefix, "env", "-C", folder, python, *berkeley, str(CHILD)]


def run_child(
    interpreter: Interpreter, side: str, request: Mapping[str, Any], patience: float, log: Path
) -> ChildRun:
    """Run *request* in a child; end it when it writes no event for *patience* seconds.

    What the child prints is appended to the file *log*. No process of its group outlives the call.
    """
    # /tmp and not $TMPDIR: tests make AF_UNIX sockets there, whose names must stay under 108 bytes
    folder = mkdtemp(prefix="bk-", dir="/tmp")
    exchange = Path(mkdtemp(prefix="bk-events-", dir="/tmp"))
    try:
        asked, events = exchange / "request.json", exchange / "events"
        asked.write_text(
            json.dumps({**request, "expect": side, "gil": not interpreter.free_threaded})
        )
        events.touch()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            begin = output.tell()
            child = subprocess.Popen(
                [*command_line(interpreter, side, folder), str(asked), str(events)],
                cwd=ROOT,
                env=environment(interpreter, side, folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            hung = watch(child, events, patience)
        with log.open("rb") as text:
            text.seek(max(begin, log.stat().st_size - LOG_TAIL))
            tail = text.read().decode(errors="replace")
        return ChildRun(_read(events), child.returncode, hung, tail)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(exchange, ignore_errors=True)


def _read(events: Path) -> list[dict[str, Any]]:
    lines = events.read_bytes().split(b"\n")
    # what is behind the last newline was cut off by a crash
    return [json.loads(line) for line in lines[:-1]]


def _ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether the child has ended; it is not collected: its pid stays its own for killpg."""
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def watch(child: subprocess.Popen[bytes], events: Path, patience: float) -> bool:
    """Wait for the end of *child* and of its group; return whether it had to be ended."""
    hung, size, last = False, 0, time.monotonic()
    try:
        pause = 0.01
        while not _ended(child):
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)
            if (now := events.stat().st_size) != size:
                size, last = now, time.monotonic()
            elif time.monotonic() - last > patience:
                hung = True
                # its faulthandler writes where every thread is
                os.kill(child.pid, signal.SIGABRT)
                limit = time.monotonic() + 3
                while not _ended(child) and time.monotonic() < limit:
                    time.sleep(0.05)
                break
    finally:
        # the child leads a group of its own, which holds the processes that its tests left behind
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return hung
