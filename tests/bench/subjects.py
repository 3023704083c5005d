# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured and what loads it, as processes: msrpd, haproxy, pipe and load."""

import os
import pathlib
import re
import select
import socket
import subprocess
import time

TIMEOUT = 60
TICKS = os.sysconf("SC_CLK_TCK")
CPUCLOCK_SCHED = 2  # of <linux/posix-timers.h>: the clock that counts how long a process ran

CIPHERSUITES = "TLS_AES_128_GCM_SHA256"  # what msrpd uses with the same clients

HAPROXY_CONFIG = """
global
    nbthread 1
    ssl-default-bind-ciphersuites {ciphersuites}
    ssl-default-server-ciphersuites {ciphersuites}
defaults
    timeout connect 10s
    timeout client 1h
    timeout server 1h
listen pipe
    mode tcp
    bind fd@{pipe} ssl crt {pem}
    server sink 127.0.0.1:{sink} ssl verify none
frontend accept
    mode http
    bind fd@{accept} ssl crt {pem}
"""


def cpu_seconds(pid):
    """User and system time of all threads, to the microsecond."""
    return time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED)


def thread_seconds(pid):
    """The same of each thread, to the tick, by its id."""
    seconds = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        seconds[task.name] = (int(fields[11]) + int(fields[12])) / TICKS
    return seconds


def memory(pid):
    """Bytes that are the process's own, its part of shared pages included."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s*(\d+) kB", rollup, re.MULTILINE).group(1)) * 1024


class Measured:
    """What a process, its busiest thread, and the clock on the wall did during a with statement."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        self._threads = thread_seconds(self.pid)
        self._cpu, self._wall = cpu_seconds(self.pid), time.monotonic()
        return self

    def __exit__(self, *_):
        self.wall = time.monotonic() - self._wall
        self.cpu = cpu_seconds(self.pid) - self._cpu
        self.busiest = max(seconds - self._threads.get(thread, 0)
                           for thread, seconds in thread_seconds(self.pid).items())


class Haproxy:
    """A haproxy with one thread; it passes on to the port SINK, or at another does nothing but TLS."""

    def __init__(self, haproxy, place, sink):
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.port, self.accept_port = (l.getsockname()[1] for l in listeners)
        fds = [l.fileno() for l in listeners]
        pem, config = place.fresh("both.pem"), place.fresh("haproxy.cfg")
        pem.write_text("".join((place.path / n).read_text() for n in ("cert.pem", "key.pem")))
        config.write_text(HAPROXY_CONFIG.format(pipe=fds[0], accept=fds[1], pem=pem, sink=sink,
                                                ciphersuites=CIPHERSUITES))
        self.process = subprocess.Popen([haproxy, "-db", "-q", "-f", config], pass_fds=fds)
        # The ports are open already, so whoever connects waits until haproxy is there.
        for listener in listeners:
            listener.close()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Pipe:
    """A haproxy with the two ends that pipe.c gives it."""

    def __init__(self, haproxy, pipe, place):
        self.pipe = pipe
        self.sink = subprocess.Popen([pipe, "sink", place.path / "cert.pem",
                                      place.path / "key.pem"], stdout=subprocess.PIPE, text=True)
        self.haproxy = Haproxy(haproxy, place, self.sink.stdout.readline().strip())
        self.process = self.haproxy.process
        self.transfer(1)

    def transfer(self, size):
        subprocess.run([self.pipe, "source", str(self.haproxy.port), str(size)], check=True,
                       timeout=TIMEOUT)
        got = int(self.sink.stdout.readline())
        assert got == size, f"{got} of {size} bytes came through haproxy"

    def stop(self):
        self.haproxy.stop()
        self.sink.kill()
        self.sink.wait()


class Load:
    """A running load.c, ready; see there what it takes and gives."""

    def __init__(self, program, subject, *args, pass_fds=()):
        self.subject = subject  # the process id of what it loads
        self.process = subprocess.Popen([program, *map(str, args)], text=True, pass_fds=pass_fds,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._expect_line()

    def _expect_line(self):
        """There is never more than one, so that none can hide in a buffer."""
        readable, _, _ = select.select([self.process.stdout], [], [], TIMEOUT)
        line = self.process.stdout.readline() if readable else ""
        if not line:
            self.stop()
            raise RuntimeError(f"{self.process.args}: " + ("ended" if readable else "stuck"))
        return line

    def run(self, *numbers):
        """What it cost its subject, and the numbers that load printed."""
        with Measured(self.subject) as measured:
            self.process.stdin.write(" ".join(map(str, numbers)) + "\n")
            self.process.stdin.flush()
            measured.numbers = [float(word) for word in self._expect_line().split()]
        return measured

    def stop(self):
        self.process.kill()
        self.process.communicate()
