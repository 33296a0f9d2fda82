"""A network sniffer: shows the packets of an interface, as the kernel hands them to AF_PACKET.

    python examples/sniffer.py eth0 --count 5

The documents of ``socket`` have this program for Windows, with SIO_RCVALL; Linux has AF_PACKET for
it, packet(7).  It needs the right to see the packets of others: root, or CAP_NET_RAW.
"""

import argparse
import struct
import sys

import berkeley as socket

# What the kernel says a packet is: the third item of its address.
KINDS = {
    socket.PACKET_HOST: "to us",
    socket.PACKET_BROADCAST: "to all",
    socket.PACKET_MULTICAST: "to a group",
    socket.PACKET_OTHERHOST: "to others",
    socket.PACKET_OUTGOING: "from us",
}


def promiscuous(sock: socket.socket, interface: str) -> None:
    """Let *interface* take the packets that are for others, until *sock* is closed."""
    # struct packet_mreq: interface, what, and an address of no length.
    request = struct.pack("=iHH8x", socket.if_nametoindex(interface), socket.PACKET_MR_PROMISC, 0)
    sock.setsockopt(socket.SOL_PACKET, socket.PACKET_ADD_MEMBERSHIP, request)


def line(data: bytes, address: tuple[str, int, int, int, bytes]) -> str:
    """What to say about one packet: *data* begins with the header of its protocol, as of IP."""
    interface, protocol, kind, _, hardware = address
    about = f"protocol {protocol:#06x}"
    # IPv4, RFC 791: the protocol above it at byte 9, the addresses from byte 12 on.
    if protocol == socket.ETHERTYPE_IP and len(data) >= 20:
        about = f"{socket.inet_ntoa(data[12:16])} > {socket.inet_ntoa(data[16:20])}"
        about += f" protocol {data[9]}"
    # IPv6, RFC 8200: at byte 6, and from byte 8 on.
    elif protocol == socket.ETHERTYPE_IPV6 and len(data) >= 40:
        near, far = (socket.inet_ntop(socket.AF_INET6, data[i : i + 16]) for i in (8, 24))
        about = f"{near} > {far} protocol {data[6]}"
    sender = f" by {hardware.hex(':')}" if hardware else ""
    return f"{interface} {KINDS.get(kind, kind)}{sender}: {about}, {len(data)} bytes"


def sniff(interface: str, count: int | None) -> None:
    """Show *count* packets, or all that come; ``''`` is every interface."""
    # SOCK_DGRAM: the address has what the header of the hardware says, and the data begins behind
    # it.  SOCK_RAW would give that header, too.
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as sock:
        # Nothing comes before bind() names the protocol: here all of them.
        sock.bind((interface, socket.ETH_P_ALL))
        if interface:
            promiscuous(sock, interface)
        print(f"listening on {sock.getsockname()}", flush=True)
        while count is None or count > 0:
            print(line(*sock.recvfrom(65_535)), flush=True)
            if count is not None:
                count -= 1


def main() -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="show the packets of an interface")
    parser.add_argument("interface", nargs="?", default="", help="one of all, if not given")
    parser.add_argument("--count", type=int, help="end after so many packets")
    options = parser.parse_args()
    try:
        sniff(options.interface, options.count)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"sniffer.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
