"""What the tests of the examples share: running one as a user would."""

import subprocess
import sys

import pytest

# Longer than any example takes on a busy machine.
TIMEOUT = 60


@pytest.fixture(scope="session")
def python():
    """Run Python with some arguments; what it wrote and its exit status."""

    def run(*arguments):
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)

    return run
