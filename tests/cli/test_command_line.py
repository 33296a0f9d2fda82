"""The command line itself: what is refused and how, help, and the interpreter's own options."""

import sys
from pathlib import Path

import pytest

import berkeley
from berkeley.cli import main, run


class TestRefusals:
    @pytest.mark.parametrize(
        ("option", "named"), [("-E", "-E or -I"), ("-I", "-E or -I"), ("-S", "-S")]
    )
    def test_options_that_hide_berkeley(self, python, option, named):
        code = (
            f"import sys; sys.path.insert(0, {str(Path(berkeley.__file__).parent.parent)!r});"
            "from berkeley.cli import main; sys.exit(main(['run', '-c', 'print(1)']))"
        )
        done = python(option, "-c", code)
        assert done.returncode == 2
        assert named in done.stderr
        assert "berkeley.install()" in done.stderr
        assert done.stdout == ""
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("words", [[], ["-m"], ["-c"], ["--"], ["--no-children"]])
    def test_no_program(self, capsys, words):
        assert main(["run", *words]) == 2
        captured = capsys.readouterr()
        assert "no program" in captured.err
        assert "usage:" in captured.err
        assert captured.out == ""

    @pytest.mark.parametrize("word", ["-x", "--children", "-W", "-X"])
    def test_unknown_option(self, capsys, word):
        assert main(["run", word, "script.py"]) == 2
        error = capsys.readouterr().err
        assert f"unknown option {word}" in error
        assert "before -m" in error

    def test_program_without_run(self, capsys):
        assert main(["app.py", "--port", "80"]) == 2
        captured = capsys.readouterr()
        assert captured.err == "berkeley: app.py is run by: berkeley run app.py\n"
        assert captured.out == ""

    @pytest.mark.parametrize("word", ["-h", "--help"])
    def test_help(self, capsys, word):
        assert main(["run", word]) == 0
        assert capsys.readouterr().out == run.USAGE

    def test_interpreter_that_is_gone(self, capsys, monkeypatch, tmp_path):
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        assert main(["run", "-c", "0"]) == 2
        assert f"cannot start {tmp_path / 'python'}" in capsys.readouterr().err

    def test_interpreter_that_is_unknown(self, capsys, monkeypatch):
        monkeypatch.setattr(sys, "executable", "")
        assert main(["run", "-c", "0"]) == 2
        assert "sys.executable" in capsys.readouterr().err

    def test_folder_with_a_separator(self, capsys, monkeypatch):
        monkeypatch.setattr(run, "STARTUP", "/a:b/startup")
        assert main(["run", "-c", "0"]) == 2
        assert "/a:b/startup" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["-m", "berkeley", "run", "-m", "x"], []),
        (["-mberkeley", "run"], []),
        (["-X", "dev", "-m", "berkeley"], ["-X", "dev"]),
        (["-Xdev", "-Wm", "-W", "c", "-m", "berkeley"], ["-Xdev", "-Wm", "-W", "c"]),
        (["-bXdev", "-bX", "m", "-bBmberkeley"], ["-bXdev", "-bX", "m", "-bB"]),
        (["--check-hash-based-pycs", "-m", "script.py", "-b"], ["--check-hash-based-pycs", "-m"]),
        (["-b", "--", "-script.py", "-X"], ["-b"]),
        (["-b", "-", "-X"], ["-b"]),
        (["-b", "script.py", "-X"], ["-b"]),
        (["-Oc", "code", "-X"], ["-O"]),
        ([], []),
    ],
)
def test_interpreter_options(words, options):
    assert run.interpreter_options(words) == options


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_command_line(capsys, words):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert berkeley.__version__ in out if words == ["--version"] else "doctor" in out


@pytest.mark.parametrize("words", [[], ["walk"]])
def test_command_line_without_a_command(capsys, words):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err
