#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""msrpd as its operator and systemd see it: start, stop, configuration, version."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

import relay as system
import tap
from client import Peer
from control import Controlled

place = system.Place()


def msrpd(*args):
    done = subprocess.run([system.MSRPD, *map(str, args)], text=True, timeout=system.PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=system.environment())
    return done.returncode, done.stdout + done.stderr


def check_config(changes=None, text=""):
    file = place.write_config(changes)
    with file.open("a") as end:
        end.write(text)
    file.chmod(0o600)
    code, out = msrpd("-t", "-c", file)
    return code, out, file


def advice():
    """What is valid and can hardly be meant is told, and is no error."""
    nobody = "auth.users: no users, so nobody can authenticate"
    code, out, _ = check_config({"auth.users": None})
    assert code == 0 and f"warning: {nobody}\n" in out, (code, out)
    with system.Relay(place, {"auth.users": None}) as relay:
        relay.wait_log(f"warning: check the configuration: {nobody}")
    code, out, _ = check_config()
    assert code == 0 and "warning" not in out, (code, out)
    with tempfile.TemporaryDirectory(dir=pathlib.Path.home()) as home:
        key, link = pathlib.Path(home, "key.pem"), place.fresh("key.pem")
        shutil.copy(place.path / "key.pem", key)
        link.symlink_to(key)
        system.make_certificate(place.path, "two.test", "two-")
        shutil.copy(place.path / "two-key.pem", key.with_name("two.pem"))
        domain = {"name": "two.test", "certificate": str(place.path / "two-cert.pem"),
                  "key": str(key.with_name("two.pem"))}
        for changes, name, file in (({"tls.key": str(link)}, "tls.key", key), (
                {"tls.domains": [domain]}, "tls.domains[0].key", domain["key"])):
            code, out, _ = check_config(changes)
            hidden = str(key).startswith(("/root/", "/home/"))
            assert code == 0 and (f"warning: {name}: {file}: msrpd.service" in out) == hidden, out


def certificates_and_modes():
    """A certificate that soon expires, and a secret that everybody may read; -t and the start say so."""
    system.make_certificate(place.path, "localhost", "soon-", days=2)
    changes = {"tls.certificate": str(place.path / "soon-cert.pem"),
               "tls.key": str(place.path / "soon-key.pem")}
    _, out, file = check_config(changes)
    assert "the certificate expires on" in out and "chmod" not in out, out
    file.chmod(0o644)
    code, out = msrpd("-t", "-c", file)
    assert code == 0 and f"{file}: contains secrets, but is readable by everybody: chmod o-r" in out, out
    with Controlled(place, changes) as relay:
        relay.wait_log("the certificate expires on")
        process, *_ = relay.ask("status")
        assert process["certificate"] == "valid" and process["certificate_days"] in (1, 2), process
        found = re.search(r"^msrpd_certificate_expiry_timestamp_seconds (\S+)$",
                          relay.ctl("metrics")[1], re.M)
        assert 0 < float(found[1]) - time.time() < 2 * 24 * 60 * 60, found


def ready_and_stopping():
    relay = system.Relay(place)
    with relay:  # which waits for READY=1
        said = relay.stop()
    assert "STOPPING=1" in said.split("\n"), said


def lines_of_json():
    """For whatever collects what containers write; a reload changes it."""
    with system.Relay(place, {"log.format": "json"}) as relay:
        with Peer(relay, "alice") as alice:
            alice.auth()
            alice.send(alice.to(alice), b"12345")
            alice.receive()
        relay.wait_log("session ended")
        said = [json.loads(line) for line in relay.log]
        [ended] = [record for record in said if record.get("event") == "session_ended"]
        assert (ended["user"], ended["bytes_in"], ended["level"]) == ("alice", 5, "info"), ended
        assert ended["message"] == "session ended" and ended["duration"] >= 0, ended
        relay.reload()
        relay.wait_log('"message":"reloaded: ', relay.log_seen)
        relay.reload()
        relay.wait_reloaded()


def stops_with_sessions():
    with system.Relay(place) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        relay.stop()
        alice.expect_closed()


def deaf_manager():
    """systemd may be busy; nobody must have to wait for it."""
    with system.Relay(place) as relay, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
        os.unlink(relay.notify_path)
        deaf.bind(relay.notify_path)
        filler.setblocking(False)
        try:
            while True:
                filler.sendto(b"x", relay.notify_path)
        except BlockingIOError:
            pass
        relay.stop()


def good_config():
    code, out, _ = check_config()
    assert code == 0, out


def harmless_complaint():
    """What a file has in its strings forges no line and reaches no terminal as it is."""
    code, out, _ = check_config({"log.level": None}, r'relays = [ "a\n\x1b[31mb" ];' + "\n")
    assert code != 0 and r'"a\x0a\x1b[31mb"' in out, out
    assert "\x1b" not in out and out.count("\n") == 1, out


def nothing_listens_after_check():
    """-t must be possible beside a running relay, so it opens no port."""
    with system.Relay(place) as relay:
        listen = [{"address": "127.0.0.1", "port": relay.port, "transport": "tls"}]
        code, out, _ = check_config({"listen": listen})
        assert code == 0, out


def bad_config(key, changes=None, text="", line=r"\d+: "):
    """The complaint names the file, the line and the KEY."""
    def case():
        code, out, file = check_config(changes, text)
        assert code != 0, "it was taken"
        assert re.search(rf"{re.escape(str(file))}: ?{line}.*{re.escape(key)}", out), out
    return case


def does_not_start():
    file = place.write_config({"hostname": None})
    code, out = msrpd("-c", file)
    assert code != 0 and "hostname" in out, (code, out)


def no_such_file():
    code, out = msrpd("-t", "-c", place.fresh("missing.conf"))
    assert code != 0 and "missing.conf" in out, (code, out)


def missing_certificate():
    code, out, _ = check_config({"tls.certificate": "/nonexistent/cert.pem"})
    assert code != 0 and "/nonexistent/cert.pem" in out, (code, out)


def wrong_hostname():
    code, out, _ = check_config({"hostname": "other.example.net"})
    assert code != 0 and "other.example.net" in out, (code, out)


def taken_port():
    with system.Relay(place) as relay:
        listen = [{"address": "127.0.0.1", "port": relay.port, "transport": "tls"}]
        code, out = msrpd("-c", place.write_config({"listen": listen}))
        assert code != 0 and str(relay.port) in out, (code, out)


def version():
    code, out = msrpd("-V")
    assert code == 0 and re.match(r"msrpd \d+\.\d+", out) and "OpenSSL" in out, (code, out)


def usage():
    code, out = msrpd("--no-such-option")
    assert code != 0 and "usage" in out.lower(), (code, out)


tap.run([
    ("what can hardly be meant is told", advice),
    ("certificates that expire and secrets that everybody may read are told",
     certificates_and_modes),
    ("READY=1 after the start, STOPPING=1 and exit code 0 after SIGTERM", ready_and_stopping),
    ("lines are JSON if that is wanted", lines_of_json),
    ("SIGTERM closes the sessions, too", stops_with_sessions),
    ("a manager that does not read does not keep it from stopping", deaf_manager),
    ("-t takes a good configuration", good_config),
    ("-t prints nothing that a terminal would obey", harmless_complaint),
    ("-t opens no port", nothing_listens_after_check),
    ("a missing host name is named", bad_config("hostname", {"hostname": None},
                                                    line="")),
    ("an unknown key is named", bad_config("nonsense", {"auth.nonsense": 1})),
    ("an unknown group is named", bad_config("nonsense", {"nonsense.x": 1})),
    ("a value of the wrong type is named", bad_config("max_failures",
                                                      {"auth.max_failures": "three"})),
    ("a value out of range is named", bad_config("port", {"listen": [
        {"address": "127.0.0.1", "port": 70000, "transport": "tls"}]})),
    ("an unknown transport is named", bad_config("transport", {"listen": [
        {"address": "127.0.0.1", "port": 0, "transport": "udp"}]})),
    ("an unknown algorithm is named", bad_config("algorithms", {"auth.algorithms": ["MD4"]})),
    ("a malformed network is named", bad_config("deny", {"outbound.deny": ["10.0.0.0/33"]})),
    ("a syntax error is named", bad_config("syntax error", text="log: { level = \n")),
    ("a bad configuration does not start", does_not_start),
    ("a missing file is named", no_such_file),
    ("a missing certificate is named", missing_certificate),
    ("a host name that is not in the certificate is named", wrong_hostname),
    ("a port that is taken is named", taken_port),
    ("-V prints versions", version),
    ("an unknown option prints the usage", usage),
])
