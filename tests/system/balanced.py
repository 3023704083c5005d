# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of the PROXY protocol, of a maker that is not ours, and clients that come with them."""

import socket
import ssl
import struct

import relay as system
from client import Peer

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
TCP4, TCP6, UNIX = 0x11, 0x21, 0x31
CRC32C = 3

# Where the load balancers are, and where nobody is that may send a header.
FROM = "127.0.0.1"
ELSEWHERE = "127.9.9.9"


def line(source, port=40000):
    """Version 1."""
    family, other = ("TCP6", "2001:db8::2") if ":" in source else ("TCP4", "198.51.100.2")
    return f"PROXY {family} {source} {other} {port} 2855\r\n".encode()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def block(command, family, rest):
    """Version 2, with what stands behind the length."""
    return SIGNATURE + bytes([command, family]) + struct.pack(">H", len(rest)) + rest


def addresses(source, port=40000):
    kind, other = ((socket.AF_INET6, "2001:db8::2") if ":" in source
                   else (socket.AF_INET, "198.51.100.2"))
    return (socket.inet_pton(kind, source) + socket.inet_pton(kind, other)
            + struct.pack(">HH", port, 2855))


def binary(source, port=40000, tlvs=b""):
    family = TCP6 if ":" in source else TCP4
    return block(PROXY, family, addresses(source, port) + tlvs)


def summed(source):
    """With a checksum behind another TLV."""
    before = b"\x05\0\x02id"
    header = binary(source, tlvs=before + b"\x03\0\x04" + bytes(4))
    return header[:-4] + struct.pack(">I", crc32c(header))


def raw(port, header=b"", at=FROM):
    """A connection from there that has sent HEADER."""
    sock = socket.create_connection(("127.0.0.1", port), system.PATIENCE, (at, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if header:
        sock.sendall(header)
    return sock


def tls(relay, sock):
    context = ssl.create_default_context(cafile=relay.place.path / "ca.pem")
    return context.wrap_socket(sock, server_hostname="localhost")


def peer(relay, name, header=b"", at=FROM):
    """A client whose TLS begins behind HEADER."""
    return Peer(relay, name, sock=tls(relay, raw(relay.port, header, at)))


def is_closed(sock):
    """By the other side, without a word of MSRP."""
    try:
        return not sock.recv(1)
    except (ConnectionError, ssl.SSLError):
        return True
