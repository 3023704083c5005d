#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TLS 1.3 client that sends nothing but KeyUpdates, and what others see of it.

As a program, with MSRPD in the environment: how long a worker lets a client wait for
the answer to its request while FLOODS of them come again and again for SECONDS.
    key_updates.py [FLOODS [SECONDS]]
"""

import ctypes
import ctypes.util
import multiprocessing
import os
import socket
import statistics
import sys
import time

import relay as system
from client import Peer

SIZE = 27  # of one, on the wire
_NOT_REQUESTED = 0
PREPARED = 50000  # for the beginning of each flood


def _library(name, functions):
    library = ctypes.CDLL(ctypes.util.find_library(name))
    for function in functions:
        getattr(library, function).restype = ctypes.c_void_p
    return library


_ssl = _library("ssl", ["TLS_client_method", "SSL_CTX_new", "SSL_new"])
_crypto = _library("crypto", ["BIO_new", "BIO_s_mem"])


class Flood:
    """One connection to PORT of this machine, the handshake done."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), system.PATIENCE)
        self._ctx = ctypes.c_void_p(_ssl.SSL_CTX_new(ctypes.c_void_p(_ssl.TLS_client_method())))
        self._ssl = ctypes.c_void_p(_ssl.SSL_new(self._ctx))
        self.sock.settimeout(None)  # or the descriptor would not block
        _ssl.SSL_set_fd(self._ssl, self.sock.fileno())
        if _ssl.SSL_connect(self._ssl) != 1:
            raise ConnectionError("no handshake")
        # From now on OpenSSL writes to memory, so that many go with one system call.
        self._out = ctypes.c_void_p(_crypto.BIO_new(ctypes.c_void_p(_crypto.BIO_s_mem())))
        _ssl.SSL_set0_wbio(self._ssl, self._out)

    def bytes(self, n):
        """N KeyUpdates as they go out."""
        for _ in range(n):
            _ssl.SSL_key_update(self._ssl, _NOT_REQUESTED)
            if _ssl.SSL_do_handshake(self._ssl) != 1:
                raise ConnectionError("no KeyUpdate")
        buffer = ctypes.create_string_buffer(n * SIZE)
        size = _crypto.BIO_read(self._out, buffer, len(buffer))
        assert size == len(buffer), size
        return buffer.raw

    def send(self, data):
        """False when the other side has closed."""
        try:
            self.sock.sendall(data)
            return True
        except ConnectionError:
            return False

    def wait_closed(self):
        """Returns when the other side has closed."""
        self.sock.settimeout(system.PATIENCE)
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionError:
            pass

    def close(self):
        self.sock.close()
        _ssl.SSL_free(self._ssl)
        _ssl.SSL_CTX_free(self._ctx)


def _flood_for(port, ready, begin, seconds):
    os.nice(19)  # attackers bring processors of their own
    flood = Flood(port)
    data = flood.bytes(PREPARED)
    ready.release()
    begin.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        while flood.send(data):
            data = flood.bytes(1000)
        flood.close()
        flood = Flood(port)
    flood.close()


def _measure(alice, until):
    """How many milliseconds each of her AUTHs takes."""
    waits = []
    while time.monotonic() < until:
        began = time.monotonic()
        alice.auth()
        waits.append(1000 * (time.monotonic() - began))
        time.sleep(0.005)
    return waits


def _tell(what, waits):
    print(f"{what}: {len(waits)} AUTHs and answers, median {statistics.median(waits):.1f} ms, "
          f"99 of 100 in {statistics.quantiles(waits, n=100)[98]:.1f} ms, longest {max(waits):.1f} ms")


def main(n_floods=4, seconds=5):
    place = system.Place()
    changes = {"workers": 1, "limits.connections_per_address": 1000}
    with system.Relay(place, changes) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        _tell("no flood", _measure(alice, time.monotonic() + seconds))
        ready, begin = multiprocessing.Semaphore(0), multiprocessing.Event()
        floods = [multiprocessing.Process(target=_flood_for, args=(relay.port, ready, begin, seconds))
                  for _ in range(n_floods)]
        for flood in floods:
            flood.start()
        for _ in floods:
            ready.acquire()
        begin.set()
        _tell(f"{n_floods} floods", _measure(alice, time.monotonic() + seconds))
        for flood in floods:
            flood.terminate()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
