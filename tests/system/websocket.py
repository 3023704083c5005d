# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of MSRP in a WebSocket (RFC 6455, RFC 7977) that shares no code with ours: it frames
what a test tells it to, however wrong, and a client.Peer sits on top of it.
"""

import base64
import hashlib
import os
import re
import secrets
import socket
import ssl
import struct

import client
import relay as system

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
READ_SIZE = 256 * 1024

# A relay with all of them; the first two are what relay.Relay waits for.
LISTEN = [{"address": "127.0.0.1", "port": 0, "transport": transport}
          for transport in ("tls", "tcp", "ws", "wss", "tls+wss")]


def port(relay, transport):
    return int(relay.wait_log(rf"listening on \S*:(\d+) \({re.escape(transport)}\)").group(1))


def connect(relay, transport, alpn=("http/1.1",), at=None):
    """A connected socket, with TLS if the transport has it; AT: another port."""
    sock = socket.create_connection(("127.0.0.1", at or port(relay, transport)), system.PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if transport == "ws":
        return sock
    context = ssl.create_default_context(cafile=relay.place.path / "ca.pem")
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context.wrap_socket(sock, server_hostname="localhost")


def request(path="/", method="GET", version="HTTP/1.1", **changes):
    """The bytes of an upgrade; CHANGES replace its fields, None drops one. Returns the key, too."""
    key = base64.b64encode(os.urandom(16)).decode()
    fields = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade",
              "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Protocol": "msrp"}
    fields |= {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [f"{method} {path} {version}"]
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        lines += [f"{name}: {one}" for one in values if one is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode(), key


def read_head(sock):
    """(status, fields, what came behind it); without a byte of the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(READ_SIZE)
        if not piece:
            raise client.Closed(data)
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(status.split()[1]), fields, rest


def mask(key, data):
    if not data:
        return b""
    whole = (key * (len(data) // 4 + 1))[:len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(data), "big")


def frame(opcode, data, fin=True, masked=True, bits=0):
    first = opcode | bits | (0x80 if fin else 0)
    length = len(data)
    high = 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first, high | length)
    elif length < 65536:
        head = struct.pack("!BBH", first, high | 126, length)
    else:
        head = struct.pack("!BBQ", first, high | 127, length)
    if not masked:
        return head + data
    key = os.urandom(4)
    return head + key + mask(key, data)


class WebSocket:
    """What a Peer takes for a socket: each sendall() is a message, as large as it is."""

    def __init__(self, sock, path="/", **changes):
        self.sock = sock
        data, key = request(path, **changes)
        sock.sendall(data)
        status, self.fields, self._in = read_head(sock)
        assert status == 101, (status, self.fields)
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert self.fields["sec-websocket-accept"] == accept, self.fields
        assert self.fields["sec-websocket-protocol"] == "msrp", self.fields
        self.messages = []  # (opcode, length) of what came
        self.pongs = []
        self.answers_pings = True
        self.n_pings = 0
        self.closed_with = None  # the code of a Close that came; 0: it had none
        self.fragment = 0  # what is sent is cut into frames of so many octets
        self.opcode = BINARY

    def send_frame(self, *args, **more):
        self.sock.sendall(frame(*args, **more))

    def sendall(self, data):
        step = self.fragment or len(data) or 1
        for at in range(0, len(data), step):
            self.send_frame(self.opcode if at == 0 else CONTINUATION, data[at:at + step],
                            fin=at + step >= len(data))

    def _need(self, n):
        while len(self._in) < n:
            piece = self.sock.recv(READ_SIZE)
            if not piece:
                raise client.Closed
            self._in += piece

    def _take(self, n):
        self._need(n)
        taken, self._in = self._in[:n], self._in[n:]
        return taken

    def read_frame(self):
        """The next frame: (opcode, payload). A relay sends whole messages, and masks nothing."""
        first, length = self._take(2)
        assert first & 0xf0 == 0x80 and length < 128, (first, length)
        if length == 126:
            length, = struct.unpack("!H", self._take(2))
            assert length >= 126
        elif length == 127:
            length, = struct.unpack("!Q", self._take(8))
            assert length >= 65536
        return first & 0x0f, self._take(length)

    def recv(self, _size):
        """The next message, or b"" when there is none any more."""
        while self.closed_with is None:
            opcode, payload = self.read_frame()
            if opcode in (TEXT, BINARY):
                if opcode == TEXT:
                    payload.decode()
                self.messages.append((opcode, len(payload)))
                assert payload.startswith(b"MSRP ") and payload.endswith(b"\r\n"), payload
                return payload
            self.take_control(opcode, payload)
        return b""

    def take_control(self, opcode, payload):
        if opcode == PING:
            self.n_pings += 1
            if self.answers_pings:
                self.send_frame(PONG, payload)
        elif opcode == PONG:
            self.pongs.append(payload)
        else:
            assert opcode == CLOSE, opcode
            self.closed_with = struct.unpack("!H", payload[:2])[0] if payload else 0

    def expect_close(self, code):
        """Until a Close comes; what comes before it is dropped."""
        while self.recv(READ_SIZE):
            pass
        assert self.closed_with == code, self.closed_with

    def close(self):
        self.sock.close()


class Browser(client.Peer):
    """A Peer that comes by a WebSocket, and calls itself as RFC 7977 has it."""

    def __init__(self, relay, name, transport="ws", sock=None, **changes):
        self.websocket = WebSocket(sock or connect(relay, transport), **changes)
        super().__init__(relay, name, sock=self.websocket)
        self.uri = f"msrps://{secrets.token_hex(6)}.invalid:2855/{secrets.token_hex(8)};ws"

    def try_auth(self, password=None, to=None, algorithm="MD5"):
        return super().try_auth(password, to or f"msrps://{self.name}@{system.DOMAIN}:443;ws",
                                algorithm)
