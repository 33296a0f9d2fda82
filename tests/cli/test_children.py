"""Python processes that a program starts: on berkeley too, unless --no-children is given."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from berkeley.cli import run

NAME = "import socket, _socket; print(socket.__name__, _socket.__name__, flush=True)"
BOTH = "berkeley berkeley._socket\n"
STANDARD = "socket _socket\n"

SUBPROCESS = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {NAME!r}], check=True)
"""
MULTIPROCESSING = """
import multiprocessing, sys

def report(queue):
    import socket, _socket
    queue.put((socket.__name__, _socket.__name__))

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    queue = context.SimpleQueue()
    process = context.Process(target=report, args=(queue,))
    process.start()
    print(*queue.get())
    process.join()
    sys.exit(process.exitcode)
"""
POOL = """
import multiprocessing, pickle, sys
from concurrent.futures import ProcessPoolExecutor
import socket

def ask(family, kind, flags):
    assert family is socket.AF_INET6, family
    assert kind is socket.SOCK_DGRAM, kind
    assert isinstance(flags, socket.MsgFlag), flags
    return socket.__name__, family, kind, flags, socket.AI_PASSIVE

def fail(number):
    kinds = (socket.gaierror, socket.herror, socket.timeout, ConnectionResetError)
    raise kinds[number](number, "x")

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        flags = socket.MSG_PEEK | socket.MSG_DONTWAIT
        name, family, kind, same, passive = pool.submit(
            ask, socket.AF_INET6, socket.SOCK_DGRAM, flags
        ).result()
        assert (family, kind, same) == (socket.AF_INET6, socket.SOCK_DGRAM, flags)
        assert family is socket.AF_INET6
        assert passive is socket.AI_PASSIVE
        # Functions of the module itself are sent by name.
        print(name, *pool.map(socket.gethostbyname, ["127.0.0.1", "127.0.0.2"]))
        for number in range(4):
            try:
                pool.submit(fail, number).result()
            except OSError as error:
                print(type(error).__name__, type(error) is getattr(socket, type(error).__name__,
                      type(error)), error.args)
"""


def outcome(name: str) -> list[str]:
    return [
        f"{name} 127.0.0.1 127.0.0.2",
        "gaierror True (0, 'x')",
        "herror True (1, 'x')",
        "TimeoutError True (2, 'x')",
        "ConnectionResetError True (3, 'x')",
    ]


class TestSubprocess:
    def test_replaced(self, proven):
        assert proven("-c", SUBPROCESS).stdout == BOTH

    def test_left_alone(self, proven):
        assert proven("--no-children", "-c", NAME + SUBPROCESS).stdout == BOTH + STANDARD

    def test_grandchildren(self, proven):
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SUBPROCESS!r}])"
        assert proven("-c", code).stdout == BOTH
        assert proven("--no-children", "-c", code).stdout == STANDARD

    def test_other_ways(self, proven):
        """By a shell, by exec and by a module, as well as by subprocess."""
        shell = f"import os, sys; os.system(f'{{sys.executable}} -c \"{NAME}\"')"
        assert proven("-c", shell).stdout == BOTH
        execute = f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', {NAME!r}])"
        assert proven("-c", execute).stdout == BOTH

    @pytest.mark.parametrize("option", ["-I", "-E", "-S"])
    def test_child_that_asks_not_to_be(self, proven, option):
        code = (
            f"import subprocess, sys; subprocess.run([sys.executable, '{option}', '-c', {NAME!r}])"
        )
        assert proven("-c", code).stdout == STANDARD

    def test_child_with_an_environment_of_its_own(self, proven):
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {NAME!r}], env={{}})"
        assert proven("-c", code).stdout == STANDARD


class TestMultiprocessing:
    @pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
    def test_replaced(self, proven, tmp_path, method):
        (tmp_path / "program.py").write_text(MULTIPROCESSING)
        assert proven("program.py", method, cwd=tmp_path).stdout == BOTH
        assert proven("-m", "program", method, cwd=tmp_path).stdout == BOTH

    @pytest.mark.parametrize("method", ["spawn", "forkserver"])
    def test_left_alone(self, proven, tmp_path, method):
        (tmp_path / "program.py").write_text(MULTIPROCESSING)
        assert proven("--no-children", "program.py", method, cwd=tmp_path).stdout == STANDARD

    def test_forked_child_is_a_copy(self, proven, tmp_path):
        (tmp_path / "program.py").write_text(MULTIPROCESSING)
        assert proven("--no-children", "program.py", "fork", cwd=tmp_path).stdout == BOTH

    @pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
    def test_process_pool(self, proven, tmp_path, method):
        """Enum members, exceptions and functions of the module go to child processes and back."""
        (tmp_path / "pool.py").write_text(POOL)
        done = proven("pool.py", method, cwd=tmp_path)
        assert done.stdout.splitlines() == outcome("berkeley")
        assert done.stderr == ""

    @pytest.mark.parametrize("method", ["spawn", "forkserver"])
    def test_connection(self, proven, tmp_path, method):
        """multiprocessing.connection, and a socket sent to a child process."""
        (tmp_path / "program.py").write_text(
            """
import multiprocessing, socket, sys
from multiprocessing.connection import Client, Listener

def child(address, family):
    with Client(address, family, authkey=b"key") as connection:
        connection.send(socket.__name__)
        sock = connection.recv()
        sock.sendall(b"from the child")
        sock.close()

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    for family in ("AF_UNIX", "AF_INET"):
        with Listener(None, family, authkey=b"key") as listener:
            process = context.Process(target=child, args=(listener.address, family))
            process.start()
            with listener.accept() as connection:
                print(connection.recv())
                near, far = socket.socketpair()
                connection.send(far)
                far.close()
                print(near.recv(100), type(near).__module__)
                near.close()
            process.join()
            assert process.exitcode == 0
"""
        )
        done = proven("program.py", method, cwd=tmp_path)
        assert done.stdout.splitlines() == ["berkeley", "b'from the child' berkeley"] * 2


class TestOtherPythons:
    """A Python that the compiled core was not made for stays on its own module, without a word."""

    @pytest.mark.parametrize("mark", ["cpython-299:all", "pypy39:all", "", ":"])
    def test_by_the_mark(self, child_environment, mark):
        variables = child_environment()
        variables["PYTHONPATH"] = run.STARTUP + os.pathsep + variables["PYTHONPATH"]
        variables["BERKELEY_RUN"] = mark
        done = subprocess.run(
            [sys.executable, "-c", NAME + "; import sys; print('sitecustomize' in sys.modules)"],
            env=variables,
            capture_output=True,
            text=True,
        )
        assert done.stdout == STANDARD + "False\n"
        assert done.stderr == ""

    def test_those_of_this_machine(self, proven):
        """Those on the PATH, and those installed beside this one, as version managers do."""
        names = ["python2.7", *(f"python3.{minor}" for minor in range(6, 20)), "pypy3"]
        beside = Path(sys.base_prefix).resolve().parent
        found = {which for name in names if (which := shutil.which(name)) is not None}
        found |= {str(path) for name in names for path in beside.glob(f"*/bin/{name}")}
        # A version manager's stand-in is found, and then says that there is none; and those of our
        # own version are not others.
        ask = "import sys; sys.stdout.write('%s.%s' % sys.version_info[:2])"
        versions = {}
        for path in sorted(found):
            done = subprocess.run([path, "-c", ask], capture_output=True, text=True)
            if done.returncode == 0:
                versions.setdefault(done.stdout, path)
        versions.pop("{}.{}".format(*sys.version_info[:2]), None)
        if not versions:
            pytest.skip("missing: another Python, on the PATH or beside this one")
        code = "import socket, sys; sys.stdout.write(socket.__name__)"
        start = f"""
import subprocess
for path in {sorted(versions.values())!r}:
    print(path, subprocess.run([path, "-c", {code!r}], capture_output=True))
"""
        for line in proven("-c", start).stdout.splitlines():
            assert line.endswith("returncode=0, stdout=b'socket', stderr=b'')"), line
