#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two machines with a real systemd, the packages in them, and an operator.

booted.py PACKAGES TAR [CODE]: PACKAGES is the directory with our packages; TAR is
where the system without them is kept for the next time; CODE is its release, if
it is not the one that is here.
"""

import os
import pathlib
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests/support"), str(TOP / "packaging")]

import tap
from machine import Machine, Networks, sh, until
from root import Root, built_packages
from service import PACKAGES, Service, make_ca, send

SYSTEM = """systemd systemd-sysv dbus libpam-systemd iproute2 procps openssl dnsmasq-base""".split()

ZONE = """no-resolv
no-hosts
listen-address=192.0.2.1
bind-interfaces
host-record=a.example.com,192.0.2.1
host-record=b.example.com,192.0.2.2
srv-host=_msrps._tcp.example.com,a.example.com,2855,0
srv-host=_msrps._tcp.example.com,b.example.com,2855,10
srv-host=_msrps._tcp.b.example.com,b.example.com,2855
"""


def fill(packages):
    """What ours need is in the system, and they are not."""
    def into(root):
        root.install(*SYSTEM, *root.copy_in(packages))
        root.chroot("dpkg", "--purge", *PACKAGES)
        (root.path / "usr/sbin/policy-rc.d").unlink()
        (root.path / "etc/resolv.conf").unlink()
        (root.path / "etc/resolv.conf").write_text("nameserver 192.0.2.1\n")
    return into


class Place:
    """The machines a and b, with a relay each, and what both were made of."""

    def __init__(self, directory, packages, tar, code=""):
        self.directory, self.packages, self.tar = pathlib.Path(directory), packages, tar
        self.code = code
        self.networks = Networks(a="192.0.2.1", b="192.0.2.2")
        self.machines, self.services = {}, {}

    def boot(self):
        make_ca(self.directory)
        self.networks.__enter__()
        for name in self.networks.addresses:
            root = Root(self.directory / name, self.code)
            root.create_once(self.tar, " ".join(SYSTEM), fill(self.packages))
            self.machines[name] = Machine(root.path, self.networks, name).__enter__()
            self.services[name] = Service(self.machines[name], self.directory,
                                          f"{name}.example.com")
        a = self.machines["a"]
        a.write("/etc/names.conf", ZONE)
        a.run("systemd-run --unit=names dnsmasq --keep-in-foreground --conf-file=/etc/names.conf")

    def end(self):
        for machine in self.machines.values():
            machine.__exit__()
        self.networks.__exit__()


def cases(place):
    """(name, function) of what happens, one after the other."""
    services, machines = place.services, place.machines

    def on_a(function):
        return lambda: function(services["a"], machines["a"])

    def installs(service, machine):
        for one in services.values():
            one.install(place.packages)
        assert machine.says("systemctl is-enabled msrpd || true") == "disabled"
        assert machine.show("ActiveState") == "inactive"
        assert machine.says("stat -c '%U %G %a' /etc/msrpd/msrpd.conf") == "root msrpd 640"

    def starts(service, machine):
        for one in services.values():
            one.set_up()
            one.machine.run("systemctl enable --now msrpd")
        assert machine.says("stat -c '%U %G %a' /etc/msrpd/msrpd.conf") == "root msrpd 640"
        assert machine.says("ps -o user= -p $(systemctl show --value -p MainPID msrpd)") == "msrpd"
        send(service, service)
        assert "MSRP_USER=alice" in machine.says(
            "journalctl --no-pager --output=export -u msrpd MSRP_USER=alice")

    def reloads(service, machine):
        pid = machine.pid()
        service.configure(log='{ level = "debug"; }')
        machine.run("systemctl reload msrpd")
        service.configure(log='{ level = "loud"; }')
        machine.fails("systemctl reload msrpd")
        assert "msrpd.conf:" in machine.journal("| grep log.level")
        assert machine.pid() == pid and machine.show("ActiveState") == "active"
        service.configure()
        machine.run("systemctl reload msrpd")

    def restarts(service, machine):
        pid = machine.pid()
        send(service, service, "300M", lambda: machine.run("systemctl restart --no-block msrpd"))
        machine.wait_active(after=pid)
        assert service.may_enter().returncode == 0

    def drains(service, machine):
        machine.run("msrpctl drain on")
        assert service.may_enter().returncode != 0
        assert "drain" in machine.show("StatusText").lower(), machine.show("StatusText")
        machine.run("msrpctl drain off")
        assert service.may_enter().returncode == 0

    def killed(service, machine):
        pid = machine.pid()
        machine.run(f"kill -9 {pid}")
        machine.wait_active(after=pid)
        assert machine.show("NRestarts") == "1"
        assert service.may_enter().returncode == 0

    def stopped(service, machine):
        """The watchdog's time is short here, for the sake of the test."""
        machine.write("/etc/systemd/system/msrpd.service.d/watchdog.conf",
                      "[Service]\nWatchdogSec=3\n")
        machine.run("systemctl daemon-reload; systemctl restart msrpd")
        pid = machine.wait_active()
        machine.run(f"kill -STOP {pid}")
        machine.wait_active(after=pid)
        assert "watchdog" in machine.says("journalctl --no-pager -u msrpd _PID=1").lower()
        machine.run("rm -r /etc/systemd/system/msrpd.service.d; systemctl daemon-reload")

    def is_activated(service, machine):
        machine.run("systemctl stop msrpd")
        service.configure(listen='( { name = "msrps"; } )')
        machine.run("systemctl enable --now msrpd.socket")
        assert machine.show("ActiveState") == "inactive"
        assert service.may_enter().returncode == 0
        pid = machine.wait_active()
        machine.run("systemctl restart msrpd")
        machine.wait_active(after=pid)
        assert service.may_enter().returncode == 0

    def outlives_a_mistake(service, machine):
        """The socket does, whose clients would start a relay each that cannot come up."""
        machine.run("systemctl stop msrpd 2>&1")
        service.configure(listen='( { name = "msrps"; } )', log='{ level = "loud"; }')
        knock = "for i in {1..30}; do (: </dev/tcp/127.0.0.1/2855) 2>/dev/null || true; done"
        failed = "journalctl --no-pager -u msrpd _PID=1 | grep -c status=78 || true"
        before = int(machine.says(failed))
        until("it has failed five times",
              lambda: machine.run(knock) and int(machine.says(failed)) >= before + 5)
        assert machine.show("ActiveState", "msrpd.socket") == "active"
        service.configure(listen='( { name = "msrps"; } )')
        assert service.may_enter().returncode == 0
        machine.wait_active()
        machine.run("systemctl disable --now msrpd.socket; systemctl stop msrpd")
        service.configure()
        machine.run("systemctl start msrpd")

    def has_credentials(service, machine):
        machine.run("chown root:root /etc/msrpd/key.pem; chmod 0600 /etc/msrpd/key.pem")
        machine.write("/etc/systemd/system/msrpd.service.d/key.conf",
                      "[Service]\nLoadCredential=key:/etc/msrpd/key.pem\n")
        service.configure(tls='{ certificate = "/etc/msrpd/cert.pem"; key = "credential:key"; '
                          'ca = "/etc/msrpd/ca.pem"; }')
        machine.run("systemctl daemon-reload; systemctl restart msrpd")
        assert service.may_enter().returncode == 0
        machine.run("rm -r /etc/systemd/system/msrpd.service.d; chgrp msrpd /etc/msrpd/key.pem; "
                    "chmod 0640 /etc/msrpd/key.pem; systemctl daemon-reload")
        service.configure()
        machine.run("systemctl restart msrpd")

    def is_upgraded(service, machine):
        pid = machine.pid()
        before = machine.says("cat /etc/msrpd/msrpd.conf")
        machine.run("dpkg -i /packages.d/*.deb")
        machine.wait_active(after=pid)
        assert machine.says("cat /etc/msrpd/msrpd.conf") == before
        assert service.may_enter().returncode == 0

    def boots_again(service, machine):
        machine.__exit__()
        machine.__enter__()
        machine.run("systemd-run --unit=names dnsmasq --keep-in-foreground "
                    "--conf-file=/etc/names.conf")
        machine.wait_active()
        assert service.may_enter().returncode == 0

    def meet():
        """Each at a relay of its own: the relays find and prove each other."""
        send(services["a"], services["b"])
        send(services["b"], services["a"])

    def chain_by_srv():
        """An AUTH through a for "b.example.com", without a port, which SRV has."""
        script = TOP / "tests/booted/through.py"
        sh("ip", "netns", "exec", place.networks.name("b"), sys.executable, script,
           place.directory / "ca.pem", "192.0.2.1", "a.example.com", "b.example.com")

    def fail_over():
        """By SRV the first relay is a; when that is gone, b takes its clients."""
        by_dns = services["b"].may_enter("")
        assert by_dns.returncode == 0 and "a.example.com" in by_dns.stdout, by_dns.stdout
        machines["a"].run("systemctl stop msrpd")
        by_dns = services["b"].may_enter("")
        assert by_dns.returncode == 0 and "b.example.com" in by_dns.stdout, by_dns.stdout
        pid = machines["a"].run("systemctl start msrpd") and machines["a"].wait_active()
        machines["a"].run(f"kill -STOP {pid}")
        by_dns = services["b"].may_enter("")
        machines["a"].run(f"kill -CONT {pid}")
        assert by_dns.returncode == 0 and "b.example.com" in by_dns.stdout, by_dns.stdout

    def is_purged(service, machine):
        machine.run(f"dpkg --purge {' '.join(PACKAGES)}")
        # What the operator has put beside it is the operator's.
        machine.fails("test -e /etc/msrpd/msrpd.conf || test -e /run/msrpd")
        machine.fails("systemctl cat msrpd")
        until("no msrpd runs", lambda: machine.run("pgrep msrpd", check=False).returncode != 0)

    return [
        ("both boot", place.boot),
        ("the packages are installed, and start nothing", on_a(installs)),
        ("it is set up, enabled and started", on_a(starts)),
        ("a reload tells whether the configuration was taken", on_a(reloads)),
        ("a transfer survives a restart", on_a(restarts)),
        ("it drains, and takes new sessions again", on_a(drains)),
        ("kill -9: it is started again", on_a(killed)),
        ("kill -STOP: the watchdog starts it again", on_a(stopped)),
        ("the socket starts it, and stays open", on_a(is_activated)),
        ("a mistake in the configuration does not take the socket with it",
         on_a(outlives_a_mistake)),
        ("its key is a credential that only root can read", on_a(has_credentials)),
        ("an upgrade restarts it, and keeps its configuration", on_a(is_upgraded)),
        ("it is there after the next boot", on_a(boots_again)),
        ("two relays find each other by DNS", meet),
        ("a chain whose second relay is found by SRV", chain_by_srv),
        ("clients go to the other relay when one is gone, or hangs", fail_over),
        ("a purge leaves nothing that runs", on_a(is_purged)),
        ("both end", place.end),
    ]


def main(packages, tar, code=""):
    if os.getuid() != 0:
        sys.exit("this needs root, for machines of its own")
    with tempfile.TemporaryDirectory(prefix="msrpd-booted-") as directory:
        place = Place(directory, built_packages(packages), pathlib.Path(tar), code)
        try:
            tap.run(cases(place))
        finally:
            place.end()


main(*sys.argv[1:])
