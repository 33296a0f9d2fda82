"""The constants: members of enums where the standard module has them, plain ints elsewhere."""

from typing import assert_type

import berkeley as socket
from berkeley import SO_REUSEADDR, AddressFamily, _socket

assert_type(socket.AF_INET, socket.AddressFamily)
assert_type(socket.AF_NETLINK, socket.AddressFamily)
assert_type(socket.AF_DECnet, int)
assert_type(socket.PF_PACKET, int)
assert_type(socket.SOCK_STREAM, socket.SocketKind)
assert_type(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, int)
assert_type(socket.MSG_PEEK, socket.MsgFlag)
assert_type(socket.MSG_PEEK | socket.MSG_DONTWAIT, socket.MsgFlag)
assert_type(socket.AI_PASSIVE, socket.AddressInfo)
assert_type(socket.SOL_SOCKET, int)
assert_type(SO_REUSEADDR, int)
assert_type(socket.IPPROTO_TCP, int)
assert_type(socket.TCP_NODELAY, int)
assert_type(socket.INADDR_ANY, int)
assert_type(socket.SHUT_RDWR, int)
assert_type(socket.EAI_NONAME, int)
assert_type(socket.BDADDR_ANY, str)
assert_type(socket.EBADF, int)
family: AddressFamily = AddressFamily.AF_UNIX
assert_type(family.value, int)
assert_type(socket.AddressFamily(2), socket.AddressFamily)
assert_type(socket.AddressFamily["AF_INET"].name, str)

# The flat module has nothing but plain ints.
assert_type(_socket.AF_INET, int)
assert_type(_socket.MSG_PEEK, int)
