"""benchmarks.instructions: reading what callgrind writes."""

import pytest

from benchmarks import instructions
from benchmarks.topics import ROWS

# The format: https://valgrind.org/docs/manual/cl-format.html.  Names are written once, then their
# numbers; lines are relative to the last one; the line behind "calls=" is the callee's cost.
OUT = """\
version: 1
creator: callgrind-3.19.0
positions: line
events: Ir
summary: 123

ob=(1) python
fl=(1) ceval.c
fn=(1) eval
10 5
+3 7
cfn=(2) recv
calls=2 40
* 60
* 1
fn=(2)
40 30
-4 20
fi=(2) inlined.h
7 10
fn=(3) other function(int)
1 50
"""


def test_costs_are_those_of_each_function_itself():
    assert instructions.costs_of(OUT) == {"eval": 13, "recv": 60, "other function(int)": 50}


def test_the_costs_add_up_to_callgrinds_own_sum():
    assert sum(instructions.costs_of(OUT).values()) == 123


def test_a_count_has_a_total_and_an_order():
    count = instructions.Count({"a": 1.0, "b": 3.0, "c": 2.0})
    assert count.total == 6
    assert count.top(2) == [("b", 3.0), ("c", 2.0)]


def test_without_words_the_usual_rows_are_counted():
    assert {row.name for row in instructions.selected([])} == set(instructions.USUAL)
    assert set(instructions.USUAL) <= {row.name for row in ROWS}


def test_words_select_rows_of_timed_work():
    assert [row.name for row in instructions.selected(["getsockname"])] == [
        "getsockname, IPv4",
        "getsockname, IPv6",
    ]
    assert instructions.selected(["import"]) == []


def test_without_valgrind_the_package_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert instructions.main([]) == 2
    assert "install the package" in capsys.readouterr().out


def test_what_is_printed_has_the_ratio_and_the_functions(capsys):
    from rich.console import Console

    pair = [instructions.Count({"sock_recv": 40.0}), instructions.Count({"__pyx_recv": 10.0})]
    instructions.show(Console(width=100), {"recv": pair}, 1)
    out = capsys.readouterr().out
    assert "0.25" in out
    assert "sock_recv" in out
    assert "__pyx_recv" in out


def test_instructions_of_a_row_are_counted(tmp_path):
    import shutil

    if shutil.which("valgrind") is None:
        pytest.skip("no valgrind")
    name = "inet_pton + inet_ntop, IPv4"
    counts = {module: instructions.counted(module, [name])[name] for module in ("socket",)}
    # Two calls of the module and two of libc: more than a hundred, and no start-up among them.
    assert 100 < counts["socket"].total < 20_000
