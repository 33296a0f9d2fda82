"""What a controller answers to the commands of BR/EDR, and to those that LE needs too.

Sections are of the Bluetooth Core Specification, Vol 4, Part E.
"""

import struct

from kernel.vhci.codes import Command, Event, Link, Status
from kernel.vhci.controller import MANUFACTURER, VERSION, Controller, handle_of, on

# 7.1 Link Control


@on(Command.CREATE_CONNECTION)
def create_connection(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    ask(me, me.air.find(parameters[:6]), parameters[:6], Link.ACL)


@on(Command.SETUP_SYNCHRONOUS_CONNECTION, Command.ADD_SCO_CONNECTION)
def create_synchronous(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    kind = Link.ESCO if command == Command.SETUP_SYNCHRONOUS_CONNECTION else Link.SCO
    ask(me, me.air.other(me, handle_of(parameters)), bytes(6), kind)


def ask(me: Controller, peer: Controller | None, address: bytes, kind: Link) -> None:
    if peer is None:
        me.connected(Status.PAGE_TIMEOUT, 0, address, kind)
        return
    me.air.asked[peer, me] = kind
    peer.event(Event.CONNECTION_REQUEST, struct.pack("<6s3sB", me.address, bytes(3), kind))


@on(
    Command.ACCEPT_CONNECTION_REQUEST,
    Command.REJECT_CONNECTION_REQUEST,
    Command.ACCEPT_SYNCHRONOUS_CONNECTION_REQUEST,
    Command.REJECT_SYNCHRONOUS_CONNECTION_REQUEST,
)
def answer(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    peer = me.air.find(parameters[:6])
    if peer is None or (kind := me.air.asked.pop((me, peer), None)) is None:
        return
    rejected = command in (
        Command.REJECT_CONNECTION_REQUEST,
        Command.REJECT_SYNCHRONOUS_CONNECTION_REQUEST,
    )
    status = parameters[6] if rejected else Status.SUCCESS
    handle = 0 if rejected else me.air.link(me, peer)
    plain = command in (Command.ACCEPT_CONNECTION_REQUEST, Command.REJECT_CONNECTION_REQUEST)
    for one, other in ((me, peer), (peer, me)):
        if kind == Link.ACL or (kind == Link.SCO and plain):
            one.connected(status, handle, other.address, kind)
        else:
            one.synchronous(status, handle, other.address, kind)


@on(Command.DISCONNECT)
def disconnect(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    handle, reason = struct.unpack("<HB", parameters[:3])
    peer = me.air.unlink(me, handle)
    own = Status.CONNECTION_TERMINATED_BY_LOCAL_HOST
    for one, why in ((me, own), (peer, reason)):
        if one:
            one.event(Event.DISCONNECTION_COMPLETE, struct.pack("<BHB", 0, handle, why))


@on(Command.READ_REMOTE_SUPPORTED_FEATURES)
def remote_features(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    me.event(
        Event.READ_REMOTE_SUPPORTED_FEATURES_COMPLETE,
        b"\x00" + parameters[:2] + me.features,
    )


@on(Command.READ_REMOTE_VERSION_INFORMATION)
def remote_version(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    me.event(
        Event.READ_REMOTE_VERSION_INFORMATION_COMPLETE,
        b"\x00" + parameters[:2] + struct.pack("<BHH", VERSION, MANUFACTURER, 0),
    )


@on(Command.CHANGE_CONNECTION_PACKET_TYPE)
def packet_type(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    me.event(Event.CONNECTION_PACKET_TYPE_CHANGED, b"\x00" + parameters[:4])


@on(Command.REMOTE_NAME_REQUEST)
def remote_name(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    peer = me.air.find(parameters[:6])
    status = Status.SUCCESS if peer else Status.PAGE_TIMEOUT
    name = peer.name if peer else b""
    me.event(
        Event.REMOTE_NAME_REQUEST_COMPLETE,
        struct.pack("<B6s248s", status, parameters[:6], name),
    )


@on(Command.AUTHENTICATION_REQUESTED)
def authenticate(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    me.event(Event.AUTHENTICATION_COMPLETE, b"\x00" + parameters[:2])


@on(Command.SET_CONNECTION_ENCRYPTION)
def encrypt(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    for one in (me, me.air.other(me, handle_of(parameters))):
        if one:
            one.event(Event.ENCRYPTION_CHANGE, b"\x00" + parameters[:3])


@on(Command.INQUIRY)
def inquiry(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command)
    for peer in me.air.controllers:
        if peer is not me:
            # scan repetition mode 1; reserved; class of device; clock offset
            one = struct.pack("<B6sB2s3sH", 1, peer.address, 1, bytes(2), bytes(3), 0)
            me.event(Event.INQUIRY_RESULT, one)
    me.event(Event.INQUIRY_COMPLETE, b"\x00")


# 7.2 Link Policy


@on(Command.SNIFF_MODE, Command.EXIT_SNIFF_MODE, Command.SWITCH_ROLE)
def refuse(me: Controller, command: Command, parameters: bytes) -> None:
    me.status(command, Status.COMMAND_DISALLOWED)


@on(Command.WRITE_LINK_POLICY_SETTINGS)
def link_policy(me: Controller, command: Command, parameters: bytes) -> None:
    me.complete(command, parameters[:2])


@on(Command.ROLE_DISCOVERY)
def role(me: Controller, command: Command, parameters: bytes) -> None:
    # Always central: nobody minds.
    me.complete(command, parameters[:2] + b"\x00")


# 7.3 Controller & Baseband, 7.4 Informational Parameters, 7.5 Status Parameters


@on(Command.READ_LOCAL_NAME)
def local_name(me: Controller, command: Command, parameters: bytes) -> None:
    me.complete(command, me.name.ljust(248, b"\x00"))


@on(Command.READ_LOCAL_SUPPORTED_FEATURES)
def local_features(me: Controller, command: Command, parameters: bytes) -> None:
    me.complete(command, me.features)


@on(Command.READ_LOCAL_EXTENDED_FEATURES)
def extended_features(me: Controller, command: Command, parameters: bytes) -> None:
    page = parameters[0]
    me.complete(command, bytes([page, 0]) + (bytes(8) if page else me.features))


@on(Command.READ_BD_ADDR)
def local_address(me: Controller, command: Command, parameters: bytes) -> None:
    me.complete(command, me.address)


@on(Command.READ_ENCRYPTION_KEY_SIZE)
def key_size(me: Controller, command: Command, parameters: bytes) -> None:
    me.complete(command, parameters[:2] + bytes([16]))
