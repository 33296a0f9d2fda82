"""What a controller answers to the commands of Low Energy.

Sections are of the Bluetooth Core Specification, Vol 4, Part E.
"""

import struct

from kernel.vhci.codes import Command, LeEvent
from kernel.vhci.controller import Controller, on

# 7.8 LE Controller


@on(Command.LE_ADD_TO_FILTER_ACCEPT_LIST)
def accept_list_add(me: Controller, command: Command, parameters: bytes) -> None:
    me.accepted.add(parameters[1:7])
    me.complete(command)


@on(Command.LE_REMOVE_FROM_FILTER_ACCEPT_LIST)
def accept_list_remove(me: Controller, command: Command, parameters: bytes) -> None:
    me.accepted.discard(parameters[1:7])
    me.complete(command)


@on(Command.LE_CLEAR_FILTER_ACCEPT_LIST)
def accept_list_clear(me: Controller, command: Command, parameters: bytes) -> None:
    me.accepted.clear()
    me.complete(command)


@on(Command.LE_SET_SCAN_ENABLE)
def scan(me: Controller, command: Command, parameters: bytes) -> None:
    """Every other controller advertises, at once."""
    me.complete(command)
    for peer in me.air.controllers:
        if parameters[0] and peer is not me:
            # one report: connectable, public address, no data, -48 dBm
            one = struct.pack("<BBB6sBb", 1, 0, 0, peer.address, 0, -48)
            me.le_event(LeEvent.ADVERTISING_REPORT, one)


@on(Command.LE_CREATE_CONNECTION)
def le_create_connection(me: Controller, command: Command, parameters: bytes) -> None:
    """Connect to the address, or by Initiator_Filter_Policy to one of the accept list."""
    me.status(command)
    wanted = me.accepted if parameters[4] else {parameters[6:12]}
    peer = next(filter(None, map(me.air.find, wanted)), None)
    if peer is None:
        return
    handle = me.air.link(me, peer)
    for one, other, role in ((me, peer, 0), (peer, me, 1)):
        # interval 30 ms, latency 0, supervision timeout 420 ms
        done = struct.pack("<BHBB6sHHHB", 0, handle, role, 0, other.address, 24, 0, 42, 0)
        one.le_event(LeEvent.CONNECTION_COMPLETE, done)


@on(Command.LE_READ_REMOTE_FEATURES)
def le_remote_features(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    me.le_event(LeEvent.READ_REMOTE_FEATURES_COMPLETE, b"\x00" + parameters[:2] + bytes(8))


@on(Command.LE_CONNECTION_UPDATE)
def le_connection_update(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    me.le_event(LeEvent.CONNECTION_UPDATE_COMPLETE, b"\x00" + parameters[:2] + parameters[4:10])
