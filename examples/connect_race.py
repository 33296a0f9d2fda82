"""Three calls that wait for somebody who does not answer, on both modules side by side.

The network is one of the program's own (a network namespace, made by unshare(1) without any
privileges where the system allows that): the IPv6 address of two.example leads into a black hole,
its IPv4 address answers, and the name server is silent.  The standard module is given up after five
seconds; its connect() alone would wait for two minutes.

    python examples/connect_race.py
"""

import contextlib
import importlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

# Seconds until a call is given up.
BOUND = 5
WAITING = f"still waiting after {BOUND} s"

# In the new network: the route of the example's prefix (RFC 3849) ends at a cable, whose other end
# has another hardware address than the neighbour there is said to have.
NETWORK = """
ip link set lo up
ip address add 2001:db8:1::1/128 dev lo
ip link add hole0 type veth peer name hole1
ip link set hole0 addrgenmode none up
ip link set hole1 addrgenmode none up
ip route add 2001:db8::/64 dev hole0
ip neigh add 2001:db8::1 lladdr 02:00:00:00:00:01 dev hole0
for file in hosts resolv.conf nsswitch.conf; do
    test ! -e /etc/$file || mount --bind "$0/$file" /etc/$file
done
exec "$@"
"""
FILES = {
    "hosts": "127.0.0.1 localhost\n2001:db8::1 two.example\n127.0.0.1 two.example\n",
    "resolv.conf": "nameserver 127.0.0.1\n",
    "nsswitch.conf": "hosts: files dns\n",
}
HOSTNAME = "laptop"
ADDRESS = ("two.example", 8080)


def connect(socket: Any) -> str:
    """Connect to two.example"""
    more = {"happy_eyeballs_delay": 0.25} if socket.__name__ == "berkeley" else {}
    with socket.create_connection(ADDRESS, **more) as sock:
        return f"connected to {sock.getpeername()[0]}"


def resolve(socket: Any) -> str:
    """Look www.example up"""
    more = {"timeout": 0.5} if socket.__name__ == "berkeley" else {}
    try:
        return str(socket.getaddrinfo("www.example", 80, **more))
    except OSError as error:
        return f"{type(error).__name__}: {error}"


def own_name(socket: Any) -> str:
    """This machine's name"""
    return repr(socket.getfqdn())


CALLS = {call.__name__: call for call in (connect, resolve, own_name)}


def one(module: str, name: str) -> None:
    """Make one call, and tell what came of it and after how long."""
    socket = importlib.import_module(module)
    start = time.monotonic()
    result = CALLS[name](socket)
    print(f"{result}, {time.monotonic() - start:.2f} s")


def outcome(process: subprocess.Popen[str], end: float) -> str:
    """What a process printed; that it waits, if it was still waiting at *end*."""
    with process:
        try:
            process.wait(max(end - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            process.kill()
            return WAITING
        assert process.stdout is not None
        return process.stdout.read().strip()


def inside() -> int:
    """Make all calls at once, in the new network; 1 if one of berkeley's did not end."""
    import berkeley

    berkeley.sethostname(HOSTNAME)
    with (
        berkeley.create_server(("127.0.0.1", ADDRESS[1])),
        berkeley.socket(type=berkeley.SOCK_DGRAM) as silent,
    ):
        silent.bind(("127.0.0.1", 53))
        end = time.monotonic() + BOUND
        running = {
            (name, module): subprocess.Popen(
                [sys.executable, __file__, module, name], stdout=subprocess.PIPE, text=True
            )
            for name in CALLS
            for module in ("berkeley", "socket")
        }
        told = {key: outcome(process, end) for key, process in running.items()}
    print(f"{'':24}{'socket':28}berkeley")
    for name, call in CALLS.items():
        print(f"{call.__doc__:24}{told[name, 'socket']:28}{told[name, 'berkeley']}")
    return int(any(told[name, "berkeley"] in ("", WAITING) for name in CALLS))


def main() -> int:
    if sys.argv[1:] == ["inside"]:
        return inside()
    if sys.argv[1:]:
        one(*sys.argv[1:])
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            Path(folder, name).write_text(text)
        command = ["unshare", "--map-root-user", "--net", "--mount", "--uts"]
        command += ["sh", "-ec", NETWORK, folder]
        missing = ""
        try:
            tried = subprocess.run([*command, "true"], capture_output=True, text=True)
            missing = tried.stderr.strip()
        except FileNotFoundError:
            missing = "the command unshare (package util-linux)"
        if missing:
            print(f"No network of our own: {missing}", file=sys.stderr)
            return 2
        return subprocess.run([*command, sys.executable, __file__, "inside"]).returncode


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
