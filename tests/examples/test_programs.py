"""The example programs, run as a user would run them."""

import ast
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import berkeley

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
FILES = [ROOT / "LICENSE", ROOT / "src/berkeley/constants/linux.py"]
TIMEOUT = 60
# Warnings are errors in the examples, too; what Python cannot raise it writes to standard error.
STRICT = ("-X", "dev", "-W", "error")
needs_ipv6 = pytest.mark.needs("ipv6")

# The programs of the standard library.


@pytest.mark.parametrize("name", ["https.py", "asyncio_echo.py"])
def test_programs_know_nothing_of_berkeley(name):
    imported = set()
    for node in ast.walk(ast.parse((EXAMPLES / name).read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    roots = {module.partition(".")[0] for module in imported}
    assert "socket" in roots
    assert roots - set(sys.stdlib_module_names) <= {"cryptography"}


@pytest.mark.parametrize("name", ["https.py", "asyncio_echo.py"])
@pytest.mark.parametrize("module", ["socket", "berkeley"])
def test_program(name, module, python):
    launcher = ("-m", "berkeley", "run") if module == "berkeley" else ()
    ended = python(*STRICT, *launcher, EXAMPLES / name, "--rounds", 2, *FILES)
    assert (ended.stderr, ended.returncode) == ("", 0)
    said = json.loads(ended.stdout)
    data = b"".join(file.read_bytes() for file in FILES)
    assert said["module"] == module
    assert said["sha256"] == [hashlib.sha256(data).hexdigest()]
    assert said["bytes"] == len(data) * (4 if name == "asyncio_echo.py" else 1)
    assert said["server"] != said["client"]
    assert said["seconds"] > 0


# The echo server and client on the command line.


def test_echo_imports_berkeley_in_one_place():
    lines = [line for line in (EXAMPLES / "echo.py").read_text().splitlines() if "import" in line]
    assert [line for line in lines if line.lstrip().startswith(("import b", "from b"))] == [
        "import berkeley as socket"
    ]


def served_at(url, address):
    """The address for clients of the server of *url* that has said it serves *address*."""
    if not isinstance(address, tuple):
        return url
    base = url.removesuffix(":0").replace("*", "localhost")
    return f"{base}:{address[1]}"


@pytest.mark.parametrize(
    "url",
    [
        "tcp://127.0.0.1:0",
        "tcp://localhost:0",
        pytest.param("tcp://[::1]:0", marks=needs_ipv6),
        "tcp://*:0",
        "udp://127.0.0.1:0",
        pytest.param("udp://[::1]:0", marks=needs_ipv6),
        "unix:FOLDER/name",
        "unixgram:FOLDER/name",
        "unix:@berkeley-test-PID",
        "unixgram:@berkeley-test-PID",
    ],
)
def test_echo_serves_and_sends(url, tmp_path, python):
    url = url.replace("FOLDER", str(tmp_path)).replace("PID", str(os.getpid()))
    command = [sys.executable, *STRICT, str(EXAMPLES / "echo.py"), "serve", url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            said = server.stdout.readline()
            assert said.startswith("serving ")
            place = served_at(url, ast.literal_eval(said.removeprefix("serving ")))
            # Two clients one after the other: the server outlives the first.
            for _ in range(2):
                ended = python(*STRICT, EXAMPLES / "echo.py", "send", place, *FILES)
                assert (ended.stderr, ended.returncode) == ("", 0)
                assert ended.stdout.splitlines() == [
                    f"same  {hashlib.sha256(file.read_bytes()).hexdigest()}"
                    f"  {file.stat().st_size} bytes  {file}"
                    for file in FILES
                ]
        finally:
            server.send_signal(signal.SIGINT)
            rest, errors = server.communicate(timeout=TIMEOUT)
    assert (rest, errors, server.returncode) == ("", "", 0)
    # A name in the file system does not outlive its server.
    assert list(tmp_path.iterdir()) == []


def test_echo_says_that_a_file_has_changed():
    with berkeley.create_server(("127.0.0.1", 0)) as listener:
        # Should the client not even start, accept() shall not wait for it.
        listener.settimeout(TIMEOUT)
        url = "tcp://{}:{}".format(*listener.getsockname())
        command = [sys.executable, str(EXAMPLES / "echo.py"), "send", url, str(FILES[0])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(65_536):
                    connection.sendall(data.replace(b"MIT", b"XYZ"))
            said, _ = client.communicate(timeout=TIMEOUT)
    assert said.startswith("CHANGED  ")
    assert client.returncode == 1


def test_echo_says_that_nobody_is_there(tmp_path, python):
    ended = python(EXAMPLES / "echo.py", "send", f"unix:{tmp_path}/nobody", FILES[0])
    assert ended.returncode == 1
    assert ended.stderr == "echo.py: [Errno 2] No such file or directory\n"


def test_echo_says_what_is_no_address(python):
    ended = python(EXAMPLES / "echo.py", "serve", "sctp://127.0.0.1:0")
    assert ended.returncode == 1
    assert ended.stderr.startswith("echo.py: 'sctp://127.0.0.1:0' does not begin with one of tcp,")
