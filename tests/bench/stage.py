# SPDX-License-Identifier: GPL-3.0-or-later
"""Where measurements take place: relays that let everybody in, and what loads them."""

import pathlib
import sys

from subjects import Load

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

    def new_load(self, subject, *args):
        load = Load(self.args.load, subject, *args)
        self.stack.callback(load.stop)
        return load

    def load_relay(self, relay, what, *args):
        port = relay.plain_port if what == "tcp" else relay.port
        if "web" in what:
            import websocket
            port = websocket.port(relay, "tls+wss")
        return self.new_load(relay.process.pid, what, port, *args)
