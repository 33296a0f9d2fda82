"""The options of a socket that can be read, by name and with their values.

    python examples/options.py [--udp] [PATTERN...]

prints those whose names contain one of the patterns, or all.  The exit status is 1 if none does.
"""

import argparse
import sys

import berkeley


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="list the options of a new socket")
    parser.add_argument("--udp", action="store_true", help="of a UDP socket, not of a TCP socket")
    parser.add_argument("pattern", nargs="*")
    arguments = parser.parse_args()
    kind = berkeley.SOCK_DGRAM if arguments.udp else berkeley.SOCK_STREAM
    found = False
    with berkeley.socket(type=kind) as sock:
        for name in sock.options:
            if not arguments.pattern or any(part.upper() in name for part in arguments.pattern):
                found = True
                print(f"{name} = {sock.options[name]!r}")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
