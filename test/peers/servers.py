"""servers - scripted pools and others, on loopback, each in its own thread.

A script is a function of a connection (class Peer): it says what its server
says. Ports are the system's choice. What every client sent is kept, so that a
case can hold assay to what it may say.
"""
import base64
import json
import socket
import ssl
import threading
import time


class Peer:
    """One connection, seen by its server."""

    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def say(self, *items):
        for i in items:
            self.sock.sendall(i if isinstance(i, bytes)
                              else json.dumps(i).encode() + b"\n")

    def line(self):
        """The client's next object, or None at its end."""
        text = self.file.readline()
        self.server.heard.append(text)
        try:
            return json.loads(text)
        except ValueError:
            return None

    def request(self):
        """The client's HTTP request: (head, object), or None."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            text = self.file.readline()
            if not text:
                return None
            head += text
        size = 0
        for field in head.split(b"\r\n")[1:]:
            name, _, value = field.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        body = self.file.read(size)
        self.server.heard.append(head + body)
        try:
            return head, json.loads(body)
        except ValueError:
            return None

    def respond(self, status, body, *fields):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode() + b"\n"
        head = "HTTP/1.1 %s\r\nContent-Length: %d\r\n" % (status, len(body))
        for f in fields:
            head += f + "\r\n"
        self.say(head.encode() + b"Connection: close\r\n\r\n" + body)

    def wait(self):
        """Until the client goes away."""
        try:
            while self.file.read(4096):
                pass
        except OSError:
            pass


class Server:
    """Runs script for every connection, until close_all()."""
    every = []

    def __init__(self, script, host="127.0.0.1", tls=None):
        self.script, self.tls = script, tls
        self.heard = []     # what the clients sent
        self.times = []     # when each connection came
        self.open = self.most = 0
        self.lock = threading.Lock()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.bind((host, 0))
        self.sock.listen(16)
        self.port = self.sock.getsockname()[1]
        self.target = ("[%s]:%d" if ":" in host else "%s:%d") % (
            host, self.port)
        self.every.append(self)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            with self.lock:
                self.times.append(time.monotonic())
                self.open += 1
                self.most = max(self.most, self.open)
            threading.Thread(target=self.talk, args=(sock,),
                             daemon=True).start()

    def talk(self, sock):
        sock.settimeout(60)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            peer = Peer(sock)
            peer.server = self
            self.script(peer)
            peer.file.close()
        except (OSError, ssl.SSLError):
            pass
        finally:
            with self.lock:
                self.open -= 1
            sock.close()

    @classmethod
    def close_all(cls):
        for s in cls.every:
            # Wakes the thread that waits in accept().
            s.sock.shutdown(socket.SHUT_RDWR)
            s.sock.close()

    def said(self):
        return b"".join(self.heard)


# ---------------------------------------------------------------- Stratum

def stratum_pool(notify, refuse=False, silent_jobs=False, drip=0):
    """notify: the params of a job. drip: seconds between two bytes."""
    def script(peer):
        def say(*objects):
            if not drip:
                peer.say(*objects)
                return
            for o in objects:
                for b in json.dumps(o).encode() + b"\n":
                    peer.say(bytes([b]))
                    time.sleep(drip)
        while True:
            m = peer.line()
            if m is None:
                return
            if m["method"] == "mining.subscribe":
                say({"id": m["id"], "error": None, "result": [
                    [["mining.notify", "ae6812eb"]], "f8002c90", 4]})
            elif m["method"] == "mining.authorize" and refuse:
                say({"id": m["id"], "result": False, "error":
                     [24, "Unauthorized worker", None]})
                return
            elif m["method"] == "mining.authorize":
                say({"id": m["id"], "result": True, "error": None})
                if not silent_jobs:
                    say({"id": None, "method": "mining.set_difficulty",
                         "params": [4096]},
                        {"id": None, "method": "mining.notify",
                         "params": notify})
            else:
                say({"id": m.get("id"), "result": None, "error":
                     [-3, "Method not found", None]})
    return script


# ---------------------------------------------------------------- Monero

MONERO_BLOB = "0e0e" + "8fb8d9b506" + "ab" * 32 + "00000000" + "cd" * 32 + "09"


def monero_pool(refuse=None):
    def script(peer):
        while True:
            m = peer.line()
            if m is None:
                return
            if m["method"] != "login":
                peer.say({"id": m["id"], "jsonrpc": "2.0", "error": {
                    "code": -1, "message": "Unauthenticated"}})
            elif refuse:
                peer.say({"id": m["id"], "jsonrpc": "2.0", "error": {
                    "code": -1, "message": refuse}})
            else:
                peer.say({"id": m["id"], "jsonrpc": "2.0", "error": None,
                          "result": {"id": "5d3b1a", "status": "OK", "job": {
                              "blob": MONERO_BLOB, "job_id": "q7PLUPL25UV0z5",
                              "target": "b88d0600", "algo": "rx/0",
                              "height": 3010111, "seed_hash": "5e" * 32}}})
    return script


# ---------------------------------------------------------------- HTTP

def authorized(head, user):
    token = base64.b64encode(user.encode() + b":x")
    return b"Authorization: Basic " + token in head


NODE_REALM = 'WWW-Authenticate: Basic realm="jsonrpc"'


def node(template=None, user="assay-probe", error=None):
    """bitcoind's manner: 401 without the right user, 500 with an error."""
    def script(peer):
        r = peer.request()
        if r is None:
            peer.respond("400 Bad Request", b"")
            return
        head, m = r
        if not authorized(head, user):
            peer.respond("401 Unauthorized", b"", NODE_REALM)
        elif m["method"] != "getblocktemplate":
            peer.respond("404 Not Found", {
                "result": None, "id": m["id"],
                "error": {"code": -32601, "message": "Method not found"}})
        elif error:
            peer.respond("500 Internal Server Error", {
                "result": None, "error": error, "id": m["id"]})
        else:
            peer.respond("200 OK", {"result": template, "error": None,
                                    "id": m["id"]})
    return script


def getwork_pool(data, target):
    def script(peer):
        r = peer.request()
        if r is None:
            return
        head, m = r
        if m["method"] != "getwork":
            peer.respond("200 OK", {"result": None, "id": m["id"], "error": {
                "code": -32601, "message": "Method not found"}})
            return
        peer.respond("200 OK", {"error": None, "id": m["id"], "result": {
            "data": data, "target": target, "midstate": "00" * 32,
            "hash1": "00" * 64}}, "X-Long-Polling: /LP")
    return script


# ---------------------------------------------------------------- others

def banner(peer):
    peer.say(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
    peer.wait()


def silent(peer):
    peer.server.heard.append(peer.file.read1(4096))
    peer.wait()


def closer(peer):
    peer.file.readline()


def garbage(peer):
    """What could be the beginning of an object, for ever."""
    peer.say(b'{"id":1,"result":["')
    while True:
        peer.say(b"x" * 65536)


def web(peer):
    while True:
        text = peer.file.readline()
        if not text or not text.startswith(b"POST"):
            peer.respond("400 Bad Request", b"<html>no</html>\x1b[31m")
            return
        while text.strip():
            text = peer.file.readline()
        peer.respond("404 Not Found", b"<html>\x1b[31mnot here</html>",
                     "Content-Type: text/html")
        return
