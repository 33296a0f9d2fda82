"""benchmarks.apps.instructions: the difference of two runs under callgrind, and the table."""

import json
import shutil

import pytest

from benchmarks import results
from benchmarks.apps import instructions
from benchmarks.apps.child import Load

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler (cc)")


@pytest.fixture
def counted(monkeypatch):
    """No valgrind: a program of a million instructions, and 1000 a request, or 900 without."""

    def run(load, under, module, count):
        file = under[-1].partition("=")[2]
        each = 900 if module == "none" else 1000
        with open(file, "w") as out:
            out.write(f"fn=(1) main\n1 1000000\nfn=(2) work\n2 {each * count}\n")

    def least(load, under, module, count):
        run(load, under, "none", count)

    rows = {"once": ([run], least), "both ends": ([run, run], least)}
    monkeypatch.setattr(instructions, "ROWS", rows)
    return run


def test_start_and_end_of_a_program_are_not_counted(counted):
    with Load() as load:
        assert instructions.counted(load, counted, "socket") == 1000


def test_the_runs_of_a_row_are_added_up(counted, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(instructions.shutil, "which", lambda name: name)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    monkeypatch.setattr(instructions, "Load", type("NoLoad", (Load,), {"__enter__": lambda s: s}))
    assert instructions.main() == 0
    assert "0.450" in capsys.readouterr().out
    (path,) = tmp_path.iterdir()
    assert path.name == f"{results.version_name()}-apps-instructions.json"
    assert json.loads(path.read_text()) == {
        "once": {"berkeley": 1000, "socket": 1000, "least": 900},
        "both ends": {"berkeley": 2000, "socket": 2000, "least": 900},
    }


def test_without_valgrind_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(instructions.shutil, "which", lambda name: None)
    assert instructions.main() == 2
    assert "install the package" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("run", "program"),
    [
        (instructions.http_server, "http_server.py"),
        (instructions.http_client, "http_client.py"),
        (instructions.without_sockets("http"), "without_sockets.py"),
    ],
)
def test_what_is_counted_is_run_under_the_command(run, program, tmp_path):
    seen = tmp_path / "seen"
    with Load() as load:
        run(load, ["sh", "-c", f'echo "$@" >>{seen}; exec "$@"', "sh"], "berkeley", 3)
    (line,) = seen.read_text().splitlines()
    assert program in line
