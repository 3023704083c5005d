#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an image of "./dev image" as msrpd-operation(7) says, and uses it: image_check.py ARCHIVE.

As root, in a mount namespace of its own (unshare --mount), and with this machine's network.
"""

import contextlib
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import threading

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests/support"), str(TOP / "tests/system")]

import relay as system
from client import Peer
from root import run

NAME = "msrpd-check"

# Files, and processes: more than this check needs.
LIMIT_MAX = 4096


def own_cgroups():
    """crun knows version 2 alone; a machine with both has them elsewhere. Nobody else sees this."""
    if pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists():
        return
    run("umount", "--lazy", "/sys/fs/cgroup")
    run("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")


class Podman:
    """It, with a storage of its own."""

    def __init__(self, directory):
        self._words = ["podman", "--storage-driver", "vfs", "--events-backend", "none", "--root",
                       str(directory / "storage"), "--runroot", str(directory / "run")]

    def __call__(self, *words):
        """(exit code, output)"""
        done = subprocess.run([*self._words, *map(str, words)], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=system.PATIENCE * 5)
        return done.returncode, done.stdout

    def succeed(self, *words):
        code, out = self(*words)
        assert code == 0, f"{words}: {code}: {out}"
        return out

    def start(self, *words):
        return subprocess.Popen([*self._words, *map(str, words)], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL)


def limits():
    """Podman would have more than this process may have, where that is in a container itself."""
    for name, which in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
        _, hard = resource.getrlimit(which)
        most = hard if 0 < hard < LIMIT_MAX else LIMIT_MAX
        yield f"--ulimit={name}={most}:{most}"


class Container:
    """msrpd in one, with the configuration in DIRECTORY. What it says is JSON."""

    def __init__(self, podman, image, directory):
        self.podman, self.place = podman, directory
        self._process = podman.start(
            "run", "--rm", "--name", NAME, "--read-only", "--tmpfs", "/run/msrpd", "--cap-drop=all",
            "--security-opt=no-new-privileges", "--network=host", "--cgroups=disabled",
            "--health-interval=disable", *limits(),
            "--volume", f"{directory}:/etc/msrpd:ro", image)
        self.said, self._ended, self._news = [], False, threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            with self._news:
                self.said.append(json.loads(line) if line.startswith("{") else {"message": line})
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def wait_said(self, pattern):
        def find():
            matches = (re.search(pattern, record["message"]) for record in self.said)
            return next((match for match in matches if match), None)

        with self._news:
            self._news.wait_for(lambda: find() or self._ended, system.PATIENCE)
            assert (found := find()), f"it does not say {pattern}: {self.said}"
        return found

    def stop(self):
        self.podman.succeed("stop", "--time", "30", NAME)
        return self._process.wait(system.PATIENCE)


class Place:
    """Where a Peer finds a relay."""

    def __init__(self, path):
        self.path = path


def configure(directory):
    """What an operator puts there; the paths are those inside."""
    place = system.Place()
    text = "".join(f"{key} = {system.libconfig(value)};\n" for key, value in place.configuration({
        "listen": [{"address": "127.0.0.1", "port": 0, "transport": "tls"}],
        "log.format": "json"}).items())
    (directory / "msrpd.conf").write_text(text.replace(str(place.path), "/etc/msrpd"))
    for name in ("cert.pem", "key.pem", "ca.pem"):
        (directory / name).write_bytes((place.path / name).read_bytes())
    directory.chmod(0o755)
    for file in directory.iterdir():
        file.chmod(0o644)


def exchange(container):
    with Peer(container, "alice") as alice, Peer(container, "bob") as bob:
        alice.auth()
        bob.auth()
        body = os.urandom(1000000)
        alice.send(alice.to(bob), body)
        assert bob.receive()[1] == body
        alice.expect_status(200)


def confined(podman):
    """It is nobody in particular, and cannot write where it stands."""
    [pid] = podman.succeed("inspect", "--format", "{{.State.Pid}}", NAME).split()
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    uids = set(re.search(r"^Uid:\s(.*)$", status, re.M).group(1).split())
    assert uids and "0" not in uids, status
    assert re.search(r"^CapEff:\s0+$", status, re.M), status
    root = pathlib.Path(f"/proc/{pid}/mountinfo").read_text()
    [options] = [line.split()[5] for line in root.splitlines() if line.split()[4] == "/"]
    assert "ro" in options.split(","), options


def healthy(podman):
    code, out = podman("healthcheck", "run", NAME)
    assert code == 0, out


def main(archive):
    own_cgroups()
    with tempfile.TemporaryDirectory(prefix="msrpd-image-") as name:
        directory = pathlib.Path(name)
        (config := directory / "config").mkdir()
        configure(config)
        podman = Podman(directory)
        loaded = podman.succeed("load", "-i", archive)
        image = re.search(r"localhost/msrpd:\S+", loaded).group(0)
        container = Container(podman, image, config)
        try:
            container.port = int(container.wait_said(r"listening on \S*:(\d+) \(tls\)").group(1))
            container.place = Place(config)
            print("# a message through it", flush=True)
            exchange(container)
            confined(podman)
            print("# health", flush=True)
            healthy(podman)
            assert container.stop() == 0, container.said
            container.wait_said("^stopped")
        finally:
            with contextlib.suppress(Exception):
                podman("rm", "--force", NAME)
            podman("rmi", "--all", "--force")
    print("the image is fine")


main(sys.argv[1])
