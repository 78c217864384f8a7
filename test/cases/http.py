"""Mining over HTTP: jobs by one connection and shares by another, polls, idle
hours, codings, and what may not be said of them."""
import hashlib
import json
import math
import random
import struct

from harness import (BEGIN, MS, TINY, W, Tap, Talk, Work, run, scan, scan_of,
                     sha256d)
from web import (MINER, POOL, S, Getwork, Pair, answer, counts, getwork,
                 http_request, http_response, only)

tap = Tap()


def one(r, name):
    return only(tap, r, name)


def headers(shares):
    return {h.hex() for h in shares}


def checked(r, shares, name):
    """Every proved header is one that was mined, and its hash is its own."""
    tap.same(r.proved(), headers(shares), name + ": the headers")
    tap.ok(all(sha256d(bytes.fromhex(x["header"]))[::-1].hex() == x["hash"]
               for x in r.shares if x["header"]), name + ": hashes")


# ---- One connection for each request.
def per_request(n=6, pause=2, **how):
    p = Pair(**how)
    shares = []
    for i in range(n):
        w = Getwork("one %d" % i, at=p.now)
        p.fetch(w)
        p.wait(pause)
        shares.append(w.mine())
        p.submit(shares[-1])
        p.wait(pause)
    return p, shares


for version, how in (("1.0", {"until_close": True}), ("1.1", {}),
                     ("1.1", {"coding": "gzip"}),
                     ("1.1", {"coding": "deflate", "chunk": 50}),
                     ("1.1", {"coding": "gzip", "chunk": 7})):
    name = "HTTP/%s %s" % (version, how or "plain")
    p, shares = per_request(version=version, **how)
    r = scan_of(*p.talks)
    s = one(r, name)
    if not s:
        continue
    tap.same(counts(s), (6, 6, 6, 6, 0), name + ": all proved")
    tap.same((s["dialect"], s["carrier"], s["connections"], s["grade"]),
             ("getwork", "http", 12, "proved"), name)
    tap.same((s["workers"], s["jobs"], s["roles"]),
             (["bob"], 6, {"client": "miner", "server": "pool"}),
             name + ": who, and how many jobs were handed out")
    checked(r, shares, name)
    # From the first work to the last share; between the connections, too.
    seconds = 11 * 2
    tap.ok(abs(s["hashrate"]["seconds"] - seconds) < 0.5,
           name + ": seconds", s["hashrate"])
    tap.near(s["hashrate"]["estimate"],
             6 * TINY * W / s["hashrate"]["seconds"], 1e-9, name + ": rate")
    for group in r.miners + r.workers:
        tap.same((group["shares"]["unique"], group["hashrate"]["shares"],
                  group["hashrate"]["seconds"]),
                 (6, 6, s["hashrate"]["seconds"]),
                 name + ": the same of the " + group["type"])

# ---- Keep-alive, pipelined, and in pieces of one byte.
def keep_alive(mss=1400, drop=()):
    t = Talk(server=(POOL, 8332), step=20 * MS, mss=mss)
    work = [Getwork("kept %d" % i) for i in range(3)]
    shares = [w.mine(i) for w in work for i in (0, 2 ** 31)]
    user = ("bob", "x")
    t.miner(http_request(getwork(0), user=user))
    t.pool(http_response(work[0].reply(0), chunk=99, coding="gzip"))
    # Two more requests at once, answered at once.
    t.miner(http_request(getwork(1), user=user)
            + http_request(getwork(2), user=user))
    t.pool(http_response(work[1].reply(1))
           + http_response(work[2].reply(2), chunk=33))
    for i, h in enumerate(shares):
        t.miner(http_request(getwork(10 + i, h), user=user))
        t.pool(http_response(answer(10 + i, i != 5)))
    t.packets = [p for i, p in enumerate(t.packets) if i not in drop]
    return t, shares


t, shares = keep_alive()
r = scan_of(t)
s = one(r, "keep-alive")
if s:
    tap.same(counts(s), (6, 6, 6, 5, 1), "keep-alive: all proved")
    tap.same((s["jobs"], s["connections"]), (3, 1), "keep-alive: jobs")
checked(r, shares, "keep-alive")
want = r.findings()
for mss in (1, 2, 7, 100):
    tap.same(scan_of(keep_alive(mss)[0]).findings(), want,
             "keep-alive: in segments of %d bytes" % mss)

# ---- Lost segments: never a wrong word, and reading goes on.
whole = len(t.packets)
proved = [0] * 7
for lost in range(3, whole):
    r = scan_of(keep_alive(drop=(lost,))[0])
    proved[len(r.proved())] += 1
    if not (r.proved() <= headers(shares) and len(r.sessions) <= 1
            and all(x["duplicate"] is False for x in r.shares)):
        tap.ok(False, "keep-alive: without packet %d" % lost, r.out)
tap.ok(sum(proved[5:]) >= (whole - 3) * 2 // 3,
       "keep-alive: one lost segment costs at most a share, mostly", proved)

# ---- One direction only.
def side(talk, which):
    ip = bytes(int(x) for x in talk.end[which][0].split("."))
    return [p for p in talk.packets if p[1][26:30] == ip]


t, shares = keep_alive()
t.packets = t.packets[:-6]  # three shares are too few to infer a target
r = scan_of(side(t, 0))
s = one(r, "the miner alone")
if s:
    tap.same((counts(s), s["shares"]["unproved_because"], s["grade"]),
             ((3, 0, 0, 0, 0), {"difficulty not known": 3}, "spoken"),
             "the miner alone: too few shares to infer their target")
    tap.same((s["hashrate"]["estimate"], s["jobs"]), (None, 0),
             "the miner alone: no rate, and no job")
    tap.same({x["hash"] for x in r.shares},
             {sha256d(h)[::-1].hex() for h in shares[:3]},
             "the miner alone: the hashes are told")
r = scan_of(side(t, 1))
tap.same((len(r.sessions), len(r.shares), [c["dialect"] for c in r.contacts]),
         (0, 0, ["getwork"]), "the pool alone: a contact")

# ---- Work that the capture does not hold: inferred where there is enough.
def unseen(n, d, connections):
    """Shares whose work was fetched before the capture."""
    p = Pair()
    t = None
    shares = []
    for i in range(n):
        h = Getwork("unseen %d" % i, d=d).mine()
        shares.append(h)
        if connections:
            p.submit(h)
        else:
            t = t or p.talk()
            t.miner(http_request(getwork(i, h)))
            t.pool(http_response(answer(i)))
            t.wait(5)
        p.wait(5)
    return scan_of(*p.talks), shares


for n, d in ((3, 1e-6), (40, 1e-6), (12, 1e-5)):
    r, shares = unseen(n, d, False)
    name = "%d shares of unseen work at %g" % (n, d)
    s = one(r, name)
    if not s:
        continue
    # All of n uniform values lie below the target: so many bits, less one for
    # each, against 40.
    bits = n * -math.log2(max(int.from_bytes(sha256d(h), "little")
                              for h in shares) / 2 ** 256) - n
    if bits < 40:
        tap.same((s["shares"]["proved"], s["grade"]), (0, "spoken"),
                 name + ": nothing is proved")
    else:
        tap.ok(s["shares"]["proved"] >= n - 2 and s["grade"] == "proved",
               name + ": proved", s["shares"])
        tap.near(s["difficulty"]["max"], d, 0.6, name + ": difficulty")
    tap.same(s["hashrate"]["seconds"], None, name + ": no time was observed")

# ---- A long poll: its work comes by a connection that asked for none by name.
p = Pair()
w = [Getwork("polled %d" % i, at=p.now) for i in range(3)]
p.fetch(w[0])
poll = p.talk()
poll.miner(http_request(method="GET", path="/LP", user=("bob", "x")))
shares = [w[0].mine(), w[1].mine(), w[2].mine()]
p.submit(shares[0])
p.wait(60)
poll.now = p.now
poll.pool(http_response(w[1].reply(1, submitold=False)))
p.wait(5)
p.submit(shares[1])
# cpuminer polls by a POST of the call itself, and keeps the connection.
poll.now = p.now
poll.miner(http_request(getwork(0), path="/LP", user=("bob", "x")))
poll.wait(30)
poll.pool(http_response(w[2].reply(0), coding="gzip", chunk=40))
p.now = poll.now
p.wait(5)
p.submit(shares[2])
r = scan_of(*p.talks)
s = one(r, "long poll")
if s:
    tap.same((counts(s), s["jobs"], s["workers"]),
             ((3, 3, 3, 3, 0), 3, ["bob"]), "long poll: its work")
    tap.ok(99 < s["hashrate"]["seconds"] < 101, "long poll: seconds",
           s["hashrate"])
checked(r, shares, "long poll")

# ---- An idle hour between two bursts is no observation.
for step in ("fetch", "submit", "long poll"):
    p = Pair()
    shares = []
    poll = None
    for burst in range(2):
        for i in range(8):
            w = Getwork("burst %d %d" % (burst, i), at=p.now)
            if burst and not i and step == "long poll":
                poll.now = p.now
                poll.pool(http_response(w.reply(), chunk=60))
            elif burst == 0 or i or step == "fetch":
                p.fetch(w)
            p.wait(5)
            shares.append(w.mine())
            p.submit(shares[-1])
            p.wait(5)
        if not poll:
            poll = p.talk()
            poll.miner(http_request(method="GET", path="/LP",
                                    user=("bob", "x")))
        p.wait(3600)
    r = scan_of(*p.talks)
    s = one(r, "idle hour, then " + step)
    if s:
        tap.same(len(r.proved()), 16 - (step == "submit"),
                 "idle hour, then %s: proved" % step)
        tap.ok(140 < s["hashrate"]["seconds"] < 160,
               "idle hour, then %s: seconds" % step, s["hashrate"])

# A connection that begins with a hole after the hour: nothing was seen before.
p = Pair()
for i in range(4):
    w = Getwork("hole %d" % i, at=p.now)
    p.fetch(w)
    p.wait(5)
    p.submit(w.mine())
    p.wait(5)
p.wait(3600)
t = p.talk()
t.miner(http_request(getwork(0)))
del t.packets[-1]
t.pool(http_response(Getwork("behind", at=t.now).reply(0)))
t.miner(http_request(getwork(1)))
t.pool(http_response(Getwork("behind 2", at=t.now).reply(1)))
s = one(scan_of(*p.talks), "an hour, then a hole")
if s:
    tap.ok(s["hashrate"]["seconds"] < 40, "an hour, then a hole: seconds",
           s["hashrate"])

# ---- Rates: of a miner that is simulated, the bounds hold the truth.
def simulated(seed, rate, seconds, d, per=30, unseen=0.0):
    """Submits as a Poisson process; work is fetched every `per` seconds. So
    many of the answers with work go another way than the capture's."""
    rng = random.Random(seed)
    p = Pair()
    end, n = p.now + seconds * S, 0
    next_share = p.now + int(rng.expovariate(rate / (d * W)) * S)
    while p.now < end:
        w = Getwork("sim %d %d" % (seed, n), d=d, at=p.now)
        n += 1
        p.fetch(w)
        if rng.random() < unseen:
            p.talks[-1].packets = side(p.talks[-1], 0)
        until, nonce = min(p.now + per * S, end), 0
        while next_share < until:
            p.now = max(p.now, next_share)
            h = w.mine(nonce)
            nonce = struct.unpack("<I", h[76:])[0] + 1
            p.submit(h)
            next_share += int(rng.expovariate(rate / (d * W)) * S)
        p.now = until
    return p


inside, rate = 0, 40 * TINY * W / 600
for seed in range(12):
    p = simulated(seed, rate, 600, TINY)
    r = scan_of(*p.talks)
    e = r.sessions[0]["hashrate"]
    inside += e["low"] <= rate <= e["high"]
    for g in r.miners + r.workers:
        if g["hashrate"] != e:
            tap.ok(False, "simulated: the group has another rate", g, e)
tap.ok(inside >= 10, "simulated: the bounds hold the truth", inside)

# The same where half of the work is not seen: what is found for it counts
# neither as a share nor as time.
inside, rate = 0, 120 * 1e-8 * W / 600
for seed in range(12):
    r = scan_of(*simulated(seed, rate, 600, 1e-8, 5, 0.5).talks)
    e = r.sessions[0]["hashrate"]
    inside += e["low"] <= rate <= e["high"]
tap.ok(inside >= 10, "half of the work unseen: the bounds hold the truth",
       inside)

# ---- scrypt: the target is the pool's, whatever hashes the header.
def scrypt(header):
    return hashlib.scrypt(header, salt=header, n=1024, r=1, p=1, dklen=32)


p = Pair()
target = (1 << 256) // 60
found = []
for i in range(16):
    w = Getwork("scrypt %d" % i, at=p.now, nbits=0x1b00ffff)
    w.target = target
    p.fetch(w)
    for nonce in range(10 ** 6):
        h = w.head + struct.pack("<I", nonce)
        if int.from_bytes(scrypt(h), "little") <= target and \
                int.from_bytes(sha256d(h), "little") > target:
            break
    p.wait(5)
    found.append(h)
    p.submit(h)
    p.wait(5)
r = scan_of(*p.talks)
s = one(r, "scrypt by getwork")
if s:
    tap.same((s["algorithm"], counts(s)), ("scrypt", (16, 16, 16, 16, 0)),
             "scrypt by getwork: proved")
    tap.near(s["hashrate"]["estimate"],
             16 * 60 / s["hashrate"]["seconds"], 1e-3,
             "scrypt by getwork: rate")
    tap.same(s["hashrate"]["method"], "garwood",
             "scrypt by getwork: one difficulty was in force")
    tap.ok(s["hashrate"]["low"] < s["hashrate"]["estimate"]
           < s["hashrate"]["high"], "scrypt by getwork: bounds",
           s["hashrate"])
    tap.near(2 ** s["work_bits"], 16 * 60, 1e-3, "scrypt by getwork: work")

# ---- Two miners behind one address.
a = Pair(user=("bob", "x"))
b = Pair(user=("eve", "x"), port=50000)
mined = {"bob": [], "eve": []}
for i in range(10):
    for q, d in ((a, TINY), (b, TINY)):
        w = Getwork("%s %d" % (q.user[0], i), d=d, at=q.now)
        q.fetch(w)
        q.wait(3)
        mined[q.user[0]].append(w.mine())
        q.submit(mined[q.user[0]][-1])
        q.wait(3)
r = scan_of(*a.talks, *b.talks)
s = one(r, "two users")
if s:
    tap.same((sorted(s["workers"]), counts(s), s["roles"]["client"]),
             (["bob", "eve"], (20, 20, 20, 20, 0), "proxy"),
             "two users: both are named")
    for g in r.workers:
        tap.same(g["shares"]["unique"], 10, "two users: " + g["name"])
        tap.near(g["hashrate"]["estimate"],
                 10 * TINY * W / s["hashrate"]["seconds"], 1e-9,
                 "two users: the rate of " + g["name"])
    tap.same({(x["worker"], x["header"]) for x in r.shares},
             {(u, h.hex()) for u in mined for h in mined[u]},
             "two users: whose shares")

# ---- The same share by two connections is one.
p = Pair()
w = Getwork("twice", at=p.now)
p.fetch(w)
nonce, shares = 0, []
for i in range(5):
    h = w.mine(nonce)
    nonce = struct.unpack("<I", h[76:])[0] + 1
    shares.append(h)
    p.submit(h)
    p.submit(h, result=False)
r = scan_of(*p.talks)
s = one(r, "twice")
if s:
    tap.same((counts(s), sum(x["duplicate"] for x in r.shares)),
             ((10, 10, 5, 5, 5), 5), "twice: counted once")
    tap.near(s["difficulty"]["sum_unique"], 5 * TINY, 1e-9, "twice: sum")

# ---- Several calls in one message.
t = Talk(server=(POOL, 8332))
work = [Getwork("batch %d" % i) for i in range(2)]
t.miner(http_request(b"[" + getwork(0) + b"," + getwork(1) + b"]"))
t.pool(http_response(b"[" + work[0].reply(0) + b"," + work[1].reply(1) + b"]"))
shares = [w.mine() for w in work] + [work[0].mine(2 ** 31)]
t.miner(http_request(b"[" + b",".join(
    getwork(10 + i, h) for i, h in enumerate(shares)) + b"]"))
t.pool(http_response(b"[" + b",".join(
    answer(10 + i, i != 1) for i in range(3)) + b"]"))
r = scan_of(t)
s = one(r, "batch")
if s:
    tap.same((counts(s), s["jobs"]), ((3, 3, 3, 2, 1), 2),
             "batch: every element counts")
checked(r, shares, "batch")

# Sequence numbers of the two directions may be alike: what a share shows of its
# work, and what the server hands out at the same number, are two jobs.
t = Talk(server=(POOL, 8332), isn=(1000, 1000))
unseen_share, work = Getwork("alike, not seen").mine(), Getwork("alike")
t.miner(http_request(b"[" + getwork(10, unseen_share) + b"," + getwork(11)
                     + b"]"))
t.pool(http_response(b"[" + work.reply(11) + b"," + answer(10) + b"]"))
shares, nonce = [], 0
for i in range(5):
    shares.append(work.mine(nonce))
    nonce = struct.unpack("<I", shares[-1][76:])[0] + 1
    t.miner(http_request(getwork(20 + i, shares[-1])))
    t.pool(http_response(answer(20 + i)))
with Work() as folder:
    case = folder.name(".db")
    r = scan("-o", case, folder.pcap(t))
    s = one(r, "alike")
    if s:
        tap.same((counts(s), s["jobs"], s["shares"]["unproved_because"]),
                 ((6, 5, 5, 6, 0), 1, {"difficulty not known": 1}),
                 "alike: two jobs at one number")
    checked(r, shares, "alike")
    tap.same(run("verify", case).code, 0, "alike: the case verifies")
    tap.same(scan("-o", case, folder.pcap(t)).findings(), r.findings(),
             "alike: read again, the same")

# ---- Refused: by HTTP, and by JSON.
t = Talk(server=(POOL, 8332))
for i in range(3):
    t.miner(http_request(getwork(i), user=("bob", "wrong")))
    t.pool(http_response(b"<html>no</html>", status="401 Unauthorized",
                         fields=("WWW-Authenticate: Basic realm=x",)))
r = scan_of(t)
tap.same((r.sessions, len(r.contacts)), ([], 1), "401: a contact")
tap.same([(c["dialect"], c["jobs"], c["roles"]["server"])
          for c in r.contacts], [("getwork", 0, None)],
         "401: nothing was handed out")
t = Talk(server=(POOL, 8332))
t.miner(http_request(getwork(0)))
t.pool(http_response(answer(0, None, {"code": -32601,
                                      "message": "Method not found"}),
                     status="500 Internal Server Error"))
h = Getwork("refused").mine()
t.miner(http_request(getwork(1, h)))
t.pool(http_response(answer(1, None, {"code": -1, "message": "go \x1baway"}),
                     status="500 Internal Server Error"))
r = scan_of(t)
s = one(r, "refused")
if s:
    tap.same((counts(s), r.shares[0]["verdict"], r.shares[0]["reason"]),
             ((1, 0, 0, 0, 1), "rejected", "go \x1baway"),
             "refused: the share, in the pool's words")

# ---- Two captures: in two runs what one run says, but for what lies between
# the connections of a pair (docs/case-file.md).
with Work() as work:
    p, shares = per_request(8)
    packets = sorted((q for t in p.talks for q in t.packets),
                     key=lambda q: q[0])
    whole = scan("-o", work.name(".db"), work.pcap(packets))
    again = work.name(".db")
    for _ in range(2):
        r = scan("-o", again, work.pcap(packets))
        tap.same(r.findings(), whole.findings(), "again: nothing changes")
    per = len(packets) // 16
    for cut in range(per, len(packets), per):
        case = work.name(".db")
        scan("-o", case, work.pcap(packets[:cut]))
        r = scan("-o", case, work.pcap(packets[cut:]))
        s = r.sessions[0]
        between = cut // per % 2  # behind a fetch, before its share
        want = headers(shares) - (headers(shares[cut // per // 2:][:1])
                                  if between else set())
        if not (r.proved() == want and len(r.sessions) == 1
                and s["shares"]["submitted"] == 8
                and s["connections"] == 16 and s["jobs"] == 8):
            tap.ok(False, "two runs, cut at %d" % cut, r.out)
        v = run("verify", case)
        if v.code != 0:
            tap.ok(False, "two runs, cut at %d: verify" % cut, v.out)
    tap.ok(True, "two runs: all but the share whose work is in the other")
tap.done()
