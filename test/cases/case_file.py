"""The case file: adding, joining, crashing, a full disk, and proofs."""
import hashlib
import json
import os
import random
import resource
import signal
import sqlite3
import struct
import subprocess
import time

from harness import ASSAY, BEGIN, Job, Share, Talk, Tap, Work, capture, \
    difficulty, login, mine, pcap_bytes, pcap_packets, run, run_limited, \
    scan, sha256d, submit_all, yes

tap = Tap()
A = capture("a_stratum_one", "acc.pcap")
KEPT = ("session", "worker", "job", "share", "period")


def rows(case, table, but=()):
    with sqlite3.connect("file:%s?mode=ro" % case, uri=True) as db:
        db.row_factory = sqlite3.Row
        return sorted((tuple((k, r[k]) for k in r.keys() if k not in but)
                       for r in db.execute("SELECT * FROM " + table)),
                      key=repr)


def dump(case):
    with sqlite3.connect("file:%s?mode=ro" % case, uri=True) as db:
        return list(db.iterdump())


def content(case):
    """Everything but from which file and frame it is cited."""
    return {t: rows(case, t, ("input", "frame")) for t in KEPT}


def integrity(case):
    with sqlite3.connect(case) as db:
        return db.execute("PRAGMA integrity_check").fetchone()[0]


with Work() as work:
    # ---- the same capture again changes nothing
    case = work.name(".db")
    one = scan("-o", case, A)
    first = dump(case)
    two = scan("-o", case, A)
    tap.same(dump(case), first, "the same capture twice: the same case")
    tap.same(two.findings(), one.findings(), "the same capture twice: and the "
             "same report")
    seen = rows(case, "traffic")
    tap.same((sum(dict(r)["packets"] for r in seen),
              sum(dict(r)["bytes"] for r in seen), len(seen) > 60),
             (one.summary["packets"], one.summary["bytes"], True),
             "traffic: every packet, second by second")
    copy = work.file(open(A, "rb").read())
    before = {t: rows(case, t) for t in KEPT}
    scan("-o", case, copy)
    tap.same({t: rows(case, t) for t in KEPT}, before, "a copy of it, too")
    tap.same(len(rows(case, "input")), 1, "a copy of it: is the same input")
    with open(A, "rb") as f:
        sha = hashlib.sha256(f.read()).digest()
    tap.same(dict(rows(case, "input")[0])["sha256"], sha,
             "the input's SHA-256 is kept")
    scan("-o", case, capture("a_stratum_one", "core.pcap"))
    tap.same(len(rows(case, "session")), 1, "the other tap: the same session")
    both = rows(case, "share", ("input", "frame", "time"))
    tap.same(len(both), 131, "the other tap: the same shares")

    # ---- one conversation in two files
    packets = pcap_packets(A)
    whole = work.name(".db")
    want = scan("-o", whole, A)

    def halves(n):
        return (work.file(pcap_bytes(packets[:n])),
                work.file(pcap_bytes(packets[n:])))

    rng = random.Random(5)
    # Between what a submit says and its answer nothing may be cut, or the
    # answer has no question: places behind an answer to a submit.
    behind = [i + 1 for i, (_, p) in enumerate(packets)
              if b'"result": true' in p or b'"result":true' in p]
    for n in sorted(rng.sample(behind, 8)):
        parts, case = halves(n), work.name(".db")
        r = scan(*parts)
        tap.same(r.findings(), want.findings(),
                 "two files at packet %d, in one run: as one file" % n)
        scan("-o", case, parts[0])
        r = scan("-o", case, parts[1])
        tap.same(([s["shares"] for s in r.sessions], r.proved()),
                 ([s["shares"] for s in want.sessions], want.proved()),
                 "two files at packet %d, in two runs: the same shares" % n)
        got, full = content(case), content(whole)
        for t in ("worker", "job", "share"):
            tap.same(got[t] == full[t], True,
                     "two files at packet %d, in two runs: same %ss" % (n, t))
        skip = ("clock_offset", "replies_unmatched")
        tap.same(rows(case, "session", skip), rows(whole, "session", skip),
                 "two files at packet %d, in two runs: same session" % n)
        back = work.name(".db")
        scan("-o", back, parts[1])
        r = scan("-o", back, parts[0])
        tap.ok(r.proved() <= want.proved(),
               "two files at packet %d, the later first: no others" % n)
    bad = []
    for n in rng.sample(range(4, len(packets) - 4), 15):
        parts, case = halves(n), work.name(".db")
        scan("-o", case, parts[0])
        r = scan("-o", case, parts[1])
        s = r.sessions[0]["shares"]
        # One answer may be lost, where the cut parts it from its submit.
        if len(r.sessions) != 1 or r.proved() != want.proved() or \
                s["accepted"] + s["rejected"] < 129:
            bad.append((n, s))
    tap.same(bad, [], "two files, cut anywhere: one session, all proved")

    # ---- what was announced before the cut holds behind it
    e1, job, second = b"\1\2\3\4", Job("1"), Job("2")
    for at in range(3):
        talk = Talk()
        login(talk, e1, d=1e-6)
        cuts = [len(talk.packets)]
        talk.pool(job.notify())
        submit_all(talk, mine(job, e1, 2))
        talk.pool(difficulty(1e-7))
        cuts.append(len(talk.packets))
        talk.pool({"id": None, "method": "mining.set_extranonce",
                   "params": ["55667788", 4]},
                  {"id": None, "method": "mining.set_version_mask",
                   "params": ["00c00000"]})
        cuts.append(len(talk.packets))
        talk.pool(second.notify())
        fresh = [Share(second, bytes.fromhex("55667788"), bytes([0, 0, 0, i]),
                       1e-7, above=1e-6, bits=i << 22, mask=0x00c00000)
                 for i in range(4)]
        submit_all(talk, fresh, 20)
        case = work.name(".db")
        scan("-o", case, work.file(pcap_bytes(talk.packets[:cuts[at]])))
        r = scan("-o", case, work.file(pcap_bytes(talk.packets[cuts[at]:])))
        tap.same(([s["shares"]["proved"] for s in r.sessions],
                  {s.header for s in fresh} <= r.proved()), ([6], True),
                 "cut behind announcement %d: all proved" % at)

    # ---- killed at any moment
    job, e1 = Job("1"), b"\1\2\3\4"
    shares = mine(job, e1, 20, d=1e-7)
    packets = []
    for i in range(800):
        talk = Talk(client=("10.1.0.1", 10000 + i), at=BEGIN + i * 10 ** 9,
                    isn=(i * 7919, i * 31), mss=60000)
        login(talk, e1, d=1e-7, worker="w%d" % (i % 50))
        talk.pool(job.notify())
        talk.miner(*(s.submit(i) for i, s in enumerate(shares)))
        talk.pool(*(yes(i) for i in range(len(shares))))
        packets += talk.packets
    big = work.file(pcap_bytes(packets))
    clean = work.name(".db")
    begun = time.monotonic()
    code = run("scan", "-q", "-o", clean, big).code
    took = time.monotonic() - begun
    tap.same((code, len(rows(clean, "share"))), (0, 16000),
             "a larger capture: all of its shares")
    full = content(clean)
    tap.same(integrity(clean), "ok", "a larger capture: integrity")
    wrong, cut_off = [], 0
    for i in range(10):
        case = work.name(".db")
        p = subprocess.Popen([ASSAY, "scan", "-q", "-o", case, big],
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(took * rng.random())
        p.send_signal(signal.SIGKILL)
        p.wait()
        cut_off += p.returncode == -signal.SIGKILL
        if not os.path.exists(case):
            continue
        if os.path.getsize(case) and integrity(case) != "ok":
            wrong.append("integrity after the kill")
        r = run("scan", "-q", "-o", case, big)
        if r.code or integrity(case) != "ok":
            wrong.append("the rerun: %d %s" % (r.code, r.err))
        got = content(case)
        wrong += ["the rerun's " + t for t in KEPT if got[t] != full[t]]
        with sqlite3.connect(case) as db:
            n = db.execute("SELECT count(*) FROM share JOIN input ON "
                           "input.row = share.input WHERE input.sha256 IS "
                           "NULL").fetchone()[0]
        if n:
            wrong.append("%d shares cite a file without its SHA-256" % n)
    tap.ok(cut_off > 3, "kill -9 met it at work %d times" % cut_off)
    tap.same(wrong, [], "kill -9 at random moments: integrity, and a rerun "
             "completes to the same")

    # ---- a full disk
    for size in (0, 4096, 100000, 1000000):
        case = work.name(".db")
        r = run_limited(["scan", "-o", case, big],
                        {resource.RLIMIT_FSIZE: size})
        tap.same(r.code, 1, "a disk full at %d bytes: exit status 1" % size)
        tap.ok(r.err.strip(), "a disk full at %d bytes: says so" % size)
        if size >= 100000:
            tap.ok(b"mining session" in r.out,
                   "a disk full at %d bytes: the table is printed" % size,
                   r.out[:200], r.err)
        if os.path.exists(case) and os.path.getsize(case):
            tap.same(integrity(case), "ok",
                     "a disk full at %d bytes: the case is whole" % size)
    r = run("scan", "-o", os.path.join(work.path, "no", "case.db"), A)
    tap.ok(r.code == 1 and "case.db" in r.err, "a case that cannot be made",
           r.err)
    for name, data in (("text", b"hello\n" * 100), ("random",
                                                    rng.randbytes(5000))):
        other = work.file(data, ".db")
        r = run("scan", "-o", other, A)
        tap.ok(r.code == 1 and open(other, "rb").read() == data,
               "a file that is no case (%s) is left alone" % name, r.err)
    other = work.name(".db")
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine(x)")
    r = run("scan", "-o", other, A)
    tap.ok(r.code == 1 and os.path.basename(other) in r.err,
           "another program's database is left alone", r.err)

    # ---- prove and verify
    proofs = []
    for s in want.shares:
        r = run("prove", whole, s["hash"])
        if r.code == 0:
            proofs.append(json.loads(r.out))
    tap.same(len(proofs), 131, "every share of a can be exported")
    tap.same(sorted(p["header"] for p in proofs), sorted(want.proved()),
             "the proofs' headers are the scan's")
    s = want.shares[7]
    key = "%s:%d" % (s["session"], s["position"])
    for which in (key, s["hash"][-8:], s["hash"].upper()):
        r = run("prove", whole, which)
        tap.same(json.loads(r.out or b"{}").get("hash"), s["hash"],
                 "prove by " + which)
    for which, code in (("zz", 2), ("12", 2), ("0" * 64, 1)):
        tap.same(run("prove", whole, which).code, code, "prove " + which)

    def holds(p):
        """docs/proof.md's check, once more."""
        root = sha256d(bytes.fromhex(p["coinbase1"] + p["extranonce1"]
                                     + p["extranonce2"] + p["coinbase2"]))
        for b in p["merkle_branches"]:
            root = sha256d(root + bytes.fromhex(b))
        header = (struct.pack("<I", int(p["version"], 16))
                  + bytes.fromhex(p["previous_block"])[::-1] + root
                  + struct.pack("<III", *(int(p[k], 16) for k in
                                          ("ntime", "nbits", "nonce"))))
        h = sha256d(header)[::-1].hex()
        return (header.hex() == p["header"] and h == p["hash"]
                and int(h, 16) <= int(p["target"], 16))

    tap.same([holds(p) for p in proofs], [True] * 131,
             "every proof holds, by a check of our own")

    def verify(list_):
        text = b"".join(json.dumps(p).encode() + b"\n" for p in list_)
        r = run("verify", work.file(text, ".json"))
        return r, text

    r, text = verify(proofs)
    tap.ok(r.code == 0 and b"131 proofs checked, 131 hold" in r.out,
           "verify: all hold", r.out, r.err)
    r = run("verify", "-", stdin=text)
    tap.same(r.code, 0, "verify: from standard input")
    tap.same(run("verify", whole).code, 0, "verify: the whole case")
    pipe, end = os.pipe()
    os.write(end, json.dumps(proofs[0]).encode())
    os.close(end)
    r = subprocess.run([ASSAY, "verify", "/dev/fd/%d" % pipe],
                       pass_fds=[pipe], capture_output=True, check=False)
    os.close(pipe)
    tap.ok(r.returncode == 0 and b"1 proof checked, 1 hold" in r.stdout,
           "verify: from a pipe by name", r.stdout, r.stderr)
    r = run("verify", A)
    tap.ok(r.code == 1 and len(r.err.splitlines()) == 1 and not r.out,
           "verify: a capture is refused in one line", r.out, r.err)
    tap.same(run("verify", os.path.dirname(A)).code, 1,
             "verify: a directory is refused")
    for command in (("verify", "--no-such", whole), ("prove", "-x", whole),
                    ("prove", whole), ("scan", "--shares", A)):
        tap.same(run(*command).code, 2, "wrong usage: " + " ".join(
            os.path.basename(word) for word in command))

    PARTS = ("header", "coinbase1", "coinbase2", "extranonce1", "extranonce2",
             "previous_block", "version", "nbits", "ntime", "nonce", "hash")
    changed = []
    for part in PARTS:
        value = proofs[0][part]
        for at in range(0, len(value), 2):
            byte = "%02x" % (int(value[at:at + 2], 16) ^ 1 << at % 8)
            changed.append((part, dict(proofs[0], **{
                part: value[:at] + byte + value[at + 2:]})))
    for i, branch in enumerate(proofs[0]["merkle_branches"]):
        for at in range(0, 64, 2):
            b = list(proofs[0]["merkle_branches"])
            b[i] = branch[:at] + "%02x" % (int(branch[at:at + 2], 16) ^ 128) \
                + branch[at + 2:]
            changed.append(("branch", dict(proofs[0], merkle_branches=b)))
    for part in PARTS + ("target", "merkle_branches", "algorithm"):
        o = dict(proofs[0])
        del o[part]
        changed.append((part + " missing", o))
        changed.append((part + " null", dict(proofs[0], **{part: None})))
        changed.append((part + " odd", dict(proofs[0], **{part: "123"})))
    changed.append(("target lowered", dict(proofs[0], target="0" * 64)))
    changed.append(("simulated", dict(proofs[0], grade="simulated")))
    changed.append(("scrypt", dict(proofs[0], algorithm="scrypt")))
    r, _ = verify([p for _, p in changed])
    tap.ok(r.code == 1 and b"%d proofs checked, 0 hold" % len(changed)
           in r.out, "each byte of each part changed: none of %d holds"
           % len(changed), r.out)
    tap.same(r.err.count("line "), len(changed), "and each is named")
    for part in ("target_difficulty", "share_difficulty"):
        r, _ = verify([dict(proofs[0], **{part: 1e12})])
        tap.same(r.code, 1, "a proof that boasts of its %s fails" % part)

    # ---- a case that was tampered with
    bad = []
    for sql in ("UPDATE share SET nonce = nonce + 1 WHERE rowid = 5",
                "UPDATE share SET ntime = ntime + 1 WHERE rowid = 5",
                "UPDATE share SET extranonce2 = x'ffffffff' WHERE rowid = 5",
                "UPDATE share SET hash = zeroblob(32) WHERE rowid = 5",
                "UPDATE share SET header = zeroblob(80) WHERE rowid = 5",
                "UPDATE share SET header = NULL, hash = NULL "
                "WHERE rowid = 5",
                "UPDATE share SET target = zeroblob(32) WHERE rowid = 5",
                "UPDATE share SET job_position = job_position + 1 "
                "WHERE rowid = 5",
                "UPDATE job SET coinbase1 = x'00'",
                "UPDATE job SET coinbase2 = coinbase2 || x'00'",
                "UPDATE job SET extranonce1 = x'00000001'",
                "UPDATE job SET previous = zeroblob(32)",
                "UPDATE job SET nbits = nbits + 1",
                "UPDATE job SET version = version + 1",
                "UPDATE job SET branches = zeroblob(32)",
                "DELETE FROM job"):
        case = work.file(open(whole, "rb").read(), ".db")
        with sqlite3.connect(case) as db:
            db.execute(sql)
            db.commit()
        r = run("verify", case)
        if r.code != 1:
            bad.append((sql, r.code, r.out))
    tap.same(bad, [], "a case that was tampered with fails")
    # ---- rows that a generator made up
    case = work.file(open(whole, "rb").read(), ".db")
    with sqlite3.connect(case) as db:
        db.execute("UPDATE share SET proof = 'simulated' WHERE rowid = 5")
        one = db.execute("SELECT session || ':' || position FROM share "
                         "WHERE rowid = 5").fetchone()[0]
        db.commit()
    r = run("verify", case)
    tap.ok(r.code == 1 and "1 share is simulated: nothing to verify" in r.err
           and b"0 do not" in r.out, "verify: refuses simulated rows", r.err)
    r = run("prove", case, one)
    tap.ok(r.code == 1 and "simulated: there is nothing to prove" in r.err,
           "prove: refuses a simulated share", r.err)
    r = scan("-o", case, A)
    s = r.sessions[0]
    tap.same((s["grade"], s["shares"]["simulated"], s["hashrate"]["basis"],
              r.summary["simulated"]), ("simulated", 1, "simulated", True),
             "one simulated share: so is the session")
    r = run("scan", "-q", "-o", case, A)
    tap.ok(b"SIMULATED" in r.out.split(b"\n")[0] and b": 1 simulated" in r.out,
           "and the table says so first", r.out)
    with sqlite3.connect(case) as db:
        db.execute("UPDATE share SET proof = 'simulated'")
        db.commit()
    r = run("verify", case)
    tap.ok(r.code == 1 and "shares are simulated" in r.err and not r.out,
           "verify: all simulated", r.err)
    # Bytes of the file, anywhere: never a crash, and never more than was.
    data, bad = open(whole, "rb").read(), []
    for i in range(60):
        broken = bytearray(data)
        for _ in range(20):
            broken[rng.randrange(len(data))] = rng.randrange(256)
        r = run("verify", work.file(bytes(broken), ".db"))
        if r.code not in (0, 1):
            bad.append((i, r.code, r.err))
    tap.same(bad, [], "random bytes of the case changed: no crash")
tap.done()
