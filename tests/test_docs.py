"""The documentation: names have entries, links have targets, marked code does what is written.

A comment on the line before a fenced block says what becomes of it:

    <!-- run -->        a python block is run as a program, a console block command by command
    <!-- output -->     what the block before printed, to the letter
    <!-- file: x.py --> the block is that file, for the blocks of its page that come after it

In a console block, lines that begin with ``$ `` are commands, the lines below them what they print.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import berkeley
from docs.hooks import constants, figures, reference

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = json.loads((ROOT / "tests" / "data" / "names.json").read_text())

BLOCK = re.compile(
    r"^<!-- (?P<mark>(run|output)( in the guest(: \w+)?)?|file: (?P<file>[\w.]+)) -->\n"
    r"```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Code:
    """A block to run, with what it shall print and the files that it finds."""

    place: str
    language: str
    text: str
    files: dict[str, str]
    output: list[str] = field(default_factory=list)


def marked(path: Path) -> list[Code]:
    """The blocks of a page that are to be run."""
    found: list[Code] = []
    files: dict[str, str] = {}
    page = path.read_text(encoding="utf-8")
    for match in BLOCK.finditer(page):
        if " in the guest" in match["mark"]:
            # kernel/ runs them, where the kernel has the family.
            continue
        if match["file"]:
            files[match["file"]] = match["text"]
        elif match["mark"] == "output":
            found[-1].output.append(match["text"])
        else:
            line = page.count("\n", 0, match.start()) + 2
            place = f"{path.relative_to(ROOT)}:{line}"
            found.append(Code(place, match["language"], match["text"], dict(files)))
    return found


CODE = [code for page in PAGES for code in marked(page)]


@pytest.fixture
def environment(tmp_path):
    """Variables for a child: `python` is this interpreter, and berkeley the one that is tested."""
    commands = tmp_path / "commands"
    commands.mkdir()
    python = commands / "python"
    # A link would lose the virtual environment that the interpreter belongs to.
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BERKELEY"))}
    return variables | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(berkeley.__file__).parent.parent),
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def run(tmp_path, environment):
    """A function that runs a command in a folder of its own and returns what it printed."""
    folder = tmp_path / "folder"
    folder.mkdir()

    def run(command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    run.folder = folder
    return run


def dialogue(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not parts[0], "a console block begins with a command"
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts[1:]]


@pytest.mark.parametrize("code", CODE, ids=lambda code: code.place)
def test_marked_code_does_what_is_written(code, run) -> None:
    for name, text in code.files.items():
        (run.folder / name).write_text(text)
    if code.language == "python":
        printed = run([sys.executable, "-c", code.text])
        assert printed == "".join(code.output)
    else:
        assert code.language == "console"
        for command, expected in dialogue(code.text):
            assert run(["/bin/sh", "-c", command]) == expected


def test_code_is_found_in_readme_and_docs() -> None:
    assert {code.place.partition("/")[0].partition(":")[0] for code in CODE} == {
        "README.md",
        "docs",
    }
    assert all(code.output for code in CODE if code.language == "python")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_marks_are_of_blocks(page) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^<!--", text, re.MULTILINE)) == len([*BLOCK.finditer(text)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_blocks_compile(page) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    for text in blocks:
        compile(text, str(page), "exec")


ENTRIES = reference.all_entries()


@pytest.mark.parametrize(
    "name", [name for name, entry in NAMES["names"].items() if entry["kind"] != "const"]
)
def test_name_has_an_entry(name) -> None:
    assert name in ENTRIES


@pytest.mark.parametrize("name", NAMES["methods"])
def test_method_has_an_entry(name) -> None:
    if name.startswith("_"):
        page = (reference.FOLDER / "socket.md").read_text()
        assert re.search(rf"^\| `{name}[`(]", page, re.MULTILINE)
    else:
        assert f"socket.{name}" in ENTRIES


def test_constants_are_listed() -> None:
    listed = set(constants.names())
    wanted = {name for name, entry in NAMES["names"].items() if entry["kind"] == "const"}
    others = wanted - listed
    # Error numbers, which no table of ours has, stand in the text of the page.
    page = (reference.FOLDER / "constants.md").read_text()
    assert not [name for name in others if f"`{name}`" not in page and name not in ENTRIES]


def test_every_public_name_is_documented() -> None:
    page = (reference.FOLDER / "constants.md").read_text()
    known = set(constants.names()) | set(ENTRIES) | set(re.findall(r"`(\w+)`", page))
    assert sorted(set(berkeley.__all__) - known) == []


def test_listed_constants_are_the_modules() -> None:
    machine = os.uname().machine
    table = {**berkeley.constants.documented(), **berkeley.constants.more()}
    for group in constants.groups():
        for name, value, remark in group.rows:
            others = remark.removeprefix("differs on ").split(", ") if remark else []
            if not machine.startswith(tuple(others)):
                assert eval(value, {}, table) == table[name], name


@pytest.mark.parametrize("name", sorted(set(ENTRIES) - {"error", "timeout"}))
def test_entry_is_of_something_public(name) -> None:
    thing = reference.find(name)
    assert thing is not None
    assert not any(part.startswith("_") for part in name.split("."))


@pytest.mark.parametrize("page", sorted(reference.FOLDER.glob("*.md")), ids=lambda page: page.name)
def test_entries_can_be_made(page) -> None:
    made = reference.on_page_markdown(page.read_text())
    assert not reference.DIRECTIVE.search(made)
    for name in reference.entries(page.read_text()):
        assert f"{{ #{reference.anchor(name)} }}" in made


def test_entry_is_made_of_docstring_and_stub() -> None:
    made = reference.entry("socket.sendto")
    assert "### socket.sendto { #socket-sendto }" in made
    assert "sendto(data: ReadableBuffer, flags_or_address: address, /) -> int" in made
    assert re.search(r"^\*\*Source\*\* sendto\(2\)", made, re.MULTILINE)
    with pytest.raises(reference.UnknownName, match="no_such_thing"):
        reference.entry("no_such_thing")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_have_targets(page) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of a page: those of its entries, and of its headings as MkDocs makes them."""
    text = page.read_text()
    found = {reference.anchor(name) for name in reference.entries(text)}
    for heading in re.findall(r"^#+ (.+?)(?: \{.*)?$", text, re.MULTILINE):
        words = re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower()
        found.add(re.sub(r"[-\s]+", "-", words))
    return found


def test_numbers_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    [claim] = re.findall(r"more than (\d \d{3}), the same", readme)
    assert int(claim.replace(" ", "")) < len(constants.names())


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_of_the_root_names_files_that_exist(name) -> None:
    text = (ROOT / name).read_text()
    for path in re.findall(r"`((?:docs|src|tests|tools|conformance|core)/[\w/.]+)`", text):
        base = ROOT / "src" / "berkeley" if path.startswith("core/") else ROOT
        assert (base / path).exists(), path


def test_benchmark_figures(tmp_path) -> None:
    assert "make bench" in figures.benchmarks(tmp_path)
    row = {"name": "recv", "bound": 1.0, "beyond": False, "ratio": 0.5, "unit": "ns"}
    times = {"bare": None, "standard": 1500.0, "berkeley": 750.0}
    results = {
        "python": "CPython 3.13.0",
        "date": "2026-01-01",
        "system": "Linux",
        "processor": "x",
    }
    rows = [row | times, {"name": "dup", "bound": 1.0, "missing": "no memory"}]
    (tmp_path / "3.13.json").write_text(json.dumps(results | {"rows": rows}))
    made = figures.benchmarks(tmp_path)
    assert "| recv |  | 1.5 µs | 750 ns | 0.50 | 1.00 |" in made
    assert "not measured: no memory" in made


def test_instruction_figures(tmp_path) -> None:
    counts = {"recv": {"socket": 1000, "berkeley": 700}}
    (tmp_path / "3.13-instructions.json").write_text(json.dumps(counts))
    assert "| recv | 1000 | 700 | 0.70 |" in figures.benchmarks(tmp_path)


def test_conformance_figures(tmp_path) -> None:
    path = tmp_path / "conformance.json"
    assert "make conformance" in figures.conformance(path)
    counted = {"run": 7, "passed": 5, "failed": 0, "skipped": 2}
    one = {
        "name": "3.13",
        "version": "3.13.0",
        "modules": {"test_socket": {"standard": counted, "berkeley": counted | {"passed": 6}}},
        "differences": [],
        "known": [{"test": "test.test_x", "reason": "a reason"}],
    }
    path.write_text(json.dumps({"interpreters": [one], "not_tested": {"3.15": "not found"}}))
    made = figures.conformance(path)
    assert "| 3.13.0 | 1 | 7 | 5 | 2 | 6 | 2 | 0 | 1 |" in made
    assert "3.15 was not tested: not found" in made
    assert "`test.test_x`: a reason" in made


def test_stored_figures_can_be_shown() -> None:
    assert figures.benchmarks()
    assert figures.conformance()


def test_documentation_builds_without_warnings(tmp_path) -> None:
    if importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None:
        pytest.skip("mkdocs-material is not installed (make docs installs it)")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", tmp_path / "site"],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    built = (tmp_path / "site" / "reference" / "socket.html").read_text()
    assert 'id="socket-recv"' in built
    # Nothing of it comes from another place when it is read.
    for page in (tmp_path / "site").rglob("*.html"):
        assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', page.read_text())
