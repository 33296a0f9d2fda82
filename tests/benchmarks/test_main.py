"""python -m benchmarks: selection, output and exit status, with made-up rows."""

import json

import pytest

from benchmarks import __main__ as program
from benchmarks import results
from benchmarks.bounds import BOUNDS
from benchmarks.row import Row
from benchmarks.sample import Sample

# A batch that has reached its target.
LINE = {
    "name": "batch of 64",
    "size": 64,
    "datagrams a second": 250_000,
    "bytes a second": 16_000_000,
    "CPU ns a datagram": 4000,
    "to C": 0.9,
    "to socket": 1.4,
}


@pytest.fixture
def rows(monkeypatch, tmp_path):
    """Two rows, of which one is beyond its bound, and no compiler."""
    made = [
        Row("quick", lambda session: Sample([1.0], [2.0])),
        Row("slow", lambda session: Sample([3.0], [2.0])),
    ]
    monkeypatch.setattr(program, "ROWS", made)
    monkeypatch.setattr(program, "BOUNDS", {"quick": 1.0, "slow": 1.0})
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(results.write, "__defaults__", (tmp_path,))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(program.batched, "measure", lambda: [LINE])
    return tmp_path


def test_exit_status_is_1_when_a_row_is_beyond_its_bound(rows, capsys):
    assert program.main([]) == 1
    out = capsys.readouterr().out
    assert "BEYOND, measured 3 times" in out
    assert "1 beyond their bounds" in out
    assert len(list(rows.glob("*.json"))) == 1
    stored = json.loads((rows / "batched" / f"{results.version_name()}.json").read_text())
    assert stored["rows"] == [LINE]
    assert "250,000" in out


@pytest.mark.parametrize(("to_c", "status"), [(0.9, 0), (0.89, 1)])
def test_exit_status_is_1_when_a_batch_misses_its_target(rows, capsys, monkeypatch, to_c, status):
    monkeypatch.setattr(program, "BOUNDS", {"quick": 1.0, "slow": 2.0})
    monkeypatch.setattr(program.batched, "measure", lambda: [{**LINE, "to C": to_c}])
    assert program.main([]) == status
    assert ("Target not reached: 64 bytes, batch of 64" in capsys.readouterr().out) == bool(status)


def test_exit_status_is_0_when_all_are_within(rows, capsys):
    assert program.main(["quick"]) == 0
    out = capsys.readouterr().out
    assert "slow" not in out
    assert list(rows.glob("*.json")) == []


def test_the_title_has_the_version_of_python(rows, capsys):
    program.main(["quick"])
    assert results.python_version() in capsys.readouterr().out


def test_without_a_compiler_the_empty_column_is_explained(rows, capsys):
    program.main(["quick"])
    assert "The column C is empty: no C compiler" in capsys.readouterr().out


def test_too_few_rounds_are_refused(rows, capsys):
    with pytest.raises(SystemExit):
        program.main(["--rounds", "14"])
    assert "fewer than 15" in capsys.readouterr().err


def test_an_unknown_row_is_refused(rows, capsys):
    with pytest.raises(SystemExit):
        program.main(["no such row"])
    assert "no row" in capsys.readouterr().err


def test_the_list_names_all_rows(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    assert program.main(["--list"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [f"{bound:.2f}  {name}" for name, bound in BOUNDS.items()]
