"""The row of the import from a cold disk cache: no file that it reads is in memory.

Pages that a process has mapped stay in memory, and this process has both modules mapped.  So the
files of both are copied: the standard library's modules that either import loads, and berkeley.
Before each import the kernel is asked to forget the copies, posix_fadvise(2); whether it does is
tried once, by a read that must not wait, preadv2(2).  The interpreter stays in memory, and so do
the names in folders.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.imports import child, folder_of
from benchmarks.row import Row, Session, Unavailable
from benchmarks.sample import Sample

# The files that an import reads: bytecode is opened, a shared object is named by another event.
LIST = """
import sys
sys.path.append({folder!r})
def hook(event, words):
    if event == "open" or event == "import" and words[1]:
        print(words[event == "import"])
sys.addaudithook(hook)
{statement}
"""


def copy_library(statement: str, folder: str, target: Path) -> None:
    """Copy what *statement* loads from the standard library to *target*."""
    code = LIST.format(folder=folder, statement=statement)
    command = [sys.executable, "-I", "-S", "-c", code]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    library = Path(sysconfig.get_path("stdlib"))
    for path in map(Path, listed.splitlines()):
        if path.suffix == ".pyc":
            source = path.parent.with_name(path.name.partition(".")[0] + ".py")
            place = target / source.relative_to(library) if library in source.parents else None
        else:
            source, place = path, target / path.name
            if path.suffix != ".so" or folder in str(path):
                continue
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def forget(files: list[Path]) -> None:
    """Have the kernel forget what is in *files*."""
    for path in files:
        fd = os.open(path, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def require_forgetting(path: Path) -> None:
    """Raises Unavailable (forgotten, the file *path* is in memory).

    Asking has the kernel read ahead, so this is for a file that no import reads.
    """
    path.write_bytes(bytes(4096))
    os.sync()
    forget([path])
    with path.open("rb") as file:
        try:
            os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            raise Unavailable(f"whether a file is in memory: {error.strerror}") from error
    raise Unavailable(f"files in {path.parent} are always in memory")


@contextmanager
def copies(folder: str) -> Iterator[tuple[Path, Path, list[Path]]]:
    """The folders of the library and of berkeley, which begin with their bytecode made, and all
    files.
    """
    # Beside the original: a folder for temporary files may be in memory.
    with TemporaryDirectory(prefix="cold-", dir=Path(folder).parent) as made:
        library, ours = Path(made, "library"), Path(made, "berkeley")
        require_forgetting(Path(made, "probe"))
        for statement in ("import berkeley", "import socket"):
            copy_library(statement, folder, library)
        shutil.copytree(
            Path(folder, "berkeley"),
            ours / "berkeley",
            ignore=shutil.ignore_patterns("*.c", "*.pxd", "__pycache__"),
        )
        for statement in ("import berkeley", "import socket"):
            child(str(ours), statement, f"sys.path.insert(0, {str(library)!r})")()
        os.sync()
        yield library, ours, [path for path in Path(made).rglob("*") if path.is_file()]


def cold(session: Session) -> Sample:
    times: dict[str, list[float]] = {"berkeley": [], "socket": []}
    try:
        with copies(folder_of(session.berkeley)) as (library, ours, files):
            for number in range(session.rounds):
                for name in times if number % 2 == 0 else reversed(times):
                    forget(files)
                    before = f"sys.path.insert(0, {str(library)!r})"
                    times[name].append(child(str(ours), f"import {name}", before)())
    except OSError as error:
        raise Unavailable(f"no copies: {error}") from error
    return Sample(times["berkeley"], times["socket"])


ROWS = [Row("import, cold disk cache", cold)]
