"""Threads: any number of them prints the same bytes and keeps the same rows."""
import os
import re
import sqlite3

from harness import CAPTURES, FIELD, MS, SYN, ACK, Job, Talk, Tap, Work, \
    capture, login, mine, run, submit_all

tap = Tap()
TABLES = ("input", "session", "worker", "job", "share", "period", "block")
THREADS = ("2", "3", "5")


def captures(top):
    found = []
    for folder, _, names in sorted(os.walk(top)):
        found += [os.path.join(folder, n) for n in sorted(names)
                  if n.endswith((".pcap", ".pcapng", ".cap", ".gz", ".zst"))]
    return found


def said(threads, *arguments, stdin=None):
    """All that a scan prints but for how long it took."""
    r = run("scan", "-q", "-j", threads, "--json", "--shares", *arguments,
            stdin=stdin)
    return r.code, re.sub(rb'"seconds":[0-9.e+-]+', b"", r.out), r.err


def rows(case):
    with sqlite3.connect("file:%s?mode=ro" % case, uri=True) as db:
        return {t: sorted(db.execute("SELECT * FROM " + t), key=repr)
                for t in TABLES}


def same(name, *arguments, stdin=None):
    want = said("1", *arguments, stdin=stdin)
    wrong = [n for n in THREADS if said(n, *arguments, stdin=stdin) != want]
    tap.same(wrong, [], name)


# ---- every capture there is, and all of them as one.
lab = captures(CAPTURES)
for name in lab:
    same(os.path.relpath(name, CAPTURES), name)
same("all captures together", *lab)
if os.path.isdir(FIELD):
    for name in captures(FIELD):
        same("field: " + os.path.relpath(name, FIELD), name)
else:
    tap.skip("field captures", "THE FIELD CAPTURES ARE ABSENT")

# ---- rows of a case, also when it is added to.
with Work() as work:
    cases = {}
    for n in ("1",) + THREADS:
        cases[n] = work.name(".db")
        for names in (lab[:2], lab):
            said(n, "-o", cases[n], *names)
    tap.same([n for n in THREADS if rows(cases[n]) != rows(cases["1"])], [],
             "rows of a case")

# ---- packed, from a pipe, filtered, with few flows.
A = capture("j_benign_mix", "acc.pcap")
with open(A, "rb") as f:
    same("standard input", "-", stdin=f.read())
same("filter", "--filter", "tcp", A)
same("since", "--since", "2026-11-22T15:09:00Z", A)
same("site", "--site", "10.66.0.0/16", A)

# ---- many miners between many addresses, their packets in turns, and every
# connection twice on the same ports.
with Work() as work:
    talks = []
    for i in range(40):
        job = Job("j%d" % i, seed="threads")
        t = Talk(client=("10.1.%d.%d" % (i % 5, i), 40000 + i),
                 server=("10.2.0.%d" % (i % 7), 3333), step=(7 + i) * MS,
                 isn=(1000 * i, 77 * i))
        extranonce1 = b"\0\0\0" + bytes([i])
        for again in range(2):
            login(t, extranonce1)
            t.pool(job.notify())
            submit_all(t, mine(job, extranonce1, 3, start=3 * again))
            t.close()
            t.next = [5000 + i, 6000 + i]
            if again == 0:
                t.raw(0, b"", SYN)
                t.raw(1, b"", SYN | ACK)
                t.raw(0, b"", ACK)
        talks.append(t)
    name = work.pcap(*talks)
    same("forty miners", name)
    code, out, _ = said("4", name)
    tap.same((code, out.count(b'"type":"share"')), (0, 240),
             "forty miners: all shares")

# ---- wrong numbers.
for text in ("0", "65", "x", "-1", ""):
    tap.same(run("scan", "-j", text, A).code, 2, "-j %r is refused" % text)
tap.done()
