# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of run, with the relays, proxies and loads that it takes, started when first needed.

A run says figures by name.
"""

import hashlib
import os
import socket
import subprocess
import time
from functools import cached_property

from stage import Stage
from subjects import Measured, Pipe, memory

BLOCK = 65536  # bytes of a message in TCP or TLS bulk
UNDER_WAY = 8 * BLOCK  # bytes of them at a time
SHORT = 100  # bytes of a short one
PAIRS = 50
FEW = 5  # pairs that "many" is compared with
COMPARED = 1000  # pairs of idle clients of one kind
USERS = 100_000
SETTLE_S = 1  # after the last of the crowd has logged in
LATENCY_S = 3  # for each load of the relay
MOST = 0.8  # of what the chain can do, for latencies


class Runs(Stage):
    def __init__(self, args, stack):
        super().__init__(args, stack)
        self.large = {}  # configurations by where their many users are
        self.rates = {}  # messages a second by how busy they keep the relay

    # --- subjects and loads ---

    @cached_property
    def file(self):
        file = self.place.path / "random.bin"
        with file.open("wb") as out:
            for _ in range(self.args.size // 1_000_000):
                out.write(os.urandom(1_000_000))
        return file

    @cached_property
    def relay(self):
        return self.new_relay()

    @cached_property
    def pipe(self):
        pipe = Pipe(self.args.haproxy, self.args.pipe, self.place)
        self.stack.callback(pipe.stop)
        return pipe

    @cached_property
    def web_relay(self):
        """With a port that takes both; no pings, which nobody answers here."""
        import websocket
        return self.new_relay(listen=websocket.LISTEN, websocket={"ping": 0})

    @cached_property
    def tls(self):
        return self.load_relay(self.relay, "tls", 1, BLOCK)

    @cached_property
    def tls_proxied(self):
        return self.load_haproxy(1, BLOCK)

    @cached_property
    def tcp(self):
        return self.load_relay(self.relay, "tcp", 1, BLOCK)

    @cached_property
    def web_tls(self):
        return self.load_relay(self.web_relay, "web-tls", 1, BLOCK)

    @cached_property
    def tls_web(self):
        return self.load_relay(self.web_relay, "tls-web", 1, BLOCK)

    @cached_property
    def short(self):
        return self.load_relay(self.relay, "tls", PAIRS, SHORT)

    @cached_property
    def short_proxied(self):
        return self.load_haproxy(PAIRS, SHORT)

    def load_calls(self, pairs, size):
        """The same clients as parties of calls, at an anchor of their own."""
        anchor = self.stack.enter_context(self.new_anchor())
        shown = self.place.fresh("shown")
        with anchor.proxy() as proxy, shown.open("w") as out:
            for i in range(pairs):
                out.writelines(uri + "\n" for uri in self.shown(proxy, i))
        return self.load_relay(anchor, "call", pairs, size, shown)

    @cached_property
    def call_short(self):
        return self.load_calls(PAIRS, SHORT)

    @cached_property
    def call_tls(self):
        return self.load_calls(1, BLOCK)

    @cached_property
    def accepts(self):
        return self.new_load(self.pipe.process.pid, "accept", self.pipe.haproxy.accept_port)

    @cached_property
    def resumed_accepts(self):
        return self.new_load(self.pipe.process.pid, "reaccept", self.pipe.haproxy.accept_port)

    @cached_property
    def auths(self):
        return self.load_relay(self.relay, "auth")

    @cached_property
    def resumes(self):
        return self.load_relay(self.relay, "resume")

    @cached_property
    def few(self):
        return self.load_relay(self.new_relay(), "tls", FEW, SHORT)

    @cached_property
    def few_proxied(self):
        return self.load_haproxy(FEW, SHORT)

    @cached_property
    def crowd(self):
        """Many clients, and the memory of each while nobody sends anything."""
        pairs = self.args.clients // 2
        relay = self.new_relay()
        before = memory(relay.process.pid)
        load = self.load_relay(relay, "tls", pairs, SHORT)
        time.sleep(SETTLE_S)
        return load, (memory(relay.process.pid) - before) / (2 * pairs)

    @cached_property
    def many_proxied(self):
        return self.load_haproxy(self.args.clients // 2, SHORT)

    @cached_property
    def two(self):
        return self.new_relay(workers=2)

    @cached_property
    def two_short(self):
        return self.load_relay(self.two, "tls", PAIRS, SHORT)

    @cached_property
    def two_tls(self):
        return self.load_relay(self.two, "tls", PAIRS, BLOCK)

    @cached_property
    def one_tls(self):
        return self.load_relay(self.relay, "tls", PAIRS, BLOCK)

    # --- runs ---

    @cached_property
    def idle(self):
        """Memory of an idle client on TLS, and what a browser's is above that."""
        return {"idle": self.crowd[1],
                "idle web": self.idle_more("web") - self.idle_more("tls")}

    def idle_more(self, what):
        """Memory of an idle client, of few, which says how much those of one kind are above others."""
        relay = self.new_relay(listen=self.web_relay.changes["listen"], websocket={"ping": 0})
        before = memory(relay.process.pid)
        self.load_relay(relay, what, COMPARED, SHORT)
        time.sleep(SETTLE_S)
        return (memory(relay.process.pid) - before) / (2 * COMPARED)

    @staticmethod
    def bulk(name, measured, size):
        return {name: measured.cpu / size * 1e9, name + " rate": size / measured.wall / 1e6}

    def files(self, name, chunk_size):
        """Bulk as users have it: `msrp send` and `msrp receive`."""
        place, command, file = self.place, self.system.Command, self.file
        path_file, output = place.fresh("path"), place.fresh("output")
        receive = command(self.relay, "bob", "receive", "--path-file", path_file,
                          "--output", output)
        while not path_file.exists() and receive.process.poll() is None:
            time.sleep(0.01)
        with Measured(self.relay.process.pid) as measured:
            command(self.relay, "alice", "send", file, "--path-file", path_file,
                    "--chunk-size", chunk_size).succeed()
            receive.succeed()
        output.unlink()
        return self.bulk(name, measured, self.args.size)

    def copies(self, name):
        """The same number of bytes through haproxy."""
        pipe = self.pipe
        with Measured(pipe.process.pid) as measured:
            pipe.transfer(self.args.size)
        return self.bulk(name, measured, self.args.size)

    def blocks(self, name, load):
        count = self.args.size // BLOCK
        return self.bulk(name, load.run(count, 8), count * BLOCK)

    def chunks(self, name, size, writes, quiet=0):
        """A quarter of that in messages of SIZE bytes, by relay and by haproxy, one after the other."""
        count = self.args.size // 4 // size
        pattern = count, max(2, UNDER_WAY // size), 0, 0, size, writes, quiet
        figures = self.bulk(name, self.tls.run(*pattern), count * size)
        proxied = self.bulk(name, self.tls_proxied.run(*pattern), count * size)
        return figures | {name + " beside": figures[name] / proxied[name]}

    @staticmethod
    def each(name, load, count, *how):
        """CPU microseconds for a message or a connection."""
        return {name: load.run(count, *how).cpu / count * 1e6}

    def each_beside(self, name, load, proxied, count, *how):
        """The same, and beside what haproxy takes for it."""
        figures = self.each(name, load, count, *how)
        beside = self.each(name, proxied, count, *how)
        return figures | {name + " proxied": beside[name],
                          name + " beside": figures[name] / beside[name]}

    @staticmethod
    def workers(name, one, two, count, *how):
        """How much more two workers do in the time that the busier one has."""
        alone, both = one.run(count, *how), two.run(count, *how)
        return {name: alone.busiest / both.busiest, name + " cost": both.cpu / alone.cpu}

    def find_rate(self, busy):
        """The messages a second that keep the relay so BUSY: what each takes depends on how many.

        No more than load can do besides: what it cannot would only wait.
        """
        count, rate = 40_000, 2000
        most = MOST * count / self.short.run(count, 16 * PAIRS).wall
        for _ in range(4):
            measured = self.short.run(rate // 2, 0, rate)
            share = measured.cpu / measured.wall
            rate = int(max(500, min(rate * busy / share, 4 * rate, most)))
        return rate

    def latency(self, name, busy):
        """While messages are sent by the clock."""
        rate = self.rates.setdefault(name, self.find_rate(busy))
        measured = self.short.run(rate * LATENCY_S, 0, rate)
        _, *figures, _ = measured.numbers
        figures = dict(zip(("median", "p99", "p999"), figures))
        return {**{f"{name} {what}": value / 1000 for what, value in figures.items()},
                name + " rate": rate * LATENCY_S / measured.wall,
                name + " share": measured.cpu / measured.wall}

    def with_users(self, place):
        """The configuration of a relay with many users, written once for each PLACE they are in."""
        if place not in self.large:
            names = [(f"user{i}", self.system.DOMAIN, f"secret{i}") for i in range(USERS)]
            changes = {"log.level": "error"}
            if place == "file":
                path = self.place.fresh("users")
                path.write_text("".join(
                    f"{':'.join(user[:2])}:{hashlib.md5(':'.join(user).encode()).hexdigest()}\n"
                    for user in names))
                changes |= {"auth.backend": "file", "auth.file.path": str(path), "auth.users": None}
            else:
                changes["auth.users"] = [{"name": name, "realm": realm, "password": password}
                                         for name, realm, password in names]
            self.large[place] = self.place.write_config(changes)
        return self.large[place]

    def start(self, name, place):
        """Milliseconds from the start of a relay with many users until it is ready."""
        config = self.with_users(place)
        path = self.place.fresh("ready")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            notify.settimeout(self.system.PATIENCE)
            started = time.monotonic()
            process = subprocess.Popen([self.system.MSRPD, "-c", config],
                                       env=self.system.environment(NOTIFY_SOCKET=str(path)))
            while "READY=1" not in notify.recv(4096).decode():
                pass
            took = time.monotonic() - started
            process.terminate()
            process.wait()
        return {name: took * 1000}
