# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that have taken the place of a database, to be told the password."""

import socket
import struct
import threading

import relay as system

# MariaDB's capabilities
MYSQL, PROTOCOL_41, TLS, SECURE, PLUGIN_AUTH = 1, 1 << 9, 1 << 11, 1 << 15, 1 << 19
SCRAMBLE = b"0123456789abcdefghij"

# PostgreSQL's requests
SSL_REQUEST, OK, CLEAR_TEXT, SASL, SASL_CONTINUE = 80877103, 0, 3, 10, 11


class Liar:
    """Listens where the database should be. What each connection said, in .heard, at its end."""

    def __init__(self, place, tls=False):
        self.heard = []
        self._tls = place.server_tls() if tls else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.settimeout(system.PATIENCE)
            self._said = b""
            self._sock = sock
            try:
                self.lie()
            except (EOFError, OSError):
                pass
            self.heard.append(self._said)
            self._sock.close()

    def lie(self):
        raise NotImplementedError

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self._sock.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
            self._said += more
        return data

    def read_all(self):
        while True:
            self.read(1)

    def write(self, data):
        self._sock.sendall(data)

    def begin_tls(self):
        self._sock = self._tls.wrap_socket(self._sock, server_side=True)


class LyingMariadb(Liar):
    """Wants WAYS of authentication, one after the other; the first one is in its greeting."""

    backend = "mariadb"

    def __init__(self, place, *ways, tls=False, without=0):
        self.ways = ways
        self.capabilities = (MYSQL | PROTOCOL_41 | SECURE | PLUGIN_AUTH | (TLS if tls else 0)) & ~without
        super().__init__(place, tls)

    def packet(self, number, data):
        self.write(struct.pack("<I", len(data))[:3] + bytes([number]) + data)

    def read_packet(self):
        head = self.read(4)
        return head[3], self.read(int.from_bytes(head[:3], "little"))

    def lie(self):
        c = self.capabilities
        self.packet(0, b"\x0a10.11.0-MariaDB\0" + struct.pack("<I", 1) + SCRAMBLE[:8] + b"\0" +
                    struct.pack("<HBHHB", c & 0xffff, 45, 2, c >> 16, len(SCRAMBLE) + 1) + bytes(10) +
                    SCRAMBLE[8:] + b"\0" + (self.ways[0].encode() + b"\0" if c & PLUGIN_AUTH else b""))
        number, reply = self.read_packet()
        if self._tls and len(reply) == 32:
            self.begin_tls()
            number, reply = self.read_packet()
        for way in self.ways:
            self.packet(number + 1, b"\xfe" + way.encode() + b"\0" + SCRAMBLE + b"\0")
            number, reply = self.read_packet()
            if way == "caching_sha2_password" and reply:
                self.packet(number + 1, b"\x01\x04")  # the password itself, please
                number, reply = self.read_packet()
        self.packet(number + 1, b"\xff\x15\x04#28000no")
        self.read_all()


class LyingPostgresql(Liar):
    """REQUESTS: what it sends when it was told who wants in, in pieces as given."""

    backend = "postgresql"

    def __init__(self, place, *requests, tls=False):
        self.requests = requests
        super().__init__(place, tls)

    @staticmethod
    def request(code, data=b""):
        return b"R" + struct.pack(">II", 8 + len(data), code) + data

    def lie(self):
        size, code = struct.unpack(">II", self.read(8))
        while code == SSL_REQUEST:
            self.write(b"S" if self._tls else b"N")
            if self._tls:
                self.begin_tls()
            size, code = struct.unpack(">II", self.read(8))
        self.read(size - 8)
        for request in self.requests:
            self.write(request)
        self.read_all()
