"""Entries of the reference, made when the documentation is built.

A page writes one line for an entry, and its own words below it:

    ::: getaddrinfo
    ::: socket | socket(family=-1, type=-1, proto=-1, fileno=None)

What becomes of it is a heading with an anchor of its own, the signature with its types, and the
docstring: the sentences that begin with "Raises" and "Source:" are set apart.  The signature is
read from the stub of a compiled file, from the source of another one, unless the line gives it.
The core is compiled, so docstrings come from importing berkeley.  ``{{ reference-index }}``
becomes a list of all entries.
"""

import ast
import inspect
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent
FOLDER = DOCS / "reference"
SOURCE = DOCS.parent / "src"
if str(SOURCE) not in sys.path:
    sys.path.insert(0, str(SOURCE))

import berkeley  # noqa: E402

DIRECTIVE = re.compile(r"^::: (?P<name>[\w.]+)(?: \| (?P<signature>.+))?$", re.MULTILINE)
# Entries written by hand have a heading with an anchor: ### AddressFamily { #AddressFamily }
HEADING = re.compile(r"^#{2,4} (?P<name>[\w.]+) \{ #[\w-]+ \}$", re.MULTILINE)
SENTENCE = re.compile(r"(?:^|(?<=[.;]) +)(?=Raises |Source: )")
# Words of docstrings that Markdown would take for emphasis.
STARRED = re.compile(r"(?<![`\w])([A-Z]+_\*|\d+\*\*\d+(?: [-+] \d+)?)")
# Private names of the stubs.
ALIASES = {
    "Host": "str | bytes | bytearray",
    "CMSG": "tuple[int, int, bytes]",
    "CMSGArg": "tuple[int, int, ReadableBuffer]",
}
WIDTH = 88


class UnknownName(Exception):
    """A page has an entry for something that berkeley does not have, or that has no docstring."""


def find(name: str) -> Any:
    """The object of an entry: ``getaddrinfo``, ``socket.recv``.  Raises UnknownName."""
    found: Any = berkeley
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise UnknownName(f"berkeley has no {name}") from None
    return found


def anchor(name: str) -> str:
    """The anchor of an entry's heading."""
    return name.replace(".", "-")


@cache
def _tree(module: str) -> ast.Module:
    """The stub of a module, or its source if it has none."""
    path = SOURCE.joinpath(*module.split("."))
    stub, source = path.with_suffix(".pyi"), path.with_suffix(".py")
    return ast.parse((stub if stub.exists() else source).read_text(encoding="utf-8"))


def _module_of(thing: Any) -> str:
    # The public names say that they are of "berkeley"; their files are elsewhere.
    return {"socket": "berkeley.socketclass"}.get(thing.__name__) or str(thing.__module__)


def _definitions(name: str) -> list[ast.FunctionDef]:
    """The definitions of a function or method, more than one where it is overloaded."""
    owner, _, short = name.rpartition(".")
    if not owner:
        return _functions(_tree(_module_of(find(name))).body, short)
    # Not the first class that has it: socket has the methods of its bases itself, by assignment.
    for kind in find(owner).__mro__[:-1]:
        for node in _tree(_module_of(kind)).body:
            if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
                found = _functions(node.body, short)
                if found:
                    return found
    return []


def _functions(body: list[ast.stmt], name: str) -> list[ast.FunctionDef]:
    return [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]


def _unquoted(annotation: ast.expr) -> str:
    """A type; some are in quotes, for the type checker alone, and addresses have many forms."""
    text = ast.unparse(annotation)
    if not text.startswith("Literal["):
        text = text.replace("'", "")
    text = re.sub(r"\b_(RetAddress|Address|Found|UnixName)\b", "address", text)
    return re.sub(r"\b_(Host|CMSG|CMSGArg)\b", lambda match: ALIASES[match[1]], text)


def _parameters(arguments: ast.arguments) -> list[str]:
    """The parameters without self, each with its type and default, and the markers between them."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = list(zip(positional, [*defaults, *arguments.defaults], strict=True))
    shown = []
    for number, (one, default) in enumerate(pairs, 1):
        if one.arg != "self":
            shown.append(_parameter(one, default))
        if number == len(arguments.posonlyargs) and shown:
            shown.append("/")
    if arguments.kwonlyargs:
        shown.append("*")
    shown += map(_parameter, arguments.kwonlyargs, arguments.kw_defaults)
    return shown


def _parameter(one: ast.arg, default: ast.expr | None) -> str:
    kind = f": {_unquoted(one.annotation)}" if one.annotation else ""
    value = ast.unparse(default) if default else ""
    if value == "_GLOBAL_DEFAULT_TIMEOUT":
        # An object that stands for what setdefaulttimeout() was given.
        return f"{one.arg}: float | None = <the default timeout>"
    return f"{one.arg}{kind}{f' = {value}' if value else ''}"


def _shown(definition: ast.FunctionDef) -> str:
    """One definition as text, in several lines if it is long."""
    returns = _unquoted(definition.returns) if definition.returns else "None"
    if any(ast.unparse(one) == "property" for one in definition.decorator_list):
        return f"{definition.name}: {returns}"
    parameters = _parameters(definition.args)
    line = f"{definition.name}({', '.join(parameters)}) -> {returns}"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"    {one},\n" for one in parameters)
    return f"{definition.name}(\n{inner}) -> {returns}"


def signature(name: str) -> str:
    """How a thing is called, with the types; a line a form."""
    return "\n".join(map(_shown, _definitions(name)))


def body(text: str) -> str:
    """A docstring as Markdown."""
    prose, facts = [], []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        line = STARRED.sub(r"`\1`", " ".join(paragraph.split()))
        for part in SENTENCE.split(line):
            if part.startswith("Raises "):
                facts.append(f"**Raises** {part.removeprefix('Raises ')}")
            elif part.startswith("Source: "):
                facts.append(f"**Source** {part.removeprefix('Source: ')}")
            elif part:
                prose.append(part)
    if facts:
        prose.append("  \n".join(facts))
    return "\n\n".join(prose)


def entry(name: str, given: str | None = None) -> str:
    """The Markdown of one entry.  Raises UnknownName."""
    text = inspect.getdoc(find(name))
    if not text:
        raise UnknownName(f"berkeley.{name} has no docstring")
    called = given or signature(name)
    if not called:
        raise UnknownName(f"no definition of berkeley.{name} was found")
    return f"### {name} {{ #{anchor(name)} }}\n\n```python\n{called}\n```\n\n{body(text)}"


def entries(page: str) -> list[str]:
    """The names that a page has entries for."""
    found = [*DIRECTIVE.finditer(page), *HEADING.finditer(page)]
    return [match["name"] for match in sorted(found, key=lambda match: match.start())]


def all_entries() -> dict[str, str]:
    """The page and anchor of every entry, by name."""
    return {
        name: f"{path.name}#{anchor(name)}"
        for path in sorted(FOLDER.glob("*.md"))
        for name in entries(path.read_text(encoding="utf-8"))
    }


def index() -> str:
    """A list of all entries, with links."""
    groups: dict[str, list[str]] = {"Names of the module": [], "Methods and attributes": []}
    for name, place in sorted(all_entries().items(), key=lambda item: item[0].lower()):
        title = "Methods and attributes" if "." in name else "Names of the module"
        groups[title].append(f"[`{name}`]({place})")
    return "\n\n".join(f"**{title}:** {' · '.join(links)}" for title, links in groups.items())


def on_page_markdown(markdown: str, **kwargs: Any) -> str:
    """MkDocs calls this with each page."""
    if "{{ reference-index }}" in markdown:
        markdown = markdown.replace("{{ reference-index }}", index())
    return DIRECTIVE.sub(lambda match: entry(match["name"], match["signature"]), markdown)
