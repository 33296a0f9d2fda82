"""Makes a Python process begin on berkeley: ``berkeley run`` puts this folder first in PYTHONPATH.

Python imports ``sitecustomize`` before the program and whatever it imports, in this process and in
every Python process that it starts, because they inherit the environment.  The program must not
notice: this folder leaves sys.path again, and the sitecustomize that would have been found without
it is imported in its place.

Any Python may read this file, as a child of one on berkeley: the syntax is that of Python 2.7 and 3
alike.
"""

import os
import sys


def _install(here):
    # type: (str) -> None
    try:
        import berkeley
    except ImportError as error:
        if error.name != "berkeley":
            raise
        # Not on this process's path, in a virtual environment for one: it is where `run` found
        # it, two folders up. Nothing else of that folder is for this process.
        package = os.path.dirname(os.path.dirname(here))
        sys.path.append(package)
        try:
            import berkeley
        finally:
            sys.path.remove(package)
    berkeley.install()


def _begin():
    # type: () -> None
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)

    # What `berkeley run` has left: the interpreter that berkeley's core was compiled for, and
    # whether child processes shall be on berkeley too.
    interpreter, _, children = os.environ.get("BERKELEY_RUN", "").partition(":")
    if children == "alone":
        del os.environ["BERKELEY_RUN"]
        path = os.environ.pop("PYTHONPATH", "").split(os.pathsep)
        path = [entry for entry in path if entry != here]
        if path:
            os.environ["PYTHONPATH"] = os.pathsep.join(path)

    # Another Python, started as a child, stays as it is.
    tag = getattr(getattr(sys, "implementation", None), "cache_tag", None)
    if interpreter == "%s%s" % (tag, getattr(sys, "abiflags", "")):  # noqa: UP031
        try:
            _install(here)
        except ImportError as error:
            # The core can be loaded once in a process: a subinterpreter stays as it is.
            if "interpreter" not in str(error):
                raise

    # The sitecustomize that ours has hidden.  If there is none, its ImportError ends this file, and
    # the module site, which has imported us, takes it for what it is: no sitecustomize.
    del sys.modules["sitecustomize"]
    import sitecustomize  # type: ignore[import-not-found,unused-ignore]  # noqa: F401


# Under another name it is a tool that looks at every module of a package who has imported us.
if __name__ == "sitecustomize":
    _begin()
