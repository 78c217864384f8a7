"""browser - Chromium without a window, driven over its DevTools protocol.

Python's standard library only: a WebSocket client (RFC 6455) that speaks JSON
with the page. The browser has a profile and folder of its own and no network
is asked of it: pages are files.
"""
import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 300  # seconds, for anything: a guard against hanging, no measure


def program():
    """Path of a browser, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Socket:
    """A WebSocket to a browser on this machine."""

    def __init__(self, port, path):
        self.s = socket.create_connection(("127.0.0.1", port), PATIENCE)
        key = base64.b64encode(os.urandom(16)).decode()
        self.s.sendall((
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket"
            "\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n"
            % (path, port, key)).encode())
        self.left = b""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.take(1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise OSError("the browser refuses: %r" % head)

    def take(self, n):
        while len(self.left) < n:
            more = self.s.recv(1 << 16)
            if not more:
                raise OSError("the browser hung up")
            self.left += more
        out, self.left = self.left[:n], self.left[n:]
        return out

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        n = len(data)
        size = (struct.pack(">B", 0x80 | n) if n < 126
                else struct.pack(">BH", 0x80 | 126, n) if n < 65536
                else struct.pack(">BQ", 0x80 | 127, n))
        self.s.sendall(b"\x81" + size + mask + bytes(
            b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """The next whole text message."""
        out = b""
        while True:
            first, size = self.take(2)
            n = size & 127
            if n == 126:
                n, = struct.unpack(">H", self.take(2))
            elif n == 127:
                n, = struct.unpack(">Q", self.take(8))
            data = self.take(n)
            if first & 15 in (0, 1):
                out += data
                if first & 128:
                    return out.decode()
            elif first & 15 == 8:
                raise OSError("the browser closed the connection")


class Browser:
    """One browser with one page."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="assay-browser-")
        self.process = subprocess.Popen(
            [program(), "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--hide-scrollbars",
             "--no-first-run", "--disable-background-networking",
             "--remote-debugging-port=0", "--user-data-dir=" + self.folder]
            + list(options) + ["about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.next, self.events, self.session = 0, [], None
        self.socket = Socket(*self.wait_for_address())
        page = next(t for t in self.call("Target.getTargets")["targetInfos"]
                    if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", flatten=True,
                                 targetId=page["targetId"])["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def wait_for_address(self):
        name = os.path.join(self.folder, "DevToolsActivePort")
        for _ in range(PATIENCE * 20):
            if self.process.poll() is not None:
                raise OSError("the browser ended at once, with status %d"
                              % self.process.returncode)
            try:
                with open(name) as f:
                    lines = f.read().split()
                if len(lines) == 2:
                    return int(lines[0]), lines[1]
            except FileNotFoundError:
                pass
            time.sleep(0.05)
        raise OSError("the browser does not tell its address")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **params):
        self.next += 1
        message = {"id": self.next, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            got = json.loads(self.socket.receive())
            if got.get("id") == self.next:
                if "error" in got:
                    raise OSError("%s: %s" % (method, got["error"]))
                return got["result"]
            self.events.append(got)

    def wait(self, method):
        while True:
            for i, e in enumerate(self.events):
                if e["method"] == method:
                    return self.events.pop(i)
            self.events.append(json.loads(self.socket.receive()))

    def open(self, path, fragment=""):
        """Loads a file; what it complains about is in complaints()."""
        self.call("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.events = []
        self.call("Page.navigate", url="file://" + os.path.abspath(path)
                  + fragment)
        self.wait("Page.loadEventFired")

    def run(self, script):
        """The value of a JavaScript expression."""
        got = self.call("Runtime.evaluate", expression=script,
                        returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise OSError("%s: %s" % (script, got["exceptionDetails"]))
        return got["result"].get("value")

    def key(self, key, code=None, text=None):
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key,
                      code=code or key, windowsVirtualKeyCode={
                          "Tab": 9, "Enter": 13, "ArrowLeft": 37,
                          "ArrowRight": 39}.get(key, ord(key[0])), **more)

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        self.mouse("mousePressed", x, y, button="left", clickCount=1)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=False)

    def theme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": name}])

    def complaints(self):
        """Errors and warnings of the console, faults, and what was blocked."""
        self.run("new Promise(requestAnimationFrame)")
        out = []
        for e in self.events:
            p = e.get("params", {})
            if e["method"] == "Runtime.exceptionThrown":
                out.append(str(p["exceptionDetails"]))
            elif e["method"] == "Log.entryAdded":
                out.append(p["entry"]["text"])
            elif e["method"] == "Runtime.consoleAPICalled":
                out.append(str(p["args"]))
        return out

    def requests(self):
        """Addresses that were asked for, but the page itself."""
        return [e["params"]["request"]["url"] for e in self.events
                if e["method"] == "Network.requestWillBeSent"
                and e["params"]["type"] != "Document"]

    def picture(self, path, clip=None):
        more = {"clip": dict(clip, scale=1)} if clip else {}
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call(
                "Page.captureScreenshot", captureBeyondViewport=True,
                **more)["data"]))

    def pdf(self):
        return base64.b64decode(self.call(
            "Page.printToPDF", preferCSSPageSize=True,
            printBackground=False)["data"])
