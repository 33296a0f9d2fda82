"""The examples of docs/families/can.md, run as they are."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "families" / "can.md"
# The heading, the program that follows it, and what that prints.
EXAMPLES = re.findall(
    r"^## (\w+)\n(?:(?!^## ).)*?"
    r"^<!-- run in the guest -->\n```python\n(.*?)^```\n\n"
    r"<!-- output in the guest -->\n```text\n(.*?)^```$",
    PAGE.read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)

pytestmark = pytest.mark.config("CONFIG_CAN_BCM", "CONFIG_CAN_ISOTP", "CONFIG_CAN_J1939")


@pytest.mark.exchange("CAN", "the examples of the page")
@pytest.mark.parametrize(
    ("title", "program", "output"), EXAMPLES, ids=[title for title, *_ in EXAMPLES]
)
def test_example(capsys, title, program, output):
    exec(compile(program, f"{PAGE.name}, {title}", "exec"), {})
    assert capsys.readouterr().out == output


def test_each_protocol_has_an_example():
    assert [title for title, *_ in EXAMPLES] == ["CAN_RAW", "CAN_BCM", "CAN_ISOTP", "CAN_J1939"]
