#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `msrp receive` says of a file is so of the file on the disk, whatever a sender does."""

import hashlib
import os
import re
import secrets

import relay as system
import tap
from client import Peer
from sender import Receive

place = system.Place()

ATTACHMENT = [("Content-Disposition", 'attachment; filename="name"')]
BLOCK = 64 * 1024


def new_directory():
    directory = place.fresh("downloads")
    directory.mkdir()
    return directory


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def part_of(directory, content):
    return directory / f".{sha256(content)}.part"


def visible(directory):
    return sorted(name for name in os.listdir(directory) if not name.startswith("."))


def file_range(answer):
    """The first octet that the answer asks for."""
    match = re.search(r"a=file-range:(\d+)-", answer)
    return int(match.group(1)) if match else 1


# ---- the digest ----

# Pieces of a message of ten octets: what is said later is said of octets that came before.
ORDERS = [
    [(1, b"abcdef", "+"), (3, b"XXXXXXXX", "$")],
    [(5, b"efghij", "$"), (1, b"XXXXXX", "+")],
    [(3, b"cdef", "+"), (1, b"ab", "+"), (2, b"XXXXXXXXX", "$")],
    [(1, b"abcdefgh", "+"), (1, b"X", "+"), (9, b"ij", "$")],
    [(1, b"ab", "+"), (6, b"fghij", "$"), (2, b"XX", "+"), (2, b"YYYYYY", "+")],
]


def overlaps():
    """The checksum that is told is that of the file."""
    for order in ORDERS:
        output = place.fresh("output")
        with Receive(place, "--output", output) as receive:
            receive.sender.push_chunks("m0001", *[(start, body, 10, flag)
                                                  for start, body, flag in order],
                                       headers=ATTACHMENT)
            code, out, err = receive.finish()
        assert code == 0, (order, err)
        assert f"sha256 {sha256(output.read_bytes())}\n" in out, (order, out, output.read_bytes())


def overlaps_with_a_part():
    """Of a file that goes on, the octets that were there are the ones that are verified."""
    content = secrets.token_bytes(3 * BLOCK)
    rest = content[BLOCK:]
    directory = new_directory()
    part_of(directory, content).write_bytes(content[:BLOCK])
    with Receive(place, "--dir", directory) as receive:
        transfer_id, answer = receive.sender.offer(b"name", content)
        assert file_range(answer) == BLOCK + 1, answer
        status = receive.sender.push_chunks(
            transfer_id, (1, rest[:BLOCK], len(rest), "+"), (2, b"X" * 100, len(rest), "+"),
            (BLOCK + 1, rest[BLOCK:], len(rest), "$"))
        assert status == 200, status
        receive.sender.say_goodbye()
        code, out, err = receive.finish()
    assert code == 0 and f"sha256 {sha256(content)}\n" in out, (code, out, err)
    assert (directory / "name").read_bytes() == content


# ---- what was agreed on ----

def another_message():
    """Once a file was offered, nothing gets its name that is not it."""
    content = b"as it was announced"
    for agree in (True, False):
        directory = new_directory()
        with Receive(place, "--dir", directory) as receive:
            transfer_id, _ = receive.sender.offer(b"name", content)
            for total in (len(content), len(content) + 1):
                status = receive.sender.push_chunks("m0001", (1, b"x" * total, total, "$"),
                                                    headers=ATTACHMENT)
                assert status == 403, status
            wrong = (1, b"short", 5, "$")
            assert receive.sender.push_chunks(transfer_id, wrong, headers=ATTACHMENT) == 403
            if agree:
                receive.sender.offer(b"name", content)
            assert visible(directory) == [], os.listdir(directory)
            receive.sender.say_goodbye()
            code, out, _ = receive.finish()
        assert "sha256" not in out, (code, out)


def after_a_mismatch():
    """What was not the file that was announced is not taken as another one."""
    content, directory = b"as it was announced", new_directory()
    with Receive(place, "--dir", directory) as receive:
        transfer_id, _ = receive.sender.offer(b"name", content)
        other = content.swapcase()
        whole = (1, other, len(other), "$")
        assert receive.sender.push_chunks(transfer_id, whole) == 413
        assert receive.sender.push_chunks(transfer_id, whole, headers=ATTACHMENT) == 403
        assert receive.sender.push_chunks("m0001", whole, headers=ATTACHMENT) == 403
        receive.sender.say_goodbye()
        code, out, err = receive.finish()
    assert code == 4 and "not the file that was announced" in err, (code, out, err)
    assert os.listdir(directory) == [], os.listdir(directory)


def whole_instead_of_the_rest():
    """Who does not know ranges sends it all; it is verified all the same."""
    content = secrets.token_bytes(2 * BLOCK)
    for sent, want in ((content, 200), (content[::-1], 413)):
        directory = new_directory()
        part_of(directory, content).write_bytes(content[:BLOCK])
        with Receive(place, "--dir", directory) as receive:
            transfer_id, answer = receive.sender.offer(b"name", content)
            assert file_range(answer) == BLOCK + 1, answer
            status = receive.sender.push_chunks(transfer_id, (1, sent, len(sent), "$"),
                                                headers=ATTACHMENT)
            assert status == want, status
            receive.sender.say_goodbye()
            code, out, _ = receive.finish()
        assert (code == 0) == (want == 200) == (sha256(content) in out), (code, out)
        assert visible(directory) == (["name"] if want == 200 else []), os.listdir(directory)


# ---- parts ----

def holes():
    """A hole in a part has not come, and neither has what stands behind one at the end."""
    content = secrets.token_bytes(4 * BLOCK)
    directory = new_directory()
    with part_of(directory, content).open("wb") as part:
        part.write(content[:BLOCK])
        part.seek(3 * BLOCK)
        part.write(content[3 * BLOCK:])
    with Receive(place, "--dir", directory) as receive:
        transfer_id, answer = receive.sender.offer(b"name", content)
        assert file_range(answer) == BLOCK + 1, answer
        rest = content[BLOCK:]
        status = receive.sender.push_chunks(transfer_id,
                                            (2 * BLOCK, rest[2 * BLOCK - 1:], len(rest), "+"))
        assert status == 200, status
        assert receive.finish()[0] == 4
    assert part_of(directory, content).stat().st_size == BLOCK


def parts_of_others():
    """What has the name of a part and is not ours alone is neither read nor written."""
    content = secrets.token_bytes(2 * BLOCK)

    def link(part, victim):
        victim.write_bytes(content[:BLOCK])
        os.link(victim, part)

    def symlink(part, victim):
        victim.write_bytes(content[:BLOCK])
        part.symlink_to(victim)

    def writable(part, victim):
        victim.write_bytes(content[:BLOCK])
        part.write_bytes(content[:BLOCK])
        part.chmod(0o666)

    def fifo(part, victim):
        victim.write_bytes(content[:BLOCK])
        os.mkfifo(part)

    def owned(part, victim):
        victim.write_bytes(content[:BLOCK])
        part.write_bytes(content[:BLOCK])
        os.chown(part, 65534, 65534)

    for make in (link, symlink, writable, fifo, *([owned] if os.geteuid() == 0 else [])):
        directory, victim = new_directory(), place.fresh("victim")
        part = part_of(directory, content)
        make(part, victim)
        with Receive(place, "--dir", directory) as receive:
            transfer_id, answer = receive.sender.offer(b"name", content)
            assert file_range(answer) == 1 and "m=message 9 " in answer, (make, answer)
            whole = (1, content, len(content), "$")
            assert receive.sender.push_chunks(transfer_id, whole) == 200, make
            receive.sender.say_goodbye()
            code, _, err = receive.finish()
        assert code == 0, (make, err)
        assert victim.read_bytes() == content[:BLOCK], make
        assert part.is_symlink() or part.exists(), make
        name = directory / "name"
        assert name.read_bytes() == content and name.stat().st_uid == os.geteuid(), make


def number_of_parts():
    """A sender does not leave as many parts as it likes, nor larger ones than what has come."""
    directory, size = new_directory(), 10 ** 9
    with Receive(place, "--dir", directory) as receive:
        for _ in range(20):
            transfer_id, answer = receive.sender.offer(b"name", secrets.token_bytes(8), size)
            assert "m=message 9 " in answer, answer
            status = receive.sender.push_chunks(transfer_id, (1, b"x", "*", "+"),
                                                (size - 8, b"x" * 8, "*", "+"),
                                                (size, b"xx", "*", "+"))
            assert status == 413, status
            assert len(list(directory.glob(".*.part"))) <= 2
        receive.sender.say_goodbye()
        receive.finish()
    parts = list(directory.glob(".*.part"))
    assert len(parts) <= 1 and all(part.stat().st_size <= 1 for part in parts), parts


def parts_of_many_runs():
    """The oldest part goes for the newest."""
    directory = new_directory()
    for age in range(16):
        part = part_of(directory, b"%d" % age)
        part.write_bytes(b"x")
        os.utime(part, (10 ** 9 - age, 10 ** 9 - age))
    with Receive(place, "--dir", directory) as receive:
        transfer_id, _ = receive.sender.offer(b"name", b"content")
        assert receive.sender.push_chunks(transfer_id, (1, b"cont", 7, "+")) == 200
        assert receive.finish()[0] == 4
    parts = set(directory.glob(".*.part"))
    assert len(parts) == 16 and part_of(directory, b"content") in parts, parts
    assert part_of(directory, b"15") not in parts, parts


def files_of_others():
    """Only what this command has received is compared with what is offered."""
    secret = b"not for everybody who can guess it"
    directory = new_directory()
    (directory / "name").write_bytes(secret)
    (place.path / "secret").write_bytes(secret)
    (directory / "link").symlink_to(place.path / "secret")
    with Receive(place, "--dir", directory) as receive:
        for name in (b"name", b"link"):
            _, answer = receive.sender.offer(name, secret)
            assert "a=inactive" not in answer, answer
        receive.finish()


# ---- sizes ----

def limit():
    """What is larger than --max-size is refused, and the sender learns why."""
    directory = new_directory()
    with Receive(place, "--dir", directory, "--max-size", 100) as receive:
        _, answer = receive.sender.offer(b"name", b"x" * 101)
        assert "m=message 0 " in answer and "\r\ni=the file is larger" in answer, answer
        receive.sender.say_goodbye()
        code, _, err = receive.finish()
    assert code == 4 and "name: the file is larger" in err, (code, err)
    for total in (101, "*"):
        with Receive(place, "--output", directory / "file", "--max-size", 100) as receive:
            receive.sender.write(receive.sender.request("SEND", receive.sender.target,
                                                        receive.sender.uri, [
                ("Message-ID", "m0001"), ("Byte-Range", f"1-*/{total}"), *ATTACHMENT,
                ("Content-Type", "application/octet-stream")], b"x" * 101))
            response = receive.sender.response()
            assert response.status == 413 and "larger" in response.what, response
            assert receive.finish()[0] == 4
    assert os.listdir(directory) == [], os.listdir(directory)


# ---- texts ----

def error_texts():
    """What the other side says as a reason commands no terminal."""
    file = place.fresh("file")
    file.write_bytes(b"content")
    with system.Relay(place) as relay, Peer(relay, "bob").auth() as bob:
        send = system.Command(relay, "alice", "send", "-v", file, "--to", " ".join(bob.path))
        while (message := bob.read()).get("Content-Type") is None:
            bob.answer(message)
        bob.answer(message, "413 \u009b2J\u202eno\u2066\x85\u061c")
        code, _, err = send.finish()
    assert code == 4 and "413 ?2J?no" in err, (code, err)
    bad = re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069]", err)
    assert not bad, (bad, err)


tap.run([
    ("the checksum is that of the file, in whatever order its octets come", overlaps),
    ("so it is of a file that goes on", overlaps_with_a_part),
    ("only what was agreed on gets the name", another_message),
    ("nothing else comes after what was not the file", after_a_mismatch),
    ("a whole instead of the rest is verified", whole_instead_of_the_rest),
    ("holes do not count as received", holes),
    ("parts of others are left alone", parts_of_others),
    ("a sender leaves one part at most", number_of_parts),
    ("a directory has sixteen parts at most", parts_of_many_runs),
    ("files that were not received are not compared with", files_of_others),
    ("a file may be too large", limit),
    ("texts of the other side command no terminal", error_texts),
])
