"""Reading without loss, batches, copies, ancillary data and addresses with names."""

import io
from typing import assert_type

import berkeley
from berkeley import ancillary
from berkeley.addresses import Inet6Address, VsockAddress

sock = berkeley.socket()
buffer = bytearray(10)

assert_type(sock.recv_exactly(10), bytes)
assert_type(sock.recv_exactly_into(buffer), int)
assert_type(sock.peek(10), bytes)
sock.makefile("rb", resumable=True).readline()
sock.recv_exactly("10")  # type: ignore[arg-type]
sock.recv_exactly_into("text")  # type: ignore[arg-type]

batch = berkeley.MessageBatch(64, 1500)
assert_type(sock.recvmmsg_into(batch), int)
assert_type(sock.sendmmsg([b"one", (b"two", ("127.0.0.1", 80))]), int)
assert_type(sock.send_segments(bytes(3000), 1200), int)
assert_type(batch[0], memoryview)

file = io.BytesIO()
assert_type(berkeley.recvfile(sock, file), int)
with berkeley.Splice(sock, file) as splice:
    assert_type(splice.step(10), int)
    assert_type(splice.rest(), bytes)
with berkeley.ZeroCopy(sock) as zero:
    assert_type(zero.send(buffer), int)
berkeley.ZeroCopy(file)  # type: ignore[arg-type]

message = ancillary.receive(sock, 1, ancillary.Rights, ancillary.TimeToLive)
assert_type(message.data, bytes)
assert_type(message.first(ancillary.TimeToLive), ancillary.TimeToLive | None)
rights = message.first(ancillary.Rights)
if rights is not None:
    assert_type(rights.take(), int)
assert_type(ancillary.encode(ancillary.TimeToLive(5)), tuple[int, int, bytes])

assert_type(Inet6Address(("::1", 80, 0, 0)).scope_id, int)
assert_type(VsockAddress((2, 80)).cid, int)
