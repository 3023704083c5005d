#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bulk transfer over TLS through the relay, and through haproxy as a TLS-to-TLS proxy.

usage: bench.py BUILD_DIRECTORY HAPROXY [--size MB] [--runs N]

All ends are on this machine and share its cores, so the rate is that of the
whole chain; CPU seconds per GB are those of the relay or the proxy alone, and
are what to compare. The relay does more: it reads each message, checks where
it may go, and gives each chunk a new head.
"""

import argparse
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT = 300
TICKS = os.sysconf("SC_CLK_TCK")

HAPROXY_CONFIG = """
global
    nbthread 1
defaults
    mode tcp
    timeout connect 10s
    timeout client 1m
    timeout server 1m
listen pipe
    bind fd@{fd} ssl crt {pem}
    server sink 127.0.0.1:{port} ssl verify none
"""


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Measured:
    """What a process, and the time on the wall, did during a with statement."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        self._cpu, self._wall = cpu_seconds(self.pid), time.monotonic()
        return self

    def __exit__(self, *_):
        self.wall = time.monotonic() - self._wall
        self.cpu = cpu_seconds(self.pid) - self._cpu


class Proxy:
    """haproxy with the two ends that pipe.c gives it."""

    def __init__(self, haproxy, pipe, place):
        self.pipe = pipe
        self.sink = subprocess.Popen([pipe, "sink", place.path / "cert.pem",
                                      place.path / "key.pem"], stdout=subprocess.PIPE, text=True)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        pem, config = place.path / "both.pem", place.path / "haproxy.cfg"
        pem.write_text("".join((place.path / n).read_text() for n in ("cert.pem", "key.pem")))
        config.write_text(HAPROXY_CONFIG.format(fd=listener.fileno(), pem=pem,
                                                port=self.sink.stdout.readline().strip()))
        self.process = subprocess.Popen([haproxy, "-db", "-q", "-f", config],
                                        pass_fds=[listener.fileno()])
        # The port is open already, so whoever connects waits until haproxy is there.
        listener.close()
        self.transfer(1)

    def transfer(self, size):
        subprocess.run([self.pipe, "source", str(self.port), str(size)], check=True,
                       timeout=TIMEOUT)
        got = int(self.sink.stdout.readline())
        assert got == size, f"{got} of {size} bytes came through haproxy"

    def stop(self):
        for process in (self.process, self.sink):
            process.kill()
            process.wait()


def relay_run(system, relay, file, chunk_size):
    path_file, output = relay.place.fresh("path"), relay.place.fresh("output")
    receive = system.Command(relay, "bob", "receive", "--path-file", path_file,
                             "--output", output)
    while not path_file.exists() and receive.process.poll() is None:
        time.sleep(0.01)
    with Measured(relay.process.pid) as measured:
        system.Command(relay, "alice", "send", file, "--path-file", path_file,
                       "--chunk-size", chunk_size).succeed()
        receive.succeed()
    output.unlink()
    return measured


def proxy_run(proxy, size):
    with Measured(proxy.process.pid) as measured:
        proxy.transfer(size)
    return measured


def make_file(place, size):
    file = place.path / "random.bin"
    with file.open("wb") as out:
        for _ in range(size // 1_000_000):
            out.write(os.urandom(1_000_000))
    return file


def print_table(results, size):
    print(f"\n{'bulk transfer over TLS 1.3':34} {'MB/s':>8} {'CPU s/GB':>9} {'of haproxy':>10}")
    reference = statistics.median(m.cpu for m in results["haproxy"])
    for name, runs in results.items():
        wall, cpu = (statistics.median(getattr(m, what) for m in runs) for what in ("wall", "cpu"))
        print(f"{name:34} {size / wall / 1e6:8.0f} {cpu / size * 1e9:9.3f}"
              f" {cpu / reference:9.2f}x")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("haproxy")
    parser.add_argument("--size", type=int, default=500, help="MB a run")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    build, size = args.build.resolve(), args.size * 1_000_000
    os.environ |= {"MSRPD": str(build / "src/daemon/msrpd"), "MSRP": str(build / "src/cli/msrp")}
    sys.path.insert(0, str(HERE.parent / "system"))
    import relay as system

    place = system.Place()
    file = make_file(place, size)
    with system.Relay(place) as relay:
        proxy = Proxy(args.haproxy, build / "tests/bench/pipe", place)
        table = {
            "haproxy": lambda: proxy_run(proxy, size),
            "msrpd, chunks of 64 KiB": lambda: relay_run(system, relay, file, 65536),
            "msrpd, one single chunk": lambda: relay_run(system, relay, file, 0),
            "msrpd, chunks of 2048 bytes": lambda: relay_run(system, relay, file, 2048),
        }
        results = {name: [] for name in table}
        try:
            # In rounds, so that what else the machine does is felt by all alike.
            for number in range(args.runs):
                print(f"round {number + 1} of {args.runs}", flush=True)
                for name, run in table.items():
                    results[name].append(run())
        finally:
            proxy.stop()
    print(f"\nmedians of {args.runs} runs of {args.size} MB")
    print_table(results, size)


main()
