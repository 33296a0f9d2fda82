"""The examples of the pages about these families, run as they are."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "families"
# The heading, if there is one, the program that follows it, and what that prints.
EXAMPLE = re.compile(
    r"^(?:##? ([^\n]+)\n(?:(?!^##? ).)*?)"
    r"^<!-- run in the guest -->\n```python\n(.*?)^```\n\n"
    r"<!-- output in the guest -->\n```text\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NEEDS = {
    "Packet": "packet",
    "SCTP": "sctp",
    "UDP-Lite": "udplite",
    "MPTCP": "mptcp",
    "DCCP": "dccp",
}
FOUND = {
    "netlink": ["Asking", "Being told"],
    "packet": ["Packet"],
    "ip": ["SCTP", "UDP-Lite", "MPTCP", "DCCP", "ICMP"],
}


def examples():
    for page in FOUND:
        for title, program, output in EXAMPLE.findall((FOLDER / f"{page}.md").read_text()):
            marks = pytest.mark.needs(NEEDS[title]) if title in NEEDS else ()
            yield pytest.param(page, program, output, id=f"{page}-{title}", marks=marks)


@pytest.mark.parametrize(("page", "program", "output"), list(examples()))
def test_example(capsys, page, program, output):
    exec(compile(program, f"{page}.md", "exec"), {})
    assert capsys.readouterr().out == output


@pytest.mark.parametrize("page", FOUND)
def test_every_example_is_found(page):
    text = (FOLDER / f"{page}.md").read_text()
    assert [title for title, *_ in EXAMPLE.findall(text)] == FOUND[page]
    assert text.count("```python") == len(FOUND[page])
