#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tabs of a real Chromium, msrp.js and its page, and the relay over WebSocket between them."""

import hashlib
import os
import re
import subprocess
import time
import urllib.parse

import browser
import relay as system
import tap

MESSAGES = 10_000 if system.LONG else 5_000  # each way
FILE = 2**30 if system.LONG else 20_000_000
PIECE = 2**20

# What the relay may grow by while a file goes through it: queues, and nothing of its length.
GROWTH = 2 * 1024 * 1024

LISTEN = [{"address": "127.0.0.1", "port": 0, "transport": transport}
          for transport in ("tls", "tcp", "ws", "wss", "tls+wss")]

place = system.Place()
pages = browser.Pages()
chromium = browser.Browser(place)


def with_tabs(case):
    """Tabs are closed at the end, however it comes, and before the next relay."""
    def run():
        try:
            return case()
        finally:
            chromium.close_tabs()
    return run


def relay(**changes):
    return system.Relay(place, {"listen": LISTEN} | changes)


def url_of(running, transport="ws"):
    port = running.wait_log(rf"listening on \S*:(\d+) \({re.escape(transport)}\)").group(1)
    return f"{transport.rpartition('+')[2]}://localhost:{port}/"


# ---- msrp.js, in a tab of its own ----

# What the scripts of a test share; the page around them waits for somebody to sign in.
START = """
    const m = window.m = await import('/msrp.js');
    const [url, user, password] = arguments_;
    const told = window.told = [];
    window.relay = new m.RelayConnection({ url, domain: 'example.com', username: user, password,
        connected: () => told.push('connected'), disconnected: (error) => told.push(error.code),
        reconnect: { min: 50, max: 200 } });
    await relay.open();
    window.connector = await relay.prepare();
    return connector.localPath;
"""

# Deterministic octets that no part of which is like another, PIECE by PIECE.
OCTETS = """
    window.piece = (number, size) => {
        const words = new Uint32Array(size / 4);
        for (let i = 0, x = number + 1; i < words.length; i++) {
            x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + i | 0;
            words[i] = x;
        }
        return new Uint8Array(words.buffer);
    };
    window.blobOf = (size, step) => {
        const parts = [];
        for (let at = 0; at < size; at += step)
            parts.push(new Blob([piece(at, Math.min(step, size - at))]));
        return new Blob(parts);
    };
    window.hashOf = async (stream) => {
        const hash = new m.FileHash();
        for (const reader = stream.getReader();;) {
            const { value, done } = await reader.read();
            if (done)
                return hash.result().sha256;
            hash.add(value);
        }
    };
"""


def client(running, user, transport="ws"):
    """A tab with a connector; its path."""
    tab = chromium.tab(pages.url)
    path = tab.run(START, url_of(running, transport), user, system.PASSWORDS[user])
    tab.run(OCTETS)
    return tab, path


def pair(running):
    """Tabs of alice's, who calls, and bob's, who waits."""
    alice, _ = client(running, "alice")
    bob, path = client(running, "bob")
    for tab in (alice, bob):
        tab.run("""
            window.received = [];
            window.options = { follow: true, begin: (message) => {
                if (message.disposition)
                    window.file = message.blob();
                else
                    message.text().then((text) => received.push(text), (error) => told.push(error.code));
            } };
        """)
    bob.run("window.completed = connector.complete(null, options)"
            ".then((session) => { window.session = session; })")
    alice.run("window.session = await connector.complete(arguments_[0], options)", path)
    bob.run("await completed")
    return alice, bob


SEND_MANY = """
    const [n] = arguments_;
    window.sent = Promise.all(Array.from({ length: n },
        (_, i) => session.send(`message ${i}`, { successReport: true }).delivered));
"""


def many_messages():
    """All of them, in order, both ways at the same time; each is reported."""
    with relay() as running:
        alice, bob = pair(running)
        for tab in (alice, bob):
            tab.run(SEND_MANY, MESSAGES)
        for tab in (alice, bob):
            assert tab.run("return (await sent).length") == MESSAGES
            tab.wait(f"received.length === {MESSAGES}")
            assert tab.run("return received.every((text, i) => text === `message ${i}`)")


def send_file(alice, size):
    """Alice sends SIZE octets; their SHA-256. bufferedAmount must not take them all."""
    return alice.run("""
        const [size, step] = arguments_;
        const blob = blobOf(size, step);
        let most = 0, last = 0;
        window.outgoing = session.send(blob, { fileName: 'x.bin', successReport: true, progress: (done, total) => {
            most = Math.max(most, relay.link.socket.bufferedAmount);
            if (done < last || total !== size)
                throw new Error(`${done} after ${last}`);
            last = done;
        } });
        await outgoing.response;
        if (last !== size || most > 2 ** 20)
            throw new Error(`${last} of ${size}, ${most} waiting`);
        return hashOf(blob.stream());
    """, size, PIECE)


def file_between_browsers():
    """It arrives as it was, and the relay keeps nothing of it."""
    with relay() as running:
        alice, bob = pair(running)
        send_file(alice, PIECE)
        before, _ = running.memory()
        want = send_file(alice, FILE)
        alice.run("await outgoing.delivered")
        _, most = running.memory()
        blob = bob.run("const blob = await file; return [blob.size, await hashOf(blob.stream())]")
        assert blob == [FILE, want], (blob, want)
        if not system.SANITIZED:
            assert most - before < GROWTH, f"{before} octets, then {most}"


def file_to_command():
    """To `msrp receive`, over TLS."""
    with relay() as running:
        path_file, output = place.fresh("path"), place.fresh("received")
        receive = system.Command(running, "bob", "receive", "--path-file", path_file, "--output", output)
        end = time.monotonic() + system.PATIENCE
        while not (path_file.exists() and path_file.read_text().strip()):
            assert time.monotonic() < end and receive.process.poll() is None, receive.finish()
            time.sleep(0.02)
        alice, _ = client(running, "alice")
        alice.run("window.session = await connector.complete(arguments_[0])", path_file.read_text().strip())
        want = send_file(alice, FILE)
        alice.run("await outgoing.delivered")
        out = receive.succeed()
        assert f"sha256 {want}" in out, (want, out)
        with output.open("rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == want
        output.unlink()


def file_from_command():
    """From `msrp send`, over TLS, in chunks of any size; read as a stream, and slowly."""
    with relay() as running:
        data = os.urandom(3_000_000)
        file = place.fresh("file")
        file.write_bytes(data)
        bob, path = client(running, "bob")
        bob.run("""
            window.hashed = new Promise((resolve) => {
                connector.complete(null, { begin: (message) => {
                    if (message.contentType !== 'application/octet-stream')
                        return 415;
                    resolve(hashOf(message.stream()));
                } });
            });
        """)
        system.Command(running, "alice", "send", file, "--to", path).succeed()
        assert bob.run("return hashed") == hashlib.sha256(data).hexdigest()


def over_tls():
    """Chromium drops a WebSocket whose server asks for a certificate; one port may be for all."""
    with relay() as running:
        alice, _ = client(running, "alice", "wss")
        bob, path = client(running, "bob", "tls+wss")
        bob.run("""
            window.heard = new Promise((resolve) => {
                connector.complete(null, { begin: (message) => { resolve(message.text()); } });
            });
        """)
        alice.run("window.session = await connector.complete(arguments_[0]); session.send('hällo')", path)
        assert bob.run("return heard") == "hällo"


def closed_in_the_middle():
    """A tab that is closed while it receives: the other one hears of it, and the relay forgets it."""
    with relay() as running:
        alice, bob = pair(running)
        alice.run("session.setKeepAlive(200); session.options.lost = (error) => told.push('lost');"
                  "window.outgoing = session.send(new Blob(Array(200).fill(new Uint8Array(1e6))), { fileName: 'x' })")
        bob.wait("session.inbox.messages.size > 0 && [...session.inbox.messages.values()][0].received > 1e6")
        bob.close()
        failure = alice.run("return outgoing.response.then(() => 'all was sent', (error) => error.status)")
        assert failure in (408, 481), failure
        alice.wait("told.includes('lost')")
        running.wait_log("session ended: .* user=bob")


def relay_that_comes_back():
    """After the relay was killed and has come back, the tabs find each other again."""
    port = system.free_port()
    listen = LISTEN[:2] + [{"address": "127.0.0.1", "port": port, "transport": "ws"}]
    with relay(listen=listen) as running:
        alice, bob = pair(running)
        running.kill()
        for tab in (alice, bob):
            tab.wait("session.state === 'lost'")
    with relay(listen=listen) as running:
        for tab in (alice, bob):
            tab.wait("told.filter((word) => word === 'connected').length > 1")
        # Neither side knows the new path of the other: both are lost until one of them is told.
        path = bob.wait("connector.localPath")
        alice.run("session.close(); window.session = await connector.complete(arguments_[0], options)", path)
        alice.run("await session.send('again', { successReport: true }).delivered")
        bob.wait("received.includes('again')")


def wrong_origin():
    """A page of another origin gets no WebSocket."""
    with relay(**{"websocket.origins": [f"http://localhost:{pages.port}"]}) as running:
        alice, _ = client(running, "alice")
        other = chromium.tab(pages.url.replace("localhost", "127.0.0.1"))
        found = other.run("""
            const { RelayConnection } = await import('/msrp.js');
            const relay = new RelayConnection({ url: arguments_[0], username: 'alice', password: 'x' });
            return relay.open().then(() => 'connected', (error) => error.code);
        """, url_of(running))
        assert found == "CONNECT", found


# ---- the page ----

def fragment(running, user, **more):
    return "#" + urllib.parse.urlencode({
        "relay": url_of(running), "user": f"{user}@{system.DOMAIN}",
        "password": system.PASSWORDS[user]} | more)


def page_chat():
    """One click, a link, texts, a file, who is typing, marks; nothing becomes markup."""
    with relay() as running:
        alice = chromium.tab(pages.url + fragment(running, "alice", **{
            "name": "Alice", "guest": "bob@example.com", "guest-password": system.PASSWORDS["bob"]}))
        link = alice.wait("document.getElementById('link').value")
        assert alice.run("return location.hash") == "", "the password stands in the address bar"
        bob = chromium.tab(link)
        for tab in (alice, bob):
            tab.wait("!document.getElementById('talk').hidden")
        bob.type("#text", "<b>Hello</b> Alice")
        alice.wait("document.getElementById('typing').textContent.includes('is typing')")
        bob.press("enter")
        assert alice.wait("document.querySelector('#log .text-item .text')?.textContent") == "<b>Hello</b> Alice"
        bob.wait("document.querySelector('#log .mine .delivered')")
        file = place.fresh("note.txt")
        file.write_text("some text")
        alice.type("#files", str(file))
        bob.click("#log a[download]")
        saved = chromium.downloads / file.name
        end = time.monotonic() + system.PATIENCE
        while not saved.exists():
            assert time.monotonic() < end, "the file is not saved"
            time.sleep(0.02)
        assert saved.read_text() == "some text"
        assert bob.text("#log .file .meta").startswith("9 bytes")
        third = chromium.tab(link)
        third.wait("document.getElementById('composer').inert")
        assert "is over" in third.text("#log"), third.text("#log")
        assert alice.text("#status") == "Connected"
        alice.click("#leave")
        bob.wait("document.getElementById('status').textContent.match(/away|over/)")


def page_and_commands():
    """With somebody at a terminal, over TLS: texts by msrp chat, then a file by msrp send."""
    with relay() as running:
        def invitation():
            tab = chromium.tab(pages.url + fragment(running, "alice", name="Alice"))
            link = tab.wait("document.getElementById('link').value")
            return tab, urllib.parse.parse_qs(urllib.parse.urlsplit(link).fragment)["to"][0]

        alice, path = invitation()
        chat = system.Command(running, "bob", "chat", "--to", path, stdin=subprocess.PIPE)
        chat.process.stdin.write("hello from a terminal\n")
        chat.process.stdin.flush()
        assert alice.wait("document.querySelector('.text-item .text')?.textContent") == "hello from a terminal"
        alice.type("#text", "hello from a page")
        alice.press("enter")
        alice.wait("document.querySelector('#log .mine .delivered')")
        assert "hello from a page" in chat.succeed()
        alice, path = invitation()
        file = place.fresh("a film.bin")
        file.write_bytes(os.urandom(100_000))
        system.Command(running, "bob", "send", file, "--to", path).succeed()
        assert alice.wait("document.querySelector('#log a[download]')?.textContent") == file.name


def page_wrong_password():
    """And a relay that is after the right one."""
    with relay() as running:
        tab = chromium.tab(pages.url + "#relay=wss://relay.invalid/")
        for name, value in (("user", "alice@example.com"), ("password", "wrong")):
            tab.type(f"[name={name}]", value)
        tab.press("enter")
        assert "relay.invalid is not of example.com" in tab.wait("document.getElementById('sign-in-error').textContent")
        assert tab.text("#status") == "Not connected"
        tab.run("document.querySelector('[name=relay]').value = arguments_[0]", url_of(running))
        tab.click("#sign-in .primary")
        tab.wait("document.getElementById('sign-in-error').textContent.includes('does not accept')")


def page_fits():
    """No part of the page is wider than a small screen, and all can be reached by the keyboard."""
    with relay() as running:
        alice = chromium.tab(pages.url)
        for scheme in ("light", "dark"):
            alice.emulate(360, 640, scheme)
            assert alice.run("return document.documentElement.scrollWidth") <= 360
        alice.go("about:blank")
        alice.go(pages.url + fragment(running, "alice"))
        link = alice.wait("document.getElementById('link').value")
        assert alice.run("return document.documentElement.scrollWidth") <= 360
        bob, _ = client(running, "bob")
        bob.run("""
            const { to } = (await import('/chat/invitation.js')).readInvitation(new URL(arguments_[0]).hash);
            window.session = await connector.complete(to);
            session.send('w'.repeat(300));
        """, link)
        alice.wait("document.querySelector('#log .text-item')")
        assert alice.run("return document.documentElement.scrollWidth") <= 360
        reached = []
        for _ in range(6):
            reached.append(alice.run("return document.activeElement.id || document.activeElement.textContent"))
            alice.press("tab")
        assert {"text", "files", "Send", "leave"} - set(reached) <= {"leave"}, reached
        unnamed = alice.run("""return [...document.querySelectorAll('button, input, textarea, a, progress')]
            .filter((it) => !(it.labels?.length || it.ariaLabel || it.textContent.trim() || it.title))
            .map((it) => it.outerHTML)""")
        assert unnamed == [], unnamed


def main():
    cases = [
        ("10,000 messages and more", many_messages),
        ("a file from browser to browser", file_between_browsers),
        ("a file to msrp receive", file_to_command),
        ("a file from msrp send", file_from_command),
        ("over TLS, at a port for WebSocket and at one for all", over_tls),
        ("a tab that is closed in the middle", closed_in_the_middle),
        ("a relay that comes back", relay_that_comes_back),
        ("a page of a wrong origin", wrong_origin),
        ("two people on the page", page_chat),
        ("the page, and commands at a terminal", page_and_commands),
        ("a wrong password on the page", page_wrong_password),
        ("a small screen, and the keyboard", page_fits),
    ]
    try:
        browser.require()
    except tap.Skip as reason:
        print(f"1..0 # SKIP {reason}")
        return
    with pages, chromium:
        tap.run((name, with_tabs(case)) for name, case in cases)


main()
