"""assay report from end to end: a story whose truth is known, miners that came
and went in the laboratory, captures from the field, files that a report is held
against, and everything that can go wrong with a case or an output."""
import calendar
import csv
import json
import math
import os
import re
import sqlite3
import subprocess
import time

from harness import ASSAY, FIELD, SANITIZED, SOURCE, Talk, Tap, Work, \
    capture, login, run, run_limited, scan
from resource import RLIMIT_FSIZE

SEED_CASE = os.environ["SEED_CASE"]
DATE = "2026-01-02T03:04:05Z"
ONE_FILE = ("html", "json", "stix", "misp", "zeek")
TABLES = ("inputs", "sessions", "subjects", "timeline", "segments",
          "machines", "money", "payouts", "hypotheses", "exhibits")
DAY_NS = 86400 * 10 ** 9
HASHES = 2 ** 256 / (0xffff * 2 ** 208)  # for difficulty 1

tap = Tap()


def ns(text):
    whole, _, part = text.rstrip("Z").partition(".")
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * 10 ** 9 + int((part + "0" * 9)[:9])


def holds(estimate, truth):
    return estimate is not None and \
        estimate["low"] <= truth <= estimate["high"]


def report(case, *options):
    """The document, and what was said beside it."""
    r = run("report", case, "--json", "-", "--date", DATE, *options)
    tap.ok(r.code == 0 and not r.err, "report %s: exit status" %
           " ".join(str(o) for o in options), r.err)
    return json.loads(r.out)


def subject(document, kind, name):
    return next(s for s in document["subjects"]
                if (s["kind"], s["name"]) == (kind, name))


def all_outputs(work, case, *options):
    """{name: bytes} of every output, and the result of the run."""
    folder = work.name("")
    os.mkdir(folder)
    arguments = ["--date", DATE, "--csv", os.path.join(folder, "csv")]
    for o in ONE_FILE:
        arguments += ["--" + o, os.path.join(folder, o)]
    r = run("report", case, *arguments, *options)
    out = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as f:
                out[name] = f.read()
    return out, r


# ------------------------------------------------------------ the story

def check_story_times(document, truth):
    everything = document["subjects"][0]
    timing = everything["timing"]
    onset = timing["onset"]
    tap.ok(onset["known"] == "within" and onset["high"][:10] == "2017-05-17"
           and ns(onset["low"]) <= ns(truth["onset"]) <= ns(onset["high"]),
           "story: the onset is found, to the day", onset)
    tap.same(timing["onset_guard"], "good",
             "story: it is not the sensor's")
    first = timing["work"][0]
    tap.ok(first["from"] == onset, "story: the first stretch begins with it",
           first)
    tap.ok(timing["end"]["known"] == "after"
           and ns(timing["end"]["low"]) <= ns(truth["last_share"]),
           "story: it went on when the sensor ended", timing["end"])

    peak = timing["work"][timing["peak"]]
    day = truth["peak"]["date"]
    tap.ok(peak["from"]["low"][:10] <= day < peak["to"][:10]
           or peak["from"]["estimate"][:10] <= day <= peak["to"][:10],
           "story: the peak's date", peak)
    days = {d["date"]: d for d in truth["days"]}
    of_peak = [d["hashrate_mean"] for date, d in days.items() if
               peak["from"]["estimate"][:10] <= date < peak["to"][:10]]
    truly = sum(of_peak) / len(of_peak)
    tap.ok(holds(peak["hashrate"], truly), "story: the rate of the peak",
           peak["hashrate"], truly)
    # The days of the ramp are stretches of their own, with the rate of theirs.
    ramp = [w for w in timing["work"] if w["from"]["estimate"][:10] in
            ("2017-05-18", "2017-05-19", "2017-05-20", "2017-05-21")]
    tap.same(len(ramp), 4, "story: machines that are added day by day")
    for w in ramp:
        truly = days[w["from"]["estimate"][:10]]["hashrate_mean"]
        tap.near(w["hashrate"]["estimate"], truly, 0.05,
                 "story: the rate on " + w["from"]["estimate"][:10])

    outages = timing["duty"]["outages"]
    tap.ok(1 <= outages <= len(truth["outages"]), "story: outages", outages)


def check_story_measures(document, truth):
    everything = document["subjects"][0]
    money, machines = everything["money"], everything["machines"]
    tap.near(money["credited"], truth["credited_btc"], 1e-9,
             "story: what was credited is exact")
    tap.ok(holds(money["expected"], truth["expected_btc"]),
           "story: what was to be expected", money["expected"],
           truth["expected_btc"])
    tap.same((money["bitcoin"], money["coin"], money["credited_shares"]),
             (True, "BTC", truth["accepted"]), "story: in Bitcoin")
    # What a hash is worth at the last difficulty and reward.
    rate = everything["hashrate"]
    worth = 86400 * money["reward"] / (money["network_difficulty"] * HASHES)
    for key in ("low", "estimate", "high"):
        tap.near(money["per_day"][key], rate[key] * worth, 1e-9,
                 "story: a day, " + key)
    tap.near(money["network_portion"]["estimate"],
             everything["hashrate"]["estimate"] / money["network_hashrate"],
             0.5, "story: its part of the network, which grew meanwhile")
    tap.near(money["chance_of_none"]["estimate"],
             math.exp(-money["blocks_expected"]["estimate"]), 1e-9,
             "story: the chance of no block")

    most = max(d["machines"] for d in truth["days"])
    tap.ok(most / 2 < machines["at_least"] <= most,
           "story: machines, a lower bound", machines["at_least"], most)
    tap.same(machines["kind"], "asic", "story: what kind")
    seconds = rate["seconds"]
    tap.ok(holds(machines["power_w"], truth["joules"] / seconds),
           "story: power", machines["power_w"], truth["joules"] / seconds)
    tap.ok(holds(machines["energy_j"], truth["joules"]), "story: energy",
           machines["energy_j"], truth["joules"])
    tap.near(rate["estimate"] * seconds, truth["hashes"], 0.02,
             "story: hashes")
    tap.ok(machines["indicated"]["addresses"] == len(truth["clients"]),
           "story: addresses")
    tap.same(document["hypotheses"]["discriminates"], False,
             "story: it cannot be told who it was")


def simulated_csv(text):
    rows = list(csv.reader(text.decode("utf-8").splitlines()))
    return rows[0][-1] == "simulated" and \
        all(r[-1] == "true" for r in rows[1:])


def check_simulated(out):
    """Each output says it where its reader looks."""
    tap.ok(json.loads(out["json"])["simulated"] is True
           and {f["grade"] for f in json.loads(out["json"])["findings"]}
           == {"simulated"}, "SIMULATED: JSON")
    tap.ok(out["html"].count(b"SIMULATED") > 1, "SIMULATED: HTML")
    event = json.loads(out["misp"])["Event"]
    tap.ok(event["info"].startswith("SIMULATED")
           and "assay:simulated" in {t["name"] for t in event["Tag"]},
           "SIMULATED: MISP")
    made = [o for o in json.loads(out["stix"])["objects"]
            if o["type"] in ("report", "note", "infrastructure", "indicator",
                             "opinion", "observed-data")]
    bare = [o["id"] for o in made if "simulated" not in
            json.dumps(o).lower()]
    tap.ok(made and not bare, "SIMULATED: STIX", bare[:5], len(made))
    lines = out["zeek"].decode().splitlines()
    tap.ok(any(x.startswith("#path\tassay_simulated") for x in lines)
           and all(x.endswith("\tT") for x in lines if x[0] != "#"),
           "SIMULATED: Zeek")
    for t in TABLES:
        tap.ok(simulated_csv(out[t + ".csv"]), "SIMULATED: %s.csv" % t)


def check_story(work):
    case = work.name(".db")
    shares = ["--shares", "20000"] if SANITIZED else []  # it is slow
    made = subprocess.run([SEED_CASE, *shares, case], capture_output=True,
                          check=False)
    tap.same((made.returncode, made.stderr), (0, b""), "story: made")
    with open(case[:-3] + ".truth.json", encoding="utf-8") as f:
        truth = json.load(f)
    document = report(case)
    check_story_times(document, truth)
    check_story_measures(document, truth)

    out, r = all_outputs(work, case)
    tap.same((r.code, r.err), (0, ""), "story: all outputs")
    tap.same(sorted(out), sorted(list(ONE_FILE) + [t + ".csv"
                                                   for t in TABLES]),
             "story: these, and nothing beside them")
    tap.ok(r.out.startswith(b"Report on ") and b"SIMULATED" in r.out,
           "SIMULATED: summary", r.out[:200])
    check_simulated(out)
    again, _ = all_outputs(work, case)
    tap.same([n for n in out if out[n] != again.get(n)], [],
             "story: the same bytes again")
    tap.ok(len(out["html"]) < 2 << 20, "story: a page of less than 2 MB",
           len(out["html"]))

    r = run("verify", case)
    tap.ok(r.code == 1 and "simulated" in r.err, "story: verify refuses it",
           r.err)
    with sqlite3.connect("file:%s?mode=ro" % case, uri=True) as db:
        (h,), = db.execute("SELECT hash FROM share LIMIT 1")
    r = run("prove", case, h[::-1].hex())
    tap.ok(r.code == 1 and "simulated" in r.err, "story: so does prove",
           r.err)
    return case, document


# ------------------------------------------------------------ the laboratory

def lab(work, name):
    with open(capture(name, "truth.json")) as f:
        truth = json.load(f)
    case = work.name(".db")
    scan("-o", case, capture(name, "acc.pcap"))
    return case, report(case), truth


# A process starts some time before its first packet, and ends after its last.
START_S = 1


def check_start(where, onset, start):
    high = ns(onset["high"]) / 1e9
    if onset["known"] == "before":
        tap.ok(start - START_S <= high, where + "began before", onset, start)
        return
    low = ns(onset["low"]) / 1e9
    tap.ok(onset["known"] == "within" and low - START_S <= start <= high,
           where + "its start lies in the interval", onset, start)
    tap.ok(high - low < 20, where + "which is seconds long", onset)


def check_stop(where, end, stop):
    low = ns(end["low"]) / 1e9
    if end["known"] == "after":
        tap.ok(stop >= low - START_S, where + "ended after", end, stop)
        return
    high = ns(end["high"]) / 1e9
    tap.ok(end["known"] == "within" and low <= stop <= high + START_S,
           where + "its stop lies in the interval", end, stop)
    tap.ok(high - low < 20, where + "which is seconds long", end)


def check_lab(work, name, known):
    """known: of each miner, whether its onset and its end can be told."""
    _, document, truth = lab(work, name)
    for miner in truth["miners"]:
        s = subject(document, "miner", miner["ip"])
        timing, where = s["timing"], "%s %s: " % (name, miner["name"])
        check_start(where, timing["onset"], miner["start"])
        check_stop(where, timing["end"], miner["stop"])
        tap.same((timing["onset"]["known"], timing["end"]["known"]),
                 known[miner["name"]], where + "as the capture shows it")
        # What h's relay mangled on its way is no proof, and not measured.
        if name != "h_rejects":
            tap.ok(holds(s["hashrate"], miner["mean_hs_over_run"]),
                   where + "its log's rate", s["hashrate"],
                   miner["mean_hs_over_run"])
        tap.ok(s["machines"]["at_least"] == 1, where + "one machine")
        tap.same((s["money"]["bitcoin"], s["money"]["network"]),
                 (False, "regtest"), where + "no Bitcoin was made")
        named = subject(document, "worker", miner["worker"])
        if name != "h_rejects":
            tap.same(named["timing"]["onset"], timing["onset"],
                     where + "the same by name")
    return document, truth


def check_laboratory(work):
    inside = ("before", "after")
    for name, miner in (("a_stratum_one", "a1"), ("g_netem", "g1"),
                        ("h_rejects", "h2")):
        check_lab(work, name, {miner: inside})
    # Three miners, which start and stop two minutes from each other.
    document, truth = check_lab(work, "b_stratum_three_vardiff", {
        "b1": ("before", "within"), "b2": ("within", "within"),
        "b3": ("within", "after")})
    timing = document["subjects"][0]["timing"]
    peak = timing["work"][timing["peak"]]
    together = sum(m["mean_hs_over_run"] for m in truth["miners"])
    from_, to = truth["miners"][2]["start"], truth["miners"][0]["stop"]
    tap.ok(ns(peak["from"]["low"]) / 1e9 < to
           and ns(peak["to"]) / 1e9 > from_,
           "b: at the peak all three mined", peak)
    tap.ok(holds(peak["hashrate"], together), "b: and made its rate",
           peak["hashrate"], together)
    tap.same(document["subjects"][0]["machines"]["indicated"]["addresses"], 3,
             "b: three addresses")


# ------------------------------------------------------------ the field

def labels(row):
    return [float(x[:-3]) for x in row["hashrate_est"].split(";")]


def check_field(work):
    """The label is of each conversation that has one, in order of time; of one
    share nobody made a label."""
    folder = os.path.join(FIELD, "cj")
    if not os.path.isdir(folder):
        tap.skip("field captures", "THE FIELD CAPTURES ARE ABSENT: %s is not "
                 "there; set ASSAY_FIELD" % folder)
        return
    with open(os.path.join(FIELD, "MANIFEST.tsv"), newline="") as f:
        rows = [r for r in csv.DictReader(f, delimiter="\t")
                if r["file"].startswith("cj/")]
    tap.ok(len(rows) == 5, "field: five captures", len(rows))
    for row in rows:
        name, case = row["file"], work.name(".db")
        scan("-o", case, os.path.join(FIELD, name))
        document = report(case)
        rated = [f for f in document["findings"]
                 if f["type"] == "session" and f["shares"]["unique"] > 1]
        want = labels(row)
        tap.same(len(rated), len(want), name + ": conversations")
        for f, label in zip(rated, want):
            tap.ok(holds(f["hashrate"], label),
                   "%s: %s H/s lies in the interval" % (name, label),
                   f["hashrate"])
        everything = document["subjects"][0]
        tap.same((everything["grade"], everything["hashrate"]["basis"]),
                 ("claimed", "claims"), name + ": nothing is proved")
        tap.same(everything["shares"]["accepted"], int(row["accepted"]),
                 name + ": accepted")
        tap.same((everything["money"]["credited"],
                  everything["money"]["unvalued"]),
                 (None, int(row["accepted"])),
                 name + ": what they were worth is not known")
        tap.same((everything["timing"]["onset"]["known"],
                  everything["machines"]["at_least"] >= 1),
                 ("before", True), name + ": it mined when the capture began")


# ------------------------------------------------------------ held against

def check_given(work, story, document):
    sites = work.file(b"# prefixes\n175.45.176.0/23  North\n"
                      b"175.45.178.0/23, South\n", ".txt")
    got = report(story, "--sites", sites)
    names = {s["name"]: s for s in got["subjects"] if s["kind"] == "site"}
    tap.same(sorted(names), ["North", "South"], "--sites: two groups")
    tap.same(sum(s["shares"]["unique"] for s in names.values()),
             document["subjects"][0]["shares"]["unique"],
             "--sites: which have all shares")
    tap.same(got["subjects"][0]["shares"], document["subjects"][0]["shares"],
             "--sites: and change no sum")

    with open(work.name(".csv"), "w") as f:
        f.write("date,BTC/USD\n")
        for day in range(122):
            t = calendar.timegm((2017, 4, 1, 0, 0, 0)) + day * 86400
            f.write("%s,2000\n" % time.strftime("%Y-%m-%d", time.gmtime(t)))
    money = report(story, "--prices", f.name)["subjects"][0]["money"]
    tap.same((money["currency"], money["credited_unpriced"]), ("USD", 0),
             "--prices: every day has one")
    tap.near(money["credited_value"], 2000 * money["credited"], 1e-9,
             "--prices: what was credited")
    tap.near(money["expected_value"]["estimate"],
             2000 * money["expected"]["estimate"], 1e-9,
             "--prices: what was to be expected")
    short = work.file(b"date,BTC/USD\n2017-06-01,2400\n", ".csv")
    money = report(story, "--prices", short)["subjects"][0]["money"]
    tap.ok(money["credited_unpriced"] > 0 and money["expected_value"] is None,
           "--prices: days without one are told", money)

    with open(os.path.join(SOURCE, "docs", "hypotheses.md"),
              encoding="utf-8") as f:
        example = re.search(r"```yaml\n(.*?)```", f.read(), re.S).group(1)
    h = report(story, "--hypotheses",
               work.file(example.encode(), ".yaml"))["hypotheses"]
    tap.same(({r["id"] for r in h["rows"]},
              {c["quantity"] for c in h["columns"]}),
             ({"botnet", "rig"}, {"clients", "hardware"}),
             "--hypotheses: the file's")
    tap.ok(h["leading"] in ("botnet", "rig") and all(
        0 <= r["posterior"]["low"] <= r["posterior"]["estimate"]
        <= r["posterior"]["high"] <= 1 for r in h["rows"]),
           "--hypotheses: weighed", h["rows"])
    tap.near(sum(r["posterior"]["estimate"] for r in h["rows"]), 1, 1e-9,
             "--hypotheses: posteriors add up")

    got = report(story, "--network", "test")
    money = got["subjects"][0]["money"]
    tap.same((got["options"]["network"], money["bitcoin"], money["network"]),
             ("test", False, "test"), "--network: taken for it")
    got = report(story, "--confidence", "0.5")["subjects"][0]["hashrate"]
    wide = document["subjects"][0]["hashrate"]
    tap.ok(wide["low"] < got["low"] < got["high"] < wide["high"]
           and got["confidence"] == 0.5, "--confidence: narrower", got)
    got = report(story, "--bin", "3600")["subjects"][0]["timeline"]
    tap.ok(got["bin_seconds"] == 3600, "--bin", got["bin_seconds"])
    got = report(story, "--title", "a <b> & \"c\"")
    tap.same(got["title"], "a <b> & \"c\"", "--title")


# ------------------------------------------------------------ what goes wrong

def refused(name, code, words, *arguments):
    r = run("report", *arguments)
    tap.ok(r.code == code and words in r.err, name, r.code, r.err[:400])
    return r


def check_usage(story):
    refused("no case", 2, "usage:")
    refused("two cases", 2, "usage:", story, story)
    refused("an option that is none", 2, "--frobnicate", "--frobnicate",
            story)
    for bad in ("1.5", "0", "1", "nan", "-1", "95%", ""):
        refused("--confidence %r" % bad, 2, "not a confidence", story,
                "--confidence", bad)
    for bad in ("0", "-5", "x", "1e99", "inf"):
        refused("--bin %r" % bad, 2, "seconds", story, "--bin", bad)
    refused("--date", 2, "yesterday", story, "--date", "yesterday")
    refused("--network", 2, "moon", story, "--network", "moon")
    r = run("report", "--help")
    tap.ok(r.code == 0 and r.out.startswith(b"usage: assay report"),
           "--help")


def small_case(work):
    case = work.name(".db")
    scan("-o", case, capture("a_stratum_one", "acc.pcap"))
    return case


def check_files(work, case):
    missing = os.path.join(work.path, "nowhere")
    refused("no such case", 1, "No such file", missing)
    refused("a directory for a case", 1, work.path, work.path)
    refused("not a case", 1, "not a", work.file(b"x" * 5000, ".db"))
    refused("another program's database", 1, "another program",
            other_database(work))
    for option in ("--sites", "--asn", "--country", "--prices",
                   "--hypotheses", "--redact-key"):
        refused(option + ": no such file", 1, missing, case, option,
                missing)
    for option in ("--sites", "--asn", "--prices", "--hypotheses",
                   "--redact-key"):
        bad = work.file(b"\xff\0(\n" * 3, ".bad")
        refused(option + ": bytes that mean nothing", 1, bad, case, option,
                bad)
    for option in ONE_FILE:
        refused("--%s: no such directory" % option, 1, missing, case, "-q",
                "--" + option, os.path.join(missing, "x"))
        refused("--%s: a full disk" % option, 1, "No space left", case,
                "-q", "--" + option, "/dev/full")
    plain = work.file(b"", ".txt")
    refused("--csv: no directory", 1, plain, case, "-q", "--csv", plain)
    refused("--csv: none above it", 1, missing, case, "-q", "--csv",
            os.path.join(missing, "x"))
    folder = work.name("")
    r = run_limited(["report", case, "-q", "--csv", folder],
                    {RLIMIT_FSIZE: 5000})
    tap.ok(r.code == 1 and "File too large" in r.err, "--csv: a full disk",
           r.err)
    page = work.name(".html")
    r = run_limited(["report", case, "-q", "--html", page],
                    {RLIMIT_FSIZE: 10000})
    tap.ok(r.code == 1 and "File too large" in r.err
           and not os.path.exists(page), "half a page is not left", r.err)
    with open("/dev/full", "wb") as full:
        p = subprocess.run([ASSAY, "report", case], stdout=full,
                           stderr=subprocess.PIPE, check=False)
    tap.ok(p.returncode == 1 and b"No space left" in p.stderr,
           "the summary on a full disk", p.stderr)


def other_database(work):
    name = work.name(".db")
    with sqlite3.connect(name) as db:
        db.execute("CREATE TABLE t(x)")
    return name


def check_standard_output(story):
    for option in ONE_FILE:
        r = run("report", story, "--" + option, "-")
        tap.ok(r.code == 0 and not r.err and b"\n  since " not in r.out
               and r.out, "--%s -: that and no summary" % option, r.err)
    r = run("report", story, "-q")
    tap.ok(r.code == 0 and b"since" in r.out,
           "-q without an output: the summary all the same", r.out[:100])


def check_cases(work):
    """Cases with little in them, of another time, and in the making."""
    empty = work.name(".db")
    scan("-o", empty, work.pcap([]))
    contacts = work.name(".db")
    talk = Talk()
    login(talk, b"\1\2\3\4")
    talk.close()
    scan("-o", contacts, work.pcap(talk))
    for name, case, count in (("empty", empty, 0),
                              ("contacts only", contacts, 1)):
        out, r = all_outputs(work, case)
        tap.same((r.code, r.err, len(out)), (0, "", 15),
                 name + ": all outputs")
        d = json.loads(out["json"])
        s = d["subjects"][0]
        tap.same((d["counts"]["contacts"], d["counts"]["sessions"],
                  s["hashrate"]["estimate"], s["money"]["credited"],
                  s["machines"]["power_w"], s["timing"]["peak"] is None
                  or count == 1), (count, 0, None, None, None, True),
                 name + ": nothing is made up")
        tap.same([r["words"] for r in d["hypotheses"]["rows"]
                  if r["words"] not in (None, "roughly even chance")
                  and count == 0], [], name + ": nobody is blamed")

    old = small_case(work)
    now = report(old)
    make_older(old)
    then = report(old)
    tap.same((then["subjects"][0]["hashrate"], then["traffic"]),
             (now["subjects"][0]["hashrate"], None),
             "schema 2: the same rate, without what it lacks")

    live = work.name(".db")
    with open(capture("a_stratum_one", "acc.pcap"), "rb") as f:
        data = f.read()
    p = subprocess.Popen([ASSAY, "scan", "-q", "-o", live, "-"],
                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    p.stdin.write(data[:len(data) // 2])
    p.stdin.flush()
    while not os.path.exists(live) or not is_case(live):
        time.sleep(0.01)
    tap.same(report(live)["type"], "report", "while another assay writes it")
    p.stdin.write(data[len(data) // 2:])
    p.stdin.close()
    tap.same(p.wait(), 0, "which goes on")
    whole = report(live)["subjects"][0]
    tap.same(whole["shares"], now["subjects"][0]["shares"],
             "and holds everything in the end")


def is_case(name):
    try:
        with sqlite3.connect("file:%s?mode=ro" % name, uri=True) as db:
            return db.execute("SELECT count(*) FROM session") is not None
    except sqlite3.Error:
        return False


def make_older(name):
    """As the schema before this one: without what came with schema 3."""
    with open(os.path.join(SOURCE, "src", "evidence", "store_columns.h"),
              encoding="utf-8") as f:
        since = re.search(r"#define STORE_SESSION_SINCE_3(.*?)\n\n", f.read(),
                          re.S).group(1)
    columns = re.findall(r"X\(\s*\w+,\s*(\w+),", since)
    with sqlite3.connect(name) as db:
        db.execute("DROP TABLE traffic")
        db.execute("DROP TABLE search")
        for c in columns:
            db.execute("ALTER TABLE session DROP COLUMN " + c)
        db.execute("PRAGMA user_version = 2")
    assert columns


def main():
    with Work() as work:
        story, document = check_story(work)
        check_given(work, story, document)
        check_usage(story)
        check_files(work, small_case(work))
        check_standard_output(story)
        check_cases(work)
        check_laboratory(work)
        check_field(work)
    tap.done()


main()
