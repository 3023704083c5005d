# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay with an anchor, a Kamailio that has it stand between the parties of calls, and parties
whose messages go by libmsrp (tests/system/endpoint.c) or by what a test does itself.
"""

import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading

import relay as system
import sip
import tap
from control import Controlled
from starting import NotStarted, Starting

# Not in the path of ordinary users.
KAMAILIO = shutil.which("kamailio") or shutil.which("kamailio", path="/usr/sbin")
RTPENGINE = shutil.which("rtpengine")
KAMAILIO_CONFIG = tap.ROOT / "doc/examples/kamailio.cfg"
ENDPOINT = os.environ.get("ENDPOINT")


# Where parties listen themselves is on this machine, too.
EVERYWHERE = ["0.0.0.0/0"]


def host():
    """An address of this machine that nobody else uses meanwhile."""
    return system.free_place().rpartition(":")[0]


def udp_place():
    """A free "address:port" for UDP, at an address that nobody else uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((host(), 0))
        return "%s:%d" % free.getsockname()


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    if isinstance(value, dict):
        return b"d" + b"".join(bencode(k) + bencode(v) for k, v in value.items()) + b"e"
    data = value.encode() if isinstance(value, str) else value
    return b"%d:%s" % (len(data), data)


def bdecode(data, at=0):
    """(value, where it ends)"""
    if data[at:at + 1] == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if data[at:at + 1] in (b"l", b"d"):
        items, kind, at = [], data[at:at + 1], at + 1
        while data[at:at + 1] != b"e":
            item, at = bdecode(data, at)
            items.append(item)
        return (items if kind == b"l" else dict(zip(items[::2], items[1::2]))), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1:end].decode(), end


class Proxy:
    """Somebody who asks at the control socket PLACE, with a socket of his own."""

    def __init__(self, place, source="127.0.0.1"):
        address, _, port = place.rpartition(":")
        family = socket.AF_INET6 if "[" in place else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind((source, 0))
        self.sock.connect((address.strip("[]"), int(port)))
        self.sock.settimeout(system.PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def raw(self, datagram):
        self.sock.send(datagram)
        return self.sock.recv(65536)

    def body(self, body):
        """The answer to what is no dictionary, perhaps."""
        cookie = secrets.token_hex(8).encode()
        answer = self.raw(cookie + b" " + body)
        assert answer.startswith(cookie + b" "), answer
        return bdecode(answer, len(cookie) + 1)[0]

    def ask(self, command, **keys):
        """The answer to COMMAND with KEYS, in whose names "_" stands for "-"."""
        return self.body(bencode({"command": command} |
                                 {key.replace("_", "-"): value for key, value in keys.items()}))


class Anchor(Controlled):
    """A relay that is an anchor."""

    def __init__(self, place, changes=None, **more):
        self.control_place = udp_place()
        super().__init__(place, {"anchor.control.listen": [self.control_place],
                                 "anchor.addresses": ["127.0.0.1"],
                                 "outbound.allow": EVERYWHERE} | (changes or {}), **more)

    def proxy(self):
        return Proxy(self.control_place)

    def calls(self):
        return self.ask("calls", "list")


class Kamailio(Starting):
    """It in the foreground, with the configuration that we give to operators. FLAGS: as there."""

    def __init__(self, place, anchor, callee, branch="127.0.0.1:9", flags=None, audio=None):
        if not KAMAILIO:
            raise tap.Skip("kamailio is not installed")
        self._files = place
        self._defines = {"CALLEE": f'"{callee}"', "BRANCH": f'"sip:fork@{branch}"',
                         "ANCHOR": f'"1 == udp:{anchor}"'}
        if flags:
            self._defines["FLAGS"] = f'"{flags}"'
        if audio:
            self._defines |= {"WITH_AUDIO": None, "AUDIO": f'"0 == udp:{audio}"'}

    def _start(self):
        place = udp_place()
        self.address = (place.rpartition(":")[0], int(place.rpartition(":")[2]))
        defines = self._defines | {"LISTEN": f"udp:{place}"}
        words = [word for name, value in defines.items()
                 for word in ("-A", name if value is None else f"{name}={value}")]
        self._log = tempfile.TemporaryFile("w+", errors="backslashreplace")
        # -DD: the processes stay in its group, and the first one in the foreground.
        self._process = subprocess.Popen(
            [KAMAILIO, "-f", KAMAILIO_CONFIG, "-DD", "-E", "-m", "32", "-M", "4",
             "-Y", self._files.path, "-P", self._files.fresh("kamailio.pid"), *words],
            stdout=self._log, stderr=self._log, env=system.environment(), start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self):
        """Until it answers: it refuses what is no INVITE."""
        with sip.Agent("nobody", self.address[0], self.address) as agent:
            agent.sock.settimeout(0.2)
            while self._process.poll() is None:
                sip.Dialog.to(agent, "x").request("OPTIONS")
                try:
                    agent.sock.recv(65536)
                    return
                except (TimeoutError, ConnectionRefusedError):
                    pass
        raise NotStarted(self.log())

    def log(self):
        self._log.seek(0)
        return self._log.read()

    def stop(self):
        try:
            os.killpg(self._process.pid, 15)
            self._process.wait(system.PATIENCE)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def __exit__(self, kind, value, trace):
        self.stop()
        if kind:
            print("".join(f"# kamailio: {line}\n" for line in self.log().splitlines()), end="")
        self._log.close()


def rtpengine_version():
    if not RTPENGINE:
        raise tap.Skip("rtpengine is not installed")
    return subprocess.run([RTPENGINE, "--version"], text=True, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout


class Rtpengine(Starting):
    """The daemon that has given the protocol its name, without a kernel."""

    def __init__(self, files):
        if not RTPENGINE:
            raise tap.Skip("rtpengine is not installed")
        self._files = files

    def _start(self):
        self.place = udp_place()
        self._log = tempfile.TemporaryFile("w+", errors="backslashreplace")
        self._process = subprocess.Popen(
            [RTPENGINE, "--foreground", "--log-stderr", "--log-level=4", "--table=-1",
             f"--interface={self.place.rpartition(':')[0]}", f"--listen-ng={self.place}",
             f"--listen-cli={system.free_place()}",
             f"--pidfile={self._files.fresh('rtpengine.pid')}"],
            stdout=self._log, stderr=self._log)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self):
        with Proxy(self.place) as asker:
            asker.sock.settimeout(0.2)
            while self._process.poll() is None:
                with contextlib.suppress(TimeoutError, ConnectionRefusedError):
                    asker.ask("ping")
                    return
        self._log.seek(0)
        raise NotStarted(self._log.read())

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._log.close()

    def __exit__(self, *_):
        self.stop()


SESSION = "v=0\r\no=- 1 {version} IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"


def description(section, party="127.0.0.1", version=1, audio=False):
    """A whole SDP with the SECTION of a party, and another one for audio."""
    return (SESSION.format(host=party, version=version) +
            (f"m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n" if audio else "") + section)


def attribute(sdp, name):
    """Of the last section that has it."""
    found = re.findall(rf"^a={name}:(.*?)\r?$", sdp, re.M)
    return found[-1] if found else None


class Endpoint:
    """A party that talks by libmsrp; "active" ones connect, "passive" ones wait. COMMAND stands
    before it."""

    def __init__(self, mode, host="127.0.0.1", certificate=(), command=()):
        self._process = subprocess.Popen([*command, ENDPOINT, mode, host, *map(str, certificate)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         env=system.environment())
        self.section = ""
        while (line := self._process.stdout.readline().rstrip("\n")) != ".":
            assert line, "no SDP"
            self.section += line + "\r\n"
        self._told, self._news = [], threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait()

    def _read(self):
        for line in self._process.stdout:
            with self._news:
                self._told.append(line.rstrip("\n"))
                self._news.notify_all()

    def _write(self, text):
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def start(self, sdp):
        """SDP: what the other side has said."""
        section = sdp[sdp.index("m=message"):].replace("\r", "").rstrip("\n")
        self._write(f"{section}\n.\n")

    def say(self, text):
        self._write(f"{text}\n")

    def expect(self, *lines):
        """One of LINES, which takes nothing out of turn but is not the next one necessarily."""
        def come():
            return next((line for line in lines if line in self._told), None)

        with self._news:
            assert self._news.wait_for(come, system.PATIENCE), f"no {lines} but {self._told}"
            self._told.remove(come())


def exchange(one, other, text="hello"):
    """Both say something, and hear it."""
    for speaker, listener in ((one, other), (other, one)):
        speaker.say(text)
        listener.expect(f"got {text}")
        speaker.expect("delivered")
