"""Builds the compiled core: every .py under src/berkeley/core is Cython in pure Python mode.

Everything else about the project is in pyproject.toml.  Environment: BERKELEY_TRACE=1 builds with
line tracing (for coverage).
"""

import ast
import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup

TRACE = os.environ.get("BERKELEY_TRACE") == "1"
SOURCE = Path("src")
FLAGS = ["-O3", "-g0", "-fvisibility=hidden", "-Wno-unused-function", "-Wno-unused-variable"]
MACROS = [
    # Heap types, as those of the standard module are: the garbage collector sees them.
    ("CYTHON_USE_TYPE_SPECS", "1"),
    ("CYTHON_TRACE_NOGIL", "1") if TRACE else ("NO_TRACEBACK(name, c, line, file)", "(void)0"),
]


def what_is_missing() -> str | None:
    """Say in one sentence what the build lacks on this machine, or return None."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None and shutil.which("cc") is None:
        return (
            f"berkeley needs a C compiler ({compiler}) to build: "
            "install the package gcc (Debian, Ubuntu, Fedora) or build-base (Alpine)."
        )
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.exists():
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        return (
            f"berkeley needs the Python headers ({header}) to build: "
            f"install the package {name}-dev (Debian, Ubuntu) or {name}-devel (Fedora)."
        )
    return None


def extensions() -> list[Extension]:
    from Cython.Build import cythonize

    modules = [
        Extension(
            ".".join(path.relative_to(SOURCE).with_suffix("").parts),
            [str(path)],
            extra_compile_args=FLAGS,
            define_macros=MACROS,
        )
        for path in sorted((SOURCE / "berkeley" / "core").rglob("*.py"))
        if path.name != "__init__.py"
    ]
    made = cythonize(
        modules,
        # The generated files of an ordinary build have no lines to trace.
        force=TRACE,
        include_path=[str(SOURCE)],
        compiler_directives={
            "language_level": "3",
            "annotation_typing": True,
            "auto_pickle": False,
            "autotestdict": False,
            "binding": False,
            "boundscheck": False,
            "cdivision": True,
            "embedsignature": True,
            "embedsignature.format": "clinic",
            "freethreading_compatible": True,
            "linetrace": TRACE,
            "wraparound": False,
        },
    )
    sources = [Path(extension.sources[0]) for extension in made]
    if not TRACE:
        for source in sources:
            speak_like_c(source)
    # Two shared objects for all modules: berkeley/core/__init__.py says why, and loads them.
    first = [source for source in sources if name_of(source) in layers()]
    return [
        Extension(
            f"berkeley.core.{name}",
            [str(source) for source in part],
            extra_compile_args=FLAGS,
            define_macros=MACROS,
        )
        for name, part in (
            ("_compiled", first),
            ("_compiled_later", [source for source in sources if source not in first]),
        )
    ]


def name_of(source: Path) -> str:
    """The name of a module of the core below ``berkeley.core``."""
    return ".".join(source.relative_to(SOURCE / "berkeley" / "core").with_suffix("").parts)


def layers() -> list[str]:
    """The modules that are loaded at once, as the core itself lists them."""
    for node in ast.parse((SOURCE / "berkeley" / "core" / "__init__.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS":
            return str(ast.literal_eval(node.value)).split()
    raise LookupError("no LAYERS in berkeley/core/__init__.py")


def speak_like_c(generated: Path) -> None:
    """Make the core's exceptions look as those of the standard module's C.

    Cython adds a frame of its own to the traceback for each function that an exception passes:
    three for an EAGAIN, which took longer than all the rest of such a call.  There is no directive
    against it.  Where an exception is caught, the traceback may be NULL then.  And C functions say
    "takes at most 2 arguments", without "positional"; programs and tests look at that.
    """
    before = generated.read_text()
    after = before.replace('__Pyx_AddTraceback("', 'NO_TRACEBACK("')
    for traceback in set(re.findall(r"__Pyx_GetException\(&\w+, &\w+, &(\w+)\)", after)):
        for call in ("GOTREF", "GIVEREF", "DECREF"):
            after = after.replace(f"__Pyx_{call}({traceback})", f"__Pyx_X{call}({traceback})")
    after = after.replace('d positional argument%.1s (%"', 'd argument%.1s (%"')
    if after != before:
        generated.write_text(after)


if {"build_ext", "bdist_wheel", "editable_wheel", "develop", "build", "install"} & set(sys.argv):
    missing = what_is_missing()
    if missing:
        sys.exit(missing)
    setup(ext_modules=extensions())
else:
    # Metadata and the sdist need neither Cython nor a compiler.
    setup()
