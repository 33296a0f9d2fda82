"""Properties: reading and sending in random pieces gives the same on both modules.

The same operations run on a pair of sockets of each module; what they give is compared step by
step.
"""

import tempfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.differential.sides import SIDES

relaxed = settings(deadline=None, max_examples=80)

chunks = st.lists(st.binary(min_size=1, max_size=40), max_size=8)
texts = st.lists(st.text("ab\r\n\u00e9\u20ac", min_size=1, max_size=12), max_size=8)


def on_both(operate: Callable[[ModuleType], list[Any]]) -> None:
    theirs, ours = (operate(side.module) for side in SIDES)
    assert theirs == ours


def attempt(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except Exception as error:
        return type(error).__name__


reading = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(0, 60)),
        st.tuples(st.just("read1"), st.integers(0, 60)),
        st.tuples(st.just("readline"), st.integers(-1, 20)),
        st.tuples(st.just("peek"), st.integers(0, 5)),
        st.tuples(st.just("readinto"), st.integers(0, 60)),
        st.tuples(st.just("readinto1"), st.integers(0, 60)),
    ),
    max_size=12,
)


@relaxed
@given(chunks, reading, st.sampled_from([0, 1, 3, 16, None]))
def test_binary_files(
    pieces: list[bytes], steps: list[tuple[str, int]], buffering: int | None
) -> None:
    """Every byte is there before the first read, so that no answer depends on time."""

    def operate(socket: ModuleType) -> list[Any]:
        near, far = socket.socketpair()
        with near, far, near.makefile("rb", buffering) as file:
            for piece in pieces:
                far.sendall(piece)
            far.shutdown(socket.SHUT_WR)
            seen: list[Any] = []
            for name, size in steps:
                method = getattr(file, name, None)
                if method is None:
                    seen.append(name)
                elif name.startswith("readinto"):
                    buffer = bytearray(size)
                    seen.append((attempt(method, buffer), bytes(buffer)))
                else:
                    seen.append(attempt(method, size))
            seen.append(file.read())
            return seen

    on_both(operate)


@relaxed
@given(
    texts,
    st.lists(st.tuples(st.sampled_from(["read", "readline"]), st.integers(-1, 9)), max_size=8),
    st.sampled_from([None, "", "\n", "\r", "\r\n"]),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
def test_text_files(
    pieces: list[str], steps: list[tuple[str, int]], newline: str | None, encoding: str
) -> None:
    def operate(socket: ModuleType) -> list[Any]:
        near, far = socket.socketpair()
        with near, far:
            keywords = {"encoding": encoding, "errors": "replace", "newline": newline}
            with far.makefile("w", **keywords) as file:
                for piece in pieces:
                    file.write(piece)
            far.shutdown(socket.SHUT_WR)
            with near.makefile("r", **keywords) as file:
                seen = [attempt(getattr(file, name), size) for name, size in steps]
                return [*seen, file.newlines, attempt(list, file)]

    on_both(operate)


@relaxed
@given(chunks, st.lists(st.tuples(st.sampled_from("rifFm"), st.integers(0, 50)), max_size=10))
def test_receiving(pieces: list[bytes], steps: list[tuple[str, int]]) -> None:
    """recv, recv_into, recvfrom, recvfrom_into and recvmsg, mixed, on one stream."""

    def operate(socket: ModuleType) -> list[Any]:
        near, far = socket.socketpair()
        with near, far:
            near.setblocking(False)
            for piece in pieces:
                far.sendall(piece)
            seen: list[Any] = []
            for kind, size in steps:
                buffer = bytearray(size)
                call = {
                    "r": lambda size=size: near.recv(size),
                    "i": lambda buffer=buffer: (near.recv_into(buffer), bytes(buffer)),
                    "f": lambda size=size: near.recvfrom(size),
                    "F": lambda buffer=buffer: (near.recvfrom_into(buffer), bytes(buffer)),
                    "m": lambda size=size: near.recvmsg(size),
                }[kind]
                seen.append(attempt(call))
            return [*seen, attempt(near.recv, 10000)]

    on_both(operate)


@relaxed
@given(
    st.lists(st.binary(max_size=30), max_size=12),
    st.lists(st.integers(0, 40), max_size=12),
    st.sampled_from(["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"]),
    st.integers(0, 100),
)
def test_messages_in_several_buffers(
    parts: list[bytes], sizes: list[int], kind: str, room: int
) -> None:
    """sendmsg from some buffers, recvmsg_into others: bytes, flags, and what was not touched."""

    def operate(socket: ModuleType) -> list[Any]:
        near, far = socket.socketpair(socket.AF_UNIX, getattr(socket, kind))
        with near, far:
            near.setblocking(False)
            buffers: list[Any] = [bytes, bytearray, memoryview]
            sent = attempt(far.sendmsg, [buffers[i % 3](part) for i, part in enumerate(parts)])
            targets = [bytearray(b"." * size) for size in sizes]
            got = attempt(near.recvmsg_into, targets, room)
            return [sent, got, targets, attempt(near.recv, 1000)]

    on_both(operate)


@relaxed
@given(
    st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 80)), max_size=6),
    st.sampled_from(["recv", "recvfrom", "recvmsg"]),
)
def test_datagrams_are_cut_alike(messages: list[tuple[bytes, int]], name: str) -> None:
    def operate(socket: ModuleType) -> list[Any]:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with near, far:
            near.setblocking(False)
            for message, _ in messages:
                far.send(message)
            return [attempt(getattr(near, name), size) for _, size in messages]

    on_both(operate)


@relaxed
@given(st.binary(max_size=300), st.integers(0, 310), st.one_of(st.none(), st.integers(1, 320)))
def test_sendfile_of_any_part(content: bytes, offset: int, count: int | None) -> None:
    def operate(socket: ModuleType) -> list[Any]:
        near, far = socket.socketpair()
        with near, far, tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            file.seek(0)
            sent = attempt(near.sendfile, file, offset, count)
            near.shutdown(socket.SHUT_WR)
            return [sent, file.tell(), far.makefile("rb").read()]

    on_both(operate)
