# SPDX-License-Identifier: GPL-3.0-or-later
"""msrpd beside the one other MSRP relay that Debian has, Kamailio with its msrp module; see README.md."""

import contextlib
import math
import os
import pathlib
import shutil
import socket
import subprocess
import time

from rows import medians
from stage import Stage
from subjects import cpu_seconds, memory

KAMAILIO = shutil.which("kamailio") or shutil.which("kamailio", path="/usr/sbin")
BUFFER = 65536  # bytes, its largest; a message has to fit into it whole
QUEUE = 1 << 20  # bytes that wait for one connection; its default, 32 KiB, is less than a message
PAIRS = 50
IDLE = 1000
CHUNKS = {"2 KiB, TLS": ("tls", 2048), "10 KiB, TLS": ("tls", 10240), "20 KiB, TLS": ("tls", 20480),
          "20 KiB, TCP": ("tcp", 20480)}
BYTES = 20_000_000
BIND_S = 0.05

# After the example in the manual of its msrp module. One process reads from all connections, as one
# worker of msrpd does.
CONFIG = """#!KAMAILIO
debug=0
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
use_dns_cache=off
dns_try_naptr=off
tcp_accept_no_cl=yes
tcp_rd_buf_size={buffer}
tcp_connection_lifetime=3600
tcp_max_connections=8192
tls_max_connections=8192
tcp_conn_wq_max={queue}
tcp_wq_max={queues}
enable_tls=yes
listen=tcp:127.0.0.1:{tcp}
listen=tls:127.0.0.1:{tls}
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "kex.so"
loadmodule "pv.so"
loadmodule "auth.so"
loadmodule "msrp.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{directory}/cert.pem")
modparam("tls", "private_key", "{directory}/key.pem")
modparam("tls", "con_ct_wq_max", {queue})
modparam("tls", "ct_wq_max", {queues})
modparam("auth", "nonce_count", 0)
modparam("auth", "qop", "auth")
modparam("msrp", "cmap_size", 14)
modparam("msrp", "use_path_addr", "127.0.0.1:{use}")

request_route {{
	sl_send_reply("403", "No SIP here");
}}

event_route[msrp:frame-in] {{
	if (msrp_is_reply()) {{
		msrp_relay();
	}} else if ($msrp(method) == "AUTH") {{
		$var(password) = "bench";
		if (!pv_www_authenticate("example.com", "$var(password)", "0", "$msrp(method)")) {{
			auth_get_www_authenticate("example.com", "1", "$var(challenge)");
			msrp_reply("401", "Unauthorized", "$var(challenge)");
			exit;
		}}
		msrp_cmap_save();
	}} else {{
		if ($msrp(nexthops) > 1 || msrp_cmap_lookup()) {{
			if ($msrp(method) == "SEND")
				msrp_reply("200", "OK");
			msrp_relay();
		}} else if ($msrp(method) == "SEND") {{
			msrp_reply("481", "No such session");
		}}
	}}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Kamailio:
    name = "Kamailio"

    def __init__(self, stage, transport):
        place = stage.place
        self.ports = {"tcp": free_port(), "tls": free_port()}
        config = place.fresh("kamailio.cfg")
        config.write_text(CONFIG.format(buffer=BUFFER, queue=QUEUE, queues=64 * QUEUE, directory=place.path,
                                        use=self.ports[transport], **self.ports))
        # -DD: the processes stay in its session, and the first one in the foreground.
        self.process = subprocess.Popen(
            [KAMAILIO, "-f", config, "-DD", "-E", "-m", "1024", "-M", "64", "-Y", place.path,
             "-P", place.fresh("kamailio.pid")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        stage.stack.callback(self.stop)
        while not self.is_there():
            assert self.process.poll() is None, "Kamailio does not start"
            time.sleep(BIND_S)

    def is_there(self):
        try:
            socket.create_connection(("127.0.0.1", self.ports["tls"]), timeout=1).close()
            return True
        except ConnectionRefusedError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def pids(self):
        """Of all its processes, which are in one session."""
        pids = [int(path.name) for path in pathlib.Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in pids if self.is_ours(pid)]

    def is_ours(self, pid):
        try:
            return os.getsid(pid) == self.process.pid
        except ProcessLookupError:
            return False


class Msrpd:
    name = "msrpd"

    def __init__(self, stage, transport):
        relay = stage.new_relay()
        self.process = relay.process
        self.ports = {"tcp": relay.plain_port, "tls": relay.port}

    def pids(self):
        return [self.process.pid]


class Subject:
    """One of the two, with one kind of clients."""

    def __init__(self, stage, kind, transport):
        self.stage, self.transport = stage, transport
        self.server = kind(stage, transport)

    def cpu(self):
        return sum(map(cpu_seconds, self.server.pids()))

    def memory(self):
        return sum(map(memory, self.server.pids()))

    def load(self, what, *args):
        port = self.server.ports[self.transport]
        return self.stage.new_load(self.server.process.pid, what, port, *args)

    def direct(self, pairs, size):
        return self.load(f"direct-{self.transport}", pairs, size)

    def cost(self, load, count, *how):
        """CPU seconds, all its processes together, and what load has told."""
        before = self.cpu()
        numbers = load.run(count, *how).numbers
        return self.cpu() - before, numbers


class Peers:
    def __init__(self, args, stack, kind):
        stage = Stage(args, stack)
        self.tls, self.tcp = Subject(stage, kind, "tls"), Subject(stage, kind, "tcp")
        before = self.tls.memory()
        self.idle = self.tls.direct(IDLE // 2, 100)
        time.sleep(1)
        self.each = (self.tls.memory() - before) / IDLE / 1024
        self.idle.stop()
        self.short = {s.transport: s.direct(PAIRS, 100) for s in (self.tls, self.tcp)}
        self.bulk = {name: getattr(self, transport).direct(1, size)
                     for name, (transport, size) in CHUNKS.items()}
        self.auth = self.tls.load("auth")

    def round(self):
        figures = {"idle": self.each, "auth": self.tls.cost(self.auth, 300)[0] / 300 * 1e6}
        for subject in (self.tls, self.tcp):
            load, name = self.short[subject.transport], subject.transport
            cpu, _ = subject.cost(load, 20_000, 16 * PAIRS)
            figures[f"short {name}"] = cpu / 20_000 * 1e6
            cpu, numbers = subject.cost(load, 10_000, PAIRS)
            figures[f"single {name}"] = cpu / 10_000 * 1e6
        _, numbers = self.tls.cost(self.short["tls"], 2000, 0, 1000)
        figures["p99"] = numbers[2] / 1000
        for name, (transport, size) in CHUNKS.items():
            cpu = self.bulk_cpu(name, getattr(self, transport), BYTES // size)
            figures[name] = cpu / (BYTES // size * size) * 1e9
        return figures

    def bulk_cpu(self, name, subject, count):
        """NaN if the messages get stuck in it, now or before."""
        try:
            return subject.cost(self.bulk[name], count, 4)[0] if name in self.bulk else math.nan
        except RuntimeError:
            del self.bulk[name]
            return math.nan


TABLE = (
    ("TLS and AUTH, a new connection each", "auth", "CPU us"),
    ("message of 100 bytes, TLS, 16 under way for each of 50 pairs", "short tls", "CPU us"),
    ("the same, 1 under way", "single tls", "CPU us"),
    ("message of 100 bytes, TCP, 16 under way for each of 50 pairs", "short tcp", "CPU us"),
    ("the same, 1 under way", "single tcp", "CPU us"),
    ("latency, TLS, 1,000 messages a second, p99", "p99", "ms"),
    *((f"chunks of {name}, 4 under way", name, "CPU s/GB") for name in CHUNKS),
    ("memory of an idle client on TLS", "idle", "KiB"),
)


def versions(args):
    kamailio = subprocess.run([KAMAILIO, "-v"], capture_output=True, text=True).stdout.split("\n")[0]
    msrpd = subprocess.run([os.environ["MSRPD"], "-V"], capture_output=True, text=True).stdout
    return f"{kamailio}; {', '.join(msrpd.splitlines()[:2])}"


def run(args):
    if not KAMAILIO:
        raise SystemExit("kamailio is not installed: apt install kamailio kamailio-tls-modules")
    with contextlib.ExitStack() as stack:
        both = {kind.name: Peers(args, stack, kind) for kind in (Msrpd, Kamailio)}
        rounds = [{name: peers.round() for name, peers in both.items()} for _ in range(args.runs)]
    figures = {name: medians([r[name] for r in rounds]) for name in both}
    print(f"\n{versions(args)}\n\n{'':62}{'msrpd':>10}{'Kamailio':>10}")
    for what, name, unit in TABLE:
        ours, theirs = figures["msrpd"][name], figures["Kamailio"][name]
        print(f"{what:62}{ours:10.2f}" + ("     stuck" if math.isnan(theirs) else
                                            f"{theirs:10.2f} {unit:9}{theirs / ours:6.1f} x"))
