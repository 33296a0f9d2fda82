"""The examples of docs/families/bluetooth.md, run as they are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kernel.vhci_pair import Pair

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "families" / "bluetooth.md"
EXAMPLE = re.compile(
    r"^<!-- run in the guest(?P<le>: le)? -->\n```python\n(?P<program>.*?)^```\n\n"
    r"<!-- output in the guest -->\n```text\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

pytestmark = pytest.mark.config("CONFIG_BT_RFCOMM", "CONFIG_BT_LE", "CONFIG_BT_HCIVHCI")


@pytest.mark.exchange("BLUETOOTH", "the examples of the page")
@pytest.mark.parametrize("le", [False, True], ids=["classic", "low_energy"])
def test_examples(le: bool) -> None:
    examples = [one for one in EXAMPLE.finditer(PAGE.read_text("utf-8")) if bool(one["le"]) == le]
    assert len(examples) == (1 if le else 4)
    with Pair(le=le):
        for example in examples:
            output = subprocess.run(
                [sys.executable, "-c", example["program"]],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            ).stdout
            assert output == example["output"]
