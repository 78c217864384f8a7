"""web - for cases over HTTP: messages, getwork, and clients that open a
connection for each request."""
import base64
import gzip
import hashlib
import json
import random
import struct
import zlib

from harness import BEGIN, MS, TINY, Talk, target_of

MINER, POOL = "10.1.0.1", "10.2.0.1"
S = 10 ** 9


def http_request(body=b"", method="POST", path="/", fields=(), user=None,
                 version="1.1"):
    """A request; user: ("name", "password") for Basic."""
    head = ["%s %s HTTP/%s" % (method, path, version), "Host: pool.example"]
    if user:
        head.append("Authorization: Basic " + base64.b64encode(
            ("%s:%s" % user).encode()).decode())
    if body:
        head.append("Content-Length: %d" % len(body))
    return ("\r\n".join(head + list(fields)) + "\r\n\r\n").encode() + body


def http_response(body=b"", status="200 OK", fields=(), version="1.1",
                  coding=None, chunk=0, until_close=False):
    """A response; coding: "gzip" or "deflate"; chunk: bytes of each."""
    head = ["HTTP/%s %s" % (version, status),
            "Content-Type: application/json"]
    if coding == "gzip":
        body = gzip.compress(body, mtime=0)
    elif coding == "deflate":
        body = zlib.compress(body)
    if coding:
        head.append("Content-Encoding: " + coding)
    if chunk:
        head.append("Transfer-Encoding: chunked")
        parts = [body[i:i + chunk] for i in range(0, len(body), chunk)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(p), p)
                        for p in parts) + b"0\r\n\r\n"
    elif not until_close:
        head.append("Content-Length: %d" % len(body))
    return ("\r\n".join(head + list(fields)) + "\r\n\r\n").encode() + body


class Getwork:
    """A piece of work as getwork hands it out, and shares for it."""

    def __init__(self, seed, d=TINY, at=BEGIN, nbits=0x1703ffff,
                 version=2, previous=None):
        rng = random.Random("getwork %s" % seed)
        self.head = (struct.pack("<I", version)
                     + (previous or rng.randbytes(28) + b"\0" * 4)
                     + rng.randbytes(32)
                     + struct.pack("<II", at // 10 ** 9, nbits))
        self.target = target_of(d)

    @staticmethod
    def data(header):
        padded = header + b"\0\0\0\x80" + b"\0" * 40 + b"\x80\x02\0\0"
        return b"".join(padded[i:i + 4][::-1]
                        for i in range(0, 128, 4)).hex()

    def reply(self, id=1, **more):
        return json.dumps({"id": id, "error": None, "result": dict(
            {"data": self.data(self.head + b"\0" * 4),
             "target": self.target.to_bytes(32, "little").hex()},
            **more)}).encode()

    def mine(self, first=0, target=None, above=-1):
        """The first header from a nonce on whose hash is at most the target
        (that of the work), and more than above."""
        middle = hashlib.sha256(self.head[:64])
        target = self.target if target is None else target
        for nonce in range(first, 2 ** 32):
            h = middle.copy()
            h.update(self.head[64:] + struct.pack("<I", nonce))
            value = int.from_bytes(hashlib.sha256(h.digest()).digest(),
                                   "little")
            if above < value <= target:
                return self.head + struct.pack("<I", nonce)
        raise ValueError("no nonce left")


def getwork(id=1, header=None):
    """The call: for work, or with a header for a share."""
    return json.dumps({"id": id, "method": "getwork", "params":
                       [] if header is None
                       else [Getwork.data(header)]}).encode()


def answer(id=1, result=True, error=None):
    return json.dumps({"id": id, "result": result, "error": error}).encode()


class Pair:
    """A client and a server who open a connection for each request."""

    def __init__(self, ip=MINER, user=("bob", "x"), version="1.0",
                 port=40000, server=(POOL, 8332), at=BEGIN, **response):
        self.ip, self.user, self.version = ip, user, version
        self.port, self.server, self.now = port, server, at
        self.response = response
        self.talks = []

    def talk(self):
        t = Talk(client=(self.ip, self.port), server=self.server,
                 at=self.now, step=MS, isn=(self.port * 7, self.port * 11))
        self.port += 1
        self.talks.append(t)
        return t

    def call(self, body, reply, **response):
        t = self.talk()
        t.miner(http_request(body, user=self.user, version=self.version,
                             fields=("Connection: close",)))
        t.pool(http_response(reply, version=self.version,
                             **dict(self.response, **response)))
        t.close()
        self.now = t.now

    def fetch(self, work):
        self.call(getwork(), work.reply())

    def submit(self, header, result=True):
        self.call(getwork(header=header), answer(result=result))

    def wait(self, seconds):
        self.now += int(seconds * S)


def only(tap, r, name):
    """The only session of a run."""
    if not tap.same((r.code, len(r.sessions), len(r.contacts)), (0, 1, 0),
                    name + ": one session"):
        return None
    return r.sessions[0]


def counts(s):
    n = s["shares"]
    return n["submitted"], n["proved"], n["unique"], n["accepted"], \
        n["rejected"]
