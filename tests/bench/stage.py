# SPDX-License-Identifier: GPL-3.0-or-later
"""Where measurements take place: relays that let everybody in, and what loads them."""

import pathlib
import socket
import sys

from subjects import Haproxy, Load

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))

MANY = 1_000_000
CHANGES = {
    "limits": {"connections": MANY, "connections_per_address": MANY, "sessions_per_user": MANY,
               "unauthenticated": MANY},
    "auth.allow_without_tls": True,
}


class Stage:
    def __init__(self, args, stack):
        # It takes from the environment which msrpd there is, so not before that says so.
        import relay as system
        self.system, self.args, self.stack = system, args, stack
        self.place = system.Place()

    def new_relay(self, **changes):
        users = [{"name": name, "realm": self.system.DOMAIN, "password": password}
                 for name, password in (self.system.PASSWORDS | {"bench": "bench"}).items()]
        changes = CHANGES | {"auth.users": users} | changes
        return self.stack.enter_context(self.system.Relay(self.place, changes))

    def new_anchor(self):
        import anchor
        return anchor.Anchor(self.place, CHANGES | {"anchor.calls": MANY})

    @staticmethod
    def shown(proxy, number):
        """The URIs that the parties of the call of that NUMBER get, both of whom connect."""
        import anchor
        section = ("m=message 9 TCP/TLS/MSRP *\r\na=accept-types:*\r\na=setup:active\r\n"
                   "a=path:msrps://127.0.0.1:9/client{};tcp\r\n")
        call = {"call_id": f"bench{number}", "from_tag": "a"}
        there = proxy.ask("offer", sdp=anchor.description(section.format(2 * number)), **call)
        back = proxy.ask("answer", sdp=anchor.description(section.format(2 * number + 1)),
                         to_tag="b", **call)
        return [anchor.attribute(sdp["sdp"], "path") for sdp in (back, there)]

    def new_load(self, subject, *args):
        load = Load(self.args.load, subject, *args)
        self.stack.callback(load.stop)
        return load

    def load_haproxy(self, pairs, size):
        """The same messages between as many clients, with a haproxy of its own between them."""
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as sink:
            haproxy = Haproxy(self.args.haproxy, self.place, sink.getsockname()[1])
            self.stack.callback(haproxy.stop)
            load = Load(self.args.load, haproxy.process.pid, "through", haproxy.port, pairs, size,
                        sink.fileno(), self.place.path / "cert.pem", self.place.path / "key.pem",
                        pass_fds=[sink.fileno()])
        self.stack.callback(load.stop)
        return load

    def load_relay(self, relay, what, *args):
        port = relay.plain_port if what == "tcp" else relay.port
        if "web" in what:
            import websocket
            port = websocket.port(relay, "tls+wss")
        return self.new_load(relay.process.pid, what, port, *args)
