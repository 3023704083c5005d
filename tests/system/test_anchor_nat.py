#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call between two parties who are at home, each behind a router that translates addresses, in
networks of the test's own: neither can be connected to, nor does it know how it is seen.

    caller 192.168.1.2 --- router --- 198.51.100.1 relay --- router --- 192.168.2.2 callee
"""

import contextlib
import os
import shutil
import subprocess

import network
import relay as system
import tap
from anchor import Anchor, Endpoint, attribute, exchange
from calls import Call

place = system.Place()

PUBLIC = "198.51.100.1"


def run(*words, pid=None, text=None):
    """In the network of the process PID."""
    into = ["nsenter", "-t", str(pid), "-n"] if pid else []
    subprocess.run([*into, *words], check=True, input=text, text=True, stdout=subprocess.PIPE)


@contextlib.contextmanager
def machine():
    """The id of a process with a network that has nothing yet."""
    process = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec sleep 600"],
                               stdout=subprocess.PIPE)
    try:
        process.stdout.read(1)
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def cable(one, one_address, other, other_address):
    """Between the machines ONE and OTHER (None: ours)."""
    run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far")
    for end, pid, address in (("near", one, one_address), ("far", other, other_address)):
        name = f"to{address.replace('.', '')}"[:15]
        run("ip", "link", "set", end, "name", name)
        if pid:
            run("ip", "link", "set", name, "netns", str(pid))
        run("ip", "address", "add", f"{address}/30", "dev", name, pid=pid)
        run("ip", "link", "set", name, "up", pid=pid)


MASQUERADE = """
table ip nat {
    chain out {
        type nat hook postrouting priority 100;
        ip saddr 192.168.0.0/16 masquerade
    }
}
"""


def home(stack, n):
    """The machine of a party behind a router of its own."""
    router, party = stack.enter_context(machine()), stack.enter_context(machine())
    outside = f"198.51.100.{4 * n + 2}"
    cable(None, f"198.51.100.{4 * n + 1}", router, outside)
    cable(router, f"192.168.{n}.1", party, f"192.168.{n}.2")
    run("ip", "route", "add", "default", "via", f"198.51.100.{4 * n + 1}", pid=router)
    run("ip", "route", "add", "default", "via", f"192.168.{n}.1", pid=party)
    run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward", pid=router)
    run("nft", "-f", "-", pid=router, text=MASQUERADE)
    return party


def at_home(pid, host):
    return Endpoint("active", host, command=("nsenter", "-t", str(pid), "-n"))


def both_behind_nat():
    for tool in ("ip", "nft", "nsenter", "unshare"):
        if not shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
            raise tap.Skip(f"{tool} is not installed")
    if os.getuid() != 0:
        raise tap.Skip("networks of other machines are for root alone")
    network.enter()
    with contextlib.ExitStack() as stack:
        caller_at, callee_at = home(stack, 1), home(stack, 2)
        run("ip", "address", "add", f"{PUBLIC}/32", "dev", "lo")
        listen = [{"address": PUBLIC, "port": 0, "transport": kind} for kind in ("tls", "tcp")]
        relay = stack.enter_context(Anchor(place, {"listen": listen,
                                                   "anchor.addresses": [PUBLIC]}))
        caller = stack.enter_context(at_home(caller_at, "192.168.1.2"))
        callee = stack.enter_context(at_home(callee_at, "192.168.2.2"))
        # The proxy knows that they are at home, and has the callee connect.
        there, back = Call(relay).exchange(caller.section, callee.section, msrp_setup="passive")
        for sdp in (there, back):
            assert attribute(sdp, "path").startswith(f"msrp://{PUBLIC}:"), sdp
            assert attribute(sdp, "setup") == "passive", sdp
        callee.start(there)
        caller.start(back)
        exchange(caller, callee)
        [call] = relay.calls()
        addresses = {connection["peer"].rpartition(":")[0]
                     for connection in relay.ask("connections")}
        assert addresses == {"198.51.100.6", "198.51.100.10"}, (addresses, call)


tap.run([("a call between two parties behind NAT", both_behind_nat)])
