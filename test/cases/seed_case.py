"""The made-up case: as its truth file says, and taken for what it is."""
import calendar
import collections
import hashlib
import ipaddress
import json
import os
import sqlite3
import subprocess
import time

from harness import Tap, Work, capture, run, scan

SEED_CASE = os.environ["SEED_CASE"]
WORK = 2 ** 256 / (0xffff * 2 ** 208)  # hashes for difficulty 1
DAY = 86400 * 10 ** 9

tap = Tap()


def make(*arguments):
    return subprocess.run([SEED_CASE, *arguments], capture_output=True,
                          text=True, check=False, timeout=300)


def ask(case, sql):
    with sqlite3.connect("file:%s?mode=ro" % case, uri=True) as db:
        return db.execute(sql).fetchall()


def digest(case):
    h = hashlib.sha256()
    for table in ("input", "traffic", "session", "worker", "job", "share",
                  "period"):
        for row in ask(case, "SELECT * FROM %s ORDER BY 1, 2" % table):
            h.update(repr(row).encode())
    return h.hexdigest()


def ns(text):
    whole, _, part = text.rstrip("Z").partition(".")
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * 10 ** 9 + int((part + "0" * 9)[:9])


def daily_packets(case, first, last):
    """Of all traffic, from one moment to another."""
    (total,), = ask(case, "SELECT sum(packets) FROM traffic "
                    "WHERE start >= %d AND start < %d" % (first, last))
    return total / ((last - first) / DAY)


with Work() as work:
    case = work.name(".db")
    r = make("--shares", "20000", case)
    tap.ok(r.returncode == 0 and not r.stderr, "makes a case", r.stderr)
    with open(case[:-3] + ".truth.json", encoding="utf-8") as f:
        truth = json.load(f)
    onset = ns(truth["onset"])

    # ---- the truth is what lies in the case
    tap.same(ask(case, "SELECT DISTINCT proof FROM share"), [("simulated",)],
             "every share says that it is simulated")
    tap.same(ask(case, "SELECT count(*), sum(verdict = 'accepted'), "
                 "sum(difficulty) FROM share"),
             [(truth["shares"], truth["accepted"], truth["difficulty_sum"])],
             "shares, accepted, difficulty: as the truth has it")
    tap.same(ask(case, "SELECT count(*), count(DISTINCT id) FROM session"),
             [(truth["sessions"], truth["sessions"])], "sessions, too")
    tap.same(ask(case, "SELECT count(*) FROM session WHERE NOT EXISTS "
                 "(SELECT 1 FROM share WHERE session = session.id)"),
             [(truth["contacts"],)], "and those without a share")
    tap.same(ask(case, "SELECT count(DISTINCT hash) FROM share"),
             [(truth["shares"],)], "no hash comes twice")
    tap.ok(14000 < truth["shares"] < 30000, "about as many as asked for",
           truth["shares"])
    by_day = collections.Counter(
        (t - ns("2017-04-01T00:00:00Z")) // DAY
        for t, in ask(case, "SELECT time FROM share"))
    tap.same([by_day[i] for i in range(len(truth["days"]))],
             [d["shares"] for d in truth["days"]], "day by day")
    for key in ("shares", "sessions", "accepted"):
        tap.same(sum(d[key] for d in truth["days"]), truth[key],
                 key + ": the days add up")

    # ---- the story
    (first, last), = ask(case, "SELECT min(time), max(time) FROM share")
    (begun,), = ask(case, "SELECT min(first) FROM session")
    tap.ok(begun >= onset and first == ns(truth["first_share"])
           and last == ns(truth["last_share"]) and first - onset < DAY / 24,
           "nothing before 17 May", (begun, first, last))
    tap.ok(truth["onset"].startswith("2017-05-17")
           and truth["peak"]["date"].startswith("2017-05")
           and 300 < max(d["sessions"] for d in truth["days"]) < 500,
           "hundreds of contacts a day, most in May", truth["peak"])
    squares, = ask(case, "SELECT sum(difficulty * difficulty) FROM share")[0]
    tap.ok(abs(truth["difficulty_sum"] * WORK - truth["hashes"])
           < 5 * squares ** 0.5 * WORK, "as many shares as hashes make",
           (truth["difficulty_sum"] * WORK, truth["hashes"]))
    before = daily_packets(case, onset - 28 * DAY, onset)
    after = daily_packets(case, onset, onset + 28 * DAY)
    tap.ok(abs(after / before - 1) < 0.01, "all traffic goes on as before",
           (before, after))
    site = ipaddress.ip_network(truth["site"])
    ips = [ip for ip, in ask(case, "SELECT DISTINCT client_ip FROM session")]
    tap.same((sorted(ips), all(ipaddress.ip_address(i) in site for i in ips)),
             (sorted(truth["clients"]), True), "several addresses of one /22")
    for o in truth["outages"]:
        span = ns(o["from"]), ns(o["to"])
        tap.same(ask(case, "SELECT count(*) FROM share WHERE time >= %d AND "
                     "time < %d" % span), [(0,)], "no share in an outage")
        n, = ask(case, "SELECT count(*) FROM session WHERE first < %d AND "
                 "last > %d" % (span[1], span[0]))[0]
        tap.same(n == 0, o["of"] == "line", "and sessions where only the "
                 "machines stand still")

    # ---- the same again
    again, other = work.name(".db"), work.name(".db")
    make("--shares", "20000", again)
    make("--shares", "20000", "--seed", "1", other)
    tap.ok(digest(again) == digest(case) and digest(other) != digest(case),
           "the same seed, the same rows; another one, others")
    r = make(case)
    tap.ok(r.returncode == 2 and "exists already" in r.stderr,
           "what exists is left alone", r.stderr)
    tap.same([make(*a).returncode for a in ((), ("--seed", "x", other), (
        "--shares", "0", work.name(".db")))], [2, 2, 2], "wrong usage")
    r = make("/nowhere/at/all.db")
    tap.ok(r.returncode == 1 and "/nowhere" in r.stderr, "no such folder",
           r.stderr)

    # ---- what assay says of it
    r = run("verify", case)
    tap.ok(r.code == 1 and "simulated: nothing to verify" in r.err,
           "verify refuses it", r.err)
    r = scan("-o", case, capture("a_stratum_one", "acc.pcap"))
    made_up = [s for s in r.sessions if s["client"]["ip"] in ips]
    tap.same({(s["grade"], s["network"], s["not_btc"], s["chance_bits"],
               s["account"]) for s in made_up},
             {("simulated", "main", False, 0, truth["pool"]["account"])},
             "scan: simulated, and Bitcoin's heights and nBits")
    tap.ok(any((s["indicated"]["extranonce2_subranges"] or 0) > 2
               for s in made_up), "machines behind a proxy are indicated")
    tap.same([s["grade"] for s in r.sessions if s not in made_up],
             ["proved"], "what was captured beside them stays proved")
    tap.same({p["address"] for s in made_up for p in s["payouts"]},
             {truth["pool"]["payout"]}, "payouts")
    # Over all the time of a miner; its rate is a mean over what it had.
    rates = [m for m in r.miners if m["ip"] in ips]
    measured = sum(m["hashrate"]["estimate"] * m["hashrate"]["seconds"]
                   for m in rates)
    tap.ok(abs(measured / truth["hashes"] - 1) < 0.05, "work by miner",
           (measured, truth["hashes"]))
    tap.ok(not any(os.path.exists(case + t) for t in ("-wal", "-shm")),
           "one plain file")
tap.done()
