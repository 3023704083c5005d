# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls by the dozen for the soak test, whose proxy, parties and strangers behave well and badly."""

import asyncio
import hashlib
import random
import re
import secrets
import socket
import ssl

import relay as system
from anchor import attribute, bdecode, bencode, description
from client import Peer
from ledger import DOOR, READ_LIMIT, Ledger, Talker

# As a proxy it asks again after so long; and does not give up, as it may be slow itself.
ANSWER_S = 1
TRIES = system.PATIENCE

PROXIES = 8

# Only who stands at this address may ask; others do, too.
PROXY, STRANGER = "127.0.0.1", "127.0.0.2"

# Time for a party to be connected to, on a machine that is busy.
CONNECT_S = 30

# What a proxy does at once takes longer on such a machine: so long a call lives on that it deletes by
# mistake.
DELETE_DELAY_S = 30


class Sockets:
    """Of a proxy with several processes, each with its own."""

    def __init__(self, place, rng):
        host, _, port = place.rpartition(":")
        self.place, self._rng = (host, int(port)), rng
        self._waiting, self._sockets = {}, []
        self.answers = {}  # by command, how many have come

    async def open(self):
        loop = asyncio.get_running_loop()
        for _ in range(PROXIES):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: self, local_addr=(PROXY, 0), remote_addr=self.place)
            self._sockets.append(transport)

    def close(self):
        for transport in self._sockets:
            transport.close()

    # Of asyncio's protocols

    def connection_made(self, transport):
        pass

    def connection_lost(self, error):
        pass

    def error_received(self, error):
        pass

    def datagram_received(self, datagram, _):
        cookie, _, body = datagram.partition(b" ")
        waiting = self._waiting.get(cookie)
        if waiting and not waiting.done():
            waiting.set_result(bdecode(body)[0])

    async def ask(self, command, **keys):
        """The answer, for which it asks again if it has to, or for no reason."""
        cookie = secrets.token_hex(8).encode()
        datagram = cookie + b" " + bencode({"command": command} | {
            key.replace("_", "-"): value for key, value in keys.items()})
        waiting = self._waiting[cookie] = asyncio.get_running_loop().create_future()
        process = self._rng.choice(self._sockets)
        try:
            for _ in range(TRIES):
                for _ in range(self._rng.choice((1, 1, 1, 2))):
                    process.sendto(datagram)
                await asyncio.wait({waiting}, timeout=ANSWER_S)
                if waiting.done():
                    self.answers[command] = self.answers.get(command, 0) + 1
                    return waiting.result()
        finally:
            del self._waiting[cookie]
        raise TimeoutError(f"no answer to {command}")


class Party(Talker):
    """One side of a call, which connects or is connected to, as its SDP says."""

    def __init__(self, call, tag, mode):
        super().__init__(call.callers.ledger, call.rng)
        self.call, self.tag, self.mode = call, tag, mode
        self.id = secrets.token_hex(8)
        self.shown = None
        self._port, self._server, self._writer, self._receiving = 9, None, None, None
        self.is_leaving = False
        self._connected = asyncio.Event()
        if mode == "active":
            self._connected.set()

    @property
    def uri(self):
        scheme = "msrps" if self.call.secure else "msrp"
        return f"{scheme}://127.0.0.1:{self._port}/{self.id};tcp"

    def path_from(self, sender):
        return [sender.shown]

    def sdp(self, offers, direction="sendrecv"):
        callers, secure = self.call.callers, self.call.secure
        setup = "actpass" if offers and self.mode == "active" else self.mode
        return description(
            f"m=message {self._port} TCP/{'TLS/' if secure else ''}MSRP *\r\n"
            f"a=accept-types:*\r\na={direction}\r\na=path:{self.uri}\r\na=setup:{setup}\r\n" +
            (f"a=fingerprint:sha-256 {callers.fingerprint}\r\n" if secure else ""))

    async def listen(self):
        if self.mode == "passive":
            self._server = await asyncio.start_server(
                self._on_connection, "127.0.0.1", 0, limit=READ_LIMIT,
                ssl=self.call.callers.server_context if self.call.secure else None)
            self._port = self._server.sockets[0].getsockname()[1]
        return self

    def _begin(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._receiving = asyncio.create_task(self._receive_all())

    async def _on_connection(self, reader, writer):
        self._begin(reader, writer)
        self._connected.set()

    async def _receive_all(self):
        try:
            await self.receive()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError) as error:
            if not self.is_leaving and not self.call.is_ending:
                self.call.problem(f"{self.mode} {self.tag} was cut off: {error!r}")

    async def start(self, sdp):
        """SDP: what it was shown."""
        self.shown = attribute(sdp, "path")
        if self.mode == "active" and not self._writer:
            host, port = re.match(r"msrps?://([^:]*):(\d+)/", self.shown).groups()
            self._begin(*await asyncio.open_connection(
                host, int(port), limit=READ_LIMIT,
                ssl=self.call.callers.client_context if self.call.secure else None))
            await self.knock()
        await asyncio.wait_for(self._connected.wait(), CONNECT_S)

    async def knock(self):
        """RFC 4975 5.4: whoever connects sends at once, if only to say who it is."""
        await self.write(Peer.request("SEND", self.shown, self.uri, [
            ("Message-ID", secrets.token_hex(8)), ("Byte-Range", "1-0/0")]))

    async def close(self, reset=False):
        self.stays, self.is_leaving = False, True
        self.ledger.give_up(self)
        if self._writer:
            if reset:
                self.reset()
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
            self._writer.transport.abort()
            await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)
            self._writer = None
        if self._server:
            self._server.close()
            self._server = None


class Late(Exception):
    """Who should have taken a delete back was not there in time, so the call may have ended."""


class Call:
    """One of them, from its offer to its end."""

    def __init__(self, callers, rng):
        self.callers, self.rng = callers, rng
        self.id = secrets.token_hex(8)
        self.secure = rng.random() < 0.3
        self.is_ending = False
        self.parties = []
        self.end = "none"
        self.done = []  # what has happened in it, for those who look for a fault

    def problem(self, what):
        self.callers.ledger.problems.append(f"call {self.id}, {self.end}, {self.done}: {what}")

    async def ask(self, command, **keys):
        answer = await self.callers.sockets.ask(command, call_id=self.id, **keys)
        if answer["result"] != "ok":
            raise AssertionError(f"{command}: {answer}")
        return answer

    async def _party(self, tag):
        mode = self.rng.choice(("active", "passive"))
        party = await Party(self, tag, mode).listen()
        self.parties.append(party)
        return party

    async def offer(self, one, other=None, **more):
        """What OTHER is shown of ONE."""
        tags = {"to_tag": other.tag} if other else {}
        answer = await self.ask("offer", from_tag=one.tag, sdp=one.sdp(True, **more),
                                **tags)
        return answer["sdp"]

    async def answer(self, one, other, **more):
        """What ONE, who has offered, is shown of OTHER."""
        answer = await self.ask("answer", from_tag=one.tag, to_tag=other.tag,
                                sdp=other.sdp(False, **more))
        return answer["sdp"]

    async def establish(self):
        self.caller = await self._party("a")
        shown = await self.offer(self.caller)
        self.callers.begun.add(self.id)
        self.callers.known.append(attribute(shown, "path"))
        if self.rng.random() < 0.2:
            assert await self.offer(self.caller) == shown, "another offer than before"
        if self.rng.random() < 0.2:
            self.done.append("fork")
            await self._answered(await self._party("lost"), shown)
        await self._answered(await self._party("b"), shown)

    async def _answered(self, callee, shown):
        """CALLEE, which connects, may do so before the proxy has seen its answer."""
        self.callee = callee
        early = None
        if callee.mode == "active" and self.rng.random() < 0.3:
            early = asyncio.create_task(callee.start(shown))
        back = await self.answer(self.caller, callee)
        await (early or callee.start(shown))
        await self.caller.start(back)
        if callee.tag == "lost":
            await self.callee.send_to(self.caller)
            await self.settle(callee)
            await self.ask("delete", from_tag="a", to_tag=callee.tag)
            await callee.close()
            return
        self.callers.known.append(self.caller.shown)

    async def settle(self, *parties):
        """Nothing of what PARTIES have sent may be lost."""
        for party in parties:
            await party.settle()
            for letter in list(self.callers.ledger.letters.values()):
                if letter.sender is party:
                    self.problem(f"{party.mode} {party.tag} of {letter.id}: {letter.answered} "
                                 f"answered, {letter.missing()} missing")
                    self.callers.ledger.close(letter)

    # What happens in it

    async def talk(self):
        one, other = self.rng.sample((self.caller, self.callee), 2)
        await one.send_to(other)
        if self.rng.random() < 0.5:
            await other.send_to(one)

    async def stall(self):
        await self.rng.choice((self.caller, self.callee)).stall()

    async def _exchange(self, one, other, **more):
        await self._answered_again(one, other, await self.offer(one, other, **more), **more)

    async def _answered_again(self, one, other, there, **more):
        """A re-INVITE by ONE, after which both have the URIs that they had."""
        back = await self.answer(one, other, **more)
        for party, sdp in ((one, back), (other, there)):
            if attribute(sdp, "path") != party.shown:
                self.problem(f"{party.tag} is shown {attribute(sdp, 'path')} after {party.shown}")

    async def hold(self):
        for direction in ("inactive", "sendrecv"):
            one, other = self.rng.sample((self.caller, self.callee), 2)
            await self._exchange(one, other, direction=direction)

    async def refused(self):
        """A re-INVITE that is refused, for which a proxy deletes a call that goes on."""
        loop = asyncio.get_running_loop()
        await self.offer(self.caller, self.callee)
        self.callers.saved.add(self.id)
        ends, self.is_ending = loop.time() + DELETE_DELAY_S, True
        await self.ask("delete", from_tag=self.caller.tag)
        there = await self.offer(self.callee, self.caller)
        if loop.time() >= ends:
            raise Late
        self.is_ending = False
        await self._answered_again(self.callee, self.caller, there)

    async def glare(self):
        await self.offer(self.caller, self.callee)
        await self.offer(self.callee, self.caller)
        await self._exchange(*self.rng.sample((self.caller, self.callee), 2))

    async def move(self):
        """The caller comes from elsewhere, of which the callee learns nothing."""
        await self.settle(self.caller, self.callee)
        before, self.caller = self.caller, await self._party("a")
        there = await self.offer(self.caller, self.callee)
        before.is_leaving = True
        back = await self.answer(self.caller, self.callee)
        if attribute(there, "path") != self.callee.shown:
            self.problem("the callee is shown another URI after the caller has moved")
        await self.caller.start(back)
        await before.close()

    # How it ends

    async def delete(self):
        await self.ask("delete", from_tag="a")

    async def ends_well(self):
        await self.settle(self.caller, self.callee)
        self.is_ending = True
        await self.delete()

    async def ends_in_the_middle(self):
        self.is_ending = True
        await asyncio.gather(self.delete(), self.caller.send_to(self.callee),
                             self.callee.send_to(self.caller), return_exceptions=True)
        await asyncio.sleep(self.rng.uniform(0, 3))

    async def is_killed(self):
        """One of them is gone; the other one is told what has not arrived."""
        one, other = self.rng.sample((self.caller, self.callee), 2)
        await asyncio.gather(one.send_to(other), other.send_to(one))
        await one.close(reset=self.rng.random() < 0.5)
        await self.settle(other)
        self.is_ending = True
        await self.delete()

    async def is_forgotten(self):
        """Nobody deletes it; the relay has to end it by itself."""
        await self.settle(self.caller, self.callee)
        self.is_ending = True

    async def live(self):
        async with self.callers.door:
            await self.establish()
        for _ in range(self.rng.randrange(1, 10)):
            event = self.rng.choice((self.talk, self.talk, self.talk, self.stall, self.hold,
                                     self.refused, self.glare, self.move))
            self.done.append(event.__name__)
            await event()
            await asyncio.sleep(self.rng.expovariate(2))
        end = self.rng.choice((self.ends_well, self.ends_well, self.ends_in_the_middle,
                               self.is_killed, self.is_forgotten))
        self.end = end.__name__
        ends = self.callers.ledger.ends
        ends[self.end] = ends.get(self.end, 0) + 1
        await end()

    async def is_cancelled(self):
        """CANCEL, or nobody is at home, and the proxy may forget that."""
        shown = await self.offer(await self._party("a"))
        self.callers.begun.add(self.id)
        self.callers.known.append(attribute(shown, "path"))
        if self.rng.random() < 0.7:
            await self.delete()

    async def run(self):
        try:
            await (self.live() if self.rng.random() < 0.85 else self.is_cancelled())
        except (OSError, AssertionError, asyncio.IncompleteReadError) as error:
            self.problem(repr(error))
        except Late:
            self.callers.ledger.ends["late"] = self.callers.ledger.ends.get("late", 0) + 1
        finally:
            self.is_ending = True
            await asyncio.gather(*(party.close() for party in self.parties))


class Callers:
    """N calls at a time at RELAY, and those who disturb them."""

    def __init__(self, relay, n, seed):
        self.relay, self.n, self.seed = relay, n, seed
        self.ledger = Ledger()
        self.sockets = Sockets(relay.control_place, random.Random(f"{seed} proxy"))
        self.door = asyncio.Semaphore(DOOR)
        self.begun, self.saved = set(), set()  # calls, by their ids
        self.known = []  # URIs that strangers have heard of
        shown = ssl.PEM_cert_to_DER_cert((relay.place.path / "cert.pem").read_text())
        digest = hashlib.sha256(shown).hexdigest().upper()
        self.fingerprint = ":".join(digest[i:i + 2] for i in range(0, len(digest), 2))
        self.server_context = relay.place.server_tls()
        self.client_context = ssl.create_default_context(cafile=relay.place.path / "ca.pem")
        self.client_context.check_hostname = False
        self.client_context.load_cert_chain(relay.place.path / "cert.pem",
                                            relay.place.path / "key.pem")

    async def _slot(self, number, until):
        rng = random.Random(f"{self.seed} {number}")
        await asyncio.sleep(rng.uniform(0, 5))
        while asyncio.get_running_loop().time() < until:
            await Call(self, rng).run()

    async def _stranger(self, rng):
        """It knows a URI of somebody, or guesses; it gets nothing, and there is nothing to get."""
        to = rng.choice(self.known[-50:] or ["msrp://127.0.0.1:9/x;tcp"])
        if rng.random() < 0.3:
            to = re.sub(r"/(..)[^/]*;tcp",
                        lambda match: f"/{match.group(1)}{secrets.token_hex(11)};tcp", to)
        own = f"msrp://127.0.0.1:9/{secrets.token_hex(8)};tcp"
        method = rng.choice(("SEND", "SEND", "AUTH", "NICKNAME", "REPORT"))
        said = rng.choice((Peer.request(method, to, own, [("Message-ID", "x")]),
                           rng.randbytes(2000) + b"\r\n"))
        reader, writer = await asyncio.open_connection("127.0.0.1", self.relay.plain_port)
        writer.write(said)
        try:
            got = await asyncio.wait_for(reader.read(4096), rng.uniform(0, 3))
            if got and not re.match(rb"MSRP \S+ (4|5)", got):
                self.ledger.problems.append(f"a stranger said {said[:200]} and got {got[:200]}")
        except (TimeoutError, asyncio.TimeoutError, ConnectionError):
            pass
        writer.transport.abort()

    def _garbage(self, rng):
        """What is no request, or nearly one."""
        request = bytearray(secrets.token_hex(4).encode() + b" " + bencode(
            {"command": rng.choice(("offer", "answer", "delete", "query", "list", "statistics")),
             "call-id": secrets.token_hex(8), "from-tag": "x", "sdp": "v=0\r\n" * 3}))
        for _ in range(rng.randrange(5)):
            request[rng.randrange(len(request))] = rng.randrange(256)
        del request[rng.randrange(1, 2 * len(request)):]
        return bytes(request)

    async def _disturb(self, until):
        rng = random.Random(f"{self.seed} disturbance")
        with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside,
              socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as proxy):
            for sock, address in ((outside, STRANGER), (proxy, PROXY)):
                sock.bind((address, 0))
                sock.setblocking(False)
            while asyncio.get_running_loop().time() < until:
                for _ in range(rng.randrange(10)):
                    for sock in (outside, proxy):
                        sock.sendto(self._garbage(rng), self.sockets.place)
                if rng.random() < 0.05:
                    self._flood(rng, proxy)
                try:
                    await self._stranger(rng)
                except ConnectionError:
                    pass
                await asyncio.sleep(rng.expovariate(10))

    def _flood(self, rng, sock):
        """Of one proxy that has gone mad."""
        for _ in range(300):
            call = {"command": rng.choice(("ping", "query", "delete", "list", "statistics")),
                    "call-id": secrets.token_hex(8), "from-tag": "x"}
            sock.sendto(secrets.token_hex(8).encode() + b" " + bencode(call), self.sockets.place)

    async def run(self, seconds):
        """The calls come and go; the ledger is returned."""
        until = asyncio.get_running_loop().time() + seconds
        await self.sockets.open()
        tasks = [asyncio.create_task(self._slot(number, until)) for number in range(self.n)]
        tasks.append(asyncio.create_task(self._disturb(until)))
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if result:
                self.ledger.problems.append(repr(result))
        self.sockets.close()
        return self.ledger
