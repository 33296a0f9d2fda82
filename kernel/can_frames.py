"""What the tests of AF_CAN share: frames as the kernel has them, and sockets with a time limit.

Layouts: struct can_frame and canfd_frame, <linux/can.h>; struct bcm_msg_head, <linux/can/bcm.h>.
"""

import struct
from typing import Any

import berkeley
from berkeley import AF_CAN, CAN_RAW, SOCK_DGRAM, SOCK_RAW, SOL_CAN_RAW

# Seconds; what takes a millisecond elsewhere takes 25 under emulation.
LIMIT = 20

FRAME = struct.Struct("=IB3x8s")
FD_FRAME = struct.Struct("=IBB2x64s")
# opcode, flags, count, two struct bcm_timeval, can_id, nframes; the frames are aligned to 8 bytes.
BCM_HEAD = struct.Struct("@IIIllllII0q")

MICROSECONDS = 1_000_000


def frame(can_id: int, data: bytes = b"") -> bytes:
    """Return a struct can_frame."""
    return FRAME.pack(can_id, len(data), data)


def fd_frame(can_id: int, data: bytes, flags: int = 0) -> bytes:
    """Return a struct canfd_frame, which newer kernels deliver with CANFD_FDF in *flags*."""
    return FD_FRAME.pack(can_id, len(data), flags, data)


def bcm(
    opcode: int,
    can_id: int,
    frames: list[bytes] | None = None,
    *,
    flags: int = 0,
    count: int = 0,
    first: float = 0,
    then: float = 0,
) -> bytes:
    """Return a message to the broadcast manager: *count* intervals of *first* seconds, then of
    *then*.
    """
    frames = frames or []
    intervals = [
        part for one in (first, then) for part in divmod(round(one * MICROSECONDS), MICROSECONDS)
    ]
    return BCM_HEAD.pack(opcode, flags, count, *intervals, can_id, len(frames)) + b"".join(frames)


def opened(protocol: int, *address: Any) -> berkeley.socket:
    """Return a socket of *protocol*, bound to *address* if that is given."""
    sock = berkeley.socket(AF_CAN, SOCK_RAW if protocol == CAN_RAW else SOCK_DGRAM, protocol)
    try:
        sock.settimeout(LIMIT)
        if address:
            sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


def raw(interface: str, **options: int) -> berkeley.socket:
    """Return a bound socket of CAN_RAW; ``fd_frames=1`` sets CAN_RAW_FD_FRAMES, and so on."""
    sock = opened(CAN_RAW, interface)
    for name, value in options.items():
        sock.setsockopt(SOL_CAN_RAW, getattr(berkeley, f"CAN_RAW_{name.upper()}"), value)
    return sock
