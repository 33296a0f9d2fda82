"""AF_CAN, CAN_BCM, the broadcast manager: Documentation/networking/can.rst of the kernel."""

import errno

import pytest

import berkeley
from berkeley import CAN_BCM
from kernel.can_frames import BCM_HEAD, bcm, fd_frame, frame, opened, raw

pytestmark = pytest.mark.config("CONFIG_CAN", "CONFIG_CAN_BCM", "CONFIG_CAN_VCAN")

TIMERS = berkeley.CAN_BCM_SETTIMER | berkeley.CAN_BCM_STARTTIMER


@pytest.fixture
def manager(vcan):
    with opened(CAN_BCM) as sock:
        sock.connect((vcan,))
        yield sock


@pytest.fixture
def bus(vcan):
    with raw(vcan) as sock:
        yield sock


def received(sock, interface):
    """The next message of the manager: opcode, can_id, frames.

    What it says of sending has no interface, ``''``.
    """
    data, address = sock.recvfrom(1000)
    assert address == (interface,)
    opcode, _, _, *_, can_id, count = BCM_HEAD.unpack_from(data)
    assert len(data) == BCM_HEAD.size + 16 * count
    return opcode, can_id, [data[at : at + 16] for at in range(BCM_HEAD.size, len(data), 16)]


@pytest.mark.exchange("CAN", "BCM: one frame, TX_SEND")
def test_send(vcan, manager, bus):
    message = bcm(berkeley.CAN_BCM_TX_SEND, 0x42, [frame(0x42, b"once")])
    assert manager.send(message) == len(message)
    assert bus.recvfrom(100) == (frame(0x42, b"once"), (vcan,))


@pytest.mark.exchange("CAN", "BCM: CAN FD frame, TX_SEND")
def test_send_fd(vcan, manager):
    with raw(vcan, fd_frames=1) as bus:
        sent = fd_frame(0x42, bytes(range(64)), berkeley.CANFD_FDF)
        flags = berkeley.CAN_BCM_CAN_FD_FRAME
        manager.send(bcm(berkeley.CAN_BCM_TX_SEND, 0x42, [sent], flags=flags))
        assert bus.recv(100) == sent


@pytest.mark.exchange("CAN", "BCM: cyclic transmission, TX_SETUP to TX_DELETE")
def test_cyclic(vcan, manager, bus):
    frames = [frame(0x123, bytes([number])) for number in range(3)]
    setup = bcm(berkeley.CAN_BCM_TX_SETUP, 0x123, frames, flags=TIMERS, then=0.01)
    manager.send(setup)
    # They take turns.
    assert [bus.recv(100) for _ in range(9)] == frames * 3
    # What is being sent can be asked for, and changed under way.
    manager.send(bcm(berkeley.CAN_BCM_TX_READ, 0x123))
    assert received(manager, "") == (berkeley.CAN_BCM_TX_STATUS, 0x123, frames)
    changed = frame(0x123, b"new")
    manager.send(bcm(berkeley.CAN_BCM_TX_SETUP, 0x123, [changed] * 3))
    while (data := bus.recv(100)) in frames:
        pass
    assert data == changed
    manager.send(bcm(berkeley.CAN_BCM_TX_DELETE, 0x123))
    with pytest.raises(OSError) as caught:
        manager.send(bcm(berkeley.CAN_BCM_TX_DELETE, 0x123))
    assert caught.value.errno == errno.EINVAL


@pytest.mark.exchange("CAN", "BCM: a number of cycles, TX_EXPIRED")
def test_counted(vcan, manager, bus):
    flags = TIMERS | berkeley.CAN_BCM_TX_COUNTEVT
    sent = frame(5, b"thrice")
    manager.send(bcm(berkeley.CAN_BCM_TX_SETUP, 5, [sent], flags=flags, count=3, first=0.01))
    assert received(manager, "") == (berkeley.CAN_BCM_TX_EXPIRED, 5, [])
    bus.send(frame(6))
    assert [bus.recv(100) for _ in range(3)] == [sent] * 3
    bus.setblocking(False)
    with pytest.raises(BlockingIOError):
        bus.recv(100)


@pytest.mark.exchange("CAN", "BCM: content filter, RX_SETUP to RX_CHANGED")
def test_changed(vcan, manager, bus):
    # Of the two bytes only the first counts.
    mask = frame(0x321, b"\xff\0")
    manager.send(bcm(berkeley.CAN_BCM_RX_SETUP, 0x321, [mask]))
    for data in (b"\1\1", b"\1\2", b"\2\2", b"\2\3", b"\1\4"):
        bus.send(frame(0x321, data))
        bus.send(frame(0x322, data))
    for data in (b"\1\1", b"\2\2", b"\1\4"):
        changed = (berkeley.CAN_BCM_RX_CHANGED, 0x321, [frame(0x321, data)])
        assert received(manager, vcan) == changed
    manager.send(bcm(berkeley.CAN_BCM_RX_READ, 0x321))
    assert received(manager, vcan) == (berkeley.CAN_BCM_RX_STATUS, 0x321, [mask])
    manager.send(bcm(berkeley.CAN_BCM_RX_DELETE, 0x321))


@pytest.mark.exchange("CAN", "BCM: every frame of an id, from all interfaces")
def test_all_interfaces(vcan, bus):
    with opened(CAN_BCM) as manager:
        manager.connect(("",))
        flags = berkeley.CAN_BCM_RX_FILTER_ID
        manager.send(bcm(berkeley.CAN_BCM_RX_SETUP, 7, flags=flags))
        for _ in range(2):
            bus.send(frame(7, b"same"))
        changed = (berkeley.CAN_BCM_RX_CHANGED, 7, [frame(7, b"same")])
        assert [received(manager, vcan), received(manager, vcan)] == [changed] * 2
        # To all it cannot send; to one it can.
        message = bcm(berkeley.CAN_BCM_TX_SEND, 8, [frame(8, b"x")])
        with pytest.raises(OSError) as caught:
            manager.send(message)
        assert caught.value.errno == errno.ENODEV
        manager.sendto(message, (vcan,))
        assert bus.recv(100) == frame(8, b"x")


@pytest.mark.exchange("CAN", "BCM: a cyclic frame that stays away, RX_TIMEOUT")
def test_timeout(vcan, manager, bus):
    flags = TIMERS | berkeley.CAN_BCM_RX_FILTER_ID
    manager.send(bcm(berkeley.CAN_BCM_RX_SETUP, 9, flags=flags, first=0.05))
    bus.send(frame(9, b"alive"))
    assert received(manager, vcan) == (berkeley.CAN_BCM_RX_CHANGED, 9, [frame(9, b"alive")])
    assert received(manager, vcan) == (berkeley.CAN_BCM_RX_TIMEOUT, 9, [])


def test_not_connected():
    with opened(CAN_BCM) as sock:
        with pytest.raises(OSError) as caught:
            sock.send(bcm(berkeley.CAN_BCM_TX_READ, 1))
        assert caught.value.errno == errno.ENOTCONN


def test_addresses_of_a_manager(vcan, manager):
    for call in (manager.getsockname, manager.getpeername, lambda: manager.bind((vcan,))):
        with pytest.raises(OSError) as caught:
            call()
        assert caught.value.errno == errno.EOPNOTSUPP
    with pytest.raises(OSError) as caught:
        manager.connect((vcan,))
    assert caught.value.errno == errno.EISCONN
    for name in ("lo", "vcan77"):
        with opened(CAN_BCM) as sock, pytest.raises(OSError) as caught:
            sock.connect((name,))
        assert caught.value.errno == errno.ENODEV
