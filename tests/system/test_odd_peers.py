#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `msrp` does with other sides that do not do what it would like."""

import re
import subprocess
import time

import relay as system
import tap
from client import Closed, Peer

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


# ---- a chat ----

class Friend(Receiver):
    """Bob at the other end of alice's `msrp chat`, in pipes."""

    def chat(self, *options, said="hello\n"):
        self.command = system.Command(self.relay, "alice", "chat", "--to", " ".join(self.path),
                                      *options, stdin=subprocess.PIPE)
        self.command.process.stdin.write(said)
        self.command.process.stdin.close()
        self.command.process.stdin = None
        return self.next()

    def rest(self):
        """The methods of all that still comes, unanswered, until the connection ends."""
        methods = []
        try:
            while True:
                methods.append(self.read().method)
        except Closed:
            return methods


def chat_without_names():
    """Nobody is asked for a name who has not offered any, and nobody waits for one."""
    with system.Relay(place) as relay, Friend(relay, "bob").auth() as bob:
        message = bob.chat()
        assert b"hello" in message.body, message
        bob.whole(message)
        code, _, err = bob.command.finish()
        assert (code, err) == (0, ""), (code, err)
        relay.stop()
        assert "NICKNAME" not in bob.rest()


def chat_without_answers():
    """A name that is not answered holds nothing up."""
    with system.Relay(place) as relay, Friend(relay, "bob").auth() as bob:
        began = time.monotonic()
        bob.whole(bob.chat("--nickname", "Alice"))
        code, _, err = bob.command.finish()
        assert time.monotonic() - began < 25, "it has waited for what need not come"
        assert (code, err) == (0, ""), (code, err)


def chat_without_reports():
    """Reports that do not come do so for some seconds."""
    if not system.LONG:
        raise tap.Skip("it waits; --long runs it")
    with system.Relay(place) as relay, Friend(relay, "bob").auth() as bob:
        began = time.monotonic()
        message = bob.chat("--nickname", "Alice")
        assert b"hello" in message.body, message
        code, _, err = bob.command.finish()
        assert time.monotonic() - began < 25, "it has waited for what need not come"
        assert code == 0 and "not known whether everything has arrived" in err, (code, err)
        relay.stop()
        assert bob.rest().count("NICKNAME") <= 1


NOTIFICATION = (b"From: <sip:bob@example.com>\r\nTo: <sip:alice@example.com>\r\n\r\n"
                b"Content-Type: message/imdn+xml\r\n\r\n<imdn/>")


def chat_with_notifications():
    """A notification is not speech."""
    with system.Relay(place) as relay, Friend(relay, "bob").auth() as bob:
        message = bob.chat()
        for number, (content_type, body, want) in enumerate((
                ("message/cpim", NOTIFICATION, "415"), ("message/imdn+xml", b"<imdn/>", "415"),
                ("application/octet-stream", b"octets", "415"), ("text/plain", b"hi", None))):
            bob.write(bob.request("SEND", message.get("From-Path"), bob.uri, [
                ("Message-ID", f"m000{number}"), ("Byte-Range", f"1-{len(body)}/{len(body)}"),
                ("Success-Report", "yes"), ("Content-Type", content_type)], body))
            bob.expect_status(200)
            report = bob.read()
            assert report.method == "REPORT" and (want or "200") in report.get("Status"), report
        bob.whole(message)
        out = bob.command.succeed()
    assert out == "they: hi\n", out


tap.run([
    ("nobody is asked for names unasked", chat_without_names),
    ("a name that is not answered holds up no chat", chat_without_answers),
    ("reports that do not come hold it up for some seconds", chat_without_reports),
    ("a notification is not printed as speech", chat_with_notifications),
    ("an offer that is not answered is given up soon", offer_without_answer),
    ("an answer that takes its time is waited for", offer_with_a_late_answer),
    ("an offer is refused with a reason", offer_refused),
])
