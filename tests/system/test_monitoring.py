#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics and health as monitoring systems and load balancers see them."""

import contextlib
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import relay as system
import tap
from client import Closed, Peer
from control import Controlled
from stalled import stopped_workers

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
except ImportError:
    text_string_to_metric_families = None

place = system.Place()

TRANSFERS = 50

TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = ("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,"
               "*/*;q=0.1")  # as Prometheus has it
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABELS = rf'\{{{NAME}="(?:[^"\\\n]|\\["\\n])*"\}}'
SUFFIX = {"counter": "_total", "gauge": "", "info": "_info"}


def parse(text):
    """The samples of an OpenMetrics text, by name and label; checks its grammar on the way."""
    assert text.endswith("# EOF\n") and "\n\n" not in text, text[-100:]
    samples, seen, family, kind = {}, set(), None, None
    for line in text.splitlines()[:-1]:
        if line.startswith("# TYPE "):
            family, kind = re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|info)", line).groups()
            assert family not in seen, f"{family} comes twice"
            assert not family.endswith(("_total", "_info")), family
            seen.add(family)
        elif line.startswith("# UNIT "):
            assert re.fullmatch(rf"# UNIT {family} (seconds|bytes)", line), line
            assert family.endswith("_" + line.split()[-1]), line
        elif line.startswith("# "):
            assert re.fullmatch(rf"# HELP {family} [^\\\n]+", line), line
        else:
            name, labels, value = re.fullmatch(rf"({NAME})({LABELS})? (\S+)", line).groups()
            assert name == family + SUFFIX[kind], (name, family, kind)
            key = name + (labels or "")
            assert key not in samples and float(value) >= 0, line
            samples[key] = float(value)
    return samples


class Monitored(Controlled):
    """A relay with both listeners for monitoring."""

    def __init__(self, place, changes=None, **more):
        super().__init__(place, {"metrics.listen": "127.0.0.1:0", "health.listen": "127.0.0.1:0",
                                 "workers": 2} | (changes or {}), **more)

    def __enter__(self):
        super().__enter__()
        self.ports = {what: int(self.wait_log(rf"listening on \S*:(\d+) \({what}\)").group(1))
                      for what in ("metrics", "health")}
        return self

    def get(self, path, what="metrics", method="GET", accept=OPENMETRICS):
        """(status, type, text)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[what],
                                                timeout=system.PATIENCE)
        connection.request(method, path, headers={"Accept": accept})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, response.getheader("Content-Type"), text

    def scrape(self):
        status, kind, text = self.get("/metrics")
        assert (status, kind) == (200, TYPE), (status, kind, text)
        return parse(text)

    def raw(self, data, what="metrics"):
        """All that comes back until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.ports[what]), system.PATIENCE) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            got = b""
            try:
                while data := sock.recv(65536):
                    got += data
            except ConnectionError:
                pass
            return got


def total(samples, name):
    return sum(value for key, value in samples.items() if re.split("[{ ]", key)[0] == name)


def counts():
    with Monitored(place, {"workers": 1}) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        alice.send(alice.to(bob), b"x" * 1000)
        alice.expect_status(200)
        bob.receive()
        with Peer(relay, "carol") as carol:
            assert carol.try_auth(password="wrong").status == 401
        with socket.create_connection(("127.0.0.1", relay.port)) as sock:
            sock.sendall(b"this is not TLS\r\n\r\n")
            assert sock.recv(100) is not None
        relay.wait_log("authentication failed")
        samples = relay.scrape()
        want = {"msrpd_sessions": 2, "msrpd_body_bytes_total": 1000,
                'msrpd_requests_received_total{method="SEND"}': 1,
                'msrpd_requests_received_total{method="AUTH"}': 6,
                'msrpd_chunks_sent_total': 1,
                'msrpd_events_total{event="session_opened"}': 2,
                'msrpd_events_total{event="auth_failed"}': 1,
                'msrpd_lookups_total{result="found"}': 3,
                'msrpd_responses_received_total{class="2xx"}': 1,
                'msrpd_responses_sent_total{class="2xx"}': 3,
                'msrpd_responses_sent_total{class="4xx"}': 4,
                'msrpd_handshake_failures_total': 1,
                'msrpd_connections_opened_total{kind="in_tls"}': 3}
        got = {key: total(samples, key) if "{" not in key else samples[key] for key in want}
        assert got == want, {k: (got[k], want[k]) for k in want if got[k] != want[k]}
        assert samples["msrpd_received_bytes_total"] > 1000
        assert samples["process_resident_memory_bytes"] > 1e6
        assert sum(key.startswith("msrpd_worker_answer_seconds{") for key in samples) == 1


def another_parser():
    if text_string_to_metric_families is None:
        raise tap.Skip("python3-prometheus-client is not here")
    with Monitored(place) as relay:
        text = relay.get("/metrics")[2]
        families = list(text_string_to_metric_families(text))
        assert len(families) == text.count("# TYPE "), families


def plain():
    """Who asks for nothing in particular gets the format that all tools of Prometheus take."""
    with Monitored(place) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        status, kind, text = relay.get("/metrics", accept="*/*")
        assert (status, kind) == (200, PLAIN_TYPE), (status, kind)
        assert "# TYPE msrpd_events_total counter\n" in text and "# EOF" not in text, text
        samples = [line.rsplit(" ", 1)[0] for line in text.splitlines() if line[0] != "#"]
        assert set(samples) == set(relay.scrape()), samples
        if not shutil.which("promtool"):
            raise tap.Skip("promtool is not here")
        done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                              capture_output=True, check=False, timeout=system.PATIENCE)
        assert done.returncode == 0 and not done.stdout + done.stderr, done


def by_msrpctl():
    with Monitored(place) as relay:
        code, out, err = relay.ctl("metrics")
        assert code == 0, err
        assert set(parse(out)) == set(relay.scrape())


def no_label_of_a_client():
    """The number of series does not depend on who comes and what he says."""
    with Monitored(place) as relay:
        before = set(relay.scrape())
        for name in ("alice", "bob", "mallory"):
            with Peer(relay, name) as peer:
                peer.try_auth(password="x")
                peer.write(peer.request("NONSENSE", peer.relay_uri, peer.uri))
        assert set(relay.scrape()) == before


def under_load():
    """Scraped again and again while transfers run; what rises does nothing else."""
    with Monitored(place, {"workers": 2, "limits.sessions_per_user": TRANSFERS}) as relay:
        over = threading.Event()
        failures = []

        def transfer():
            try:
                with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
                    alice.auth()
                    bob.auth()
                    while True:
                        alice.send(alice.to(bob), b"x" * 20000)
                        bob.receive()
                        alice.expect_status(200)
                        if over.is_set():
                            return
            except BaseException as error:  # told at the end
                failures.append(error)

        threads = [threading.Thread(target=transfer) for _ in range(TRANSFERS)]
        for thread in threads:
            thread.start()
        last = 0
        for _ in range(30):
            now = total(relay.scrape(), "msrpd_body_bytes_total")
            assert now >= last
            last = now
        over.set()
        for thread in threads:
            thread.join()
        assert not failures, failures
        assert total(relay.scrape(), "msrpd_body_bytes_total") >= TRANSFERS * 20000


def health():
    with Monitored(place) as relay:
        for what in ("metrics", "health"):
            assert relay.get("/healthz", what)[0] == 200
            assert relay.get("/readyz", what)[::2] == (200, "ready\n")
            assert relay.get("/readyz", what, "HEAD")[::2] == (200, "")
            assert relay.get("/nonsense", what)[0] == 404
            assert relay.get("/healthz", what, "POST")[0] == 405
        assert relay.get("/metrics", "health")[0] == 404


def stalled_worker():
    with Monitored(place) as relay:
        with stopped_workers(relay):
            status, _, text = relay.get("/healthz", "health")
            assert (status, text) == (503, "a worker does not answer\n")
            # From now on it is known, and nobody waits, however often it is asked.
            for _ in range(100):
                assert relay.get("/healthz")[0] == 503
            assert relay.get("/readyz")[0] == 200, "the main thread answers"
        while relay.get("/healthz")[0] != 200:
            pass


def keeps_connections():
    with Monitored(place) as relay:
        connection = http.client.HTTPConnection("127.0.0.1", relay.ports["metrics"],
                                                timeout=system.PATIENCE)
        connection.connect()
        sock = connection.sock
        for _ in range(5):
            connection.request("GET", "/metrics", headers={"Accept": OPENMETRICS})
            assert connection.getresponse().read().endswith(b"# EOF\n")
            assert connection.sock is sock, "it was closed"
        connection.close()
        got = relay.raw(b"GET /readyz HTTP/1.1\r\n\r\n" * 3)
        assert got.count(b"200 OK") == 3, got


def hostile():
    with Monitored(place) as relay:
        for data, want in ((b"\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nA\r\n\r\n", b"400"),
                           (b"GET / HTTP/3.0\r\n\r\n", b"505"), (b"\x16\x03\x01\r\n\r\n", b"400"),
                           (b"GET /" + b"x" * 9000, b"431"),
                           (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 70 + b"\r\n", b"431"),
                           (b"GET / HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET /meh ", b"400")):
            got = relay.raw(data)
            assert got.startswith(b"HTTP/1.1 " + want) and got.count(b"HTTP/1.1") == 1, (data, got)


def idle_ones_go():
    """Silent connections, and such as begin a request, keep nobody from being answered."""
    with Monitored(place) as relay:
        for first in (b"", b"GET /he"):
            for what in ("metrics", "health"):
                idle = [socket.create_connection(("127.0.0.1", relay.ports[what]))
                        for _ in range(60)]
                for sock in idle:
                    with contextlib.suppress(ConnectionError):  # it had to go already
                        sock.sendall(first)
                for path in ("/readyz", "/healthz"):
                    assert relay.get(path, what)[0] == 200, (first, what, path)
                for sock in idle:
                    sock.close()


# Silent connections to a port, as fast as they go, until it is told to stop.
FLOOD = """
import socket, sys, threading
socks, n = [], 0
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set())).start()
while not over.is_set():
    try:
        socks.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1))
    except OSError:
        pass
    n += 1
    if len(socks) > 200:
        socks.pop(0).close()
print(n)
"""


def flood():
    """Health is told within a second, though the flood comes from the same address."""
    with Monitored(place) as relay:
        attacker = subprocess.Popen([sys.executable, "-c", FLOOD, str(relay.ports["health"])],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        end, took, failed = time.monotonic() + 5, [], 0
        while time.monotonic() < end:
            begin = time.monotonic()
            try:
                for path in ("/readyz", "/healthz"):
                    assert relay.get(path, "health")[0] == 200
                took.append(time.monotonic() - begin)
            except (ConnectionError, http.client.HTTPException):
                failed += 1
        n = attacker.communicate("")[0].strip()
        print(f"# {n} silent connections, {failed} probes failed, and {len(took)} did not, which took"
              f" {max(took, default=0):.3f} s at most")
        assert not failed and max(took) < 1


def by_path():
    path = place.fresh("metrics")
    with Controlled(place, {"metrics.listen": f"unix:{path}"}), \
            socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(path))
        sock.sendall(f"GET /metrics HTTP/1.0\r\nAccept: {OPENMETRICS}\r\n\r\n".encode())
        with sock.makefile("rb") as answer:
            text = answer.read().decode()
        assert text.startswith("HTTP/1.1 200 ") and text.endswith("# EOF\n"), text
    assert not path.exists()


def write_much(peer, data):
    with contextlib.suppress(Closed, OSError):
        peer.write(data)


def not_ready_when_stopping():
    """A client that takes nothing keeps it from ending at once."""
    with Monitored(place, {"workers": 1}) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        request = alice.send_request(alice.to(bob), bytes(50 * 1000 * 1000))
        sender = threading.Thread(target=write_much, args=(alice, request))
        sender.start()
        last, now = 0, 1
        while now != last:  # until no more fits in between
            last, now = now, relay.scrape()["msrpd_body_bytes_total"]
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_log("stopping")
        assert relay.get("/readyz", "health")[::2] == (503, "stopping\n")
        assert relay.get("/healthz", "health")[0] == 200
        bob.sock.close()
        sender.join()
        relay.process.wait(system.PATIENCE)


tap.run([
    ("what happens is counted", counts),
    ("the parser of Prometheus takes it, too", another_parser),
    ("who does not ask for OpenMetrics gets the format before it", plain),
    ("msrpctl tells the same metrics", by_msrpctl),
    ("no label has a value of a client", no_label_of_a_client),
    (f"metrics can be had while {TRANSFERS} transfers run", under_load),
    ("health and readiness are told at both listeners, metrics at one", health),
    ("a worker that hangs is told of within a second, and when it is back", stalled_worker),
    ("connections are kept for the next request", keeps_connections),
    ("hostile clients get an error or nothing", hostile),
    ("idle clients go for others", idle_ones_go),
    ("metrics can be had at a UNIX socket", by_path),
    ("it is not ready when it stops", not_ready_when_stopping),
] + ([("health is told during a flood", flood)] if system.LONG else []))
