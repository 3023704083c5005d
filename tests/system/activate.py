# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command with sockets that are open already, as systemd does for its socket units.

    activate.py NAME=KIND[,NAME=KIND...] COMMAND...

KIND is an address to listen at, with a port that the system chooses; "fd" and a number
for a socket that was inherited; "udp" or "unix" for one that is of no use to msrpd, or
"idle" for one of TCP that does not listen.
"""

import os
import socket
import sys

FIRST = 3  # SD_LISTEN_FDS_START


def make(kind):
    if kind.startswith("fd"):
        sock = socket.socket(fileno=int(kind[2:]))
    elif kind == "unix":
        sock = socket.socket(socket.AF_UNIX)
        sock.bind("")  # a name of the system's choice
        sock.listen()
    elif kind == "udp":
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
    elif kind == "idle":
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
    else:
        sock = socket.create_server((kind, 0), backlog=128,
                                    family=socket.AF_INET6 if ":" in kind else socket.AF_INET)
    return sock


def main(sockets, *command):
    names, kinds = zip(*(word.split("=") for word in sockets.split(",")))
    made = [make(kind) for kind in kinds]
    # Out of the way first: what is made may be where another has to go.
    away = [os.dup2(sock.fileno(), 100 + i) for i, sock in enumerate(made)]
    for i, fd in enumerate(away):
        os.dup2(fd, FIRST + i)
        os.close(fd)
    os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(names)),
                   "LISTEN_FDNAMES": ":".join(names)}
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
