# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command in which the kernel seems to have been started without IPv6."""

import ctypes
import os
import socket
import sys

from hardened import ALLOW, COMPARE_EQUAL, EAFNOSUPPORT, ERRNO, PR_SET_NO_NEW_PRIVS, Comparison, \
    check, libc


def main(*command):
    seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(ALLOW)))
    family = Comparison(0, COMPARE_EQUAL, socket.AF_INET6, 0)
    check(seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(ERRNO | EAFNOSUPPORT),
                                         seccomp.seccomp_syscall_resolve_name(b"socket"), 1,
                                         ctypes.byref(family)), "rule")
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    check(seccomp.seccomp_load(context), "filter")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
