#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator may want of TLS, as "openssl s_client" meets it: versions, ciphers, groups,
certificates of both kinds, and certificates of clients.
"""

import shutil
import subprocess

import relay as system
import tap
from handshakes import Handshake

place = system.Place()
CRL_CONFIG = """
[ ca ]
default_ca = d
[ d ]
database = index
crlnumber = crlnumber
default_md = sha256
"""


def client(prefix):
    return ["-cert", place.path / f"{prefix}cert.pem", "-key", place.path / f"{prefix}key.pem"]


def make_crl(name, *revoked, ca="ca", days=30):
    """NAME in our directory: what CA has revoked."""
    directory = place.fresh("crl")
    directory.mkdir()
    (directory / "openssl.cnf").write_text(CRL_CONFIG)
    (directory / "index").write_text("")
    (directory / "crlnumber").write_text("01\n")
    common = ["openssl", "ca", "-config", "openssl.cnf", "-cert", place.path / f"{ca}.pem",
              "-keyfile", place.path / f"{ca}.key"]
    for prefix in revoked:
        subprocess.run([*common, "-revoke", place.path / f"{prefix}cert.pem"], cwd=directory,
                       check=True, capture_output=True)
    when = ["-crldays", str(days)] if days else ["-crl_lastupdate", "20200101000000Z",
                                                 "-crl_nextupdate", "20200102000000Z"]
    subprocess.run([*common, "-gencrl", *when, "-out", place.path / name], cwd=directory,
                   check=True, capture_output=True)
    return str(place.path / name)


def make_all():
    """A relay's RSA certificate, certificates of clients, and an authority that nobody trusts."""
    system.openssl(place.path, "localhost",
                   "req -config openssl.cnf -newkey rsa:2048 -nodes -subj /CN=localhost"
                   " -keyout rsa-key.pem -out rsa-request.pem",
                   "x509 -req -in rsa-request.pem -days 30 -set_serial 7 -CA ca.pem -CAkey ca.key"
                   " -extfile openssl.cnf -extensions server -out rsa-cert.pem")
    system.make_ca(place.path, "other")
    system.make_ca(place.path, "clients")
    for n, (prefix, ca) in enumerate((("ours-", "ca"), ("member-", "clients"),
                                      ("former-", "clients"), ("wrong-", "other"))):
        system.make_certificate(place.path, f"{prefix}x.example.com", prefix, ca)
        serial = f"x509 -req -in {prefix}request.pem -days 30 -set_serial {10 + n} -CA {ca}.pem"
        system.openssl(place.path, f"{prefix}x.example.com",
                       f"{serial} -CAkey {ca}.key -extfile openssl.cnf -extensions server"
                       f" -out {prefix}cert.pem")


def versions():
    for minimum, of_1_2 in ((None, True), ("1.2", True), ("1.3", False)):
        with system.Relay(place, {"tls.min_version": minimum} if minimum else {}) as relay:
            assert Handshake(relay, "-tls1_3").version == "TLSv1.3"
            assert Handshake(relay, "-tls1_2").answered == of_1_2
            assert not Handshake(relay, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0").answered


def ciphers():
    changes = {"tls.ciphers": "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_CHACHA20_POLY1305_SHA256"}
    with system.Relay(place, changes) as relay:
        assert Handshake(relay, "-tls1_2").cipher == "ECDHE-ECDSA-AES128-GCM-SHA256"
        assert Handshake(relay, "-tls1_3").cipher == "TLS_CHACHA20_POLY1305_SHA256"
        assert not Handshake(relay, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384").answered
        assert not Handshake(relay, "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-tls1_3").answered
        # One of both versions alone leaves the other as it is.
        relay.reload({"tls.ciphers": "TLS_AES_256_GCM_SHA384"})
        relay.wait_reloaded()
        assert Handshake(relay, "-tls1_3").cipher == "TLS_AES_256_GCM_SHA384"
        assert Handshake(relay, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256").answered
        relay.reload()
        relay.wait_reloaded()
        assert Handshake(relay, "-tls1_3").cipher == "TLS_AES_128_GCM_SHA256"
        for wrong in ("nonsense", "TLS_NONSENSE", "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_NONSENSE"):
            relay.reload({"tls.ciphers": wrong})
            relay.wait_not_reloaded(f'tls.ciphers: "{wrong}" is not what OpenSSL knows: ')


def groups():
    with system.Relay(place, {"tls.groups": "P-384:P-256"}) as relay:
        for group, taken in (("P-384", True), ("P-256", True), ("X25519", False)):
            assert Handshake(relay, "-tls1_3", "-groups", group).answered == taken, group
        # TLS 1.2 has the curve of the certificate among them.
        for group, taken in (("P-384", "384 bits"), ("X25519", "256 bits")):
            said = Handshake(relay, "-tls1_2", "-groups", f"{group}:P-256").said
            assert f", {taken}" in said and "X25519" not in said, said
        relay.reload({"tls.groups": "P-384:nonsense"})
        relay.wait_not_reloaded('tls.groups: "P-384:nonsense" is not what OpenSSL knows: ')
        relay.reload()
        relay.wait_reloaded()
        assert Handshake(relay, "-tls1_3", "-groups", "X25519").answered
        assert not Handshake(relay, "-tls1_3", "-groups", "ffdhe2048").answered


def both_kinds():
    """Each client gets the certificate that it can check, under all names."""
    rsa = {"name": "localhost", "certificate": str(place.path / "rsa-cert.pem"),
           "key": str(place.path / "rsa-key.pem")}
    with system.Relay(place, {"tls.domains": [rsa]}) as relay:
        for name in ("localhost", "elsewhere.example.com"):
            for version, only_rsa, only_ecdsa in (
                    ("-tls1_2", ("-cipher", "ECDHE-RSA-AES128-GCM-SHA256"),
                     ("-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")),
                    ("-tls1_3", ("-sigalgs", "RSA-PSS+SHA256"), ("-sigalgs", "ECDSA+SHA256"))):
                for options, kind in ((only_rsa, "RSA"), (only_ecdsa, "ECDSA")):
                    shaken = Handshake(relay, version, *options, name=name)
                    assert shaken.answered and shaken.key == kind, (version, options, shaken.said)
        assert Handshake(relay, "-tls1_2", "-cipher", "AES128-SHA").answered
        relay.reload({"tls.domains": [rsa, rsa]})
        relay.wait_not_reloaded(r'tls.domains\[1\].name: "localhost" is given twice with the same kind')
    # An RSA key first makes no difference.
    first = {"tls.certificate": rsa["certificate"], "tls.key": rsa["key"],
             "tls.domains": [{"name": "localhost", "certificate": str(place.path / "cert.pem"),
                              "key": str(place.path / "key.pem")}]}
    with system.Relay(place, first) as relay:
        assert Handshake(relay, "-tls1_3", "-sigalgs", "ECDSA+SHA256").key == "ECDSA"
        assert Handshake(relay, "-tls1_3", "-sigalgs", "RSA-PSS+SHA256").key == "RSA"


LISTEN = [{"address": "127.0.0.1", "port": 0, "transport": "tls", "client_certificate": wanted}
          for wanted in ("optional", "required", "none")]
LISTEN.append({"address": "127.0.0.1", "port": 0, "transport": "tcp"})


def ports(relay):
    return [int(line.rpartition(" (tls)")[0].rpartition(":")[2]) for line in relay.log
            if "listening on" in line and "(tls)" in line]


def clients():
    changes = {"listen": LISTEN, "tls.client_ca": str(place.path / "clients.pem")}
    with system.Relay(place, changes) as relay:
        optional, required, none = ports(relay)
        for version in ("-tls1_2", "-tls1_3"):
            for shown, lets_in in (([], False), (client("member-"), True),
                                   (client("ours-"), False), (client("wrong-"), False)):
                assert Handshake(relay, version, *shown, port=optional).answered
                assert Handshake(relay, version, *shown, port=none).answered
                shaken = Handshake(relay, version, *shown, port=required)
                assert shaken.answered == lets_in, (version, shown, shaken.said)
            # A session of where nothing was required is none here.
            file = place.fresh("session")
            assert Handshake(relay, version, "-sess_out", file, port=optional).answered
            assert Handshake(relay, version, "-sess_in", file, port=optional).resumed
            assert not Handshake(relay, version, "-sess_in", file, port=required).answered
        assert "Acceptable client certificate CA names" not in Handshake(relay, port=none).said
        for transport in ("tcp", "wss", "tls+wss", "ws"):
            relay.reload({"listen": [LISTEN[0], {**LISTEN[1], "transport": transport}]})
            relay.wait_not_reloaded(r'listen\[1\].client_certificate: "required" is for transport')
        # Without it, those of tls.ca are trusted.
        relay.reload({"listen": LISTEN})
        relay.wait_reloaded()
        assert Handshake(relay, *client("ours-"), port=required).answered
        assert not Handshake(relay, *client("member-"), port=required).answered


def revoked():
    authorities = str(place.path / "clients.pem")
    crl = make_crl("crl.pem", "former-", ca="clients")
    changes = {"listen": LISTEN, "tls.client_ca": authorities}
    with system.Relay(place, changes) as relay:
        _, required, _ = ports(relay)
        files = {}
        for version in ("-tls1_2", "-tls1_3"):
            files[version] = place.fresh("session")
            assert Handshake(relay, version, *client("former-"), "-sess_out", files[version],
                             port=required).answered
        relay.reload({**changes, "tls.crl": crl})
        relay.wait_reloaded()
        for version, file in files.items():
            assert not Handshake(relay, version, *client("former-"), port=required).answered
            # Nor by the session that it has from before.
            assert not Handshake(relay, version, *client("former-"), "-sess_in", file,
                                 port=required).answered
            assert Handshake(relay, version, *client("member-"), port=required).answered
        # Authorities without a list have revoked nothing.
        shutil.copyfile(place.path / "clients.pem", place.path / "two.pem")
        with open(place.path / "two.pem", "a", encoding="ascii") as two:
            two.write((place.path / "ca.pem").read_text())
        relay.reload({**changes, "tls.crl": crl, "tls.client_ca": str(place.path / "two.pem")})
        relay.wait_reloaded()
        assert Handshake(relay, *client("ours-"), port=required).answered
        assert not Handshake(relay, *client("former-"), port=required).answered
        # A list that is out of date says nothing to be trusted.
        relay.reload({**changes, "tls.crl": make_crl("old.pem", ca="clients", days=0)})
        relay.wait_reloaded()
        relay.wait_log("check the configuration: tls.crl: .*old.pem: a list of revoked "
                       "certificates is out of date, so", relay.log_seen)
        assert not Handshake(relay, *client("member-"), port=required).answered
        relay.reload({**changes, "tls.crl": str(place.path / "ca.pem")})
        relay.wait_not_reloaded("tls.crl: .*there is no list of revoked certificates in it")
        relay.reload({**changes, "tls.crl": str(place.path / "gone.pem")})
        relay.wait_not_reloaded("tls.crl: .*gone.pem: [Nn]o such file")


make_all()
tap.run([
    ("versions", versions),
    ("ciphers", ciphers),
    ("groups", groups),
    ("an RSA and an ECDSA certificate for one name", both_kinds),
    ("certificates of clients, by listener", clients),
    ("revoked certificates", revoked),
])
