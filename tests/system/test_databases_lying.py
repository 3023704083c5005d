#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who takes a database's place is not told the password, nor what it could be found out with."""

import databases
import relay as system
import tap
from liar import (CLEAR_TEXT, PLUGIN_AUTH, PROTOCOL_41, SASL, SASL_CONTINUE, LyingMariadb,
                  LyingPostgresql)

place = system.Place()

PASSWORD = "Very-Secret-Password"
CLEAR, DIALOG, NATIVE, SHA2 = ("mysql_clear_password", "dialog", "mysql_native_password",
                               "caching_sha2_password")
SAYS_WHY = "clear"  # ours, and "cleartext" of libpq
MARIADB, POSTGRESQL = databases.Mariadb, databases.Postgresql

clear_text = LyingPostgresql.request(CLEAR_TEXT)
scram = LyingPostgresql.request(SASL, b"SCRAM-SHA-256\0\0")


def settings(liar, **sql):
    return {"auth.users": None, "auth.backend": liar.backend, "auth.realms": [system.DOMAIN],
            "auth.sql": {"database": "sip", "host": "localhost", "port": liar.port, "timeout": 5,
                         "user": "msrpd", "password": PASSWORD,
                         "ca": str(place.path / "ca.pem")} | sql}


def hear(kind, liar, **sql):
    """What the liar was told until it was given up."""
    if not databases.is_built_in(kind):
        raise tap.Skip(f"{kind.backend} is not built in")
    with liar:
        with system.Relay(place, settings(liar, **sql)) as relay:
            relay.wait_log("error: users cannot be looked up: ")
            said = [line for line in relay.log if "looked up:" in line]
        assert liar.heard, "nobody came"
    return b"".join(liar.heard), said[0]


def refused(kind, make, why="", **sql):
    def case():
        heard, said = hear(kind, make(), **sql)
        assert PASSWORD.encode() not in heard, heard
        assert why in said, said
    return case


def told_nothing(make, tls):
    def case():
        heard, said = hear(MARIADB, make(), tls=tls)
        assert not heard, heard
        assert "TLS" in said or "plugin" in said.lower(), said
    return case


def given(kind, make, **sql):
    """It is the right server, as its certificate shows."""
    def case():
        heard, _ = hear(kind, make(), tls="verify", **sql)
        assert PASSWORD.encode() in heard, heard
    return case


def mariadb(*ways, **options):
    return lambda: LyingMariadb(place, *ways, **options)


def postgresql(*requests, **options):
    return lambda: LyingPostgresql(place, *requests, **options)


cases = []
for tls in ("require", "verify"):
    cases += [
        (f"mariadb, {tls}: nothing is said without TLS: {name}", told_nothing(make, tls))
        for name, make in (("clear text", mariadb(CLEAR)), ("a challenge", mariadb(NATIVE, NATIVE)),
                           ("no plugins", mariadb(NATIVE, CLEAR, without=PLUGIN_AUTH)),
                           ("an old protocol",
                            mariadb(NATIVE, CLEAR, without=PLUGIN_AUTH | PROTOCOL_41)))]
for tls in ("off", "require", "verify"):
    cases += [(f"mariadb, {tls}: clear text is refused: {' '.join(ways)}",
               refused(MARIADB, mariadb(*ways, tls=tls != "off"), tls=tls))
              for ways in ((CLEAR,), (DIALOG,), (NATIVE, CLEAR), (NATIVE, DIALOG))]
for tls in ("off", "require"):
    cases += [
        (f"mariadb, {tls}: a way that may want the password is refused",
         refused(MARIADB, mariadb(SHA2, tls=tls != "off"), tls=tls)),
        (f"postgresql, {tls}: clear text is refused",
         refused(POSTGRESQL, postgresql(clear_text, tls=tls != "off"), tls=tls)),
        (f"postgresql, {tls}: clear text is refused behind something else",
         refused(POSTGRESQL, postgresql(scram + LyingPostgresql.request(SASL_CONTINUE, b"x") +
                                        clear_text, tls=tls != "off"), tls=tls)),
        (f"postgresql, {tls}: clear text is refused in pieces",
         refused(POSTGRESQL, postgresql(*(clear_text[i:i + 1] for i in range(len(clear_text))),
                                        tls=tls != "off"), tls=tls)),
    ]
cases += [
    ("postgresql: a server that is verified may ask for it",
     given(POSTGRESQL, postgresql(clear_text, tls=True))),
    ("postgresql: the log says why", refused(POSTGRESQL, postgresql(clear_text), SAYS_WHY,
                                             host="127.0.0.1", tls="off")),
]

tap.run(cases)
