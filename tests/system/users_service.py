# SPDX-License-Identifier: GPL-3.0-or-later
"""A web service that knows users, or behaves as none should."""

import contextlib
import http.server
import json
import threading
import time

import relay as system
from accounts import ha1

JSON = {"Content-Type": "application/json"}


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Those that hang up on it mean to."""


class Service:
    """HTTP on a port of its own; with TLS when it is given a context.

    What came in is in .asked, as dictionaries, and .heads. What is answered is up to .behave,
    a function of the handler and the question; without, .users has a dictionary for each
    (user, realm). .most is how many requests there were at a time.
    """

    def __init__(self, tls=None):
        self.users = {}
        self.behave = None
        self.asked = []
        self.heads = []
        self.now = self.most = 0
        self._changed = threading.Condition()
        self.over = threading.Event()  # for those that hang
        self._server = Quiet(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True,
                                                  do_handshake_on_connect=False)
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}/users?of=msrp"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,),
                                        daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def add(self, user, realm=system.DOMAIN, also=(), **fields):
        self.users[user, realm] = fields | dict(also)

    def begin(self, head, question):
        with self._changed:
            self.heads.append(head)
            self.asked.append(question)
            self.now += 1
            self.most = max(self.most, self.now)
            self._changed.notify_all()

    def end(self):
        with self._changed:
            self.now -= 1

    def wait_for(self, n):
        """Until so many requests are under way."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.now >= n, system.PATIENCE), self.now

    def questions(self, user):
        """How many there were for USER."""
        return len([question for question in self.asked if question.get("user") == user])

    def _handler(self):
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                question = json.loads(body)
                service.begin({"path": self.path, **self.headers}, question)
                try:
                    with contextlib.suppress(OSError):
                        (service.behave or by_list)(self, question)
                finally:
                    service.end()

            def log_message(self, *_):
                pass

            service = self

        return Handler


def by_list(handler, question):
    fields = handler.service.users.get((question["user"], question["realm"]))
    answer(handler, 404 if fields is None else 200, json.dumps(fields or {}))


def answer(handler, status, body, **headers):
    data = body if isinstance(body, bytes) else body.encode()
    handler.send_response(status)
    for name, value in (JSON | headers | {"Content-Length": str(len(data))}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def answers(status, body, **headers):
    return lambda handler, question: answer(handler, status, body, **headers)


def writes(*pieces):
    """Octets, and then the end of the connection."""
    def behave(handler, question):
        handler.close_connection = True
        for piece in pieces:
            handler.wfile.write(piece)
    return behave


def hangs(handler, question):
    handler.close_connection = True
    handler.service.over.wait(system.PATIENCE)


def waits(service):
    """All are answered when the service is over with it."""
    def behave(handler, question):
        service.over.wait(system.PATIENCE)
        by_list(handler, question)
    return behave


def trickles(handler, question):
    """Each octet in time, and never the last one."""
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{")
    end = time.monotonic() + system.PATIENCE
    while time.monotonic() < end and not handler.service.over.wait(0.1):
        handler.wfile.write(b" ")


def never_ends(head, piece):
    def behave(handler, question):
        handler.close_connection = True
        handler.wfile.write(head)
        while not handler.service.over.is_set():
            handler.wfile.write(piece)
    return behave


def credentials(user, password, realm=system.DOMAIN):
    return json.dumps({"ha1": ha1(user, password, realm)})
