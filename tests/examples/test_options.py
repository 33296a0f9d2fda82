"""examples/options.py"""

from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "options.py"


def test_values_of_a_new_socket(python):
    done = python(EXAMPLE, "nodelay", "so_type")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "SO_TYPE = 1\nTCP_NODELAY = False\n"


def test_udp(python):
    done = python(EXAMPLE, "--udp", "udp_cork", "tcp_")
    assert (done.returncode, done.stdout, done.stderr) == (0, "UDP_CORK = False\n", "")


def test_none(python):
    done = python(EXAMPLE, "no such option")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
