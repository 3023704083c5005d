# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients by the hundred for the soak test, good and bad ones."""

import asyncio
import os
import random
import secrets
import socket
import ssl

import relay as system
from client import Peer
from ledger import DOOR, READ_LIMIT, SETTLE_S, Ledger, Letter, Talker


class Member(Talker):
    """One of the crowd, from its connection to its end."""

    def __init__(self, crowd, rng, tls, owner):
        super().__init__(crowd.ledger, rng)
        self.crowd, self.tls, self.owner = crowd, tls, owner
        self.name = rng.choice(sorted(system.PASSWORDS)) if owner else "stranger"
        self.uri = f"msrp{'s' if tls else ''}://127.0.0.1:9/{secrets.token_hex(8)};tcp"
        self.use_path = []

    def path_from(self, sender):
        return [*sender.use_path, *self.use_path, self.uri]

    async def open(self):
        relay = self.crowd.relay
        context = self.crowd.context if self.tls else None
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", relay.port if self.tls else relay.plain_port, ssl=context,
            server_hostname="localhost" if self.tls else None, limit=READ_LIMIT)

    async def auth(self):
        to = f"msrps://{self.name}@{system.DOMAIN};tcp"
        await self.write(Peer.request("AUTH", to, self.uri))
        challenge = (await self.read()).get("WWW-Authenticate")
        value = Peer.authorization(challenge, self.name, system.PASSWORDS[self.name], to)
        await self.write(Peer.request("AUTH", to, self.uri, [("Authorization", value)]))
        response = await self.read()
        assert response.status == 200, response
        self.use_path = response.get("Use-Path").split()

    async def send(self):
        receiver = self.crowd.anybody(self)
        if receiver:
            await self.send_to(receiver)

    # How it ends

    async def half_close(self):
        """Says no more, and still listens; it is the relay that has to close."""
        # asyncio has no half-closed connections with TLS; the socket itself does not mind.
        sock = self._writer.get_extra_info("socket")
        if not sock:
            return
        fd = os.dup(sock.fileno())
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
        self.ledger.give_up(self)
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
        async with self.crowd.door:
            await self.open()
            if self.owner:
                await self.auth()
        self._receiving = asyncio.create_task(self.receive())
        if self.owner:
            self.crowd.members.add(self)
        try:
            await self._act(until)
        except (ConnectionError, ssl.SSLError) as error:
            # A stranger may be on probation; an owner that behaves may not be cut off.
            if self.owner:
                self.ledger.problems.append(f"{self.end}: {error!r}")
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
        self.ledger.ends[end] = self.ledger.ends.get(end, 0) + 1
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
        self.door = asyncio.Semaphore(DOOR)
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
