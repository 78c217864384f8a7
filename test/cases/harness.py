"""harness - what every case needs: running assay, TAP, captures, and mining.

Shares no code with assay: whatever is claimed here about a capture or a share
is worked out again, from the specifications.
"""
import hashlib
import json
import os
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("ASSAY_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ASSAY = os.environ.get("ASSAY") or os.path.join(SOURCE, "build", "assay")
CAPTURES = os.path.join(SOURCE, "test", "captures")
FIELD = os.environ.get("ASSAY_FIELD") or os.path.join(
    os.path.dirname(SOURCE), "shared", "captures", "field")

# Expected hashes for difficulty 1: 2^256 / (0xffff * 2^208).
W = 2.0 ** 48 / 65535
W_SCRYPT = W / 65536
DIFFICULTY_1 = 0xffff << 208


def capture(*parts):
    return os.path.join(CAPTURES, *parts)


with open(ASSAY, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()


# ---------------------------------------------------------------- TAP

class Tap:
    """Counts what holds; prints what does not, with why."""

    def __init__(self):
        self.n = self.failed = 0

    def ok(self, good, name, *why):
        self.n += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.n,
                              name.replace("#", "")))
        if not good:
            for w in why:
                for line in str(w).splitlines() or [""]:
                    print("# " + line[:1000])
        sys.stdout.flush()
        return good

    def same(self, got, want, name):
        return self.ok(got == want, name, "got  %r" % (got,),
                       "want %r" % (want,))

    def todo(self, good, name, why):
        """A known fault of the program, reported and not yet mended: told,
        but no failure of the run until it is."""
        self.n += 1
        print("%s %d - %s # TODO %s" % ("ok" if good else "not ok", self.n,
                                        name.replace("#", ""), why))

    def near(self, got, want, relative, name):
        good = got is not None and abs(got - want) <= relative * abs(want)
        return self.ok(good, name, "got  %r" % (got,), "want %r" % (want,))

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # SKIP %s" % (self.n, name, why))

    def done(self):
        print("1..%d" % self.n)
        sys.exit(1 if self.failed else 0)


# ---------------------------------------------------------------- running

class Result:
    """What a run of assay said."""

    def __init__(self, code, out, err, peak):
        self.code, self.out, self.err = code, out, err
        # Bytes. Never less than what this process has when it starts assay
        # (the system counts it in), so tests of memory keep themselves small.
        self.peak = peak
        self.objects = []

    def read_json(self):
        for line in self.out.decode("utf-8").splitlines():
            self.objects.append(json.loads(line))
        return self

    def of(self, kind):
        return [o for o in self.objects if o["type"] == kind]

    sessions = property(lambda self: self.of("session"))
    contacts = property(lambda self: self.of("contact"))
    shares = property(lambda self: self.of("share"))
    miners = property(lambda self: self.of("miner"))
    workers = property(lambda self: self.of("worker"))

    @property
    def summary(self):
        return self.of("summary")[-1]

    def proved(self):
        """The headers that are proved, as a set."""
        return {s["header"] for s in self.shares if s["proved"]}

    def findings(self):
        """What must not depend on how the bytes were cut up: everything but
        frames and times of packets."""
        out = []
        for s in self.shares:
            out.append(("share", s["worker"], s["job_id"], s["header"],
                        s["hash"], s["share_difficulty"],
                        s["target_difficulty"], s["proved"], s["proof"],
                        s["verdict"], s["reason"], s["duplicate"]))
        for s in self.sessions + self.contacts:
            out.append((s["type"], s["id"], s["dialect"],
                        str(s["client"]), str(s["server"]), s["user_agent"],
                        tuple(s["workers"]), s["extranonce1"],
                        s["extranonce1_source"], s["jobs"],
                        str(s.get("shares")), str(s.get("difficulty")),
                        str(s["payouts"]), s["malformed"]))
        return sorted(out, key=repr)


class Crash(Exception):
    """assay ended in a way that it never should."""


def result(code, out, err, peak=None):
    err = err.decode("utf-8", "replace")
    if code not in (0, 1, 2, 3) or "runtime error:" in err \
            or "Sanitizer:" in err:
        raise Crash("exit status %d\n%s" % (code, err[:4000]))
    return Result(code, out, err, peak)


def run_limited(arguments, limits):
    """A write beyond RLIMIT_FSIZE shall fail, as on a full disk, instead of
    killing: SIGXFSZ stays ignored, as it is in Python. Pipes have no size."""
    def before():
        for kind, value in limits.items():
            resource.setrlimit(kind, (value, value))
    p = subprocess.run([ASSAY] + [str(a) for a in arguments],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       restore_signals=False, preexec_fn=before)
    return result(p.returncode, p.stdout, p.stderr)


def run(*arguments, stdin=None):
    """Runs assay to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
            tempfile.TemporaryFile() as given:
        given.write(stdin or b"")
        given.seek(0)
        p = subprocess.Popen([ASSAY] + [str(a) for a in arguments],
                             stdin=given, stdout=out, stderr=err)
        # The child's own peak: what waits for it adds up all children.
        _, status, used = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return result(p.returncode, out.read(), err.read(),
                      used.ru_maxrss * 1024)


def scan(*arguments, **how):
    """assay scan --json --shares, its lines read."""
    return run("scan", "--json", "--shares", *arguments, **how).read_json()


class Work:
    """A folder of temporary files."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="assay-")
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def name(self, ending=".pcap"):
        self.count += 1
        return os.path.join(self.path, "%d%s" % (self.count, ending))

    def file(self, content, ending=".pcap"):
        name = self.name(ending)
        with open(name, "wb") as f:
            f.write(content)
        return name

    def pcap(self, *conversations):
        packets = []
        for c in conversations:
            packets += c.packets if hasattr(c, "packets") else c
        packets.sort(key=lambda p: p[0])
        return self.file(pcap_bytes(packets))


def scan_of(*conversations, options=()):
    """Writes conversations into one capture and scans it."""
    with Work() as work:
        return scan(*options, work.pcap(*conversations))


# ---------------------------------------------------------------- captures

def pcap_bytes(packets, link=1):
    """packets: (ns, bytes), in order; microseconds, little-endian."""
    out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link)]
    for ns, data in packets:
        out.append(struct.pack("<IIII", ns // 10 ** 9, ns // 1000 % 10 ** 6,
                               len(data), len(data)))
        out.append(data)
    return b"".join(out)


def pcap_packets(path):
    """[(ns, bytes)] of a little-endian classic capture."""
    with open(path, "rb") as f:
        data = f.read()
    scale = {0xa1b2c3d4: 1000, 0xa1b23c4d: 1}[
        struct.unpack_from("<I", data)[0]]
    at, out = 24, []
    while at + 16 <= len(data):
        s, fraction, have, _ = struct.unpack_from("<IIII", data, at)
        out.append((s * 10 ** 9 + fraction * scale,
                    data[at + 16:at + 16 + have]))
        at += 16 + have
    return out


class Segment:
    """A TCP segment of an Ethernet frame; None fields where it is none."""

    def __init__(self, ns, frame):
        self.ns, self.frame = ns, frame
        self.key = None
        kind = frame[12:14]
        if kind == b"\x08\x00":
            head = (frame[14] & 15) * 4
            if frame[23] != 6:
                return
            ends = frame[26:30], frame[30:34]
            end = 14 + struct.unpack_from(">H", frame, 16)[0]
            self.ip = 14
        elif kind == b"\x86\xdd":
            head = 40
            if frame[20] != 6:
                return
            ends = frame[22:38], frame[38:54]
            end = 54 + struct.unpack_from(">H", frame, 18)[0]
            self.ip = 14
        else:
            return
        self.tcp = 14 + head
        ports = struct.unpack_from(">HH", frame, self.tcp)
        self.seq, self.ack = struct.unpack_from(">II", frame, self.tcp + 4)
        self.at = self.tcp + (frame[self.tcp + 12] >> 4) * 4
        self.flags = frame[self.tcp + 13]
        self.payload = frame[self.at:end]
        self.key = (ends[0], ports[0]), (ends[1], ports[1])


def streams(packets):
    """{(src, dst): (bytes, [(offset, ns)])}: first bytes win, holes end it."""
    parts = {}
    for ns, frame in packets:
        s = Segment(ns, frame)
        if s.key and s.payload:
            parts.setdefault(s.key, []).append((s.seq, ns, s.payload))
    out = {}
    for key, list_ in parts.items():
        first = min(list_, key=lambda p: p[1])[0]
        order = sorted(list_, key=lambda p: ((p[0] - first + 2 ** 31)
                                             % 2 ** 32, p[1]))
        start, data, when = order[0][0], b"", []
        for seq, ns, payload in order:
            skip = len(data) - (seq - start) % 2 ** 32
            if 0 <= skip < len(payload):
                when.append((len(data), ns))
                data += payload[skip:]
        out[key] = data, when
    return out


def messages(stream):
    """[(ns when complete, object)] of the lines of a stream."""
    data, when = stream
    out, at = [], 0
    for line in data.split(b"\n"):
        at += len(line) + 1
        ns = [w for w in when if w[0] < at][-1][1] if when else 0
        try:
            out.append((ns, json.loads(line)))
        except ValueError:
            pass
    return out


# ---------------------------------------------------------------- writing

SYN, ACK, PSH, FIN, RST = 0x02, 0x10, 0x08, 0x01, 0x04
DAY = 86400 * 10 ** 9
BEGIN = 1700000000 * 10 ** 9
MS = 10 ** 6


def ip4(text):
    return bytes(int(x) for x in text.split("."))


def frame_of(source, target, seq, ack, flags, payload):
    """Ethernet, IPv4, TCP. source, target: ("10.0.0.1", port)."""
    tcp = struct.pack(">HHIIBBHHH", source[1], target[1], seq % 2 ** 32,
                      ack % 2 ** 32, 5 << 4, flags, 65535, 0, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp) + len(payload),
                     0, 0x4000, 64, 6, 0, ip4(source[0]), ip4(target[0]))
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + ip + tcp + payload


class Talk:
    """One TCP connection, written as it goes."""

    def __init__(self, client=("10.1.0.1", 40000), server=("10.2.0.1", 3333),
                 at=BEGIN, step=10 * MS, isn=(1000, 5000), handshake=True,
                 mss=1400):
        self.end = client, server
        self.now, self.step, self.mss = at, step, mss
        self.next = list(isn)
        self.packets = []
        if handshake:
            self.raw(0, b"", SYN)
            self.raw(1, b"", SYN | ACK)
            self.raw(0, b"", ACK)

    def raw(self, side, payload, flags=PSH | ACK):
        self.now += self.step
        self.packets.append((self.now, frame_of(
            self.end[side], self.end[not side], self.next[side],
            self.next[not side] if flags & ACK else 0, flags, payload)))
        self.next[side] += len(payload) + bool(flags & (SYN | FIN))

    def send(self, side, *items):
        """Objects (a line each) or bytes, in as few segments as fit."""
        data = b"".join(i if isinstance(i, bytes) else line(i)
                        for i in items)
        for at in range(0, len(data), self.mss):
            self.raw(side, data[at:at + self.mss])

    def miner(self, *items):
        self.send(0, *items)

    def pool(self, *items):
        self.send(1, *items)

    def wait(self, seconds):
        self.now += int(seconds * 10 ** 9)

    def close(self):
        self.raw(0, b"", FIN | ACK)
        self.raw(1, b"", FIN | ACK)
        self.raw(0, b"", ACK)


def line(o):
    return json.dumps(o).encode() + b"\n"


# ---------------------------------------------------------------- mining

def sha256d(b):
    return hashlib.sha256(hashlib.sha256(b).digest()).digest()


def target_of(difficulty):
    from fractions import Fraction
    return int(DIFFICULTY_1 / Fraction(str(difficulty)))


class Job:
    """A job as a pool makes it. extra: bytes between the halves."""

    def __init__(self, id, seed="job", extra=8, height=700000, version=0x20000000,
                 nbits=0x1703ffff, ntime=None, at=BEGIN, clean=True,
                 outputs=None, branches=3, tag=b"/a pool/"):
        rng = random.Random("%s %s" % (seed, id))
        self.id, self.version, self.nbits = id, version, nbits
        self.previous = rng.randbytes(28) + b"\0" * 4  # internal order
        self.ntime = at // 10 ** 9 if ntime is None else ntime
        self.clean = clean
        number = height.to_bytes(3, "little")
        script = bytes([len(number)]) + number
        if outputs is None:
            outputs = [(312500000, b"\x76\xa9\x14" + b"\x11" * 20
                        + b"\x88\xac")]
        self.coinbase1 = (b"\x01\0\0\0\x01" + b"\0" * 32 + b"\xff" * 4
                          + bytes([len(script) + extra + len(tag)]) + script)
        count = (bytes([len(outputs)]) if len(outputs) < 253
                 else b"\xfd" + struct.pack("<H", len(outputs)))
        self.coinbase2 = (tag + b"\xff" * 4 + count + b"".join(
            struct.pack("<Q", sat) + bytes([len(s)]) + s
            for sat, s in outputs) + b"\0" * 4)
        self.branches = [rng.randbytes(32) for _ in range(branches)]

    def notify(self, **change):
        words = b"".join(self.previous[i:i + 4][::-1]
                         for i in range(0, 32, 4))
        o = {"id": None, "method": "mining.notify", "params": [
            self.id, words.hex(), self.coinbase1.hex(), self.coinbase2.hex(),
            [b.hex() for b in self.branches], "%08x" % self.version,
            "%08x" % self.nbits, "%08x" % self.ntime, self.clean]}
        o.update(change)
        return o

    def header(self, extranonce1, extranonce2, ntime, nonce, version=None):
        root = sha256d(self.coinbase1 + extranonce1 + extranonce2
                       + self.coinbase2)
        for b in self.branches:
            root = sha256d(root + b)
        return (struct.pack("<I", self.version if version is None else version)
                + self.previous + root
                + struct.pack("<III", ntime, self.nbits, nonce))


class Share:
    """Mined: a nonce whose hash meets the difficulty (or, with above set,
    misses that one)."""

    def __init__(self, job, extranonce1, extranonce2, difficulty, worker="w",
                 ntime=None, first=0, bits=None, mask=0x1fffe000,
                 above=None, accept=None):
        self.job, self.worker, self.bits = job, worker, bits
        self.extranonce2 = extranonce2
        self.ntime = job.ntime if ntime is None else ntime
        version = job.version if bits is None else (
            job.version & ~mask | bits & mask)
        head = job.header(extranonce1, extranonce2, self.ntime, 0,
                          version)[:76]
        middle = hashlib.sha256(head[:64])
        target = target_of(difficulty)
        floor = target_of(above) if above else -1
        nonce = first
        while True:
            h = middle.copy()
            h.update(head[64:] + struct.pack("<I", nonce))
            value = int.from_bytes(hashlib.sha256(h.digest()).digest(),
                                   "little")
            if floor < value <= target and (not accept or accept(nonce)):
                break
            nonce += 1
        self.nonce = nonce
        self.header = (head + struct.pack("<I", nonce)).hex()
        self.difficulty = DIFFICULTY_1 / value

    def submit(self, id, **change):
        params = [self.worker, self.job.id, self.extranonce2.hex(),
                  "%08x" % self.ntime, "%08x" % self.nonce]
        if self.bits is not None:
            params.append("%08x" % self.bits)
        o = {"id": id, "method": "mining.submit", "params": params}
        o.update(change)
        return o


def subscribe(id=1, agent="miner/1.0"):
    return {"id": id, "method": "mining.subscribe", "params": [agent]}


def subscribed(extranonce1, size=4, id=1):
    return {"id": id, "error": None, "result": [
        [["mining.notify", "ae"]], extranonce1.hex(), size]}


def authorize(worker="w", id=2):
    return {"id": id, "method": "mining.authorize", "params": [worker, "x"]}


def yes(id, **more):
    return dict({"id": id, "result": True, "error": None}, **more)


def no(id, code=23, words="high-hash"):
    return {"id": id, "result": None, "error": [code, words, None]}


def difficulty(d):
    return {"id": None, "method": "mining.set_difficulty", "params": [d]}


TINY = 1e-6  # 12 bits: four shares are a proof, and take milliseconds


def login(talk, extranonce1, size=4, d=TINY, worker="w", agent="miner/1.0"):
    talk.miner(subscribe(agent=agent))
    talk.pool(subscribed(extranonce1, size))
    talk.miner(authorize(worker))
    talk.pool(yes(2))
    talk.pool(difficulty(d))


def mine(job, extranonce1, n, size=4, d=TINY, worker="w", start=0, **how):
    """n shares, each with an extranonce2 of its own."""
    return [Share(job, extranonce1, (start + i).to_bytes(size, "big"), d,
                  worker, **how) for i in range(n)]


def submit_all(talk, shares, first_id=10):
    for i, s in enumerate(shares):
        talk.miner(s.submit(first_id + i))
        talk.pool(yes(first_id + i))
