"""The rows: complete, each with a bound, and each doing its work on both modules."""

import ast
import re
import socket
from importlib import import_module
from pathlib import Path

import pytest

import benchmarks
import berkeley
from benchmarks import addresses, alone, batched, imports, memory, operate
from benchmarks.apps import rows
from benchmarks.bounds import AIMS, BOUNDS
from benchmarks.row import Row, Session, Unavailable
from benchmarks.topics import ROWS
from benchmarks.yardstick import SOURCE

FOLDER = Path(benchmarks.__file__).parent
WORK = [row for row in ROWS if row.work is not None]


def test_every_row_has_a_bound_and_every_bound_a_row_in_the_same_order():
    assert [row.name for row in ROWS] == list(BOUNDS)


def test_no_bound_lets_anything_be_slower():
    assert all(0 < bound <= 1 for bound in BOUNDS.values())


def test_an_aim_is_lower_than_the_bound_of_its_row():
    bounds = {**BOUNDS, **rows.BOUNDS}
    assert all(aim < bounds[name] for name, aim in AIMS.items())


def test_what_the_design_promises_has_lower_bounds():
    assert BOUNDS["send + recv(262144), 64 bytes"] <= 0.25
    assert BOUNDS["send + recv, 64 bytes, with a timeout"] <= 0.75


def test_every_row_of_every_topic_is_in_the_table():
    listed = set(map(id, ROWS))
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text())
        if path.stem != "topics" and any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ROWS"
            for node in tree.body
        ):
            module = import_module(f"benchmarks.{path.stem}")
            assert set(map(id, module.ROWS)) <= listed, path.stem
            made = {id(each) for each in vars(module).values() if isinstance(each, Row)}
            assert made <= set(map(id, module.ROWS)), path.stem


def test_every_work_of_the_yardstick_is_used_and_no_other_is_asked_for():
    written = set(re.findall(r'^    \{"([a-z0-9-]+)"', SOURCE.read_text(), re.MULTILINE))
    asked_for = {row.bare for row in WORK if row.bare is not None}
    assert written == asked_for | set(batched.BARE.values())


@pytest.mark.parametrize("module", [berkeley, socket], ids=lambda module: module.__name__)
@pytest.mark.parametrize("row", WORK, ids=lambda row: row.name)
def test_every_operation_runs(row, module):
    try:
        with row.work(module) as operate:
            for count in (0, 1, 3):
                operate(count)
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("row", memory.ROWS, ids=lambda row: row.name)
def test_memory_is_measured_in_bytes(row):
    sample = row.measure(Session(berkeley, socket))
    assert sample.unit == "bytes"
    # Header, type and descriptor at least; and not the kernel's side of it.
    assert 40 < sample.berkeley[0] < 2000
    assert 40 < sample.standard[0] < 2000


def test_an_import_is_timed_in_a_process_without_site():
    folder = imports.folder_of(berkeley)
    check = "import sys; assert 'site' not in sys.modules; import berkeley"
    assert imports.child(folder, check)() > 0


@pytest.mark.parametrize("row", imports.ROWS, ids=lambda row: row.name)
def test_imports_give_a_pair_a_round(row):
    sample = row.measure(Session(berkeley, socket, rounds=2))
    assert len(sample.berkeley) == len(sample.standard) == 2


def test_a_row_alone_is_measured_in_a_new_process():
    (row,) = [row for row in ROWS if row.inner is not None]
    sample = row.measure(Session(berkeley, socket, rounds=2, batch=1000))
    assert len(sample.berkeley) == 2
    assert all(time > 0 for time in sample.berkeley + sample.standard)


def test_a_row_alone_keeps_the_work_of_the_row_it_is_made_of():
    inner = addresses.text_ipv4
    row = alone.alone(inner, "another name")
    assert (row.name, row.work, row.inner) == ("another name", inner.work, inner)


def test_operate_runs_the_work_in_a_process_and_tells_its_failure(capfd):
    assert operate.fork(socket, addresses.text_ipv4, 3) > 0

    def broken(module):
        raise OSError("no such work")

    with pytest.raises(RuntimeError, match="broken row"):
        operate.fork(socket, Row("broken row", lambda session: None, broken), 1)
    assert "no such work" in capfd.readouterr().err
