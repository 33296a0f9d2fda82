"""berkeley doctor: what this interpreter's own socket module lacks, and what this kernel can do.

For people a page of text, for programs JSON; both are made of the one report below.  Its keys are
kept, new ones may come:

    format           1
    berkeley         version; installed: whether ``import socket`` gives berkeley in this process
    python           implementation, version, executable, free_threaded (the build), gil (in use
    now) system           name, release, machine tls              works, and if it does not, the
    reason standard_module  names and berkeley_names: how many there are; families: those that it
    lacks;
                     lacks: all that it lacks, by group; only_there: what berkeley lacks
    kernel           a list of name, family, type and protocol (null for what is no single
    socket()), status
                     (works, absent, privilege, fails), error (the name of the errno, or null)
"""

import argparse
import json
import platform
import subprocess
import sys
import sysconfig
import textwrap
from collections import defaultdict
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import berkeley
from berkeley import dropin, selftest
from berkeley.cli import protocols

# A group of fewer names is not worth a line for people.
_SMALL_GROUP = 20
_WIDTH = 100

# What the standard module imports for itself has no underscore either, and is not its API.
_ASK = """
import enum, socket, types
for name, value in vars(socket).items():
    if not isinstance(value, types.ModuleType) and getattr(value, "__module__", "") != "enum":
        print(name)
"""

_MEANING = {
    "works": "works",
    "absent": "not in this kernel",
    "privilege": "needs a privilege",
    "fails": "fails",
}


def add_parser(commands: Any) -> None:
    """Add the subcommand to the help of ``python -m berkeley``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "doctor",
        help="what the standard module lacks, and what this kernel can do",
        description="Show what this interpreter's own socket module lacks, and what this kernel "
        "can do, found by making a socket of each protocol: the kernel may load modules for it.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, for programs")
    parser.set_defaults(main=main)


def main(options: argparse.Namespace) -> int:
    """Print the report; the exit status is 0 whatever it says."""
    found = report()
    print(json.dumps(found, indent=2) if options.json else text(found))
    return 0


def report() -> dict[str, Any]:
    """Everything that doctor knows, as the module's docstring describes it."""
    return {
        "format": 1,
        "berkeley": {
            "version": berkeley.__version__,
            "installed": dropin.installed(),
        },
        "python": {
            "implementation": platform.python_implementation(),
            "version": platform.python_version(),
            "executable": sys.executable,
            "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
            "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
        },
        "system": {
            "name": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
        },
        "tls": tls(),
        "standard_module": standard_module(),
        "kernel": kernel(),
    }


def tls() -> dict[str, Any]:
    """Whether an unmodified ssl runs on berkeley's sockets here."""
    if find_spec("_ssl") is None:
        return {"works": False, "reason": "this interpreter was built without ssl"}
    try:
        selftest.check_layout()
    except ImportError as error:
        return {"works": False, "reason": str(error)}
    return {"works": True, "reason": None}


def standard_names() -> set[str]:
    """The public names of this interpreter's own socket module.

    A fresh interpreter is asked, which neither install() nor ``berkeley run`` (-I) has changed.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _ASK], capture_output=True, check=True, text=True
    )
    return {name for name in done.stdout.split() if not name.startswith("_")}


def group(name: str) -> str:
    """The group of a public name of berkeley: the beginning of a constant's name, as ``SO_``."""
    if name.isupper() and "_" in name:
        return name[: name.index("_") + 1]
    if isinstance(getattr(berkeley, name), int):
        return "other constants"
    return "functions and classes"


def standard_module() -> dict[str, Any]:
    """The names of the standard module, compared with berkeley's."""
    standard = standard_names()
    ours = set(berkeley.__all__)
    lacks: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(ours - standard):
        lacks[group(name)].append(name)
    return {
        "names": len(standard),
        "berkeley_names": len(ours),
        "families": lacks.get("AF_", []),
        "lacks": dict(sorted(lacks.items())),
        "only_there": sorted(standard - ours),
    }


def kernel() -> list[dict[str, Any]]:
    """Every row of the two tables, tried."""
    rows: list[dict[str, Any]] = []
    for protocol in protocols.PROTOCOLS:
        result = protocols.try_protocol(protocol)
        rows.append({**protocol._asdict(), **result._asdict()})
    for ability in protocols.ABILITIES:
        result = protocols.result_of(ability.attempt)
        row = {"name": ability.name, "family": ability.family, "type": None, "protocol": None}
        rows.append({**row, **result._asdict()})
    # The families in the order of the table, what is more than a socket last in each.
    order = list(dict.fromkeys(row["family"] for row in rows))
    rows.sort(key=lambda row: order.index(row["family"]))
    return rows


def text(found: dict[str, Any]) -> str:
    """The report for people."""
    module = found["standard_module"]
    lines = [
        *columns(head(found)),
        "",
        (
            f"This interpreter's own socket module has {module['names']} names, berkeley has "
            f"{module['berkeley_names']}.  It lacks:"
        ),
        "",
        *columns(lacking(module["lacks"])),
    ]
    if module["families"]:
        families = f"Families that it lacks and berkeley has: {', '.join(module['families'])}"
        lines += ["", *textwrap.wrap(families, _WIDTH)]
    if module["only_there"]:
        lines += ["", f"berkeley lacks: {', '.join(module['only_there'])}"]
    lines += ["", "What this kernel can do, tried with the rights of this process:", ""]
    lines += columns(
        (
            row["family"],
            row["name"],
            _MEANING[row["status"]],
            "" if row["error"] is None else f"({row['error']})",
        )
        for row in found["kernel"]
    )
    return "\n".join(lines)


def head(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The lines about this process: what, and what it is."""
    python, system = found["python"], found["system"]
    build = "free-threaded build, " if python["free_threaded"] else ""
    gil = "on" if python["gil"] else "off"
    if found["berkeley"]["installed"]:
        module = "gives berkeley"
    else:
        module = "gives the standard module (python -m berkeley run changes that)"
    if found["tls"]["works"]:
        tls = "works: ssl finds what it reads in berkeley's sockets"
    else:
        tls = f"does not work: {found['tls']['reason']}"
    return [
        ("berkeley", found["berkeley"]["version"]),
        ("Python", f"{python['implementation']} {python['version']}, {build}the GIL is {gil}"),
        ("", python["executable"]),
        ("system", f"{system['name']} {system['release']} {system['machine']}"),
        ("import socket", module),
        ("TLS", tls),
    ]


def lacking(groups: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """A line for each group: its name, how many, the first of them; small groups share one."""
    small = [name for names in groups.values() if len(names) < _SMALL_GROUP for name in names]
    large = [item for item in groups.items() if len(item[1]) >= _SMALL_GROUP]
    large.sort(key=lambda item: -len(item[1]))
    if small:
        large.append(("small groups", small))
    return [(title, f"{len(names):4}", some(names)) for title, names in large]


def some(names: list[str]) -> str:
    """As many of the names as go on a line."""
    line = ""
    for name in names:
        longer = f"{line}, {name}" if line else name
        if len(longer) > _WIDTH - 36:
            return f"{line}, ..."
        line = longer
    return line


def columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The rows as indented lines, their columns one below the other."""
    table = [*rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return [
        (
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
