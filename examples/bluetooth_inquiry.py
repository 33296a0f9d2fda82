"""Lists the Bluetooth devices around, by an inquiry of a controller: ``bluetooth_inquiry.py [N]``.

N is the number of the controller, 0 for hci0. Anybody may do this. Commands and events are those of
the Bluetooth Core Specification, Vol 4, Part E, 7.1.1 and 7.7.
"""

import argparse
import struct
import sys
from collections.abc import Iterator

import berkeley as socket

INQUIRY, COMMAND_STATUS = 0x0401, 0x0F
INQUIRY_COMPLETE, INQUIRY_RESULT, WITH_RSSI, EXTENDED = 0x01, 0x02, 0x22, 0x2F
EVENTS = (INQUIRY_COMPLETE, INQUIRY_RESULT, WITH_RSSI, EXTENDED, COMMAND_STATUS)
# The general inquiry access code, and in units of 1.28 s how long to listen.
GIAC, LENGTH = 0x9E8B33, 8


def inquire(controller: int) -> Iterator[str]:
    """Yield the address of each device that answers."""
    with socket.socket(socket.AF_BLUETOOTH, socket.SOCK_RAW, socket.BTPROTO_HCI) as sock:
        sock.bind((controller,))
        # struct hci_filter: kinds of packets, events in two words, their command (0: any).
        high, low = divmod(sum(1 << event for event in EVENTS), 1 << 32)
        wanted = struct.pack("=IIIH2x", 1 << socket.HCI_EVENT_PKT, low, high, 0)
        sock.setsockopt(socket.SOL_HCI, socket.HCI_FILTER, wanted)
        parameters = GIAC.to_bytes(3, "little") + bytes([LENGTH, 0])
        sock.send(
            struct.pack("<BHB", socket.HCI_COMMAND_PKT, INQUIRY, len(parameters)) + parameters
        )
        while (packet := sock.recv(260))[1] != INQUIRY_COMPLETE:
            event, parameters = packet[1], packet[3:]
            if event == COMMAND_STATUS:
                status, _, command = struct.unpack("<BBH", parameters)
                if command == INQUIRY and status:
                    raise OSError(f"the controller refuses: error code 0x{status:02x}")
                continue
            # The addresses of all come first, the least significant byte first.
            for i in range(parameters[0]):
                yield parameters[1 + 6 * i : 7 + 6 * i][::-1].hex(":").upper()


def main() -> int:
    parser = argparse.ArgumentParser(description="List the Bluetooth devices around.")
    parser.add_argument("controller", nargs="?", type=int, default=0, help="0 is hci0")
    seen: set[str] = set()
    try:
        for address in inquire(parser.parse_args().controller):
            if address not in seen:
                print(address, flush=True)
                seen.add(address)
    except OSError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
