"""benchmarks.table: one line a row."""

import io

import pytest
from rich.console import Console

from benchmarks import table
from benchmarks.judge import Outcome
from benchmarks.sample import Sample

FAST = Outcome("fast", 1.0, [Sample([700.0] * 3, [1000.0] * 3, [400.0] * 3)])
SLOW = Outcome("slow", 1.0, [Sample([1500.0], [1000.0])] * 3)
AGAIN = Outcome("again", 1.0, [Sample([1100.0], [1000.0]), Sample([700.0], [1000.0])])
MISSING = Outcome("missing", 1.0, missing="no AF_INET6")


def test_a_line_has_times_ratio_quartiles_overhead_and_bound():
    assert table.cells(FAST) == [
        *("fast", "400 ns", "1.0 us", "700 ns", "0.70", "0.70-0.70", "0.50", "1.00", ""),
    ]


def test_a_row_beyond_its_bound_is_marked():
    assert table.cells(SLOW)[-1] == "BEYOND, measured 3 times"


def test_a_row_that_was_measured_again_says_so():
    cells = table.cells(AGAIN)
    assert cells[4] == "0.90"
    assert cells[-1] == "measured 2 times"


def test_a_row_above_its_aim_says_so():
    def last(ratio):
        sample = Sample([ratio * 1000], [1000.0])
        return table.cells(Outcome("socket + close", 0.95, [sample]))[-1]

    assert last(0.65) == ""
    assert last(0.80) == "aim 0.65"
    assert last(0.97) == "BEYOND, aim 0.65"


def test_a_row_that_could_not_be_measured_says_why():
    assert table.cells(MISSING)[-1] == "not measured: no AF_INET6"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4, "0 ns"),
        (42, "42 ns"),
        (999, "999 ns"),
        (1040, "1.0 us"),
        (99_900, "99.9 us"),
        (123_456, "123 us"),
        (8_700_000, "8.7 ms"),
        (2_500_000_000, "2.5 s"),
    ],
)
def test_times_have_two_or_three_digits(value, text):
    assert table.amount([value], "ns") == text


def test_memory_is_in_bytes_and_nothing_is_nothing():
    assert table.amount([96.0, 104.0], "bytes") == "100 B"
    assert table.amount([], "ns") == ""


def test_the_printed_table_has_all_rows_and_the_title():
    out = io.StringIO()
    outcomes = [FAST, SLOW, AGAIN, MISSING]
    Console(file=out, width=160).print(table.build("berkeley on 3.13", outcomes))
    text = out.getvalue()
    assert "berkeley on 3.13" in text
    for outcome in outcomes:
        assert outcome.name in text
