# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of the test's own: nothing but lo, with the addresses that it is given."""

import ctypes
import fcntl
import os
import pathlib
import socket
import struct

import tap

CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWUSER = 0x20000, 0x40000000, 0x10000000
MS_BIND, MS_PRIVATE_ALL = 0x1000, 0x44000
SIOCSIFFLAGS, SIOCSIFADDR = 0x8914, 0x8916
IFF_UP = 1

libc = ctypes.CDLL(None, use_errno=True)


def enter():
    """This process, and all that it starts from now on, is in there; or the case is skipped."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET | CLONE_NEWNS | (CLONE_NEWUSER if uid != 0 else 0)) != 0:
        raise tap.Skip(f"no network of its own: {os.strerror(ctypes.get_errno())}")
    if uid != 0:
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def add_address(n, address):
    """The Nth one besides 127.0.0.1."""
    place = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFADDR, struct.pack("16s", f"lo:{n}".encode()) + place + bytes(8))


def remove_address(n):
    """Who has connected from there is gone without a word."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh22x", f"lo:{n}".encode(), 0))


def use_name_server(place, address):
    """Names are looked up there, and nowhere else."""
    for name, text in (("resolv.conf", f"nameserver {address}\n"), ("hosts", "")):
        file = place.fresh(name)
        file.write_text(text)
        target = f"/etc/{name}".encode()
        libc.mount(b"none", b"/", None, MS_PRIVATE_ALL, None)
        if libc.mount(bytes(file), target, None, MS_BIND, None) != 0:
            raise tap.Skip(f"no name server of its own: {os.strerror(ctypes.get_errno())}")
