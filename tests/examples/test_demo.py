"""The demo: its table and its exit status, also when something fails."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import berkeley

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
FILES = ("LICENSE", "README.md", "src/berkeley/constants/linux.py")
TIMEOUT = 60
# Warnings are errors in the examples, too; what Python cannot raise it writes to standard error.
STRICT = ("-X", "dev", "-W", "error")

ROWS = {
    "tcp4": "TCP, IPv4",
    "tcp6": "TCP, IPv6",
    "dual": "TCP, dual-stack",
    "udp": "UDP",
    "unix": "UNIX stream",
    "unixgram": "UNIX datagram",
    "abstract": "UNIX abstract",
    "https": "HTTPS, urllib",
    "asyncio": "asyncio",
}


def kernel_has_ipv6():
    try:
        with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


IPV6 = kernel_has_ipv6()


def lines_of(text):
    """The rows of the demo's table: title -> the whole line."""
    found = {}
    for line in text.splitlines():
        for title in ROWS.values():
            if line.startswith(f" {title}  "):
                assert title not in found
                found[title] = line
    return found


# Everything a line that passed says: two addresses, bytes, a time for each module, their ratio.
PASSED = re.compile(
    r"\S.*?  +(?P<server>\S+)  +(?P<client>\S+|no name)  +(?P<bytes>[1-9][0-9 ]*)"
    r"  +(?P<socket>\d+\.\d\d) ms  +(?P<berkeley>\d+\.\d\d) ms  +(?P<ratio>\d+\.\d\d)  +pass"
)


def test_demo_shows_every_row_and_succeeds(python):
    ended = python(EXAMPLES / "demo.py")
    assert ended.stderr == ""
    assert ended.returncode == 0, ended.stdout
    lines = lines_of(ended.stdout)
    assert set(lines) == set(ROWS.values())
    size = sum((ROOT / name).stat().st_size for name in FILES)
    for name, title in ROWS.items():
        if name in ("tcp6", "dual") and not IPV6:
            assert lines[title].rstrip().endswith("absent")
            continue
        match = PASSED.fullmatch(lines[title].strip())
        assert match, lines[title]
        # Two clients in the dual-stack row, four in asyncio's.
        clients = {"dual": 2, "asyncio": 4}.get(name, 1)
        assert int(match["bytes"].replace(" ", "")) == size * clients
        assert float(match["berkeley"]) > 0
        assert float(match["socket"]) > 0
    passed = len(ROWS) if IPV6 else len(ROWS) - 2
    assert f"\n{passed} passed, 0 failed, {len(ROWS) - passed} absent in " in ended.stdout


def test_demo_makes_the_rows_asked_for(python):
    ended = python(*STRICT, EXAMPLES / "demo.py", "unix", "tcp4")
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert list(lines_of(ended.stdout)) == ["TCP, IPv4", "UNIX stream"]
    assert "2 passed, 0 failed, 0 absent" in ended.stdout


def test_demo_knows_its_rows(python):
    ended = python(EXAMPLES / "demo.py", "tcp4", "carrier-pigeon")
    assert ended.returncode == 2
    assert "no row carrier-pigeon; there are tcp4, tcp6, " in ended.stderr


@pytest.fixture
def copied(tmp_path):
    """A copy of the examples and their files, to be broken."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path / "examples"


def replace(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_demo_fails_when_bytes_come_back_changed(copied, python):
    # The server of streams turns each piece round; that of datagrams is as it was.
    replace(copied / "echo.py", "client.sendall(data)", "client.sendall(data[::-1])")
    ended = python(copied / "demo.py", "tcp4", "udp")
    assert ended.returncode == 1
    lines = lines_of(ended.stdout)
    assert lines["TCP, IPv4"].rstrip().endswith("FAIL")
    assert lines["UDP"].rstrip().endswith("pass")
    assert (
        "FAIL  TCP, IPv4: socket: ValueError: what came back is not what was sent" in ended.stdout
    )
    assert "1 passed, 1 failed, 0 absent" in ended.stdout


def test_demo_fails_when_berkeley_alone_is_wrong(copied, python):
    replace(
        copied / "echo.py",
        "client.sendall(data)",
        "client.sendall(data if socket.__name__ == 'socket' else bytes(len(data)))",
    )
    ended = python(copied / "demo.py", "abstract")
    assert ended.returncode == 1
    text = "FAIL  UNIX abstract: berkeley: ValueError: what came back is not what was sent"
    assert text in ended.stdout


def test_demo_fails_when_a_program_fails(copied, python):
    with (copied / "asyncio_echo.py").open("a") as file:
        file.write("    raise SystemExit('broken on purpose')\n")
    ended = python(copied / "demo.py", "asyncio")
    assert ended.returncode == 1
    assert "FAIL  asyncio: socket: ValueError: exit status 1: broken on purpose" in ended.stdout


def test_demo_fails_when_a_program_is_not_on_berkeley(copied, python):
    # What a launcher that does nothing would look like.
    replace(copied / "demo.py", 'command += ["-m", "berkeley", "run"]', "pass")
    ended = python(copied / "demo.py", "asyncio")
    assert ended.returncode == 1
    assert "FAIL  asyncio: berkeley: ValueError: the program ran on socket" in ended.stdout


def test_demo_fails_when_a_program_changes_the_bytes(copied, python):
    replace(
        copied / "https.py", "write_bytes(file.read_bytes())", "write_bytes(file.read_bytes()[1:])"
    )
    ended = python(copied / "demo.py", "https")
    assert ended.returncode == 1
    text = "FAIL  HTTPS, urllib: socket: ValueError: what came back is not what was sent"
    assert text in ended.stdout


def test_demo_without_ipv6():
    # A network namespace of its own, in which the loopback interface has no IPv6.
    namespace = ["unshare", "--map-root-user", "--net", "sh", "-c"]
    switch = "ip link set lo up && echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"
    if not IPV6:
        # Nothing to switch off: this kernel is the case.
        command = ["sh", "-c", 'exec "$0" "$@"']
    elif shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("no unshare(1) or no ip(8) here")
    elif subprocess.run([*namespace, switch], capture_output=True).returncode != 0:
        pytest.skip("no right to make a network namespace, or /proc/sys is read-only")
    else:
        command = [*namespace, f'{switch} && exec "$0" "$@"']
    command += [sys.executable, str(EXAMPLES / "demo.py"), "tcp4", "tcp6", "dual"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = lines_of(ended.stdout)
    assert PASSED.fullmatch(lines["TCP, IPv4"].strip())
    for title in ("TCP, IPv6", "TCP, dual-stack"):
        assert "this kernel has no IPv6" in lines[title]
        assert lines[title].rstrip().endswith("absent")
    assert "1 passed, 0 failed, 2 absent" in ended.stdout
