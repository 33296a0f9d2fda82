"""The sitecustomize of ``berkeley run``: what the user had in its place still runs."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from berkeley.cli import run

WHERE = """
import os, sys
with open(os.environ["MARKS"], "a") as marks:
    print(__name__, sys.modules[__name__].__file__, os.getpid(), file=marks)
"""
LOOK = """
import os, sys, socket
print(os.getpid())
for name in ("sitecustomize", "usercustomize"):
    print(name, getattr(sys.modules.get(name), "__file__", None))
"""


@pytest.fixture
def customized(tmp_path: Path) -> Path:
    """A folder with a sitecustomize and a usercustomize that leave marks in a file."""
    for name in ("sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text(WHERE)
    return tmp_path


def test_sitecustomize_of_the_user(proven, customized):
    marks = customized / "marks"
    done = proven("-c", LOOK, path=[customized], variables={"MARKS": str(marks)})
    pid, site, _ = done.stdout.splitlines()
    expected = str(customized / "sitecustomize.py")
    assert site == f"sitecustomize {expected}"
    # Before exec the same process was ``python -m berkeley``, which has run it as well.
    lines = marks.read_text().splitlines()
    assert lines.count(f"sitecustomize {expected} {pid}") == 2


def test_usercustomize(child_environment, customized):
    """In a virtual environment with the user's packages, which ordinary ones leave out."""
    where = customized / "venv"
    venv.create(where, system_site_packages=True, symlinks=True, with_pip=False)
    done = subprocess.run(
        [str(where / "bin" / "python"), "-m", "berkeley", "run", "-c", LOOK + "print(socket)"],
        env=child_environment([customized], MARKS=str(customized / "marks")),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    _, site, user, module = done.stdout.splitlines()
    assert site == f"sitecustomize {customized / 'sitecustomize.py'}"
    assert user == f"usercustomize {customized / 'usercustomize.py'}"
    assert "berkeley" in module


@pytest.mark.parametrize(
    "text",
    [
        "raise RuntimeError('of the user')",
        "import missing_of_the_user",
        "raise ImportError('plain')",
        "import sys; sys.exit(4)",
        "import socket; socket.berkeley_was_here = True",
        "import sys; del sys.modules['sitecustomize']",
    ],
)
def test_what_the_sitecustomize_of_the_user_does(python, berkeley_run, tmp_path, text):
    """Its failures look as without us, but for ``python -m berkeley`` having had them as well."""
    (tmp_path / "sitecustomize.py").write_text(text)
    plain = python("-c", "print('program')", path=[tmp_path])
    ours = berkeley_run("-c", "print('program')", path=[tmp_path])
    assert ours.returncode == plain.returncode
    assert ours.stdout == plain.stdout
    if plain.returncode == 0:
        assert ours.stderr == plain.stderr * 2
    else:
        assert ours.stderr == plain.stderr


def test_sitecustomize_that_imports_socket(proven, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import socket; found = socket.__name__")
    code = "import sitecustomize; print(sitecustomize.found)"
    assert proven("-c", code, path=[tmp_path]).stdout == "berkeley\n"


def test_none_at_all(same):
    """An explicit import fails as it does without us."""
    done = same("-c", "import sitecustomize")
    assert "No module named 'sitecustomize'" in done.stderr


@pytest.mark.parametrize("children", [[], ["--no-children"]])
@pytest.mark.parametrize("path", ["", ":", "/a", "/a:/b", ":/a", "/a::/b:", "."])
def test_path_of_the_user(python, proven, tmp_path, path, children):
    """PYTHONPATH and sys.path keep their entries, empty ones (the current folder) included."""
    code = "import sys; print(sys.path)"
    path += f":{os.path.dirname(os.path.dirname(run.STARTUP))}"
    plain = python("-c", code, env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path)
    ours = proven(*children, "-c", code, env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path)
    assert ours.stdout == plain.stdout
    code = "import os; print(os.environ['PYTHONPATH'])"
    ours = proven(*children, "-c", code, env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path)
    assert ours.stdout.strip() == (path if children else f"{run.STARTUP}:{path}")


def test_no_children_leaves_the_environment_as_it_was(python, proven):
    code = "import os; print(sorted(os.environ.items()))"
    assert proven("--no-children", "-c", code).stdout == python("-c", code).stdout


def test_only_the_two_variables_are_added(python, proven):
    code = "import os; print(*sorted(os.environ))"
    plain = python("-c", code).stdout.split()
    assert sorted({*plain, "BERKELEY_RUN", "PYTHONPATH"}) == proven("-c", code).stdout.split()


@pytest.mark.parametrize("cwd", ["gone", "root"])
def test_working_directory(berkeley_run, tmp_path, cwd):
    """A working directory that is no more is no reason to fail."""
    code = (
        "import os, subprocess, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');"
        "subprocess.run([sys.executable, '-c', 'import socket; print(socket.__name__)'])"
        if cwd == "gone"
        else "import os, subprocess, sys; os.chdir('/');"
        "subprocess.run([sys.executable, '-c', 'import socket; print(socket.__name__)'])"
    )
    done = berkeley_run("-c", code, cwd=tmp_path)
    assert done.stdout == "berkeley\n"


class TestVirtualEnvironment:
    def test_inside(self, berkeley_run, child_environment, tmp_path):
        """A program that works in a venv of its own, in which there is no berkeley."""
        venv.create(tmp_path / "venv", symlinks=True, with_pip=False)
        inner = tmp_path / "venv" / "bin" / "python"
        code = (
            "import subprocess, sys; sys.exit(subprocess.run([sys.argv[1], '-c',"
            "'import sys, socket, ssl;"
            "print(sys.prefix, socket.__name__, ssl.SSLSocket.__mro__[1]);"
            "print([p for p in sys.path if p in sys.argv[1:]])', sys.argv[2]]).returncode)"
        )
        folder = os.path.dirname(os.path.dirname(run.STARTUP))
        # As if `run` had found berkeley in the site-packages of the outer environment.
        variables = child_environment()
        del variables["PYTHONPATH"]
        command = (
            f"import sys; sys.path.insert(0, {folder!r}); from berkeley.cli import main; main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", command, "run", "-c", code, str(inner), folder],
            env=variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [
            f"{tmp_path / 'venv'} berkeley <class 'berkeley.socket'>",
            "[]",
        ]


SUBINTERPRETER = """
import socket, sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
print(socket.__name__, flush=True)
other = interpreters.create()
look = "import socket, sys; print(socket.__name__, 'sitecustomize' in sys.modules, flush=True)"
failed = interpreters.run_string(other, look)
interpreters.destroy(other)
sys.exit(failed and str(failed))
"""


def test_a_subinterpreter_stays_on_the_standard_module(berkeley_run, customized):
    marks = customized / "marks"
    done = berkeley_run("-c", SUBINTERPRETER, path=[customized], variables={"MARKS": str(marks)})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["berkeley", "socket True"]
