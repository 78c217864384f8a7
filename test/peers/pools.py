"""pools - pools and a node that check every share they are sent.

What a share is worth is worked out here again, from the specifications, in
Python; each pool keeps what it was sent with its verdict (`truth`), and a tape
of the bytes of every connection, from which a capture can be written.
"""
import hashlib
import json
import struct
import threading
import time

DIFFICULTY_1 = 0xffff << 208


def sha256d(b):
    return hashlib.sha256(hashlib.sha256(b).digest()).digest()


def words_swapped(b):
    return b"".join(b[i:i + 4][::-1] for i in range(0, len(b), 4))


def number_of(hash):
    return int.from_bytes(hash, "little")


def root_of(leaves):
    while len(leaves) > 1:
        if len(leaves) % 2:
            leaves = leaves + leaves[-1:]
        leaves = [sha256d(leaves[i] + leaves[i + 1])
                  for i in range(0, len(leaves), 2)]
    return leaves[0]


class Tape:
    """What passed on one connection: (ns, side, bytes); side 0 is the miner."""

    def __init__(self, peer):
        self.client = peer.sock.getpeername()[:2]
        self.server = peer.sock.getsockname()[:2]
        self.pieces = []

    def add(self, side, data):
        if data:
            self.pieces.append((time.time_ns(), side, data))


class Taped:
    """A connection (servers.Peer) whose bytes are kept."""

    def __init__(self, peer, tapes):
        self.peer = peer
        self.lock = threading.Lock()
        self.tape = Tape(peer)
        tapes.append(self.tape)

    def say(self, *items):
        data = b"".join(i if isinstance(i, bytes)
                        else json.dumps(i).encode() + b"\n" for i in items)
        with self.lock:
            self.tape.add(1, data)
            self.peer.sock.sendall(data)

    def line(self):
        text = self.peer.file.readline()
        self.peer.server.heard.append(text)
        self.tape.add(0, text)
        try:
            return json.loads(text)
        except ValueError:
            return None

    def request(self):
        """(request line, fields, body), or None at the end."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            text = self.peer.file.readline()
            if not text:
                return None
            head += text
        lines = head.decode().split("\r\n")
        fields = dict((n.lower(), v.strip()) for n, _, v in
                      (x.partition(":") for x in lines[1:] if x))
        body = self.peer.file.read(int(fields.get("content-length", 0)))
        self.peer.server.heard.append(head + body)
        self.tape.add(0, head + body)
        return lines[0], fields, json.loads(body) if body else None

    def respond(self, body, *fields, status="200 OK"):
        text = json.dumps(body).encode() + b"\n"
        self.say(("HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                  "Content-Length: %d\r\n%s\r\n" % (
                      status, len(text), "".join(f + "\r\n" for f in fields))
                  ).encode() + text)


# ---------------------------------------------------------------- Stratum

class Stratum:
    """A Stratum v1 pool. make_job(n) is a harness.Job. plan: {number of shares
    that were answered, not counting those of older jobs than the newest:
    [(what, ...), ...]}: what happens then. At the number `until` done is set.

        difficulty, D      extranonce, HEX, SIZE    mask, NUMBER
        job                clean                    say, OBJECT or BYTES
        reject, WORDS      (the next share, whatever it is)
        close              reconnect, HOST, PORT

    eager: as ckpool, it gives a job before it has looked the user up, and lets
    shares that come until then fall without an answer (`early`).
    """

    def __init__(self, make_job, difficulty="0.00001", extranonce1="f00d01",
                 extranonce2_size=4, mask=None, plan=None, user="rig.1",
                 session="5e55", until=None, eager=False):
        self.make_job, self.user, self.session = make_job, user, session
        self.first = difficulty, extranonce1, extranonce2_size
        self.mask = mask
        self.plan = dict(plan or {})
        self.truth, self.tapes, self.calls = [], [], []
        self.answers = []           # of the miner to what it was asked
        self.seen = set()
        self.count = self.job_count = 0
        self.next_reject = None
        self.eager, self.early = eager, []
        self.until, self.done = until, threading.Event()

    def __call__(self, peer):
        Connection(self, Taped(peer, self.tapes)).run()


class Connection:
    def __init__(self, pool, wire):
        self.pool, self.wire = pool, wire
        self.difficulty, self.extranonce1, self.size = pool.first
        self.mask = None
        self.jobs, self.known = {}, {}  # those of use now; all
        self.open, self.authorized = True, False

    def run(self):
        while self.open:
            m = self.wire.line()
            if m is None:
                return
            self.pool.calls.append(m)
            if "method" not in m:
                self.pool.answers.append(m)
                continue
            reply = getattr(self, "on_" + m["method"].replace(".", "_"), None)
            if reply:
                reply(m)
            else:
                self.answer(m, None, [20, "Unknown method", None])

    def answer(self, m, result, error=None):
        self.wire.say({"id": m["id"], "result": result, "error": error})

    def tell(self, method, *params):
        self.wire.say({"id": None, "method": method, "params": list(params)})

    def on_mining_configure(self, m):
        if self.pool.mask is None:
            self.answer(m, {"version-rolling": False})
            return
        wanted = int(m["params"][1]["version-rolling.mask"], 16)
        self.mask = self.pool.mask & wanted
        self.answer(m, {"version-rolling": True,
                        "version-rolling.mask": "%08x" % self.mask})

    def on_mining_subscribe(self, m):
        self.answer(m, [[["mining.set_difficulty", "d1"],
                         ["mining.notify", self.pool.session]],
                        self.extranonce1, self.size])
        if self.pool.eager:
            self.begin()

    def on_mining_extranonce_subscribe(self, m):
        self.answer(m, True)

    def on_mining_authorize(self, m):
        if self.pool.eager:
            threading.Timer(0.5, self.authorize, [m]).start()
            return
        self.authorize(m)

    def authorize(self, m):
        good = self.authorized = m["params"][0] == self.pool.user
        self.answer(m, good, None if good else [24, "Unauthorized", None])
        if good and not self.pool.eager:
            self.begin()

    def begin(self):
        self.tell("mining.set_difficulty", float(self.difficulty))
        self.new_job(True)

    def new_job(self, clean):
        self.pool.job_count += 1
        job = self.pool.make_job("%x" % self.pool.job_count)
        job.clean = clean
        if clean:
            self.jobs.clear()
        self.jobs[job.id] = self.known[job.id] = (
            job, self.extranonce1, self.size, self.difficulty)
        self.wire.say(job.notify())

    def on_mining_submit(self, m):
        if not self.authorized:
            self.pool.early.append(m)
            return
        row, words = self.judge(*m["params"])
        if self.pool.next_reject and not words:
            words = self.pool.next_reject
            self.pool.next_reject = None
        row["verdict"] = "rejected" if words else "accepted"
        row["reason"] = words[1] if words else None
        self.pool.truth.append(row)
        self.answer(m, None if words else True, words)
        if row["job_id"] != "%x" % self.pool.job_count:
            return
        self.pool.count += 1
        if self.pool.count == self.pool.until:
            self.pool.done.set()
        for what, *rest in self.pool.plan.pop(self.pool.count, ()):
            self.act(what, *rest)

    def act(self, what, *rest):
        if what == "difficulty":
            self.difficulty = rest[0]
            self.tell("mining.set_difficulty", float(rest[0]))
        elif what == "extranonce":
            self.extranonce1, self.size = rest
            self.tell("mining.set_extranonce", *rest)
        elif what == "mask":
            self.mask = rest[0]
            self.tell("mining.set_version_mask", "%08x" % rest[0])
        elif what in ("job", "clean"):
            self.new_job(what == "clean")
        elif what == "say":
            self.wire.say(rest[0])
        elif what == "reject":
            self.pool.next_reject = list(rest)
        elif what == "reconnect":
            self.tell("client.reconnect", *rest)
        elif what == "close":
            self.open = False

    def judge(self, worker, job_id, extranonce2, ntime, nonce, bits=None):
        """The row, and an error or None."""
        row = {"worker": worker, "job_id": job_id, "extranonce2": extranonce2,
               "ntime": ntime, "nonce": nonce, "version_bits": bits,
               "header": None}
        if job_id not in self.known:
            return row, [20, "No such job ever", None]
        job, extranonce1, size, difficulty = self.known[job_id]
        raw = bytes.fromhex(extranonce2)
        version = job.version
        if len(raw) != size or ntime != "%08x" % job.ntime:
            return row, [20, "Malformed", None]
        if (bits is None) != (self.mask is None):
            return row, [20, "Version bits", None]
        if bits is not None:
            if int(bits, 16) & ~self.mask:
                return row, [20, "Version bits outside the mask", None]
            rolled = version & ~self.mask | int(bits, 16)  # BIP 310
            if rolled != version | int(bits, 16):  # ckpool, DATUM
                return row, [20, "A bit of the job's is cleared", None]
            version = rolled
        root = sha256d(job.coinbase1 + bytes.fromhex(extranonce1) + raw
                       + job.coinbase2)
        for b in job.branches:
            root = sha256d(root + b)
        header = struct.pack("<I32s32sIII", version, job.previous, root,
                             job.ntime, job.nbits, int(nonce, 16))
        hash = sha256d(header)
        row.update(header=header.hex(), hash=hash[::-1].hex(),
                   extranonce1=extranonce1, difficulty=float(difficulty))
        if number_of(hash) * float(difficulty) > DIFFICULTY_1 * (1 + 1e-12):
            return row, [23, "Low difficulty share", None]
        if job_id not in self.jobs:
            return row, [21, "Job not found", None]
        if header in self.pool.seen:
            return row, [22, "Duplicate share", None]
        self.pool.seen.add(header)
        return row, None


# ---------------------------------------------------------------- getwork

class Getwork:
    """A pool that hands out headers. new_every: shares to a block."""

    def __init__(self, make_job, difficulty="0.00001", new_every=5,
                 poll="/LP", reject=()):
        self.make_job, self.new_every, self.poll = make_job, new_every, poll
        self.target = int(DIFFICULTY_1 / float(difficulty))
        self.reject = set(reject)  # numbers of shares
        self.truth, self.tapes, self.polls = [], [], 0
        self.changed = threading.Condition()
        self.blocks = 0
        self.work = {}             # merkle root: when it was given
        self.given = 0

    def __call__(self, peer):
        wire = Taped(peer, self.tapes)
        while True:
            r = wire.request()
            if r is None:
                return
            head, _, m = r
            if head.startswith("GET "):
                self.long_poll(wire)
            elif m["method"] != "getwork":
                wire.respond({"result": None, "id": m["id"], "error": {
                    "code": -32601, "message": "Method not found"}})
            elif m["params"]:
                self.submit(wire, m)
            else:
                self.give(wire, m["id"])

    def long_poll(self, wire):
        with self.changed:
            self.polls += 1
            before = self.blocks
            self.changed.wait_for(lambda: self.blocks != before, 50)
        self.give(wire, None)

    def give(self, wire, id):
        with self.changed:
            self.given += 1
            job = self.make_job("%x" % self.blocks)
            header = job.header(b"", self.given.to_bytes(8, "little"),
                                job.ntime, 0)
            self.work[header[36:68]] = self.blocks
        data = words_swapped(header + b"\x80" + b"\0" * 45
                             + struct.pack(">H", 640)).hex()
        fields = ["X-Long-Polling: " + self.poll] if self.poll else []
        wire.respond({"id": id, "error": None, "result": {
            "data": data, "target": self.target.to_bytes(32, "little").hex()}},
            *fields)

    def submit(self, wire, m):
        data = words_swapped(bytes.fromhex(m["params"][0]))
        header, hash = data[:80], sha256d(data[:80])
        good = (len(data) == 128 and data[80:] == b"\x80" + b"\0" * 45
                + struct.pack(">H", 640) and number_of(hash) <= self.target)
        with self.changed:
            good = (good and self.work.get(header[36:68]) == self.blocks
                    and len(self.truth) not in self.reject)
            self.truth.append({"header": header.hex(), "verdict":
                               "accepted" if good else "rejected"})
            if good and len(self.truth) % self.new_every == 0:
                self.blocks += 1
                self.changed.notify_all()
        wire.respond({"id": m["id"], "result": good, "error": None})


# ---------------------------------------------------------------- a node

def varint(b, at):
    n = b[at]
    if n < 0xfd:
        return n, at + 1
    size = {0xfd: 2, 0xfe: 4, 0xff: 8}[n]
    return int.from_bytes(b[at + 1:at + 1 + size], "little"), at + 1 + size


def transaction(b, at):
    """(txid, wtxid, dict of parts, where it ends)."""
    start, version = at, b[at:at + 4]
    at += 4
    witness = b[at:at + 2] == b"\0\1"
    at += 2 * witness
    body = at
    n, at = varint(b, at)
    inputs, outputs, stacks = [], [], []
    for _ in range(n):
        size, to = varint(b, at + 36)
        inputs.append((b[at:at + 36], b[to:to + size],
                       b[to + size:to + size + 4]))
        at = to + size + 4
    count, at = varint(b, at)
    for _ in range(count):
        value = struct.unpack_from("<Q", b, at)[0]
        size, at = varint(b, at + 8)
        outputs.append((value, b[at:at + size]))
        at += size
    core = b[body:at]
    for _ in range(n * witness):
        items, at = varint(b, at)
        stack = []
        for _ in range(items):
            size, at = varint(b, at)
            stack.append(b[at:at + size])
            at += size
        stacks.append(stack)
    lock = b[at:at + 4]
    at += 4
    return (sha256d(version + core + lock), sha256d(b[start:at]),
            {"inputs": inputs, "outputs": outputs, "stacks": stacks}, at)


def spending(n):
    """A transaction with a witness, of nobody's coins."""
    return (b"\2\0\0\0\0\1\1" + bytes([n]) * 32 + b"\0\0\0\0\0"
            + b"\xfd\xff\xff\xff\1" + struct.pack("<Q", 1000 + n)
            + b"\x16\0\x14" + bytes([n]) * 20 + b"\2\3" + bytes([n]) * 3
            + b"\4" + bytes([n]) * 4 + b"\0\0\0\0")


class Node:
    """bitcoind, as far as a miner sees it. lonely: so many templates it refuses,
    having no peers. hasty: as one that has not seen a block since it was
    started, it answers a long poll at once."""

    def __init__(self, nbits=0x1f00ffff, height=700, user="rpc",
                 password="secret", script=b"", transactions=3, refuse=(),
                 lonely=0, hasty=False):
        self.nbits, self.height, self.script = nbits, height, script
        self.login = user, password
        self.target = (nbits & 0xffffff) << 8 * ((nbits >> 24) - 3)
        self.previous = sha256d(b"genesis")
        self.txs = [spending(n + 1) for n in range(transactions)]
        self.refuse = set(refuse)  # numbers of blocks
        self.lonely, self.hasty = lonely, hasty
        self.truth, self.tapes, self.faults = [], [], []
        self.polls = 0
        self.changed = threading.Condition()

    def __call__(self, peer):
        import base64
        wire = Taped(peer, self.tapes)
        token = "Basic " + base64.b64encode(
            ("%s:%s" % self.login).encode()).decode()
        while True:
            r = wire.request()
            if r is None:
                return
            _, fields, m = r
            if fields.get("authorization") != token:
                wire.respond("", 'WWW-Authenticate: Basic realm="jsonrpc"',
                             status="401 Unauthorized")
            elif m["method"] == "getblocktemplate":
                self.give(wire, m)
            elif m["method"] == "submitblock":
                self.submit(wire, m)
            else:
                wire.respond({"result": None, "id": m["id"], "error": {
                    "code": -32601, "message": "Method not found"}},
                    status="404 Not Found")

    def give(self, wire, m):
        asked = m["params"][0]
        assert "segwit" in asked["rules"]
        if self.lonely:
            self.lonely -= 1
            wire.respond({"result": None, "error": {
                "code": -9, "message": "Bitcoin is not connected!"},
                "id": m["id"]}, status="500 Internal Server Error")
            return
        with self.changed:
            if asked.get("longpollid") == self.previous.hex():
                self.polls += 1
                before = self.previous
                self.changed.wait_for(
                    lambda: self.hasty or self.previous != before, 50)
            ids = [transaction(t, 0)[:2] for t in self.txs]
            root = root_of([b"\0" * 32] + [w for _, w in ids])
            template = {
                "version": 0x20000000, "rules": ["csv", "!segwit", "taproot"],
                "previousblockhash": self.previous[::-1].hex(),
                "transactions": [
                    {"data": t.hex(), "txid": i[::-1].hex(),
                     "hash": w[::-1].hex(), "fee": 1} for t, (i, w)
                    in zip(self.txs, ids)],
                "coinbaseaux": {"flags": "0a0b"}, "coinbasevalue": 5000000123,
                "longpollid": self.previous.hex(),
                "target": "%064x" % self.target, "mintime": 1, "curtime":
                1700000000 + self.height, "bits": "%08x" % self.nbits,
                "height": self.height, "default_witness_commitment":
                "6a24aa21a9ed" + sha256d(root + b"\0" * 32).hex()}
            self.commitment = sha256d(root + b"\0" * 32)
        wire.respond({"result": template, "error": None, "id": m["id"]})

    def check(self, block):
        """Why it is no good, or None: BIP 22, 34, 141."""
        if block[4:36] != self.previous:
            return "stale-prevblk"
        header, hash = block[:80], sha256d(block[:80])
        if number_of(hash) > self.target:
            return "high-hash"
        n, at = varint(block, 80)
        if n != 1 + len(self.txs):
            return "bad-count"
        txid, _, coinbase, at = transaction(block, at)
        if block[at:] != b"".join(self.txs):
            return "bad-transactions"
        if header[36:68] != root_of([txid] + [transaction(t, 0)[0]
                                              for t in self.txs]):
            return "bad-txnmrklroot"
        height = self.height.to_bytes(2, "little")
        (point, script, _), = coinbase["inputs"]
        if point != b"\0" * 32 + b"\xff" * 4 or \
                not script.startswith(b"\2" + height + b"\x0a\x0b"):
            return "bad-cb-height"
        if coinbase["stacks"] != [[b"\0" * 32]] or coinbase["outputs"][1] != (
                0, bytes.fromhex("6a24aa21a9ed") + self.commitment):
            return "bad-witness-merkle-match"
        if coinbase["outputs"][0] != (5000000123, self.script):
            return "bad-cb-amount"
        return None

    def submit(self, wire, m):
        block = bytes.fromhex(m["params"][0])
        with self.changed:
            why = self.check(block)
            if why:
                self.faults.append(why)
            elif len(self.truth) in self.refuse:
                why = "inconclusive"
            else:
                self.previous = sha256d(block[:80])
                self.height += 1
                self.changed.notify_all()
            self.truth.append({"header": block[:80].hex(), "reason": why,
                               "verdict": "rejected" if why else "accepted"})
        wire.respond({"result": why, "error": None, "id": m["id"]})
