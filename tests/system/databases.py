# SPDX-License-Identifier: GPL-3.0-or-later
"""Database servers from Debian's packages, each in a directory and on a socket of its own.

All of them have the table "subscriber" of OpenSIPS, whose columns Kamailio
shares, but for the hash with SHA-256.
"""

import functools
import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import relay as system
import tap

COLUMNS = ("username", "domain", "password", "ha1", "ha1_sha256")


def unprivileged():
    """How to start what refuses to run as root: (arguments of Popen, owner of its files)."""
    if os.getuid() != 0:
        return {}, None
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}, nobody


def run(command, text="", **options):
    done = subprocess.run([str(word) for word in command], input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=4 * system.PATIENCE, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Database:
    """Leaving the context ends the server and removes what it wrote."""

    backend = ""

    def __init__(self, over_tcp=False):
        self.over_tcp = over_tcp  # not only by a socket of UNIX
        self.with_tls = over_tcp
        self.port = None
        self._place = tempfile.TemporaryDirectory(prefix="msrpd-db-")
        self.path = pathlib.Path(self._place.name)
        self.path.chmod(0o755)
        self.process = None
        self._as, self._owner = unprivileged()

    def __enter__(self):
        try:
            self.create()
            self.start()
            self.fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
        self._place.cleanup()

    def own(self, path):
        """PATH belongs to whom the server runs as."""
        if self._owner:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        return path

    def create(self):
        pass

    def start(self):
        pass

    def fill(self):
        columns = ", ".join(f"{name} VARCHAR(300)" for name in COLUMNS)
        self.execute(f"CREATE TABLE subscriber ({columns})")

    def make_certificate(self):
        """For a server whose clients call it "localhost"."""
        system.make_ca(self.path)
        system.make_certificate(self.path, "localhost")
        self.own(self.path / "key.pem").chmod(0o600)

    def choose_port(self):
        if self.over_tcp:
            self.port = system.free_port()

    def tcp_settings(self):
        return {"host": "localhost", "port": self.port, "ca": str(self.path / "ca.pem")}

    def spawn(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL,
                                        stderr=(self.path / "server.log").open("a"), **self._as)
        end = time.monotonic() + system.PATIENCE
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < end, \
                (self.path / "server.log").read_text()
            time.sleep(0.05)

    def answers(self):
        try:
            self.execute("SELECT 1")
            return True
        except AssertionError:
            return False

    def kill(self):
        """kill -9, of the server and what it has started, which would hold on to its memory."""
        pids = self._pids()
        self._signal_all(signal.SIGKILL)
        self.process.wait()
        while not all(self._is_gone(pid) for pid in pids):
            time.sleep(0.01)
        self.process = None

    @staticmethod
    def _is_gone(pid):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        return bool(re.search(r"^State:\s*[ZX]", status, re.M))

    def freeze(self):
        """Returns when each of its threads has stopped."""
        self._signal_all(signal.SIGSTOP)
        while not all(self._is_stopped(pid) for pid in self._pids()):
            time.sleep(0.01)

    @staticmethod
    def _is_stopped(pid):
        try:
            return all(re.search(r"^State:\s*[TZ]", status.read_text(), re.M)
                       for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"))
        except FileNotFoundError:
            return True

    def thaw(self):
        self._signal_all(signal.SIGCONT)

    def _pids(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text().split())]

    def _signal_all(self, number):
        for pid in self._pids():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def begin_again(self, with_tls):
        self.kill()
        self.with_tls = with_tls
        self.start()

    def execute(self, sql):
        raise NotImplementedError

    def add(self, **columns):
        values = ", ".join(literal(columns.get(name, "")) for name in COLUMNS)
        self.execute(f"INSERT INTO subscriber ({', '.join(COLUMNS)}) VALUES ({values})")

    def settings(self):
        """Those of auth.sql that lead here."""
        raise NotImplementedError


class Sqlite(Database):
    backend = "sqlite"

    @property
    def file(self):
        return self.path / "users.db"

    def execute(self, sql):
        connection = sqlite3.connect(self.file)
        with connection:
            connection.execute(sql)
        connection.close()

    def settings(self):
        return {"database": str(self.file)}


def tool(name, *patterns):
    found = shutil.which(name) or next((path for pattern in patterns
                                        for path in sorted(glob.glob(pattern))), None)
    if not found:
        raise tap.Skip(f"there is no {name} here")
    return found


class Postgresql(Database):
    backend = "postgresql"

    def create(self):
        self._bin = pathlib.Path(tool("initdb", "/usr/lib/postgresql/*/bin/initdb")).resolve().parent
        self._data = self.own(self._mkdir("data"))
        self._sockets = self.own(self._mkdir("sockets"))
        run([self._bin / "initdb", "-D", self._data, "-U", "msrpd", "--auth-local=trust",
             "--auth-host=scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=self.path, **self._as)
        if self.over_tcp:
            self.make_certificate()

    def _mkdir(self, name):
        path = self.path / name
        path.mkdir(mode=0o700)
        return path

    def start(self):
        pid = self._data / "postmaster.pid"
        pid.unlink(missing_ok=True)
        self._sockets.chmod(0o755)
        self.choose_port()
        self.spawn(self._bin / "postgres", "-D", self._data, "-k", self._sockets,
                   "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=20",
                   *self._tcp())

    def _tcp(self):
        options = ["listen_addresses="]
        if self.over_tcp:
            options = ["listen_addresses=127.0.0.1,127.0.0.2", f"port={self.port}"]
        if self.with_tls:
            options += ["ssl=on", f"ssl_cert_file={self.path / 'cert.pem'}",
                        f"ssl_key_file={self.path / 'key.pem'}"]
        return [word for option in options for word in ("-c", option)]

    def kill(self):
        self._signal_all(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def execute(self, sql):
        run([self._bin / "psql", "-q", "-X", "-h", self._sockets, "-p", self.port or 5432,
             "-U", "msrpd", "-v", "ON_ERROR_STOP=1", "postgres"], sql)

    def fill(self):
        self.execute("ALTER USER msrpd PASSWORD 'se\"cret'")
        super().fill()

    def settings(self):
        where = self.tcp_settings() if self.over_tcp else {"host": str(self._sockets)}
        return {"database": "postgres", "user": "msrpd", "password": 'se"cret'} | where


class Mariadb(Database):
    backend = "mariadb"

    def create(self):
        self._server = tool("mariadbd", "/usr/sbin/mariadbd")
        install = tool("mariadb-install-db")
        self._data = self.path / "data"
        self._data.mkdir()
        self.own(self._data)
        self.own(self.path)
        run([install, "--no-defaults", f"--datadir={self._data}", "--auth-root-authentication-method"
             "=normal", "--skip-test-db", "--innodb-log-file-size=8M"], cwd=self.path, **self._as)
        if self.over_tcp:
            self.make_certificate()

    @property
    def _socket(self):
        return self.path / "socket"

    def start(self):
        self.choose_port()
        self.spawn(self._server, "--no-defaults", f"--datadir={self._data}",
                   f"--socket={self._socket}", "--innodb-buffer-pool-size=16M",
                   "--innodb-flush-log-at-trx-commit=2", f"--pid-file={self.path / 'pid'}",
                   *self._tcp())

    def _tcp(self):
        if not self.over_tcp:
            return ["--skip-networking"]
        tls = [f"--ssl-{what}={self.path / what}.pem" for what in ("ca", "cert", "key")]
        return ["--bind-address=127.0.0.1,127.0.0.2", f"--port={self.port}", *(tls if self.with_tls else
                                                                     ["--skip-ssl"])]

    def fill(self):
        self.execute("CREATE DATABASE IF NOT EXISTS sip CHARACTER SET utf8mb4;"
                     "CREATE USER msrpd@localhost IDENTIFIED BY 'se\"cret'; "
                     "GRANT SELECT ON sip.* TO msrpd@localhost;")
        super().fill()

    def execute(self, sql):
        use = "" if "DATABASE" in sql or sql == "SELECT 1" else "USE sip;"
        run(["mariadb", "--no-defaults", "--skip-ssl", f"--socket={self._socket}", "-u", "root",
             "--default-character-set=utf8mb4"], use + sql)

    def settings(self):
        where = self.tcp_settings() if self.over_tcp else {"host": str(self._socket)}
        return {"database": "sip", "user": "msrpd", "password": 'se"cret'} | where


def is_built_in(kind):
    return f", {kind.backend}" in run([system.MSRPD, "-V"])


def cases(kind, functions, **options):
    """For tap.run(): each of the (name, FUNCTIONS) is called with a database that they share."""
    shared = []

    def start():
        if not is_built_in(kind):
            raise tap.Skip(f"{kind.backend} is not built in")
        shared.append(kind(**options).__enter__())

    def case(function):
        if not shared:
            raise tap.Skip("there is no database")
        function(shared[0])

    def stop():
        if shared:
            shared[0].__exit__()

    yield f"{kind.backend}: it starts", start
    for name, function in functions:
        yield f"{kind.backend}: {name}", functools.partial(case, function)
    yield f"{kind.backend}: it ends", stop
