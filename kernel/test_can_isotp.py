"""AF_CAN, CAN_ISOTP: ISO 15765-2; Documentation/networking/iso15765-2.rst of the kernel."""

import errno
import struct

import pytest

import berkeley
from berkeley import CAN_EFF_FLAG, CAN_ISOTP, CANFD_FDF, SOL_CAN_ISOTP
from kernel.can_frames import FD_FRAME, FRAME, frame, opened, raw

pytestmark = pytest.mark.config("CONFIG_CAN", "CONFIG_CAN_ISOTP", "CONFIG_CAN_VCAN")

# <linux/can/isotp.h>: can_isotp_options, can_isotp_fc_options, can_isotp_ll_options.
OPTIONS = struct.Struct("=IIBBBB")
FC_OPTIONS = struct.Struct("=BBB")
LL_OPTIONS = struct.Struct("=BBB")
# The low half of a byte that begins a frame belongs to the length.
SINGLE, FIRST, CONSECUTIVE, FLOW_CONTROL = 0x00, 0x10, 0x20, 0x30

TESTER, ECU = 0x7E0, 0x7E8
LONG = bytes(range(256)) * 4


def options(flags=0, frame_txtime=50_000, ext_address=0, txpad=0xCC, rxpad=0xCC, rx_ext_address=0):
    return OPTIONS.pack(flags, frame_txtime, ext_address, txpad, rxpad, rx_ext_address)


def configured(interface, rx_addr, tx_addr, **values):
    """A bound socket; ``opts=`` is CAN_ISOTP_OPTS, and so on."""
    sock = opened(CAN_ISOTP)
    for name, value in values.items():
        sock.setsockopt(SOL_CAN_ISOTP, getattr(berkeley, f"CAN_ISOTP_{name.upper()}"), value)
    sock.bind((interface, rx_addr, tx_addr))
    return sock


@pytest.fixture
def bus(vcan):
    with raw(vcan) as sock:
        yield sock


@pytest.mark.exchange("CAN", "ISO-TP: message in one frame")
def test_single_frame(vcan, bus):
    with (
        opened(CAN_ISOTP, vcan, ECU, TESTER) as tester,
        opened(CAN_ISOTP, vcan, TESTER, ECU) as ecu,
    ):
        assert tester.getsockname() == (vcan, ECU, TESTER)
        assert ecu.getsockname() == (vcan, TESTER, ECU)
        assert tester.send(b"\x22\xf1\x90") == 3
        # The kernel fills in the interface of a sender, and no identifiers.
        assert ecu.recvfrom(100) == (b"\x22\xf1\x90", (vcan, 0, 0))
        assert ecu.send(b"answer!") == 7
        data, ancdata, _, address = tester.recvmsg(100)
        assert (data, ancdata, address) == (b"answer!", [], (vcan, 0, 0))
        assert bus.recv(100) == frame(TESTER, b"\3\x22\xf1\x90")
        assert bus.recv(100) == frame(ECU, b"\7answer!")


@pytest.mark.exchange("CAN", "ISO-TP: message longer than one frame")
@pytest.mark.parametrize(
    ("one", "other"),
    [(TESTER, ECU), (0x18DAF110 | CAN_EFF_FLAG, 0x18DA10F1 | CAN_EFF_FLAG)],
    ids=["standard", "extended"],
)
def test_long_message(vcan, bus, one, other):
    with opened(CAN_ISOTP, vcan, other, one) as near, opened(CAN_ISOTP, vcan, one, other) as far:
        assert near.getsockname() == (vcan, other, one)
        assert near.send(LONG) == len(LONG)
        assert far.recvfrom(5000) == (LONG, (vcan, 0, 0))
        # On the bus: a first frame with 6 bytes, leave to go on, and the rest in sevens.
        assert bus.recv(100) == frame(one, bytes([FIRST | 4, 0]) + LONG[:6])
        can_id, _, control = FRAME.unpack(bus.recv(100))
        assert (can_id, control[0] & 0xF0) == (other, FLOW_CONTROL)
        for number, at in enumerate(range(6, len(LONG), 7), 1):
            head = bytes([CONSECUTIVE | number & 0xF])
            assert bus.recv(100) == frame(one, head + LONG[at : at + 7])


@pytest.mark.exchange("CAN", "ISO-TP over CAN FD frames")
def test_fd(vcan):
    link = LL_OPTIONS.pack(berkeley.CANFD_MTU, 64, berkeley.CANFD_BRS)
    with (
        raw(vcan, fd_frames=1) as bus,
        configured(vcan, ECU, TESTER, ll_opts=link) as near,
        configured(vcan, TESTER, ECU, ll_opts=link) as far,
    ):
        near.send(LONG)
        assert far.recv(5000) == LONG
        can_id, size, flags, data = FD_FRAME.unpack(bus.recv(100))
        assert (can_id, size, flags | CANFD_FDF) == (TESTER, 64, berkeley.CANFD_BRS | CANFD_FDF)
        assert data == bytes([FIRST | 4, 0]) + LONG[:62]


@pytest.mark.exchange("CAN", "ISO-TP options: padding, extended addresses, blocks, gaps")
def test_options_at_work(vcan, bus):
    flags = berkeley.CAN_ISOTP_TX_PADDING | berkeley.CAN_ISOTP_EXTEND_ADDR
    near_opts = options(flags, ext_address=0xE1, txpad=0xAA)
    fc = FC_OPTIONS.pack(2, 0xF1, 0)
    with (
        configured(vcan, ECU, TESTER, opts=near_opts) as near,
        configured(vcan, TESTER, ECU, opts=near_opts, recv_fc=fc) as far,
    ):
        near.send(b"abc")
        assert far.recv(100) == b"abc"
        assert bus.recv(100) == frame(TESTER, b"\xe1\3abc\xaa\xaa\xaa")
        near.send(LONG[:23])
        assert far.recv(100) == LONG[:23]
        # Leave for two frames, 100 us apart; then again.
        control = frame(ECU, b"\xe1\x30\2\xf1\xaa\xaa\xaa\xaa")
        assert [bus.recv(100) for _ in range(6)] == [
            frame(TESTER, b"\xe1\x10\x17" + LONG[:5]),
            control,
            frame(TESTER, b"\xe1\x21" + LONG[5:11]),
            frame(TESTER, b"\xe1\x22" + LONG[11:17]),
            control,
            frame(TESTER, b"\xe1\x23" + LONG[17:23]),
        ]


@pytest.mark.exchange("CAN", "ISO-TP: CAN_ISOTP_WAIT_TX_DONE, a peer that is not there")
def test_nobody_answers(vcan):
    with configured(vcan, ECU, TESTER, opts=options(berkeley.CAN_ISOTP_WAIT_TX_DONE)) as near:
        with pytest.raises(OSError) as caught:
            near.send(LONG)
        assert caught.value.errno == errno.ECOMM


@pytest.mark.exchange("CAN", "ISO-TP: functional addressing, CAN_ISOTP_SF_BROADCAST")
def test_to_many(vcan):
    broadcast = options(berkeley.CAN_ISOTP_SF_BROADCAST)
    with (
        configured(vcan, 0, 0x7DF, opts=broadcast) as tester,
        opened(CAN_ISOTP, vcan, 0x7DF, ECU) as one,
        opened(CAN_ISOTP, vcan, 0x7DF, ECU + 1) as other,
    ):
        tester.send(b"\x3e\0")
        assert one.recv(100) == other.recv(100) == b"\x3e\0"
        with pytest.raises(OSError) as caught:
            tester.send(b"too long")
        assert caught.value.errno == errno.EINVAL


FLAGS = [
    "LISTEN_MODE",
    "EXTEND_ADDR",
    "TX_PADDING",
    "RX_PADDING",
    "CHK_PAD_LEN",
    "CHK_PAD_DATA",
    "HALF_DUPLEX",
    "FORCE_TXSTMIN",
    "FORCE_RXSTMIN",
    "RX_EXT_ADDR",
    "WAIT_TX_DONE",
    "SF_BROADCAST",
    "CF_BROADCAST",
]


@pytest.mark.exchange("CAN", "ISO-TP options: every flag, set and read back")
@pytest.mark.parametrize("name", FLAGS)
def test_flags(name):
    value = options(getattr(berkeley, f"CAN_ISOTP_{name}"))
    with opened(CAN_ISOTP) as sock:
        sock.setsockopt(SOL_CAN_ISOTP, berkeley.CAN_ISOTP_OPTS, value)
        assert sock.getsockopt(SOL_CAN_ISOTP, berkeley.CAN_ISOTP_OPTS, 100) == value


@pytest.mark.exchange("CAN", "ISO-TP options: every option, set and read back")
@pytest.mark.parametrize(
    ("name", "default", "value"),
    [
        ("OPTS", options(), options(berkeley.CAN_ISOTP_RX_EXT_ADDR, 1234, 1, 2, 3, 4)),
        ("RECV_FC", FC_OPTIONS.pack(0, 0, 0), FC_OPTIONS.pack(15, 127, 3)),
        ("TX_STMIN", bytes(4), struct.pack("=I", 5_000_000)),
        ("RX_STMIN", bytes(4), struct.pack("=I", 1)),
        ("LL_OPTS", LL_OPTIONS.pack(16, 8, 0), LL_OPTIONS.pack(72, 48, berkeley.CANFD_ESI)),
    ],
)
def test_options(vcan, name, default, value):
    option = getattr(berkeley, f"CAN_ISOTP_{name}")
    with opened(CAN_ISOTP) as sock:
        assert sock.getsockopt(SOL_CAN_ISOTP, option, 100) == default
        sock.setsockopt(SOL_CAN_ISOTP, option, value)
        assert sock.getsockopt(SOL_CAN_ISOTP, option, 100) == value
        with pytest.raises(OSError) as caught:
            sock.setsockopt(SOL_CAN_ISOTP, option, value + b"\0")
        assert caught.value.errno == errno.EINVAL
        sock.bind((vcan, 1, 2))
        with pytest.raises(OSError) as caught:
            sock.setsockopt(SOL_CAN_ISOTP, option, value)
        assert caught.value.errno == errno.EISCONN


def test_numbers_are_options_too():
    with opened(CAN_ISOTP) as sock:
        sock.setsockopt(SOL_CAN_ISOTP, berkeley.CAN_ISOTP_TX_STMIN, 1_000_000)
        assert sock.getsockopt(SOL_CAN_ISOTP, berkeley.CAN_ISOTP_TX_STMIN) == 1_000_000


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (("", 1, 2), errno.ENODEV),
        (("lo", 1, 2), errno.ENODEV),
        (("vcan77", 1, 2), errno.ENODEV),
        (("vcan0", 5, 5), errno.EADDRNOTAVAIL),
        # All bits set: no identifier.
        (("vcan0", -1, 5), errno.EINVAL),
        (("vcan0", 5, 0x800), errno.EINVAL),
    ],
)
def test_bad_addresses(address, number):
    with opened(CAN_ISOTP) as sock:
        with pytest.raises(OSError) as caught:
            sock.bind(address)
        assert caught.value.errno == number
        assert sock.getsockname() == ("", 0, 0)


def test_no_peers(vcan):
    with opened(CAN_ISOTP, vcan, 1, 2) as sock:
        for call in (sock.getpeername, lambda: sock.connect((vcan, 1, 2))):
            with pytest.raises(OSError) as caught:
                call()
            assert caught.value.errno == errno.EOPNOTSUPP
