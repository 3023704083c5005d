# SPDX-License-Identifier: GPL-3.0-or-later
"""A small SIP user agent over UDP (RFC 3261), as a test needs it: it sends what it is told to,
waits for what it is told to, and repeats nothing, because nothing is lost on one machine.
"""

import re
import secrets
import socket
import time

import relay as system


class Message:
    """A request or a response as it came."""

    def __init__(self, data):
        head, _, self.body = data.decode("latin1").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.headers = [(name.strip().lower(), value.strip())
                        for name, _, value in (line.partition(":") for line in lines)]
        words = first.split(" ", 2)
        self.status = int(words[1]) if words[0] == "SIP/2.0" else None
        self.method = None if self.status else words[0]

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    def get(self, name):
        return next(iter(self.all(name)), None)

    def uri(self, name):
        return re.search("<(.*?)>", self.get(name)).group(1)

    def route(self):
        return [uri for value in self.all("record-route") for uri in value.split(",")]

    def __repr__(self):
        return f"<{self.method or self.status} {self.get('cseq')} {self.get('to')}>"


class Agent:
    """Somebody's phone at HOST, whose requests all go to PROXY, an address and a port."""

    def __init__(self, name, host, proxy):
        self.name, self.proxy = name, proxy
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.place = "%s:%d" % self.sock.getsockname()
        self.contact = f"<sip:{name}@{self.place}>"
        self._early = []  # what has come while something else was awaited

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def write(self, first, headers, body=""):
        lines = [first, *(f"{name}: {value}" for name, value in headers)]
        if body:
            lines.append("Content-Type: application/sdp")
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        self.sock.sendto(text.encode("latin1"), self.proxy)

    def _next(self, patience):
        self.sock.settimeout(patience)
        return Message(self.sock.recv(65536))

    def expect(self, wanted):
        """The next message that is WANTED: a method, or a status; others wait for their turn."""
        def fits(message):
            return wanted in (message.method, message.status)

        for message in self._early:
            if fits(message):
                self._early.remove(message)
                return message
        end = time.monotonic() + system.PATIENCE
        while (left := end - time.monotonic()) > 0:
            try:
                message = self._next(left)
            except TimeoutError:
                break
            if fits(message):
                return message
            self._early.append(message)
        raise AssertionError(f"{self.name}: no {wanted}, but {self._early}")

    def respond(self, request, status, body="", tag=None):
        """TAG makes a dialog of a first request."""
        to = request.get("to") + (f";tag={tag}" if tag and "tag=" not in request.get("to") else "")
        kept = [(name, value) for name, value in request.headers
                if name in ("via", "record-route", "from", "call-id", "cseq")]
        self.write(f"SIP/2.0 {status} X", [*kept, ("to", to), ("Contact", self.contact)], body)


class Dialog:
    """One side of a call: who we are, who the other one is, and how requests get there."""

    def __init__(self, agent, target, local, remote, call_id, route=()):
        self.agent, self.target, self.route = agent, target, list(route)
        self.local, self.remote, self.call_id = local, remote, call_id
        self.cseq = 0
        self.branch = None

    @classmethod
    def to(cls, agent, user):
        """Of who calls USER; complete when take() has seen the response."""
        uri = "sip:%s@%s:%d" % (user, *agent.proxy)
        local = f"<sip:{agent.name}@example.com>;tag={secrets.token_hex(4)}"
        return cls(agent, uri, local, f"<{uri}>", secrets.token_hex(8))

    @classmethod
    def of(cls, agent, invite, tag):
        """Of who is called by INVITE and has answered with TAG."""
        return cls(agent, invite.uri("contact"), f"{invite.get('to')};tag={tag}",
                   invite.get("from"), invite.get("call-id"), invite.route())

    def take(self, response):
        """The response that has made the dialog."""
        self.remote, self.target = response.get("to"), response.uri("contact")
        self.route = response.route()[::-1]

    def request(self, method, body="", branch=None):
        """ACK and CANCEL bear the number of the INVITE; BRANCH is that of what they are about."""
        self.cseq += method not in ("ACK", "CANCEL")
        self.branch = branch or f"z9hG4bK{secrets.token_hex(8)}"
        headers = [("Via", f"SIP/2.0/UDP {self.agent.place};branch={self.branch}"),
                   ("Max-Forwards", "70"), *(("Route", uri) for uri in self.route),
                   ("From", self.local), ("To", self.remote), ("Call-ID", self.call_id),
                   ("CSeq", f"{self.cseq} {method}"), ("Contact", self.agent.contact)]
        self.agent.write(f"{method} {self.target} SIP/2.0", headers, body)

    def cancel(self):
        self.request("CANCEL", branch=self.branch)

    def refused(self, response):
        """ACK of a response that is no success, which the proxy takes."""
        self.remote = response.get("to")
        self.request("ACK", branch=self.branch)
