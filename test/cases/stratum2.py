"""Stratum v2, written here after the specification: in clear its shares are
proved; encrypted it is recognised by its shape, and nothing more is said."""
import random
import struct

from harness import Job, Talk, Tap, scan_of, sha256d, subscribe, subscribed, \
    target_of

tap = Tap()
DIFFICULTY = "0.0000001"  # some hundred hashes
TARGET = target_of(DIFFICULTY)
CHANNEL = 0x8000


def text(s):
    return bytes([len(s)]) + s.encode()


def long_bytes(b):
    return struct.pack("<H", len(b)) + b


def frame(kind, payload, extension=0):
    return struct.pack("<HB", extension, kind) \
        + len(payload).to_bytes(3, "little") + payload


def setup(protocol=0):
    return frame(0, bytes([protocol]) + struct.pack("<HHI", 2, 2, 0)
                 + text("pool.example") + struct.pack("<H", 34254)
                 + text("Maker") + text("S9") + text("fw-1") + text(""))


def setup_success():
    return frame(1, struct.pack("<HI", 2, 0))


def open_extended(request, user):
    return frame(0x13, struct.pack("<I", request) + text(user)
                 + struct.pack("<f", 1e6) + b"\xff" * 32
                 + struct.pack("<H", 0))


def opened(request, channel, prefix, size=4):
    return frame(0x14, struct.pack("<II", request, channel)
                 + TARGET.to_bytes(32, "little") + struct.pack("<H", size)
                 + text(prefix.decode("latin-1")) + struct.pack("<I", 0))


def new_job(channel, number, job, known_time=True):
    when = b"\x01" + struct.pack("<I", job.ntime) if known_time else b"\x00"
    return frame(0x1f, struct.pack("<II", channel, number) + when
                 + struct.pack("<I", job.version) + b"\x01"
                 + bytes([len(job.branches)]) + b"".join(job.branches)
                 + long_bytes(job.coinbase1) + long_bytes(job.coinbase2),
                 CHANNEL)


def block(channel, number, job):
    return frame(0x20, struct.pack("<II", channel, number) + job.previous
                 + struct.pack("<II", job.ntime, job.nbits), CHANNEL)


def submit(channel, sequence, number, share):
    nonce, extranonce, version = share
    return frame(0x1b, struct.pack("<IIIIII", channel, sequence, number, nonce,
                                   job.ntime, version)
                 + bytes([len(extranonce)]) + extranonce, CHANNEL)


def accepted(channel, last, count):
    return frame(0x1c, struct.pack("<IIIQ", channel, last, count, 0), CHANNEL)


def refused(channel, sequence, code):
    return frame(0x1d, struct.pack("<II", channel, sequence) + text(code),
                 CHANNEL)


def mine(job, prefix, extranonce, version):
    for nonce in range(1 << 24):
        header = job.header(prefix, extranonce, job.ntime, nonce, version)
        if int.from_bytes(sha256d(header), "little") <= TARGET:
            return nonce, header
    raise AssertionError("no nonce")


def talk(shares=6, **how):
    """A conversation, and the headers of its shares."""
    t, headers = Talk(**how), set()
    prefix = b"\x01\x02\x03\x04"
    t.miner(setup())
    t.pool(setup_success())
    t.miner(open_extended(7, "satoshi.rig"))
    t.pool(opened(7, 2, prefix))
    t.pool(new_job(2, 1, job, known_time=False), block(2, 1, job))
    for i in range(shares):
        extranonce = struct.pack(">I", i)
        version = job.version | (i << 13)
        nonce, header = mine(job, prefix, extranonce, version)
        headers.add(header.hex())
        t.wait(3)
        t.miner(submit(2, i, 1, (nonce, extranonce, version)))
        t.pool(refused(2, i, "stale-share") if i == shares - 1
               else accepted(2, i, 1))
    return t, headers


job = Job("sv2")
t, headers = talk()
r = scan_of(t)
tap.same((len(r.sessions), len(r.contacts)), (1, 0), "one session")
s = r.sessions[0]
tap.same((s["dialect"], s["carrier"], s["grade"]),
         ("stratum-v2", "frames", "proved"), "in clear, proved")
n = s["shares"]
tap.same((n["submitted"], n["proved"], n["unique"], n["accepted"],
          n["rejected"]), (6, 6, 6, 5, 1), "shares and verdicts")
tap.same(r.proved(), headers, "the headers that were mined")
tap.same((s["workers"], s["host"], s["host_source"]),
         (["satoshi.rig"], "pool.example", "sv2"), "who and where")
tap.same(s["user_agent"], "Maker/S9/fw-1", "agent")
tap.same(s["height"], {"first": 700000, "last": 700000}, "height")
tap.near(s["reported_hashrate"], 1e6, 1e-6, "the rate it says it has")
tap.ok(s["payouts"] and s["payouts"][0]["portion"] == 1, "payout")
one = scan_of(talk(mss=1)[0])
tap.same((one.proved(), one.sessions[0]["shares"]), (headers, n),
         "byte by byte, the same")
half, _ = talk()
half.packets = half.packets[:3] + [p for i, p in enumerate(half.packets[3:])
                                   if i % 2 == 0 or i < 6]
r = scan_of(half)
tap.ok(r.proved() <= headers, "with losses, none that was not mined")


# ---- encrypted: sizes and order are all there is
def encrypted(seed, first=64, second=234, third=200, fourth=44, fifth=90,
              more=20):
    rng = random.Random(seed)
    t = Talk()
    t.miner(rng.randbytes(first))
    t.pool(rng.randbytes(second))
    t.miner(rng.randbytes(third))
    t.pool(rng.randbytes(fourth))
    t.miner(rng.randbytes(fifth))
    for _ in range(more):
        t.pool(rng.randbytes(60))
        t.miner(rng.randbytes(66))
    return t


for seed in range(5):
    r = scan_of(encrypted(seed))
    tap.same([(c["dialect"], c["grade"], c["jobs"]) for c in r.contacts],
             [("stratum-v2-noise", "behaved", 0)], "encrypted: by its shape")
    tap.same(r.sessions, [], "encrypted: no session, no rate")
for what in ({"first": 63}, {"first": 65}, {"second": 233}, {"second": 235},
             {"fourth": 43}, {"fourth": 45}, {"third": 30}, {"third": 1400},
             {"fifth": 40}):
    r = scan_of(encrypted("other", **what))
    tap.same(r.sessions + r.contacts, [], "another size is not taken: %s"
             % what)
letters = Talk()
letters.miner(b"an ordinary greeting of exactly sixty-four characters, no less!!")
letters.pool(b"x" * 234)
letters.miner(b"y" * 200)
letters.pool(b"z" * 44)
letters.miner(b"w" * 90)
r = scan_of(letters)
tap.same(r.sessions + r.contacts, [], "text of these sizes is not taken")
# A guess at the first 64 bytes does not shut out what follows.
guess = Talk()
guess.miner(random.Random(1).randbytes(64))
guess.miner(subscribe())
guess.pool(subscribed(b"\1\2\3\4", 4), Job("1").notify())
r = scan_of(guess)
tap.same([(c["dialect"], c["jobs"]) for c in r.contacts], [("stratum-v1", 1)],
         "a wrong guess does not shut out another dialect")
tap.done()
