"""Every figure of the field captures' manifest; and the same captures with the
beginning of every conversation cut away.

The captures are not part of the tree; where they are absent, this says so."""
import csv
import os
import struct

from harness import FIELD, Tap, Work, scan

tap = Tap()
if not os.path.isdir(FIELD):
    tap.skip("manifest", "THE FIELD CAPTURES ARE ABSENT: %s is not there; "
             "set ASSAY_FIELD" % FIELD)
    tap.done()

with open(os.path.join(FIELD, "MANIFEST.tsv"), newline="") as f:
    manifest = [r for r in csv.DictReader(f, delimiter="\t")
                if r["file"].split("/")[0] in ("positive", "cj", "probe")]

# Where a figure of the manifest is not what is in the capture, and why.
OTHERWISE = {
    # `submitblock []`, by which a pool asks whether the node knows the method,
    # is counted as a submit there, and the node's complaint as a refusal.
    ("positive/coinium-litecoin-testnet.pcapng", "submits"): 22,
    ("positive/coinium-litecoin-testnet.pcapng", "refused"): 1,
    # tshark shows a mining request of the client's in 457 connections.
    ("probe/nesfit-cgminer.g0.pcapng", "mining_streams"): 457,
}
NAMES = {"ethereum-proxy": "eth-proxy", "zcash": "stratum-zcash",
         "gbt": "getblocktemplate"}


def figures(r):
    # What is merely listed (a name in TLS) is no mining stream.
    found = [s for s in r.sessions + r.contacts if s["grade"] != "listed"]
    shares = [s["shares"] for s in r.sessions]
    return {
        "mining_streams": sum(s["connections"] for s in found),
        "submits": sum(n["submitted"] for n in shares),
        "pow_verified": sum(n["proved"] for n in shares),
        "claimed_hash_ok": sum(n["claimed"] for n in shares),
        "accepted": sum(n["accepted"] for n in shares),
        "refused": sum(n["rejected"] for n in shares),
    }


def words(text):
    return {w.split("+")[0][:40] for w in text.split(",")} - {""}


for row in manifest:
    name = row["file"]
    r = scan(os.path.join(FIELD, name))
    tap.same(r.code, 0, name + ": exit status")
    for key, got in figures(r).items():
        want = OTHERWISE.get((name, key), int(row[key]))
        tap.same(got, want, "%s: %s" % (name, key))
    dialects = {s["dialect"] for s in r.sessions + r.contacts}
    tap.same(dialects - {"tls"},
             {NAMES.get(d, d) for d in words(row["dialects"])},
             name + ": dialects")
    agents = {s["user_agent"][:40] for s in r.sessions if s["user_agent"]}
    tap.ok(agents <= words(row["agents"]), name + ": agents", agents)
    named = {w[:40] for s in r.sessions for w in s["workers"]}
    if "+" not in row["workers"] and ":" not in row["workers"]:
        tap.ok(named <= words(row["workers"]), name + ": workers", named)
    if name.endswith("coinhive.pcap"):
        tap.same({(c["grade"], c["host"], c["tls"]["version"])
                  for c in r.contacts},
                 {("listed", "ws027.authedmine.com", "1.2"),
                  ("listed", "authedmine.com", "1.2")},
                 name + ": the name asked for in TLS is listed")
    if name.startswith("probe/"):
        tap.same((r.sessions, {c["grade"] for c in r.contacts}),
                 ([], {"contact"}), name + ": contacts only")


# ---- without the first 14 packets of each conversation
def records(data):
    """[(offset, end, packet)] of a classic or pcapng capture, Ethernet."""
    out, at = [], 24
    if data[:4] != b"\x0a\x0d\x0d\x0a":
        end = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") \
            else ">"
        while at + 16 <= len(data):
            n = struct.unpack_from(end + "I", data, at + 8)[0]
            out.append((at, at + 16 + n, data[at + 16:at + 16 + n]))
            at += 16 + n
        return out
    at, end = 0, "<"
    while at + 12 <= len(data):
        kind, total = struct.unpack_from(end + "II", data, at)
        if kind == 0x0a0d0d0a:
            end = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            total = struct.unpack_from(end + "I", data, at + 4)[0]
        if kind == 6:
            n = struct.unpack_from(end + "I", data, at + 20)[0]
            out.append((at, at + total, data[at + 28:at + 28 + n]))
        at += total
    return out


def conversation(packet):
    """Its two ends and payload, if it is TCP over IPv4 over Ethernet."""
    if len(packet) < 34 or packet[12:14] != b"\x08\x00" or packet[23] != 6:
        return None, b""
    ip = 14 + (packet[14] & 15) * 4
    total = struct.unpack_from(">H", packet, 16)[0]
    ports = struct.unpack_from(">HH", packet, ip)
    ends = sorted([(packet[26:30], ports[0]), (packet[30:34], ports[1])])
    data = ip + (packet[ip + 12] >> 4) * 4
    return tuple(ends), packet[data:14 + total]


def without_beginnings(data, first=14):
    """The capture, and what of each conversation is left."""
    seen, left, gone = {}, {}, []
    for at, end, packet in records(data):
        ends, payload = conversation(packet)
        if ends is None:
            continue
        seen[ends] = seen.get(ends, 0) + 1
        if seen[ends] <= first:
            gone.append((at, end))
        else:
            left[ends] = left.get(ends, b"") + payload
    out, at = [], 0
    for a, b in gone:
        out.append(data[at:a])
        at = b
    return b"".join(out) + data[at:], left


def whole(text):
    """Without the end of a message whose beginning was cut away."""
    if text.startswith((b"{", b"POST ", b"GET ", b"HTTP/")):
        return text
    return text.partition(b"\n")[2]


# What a message of each dialect cannot be without.
MARKS = (b"mining.", b"eth_submitWork", b"eth_getWork", b"eth_submitHashrate",
         b'"job_id"', b"getblocktemplate", b"getwork", b"previousblockhash")


def ends_of(s):
    def end(e):
        return bytes(int(x) for x in e["ip"].split(".")), e["port"]
    return tuple(sorted([end(s["client"]), end(s["server"])]))


found = wanted = 0
for row in manifest:
    name = row["file"]
    with open(os.path.join(FIELD, name), "rb") as f:
        data, left = without_beginnings(f.read())
    talking = {e for e, p in left.items() if any(m in whole(p) for m in MARKS)}
    with Work() as work:
        r = scan(work.file(data, ".pcapng" if name.endswith("ng")
                           else ".pcap"))
    lines = [s for s in r.sessions + r.contacts if s["grade"] != "listed"]
    got = {ends_of(s) for s in lines}
    joined = any(s["connections"] > 1 for s in lines)
    where = name + ", without beginnings: "
    if not joined:
        tap.ok(talking <= got, where + "every mining conversation",
               len(talking - got), list(talking - got)[:3])
        tap.ok(got <= talking, where + "and no other", got - talking)
    else:
        tap.same(sum(s["connections"] for s in lines), len(talking),
                 where + "as many as have a mining message left")
    found += sum(s["connections"] for s in lines)
    wanted += len(talking)
tap.ok(wanted > 0, "%d of %d conversations found without their beginnings"
       % (found, wanted))
tap.done()
