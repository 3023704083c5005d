#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files from `msrp send` through the relay to `msrp receive`."""

import hashlib
import os
import re
import subprocess

import files
import relay as system
import tap
from client import Peer

place = system.Place()

# An odd number, larger than any buffer on the way.
SIZE = 20_000_003
SMALL = 1_000_001

# A transfer this large must not be felt in the memory of the relay. Each worker has
# queues, and an arena of malloc(), and the first transfer need not have touched all.
LARGE = 1024 ** 3 if system.LONG else 256 * 1024 ** 2
GROWTH_MAX = 2 * 1024 ** 2 * system.WORKERS


def transfer(relay, file, want, *options):
    """FILE goes from alice to bob; both ends and the received file must agree on WANT."""
    path_file, output = place.fresh("path"), place.fresh("output")
    receive = system.Command(relay, "bob", "receive", "--path-file", path_file,
                             "--output", output)
    send = system.Command(relay, "alice", "send", file, "--path-file", path_file, *options)
    try:
        sent, received = send.succeed(), receive.succeed()
    finally:
        for command in (send, receive):
            command.process.kill()
    assert sent.splitlines()[-1] == f"sha256 {want}", sent
    assert received.splitlines()[-1] == f"sha256 {want}", received
    assert files.sha256(output) == want, f"{output} is not {file}"
    output.unlink()


def with_relay(size, *options):
    def case():
        file, want = files.make_file(place, "file", size)
        with system.Relay(place) as relay:
            transfer(relay, file, want, *options)
        file.unlink()
    return case


def two_at_once():
    """Two transfers to two receivers of one user, from two senders of another."""
    sent = [files.make_file(place, "file", SIZE) for _ in range(2)]
    with system.Relay(place) as relay:
        paths, outputs = ([place.fresh(name) for _ in sent] for name in ("path", "output"))
        commands = [system.Command(relay, "bob", "receive", "--path-file", path,
                                   "--output", output)
                    for path, output in zip(paths, outputs)]
        commands += [system.Command(relay, "alice", "send", file, "--path-file", path)
                     for path, (file, _) in zip(paths, sent)]
        for command in commands:
            command.succeed()
        for output, (_, want) in zip(outputs, sent):
            assert files.sha256(output) == want


def own_name():
    """Without --output the file gets the sender's name, in the current directory only."""
    file, want = files.make_file(place, "picture.bin", SMALL)
    directory = place.fresh("downloads")
    directory.mkdir()
    path_file = place.fresh("path")
    with system.Relay(place) as relay:
        receive = system.Command(relay, "bob", "receive", "--path-file", path_file,
                                 cwd=directory)
        system.Command(relay, "alice", "send", file, "--path-file", path_file).succeed()
        receive.succeed()
    assert os.listdir(directory) == [file.name], os.listdir(directory)
    assert files.sha256(directory / file.name) == want


def from_and_to_pipes():
    """"-" is standard input and output, and what is no file stays what it is."""
    content = os.urandom(SMALL)
    for name in ("-", "/dev/stdout", "link", "fifo"):
        directory, path_file = place.fresh("pipes"), place.fresh("path")
        directory.mkdir()
        (directory / "link").symlink_to("target")
        (directory / "target").write_bytes(b"longer than nothing")
        os.mkfifo(directory / "fifo")
        force = ["--force"] if name == "link" else []
        with subprocess.Popen([system.MSRP, "receive", "--listen", "127.0.0.1:0", "--path-file",
                               path_file, "--output", name, *force], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, cwd=directory) as receive:
            send = subprocess.Popen([system.MSRP, "send", "-", "--path-file", path_file],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            send.stdin.write(content)
            send.stdin.close()
            piped = (directory / "fifo").read_bytes() if name == "fifo" else None
            out, err = receive.communicate(timeout=system.PATIENCE)
            assert send.wait(system.PATIENCE) == 0 and receive.returncode == 0, (name, err)
            send.stdout.close()
        told = out if piped or name == "link" else err
        assert f"sha256 {hashlib.sha256(content).hexdigest()}\n".encode() in told, (name, told)
        got = {"fifo": piped, "link": (directory / "target").read_bytes()}.get(name, out)
        assert got == content, (name, len(got))
        assert (directory / "link").is_symlink() and (directory / "fifo").is_fifo()
        assert sorted(os.listdir(directory)) == ["fifo", "link", "target"], os.listdir(directory)


def fifo_as_a_file():
    fifo = place.fresh("fifo")
    os.mkfifo(fifo)
    done = subprocess.run([system.MSRP, "send", fifo, "--to", "msrp://127.0.0.1:9/x;tcp"],
                          capture_output=True, text=True, timeout=system.PATIENCE, check=False)
    assert done.returncode == 1 and "not a regular file" in done.stderr, done


def file_that_changes():
    """The checksum that a sender tells is of what it has sent."""
    file, _ = files.make_file(place, "file", 50 * SMALL)
    with system.Relay(place) as relay, Peer(relay, "bob").auth() as bob:
        send = system.Command(relay, "alice", "send", file, "--to", " ".join(bob.path))
        while (message := bob.read()).get("Content-Type") is None:
            bob.answer(message)
        bob.answer(message, "415 Unsupported Media Type")
        message, _ = bob.receive()
        with file.open("ab") as changed:
            changed.write(b"more")
        total = message.get("Byte-Range").split("/")[1]
        bob.write(bob.request("REPORT", message.get("From-Path"), bob.uri, [
            ("Message-ID", message.get("Message-ID")), ("Byte-Range", f"1-{total}/{total}"),
            ("Status", "000 200 OK")]))
        code, out, err = send.finish()
    file.unlink()
    assert code == 4 and "sha256" not in out and "has changed" in err, (code, out, err)


def wrong_password():
    with system.Relay(place) as relay:
        code, out, err = system.Command(relay, "alice", "auth", password="wrong").finish()
    assert code == 3 and "msrps://" not in out and err, (code, out, err)


TIME = r"\d+\.\d{6}s;"


def probe():
    """auth --repeat: a line and an exit code that Nagios understands."""
    with system.Relay(place) as relay:
        out = system.Command(relay, "alice", "auth", "--repeat", 5, "--warning", 50000).succeed()
        assert re.fullmatch(r"MSRP OK - 5 of 5 times authenticated, in [\d.]+ ms on average and "
                            rf"[\d.]+ ms at most \| average={TIME}50\.000;;0 "
                            rf"maximum={TIME}50\.000;;0 failed=0;;0;0;5\n", out), out
        code, out, _ = system.Command(relay, "alice", "auth", "--repeat", 2, "--critical", 50000,
                                      password="wrong").finish()
        assert code == 2 and out.startswith("MSRP CRITICAL - 0 of 2 times authenticated, the last "
                                            "failure: "), out
        assert out.endswith(" | failed=2;;0;0;2\n"), out
        warned = system.Command(relay, "alice", "auth", "--repeat", 1, "--critical", 50000,
                                "--warning", 1).finish()
        assert warned[0] in (0, 1) and warned[1].startswith("MSRP "), warned
    code, out, _ = system.Command(relay, "alice", "auth", "--repeat", 1).finish()
    assert code == 2 and out.startswith("MSRP CRITICAL - 0 of 1"), (code, out)


def unknown_probe():
    """What is wrong here, before anybody was asked, is no fault of the relay; it goes to stdout."""
    for args, why in ((("--repeat", "0"), "--repeat: '0' is invalid"),
                      (("--repeat=1", "--ca", "/none/ca.pem"), "/none/ca.pem: "),
                      (("--password-file", "/none/pw", "--rep", "1"), "/none/pw: "),
                      (("--repeat", "1", "what"), "usage: msrp auth "),
                      (("--repeat", "1", "--what"), "there is no option --what")):
        done = subprocess.run([system.MSRP, "auth", "--user", "alice@example.com", "--relay",
                               "localhost:1", *args], env=system.environment(MSRP_PASSWORD="x"),
                              text=True, capture_output=True, check=False,
                              timeout=system.PATIENCE)
        assert done.returncode == 3 and done.stdout.startswith(f"MSRP UNKNOWN - {why}"), done
        assert done.stdout.count("\n") == 1 and done.stderr, done


def path_to(relay):
    return f"msrps://localhost:{relay.port}/nobody;tcp msrps://127.0.0.1:9/x;tcp"


def nobody_there():
    file, _ = files.make_file(place, "file", SMALL)
    with system.Relay(place) as relay:
        code, out, err = system.Command(relay, "alice", "send", file,
                                        "--to", path_to(relay)).finish()
    assert code == 4 and err, (code, out, err)


def no_relay():
    with system.Relay(place) as relay:
        pass
    code, out, err = system.Command(relay, "alice", "auth").finish()
    assert code == 2 and err, (code, out, err)


def memory():
    """It depends on the number of connections, never on the size of messages."""
    if system.SANITIZED:
        raise tap.Skip("sanitizers keep what is freed")
    small, small_want = files.make_file(place, "small", SIZE)
    large, large_want = files.make_file(place, "large", LARGE)
    with system.Relay(place) as relay:
        transfer(relay, small, small_want)
        before, _ = relay.memory()
        transfer(relay, large, large_want)
        _, most = relay.memory()
    large.unlink()
    print(f"# {before} bytes before, {most} at most during {LARGE} bytes")
    assert most - before < GROWTH_MAX, f"from {before} to {most} bytes"


tap.run([
    ("a file arrives as it was sent", with_relay(SIZE)),
    ("a file in one single chunk arrives", with_relay(SIZE, "--chunk-size", 0)),
    ("a file in chunks of 2048 bytes arrives", with_relay(SIZE, "--chunk-size", 2048)),
    ("a file in chunks of 64 KiB arrives", with_relay(SIZE, "--chunk-size", 65536)),
    ("a file in chunks of 7 bytes arrives", with_relay(5003, "--chunk-size", 7)),
    ("an empty file arrives", with_relay(0)),
    ("a file of one byte arrives", with_relay(1)),
    ("two files at once arrive", two_at_once),
    ("a received file is named as its sender says", own_name),
    ("what is no file stays what it is, and - is a pipe", from_and_to_pipes),
    ("a FIFO as a file is refused", fifo_as_a_file),
    ("a file that changes while it is sent is no success", file_that_changes),
    ("a wrong password is exit code 3", wrong_password),
    ("a receiver that is not there is exit code 4", nobody_there),
    ("a relay that is not there is exit code 2", no_relay),
    ("a large file does not make the relay larger", memory),
    ("auth --repeat tells Nagios how the relay is", probe),
    ("auth --repeat tells Nagios what is wrong with itself", unknown_probe),
])
