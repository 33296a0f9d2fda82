"""expected.py: the lists of known differences, and when they are wrong."""

from pathlib import Path

import pytest

from conformance import expected
from conformance.compare import Difference

A = Difference("test.test_x.C.test_a", "fail", "pass", "fail")
B = Difference("test.test_x.C.test_b (i='#1')", "extra skip", "pass", "skip")


def test_parse_takes_ids_with_blanks_and_hashes() -> None:
    text = f"# header\n\n{A.test}  # one reason\n{B.test} # another\n"
    assert expected.parse(text) == {A.test: "one reason", B.test: "another"}


@pytest.mark.parametrize(
    "text", ["test.test_x.C.test_a\n", "test.test_x.C.test_a #\n", "a # b\na # c\n", " # c\n"]
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(expected.ExpectedError):
        expected.parse(text)


def test_listed_test_without_a_difference_is_an_error() -> None:
    ran = [A.test, "other"]
    assert expected.stale([A.test], [A], ran, whole=True) == {}
    assert "there is none" in expected.stale([A.test], [], ran, whole=True)[A.test]


def test_listed_test_that_did_not_run_is_an_error_only_if_everything_ran() -> None:
    assert expected.stale([A.test], [], ["other"], whole=False) == {}
    assert "no such test" in expected.stale([A.test], [], ["other"], whole=True)[A.test]


def test_update_keeps_reasons_adds_candidates_and_takes_out_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "3.13.txt"
    path.write_text(expected.render("3.13", {A.test: "a good reason", "old": "gone by now"}))
    expected.update("3.13", [A, B], ["old"], tmp_path)
    known = expected.read("3.13", tmp_path)
    assert known[A.test] == "a good reason"
    assert known[B.test].startswith(expected.NO_REASON)
    assert set(known) == {A.test, B.test}
    assert path.read_text().startswith("# Known differences")


def test_file_that_does_not_exist_is_an_empty_list(tmp_path: Path) -> None:
    assert expected.read("3.99", tmp_path) == {}


@pytest.mark.parametrize("path", sorted(expected.FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_projects_lists_are_in_order_and_every_reason_is_written(path: Path) -> None:
    known = expected.read(path.stem)
    assert path.read_text(encoding="utf-8") == expected.render(path.stem, known)
    assert not [reason for reason in known.values() if reason.startswith(expected.NO_REASON)]
