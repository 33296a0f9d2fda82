"""Every call of the tables, on both modules: same result, same exception, same state afterwards."""

import json
import re
from pathlib import Path

import pytest

from tests.differential.calls import ALL, TABLES
from tests.differential.compare import called, differences
from tests.differential.differences import DIFFERENCES, Difference, reason
from tests.differential.engine import Call, Raised, run
from tests.differential.scenes import IPV6
from tests.differential.sides import BERKELEY, STANDARD

NAMES = json.loads((Path(__file__).parents[1] / "data" / "names.json").read_text())
FUNCTIONS = sorted(n for n, about in NAMES["names"].items() if about["kind"] != "const")


def unlisted(call: Call) -> dict[str, str]:
    """How the modules differ in *call* without an entry in differences.py that allows it."""
    found = differences(run(call, STANDARD), run(call, BERKELEY), call)
    return {aspect: text for aspect, text in found.items() if reason(call.id, aspect) is None}


def as_parameter(call: Call):
    marks = [pytest.mark.needs("ipv6")] if call.scene in IPV6 else []
    return pytest.param(call, id=call.id, marks=marks)


# A call that waits for ever is a difference too; none of them should take a hundredth of this.
@pytest.mark.timeout(20)
@pytest.mark.parametrize("call", [as_parameter(call) for call in ALL])
def test_call(call: Call) -> None:
    found = unlisted(call)
    assert not found, "\n".join(f"{aspect}: {text}" for aspect, text in found.items())


@pytest.mark.needs("ipv6")
@pytest.mark.parametrize(
    "listed", [d for d in DIFFERENCES if d.here], ids=lambda d: f"{d.aspect} {d.calls}"
)
def test_listed_difference_is_one(listed: Difference) -> None:
    """An entry that no call needs any more has to go."""
    matching = [call for call in ALL if re.fullmatch(listed.calls, call.id, re.DOTALL)]
    assert any(
        listed.aspect in differences(run(call, STANDARD), run(call, BERKELEY), call)
        for call in matching
    )


def test_ids_are_unique() -> None:
    assert len({call.id for call in ALL}) == len(ALL) > 800


# Values; and what succeeds only with a kernel or a right that few machines have.
NO_CALLS = {
    "CAPI",
    "SocketType",
    "error",
    "timeout",
    "family",
    "type",
    "proto",
    "_closed",
    "_io_refs",
}
NEVER_SUCCEEDS = {"sendmsg_afalg"}


@pytest.mark.parametrize("name", FUNCTIONS + sorted(NAMES["methods"]))
def test_every_name_is_called(name: str) -> None:
    """Each function, method and attribute has calls that succeed and calls that fail."""
    theirs = (STANDARD.module, STANDARD.module.socket)
    if name not in NO_CALLS and not any(hasattr(place, name) for place in theirs):
        pytest.skip(f"the standard module of this version has no {name}")
    uses = [call for call in ALL if name in called(call.text)]
    assert uses, f"no call uses {name}"
    if name in NO_CALLS:
        return
    outcomes = [run(call, STANDARD).result for call in sample(uses)]
    assert any(isinstance(o, Raised) for o in outcomes), f"no call of {name} fails"
    succeeds = any(not isinstance(o, Raised) for o in outcomes)
    assert succeeds != (name in NEVER_SUCCEEDS), f"no call of {name} succeeds"


def sample(calls: list[Call]) -> list[Call]:
    """Enough of *calls* to see both outcomes: the first of each table."""
    wanted = set(calls)
    return [call for t in TABLES.values() for call in [c for c in t if c in wanted][:12]]


@pytest.mark.parametrize(
    "text",
    [
        "sock.recv(5, socket.MSG_TRUNC)",
        "sock.recv(300, socket.MSG_TRUNC)",
        "sock.recvfrom(5, socket.MSG_TRUNC)[0]",
        "sock.recvfrom(300, socket.MSG_TRUNC)[0]",
        "sock.recvmsg(5, 0, socket.MSG_TRUNC)[0]",
    ],
)
def test_truncated_messages_show_no_foreign_memory(text: str) -> None:
    """What stands behind the bytes that arrived is zero, whatever was received there before."""
    fill = "peer.send(b'secret' * 1000); sock.recv(100000); sock.recv(100000); "
    send = "peer.send(b'm' * 2000); "
    kind, data = run(Call("dgram", f"{fill}{send}d = {text}; d.lstrip(b'm')"), BERKELEY).result
    assert kind == "returned"
    assert data[1].strip(b"\0") == b""
