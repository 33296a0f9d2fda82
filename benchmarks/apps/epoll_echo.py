"""An echo server on one epoll object.  Prints its port; ends with its input."""

import resource
import select
import socket
import sys


def serve(listener: socket.socket, connections: dict[int, socket.socket]) -> None:
    accepting, ending = listener.fileno(), sys.stdin.fileno()
    with select.epoll() as poll:
        poll.register(accepting, select.EPOLLIN)
        poll.register(ending, select.EPOLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd in connections:
                    data = connections[fd].recv(65536)
                    if data:
                        connections[fd].send(data)
                    else:
                        connections.pop(fd).close()
                elif fd == accepting:
                    connection, _ = listener.accept()
                    connection.setblocking(False)
                    connections[connection.fileno()] = connection
                    poll.register(connection, select.EPOLLIN)
                else:
                    return


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    connections: dict[int, socket.socket] = {}
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        print(listener.getsockname()[1], flush=True)
        serve(listener, connections)
    for connection in connections.values():
        connection.close()


if __name__ == "__main__":
    main()
