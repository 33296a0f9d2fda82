"""What a type checker has to refuse: mypy says if one of the comments here is not needed."""

import berkeley as socket

sock = socket.socket()

sock.send("text")  # type: ignore[arg-type]
sock.sendall(None)  # type: ignore[arg-type]
sock.recv("64")  # type: ignore[arg-type]
sock.recv(bufsize=64)  # type: ignore[call-arg]
sock.recv(1.5)  # type: ignore[arg-type]
sock.recv_into(b"read-only", "1")  # type: ignore[arg-type]
sock.bind(80)  # type: ignore[arg-type]
sock.connect(None)  # type: ignore[arg-type]
sock.sendto(b"data")  # type: ignore[call-overload]
sock.settimeout("1")  # type: ignore[arg-type]
sock.setsockopt(1, 2, None)  # type: ignore[call-overload]
sock.setsockopt(1, 2, "text")  # type: ignore[call-overload]
sock.getsockopt(1)  # type: ignore[call-overload]
sock.sendmsg(b"one buffer")  # type: ignore[arg-type]
sock.sendmsg_afalg([b"data"])  # type: ignore[call-arg]
sock.makefile("x")  # type: ignore[call-overload]
sock.sendfile("name")  # type: ignore[arg-type]
sock.family = socket.AF_INET6  # type: ignore[misc]
sock.stray = 1  # type: ignore[attr-defined]
sock.receive(64)  # type: ignore[attr-defined]

text: str = sock.recv(64)  # type: ignore[assignment]
number: int = sock.gettimeout()  # type: ignore[assignment]

socket.socket("AF_INET")  # type: ignore[arg-type]
family = socket.AF_INTE  # type: ignore[attr-defined]
socket.create_connection(80)  # type: ignore[arg-type]
socket.create_connection(("localhost", 80), deadline="5")  # type: ignore[arg-type]
socket.getaddrinfo("localhost", 80, 0, 0, 0, 0, 5)  # type: ignore[call-arg]
socket.create_server(("", 0), socket.AF_INET)  # type: ignore[call-arg]
socket.getaddrinfo("localhost")  # type: ignore[call-arg]
socket.getaddrinfo("localhost", 80.0)  # type: ignore[arg-type]
socket.htons("1")  # type: ignore[arg-type]
socket.inet_aton(b"127.0.0.1")  # type: ignore[arg-type]
socket.inet_ntoa("127.0.0.1")  # type: ignore[arg-type]
socket.socketpair(socket.AF_UNIX, "SOCK_STREAM")  # type: ignore[arg-type]
socket.SocketIO(sock, "a")  # type: ignore[arg-type]
