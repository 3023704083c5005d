#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several files from `msrp send` to `msrp receive --dir`, which goes on where it was interrupted."""

import os
import re
import secrets
import subprocess
import time
import types

import files
import relay as system
import tap
from sender import Sender

place = system.Place()

SIZE = 1_000_001

# So long that it is interrupted before its end.
LONG_SIZE = 200_000_003


def new_directory():
    directory = place.fresh("downloads")
    directory.mkdir()
    return directory


class Transfer:
    """`msrp receive --dir` of bob's, with its path in path_file."""

    def __init__(self, relay, directory, *options):
        self.relay, self.directory = relay, directory
        self.path_file = place.fresh("path")
        self.receive = system.Command(relay, "bob", "receive", "--dir", directory, "--path-file",
                                      self.path_file, *options)

    def send(self, *names, **options):
        return system.Command(self.relay, "alice", "send", *names, "--path-file", self.path_file,
                              **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.receive.process.kill()


def visible(directory):
    return sorted(name for name in os.listdir(directory) if not name.startswith("."))


def parts(directory):
    return sorted(directory.glob(".*.part"))


def assert_received(directory, *sent):
    """SENT: pairs of a path and a SHA-256."""
    assert visible(directory) == sorted(path.name for path, _ in sent), os.listdir(directory)
    assert not parts(directory), parts(directory)
    for path, want in sent:
        assert files.sha256(directory / path.name) == want, path


def three_files():
    sent = [files.make_file(place, name, size)
            for name, size in (("one.bin", SIZE), ("empty", 0), ("two words.txt", 7))]
    directory = new_directory()
    with system.Relay(place) as relay, Transfer(relay, directory) as transfer:
        out = transfer.send(*(path for path, _ in sent)).succeed()
        received = transfer.receive.succeed()
    assert_received(directory, *sent)
    for path, want in sent:
        assert f"{path}\n" in out and f"sha256 {want}\n" in out, out
        assert f"{directory / path.name}\n" in received and f"sha256 {want}\n" in received, received


def without_relay():
    file, want = files.make_file(place, "file", SIZE)
    directory, path_file = new_directory(), place.fresh("path")
    receive = subprocess.Popen([system.MSRP, "receive", "--listen", "127.0.0.1:0", "--dir",
                                directory, "--path-file", path_file], stdout=subprocess.PIPE)
    try:
        subprocess.run([system.MSRP, "send", file, file, "--path-file", path_file], check=True,
                       stdout=subprocess.PIPE, timeout=system.PATIENCE)
        out, _ = receive.communicate(timeout=system.PATIENCE)
    finally:
        receive.kill()
    assert receive.returncode == 0 and b"is there already" in out, out
    assert_received(directory, (file, want))


# ---- interrupted ----

def wait_for_part(directory):
    """Until a good deal of a file has come."""
    deadline = time.monotonic() + system.PATIENCE
    while time.monotonic() < deadline:
        for part in parts(directory):
            if part.stat().st_size > LONG_SIZE // 20:
                return part
        os.sched_yield()
    raise AssertionError(f"nothing comes: {os.listdir(directory)}")


def interrupt(relay, file, directory, kill):
    """A transfer that ends in its middle; KILL is given its two commands. How much has come."""
    with Transfer(relay, directory) as transfer:
        send = transfer.send(file)
        part = wait_for_part(directory)
        kill(send, transfer.receive)
        code, _, err = send.finish()
        assert code != 0, err
        if transfer.receive.process.poll() is None:
            assert transfer.receive.finish()[0] != 0
    have = part.stat().st_size
    assert 0 < have < LONG_SIZE and visible(directory) == [], os.listdir(directory)
    return have


def sizes(out):
    """(what was there before, what went) by the output of either command."""
    resumed = re.search(r"^resumed after (\d+) bytes$", out, re.M)
    return int(resumed.group(1)) if resumed else 0, int(re.search(r"^(\d+) bytes in", out,
                                                                  re.M).group(1))


def resumed(kill):
    def case():
        file, want = files.make_file(place, "long.bin", LONG_SIZE)
        directory = new_directory()
        with system.Relay(place) as relay:
            have = interrupt(relay, file, directory, kill)
            with Transfer(relay, directory) as transfer:
                out = transfer.send(file).succeed()
                received = transfer.receive.succeed()
        assert sizes(out) == sizes(received) == (have, LONG_SIZE - have), (have, out, received)
        assert_received(directory, (file, want))
        file.unlink()
        (directory / file.name).unlink()
    return case


def kill_sender(send, _):
    send.process.kill()


def kill_receiver(_, receive):
    receive.process.kill()


def changed_file():
    """Of a file that has changed, nothing is put behind the old beginning."""
    file, _ = files.make_file(place, "long.bin", LONG_SIZE)
    directory = new_directory()
    with system.Relay(place) as relay:
        interrupt(relay, file, directory, kill_sender)
        with file.open("r+b") as changed:
            changed.write(b"another beginning")
        want = files.sha256(file)
        with Transfer(relay, directory) as transfer:
            out = transfer.send(file).succeed()
            transfer.receive.succeed()
    assert sizes(out) == (0, LONG_SIZE), out
    assert files.sha256(directory / file.name) == want
    for path in (file, directory / file.name, *parts(directory)):
        path.unlink()


def spoilt_part():
    """What is there is not the beginning of the file after all: it fails, and starts anew."""
    file, want = files.make_file(place, "file", SIZE)
    directory = new_directory()
    part = directory / f".{want}.part"
    part.write_bytes(b"of something else")
    with system.Relay(place) as relay:
        with Transfer(relay, directory) as transfer:
            code, _, err = transfer.send(file).finish()
            assert code == 4 and "413" in err, (code, err)
            code, _, err = transfer.receive.finish()
            assert code == 4 and "not the file that was announced" in err, (code, err)
        assert os.listdir(directory) == []
        with Transfer(relay, directory) as transfer:
            transfer.send(file).succeed()
            transfer.receive.succeed()
    assert_received(directory, (file, want))


# ---- names ----

def existing_names():
    """A file that is there is kept, and not sent again if it is the same."""
    file, want = files.make_file(place, "file", SIZE)
    directory = new_directory()
    (directory / file.name).write_text("mine")
    with system.Relay(place) as relay:
        with Transfer(relay, directory) as transfer:
            transfer.send(file).succeed()
            transfer.receive.succeed()
        assert (directory / file.name).read_text() == "mine"
        assert files.sha256(directory / f"{file.name}.1") == want
        (directory / file.name).unlink()
        (directory / f"{file.name}.1").rename(directory / file.name)
        with Transfer(relay, directory) as transfer:
            assert f"{file} is there already\n" in transfer.send(file).succeed()
            assert "is there already\n" in transfer.receive.succeed()
        assert visible(directory) == [file.name]
        (directory / file.name).write_text("mine")
        with Transfer(relay, directory, "--force") as transfer:
            transfer.send(file).succeed()
            transfer.receive.succeed()
    assert_received(directory, (file, want))


HOSTILE = {
    b"../x": "x",
    b"": "msrp-file",
    b".": "msrp-file",
    b"..": "msrp-file",
    b"/etc/passwd": "passwd",
    b"dir/": "msrp-file",
    b".profile": "profile",
    b"a\x1b[2Jb\nc\x7f": "a[2Jbc",
    b"back\\slash": "backslash",
    b"-rf": "rf",
    "\u009b31m\u202egnp.exe".encode(): "31mgnp.exe",
    b"n" * 1000: "n" * 200,
    "ü".encode() * 500: "ü" * 100,
    ("x" + "ü" * 500).encode(): "x" + "ü" * 99,
}


def hostile_names():
    """Whatever the sender calls it, a file is in the directory, under a visible name."""
    wanted, directory = {}, new_directory()
    with system.Relay(place) as relay, Transfer(relay, directory) as transfer, \
            Sender(relay, "alice").auth() as sender:
        sender.connect(transfer.path_file)
        for name, want in HOSTILE.items():
            content = name + b" " + secrets.token_bytes(8)
            number = sum(want in key for key in wanted if key.startswith(want))
            wanted[f"{want}.{number}" if number else want] = content
            sender.push(name, content)
        sender.say_goodbye()
        out = transfer.receive.succeed()
    assert not any(c in out for c in "\x1b\x7f\x9b\u202e"), out
    assert sorted(os.listdir(directory)) == sorted(wanted), os.listdir(directory)
    for name, content in wanted.items():
        assert (directory / name).read_bytes() == content, name


def hostile_sizes():
    """More than was announced is refused, and what came is not taken for the file."""
    directory = new_directory()
    with system.Relay(place) as relay, Transfer(relay, directory) as transfer, \
            Sender(relay, "alice").auth() as sender:
        sender.connect(transfer.path_file)
        transfer_id, _ = sender.offer(b"x", b"content")
        sender.write(sender.request("SEND", sender.target, sender.uri, [
            ("Message-ID", transfer_id), ("Byte-Range", "1-*/*"),
            ("Content-Type", "application/octet-stream")], b"content and more"))
        sender.say_goodbye()
        code, _, err = transfer.receive.finish()
    assert code == 4 and "not the file that was announced" in err, (code, err)
    assert visible(directory) == [], os.listdir(directory)


def hostile_descriptions():
    """What is no offer, or makes no sense, is refused, and does not disturb the next one."""
    directory = new_directory()
    file = "a=file-selector:size:7"
    with system.Relay(place) as relay, Transfer(relay, directory) as transfer, \
            Sender(relay, "alice").auth() as sender:
        sender.connect(transfer.path_file)
        for text in (b"", b"?", b"m=message 9 TCP/MSRP *\r\n", b"v=0\r\n" * 20000):
            sender.request_to(secrets.token_hex(8), "application/sdp", text)
        sender.describe(file)  # without a=file-transfer-id
        sender.describe(file, "a=file-transfer-id:id01", port=0)
        sender.describe(file, "a=file-transfer-id:id02", "a=file-range:5-*")
        assert "m=message 0 " in (answer := sender.answered()) and "id02" in answer, answer
        sender.push(b"good", b"content")
        sender.say_goodbye()
        code, _, _ = transfer.receive.finish()
    assert code == 4, code  # one of them was refused
    assert os.listdir(directory) == ["good"], os.listdir(directory)


def without_offers():
    """A sender that offers nothing is received from; a receiver that takes no offers is sent to."""
    file, want = files.make_file(place, "file", SIZE)
    directory, other, path_file = new_directory(), new_directory(), place.fresh("path")
    with system.Relay(place) as relay:
        with Transfer(relay, directory) as transfer, Sender(relay, "alice").auth() as sender:
            sender.connect(transfer.path_file)
            # What somebody says is no file.
            for speech in ("text/plain", "message/imdn+xml"):
                sender.request_to("m0000", speech, b"content")
                assert sender.response().status == 200  # the relay's
                assert (report := sender.read()).method == "REPORT", report
                assert "415" in report.get("Status"), report
            sender.request_to("m0001", "application/octet-stream", b"content")
            sender.say_goodbye()
            transfer.receive.succeed()
        assert (directory / "msrp-file").read_bytes() == b"content"
        receive = system.Command(relay, "bob", "receive", "--path-file", path_file,
                                 "--output", other)
        system.Command(relay, "alice", "send", file, "--path-file", path_file).succeed()
        receive.succeed()
    assert_received(other, (file, want))


def gone_without_a_word():
    """A sender that offers files says when there are no more; before that, some may be missing."""
    directory, path_file = new_directory(), place.fresh("path")
    receive = subprocess.Popen([system.MSRP, "receive", "--listen", "127.0.0.1:0", "--dir",
                                directory, "--path-file", path_file], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    try:
        while not path_file.exists():
            os.sched_yield()
        path = path_file.read_text().strip()
        port = int(re.search(r":(\d+)/", path).group(1))
        with Sender(types.SimpleNamespace(plain_port=port), "alice", tls=False) as sender:
            sender.use_path = []
            sender.connect(path_file)
            sender.push(b"name", b"content")
            while not visible(directory):
                os.sched_yield()
        _, err = receive.communicate(timeout=system.PATIENCE)
    finally:
        receive.kill()
    assert receive.returncode == 4 and "receiving failed" in err, (receive.returncode, err)
    assert (directory / "name").read_bytes() == b"content"


def full_disk():
    """What does not fit is refused; the rest of the files may."""
    if os.geteuid() != 0:
        raise tap.Skip("only root can mount")
    directory = new_directory()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory],
                             stderr=subprocess.PIPE, check=False)
    if mounted.returncode != 0:
        raise tap.Skip("cannot mount")
    try:
        large, _ = files.make_file(place, "large", 5 * SIZE)
        small, want = files.make_file(place, "small", 1000)
        with system.Relay(place) as relay, Transfer(relay, directory) as transfer:
            code, _, err = transfer.send(large, small).finish()
            assert code == 4 and f"{large}: " in err and "No space left" in err, (code, err)
            code, _, err = transfer.receive.finish()
            assert code == 4 and "No space left" in err, (code, err)
        # Without an offer the size may be told, and the room for it be less than it seems.
        path_file = place.fresh("path")
        with system.Relay(place) as relay:
            receive = system.Command(relay, "bob", "receive", "--path-file", path_file,
                                     "--output", directory)
            code, _, err = system.Command(relay, "alice", "send", large, "--path-file",
                                          path_file).finish()
            assert code == 4 and f"{large}: 413 " in err and "No space left" in err, (code, err)
            code, _, err = receive.finish()
            assert code == 4 and "No space left" in err, (code, err)
        assert visible(directory) in ([small.name], []), os.listdir(directory)
        for part in parts(directory):
            part.unlink()
        with system.Relay(place) as relay, Transfer(relay, directory) as transfer:
            transfer.send(small).succeed()
            transfer.receive.succeed()
        assert_received(directory, (small, want))
    finally:
        subprocess.run(["umount", directory], check=True)


def wrong_usage():
    file, _ = files.make_file(place, "file", 1)
    with system.Relay(place) as relay:
        for args, why in ((("receive", "--dir", file), "no directory"),
                          (("receive", "--dir", "/tmp", "--output", "x"), "usage"),
                          (("send", file, "/nonexistent", "--to", "x"), "/nonexistent"),
                          (("send", "--to", "x"), "usage")):
            code, out, err = system.Command(relay, "bob", *args).finish()
            assert code == 1 and not out and why in err, (args, code, out, err)


tap.run([
    ("three files arrive in one session", three_files),
    ("a file that is there is not sent again, without a relay", without_relay),
    ("a sender that is killed is resumed, and only the rest is sent", resumed(kill_sender)),
    ("a receiver that is killed is resumed, and only the rest is sent", resumed(kill_receiver)),
    ("a file that has changed is not resumed into", changed_file),
    ("a part of something else is not taken for the beginning", spoilt_part),
    ("an existing file is kept, unless it is to be replaced", existing_names),
    ("hostile names are made harmless", hostile_names),
    ("more than was announced is refused", hostile_sizes),
    ("descriptions without sense are refused", hostile_descriptions),
    ("one of the two may do without offers", without_offers),
    ("a sender that is gone without a word is a failure", gone_without_a_word),
    ("a full disk refuses what does not fit", full_disk),
    ("what makes no sense is exit code 1", wrong_usage),
])
