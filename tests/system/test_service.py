#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit that is shipped: how little it may do, and that msrpd does its work with that.

UNIT is its path, and SOCKET_UNIT that of the socket unit beside it.
"""

import hashlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile

import relay as system
import tap
from control import Controlled

UNIT = os.environ["UNIT"]
SOCKET_UNIT = os.environ["SOCKET_UNIT"]
HERE = pathlib.Path(__file__).parent
SIZE = 20_000_000

EXPOSURE = 15  # tenths, of systemd's scale up to 10.0


def restricted(place):
    """What has to stand before a command that is to live with the unit's restrictions."""
    return ["python3", str(HERE / "hardened.py"), UNIT, str(place.path)]


def needs_restrictions():
    if os.geteuid() != 0:
        raise tap.Skip("restrictions can be imposed by root only")
    if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        raise tap.Skip("no mount namespaces here, as in many containers")
    if system.SANITIZED:
        raise tap.Skip("the run-time of the sanitizers needs what the unit forbids")


def exposure():
    """systemd-analyze(1), which says 0 when it is at most so much."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true",
                           f"--threshold={EXPOSURE}", UNIT], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert "Overall exposure level" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


def understood():
    """systemd reports keys and values that it does not know."""
    place = system.Place()
    service, sockets = place.path / "msrpd.service", place.path / "msrpd.socket"
    service.write_text(re.sub("(?m)^(Exec\\w+)=.*", r"\1=/bin/true",
                              pathlib.Path(UNIT).read_text()))
    shutil.copy(SOCKET_UNIT, sockets)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", service, sockets], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return [line for line in done.stdout.splitlines() if "msrpd." in line]


def setting(name):
    return re.search(f"(?m)^{name}=(.*)", pathlib.Path(UNIT).read_text()).group(1)


def tries_for_ever():
    """What is missing at the fifth start may be there at the sixth."""
    assert setting("StartLimitIntervalSec") == "0"
    assert setting("Restart") == "on-failure" and setting("RestartSec") == "2"


def keeps_records():
    """The journal would drop what comes too fast, and sessions end by the thousand."""
    assert setting("LogRateLimitIntervalSec") == "0"


def socket_outlives_mistakes():
    """Each connection that waits starts it again: slower than systemd gives up the socket (20 in 2 s)."""
    program, *words = shlex.split(setting("ExecStopPost").replace("$$", "$"))
    for status, want in ("78", ["2"]), ("0", []), ("1", []):
        with tempfile.TemporaryDirectory() as directory:
            slept = pathlib.Path(directory, "slept")
            slept.touch()
            sleep = pathlib.Path(directory, "sleep")
            sleep.write_text(f"#!/bin/sh\necho $1 >{slept}\n")
            sleep.chmod(0o755)
            subprocess.run([program, *words], check=True,
                           env={"EXIT_STATUS": status, "PATH": directory})
            assert slept.read_text().split() == want, status


def socket_unit_is_named():
    """The manual tells how to name it in the configuration."""
    name = re.search("(?m)^FileDescriptorName=(.*)", pathlib.Path(SOCKET_UNIT).read_text()).group(1)
    page = (tap.ROOT / "man/msrpd.8").read_text()
    assert f'listen = ( {{ name = "{name}"; }} );' in page


def reload_that_tells():
    """What "systemctl reload" runs waits for the outcome, and fails with the reason."""
    program, *words = re.search("(?m)^ExecReload=(.*)", pathlib.Path(UNIT).read_text()) \
        .group(1).split()
    assert pathlib.Path(program).name == "msrpctl", program
    place = system.Place()
    with Controlled(place) as relay:
        for changes, want in (({}, (0, "")), ({"workers": 1000}, (1, "workers: 1000 is not"))):
            place.write_config({"admin.socket": relay.socket, **changes}).replace(relay.config)
            code, _, err = relay.ctl(*words)
            assert code == want[0] and want[1] in err, (code, err)


def forbidden(*command, killed=False):
    """The restrictions are there: COMMAND, which would work without them, does not."""
    def case():
        needs_restrictions()
        place = system.Place()
        code = subprocess.run([*restricted(place), *command], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode
        assert code == -signal.SIGSYS if killed else code > 0, code
    return case


def transfer():
    needs_restrictions()
    place = system.Place()
    place.open_to_all()
    place.path.chmod(0o777)  # for the admin socket
    sent = place.fresh("sent")
    sent.write_bytes(os.urandom(SIZE))
    received = place.fresh("received")
    path = place.fresh("path")
    with Controlled(place, wrapper=restricted(place)) as relay:
        bob = system.Command(relay, "bob", "receive", "--path-file", path, "--output", received)
        system.Command(relay, "alice", "send", sent, "--path-file", path).succeed()
        bob.succeed()
        code, _, err = relay.ctl("reload", command=restricted(place))
        assert code == 0, err
    assert hashlib.sha256(received.read_bytes()).digest() == \
        hashlib.sha256(sent.read_bytes()).digest()


tap.run([
    ("exposure of the unit is at most 1.5", exposure),
    ("systemd understands the whole units", understood),
    ("it is started again for as long as it takes", tries_for_ever),
    ("the journal keeps all of its records", keeps_records),
    ("a broken configuration does not take the socket with it", socket_outlives_mistakes),
    ("reloading fails with what is wrong", reload_that_tells),
    ("the manual names the socket of the socket unit", socket_unit_is_named),
    ("forbidden: to write outside", forbidden("touch", "/etc/msrpd-was-here")),
    ("forbidden: to mount", forbidden("mount", "-t", "tmpfs", "none", "/mnt", killed=True)),
    ("forbidden: raw packets", forbidden("python3", "-c",
                                         "import socket; socket.socket(socket.AF_PACKET)")),
    ("forbidden: memory that is writable and executable",
     forbidden("python3", "-c", "import mmap; mmap.mmap(-1, 4096, prot=7)")),
    ("a file is relayed, and a reload done, under the restrictions of the unit", transfer),
])
