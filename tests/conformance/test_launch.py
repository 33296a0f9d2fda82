"""launch.py and interpreters.py: the command and the environment of a child, and its end."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from conformance import launch
from conformance.interpreters import clean_environment, probe
from conformance.launch import command_line, environment, run_child, watch
from conformance.model import BERKELEY, STANDARD, Interpreter

PYTHON = Interpreter("3.13", "3.13.0", ("tool", "--run", "3.13", "python"), {}, "")
FREE = Interpreter("3.13t", "3.13.5", ("python3.13t",), {}, "")


def test_environment_has_nothing_of_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    names = set(clean_environment())
    assert "PATH" in names
    assert not [name for name in names if name.startswith("PYTHON") or "proxy" in name]


def test_berkeley_is_found_on_its_side_only() -> None:
    assert "PYTHONPATH" not in environment(PYTHON, STANDARD, "/tmp/x")
    assert environment(PYTHON, BERKELEY, "/tmp/x")["PYTHONPATH"].endswith("3.13/site")
    assert environment(FREE, STANDARD, "/tmp/x")["PYTHON_GIL"] == "0"


def test_command_enters_the_folder_inside_of_the_tool() -> None:
    standard = command_line(PYTHON, STANDARD, "/tmp/x")
    start = ["tool", "--run", "3.13", "env", "-C", "/tmp/x", "python"]
    assert standard[:7] == start
    assert command_line(PYTHON, BERKELEY, "/tmp/x") == [
        *start,
        *("-m", "berkeley", "run"),
        standard[-1],
    ]


def test_processes_that_a_child_leaves_behind_are_ended(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(left.pid))\n"
        "left.returncode = 0\n"
    )
    events = tmp_path / "events"
    events.touch()
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    assert watch(child, events, 30.0) is False
    assert child.returncode == 0
    state = Path("/proc") / (tmp_path / "pid").read_text() / "stat"
    limit = time.monotonic() + 10
    # its new parent collects it when it likes: until then it is a zombie
    while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_whole_child_leaves_only_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def mkdtemp(prefix: str, dir: str) -> str:
        made.append(str(tmp_path / prefix))
        os.mkdir(made[-1])
        return made[-1]

    monkeypatch.setattr(launch, "mkdtemp", mkdtemp)
    this = Interpreter("3.x", "3.x", (sys.executable,), {}, "")
    request: dict[str, Any] = {"module": "unittest.mock", "classes": None, "tests": None}
    request |= {"exclude": [], "list": False, "use": []}
    run = run_child(this, STANDARD, request, 30.0, tmp_path / "logs" / "log.txt")
    names = [event["event"] for event in run.events]
    # an interpreter that has no tests cannot even prepare
    assert names in (["plan", "end"], [])
    assert (tmp_path / "logs" / "log.txt").exists()
    assert len(made) == 2
    assert not any(os.path.exists(folder) for folder in made)


def test_what_is_no_interpreter_is_not_one() -> None:
    assert probe(("/no/such/python",)) is None
    assert probe(("true",)) is None
