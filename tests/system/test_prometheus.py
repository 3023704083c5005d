#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules and the dashboard that come with the relay, with a real Prometheus that watches one."""

import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import relay as system
import tap
from client import Peer
from control import Controlled

TOP = pathlib.Path(__file__).resolve().parents[2]
RULES = TOP / "conf/prometheus-rules.yml"
CASES = TOP / "tests/data/prometheus-rules-test.yml"
DASHBOARD = TOP / "conf/grafana-dashboard.json"

place = system.Place()


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip(f"{program} is not here")


def promtool(*words):
    done = subprocess.run(["promtool", *map(str, words)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=system.PATIENCE, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def rules_fire():
    need("promtool")
    promtool("check", "rules", RULES)
    cases = place.fresh("rules-test.yml")
    cases.write_text(CASES.read_text().replace("RULES", str(RULES)))
    promtool("test", "rules", cases)
    for name in re.findall(r"- alert: (\w+)", RULES.read_text()):
        fires = rf"alertname: {name}\n\s+exp_alerts:"
        assert re.search(fires, CASES.read_text()), f"nothing makes {name} fire"


class Prometheus:
    """One that scrapes TARGET every second."""

    def __init__(self, target):
        self.directory = place.fresh("prometheus")
        self.directory.mkdir()
        self.port = system.free_port()
        (self.directory / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(RULES)],
            "scrape_configs": [{"job_name": "msrpd", "static_configs": [{"targets": [target]}]}]}))

    def __enter__(self):
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={self.directory}/prometheus.yml",
             f"--storage.tsdb.path={self.directory}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=(self.directory / "log").open("w"))
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def get(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=system.PATIENCE) as response:
            return json.load(response)["data"]

    def query(self, expr):
        return self.get("query", query=expr)["result"]

    def wait_for(self, expr):
        end = time.monotonic() + system.PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.directory / "log").read_text()
            with contextlib.suppress(OSError):
                if self.query(expr):
                    return
            time.sleep(0.1)
        raise AssertionError((self.directory / "log").read_text())


def panels():
    dashboard = json.loads(DASHBOARD.read_text())
    assert not any(panel["type"] == "row" for panel in dashboard["panels"])
    return dashboard["panels"]


def queries():
    """(title, query) of the dashboard, as Grafana would ask them."""
    dashboard = json.loads(DASHBOARD.read_text())
    found = [(panel["title"], target["expr"]) for panel in dashboard["panels"]
             for target in panel["targets"]]
    found += [(note["name"], note["expr"]) for note in dashboard["annotations"]["list"]]
    for title, expr in found:
        expr = expr.replace("$__rate_interval", "10s").replace("$instance", ".*")
        assert "$" not in expr, expr
        yield title, expr


def silenced(expr):
    """Without a last comparison, so that there is a result whether it holds or not."""
    return re.sub(r"(\s[<>=]=?\s*[\d.* ]+)+$", "", expr)


def busy_relay():
    """With all that has a metric of its own."""
    where = system.free_place()
    return Controlled(place, {"metrics.listen": where, "workers": 2,
                              "anchor.control.listen": [system.free_place()],
                              "anchor.addresses": ["127.0.0.1"]}), where


def queries_have_results():
    need("prometheus")
    running, where = busy_relay()
    with running as relay, Prometheus(where) as prometheus, Peer(relay, "alice") as alice:
        alice.auth()
        prometheus.wait_for('rate(msrpd_lookups_total{result="found"}[10s]) >= 0')
        prometheus.wait_for("changes(msrpd_sessions[10s]) >= 0")
        for title, expr in queries():
            assert prometheus.query(silenced(expr)), (title, expr)
        groups = prometheus.get("rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        assert len(rules) == RULES.read_text().count("- alert:")
        for rule in rules:
            assert rule["health"] in ("ok", "unknown") and not rule.get("lastError"), rule
            for name in re.findall(r"\b(?:msrpd_\w+|up)\b(?=\{|\)|\[| |$)", rule["query"]):
                assert prometheus.query(f"{name}"), (rule["name"], name)


def dashboard_is_in_order():
    taken = set()
    numbers = [panel["id"] for panel in panels()]
    assert len(set(numbers)) == len(numbers)
    for panel in panels():
        at = panel["gridPos"]
        cells = {(at["x"] + i, at["y"] + j) for i in range(at["w"]) for j in range(at["h"])}
        assert at["x"] + at["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        letters = [target["refId"] for target in panel["targets"]]
        assert letters and len(set(letters)) == len(letters), panel["title"]


tap.run([
    ("each rule fires when it should, and else does not", rules_fire),
    ("the panels of the dashboard are in order", dashboard_is_in_order),
    ("queries of the dashboard and the rules have results", queries_have_results),
])
