#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the relay costs, beside haproxy and beside what it should cost at most; see README.md.

usage: bench.py BUILD_DIRECTORY HAPROXY [--size MB] [--runs N] [--clients N] [--churn SECONDS]
                [--users | --sessions | --peers | --storm]
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import socket
import subprocess
import time

import churn
import million
import peers
import reload
import rows
import storm
from stage import Stage
from subjects import Measured, Proxy, memory

BLOCK = 65536  # bytes of a message in TCP or TLS bulk
SHORT = 100  # bytes of a short one
PAIRS = 50
FEW = 5  # pairs that "many" is compared with
COMPARED = 1000  # pairs of idle clients of one kind
USERS = 100_000
SETTLE_S = 1  # after the last of the crowd has logged in
ENOUGH_S = 180  # no round begins later: all of it shall take five minutes at most

ALONE = {  # parts that stand by themselves
    "users": ("a start and a reload with a million users", reload.run),
    "sessions": ("a million sessions in memory, without sockets", million.run),
    "peers": ("Kamailio's MSRP relay and msrpd, side by side", peers.run),
    "storm": ("a restart to which all clients come back", storm.run),
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("haproxy")
    parser.add_argument("--size", type=int, default=400, help="MB of a bulk run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--clients", type=int, default=10_000, help="those that are many")
    parser.add_argument("--churn", type=int, metavar="SECONDS",
                        help="nothing but memory while clients come and go for so long")
    alone = parser.add_mutually_exclusive_group()
    for name, (what, _) in ALONE.items():
        alone.add_argument(f"--{name}", action="store_true", help=f"nothing but {what}")
    args = parser.parse_args()
    args.size *= 1_000_000
    build = args.build.resolve()
    args.pipe, args.load = build / "tests/bench/pipe", build / "tests/bench/load"
    os.environ |= {"MSRPD": str(build / "src/daemon/msrpd"), "MSRP": str(build / "src/cli/msrp")}
    return args


class Bench(Stage):
    """What runs, and a method for each kind of run; each gives figures by name."""

    def __init__(self, args, stack):
        super().__init__(args, stack)
        self.large = {}  # configurations by where their many users are
        self.file = self.make_file()
        self.relay = self.new_relay()
        self.crowded = self.new_relay()
        self.proxy = Proxy(args.haproxy, args.pipe, self.place)
        stack.callback(self.proxy.stop)
        self.make_crowd()
        relay = self.relay
        self.accepts = self.new_load(self.proxy.process.pid, "accept", self.proxy.accept_port)
        self.auths = self.load_relay(relay, "auth")
        self.resumes = self.load_relay(relay, "resume")
        self.tls = self.load_relay(relay, "tls", 1, BLOCK)
        self.tcp = self.load_relay(relay, "tcp", 1, BLOCK)
        web = self.new_web_relay()
        self.web_tls = self.load_relay(web, "web-tls", 1, BLOCK)
        self.tls_web = self.load_relay(web, "tls-web", 1, BLOCK)
        self.short = self.load_relay(relay, "tls", PAIRS, SHORT)
        self.few = self.load_relay(self.new_relay(), "tls", FEW, SHORT)
        two = self.new_relay(workers=2)
        self.two_short = self.load_relay(two, "tls", PAIRS, SHORT)
        self.two_tls = self.load_relay(two, "tls", PAIRS, BLOCK)
        self.one_tls = self.load_relay(relay, "tls", PAIRS, BLOCK)
        self.call_short = self.load_calls(PAIRS, SHORT)
        self.call_tls = self.load_calls(1, BLOCK)

    def load_calls(self, pairs, size):
        """The same clients as parties of calls, at an anchor of their own."""
        anchor = self.stack.enter_context(self.new_anchor())
        shown = self.place.fresh("shown")
        with anchor.proxy() as proxy, shown.open("w") as out:
            for i in range(pairs):
                out.writelines(uri + "\n" for uri in self.shown(proxy, i))
        return self.load_relay(anchor, "call", pairs, size, shown)

    def new_web_relay(self):
        """With a port that takes both; no pings, which nobody answers here."""
        import websocket
        return self.new_relay(listen=websocket.LISTEN, websocket={"ping": 0})

    def make_file(self):
        file = self.place.path / "random.bin"
        with file.open("wb") as out:
            for _ in range(self.args.size // 1_000_000):
                out.write(os.urandom(1_000_000))
        return file

    def make_crowd(self):
        pairs = self.args.clients // 2
        before = memory(self.crowded.process.pid)
        self.many = self.load_relay(self.crowded, "tls", pairs, SHORT)
        time.sleep(SETTLE_S)
        self.idle = (memory(self.crowded.process.pid) - before) / (2 * pairs)
        self.idle_web = self.idle_more("web") - self.idle_more("tls")

    def idle_more(self, what):
        """Memory of an idle client, of few, which says how much those of one kind are above others."""
        relay = self.new_web_relay()
        before = memory(relay.process.pid)
        self.load_relay(relay, what, COMPARED, SHORT)
        time.sleep(SETTLE_S)
        return (memory(relay.process.pid) - before) / (2 * COMPARED)

    def bulk(self, name, measured, size):
        return {name: measured.cpu / size * 1e9, name + " rate": size / measured.wall / 1e6}

    def files(self, name, chunk_size):
        """Bulk as users have it: `msrp send` and `msrp receive`."""
        place, command = self.place, self.system.Command
        path_file, output = place.fresh("path"), place.fresh("output")
        receive = command(self.relay, "bob", "receive", "--path-file", path_file,
                          "--output", output)
        while not path_file.exists() and receive.process.poll() is None:
            time.sleep(0.01)
        with Measured(self.relay.process.pid) as measured:
            command(self.relay, "alice", "send", self.file, "--path-file", path_file,
                    "--chunk-size", chunk_size).succeed()
            receive.succeed()
        output.unlink()
        return self.bulk(name, measured, self.args.size)

    def copies(self, name):
        """The same number of bytes through haproxy."""
        with Measured(self.proxy.process.pid) as measured:
            self.proxy.transfer(self.args.size)
        return self.bulk(name, measured, self.args.size)

    def blocks(self, name, load):
        count = self.args.size // BLOCK
        return self.bulk(name, load.run(count, 8), count * BLOCK)

    def each(self, name, load, count, *how):
        """CPU microseconds for a message or a connection."""
        return {name: load.run(count, *how).cpu / count * 1e6}

    def workers(self, name, one, two, count, *how):
        """How much more two workers do in the time that the busier one has."""
        alone, both = one.run(count, *how), two.run(count, *how)
        return {name: alone.busiest / both.busiest, name + " cost": both.cpu / alone.cpu}

    def latency(self):
        """With half as many messages as the same clients get through."""
        count = 20_000
        rate = int(count / self.short.run(count, PAIRS).wall / 2)
        measured = self.short.run(rate, 0, rate)
        _, median, p99, _ = measured.numbers
        return {"median": median / 1000, "p99": p99 / 1000, "rate": rate,
                "share": measured.cpu / measured.wall}

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


def run_all(b):
    """One round; the figures by name."""
    return {
        **b.copies("haproxy"),
        **b.files("64k", BLOCK),
        **b.files("one", 0),
        **b.files("2k", 2048),
        **b.blocks("tls", b.tls),
        **b.blocks("tcp", b.tcp),
        **b.blocks("web to tls", b.web_tls),
        **b.blocks("tls to web", b.tls_web),
        **b.each("short", b.short, 80_000, 16 * PAIRS),
        **b.each("single", b.short, 40_000, PAIRS),
        **b.each("call short", b.call_short, 80_000, 16 * PAIRS),
        **b.blocks("call tls", b.call_tls),
        **b.latency(),
        **b.each("accept", b.accepts, 1000),
        **b.each("auth", b.auths, 1000),
        **b.each("resume", b.resumes, 1000),
        **b.each("few", b.few, 40_000, FEW),
        **b.each("among", b.many, 40_000, FEW, 0, FEW),
        **b.each("many", b.many, 40_000, FEW),
        **b.workers("two short", b.short, b.two_short, 160_000, 16 * PAIRS),
        **b.workers("two tls", b.one_tls, b.two_tls, b.args.size // BLOCK, PAIRS),
        **b.start("start file", "file"),
        **b.start("start configuration", "configuration"),
    }


def at(name):
    return lambda m: f"{m[name + ' rate']:.0f} MB/s"


def beside_haproxy(what, name, target):
    """Two rows."""
    return ((f"  {what}", lambda m: m[name], "CPU s/GB", None, at(name)),
            ("  ... beside haproxy", lambda m: m[name] / m["haproxy"], "x", ("<", target)))


def cost_of_both(name):
    return lambda m: f"{m[name + ' cost']:.2f} x the CPU of one"


def load_meanwhile(m):
    return f"{m['rate']:.0f} a second, relay at {m['share']:.0%} of a core"


# What, how to get it from the medians, in which unit, the target, and what to say besides.
TABLE = (
    ("bulk, files by TLS",),
    ("  haproxy, which only copies", lambda m: m["haproxy"], "CPU s/GB", None, at("haproxy")),
    *beside_haproxy("chunks of 64 KiB", "64k", 1.0),
    *beside_haproxy("one chunk", "one", 1.0),
    *beside_haproxy("chunks of 2048 bytes", "2k", 2.0),
    ("bulk, messages of 64 KiB",),
    ("  TLS to TLS", lambda m: m["tls"], "CPU s/GB", None, at("tls")),
    ("  TCP to TCP", lambda m: m["tcp"], "CPU s/GB", None, at("tcp")),
    ("  browser to TLS", lambda m: m["web to tls"], "CPU s/GB", None, at("web to tls")),
    ("  ... beside TLS to TLS", lambda m: m["web to tls"] / m["tls"], "x", ("<", 1.5)),
    ("  TLS to browser", lambda m: m["tls to web"], "CPU s/GB", None, at("tls to web")),
    ("  ... beside TLS to TLS", lambda m: m["tls to web"] / m["tls"], "x", ("<", 1.5)),
    ("  TCP beside TLS", lambda m: m["tcp"] / m["tls"], "x", ("<", 0.5)),
    ("messages of 100 bytes, 50 pairs on TLS",),
    ("  16 under way for each pair", lambda m: m["short"], "CPU us", ("<", 8)),
    ("  1 under way for each pair", lambda m: m["single"], "CPU us", ("<", 8)),
    ("  latency at half load, median", lambda m: m["median"], "ms", None, load_meanwhile),
    ("  latency at half load, p99", lambda m: m["p99"], "ms", ("<", 1)),
    ("parties of calls on TLS, beside clients of a relay",),
    ("  messages of 100 bytes", lambda m: m["call short"] / m["short"], "x", ("<", 1.05)),
    ("  messages of 64 KiB", lambda m: m["call tls"] / m["tls"], "x", ("<", 1.05)),
    ("connections",),
    ("  TLS 1.3 accepted by haproxy", lambda m: m["accept"], "CPU us"),
    ("  TLS 1.3 and AUTH", lambda m: m["auth"], "CPU us"),
    ("  ... beside haproxy", lambda m: m["auth"] / m["accept"], "x", ("<", 1.3)),
    ("  resumed TLS 1.3 and AUTH", lambda m: m["resume"], "CPU us"),
    ("  ... cheaper by", lambda m: m["auth"] / m["resume"], "x", (">", 2)),
    ("many clients",),
    ("  memory of an idle one", lambda m: m["idle"] / 1024, "KiB", ("<", 14)),
    ("  ... of an idle browser above it", lambda m: m["idle web"] / 1024, "KiB", ("<", 2)),
    ("  a message among 10 clients", lambda m: m["few"], "CPU us"),
    ("  ... while many more are idle", lambda m: m["among"] / m["few"], "x", ("<", 1.1)),
    ("  ... while all take turns", lambda m: m["many"] / m["few"], "x", ("<", 1.1)),
    ("two workers beside one, 50 pairs on TLS",),
    ("  messages of 100 bytes", lambda m: m["two short"], "x", (">", 1.7), cost_of_both("two short")),
    ("  messages of 64 KiB", lambda m: m["two tls"], "x", (">", 1.7), cost_of_both("two tls")),
    ("start with 100,000 users",),
    ("  in a file", lambda m: m["start file"], "ms", ("<", 100)),
    ("  in the configuration", lambda m: m["start configuration"], "ms", ("<", 100)),
)


def main():
    args = arguments()
    if args.churn:
        churn.run(args)
        return
    for name, (_, run) in ALONE.items():
        if getattr(args, name):
            run(args)
            return
    rounds, started = [], time.monotonic()
    with contextlib.ExitStack() as stack:
        bench = Bench(args, stack)
        # In rounds, so that what else the machine does is felt by all alike.
        while len(rounds) < args.runs and time.monotonic() - started < ENOUGH_S:
            print(f"round {len(rounds) + 1} of {args.runs}", flush=True)
            rounds.append(run_all(bench))
    medians = rows.medians(rounds)
    medians["idle"] = bench.idle
    medians["idle web"] = bench.idle_web
    print(f"\nmedians of {len(rounds)} rounds, bulk of {args.size // 1_000_000} MB,"
          f" many are {args.clients}")
    rows.print_rows(TABLE, medians)


main()
