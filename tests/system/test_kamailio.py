#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages between a client of ours and one behind Kamailio, which has an MSRP relay of its own.

    alice --TLS-- msrpd --TCP-> Kamailio --TCP-- bob
                        <-TLS--

What is odd about it: it answers where a request came from, but whatever it
sends on goes to the address in To-Path, by a connection of its own, so there
is one each way; it takes a chunk only when all of it fits into one buffer, and
closes the connection otherwise; by default it speaks TLS 1.0 alone, finds names
in the DNS only and not in /etc/hosts, and logs each response as a mistake.
"""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading

import relay as system
import tap
from client import Peer
from starting import NotStarted, Starting

# Not in the path of ordinary users.
KAMAILIO = shutil.which("kamailio") or shutil.which("kamailio", path="/usr/sbin")

BULK = 1_000_000
REALM = "kamailio.example.com"

# Bytes. Its own default is 4096, and heads need some of it.
BUFFER = 65536

# After the example in the manual of its msrp module.
CONFIG = """#!KAMAILIO
debug=2
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
use_dns_cache=off
dns_try_naptr=off
tcp_accept_no_cl=yes
tcp_rd_buf_size={buffer}
tcp_connection_lifetime=600
enable_tls=yes
listen=tcp:127.0.0.1:{port}
listen=tls:127.0.0.1:{tls_port}
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "kex.so"
loadmodule "pv.so"
loadmodule "auth.so"
loadmodule "msrp.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{directory}/cert.pem")
modparam("tls", "private_key", "{directory}/key.pem")
modparam("auth", "nonce_count", 0)
modparam("auth", "qop", "auth")
modparam("msrp", "cmap_size", 8)
modparam("msrp", "use_path_addr", "127.0.0.1:{port}")

request_route {{
	sl_send_reply("403", "No SIP here");
}}

event_route[msrp:frame-in] {{
	if (msrp_is_reply()) {{
		msrp_relay();
	}} else if ($msrp(method) == "AUTH") {{
		$var(password) = "{password}";
		if (!pv_www_authenticate("{realm}", "$var(password)", "0", "$msrp(method)")) {{
			auth_get_www_authenticate("{realm}", "1", "$var(challenge)");
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


class Kamailio(Starting):
    """It in the foreground, on free ports, with all its files in a directory of ours."""

    def __init__(self, place):
        self.place = place

    def _start(self):
        with socket.create_server(("127.0.0.1", 0)) as tcp, \
                socket.create_server(("127.0.0.1", 0)) as tls:
            self.plain_port, tls_port = tcp.getsockname()[1], tls.getsockname()[1]
        file = self.place.fresh("kamailio.cfg")
        file.write_text(CONFIG.format(port=self.plain_port, tls_port=tls_port, realm=REALM,
                                      buffer=BUFFER, directory=self.place.path,
                                      password=system.PASSWORDS["alice"]))
        self._log = tempfile.TemporaryFile("w+", errors="backslashreplace")
        # -DD: the processes stay in its group, and the first one in the foreground.
        self._process = subprocess.Popen(
            [KAMAILIO, "-f", file, "-DD", "-E", "-m", "32", "-M", "4", "-Y", self.place.path,
             "-P", self.place.fresh("kamailio.pid")],
            stdout=self._log, stderr=self._log, env=system.environment(), start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self):
        """Until it accepts a connection."""
        while self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.plain_port), timeout=1).close()
                return
            except ConnectionRefusedError:
                threading.Event().wait(0.05)
        self._log.seek(0)
        raise NotStarted(f"{self._process.returncode}: {self._log.read()[-2000:]}")

    def __exit__(self, kind, value, trace):
        self.stop()
        if kind:
            self._log.seek(0)
            print("".join(f"# kamailio: {line}" for line in self._log), end="")

    def stop(self):
        self._process.terminate()
        self._process.wait(system.PATIENCE)

    @property
    def uri(self):
        return f"msrp://127.0.0.1:{self.plain_port};tcp"


class World:
    """All of it, with a session on either side."""

    def __enter__(self):
        self.place = system.Place()
        with contextlib.ExitStack() as stack:
            relay = stack.enter_context(system.Relay(self.place))
            kamailio = stack.enter_context(Kamailio(self.place))
            self.alice = stack.enter_context(Peer(relay, "alice")).auth()
            # Kamailio knows one password, that of alice.
            self.bob = stack.enter_context(Peer(kamailio, "alice", tls=False)).auth(kamailio.uri)
            self._stack = stack.pop_all()
        self.to_alice = self.bob.to(self.alice)
        self.to_bob = self.alice.to(self.bob)
        return self

    def __exit__(self, *error):
        self._stack.__exit__(*error)


def with_world(function):
    def case():
        if not KAMAILIO:
            raise tap.Skip("kamailio is not installed")
        with World() as world:
            function(world)
    return case


def both_ways(function):
    def case(world):
        function(world.alice, world.bob, world.to_bob)
        function(world.bob, world.alice, world.to_alice)
    return with_world(case)


def chunks(sender, to, body, size, message_id):
    for start in range(0, len(body), size):
        part = body[start:start + size]
        fields = [("Message-ID", message_id),
                  ("Byte-Range", f"{start + 1}-{start + len(part)}/{len(body)}"),
                  ("Success-Report", "yes"), ("Content-Type", "application/octet-stream")]
        yield sender.request("SEND", to, sender.uri, fields, part,
                             "$" if start + size >= len(body) else "+")


def send(sender, receiver, to, body, size):
    """BODY in chunks of SIZE bytes, then a REPORT of its arrival."""
    message_id = secrets.token_hex(8)
    all_chunks = list(chunks(sender, to, body, size, message_id))
    writer = threading.Thread(target=lambda: [sender.write(chunk) for chunk in all_chunks],
                              daemon=True)
    writer.start()
    answered = []
    reader = threading.Thread(target=lambda: [answered.append(sender.expect_status(200))
                                              for _ in all_chunks], daemon=True)
    reader.start()
    last, got = receiver.receive()
    writer.join()
    reader.join()
    assert got == body, f"{len(got)} bytes of {len(body)}"
    assert len(answered) == len(all_chunks)
    fields = [("Message-ID", message_id), ("Byte-Range", f"1-{len(body)}/{len(body)}"),
              ("Status", "000 200 OK")]
    receiver.write(receiver.request("REPORT", last.get("From-Path"), receiver.uri, fields))
    report = sender.read()
    assert report.method == "REPORT" and report.get("Message-ID") == message_id, report


def short(sender, receiver, to):
    for n in range(20):
        send(sender, receiver, to, b"hello %d" % n, 2048)


def bulk(size):
    def exchange(sender, receiver, to):
        send(sender, receiver, to, os.urandom(BULK), size)
    return exchange


def too_long(world):
    """The sender is told, and the next message finds a new connection."""
    message_id = secrets.token_hex(8)
    world.alice.send(world.to_bob, bytes(4 * BUFFER), message_id=message_id)
    answer = world.alice.read()
    if answer.status == 200:
        answer = world.alice.read()
        assert answer.method == "REPORT" and answer.get("Message-ID") == message_id, answer
        assert answer.get("Status").split()[1] == "408", answer
    else:
        assert answer.status == 408, answer
    send(world.alice, world.bob, world.to_bob, b"shorter", 2048)


tap.run([
    ("short messages go both ways, and their REPORTs", both_ways(short)),
    ("a long message in chunks of 2048 bytes goes both ways", both_ways(bulk(2048))),
    ("a long message in chunks of 8000 bytes goes both ways", both_ways(bulk(8000))),
    ("a chunk that Kamailio has no room for is reported", with_world(too_long)),
])
