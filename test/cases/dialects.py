"""The lab's captures of other dialects and carriers say what their truth files
say."""
import hashlib
import json

from harness import Tap, capture, scan

tap = Tap()


def truth(name):
    with open(capture(name, "truth.json")) as f:
        return json.load(f)


def sha256d(b):
    return hashlib.sha256(hashlib.sha256(b).digest()).digest()


def counts(s):
    n = s["shares"]
    return n["submitted"], n["proved"], n["unique"], n["accepted"], \
        n["rejected"]


# ---- getwork: two connections are one session; the headers are the pool's.
t, r = truth("d_getwork"), scan(capture("d_getwork", "acc.pcap"))
log = t["miners"][0]["log"]
tap.same((r.code, len(r.sessions), len(r.contacts)), (0, 1, 0),
         "getwork: one session")
s = r.sessions[0]
tap.same(counts(s), (65, 65, 65, log["accepted"], log["rejected"]),
         "getwork: shares")
tap.same((s["dialect"], s["carrier"], s["connections"], s["grade"]),
         ("getwork", "http", 2, "proved"), "getwork: by HTTP, proved")
tap.same((s["workers"], s["user_agent"]),
         ([t["miners"][0]["worker"]], "cpuminer/2.5.1"), "getwork: who")
logged = set()
for entry in t["pool_log"].values():
    for words in entry["words_of_headers"]:
        raw = bytes.fromhex(words)
        logged.add(b"".join(raw[i:i + 4][::-1]
                            for i in range(0, 80, 4)).hex())
tap.same(r.proved(), logged, "getwork: the headers the pool logged")
tap.ok(all(sha256d(bytes.fromhex(x["header"]))[::-1].hex() == x["hash"]
           for x in r.shares), "getwork: hashes")
tap.near(min(x["share_difficulty"] for x in r.shares),
         t["recomputed_http"]["min_difficulty"], 1e-9, "getwork: smallest")
tap.near(max(x["share_difficulty"] for x in r.shares),
         t["recomputed_http"]["max_difficulty"], 1e-9, "getwork: largest")
rate = t["miners"][0]["mean_hs_over_run"]
tap.ok(s["hashrate"]["low"] <= rate <= s["hashrate"]["high"],
       "getwork: the miner's own meter lies within the bounds", s["hashrate"])

# ---- getblocktemplate: each block proved from its transactions.
t, r = truth("c_gbt_solo"), scan(capture("c_gbt_solo", "acc.pcap"))
tap.same((r.code, len(r.sessions), len(r.contacts)), (0, 1, 0),
         "getblocktemplate: one session")
s = r.sessions[0]
tap.same(counts(s), (5, 5, 5, 5, 0), "getblocktemplate: blocks")
tap.same(s["shares"]["blocks"], 5, "getblocktemplate: that solve blocks")
tap.same((s["dialect"], s["connections"], s["network"]),
         ("getblocktemplate", 6, "regtest"), "getblocktemplate: dialect")
tap.same((s["roles"]["client"], s["roles"]["server"]), ("miner", "node"),
         "getblocktemplate: a miner at a node")
tap.same({x["hash"] for x in r.shares},
         {b["hash"] for b in t["blocks_found_during"]},
         "getblocktemplate: the blocks that the node logged")
tap.same({x["witness_commitment"] for x in r.shares}, {"good"},
         "getblocktemplate: commitments to witnesses")
tap.same((s["height"]["first"], s["height"]["last"]),
         (min(b["height"] for b in t["blocks_found_during"]),
          max(b["height"] for b in t["blocks_found_during"])),
         "getblocktemplate: heights")
tap.same([p["address"] for p in s["payouts"]], [t["payout"]],
         "getblocktemplate: payout")
rate = t["miners"][0]["mean_hs_over_run"]
tap.ok(s["hashrate"]["low"] <= rate <= s["hashrate"]["high"],
       "getblocktemplate: the miner's own meter lies within the bounds",
       s["hashrate"])

# ---- TLS: nothing is said without keys; with them all is read.
t = truth("e_stratum_tls")
file, keys = (capture("e_stratum_tls", f)
              for f in ("acc.pcap", "m2.keylog.txt"))
r = scan(file)
tap.same((r.sessions, r.contacts), ([], []), "tls: no keys, nothing claimed")
r = scan("--keylog", keys, file)
tap.same((len(r.sessions), len(r.contacts)), (1, 0), "tls: one has keys")
s, want = r.sessions[0], t["decrypted_m2"]
tap.same(counts(s), (want["submits"], want["pow_ok"], want["pow_ok"],
                     want["replied_true"], want["replied_error"]),
         "tls: 78 shares of 78")
tap.same((s["carrier"], s["tls"]["version"], s["dialect"], s["grade"]),
         ("tls/lines", "1.3", "stratum-v1", "proved"), "tls: carrier")
tap.same((s["workers"], s["user_agent"]),
         ([want["worker"]], want["user_agent"]), "tls: who")
tap.near(s["difficulty"]["sum_unique"], want["work"], 1e-9, "tls: work")
tap.same(t["payout"] in [p["address"] for p in s["payouts"]], True,
         "tls: payout")

# ---- Nodes: named as nodes, their blocks proved, and no miner.
t, r = truth("l_bitcoin_p2p"), scan(capture("l_bitcoin_p2p", "core.pcap"))
nodes = r.of("node")
tap.same((r.sessions, r.contacts, len(nodes)), ([], [], 1),
         "p2p: two nodes, no miner")
told = r.of("block")
tap.same([b["hash"] for b in told], [b["hash"] for b in t["blocks"]],
         "p2p: the blocks that were told of")
tap.same({(b["announcer"], b["origin_indicated"], b["announcer_connections"])
          for b in told}, {("10.99.0.10", True, 1)},
         "p2p: by whose node, which nobody had told")
tap.same([n["network"] for n in nodes], ["regtest"], "p2p: network")
tap.same(r.miners, [], "p2p: nobody is called a miner")

# ---- One miner among much else; its pool's name comes from DNS.
r = scan(capture("j_benign_mix", "acc.pcap"))
tap.same([s["server_name"] for s in r.sessions],
         ["stratum.labpool.example"], "benign mix: the pool's name by DNS")
tap.same(r.contacts + r.of("node"), [], "benign mix: nothing else")
tap.done()
