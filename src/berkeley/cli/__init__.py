"""The command line: ``python -m berkeley``, one file per subcommand."""

import os
import sys

import berkeley
from berkeley.cli import run

# But for run, whose arguments are not read here: a module each, with add_parser().
COMMANDS = ("doctor", "sniff", "ss")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["run"]:
        # The program's own arguments are not argparse's to read.
        return run.main(words[1:])
    if words[:1] and words[0].endswith(".py"):
        print(f"berkeley: {words[0]} is run by: berkeley run {words[0]}", file=sys.stderr)
        return 2
    # What follows takes longer to import than a small program runs.
    import argparse
    from importlib import import_module

    parser = argparse.ArgumentParser(
        prog="berkeley", description="the socket module of Python, implemented anew"
    )
    parser.add_argument("--version", action="version", version=f"berkeley {berkeley.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run.add_parser(commands)
    # Only what is asked for; the help, and who asks for nothing that is there, need all.
    for name in words[:1] if {*words[:1]} & {*COMMANDS} else COMMANDS:
        import_module(f"berkeley.cli.{name}").add_parser(commands)
    options = parser.parse_args(words)
    try:
        status = int(options.main(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`).  At its end Python flushes once more: to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
