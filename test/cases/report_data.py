"""assay report: its documents, tables and logs, of captures and of hostile
text; each held against the schemas, and against what the scan says."""
import json
import os
import shutil
import sqlite3

import report_check as check
from harness import Job, Talk, Tap, Work, capture, login, mine, run, scan, \
    submit_all

tap = Tap()
DATE = "2026-01-02T03:04:05.678Z"
CAPTURES = [("a_stratum_one", "acc.pcap"), ("b_stratum_three_vardiff",
            "acc.pcap"), ("c_gbt_solo", "acc.pcap"), ("d_getwork", "acc.pcap"),
            ("h_rejects", "acc.pcap"), ("i_ipv6", "acc.pcap"),
            ("j_benign_mix", "acc.pcap"), ("l_bitcoin_p2p", "core.pcap")]
TEXTS = ["=1+1", "@SUM(A1)", "a,b\"c", "tab\there", "line\nbreak", "\u202eabc",
         "</script><img src=x>", "-", "(empty)", "caf\u00e9", "'quoted"]


class Report:
    """The outputs of one run, as bytes."""

    def __init__(self, work, case, *options):
        self.folder = work.name("")
        os.mkdir(self.folder)
        names = {f: os.path.join(self.folder, f)
                 for f in ("json", "stix", "misp", "zeek")}
        arguments = ["report", case, "--date", DATE, "--csv", self.folder]
        for output, name in names.items():
            arguments += ["--" + output, name]
        self.result = run(*arguments, *options)
        self.of = {f: self.read(f) for f in names}
        self.csv = {t: self.read(t + ".csv") for t in check.TABLES}

    def read(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""

    def all(self):
        return {**self.of, **{t + ".csv": x for t, x in self.csv.items()}}

    def check(self, name):
        """Returns the document."""
        tap.ok(self.result.code == 0, name + ": written", self.result.err)
        document = check.check_json(tap, self.of["json"], name)
        for table, text in self.csv.items():
            check.check_csv(tap, text, "%s, %s" % (name, table))
        check.check_stix(tap, self.of["stix"], name)
        check.check_misp(tap, self.of["misp"], name)
        lines = check.check_zeek(tap, self.of["zeek"], name)
        tap.same([r["uid"] for r in lines],
                 [f["id"] for f in document["findings"]],
                 name + ": a Zeek line for each session")
        tap.same(document["generated"], DATE, name + ": as of the date given")
        return document


def same_as_scan(document, scanned, name):
    findings = [o for o in scanned.objects
                if o["type"] in ("session", "contact", "node")]
    tap.same(document["findings"], findings,
             name + ": the sessions that the scan tells")
    for kind, key in (("miner", "ip"), ("worker", "name")):
        keys = ("first", "last", "grade", "chance_bits", "work_bits",
                "shares", "difficulty", "hashrate")
        tap.same({x["name"]: [x[k] for k in keys]
                  for x in document["subjects"] if x["kind"] == kind},
                 {x[key]: [x[k] for k in keys] for x in scanned.of(kind)},
                 "%s: the %ss that the scan tells" % (name, kind))
    tap.same([x["kind"] for x in document["subjects"]].index("all"), 0,
             name + ": the first subject is everything")


def secrets_of(document):
    """What says who, as the unredacted report tells it."""
    out = set()
    for f in document["findings"]:
        out |= {f["client"]["ip"], f["server"]["ip"], f["host"],
                f["server_name"], f["account"], f["listed"], f["id"]}
        out |= set(f["workers"]) | {p["address"] for p in f["payouts"]}
        out |= {p["script"] for p in f["payouts"]}
        if f["coinbase_text"]:
            out.add(f["coinbase_text"].strip("/ "))
    for i in document["inputs"]:
        out |= {os.path.basename(i["file"]), i["sha256"]}
    for e in document["exhibits"]:
        out |= {e["header"], e["hash"]}
    # "w" and the like are part of many words, "nobody" is one of ours, and
    # "(empty)" is Zeek's.
    words = json.dumps(document["hypotheses"]) + "(empty)"
    return {s for s in out if s and len(s) >= 5 and s not in words}


def check_redacted(work, case, document, name):
    redacted = Report(work, case, "--redact")
    other = redacted.check(name + ", redacted")
    tap.ok(other["redacted"] and not document["redacted"],
           name + ": redacted says so")
    for output, text in redacted.all().items():
        text = text.decode("utf-8")
        left = [s for s in secrets_of(document) | {os.path.basename(case)}
                if s in text]
        tap.same(left, [], "%s: %s tells no one" % (name, output))
    tap.same([f["shares"] for f in other["findings"] if "shares" in f],
             [f["shares"] for f in document["findings"] if "shares" in f],
             name + ": redacted, the same figures")


def check_case(work, name, *captures):
    case = work.name(".db")
    scanned = scan("-o", case, *captures)
    report = Report(work, case)
    document = report.check(name)
    same_as_scan(document, scanned, name)
    again = Report(work, case)
    for output, text in report.all().items():
        tap.ok(text == again.all()[output],
               "%s: %s, the same bytes again" % (name, output))
    check_redacted(work, case, document, name)
    return case


def hostile(work):
    """Every text as worker and as user agent."""
    extranonce1, talks = bytes.fromhex("0badcafe"), []
    for i, text in enumerate(TEXTS):
        talk = Talk(client=("10.0.0.%d" % (i + 1), 50000))
        job = Job("1")
        login(talk, extranonce1, worker=text, agent=text + "/1.0")
        talk.pool(job.notify())
        submit_all(talk, mine(job, extranonce1, 3, worker=text,
                              start=256 * i))
        talks.append(talk)
    return work.pcap(*talks)


def lies(work, case):
    """What a case tells of a share is held against the share itself."""
    told = {
        "difficulty = difficulty * 1e6":
            "its difficulty is not that of its target",
        "hash = zeroblob(32)": "the header's hash is another one",
        "target = zeroblob(32)": "the hash is above the target",
    }
    for change, words in told.items():
        other = work.name(".db")
        shutil.copy(case, other)
        with sqlite3.connect(other) as db:
            db.execute("UPDATE share SET %s" % change)
        result = run("report", other)
        tap.ok(result.code == 1 and words in result.err,
               "refused: " + words)


def main():
    if "assay report" not in run("--help").out.decode():
        print("# `assay report` is not there: NOTHING OF IT IS CHECKED")
        tap.skip("assay report", "no such command")
        return tap.done()
    with Work() as work:
        for parts in CAPTURES:
            case = check_case(work, parts[0], capture(*parts))
            if parts == CAPTURES[0]:
                lies(work, case)
        case = check_case(work, "hostile text", hostile(work))
        printed = run("report", case, "--date", DATE, "--json", "-")
        tap.ok(json.loads(printed.out)["type"] == "report",
               "--json - is standard output")
        check_case(work, "nothing", work.pcap([]))
    return tap.done()


main()
