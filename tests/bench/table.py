# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups of rows: how each is measured, and what is printed of it, with the targets beside."""

from runs import BLOCK, FEW, PAIRS

CHUNKS = (4, 10, 20, 40, 64)  # KiB
BUSY = {"10 %": 0.1, "50 %": 0.5, "80 %": 0.8}


def by_chunks(b):
    figures = b.chunks("2k quiet", 2048, 1, 1) | b.chunks("2k", 2048, 1)
    for kib in CHUNKS:
        figures |= b.chunks(f"{kib}k", kib * 1024, 1) | b.chunks(f"{kib}k apart", kib * 1024, 3)
    return figures


def by_busy(b):
    return {key: value for name, busy in BUSY.items()
            for key, value in b.latency(name, busy).items()}


# What is measured in a round, for the figures by name; each group by itself can be asked for.
GROUPS = {
    "files": lambda b: {
        **b.copies("haproxy"),
        **b.files("file 64k", BLOCK),
        **b.files("one", 0),
        **b.files("file 2k", 2048),
    },
    "chunks": by_chunks,
    "blocks": lambda b: {
        **b.blocks("tls", b.tls),
        **b.blocks("tcp", b.tcp),
        **b.blocks("web to tls", b.web_tls),
        **b.blocks("tls to web", b.tls_web),
    },
    "short": lambda b: {
        **b.each_beside("short", b.short, b.short_proxied, 80_000, 16 * PAIRS),
        **b.each_beside("single", b.short, b.short_proxied, 40_000, PAIRS),
    },
    "latency": by_busy,
    "calls": lambda b: {
        **b.each("short", b.short, 80_000, 16 * PAIRS),
        **b.each("call short", b.call_short, 80_000, 16 * PAIRS),
        **b.blocks("tls", b.tls),
        **b.blocks("call tls", b.call_tls),
    },
    "connections": lambda b: {
        **b.each("accept", b.accepts, 1000),
        **b.each("auth", b.auths, 1000),
        **b.each("reaccept", b.resumed_accepts, 1000),
        **b.each("resume", b.resumes, 1000),
    },
    "memory": lambda b: b.idle,
    "growth": lambda b: {
        **b.each_beside("few", b.few, b.few_proxied, 40_000, FEW),
        **b.each("among", b.crowd[0], 40_000, FEW, 0, FEW),
        **b.each_beside("many", b.crowd[0], b.many_proxied, 40_000, FEW),
    },
    "workers": lambda b: {
        **b.workers("two short", b.short, b.two_short, 160_000, 16 * PAIRS),
        **b.workers("two tls", b.one_tls, b.two_tls, b.args.size // BLOCK, PAIRS),
    },
    "start": lambda b: {
        **b.start("start file", "file"),
        **b.start("start configuration", "configuration"),
    },
}


def at(name):
    return lambda m: f"{m[name + ' rate']:.0f} MB/s"


def beside_haproxy(what, name, target):
    """Two rows."""
    return ((f"  {what}", lambda m: m[name], "CPU s/GB", None, at(name)),
            ("  ... beside haproxy", lambda m: m[name] / m["haproxy"], "x", ("<", target)))


def cost(name):
    return lambda m: f"{m[name]:.2f} CPU s/GB"


def beside(what, name, target, unit="CPU us"):
    """One row, with the figure itself as the remark."""
    return (f"  {what}", lambda m: m[name + " beside"], "x", ("<", target),
            lambda m: f"{m[name]:.2f} {unit}")


def chunk_rows():
    yield beside("2 KiB, Failure-Report: no", "2k quiet", 1.3, "CPU s/GB")
    yield beside("2 KiB, Failure-Report: yes", "2k", 1.8, "CPU s/GB")
    for kib in CHUNKS:
        yield beside(f"{kib} KiB, each one write", f"{kib}k", 1.0, "CPU s/GB")
        yield beside(f"{kib} KiB, each three writes", f"{kib}k apart", 1.0, "CPU s/GB")


def latency_rows():
    for name in BUSY:
        def meanwhile(m, name=name):
            return f"{m[name + ' rate']:.0f} a second, relay at {m[name + ' share']:.0%} of a core"

        for what, figure in (("median", "median"), ("p99", "p99"), ("p99.9", "p999")):
            yield (f"  at {name}, {what}", lambda m, key=f"{name} {figure}": m[key], "ms",
                   ("<", 1) if (name, what) == ("50 %", "p99") else None, meanwhile)


def cost_of_both(name):
    return lambda m: f"{m[name + ' cost']:.2f} x the CPU of one"


# For each group the headline, then: what, how to get it from the medians, in which unit, the
# target, and what to say besides.
TABLE = {
    "files": (
        ("bulk, files by TLS",),
        ("  haproxy, which only copies", lambda m: m["haproxy"], "CPU s/GB", None, at("haproxy")),
        *beside_haproxy("chunks of 64 KiB", "file 64k", 1.0),
        *beside_haproxy("one chunk", "one", 1.0),
        *beside_haproxy("chunks of 2048 bytes", "file 2k", 1.8),
    ),
    "chunks": (("bulk by TLS, beside haproxy with the same octets",), *chunk_rows()),
    "blocks": (
        ("bulk, messages of 64 KiB",),
        ("  TLS to TLS", lambda m: m["tls"], "CPU s/GB", None, at("tls")),
        ("  TCP to TCP", lambda m: m["tcp"], "CPU s/GB", None, at("tcp")),
        ("  browser to TLS", lambda m: m["web to tls"], "CPU s/GB", None, at("web to tls")),
        ("  ... beside TLS to TLS", lambda m: m["web to tls"] / m["tls"], "x", ("<", 1.5)),
        ("  TLS to browser", lambda m: m["tls to web"], "CPU s/GB", None, at("tls to web")),
        ("  ... beside TLS to TLS", lambda m: m["tls to web"] / m["tls"], "x", ("<", 1.5)),
        ("  TCP beside TLS", lambda m: m["tcp"] / m["tls"], "x", ("<", 0.5)),
    ),
    "short": (
        ("messages of 100 bytes, 50 pairs on TLS, beside haproxy with 1 under way for each",),
        ("  16 under way for each pair", lambda m: m["short"] / m["single proxied"], "x",
         ("<", 0.45), lambda m: f"{m['short']:.2f} CPU us, haproxy {m['short proxied']:.2f}"),
        ("  1 under way for each pair", lambda m: m["single beside"], "x", ("<", 0.6),
         lambda m: f"{m['single']:.2f} CPU us, haproxy {m['single proxied']:.2f}"),
    ),
    "latency": (("latency of messages of 100 bytes, 50 pairs on TLS",), *latency_rows()),
    "calls": (
        ("parties of calls on TLS, beside clients of a relay",),
        ("  messages of 100 bytes", lambda m: m["call short"] / m["short"], "x", ("<", 1.05)),
        ("  messages of 64 KiB", lambda m: m["call tls"] / m["tls"], "x", ("<", 1.05)),
    ),
    "connections": (
        ("connections",),
        ("  TLS 1.3 accepted by haproxy", lambda m: m["accept"], "CPU us"),
        ("  TLS 1.3 and AUTH", lambda m: m["auth"], "CPU us"),
        ("  ... beside haproxy", lambda m: m["auth"] / m["accept"], "x", ("<", 1.3)),
        ("  resumed TLS 1.3 at haproxy", lambda m: m["reaccept"], "CPU us"),
        ("  resumed TLS 1.3 and AUTH", lambda m: m["resume"], "CPU us"),
        ("  ... beside haproxy", lambda m: m["resume"] / m["reaccept"], "x", ("<", 1.2)),
        ("  ... cheaper than a full one by", lambda m: m["auth"] / m["resume"], "x"),
    ),
    "memory": (
        ("memory",),
        ("  of an idle client", lambda m: m["idle"] / 1024, "KiB", ("<", 14)),
        ("  of an idle browser above it", lambda m: m["idle web"] / 1024, "KiB", ("<", 2)),
    ),
    "growth": (
        ("many clients, messages of 100 bytes",),
        ("  among 10 clients", lambda m: m["few"], "CPU us"),
        ("  while many more are idle", lambda m: m["among"] / m["few"], "x", ("<", 1.1)),
        ("  haproxy, while all take turns", lambda m: m["many proxied"] / m["few proxied"], "x"),
        ("  while all take turns", lambda m: m["many"] / m["few"], "x"),
        ("  ... beside haproxy", lambda m: m["many"] / m["few"] / m["many proxied"]
         * m["few proxied"], "x", ("<", 1)),
    ),
    "workers": (
        ("two workers beside one, 50 pairs on TLS",),
        ("  messages of 100 bytes", lambda m: m["two short"], "x", (">", 1.8),
         cost_of_both("two short")),
        ("  messages of 64 KiB", lambda m: m["two tls"], "x", (">", 1.9), cost_of_both("two tls")),
    ),
    "start": (
        ("start with 100,000 users",),
        ("  in a file", lambda m: m["start file"], "ms", ("<", 100)),
        ("  in the configuration", lambda m: m["start configuration"], "ms", ("<", 100)),
    ),
}
