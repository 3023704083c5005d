# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients by the hundred for the soak test, good and bad ones, and a ledger of what they sent."""

import asyncio
import os
import random
import secrets
import socket
import ssl
import struct

import relay as system
from client import Message, Peer

# Of a StreamReader; a chunk with its head has to fit in.
READ_LIMIT = 256 * 1024

# Longer than the relay waits for a response, so that its REPORT has come by then.
SETTLE_S = 45

CHUNK_SIZES = (1, 700, 2048, 8000, 60_000)
MESSAGE_MAX = 400_000


class Letter:
    """A message, and how far it has come: a record for each of its chunks."""

    def __init__(self, sender, receiver, body, size):
        self.id = secrets.token_hex(8)
        self.sender, self.receiver, self.body, self.size = sender, receiver, body, size
        n = -(-len(body) // size)
        self.answered = [0] * n
        self.delivered = [0] * n
        self.reported = [False] * n

    def length(self, i):
        return min(self.size, len(self.body) - i * self.size)

    def chunk(self, i):
        start = i * self.size
        part = self.body[start:start + self.size]
        fields = [("Message-ID", self.id),
                  ("Byte-Range", f"{start + 1}-{start + len(part)}/{len(self.body)}"),
                  ("Content-Type", "application/octet-stream")]
        last = start + len(part) == len(self.body)
        self.tid = f"{self.id}{i:06d}"
        return Peer.request("SEND", self.receiver.path_from(self.sender), self.sender.uri, fields,
                            part, "$" if last else "+", self.tid)

    def missing(self):
        """Chunks that were answered with 200, and of which nothing more was heard."""
        return [i for i, status in enumerate(self.answered) if status == 200
                and self.delivered[i] < self.length(i) and not self.reported[i]]

    def is_settled(self):
        return all(self.answered) and not self.missing()


class Ledger:
    """All letters that are under way, sums of those that were settled, and what went wrong."""

    def __init__(self):
        self.letters = {}
        self.sums = dict.fromkeys(("accepted", "delivered", "reported", "refused", "unknown"), 0)
        self.ends = {}
        self.problems = []

    def add(self, letter):
        self.letters[letter.id] = letter

    def on_chunk(self, receiver, chunk):
        letter = self.letters.get(chunk.get("Message-ID"))
        if not letter:
            self.sums["unknown"] += 1
            return
        start = int(chunk.get("Byte-Range").split("-")[0]) - 1
        if receiver is not letter.receiver:
            self.problems.append(f"{letter.id} arrived at somebody else")
        if letter.body[start:start + len(chunk.body)] != chunk.body:
            self.problems.append(f"{letter.id}: other bytes than those sent, from {start}")
        i = start // letter.size
        letter.delivered[i] += len(chunk.body)
        if letter.delivered[i] > letter.length(i):
            self.problems.append(f"{letter.id}: bytes from {start} came twice")
        self.settle(letter)

    def on_response(self, response):
        letter = self.letters.get(response.id[:-6])
        if letter:
            letter.answered[int(response.id[-6:])] = response.status
            self.settle(letter)

    def on_report(self, report):
        letter = self.letters.get(report.get("Message-ID"))
        if not letter:
            return
        first, last = report.get("Byte-Range").split("/")[0].split("-")
        for i in range((int(first) - 1) // letter.size, (int(last) - 1) // letter.size + 1):
            letter.reported[i] = True
        self.settle(letter)

    def settle(self, letter):
        if letter.is_settled():
            self.close(letter)

    def close(self, letter):
        if not self.letters.pop(letter.id, None):
            return
        for i, status in enumerate(letter.answered):
            length = letter.length(i)
            self.sums["accepted"] += length if status == 200 else 0
            self.sums["delivered"] += min(letter.delivered[i], length)
            self.sums["reported"] += length if letter.reported[i] else 0
            self.sums["refused"] += length if status > 299 else 0

    def give_up(self, sender):
        """SENDER has left: what was meant to be reported to it nobody can know."""
        for letter in [letter for letter in self.letters.values() if letter.sender is sender]:
            if not letter.receiver.stays:
                self.close(letter)

    def lost(self):
        """At the end of all: what should have arrived, or been reported, and was not."""
        return [f"{letter.id}: {letter.missing()} of {len(letter.answered)} chunks of {letter.size}"
                f" bytes, {letter.sender.end}" for letter in self.letters.values()
                if letter.missing() and (letter.receiver.stays or letter.sender.stays)]


class Member:
    """One of the crowd, from its connection to its end."""

    def __init__(self, crowd, rng, tls, owner):
        self.crowd, self.rng, self.tls, self.owner = crowd, rng, tls, owner
        self.name = rng.choice(sorted(system.PASSWORDS)) if owner else "stranger"
        self.uri = f"msrp{'s' if tls else ''}://127.0.0.1:9/{secrets.token_hex(8)};tcp"
        self.use_path = []
        self.stays = True
        self.end = "stays"
        self._awake = asyncio.Event()
        self._awake.set()

    def path_from(self, sender):
        return [*sender.use_path, *self.use_path, self.uri]

    async def open(self):
        relay = self.crowd.relay
        context = self.crowd.context if self.tls else None
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", relay.port if self.tls else relay.plain_port, ssl=context,
            server_hostname="localhost" if self.tls else None, limit=READ_LIMIT)

    async def read(self):
        first = await self._reader.readuntil(b"\r\n")
        end_line = b"\r\n-------" + first.split(b" ", 2)[1]
        rest = await self._reader.readuntil(end_line)
        flag = await self._reader.readexactly(3)
        head, _, body = (first + rest[:-len(end_line)]).partition(b"\r\n\r\n")
        return Message(head, body, chr(flag[0]))

    async def write(self, data):
        self._writer.write(data)
        await self._writer.drain()

    async def auth(self):
        to = f"msrps://{self.name}@{system.DOMAIN};tcp"
        await self.write(Peer.request("AUTH", to, self.uri))
        challenge = (await self.read()).get("WWW-Authenticate")
        value = Peer.authorization(challenge, self.name, system.PASSWORDS[self.name], to)
        await self.write(Peer.request("AUTH", to, self.uri, [("Authorization", value)]))
        response = await self.read()
        assert response.status == 200, response
        self.use_path = response.get("Use-Path").split()

    async def receive(self):
        """Answers what comes, until the connection ends."""
        while True:
            await self._awake.wait()
            message = await self.read()
            if message.method == "SEND":
                self.crowd.ledger.on_chunk(self, message)
                self._writer.write(Peer.request("200 OK", message.get("From-Path").split()[0],
                                                message.get("To-Path"), tid=message.id))
                await self._writer.drain()
            elif message.method == "REPORT":
                self.crowd.ledger.on_report(message)
            else:
                self.crowd.ledger.on_response(message)

    async def send(self):
        receiver = self.crowd.anybody(self)
        if not receiver:
            return
        size = self.rng.choice(CHUNK_SIZES)
        length = min(int(self.rng.expovariate(1 / 30_000)) + 1, MESSAGE_MAX, size * 200)
        letter = Letter(self, receiver, self.rng.randbytes(length), size)
        self.crowd.ledger.add(letter)
        for i in range(len(letter.answered)):
            await self.write(letter.chunk(i))

    async def stall(self):
        """Reads nothing for a while; what comes piles up in the relay."""
        self._awake.clear()
        await asyncio.sleep(self.rng.uniform(0.5, 5))
        self._awake.set()

    async def settle(self):
        """Until all that it sent was delivered or reported, or too much time has passed."""
        letters = self.crowd.ledger.letters
        for _ in range(SETTLE_S * 2):
            if not any(letter.sender is self for letter in letters.values()):
                return
            await asyncio.sleep(0.5)

    # How it ends

    def reset(self):
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def half_close(self):
        """Says no more, and still listens; it is the relay that has to close."""
        # asyncio has no half-closed connections with TLS; the socket itself does not mind.
        fd = os.dup(self._writer.get_extra_info("socket").fileno())
        with socket.socket(fileno=fd) as sock:
            sock.shutdown(socket.SHUT_WR)
        await asyncio.wait({self._receiving}, timeout=SETTLE_S)

    async def garbage(self):
        self._writer.write(self.rng.randbytes(self.rng.randrange(1, 4096)) + b"\r\n\r\n")
        await asyncio.wait({self._receiving}, timeout=5)

    async def in_a_chunk(self):
        receiver = self.crowd.anybody(self)
        if receiver:
            letter = Letter(self, receiver, bytes(50_000), 50_000)
            self._writer.write(letter.chunk(0)[:self.rng.randrange(1, 50_000)])
        await asyncio.sleep(self.rng.uniform(0, 0.5))

    async def leave(self, end):
        self.end = end
        if end == "settles":
            await self.settle()
        self.stays = False
        self.crowd.members.discard(self)
        self.crowd.ledger.give_up(self)
        if end == "half-closes":
            await self.half_close()
        elif end == "sends garbage":
            await self.garbage()
        elif end == "dies in a chunk":
            await self.in_a_chunk()
        if end in ("resets", "dies in a chunk"):
            self.reset()
        self._writer.close()

    async def live(self, until):
        """Does this and that up to its end, or up to UNTIL, and then stays to receive."""
        await self.open()
        if self.owner:
            await self.auth()
        self._receiving = asyncio.create_task(self.receive())
        if self.owner:
            self.crowd.members.add(self)
        try:
            await self._act(until)
        except (ConnectionError, ssl.SSLError) as error:
            # The relay has closed: nobody may do that to a member that behaves.
            self.crowd.ledger.problems.append(f"{self.end}: {error!r}")
            self.stays = False
        finally:
            self.crowd.members.discard(self)
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
            self._writer.transport.abort()
            await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)

    async def _act(self, until):
        loop = asyncio.get_running_loop()
        for _ in range(self.rng.randrange(1, 12)):
            if loop.time() > until:
                break
            await self.rng.choice((self.send, self.send, self.send, self.stall))()
            await asyncio.sleep(self.rng.expovariate(1))
        if loop.time() > until:
            await self.crowd.over.wait()
            return
        end = self.rng.choice(("settles", "settles", "leaves", "resets", "half-closes",
                               "sends garbage", "dies in a chunk"))
        self.crowd.ledger.ends[end] = self.crowd.ledger.ends.get(end, 0) + 1
        try:
            await self.leave(end)
        except (ConnectionError, ssl.SSLError):
            if end == "settles":
                raise


class Crowd:
    """N members at a time at RELAY; whoever goes is replaced."""

    def __init__(self, relay, n, seed):
        self.relay, self.n, self.seed = relay, n, seed
        self.context = ssl.create_default_context(cafile=relay.place.path / "ca.pem")
        self.ledger = Ledger()
        self.members = set()
        self.over = asyncio.Event()
        self._choice = random.Random(f"{seed} choice")

    def anybody(self, but):
        """A member with a session that is not about to leave."""
        members = [member for member in self.members if member is not but]
        return self._choice.choice(members) if members else None

    async def _slot(self, number, until):
        rng = random.Random(f"{self.seed} {number}")
        await asyncio.sleep(rng.uniform(0, 5))
        while asyncio.get_running_loop().time() < until:
            owner = rng.random() < 0.8
            await Member(self, rng, owner or rng.random() < 0.5, owner).live(until)

    async def _killer(self, until):
        """Programs of ours that are killed whatever they do."""
        rng = random.Random(f"{self.seed} killer")
        while asyncio.get_running_loop().time() < until:
            victim = await asyncio.create_subprocess_exec(
                system.MSRP, "receive", "--relay", f"localhost:{self.relay.port}",
                "--user", f"alice@{system.DOMAIN}", "--ca", str(self.relay.place.path / "ca.pem"),
                env=system.environment(MSRP_PASSWORD=system.PASSWORDS["alice"]),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL)
            await asyncio.sleep(rng.uniform(0.01, 3))
            victim.kill()
            await victim.wait()

    async def run(self, seconds):
        """The crowd comes, lives and goes; the ledger is returned."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        tasks = [asyncio.create_task(self._slot(number, until)) for number in range(self.n)]
        tasks.append(asyncio.create_task(self._killer(until)))
        await asyncio.sleep(seconds)
        give_up = loop.time() + 2 * SETTLE_S
        while self.ledger.letters and loop.time() < give_up:
            await asyncio.sleep(0.5)
        self.over.set()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if result:
                self.ledger.problems.append(repr(result))
        return self.ledger
