#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the relay costs, beside haproxy and beside what it should cost at most; see README.md.

usage: bench.py BUILD_DIRECTORY HAPROXY [--size MB] [--runs N] [--clients N]
"""

import argparse
import contextlib
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

from subjects import Load, Measured, Proxy, memory

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))

MANY = 1_000_000
CHANGES = {
    "limits": {"connections": MANY, "connections_per_address": MANY, "sessions_per_user": MANY,
               "unauthenticated": MANY},
    "auth.allow_without_tls": True,
}
BLOCK = 65536  # bytes of a message in TCP or TLS bulk
SHORT = 100  # bytes of a short one
PAIRS = 50
FEW = 5  # pairs that "many" is compared with
LOADED = 0.5  # of a core, for the latency
USERS = 100_000
# The relay gives back what a connection does not need when it was idle for a while.
SETTLE_S = 3


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("haproxy")
    parser.add_argument("--size", type=int, default=200, help="MB of a bulk run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--clients", type=int, default=5000, help="those that are many")
    args = parser.parse_args()
    args.size *= 1_000_000
    build = args.build.resolve()
    args.pipe, args.load = build / "tests/bench/pipe", build / "tests/bench/load"
    os.environ |= {"MSRPD": str(build / "src/daemon/msrpd"), "MSRP": str(build / "src/cli/msrp")}
    return args


class Bench:
    """What runs, and a method for each kind of run; each gives one number."""

    def __init__(self, args, stack):
        import relay as system
        self.system, self.args, self.stack = system, args, stack
        self.place = system.Place()
        self.file = self.make_file()
        self.relay = self.new_relay()
        self.crowded = self.new_relay()
        self.proxy = Proxy(args.haproxy, args.pipe, self.place)
        stack.callback(self.proxy.stop)
        # Before anybody else has been there.
        self.make_crowd()
        relay = self.relay
        self.accepts = self.new_load(self.proxy.process.pid, "accept", self.proxy.accept_port)
        self.auths = self.load_relay(relay, "auth")
        self.resumes = self.load_relay(relay, "resume")
        self.tls = self.load_relay(relay, "tls", 1, BLOCK)
        self.tcp = self.load_relay(relay, "tcp", 1, BLOCK)
        self.short = self.load_relay(relay, "tls", PAIRS, SHORT)
        self.few = self.load_relay(relay, "tls", FEW, SHORT)

    def new_relay(self):
        users = [{"name": name, "realm": self.system.DOMAIN, "password": password}
                 for name, password in (self.system.PASSWORDS | {"bench": "bench"}).items()]
        changes = CHANGES | {"auth.users": users}
        return self.stack.enter_context(self.system.Relay(self.place, changes))

    def new_load(self, subject, *args):
        load = Load(self.args.load, subject, *args)
        self.stack.callback(load.stop)
        return load

    def load_relay(self, relay, what, *args):
        port = relay.plain_port if what == "tcp" else relay.port
        return self.new_load(relay.process.pid, what, port, *args)

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

    def files_through_relay(self, chunk_size):
        """Bulk as users have it: `msrp send` and `msrp receive`. CPU seconds for a GB."""
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
        return measured.cpu / self.args.size * 1e9

    def bytes_through_proxy(self):
        with Measured(self.proxy.process.pid) as measured:
            self.proxy.transfer(self.args.size)
        return measured.cpu / self.args.size * 1e9

    def blocks(self, load):
        """CPU seconds for a GB in messages of 64 KiB."""
        count = self.args.size // BLOCK
        return load.run(count, 8).cpu / (count * BLOCK) * 1e9

    def messages(self, load, flying, count):
        """CPU microseconds for a message."""
        return load.run(count, flying).cpu / count * 1e6

    def connections(self, load, count):
        """CPU microseconds for a connection."""
        return load.run(count).cpu / count * 1e6

    def latency(self):
        """p99 in milliseconds while the relay uses half a core."""
        rate = 2000
        for _ in range(2):
            probe = self.short.run(rate // 2, 0, rate)
            rate = max(100, int(rate * LOADED / (probe.cpu / probe.wall)))
        measured = self.short.run(rate, 0, rate)
        median, p99, most = measured.numbers[1:]
        print(f"  {rate} messages/s, relay at {measured.cpu / measured.wall:.0%}: "
              f"{median:.0f} us median, {p99:.0f} us p99, {most:.0f} us at most", flush=True)
        return p99 / 1000

    def start(self):
        """Milliseconds from the start of a relay with many users to READY."""
        if not hasattr(self, "large"):
            users = [{"name": f"user{i}", "realm": self.system.DOMAIN, "password": f"secret{i}"}
                     for i in range(USERS)]
            self.large = self.place.write_config({"auth.users": users, "log.level": "error"})
        path = self.place.fresh("ready")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            notify.settimeout(self.system.PATIENCE)
            started = time.monotonic()
            process = subprocess.Popen([self.system.MSRPD, "-c", self.large],
                                       env=self.system.environment(NOTIFY_SOCKET=str(path)))
            while "READY=1" not in notify.recv(4096).decode():
                pass
            took = time.monotonic() - started
            process.terminate()
            process.wait()
        return took * 1000


def kinds(b):
    """What is run in every round, and how."""
    return {
        "haproxy": b.bytes_through_proxy,
        "64k": lambda: b.files_through_relay(BLOCK),
        "one": lambda: b.files_through_relay(0),
        "2k": lambda: b.files_through_relay(2048),
        "tls": lambda: b.blocks(b.tls),
        "tcp": lambda: b.blocks(b.tcp),
        "short": lambda: b.messages(b.short, 16 * PAIRS, 50_000),
        "single": lambda: b.messages(b.short, PAIRS, 30_000),
        "accept": lambda: b.connections(b.accepts, 500),
        "auth": lambda: b.connections(b.auths, 500),
        "resume": lambda: b.connections(b.resumes, 500),
        "latency": b.latency,
        "few": lambda: b.messages(b.few, FEW, 20_000),
        "many": lambda: b.messages(b.many, FEW, 20_000),
        "start": b.start,
    }


# What, how to get it from the medians, in which unit, and the target: "<" or ">", and a number.
TABLE = (
    ("bulk, TLS to TLS", None, None, None),
    ("  haproxy, which only copies", lambda m: m["haproxy"], "CPU s/GB", None),
    ("  chunks of 64 KiB", lambda m: m["64k"], "CPU s/GB", None),
    ("  one chunk", lambda m: m["one"], "CPU s/GB", None),
    ("  chunks of 2048 bytes", lambda m: m["2k"], "CPU s/GB", None),
    ("bulk, messages of 64 KiB", None, None, None),
    ("  TLS to TLS", lambda m: m["tls"], "CPU s/GB", None),
    ("  TCP to TCP", lambda m: m["tcp"], "CPU s/GB", None),
    ("  TCP beside TLS", lambda m: m["tcp"] / m["tls"], "x", ("<", 0.5)),
    ("messages of 100 bytes, 50 pairs on TLS", None, None, None),
    ("  16 at a time for each", lambda m: m["short"], "CPU us", ("<", 8)),
    ("  1 at a time for each", lambda m: m["single"], "CPU us", ("<", 8)),
    ("  p99 of the latency at half load", lambda m: m["latency"], "ms", ("<", 1)),
    ("connections", None, None, None),
    ("  TLS 1.3 accepted by haproxy", lambda m: m["accept"], "CPU us", None),
    ("  TLS 1.3 and AUTH", lambda m: m["auth"], "CPU us", None),
    ("  TLS 1.3 and AUTH beside haproxy", lambda m: m["auth"] / m["accept"], "x", ("<", 1.3)),
    ("  what a resumed session saves", lambda m: m["auth"] / m["resume"], "x", (">", 2)),
    ("many clients", None, None, None),
    ("  memory of an idle one", lambda m: m["idle"] / 1024, "KiB", ("<", 14)),
    ("  a message among 10", lambda m: m["few"], "CPU us", None),
    ("  a message among many", lambda m: m["many"], "CPU us", None),
    ("  many beside 10", lambda m: m["many"] / m["few"], "x", ("<", 1.1)),
    ("start with 100,000 users", lambda m: m["start"], "ms", ("<", 100)),
)


def print_table(medians):
    print(f"\n{'':40} {'':>9} {'':8}   target")
    for name, value, unit, target in TABLE:
        if not value:
            print(name)
            continue
        figure, verdict = value(medians), ""
        if target:
            sign, limit = target
            met = figure <= limit if sign == "<" else figure >= limit
            verdict = f"{sign} {limit:<6} {'' if met else 'missed'}"
        print(f"{name:40} {figure:9.3f} {unit:8}   {verdict}".rstrip())


def main():
    args = arguments()
    with contextlib.ExitStack() as stack:
        bench = Bench(args, stack)
        runs = kinds(bench)
        results = {name: [] for name in runs}
        # In rounds, so that what else the machine does is felt by all alike.
        for number in range(args.runs):
            print(f"round {number + 1} of {args.runs}", flush=True)
            for name, run in runs.items():
                results[name].append(run())
        medians = {name: statistics.median(numbers) for name, numbers in results.items()}
        medians["idle"] = bench.idle
    print(f"\nmedians of {args.runs} runs, bulk of {args.size // 1_000_000} MB,"
          f" many are {args.clients}")
    print_table(medians)


main()
