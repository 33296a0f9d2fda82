"""``berkeley run`` is as Python itself: each program is run both ways, and everything compared."""

import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import berkeley
from berkeley.cli import run

# All that a program can see of how it was started.
LOOK = """\
import os, sys
import __main__
print(sys.argv)
print(sys.path)
print(getattr(__main__, "__file__", None), __main__.__name__, __main__.__package__)
spec = __main__.__spec__
print(spec and (spec.name, spec.origin, spec.parent))
print(sorted(vars(__main__)))
print(sys.flags, sys.warnoptions, sys._xoptions)
print(sys.executable, sys.prefix, sys.orig_argv[0])
print("sitecustomize" in sys.modules, "usercustomize" in sys.modules)
print(sys.stdin.encoding, sys.stdout.encoding, sys.getfilesystemencoding())
own = ("PYTHONPATH", "BERKELEY_RUN")
print(sorted((k, v) for k, v in os.environ.items() if k not in own))
"""
FAIL = """\
def inner(value):
    return 1 / value

def outer():
    try:
        inner(0)
    except ZeroDivisionError as error:
        raise KeyError("a name") from error

outer()
"""
ON_BERKELEY = "import socket, _socket; print(socket.__name__, _socket.__name__)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the program LOOK in every form that Python can run."""
    (tmp_path / "look.py").write_text(LOOK)
    (tmp_path / "fail.py").write_text(FAIL)
    (tmp_path / "broken.py").write_text("if True\n    pass\n")
    for name in ("package", "directory", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__main__.py").write_text(LOOK)
    (tmp_path / "package" / "__init__.py").write_text("")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.write(tmp_path / "look.py", "__main__.py")
    return tmp_path


class TestForms:
    @pytest.mark.parametrize(
        "words",
        [
            ["look.py"],
            ["look.py", "-x", "--long=1", "-m", "--", "-", "", "a b"],
            ["./look.py", "run", "--no-children"],
            ["elsewhere/__main__.py", "1"],
            ["-m", "look"],
            ["-m", "look", "-c", "-m"],
            ["-mlook", "1"],
            ["-m", "package", "--help"],
            ["-m", "package.__main__"],
            ["directory", "1"],
            ["archive.zip", "1"],
            ["-c", LOOK],
            ["-c", LOOK, "-c", "--", "x"],
            ["-c" + LOOK, "y"],
            ["--", "look.py", "-z"],
        ],
        ids=lambda words: " ".join(words).replace(LOOK, "LOOK") if words else None,
    )
    def test_look(self, same, folder, words):
        done = same(*words, cwd=folder)
        assert done.returncode == 0
        assert done.stdout

    @pytest.mark.parametrize("words", [["-"], ["-", "-a", "b"]])
    def test_standard_input(self, same, folder, words):
        assert same(*words, cwd=folder, input=LOOK).returncode == 0

    def test_absolute_path_from_another_folder(self, same, folder, tmp_path_factory):
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        assert same(str(folder / "look.py"), cwd=elsewhere).returncode == 0

    @pytest.mark.parametrize(
        "words",
        [
            ["missing.py"],
            ["-m", "missing"],
            ["-m", "missing.inside"],
            ["broken.py"],
            ["-m", "broken"],
            ["-c", "if"],
            ["elsewhere/look.py"],
        ],
        ids=" ".join,
    )
    def test_what_cannot_be_run(self, same, folder, words):
        assert same(*words, cwd=folder).returncode != 0

    @pytest.mark.parametrize(
        "form", [["fail.py"], ["-m", "fail"], ["-c", FAIL]], ids=["script", "module", "code"]
    )
    def test_traceback(self, same, folder, form):
        done = same(*form, cwd=folder)
        assert done.returncode == 1
        assert "ZeroDivisionError" in done.stderr
        assert "berkeley" not in done.stderr

    def test_traceback_of_standard_input(self, same, folder):
        assert same("-", cwd=folder, input=FAIL).returncode == 1

    @pytest.mark.parametrize("form", [["look.py"], ["-c", LOOK]], ids=["script", "code"])
    @pytest.mark.parametrize(
        "options",
        [
            ("-X", "dev"),
            ("-Xdev", "-W", "error"),
            ("-Werror", "-b", "-OO"),
            ("-bb", "-X", "utf8=0", "-q"),
            ("-P",),
            ("-s", "-B"),
            ("-u", "--check-hash-based-pycs", "always"),
        ],
        ids=" ".join,
    )
    def test_options_of_the_interpreter(self, same, folder, form, options):
        assert same(*form, cwd=folder, options=options).returncode == 0

    def test_options_and_m_in_one_word(self, python, folder):
        plain = python("-bBm", "look", cwd=folder)
        ours = python("-bBm", "berkeley", "run", "-m", "look", cwd=folder)
        assert ours.stdout == plain.stdout
        ours = python("-bBmberkeley", "run", "-m", "look", cwd=folder)
        assert ours.stdout == plain.stdout

    def test_locale_c(self, same, folder):
        variables = {"LC_ALL": "C", "LANG": "C"}
        assert same("look.py", cwd=folder, variables=variables).returncode == 0

    def test_command_line_is_as_typed(self, python, berkeley_run, folder):
        code = "import sys; print(sys.orig_argv)"
        for options in ((), ("-X", "dev", "-b")):
            plain = python("-c", code, "-x", options=options, cwd=folder)
            ours = berkeley_run("-c", code, "-x", options=options, cwd=folder)
            assert ours.stdout == plain.stdout

    def test_empty_environment(self, folder):
        """Nothing but the path: the program has what Python itself would give it, and ours."""
        code = "import os, socket; print(socket.__name__, sorted(os.environ))"
        done = subprocess.run(
            [sys.executable, "-m", "berkeley", "run", "-c", code],
            env={"PYTHONPATH": str(Path(berkeley.__file__).parent.parent), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
        )
        assert done.stdout == "berkeley ['BERKELEY_RUN', 'LC_ALL', 'PYTHONPATH']\n", done.stderr


class TestEnd:
    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("import sys; sys.exit(3)", 3),
            ("import sys; sys.exit('a reason')", 1),
            ("import sys; sys.exit(None)", 0),
            ("raise SystemExit(300)", 300 & 0xFF),
            ("import os; os._exit(7)", 7),
            ("raise RuntimeError('x')", 1),
            ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
            ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT),
            ("raise KeyboardInterrupt", -signal.SIGINT),
            ("import os; os.abort()", -signal.SIGABRT),
            ("import atexit; atexit.register(print, 'the end'); raise OSError(5, 'x')", 1),
            ("import signal; print(*map(signal.getsignal, (2, 13, 15, 25)))", 0),
        ],
    )
    def test_status(self, same, code, status):
        assert same("-c", code).returncode == status

    def test_interrupted_from_outside(self, berkeley_run):
        """A signal to the process that was started reaches the program itself."""
        code = """
import os, signal, socket, threading
a, b = socket.socketpair()
try:
    threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()
    a.recv(1)
except KeyboardInterrupt:
    print("interrupted")
    raise
"""
        done = berkeley_run("-c", code)
        assert done.stdout == "interrupted\n"
        assert done.returncode == -signal.SIGINT

    def test_same_process(self, tmp_path):
        """No process stays between the caller and the program."""
        command = [sys.executable, "-m", "berkeley", "run", "-c", "import os; print(os.getpid())"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert int(process.stdout.read()) == process.pid


class TestReplacement:
    @pytest.mark.parametrize(
        "form", [["program.py"], ["-m", "program"], ["-c", ON_BERKELEY]], ids=lambda form: form[0]
    )
    def test_both_modules(self, proven, tmp_path, form):
        (tmp_path / "program.py").write_text(ON_BERKELEY)
        assert proven(*form, cwd=tmp_path).stdout == "berkeley berkeley._socket\n"

    def test_standard_input(self, proven):
        assert proven("-", input=ON_BERKELEY).stdout == "berkeley berkeley._socket\n"

    def test_console_script(self, child_environment, tmp_path):
        """What the entry point of pyproject.toml makes of itself."""
        script = tmp_path / "berkeley-script"
        script.write_text("import sys\nfrom berkeley.cli import main\nsys.exit(main())\n")
        done = subprocess.run(
            [
                sys.executable,
                "-b",
                str(script),
                "run",
                "-c",
                ON_BERKELEY + "; import sys;print(sys.argv, sys.flags.bytes_warning)",
                "-m",
            ],
            env=child_environment(),
            capture_output=True,
            text=True,
        )
        assert done.stdout == "berkeley berkeley._socket\n['-c', '-m'] 1\n", done.stderr

    def test_folder_of_the_startup_file_is_hidden(self, proven):
        code = "import sys; print([p for p in sys.path if 'startup' in p], sys.path_importer_cache)"
        out = proven("-c", code).stdout
        assert out.startswith("[]")
        assert run.STARTUP not in out

    def test_run_inside_a_run(self, proven):
        code = (
            "import os, sys, socket; print(socket.__name__,"
            f"os.environ.get('PYTHONPATH', '').split(os.pathsep).count({run.STARTUP!r}))"
        )
        words = ("-m", "berkeley", "run")
        assert proven(*words, "-c", code).stdout == "berkeley 1\n"
        assert proven(*words, "--no-children", "-c", code).stdout == "berkeley 0\n"
        assert proven("--no-children", *words, "-c", code).stdout == "berkeley 1\n"


class TestPrograms:
    """Modules that run a program themselves."""

    CASE = """
import socket, unittest

class Case(unittest.TestCase):
    def test_name(self):
        self.assertEqual(socket.__name__, "berkeley")

def test_plain():
    assert socket.__name__ == "berkeley"
"""

    @pytest.mark.parametrize(
        "words",
        [
            ["unittest", "test_case"],
            ["pytest", "-q", "-p", "no:cacheprovider", "test_case.py"],
            ["trace", "--count", "--missing", "--coverdir", ".", "program.py"],
            ["cProfile", "-o", "profile", "program.py"],
            ["timeit", "-n1", "-r1", "import socket; assert socket.__name__ == 'berkeley'"],
            ["runpy", "program"],
        ],
        ids=lambda words: words[0],
    )
    def test_module(self, proven, tmp_path, words):
        (tmp_path / "test_case.py").write_text(self.CASE)
        (tmp_path / "program.py").write_text(ON_BERKELEY)
        out = proven("-m", *words, cwd=tmp_path).stdout
        if words[-1].startswith("program"):
            assert "berkeley berkeley._socket\n" in out

    def test_pdb(self, proven, tmp_path):
        (tmp_path / "program.py").write_text(ON_BERKELEY)
        done = proven("-m", "pdb", "program.py", cwd=tmp_path, input="continue\nquit\n")
        assert "berkeley berkeley._socket" in done.stdout

    def test_interactive(self, proven):
        """``-i`` is the interpreter's: after the program it reads standard input."""
        done = proven(
            "-c", "x = 5", options=("-i", "-q"), input="import socket\nprint(x, socket)\n"
        )
        assert "5 <module 'berkeley'" in done.stdout
