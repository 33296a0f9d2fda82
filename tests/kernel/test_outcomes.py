"""kernel/: how the outcomes of a run are judged, and what is refused outside of the guest."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernel import guest
from kernel.background import Background
from kernel.outcomes import ABSENT, EXCHANGED, FAILED, OTHER_KERNEL, SKIPPED, STARTED
from kernel.report import Outcomes

ROOT = Path(__file__).resolve().parents[2]
RAW, FD = ["CAN", "raw frame"], ["CAN", "FD frame"]


def read(tmp_path: Path, *lines: list[object], default: bool = True) -> Outcomes:
    path = tmp_path / "outcomes"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Outcomes.read(path, default)


def table(outcomes: Outcomes) -> list[tuple[str, str, str]]:
    return [(one.what, one.outcome, one.reason) for one in outcomes.exchanges()]


def test_the_last_line_of_a_test_counts(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", STARTED, "", [RAW]], ["a", EXCHANGED, "", [RAW]])
    assert table(found) == [("raw frame", EXCHANGED, "")]
    assert found.good


def test_a_test_that_has_not_ended_has_failed(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", EXCHANGED, "", [RAW]], ["b", STARTED, "", []])
    assert not found.good
    assert found.count(FAILED) == 1


def test_what_the_configuration_lacks_is_no_failure(tmp_path: Path) -> None:
    found = read(tmp_path, ["a", ABSENT, "CONFIG_CAN not set", [RAW]])
    assert table(found) == [("raw frame", ABSENT, "CONFIG_CAN not set")]
    assert found.good


@pytest.mark.parametrize(
    ("outcome", "default", "good"),
    [
        (SKIPPED, True, False),
        (SKIPPED, False, False),
        (OTHER_KERNEL, True, False),
        (OTHER_KERNEL, False, True),
    ],
)
def test_an_exchange_is_not_skipped_for_another_reason(
    tmp_path: Path, outcome: str, default: bool, good: bool
) -> None:
    assert read(tmp_path, ["a", outcome, "why", [RAW]], default=default).good is good
    # A test of something else may be.
    assert read(tmp_path, ["a", outcome, "why", []], default=default).good


def test_an_exchange_is_as_good_as_its_worst_test(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ["a[1]", EXCHANGED, "", [RAW, FD]],
        ["a[2]", FAILED, "why", [RAW]],
        ["a[3]", EXCHANGED, "", [RAW]],
    )
    assert table(found) == [("raw frame", FAILED, "why"), ("FD frame", EXCHANGED, "")]


def test_nothing_is_not_good(tmp_path: Path) -> None:
    assert not read(tmp_path).good


def test_versions_of_kernels() -> None:
    assert guest.version("6.12.117+deb13-amd64") == guest.version("6.12") == (6, 12)
    assert guest.version("7.2-rc1") == (7, 2)


def test_background_returns_and_raises() -> None:
    assert Background(divmod, 7, 2).result() == (3, 1)
    with pytest.raises(ZeroDivisionError):
        Background(divmod, 7, 0).result()


def test_background_that_does_not_end(pair: tuple[object, object]) -> None:
    near, far = pair
    job = Background(far.recv, 1)  # type: ignore[attr-defined]
    with pytest.raises(TimeoutError, match="not ended"):
        job.result(0.01)
    near.send(b"x")  # type: ignore[attr-defined]
    assert job.result() == b"x"


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False
    )


def test_outside_of_the_guest_pytest_says_so() -> None:
    done = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "kernel")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "make kernel-tests" in done.stderr
