"""The lab's own chain: every labelled payment, cluster, CoinJoin and
destination, from the payout address that a capture of its miners shows."""
import json
import os
import shutil
import struct

from harness import Tap, Work, capture, run

tap = Tap()
BLK = capture("chain", "blk00000.dat")
with open(capture("chain", "truth.json")) as f:
    truth = json.load(f)
with open(BLK, "rb") as f:
    raw = f.read()
KEY = bytes.fromhex("0123456789abcdef")


def capture_head():
    with open(capture("a_stratum_one", "acc.pcap"), "rb") as f:
        return f.read(24)


def obfuscated(data):
    return bytes(b ^ KEY[i % 8] for i, b in enumerate(data))


def records(data):
    at = 0
    while at + 8 <= len(data):
        size = struct.unpack("<I", data[at + 4:at + 8])[0]
        yield data[at:at + 8 + size]
        at += 8 + size


def trace(*arguments):
    r = run("trace", "-q", "--json", "--chain", BLK, *arguments).read_json()
    tap.same(r.code, 0, "trace %s: exit status" % " ".join(arguments[:2]))
    return r


def sat(coins):
    whole, _, rest = ("%.8f" % float(coins)).partition(".")
    return int(whole) * 10 ** 8 + int(rest)


def info(path):
    r = run("chain", "verify", "-q", "--json", path).read_json()
    tap.same(r.code, 0, "chain verify: exit status", )
    return r.objects[-1]


# ---- what is there, however it lies
plain = info(BLK)
tap.same((plain["network"], plain["length"], plain["stale"], plain["cut"]),
         ("regtest", 309, 3, 1), "blocks, stale ones, the cut one")
tap.same(plain["last"]["height"], truth["tip"] - 1, "the last whole block")
tap.same([plain["verified"][k] for k in
          ("malformed", "bad_root", "bad_witness", "bad_value")], [0] * 4,
         "every block holds")
tap.same((plain["balance"]["missing"], plain["balance"]["excess"]), (0, 0),
         "every output that is spent is there")
with Work() as work:
    parts = list(records(raw))[:-1]
    places = {"xor": [raw], "turned": [b"".join(reversed(parts))],
              "two": [b"".join(parts[1::2]) + b"\0" * 70000,
                      b"junk" + b"".join(parts[::2]) + parts[5] + parts[9]]}
    for name, files in places.items():
        directory = os.path.join(work.path, name, "blocks")
        os.makedirs(directory)
        for i, data in enumerate(files):
            with open("%s/blk%05d.dat" % (directory, 7 * i), "wb") as f:
                f.write(obfuscated(data) if name == "xor" else data)
        if name == "xor":
            with open(directory + "/xor.dat", "wb") as f:
                f.write(KEY)
        got = info(os.path.dirname(directory))
        tap.same([got[k] for k in ("length", "first", "last", "balance")],
                 [plain[k] for k in ("length", "first", "last", "balance")],
                 name + ": the same chain")
        tap.same(got["obfuscated"], name == "xor", name + ": obfuscated")
        shutil.rmtree(os.path.dirname(directory))

# ---- the payout address, out of a capture
scanned = run("scan", "-q", "--json",
              capture("a_stratum_one", "acc.pcap")).read_json()
payouts = {p["address"] for s in scanned.sessions for p in s["payouts"]}
tap.same(len(payouts), 1, "the capture shows one payout address")
POOL = payouts.pop()
tap.same(truth["owners"][POOL], "POOL_ELO", "and it is the pool's")

r = trace("--through-coinjoins", POOL)
txids = {t["txid"] for t in r.of("transaction")}
outputs = {(o["txid"], o["vout"]): o for o in r.of("output")}
mined = truth["coinbases_by_owner"]["POOL_ELO"]
tap.same(r.summary["sources"], len([m for m in mined if m[0] < truth["tip"]]),
         "sources: what the pool mined")
trail = {t["txid"]: t for t in truth["trail"]}
theirs = [t for t in truth["trail"]
          if t["kind"] not in ("funding", "dust", "spend") and "POOL_NSP" not in
          t["what"]]
for t in theirs:
    tap.ok(t["txid"] in txids, "hop %d, %s: on the trail" %
           (t["n"], t["kind"]))
tap.same([t["txid"] for t in r.of("transaction") if t["coinjoin_outputs"]],
         [truth["coinjoin_txid"]], "one CoinJoin, and it is told")

# ---- amounts by haircut: truth has fractions, assay whole satoshi
labelled = truth["haircut_taint"]["POOL_ELO"]
n, worst = 0, 0
for owner in labelled.values():
    for places in owner.values():
        for p in places:
            o = outputs.get((p["txid"], p["vout"]))
            n += o is not None and o["sat"] == sat(p["value"])
            if o:
                worst = max(worst, abs(o["tainted_sat"]["haircut"] -
                                       p["haircut_sat"]))
tap.same(n, sum(len(p) for o in labelled.values() for p in o.values()),
         "every labelled destination, with its value")
tap.ok(worst < 2, "haircut within 2 satoshi of exact fractions", worst)

# ---- all policies conserve
ends = [o for o in outputs.values() if o["end"] != "spent"]
for policy in ("haircut", "fifo", "lifo", "tiho", "seniority"):
    tap.same(sum(o["tainted_sat"][policy] for o in ends) +
             r.summary["fees_sat"][policy] + r.summary["stuck_sat"][policy],
             r.summary["sources_sat"], policy + ": conserved")
tap.same(run("trace", "-q", "-j1", "--json", "--chain", BLK, POOL).out,
         run("trace", "-q", "-j2", "--json", "--chain", BLK, POOL).out,
         "one thread and two: the same to the last byte")

# ---- where it ends by default: at services and at what looks like a CoinJoin
with Work() as work:
    rows = ["address,entity,kind"]
    rows += ["%s,EXCHANGE,exchange" % a for a in truth["labels"]["exchange"]]
    rows += ["%s,SANCTIONED,sanction" % a
             for a in truth["labels"]["sanctioned"]]
    lists = work.file("\n".join(rows).encode(), ".csv")
    r = trace("--list", lists, POOL)
    ends = {(d["address"], d["end"]) for d in r.of("destination")}
    tap.ok((truth["labels"]["sanctioned"][0], "service") in ends,
           "the sanctioned address ends it")
    tap.ok(any(e == "coinjoin" for _, e in ends), "the CoinJoin ends it")
    listed = [d for d in r.of("destination") if d["listed"]]
    tap.ok(listed and all(d["end"] == "service" for d in listed),
           "every listed destination is a service")

    # ---- the same in the page of a report, from what a capture shows
    case, page = work.name(".db"), work.name(".html")
    run("scan", "-q", "-o", case, capture("a_stratum_one", "acc.pcap"))
    tap.same(run("report", "-q", "--html", page, "--chain", BLK, "--list",
                 lists, case).code, 0, "report --chain: exit status")
    with open(page, encoding="utf-8") as f:
        html = f.read()
    told = html[html.index("Where they went on the chain"):]
    tap.ok("exchange: <bdi class=\"captured\">EXCHANGE" in told and
           "data:image/svg+xml;base64," in told, "and where they went")
    tap.same(run("report", "-q", "--redact", "--html", page, "--chain", BLK,
                 case).code, 2, "but addresses of a chain cannot be redacted")

    empty, none = work.file(capture_head(), ".pcap"), work.name(".db")
    run("scan", "-q", "-o", none, empty)
    tap.same(run("report", "-q", "--html", page, "--chain", BLK, none).code,
             0, "nothing mined, nothing followed")

    # ---- and backward, from the sanctioned address to the pool
    bad = truth["labels"]["sanctioned"][0]
    back = trace("--back", "--through-coinjoins", bad)
    tap.ok(POOL in {d["address"] for d in back.of("origin")
                    if d["end"] == "coinbase"},
           "backward the sanctioned address leads to the pool's coinbases")

    # ---- screened
    s = run("screen", "-q", "--json", "--list", lists, "--chain", BLK,
            "--through", POOL, bad).read_json()
    tap.same(s.code, 0, "screen: exit status")
    pool, listed = s.of("address")
    hit = [e for e in pool["to"]["exposure"] if e["entity"] == "SANCTIONED"]
    tap.ok(hit and hit[0]["hops"] > 1 and hit[0]["entity_hops"] is not None
           and len(hit[0]["path"]) == hit[0]["hops"] + 1 and
           0 <= hit[0]["low_sat"] <= hit[0]["high_sat"] <= hit[0]["sat"],
           "the pool's exposure to it: hops, path, amounts", hit)
    tap.same([e["entity"] for e in listed["direct"]], ["SANCTIONED"],
             "itself it is listed directly")
    tap.same(run("screen", "-q", "--list", lists, "--fail-on-hit", bad).code,
             3, "--fail-on-hit")
    tap.same(run("screen", "-q", "--list", lists, "--fail-on-hit", POOL).code,
             0, "--fail-on-hit, not listed")
    tap.same([run("screen", "-q", "--list", lists, "--fail-on-hit", a).code
              for a in (" %s\n" % bad, bad[:-1], bad + "x", "")],
             [3, 1, 1, 1], "blanks are no matter; what is no address is told")

# ---- clusters
wanted = truth["clusters_common_input_excluding_coinjoin"]
asked = [c["addresses"][0] for c in wanted if c["size"] > 1]
addresses = [a for a in asked if not all(x in "0123456789abcdef" for x in a)]
r = run("chain", "cluster", "-q", "--json", BLK, *addresses).read_json()
got, cluster_of = {}, {c["cluster"]: c["address"] for c in r.of("cluster")}
for m in r.of("member"):
    got.setdefault(cluster_of[m["cluster"]], set()).add(m["address"])


def as_told(address):
    """Scripts without an address are named by their bytes in the truth; a
    P2PK script's address is that of its key here."""
    return not all(x in "0123456789abcdef" for x in address)


for c in wanted:
    if c["addresses"][0] not in addresses:
        continue
    want = {a for a in c["addresses"] if as_told(a)}
    tap.ok(want <= got[c["addresses"][0]] and
           len(got[c["addresses"][0]]) <= c["size"],
           "cluster of %s: %d addresses" % (c["addresses"][0], c["size"]),
           want ^ got[c["addresses"][0]])
tap.same(r.of("clusters")[0]["coinjoins"], 1, "one CoinJoin left out")
naive = run("chain", "cluster", "-q", "--json", "--with-coinjoins",
            BLK).read_json().of("clusters")[0]
tap.ok(naive["clusters"] < r.of("clusters")[0]["clusters"],
       "--with-coinjoins joins more")

# ---- the transactions behind a union, by either command
pair = next(c["addresses"] for c in wanted if c["size"] > 3 and
            all(as_told(a) for a in c["addresses"]))
a = run("chain", "cluster", "-q", "--json", "--why", BLK, pair[0], pair[-1])
b = run("trace", "-q", "--json", "--chain", BLK, "--why", pair[0], pair[-1])
tap.same((a.code, b.code, a.out), (0, 0, b.out), "--why, asked both ways")
tap.ok(a.read_json().of("step"), "there is a path of transactions")
tap.done()
