"""berkeley run: run a program with ``socket`` and ``_socket`` replaced by berkeley.

Python is started again, with the program's own command line and an environment that makes it begin on berkeley (see
berkeley/startup).  So everything is as without us: sys.argv, ``__main__``, exit status, tracebacks, signals.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

USAGE = """\
usage: berkeley run [--no-children] [-m MODULE | -c CODE | SCRIPT | -] [ARGUMENT ...]

Run a Python program with the modules socket and _socket replaced by berkeley, in it and in the Python
processes that it starts.

  -m MODULE      run a module, as python -m does
  -c CODE        run code, as python -c does
  SCRIPT, -      run a file, or standard input
  --no-children  leave the Python processes that the program starts on the standard module
  -h, --help     show this help
"""

STARTUP = Path(__file__).parent.parent / "startup"


def add_parser(commands: Any) -> None:
    """Add the subcommand to the help of ``python -m berkeley``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "run", help="run a program on berkeley", add_help=False
    )
    parser.set_defaults(main=lambda options: main([]))


def interpreter_options() -> list[str]:
    """The options of the interpreter on the command line that has brought us here, as in ``python -X dev -m``."""
    count = len(sys.argv) - 1
    options = sys.orig_argv[1 : len(sys.orig_argv) - count]
    # What is left begins our own program: `-m berkeley`, `-Xm berkeley`, or the path of a script.
    last = options.pop()
    if last == "-mberkeley":
        return options
    if last == "berkeley" and options and options[-1].startswith("-") and options[-1][-1] == "m":
        flags = options.pop()[:-1]
        if flags != "-":
            options.append(flags)
    return options


def environment(children: bool) -> dict[str, str]:
    """The environment in which Python begins on berkeley."""
    variables = dict(os.environ)
    path = variables.get("PYTHONPATH")
    variables["PYTHONPATH"] = f"{STARTUP}{os.pathsep}{path}" if path else str(STARTUP)
    variables["BERKELEY_RUN"] = os.pathsep.join(
        (
            str(STARTUP.parent.parent),
            f"{sys.implementation.cache_tag}{sys.abiflags}",
            "1" if children else "0",
        )
    )
    return variables


def main(words: list[str]) -> int:
    """Replace this process by the program; returns only if there is none to run."""
    children = True
    while words:
        if words[0] in ("-h", "--help"):
            print(USAGE, end="")
            return 0
        if words[0] != "--no-children":
            break
        children = False
        words = words[1:]
    if not words or words == ["-m"] or words == ["-c"]:
        print(USAGE, end="", file=sys.stderr)
        return 2
    if words[0].startswith("-") and words[0][:2] not in ("-", "-m", "-c"):
        print(f"berkeley run: unknown option {words[0]}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    for flag, name in (("ignore_environment", "-E or -I"), ("no_site", "-S")):
        if getattr(sys.flags, flag):
            print(
                f"berkeley run: the interpreter's option {name} hides what puts berkeley in place; "
                "call berkeley.install() at the top of the program instead",
                file=sys.stderr,
            )
            return 2
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(
        sys.executable,
        [sys.executable, *interpreter_options(), *words],
        environment(children),
    )
