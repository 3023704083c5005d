# SPDX-License-Identifier: GPL-3.0-or-later
"""The real msrpd as a process, with certificates and a configuration made for a test.

The environment says what to run: MSRPD and MSRP are the programs, and
MSRPD_SANITIZED is set when they were built with sanitizers. MSRPD_WORKERS is how
many workers a relay has that does not say otherwise.
"""

import contextlib
import copy
import os
import pathlib
import re
import resource
import secrets
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

# Nothing here takes seconds; whoever waits that long has failed.
PATIENCE = 60

MSRPD = os.environ.get("MSRPD", "msrpd")
MSRP = os.environ.get("MSRP", "msrp")
SANITIZED = bool(os.environ.get("MSRPD_SANITIZED"))
LONG = bool(os.environ.get("MSRPD_TEST_LONG"))
WORKERS = int(os.environ.get("MSRPD_WORKERS", "1"))

# No test asks what this machine trusts, and reading that is most of what a sanitized start costs.
os.environ.update(SSL_CERT_FILE="/dev/null", SSL_CERT_DIR="/dev/null")

PASSWORDS = {"alice": "alice's secret", "bob": "bob's \"secret\"", "carol": "caröl"}
DOMAIN = "example.com"

OPENSSL_CONFIG = """
[ req ]
distinguished_name = name
[ name ]
[ ca ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ server ]
basicConstraints = CA:false
subjectAltName = DNS:{name}
authorityKeyIdentifier = keyid
"""

NEW_KEY = "req -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


def openssl(directory, name, *commands):
    """Runs COMMANDS there, with a configuration that certifies NAME."""
    (directory / "openssl.cnf").write_text(OPENSSL_CONFIG.format(name=name))
    for command in commands:
        subprocess.run(["openssl", *command.split()], cwd=directory, check=True,
                       capture_output=True)


def make_ca(directory, ca="ca"):
    openssl(directory, "none", f"{NEW_KEY} -x509 -days 30 -subj /CN=test-{ca} -extensions ca"
                               f" -keyout {ca}.key -out {ca}.pem")


def make_certificate(directory, name, prefix="", ca="ca", days=30, others=()):
    """cert.pem with key.pem, PREFIX before both names, for the host NAME and OTHERS, signed by CA."""
    openssl(directory, ",DNS:".join((name, *others)),
            f"{NEW_KEY} -subj /CN={name} -keyout {prefix}key.pem -out {prefix}request.pem",
            f"x509 -req -in {prefix}request.pem -days {days} -set_serial 1 -CA {ca}.pem -CAkey {ca}.key"
            f" -extfile openssl.cnf -extensions server -out {prefix}cert.pem")


def libconfig(value):
    """VALUE as libconfig writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{ " + "".join(f"{k} = {libconfig(v)};\n" for k, v in value.items()) + "}"
    inner = ", ".join(map(libconfig, value))
    return f"( {inner} )" if value and isinstance(value[0], dict) else f"[ {inner} ]"


def free_port():
    """At 127.0.0.1, for what cannot have a place of its own: none that the system gives away."""
    given_away = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    end = max(int(given_away[0]), 20000)
    while True:
        port = 10000 + secrets.randbelow(end - 10000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def free_place():
    """The same as "address:port", at an address of this machine that no other test uses meanwhile."""
    host = ".".join(["127", *(str(1 + secrets.randbelow(254)) for _ in range(3))])
    with socket.create_server((host, 0)) as free:
        return f"{host}:{free.getsockname()[1]}"


class Place:
    """A directory with certificates that lives as long as the test program."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="msrpd-test-")
        self.path = pathlib.Path(self._directory.name)
        make_ca(self.path)
        make_certificate(self.path, "localhost")
        self._n = 0

    def open_to_all(self):
        """So that a relay under another user finds what it needs."""
        self.path.chmod(0o755)
        for file in self.path.iterdir():
            file.chmod(0o644)

    def fresh(self, name):
        """A path in here that nothing else uses."""
        self._n += 1
        return self.path / f"{self._n}-{name}"

    def server_tls(self, whose=""):
        """For a server that we play, with the certificate of WHOSE prefix.

        It gives no tickets: one that cannot be written, as the client has gone, is no error to
        OpenSSL, but Python (seen with 3.13) raises it from the next connection that it reads.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.num_tickets = 0
        context.load_cert_chain(self.path / f"{whose}cert.pem", self.path / f"{whose}key.pem")
        return context

    def credentials(self, **files):
        """The variables of a service for which systemd has loaded these texts."""
        directory = self.fresh("credentials")
        directory.mkdir()
        for name, text in files.items():
            (directory / name).write_text(text)
        return {"CREDENTIALS_DIRECTORY": str(directory)}

    def configuration(self, changes=None):
        """The settings of a test's relay; CHANGES maps "group.key" to a value, None drops it."""
        settings = {
            "hostname": "localhost",
            "workers": WORKERS,
            "listen": [{"address": "127.0.0.1", "port": 0, "transport": "tls"},
                       {"address": "127.0.0.1", "port": 0, "transport": "tcp"}],
            "tls": {name: str(self.path / file) for name, file in
                    (("certificate", "cert.pem"), ("key", "key.pem"), ("ca", "ca.pem"))},
            "auth": {"users": [{"name": name, "realm": DOMAIN, "password": password}
                               for name, password in PASSWORDS.items()]},
            "outbound": {"allow": ["127.0.0.0/8"]},
            "drain": {"timeout": 0},
        }
        for key, value in copy.deepcopy(changes or {}).items():
            *groups, last = key.split(".")
            group = settings
            for name in groups:
                group = group.setdefault(name, {})
            group[last] = value
            if value is None:
                del group[last]
        return settings

    def write_config(self, changes=None):
        file = self.fresh("msrpd.conf")
        file.write_text("".join(f"{key} = {libconfig(value)};\n"
                                for key, value in self.configuration(changes).items()))
        return file


def environment(**more):
    """Ours, less what would make msrpd take itself for a service of this machine."""
    ours = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM")
    kept = {k: v for k, v in os.environ.items() if k not in ours}
    return kept | more


class Relay:
    """A running msrpd; leaving the context ends it, and it must end well."""

    LISTENING = re.compile(r"listening on \S*:(\d+) \((\w+)\)")

    def __init__(self, place, changes=None, descriptors=None, wrapper=(), variables=None,
                 pass_fds=()):
        self.place = place
        self.wrapper = wrapper
        self.variables = variables or {}
        self.pass_fds = pass_fds
        self.changes = changes
        self.descriptors = descriptors
        self.log = []
        self._news = threading.Condition()

    def __enter__(self):
        path = self.notify_path = str(self.place.fresh("notify"))
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(path)
        self.notified = []
        self.config = self.place.write_config(self.changes)
        os.chmod(path, 0o666)
        self.process = subprocess.Popen([*self.wrapper, MSRPD, "-c", self.config],
                                        env=environment(NOTIFY_SOCKET=path, **self.variables),
                                        text=True,
                                        stderr=subprocess.PIPE,
                                        errors="backslashreplace", pass_fds=self.pass_fds,
                                        preexec_fn=self._limit_descriptors)
        self._readers = [threading.Thread(target=function, daemon=True)
                         for function in (self._read_log, self._read_notify)]
        for reader in self._readers:
            reader.start()
        try:
            self.wait_notified("READY=1")
            if SANITIZED:
                self.wait_idle()  # ThreadSanitizer loses some of the signals that come before
            self.port = int(self.wait_log(r"listening on \S*:(\d+) \(tls\)").group(1))
            self.plain_port = int(self.wait_log(r"listening on \S*:(\d+) \(tcp\)").group(1))
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            print("".join(f"# msrpd: {line}" for line in self.log), end="")
            self.kill()
        else:
            self.stop()

    def reload(self, changes=None):
        """SIGHUP, with another configuration in place of its own; wait_reloaded() waits for it."""
        self.place.write_config(changes).replace(self.config)
        self.log_seen = len(self.log)
        self.process.send_signal(signal.SIGHUP)

    def wait_reloaded(self):
        self.wait_log(f"notice: reloaded: {self.config}", self.log_seen)

    def wait_not_reloaded(self, why):
        """WHY: a pattern of a line of the log."""
        self.wait_log(why, self.log_seen)
        self.wait_log("error: not reloaded: nothing has changed", self.log_seen)

    def _limit_descriptors(self):
        if self.descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

    def wait_idle(self):
        """Until its main thread waits: what that opens for a moment only is closed then."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat")
        while stat.read_text().rpartition(")")[2].split()[0] != "S":
            time.sleep(0.01)

    def n_descriptors(self):
        """How many it has open."""
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def wait_descriptors(self, n):
        """Until it has so many open: some it has for a moment only."""
        end = time.monotonic() + PATIENCE
        while (now := self.n_descriptors()) != n:
            assert time.monotonic() < end, f"{now} descriptors instead of {n}"

    def _read_log(self):
        for line in self.process.stderr:
            with self._news:
                self.log.append(line)
                self._news.notify_all()

    def _read_notify(self):
        """Always, as systemd does, up to its shutdown."""
        while said := self._notify.recv(4096).decode():
            with self._news:
                self.notified += said.split("\n")
                self._news.notify_all()

    def _finish_readers(self):
        self._notify.shutdown(socket.SHUT_RD)
        for reader in self._readers:
            reader.join()
        self._notify.close()
        self.stop = lambda: None  # when the context is left

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._finish_readers()

    def stop(self):
        """SIGTERM; says what it sent to the notify socket."""
        self.process.send_signal(signal.SIGTERM)
        return "\n".join(self.wait_end())

    def wait_notified(self, pattern, times=1, patience=PATIENCE):
        """Until so many lines that are PATTERN, all of it, have been sent to the notify socket."""
        def find():
            return sum(bool(re.fullmatch(pattern, line)) for line in self.notified) >= times

        with self._news:
            found = self._news.wait_for(find, patience)
        assert found, f"not notified of {pattern}: {self.notified}"

    def n_notified(self, line):
        """How often that has been sent to the notify socket."""
        with self._news:
            return self.notified.count(line)

    def wait_end(self):
        """Until it has stopped by itself, as it must end well; says what it has notified of."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._finish_readers()
        assert code == 0, f"msrpd ended with {code}:\n{''.join(self.log)}"
        return self.notified

    def wait_log(self, pattern, since=0):
        """The match of PATTERN in the first line of the log, from line SINCE on, that has one."""
        def find():
            matches = (re.search(pattern, line) for line in self.log[since:])
            return next((match for match in matches if match), None)

        with self._news:
            found = self._news.wait_for(find, PATIENCE)
        assert found, f"not in the log: {pattern}"
        return found

    def wait_logged(self, pattern, n):
        """Until N lines of the log have PATTERN."""
        def count():
            return sum(bool(re.search(pattern, line)) for line in self.log)

        # As long as more of them come, however slowly.
        with self._news:
            while (found := count()) < n:
                more = self._news.wait_for(lambda known=found: count() > known, PATIENCE)
                assert more, f"{found} times in the log, not {n}: {pattern}"

    def memory(self):
        """(resident now, most resident ever since the last call) in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        now, most = (int(re.search(rf"{name}:\s*(\d+) kB", status).group(1)) * 1024
                     for name in ("VmRSS", "VmHWM"))
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        return now, most


class Command:
    """A running `msrp` of one of our users."""

    def __init__(self, relay, user, *args, password=None, **options):
        command = [MSRP, *map(str, args), "--relay", f"localhost:{relay.port}",
                   "--user", f"{user}@{DOMAIN}", "--ca", str(relay.place.path / "ca.pem")]
        env = environment(MSRP_PASSWORD=password or PASSWORDS[user])
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE} | options
        self.process = subprocess.Popen(command, env=env, text=True, **streams)

    def finish(self):
        """(exit code, stdout, stderr)"""
        try:
            out, err = self.process.communicate(timeout=PATIENCE * (20 if LONG else 4))
        except BaseException:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, out, err

    def succeed(self):
        code, out, err = self.finish()
        assert code == 0, f"{self.process.args}: exit code {code}\n{out}{err}"
        return out
