"""benchmarks.apps: the programs do their work on both modules; selection, output, exit status."""

import json
import shutil
import sys
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

import berkeley
from benchmarks import results, scale
from benchmarks.apps import __main__ as program
from benchmarks.apps import child, rows
from benchmarks.apps.child import MODULES, Child, Failed, Load
from benchmarks.row import Row, Session, Unavailable
from benchmarks.sample import Sample

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler (cc)")
WITHOUT_REQUESTS = pytest.mark.skipif(find_spec("requests") is None, reason="no requests")
WITHOUT_AIOHTTP = pytest.mark.skipif(find_spec("aiohttp") is None, reason="no aiohttp")


@pytest.fixture(scope="module")
def load():
    with Load() as made:
        yield made


STARTS = [
    pytest.param(rows.echo, id="asyncio_echo"),
    pytest.param(rows.http, id="http"),
    pytest.param(rows.client_of("requests_client.py"), id="requests", marks=WITHOUT_REQUESTS),
    pytest.param(
        rows.client_of("requests_client.py", "get"), id="requests.get", marks=WITHOUT_REQUESTS
    ),
    pytest.param(rows.client_of("aiohttp_client.py"), id="aiohttp", marks=WITHOUT_AIOHTTP),
]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("start", STARTS)
def test_every_application_runs(load, start, module):
    with start(load, module) as operate:
        for count in (1, 20):
            assert operate(count) is None


LEAST = [
    pytest.param(("http", "2"), id="http"),
    pytest.param(("requests", "1"), id="requests", marks=WITHOUT_REQUESTS),
    pytest.param(("requests.get", "1", "anew"), id="requests.get", marks=WITHOUT_REQUESTS),
]


@pytest.mark.parametrize("words", LEAST)
def test_the_least_is_the_python_and_the_system_calls(load, words):
    with rows.least(*words)(load) as timer:
        assert [timer(count) > 0 for count in (1, 20)] == [True, True]


def test_the_kernel_s_part_of_a_request_ends_with_its_server(load):
    for words in (("1",), ("2",), ("2", "anew")):
        with load.start("exchange", *words) as kernel:
            (taken,) = kernel.ask(50)
            assert taken > 0


def test_an_application_runs_on_the_module_that_is_named(tmp_path, monkeypatch):
    (tmp_path / "which.py").write_text(
        "import socket, sys\n"
        "print(int(socket.socket.__module__.startswith('berkeley')), flush=True)\n"
        "sys.stdin.read()\n"
    )
    monkeypatch.setattr(child, "FOLDER", tmp_path)
    for module, number in (("berkeley", 1), ("socket", 0)):
        with Child.python(module, "which.py") as running:
            assert running.read() == [number]


def test_a_program_that_ends_is_told_by_its_command():
    with (
        Child([sys.executable, "-c", ""]) as running,
        pytest.raises(Failed, match="ended; see its message above"),
    ):
        running.read()


def test_a_program_tells_its_memory_and_its_descriptors():
    code = "import sys; print(1, flush=True); sys.stdin.read()"
    with Child([sys.executable, "-c", code]) as running:
        running.read()
        assert running.private_memory() > 100_000
        # Standard input, output and error.
        assert running.descriptors() == 3


def test_every_row_has_a_bound_and_the_other_way_round(load):
    names = [row.name for row in [*rows.rows(load), *scale.Scale(load).rows()]]
    assert names == [*rows.BOUNDS, *scale.BOUNDS]


def test_a_row_gives_a_pair_a_round_and_what_is_beside_it(load):
    @contextmanager
    def start(load, module):
        started.append(module)
        yield lambda count: None

    started = []

    @contextmanager
    def beside(load):
        yield lambda count: 7.0 * count

    row = rows.application("made up", load, start, beside=beside)
    ticks = iter(range(0, 10**9, 10))
    sample = row.measure(Session(berkeley, berkeley, rounds=4, batch=10, clock=lambda: next(ticks)))
    assert sample.berkeley == sample.standard == [10.0] * 4
    assert sample.bare == [7.0] * 4
    # Two modules on each of three pairs.
    assert started == ["berkeley", "socket"] * 3


def test_a_package_that_is_not_there_is_named(load):
    row = rows.application("made up", load, rows.http, needs="no_such_package")
    with pytest.raises(Unavailable, match="no no_such_package"):
        row.measure(Session(berkeley, berkeley))


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Two rows, of which one is beyond its bound, and one that grows or does not."""
    growth = scale.Growth(10, 0, 0)

    class Quiet(scale.Scale):
        def rows(self):
            self.growth["berkeley"] = growth
            return [Row("slow", lambda session: Sample([3.0], [2.0], [1.0]))]

    monkeypatch.setattr(
        program.rows, "rows", lambda load: [Row("quick", lambda session: Sample([1.0], [2.0]))]
    )
    monkeypatch.setattr(program.scale, "Scale", Quiet)
    monkeypatch.setattr(program, "BOUNDS", {"quick": 1.0, "slow": 1.0})
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def test_exit_status_is_2_when_a_row_is_beyond_and_the_file_is_written(made_up, capsys):
    assert program.main([]) == 2
    out = capsys.readouterr().out
    assert "BEYOND, measured 3 times" in out
    assert "10 accepted and closed on berkeley: +0 bytes, +0 descriptors" in out
    (path,) = made_up.glob("*.json")
    assert path.name == f"{results.version_name()}-apps.json"
    found = json.loads(path.read_text())
    assert [row["name"] for row in found["rows"]] == ["quick", "slow"]
    assert found["bare is"] == "uvloop / least"
    assert found["growth"] == {"berkeley": {"accepts": 10, "memory": 0, "descriptors": 0}}


def test_exit_status_is_0_when_what_is_asked_for_is_within(made_up, capsys):
    assert program.main(["quick"]) == 0
    out = capsys.readouterr().out
    assert "uvloop / least" in out
    assert "the same server on uvloop" in out
    assert list(made_up.glob("*.json")) == []


def test_too_few_rounds_and_unknown_rows_are_refused(made_up, capsys):
    for arguments in (["--rounds", "14"], ["no such row"]):
        with pytest.raises(SystemExit):
            program.main(arguments)
