"""The list of constants, made from the table in the source when the documentation is built.

``{{ constants }}`` becomes the list, by group and header; ``{{ constants-count }}`` the number of
names and ``{{ constants-new }}`` the number of those that no version of the standard module has on
Linux.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "src" / "berkeley" / "constants"
HALVES = (TABLE / "linux.py", TABLE / "linux_uapi.py")
# The names of the standard module on Linux, of all versions from 3.11 to 3.15.
STANDARD = ROOT / "tests" / "data" / "names.json"

# The name, the value as it is written, and on which machines it is another one.
LINE = re.compile(r"^(\w+) = (.+?)(?:  # (.*))?$", re.MULTILINE)


class Group(NamedTuple):
    """Names that come from the same headers; *headers* is text, empty where C has none of them."""

    title: str
    headers: str
    rows: list[tuple[str, str, str]]


@cache
def groups() -> list[Group]:
    """The table of the source: a blank line and a comment begin a group."""
    found: list[Group] = []
    text = "\n\n".join(half.read_text(encoding="utf-8").rstrip("\n") for half in HALVES)
    for block in text.split("\n\n# ")[1:]:
        first, _, rest = block.partition("\n")
        headers = ""
        if first.startswith("<"):
            headers, _, first = first.partition(": ")
        # Names of manual pages, such as shutdown(2), keep their small letters.
        if re.match(r"[a-z]+ ", first):
            first = first[0].upper() + first[1:]
        found.append(Group(first, headers, LINE.findall(rest)))
    return found


@cache
def standard_names() -> frozenset[str]:
    return frozenset(json.loads(STANDARD.read_text(encoding="utf-8"))["names"])


def names() -> list[str]:
    """Every constant."""
    return [name for group in groups() for name, _, _ in group.rows]


def escape(text: str) -> str:
    """Headers and titles have angle brackets, which Markdown takes for tags."""
    return text.replace("<", "&lt;").replace("*", "\\*")


def listing() -> str:
    """The constants as Markdown: a section a group, a table a section."""
    parts = []
    for group in groups():
        parts.append(f"## {escape(group.title)}\n")
        if group.headers:
            parts.append(f"{escape(group.headers)}\n")
        parts.append("| Name | Value | |\n|---|---|---|")
        for name, value, remark in group.rows:
            notes = [*([] if name in standard_names() else ["new"]), *([remark] if remark else [])]
            parts.append(f"| `{name}` | `{value}` | {'; '.join(notes)} |")
        parts.append("")
    return "\n".join(parts)


def on_page_markdown(markdown: str, **kwargs: Any) -> str:
    """MkDocs calls this with each page."""
    every = names()
    new = [name for name in every if name not in standard_names()]
    for mark, number in (("constants-count", len(every)), ("constants-new", len(new))):
        markdown = markdown.replace(f"{{{{ {mark} }}}}", f"{number:,}".replace(",", " "))
    if "{{ constants }}" in markdown:
        markdown = markdown.replace("{{ constants }}", listing())
    return markdown
