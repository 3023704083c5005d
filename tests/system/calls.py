# SPDX-License-Identifier: GPL-3.0-or-later
"""What a proxy tells a relay of calls, without a proxy."""

import secrets

from anchor import description


class Call:
    """What a proxy tells a relay of a call."""

    def __init__(self, relay):
        self.relay, self.id = relay, secrets.token_hex(8)

    def ask(self, command, **keys):
        with self.relay.proxy() as proxy:
            return proxy.ask(command, call_id=self.id, from_tag="a", **keys)

    def exchange(self, offer, answer, **keys):
        """The SDP that the answerer is shown, and the one that the offerer is."""
        there = self.ask("offer", sdp=description(offer), **keys)
        assert there["result"] == "ok", there
        back = self.ask("answer", to_tag="b", sdp=description(answer))
        assert back["result"] == "ok", back
        return there["sdp"], back["sdp"]
