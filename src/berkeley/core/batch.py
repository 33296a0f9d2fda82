"""Many received messages, as Python sees them: MessageBatch."""

import cython
from cython.cimports.berkeley.core import ancillary
from cython.cimports.berkeley.core.convert import as_size
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.slots import (
    Slots,
    address_of,
    flags_of,
    hold,
    length_of,
    let_go,
)
from cython.cimports.berkeley.core.views import part_of


@cython.final
@cython.cclass
class MessageBatch(Slots):
    """MessageBatch(count, bufsize, ancbufsize=0): room for *count* messages, 1024 at most, of at
    most *bufsize* bytes and *ancbufsize* bytes of ancillary data each.

    sock.recvmmsg_into(batch) fills it; then ``len(batch)`` is the number of messages that came, and
    ``batch[i]`` a memoryview of one.  The next receive writes over them: the views stay valid
    memory, with other content.  Descriptors that have come and were not asked for by ancdata() are
    closed then, or when the batch dies.
    Raises ValueError (a number out of range), MemoryError.
    """

    def __len__(self):
        return self.filled

    def __getitem__(self, index):
        """A memoryview of the data of message *index*: no copy.  Raises IndexError."""
        i: cython.Py_ssize_t = _enter(self, index)
        try:
            return _view(self, i)
        finally:
            let_go(self)

    def __iter__(self):
        return iter(_views(self))

    def messages(self):
        """All messages, as a list of ``(memoryview, address)``."""
        hold(self, False)
        try:
            return [(_view(self, i), address_of(self, i)) for i in range(self.filled)]
        finally:
            let_go(self)

    def addresses(self):
        """The addresses of all messages, as a list."""
        hold(self, False)
        try:
            return [address_of(self, i) for i in range(self.filled)]
        finally:
            let_go(self)

    def address(self, index, /):
        """Where message *index* came from, as recvmsg() says it.

        One that is the same as the one decoded before is the same object.  Raises IndexError.
        """
        i: cython.Py_ssize_t = _enter(self, index)
        try:
            return address_of(self, i)
        finally:
            let_go(self)

    def msg_flags(self, index, /):
        """The flags of message *index*: MSG_TRUNC and MSG_CTRUNC say that data or ancillary data
        was cut.  Raises IndexError.
        """
        i: cython.Py_ssize_t = _enter(self, index)
        flags: cython.int = flags_of(self, i)
        let_go(self)
        return flags

    def ancdata(self, index, /):
        """The ancillary data of message *index*, as a list of ``(cmsg_level, cmsg_type,
        cmsg_data)``.

        Descriptors in it (SCM_RIGHTS), which are not inheritable, are the caller's from now on.
        Raises IndexError.
        """
        i: cython.Py_ssize_t = _enter(self, index)
        try:
            items = ancillary.unpack(cython.address(self.headers[i].msg_hdr))
            self.taken[i] = 1
            return items
        finally:
            let_go(self)


freeze(MessageBatch)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _enter(batch: MessageBatch, index: object) -> cython.Py_ssize_t:
    """hold() for a reader of one message: its place."""
    i: cython.Py_ssize_t = as_size(index, b"index")
    hold(batch, False)
    if i < 0:
        i += batch.filled
    if i < 0 or i >= batch.filled:
        let_go(batch)
        raise IndexError("index: the batch has no such message")
    return i


@cython.cfunc
def _view(batch: MessageBatch, i: cython.Py_ssize_t) -> object:
    return part_of(batch.view, i * batch.bufsize, length_of(batch, i))


@cython.cfunc
def _views(batch: MessageBatch) -> list:
    hold(batch, False)
    try:
        return [_view(batch, i) for i in range(batch.filled)]
    finally:
        let_go(batch)
