# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, spoken to by WebDriver (https://www.w3.org/TR/webdriver2/), and a server for
the page that it opens.

The programs are those of Debian's packages chromium and chromium-driver.
"""

import base64
import functools
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

import relay as system
import tap

DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium")
WEB = tap.ROOT / "src/web"

# How WebDriver names an element in JSON.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"enter": "\ue007", "tab": "\ue004"}


def require():
    if not DRIVER or not CHROMIUM:
        raise tap.Skip("chromium and chromium-driver are not installed")


class Pages:
    """The files of src/web at an address of this machine, as ./dev run serves them; but msrp.js in one
    file, as it is installed, if MSRP_JS says where that is."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path):
            joined = os.environ.get("MSRP_JS")
            return joined if joined and path == "/msrp.js" else super().translate_path(path)

        def log_message(self, *_):
            pass

    def __enter__(self):
        handler = functools.partial(self.Handler, directory=WEB)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_port
        self.origin = f"http://localhost:{self.port}"
        self.url = f"{self.origin}/chat.html"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class ScriptError(Exception):
    """What a script in a page has thrown, or what WebDriver refuses."""


class Browser:
    """One Chromium with any number of tabs."""

    def __init__(self, place, *arguments):
        self._place = place
        self._arguments = arguments

    def __enter__(self):
        log = self._place.fresh("chromedriver.log")
        self.downloads = self._place.fresh("downloads")
        self.downloads.mkdir()
        self._process = subprocess.Popen([DRIVER, "--port=0"], stdout=log.open("w"),
                                         stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._port = self._wait_port(log)
            self._start()
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", "")
        except (ScriptError, OSError, http.client.HTTPException):
            pass  # it is killed anyway
        self._kill()

    def _kill(self):
        """With the browser, which is in its group unless it has ended."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def _wait_port(self, log):
        end = time.monotonic() + system.PATIENCE
        while time.monotonic() < end:
            if match := re.search(r"successfully on port (\d+)", log.read_text()):
                return int(match.group(1))
            assert self._process.poll() is None, log.read_text()
            time.sleep(0.02)
        raise AssertionError(f"chromedriver does not start:\n{log.read_text()}")

    def _start(self):
        # As root there is no sandbox, and what containers have for /dev/shm is too small.
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--no-proxy-server", "--no-first-run", "--disable-extensions",
                     "--disable-background-networking", "--hide-scrollbars",
                     "--ignore-certificate-errors",  # the tests' authority is nobody's
                     f"--user-data-dir={self._place.fresh('profile')}", *self._arguments]
        options = {"binary": CHROMIUM, "args": arguments,
                   "prefs": {"download.default_directory": str(self.downloads)}}
        value = self._request("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "timeouts": {"script": 3600000}}}})
        self._session = f"/session/{value['sessionId']}"
        # Of the first tab, which stays open: WebDriver has no way out of one that was closed.
        self._base = self._call("GET", "/window")
        self._tabs = []

    # ---- WebDriver ----

    def _request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=3600)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        finally:
            connection.close()
        if response.status != 200:
            raise ScriptError(f"{value['error']}: {value['message']}")
        return value

    def _call(self, method, path, body=None):
        return self._request(method, self._session + path, body)

    def devtools(self, command, **parameters):
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    # ---- tabs ----

    def tab(self, url=None):
        """A new one, which opens URL."""
        self._call("POST", "/window", {"handle": self._base})
        tab = Tab(self, self._call("POST", "/window/new", {"type": "tab"})["handle"])
        self._tabs.append(tab)
        if url:
            tab.go(url)
        return tab

    def close_tabs(self):
        for tab in self._tabs:
            if tab.is_open:
                tab.close()
        self._tabs.clear()


class Tab:
    def __init__(self, browser, handle):
        self._browser, self._handle = browser, handle
        self.is_open = True

    def _call(self, method, path, body=None):
        self._browser._call("POST", "/window", {"handle": self._handle})
        return self._browser._call(method, path, body)

    def go(self, url):
        self._call("POST", "/url", {"url": url})

    def close(self):
        self._call("DELETE", "/window")
        self.is_open = False

    def run(self, script, *arguments):
        """What SCRIPT, the body of an async function, returns."""
        wrapped = ("const [done, ...args] = [arguments[arguments.length - 1], ...arguments];"
                   f"(async (...arguments_) => {{ {script} }})(...args)"
                   ".then((value) => done({ value }), (error) => done({ error: String(error.stack) }));")
        found = self._call("POST", "/execute/async", {"script": wrapped, "args": list(arguments)})
        if "error" in found:
            raise ScriptError(found["error"])
        return found.get("value")

    def wait(self, condition, what=None):
        """Until CONDITION, an expression, is true in the page; its value."""
        end = time.monotonic() + system.PATIENCE
        while time.monotonic() < end:
            if value := self.run(f"return {condition}"):
                return value
            time.sleep(0.05)
        raise AssertionError(f"{what or condition}: it does not come to that; the page has\n"
                             f"{self.run('return document.body.innerText')}")

    def find(self, selector):
        value = self._call("POST", "/element", {"using": "css selector", "value": selector})
        return f"/element/{value[ELEMENT]}"

    def click(self, selector):
        self._call("POST", f"{self.find(selector)}/click", {})

    def type(self, selector, text):
        self._call("POST", f"{self.find(selector)}/value", {"text": text})

    def press(self, *keys):
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys
                   for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard",
                                                     "actions": actions}]})

    def text(self, selector):
        return self._call("GET", f"{self.find(selector)}/text")

    def emulate(self, width, height, scheme):
        """A screen of that size, with the colours "light" or "dark"."""
        self._call("GET", "/title")
        self._browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                               deviceScaleFactor=1, mobile=False)
        self._browser.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self._call("GET", "/screenshot")))
