"""AF_XDP over a pair of veth, in copy mode: Documentation/networking/af_xdp.rst of the kernel."""

import ctypes
import errno
import mmap
import os
import select
import struct
import subprocess
from collections.abc import Iterator

import pytest

import berkeley
from berkeley import SOL_XDP
from kernel import bpf

LIMIT = 10
NEAR, FAR = "xdp-near", "xdp-far"
ETH_P_EXPERIMENT = 0x88B5
FRAME = b"\xff" * 6 + b"\2\0\0\0\0\1" + ETH_P_EXPERIMENT.to_bytes(2, "big") + b"payload" * 10

# The memory of frames: a few chunks; and entries of a ring, a power of two.
CHUNK, CHUNKS, ENTRIES = 2048, 8, 4
DESCRIPTION = struct.Struct("=QII")
ADDRESS = struct.Struct("=Q")


class Ring:
    """A ring of fixed entries, shared with the kernel, at its first use."""

    def __init__(
        self, sock: berkeley.socket, option: int, page: int, place: bytes, entry: struct.Struct
    ) -> None:
        # struct xdp_ring_offset: where producer, consumer, entries and flags are.
        self._producer, self._consumer, self._entries, _ = struct.unpack("=QQQQ", place)
        self._entry = entry
        sock.setsockopt(SOL_XDP, option, ENTRIES)
        size = self._entries + ENTRIES * entry.size
        self._memory = mmap.mmap(sock.fileno(), size, mmap.MAP_SHARED, offset=page)

    def put(self, *items: int) -> None:
        """Produce the first entry."""
        self._entry.pack_into(self._memory, self._entries, *items)
        struct.pack_into("=I", self._memory, self._producer, 1)

    def get(self) -> tuple[int, ...]:
        """Consume the first entry, which is there."""
        assert struct.unpack_from("=I", self._memory, self._producer) == (1,)
        items = self._entry.unpack_from(self._memory, self._entries)
        struct.pack_into("=I", self._memory, self._consumer, 1)
        return items

    def close(self) -> None:
        self._memory.close()


class Frames:
    """A socket of AF_XDP with its memory and its rings."""

    def __init__(self) -> None:
        self.sock = berkeley.socket(berkeley.AF_XDP, berkeley.SOCK_RAW)
        self.memory = mmap.mmap(-1, CHUNK * CHUNKS)
        start = ctypes.c_char.from_buffer(self.memory)
        # struct xdp_umem_reg: address, length, size of a chunk, headroom, flags.
        region = struct.pack("=QQIIII", ctypes.addressof(start), CHUNK * CHUNKS, CHUNK, 0, 0, 0)
        del start
        self.sock.setsockopt(SOL_XDP, berkeley.XDP_UMEM_REG, region)
        places = self.sock.getsockopt(SOL_XDP, berkeley.XDP_MMAP_OFFSETS, 128)
        rx, tx, fill, completion = (places[i : i + 32] for i in range(0, 128, 32))
        self.rx = Ring(self.sock, berkeley.XDP_RX_RING, berkeley.XDP_PGOFF_RX_RING, rx, DESCRIPTION)
        self.tx = Ring(self.sock, berkeley.XDP_TX_RING, berkeley.XDP_PGOFF_TX_RING, tx, DESCRIPTION)
        self.fill = Ring(
            self.sock,
            berkeley.XDP_UMEM_FILL_RING,
            berkeley.XDP_UMEM_PGOFF_FILL_RING,
            fill,
            ADDRESS,
        )
        self.completion = Ring(
            self.sock,
            berkeley.XDP_UMEM_COMPLETION_RING,
            berkeley.XDP_UMEM_PGOFF_COMPLETION_RING,
            completion,
            ADDRESS,
        )

    def close(self) -> None:
        for ring in (self.rx, self.tx, self.fill, self.completion):
            ring.close()
        self.sock.close()
        self.memory.close()


@pytest.fixture(scope="module")
def veth() -> Iterator[None]:
    """Two interfaces, each the other's wire, on which the kernel itself says nothing."""
    subprocess.run(["ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR], check=True)
    for name in (NEAR, FAR):
        subprocess.run(["ip", "link", "set", name, "addrgenmode", "none", "up"], check=True)
    yield
    subprocess.run(["ip", "link", "del", NEAR], check=True)


@pytest.fixture
def frames() -> Iterator[Frames]:
    made = Frames()
    yield made
    made.close()


@pytest.fixture
def packet(veth: None) -> Iterator[berkeley.socket]:
    """The other end: a packet socket."""
    kind = berkeley.htons(ETH_P_EXPERIMENT)
    with berkeley.socket(berkeley.AF_PACKET, berkeley.SOCK_RAW, kind) as sock:
        sock.settimeout(LIMIT)
        sock.bind((FAR, ETH_P_EXPERIMENT))
        yield sock


@pytest.mark.exchange("XDP", "a frame sent through the TX ring (copy mode)")
def test_send(frames, packet):
    frames.sock.bind((NEAR, 0, berkeley.XDP_COPY))
    frames.memory[CHUNK : CHUNK + len(FRAME)] = FRAME
    frames.tx.put(CHUNK, len(FRAME), 0)
    # The ring is looked at when something is sent: nothing.
    assert frames.sock.send(b"", berkeley.MSG_DONTWAIT) == 0
    assert packet.recv(2000) == FRAME
    assert frames.completion.get() == (CHUNK,)


@pytest.mark.exchange("XDP", "a frame received through the RX ring (copy mode, BPF program)")
def test_receive(frames, packet):
    frames.fill.put(CHUNK * 2)
    frames.sock.bind((NEAR, 0, berkeley.XDP_COPY))
    sockets = bpf.make_map(bpf.MAP_TYPE_XSKMAP, 1)
    program = bpf.load(bpf.PROG_TYPE_XDP, bpf.redirect_to(sockets))
    bpf.put(sockets, 0, frames.sock.fileno())
    link = bpf.attach_xdp(program, berkeley.if_nametoindex(NEAR))
    try:
        packet.send(FRAME)
        poll = select.poll()
        poll.register(frames.sock, select.POLLIN)
        assert [event for _, event in poll.poll(LIMIT * 1000)] == [select.POLLIN]
        place, length, _ = frames.rx.get()
        assert place // CHUNK == 2
        assert frames.memory[place : place + length] == FRAME
    finally:
        for descriptor in (link, program, sockets):
            os.close(descriptor)


@pytest.mark.exchange("XDP", "two sockets share their memory (XDP_SHARED_UMEM)")
def test_shared_memory(frames, packet):
    frames.sock.bind((NEAR, 0, berkeley.XDP_COPY))
    with berkeley.socket(berkeley.AF_XDP, berkeley.SOCK_RAW) as other:
        places = other.getsockopt(SOL_XDP, berkeley.XDP_MMAP_OFFSETS, 128)
        tx = Ring(
            other, berkeley.XDP_TX_RING, berkeley.XDP_PGOFF_TX_RING, places[32:64], DESCRIPTION
        )
        other.bind((NEAR, 0, berkeley.XDP_SHARED_UMEM, frames.sock.fileno()))
        frames.memory[: len(FRAME)] = FRAME
        tx.put(0, len(FRAME), 0)
        assert other.send(b"", berkeley.MSG_DONTWAIT) == 0
        assert packet.recv(2000) == FRAME
        assert frames.completion.get() == (0,)
        tx.close()


@pytest.mark.exchange("XDP", "statistics and options")
def test_options(frames, veth):
    frames.sock.bind((NEAR, 0, berkeley.XDP_COPY))
    assert frames.sock.getsockopt(SOL_XDP, berkeley.XDP_STATISTICS, 48) == bytes(48)
    # Not XDP_OPTIONS_ZEROCOPY.
    assert frames.sock.getsockopt(SOL_XDP, berkeley.XDP_OPTIONS) == 0


def test_bad_binds(frames, veth):
    for address, number in (
        (("", 0), errno.ENODEV),
        ((NEAR, 1000), errno.EINVAL),
        ((NEAR, 0, 0x8000), errno.EINVAL),
        # The socket has memory of its own.
        ((NEAR, 0, berkeley.XDP_SHARED_UMEM, 0), errno.EINVAL),
        ((NEAR, 0, berkeley.XDP_ZEROCOPY), errno.EOPNOTSUPP),
    ):
        with pytest.raises(OSError) as caught:
            frames.sock.bind(address)
        assert (address, caught.value.errno) == (address, number)
    with pytest.raises(OSError) as caught:
        frames.sock.getsockname()
    assert caught.value.errno == errno.EOPNOTSUPP
