"""What traces and clusters of the laboratory's chain are written to, kinds of
transactions against its truth, and an index of it against its transactions."""
import json
import os
import subprocess
import tempfile
import time
import xml.dom.minidom

from harness import ASSAY, FIELD, Tap

tap = Tap()
LAB = os.path.join(os.path.dirname(FIELD), "lab", "chain")
BLOCKS = os.path.join(LAB, "blocks")
if not os.path.isdir(BLOCKS):
    tap.skip("the laboratory's chain", "not here")
    tap.done()
with open(os.path.join(LAB, "truth.json")) as f:
    TRUTH = json.load(f)
with open(os.path.join(LAB, "txs.json")) as f:
    TXS = json.load(f)
POOLS = [a for a, who in TRUTH["owners"].items() if who.startswith("POOL_")]
top = tempfile.mkdtemp()
LIST = os.path.join(top, "labels.csv")
with open(LIST, "w") as f:
    f.write("address,entity,kind\n")
    for kind, name in [("exchange", "exchange"), ("sanctioned", "sanction")]:
        for address in TRUTH["labels"][kind]:
            f.write("%s,Lab %s,%s\n" % (address, name, name))


def assay(*arguments):
    return subprocess.run([ASSAY, *arguments], capture_output=True, text=True,
                          timeout=300)


def lines(p):
    return [json.loads(x) for x in p.stdout.splitlines()]


# ---------------------------------------------------------------- kinds

KINDS = {"pool_payout": "pool payout batch", "consolidation": "consolidation",
         "peel": "peel", "coinjoin": "coinjoin-like", "hop": "move",
         "cashout": "sweep into exchange",
         "exchange_sweep": "sweep into exchange",
         "p2tr_spend": "sweep into exchange",
         "exchange_withdrawal": "batch payment", "spend": "payment",
         "self_change": "payment", "script_types": "batch payment",
         "script_types_spend": "consolidation", "to_sanctioned": "payment",
         "p2tr": "payment", "dust": "dust", "funding": "funding"}
wanted = {x["txid"]: KINDS[x["kind"]] for x in TRUTH["trail"]
          if x["kind"] in KINDS}
seen = {}
# Whoever sends dust and funds the mixer's parties is on no trace of a pool.
OTHERS = ["%s:%d" % tuple(TXS[x["txid"]]["vin"][0]) for x in TRUTH["trail"]
          if x["kind"] in ("dust", "funding")]
for arguments in (POOLS, OTHERS,
                  ["--back", "bcrt1q03j86um70rnrgkpk9huzarjuu9wje65906rcsf"]):
    out = lines(assay("trace", "--chain", BLOCKS, "--list", LIST, "--json",
                      "--through", "--through-coinjoins", *arguments))
    for x in out:
        if x["type"] == "transaction" and x["txid"] in wanted:
            tap.ok(x["kind"] == wanted[x["txid"]]
                   and x["kind_grade"] == "indicated",
                   "%s of %.8s" % (wanted[x["txid"]], x["txid"]), x)
            seen[x["txid"]] = x
tap.same(set(wanted) - set(seen), set(), "all of the trail was seen")
for x in seen.values():
    if x["kind"] == "pool payout batch":
        ins = [TXS[v[0]]["vout"][v[1]] for v in TXS[x["txid"]]["vin"]]
        tap.same((x["pool"]["address"], x["pool"]["inputs"]),
                 (ins[0]["address"], len(ins)), "whose payout it is")
    if x["kind"] == "peel":
        tap.same(x["peel"]["of"], 12, "twelve peels")

# ---------------------------------------------------------------- files

TYPES = {"bigint": "UInt64", "text": "String", "boolean": "Bool",
         "timestamptz": "DateTime('UTC')"}


def schema(directory):
    """Columns of each table: name, type, nullable."""
    tables = {}
    with open(os.path.join(directory, "schema.sql")) as f:
        for line in f:
            if line.startswith("CREATE TABLE"):
                columns = tables[line.split()[2]] = []
            elif line.startswith("\t"):
                name, rest = line.strip().rstrip(",").split(" ", 1)
                null = "Nullable(" in rest
                kind = rest.replace("Nullable(", "")[:-1] if null else rest
                columns.append((name, kind, null))
    return tables


def tsv(path):
    unescape = {"\\t": "\t", "\\n": "\n", "\\\\": "\\"}
    rows = []
    with open(path, encoding="utf-8", newline="\n") as f:
        for line in f.read().split("\n")[:-1]:
            rows.append([None if x == "\\N" else
                         "".join(unescape.get(x[i:i + 2], x[i])
                                 for i in range(len(x))
                                 if not (i and x[i - 1] == "\\"))
                         if "\\" in x else x for x in line.split("\t")])
    return rows


def rowbinary(path, columns):
    """Rows as TSV would have them, read as ClickHouse documents the format:
    https://clickhouse.com/docs/interfaces/formats/RowBinary. What it would not
    write (a flag beyond 1, a length longer than it need be, text that is not
    UTF-8, half a row) is an error."""
    with open(path, "rb") as f:
        data = f.read()
    at = 0
    rows = []

    def take(n):
        nonlocal at
        at += n
        if at > len(data):
            raise ValueError("%s ends in the middle of a row" % path)
        return data[at - n:at]

    def flag():
        v = take(1)[0]
        if v > 1:
            raise ValueError("%s: %d for a flag" % (path, v))
        return v

    def length():
        n = shift = 0
        while True:
            b = take(1)[0]
            n |= (b & 127) << shift
            if b < 128:
                if b == 0 and shift:
                    raise ValueError("%s: a length with zeros" % path)
                return n
            shift += 7

    while at < len(data):
        row = []
        for _, kind, null in columns:
            if null and flag():
                row.append(None)
            elif kind == "FixedString(32)":
                row.append(take(32).hex())
            elif kind == "UInt64":
                row.append(str(int.from_bytes(take(8), "little")))
            elif kind == "Bool":
                row.append("ft"[flag()])
            elif kind == "DateTime('UTC')":
                seconds = int.from_bytes(take(4), "little")
                row.append(time.strftime("%Y-%m-%dT%H:%M:%S.000Z",
                                         time.gmtime(seconds)))
            elif kind == "String":
                row.append(take(length()).decode())
            else:
                raise ValueError("%s: unknown type %s" % (path, kind))
        rows.append(row)
    return rows


for name, arguments in [("forward", POOLS),
                        ("backward", ["--back", "--through",
                                      TRUTH["labels"]["sanctioned"][0]])]:
    at = {k: os.path.join(top, name + "." + k)
          for k in ("graphml", "svg", "tsv", "rowbinary")}
    p = assay("trace", "--chain", BLOCKS, "--list", LIST, "--json", *arguments,
              *[x for k, v in at.items() for x in ("--" + k, v)])
    out = lines(p)
    tap.same(p.returncode, 0, name + ": written")
    txs = [x for x in out if x["type"] == "transaction"]
    outputs = [x for x in out if x["type"] == "output"]
    edges = [x for x in outputs if x["spent_by"]]
    ours, theirs = schema(at["tsv"]), schema(at["rowbinary"])
    for table, rows in [("transactions", txs), ("outputs", outputs),
                        ("edges", edges)]:
        got = tsv(os.path.join(at["tsv"], table + ".tsv"))
        tap.ok(len(got) == len(rows)
               and all(len(r) == len(ours[table]) for r in got),
               "%s: %s.tsv" % (name, table), len(got), len(rows))
        binary = rowbinary(os.path.join(at["rowbinary"],
                                        table + ".rowbinary"), theirs[table])
        tap.ok(len(rows) > 40 and binary == got,
               "%s: %s.rowbinary says the same" % (name, table))
        tap.same([(c[0], c[2], c[1].replace("FixedString(32)", "String"))
                  for c in theirs[table]],
                 [(c[0], "NOT NULL" not in c[1], TYPES[c[1].split()[0]])
                  for c in ours[table]],
                 "%s: columns of %s" % (name, table))
    column = {c[0]: i for i, c in enumerate(ours["outputs"])}
    got = tsv(os.path.join(at["tsv"], "outputs.tsv"))
    tap.same([(r[column["txid"]], int(r[column["vout"]]),
               int(r[column["sat"]]), int(r[column["tainted_haircut"]]))
              for r in got],
             [(x["txid"], x["vout"], x["sat"], x["tainted_sat"]["haircut"])
              for x in outputs], name + ": outputs as in JSON")
    graph = xml.dom.minidom.parse(at["graphml"])
    nodes = graph.getElementsByTagName("node")
    ids = {n.getAttribute("id") for n in nodes}
    tap.same(len(ids), len(txs) + len(outputs), name + ": nodes of GraphML")
    tap.ok(all(e.getAttribute(a) in ids
               for e in graph.getElementsByTagName("edge")
               for a in ("source", "target")), name + ": edges of GraphML")
    drawing = xml.dom.minidom.parse(at["svg"])
    words = " ".join(t.firstChild.data for t in
                     drawing.getElementsByTagName("text") if t.firstChild)
    tap.ok("Pool payout batch" in words and "12 peels in a row" in words
           if name == "forward" else "Coinbase" in words,
           name + ": words of the drawing", words)
    with open(at["svg"]) as f:
        first = f.read()
    assay("trace", "--chain", BLOCKS, "--list", LIST, *arguments, "--svg",
          at["svg"], "-j", "3")
    with open(at["svg"]) as f:
        tap.ok(f.read() == first, name + ": drawn twice, the same")

nowhere = os.path.join(top, "none", "a.svg")
p = assay("trace", "--chain", BLOCKS, POOLS[0], "--svg", nowhere)
tap.ok(p.returncode == 1 and nowhere in p.stderr, "nowhere to write", p.stderr)
tap.same(assay("trace", "--chain", BLOCKS, POOLS[0], "--tsv", "").returncode,
         2, "no name to write to")

d = os.path.join(top, "clusters")
p = assay("chain", "cluster", "--export", d, "--rowbinary", d + ".rb", BLOCKS)
got = tsv(os.path.join(d, "cluster_members.tsv"))
by = {}
for cluster, scripts, address, *_ in got:
    by.setdefault(cluster, set()).add(address)
largest = set(TRUTH["clusters_common_input_excluding_coinjoin"][0]
              ["addresses"])
tap.ok(p.returncode == 0 and largest in by.values(), "clusters", p.stderr)
tap.same(rowbinary(os.path.join(d + ".rb", "cluster_members.rowbinary"),
                   schema(d + ".rb")["cluster_members"]), got,
         "clusters as RowBinary")

# ---------------------------------------------------------------- index

index = os.path.join(top, "index")
p = assay("chain", "import", "--json", BLOCKS, index)
made = lines(p)[0]
chain = {t: x for t, x in TXS.items() if x["height"] is not None}
tap.ok(made["blocks"] == 309 or made["blocks"] == 310, "import", made)
some = sorted(chain)[::25]
good = 0
for txid in some:
    out = lines(assay("chain", "tx", "--json", index, txid))
    good += (len(out) == 1 and out[0]["txid"] == txid
             and out[0]["height"] == chain[txid]["height"]
             and [o["script"] for o in out[0]["outputs"]]
             == [o["spk"] for o in chain[txid]["vout"]])
tap.same(good, len([t for t in some if chain[t]["height"] <= 309]),
         "transactions by txid")
spent = {}
for txid, x in chain.items():
    for v in x["vin"]:
        if v:
            spent["%s:%d" % (v[0], v[1])] = txid
for x in TRUTH["trail"][::4]:
    for vout in range(len(TXS[x["txid"]]["vout"])):
        outpoint = "%s:%d" % (x["txid"], vout)
        p = assay("chain", "spender", "--json", index, outpoint)
        tap.same((p.returncode, [y["txid"] for y in lines(p)]),
                 (0, [spent[outpoint]]) if outpoint in spent else (1, []),
                 "what spends " + outpoint[-5:])
for address in POOLS + TRUTH["labels"]["sanctioned"]:
    out = lines(assay("chain", "address", "--json", index, address))
    outputs = [(t, i, o) for t, x in chain.items()
               for i, o in enumerate(x["vout"]) if o["address"] == address]
    sat = [round(float(o["value"]) * 1e8) for _, _, o in outputs]
    gone = [s for s, (t, i, _) in zip(sat, outputs)
            if "%s:%d" % (t, i) in spent]
    tap.same((out[-1]["received_sat"], out[-1]["spent_sat"]),
             (sum(sat), sum(gone)), "sums of " + address)
tap.same(assay("chain", "tx", index, "00" * 32).returncode, 1, "no such txid")
for bad in (["tx", index, "12"], ["spender", index, "12:0"],
            ["address", index, "nobody"], ["import", BLOCKS]):
    tap.same(assay("chain", *bad).returncode, 2, "wrong: " + bad[0])
p = assay("chain", "tx", top, "00" * 32)
tap.ok(p.returncode == 1 and "no index" in p.stderr, "no index", p.stderr)

# Killed in the middle, again and again: the next one makes the same bytes.
again = os.path.join(top, "again")
for _ in range(5):
    k = subprocess.Popen([ASSAY, "chain", "import", "-q", BLOCKS, again],
                         stdout=subprocess.DEVNULL)
    k.kill()
    k.wait()
assay("chain", "import", BLOCKS, again)
with open(os.path.join(index, "seg-00000"), "rb") as a, \
        open(os.path.join(again, "seg-00000"), "rb") as b:
    tap.ok(a.read() == b.read(), "killed and made again")
tap.done()
