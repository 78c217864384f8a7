"""Scenario a in 32 wrappings: the same shares, as far as they are there."""
import json
import os

from harness import Tap, capture, scan

tap = Tap()
FOLDER = capture("v_variants")
PARTIAL = {"snaplen96.pcap", "snaplen200.pcap", "only_client_to_server.pcap",
           "only_server_to_client.pcap", "capture_lost_3pct.pcap"}
CUT = "truncated_last_record.pcap"
MERGED = "merged_a_and_i6.pcapng"

whole = scan(capture("a_stratum_one", "acc.pcap"))
a = whole.proved()
with open(os.path.join(FOLDER, "truth.json")) as f:
    truth = {r["file"]: r for r in json.load(f)["recomputed_from_capture"]}
results = {}
for name in sorted(os.listdir(FOLDER)):
    if name == "truth.json":
        continue
    r = results[name] = scan(os.path.join(FOLDER, name))
    tap.same(r.code, 1 if name == CUT else 0, name + ": exit status")
    if name == MERGED:
        i = scan(capture("i_ipv6", "acc.pcap"))
        tap.same(r.proved(), a | i.proved(), name + ": both captures'")
        tap.same(len(r.sessions), 2, name + ": two sessions")
    elif name in PARTIAL:
        tap.ok(r.proved() <= a, name + ": a subset, never others")
    else:
        tap.same(r.proved(), a, name + ": the same proved headers")
        tap.same(len(r.sessions), 1, name + ": one session")
        tap.same(r.sessions[0]["shares"], whole.sessions[0]["shares"],
                 name + ": the same counts")
        tap.same(r.sessions[0]["payouts"], whole.sessions[0]["payouts"],
                 name + ": the same payouts")
        tap.same(r.summary["gaps"], 0, name + ": nothing lost")
    if name in truth and "pow_ok" in truth[name] and name != MERGED:
        s = r.sessions[0]["shares"] if r.sessions else {}
        tap.ok(s.get("proved", 0) >= truth[name]["pow_ok"],
               name + ": proves all the script could", s, truth[name])
tap.same(len(results), 32, "32 wrappings")

for name in ("snaplen96.pcap", "snaplen200.pcap"):
    r = results[name].summary
    tap.ok(r["snapped_packets"] > 0, name + ": says what was cut", r)
r = results["snaplen200.pcap"].summary
tap.ok(r["gaps"] > 0 and r["lost_bytes"] > 0,
       "snaplen200: and what of the session is lost", r)
# 30 bytes of a payload hold no message: nothing says that this is mining.
r = results["snaplen96.pcap"]
tap.same(r.sessions + r.contacts, [], "snaplen96: no session is made up")
r = results["capture_lost_3pct.pcap"]
tap.ok(r.summary["gaps"] > 0 and r.summary["lost_bytes"] > 0,
       "capture_lost_3pct: says what was lost", r.summary)
tap.ok(r.sessions[0]["gaps"] > 0, "capture_lost_3pct: of the session, too")
tap.ok(r.sessions[0]["hashrate"]["seconds"]
       < whole.sessions[0]["hashrate"]["seconds"],
       "capture_lost_3pct: time that was not observed does not count")
r = results["only_client_to_server.pcap"]
tap.same([s["shares"]["proved"] for s in r.sessions], [0],
         "only_client_to_server: without jobs nothing is proved")
tap.same(r.sessions[0]["shares"]["submitted"], 131,
         "only_client_to_server: all submits are seen")
tap.same(r.sessions[0]["grade"], "spoken", "only_client_to_server: grade")
tap.same(r.sessions[0]["hashrate"]["estimate"], None,
         "only_client_to_server: the rate is not determined")
r = results["only_server_to_client.pcap"]
tap.same((len(r.sessions), len(r.contacts)), (0, 1),
         "only_server_to_client: a contact, no session")
tap.same(r.contacts[0]["server"]["port"], 3333,
         "only_server_to_client: the pool's side is known")
r = results[CUT]
tap.ok(CUT in r.err and ("offset" in r.err or "byte" in r.err),
       CUT + ": the message names file and offset", r.err)
tap.same(results["gzipped.pcap.gz"].summary["packets"],
         whole.summary["packets"], "gzipped: the same packets")
tap.done()
