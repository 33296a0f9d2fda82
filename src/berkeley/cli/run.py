"""berkeley run: run a program with ``socket`` and ``_socket`` replaced by berkeley.

Python is started again, with the program's own command line and an environment that makes it begin
on berkeley (see berkeley/startup).  So everything is as without us: sys.argv, ``__main__``, exit
status, tracebacks, signals.
"""

import os
import sys
from itertools import islice
from typing import Any

USAGE = """\
usage: berkeley run [--no-children] [-m MODULE | -c CODE | SCRIPT | -] [ARGUMENT ...]

Run a Python program with the modules socket and _socket replaced by berkeley, in it and in the
Python processes that it starts.

  -m MODULE      run a module, as python -m does
  -c CODE        run code, as python -c does
  SCRIPT, -      run a file, a folder or a zip file with a __main__.py, or standard input
  --no-children  leave the Python processes that the program starts on the standard module
  -h, --help     show this help

Options of the interpreter go before -m: python -X dev -m berkeley run SCRIPT
"""

# Absolute and normalized, as the module site makes the entries of sys.path: berkeley/startup looks
# for it there.
STARTUP = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "startup")

# Options of the interpreter that take an argument, in the same word or the next one: python(1).
_ENDS_A_WORD = "cmWX"
_LONG_WITH_ARGUMENT = "--check-hash-based-pycs"


def add_parser(commands: Any) -> None:
    """Add the subcommand to the help of ``python -m berkeley``; its arguments come to main()."""
    commands.add_parser("run", help="run a program on berkeley", add_help=False)


def interpreter_options(words: list[str]) -> list[str]:
    """The options on the interpreter's command line, whose words after the interpreter are *words*.

    ``["-X", "dev", "-bm", "berkeley", "run"]`` gives ``["-X", "dev", "-b"]``.
    """
    options: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in ("-", "--") or not word.startswith("-"):
            break
        if word.startswith("--"):
            argument_follows = word == _LONG_WITH_ARGUMENT
        else:
            # One word may have several letters: -bm is -b and -m, -bXdev is -b and -X dev.
            cut = next((i for i, letter in enumerate(word) if letter in _ENDS_A_WORD), len(word))
            if word[cut : cut + 1] in ("c", "m"):
                if cut > 1:
                    options.append(word[:cut])
                break
            argument_follows = cut == len(word) - 1
        options.append(word)
        if argument_follows:
            options.extend(islice(rest, 1))
    return options


def environment(children: bool) -> dict[str, str]:
    """The environment in which Python begins on berkeley."""
    variables = dict(os.environ)
    path = variables.get("PYTHONPATH", "")
    # A run inside a run has the folder there already.
    entries = [STARTUP, *(entry for entry in path.split(os.pathsep) if entry != STARTUP)]
    variables["PYTHONPATH"] = os.pathsep.join(entries) if path else STARTUP
    interpreter = f"{sys.implementation.cache_tag}{sys.abiflags}"
    variables["BERKELEY_RUN"] = f"{interpreter}:{'all' if children else 'alone'}"
    return variables


def obstacle() -> str | None:
    """Why no program can begin on berkeley in this interpreter; None if it can."""
    for flag, name in (("ignore_environment", "-E or -I"), ("no_site", "-S")):
        if getattr(sys.flags, flag):
            return f"the interpreter's option {name} hides what puts berkeley in place"
    if os.pathsep in STARTUP:
        return f"berkeley is in a folder whose name has a {os.pathsep!r} in it ({STARTUP})"
    if not sys.executable:
        return "sys.executable does not say where the interpreter is"
    return None


def refuse(text: str) -> int:
    """Print what is wrong with the command line; return the exit status."""
    print(f"berkeley run: {text}", file=sys.stderr)
    return 2


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
    if not words or (words[0] in ("-m", "-c", "--") and len(words) == 1):
        return refuse(f"there is no program to run\n\n{USAGE.rstrip()}")
    if (
        words[0].startswith("-")
        and words[0] not in ("-", "--")
        and words[0][:2] not in ("-m", "-c")
    ):
        return refuse(f"unknown option {words[0]}\n\n{USAGE.rstrip()}")
    reason = obstacle()
    if reason is not None:
        return refuse(f"{reason}; call berkeley.install() at the top of the program instead")
    # What sitecustomize and the like have printed: the new program knows nothing of our buffers.
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    # The name by which the interpreter was called is in its messages.
    name = sys.orig_argv[0] if sys.orig_argv else sys.executable
    options = interpreter_options(sys.orig_argv[1:])
    try:
        os.execve(sys.executable, [name, *options, *words], environment(children))
    except OSError as error:
        return refuse(f"cannot start {sys.executable}: {error.strerror}")
