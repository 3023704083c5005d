# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay that writes to the journal, read from a socket where the journal's would be."""

import pathlib
import socket
import subprocess
import threading
import time

import relay as system
import tap
from control import Controlled

REMOTE = pathlib.Path("/lib/systemd/systemd-journal-remote")

# The journal's socket has a fixed place, so msrpd gets a /run of its own.
SCRIPT = """mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal &&
mount --bind "$1" /run/systemd/journal &&
JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) && export JOURNAL_STREAM && shift && exec "$@"
"""


class Journaled(Controlled):
    """A relay whose standard error is the journal, which is here."""

    def __init__(self, place, changes=None):
        self.directory = place.fresh("journal")
        self.directory.mkdir()
        self.entries = []
        super().__init__(place, changes,
                         wrapper=("unshare", "-m", "sh", "-c", SCRIPT, "sh", self.directory))
        self._journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._journal.bind(str(self.directory / "socket"))

    def _read_journal(self):
        while data := self._journal.recv(65536):
            fields = dict(line.split("=", 1) for line in data.decode().splitlines())
            with self._news:
                self.entries.append(fields)
                self.log.append(fields["MESSAGE"] + "\n")
                self._news.notify_all()

    def _read_log(self):
        reader = threading.Thread(target=self._read_journal, daemon=True)
        reader.start()
        self.stderr = self.process.stderr.read()
        self._journal.shutdown(socket.SHUT_RD)
        reader.join()
        self._journal.close()

    def wait_entry(self, words, **fields):
        """The entry whose message begins with WORDS and which has these fields."""
        def find():
            return next((e for e in self.entries if e["MESSAGE"].startswith(words)
                         and fields.items() <= e.items()), None)

        with self._news:
            found = self._news.wait_for(find, system.PATIENCE)
        assert found, f"not in the journal: {words} {fields}"
        return found

    def write_file(self):
        """A file of the journal, as systemd writes it, with what came: its path."""
        if not REMOTE.exists():
            raise tap.Skip("systemd-journal-remote is not here")
        now = int(time.time() * 1e6)
        export = "\n".join("".join(f"{key}={value}\n" for key, value in (
            {"__REALTIME_TIMESTAMP": now + i, "__MONOTONIC_TIMESTAMP": now + i,
             "_BOOT_ID": "0" * 31 + "1", "_SYSTEMD_UNIT": "msrpd.service", "_HOSTNAME": "relay",
             "_COMM": "msrpd", "_PID": self.process.pid} | entry).items())
            for i, entry in enumerate(self.entries))
        file = self.place.fresh("msrpd.journal")
        subprocess.run([REMOTE, f"--output={file}", "-"], input=export + "\n", text=True, check=True,
                       capture_output=True, timeout=system.PATIENCE)
        return file


def check_here():
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/run"],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise tap.Skip(f"no mount namespaces here: {done.stderr.strip()}")
