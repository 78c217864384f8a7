"""Real captures from public repositories, and logs of real miners.

They are not part of the tree; where they are absent, this says so."""
import csv
import hashlib
import json
import os

from harness import FIELD, MS, Talk, Tap, scan, scan_of, subscribe, \
    subscribed

tap = Tap()
if not os.path.isdir(FIELD):
    tap.skip("field captures", "THE FIELD CAPTURES ARE ABSENT: %s is not "
             "there; set ASSAY_FIELD" % FIELD)
    tap.done()


def field(*parts):
    return os.path.join(FIELD, *parts)


with open(field("MANIFEST.tsv"), newline="") as f:
    manifest = {r["file"]: r for r in csv.DictReader(f, delimiter="\t")}

# ---- scrypt, with two blocks found: by the miner, and once more as the pool
# hands them to its node.
name = "positive/coinium-litecoin-testnet.pcapng"
row, r = manifest[name], scan(field(name))
tap.same(r.code, 0, name + ": exit status")
tap.same(sorted(s["dialect"] for s in r.sessions),
         ["getblocktemplate", "stratum-v1"], name + ": two dialects")
s = next(s for s in r.sessions if s["dialect"] == "stratum-v1")
node = next(s for s in r.sessions if s["dialect"] != "stratum-v1")
tap.same((s["shares"]["submitted"], s["shares"]["proved"],
          s["shares"]["unique"], s["shares"]["accepted"],
          s["shares"]["rejected"]), (20, 20, 20, 19, 1), name + ": shares")
tap.same(node["roles"], {"client": "pool", "server": "node"},
         name + ": the pool is told from a miner")
tap.same([m["ip"] for m in r.miners], [s["client"]["ip"]],
         name + ": and is not among the miners")
blocks = {x["hash"] for x in r.shares if x["session"] in
          node.get("connection_ids", [])}
tap.same((node["shares"]["proved"], len(blocks)), (2, 2),
         name + ": both blocks proved")
tap.ok(all(x["also_seen_in"] for x in r.shares if x["hash"] in blocks),
       name + ": and seen in the miner's session, too")
tap.same({x["algorithm"] for x in (s, node)}, {"scrypt"},
         name + ": algorithm")
tap.same(s["grade"], "proved", name + ": grade")
tap.same(s["user_agent"], row["agents"], name + ": agent")
tap.same([w in row["workers"] for w in s["workers"]], [True],
         name + ": worker")
tap.near(sum(x["target_difficulty"] for x in r.shares
             if x["verdict"] == "accepted" and x["session"] == s["id"]),
         float(row["sum_accepted_diff"]), 1e-6,
         name + ": sum of accepted difficulties")
tap.near(s["hashrate"]["estimate"], float(row["hashrate_est"][:-3]), 0.1,
         name + ": hash rate, roughly the manifest's")
for x in r.shares:
    header = bytes.fromhex(x["header"])
    h = hashlib.scrypt(header, salt=header, n=1024, r=1, p=1, dklen=32)
    if h[::-1].hex() != x["hash"]:
        tap.ok(False, name + ": the hash is scrypt's", x)
        break
else:
    tap.ok(True, name + ": the hashes are scrypt's")

# ---- pools asked for work, and none given back.
for name in ("positive/zeek-bitcoin-mining.pcap",
             "probe/nesfit-cgminer.s0.pcapng",
             "probe/nesfit-cgminer.g0.pcapng"):
    row, r = manifest[name], scan(field(name))
    tap.same(len(r.sessions), 0, name + ": no session")
    servers = {"%s:%d" % (c["server"]["ip"], c["server"]["port"])
               for c in r.contacts}
    named = {e.split("+")[0] for e in row["pool_endpoints"].split(",")}
    tap.ok(named <= servers, name + ": every pool the manifest names",
           named - servers)
    tap.same([x["type"] for x in r.objects if "hashrate" in x], [],
             name + ": no rate is claimed")

# ---- Zcash: each share recomputed here from its parts, too.
for name, submits in (("positive/nesfit-zec-eu1.nanopool.org.pcapng", 6),
                      ("positive/ndpi-mining.pcapng", 47)):
    shares = [x for x in scan(field(name)).shares
              if x["algorithm"] == "equihash"]
    tap.same((len(shares), {x["proved"] for x in shares}), (submits, {True}),
             name + ": Equihash proved")
    tap.same({len(x["header"]) for x in shares}, {280},
             name + ": headers of 140 bytes")

# ---- not mining, in the same run of the test.
for file in sorted(os.listdir(field("negative"))):
    r = scan(field("negative", file))
    cut = file == "suricata-verify-pgsql-5000-query-results.pcap"
    tap.same((r.sessions, r.contacts, r.code), ([], [], 1 if cut else 0),
             "negative/" + file)
    tap.same(len(r.of("node")),
             file == "arkime-arkime_synthetic.pcap" and 1 or 0,
             "negative/" + file + ": nodes")
    tap.ok(r.summary["packets"] > 0, "negative/" + file + ": was read")
r = scan(field("p2p", "nfstream-bitcoin.pcap"))
tap.same(r.sessions + r.contacts, [], "p2p: a node is not a miner")
tap.same((len(r.of("node")), sum(n["blocks_seen"] for n in r.of("node")),
          sum(n["blocks_proved"] for n in r.of("node"))), (6, 12, 12),
         "p2p: six conversations, 12 blocks of 12 proved")


# ---- the logs of miners' sockets, turned into streams.
def transcript(file):
    """[(side, object)], [difficulty the miner printed, and its digits]"""
    out, printed = [], []
    with open(field("transcripts", file)) as f:
        for text in f:
            if text.startswith("#"):
                continue
            ms, kind, rest = text.rstrip("\n").split(" ", 2)
            if kind == "D":
                printed.append(rest)
            else:
                out.append((int(ms), kind == "rx", json.loads(rest)))
    return out, printed


def talk_of(said, handshake=True, **ends):
    talk = Talk(handshake=handshake, **ends)
    begin = talk.now
    for ms, side, o in said:
        talk.now = max(talk.now, begin + ms * MS)
        talk.send(side, o)
    return talk


def agrees(name, r, printed):
    ours = [s["share_difficulty"] for s in r.shares]
    tap.same(len(ours), len(printed), name + ": shares")
    for x, text in zip(ours, printed):
        digits = len(text.split(".")[1]) if "." in text else 0
        unit = 10.0 ** -digits  # printed digits may be cut or rounded
        tap.ok(x is not None and abs(x - float(text)) <= unit,
               "%s: %s, as the miner printed" % (name, text), x)


total = 0
for file, n in (("viabtc-bch-bitaxe-gamma.log", 6),
                ("publicpool-btc-bitaxe-gamma.log", 1)):
    said, printed = transcript(file)
    r = scan_of(talk_of(said))
    shares = r.sessions[0]["shares"]
    tap.same((shares["submitted"], shares["proved"], shares["accepted"]),
             (n, n, n), file + ": all proved and accepted")
    agrees(file, r, printed)
    total += shares["proved"]
    s = r.sessions[0]
    tap.same(s["grade"], "proved", file + ": grade")
    if file.startswith("viabtc"):
        tap.same((s["network"], s["coin"], s["not_btc"]), (None, None, True),
                 file + ": not Bitcoin, though its format")
        tap.same(s["user_agent"], "bitaxe/BM1370/v2.4.1", file + ": agent")
    else:
        tap.same((s["network"], s["coin"]), ("main", "BTC"),
                 file + ": Bitcoin")

# ---- begun mid-stream: the pool's count gives extranonce1 away, if a
# neighbour of it was seen.
file = "ckpool-midstream-bitaxe.log"
said, printed = transcript(file)
here = dict(client=("10.1.0.1", 40000), handshake=False, isn=(900, 700))
alone = scan_of(talk_of(said, **here))
s = alone.sessions[0]
tap.same((s["extranonce1"], s["extranonce1_source"], s["shares"]["proved"],
          s["grade"]), (None, "unknown", 0, "spoken"),
         file + ": alone, it is unknown and nothing is claimed")
tap.same(s["shares"]["unproved_because"], {"extranonce1 not known": 2},
         file + ": and why")
tap.same({x["proof"] for x in alone.shares}, {"extranonce1 not known"},
         file + ": of each share")
neighbour = Talk(client=("10.1.0.9", 41000))
neighbour.miner(subscribe())
neighbour.pool(subscribed(bytes.fromhex("cf747b71"), 8))
r = scan_of(talk_of(said, **here), neighbour)
s = next(x for x in r.sessions)
tap.same((s["extranonce1"], s["extranonce1_source"]),
         ("cf747b70", "recovered"), file + ": recovered beside a neighbour")
tap.same(s["shares"]["proved"], 2, file + ": both shares proved")
agrees(file, r, printed)
total += s["shares"]["proved"]
tap.same(total, 9, "transcripts: 9 of 9 shares proved")
# A neighbour far away does not help, and does no harm.
other = Talk(client=("10.1.0.9", 41000))
other.miner(subscribe())
other.pool(subscribed(bytes.fromhex("11223344"), 8))
r = scan_of(talk_of(said, **here), other)
tap.same([x["extranonce1_source"] for x in r.sessions], ["unknown"],
         file + ": no value is made up")
tap.done()
