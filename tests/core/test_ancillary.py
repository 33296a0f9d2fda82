"""Ancillary data: several items, padding, truncation, bounds, and the descriptors in it."""

import array
import errno
import os
import struct

import pytest

import berkeley
from berkeley import CMSG_LEN, CMSG_SPACE, SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET

INT = struct.calcsize("i")
CREDENTIALS = struct.Struct("iII")


@pytest.fixture
def passed(descriptors):
    """Descriptors to send, and a check that closes received ones."""
    made = [os.memfd_create(f"berkeley-{i}") for i in range(4)]

    def close(fds):
        for fd in fds:
            assert not os.get_inheritable(fd)
            os.close(fd)

    yield made, close
    for fd in made:
        os.close(fd)


def rights(*fds):
    return (SOL_SOCKET, SCM_RIGHTS, array.array("i", fds))


def credentials():
    data = CREDENTIALS.pack(os.getpid(), os.getuid(), os.getgid())
    return (SOL_SOCKET, SCM_CREDENTIALS, data)


def received(ancdata):
    found = []
    for level, kind, data in ancdata:
        assert type(data) is bytes
        if (level, kind) == (SOL_SOCKET, SCM_RIGHTS):
            found += array.array("i", data[: len(data) // INT * INT])
    return found


def name_of(fd):
    return os.readlink(f"/proc/self/fd/{fd}")


CLOEXEC = berkeley.MSG_CMSG_CLOEXEC


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_rights(pair, passed, count):
    near, far = pair
    made, close = passed
    assert near.sendmsg([b"x"], [rights(*made[:count])]) == 1
    data, ancdata, flags, address = far.recvmsg(10, CMSG_SPACE(count * INT), CLOEXEC)
    assert (data, address) == (b"x", None)
    assert not flags & berkeley.MSG_CTRUNC
    fds = received(ancdata)
    assert [name_of(fd) for fd in fds] == [name_of(fd) for fd in made[:count]]
    close(fds)


def test_several_items(pair, passed):
    """The kernel joins rights of one message into one item, and puts credentials beside it."""
    near, far = pair
    made, close = passed
    far.setsockopt(SOL_SOCKET, berkeley.SO_PASSCRED, 1)
    near.sendmsg([b"x"], [rights(made[0]), credentials(), rights(made[1], made[2])])
    room = CMSG_SPACE(3 * INT) + CMSG_SPACE(CREDENTIALS.size)
    _, ancdata, flags, _ = far.recvmsg(10, room, CLOEXEC)
    assert not flags & berkeley.MSG_CTRUNC
    assert len(ancdata) == 2
    kinds = {kind: data for _, kind, data in ancdata}
    assert kinds[SCM_CREDENTIALS] == credentials()[2]
    fds = received(ancdata)
    assert [name_of(fd) for fd in fds] == [name_of(fd) for fd in made[:3]]
    close(fds)


def test_padding_between_items(pair, passed):
    """Three ints fill no whole number of words: the item behind must be found all the same."""
    near, far = pair
    made, close = passed
    far.setsockopt(SOL_SOCKET, berkeley.SO_PASSCRED, 1)
    near.sendmsg([b"x"], [rights(*made[:3]), credentials()])
    room = CMSG_SPACE(CREDENTIALS.size) + CMSG_SPACE(3 * INT)
    _, ancdata, _, _ = far.recvmsg(10, room, CLOEXEC)
    assert sorted(len(data) for _, _, data in ancdata) == [12, 12]
    close(received(ancdata))


@pytest.mark.parametrize("room", [0, 1, CMSG_LEN(0), CMSG_LEN(INT) - 1])
def test_no_room_at_all(pair, passed, descriptors, room):
    near, far = pair
    made, _ = passed
    near.sendmsg([b"x"], [rights(made[0])])
    before = descriptors()
    data, ancdata, flags, _ = far.recvmsg(10, room)
    assert data == b"x"
    assert flags & berkeley.MSG_CTRUNC
    assert received(ancdata) == []
    assert descriptors() == before


def test_truncated(pair, passed):
    near, far = pair
    made, close = passed
    near.sendmsg([b"x"], [rights(*made)])
    _, ancdata, flags, _ = far.recvmsg(10, CMSG_LEN(2 * INT), CLOEXEC)
    assert flags & berkeley.MSG_CTRUNC
    fds = received(ancdata)
    assert [name_of(fd) for fd in fds] == [name_of(fd) for fd in made[:2]]
    close(fds)


@pytest.mark.parametrize("cut", [1, 3, 4, 11])
def test_truncated_in_the_second_item(udp, cut):
    near, far = udp
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_PKTINFO, 1)
    far.setsockopt(SOL_SOCKET, berkeley.SO_TIMESTAMP, 1)
    near.send(b"x")
    whole = far.recvmsg(1, 1000)[1]
    assert [len(data) for _, _, data in whole] == [16, 12]
    near.send(b"x")
    # Room for the first item, and for the header and *cut* bytes of the second.
    _, ancdata, flags, _ = far.recvmsg(1, CMSG_SPACE(16) + CMSG_LEN(cut))
    assert flags & berkeley.MSG_CTRUNC
    assert [item[:2] for item in ancdata] == [item[:2] for item in whole]
    assert ancdata[1][2] == whole[1][2][:cut]


def test_into_buffers(pair, passed):
    near, far = pair
    made, close = passed
    near.sendmsg([b"abcd"], [rights(made[0])])
    buffers = [bytearray(3), bytearray(3)]
    got, ancdata, _, _ = far.recvmsg_into(buffers, CMSG_SPACE(INT), CLOEXEC)
    assert (got, buffers) == (4, [b"abc", b"d\0\0"])
    close(received(ancdata))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda d: array.array("B", d)])
def test_data_is_bytes_like(pair, passed, kind):
    near, far = pair
    made, close = passed
    near.sendmsg([b"x"], [(SOL_SOCKET, SCM_RIGHTS, kind(struct.pack("i", made[0])))])
    close(received(far.recvmsg(1, CMSG_SPACE(INT), CLOEXEC)[1]))


def test_items_may_come_from_a_generator(pair, passed):
    near, far = pair
    made, close = passed
    near.sendmsg((part for part in (b"a", b"b")), (rights(fd) for fd in made))
    data, ancdata, _, _ = far.recvmsg(10, CMSG_SPACE(4 * INT), CLOEXEC)
    assert data == b"ab"
    assert len(received(ancdata)) == 4
    close(received(ancdata))


def test_ancillary_data_of_udp(udp):
    near, far = udp
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_PKTINFO, 1)
    far.setsockopt(berkeley.IPPROTO_IP, berkeley.IP_RECVTTL, 1)
    near.sendmsg([b"x"], [(berkeley.IPPROTO_IP, berkeley.IP_TTL, struct.pack("i", 7))])
    _, ancdata, flags, address = far.recvmsg(10, 1024)
    assert flags == 0
    assert address == near.getsockname()
    items = {kind: data for _, kind, data in ancdata}
    assert struct.unpack("i", items[berkeley.IP_TTL]) == (7,)
    index, _, target = struct.unpack("i4s4s", items[berkeley.IP_PKTINFO])
    assert berkeley.if_indextoname(index) == "lo"
    assert berkeley.inet_ntoa(target) == "127.0.0.1"


@pytest.mark.parametrize(
    "items",
    [
        5,
        "text",
        [5],
        [()],
        [(1, 2)],
        [(1, 2, b"", 4)],
        [("1", 2, b"")],
        [(1, 2.0, b"")],
        [(1, 2, "text")],
        [(1, 2, None)],
        [(1, 2, 5)],
    ],
    ids=repr,
)
def test_wrong_items(pair, items):
    near, far = pair
    with pytest.raises(TypeError):
        near.sendmsg([b"x"], items)
    far.setblocking(False)
    with pytest.raises(BlockingIOError):
        far.recv(1)


def test_numbers_out_of_range(pair):
    for item in ((1 << 31, 1, b""), (1, -(1 << 31) - 1, b"")):
        with pytest.raises(OverflowError):
            pair[0].sendmsg([b"x"], [item])


def test_the_kernel_judges_items(pair):
    near, _ = pair
    for item, code in (
        (rights(1 << 20), errno.EBADF),
        ((SOL_SOCKET, 9999, b"1234"), errno.EINVAL),
    ):
        with pytest.raises(OSError) as caught:
            near.sendmsg([b"x"], [item])
        assert caught.value.errno == code


def test_items_the_protocol_does_not_know(pair):
    near, far = pair
    # Of another level: not its business.
    assert near.sendmsg([b"x"], [(-1, -1, b"odd")]) == 1
    assert far.recvmsg(10, 1000)[:2] == (b"x", [])


@pytest.mark.parametrize("room", [-1, 1 << 31, 1 << 40])
def test_room_out_of_range(pair, room):
    with pytest.raises(ValueError, match="invalid ancillary data buffer length"):
        pair[0].recvmsg(1, room)
    with pytest.raises(ValueError, match="invalid ancillary data buffer length"):
        pair[0].recvmsg_into([bytearray(1)], room)


@pytest.mark.needs("testcapi")
@pytest.mark.parametrize("call", ["recvmsg", "recvmsg_into"])
def test_descriptors_are_closed_when_memory_is_short(child, call):
    """Whatever allocation fails: received descriptors are given to the caller or closed."""
    child(
        f"""
        import array, gc, os, _testcapi, berkeley
        near, far = berkeley.socketpair()
        far.settimeout(5)
        fd = os.memfd_create("passed")
        item = [(berkeley.SOL_SOCKET, berkeley.SCM_RIGHTS, array.array("i", [fd]))]
        room = berkeley.CMSG_SPACE(4)
        first = bytearray(300)
        first = {"1000" if call == "recvmsg" else "[first]"}
        def count():
            return len(os.listdir("/proc/self/fd"))
        before = count()
        failed = done = 0
        for start in range(60):
            near.sendmsg([b"x" * 300], item)
            result = None
            _testcapi.set_nomemory(start, start + 1)
            try:
                result = far.{call}(first, room)
            except MemoryError:
                result = None
                _testcapi.remove_mem_hooks()
                failed += 1
            else:
                _testcapi.remove_mem_hooks()
                done += 1
                os.close(array.array("i", result[1][0][2])[0])
            result = None
            far.setblocking(False)
            try:
                while True:
                    data, items, _, _ = far.recvmsg(1000, room)
                    for _, _, octets in items:
                        os.close(array.array("i", octets)[0])
            except BlockingIOError:
                pass
            far.settimeout(5)
            assert count() == before, f"allocation {{start}}: a descriptor was left open"
        assert failed and done, (failed, done)
        """
    )
