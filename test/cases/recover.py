"""What was said before the capture began, found by computing."""
import random

from harness import Job, SANITIZED, Talk, Tap, TINY, difficulty, login, mine, \
    scan_of, submit_all

tap = Tap()
ENDS = {"client": ("10.1.0.9", 41000), "handshake": False, "isn": (900, 700)}


def midstream(e1, n=8, size=4, announced=True, shares=None, d=TINY):
    """A session whose subscribe was not captured."""
    talk = Talk(**ENDS)
    job = Job("1", extra=len(e1) + size, branches=0)
    if announced:
        talk.pool(difficulty(TINY))
    talk.pool(job.notify())
    submit_all(talk, shares(job) if shares else mine(job, e1, n, size, d))
    return talk


def elsewhere(e1):
    """Another session at the same server, captured from its start."""
    talk = Talk()
    login(talk, e1)
    talk.pool(Job("9", extra=len(e1) + 4).notify())
    return talk


def found(name, talks, e1, options=(), proved=8):
    r = scan_of(*talks, options=options)
    s = r.sessions[0]
    tap.same((s["extranonce1"], s["extranonce1_source"]),
             (e1.hex(), "recovered"), name + ": recovered")
    tap.same(s["shares"]["proved"], proved, name + ": proved")
    tap.ok(s["extranonce1_search"]["certainty_bits"] >= 40,
           name + ": settled", s["extranonce1_search"])
    return s


def lost(name, talks, options=()):
    r = scan_of(*talks, options=options)
    tap.same([(s["extranonce1"], s["extranonce1_source"],
               s["shares"]["proved"]) for s in r.sessions],
             [(None, "unknown", 0)], name + ": stays unknown")
    return r.sessions[0]


# Counters that pools begin with, and neighbours of what others were given.
found("eloipool's first values", [midstream(bytes.fromhex("0000002a"))],
      bytes.fromhex("0000002a"))
found("node-stratum-pool's", [midstream(bytes.fromhex("7fffff31"))],
      bytes.fromhex("7fffff31"))
found("a little-endian neighbour",
      [midstream(bytes.fromhex("05cd3b9a")),
       elsewhere(bytes.fromhex("f0cc3b9a"))], bytes.fromhex("05cd3b9a"))
found("a neighbour of 8 bytes",
      [midstream(bytes.fromhex("a1b2c3d4e5f60718")),
       elsewhere(bytes.fromhex("a1b2c3d4e5f60700"))],
      bytes.fromhex("a1b2c3d4e5f60718"))
found("no extranonce1 at all, which is legal", [midstream(b"")], b"")

# Nothing near it: only the search among all values finds it. With sanitizers
# that takes minutes.
FAR = bytes.fromhex("25a7e3" if SANITIZED else "c5a7e3")
s = lost("far from all others", [midstream(FAR)])
tap.ok(s["extranonce1_search"]["candidates"] > 65536, "candidates are told")
s = found("--recover", [midstream(FAR)], FAR, ["--recover"])
tap.ok(s["extranonce1_search"]["candidates"] > 1 << 21,
       "--recover: candidates are told")
SMALL = 3e-5 # without a target, less than 16 bits a share are not looked at
s = found("--recover, no difficulty either",
          [midstream(FAR, 5, announced=False, d=SMALL)], FAR, ["--recover"], 5)
tap.ok(s["hashrate"]["method"] == "unknown-target", "its rate says so")
tap.ok(SMALL / 8 < s["difficulty"]["min"] < SMALL * 3,
       "its difficulty is estimated", s["difficulty"])

# Shares nobody worked on settle nothing, however long it is searched.
rng = random.Random(7)


NOWHERE = FAR[1:] if SANITIZED else FAR


def guesses(job):
    shares = mine(job, NOWHERE, 8)
    for x in shares:
        x.nonce = rng.getrandbits(32)
    return shares


lost("guesses", [midstream(NOWHERE, shares=guesses)], ["--recover"])
lost("guesses, no difficulty",
     [midstream(NOWHERE, shares=guesses, announced=False)], ["--recover"])
tap.done()
