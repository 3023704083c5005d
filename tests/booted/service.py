# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay on a machine, as its operator sets it up, and what its users do there."""

import shutil
import subprocess

from machine import PATIENCE, sh

PASSWORDS = {"alice": "wonderland", "bob": "builder"}
PACKAGES = ["msrpd", "msrp", "libmsrp1", "libmsrp-dev"]

OPENSSL = """[ req ]
distinguished_name = name
[ name ]
[ ca ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
"""


def make_ca(directory):
    (directory / "openssl.cnf").write_text(OPENSSL)
    sh("openssl", "req", "-config", "openssl.cnf", "-x509", "-newkey", "ec", "-pkeyopt",
       "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=CA of a test", "-extensions",
       "ca", "-keyout", "ca.key", "-out", "ca.pem", cwd=directory)


def make_certificate(directory, *names):
    """In cert.pem and key.pem."""
    extensions = directory / "names.cnf"
    extensions.write_text("subjectAltName = " + ",".join(f"DNS:{name}" for name in names) +
                          "\nauthorityKeyIdentifier = keyid\n")
    sh("openssl", "req", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt",
       "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={names[0]}", "-keyout", "key.pem",
       "-out", "request.pem", cwd=directory)
    sh("openssl", "x509", "-req", "-in", "request.pem", "-days", "2", "-CA", "ca.pem", "-CAkey",
       "ca.key", "-extfile", extensions, "-out", "cert.pem", cwd=directory)


def configuration(host, **more):
    users = ", ".join(f'{{ name = "{name}"; realm = "example.com"; password = "{password}"; }}'
                      for name, password in PASSWORDS.items())
    settings = {"hostname": f'"{host}"', "drain": "{ timeout = 60; }",
                "auth": f'{{ realm = "example.com"; users = ( {users} ); }}',
                "tls": '{ certificate = "/etc/msrpd/cert.pem"; key = "/etc/msrpd/key.pem"; '
                       'ca = "/etc/msrpd/ca.pem"; }'} | more
    return "".join(f"{key} = {value};\n" for key, value in settings.items() if value)


class Service:
    """msrpd on MACHINE, whose certificates are made in WORK."""

    def __init__(self, machine, work, host):
        self.machine, self.work, self.host = machine, work, host

    def install(self, packages):
        target = self.machine.root / "packages.d"
        target.mkdir(exist_ok=True)
        for package in packages:
            shutil.copy(package, target)
        self.machine.run("dpkg -i /packages.d/*.deb")

    def set_up(self):
        """What the README says: certificate, users, configuration."""
        make_certificate(self.work, self.host, "example.com")
        for name in ("cert.pem", "ca.pem", "key.pem"):
            self.machine.write(f"/etc/msrpd/{name}", (self.work / name).read_text())
        self.machine.run("chmod 0640 /etc/msrpd/key.pem; chgrp msrpd /etc/msrpd/key.pem")
        self.configure()

    def configure(self, **more):
        """Into the file that there is, which keeps its owner and mode."""
        self.machine.write("/etc/msrpd/msrpd.conf", configuration(self.host, **more), 0o640)

    def command(self, user, words):
        """`msrp` as USER, who finds the relay by DNS unless WORDS name it."""
        return (f"MSRP_PASSWORD={PASSWORDS[user]} timeout {PATIENCE} msrp {words} "
                f"--user {user}@example.com --ca /etc/msrpd/ca.pem")

    def relay(self):
        return f"--relay {self.host}"

    def may_enter(self, where=None):
        """The outcome of an AUTH at the relay here."""
        words = f"auth {self.relay() if where is None else where}"
        return self.machine.run(self.command("alice", words), check=False)


def send(sender, receiver, size="1M", meanwhile=None):
    """
    A file from alice, at the relay SENDER, to bob at RECEIVER. MEANWHILE is called when it is on
    its way.
    """
    sender.machine.run(f"rm -rf /root/sent /root/got; head -c {size} /dev/urandom >/root/sent")
    receiver.machine.run("rm -f /root/path /root/got")
    bob = receiver.machine.start(receiver.command(
        "bob", f"receive {receiver.relay()} --path-file /root/path --output /root/got"))
    path = receiver.machine.says("until test -s /root/path; do sleep 0.1; done; cat /root/path")
    alice = sender.machine.start(sender.command(
        "alice", f"send /root/sent {sender.relay()} --to '{path}'"))
    if meanwhile:
        receiver.machine.says("until test -s /root/got; do sleep 0.05; done")
        meanwhile()
    for who, process in (("alice", alice), ("bob", bob)):
        try:
            said = process.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            said = process.communicate()[0] + "(no end)"
        assert process.returncode == 0, f"{who}: {said}"
    assert sender.machine.says("sha256sum </root/sent") == \
        receiver.machine.says("sha256sum </root/got")
