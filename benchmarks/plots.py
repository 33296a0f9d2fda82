"""Plots of the stored results: python -m benchmarks.plots.

For each file of rows in benchmarks/results an SVG file of the same name in docs/plots: a bar a row,
from the line 1.0, at which berkeley is as fast as the standard module, to its ratio; its bound is a
mark.  Further left is better.  For each in benchmarks/results/batched the rate against the size of
the batch, and the rates of single datagrams as lines.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.results import FOLDER

PLOTS = FOLDER.parent.parent / "docs" / "plots"

FASTER, SLOWER, BOUND = "#2b7a78", "#c8553d", "#444444"
# The names of the rows of a file of batches: a batch of so many, and single datagrams.
BATCH = "batch of "
SINGLE = {"C": "--", "socket": ":"}
# The same text for the same figures: these would be the time and a random number.
METADATA = {"Date": None, "Creator": None}
STYLE = {"svg.hashsalt": "berkeley", "svg.fonttype": "none", "font.size": 9.0}


def measured(document: Any) -> list[dict[str, Any]]:
    """The rows of a file of results that have a ratio; none, if it is of another kind."""
    rows = document.get("rows", []) if isinstance(document, dict) else []
    return [row for row in rows if "ratio" in row and "bound" in row]


def draw(document: dict[str, Any], path: Path) -> None:
    """Write the plot of one file of results."""
    import matplotlib
    from matplotlib.figure import Figure

    rows = measured(document)[::-1]
    ratios = [row["ratio"] for row in rows]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8, 0.9 + 0.24 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(rows))
        colours = [FASTER if ratio <= 1 else SLOWER for ratio in ratios]
        axes.barh(places, [ratio - 1 for ratio in ratios], left=1, height=0.6, color=colours)
        axes.plot([row["bound"] for row in rows], places, "|", color=BOUND, markersize=9)
        axes.axvline(1, color="black", linewidth=1)
        axes.set_yticks(places, [f"{row['name']}  {row['ratio']:.2f}" for row in rows])
        axes.set_xlim(0, max(1.1, *ratios) * 1.05)
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_xlabel("berkeley / socket; |: the bound")
        axes.set_title(document["python"])
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        figure.savefig(path, format="svg", metadata=METADATA)


def rates(document: dict[str, Any]) -> dict[int, dict[str, float]]:
    """Of each size of a datagram: thousands of datagrams a second by the names of the rows."""
    found: dict[int, dict[str, float]] = {}
    for row in document["rows"]:
        if "datagrams a second" in row:
            found.setdefault(row["size"], {})[row["name"]] = row["datagrams a second"] / 1000
    return found


def draw_rates(document: dict[str, Any], path: Path) -> None:
    """Write the plot of one file of batches."""
    import matplotlib
    from matplotlib.figure import Figure

    sizes = rates(document)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8, 3.6), layout="constrained")
        for number, (size, rate) in enumerate(sizes.items(), 1):
            axes = figure.add_subplot(1, len(sizes), number)
            batches = {
                int(name.removeprefix(BATCH)): value
                for name, value in rate.items()
                if name.startswith(BATCH)
            }
            axes.plot([*batches], [*batches.values()], "o-", color=FASTER, label="batches")
            for name, line in SINGLE.items():
                if name in rate:
                    axes.axhline(rate[name], color=BOUND, linestyle=line, label=f"{name}, one each")
            axes.set_xscale("log", base=2)
            axes.set_xticks([*batches], [*map(str, batches)])
            axes.set_ylim(bottom=0)
            axes.set_xlabel("datagrams in a batch")
            axes.set_title(f"{document['python']}, {size} bytes")
            if number == 1:
                axes.set_ylabel("thousands of datagrams a second")
                axes.legend(loc="lower right")
        figure.savefig(path, format="svg", metadata=METADATA)


def write(results: Path = FOLDER, folder: Path = PLOTS) -> list[Path]:
    """Write the plots of all files of results; return where."""
    written = []
    for source in sorted(results.glob("*.json")):
        document = json.loads(source.read_text(encoding="utf-8"))
        if measured(document):
            folder.mkdir(parents=True, exist_ok=True)
            written.append(folder / f"{source.stem}.svg")
            draw(document, written[-1])
    for source in sorted(results.glob("batched/*.json")):
        document = json.loads(source.read_text(encoding="utf-8"))
        folder.mkdir(parents=True, exist_ok=True)
        written.append(folder / f"{source.stem}-batched.svg")
        draw_rates(document, written[-1])
    return written


def main(arguments: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.plots").parse_args(arguments)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        print("There is no matplotlib: no plots are drawn.", file=sys.stderr)
        return 1
    for path in write():
        print(f"Written: docs/plots/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
