"""Makes a Python process begin on berkeley: ``berkeley run`` puts this folder first in PYTHONPATH.

Python imports ``sitecustomize`` before the program and whatever it imports, in this process and in every Python
process that it starts, because they inherit the environment.  The program must not notice: this folder leaves
sys.path again, and the sitecustomize that would have been found without it is imported in its place.
"""

import os
import sys


def _begin() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]

    # What `berkeley run` has left: the folder of the package, the interpreter it was built for, and whether
    # child processes shall be on berkeley too.
    package, _, rest = os.environ.get("BERKELEY_RUN", "").partition(os.pathsep)
    interpreter, _, children = rest.partition(os.pathsep)
    if children == "0":
        del os.environ["BERKELEY_RUN"]
        path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        path = [entry for entry in path if os.path.abspath(entry or ".") != here]
        if path:
            os.environ["PYTHONPATH"] = os.pathsep.join(path)
        else:
            del os.environ["PYTHONPATH"]

    # Another Python, started as a child: berkeley's compiled core is not for it.
    if interpreter == f"{sys.implementation.cache_tag}{getattr(sys, 'abiflags', '')}":
        try:
            import berkeley
        except ModuleNotFoundError as error:
            if error.name != "berkeley":
                raise
            # The package is not on this process's path: it is where `run` found it, and nothing else there.
            sys.path.append(package)
            try:
                import berkeley
            finally:
                sys.path.remove(package)
        berkeley.install()

    # The sitecustomize that ours has hidden.
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "sitecustomize":
            raise
        if ours is not None:
            sys.modules["sitecustomize"] = ours


_begin()
