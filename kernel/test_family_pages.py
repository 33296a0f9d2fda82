"""The examples of the pages about TIPC, AF_ALG, VSOCK, QIPCRTR, RDS and others, run as they are."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "families"
# The heading, the program that follows it, and what that prints.
EXAMPLE = re.compile(
    r"^(?:##? ([^\n]+)\n(?:(?!^##? ).)*?)?"
    r"^<!-- run in the guest -->\n```python\n(.*?)^```\n\n"
    r"<!-- output in the guest -->\n```text\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COUNTS = {"tipc": 3, "alg": 3, "vsock": 2, "qipcrtr": 2, "rds": 1, "others": 2}


def examples() -> Iterator[Any]:
    for page in COUNTS:
        text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
        for number, (title, program, output) in enumerate(EXAMPLE.findall(text), 1):
            family = title.removeprefix("AF_") if page == "others" else page.upper()
            marks = [pytest.mark.exchange(family, "the examples of the page")]
            if family == "SMC":
                marks.append(pytest.mark.config("CONFIG_SMC"))
            yield pytest.param(page, program, output, id=f"{page}-{number}", marks=marks)


@pytest.mark.parametrize(("page", "program", "output"), list(examples()))
def test_example(capsys, page, program, output):
    exec(compile(program, f"{page}.md", "exec"), {})
    assert capsys.readouterr().out == output


@pytest.mark.parametrize("page", COUNTS)
def test_every_example_is_found(page):
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    assert len(EXAMPLE.findall(text)) == text.count("run in the guest") == COUNTS[page]
