"""What an interpreter is and which tests it has, as JSON on standard output.

Runs on the interpreter in question, with nothing but its standard library:
``python probe.py test_socket ...``.
"""

import hashlib
import importlib
import json
import os
import sys
import sysconfig


def pieces(folder: str, name: str) -> list[str] | None:
    """Return the modules of the test *name*, of a package several; None if it is not installed."""
    if os.path.isfile(os.path.join(folder, name + ".py")):
        return ["test." + name]
    package = os.path.join(folder, name)
    if not os.path.isfile(os.path.join(package, "__init__.py")):
        return None
    files = sorted(f for f in os.listdir(package) if f.startswith("test_") and f.endswith(".py"))
    return ["test." + name + "." + f[:-3] for f in files]


def fingerprint(folder: str) -> str:
    """Return a digest of the interpreter and of the names, sizes and times of its test files."""
    digest = hashlib.sha256(repr((sys.version, sys.executable)).encode())
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        for name in sorted(files):
            state = os.stat(os.path.join(place, name))
            line = (os.path.relpath(place, folder), name, state.st_size, state.st_mtime_ns)
            digest.update(repr(line).encode())
    return digest.hexdigest()


def main() -> None:
    """Print the report."""
    try:
        folder = next(iter(importlib.import_module("test").__path__))
    except (ImportError, StopIteration):
        folder = ""
    free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    report = {
        "name": f"{sys.version_info[0]}.{sys.version_info[1]}" + "t" * free_threaded,
        "version": sys.version.split()[0],
        "implementation": sys.implementation.name,
        "modules": {name: pieces(folder, name) if folder else None for name in sys.argv[1:]},
        "fingerprint": fingerprint(folder) if folder else "",
    }
    print(json.dumps(report))


if __name__ == "__main__":
    # the folder of this file is not a place to import `test` from
    sys.path.pop(0)
    main()
