"""The constants of the Linux socket interface: a table; this half is what the documents name.

`linux_uapi.py` is the other half: what Linux has beyond the documents.  There are two because
programs import this one every time, and the other, four times as long, when they ask for a name in
it.  All names that enums are made of (AF_*, SOCK_*, MSG_*, AI_*) are here.

The numbers are the kernel's promise to programs (its UAPI) or the C library's,
and do not change once they are given out.  They are written down here, rather
than taken from the headers of the machine berkeley is built on, because old
headers lack new names, and some (Bluetooth's) are often not installed at all.
Whether the running kernel knows an option or a family is a different question,
which only a system call answers.

Each group begins with the headers that define it, in the order in which C has
to include them: `tools/constants.py` reads these comments and compares every
value with the headers.  Hexadecimal stands where the header has it, or has a
shift or an octal number.  A comment behind a value names the machines (the
beginning of `uname -m`) on which it is another one; those values are in
`linux_machines.py`.

On a 32-bit machine whose C library counts time in 64 bits the kernel takes
`SO_RCVTIMEO_NEW`, `SO_SNDTIMEO_NEW` and `SO_TIMESTAMP*_NEW` with the wide
structures; the names without a suffix stand for the `_OLD` ones everywhere.

Left out: `AF_LOCAL` and `AF_FILE`, which would take the place of `AF_UNIX` as
the name of its enum member; `SOCK_*` names that are no socket types, for the
same reason; `*_MAX` and the masks of all `SOF_*`, which count what one header
knows; `MSG_TRYHARD`, DECnet's word for `MSG_DONTROUTE`, and `MSG_PROXY`, a bit
that the kernel takes for something else.
"""

# <sys/socket.h>: address families, socket(2), address_families(7)
AF_UNSPEC = 0
AF_UNIX = 1
AF_INET = 2
AF_AX25 = 3
AF_IPX = 4
AF_APPLETALK = 5
AF_NETROM = 6
AF_BRIDGE = 7
AF_ATMPVC = 8
AF_X25 = 9
AF_INET6 = 10
AF_ROSE = 11
AF_DECnet = 12
AF_NETBEUI = 13
AF_SECURITY = 14
AF_KEY = 15
AF_NETLINK = 16
AF_ROUTE = 16
AF_PACKET = 17
AF_ASH = 18
AF_ECONET = 19
AF_ATMSVC = 20
AF_RDS = 21
AF_SNA = 22
AF_IRDA = 23
AF_PPPOX = 24
AF_WANPIPE = 25
AF_LLC = 26
AF_IB = 27
AF_MPLS = 28
AF_CAN = 29
AF_TIPC = 30
AF_BLUETOOTH = 31
AF_IUCV = 32
AF_RXRPC = 33
AF_ISDN = 34
AF_PHONET = 35
AF_IEEE802154 = 36
AF_CAIF = 37
AF_ALG = 38
AF_NFC = 39
AF_VSOCK = 40
AF_KCM = 41
AF_QIPCRTR = 42
AF_SMC = 43
AF_XDP = 44
AF_MCTP = 45

# <sys/socket.h>: protocol families, the old spelling of the same numbers
PF_PACKET = 17
PF_RDS = 21
PF_CAN = 29

# <sys/socket.h>: socket types, and the two flags that go with them, socket(2), accept4(2)
SOCK_STREAM = 1  # differs on mips
SOCK_DGRAM = 2  # differs on mips
SOCK_RAW = 3
SOCK_RDM = 4
SOCK_SEQPACKET = 5
SOCK_DCCP = 6
SOCK_PACKET = 10
SOCK_CLOEXEC = 0x80000  # differs on alpha, parisc, sparc
SOCK_NONBLOCK = 0x800  # differs on alpha, mips, parisc, sparc

# <sys/socket.h>: flags of send(2), recv(2) and their relatives
MSG_OOB = 0x01
MSG_PEEK = 0x02
MSG_DONTROUTE = 0x04
MSG_CTRUNC = 0x08
MSG_TRUNC = 0x20
MSG_DONTWAIT = 0x40
MSG_EOR = 0x80
MSG_WAITALL = 0x100
MSG_FIN = 0x200
MSG_SYN = 0x400
MSG_CONFIRM = 0x800
MSG_RST = 0x1000
MSG_ERRQUEUE = 0x2000
MSG_NOSIGNAL = 0x4000
MSG_MORE = 0x8000
MSG_WAITFORONE = 0x10000
MSG_BATCH = 0x40000
MSG_SOCK_DEVMEM = 0x2000000
MSG_ZEROCOPY = 0x4000000
MSG_FASTOPEN = 0x20000000
MSG_CMSG_CLOEXEC = 0x40000000

# <sys/socket.h>: shutdown(2), listen(2), control messages of SOL_SOCKET, unix(7)
SOMAXCONN = 4096
SCM_RIGHTS = 0x01
SCM_CREDENTIALS = 0x02
SHUT_RD = 0
SHUT_WR = 1
SHUT_RDWR = 2

# <sys/socket.h>: option levels, getsockopt(2)
SOL_TIPC = 271
SOL_BLUETOOTH = 274
SOL_RDS = 276
SOL_ALG = 279

# <asm/socket.h>: options of SOL_SOCKET and their control messages, socket(7)
SOL_SOCKET = 1  # differs on alpha, mips, parisc, sparc
SO_DEBUG = 1
SO_REUSEADDR = 2  # differs on alpha, mips, parisc, sparc
SO_TYPE = 3  # differs on alpha, mips, parisc, sparc
SO_ERROR = 4  # differs on alpha, mips, parisc, sparc
SO_DONTROUTE = 5  # differs on alpha, mips, parisc, sparc
SO_BROADCAST = 6  # differs on alpha, mips, parisc, sparc
SO_SNDBUF = 7  # differs on alpha, mips, parisc, sparc
SO_RCVBUF = 8  # differs on alpha, mips, parisc, sparc
SO_KEEPALIVE = 9  # differs on alpha, mips, parisc, sparc
SO_OOBINLINE = 10  # differs on alpha, mips, parisc, sparc
SO_PRIORITY = 12  # differs on parisc
SO_LINGER = 13  # differs on alpha, mips, parisc, sparc
SO_REUSEPORT = 15  # differs on alpha, mips, parisc, sparc
SO_PASSCRED = 16  # differs on alpha, mips, parisc, ppc, sparc
SO_PEERCRED = 17  # differs on alpha, mips, parisc, ppc, sparc
SO_RCVLOWAT = 18  # differs on alpha, mips, parisc, ppc, sparc
SO_SNDLOWAT = 19  # differs on alpha, mips, parisc, ppc, sparc
SO_BINDTODEVICE = 25  # differs on parisc, sparc
SO_ACCEPTCONN = 30  # differs on alpha, mips, parisc, sparc
SO_PEERSEC = 31  # differs on alpha, mips, parisc, sparc
SO_PASSSEC = 34  # differs on parisc, sparc
SO_MARK = 36  # differs on parisc, sparc
SO_PROTOCOL = 38  # differs on alpha, mips, parisc, sparc
SO_DOMAIN = 39  # differs on alpha, mips, parisc, sparc
SO_INCOMING_CPU = 49  # differs on parisc, sparc
SO_BINDTOIFINDEX = 62  # differs on parisc, sparc
SO_PASSRIGHTS = 83  # differs on parisc, sparc
SO_RCVTIMEO = 0x14  # differs on alpha, mips, parisc, ppc, sparc
SO_SNDTIMEO = 0x15  # differs on alpha, mips, parisc, ppc, sparc

# <netdb.h>: getaddrinfo(3), getnameinfo(3)
AI_PASSIVE = 0x0001
AI_CANONNAME = 0x0002
AI_NUMERICHOST = 0x0004
AI_V4MAPPED = 0x0008
AI_ALL = 0x0010
AI_ADDRCONFIG = 0x0020
AI_IDN = 0x0040
AI_CANONIDN = 0x0080
AI_NUMERICSERV = 0x0400
EAI_BADFLAGS = -1
EAI_NONAME = -2
EAI_AGAIN = -3
EAI_FAIL = -4
EAI_FAMILY = -6
EAI_SOCKTYPE = -7
EAI_SERVICE = -8
EAI_MEMORY = -10
EAI_SYSTEM = -11
EAI_OVERFLOW = -12
EAI_NODATA = -5
EAI_ADDRFAMILY = -9
NI_MAXHOST = 1025
NI_MAXSERV = 32
NI_NUMERICHOST = 1
NI_NUMERICSERV = 2
NI_NOFQDN = 4
NI_NAMEREQD = 8
NI_DGRAM = 16
NI_IDN = 32

# <netinet/in.h>: protocols, ports and well-known addresses, protocols(5), ip(7)
IPPROTO_IP = 0
IPPROTO_ICMP = 1
IPPROTO_IGMP = 2
IPPROTO_IPIP = 4
IPPROTO_TCP = 6
IPPROTO_EGP = 8
IPPROTO_PUP = 12
IPPROTO_UDP = 17
IPPROTO_IDP = 22
IPPROTO_TP = 29
IPPROTO_IPV6 = 41
IPPROTO_RSVP = 46
IPPROTO_GRE = 47
IPPROTO_ESP = 50
IPPROTO_AH = 51
IPPROTO_PIM = 103
IPPROTO_SCTP = 132
IPPROTO_UDPLITE = 136
IPPROTO_RAW = 255
IPPROTO_MPTCP = 262
IPPROTO_HOPOPTS = 0
IPPROTO_ROUTING = 43
IPPROTO_FRAGMENT = 44
IPPROTO_ICMPV6 = 58
IPPROTO_NONE = 59
IPPROTO_DSTOPTS = 60
IPPORT_RESERVED = 1024
IPPORT_USERRESERVED = 5000
INADDR_ANY = 0
INADDR_BROADCAST = 0xFFFFFFFF
INADDR_NONE = 0xFFFFFFFF
INADDR_LOOPBACK = 0x7F000001
INADDR_UNSPEC_GROUP = 0xE0000000
INADDR_ALLHOSTS_GROUP = 0xE0000001
INADDR_MAX_LOCAL_GROUP = 0xE00000FF

# <linux/in.h>: options of IPPROTO_IP, ip(7)
IP_TOS = 1
IP_TTL = 2
IP_HDRINCL = 3
IP_OPTIONS = 4
IP_RECVOPTS = 6
IP_RETOPTS = 7
IP_PKTINFO = 8
IP_RECVERR = 11
IP_RECVTTL = 12
IP_RECVTOS = 13
IP_FREEBIND = 15
IP_TRANSPARENT = 19
IP_RECVRETOPTS = IP_RETOPTS
IP_RECVORIGDSTADDR = 0x14
IP_BIND_ADDRESS_NO_PORT = 24
IP_MULTICAST_IF = 32
IP_MULTICAST_TTL = 33
IP_MULTICAST_LOOP = 34
IP_ADD_MEMBERSHIP = 35
IP_DROP_MEMBERSHIP = 36
IP_UNBLOCK_SOURCE = 37
IP_BLOCK_SOURCE = 38
IP_ADD_SOURCE_MEMBERSHIP = 39
IP_DROP_SOURCE_MEMBERSHIP = 40
IP_DEFAULT_MULTICAST_TTL = 1
IP_DEFAULT_MULTICAST_LOOP = 1

# <netinet/in.h>: options of IPPROTO_IP that only the C library names
SOL_IP = 0
IP_MAX_MEMBERSHIPS = 20

# <linux/in6.h>: options of IPPROTO_IPV6 and flow labels, ipv6(7)
IPV6_CHECKSUM = 7
IPV6_NEXTHOP = 9
IPV6_UNICAST_HOPS = 16
IPV6_MULTICAST_IF = 17
IPV6_MULTICAST_HOPS = 18
IPV6_MULTICAST_LOOP = 19
IPV6_RECVERR = 25
IPV6_V6ONLY = 26
IPV6_HDRINCL = 36
IPV6_RECVPKTINFO = 49
IPV6_PKTINFO = 50
IPV6_RECVHOPLIMIT = 51
IPV6_HOPLIMIT = 52
IPV6_RECVHOPOPTS = 53
IPV6_HOPOPTS = 54
IPV6_RTHDRDSTOPTS = 55
IPV6_RECVRTHDR = 56
IPV6_RTHDR = 57
IPV6_RECVDSTOPTS = 58
IPV6_DSTOPTS = 59
IPV6_RECVPATHMTU = 60
IPV6_PATHMTU = 61
IPV6_DONTFRAG = 62
IPV6_RECVTCLASS = 66
IPV6_TCLASS = 67

# <netinet/in.h>: options of IPPROTO_IPV6 that only the C library names, RFC 3542
IPV6_JOIN_GROUP = 20
IPV6_LEAVE_GROUP = 21
IPV6_RTHDR_TYPE_0 = 0

# <linux/netfilter_ipv4.h>: where a redirected connection was going
SO_ORIGINAL_DST = 80

# <linux/tcp.h>: options of IPPROTO_TCP, tcp(7)
TCP_NODELAY = 1
TCP_MAXSEG = 2
TCP_CORK = 3
TCP_KEEPIDLE = 4
TCP_KEEPINTVL = 5
TCP_KEEPCNT = 6
TCP_SYNCNT = 7
TCP_LINGER2 = 8
TCP_DEFER_ACCEPT = 9
TCP_WINDOW_CLAMP = 10
TCP_INFO = 11
TCP_QUICKACK = 12
TCP_CONGESTION = 13
TCP_MD5SIG = 14
TCP_THIN_LINEAR_TIMEOUTS = 16
TCP_THIN_DUPACK = 17
TCP_USER_TIMEOUT = 18
TCP_REPAIR = 19
TCP_REPAIR_QUEUE = 20
TCP_QUEUE_SEQ = 21
TCP_REPAIR_OPTIONS = 22
TCP_FASTOPEN = 23
TCP_TIMESTAMP = 24
TCP_NOTSENT_LOWAT = 25
TCP_CC_INFO = 26
TCP_SAVE_SYN = 27
TCP_SAVED_SYN = 28
TCP_REPAIR_WINDOW = 29
TCP_FASTOPEN_CONNECT = 30
TCP_ULP = 31
TCP_MD5SIG_EXT = 32
TCP_FASTOPEN_KEY = 33
TCP_FASTOPEN_NO_COOKIE = 34
TCP_ZEROCOPY_RECEIVE = 35
TCP_INQ = 36
TCP_TX_DELAY = 37

# <netinet/tcp.h>: states in struct tcp_info, attributes of SCM_TIMESTAMPING_OPT_STATS
SOL_TCP = 6

# <netinet/udp.h>: the level of UDP
SOL_UDP = 17

# <stdint.h> <sys/socket.h> <linux/sctp.h>: options and messages of IPPROTO_SCTP, sctp(7)
MSG_NOTIFICATION = 0x8000

# <linux/if_ether.h>: Ethernet protocols, packet(7)
ETH_P_ALL = 0x0003

# <net/ethernet.h>: Ethernet protocols in the words of BSD
ETHERTYPE_IP = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_VLAN = 0x8100
ETHERTYPE_IPV6 = 0x86DD

# <linux/if_packet.h>: packet types and options of SOL_PACKET, packet(7)
PACKET_HOST = 0
PACKET_BROADCAST = 1
PACKET_MULTICAST = 2
PACKET_OTHERHOST = 3
PACKET_OUTGOING = 4
PACKET_LOOPBACK = 5
PACKET_FASTROUTE = 6

# <linux/netlink.h>: netlink(7): protocols, options of SOL_NETLINK, message flags
NETLINK_ROUTE = 0
NETLINK_USERSOCK = 2
NETLINK_FIREWALL = 3
NETLINK_NFLOG = 5
NETLINK_XFRM = 6
NETLINK_IP6_FW = 13
NETLINK_DNRTMSG = 14
NETLINK_CRYPTO = 21

# <linux/can.h>: CAN: identifiers, frames, protocols
CAN_EFF_FLAG = 0x80000000
CAN_RTR_FLAG = 0x40000000
CAN_ERR_FLAG = 0x20000000
CAN_SFF_MASK = 0x000007FF
CAN_EFF_MASK = 0x1FFFFFFF
CAN_ERR_MASK = 0x1FFFFFFF
CAN_RAW = 1
CAN_BCM = 2
CAN_ISOTP = 6
CAN_J1939 = 7
SOL_CAN_BASE = 100

# <linux/can/raw.h>: CAN_RAW
SOL_CAN_RAW = 101
CAN_RAW_FILTER = 1
CAN_RAW_ERR_FILTER = 2
CAN_RAW_LOOPBACK = 3
CAN_RAW_RECV_OWN_MSGS = 4
CAN_RAW_FD_FRAMES = 5
CAN_RAW_JOIN_FILTERS = 6

# <linux/can/bcm.h>: CAN_BCM: opcodes and flags.  C spells them without CAN_BCM_, CPython's prefix
CAN_BCM_TX_SETUP = 1
CAN_BCM_TX_DELETE = 2
CAN_BCM_TX_READ = 3
CAN_BCM_TX_SEND = 4
CAN_BCM_RX_SETUP = 5
CAN_BCM_RX_DELETE = 6
CAN_BCM_RX_READ = 7
CAN_BCM_TX_STATUS = 8
CAN_BCM_TX_EXPIRED = 9
CAN_BCM_RX_STATUS = 10
CAN_BCM_RX_TIMEOUT = 11
CAN_BCM_RX_CHANGED = 12
CAN_BCM_SETTIMER = 0x0001
CAN_BCM_STARTTIMER = 0x0002
CAN_BCM_TX_COUNTEVT = 0x0004
CAN_BCM_TX_ANNOUNCE = 0x0008
CAN_BCM_TX_CP_CAN_ID = 0x0010
CAN_BCM_RX_FILTER_ID = 0x0020
CAN_BCM_RX_CHECK_DLC = 0x0040
CAN_BCM_RX_NO_AUTOTIMER = 0x0080
CAN_BCM_RX_ANNOUNCE_RESUME = 0x0100
CAN_BCM_TX_RESET_MULTI_IDX = 0x0200
CAN_BCM_RX_RTR_FRAME = 0x0400
CAN_BCM_CAN_FD_FRAME = 0x0800

# <linux/can/isotp.h>: CAN_ISOTP
SOL_CAN_ISOTP = 106
CAN_ISOTP_OPTS = 1
CAN_ISOTP_RECV_FC = 2
CAN_ISOTP_TX_STMIN = 3
CAN_ISOTP_RX_STMIN = 4
CAN_ISOTP_LL_OPTS = 5
CAN_ISOTP_LISTEN_MODE = 0x0001
CAN_ISOTP_EXTEND_ADDR = 0x0002
CAN_ISOTP_TX_PADDING = 0x0004
CAN_ISOTP_RX_PADDING = 0x0008
CAN_ISOTP_CHK_PAD_LEN = 0x0010
CAN_ISOTP_CHK_PAD_DATA = 0x0020
CAN_ISOTP_HALF_DUPLEX = 0x0040
CAN_ISOTP_FORCE_TXSTMIN = 0x0080
CAN_ISOTP_FORCE_RXSTMIN = 0x0100
CAN_ISOTP_RX_EXT_ADDR = 0x0200
CAN_ISOTP_WAIT_TX_DONE = 0x0400
CAN_ISOTP_SF_BROADCAST = 0x0800
CAN_ISOTP_DEFAULT_FLAGS = 0
CAN_ISOTP_DEFAULT_EXT_ADDRESS = 0x00
CAN_ISOTP_DEFAULT_PAD_CONTENT = 0xCC
CAN_ISOTP_DEFAULT_FRAME_TXTIME = 50000
CAN_ISOTP_DEFAULT_RECV_BS = 0
CAN_ISOTP_DEFAULT_RECV_STMIN = 0x00
CAN_ISOTP_DEFAULT_RECV_WFTMAX = 0
CAN_ISOTP_DEFAULT_LL_MTU = 0x10
CAN_ISOTP_DEFAULT_LL_TX_DL = 8
CAN_ISOTP_DEFAULT_LL_TX_FLAGS = 0

# <linux/can/j1939.h>: CAN_J1939
J1939_MAX_UNICAST_ADDR = 0xFD
J1939_IDLE_ADDR = 0xFE
J1939_NO_ADDR = 0xFF
J1939_NO_NAME = 0
J1939_PGN_REQUEST = 0x0EA00
J1939_PGN_ADDRESS_CLAIMED = 0x0EE00
J1939_PGN_ADDRESS_COMMANDED = 0x0FED8
J1939_PGN_PDU1_MAX = 0x3FF00
J1939_PGN_MAX = 0x3FFFF
J1939_NO_PGN = 0x40000
SO_J1939_FILTER = 1
SO_J1939_PROMISC = 2
SO_J1939_SEND_PRIO = 3
SO_J1939_ERRQUEUE = 4
SCM_J1939_DEST_ADDR = 1
SCM_J1939_DEST_NAME = 2
SCM_J1939_PRIO = 3
SCM_J1939_ERRQUEUE = 4
J1939_NLA_PAD = 0
J1939_NLA_BYTES_ACKED = 1
J1939_EE_INFO_NONE = 0
J1939_EE_INFO_TX_ABORT = 1
J1939_FILTER_MAX = 512

# <bluetooth/bluetooth.h>: Bluetooth: protocols, levels, options of SOL_BLUETOOTH
BTPROTO_L2CAP = 0
BTPROTO_HCI = 1
BTPROTO_SCO = 2
BTPROTO_RFCOMM = 3
SOL_HCI = 0
SOL_L2CAP = 6
SOL_SCO = 17
SOL_RFCOMM = 18
BT_SECURITY = 4
BT_SECURITY_SDP = 0
BT_SECURITY_LOW = 1
BT_SECURITY_MEDIUM = 2
BT_SECURITY_HIGH = 3
BT_SECURITY_FIPS = 4
BT_DEFER_SETUP = 7
BT_FLUSHABLE = 8
BT_FLUSHABLE_OFF = 0
BT_FLUSHABLE_ON = 1
BT_POWER = 9
BT_POWER_FORCE_ACTIVE_OFF = 0
BT_POWER_FORCE_ACTIVE_ON = 1
BT_CHANNEL_POLICY = 10
BT_CHANNEL_POLICY_BREDR_ONLY = 0
BT_CHANNEL_POLICY_BREDR_PREFERRED = 1
BT_VOICE = 11
BT_SNDMTU = 12
BT_RCVMTU = 13
BT_VOICE_TRANSPARENT = 0x0003
BT_VOICE_CVSD_16BIT = 0x0060
BT_VOICE_TRANSPARENT_16BIT = 0x0063
BT_PHY = 14
BT_PHY_BR_1M_1SLOT = 0x00000001
BT_PHY_BR_1M_3SLOT = 0x00000002
BT_PHY_BR_1M_5SLOT = 0x00000004
BT_PHY_EDR_2M_1SLOT = 0x00000008
BT_PHY_EDR_2M_3SLOT = 0x00000010
BT_PHY_EDR_2M_5SLOT = 0x00000020
BT_PHY_EDR_3M_1SLOT = 0x00000040
BT_PHY_EDR_3M_3SLOT = 0x00000080
BT_PHY_EDR_3M_5SLOT = 0x00000100
BT_PHY_LE_1M_TX = 0x00000200
BT_PHY_LE_1M_RX = 0x00000400
BT_PHY_LE_2M_TX = 0x00000800
BT_PHY_LE_2M_RX = 0x00001000
BT_PHY_LE_CODED_TX = 0x00002000
BT_PHY_LE_CODED_RX = 0x00004000
BT_MODE = 15
BT_MODE_BASIC = 0x00
BT_MODE_ERTM = 0x01
BT_MODE_STREAMING = 0x02
BT_MODE_LE_FLOWCTL = 0x03
BT_MODE_EXT_FLOWCTL = 0x04
BT_PKT_STATUS = 16
BT_ISO_QOS = 17
BT_CODEC = 19
BDADDR_ANY = "00:00:00:00:00:00"
BDADDR_LOCAL = "00:00:00:FF:FF:FF"
BDADDR_BREDR = 0x00
BDADDR_LE_PUBLIC = 0x01
BDADDR_LE_RANDOM = 0x02

# <sys/ioctl.h> <bluetooth/bluetooth.h> <bluetooth/hci.h>: BTPROTO_HCI
HCI_DATA_DIR = 1
HCI_FILTER = 2
HCI_TIME_STAMP = 3
HCI_DEV_NONE = 0xFFFF
HCI_CHANNEL_RAW = 0
HCI_CHANNEL_USER = 1
HCI_CHANNEL_MONITOR = 2
HCI_CHANNEL_CONTROL = 3
HCI_CHANNEL_LOGGING = 4

# <bluetooth/bluetooth.h> <bluetooth/l2cap.h>: BTPROTO_L2CAP
L2CAP_LM = 0x03
L2CAP_LM_MASTER = 0x0001
L2CAP_LM_AUTH = 0x0002
L2CAP_LM_ENCRYPT = 0x0004
L2CAP_LM_TRUSTED = 0x0008
L2CAP_LM_RELIABLE = 0x0010
L2CAP_LM_SECURE = 0x0020

# <linux/if_alg.h>: AF_ALG: options and control messages of SOL_ALG
ALG_SET_KEY = 1
ALG_SET_IV = 2
ALG_SET_OP = 3
ALG_SET_AEAD_ASSOCLEN = 4
ALG_SET_AEAD_AUTHSIZE = 5
ALG_OP_DECRYPT = 0
ALG_OP_ENCRYPT = 1

# <sys/socket.h> <linux/ioctl.h> <linux/vm_sockets.h>: AF_VSOCK, vsock(7)
SO_VM_SOCKETS_BUFFER_SIZE = 0
SO_VM_SOCKETS_BUFFER_MIN_SIZE = 1
SO_VM_SOCKETS_BUFFER_MAX_SIZE = 2
VMADDR_CID_ANY = 0xFFFFFFFF
VMADDR_PORT_ANY = 0xFFFFFFFF
VMADDR_CID_LOCAL = 1
VMADDR_CID_HOST = 2
VM_SOCKETS_INVALID_VERSION = 0xFFFFFFFF
IOCTL_VM_SOCKETS_GET_LOCAL_CID = 0x7B9  # differs on alpha, mips, ppc, sparc

# <linux/tipc.h>: AF_TIPC: addresses, options of SOL_TIPC, events
TIPC_TOP_SRV = 1
TIPC_CLUSTER_SCOPE = 2
TIPC_NODE_SCOPE = 3
TIPC_LOW_IMPORTANCE = 0
TIPC_MEDIUM_IMPORTANCE = 1
TIPC_HIGH_IMPORTANCE = 2
TIPC_CRITICAL_IMPORTANCE = 3
TIPC_SUB_PORTS = 0x01
TIPC_SUB_SERVICE = 0x02
TIPC_SUB_CANCEL = 0x04
TIPC_WAIT_FOREVER = -1
TIPC_PUBLISHED = 1
TIPC_WITHDRAWN = 2
TIPC_SUBSCR_TIMEOUT = 3
TIPC_IMPORTANCE = 127
TIPC_SRC_DROPPABLE = 128
TIPC_DEST_DROPPABLE = 129
TIPC_CONN_TIMEOUT = 130
TIPC_CFG_SRV = 0
TIPC_ZONE_SCOPE = 1
TIPC_ADDR_NAMESEQ = 1
TIPC_ADDR_NAME = 2
TIPC_ADDR_ID = 3

# Only in the kernel's source, <linux/socket.h> and <net/udplite.h>: RFC 3828, RFC 9260
UDPLITE_SEND_CSCOV = 10
UDPLITE_RECV_CSCOV = 11

# Only in CPython: public keys over AF_ALG never came into the kernel
ALG_SET_PUBKEY = 6
ALG_OP_SIGN = 2
ALG_OP_VERIFY = 3
