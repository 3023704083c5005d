#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin socket and msrpctl: what they tell, what they do, and to whom they do not answer."""

import json
import os
import pathlib
import pwd
import re
import socket
import stat
import subprocess
import sys

import relay as system
import tap
from client import Peer
from control import Controlled

place = system.Place()

# As the log names who runs this.
ME = rf"{pwd.getpwuid(os.getuid()).pw_name} \(uid {os.getuid()}\)"


def handle(peer):
    """What a session is called where everybody may see it."""
    return peer.use_path[-1].rsplit("/", 1)[1][:6]


def status():
    with Controlled(place) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        process, *workers = relay.ask("status")
        assert process["state"] == "running" and process["pid"] == relay.process.pid, process
        assert process["workers"] == len(workers), workers
        assert sum(w["sessions"] for w in workers) == 1, workers
        assert sum(w["connections"] for w in workers) == 1, workers
        code, out, _ = relay.ctl("status")
        assert code == 0 and "running" in out and "CONNECTIONS" in out, out


def sessions():
    with Controlled(place) as relay, Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        alice.send(alice.to(bob), b"12345")
        alice.expect_status(200)
        bob.receive()
        found = {s["user"]: s for s in relay.ask("sessions", "list")}
        assert set(found) == {"alice", "bob"}, found
        assert found["alice"]["session"] == handle(alice), found
        assert found["alice"]["bytes_in"] == 5 and found["alice"]["messages_in"] == 1, found
        assert found["bob"]["bytes_out"] == 5 and found["bob"]["strangers"] == 1, found
        assert 0 < found["bob"]["expires"] <= 600, found
        only = relay.ask("sessions", "list", "bob")
        assert [s["user"] for s in only] == ["bob"], only
        shown = relay.ask("sessions", "show", handle(bob))[0]
        name, port = alice.sock.getsockname()
        assert shown["stranger_peers"] == [f"{name}:{port}"], shown
        code, out, _ = relay.ctl("sessions", "list")
        assert code == 0 and "alice" in out and "SESSION" in out, out


def no_secret():
    """A session-id as a whole is one: who knows it may use the session."""
    with Controlled(place) as relay, Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        alice.send(alice.to(bob), b"hello")
        bob.receive()
        said = "".join(relay.ctl("--json", *words)[1] for words in (
            ("sessions", "list"), ("sessions", "show", handle(bob)), ("connections",), ("users",),
            ("status",)))
        for peer in (alice, bob):
            secret = peer.use_path[-1].rsplit("/", 1)[1].split(";")[0]
            assert secret[:6] in said and secret[:7] not in said, said


def connections():
    with Controlled(place) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "carol", tls=False) as carol:
        alice.auth()
        carol.send(alice.path, b"hello")
        alice.receive()
        found = {c["peer"]: c for c in relay.ask("connections")}
        mine = found["{}:{}".format(*alice.sock.getsockname())]
        other = found["{}:{}".format(*carol.sock.getsockname())]
        assert (mine["transport"], mine["direction"], mine["sessions"]) == ("tls", "in", 1), mine
        assert (other["transport"], other["stranger_to"]) == ("tcp", 1), other


def users():
    with Controlled(place) as relay, Peer(relay, "alice") as one, Peer(relay, "alice") as two, \
            Peer(relay, "bob") as bob:
        for peer in (one, two, bob):
            peer.auth()
        found = {u["user"]: u["sessions"] for u in relay.ask("users")}
        assert found == {"alice": 2, "bob": 1}, found


def close_in_a_transfer():
    with Controlled(place) as relay, Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        request = alice.send_request(alice.to(bob), b"x" * 100000)
        alice.write(request[:50000])
        bob._fill()  # it is under way
        code, _, err = relay.ctl("sessions", "close", handle(bob))
        assert code == 0, err
        assert "operator" in alice.expect_status(481).what
        chunk = bob.read()
        assert chunk.flag == "#", chunk
        assert relay.ctl("sessions", "show", handle(bob))[0] == 1
        # Its connection stays, and can get another session.
        alice.write(request[50000:])
        bob.auth()
        alice.send(alice.to(bob), b"again")
        alice.expect_status(200)
        assert bob.receive()[1] == b"again"
        relay.wait_log(rf"command: sessions close .* by {ME}")
        relay.wait_log("session ended: .*closed by the operator")


def many_sessions():
    """More than fit into a page or a socket, and a client that takes its time."""
    n = 2000
    with Controlled(place, {"limits.sessions_per_user": 10000}) as relay, \
            Peer(relay, "alice") as alice, relay.connect() as slow:
        for i in range(n):
            alice.uri = f"msrps://127.0.0.1:9/{i};tcp"
            alice.auth()
        slow.sendall(b"sessions\tlist\n")
        first = slow.recv(100)
        # The relay and other clients do not wait for it.
        assert len(relay.ask("sessions", "list")) == n
        relay.ctl("sessions", "close", handle(alice))
        with slow.makefile() as rest:
            lines = (first.decode() + rest.readline(), *iter(rest.readline, '{"end":"ok"}\n'))
        assert n - 1 <= len(lines) <= n, len(lines)
        assert len({json.loads(line)["session"] for line in lines}) > n - 10
        # One that goes in the middle of it.
        with relay.connect() as gone:
            gone.sendall(b"sessions\tlist\n")
            gone.recv(100)
        assert len(relay.ask("sessions", "list")) == n - 1


def log_level():
    with Controlled(place) as relay:
        assert relay.ctl("log", "level")[1] == "info\n"
        with Peer(relay, "alice"):
            pass
        assert relay.ctl("log", "level", "debug") == (0, "debug\n", "")
        since = len(relay.log)
        with Peer(relay, "alice"):
            pass
        relay.wait_log("debug: connection closed", since)
        relay.ctl("log", "level", "error")
        with Peer(relay, "alice") as alice:
            alice.auth()
        relay.ctl("log", "level", "info")
        with Peer(relay, "bob") as bob:
            bob.auth()
        relay.wait_log("session opened: .*user=bob")
        assert not any("user=alice" in line for line in relay.log), relay.log
        code, _, err = relay.ctl("log", "level", "loud")
        assert code == 1 and "loud" in err, err


def limits():
    with Controlled(place, {"limits.connections": 2}) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob") as bob:
        alice.auth()
        with Peer(relay, "carol"):  # a newcomer takes the place of the other one
            bob.expect_closed()
            found = {limit["limit"]: limit for limit in relay.ask("limits")}
        assert found["limits.connections"] == {"limit": "limits.connections", "most": 2, "used": 2,
                                               "refused": 1}, found
        assert found["limits.unauthenticated"]["used"] == 1, found


def as_nobody(relay, *groups):
    return ("setpriv", "--reuid=nobody", "--regid=nogroup",
            f"--groups={','.join(groups)}" if groups else "--clear-groups")


def permissions():
    if os.geteuid() != 0:
        raise tap.Skip("only root can become somebody else")
    os.chmod(place.path, 0o755)
    with Controlled(place) as relay:
        mode = stat.S_IMODE(pathlib.Path(relay.socket).stat().st_mode)
        assert mode == 0o600, oct(mode)
        code, out, err = relay.ctl("status", command=as_nobody(relay))
        assert code == 69 and "denied" in err and not out, (code, out, err)
    with Controlled(place, {"admin.mode": "0666"}) as relay:
        code, out, err = relay.ctl("status", command=as_nobody(relay))
        assert code == 77 and not out, (code, out, err)
        relay.wait_log(r"warning: refused at the admin socket: \S+ \(uid \d+\)")
    with Controlled(place, {"admin.mode": "0666", "admin.users": ["nobody"]}) as relay:
        assert relay.ctl("status", command=as_nobody(relay))[0] == 0
    with Controlled(place, {"admin.mode": "0666", "admin.groups": ["adm"]}) as relay:
        assert relay.ctl("status", command=as_nobody(relay))[0] == 77
        assert relay.ctl("status", command=as_nobody(relay, "adm"))[0] == 0


def hostile_clients():
    with Controlled(place) as relay:
        for line in (b"\n", b"nonsense\n", b"sessions\n", b"sessions\tshow\n", b"status\textra\n",
                     b"status\0\n", b"a\tb\tc\td\te\tf\tg\n", b"sessions\tclose\t\n"):
            with relay.connect() as sock, sock.makefile() as answer:
                sock.sendall(line)
                said = json.loads(answer.readline())
                assert said["end"] == "error", (line, said)
        with relay.connect() as sock:
            sock.sendall(b"x" * 5000)
            try:
                assert sock.recv(100) == b""
            except ConnectionError:
                pass
        # Several requests at once are answered one after the other.
        with relay.connect() as sock, sock.makefile() as answer:
            sock.sendall(b"log\tlevel\n" * 50)
            said = [answer.readline() for _ in range(100)]
            assert said == ['{"log_level":"info"}\n', '{"end":"ok"}\n'] * 50, said
        # No more than so many may wait, and that keeps nobody out.
        idle = [relay.connect() for _ in range(40)]
        assert relay.ask("status")
        for sock in idle:
            sock.close()


def refusals_are_counted():
    """Whoever is not allowed at the socket fills the log no more than others."""
    if os.geteuid() != 0:
        raise tap.Skip("only root can become somebody else")
    os.chmod(place.path, 0o755)
    knock = ("import socket, sys\nfor _ in range(100):\n with socket.socket(socket.AF_UNIX) as s:"
             "\n  s.connect(sys.argv[1]); s.recv(1)\n")
    with Controlled(place, {"admin.mode": "0666"}) as relay:
        subprocess.run([*as_nobody(relay), sys.executable, "-c", knock, relay.socket], check=True,
                       timeout=system.PATIENCE)
        relay.ask("status")
        relay.stop()
        told = [line for line in relay.log if "refused at the admin socket" in line]
        assert len(told) == 6, told
        assert re.search('admin socket: peer="uid [0-9]+" more=95 ', told[5]), told[5]


def left_behind():
    """A socket of a process that was killed is replaced; that of a living one is not."""
    with Controlled(place) as relay:
        second = subprocess.run([system.MSRPD, "-c", relay.config], env=system.environment(),
                                capture_output=True, timeout=system.PATIENCE)
        assert second.returncode == 1, second
        relay.ask("status")
    stale = place.fresh("control")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(stale))
    with Controlled(place, {"admin.socket": str(stale)}) as relay:
        relay.socket = str(stale)
        relay.ask("status")
    assert not stale.exists()


def drain():
    with Controlled(place, {"health.listen": "127.0.0.1:0"}) as relay, \
            Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        assert relay.ctl("drain", "on")[0] == 0
        assert relay.ask("status")[0]["state"] == "draining"
        with Peer(relay, "carol") as carol:
            assert carol.try_auth().status == 408
        alice.send(alice.to(bob), b"still here")
        alice.expect_status(200)
        assert bob.receive()[1] == b"still here"
        assert relay.ctl("drain", "off")[0] == 0
        with Peer(relay, "carol") as carol:
            carol.auth()
        assert relay.ctl("drain", "perhaps")[0] == 1
        relay.wait_log(rf"command: drain off by {ME}")


def reload():
    """It ends when the new configuration counts, or says what is wrong and changes nothing."""
    with Controlled(place) as relay:
        bad = relay.changes | {"log.level": "debug", "auth.max_failures": 0}
        place.write_config(bad).replace(relay.config)
        code, out, err = relay.ctl("reload")
        assert code == 1 and not out, (code, out)
        assert re.search(r"\S+msrpd.conf:\d+: auth.max_failures: 0 is not within", err), err
        assert relay.ask("status")[0]["log_level"] != "debug"
        place.write_config(relay.changes | {"log.level": "debug"}).replace(relay.config)
        assert relay.ctl("reload")[0] == 0
        assert relay.ask("status")[0]["log_level"] == "debug"
        relay.wait_log(rf"command: reload by {ME}")
        assert relay.ctl("reload", "now")[0] == os.EX_USAGE


def trace():
    """Heads, both ways, and nothing that is secret."""
    with Controlled(place) as relay:
        assert relay.ctl("trace", "user", "alice")[0] == 0
        with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
            alice.auth()
            bob.auth()
            assert relay.ctl("trace", "session", handle(bob), "10")[0] == 0
            alice.send(alice.to(bob), b"nobody's business", [("X-Token", "tell nobody")])
            alice.expect_status(200)
            bob.receive()
            name = "{}:{}".format(*alice.sock.getsockname())
            for line in ("< MSRP .* AUTH", r"< Authorization: \*\*\*", "> MSRP .* 200 OK",
                         r"> Use-Path: .*\*\*\*;tcp", "< MSRP .* SEND", r"< X-Token: \*\*\*"):
                relay.wait_log(f"notice: trace: {line} peer={name}")
            relay.wait_log("trace: > Byte-Range: 1-17/17 peer={}:{}".format(
                *bob.sock.getsockname()))
            traces = {t["trace"]: t for t in relay.ask("trace", "list")}
            assert traces["user"]["name"] == "alice", traces
            assert traces["session"]["name"] == handle(bob), traces
            assert relay.ctl("trace", "session", "nosuch")[0] == 1
            assert relay.ctl("trace", "user", "alice", "0")[0] == 1
            assert relay.ctl("trace", "off")[0] == 0
            assert relay.ask("trace", "list") == []
            since = len(relay.log)
            alice.send(alice.to(bob), b"more")
            alice.expect_status(200)
            secrets = [p.use_path[-1].rsplit("/", 1)[1].split(";")[0][:7] for p in (alice, bob)]
        relay.wait_log("session ended: .*user=alice", since)
        said = "".join(relay.log)
        assert "trace: " not in "".join(relay.log[since:])
        for word in (*secrets, "nobody's", "tell nobody", "response=", "nonce", "rspauth"):
            assert word not in said, word


tap.run([
    ("status counts connections and sessions", status),
    ("sessions are listed and shown, with what they have carried", sessions),
    ("no answer shows more of a session-id than its handle", no_secret),
    ("connections are listed", connections),
    ("users are listed with the number of their sessions", users),
    ("a session is closed in the middle of a transfer, which is told to both sides",
     close_in_a_transfer),
    ("a long list goes page by page, also to a slow client and to one that goes", many_sessions),
    ("the log level changes while it runs", log_level),
    ("heads of a user and a session are traced, without secrets and bodies", trace),
    ("a relay is drained, and welcomes new sessions again", drain),
    ("a reload is waited for, or what is wrong is said", reload),
    ("limits are listed with what was refused", limits),
    ("root and the service's user may; others by configuration only", permissions),
    ("those that may not are logged a few times, and counted", refusals_are_counted),
    ("hostile clients do no harm", hostile_clients),
    ("a socket that was left behind is replaced, and one that is used is not", left_behind),
])
