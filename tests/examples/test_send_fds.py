"""The example that sends descriptors, run as a user would run it."""

import hashlib
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "send_fds.py"
STRICT = ("-X", "dev", "-W", "error")


def test_files_are_read_by_the_other_process(python, tmp_path):
    files = [tmp_path / "one", tmp_path / "empty", tmp_path / "name with \u00e9"]
    for number, file in enumerate(files):
        file.write_bytes(bytes(range(256)) * 1000 * (number != 1))
    ended = python(*STRICT, EXAMPLE, *files)
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert ended.stdout.splitlines() == [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file}" for file in files
    ]


def test_a_file_that_is_not_there(python, tmp_path):
    there, missing = tmp_path / "there", tmp_path / "missing"
    there.write_bytes(b"data")
    ended = python(*STRICT, EXAMPLE, there, missing)
    assert ended.returncode == 1
    assert ended.stdout == f"{hashlib.sha256(b'data').hexdigest()}  {there}\n"
    assert ended.stderr == f"send_fds.py: [Errno 2] No such file or directory: '{missing}'\n"
