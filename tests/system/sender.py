# SPDX-License-Identifier: GPL-3.0-or-later
"""A sender of files that says what it likes, and `msrp receive` that it says it to."""

import hashlib
import os
import re
import secrets
import subprocess
import types

import relay as system
from client import Peer


class Sender(Peer):
    """A sender that says what it likes."""

    def connect(self, path_file):
        while not path_file.exists():
            os.sched_yield()
        self.target = [*self.use_path, *path_file.read_text().split()]

    def request_to(self, message_id, content_type, body):
        self.write(self.request("SEND", self.target, self.uri, [
            ("Message-ID", message_id), ("Byte-Range", f"1-{len(body)}/{len(body)}"),
            ("Content-Type", content_type)], body))

    def describe(self, *attributes, port=9):
        text = "\r\n".join([f"m=message {port} TCP/MSRP *", f"a=path:{' '.join(self.path)}",
                            "a=sendonly", *attributes, ""])
        self.request_to(secrets.token_hex(8), "application/sdp", text.encode())

    def answered(self):
        """The next answer that comes; descriptions that only ask for patience are no answers."""
        while True:
            message = self.read()
            if message.method == "SEND":
                self.answer(message)
                if b"a=file-transfer-id:" in message.body:
                    return message.body.decode()

    def offer(self, name, content, size=None):
        """The file-transfer-id, and the answer."""
        transfer_id = secrets.token_hex(16)
        digest = hashlib.sha256(content).hexdigest().upper()
        colons = ":".join(re.findall("..", digest))
        encoded = "".join(f"%{byte:02X}" for byte in name)
        selector = f'name:"{encoded}" ' if encoded else ""
        self.describe(f"a=file-selector:{selector}size:{size or len(content)} hash:sha-256:{colons}",
                      f"a=file-transfer-id:{transfer_id}")
        return transfer_id, self.answered()

    def push(self, name, content):
        transfer_id, answer = self.offer(name, content)
        assert f"a=file-transfer-id:{transfer_id}\r\n" in answer and "m=message 9 " in answer, answer
        self.request_to(transfer_id, "application/octet-stream", content)

    def say_goodbye(self):
        self.describe(port=0)

    def push_chunks(self, message_id, *chunks, headers=()):
        """Chunks of a message, each (first octet, octets, total, flag); the last answer."""
        status = None
        for start, body, total, flag in chunks:
            self.write(self.request("SEND", self.target, self.uri, [
                ("Message-ID", message_id),
                ("Byte-Range", f"{start}-{start + len(body) - 1}/{total}"),
                *headers, ("Content-Type", "application/octet-stream")], body, flag))
            status = self.response().status
        return status

    def response(self):
        """The next response; descriptions that come before it are accepted."""
        while (message := self.read()).status is None:
            if message.method == "SEND":
                self.answer(message)
        return message


class Receive:
    """`msrp receive` without a relay, and a sender that is connected to it."""

    def __init__(self, place, *options, **more):
        self.path_file = place.fresh("path")
        self.process = subprocess.Popen(
            [system.MSRP, "receive", "--listen", "127.0.0.1:0", "--path-file", self.path_file,
             *map(str, options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=system.environment(), **more)

    def __enter__(self):
        while not self.path_file.exists():
            assert self.process.poll() is None, self.process.stderr.read()
            os.sched_yield()
        port = int(re.search(r":(\d+)/", self.path_file.read_text()).group(1))
        self.sender = Sender(types.SimpleNamespace(plain_port=port), "alice", tls=False)
        self.sender.use_path = []
        self.sender.connect(self.path_file)
        return self

    def __exit__(self, *_):
        self.sender.sock.close()
        self.process.kill()
        self.process.communicate()

    def finish(self):
        """(exit code, stdout, stderr)"""
        self.sender.sock.close()
        out, err = self.process.communicate(timeout=system.PATIENCE)
        return self.process.returncode, out, err
