# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads of a relay that stand still, as if they hung."""

import contextlib
import ctypes
import os
import pathlib

import tap


@contextlib.contextmanager
def stopped_workers(relay):
    """All threads but the main one stand still while the context lasts."""
    libc = ctypes.CDLL(None, use_errno=True)
    tids = [int(task.name) for task in pathlib.Path(f"/proc/{relay.process.pid}/task").iterdir()
            if int(task.name) != relay.process.pid]

    def ptrace(request, tid):
        if libc.ptrace(request, tid, None, None) != 0:
            raise tap.Skip(f"ptrace: {os.strerror(ctypes.get_errno())}")

    for tid in tids:
        ptrace(0x4206, tid)  # PTRACE_SEIZE, which does not stop it
        ptrace(0x4207, tid)  # PTRACE_INTERRUPT, which does
        os.waitpid(tid, 0x40000000)  # __WALL
    try:
        yield
    finally:
        for tid in tids:
            ptrace(17, tid)  # PTRACE_DETACH
