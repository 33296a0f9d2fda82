"""IP addresses as text and as bytes: inet_aton, inet_ntoa, inet_pton, inet_ntop."""

# A row of a table is one line, however long.

from tests.differential.tables import fill, lines

IPV4 = lines(r"""
    '1.2.3.4'
    '0.0.0.0'
    '255.255.255.255'
    '1.2.3'
    '1.2'
    '1'
    ''
    '1.2.3.4.5'
    '1.2.3.256'
    '256.2.3.4'
    '1.2.3.-4'
    '01.02.03.04'
    '010.010.010.010'
    '0x1.0x2.0x3.0x4'
    '0x01020304'
    '16909060'
    '4294967295'
    '4294967296'
    '1.2.3.4 '
    '1.2.3.4 x'
    ' 1.2.3.4'
    '1.2.3.4\n'
    '1.2.3.4x'
    '1.2.3.4\0'
    '1..3.4'
    'localhost'
    '\u0661.2.3.4'
    '\udc80'
    StrSub('1.2.3.4')
    b'1.2.3.4'
    bytearray(b'1.2.3.4')
    None
    5
    1.5
    ['1.2.3.4']
    object()
""")
IPV6 = lines(r"""
    '::'
    '::1'
    '1::'
    '1:2:3:4:5:6:7:8'
    '1:2:3:4:5:6:7'
    '1:2:3:4:5:6:7:8:9'
    '1:2:3:4:5:6:7::'
    '::2:3:4:5:6:7:8'
    '1::2::3'
    ':::'
    ':1'
    '1:'
    '12345::'
    'g::'
    'FFFF::abcd'
    '::ffff:1.2.3.4'
    '::1.2.3.4'
    '::1.2.3.256'
    '1:2:3:4:5:6:1.2.3.4'
    '1:2:3:4:5:6:7:1.2.3.4'
    '::1%lo'
    '::1%1'
    '[::1]'
    '::1 '
    ' ::1'
    '::1\0'
    '::\u0661'
""")
CALLS = fill("none: socket.inet_aton({})\nnone: socket.inet_pton(socket.AF_INET, {})", IPV4)
CALLS += fill("none: socket.inet_pton(socket.AF_INET6, {})", IPV4 + IPV6)
CALLS += fill(
    "none: socket.inet_pton({}, '::1')",
    lines("0\n1\n99\n-1\nsocket.AF_UNIX\nNumber.TWO\nNone\n'2'"),
)
CALLS += fill(
    "none: socket.inet_ntoa({})\nnone: socket.inet_ntop(2, {})\nnone: socket.inet_ntop(10, {})",
    lines(r"""
    b''
    b'123'
    b'\x01\x02\x03\x04'
    b'\xff' * 4
    bytes(4)
    b'12345'
    bytes(15)
    bytes(16)
    bytes(15) + b'\x01'
    bytes(10) + b'\xff\xff\x01\x02\x03\x04'
    bytes(12) + b'\x01\x02\x03\x04'
    bytes(range(16))
    b'\x20\x01\x0d\xb8' + bytes(11) + b'\x01'
    b'\0\1' * 8
    b'\0\1\0\0' * 4
    bytes(17)
    '1234'
    None
    5
"""),
)
CALLS += fill(
    "none: socket.inet_ntop({}, bytes(4))", lines("0\n1\n99\n-1\nNumber.TWO\nNone\n'2'\n10")
)
