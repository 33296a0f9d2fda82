"""What the tests of the runner share: a made-up test module, and a launcher that runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.execute import Launcher
from conformance.launch import CHILD, ChildRun, watch

SAMPLE = """
import os, sys, time, unittest

class Outcomes(unittest.TestCase):
    def test_pass(self): pass
    def test_fail(self): self.fail("on purpose")
    def test_error(self): raise KeyError("on purpose")
    def test_exit(self): sys.exit(3)
    @unittest.skip("no reason")
    def test_skip(self): pass
    def test_skip_inside(self): self.skipTest("found out late")
    @unittest.expectedFailure
    def test_expected(self): self.fail("on purpose")
    @unittest.expectedFailure
    def test_unexpected(self): pass

class Subtests(unittest.TestCase):
    def test_one_fails(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)
    def test_one_is_skipped(self):
        for i in range(3):
            with self.subTest(i=i):
                if i == 1: self.skipTest("not this one")

class TearDown(unittest.TestCase):
    def tearDown(self): raise OSError("in tearDown")
    def test_fails_too(self): self.fail("first")

class SkippedClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise unittest.SkipTest("no such class")
    def test_1(self): pass
    def test_2(self): pass

class BrokenClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("no such class")
    def test_1(self): pass

class Crash(unittest.TestCase):
    def test_1(self): pass
    def test_2_crashes(self): os.kill(os.getpid(), 9)
    def test_3(self): pass

class Hang(unittest.TestCase):
    def test_1(self): pass
    def test_2_hangs(self): time.sleep(60)
    def test_3(self): pass

class Fork(unittest.TestCase):
    def test_child_goes_on(self):
        pid = os.fork()
        if pid: os.waitpid(pid, 0)

class CrashAtExit(unittest.TestCase):
    def test_1(self):
        import atexit
        atexit.register(os.kill, os.getpid(), 9)
"""


@pytest.fixture
def launch(tmp_path: Path) -> Launcher:
    """Return a launcher whose children find the module `sample` in their current folder."""
    (tmp_path / "sample.py").write_text(SAMPLE)
    (tmp_path / "skipped.py").write_text("import unittest\nraise unittest.SkipTest('not here')\n")
    (tmp_path / "broken.py").write_text("import no_such_module_anywhere\n")
    (tmp_path / "fixture.py").write_text(
        "import unittest\n"
        "def setUpModule(): raise unittest.SkipTest('no module')\n"
        "class T(unittest.TestCase):\n    def test_1(self): pass\n"
    )

    def start(request: dict[str, Any], patience: float) -> ChildRun:
        events, asked = tmp_path / "events", tmp_path / "request.json"
        events.write_bytes(b"")
        asked.write_text(json.dumps({"expect": "standard", **request}))
        with (tmp_path / "log").open("wb") as log:
            # -S: quicker, and nothing of a virtual environment changes what the children see
            child = subprocess.Popen(
                [sys.executable, "-S", str(CHILD), str(asked), str(events)],
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            hung = watch(child, events, patience)
        lines = events.read_bytes().split(b"\n")[:-1]
        story = (tmp_path / "log").read_text()
        return ChildRun([json.loads(line) for line in lines], child.returncode, hung, story)

    return start
