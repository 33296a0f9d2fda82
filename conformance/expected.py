"""The known differences: ``expected/<interpreter>.txt``, a test id and its reason a line.

    test.test_x.Class.test_y  # why this cannot be the same

The goal is that the files are empty. A listed test without a difference is an error: the list never
says more than is true.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from conformance.compare import Difference
from conformance.model import ROOT

FOLDER = ROOT / "conformance" / "expected"
NO_REASON = "reason to be written"
HEADER = """\
# Known differences between berkeley and the standard module on CPython {name}: test id  # reason
# A listed test that does not differ is an error. The goal is an empty list.
"""


class ExpectedError(ValueError):
    """A line of an expected file that is not an id with a reason."""


def parse(text: str, source: str = "expected") -> dict[str, str]:
    """Return the reasons by test id. Raises ExpectedError (no reason, an id listed twice)."""
    known: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        # ids of subtests have blanks and may have a '#': the reason is behind the last one
        test, mark, reason = (part.strip() for part in line.rpartition("#"))
        if not mark or not test or not reason:
            raise ExpectedError(f"{source}:{number}: not 'test id  # reason': {line}")
        if test in known:
            raise ExpectedError(f"{source}:{number}: listed twice: {test}")
        known[test] = reason
    return known


def read(name: str, folder: Path = FOLDER) -> dict[str, str]:
    """Return the known differences of the interpreter *name*; none if there is no file."""
    path = folder / f"{name}.txt"
    return parse(path.read_text(encoding="utf-8"), path.name) if path.exists() else {}


def stale(
    known: Iterable[str], found: Iterable[Difference], ran: Iterable[str], whole: bool
) -> dict[str, str]:
    """Return what is wrong with the list, by test id.

    *ran* are the ids of all tests that have results; *whole*: everything was run, so that a listed
    test that has no result does not exist.
    """
    differing, present = {difference.test for difference in found}, set(ran)
    wrong = {}
    for test in known:
        if test in differing:
            continue
        if test in present:
            wrong[test] = "listed as a known difference, but there is none"
        elif whole:
            wrong[test] = "listed as a known difference, but there is no such test"
    return wrong


def render(name: str, known: Mapping[str, str]) -> str:
    """Return the text of an expected file."""
    lines = [f"{test}  # {reason}\n" for test, reason in sorted(known.items())]
    return HEADER.format(name=name) + "".join(lines)


def update(
    name: str, found: Iterable[Difference], gone: Iterable[str], folder: Path = FOLDER
) -> None:
    """Write the differences that are not listed yet, as candidates, and take the ids in *gone* out.

    The reasons of lines that stay are kept; those of new ones must be written by a person.
    """
    out = set(gone)
    known = {test: reason for test, reason in read(name, folder).items() if test not in out}
    for difference in found:
        known.setdefault(difference.test, f"{NO_REASON} ({difference.kind})")
    (folder / f"{name}.txt").write_text(render(name, known), encoding="utf-8")
