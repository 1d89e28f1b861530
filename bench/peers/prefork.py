"""Prefork at its barest: fork, accept, answer every request with one file, close. Nothing is parsed and nothing logged.

    python3 prefork.py WORKERS FILE
"""

import os
import signal
import socket
import sys

workers, path = int(sys.argv[1]), sys.argv[2]
with open(path, "rb") as file:
    content = file.read()
head = f"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(content)}\r\n\r\n"
answer = head.encode() + content

listener = socket.create_server(("127.0.0.1", 0), backlog=511)
children = []
for _ in range(workers):
    pid = os.fork()
    if pid == 0:
        while True:
            connection, _ = listener.accept()
            try:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    request += piece
                else:
                    connection.sendall(answer)
            except OSError:
                pass
            connection.close()
    children.append(pid)


def stop(*_):
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
while True:
    signal.pause()
