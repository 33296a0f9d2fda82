"""Files over sockets: makefile, SocketIO, sendfile."""

# A row of a table is one line, however long.
# ruff: noqa: E501

from tests.differential.tables import calls, fill, lines

CALLS = fill(
    "stream: f = sock.makefile({}); (type(f), f.mode, f.readable(), f.writable(), f.seekable())",
    lines("""
    'r'
    'w'
    'rw'
    'wr'
    'rb'
    'wb'
    'rwb'
    'br'
    'bw'
    'b'
    ''
    'a'
    'x'
    'r+'
    'rr'
    'rt'
    'U'
    b'r'
    None
    5
    'rb', 0
    'wb', 0
    'rwb', 0
    'r', 0
    'w', 0
    'rb', 1
    'r', 1
    'w', 1
    'rb', 7
    'r', 7
    'rw', 7
    'rb', -1
    'rb', -5
    'rb', None
    'rb', 'x'
    'rb', 2.0
    'r', encoding='ascii'
    'r', encoding='nosuch'
    'r', encoding=5
    'rb', encoding='ascii'
    'r', errors='nosuch'
    'r', errors='ignore'
    'r', newline='x'
    'r', newline=''
    'r', None, 'utf-8'
    mode='r', buffering=5
    'r', other=1
"""),
)
CALLS += fill(
    "stream: f = sock.makefile({}); (f.encoding, f.errors, f.newlines, f.line_buffering)",
    lines(
        "'r'\n'w', 1\n'rw', 1\n'r', encoding='latin-1', errors='replace'\n'r', newline='\\n'\n'w', 100"
    ),
)
CALLS += fill(
    "stream: peer.sendall(b'1\\n2\\r\\n3\\r\\xc3\\xa94\\n\\n5'); peer.shutdown(1); f = sock.makefile({}); f.read()",
    lines(
        "'rb'\n'rb', 0\n'r'\n'r', encoding='ascii'\n'r', encoding='latin-1'\n'r', newline=''\n'r', newline='\\r'\n'r', errors='ignore', encoding='ascii'\n'rwb'"
    ),
)
for reading in (
    "read(3)", "read1(3)", "read1()", "readline()", "readline(3)", "readlines()", "list(f)",
    "peek()[:3]", "readinto(bytearray(5))", "readall()", "read(-1)", "read(None)", "read(0)",
    "read('x')", "readline(-1)", "readline(0)", "__next__()", "tell()", "seek(0)", "truncate()",
    "write(b'x')", "write('x')", "writelines([b'x'])", "flush()", "fileno() == sock.fileno()",
    "name == sock.fileno()", "isatty()", "closed", "detach()", "mode",
):  # fmt: skip
    text = f"(f.{reading})" if reading != "list(f)" else "list(f)"
    CALLS += fill(
        "stream: peer.sendall(b'a\\nbc\\n'); peer.shutdown(1); f = sock.makefile({}); " + text,
        ["'rb'", "'rb', 0", "'r'", "'wb'", "'wb', 0", "'w'", "'rwb'", "'rwb', 0"],
    )
    CALLS += fill("stream: f = sock.makefile({}); f.close(); " + text, ["'rb', 0", "'r'", "'wb'"])
CALLS += calls("""
    stream: f = sock.makefile('w'); f.write('text'); f.flush(); peer.recv(10)
    stream: f = sock.makefile('w', newline='\\r\\n'); f.write('a\\nb'); f.flush(); peer.recv(10)
    stream: f = sock.makefile('w', 1); f.write('a\\n'); attempt(lambda: peer.recv(10, socket.MSG_DONTWAIT))
    stream: f = sock.makefile('wb'); f.write(b'data'); attempt(lambda: peer.recv(10, socket.MSG_DONTWAIT))
    stream: f = sock.makefile('wb'); f.write(b'data'); f.close(); peer.recv(10)
    stream: f = sock.makefile('wb', 0); f.write(b'data'); peer.recv(10)
    stream: f = sock.makefile('wb', 4); f.write(b'12345678'); attempt(lambda: peer.recv(10, socket.MSG_DONTWAIT))
    stream: f = sock.makefile('rwb'); f.write(b'x'); f.flush(); (f.read(5), peer.recv(5))
    stream: f = sock.makefile('rb'); repr(f)
    stream: f = sock.makefile('rb', 0); repr(f)
    stream: f = sock.makefile('r'); repr(f)
    stream: f = sock.makefile('rb', 0); f.close(); (repr(f).split()[0], f.name, f.closed)
    stream: f = sock.makefile('rb', 0); f._sock is sock
    stream: f = sock.makefile('rb', 0); f.close(); f.close(); sock._io_refs
    stream: f = sock.makefile(); f.__enter__(); f.__exit__(None, None, None); (f.closed, sock._io_refs)
    stream: socket.SocketIO(sock, 'r')
    stream: f = socket.SocketIO(sock, 'r'); (f.mode, f.readable(), f.writable(), f.name == sock.fileno())
    stream: f = socket.SocketIO(sock, 'rwb'); (f.mode, f.readable(), f.writable(), f.seekable())
    stream: socket.SocketIO(sock, 'w').read(1)
    stream: socket.SocketIO(sock, 'r').write(b'x')
    stream: socket.SocketIO(sock, 'x')
    stream: socket.SocketIO(sock, '')
    stream: socket.SocketIO(sock, 'br')
    stream: socket.SocketIO(sock, None)
    stream: socket.SocketIO(sock)
    stream: socket.SocketIO()
    stream: socket.SocketIO(sock, 'r').readinto(b'x')
    stream: socket.SocketIO(sock, 'r').readinto('x')
    stream: socket.SocketIO(sock, 'w').write('x')
    stream: f = socket.SocketIO(sock, 'r'); f.nosuch = 1; f.nosuch
    stream: socket.SocketIO.__mro__[1:3]
    none: socket.SocketIO(None, 'r').name
    stream: f = sock.makefile('rb'); f.peek(1)[:1]
    ended: sock.makefile('rb').read()
    ended: sock.makefile('rb').readline()
    ended: sock.makefile('rb', 0).read(5)
    ended: sock.makefile('r').read()
    ended: sock.makefile('wb', 0).write(b'x')
    ended: list(sock.makefile('r'))
    nonblocking: sock.makefile('rb').read()
    nonblocking: sock.makefile('rb', 0).read(5)
    nonblocking: sock.makefile('rb', 0).readinto(bytearray(5))
    nonblocking: sock.makefile('rb', 0).readline()
    nonblocking: sock.makefile('r').read()
    closed: sock.makefile('rb').read(1)
    closed: socket.SocketIO(sock, 'r').name
    closed: socket.SocketIO(sock, 'r').fileno()
    detached: sock.makefile('wb', 0).write(b'x')
""")
AFTER = "; (attempt(lambda: {}), file.tell(), attempt(lambda: peer.recv(50, socket.MSG_DONTWAIT)))"
for sending in (
    "sock.sendfile(file)", "sock.sendfile(file, 5)", "sock.sendfile(file, 5, 3)",
    "sock.sendfile(file, 0, 0)", "sock.sendfile(file, 0, -1)", "sock.sendfile(file, 0, 5.0)",
    "sock.sendfile(file, 0, 'x')", "sock.sendfile(file, -1)", "sock.sendfile(file, -30)",
    "sock.sendfile(file, 26)", "sock.sendfile(file, 27)", "sock.sendfile(file, 0, 1000)",
    "sock.sendfile(file, 0, True)", "sock.sendfile(file, True, 2)", "sock.sendfile(file, None)",
    "sock.sendfile(file, 1.0)", "sock.sendfile(file=file, offset=2, count=2)",
    "sock.sendfile(file, 2**63)", "sock.sendfile(file, 0, 2**63)", "sock.sendfile(file, 0, 2**100)",
    "sock._sendfile_use_send(file, 0, None)", "sock._sendfile_use_send(file, 3, 4)",
    "sock._sendfile_use_sendfile(file, 3, 4)", "sock._sendfile_use_sendfile(file)",
    "sock._sendfile_use_send(file, -1)", "sock._sendfile_use_send(file, 1.0)",
    "sock._sendfile_use_send(file, 0, 5.0)", "sock._check_sendfile_params(file, 0, None)",
    "sock._check_sendfile_params(file, 0, -1)", "sock._check_sendfile_params(file, -1, 1)",
    "sock.sendfile(file, 0, Index(3))", "sock.sendfile(file, Index(3))",
):  # fmt: skip
    for before in ("1", "file.seek(3)", "sock.setblocking(False)", "sock.settimeout(5)"):
        CALLS += fill("folder: " + before + AFTER, [sending])
CALLS += calls("""
    folder: sock.sendfile(io.BytesIO(b'abcdef')); peer.recv(50)
    folder: b = io.BytesIO(b'abcdef'); (sock.sendfile(b, 2, 3), b.tell(), peer.recv(50))
    folder: b = io.BytesIO(b'abcdef'); (sock.sendfile(b, 9), b.tell())
    folder: sock.sendfile(io.BytesIO(b''))
    folder: sock.sendfile(io.StringIO('abc'))
    folder: sock.sendfile(5)
    folder: sock.sendfile(None)
    folder: sock.sendfile('x')
    folder: sock.sendfile()
    folder: file.close(); sock.sendfile(file)
    folder: import os; t = keep(open(file.fileno(), 'r', closefd=False)); sock.sendfile(t)
    folder: import os; r, w = os.pipe(); f, g = keep(os.fdopen(r, 'rb')), os.fdopen(w, 'wb'); g.write(b'piped'); g.close(); (sock.sendfile(f), attempt(lambda: peer.recv(50, socket.MSG_DONTWAIT)))
    folder: import os; r, w = os.pipe(); f, g = keep(os.fdopen(r, 'rb')), os.fdopen(w, 'wb'); g.write(b'piped'); g.close(); sock.sendfile(f, 2)
    folder: peer.close(); sock.sendfile(file)
    folder: sock.close(); sock.sendfile(file)
    folder: R = type('R', (), {'data': [b'one', b'two', b''], 'read': lambda self, n: self.data.pop(0)}); (sock.sendfile(R()), peer.recv(50))
    folder: R = type('R', (), {'data': [b'one', b'two', b''], 'read': lambda self, n: self.data.pop(0)}); (sock.sendfile(R(), 5), peer.recv(50))
    folder: R = type('R', (), {'read': lambda self, n: 'text'}); sock.sendfile(R())
    folder: R = type('R', (), {'mode': 'r', 'read': lambda self, n: b''}); sock.sendfile(R())
    folder: R = type('R', (), {'mode': 'rb', 'read': lambda self, n: b''}); sock.sendfile(R())
    folder: R = type('R', (), {'read': lambda self, n: None}); sock.sendfile(R())
    folder: R = type('R', (), {'fileno': lambda self: 10**6, 'read': lambda self, n: b''}); sock.sendfile(R())
    folder: R = type('R', (), {'fileno': lambda self: -1, 'read': lambda self, n: b''}); sock.sendfile(R())
    folder: R = type('R', (), {'fileno': lambda self: 'x', 'read': lambda self, n: b''}); sock.sendfile(R())
    dgram: sock.sendfile(io.BytesIO(b'x'))
    udp4: sock.sendfile(io.BytesIO(b'x'))
    new: sock.sendfile(io.BytesIO(b'x'))
    tcp4: sock.sendfile(io.BytesIO(b'x')); peer.recv(5)
    ended: sock.sendfile(io.BytesIO(b'x'))
""")
