"""Much data, and moving it: for the tests of copies."""

import threading

import berkeley


def numbered(length):
    return b"".join(i.to_bytes(4, "big") for i in range(length // 4 + 1))[:length]


def receive(sock, size):
    parts = []
    while size > 0 and (part := sock.recv(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def sending(sock, data):
    """Send it all, and the end, in a thread."""

    def work():
        sock.sendall(data)
        sock.shutdown(berkeley.SHUT_WR)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def content(file):
    file.flush()
    with open(file.name, "rb") as stream:
        return stream.read()
