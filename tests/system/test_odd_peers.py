#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `msrp` does with other sides that do not do what it would like."""

import re

import relay as system
import tap
from client import Peer

place = system.Place()


class Receiver(Peer):
    """Bob, who answers all that comes, and reads as far as a test wants him to."""

    def next(self):
        """The next SEND that has a body, answered."""
        while (message := self.read()).get("Content-Type") is None:
            if message.method == "SEND":
                self.answer(message)
        self.answer(message)
        return message

    def whole(self, message):
        """The REPORT of success for MESSAGE."""
        total = message.get("Byte-Range").split("/")[1]
        self.write(self.request("REPORT", message.get("From-Path"), self.uri, [
            ("Message-ID", message.get("Message-ID")), ("Byte-Range", f"1-{total}/{total}"),
            ("Status", "000 200 OK")]))

    def describe(self, to, *attributes):
        text = "\r\n".join(["v=0", "m=message 9 TCP/MSRP *", f"a=path:{' '.join(self.path)}",
                            *attributes, ""])
        self.write(self.request("SEND", to, self.uri, [
            ("Message-ID", "answer"), ("Byte-Range", f"1-{len(text)}/{len(text)}"),
            ("Content-Type", "application/sdp")], text.encode()))


def offer_without_answer():
    """200 is no answer to an offer: the file is sent soon, and the user is told why so."""
    file = place.fresh("file")
    file.write_bytes(b"content")
    with system.Relay(place) as relay, Receiver(relay, "bob").auth() as bob:
        send = system.Command(relay, "alice", "send", file, "--to", " ".join(bob.path))
        assert bob.next().get("Content-Type") == "application/sdp"
        message = bob.next()
        assert message.body == b"content" and "file" in message.get("Content-Disposition"), message
        bob.whole(message)
        code, out, err = send.finish()
    assert code == 0 and "sha256" in out, (code, out, err)
    assert f"{file}: the other side has taken the offer, but does not answer it" in err, err


def offer_with_a_late_answer():
    """Who says that the answer takes its time is waited for."""
    file = place.fresh("file")
    file.write_bytes(b"content")
    with system.Relay(place) as relay, Receiver(relay, "bob").auth() as bob:
        send = system.Command(relay, "alice", "send", file, "--to", " ".join(bob.path))
        offer = bob.next()
        bob.describe(offer.get("From-Path"), "a=inactive")
        bob.expect_status(200)
        bob.sock.settimeout(5)  # longer than an answer is waited for
        try:
            raise AssertionError(f"instead of waiting, {bob.read()} was sent")
        except TimeoutError:
            bob.sock.settimeout(system.PATIENCE)
        transfer_id = re.search(rb"a=file-transfer-id:(\w+)", offer.body).group(1).decode()
        bob.describe(offer.get("From-Path"), "a=file-selector:size:7",
                     f"a=file-transfer-id:{transfer_id}", "a=file-range:5-*")
        message = bob.next()
        assert message.body == b"ent", message
        bob.whole(message)
        out = send.succeed()
    assert "resumed after 4 bytes" in out, out


def offer_refused():
    """The reason for a refusal is told, with the name of the file."""
    file = place.fresh("file")
    file.write_bytes(b"content")
    with system.Relay(place) as relay, Receiver(relay, "bob").auth() as bob:
        send = system.Command(relay, "alice", "send", file, "--to", " ".join(bob.path))
        offer = bob.next()
        transfer_id = re.search(rb"a=file-transfer-id:(\w+)", offer.body).group(1).decode()
        text = (f"v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\ni=no\u009b such\u202e files\r\n"
                f"t=0 0\r\nm=message 0 TCP/MSRP *\r\na=file-selector:size:7\r\n"
                f"a=file-transfer-id:{transfer_id}\r\n").encode()
        bob.write(bob.request("SEND", offer.get("From-Path"), bob.uri, [
            ("Message-ID", "answer"), ("Byte-Range", f"1-{len(text)}/{len(text)}"),
            ("Content-Type", "application/sdp")], text))
        bob.expect_status(200)
        bob.next()  # no more files
        code, _, err = send.finish()
    assert code == 4, (code, err)
    assert f"{file}: the other side does not want the file: no? such? files\n" in err, err


tap.run([
    ("an offer that is not answered is given up soon", offer_without_answer),
    ("an answer that takes its time is waited for", offer_with_a_late_answer),
    ("an offer is refused with a reason", offer_refused),
])
