"""Virtual Bluetooth controllers, hci0 and hci1, that reach each other.

    python -m kernel.vhci_pair COMMAND...   bring both up, run COMMAND with their addresses in $VHCI
    with Pair() as addresses:               from Python: ("00:AA:01:00:00:00", "00:AA:01:00:00:01")
    with Pair(le=True) as addresses:        two of Low Energy alone: ("00:AA:01:00:01:00", ...)

Each is a /dev/vhci (module hci_vhci, root) that answers the HCI that Linux sends: enough to come
up, to page (ACL), for SCO and eSCO links, for authentication and encryption that always succeed,
for inquiry and remote names; for LE, for scans that find the others, and connections. The kernel
itself does L2CAP and RFCOMM, over the packets that are handed across here. $VHCI_TRACE prints each.
"""

import errno
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from types import TracebackType

from kernel.vhci.codes import Link
from kernel.vhci.controller import Controller

# <net/bluetooth/bluetooth.h> and hci_sock.h; by number, as many Pythons lack the names.
AF_BLUETOOTH, BTPROTO_HCI = 31, 1
HCIDEVUP, HCISETSCAN = 0x400448C9, 0x400448DD
SCAN_PAGE = 0x02
LAST_HANDLE = 0x0EFF
# Seconds for a controller to come up, and between two attempts.
LIMIT, PAUSE = 10.0, 0.05


class Pair:
    """*n* controllers, up and connectable while the context lasts; a thread serves them."""

    def __init__(self, n: int = 2, le: bool = False) -> None:
        self.asked: dict[tuple[Controller, Controller], Link] = {}
        self._links: dict[int, tuple[Controller, Controller]] = {}
        self._next = 1
        self.controllers = [Controller(self, i, le) for i in range(n)]
        self.addresses = tuple(one.address[::-1].hex(":").upper() for one in self.controllers)
        self._stop = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def find(self, address: bytes) -> Controller | None:
        """The controller that has *address* (little-endian)."""
        return next((one for one in self.controllers if one.address == address), None)

    def link(self, one: Controller, other: Controller) -> int:
        """Connect two controllers; return the handle, which is the same on both sides."""
        handle, self._next = self._next, self._next % LAST_HANDLE + 1
        self._links[handle] = one, other
        return handle

    def other(self, one: Controller, handle: int) -> Controller | None:
        """The other end of the link *handle* of *one*."""
        ends = self._links.get(handle, ())
        return next((end for end in ends if end is not one), None) if one in ends else None

    def unlink(self, one: Controller, handle: int) -> Controller | None:
        """End the link, and return its other end."""
        peer = self.other(one, handle)
        self._links.pop(handle, None)
        return peer

    def _serve(self) -> None:
        by_fd = {one.fd: one for one in self.controllers}
        poll = select.poll()
        for fd in (*by_fd, self._stop[0]):
            poll.register(fd, select.POLLIN)
        trace = "VHCI_TRACE" in os.environ
        while True:
            for fd, _ in poll.poll():
                if fd == self._stop[0]:
                    return
                try:
                    packet = os.read(fd, 4096)
                    if trace:
                        print("vhci", by_fd[fd].index, packet[:24].hex(" "), file=sys.stderr)
                    by_fd[fd].packet(packet)
                except OSError as error:
                    # The host has just closed the controller.
                    print(f"vhci {by_fd[fd].index}: {error}", file=sys.stderr)

    def __enter__(self) -> tuple[str, ...]:
        self._thread.start()
        try:
            with socket.socket(AF_BLUETOOTH, socket.SOCK_RAW, BTPROTO_HCI) as control:
                for one in self.controllers:
                    _bring_up(control, one)
        except BaseException:
            self._end()
            raise
        return self.addresses

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        os.write(self._stop[1], b"x")
        self._thread.join()
        for one in self.controllers:
            one.close()
        for fd in self._stop:
            os.close(fd)


def _bring_up(control: socket.socket, one: Controller) -> None:
    """Do as ``hciconfig hci0 up pscan`` does."""
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            fcntl.ioctl(control, HCIDEVUP, one.index)
        except OSError as error:
            if error.errno == errno.EALREADY:
                break
            # The kernel is still registering it; nothing tells when that is done.
            if error.errno not in (errno.EBUSY, errno.ENODEV) or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)
        else:
            break
    if not one.le:
        fcntl.ioctl(control, HCISETSCAN, struct.pack("=HHI", one.index, 0, SCAN_PAGE))


def main(command: list[str]) -> int:
    """Run *command* and return its status, 128 + N after signal N."""
    with Pair() as addresses:
        env = os.environ | {"VHCI": " ".join(addresses)}
        status = subprocess.run(command, env=env, check=False).returncode
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
