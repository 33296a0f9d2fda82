"""What the tests of the address formats share: the C headers, asked by a C program."""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

PROGRAM = """\
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#if {there}
{include}
{declaration}
int main(void)
{{
    struct {struct} s;
    (void)s;
    printf("%zu\\n", {size});
    {members}
    return 0;
}}
#else
int main(void)
{{
    return 77;
}}
#endif
"""
MEMBER = 'printf("%zu %zu\\n", offsetof(struct {struct}, {name}), sizeof s.{name});'
# What the program ends with where a header is missing.
MISSING = 77

# Size of the struct, and (offset, size) of each member.
Layout = tuple[int, dict[str, tuple[int, int]]]


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Layout]:
    """What the C compiler says about a struct; skips where it or a header is not installed."""

    def ask(
        struct: str, headers: list[str], members: Iterable[str], size: str, declaration: str
    ) -> Layout:
        if shutil.which("cc") is None:
            pytest.skip("missing: a C compiler (cc)")
        names = list(members)
        folder = tmp_path_factory.mktemp(struct)
        source, program = folder / "layout.c", folder / "layout"
        source.write_text(
            PROGRAM.format(
                struct=struct,
                there=" && ".join(f"__has_include(<{header}>)" for header in headers) or "1",
                include="\n".join(f"#include <{header}>" for header in headers),
                declaration=declaration,
                size=size,
                members="\n    ".join(MEMBER.format(struct=struct, name=name) for name in names),
            )
        )
        _run(["cc", "-o", str(program), str(source)])
        done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60)
        if done.returncode == MISSING:
            pytest.skip(f"missing: a header of C among {', '.join(headers)}")
        assert done.returncode == 0
        first, *rest = done.stdout.splitlines()
        pairs = [tuple(map(int, line.split())) for line in rest]
        return int(first), {name: (pair[0], pair[1]) for name, pair in zip(names, pairs)}

    return ask


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
