# SPDX-License-Identifier: GPL-3.0-or-later
"""A small MSRP client that shares no code with ours and hides nothing: it
blocks, it holds whole messages, and it sends whatever a test tells it to.
"""

import hashlib
import re
import secrets
import socket
import ssl
import time

import relay as system

READ_SIZE = 256 * 1024


class Message:
    """A request or a response as it came."""

    def __init__(self, head, body, flag):
        lines = head.decode("utf-8").split("\r\n")
        self.id, self.what = re.fullmatch(r"MSRP (\S+) (.*)", lines[0]).groups()
        self.headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
        self.body, self.flag = body, flag

    def get(self, name):
        return next((value for key, value in self.headers if key == name), None)

    @property
    def method(self):
        return self.what if self.what.isalpha() else None

    @property
    def status(self):
        return None if self.method else int(self.what[:3])

    def __repr__(self):
        return f"<{self.what} {self.headers} {self.body[:60]!r} {self.flag}>"


class Closed(Exception):
    """The other side closed, or reset, the connection."""


class Peer:
    """One connection to a relay, or from one when SOCK is given."""

    def __init__(self, relay, name, tls=True, sock=None):
        self.relay, self.name = relay, name
        # What we call ourselves. The relay must never connect there, and if it does, nobody answers.
        self.uri = f"msrp{'s' if tls else ''}://127.0.0.1:9/{name}{secrets.token_hex(8)};tcp"
        self.use_path = None
        self._in = bytearray()
        port = relay.port if tls else relay.plain_port
        host = getattr(relay, "host", "127.0.0.1")
        if sock is None:
            sock = socket.create_connection((host, port), timeout=system.PATIENCE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                context = ssl.create_default_context(cafile=relay.place.path / "ca.pem")
                sock = context.wrap_socket(sock, server_hostname="localhost")
        self.sock = sock
        self.relay_uri = f"msrp{'s' if tls else ''}://localhost:{port};tcp"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    # What goes out

    def write(self, data):
        try:
            self.sock.sendall(data)
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed from error

    @staticmethod
    def request(method, to, own, headers=(), body=None, flag="$", tid=None):
        """The bytes of a request; TO and OWN are paths, lists of URIs or strings."""
        tid = tid or secrets.token_hex(8)
        paths = [("To-Path", to), ("From-Path", own)]
        lines = [f"MSRP {tid} {method}"]
        lines += [f"{key}: {value if isinstance(value, str) else ' '.join(value)}"
                  for key, value in [*paths, *headers]]
        head = ("\r\n".join(lines) + "\r\n").encode()
        content = b"" if body is None else b"\r\n" + body + b"\r\n"
        return head + content + f"-------{tid}{flag}\r\n".encode()

    def send_request(self, to, body, headers=(), message_id=None, flag="$", tid=None):
        """The bytes of a SEND of a whole message, Content-Type last."""
        fields = [("Message-ID", message_id or secrets.token_hex(8)),
                  ("Byte-Range", f"1-{len(body)}/{len(body)}"), *headers,
                  ("Content-Type", "application/octet-stream")]
        return self.request("SEND", to, self.uri, fields, body, flag, tid)

    def send(self, *args, **more):
        self.write(self.send_request(*args, **more))

    # What comes in

    def _fill(self):
        try:
            data = self.sock.recv(READ_SIZE)
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed from error
        if not data:
            raise Closed
        self._in += data

    def fill(self, n):
        """Until N bytes are here, which are left for those who read messages."""
        while len(self._in) < n:
            self._fill()

    def _read_to(self, pattern):
        """Takes the bytes up to and with the first match of PATTERN."""
        searched = 0
        while not (match := re.compile(pattern).search(self._in, searched)):
            # An end-line may stand with one foot in the bytes to come.
            searched = max(0, len(self._in) - 64)
            self._fill()
        taken = bytes(self._in[:match.end()])
        del self._in[:match.end()]
        return taken, match

    def read(self):
        """The next message, whole."""
        while b"\r\n" not in self._in:
            self._fill()
        tid = self._in.split(b" ", 2)[1]
        raw, _ = self._read_to(rb"\r\n-------" + re.escape(tid) + rb"[$+#]\r\n")
        content = raw[:-len(b"\r\n-------$\r\n") - len(tid)]
        head, _, body = content.partition(b"\r\n\r\n")
        return Message(head, body, chr(raw[-3]))

    def answer(self, request, status="200 OK"):
        """RFC 4975 7.2: to the previous hop only."""
        to = request.get("From-Path").split()[0]
        own = request.get("To-Path").split()[0]
        self.write(self.request(status, to, own, tid=request.id))

    def receive(self):
        """A whole message, put together from its chunks, each answered: (last chunk, body)."""
        body = bytearray()
        while True:
            chunk = self.read()
            if chunk.method != "SEND":
                continue
            start = int((chunk.get("Byte-Range") or "1-").split("-")[0])
            body[start - 1:start - 1 + len(chunk.body)] = chunk.body
            self.answer(chunk)
            if chunk.flag != "+":
                return chunk, bytes(body)

    def expect_status(self, *allowed):
        message = self.read()
        assert message.status in allowed, message
        return message

    def expect_closed(self):
        """Reads until the connection ends; what came before is returned."""
        try:
            while True:
                self._fill()
        except Closed:
            return bytes(self._in)

    # RFC 4976 9.1

    @staticmethod
    def authorization(challenge, user, password, uri, algorithm="MD5"):
        fields = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
        digest = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

        def h(*parts):
            return digest(":".join(parts).encode()).hexdigest()

        nc, cnonce = "00000001", secrets.token_hex(8)
        response = h(h(user, fields["realm"], password), fields["nonce"], nc, cnonce, "auth",
                     h("AUTH", uri))
        return (f'Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", '
                f'uri="{uri}", response="{response}", algorithm={algorithm}, '
                f'cnonce="{cnonce}", opaque="{fields.get("opaque", "")}", qop=auth, nc={nc}')

    def try_auth(self, password=None, to=None, algorithm="MD5"):
        """The final response to an AUTH, after the challenge was answered; TO may be a path."""
        to = " ".join(to) if isinstance(to, list) else to
        to = to or f"msrps://{self.name}@{system.DOMAIN};tcp"
        self.write(self.request("AUTH", to, self.uri))
        first = self.read()
        if first.status != 401:
            return first
        challenge = next(value for key, value in first.headers if key == "WWW-Authenticate"
                         and ("SHA-256" in value) == (algorithm == "SHA-256"))
        value = self.authorization(challenge, self.name, password or
                                   system.PASSWORDS.get(self.name, "x"), to.split()[-1], algorithm)
        self.write(self.request("AUTH", to, self.uri, [("Authorization", value)]))
        return self.read()

    def auth(self, to=None):
        """Gets a session URI; use_path then leads from us, and backwards to us."""
        response = self.try_auth(to=to)
        assert response.status == 200, response
        self.use_path = response.get("Use-Path").split()
        return self

    @property
    def path(self):
        """What others put into their To-Path to reach us (RFC 4976 5.1)."""
        return [*reversed(self.use_path), self.uri]

    def to(self, other):
        """The To-Path from us to another peer, both behind the relay."""
        return [*self.use_path, *other.path]


def nobody_waits(listener):
    """Nobody has connected to LISTENER."""
    listener.setblocking(False)
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return True
    return False


def peer_from(relay, address, name):
    """A client at ADDRESS, one of those that are this machine's."""
    sock = socket.create_connection(("127.0.0.1", relay.port), system.PATIENCE, (address, 0))
    context = ssl.create_default_context(cafile=relay.place.path / "ca.pem")
    return Peer(relay, name, sock=context.wrap_socket(sock, server_hostname="localhost"))


def guess(relay, address, name):
    """What a wrong password gets on a connection of its own."""
    with peer_from(relay, address, name) as peer:
        return peer.try_auth(password="wrong").what


def worker_of(peer):
    """RFC 4976 4.2 leaves the session-id to us: its first letter names the worker."""
    return peer.use_path[0].split("/")[3][0]


def on_worker(running, name, letter, elsewhere=()):
    """A client of that worker: whose connection goes where is up to the system."""
    give_up = time.monotonic() + system.PATIENCE
    while time.monotonic() < give_up:
        peer = Peer(running, name).auth()
        if worker_of(peer) == letter:
            return peer
        peer.sock.close()
    raise AssertionError(f"nobody gets to worker {letter}")
