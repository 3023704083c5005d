#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command as systemd would run it under the [Service] section of a unit.

    hardened.py UNIT DIRECTORY COMMAND...

There is no service manager where tests run, but what it asks of the kernel can be
asked for here: read-only files but for DIRECTORY, no privileges, the filter of
system calls, the families of sockets, and memory that is never both writable and
executable. Whatever goes against the filter kills the command.
"""

import ctypes
import os
import socket
import subprocess
import sys

CLONE_NEWNS = 0x00020000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = \
    1, 2, 4, 32, 4096, 16384, 1 << 18
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 24, 38, 65
CAPABILITIES = 41
KILL_PROCESS, ALLOW, ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
EAFNOSUPPORT = 97
NOBODY = 65534
AF_MAX = 46
COMPARE_EQUAL = 4

libc = ctypes.CDLL(None, use_errno=True)


class Comparison(ctypes.Structure):
    """struct scmp_arg_cmp"""
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno() or -result, f"{what}: {os.strerror(ctypes.get_errno())}")


def read_unit(path):
    """{key: [value, ...]}"""
    settings = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            key, equals, value = line.strip().partition("=")
            if equals and not key.startswith("#"):
                settings.setdefault(key, []).append(value)
    return settings


def expand(name):
    """The system calls of a set such as @system-service, as systemd knows it."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                            capture_output=True, text=True).stdout.splitlines()
    calls = set()
    for line in (line.strip() for line in listed[1:]):
        if line and not line.startswith("#"):
            calls |= expand(line)
    return calls


def allowed_calls(filters):
    """What is left by the SystemCallFilter= lines FILTERS; the first allows."""
    calls = expand("@default")
    for line in filters:
        names = line.lstrip("~").split()
        named = set().union(*map(expand, names))
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def protect_files(directory):
    """ProtectSystem=strict, and DIRECTORY writable."""
    check(libc.unshare(CLONE_NEWNS), "unshare")
    check(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "private mounts")
    check(libc.mount(directory, directory, None, MS_BIND, None), "bind")
    with open("/proc/self/mounts", encoding="utf-8") as lines:
        points = {line.split()[1].encode().decode("unicode_escape") for line in lines}
    for point in sorted(points):
        if point.encode() != directory and not point.startswith(("/proc", "/dev", "/sys")):
            flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV
            check(libc.mount(None, point.encode(), None, flags, None), point)


def drop_privileges():
    """User=, NoNewPrivileges=yes and CapabilityBoundingSet= with nothing in it."""
    for capability in range(CAPABILITIES):
        check(libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "capabilities")
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def load_filter(calls, families):
    seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(KILL_PROCESS)))
    number = {name: seccomp.seccomp_syscall_resolve_name(name.encode())
              for name in calls | {"socket"}}
    for name in calls - {"socket"}:
        if number[name] >= 0:  # else there is no such call on this architecture
            check(seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(ALLOW), number[name],
                                                 0, None), name)
    for family in range(AF_MAX):
        action = ALLOW if family in families else ERRNO | EAFNOSUPPORT
        comparison = Comparison(0, COMPARE_EQUAL, family, 0)
        check(seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(action), number["socket"],
                                             1, ctypes.byref(comparison)), "socket")
    check(seccomp.seccomp_load(context), "filter")


def main(unit, directory, *command):
    settings = read_unit(unit)
    calls = allowed_calls(settings["SystemCallFilter"])
    names = " ".join(settings["RestrictAddressFamilies"]).split()
    families = {int(getattr(socket, name)) for name in names}
    protect_files(directory.encode())
    drop_privileges()
    if settings.get("MemoryDenyWriteExecute") == ["yes"]:
        check(libc.prctl(PR_SET_MDWE, 1, 0, 0, 0), "memory")
    load_filter(calls, families)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
