"""CAN frames: answer those that come, send one, or have the kernel send one again and again.

    python examples/can_raw.py echo vcan0
    python examples/can_raw.py send vcan0 123 010203
    python examples/can_raw.py send vcan0 123 010203 --every 0.1 --count 10

An identifier is in hexadecimal, and more than three digits are an extended one; so is the data.
A virtual bus: ``modprobe vcan; ip link add vcan0 type vcan; ip link set vcan0 up``.

``import berkeley as socket`` is all that this file has of berkeley: with ``import socket`` it is
the same program on the standard module.
"""

import argparse
import contextlib
import struct
import sys

import berkeley as socket

# struct can_frame, <linux/can.h>: identifier, length, data.
FRAME = struct.Struct("=IB3x8s")
# struct bcm_msg_head, <linux/can/bcm.h>: opcode, flags, count, two intervals in seconds and
# microseconds, identifier, number of frames; what follows is aligned to 8 bytes.
HEAD = struct.Struct("@IIIllllII0q")


def build_can_frame(can_id: int, data: bytes) -> bytes:
    """Return the frame as the kernel takes it. Raises ValueError (more than 8 bytes of data)."""
    if len(data) > socket.CAN_MAX_DLEN:
        raise ValueError(f"a frame has at most {socket.CAN_MAX_DLEN} bytes of data")
    return FRAME.pack(can_id, len(data), data)


def dissect_can_frame(frame: bytes) -> tuple[int, int, bytes]:
    """Return identifier with flags, length and data of a frame."""
    can_id, size, data = FRAME.unpack(frame)
    return can_id, size, data[:size]


def echo(interface: str, count: int) -> None:
    """Answer each frame with itself and with a frame of our own; 0 is no end."""
    with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as sock:
        sock.bind((interface,))
        print(f"Listening on {interface or 'all interfaces'}", flush=True)
        answered = 0
        while not count or answered < count:
            frame, address = sock.recvfrom(FRAME.size)
            can_id, size, data = dissect_can_frame(frame)
            print(f"Received: {address[0]} {can_id:x} [{size}] {data.hex(' ')}", flush=True)
            # The address says on which interface, if that is all of them.
            sock.sendto(frame, address)
            sock.sendto(build_can_frame(0x01, b"\1\2\3"), address)
            answered += 1


def send(interface: str, can_id: int, data: bytes) -> None:
    """Send one frame."""
    with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as sock:
        sock.bind((interface,))
        sock.send(build_can_frame(can_id, data))


def send_cyclic(interface: str, can_id: int, data: bytes, every: float, count: int) -> None:
    """Have the broadcast manager send the frame *count* times, and wait for it."""
    seconds, microseconds = divmod(round(every * 1_000_000), 1_000_000)
    flags = socket.CAN_BCM_SETTIMER | socket.CAN_BCM_STARTTIMER | socket.CAN_BCM_TX_COUNTEVT
    task = (socket.CAN_BCM_TX_SETUP, flags, count, seconds, microseconds, 0, 0, can_id, 1)
    with socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_BCM) as sock:
        sock.connect((interface,))
        sock.send(HEAD.pack(*task) + build_can_frame(can_id, data))
        # Its tasks end with the socket.
        opcode, *_ = HEAD.unpack_from(sock.recv(HEAD.size))
        assert opcode == socket.CAN_BCM_TX_EXPIRED
    print(f"Sent {count} frames")


def identifier(text: str) -> int:
    """Return an identifier with its flag. Raises ValueError."""
    number = int(text, 16)
    if number < 0 or number > socket.CAN_EFF_MASK:
        raise ValueError(text)
    extended = len(text) > 3 or number > socket.CAN_SFF_MASK
    return number | socket.CAN_EFF_FLAG if extended else number


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("echo", help="answer what comes").add_argument
    add("interface", help="'' for all")
    add("--count", type=int, default=0, help="end after so many frames")
    add = commands.add_parser("send", help="send a frame").add_argument
    add("interface")
    add("id", type=identifier)
    add("data", type=bytes.fromhex)
    add("--every", type=float, metavar="S", help="again and again, by the broadcast manager")
    add("--count", type=int, default=10, help="so many times (10)")
    return parser.parse_args()


def main() -> int:
    """Return 0, or 1 if it could not be done."""
    options = arguments()
    try:
        if options.command == "echo":
            with contextlib.suppress(KeyboardInterrupt):
                echo(options.interface, options.count)
        elif options.every is None:
            send(options.interface, options.id, options.data)
        else:
            send_cyclic(options.interface, options.id, options.data, options.every, options.count)
    except (OSError, ValueError) as error:
        print(f"{options.interface}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
