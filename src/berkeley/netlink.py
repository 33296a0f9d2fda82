"""Netlink: questions to the kernel, and its answers.  netlink(7), RFC 3549.

Both are messages: a header, a struct of the protocol and, for most, attributes.  Layouts of
<linux/netlink.h>, all in host byte order; messages and attributes begin at multiples of 4 bytes:

    struct nlmsghdr   u32 nlmsg_len (this header included), u16 nlmsg_type, u16 nlmsg_flags,
                      u32 nlmsg_seq, u32 nlmsg_pid
    struct nlmsgerr   int error (0 or a negative errno), struct nlmsghdr of the question
    struct nlattr     u16 nla_len (this header included), u16 nla_type; the value follows

NLMSG_ERROR has a struct nlmsgerr, NLMSG_DONE the int alone; with NETLINK_EXT_ACK, attributes that
explain it follow.
"""

import errno
import os
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple, Self

import berkeley
from berkeley import (
    NLM_F_ACK,
    NLM_F_ACK_TLVS,
    NLM_F_CAPPED,
    NLM_F_DUMP,
    NLM_F_DUMP_INTR,
    NLM_F_REQUEST,
    NLMSG_DONE,
    NLMSG_ERROR,
    NLMSG_MIN_TYPE,
)

NLMSGHDR = Struct("=IHHII")
ERROR = Struct("=i")
NLATTR = Struct("=HH")
NLA_TYPE_MASK = 0x3FFF
NLMSGERR_ATTR_MSG = 1

# The kernel makes the parts of a dump 32 KiB long at most: netlink_dump() in net/netlink.
BUFFER_SIZE = 1 << 16
# How often a table is read again that has changed meanwhile.
TRIES = 10


class Message(NamedTuple):
    """A message without its header's length, which is that of *payload*."""

    kind: int
    flags: int
    sequence: int
    port: int
    payload: bytes


class Netlink:
    """A socket to one netlink protocol of the kernel, as ``NETLINK_ROUTE``; a context manager."""

    def __init__(self, protocol: int) -> None:
        self.sock = berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW, protocol)
        try:
            # The kernel answers at once: a default timeout is not meant for this.
            self.sock.settimeout(None)
            self.sock.setsockopt(berkeley.SOL_NETLINK, berkeley.NETLINK_EXT_ACK, 1)
            self.sock.bind((0, 0))
        except BaseException:
            self.sock.close()
            raise
        self.sequence = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.sock.close()

    def request(self, kind: int, payload: bytes, flags: int = 0) -> list[Message]:
        """Send one question and return the answers; none where the kernel only confirms.

        Raises OSError (what the kernel answered).
        """
        self._send(kind, payload, flags | NLM_F_ACK)
        answers, _ = self._answers()
        return answers

    def dump(self, kind: int, payload: bytes) -> list[Message]:
        """Every entry of a table of the kernel that *payload* chooses.

        The kernel hands a table out in parts, and says if it changed between two of them: then it
        is read again.

        Raises OSError (what the kernel answered; EBUSY: the table changed every time).
        """
        for _ in range(TRIES):
            self._send(kind, payload, NLM_F_DUMP)
            answers, changed = self._answers()
            if not changed:
                return answers
        raise OSError(errno.EBUSY, "the table changed each time that it was read")

    def _send(self, kind: int, payload: bytes, flags: int) -> None:
        self.sequence += 1
        length = NLMSGHDR.size + len(payload)
        header = NLMSGHDR.pack(length, kind, flags | NLM_F_REQUEST, self.sequence, 0)
        self.sock.sendto(header + payload, (0, 0))

    def _answers(self) -> tuple[list[Message], bool]:
        """The answers to the question sent last; whether the table changed meanwhile."""
        found: list[Message] = []
        changed = False
        while True:
            for message in messages(self._receive()):
                if message.sequence != self.sequence:
                    continue  # of a question before, whose answers nobody read to their end
                changed |= bool(message.flags & NLM_F_DUMP_INTR)
                if message.kind in (NLMSG_DONE, NLMSG_ERROR):
                    raise_for(message)
                    return found, changed
                if message.kind >= NLMSG_MIN_TYPE:
                    found.append(message)

    def _receive(self) -> bytes:
        """The next datagram of the kernel."""
        while True:
            data, _, flags, (port, _) = self.sock.recvmsg(BUFFER_SIZE)
            if flags & berkeley.MSG_TRUNC:
                raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
            if port == 0:  # any process may send to this socket; the kernel is 0
                return data


def aligned(length: int) -> int:
    """*length*, rounded up to where the next message or attribute begins."""
    return (length + 3) & ~3


def messages(data: bytes) -> Iterator[Message]:
    """The messages of a datagram; what is cut short ends them, as NLMSG_OK() has it."""
    position = 0
    while position + NLMSGHDR.size <= len(data):
        length, kind, flags, sequence, port = NLMSGHDR.unpack_from(data, position)
        if not NLMSGHDR.size <= length <= len(data) - position:
            return
        payload = data[position + NLMSGHDR.size : position + length]
        yield Message(kind, flags, sequence, port, payload)
        position += aligned(length)


def attributes(data: bytes) -> dict[int, bytes]:
    """The values of the attributes in *data*, by type without its flags.

    Of a type that comes twice the last one stays; what is cut short ends them.
    """
    found = {}
    position = 0
    while position + NLATTR.size <= len(data):
        length, kind = NLATTR.unpack_from(data, position)
        if not NLATTR.size <= length <= len(data) - position:
            break
        found[kind & NLA_TYPE_MASK] = data[position + NLATTR.size : position + length]
        position += aligned(length)
    return found


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute as it goes into a question, with the bytes up to the next."""
    length = NLATTR.size + len(value)
    return NLATTR.pack(length, kind) + value + bytes(aligned(length) - length)


def raise_for(message: Message) -> None:
    """Raise the OSError that the last message of an answer stands for, if it does."""
    if len(message.payload) < ERROR.size:
        return
    (code,) = ERROR.unpack_from(message.payload)
    if code >= 0:
        return
    text = os.strerror(-code)
    if message.flags & NLM_F_ACK_TLVS:
        start = ERROR.size
        if message.kind == NLMSG_ERROR:
            (length, *_) = NLMSGHDR.unpack_from(message.payload, start)
            # The question comes back whole, or its header alone.
            capped = message.flags & NLM_F_CAPPED
            start += NLMSGHDR.size if capped else aligned(length)
        reason = attributes(message.payload[start:]).get(NLMSGERR_ATTR_MSG)
        if reason:
            text += f": {reason.rstrip(bytes(1)).decode(errors='replace')}"
    raise OSError(-code, text)
