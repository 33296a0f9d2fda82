"""Measured figures, put into the pages when the documentation is built, if they are there.

``{{ benchmarks }}`` becomes the tables of benchmarks/results, which `make bench` writes: times and
sizes, and the instructions that callgrind has counted.  ``{{ conformance }}`` becomes the table of
docs/conformance.json, which `make conformance` writes with --json, ``{{ conformance-kernel }}``
that of docs/conformance-kernel.json and `make conformance-kernel`.  Where there are no files, a
sentence says how to make them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
BENCHMARKS = ROOT / "benchmarks" / "results"
PLOTS = ROOT / "docs" / "plots"
CONFORMANCE = ROOT / "docs" / "conformance.json"
CONFORMANCE_KERNEL = ROOT / "docs" / "conformance-kernel.json"


def amount(value: float | None, unit: str) -> str:
    """A figure with its unit, three digits of it."""
    if value is None:
        return ""
    if unit == "bytes":
        return f"{value:.0f} B"
    for name in ("ns", "µs", "ms"):
        if value < 1000:
            return f"{value:.0f} {name}" if name == "ns" or value >= 100 else f"{value:.1f} {name}"
        value /= 1000
    return f"{value:.1f} s"


def benchmark_lines(results: dict[str, Any]) -> Iterator[str]:
    """The table of one file of results."""
    apps = "growth" in results
    yield f"### {'Applications, ' if apps else ''}{results['python']}\n"
    yield f"Measured on {results['date']}, {results['system']}, {results['processor']}.\n"
    bare = results.get("bare is", "plain C")
    yield f"| Work | {bare} | standard | berkeley | ratio | bound |"
    yield "|---|--:|--:|--:|--:|--:|"
    for row in results["rows"]:
        if "missing" in row:
            yield f"| {row['name']} | | | | not measured: {row['missing']} | {row['bound']:.2f} |"
            continue
        cells = [amount(row[side], row["unit"]) for side in ("bare", "standard", "berkeley")]
        ratio = f"{row['ratio']:.2f}"
        cells.append(f"**{ratio}**, beyond its bound" if row["beyond"] else ratio)
        bound = f"{row['bound']:.2f}"
        if "aim" in row:
            bound += f", aim {row['aim']:.2f}"
        yield f"| {row['name']} | {' | '.join(cells)} | {bound} |"
    yield ""


def instruction_lines(name: str, counts: dict[str, dict[str, int]]) -> Iterator[str]:
    """The table of one file of instruction counts.

    That of applications has what is left of them on sockets that cost nothing.
    """
    apps = name.endswith("-apps")
    name = name.removesuffix("-apps")
    yield f"### Instructions{', applications' if apps else ''}, CPython {name}\n"
    of = "an application's request" if apps else "one operation"
    yield f"Instructions of {of} outside the kernel, counted by callgrind.\n"
    yield f"| Work | standard | berkeley | ratio |{' least ratio |' if apps else ''}"
    yield f"|---|--:|--:|--:|{'--:|' if apps else ''}"
    for work, count in counts.items():
        ratio = count["berkeley"] / count["socket"]
        least = f" {count['least'] / count['socket']:.2f} |" if apps else ""
        yield f"| {work} | {count['socket']} | {count['berkeley']} | {ratio:.2f} |{least}"
    yield ""


def words_of(calls: dict[str, float]) -> str:
    """Such as "`recvfrom`, 2 `sendto`"."""
    counts = ((f"`{name}`", f"{count:g}") for name, count in calls.items())
    return ", ".join(name if count == "1" else f"{count} {name}" for name, count in counts)


def system_call_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of one file of system calls."""
    yield f"### System calls, {found['python']}\n"
    yield "Of one operation, counted by strace. Rows without any are left out.\n"
    yield "| Work | standard | berkeley |"
    yield "|---|---|---|"
    for work, sides in found["calls"].items():
        if any(sides.values()):
            yield f"| {work} | {words_of(sides['socket'])} | {words_of(sides['berkeley'])} |"
    yield ""


def benchmarks(folder: Path = BENCHMARKS) -> str:
    """The tables of all files of results, or how to make them."""
    lines: list[str] = []
    for path in sorted(folder.glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if path.stem.endswith("-instructions"):
            lines += instruction_lines(path.stem.removesuffix("-instructions"), found)
        elif path.stem.endswith("-system-calls"):
            lines += system_call_lines(found)
        else:
            lines += benchmark_lines(found)
            if (PLOTS / f"{path.stem}.svg").exists():
                lines.append(f"![Ratios, {found['python']}](plots/{path.stem}.svg)\n")
    if not lines:
        return "No results are stored in `benchmarks/results`: `make bench` writes them."
    return "\n".join(lines)


def conformance_lines(run: dict[str, Any]) -> Iterator[str]:
    """The table of one run: an interpreter a line, then what differs and is known."""
    titles = ("modules", "tests", "passed", "skipped", "passed on berkeley", "skipped there")
    yield f"| CPython | {' | '.join(titles)} | differ | known |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for one in run["interpreters"]:
        sums = {
            (side, what): sum(module[side][what] for module in one["modules"].values())
            for side in ("standard", "berkeley")
            for what in ("run", "passed", "skipped")
        }
        cells = [
            len(one["modules"]),
            sums["standard", "run"],
            sums["standard", "passed"],
            sums["standard", "skipped"],
            sums["berkeley", "passed"],
            sums["berkeley", "skipped"],
            len(one["differences"]),
            len(one["known"]),
        ]
        free = ", free-threaded" if one["name"].endswith("t") else ""
        yield f"| {one['version']}{free} | {' | '.join(map(str, cells))} |"
    yield ""
    for name, reason in run["not_tested"].items():
        yield f"CPython {name} was not tested: {reason}.\n"
    for one in run["interpreters"]:
        for known in one["known"]:
            yield f"- {one['version']}: `{known['test']}`: {known['reason']}"
    yield ""


def conformance(path: Path = CONFORMANCE, target: str = "conformance") -> str:
    """The table of the stored run, or how to make it."""
    if not path.exists():
        command = f'make {target} ARGS="--json docs/{path.name}"'
        return f"No figures are stored: `{command}` writes them."
    return "\n".join(conformance_lines(json.loads(path.read_text())))


def on_page_markdown(markdown: str, **kwargs: Any) -> str:
    """MkDocs calls this with each page."""
    if "{{ benchmarks }}" in markdown:
        markdown = markdown.replace("{{ benchmarks }}", benchmarks())
    if "{{ conformance }}" in markdown:
        markdown = markdown.replace("{{ conformance }}", conformance())
    if "{{ conformance-kernel }}" in markdown:
        table = conformance(CONFORMANCE_KERNEL, "conformance-kernel")
        markdown = markdown.replace("{{ conformance-kernel }}", table)
    return markdown
