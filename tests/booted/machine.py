# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines with a real systemd as their first process, each in a directory and a network of its own.

As root. The networks are namespaces with documentation's addresses, which lead
nowhere else.
"""

import os
import pathlib
import signal
import subprocess
import time

PATIENCE = 120

# systemd-nspawn has to find the unified hierarchy of control groups, whatever there is outside,
# and itself in a group of its own there.
BOOT = """
grep -o ' /sys/fs/cgroup[^ ]*' /proc/self/mounts | sort -r | while read -r where; do
	umount --lazy "$where"
done
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p "/sys/fs/cgroup/$1"
echo $$ >"/sys/fs/cgroup/$1/cgroup.procs"
shift
exec "$@"
"""


def sh(*command, check=True, **options):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
                          timeout=PATIENCE, **options)
    assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done


def until(what, condition, patience=PATIENCE):
    """What CONDITION returned when that was true. Nothing tells of most of what is waited for here."""
    end = time.monotonic() + patience
    while not (got := condition()):
        assert time.monotonic() < end, f"it did not come to that: {what}"
        time.sleep(0.1)
    return got


class Networks:
    """One for each of the ADDRESSES, by the names of their machines; they reach each other."""

    def __init__(self, **addresses):
        self.addresses = addresses
        self._names = {name: f"msrpd-{os.getpid()}-{name}" for name in (*addresses, "switch")}

    def name(self, machine):
        return self._names[machine]

    def __enter__(self):
        for name in self._names.values():
            sh("ip", "netns", "add", name)
            sh("ip", "-n", name, "link", "set", "lo", "up")
        switch = self._names["switch"]
        sh("ip", "-n", switch, "link", "add", "bridge", "type", "bridge")
        sh("ip", "-n", switch, "link", "set", "bridge", "up")
        for machine, address in self.addresses.items():
            port = f"to-{machine}"
            sh("ip", "-n", switch, "link", "add", "name", port, "type", "veth", "peer", "name",
               "net0", "netns", self._names[machine])
            sh("ip", "-n", switch, "link", "set", port, "master", "bridge", "up")
            sh("ip", "-n", self._names[machine], "address", "add", f"{address}/24", "dev", "net0")
            sh("ip", "-n", self._names[machine], "link", "set", "net0", "up")
        return self

    def __exit__(self, *_):
        for name in self._names.values():
            sh("ip", "netns", "delete", name, check=False)


class Machine:
    """The system in ROOT, booted. Leaving the context ends it."""

    def __init__(self, root, networks, name):
        self.root, self.name = pathlib.Path(root), name
        self.address = networks.addresses[name]
        self.network = networks.name(name)
        self._console = self.root.with_suffix(".console")
        self._nspawn = self._leader = None

    def __enter__(self):
        command = ["systemd-nspawn", f"--directory={self.root}", "--boot", "--register=no",
                   "--keep-unit", f"--network-namespace-path=/run/netns/{self.network}",
                   "--console=pipe", "--link-journal=no", "--capability=all", "--resolv-conf=off",
                   "--timezone=off", f"--machine={self.name}"]
        self._nspawn = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-euc", BOOT, "sh",
             self.network, *command], stdin=subprocess.DEVNULL, stdout=self._console.open("w"),
            stderr=subprocess.STDOUT, env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
        try:
            self._leader = until(f"{self.name} begins", self._find_leader)
            until(f"{self.name} has booted", self._has_booted)
        except BaseException:
            self.__exit__()
            raise AssertionError(self._console.read_text()[-4000:])
        return self

    def __exit__(self, *_):
        if self._leader:
            self.run("systemctl poweroff", check=False)
        try:
            self._nspawn.wait(PATIENCE if self._leader else 0)
        except subprocess.TimeoutExpired:
            self._nspawn.send_signal(signal.SIGKILL)
            self._nspawn.wait()

    def _find_leader(self):
        assert self._nspawn.poll() is None, self._console.read_text()
        children = pathlib.Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        return next((int(pid) for pid in children.read_text().split()
                     if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "systemd"), None)

    def _has_booted(self):
        state = self.run("systemctl is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def run(self, script, check=True):
        """The output of what SCRIPT, of bash, does in there."""
        return sh("nsenter", "-t", self._leader, "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "--",
                  "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                  "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "bash", "-euc", script,
                  check=check)

    def says(self, script):
        return self.run(script).stdout.strip()

    def fails(self, script):
        done = self.run(script, check=False)
        assert done.returncode != 0, done.stdout
        return done.stdout

    def start(self, script):
        """The same, without waiting for it."""
        return subprocess.Popen(
            ["nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "--",
             "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
             "bash", "-euc", script], text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def write(self, path, text, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    # The service

    def show(self, name, unit="msrpd"):
        return self.says(f"systemctl show --value --property={name} {unit}")

    def pid(self):
        return int(self.show("MainPID"))

    def wait_active(self, after=0):
        """Its process, which is not AFTER."""
        return until(f"msrpd is active on {self.name}",
                     lambda: self.show("ActiveState") == "active" and self.pid() not in (0, after)
                     and self.pid())

    def journal(self, words=""):
        return self.says(f"journalctl --no-pager --output=cat -u msrpd {words}")
