#!/usr/bin/env python3
"""Write src/berkeley/__init__.pyi: the names of the module for type checkers.

    tools/stubs.py             write it anew (after tools/constants.py --stubs)
    tools/stubs.py --check     only say whether it is what it should be

At run time `__init__.py` takes the constants over from two tables, which is fast, and
makes `__all__` when somebody asks for it.  A type checker cannot follow that: it wants
every name, and each from one place, since AF_INET is a member of an enum in one table
and a plain int in the other.
"""

import argparse
import ast
import runpy
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "berkeley"
STUB = PACKAGE / "__init__.pyi"

HEAD = """\
# The names of the socket module, for type checkers.
# Made by tools/stubs.py from __init__.py, enums.pyi and constants/linux.py. Do not edit.
# fmt: off
# ruff: noqa: I001, RUF022
"""


def enum_names() -> list[str]:
    """Return the enums and their members, which are names of the module too."""
    names = []
    for node in ast.parse((PACKAGE / "enums.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def constant_names() -> list[str]:
    """Return the names of the table of constants."""
    halves = (PACKAGE / "constants" / "linux.py", PACKAGE / "constants" / "linux_uapi.py")
    return [name for half in halves for name in runpy.run_path(str(half)) if name[0] != "_"]


def block(opening: str, names: Iterable[str], closing: str) -> str:
    """Return a long list of *names* between brackets, several on a line."""
    lines = textwrap.wrap(", ".join(names), 100, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([opening, *lines, closing, ""])


# What __getattr__ makes of its own.
PACKAGES = (
    "from berkeley import ancillary as ancillary",
    "from berkeley._socket import CAPI as CAPI",
)


def stub() -> str:
    """Return the text of __init__.pyi."""
    imports = []
    assignments = []
    public = {"CAPI"}
    own: set[str] = set()
    for node in ast.parse((PACKAGE / "__init__.py").read_text()).body:
        if isinstance(node, ast.ImportFrom):
            alias = node.names[0]
            if alias.asname != alias.name:
                continue
            imports.append(ast.unparse(node))
            public.add(alias.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name == "_OWN":
                own = ast.literal_eval(node.value)
                continue
            if name == "_LATER":
                for later, module in ast.literal_eval(node.value).items():
                    imports.append(f"from {module} import {later} as {later}")
                    public.add(later)
                continue
            public.add(name)
            if isinstance(node.value, ast.Constant):
                assignments.append(f"{name}: {type(node.value.value).__name__}")
            else:
                assignments.append(ast.unparse(node))
    enums = enum_names()
    plain = sorted(set(constant_names()) - set(enums) - public)
    public = {name for name in public if name[0] != "_"} - own
    every = sorted({*public, *enums, *plain})
    parts = [
        HEAD,
        "\n".join([*imports, *PACKAGES, ""]),
        block("from berkeley.enums import (", enums, ")"),
        block("from berkeley.constants import (", plain, ")"),
        "\n".join([*assignments, ""]),
        block("__all__ = [", (f'"{name}"' for name in every), "]"),
    ]
    return "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if it is old")
    options = parser.parse_args()
    if not options.check:
        STUB.write_text(stub())
    elif STUB.read_text() != stub():
        print("src/berkeley/__init__.pyi is not what tools/stubs.py makes: run it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
