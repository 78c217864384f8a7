"""One bit changed, and a share is no longer proved."""
import json

from harness import Job, Share, Talk, Tap, TINY, capture, difficulty, line, \
    login, messages, mine, pcap_packets, scan_of, streams, subscribe, \
    subscribed

tap = Tap()
SHARES = 20
BATCH = 1500  # conversations in a capture


def dialogue():
    """Of lab a: the answer to subscribe, the jobs, the submits."""
    sides = {}
    for (source, target), stream in streams(pcap_packets(
            capture("a_stratum_one", "acc.pcap"))).items():
        sides[0 if target[1] == 3333 else 1] = [
            m for _, m in messages(stream)]
    jobs = {m["params"][0]: m for m in sides[1]
            if m.get("method") == "mining.notify"}
    submits = [m for m in sides[0] if m.get("method") == "mining.submit"]
    answer = next(m for m in sides[1] if isinstance(m.get("result"), list))
    return answer, jobs, submits[:SHARES]


ANSWER, JOBS, SUBMITS = dialogue()
DIFFICULTY = 0.004


def talk_of(number, answer, jobs, submits, d=DIFFICULTY):
    talk = Talk(client=("10.%d.0.1" % (1 + number // 50000),
                        10000 + number % 50000), mss=60000)
    talk.miner(subscribe(ANSWER["id"]))
    talk.pool(answer, difficulty(d), *jobs)
    talk.miner(*submits)
    return talk


def flipped(text, bit):
    """Hex text with one bit changed, as long as before."""
    n = int(text, 16) ^ 1 << bit
    return "%0*x" % (len(text), n)


def proved_of(talks):
    r = scan_of(*talks)
    proved = [s for s in r.shares if s["proved"]]
    return r, proved


# ---- the positive beside the negatives
r, proved = proved_of([talk_of(0, ANSWER, JOBS.values(), SUBMITS)])
tap.same(len(proved), SHARES, "unchanged: all %d are proved" % SHARES)

# ---- what the miner sends: extranonce2, ntime, nonce
changed, names = [], []
for s in SUBMITS:
    for at, name in ((2, "extranonce2"), (3, "ntime"), (4, "nonce")):
        for bit in range(4 * len(s["params"][at])):
            o = json.loads(json.dumps(s))
            o["params"][at] = flipped(o["params"][at], bit)
            changed.append(o)
            names.append((name, bit))
r, proved = proved_of([talk_of(0, ANSWER, JOBS.values(), SUBMITS + changed)])
tap.same(len(r.shares), SHARES + len(changed), "each bit of what the miner "
         "sends: %d changed shares are seen" % len(changed))
tap.same([(s["proved"], s["proof"]) for s in r.shares[SHARES:]
          if s["proof"] != "hash above target"], [],
         "each bit of extranonce2, ntime, nonce: none is proved")
tap.same(len(proved), SHARES, "and the unchanged ones beside them are")

# ---- what the pool sends: every part of the job, and extranonce1
NAMES = ("", "previous block", "coinbase1", "coinbase2", "branches",
         "version", "nbits")


def variants(job):
    """(name, answer, job) for every bit."""
    for at in (1, 2, 3, 5, 6):
        text = job["params"][at]
        for bit in range(4 * len(text)):
            o = json.loads(json.dumps(job))
            o["params"][at] = flipped(text, bit)
            yield NAMES[at], ANSWER, o
    for i, text in enumerate(job["params"][4]):
        for bit in range(256):
            o = json.loads(json.dumps(job))
            o["params"][4][i] = flipped(text, bit)
            yield "branches", ANSWER, o
    text = ANSWER["result"][1]
    for bit in range(4 * len(text)):
        o = json.loads(json.dumps(ANSWER))
        o["result"][1] = flipped(text, bit)
        yield "extranonce1", o, job


counts, wrong = {}, []
for id in dict.fromkeys(s["params"][1] for s in SUBMITS):
    submits = [s for s in SUBMITS if s["params"][1] == id]
    every = list(variants(JOBS[id]))
    for first in range(0, len(every), BATCH):
        part = every[first:first + BATCH]
        talks = [talk_of(i, answer, [job], submits)
                 for i, (_, answer, job) in enumerate(part)]
        talks.append(talk_of(len(part), ANSWER, [JOBS[id]], submits))
        r, proved = proved_of(talks)
        for name, _, _ in part:
            counts[name] = counts.get(name, 0) + 1
        good = {s["session"] for s in proved}
        if len(good) != 1 or len(proved) != len(submits) or \
                len(r.shares) != len(talks) * len(submits):
            wrong.append((id, first, len(good), len(proved), len(r.shares)))
tap.same(wrong, [], "each bit of each part of the jobs: none is proved, and "
         "the unchanged ones beside them are")
for name, n in sorted(counts.items()):
    tap.ok(n >= 32, "%s: %d bits" % (name, n))

# ---- the rolled version bits (lab a rolls none)
E1 = bytes.fromhex("a1b2c3d4")
talk = Talk(mss=60000)
login(talk, E1)
good, bad = [], []
# For two a flipped bit passes by luck at 2^-20; for the others at 2^-17, or
# Python would mine for a minute.
for name, d, numbers in (("1", 0.00025, range(2)),
                         ("2", 0.00003, range(2, SHARES))):
    job = Job(name)
    talk.pool(difficulty(d), job.notify())
    for i in numbers:
        share = Share(job, E1, bytes([0, 0, 0, i]), d,
                      bits=0x00a04000 ^ i << 20)
        good.append(share)
        for bit in range(32):
            o = share.submit(100)
            o["params"][5] = flipped(o["params"][5], bit)
            bad.append(o)
        o = share.submit(100)
        del o["params"][5]
        bad.append(o)
talk.miner(*(s.submit(i) for i, s in enumerate(good)), *bad)
r, proved = proved_of([talk])
tap.same((len(r.shares), [s["header"] for s in proved]),
         (SHARES + len(bad), [s.header for s in good]),
         "each version bit: none is proved but the unchanged")
tap.done()
