"""What real pools and miners send, one trap at a time."""
import random

from harness import BEGIN, DAY, Job, RST, Share, Talk, Tap, TINY, Work, \
    pcap_bytes, scan, \
    difficulty, line, login, mine, no, scan_of, submit_all, subscribe, \
    subscribed, yes

tap = Tap()
E1 = bytes.fromhex("a1b2c3d4")


def check(name, r, proved, accepted=None, rejected=0, sessions=1, submitted=None):
    """One session, of which so much is proved."""
    if not tap.same((len(r.sessions), r.code), (sessions, 0),
                    name + ": sessions"):
        return None
    s = r.sessions[0]["shares"]
    tap.same((s["submitted"], s["proved"], s["accepted"], s["rejected"]),
             (proved if submitted is None else submitted, proved,
              proved if accepted is None else accepted, rejected),
             name + ": submitted, proved, accepted, rejected")
    return r.sessions[0]


def simple(e1=E1, size=4, n=4, job=None, **ends):
    """A session without any trap, as far as its job."""
    talk = Talk(**ends)
    job = job or Job("1", extra=len(e1) + size)
    login(talk, e1, size)
    talk.pool(job.notify())
    return talk, job


# ---- extranonce1 of all lengths; none is not unknown
for length in (0, 1, 4, 5, 7, 8):
    e1 = bytes(range(0x51, 0x51 + length))
    talk, job = simple(e1)
    submit_all(talk, mine(job, e1, 4))
    r = scan_of(talk)
    s = check("extranonce1 of %d bytes" % length, r, 4)
    tap.same((s["extranonce1"], s["extranonce1_source"]),
             (e1.hex(), "subscribe"), "extranonce1 of %d bytes: told" % length)

# ---- set_extranonce holds from the next job
talk, job = simple()
first = mine(job, E1, 2)
talk.pool({"id": None, "method": "mining.set_extranonce",
           "params": ["0badcafe00", 4]})
submit_all(talk, first)
after = Job("2")
talk.pool(after.notify())
submit_all(talk, mine(after, bytes.fromhex("0badcafe00"), 3), 20)
submit_all(talk, mine(job, E1, 1, start=5), 30)
s = check("set_extranonce", scan_of(talk), 6)
tap.same((s["extranonce1"], s["extranonce1_source"]), ("0badcafe00", "set"),
         "set_extranonce: the last one is told")

# ---- a job before the answer to subscribe has its extranonce1 all the same
talk, job = Talk(), Job("1")
talk.miner(subscribe())
talk.pool(difficulty(TINY), job.notify(), Job("2").notify(), subscribed(E1))
submit_all(talk, mine(job, E1, 1) + mine(Job("2"), E1, 1))
check("a job before the subscribe reply", scan_of(talk), 2)

# ---- an id given to another job, while shares are on their way
talk, job = simple()
other = Job("1", seed="other")
talk.pool(other.notify())
submit_all(talk, mine(job, E1, 2) + mine(other, E1, 2))
r = scan_of(talk)
check("a job's id used again", r, 4)
tap.same(r.proved(), {s.header for s in mine(job, E1, 2)
                      + mine(other, E1, 2)},
         "a job's id used again: each share has its own")

# ---- set_difficulty before the answer to subscribe, or with notify
job = Job("1")
talk = Talk()
talk.miner(subscribe())
talk.pool(difficulty(TINY))
talk.pool(subscribed(E1))
talk.pool(job.notify())
submit_all(talk, mine(job, E1, 4))
check("set_difficulty before the subscribe reply", scan_of(talk), 4)
talk = Talk()
talk.miner(subscribe())
talk.pool(difficulty(TINY), subscribed(E1), difficulty(TINY), job.notify())
submit_all(talk, mine(job, E1, 4))
check("all in one segment", scan_of(talk), 4)
talk = Talk()
talk.pool(difficulty(TINY))  # the pool speaks first
talk.miner(subscribe())
talk.pool(subscribed(E1))
talk.pool(job.notify())
submit_all(talk, mine(job, E1, 4))
check("set_difficulty before anything", scan_of(talk), 4)

# ---- the answer to configure behind notify; version bits are the rolled ones
MASK = 0x1fffe000
job = Job("1", version=0x20000004)
talk = Talk()
talk.miner({"id": 1, "method": "mining.configure", "params": [
    ["version-rolling"], {"version-rolling.mask": "ffffffff"}]})
talk.miner(subscribe(2))
talk.pool(subscribed(E1, id=2))
talk.pool(difficulty(TINY))
talk.pool(job.notify())
talk.pool({"id": 1, "error": None, "result": {
    "version-rolling": True, "version-rolling.mask": "1fffe000"}})
rolled = [Share(job, E1, bytes([0, 0, 0, i]), TINY, bits=b, mask=MASK)
          for i, b in enumerate((0x00a00000, 0x1fffe000, 0x00002000, 0))]
submit_all(talk, rolled)
r = scan_of(talk)
check("version bits, configure reply after notify", r, 4)
tap.same({s.header for s in rolled}, r.proved(),
         "version bits: the headers are the miner's")
tap.same(sorted(int.from_bytes(bytes.fromhex(h)[:4], "little")
                for h in r.proved()),
         sorted(job.version & ~MASK | b
                for b in (0x00a00000, 0x1fffe000, 0x00002000, 0)),
         "version bits: the job's other bits stay")
# A mask that was never captured is BIP 320's.
talk, job = simple(job=Job("1", version=0x20000000))
submit_all(talk, [Share(job, E1, bytes([0, 0, 0, i]), TINY, bits=0x4000 << i)
                  for i in range(4)])
check("version bits without a mask", scan_of(talk), 4)
# A narrower one, changed later.
talk, job = simple()
talk.pool({"id": None, "method": "mining.set_version_mask",
           "params": ["00c00000"]})
submit_all(talk, [Share(job, E1, bytes([0, 0, 1, i]), TINY, bits=i << 22,
                        mask=0x00c00000) for i in range(4)])
check("set_version_mask", scan_of(talk), 4)
# Bits outside the mask are malformed: nothing is proved with them.
talk, job = simple()
talk.pool({"id": None, "method": "mining.set_version_mask",
           "params": ["00c00000"]})
share = Share(job, E1, b"\0\0\0\1", TINY, bits=0x02000000, mask=MASK)
talk.miner(share.submit(10))
talk.pool(no(10))
check("version bits outside the mask", scan_of(talk), 0, 0, 1, submitted=1)

# ---- what is no difficulty changes none
for text in (b'"easy"', b'""', b"null", b"[]", b"0", b"-1"):
    job, after = Job("1"), Job("2", seed="after")
    talk = Talk()
    login(talk, E1)
    talk.pool(job.notify())
    submit_all(talk, mine(job, E1, 3))
    talk.pool(b'{"id":null,"method":"mining.set_difficulty","params":['
              + text + b"]}\n")
    talk.pool(after.notify())
    submit_all(talk, mine(after, E1, 5), 20)
    r = scan_of(talk)
    check("difficulty %s after one" % text.decode(), r, 8)
    for x in r.shares[3:]:
        tap.near(x["target_difficulty"], TINY, 1e-9,
                 "difficulty %s after one: the one holds" % text.decode())
    tap.same(r.sessions[0]["malformed"], 1,
             "difficulty %s: counted as malformed" % text.decode())

# ---- fractional difficulties, in every notation
for text in ("0.05e-4", "0.00000104347826", "1.63837500E-6", "1e-6",
             "0.0000010"):
    value = float(text)
    job = Job("1")
    talk = Talk()
    talk.miner(subscribe())
    talk.pool(subscribed(E1))
    talk.pool(b'{"id":null,"method":"mining.set_difficulty","params":['
              + text.encode() + b"]}\n")
    talk.pool(job.notify())
    low = Share(job, E1, b"\0\0\0\x09", value / 4, above=value)
    submit_all(talk, mine(job, E1, 4, d=value) + [low])
    r = scan_of(talk)
    check("difficulty " + text, r, 4, 5, submitted=5)
    tap.near(r.shares[0]["target_difficulty"], value, 1e-9,
             "difficulty %s: exact" % text)
# As a string, too; some pools do.
talk = Talk()
talk.miner(subscribe())
talk.pool(subscribed(E1), difficulty("0.000001"), job.notify())
submit_all(talk, mine(job, E1, 4))
check("difficulty as a string", scan_of(talk), 4)
# Large ones with fractions: held to them, not to their integers.
for d in (104.34782609, 16383.75, 0.05):
    talk = Talk()
    talk.miner(subscribe())
    talk.pool(subscribed(E1), difficulty(d), job.notify())
    submit_all(talk, mine(job, E1, 1))
    r = scan_of(talk)
    tap.near(r.shares[0]["target_difficulty"], d, 1e-9,
             "difficulty %r: the target is its own" % d)
    tap.same(r.shares[0]["proved"], False, "difficulty %r: not met" % d)

# ---- ids
for name, ids in (("the same for all", [4] * 6),
                  ("strings", ["s%d" % i for i in range(6)]),
                  ("null", [None] * 6), ("zero", [0] * 6),
                  ("negative, huge, fraction", [-1, 10 ** 30, 1.5, "", 7, 8]),
                  ("escaped", ['a"b\\', "\u00e4", "\n", "\x7f", "/", "'"])):
    talk, job = simple()
    shares = mine(job, E1, 6)
    # Three open at a time; answers come in order.
    for k in (0, 3):
        for i in range(k, k + 3):
            talk.miner(shares[i].submit(ids[i]))
        for i in range(k, k + 3):
            talk.pool(no(ids[i]) if i in (1, 3) else yes(ids[i]))
    r = scan_of(talk)
    check("ids " + name, r, 6, 4, 2)
    tap.same([s["verdict"] for s in r.shares],
             ["rejected" if i in (1, 3) else "accepted" for i in range(6)],
             "ids %s: each answer finds its share" % name)
# Distinct ids, answered out of order.
talk, job = simple()
shares = mine(job, E1, 4)
for i, s in enumerate(shares):
    talk.miner(s.submit(10 + i))
for i in (3, 1, 0, 2):
    talk.pool(no(10 + i) if i == 1 else yes(10 + i))
r = scan_of(talk)
tap.same([s["verdict"] for s in r.shares],
         ["accepted", "rejected", "accepted", "accepted"],
         "answers out of order find their shares")

# ---- keys in any order, unknown ones between, white space
rng = random.Random(7)


def shuffled(o):
    items = list(o.items()) + [("jsonrpc", "2.0"), ("x", {"method": "no"})]
    rng.shuffle(items)
    return dict(items)


talk = Talk()
job = Job("1")
talk.miner(shuffled(subscribe()))
talk.pool(shuffled(subscribed(E1)))
talk.pool(shuffled(difficulty(TINY)))
talk.pool(shuffled(job.notify()))
for i, s in enumerate(mine(job, E1, 6)):
    talk.miner(shuffled(s.submit(10 + i)))
    talk.pool(shuffled(yes(10 + i)))
check("keys in any order", scan_of(talk), 6)
talk = Talk()
for side, o in ((0, subscribe()), (1, subscribed(E1)), (1, difficulty(TINY)),
                (1, job.notify())):
    talk.send(side, line(o).replace(b", ", b" ,\t ").replace(b": ", b"  :\n"))
submit_all(talk, mine(job, E1, 4))
check("white space within objects", scan_of(talk), 4)

# ---- how pools say no
for name, answer, words in (
        ("reject-reason", {"id": 10, "result": False, "error": None,
                           "reject-reason": "Above target"}, "Above target"),
        ("error is an object", {"id": 10, "result": None, "error": {
            "code": 21, "message": "Job not found"}}, "Job not found"),
        ("error is a string", {"id": 10, "error": "stale"}, "stale"),
        ("error is missing", {"id": 10, "result": False}, None),
        ("result is missing", {"id": 10, "error": [21, "x y", None]}, "x y"),
        ("escapes", {"id": 10, "result": None,
                     "error": [1, "\u00fc\"\n", None]}, "\u00fc\"\n")):
    talk, job = simple()
    share = mine(job, E1, 1)[0]
    talk.miner(share.submit(10))
    talk.pool(answer)
    r = scan_of(talk)
    tap.same((r.shares[0]["verdict"], r.shares[0]["reason"],
              r.shares[0]["proved"]), ("rejected", words, True),
             "refused, %s: valid work without credit" % name)
talk, job = simple()
talk.miner(mine(job, E1, 1)[0].submit(10))
talk.pool({"id": 10, "result": True})
tap.same(scan_of(talk).shares[0]["verdict"], "accepted",
         "accepted, error is missing")
talk, job = simple()
talk.miner(mine(job, E1, 1)[0].submit(10))
talk.pool({"id": 11, "result": True, "error": None})
r = scan_of(talk)
tap.same((r.shares[0]["verdict"], r.summary["replies_unmatched"]), (None, 1),
         "an answer to nothing is counted, and joined to nothing")

# ---- requests from the server, and the miner's answers to them
talk, job = simple()
shares = mine(job, E1, 4)
for i, s in enumerate(shares):
    talk.pool({"id": i, "method": "client.get_version", "params": []})
    talk.miner({"id": i, "result": "cpuminer/2.5.1", "error": None})
    talk.miner(s.submit(i))  # the same ids, the other way round
    talk.pool({"id": 99 + i, "method": "client.show_message",
               "params": ["hello"]})
    talk.pool({"id": None, "method": "mining.get_something", "params": {}})
    talk.pool(yes(i))
talk.pool({"id": None, "method": "client.reconnect", "params": []})
talk.miner({"id": 8, "method": "mining.get_transactions", "params": ["1"]})
talk.pool(no(8, 20, "Unknown method"))
talk.miner({"id": 9, "method": "mining.extranonce.subscribe", "params": []},
           {"id": 12, "method": "mining.suggest_difficulty", "params": [1]})
talk.pool(yes(9))
check("requests from the server", scan_of(talk), 4)

# ---- job ids: with spaces, numbers, used again
talk, job = simple(job=Job("1795358129 56"))
submit_all(talk, mine(job, E1, 4))
r = scan_of(talk)
check("job id with a space", r, 4)
tap.same(r.shares[0]["job_id"], "1795358129 56", "job id with a space: whole")
talk, job = simple()
submit_all(talk, mine(job, E1, 2))
again = Job("1", seed="another")  # the same id, other work
talk.pool(again.notify())
submit_all(talk, mine(again, E1, 3), 20)
check("job id used again in a session", scan_of(talk), 5)
talks = []
for i in range(2):
    job = Job("bf", seed="restart %d" % i)
    talk, job = simple(bytes([9, 9, 9, i]), job=job, at=BEGIN + i * 10 ** 10,
                       client=("10.1.0.1", 40000), isn=(i * 10 ** 6, 77 * i))
    submit_all(talk, mine(job, bytes([9, 9, 9, i]), 4))
    talk.close()
    talks.append(talk)
r = scan_of(*talks)
tap.same([s["shares"]["proved"] for s in r.sessions], [4, 4],
         "job id used again after a reconnect on the same ports")

# ---- one object over many segments, several in one, lines of 100 kB
talk, job = simple(job=Job("1", outputs=[
    (10000, b"\x6a" + bytes([60]) + b"\x55" * 60) for _ in range(710)]))
shares = mine(job, E1, 4)
tap.ok(len(line(job.notify())) > 100000, "a job of 100 kB")
talk.miner(*(s.submit(10 + i) for i, s in enumerate(shares)))
talk.pool(*(yes(10 + i) for i in range(4)))
check("100 kB lines, and four submits in a segment", scan_of(talk), 4)

# ---- a new difficulty: refused at once, accepted at once, from the next job
HARD, EASY = 4e-6, 1e-6
talk = Talk()
job = Job("1")
login(talk, E1, d=EASY)
talk.pool(job.notify())
talk.pool(difficulty(HARD))
low = [Share(job, E1, bytes([0, 0, 0, i]), EASY, above=HARD)
       for i in range(4)]
talk.miner(low[0].submit(10))
talk.pool(yes(10))  # this pool lets the job keep its difficulty
talk.miner(low[1].submit(11))
talk.pool(no(11, 23, "low difficulty"))  # this one does not
r = scan_of(talk)
check("difficulty raised in between", r, 2, 1, 1)
tap.near(r.shares[0]["target_difficulty"], EASY, 1e-6,
         "difficulty raised in between: the job keeps its own")
talk = Talk()
login(talk, E1, d=HARD)
talk.pool(job.notify())
talk.pool(difficulty(EASY))
talk.miner(low[0].submit(10))
talk.pool(yes(10))
r = scan_of(talk)
s = check("difficulty lowered, and applied at once", r, 1)
tap.same(s["shares"]["difficulty_applied_at_once"], 1,
         "difficulty lowered, and applied at once: recorded")
tap.near(r.shares[0]["target_difficulty"], EASY, 1e-6,
         "difficulty lowered, and applied at once: credited with that")
second = Job("2")
talk.pool(second.notify())
submit_all(talk, mine(second, E1, 3, d=EASY), 20)
check("difficulty lowered, from the next job", scan_of(talk), 4)

# A job from before any difficulty is not held to the one that comes later.
talk = Talk()
talk.miner(subscribe())
talk.pool(subscribed(E1), job.notify(), difficulty(HARD))
submit_all(talk, low[:1])
r = scan_of(talk)
tap.same([s["proof"] for s in r.shares], ["difficulty not known"],
         "a difficulty after the job, not met, is not the job's")

# ---- a pool in league with the miner announces what each hash meets
talk = Talk()
login(talk, E1)
for i in range(60):
    job = Job(str(i))
    share = Share(job, E1, b"\0\0\0\0", 1e-12)  # its first hash
    talk.pool(difficulty("%.9e" % (share.difficulty * (1 - 1e-6))))
    talk.pool(job.notify())
    submit_all(talk, [share], 10 + i)
s = check("60 hashes, each with its own difficulty", scan_of(talk), 60)
tap.ok(s["grade"] == "spoken" and s["chance_bits"] < 10,
       "60 hashes, each with its own difficulty: no proof", s["chance_bits"])
# Or a high one where the hash happens to be low, and a low one elsewhere.
talk = Talk(mss=60000)
login(talk, E1)
job = Job("1")
for i in range(400):
    share = Share(job, E1, i.to_bytes(4, "big"), 1e-12)
    d = 7e-10 if share.difficulty > 7e-10 else 1e-12
    talk.pool(difficulty(d), job.notify())
    talk.miner(share.submit(i))
r = scan_of(talk)
tap.ok(r.sessions[0]["grade"] == "spoken", "400 hashes, of two difficulties: "
       "no proof", r.sessions[0]["chance_bits"])

# ---- "high-hash" for a valid share of an old job; clean_jobs
talk, job = simple()
old = mine(job, E1, 4)
new = Job("2")
talk.pool(new.notify())
talk.miner(old[0].submit(10))
talk.pool(no(10, 23, "high-hash"))
talk.miner(old[1].submit(11))
talk.pool(no(11, 21, "stale"))
submit_all(talk, old[2:], 20)
r = scan_of(talk)
check("shares of old jobs after clean_jobs", r, 4, 2, 2)

# ---- nonce and ntime without leading zeros
talk, job = simple(job=Job("1", ntime=0x00abcdef))
short = [Share(job, E1, bytes([0, 0, 0, i]), TINY) for i in range(4)]
for i, s in enumerate(short):
    o = s.submit(10 + i)
    o["params"][3] = "%x" % s.ntime
    o["params"][4] = "%x" % s.nonce
    talk.miner(o)
    talk.pool(yes(10 + i))
tap.ok(all(s.nonce < 2 ** 28 for s in short), "nonces with leading zeros")
check("nonce and ntime without leading zeros", scan_of(talk), 4)

# ---- another protocol first, and odd ports
HELLO = bytes.fromhex("16030100a5010000a10303") + bytes(range(160))
for name, first in (
        ("TLS hello", HELLO),
        ("HTTP getwork", b"POST / HTTP/1.1\r\nHost: p\r\nContent-Length: 44"
         b'\r\n\r\n{"method": "getwork", "params": [], "id":0}\n'),
        ("HTTP getblocktemplate",
         b"POST / HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
         + line({"id": 0, "method": "getblocktemplate", "params": [{}]}))):
    # One connection is refused with a bare JSON line; then the same again.
    probe = Talk(client=("10.1.0.1", 39999))
    probe.miner(first)
    probe.pool(line({"id": None, "result": None,
                     "error": [20, "Parse error", None]}))
    probe.close()
    talk, job = simple()
    submit_all(talk, mine(job, E1, 4))
    r = scan_of(probe, talk)
    check(name + " to the port first", r, 4)
    tap.same([c["dialect"] for c in r.contacts],
             [name[5:]] if name.startswith("HTTP") else [],
             name + " to the port first: is a contact at most")
    # And on one connection: the pool goes on.
    talk = Talk()
    talk.miner(first)
    talk.pool(line({"id": None, "result": None,
                    "error": [20, "Parse error", None]}))
    login(talk, E1)
    talk.pool(job.notify())
    submit_all(talk, mine(job, E1, 4))
    check(name + " on the same connection", scan_of(talk), 4)
for port in (25, 80, 443, 5222, 9050, 1, 65535):
    talk, job = simple(server=("10.2.0.1", port))
    submit_all(talk, mine(job, E1, 4))
    s = check("port %d" % port, scan_of(talk), 4)
    tap.same(s["server"]["port"], port, "port %d: told" % port)
# The miner on the lower port: who is who shows from what is said.
talk, job = simple(client=("10.1.0.1", 25), server=("10.2.0.1", 60000))
submit_all(talk, mine(job, E1, 4))
s = check("roles are not read from ports", scan_of(talk), 4)
tap.same(s["client"]["port"], 25, "roles are not read from ports: client")

# ---- the same extranonce1 again after the pool's restart: the same work twice
talks = []
for i in range(2):
    talk, job = simple(job=Job("r"), at=BEGIN + i * 60 * 10 ** 9,
                       client=("10.1.0.1", 40000 + i), isn=(i * 99, i * 88))
    submit_all(talk, mine(job, E1, 5) + (mine(job, E1, 2, start=9)
                                         if i else []))
    talk.close()
    talks.append(talk)
r = scan_of(*talks)
tap.same([s["shares"]["unique"] for s in r.sessions], [5, 7],
         "same extranonce1 after a restart: each session has its own")
ids = [s["id"] for s in r.sessions]
tap.same([s["also_seen_in"] for s in r.shares],
         [[ids[1]]] * 5 + [[ids[0]]] * 5 + [[], []],
         "same extranonce1 after a restart: and names the other")
tap.same((r.miners[0]["shares"]["proved"], r.miners[0]["shares"]["unique"]),
         (12, 7), "same extranonce1 after a restart: the miner's sum is once")
tap.near(r.miners[0]["difficulty"]["sum_unique"], 7 * TINY, 1e-5,
         "same extranonce1 after a restart: the difficulties' sum is once")
# Resent on one connection.
talk, job = simple()
shares = mine(job, E1, 4)
submit_all(talk, shares)
talk.miner(shares[0].submit(50))
talk.pool(no(50, 22, "duplicate"))
r = scan_of(talk)
s = check("a share submitted twice", r, 5, 4, 1)
tap.same((s["shares"]["unique"], r.shares[-1]["duplicate"]), (4, True),
         "a share submitted twice: unique, and marked")

# ---- a user name blanked, while the coinbase names the address
talk = Talk()
PROGRAM = "751e76e8199196d454941c45d1b3a323f1433bd6"  # BIP 173's example
job = Job("1", outputs=[(600000000, b"\x00\x14" + bytes.fromhex(PROGRAM))])
login(talk, E1, worker="")
talk.pool(job.notify())
submit_all(talk, mine(job, E1, 4, worker=""))
s = check("a blanked user name", scan_of(talk), 4)
tap.same((s["workers"], s["account"]), ([], None),
         "a blanked user name: no worker is made up")
tap.same([p["address"] for p in s["payouts"]],
         ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"],
         "a blanked user name: the payout is told")

# ---- P2Pool: 256 outputs, no extranonce1
outputs = [(1000000 + i, b"\x76\xa9\x14" + bytes([i]) * 20 + b"\x88\xac")
           for i in range(256)]
talk, job = simple(b"", job=Job("p", extra=4, outputs=outputs))
submit_all(talk, mine(job, b"", 4))
s = check("256 outputs", scan_of(talk), 4)
tap.same(len(s["payouts"]), 256, "256 outputs: all told")
tap.same(s["reward_sat"], sum(o[0] for o in outputs), "256 outputs: reward")

# ---- merge-mining tag; a coinbase with a time field; BIP 34
talk, job = simple(job=Job("1", tag=b"/p/" + b"\xfa\xbemm" + bytes(range(40))))
submit_all(talk, mine(job, E1, 4))
check("merge-mining tag", scan_of(talk), 4)
job = Job("1")
job.coinbase1 = b"\x01\0\0\0" + b"\x5a\x5b\x5c\x5d" + job.coinbase1[4:]
talk, job = simple(job=job)
submit_all(talk, mine(job, E1, 4))
s = check("a coinbase with a time field", scan_of(talk), 4)
tap.same([(p["kind"], p["sat"]) for p in s["payouts"]],
         [("p2pkh", 312500000)], "a coinbase with a time field: its payout")
for version, want in ((1, None), (2, 700000), (0x20000000, 700000)):
    talk, job = simple(job=Job("1", version=version))
    submit_all(talk, mine(job, E1, 4))
    s = check("version %x" % version, scan_of(talk), 4)
    tap.same(s["height"]["first"], want, "version %x: height" % version)

# ---- captures merged from different months
talks = []
for i in range(2):
    talk, job = simple(bytes([1, 1, 1, i]), job=Job(str(i)),
                       at=BEGIN + i * 90 * DAY,
                       client=("10.1.0.1", 40000 + i), isn=(i * 99, i * 88))
    submit_all(talk, mine(job, bytes([1, 1, 1, i]), 4))
    talks.append(talk)
r = scan_of(*talks)
tap.same([s["hashrate"]["estimate"] is None for s in r.sessions],
         [False, False], "months apart: each session has a rate")
m = r.miners[0]["hashrate"]
tap.same((m["estimate"], m["low"], m["high"]), (None, None, None),
         "months apart: the miner has none")
tap.same(r.workers[0]["hashrate"]["estimate"], None,
         "months apart: nor has the worker")

# ---- ports used again: RST, then a new connection in the same flow
talks = []
for i in range(3):
    e1 = bytes([7, 7, 7, i])
    talk, job = simple(e1, job=Job("x", seed="rst %d" % i),
                       at=BEGIN + i * 10 ** 10, isn=(10 ** 6 * i, 5 * i))
    submit_all(talk, mine(job, e1, 4))
    talk.raw(0, b"", RST)
    talks.append(talk)
r = scan_of(*talks)
tap.same([s["shares"]["proved"] for s in r.sessions], [4, 4, 4],
         "a port used again after RST")

# ---- a miner with a pool's words, and a pool with none: contacts
talk = Talk()
talk.miner(subscribe())
talk.pool(subscribed(E1))
talk.close()
r = scan_of(talk)
tap.same((len(r.sessions), len(r.contacts)), (0, 1), "no share: a contact")
tap.same("hashrate" in r.contacts[0], False, "no share: no rate")
# JSON that is not mining, though it has the words in it.
talk = Talk()
talk.miner({"id": 1, "method": "chat.say", "params": [
    '{"method":"mining.submit","params":["w","1","00","00","00"]}']})
talk.pool({"id": 1, "result": "mining.notify", "error": None})
talk.pool({"id": 2, "note": {"method": "mining.notify", "params": []}})
r = scan_of(talk)
tap.same(r.sessions + r.contacts, [], "the words within strings or deeper "
         "are not mining")

# Two taps of one link that lag each other: answers come before their submits.
for ids in ([4] * 6, range(10, 16)):
    talk, job = simple()
    n = len(talk.packets)
    for i, (id, x) in enumerate(zip(ids, mine(job, E1, 6))):
        talk.miner(x.submit(id))
        talk.pool(yes(id) if i % 2 else no(id))
        talk.wait(1)
    p = list(talk.packets)
    for k in range(n, len(p) - 1, 2):
        p[k], p[k + 1] = (p[k + 1][0] - 12 * 10 ** 6, p[k + 1][1]), p[k]
    r = scan_of(p)
    tap.same([x["verdict"] for x in r.shares], ["rejected", "accepted"] * 3,
             "answers captured before their submits, ids %s" % list(ids))

# A new connection on the same ports whose SYN was not captured.
talks = []
for i in range(2):
    e1 = bytes([7, 7, 7, i])
    talk, job = simple(e1, job=Job("x", seed="r%d" % i),
                       at=BEGIN + i * 10 ** 10, handshake=i == 0,
                       isn=(10 ** 6 + i * (3 << 29), 5 + i * (3 << 29)))
    submit_all(talk, mine(job, e1, 4))
    talk.raw(0, b"", RST)
    talks.append(talk)
r = scan_of(*talks)
tap.same([(s["extranonce1"], s["shares"]["proved"]) for s in r.sessions],
         [("07070700", 4), ("07070701", 4)], "after RST, without a SYN")

# The last packet has an earlier time: what was observed stays observed.
talk, job = simple()
for i, x in enumerate(mine(job, E1, 8)):
    talk.wait(10)
    talk.miner(x.submit(10 + i))
    talk.pool(yes(10 + i))
p = list(talk.packets)
talk.now -= 200 * 10 ** 9
talk.raw(0, b"", 16)
p.append(talk.packets[-1])
with Work() as w:
    s = scan(w.file(pcap_bytes(p))).sessions[0]
tap.near(s["hashrate"]["seconds"], 80.16, 1e-3, "a packet 200 s back")
tap.done()
