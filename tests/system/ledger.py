# SPDX-License-Identifier: GPL-3.0-or-later
"""What was sent, for the soak test, and what has become of it: every byte once, at whom it is for,
or a report. And who sends and receives, over a connection that each of them gets in its own way.
"""

import asyncio
import secrets
import socket
import struct

from client import Message, Peer

# Of a StreamReader; a chunk with its head has to fit in.
READ_LIMIT = 256 * 1024

# Longer than the relay waits for a response, so that its REPORT has come by then.
SETTLE_S = 45

# So many come in at a time, as they have all their handshakes in one thread: the relay gives each
# half a minute.
DOOR = 16

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
        self.abandoned = False  # its sender has left, so there may be chunks without an answer

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
        return (self.abandoned or all(self.answered)) and not self.missing()


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
            letter.abandoned = True
            if not letter.receiver.stays:
                self.close(letter)
            self.settle(letter)

    def lost(self):
        """At the end of all: what should have arrived, or been reported, and was not."""
        return [f"{letter.id}: {letter.missing()} of {len(letter.answered)} chunks of {letter.size}"
                f" bytes, {letter.sender.end}" for letter in self.letters.values()
                if letter.missing() and (letter.receiver.stays or letter.sender.stays)]


class Talker:
    """Who sends letters and receives them; a subclass has _reader and _writer."""

    def __init__(self, ledger, rng):
        self.ledger, self.rng = ledger, rng
        self.stays = True
        self.end = "stays"
        self._awake = asyncio.Event()
        self._awake.set()

    def path_from(self, sender):
        """What SENDER has to put into To-Path."""
        raise NotImplementedError

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

    async def receive(self):
        """Answers what comes, until the connection ends."""
        while True:
            await self._awake.wait()
            message = await self.read()
            if message.method == "SEND":
                self.ledger.on_chunk(self, message)
                self._writer.write(Peer.request("200 OK", message.get("From-Path").split()[0],
                                                message.get("To-Path"), tid=message.id))
                await self._writer.drain()
            elif message.method == "REPORT":
                self.ledger.on_report(message)
            else:
                self.ledger.on_response(message)

    async def send_to(self, receiver):
        size = self.rng.choice(CHUNK_SIZES)
        length = min(int(self.rng.expovariate(1 / 30_000)) + 1, MESSAGE_MAX, size * 200)
        letter = Letter(self, receiver, self.rng.randbytes(length), size)
        self.ledger.add(letter)
        for i in range(len(letter.answered)):
            await self.write(letter.chunk(i))

    async def stall(self):
        """Reads nothing for a while; what comes piles up in the relay."""
        self._awake.clear()
        await asyncio.sleep(self.rng.uniform(0.5, 5))
        self._awake.set()

    async def settle(self):
        """Until all that it sent was delivered or reported, or too much time has passed."""
        letters = self.ledger.letters
        for _ in range(SETTLE_S * 2):
            if not any(letter.sender is self for letter in letters.values()):
                return
            await asyncio.sleep(0.5)

    def reset(self):
        sock = self._writer.get_extra_info("socket")
        if not sock:
            return  # the relay was faster
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
