"""Echo servers of every kind that berkeley can make.

    python examples/servers.py unix PATH [--mode 660]
    python examples/servers.py tcp PORT [--mptcp]
    python examples/servers.py group PORT [--count N]     a thread and a CPU for each listener
    systemd-socket-activate -l PORT python examples/servers.py activated

Each prints where it listens, as one line, and with --clients ends when each listener has served so
many.  The file of a UNIX server stays behind; start the server again, and it takes the place of the
dead one.
"""

import argparse
import os
import sys
import threading

import berkeley as socket


def echo(server: socket.socket, clients: int | None, cpu: int | None) -> None:
    """Serve clients one after the other, so many or for ever; on this CPU, if we may use it."""
    if cpu in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {cpu})
    with server:
        while clients is None or clients > 0:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    connection.sendall(data)
            if clients is not None:
                clients -= 1


def listeners(options: argparse.Namespace) -> list[socket.socket]:
    """The sockets that are asked for; they listen already."""
    if options.kind == "unix":
        mode = int(options.mode, 8)
        return [socket.create_server(options.where, family=socket.AF_UNIX, mode=mode)]
    if options.kind == "activated":
        return socket.listen_fds()
    address = ("127.0.0.1", int(options.where))
    if options.kind == "group":
        return socket.create_server_group(address, options.count)
    return [socket.create_server(address, mptcp=options.mptcp)]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="an echo server")
    parser.add_argument("kind", choices=("unix", "tcp", "group", "activated"))
    parser.add_argument("where", nargs="?", default="0", help="a path or a port")
    parser.add_argument("--mode", default="600", help="the permissions of the path, octal")
    parser.add_argument("--mptcp", action="store_true")
    parser.add_argument("--count", type=int, help="listeners of a group (default: one a CPU)")
    parser.add_argument("--clients", type=int, help="end after so many of each listener")
    options = parser.parse_args()
    servers = listeners(options)
    if not servers:
        print("no socket: start this with systemd-socket-activate", file=sys.stderr)
        return 1
    first = servers[0]
    print(len(servers), first.family.name, first.proto, repr(first.getsockname()), flush=True)
    for index, server in enumerate(servers):
        # The connections that a CPU takes come to the listener of its number.
        cpu = index if options.kind == "group" else None
        threading.Thread(target=echo, args=(server, options.clients, cpu)).start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
