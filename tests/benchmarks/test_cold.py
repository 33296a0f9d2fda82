"""benchmarks.cold: the copies are what an import loads, and are forgotten."""

import os
import socket
from pathlib import Path

import pytest

import berkeley
from benchmarks import cold, imports
from benchmarks.row import Session, Unavailable


@pytest.fixture(scope="module")
def copied():
    try:
        with cold.copies(imports.folder_of(berkeley)) as made:
            yield made
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", ["berkeley", "socket"])
def test_an_import_reads_the_copies_and_nothing_else(copied, name):
    library, ours, _ = copied
    check = f"""
def hook(event, words):
    path = words[0] if event == "open" else words[1] if event == "import" else None
    assert path is None or str(path).startswith({str(library.parent)!r}), path
sys.addaudithook(hook)
import {name}
assert {name}.__file__.startswith({str(library.parent)!r})
"""
    assert imports.child(str(ours), check, f"sys.path.insert(0, {str(library)!r})")() > 0


def test_what_is_forgotten_is_not_in_memory(copied):
    _, ours, files = copied
    package = ours / "berkeley" / "__init__.py"
    assert package in files
    assert package.read_bytes() == Path(berkeley.__file__).read_bytes()
    cold.forget(files)
    with package.open("rb") as file, pytest.raises(BlockingIOError):
        os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT)


def test_files_that_are_always_in_memory_are_told():
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        pytest.skip("no /dev/shm")
    probe = folder / f"berkeley-probe-{os.getpid()}"
    try:
        with pytest.raises(Unavailable):
            cold.require_forgetting(probe)
    finally:
        probe.unlink()


def test_the_row_gives_a_pair_a_round_and_leaves_nothing(copied):
    (row,) = cold.ROWS
    folder = Path(imports.folder_of(berkeley)).parent
    before = sorted(folder.glob("cold-*"))
    sample = row.measure(Session(berkeley, socket, rounds=2))
    assert len(sample.berkeley) == len(sample.standard) == 2
    assert min(sample.berkeley + sample.standard) > 0
    assert sorted(folder.glob("cold-*")) == before
