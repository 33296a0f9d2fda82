"""tools/kernel-lab: what it refuses, before it starts anything."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

LAB = Path(__file__).resolve().parents[2] / "tools" / "kernel-lab"
LAB_FAILED = 125

pytestmark = pytest.mark.skipif(os.uname().machine != "x86_64", reason="missing: an x86_64 machine")


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/bash", str(LAB), *arguments]
    return subprocess.run(
        command, env=os.environ | env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "no command"),
        (("--kernel",), "--kernel needs a value"),
        (("--colour", "--", "true"), "unknown option --colour"),
        (("--kernel", "5.0", "--", "true"), "no kernel 5.0"),
        (("--rw", "/no/such/folder", "--", "true"), "no /no/such/folder"),
    ],
)
def test_usage(arguments: tuple[str, ...], complaint: str) -> None:
    done = run(*arguments)
    assert done.returncode == LAB_FAILED
    assert complaint in done.stderr


def test_missing_programs_are_named_by_their_packages(tmp_path: Path) -> None:
    for name in ("bash", "uname", "dpkg-deb", "xz"):
        if found := shutil.which(name):
            (tmp_path / name).symlink_to(found)
    done = run("--", "true", PATH=str(tmp_path))
    assert done.returncode == LAB_FAILED
    assert "apt install qemu-system-x86 apt " in done.stderr


def test_help_is_the_comment_at_the_top() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert done.stdout.startswith("kernel-lab: run a command")
    assert "set -euo" not in done.stdout
