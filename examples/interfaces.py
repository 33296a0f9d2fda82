"""The network interfaces of this host, with addresses and traffic.

    python examples/interfaces.py [NAME...]

prints those that are named, or all.  The exit status is 1 when there is none.
"""

import argparse
import sys

import berkeley
from berkeley.interfaces import Interface


def lines(interface: Interface) -> list[str]:
    """What is known of one interface, a line for each address."""
    flags = "|".join(flag.name or "" for flag in interface.flags)
    found = [
        f"{interface.index}: {interface.name}  {interface.type} {interface.hardware or ''}",
        f"    flags {flags or 'none'}  mtu {interface.mtu}",
    ]
    for ipv4 in interface.ipv4:
        peer = f" peer {ipv4.peer}" if ipv4.peer else ""
        found.append(f"    {ipv4.address}{peer}/{ipv4.prefix}  netmask {ipv4.netmask}")
    for ipv6 in interface.ipv6:
        zone = f"%{interface.name}" if ipv6.scope_id else ""
        peer = f" peer {ipv6.peer}" if ipv6.peer else ""
        found.append(f"    {ipv6.address}{zone}{peer}/{ipv6.prefix}")
    counters = interface.statistics
    for way, packets, size, dropped in (
        ("received", counters.rx_packets, counters.rx_bytes, counters.rx_dropped),
        ("sent", counters.tx_packets, counters.tx_bytes, counters.tx_dropped),
    ):
        found.append(f"    {way} {packets} packets, {size} bytes; {dropped} dropped")
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="list the network interfaces of this host")
    parser.add_argument("name", nargs="*")
    wanted = parser.parse_args().name
    chosen = [one for one in berkeley.getifaddrs() if not wanted or one.name in wanted]
    for interface in chosen:
        print(*lines(interface), sep="\n")
    return 0 if chosen else 1


if __name__ == "__main__":
    sys.exit(main())
