"""Whatever it is given: a clear message, nothing found is lost, and memory
within its caps. With the argument "slow": the long ones."""
import gzip
import os
import random
import struct
import subprocess
import sys
import time

from harness import BEGIN, Job, SANITIZED, Talk, Tap, TINY, Work, authorize, \
    capture, difficulty, line, login, mine, no, pcap_bytes, run, scan, \
    scan_of, submit_all, subscribe, subscribed, yes

MEMORY = 512 << 20
tap = Tap()
E1 = bytes.fromhex("a1b2c3d4")


def check_memory(name, r):
    if SANITIZED:
        tap.skip(name + ": memory", "the sanitizer's own is in it")
    else:
        tap.ok(r.peak < MEMORY, name + ": within 512 MB",
               "%d MB" % (r.peak >> 20))


def reconnects(n):
    """A miner whose connection never lasts, and once does. One flow of
    packets each; ports come again."""
    packets = []
    job = Job("1")
    notify = line(difficulty(TINY)) + line(job.notify())
    for i in range(n):
        talk = Talk(client=("10.1.%d.1" % (i // 50000), 10000 + i % 50000),
                    at=BEGIN + i * 10 ** 8, step=10 ** 6,
                    isn=(i * 7919, i * 104729))
        talk.miner(subscribe())
        talk.pool(subscribed(i.to_bytes(4, "big")), notify)
        talk.close()
        packets += talk.packets
    talk = Talk(at=BEGIN + n * 10 ** 8, client=("10.9.9.9", 999))
    login(talk, E1)
    talk.pool(notify)
    submit_all(talk, mine(job, E1, 4))
    return packets + talk.packets


def check_reconnects(n, seconds):
    with Work() as work:
        file = work.name()
        # Made elsewhere, so that this process stays small.
        subprocess.run([sys.executable, __file__, "make", str(n), file],
                       check=True)
        begun = time.monotonic()
        r = scan(file)
        took = time.monotonic() - begun
    tap.same((len(r.sessions), len(r.contacts), r.code), (1, n, 0),
             "%d reconnects: each is a contact" % n)
    tap.same(len(r.proved()), 4, "%d reconnects: and the miner is found" % n)
    tap.ok(took < seconds or SANITIZED, "%d reconnects: in good time" % n,
           "%.1f s" % took)
    check_memory("%d reconnects" % n, r)


if sys.argv[1:2] == ["make"]:
    with open(sys.argv[3], "wb") as f:
        f.write(pcap_bytes(reconnects(int(sys.argv[2]))))
    sys.exit()
if sys.argv[1:] == ["slow"]:
    check_reconnects(100000, 120)
    tap.done()

# ---- files that are no capture, or not all of one
talk = Talk()
job = Job("1")
login(talk, E1)
talk.pool(job.notify())
submit_all(talk, mine(job, E1, 4))
GOOD = pcap_bytes(talk.packets)


def block(kind, body, length=None):
    size = 12 + len(body) if length is None else length
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


NG = block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)) \
    + block(1, struct.pack("<HHI", 1, 0, 262144))
for ns, data in talk.packets:
    us = ns // 1000
    NG += block(6, struct.pack("<IIIII", 0, us >> 32, us & 0xffffffff,
                               len(data), len(data))
                + data + bytes(-len(data) % 4))
record = struct.pack("<IIII", BEGIN // 10 ** 9, 0, 60, 60)
BAD = (
    # name, content, proved shares, what the message says beside the name
    ("empty", b"", 0, ("empty",)),
    ("three bytes", b"\xd4\xc3\xb2", 0, ("no capture",)),
    ("text", b"Dear reader,\n" * 100, 0, ("no capture",)),
    ("header cut", GOOD[:20], 0, ("byte",)),
    ("unknown link type", GOOD[:20] + struct.pack("<I", 9999) + GOOD[24:], 0,
     ()),
    ("cut in a record's header", GOOD + record[:7], 4,
     ("frame %d" % (len(talk.packets) + 1), "byte %d" % (len(GOOD) + 7))),
    ("cut in a record", GOOD + record + b"x" * 10, 4,
     ("frame %d" % (len(talk.packets) + 1),)),
    ("a record of 4 GB", GOOD + struct.pack("<IIII", 1, 1, 2 ** 32 - 1, 60)
     + bytes(1000), 4, ("frame",)),
    ("a record of 100 MB", GOOD + struct.pack("<IIII", 1, 1, 10 ** 8, 60)
     + bytes(1000), 4, ("frame",)),
    ("pcapng cut", NG + block(6, bytes(40))[:30], 4, ("byte",)),
    ("pcapng, a block of no length", NG + block(6, bytes(40), 0), 4,
     ("byte",)),
    ("pcapng, a block of 4 GB", NG + block(6, bytes(40), 2 ** 32 - 4), 4,
     ("byte",)),
    ("pcapng, unknown interface", NG + block(6, struct.pack(
        "<IIIII", 7, 0, 0, 60, 60) + bytes(60)), 4, ("byte",)),
    ("gzip cut", gzip.compress(GOOD)[:-30], None, ()),
    ("gzip of nothing known", gzip.compress(b"hello" * 100), 0, ()),
    ("gzip, not", b"\x1f\x8b\x08" + b"\xff" * 100, 0, ()),
    ("zstd, not", b"\x28\xb5\x2f\xfd" + b"\xff" * 100, 0, ()),
)
with Work() as work:
    for name, content, proved, words in BAD:
        file = work.file(content, ".bad")
        r = scan(file)
        if name == "unknown link type":
            # Read well; it says that it could not decode.
            tap.ok(r.summary["not_decoded"] or r.code == 1,
                   name + ": told", r.summary, r.err)
            continue
        tap.same(r.code, 1, name + ": exit status 1")
        if proved is not None:
            tap.same(len(r.proved()), proved, name + ": what was found stays")
        tap.ok(os.path.basename(file) in r.err
               and all(w in r.err for w in words),
               name + ": the message names file and place", r.err, words)
        table = run("scan", file)
        tap.ok(table.code == 1 and b"mining session" in table.out,
               name + ": the table is printed", table.out)
    r = scan(work.file(NG, ".pcapng"))
    tap.same((r.code, len(r.proved())), (0, 4), "pcapng, as it was made")
    # A bad file beside a good one.
    r = scan(work.file(b"nothing", ".bad"), work.file(GOOD))
    tap.same((r.code, len(r.proved())), (1, 4), "a bad file beside a good one")
    tap.ok(".bad" in r.err, "a bad file beside a good one: is named", r.err)
    r = scan(os.path.join(work.path, "absent.pcap"))
    tap.ok(r.code == 1 and "absent.pcap" in r.err, "a file that is not there",
           r.err)
    # Every byte of a small capture changed in turn: no crash, no other proof.
    small = GOOD[:24 + 16 + 54]
    wrong = []
    for at in range(len(small)):
        for value in (0, 255):
            changed = bytearray(GOOD)
            changed[at] = value
            r = scan(work.file(bytes(changed)))
            if r.code not in (0, 1) or len(r.proved()) > 4:
                wrong.append((at, value, r.code, r.err))
    tap.same(wrong, [], "each byte of the first headers set to 0 and 255")
    # 64 MB of empty packets in 64 kB.
    bomb = gzip.compress(GOOD + bytes(64 << 20), 9)
    r = scan(work.file(bomb, ".gz"))
    tap.same((len(r.proved()), r.code), (4, 0), "a gzip bomb")
    check_memory("a gzip bomb", r)

# ---- exit statuses
a = capture("a_stratum_one", "acc.pcap")
for name, arguments, code in (
        ("no arguments", [], 2), ("no such command", ["mine"], 2),
        ("no file", ["scan"], 2), ("no such option", ["scan", "--x", a], 2),
        ("a time that is none", ["scan", "--since", "noon", a], 2),
        ("a prefix that is none", ["scan", "--site", "10.0.0.0/33", a], 2),
        ("a filter that is none", ["scan", "--filter", "tcp and and", a], 2),
        ("a confidence above 1", ["scan", "--confidence", "95", a], 2),
        ("a network that is none", ["scan", "--network", "x", a], 2),
        ("a grade that is none", ["scan", "--fail-on", "x", a], 2),
        ("help", ["--help"], 0), ("version", ["--version"], 0),
        ("scan --help", ["scan", "--help"], 0), ("found", ["scan", a], 0),
        ("prove without a case", ["prove"], 2),
        ("verify without a file", ["verify"], 2),
        ("--fail-on proved", ["scan", "--fail-on", "proved", a], 3),
        ("--fail-on spoken", ["scan", "--fail-on", "spoken", a], 3),
        ("--fail-on contact", ["scan", "--fail-on", "contact", a], 3)):
    r = run(*arguments)
    tap.same(r.code, code, "exit status: " + name)
    if code == 2:
        tap.ok(r.err.strip() != "", "exit status: %s: says why" % name)
spoken = Talk()
login(spoken, E1)
spoken.miner(authorize("w", 3))
contact = spoken.packets[:]
spoken.pool(job.notify())
spoken.miner(mine(job, E1, 1)[0].submit(10))
for name, packets, codes in (("spoken", spoken.packets, (0, 3, 3)),
                             ("contact", contact, (0, 0, 3)),
                             ("nothing", [], (0, 0, 0))):
    got = [scan_of(packets, options=["--fail-on", g]).code
           for g in ("proved", "spoken", "contact")]
    tap.same(tuple(got), codes, "--fail-on each grade, with " + name)

# ---- hostile messages in a session, which goes on behind them
DEEP = 100000
HOSTILE = (
    ("a deep array", b'{"id":1,"x":' + b"[" * DEEP + b"]" * DEEP + b"}"),
    ("a deep object", b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    ("never closed", b'{"id":' + b"[" * 2000),
    ("2 MB of text", b'{"id":"' + b"x" * (2 << 20) + b'"}'),
    ("a million numbers", b'{"id":[' + b"1," * 10 ** 6 + b"1]}"),
    ("a number of a million digits", b'{"id":' + b"9" * 10 ** 6 + b"}"),
    ("numbers out of range", b'{"id":1e999999999,"result":-1e-999999999}'),
    ("invalid UTF-8", b'{"id":"\xff\xfe\xc0\x80\xed\xa0\x80"}'),
    ("NUL", b'{"id":"a\0b","method":"mining.notify\0"}'),
    ("escaped NUL", b'{"id":"\\u0000","method":"mining\\u0000.notify"}'),
    ("lone surrogates", b'{"method":"\\ud800\\ud800","id":"\\udfff"}'),
    ("bad escapes", b'{"id":"\\x\\u12"}'),
    ("no value", b'{"id":,"method"}'),
    ("duplicate keys", b'{"method":"x","method":"mining.notify"}'),
    ("params is an object", b'{"method":"mining.notify","params":{"a":1}}'),
    ("params is short", b'{"method":"mining.notify","params":["1","2"]}'),
    ("params of wrong types", b'{"method":"mining.notify","params":'
     b'[1,2,3,4,5,6,7,8,9]}'),
    ("10^6 branches", line(dict(Job("x").notify(), params=[
        "x", "00" * 32, "00", "00", ["11" * 32] * 10 ** 6, "1", "1", "1",
        True]))),
    ("1000 branches", line(Job("x", branches=1000).notify())),
    ("a coinbase of 10 MB", line(Job("x", tag=b"x", outputs=[
        (1, b"\x51" * 200)] * 50000).notify())),
    ("odd hex", line(Job("x").notify()).replace(b"0100", b"100", 1)),
    ("no hex", line(Job("x").notify()).replace(b"0100", b"zz00", 1)),
    ("numbers too large", line(Job("x").notify()).replace(
        b"20000000", b"120000000", 1)),
)
for name, text in HOSTILE:
    talk = Talk(mss=60000 - 60)
    login(talk, E1)
    talk.pool(job.notify())
    submit_all(talk, mine(job, E1, 2))
    talk.pool(text.rstrip(b"\n") + b"\n")
    talk.miner(text.rstrip(b"\n") + b"\n")
    submit_all(talk, mine(job, E1, 2, start=5), 30)
    begun = time.monotonic()
    r = scan_of(talk)
    took = time.monotonic() - begun
    tap.same((r.code, len(r.proved())), (0, 4),
             "%s: the session goes on behind it" % name)
    tap.ok(took < 5, "%s: in good time" % name, "%.1f s" % took)
    if name not in ("numbers out of range", "duplicate keys", "NUL",
                    "a number of a million digits",
                    "invalid UTF-8", "lone surrogates", "escaped NUL"):
        tap.ok(r.summary["malformed"], name + ": counted", r.summary)
check_memory("hostile messages", r)

# ---- submits that are not
for name, change in (("too few", lambda p: p[:3]),
                     ("numbers", lambda p: p[:2] + [1, 2, 3]),
                     ("odd hex", lambda p: p[:2] + ["0", p[3], p[4]]),
                     ("huge extranonce2", lambda p: p[:2] + ["00" * 5000,
                                                             p[3], p[4]]),
                     ("nonce of 40 bits", lambda p: p[:4] + ["1" + p[4]]),
                     ("a worker of 1 MB", lambda p: ["w" * 10 ** 6] + p[1:])):
    talk = Talk(mss=30000)
    login(talk, E1)
    talk.pool(job.notify())
    shares = mine(job, E1, 5)
    submit_all(talk, shares[:4])
    o = shares[4].submit(50)
    o["params"] = change(o["params"])
    talk.miner(o)
    talk.pool(no(50))
    r = scan_of(talk)
    proved = 4 + (name == "a worker of 1 MB")
    tap.same((r.code, len(r.proved())), (0, proved), "submit, %s: not proved"
             % name)
    if name != "a worker of 1 MB":
        tap.same((r.sessions[0]["shares"]["submitted"],
                  r.sessions[0]["shares"]["rejected"]), (5, 1),
                 "submit, %s: yet submitted and refused" % name)

# ---- a server that lets everything pass proves nothing
rng = random.Random(3)
for text in (b"1e-12", b"0", b"-1", b"1e-400", b"0.0000000000001", b'"NaN"',
             b"1e400", b'"-Infinity"', b"null", b"[]", b'"0x1"', b'""'):
    talk = Talk()
    talk.miner(subscribe())
    talk.pool(subscribed(E1))
    talk.pool(b'{"id":null,"method":"mining.set_difficulty","params":['
              + text + b"]}\n")
    talk.pool(job.notify())
    for i in range(300):
        talk.miner({"id": i, "method": "mining.submit", "params": [
            "w", "1", "%08x" % i, "%08x" % job.ntime,
            "%08x" % rng.getrandbits(32)]})
        talk.pool(yes(i))
    r = scan_of(talk)
    tap.same([(s["grade"], s["shares"]["submitted"]) for s in r.sessions],
             [("spoken", 300)],
             "difficulty %s: nobody worked, nothing is proved"
             % text.decode())
    tap.ok(all(s["chance_bits"] < 40 for s in r.sessions + r.miners
               + r.workers), "difficulty %s: chance bits" % text.decode())

# A server whose target passes one header in four, of a peer that guesses.
talk = Talk()
talk.miner(subscribe())
talk.pool(subscribed(E1), difficulty(1e-9), job.notify())
for i in range(300):
    talk.miner({"id": i, "method": "mining.submit", "params": [
        "w", "1", "%08x" % i, "%08x" % job.ntime,
        "%08x" % rng.getrandbits(32)]})
    talk.pool(yes(i))
s = scan_of(talk).sessions[0]
tap.ok(s["grade"] == "spoken", "difficulty 1e-9: guessing proves nothing")

# ---- captured text never reaches a terminal raw
EVIL = "\x1b[31mred\x1b]0;title\x07\r\x08\x7f\u009b2J\u202e\u200bend"
talk = Talk()
job = Job("\x1b[2J", tag=b"/\x1b[1m evil \x9b2J\x07/")
talk.miner({"id": 1, "method": "mining.subscribe",
            "params": [EVIL, None, EVIL, "3333"]})
talk.pool(subscribed(E1), difficulty(TINY))
talk.miner(authorize(EVIL))
talk.pool(job.notify())
shares = mine(job, E1, 4, worker=EVIL)
submit_all(talk, shares)
talk.miner(shares[0].submit(90))
talk.pool(no(90, 22, EVIL))
# Bytes that are no UTF-8, too.
talk.miner(b'{"id":91,"method":"mining.authorize","params":["\xff\x1b[0m'
           b'\xc2\x9b\xe2\x80","x"]}\n')


def raw(data):
    """What a terminal could take for more than text."""
    out = [b for b in data if (b < 0x20 and b != 10) or b == 0x7f]
    text = data.decode("utf-8", "backslashreplace")
    return out + [c for c in text if 0x80 <= ord(c) < 0xa0]


def turned(data):
    """What turns the direction of text, and so what is read."""
    return [c for c in data.decode("utf-8", "backslashreplace")
            if ord(c) in range(0x202a, 0x202f)
            or ord(c) in range(0x2066, 0x206a)]


with Work() as work:
    file = work.pcap(talk)
    table = run("scan", file)
    tap.ok(b"red" in table.out, "terminal: the worker is in the table",
           table.out)
    tap.same(raw(table.out), [], "terminal: and nothing raw")
    tap.same(turned(table.out), [], "terminal: nor turned around")
    text = run("scan", "--json", "--shares", file)
    tap.same(raw(text.out), [], "terminal: nothing raw in JSON, either")
    names = {w for s in text.read_json().sessions for w in s["workers"]}
    tap.ok(EVIL in names, "terminal: JSON gives the name back whole", names)
    name = os.path.join(work.path, "\x1b[31mevil\x07.pcap")
    with open(name, "wb") as f:
        f.write(b"not a capture")
    r = run("scan", name)
    tap.same(raw(r.err.encode()), [], "terminal: file names in messages")
    case = work.name(".db")
    run("scan", "-q", "-o", case, file)
    r = run("prove", case, "\x1b[31m")
    tap.same(raw(r.err.encode()), [], "terminal: arguments in messages")

check_reconnects(10000, 30)
tap.done()
