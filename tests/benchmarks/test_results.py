"""benchmarks.results: the JSON file."""

import json
import sys

from benchmarks import results
from benchmarks.judge import Outcome
from benchmarks.sample import Sample

OUTCOMES = [
    Outcome("slow", 1.0, [Sample([3.0, 2.0], [2.0, 2.0]), Sample([2.5, 2.5], [2.0, 2.0], [1.0])]),
    Outcome("missing", 0.5, missing="no AF_INET6"),
]


def test_a_row_is_described_by_its_figures():
    assert results.described(OUTCOMES[0]) == {
        "name": "slow",
        "bound": 1.0,
        "beyond": True,
        "ratio": 1.25,
        "quartiles": [1.1875, 1.3125],
        "unit": "ns",
        "berkeley": 2.5,
        "standard": 2.0,
        "bare": 1.0,
        "rounds": 4,
        "ratios of all measurements": [1.25, 1.25],
    }


def test_a_row_that_could_not_be_measured_is_described_by_the_reason():
    assert results.described(OUTCOMES[1]) == {
        "name": "missing",
        "bound": 0.5,
        "missing": "no AF_INET6",
    }


def test_the_file_is_named_by_the_version_and_holds_no_path(tmp_path):
    path = results.write(OUTCOMES, tmp_path / "new")
    assert path.name.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")
    assert path.suffix == ".json"
    text = path.read_text()
    assert sys.prefix not in text
    found = json.loads(text)
    assert found["python"].startswith("CPython")
    assert [row["name"] for row in found["rows"]] == ["slow", "missing"]
    assert found["processor"]
    assert found["system"].startswith("Linux")
