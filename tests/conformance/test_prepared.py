"""prepared.py, and planning's whole modules: what a run in a guest kernel is told."""

from pathlib import Path

from conformance import planning, prepared
from conformance.model import STANDARD, Interpreter, Unit

PYTHON = Interpreter(
    "3.15",
    "3.15.0b1",
    ("tools/pythons", "--run", "3.15", "folder", "python"),
    {"test_socket": ["test.test_socket"], "test_smtpd": None},
    "fingerprint",
)


def test_prepared_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "prepared"
    prepared.write(path, [PYTHON], {"3.14": "not found"}, "digest")
    found, absent, digest = prepared.read(path)
    assert found == [PYTHON]
    assert found[0].modules == PYTHON.modules
    assert (absent, digest) == ({"3.14": "not found"}, "digest")


def test_a_whole_module_is_one_unit() -> None:
    # Nothing is asked of the interpreter, which is not there.
    found = planning.units(PYTHON, [(STANDARD, None)], ["test_socket"], whole=True)
    assert found == [Unit("test.test_socket")]
