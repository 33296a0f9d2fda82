"""install.py: which sources are copied, and that only changes are."""

from pathlib import Path

import pytest

from conformance import install


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    core = root / "src" / "berkeley" / "core"
    core.mkdir(parents=True)
    (root / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    for name in ("wait.py", "wait.pxd", "wait.c", "wait.cpython-313.so", "hand_written.c"):
        (core / name).write_text(name)
    (root / "src" / "berkeley.egg-info").mkdir()
    (root / "src" / "berkeley.egg-info" / "PKG-INFO").write_text("old")
    monkeypatch.setattr(install, "ROOT", root)
    monkeypatch.setattr(install, "COPY", tmp_path / "copy")
    return root


def copied(tree: Path) -> set[str]:
    copy = install.COPY
    return {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}


def test_generated_files_are_not_sources(tree: Path) -> None:
    install.copy_sources()
    core = "src/berkeley/core"
    assert copied(tree) == {
        "pyproject.toml",
        f"{core}/wait.py",
        f"{core}/wait.pxd",
        f"{core}/hand_written.c",
    }


def test_digest_follows_the_sources_and_only_changes_are_copied(tree: Path) -> None:
    first = install.copy_sources()
    target = install.COPY / "src/berkeley/core/wait.py"
    before = target.stat().st_mtime_ns
    assert install.copy_sources() == first
    assert target.stat().st_mtime_ns == before
    (tree / "src/berkeley/core/wait.py").write_text("changed")
    assert install.copy_sources() != first
    assert target.read_text() == "changed"


def test_removed_source_takes_its_translation_and_the_build_with_it(tree: Path) -> None:
    install.copy_sources()
    made = install.COPY / "src/berkeley/core/wait.c"
    made.write_text("made by Cython")
    (install.COPY / "build").mkdir()
    (tree / "src/berkeley/core/wait.py").unlink()
    install.copy_sources()
    assert not made.exists()
    assert not (install.COPY / "build").exists()
