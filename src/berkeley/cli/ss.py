"""berkeley ss: the sockets of this host, TCP, UDP and UNIX, asked of the kernel by netlink.

The options, the lines and what is shown without options are those of iproute2's ss(8), but for one
thing: numbers stay numbers unless -r asks for names.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import berkeley
from berkeley import (
    AF_INET,
    AF_INET6,
    AF_UNIX,
    TCP_CLOSE,
    TCP_LISTEN,
    TCP_SYN_RECV,
    TCP_TIME_WAIT,
)
from berkeley.cli.processes import Holder, holders
from berkeley.cli.sock_diag import STATES, Endpoint, SocketEntry, all_sockets

KINDS = {"tcp", "udp", "unix"}
LISTENING = {TCP_LISTEN, TCP_CLOSE}
CONNECTED = {*STATES} - LISTENING - {TCP_TIME_WAIT, TCP_SYN_RECV}

# Netid, state, two queues, both ends with address and port, and the processes.
Row = tuple[str, str, str, str, str, str, str, str, str]
HEADER: Row = (
    "Netid",
    "State",
    "Recv-Q",
    "Send-Q",
    "Local Address:",
    "Port",
    "Peer Address:",
    "Port",
    "Process",
)
ALIGNED = "<<<<><><<"


def add_parser(commands: Any) -> None:
    """Add the subcommand to the help of ``python -m berkeley``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "ss",
        help="list the sockets of this host",
        description="List the sockets of this host as ss(8) of iproute2 does: TCP, UDP and UNIX.  "
        "Without -a or -l, those that are connected.",
    )
    flag = parser.add_argument
    for kind in ("tcp", "udp"):
        flag(f"-{kind[0]}", f"--{kind}", dest="kinds", action="append_const", const=kind)
    flag("-x", "--unix", dest="kinds", action="append_const", const="unix")
    flag("-4", "--ipv4", dest="families", action="append_const", const=AF_INET)
    flag("-6", "--ipv6", dest="families", action="append_const", const=AF_INET6)
    flag("-l", "--listening", action="store_true", help="those that listen, or are not connected")
    flag("-a", "--all", action="store_true", help="all")
    flag(
        "-p", "--processes", action="store_true", help="which processes have them, where permitted"
    )
    flag("-i", "--info", action="store_true", help="what the kernel measures of TCP connections")
    flag("-n", "--numeric", action="store_true", help="numbers, which is the default here")
    flag("-r", "--resolve", action="store_true", help="names of hosts and services")
    flag("-H", "--no-header", action="store_true", help="no line with the names of the columns")
    flag("--json", action="store_true", help="a JSON array of all that is known, for programs")
    parser.set_defaults(main=main)


def main(options: argparse.Namespace) -> int:
    """Print the sockets; the exit status is 1 if the kernel cannot list them."""
    kinds, families, states = chosen(options)
    try:
        entries = [*all_sockets(kinds, families, states, with_info=options.info or options.json)]
    except OSError as error:
        print(f"berkeley ss: the kernel does not list its sockets: {error}", file=sys.stderr)
        return 1
    users = holders() if options.processes or options.json else {}
    if options.json:
        print(
            json.dumps([record(entry, users.get(entry.inode, [])) for entry in entries], indent=2)
        )
    else:
        for line in lines(entries, users, options, with_netid=kinds not in ({"tcp"}, {"udp"})):
            print(line)
    return 0


def chosen(options: argparse.Namespace) -> tuple[set[str], set[int], set[int]]:
    """The kinds, the families of IP and the states that the options ask for, by ss(8)'s rules."""
    kinds, families = {*(options.kinds or ())}, {*(options.families or ())}
    if families and not kinds & {"tcp", "udp"}:
        kinds |= {"tcp", "udp"}
    states = {*STATES} if options.all else LISTENING if options.listening else CONNECTED
    return kinds or KINDS, families or {AF_INET, AF_INET6}, states


def lines(
    entries: Iterable[SocketEntry],
    users: dict[int, list[Holder]],
    options: argparse.Namespace,
    *,
    with_netid: bool,
) -> Iterator[str]:
    """The table: a line a socket, and one more for each that has measurements to show."""
    rows = [] if options.no_header else [HEADER]
    below = [""] * len(rows)
    for entry in entries:
        rows.append(row(entry, users.get(entry.inode, []), resolve=options.resolve))
        below.append(" ".join(entry.tcp_info.words()) if options.info and entry.tcp_info else "")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells, more in zip(rows, below, strict=True):
        netid, state, receive, send, local, local_port, peer, peer_port, process = (
            f"{cell:{side}{width}}" for cell, side, width in zip(cells, ALIGNED, widths)
        )
        shown = (state, receive, send, local + local_port, peer + peer_port, process)
        yield " ".join((netid, *shown) if with_netid else shown).rstrip()
        if more:
            yield f"\t {more}"


def row(entry: SocketEntry, users: list[Holder], *, resolve: bool) -> Row:
    """The cells of a socket's line."""
    process = ",".join(f'("{name}",pid={pid},fd={fd})' for name, pid, fd in users)
    return (
        entry.netid,
        STATES[entry.state],
        str(entry.receive_queue),
        str(entry.send_queue),
        *end(entry, entry.local, resolve=resolve),
        *end(entry, entry.peer, resolve=resolve),
        f"users:({process})" if process else "",
    )


def end(entry: SocketEntry, endpoint: Endpoint, *, resolve: bool) -> tuple[str, str]:
    """The two cells of one end: the address with what comes between, and the port."""
    address, port = endpoint.address, str(endpoint.port)
    if entry.family == AF_UNIX:
        return f"{address or '*'} ", port
    if endpoint.port == 0:
        port = "*"
    elif resolve:
        port = service_name(endpoint.port, entry.netid)
    if address == "::" and not entry.v6only:
        address = "*"  # and the addresses of IPv4
    else:
        if resolve:
            address = host_name(address)
        if ":" in address:
            address = f"[{address}]"
    if endpoint.interface:
        address += f"%{interface_name(endpoint.interface)}"
    return f"{address}:", port


def interface_name(index: int) -> str:
    """The interface's name, or ``if7`` if it has gone meanwhile."""
    try:
        return berkeley.if_indextoname(index)
    except OSError:
        return f"if{index}"


# Each is looked up once.
_hosts: dict[str, str] = {}
_services: dict[tuple[int, str], str] = {}


def host_name(address: str) -> str:
    """The name of a host, or its address if it has none, or is none."""
    if address in ("0.0.0.0", "::"):
        return address
    if address not in _hosts:
        try:
            _hosts[address] = berkeley.gethostbyaddr(address.removeprefix("::ffff:"))[0]
        except OSError:
            _hosts[address] = address
    return _hosts[address]


def service_name(port: int, protocol: str) -> str:
    """The name in services(5), or the number."""
    if (port, protocol) not in _services:
        try:
            _services[port, protocol] = berkeley.getservbyport(port, protocol)
        except OSError:
            _services[port, protocol] = str(port)
    return _services[port, protocol]


def record(entry: SocketEntry, users: list[Holder]) -> dict[str, Any]:
    """A socket for programs: what docs/tools.md describes."""
    local, peer = asdict(entry.local), asdict(entry.peer)
    for found in (local, peer):
        index = found["interface"]
        found["interface"] = interface_name(index) if index else None
    return {
        "netid": entry.netid,
        "state": STATES[entry.state],
        "receive_queue": entry.receive_queue,
        "send_queue": entry.send_queue,
        "local": local,
        "peer": peer,
        "v6only": entry.v6only,
        "uid": entry.uid,
        "inode": entry.inode,
        "processes": [user._asdict() for user in users],
        "congestion": entry.tcp_info.algorithm if entry.tcp_info else None,
        "tcp_info": entry.tcp_info.values if entry.tcp_info else None,
    }
