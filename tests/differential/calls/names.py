"""Names: hosts, services, protocols, interfaces."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

TEXTS = lines(r"""
    'http'
    'HTTP'
    ''
    'nosuchname'
    'ht tp'
    'http\0'
    'h\xe9'
    '\udc80'
    StrSub('http')
    b'http'
    bytearray(b'http')
    None
    80
    object()
    'tcp'
    'udp'
    'icmp'
    '80'
    'x' * 2000
""")
CALLS = fill(
    """
    none: socket.getservbyname({})
    none: socket.getservbyname({}, 'tcp')
    none: socket.getservbyname('http', {})
    none: socket.getservbyport(80, {})
    none: socket.getprotobyname({})
    none: socket.if_nametoindex({})
    none: socket.getaddrinfo('127.0.0.1', {})
    none: socket.getaddrinfo('::1', {}, type=socket.SOCK_STREAM)
    none: socket.getaddrinfo(None, {}, socket.AF_INET, socket.SOCK_STREAM, 0, socket.AI_PASSIVE)
    none: socket.getaddrinfo('127.0.0.1', {}, flags=socket.AI_NUMERICSERV)
    """,
    TEXTS,
)
CALLS += fill(
    "none: socket.getservbyport({})\nnone: socket.getservbyport({}, 'tcp')\nnone: socket.getservbyport({}, 'udp')",
    lines(
        "22\n80\n443\n53\n1\n0\n65535\n65536\n-1\n'80'\nNone\n80.0\nIndex(80)\nNumber.ONE\n2**64"
    ),
)
CALLS += fill(
    "none: socket.getservbyname({})",
    [f"'{n}'" for n in ["ssh", "smtp", "domain", "https", "ntp", "ftp"]],
)
CALLS += fill(
    "none: socket.getprotobyname({})",
    [f"'{n}'" for n in ["ip", "ipv6", "sctp", "IP", "ipv6-icmp", "gre", "esp"]],
)
CALLS += fill(
    "none: socket.getservbyname('{}', 'udp')",
    ["http", "ssh", "domain", "ntp", "smtp", "tftp", "nosuch"],
)

FAMILIES = ["0", "socket.AF_INET", "socket.AF_INET6", "socket.AF_UNIX", "99"]
TYPES = ["0", "socket.SOCK_STREAM", "socket.SOCK_DGRAM", "socket.SOCK_RAW", "99"]
PROTOCOLS = ["0", "socket.IPPROTO_TCP", "socket.IPPROTO_UDP", "socket.IPPROTO_ICMP", "250"]
FLAGS = [
    "0",
    "socket.AI_PASSIVE",
    "socket.AI_CANONNAME",
    "socket.AI_NUMERICHOST",
    "socket.AI_NUMERICSERV",
    "socket.AI_V4MAPPED",
    "socket.AI_ALL",
    "socket.AI_ADDRCONFIG",
    "socket.AI_V4MAPPED | socket.AI_ALL",
    "socket.AI_NUMERICHOST | socket.AI_CANONNAME",
    "1 << 20",
    "-1",
]
CALLS += fill(
    "none: socket.getaddrinfo('127.0.0.1', 80, {})\nnone: socket.getaddrinfo('::1', 80, {})",
    [f"{f}, {t}, {p}" for f in FAMILIES[:3] for t in TYPES for p in PROTOCOLS],
)
CALLS += fill(
    """
    none: socket.getaddrinfo('127.0.0.1', 80, {})
    none: socket.getaddrinfo('::1', 80, {})
    none: socket.getaddrinfo('::1', '80', {})
    none: socket.getaddrinfo('127.1', 80, {})
    none: socket.getaddrinfo(None, 80, {})
    none: socket.getaddrinfo('localhost', 80, {})
    none: socket.getaddrinfo('127.0.0.1', None, {})
    """,
    [f"{f}, socket.SOCK_STREAM, 0, {g}" for f in FAMILIES for g in FLAGS],
)

CALLS += fill(
    "none: socket.getnameinfo({}, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)",
    lines("""
    ('127.0.0.1', 80)
    ('127.0.0.1', 0)
    ('127.0.0.1', 65535)
    ('127.0.0.1', 65536)
    ('127.0.0.1', -1)
    ('127.0.0.1', 80, 0)
    ('127.0.0.1', 80, 0, 0)
    ('127.0.0.1', 80, 0, 0, 0)
    ('127.0.0.1',)
    ()
    ('127.0.0.1', '80')
    ('127.0.0.1', None)
    (None, 80)
    (b'127.0.0.1', 80)
    (5, 80)
    ('', 80)
    ('localhost', 80)
    ('nosuch', 80)
    ('::1', 80)
    ('::1', 80, 0)
    ('::1', 80, 0, 0)
    ('::1', 80, 0, 1)
    ('fe80::1', 80, 0, 1)
    ('fe80::1', 80, 0, 4294967295)
    ('fe80::1%lo', 80)
    ('fe80::1%lo', 80, 0, 0)
    ('::1', 80, 0xfffff, 0)
    ('::1', 80, 0x100000, 0)
    ('::1', 80, -1, 0)
    ('::1', 80, 0, 2**32)
    ('::1', 80, 0, -1)
    ('127.0.0.1\\0', 80)
    ('127.1', 80)
    ['127.0.0.1', 80]
    '127.0.0.1'
    None
    5
    TupleSub(('127.0.0.1', 80))
    (StrSub('127.0.0.1'), IntSub(80))
    ('127.0.0.1', Index(80))
    ('127.0.0.1', Number.TWO)
    ('127.0.0.1', 80.0)
"""),
)
CALLS += fill(
    "none: socket.getnameinfo(('127.0.0.1', 80), {})\nnone: socket.getnameinfo(('::1', 53), {})",
    lines("""
    0
    socket.NI_NUMERICHOST
    socket.NI_NUMERICSERV
    socket.NI_NAMEREQD
    socket.NI_NAMEREQD | socket.NI_NUMERICHOST
    socket.NI_DGRAM | socket.NI_NUMERICHOST
    socket.NI_NOFQDN
    1 << 20
    -1
"""),
)
CALLS += fill(
    """
    none: socket.gethostbyname({})
    none: socket.gethostbyname_ex({})
    none: socket.gethostbyaddr({})
    none: socket.getfqdn({})
    """,
    lines(r"""
    'localhost'
    '127.0.0.1'
    '127.1'
    b'127.0.0.1'
    bytearray(b'127.0.0.1')
    '0.0.0.0'
    '::'
    '::1'
    ''
    ' '
    '%'
    '\0'
    'x\0'
    '\udc80'
    'x' * 70
    'x' * 64 + '.invalid'
    '<broadcast>'
    None
    5
    object()
"""),
)
CALLS += fill(
    "none: socket.if_nametoindex({})",
    lines("""
    'lo'
    b'lo'
    StrSub('lo')
    Path('lo')
    Path(b'lo')
    Path(5)
    'LO'
    'lo '
    ''
    b''
    b'lo\\0'
    'lo\\0'
    '\\udc80'
    '\\ud800'
    bytearray(b'lo')
    'x' * 15
    'x' * 16
    'x' * 1000
    1
    None
    Broken()
"""),
)
CALLS += fill(
    "none: socket.if_indextoname({})",
    lines("1\n0\n-1\n2**32\n2**32 - 1\n99999\nIndex(1)\n'1'\nNone\n2**64\n-2**64\n1.0"),
)
CALLS += calls("""
    none: socket.if_nameindex()
    none: [socket.if_nametoindex(n) == i for i, n in socket.if_nameindex()]
    none: [socket.if_indextoname(i) == n for i, n in socket.if_nameindex()]
    none: socket.gethostname()
    none: socket.getfqdn()
    none: socket.getfqdn(name='localhost')
    none: socket.getaddrinfo(None, None)
    none: socket.getaddrinfo('', 80)
    none: socket.getaddrinfo(b'', 80)
    none: socket.getaddrinfo('127.0.0.1', '')
    none: socket.getaddrinfo('127.0.0.1', b'80')
    none: socket.getaddrinfo('127.0.0.1', b'')
    none: socket.getaddrinfo('127.0.0.1', '65536')
    none: socket.getaddrinfo('127.0.0.1', 65536)
    none: socket.getaddrinfo('127.0.0.1', -1)
    none: socket.getaddrinfo('127.0.0.1', 2**31)
    none: socket.getaddrinfo('127.0.0.1', 2**64 + 80)
    none: socket.getaddrinfo('127.0.0.1', '-1')
    none: socket.getaddrinfo('127.0.0.1', ' 80')
    none: socket.getaddrinfo('127.0.0.1', '80 ')
    none: socket.getaddrinfo('127.0.0.1', '080')
    none: socket.getaddrinfo('127.0.0.1', '0x50')
    none: socket.getaddrinfo('127.0.0.1', 'http', type=socket.SOCK_STREAM)
    none: socket.getaddrinfo('127.0.0.1', 'http', proto=socket.IPPROTO_TCP)
    none: socket.getaddrinfo('127.0.0.1', 'http', flags=socket.AI_NUMERICSERV)
    none: socket.getaddrinfo('fe80::1', 80, type=1)
    none: socket.getaddrinfo('fe80::1%lo', 80, type=1)
    none: socket.getaddrinfo('fe80::1%1', 80, type=1)
    none: socket.getaddrinfo('ff02::1%lo', 80, type=1)
    none: socket.getaddrinfo('::1%lo', 80, type=1)
    none: socket.getaddrinfo('fe80::1%nosuch', 80, type=1, flags=socket.AI_NUMERICHOST)
    none: socket.getaddrinfo('0:0:0:0:0:0:0:1', 80, type=1)
    none: socket.getaddrinfo('::FFFF:127.0.0.1', 80, type=1)
    none: socket.getaddrinfo('::ffff:127.0.0.1', 80, socket.AF_INET, 1)
    none: socket.getaddrinfo('::ffff:127.0.0.1', 80, socket.AF_INET, 1, 0, socket.AI_NUMERICHOST)
    none: socket.getaddrinfo('127.0.0.1', 80, socket.AF_INET6, 1, 0, socket.AI_V4MAPPED)
    none: socket.getaddrinfo(host='127.0.0.1', port=80, family=0, type=1, proto=0, flags=0)
    none: socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    none: socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    none: r = socket.getaddrinfo('127.0.0.1', 80); r.clear(); len(socket.getaddrinfo('127.0.0.1', 80))
    none: [type(x) for x in socket.getaddrinfo('127.0.0.1', 80)[0]]
    none: [type(x) for x in socket.getaddrinfo('::1', 80)[0][4]]
    none: socket.sethostname(None)
    none: socket.sethostname(5)
    none: socket.sethostname(bytearray(b'x'))
    none: socket.sethostname('x' * 65)
    none: socket.sethostname(b'x' * 65)
    none: socket.sethostname('\\ud800')
    none: socket.sethostname(socket.gethostname())
    none: socket.sethostname(socket.gethostname().encode())
""")
