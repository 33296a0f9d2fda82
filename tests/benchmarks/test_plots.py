"""benchmarks.plots: SVG files of the stored results."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from xml.etree import ElementTree

import pytest

from benchmarks import plots

DOCUMENT = {
    "python": "CPython 3.13.0",
    "rows": [
        {"name": "quick", "bound": 0.8, "ratio": 0.5},
        {"name": "slow", "bound": 1.0, "ratio": 1.25},
        {"name": "missing", "bound": 1.0, "missing": "no AF_INET6"},
    ],
}
BATCHED = {
    "python": "CPython 3.13.0",
    "rows": [
        {"name": "C", "size": 64, "datagrams a second": 300_000},
        {"name": "batch of 1", "size": 64, "datagrams a second": 150_000},
        {"name": "batch of 64", "size": 64, "datagrams a second": 330_000},
        {"name": "batch of 64", "size": 1200, "datagrams a second": 270_000},
        {"name": "offload", "missing": "no UDP_SEGMENT"},
    ],
}


@pytest.fixture
def results(tmp_path):
    """A folder of results of every kind."""
    folder = tmp_path / "results"
    (folder / "batched").mkdir(parents=True)
    (folder / "3.13-apps.json").write_text(json.dumps(DOCUMENT))
    (folder / "3.13-instructions.json").write_text(json.dumps({"type": {"socket": 9}}))
    (folder / "3.13-system-calls.json").write_text(json.dumps({"rows": [], "calls": {}}))
    (folder / "batched" / "3.13.json").write_text(json.dumps(BATCHED))
    return folder


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.text]


def test_only_rows_that_have_a_ratio_are_drawn():
    assert [row["name"] for row in plots.measured(DOCUMENT)] == ["quick", "slow"]
    assert plots.measured({"type": {"socket": 9}}) == []
    assert plots.measured([]) == []


def test_rates_are_in_thousands_by_size_and_name():
    assert plots.rates(BATCHED) == {
        64: {"C": 300.0, "batch of 1": 150.0, "batch of 64": 330.0},
        1200: {"batch of 64": 270.0},
    }


def test_without_matplotlib_the_program_says_so(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert plots.main([]) == 1
    assert capsys.readouterr().err == "There is no matplotlib: no plots are drawn.\n"


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="no matplotlib (group bench)")
def test_every_file_of_rows_becomes_a_plot_and_twice_the_same(results, tmp_path):
    # In processes of their own: matplotlib leaves its fonts open.
    code = (
        "import sys, pathlib; from benchmarks import plots\n"
        "plots.write(*map(pathlib.Path, sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    made = []
    for name in ("first", "second"):
        folder = tmp_path / name
        command = [sys.executable, "-c", code, results, folder]
        subprocess.run(command, env=environment, check=True)
        made.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert made[0] == made[1]
    assert [*made[0]] == ["3.13-apps.svg", "3.13-batched.svg"]
    ratios, rate = map(texts, made[0].values())
    assert {"quick  0.50", "slow  1.25", "CPython 3.13.0"} <= set(ratios)
    assert not any("missing" in text for text in ratios)
    assert {"CPython 3.13.0, 64 bytes", "CPython 3.13.0, 1200 bytes"} <= set(rate)
