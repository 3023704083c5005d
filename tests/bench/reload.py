# SPDX-License-Identifier: GPL-3.0-or-later
"""A million users in a file: how long a relay takes to start with them, what each costs, and how long
others wait while they are read again; see README.md."""

import contextlib
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import threading
import time

from rows import medians, print_rows
from stage import MANY, Stage
from subjects import cpu_seconds, memory

USERS = 1_000_000
RATE = 500  # messages a second meanwhile
PROBE_EVERY_S = 0.002
CHANGES = {"auth.backend": "file", "auth.users": None, "auth.allow_without_tls": True,
           "limits.connections_per_address": MANY, "limits.sessions_per_user": MANY,
           "health.listen": "127.0.0.1:0"}


def line(domain, name, password):
    return f"{name}:{domain}:{hashlib.md5(f'{name}:{domain}:{password}'.encode()).hexdigest()}\n"


class Probe(threading.Thread):
    """Asks the main thread for its health, again and again, and notes the longest that took."""

    def __init__(self, host, port):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(host, port, timeout=60)
        self.longest, self.ended = 0, False

    def run(self):
        while not self.ended:
            started = time.monotonic()
            self.connection.request("GET", "/healthz")
            self.connection.getresponse().read()
            self.longest = max(self.longest, time.monotonic() - started)
            time.sleep(PROBE_EVERY_S)
        self.connection.close()

    def stop(self):
        self.ended = True
        self.join()
        return self.longest * 1000


class Reload:
    def __init__(self, args, stack):
        self.stage = stage = Stage(args, stack)
        self.system = stage.system
        self.file = stage.place.fresh("users")
        self.write(USERS)
        changes = CHANGES | {"auth.file.path": str(self.file), "auth.realms": [self.system.DOMAIN]}
        self.config = stage.place.write_config(changes)
        self.relay = stack.enter_context(self.system.Relay(stage.place, changes))
        self.health = self.relay.wait_log(r"listening on (\S*):(\d+) \(health\)").groups()
        self.load = stage.load_relay(self.relay, "tls", 1, 100)

    def write(self, n):
        """The user of load.c, and N others."""
        new = self.stage.place.fresh("new-users")
        with new.open("w") as out:
            new.chmod(0o600)
            out.write(line(self.system.DOMAIN, "bench", "bench"))
            out.writelines(line(self.system.DOMAIN, f"user{i}", "secret") for i in range(n - 1))
        new.replace(self.file)

    def start(self):
        """CPU and time on the wall from the start of a relay until it is ready, in ms; memory of each user."""
        path = self.stage.place.fresh("ready")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            notify.settimeout(self.system.PATIENCE)
            started = time.monotonic()
            process = subprocess.Popen([self.system.MSRPD, "-c", self.config], stderr=subprocess.DEVNULL,
                                       env=self.system.environment(NOTIFY_SOCKET=str(path)))
            while "READY=1" not in notify.recv(4096).decode():
                pass
            figures = {"start": (time.monotonic() - started) * 1000,
                       "start cpu": cpu_seconds(process.pid) * 1000, "memory": memory(process.pid) / USERS}
            process.terminate()
            process.wait()
        return figures

    def waits(self, name, do):
        """The longest waits of messages and of the health while DO() happens, in ms."""
        probe = Probe(*self.health)
        probe.start()
        work = threading.Thread(target=do)
        work.start()
        seconds = 2
        longest = self.load.run(RATE * seconds, 0, RATE).numbers[-1] / 1000
        work.join()
        return {f"{name} message": longest, f"{name} health": probe.stop()}

    def reload(self):
        n = self.relay.n_notified("READY=1")
        started = time.monotonic()
        self.relay.process.send_signal(signal.SIGHUP)
        self.relay.wait_notified("READY=1", n + 1)
        self.took = (time.monotonic() - started) * 1000

    def change(self):
        seen = len(self.relay.log)
        os.utime(self.file)
        self.relay.wait_log("users reloaded: ", seen)

    def round(self):
        figures = {**self.start(), **self.waits("quiet", lambda: None), **self.waits("reload", self.reload),
                   **self.waits("change", self.change)}
        return figures | {"took": self.took}


TABLE = (
    ("a million users in a file",),
    ("  start, on the wall", lambda m: m["start"], "ms", ("<", 1000)),
    ("  start, CPU", lambda m: m["start cpu"], "ms"),
    ("  memory of each, with its line", lambda m: m["memory"], "B"),
    ("  a reload, on the wall", lambda m: m["took"], "ms"),
    ("longest wait of a message",),
    ("  without a reload", lambda m: m["quiet message"], "ms"),
    ("  in a reload", lambda m: m["reload message"], "ms", ("<", 20)),
    ("  while a changed file is read", lambda m: m["change message"], "ms", ("<", 20)),
    ("longest wait of the main thread's clients",),
    ("  without a reload", lambda m: m["quiet health"], "ms"),
    ("  in a reload", lambda m: m["reload health"], "ms", ("<", 20)),
    ("  while a changed file is read", lambda m: m["change health"], "ms", ("<", 20)),
)


def run(args):
    with contextlib.ExitStack() as stack:
        users = Reload(args, stack)
        rounds = [users.round() for _ in range(args.runs)]
    print_rows(TABLE, medians(rounds))
