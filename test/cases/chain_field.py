"""Real blocks from public repositories, with the outputs they spent.

They are not part of the tree; where they are absent, this says so."""
import csv
import hashlib
import json
import os
import struct

from harness import FIELD, Tap, Work, run

tap = Tap()
BLOCKS = os.environ.get("ASSAY_CHAIN_FIELD") or os.path.join(
    os.path.dirname(os.path.dirname(FIELD)), "chain", "field")
if not os.path.isdir(BLOCKS):
    tap.skip("real blocks", "REAL BLOCKS ARE ABSENT: %s is not there; set "
             "ASSAY_CHAIN_FIELD" % BLOCKS)
    tap.done()

MAIN, TEST = bytes.fromhex("f9beb4d9"), bytes.fromhex("0b110907")
KEY = bytes.fromhex("fedcba9876543210")


def field(*parts):
    return os.path.join(BLOCKS, *parts)


def content(*parts):
    with open(field(*parts), "rb") as f:
        return f.read()


with open(field("MANIFEST.tsv"), newline="") as f:
    manifest = {r["file"]: r for r in csv.DictReader(f, delimiter="\t")}


def sha(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


# ---------------------------------------------------------------- reading
# Blocks, by the specifications, without a line of assay's.

class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, n):
        return int.from_bytes(self.take(n), "little")

    def size(self):
        n = self.number(1)
        return n if n < 0xfd else self.number({0xfd: 2, 0xfe: 4, 0xff: 8}[n])


def compact(n):
    if n < 0xfd:
        return bytes([n])
    if n <= 0xffff:
        return b"\xfd" + struct.pack("<H", n)
    return b"\xfe" + struct.pack("<I", n)


def transactions(block):
    """(inputs, sum of outputs) of each."""
    r = Reader(block)
    r.take(80)
    for _ in range(r.size()):
        r.take(4)
        n = r.size()
        witness = n == 0
        if witness:
            r.take(1)
            n = r.size()
        for _ in range(n):
            r.take(36)
            r.take(r.size())
            r.take(4)
        out = 0
        for _ in range(r.size()):
            out += r.number(8)
            r.take(r.size())
        for _ in range(n if witness else 0):
            for _ in range(r.size()):
                r.take(r.size())
        r.take(4)
        yield n, out


# ---------------------------------------------------------------- writing

def varint(n):
    digits = [n & 0x7f]
    while n > 0x7f:
        n = (n >> 7) - 1
        digits.append((n & 0x7f) | 0x80)
    return bytes(reversed(digits))


def compress(n):
    if n == 0:
        return 0
    e = 0
    while n % 10 == 0 and e < 9:
        n //= 10
        e += 1
    if e < 9:
        return 1 + (n // 10 * 9 + n % 10 - 1) * 10 + e
    return 1 + (n - 1) * 10 + 9


def spent(sat, script):
    out = varint(2) + b"\0" + varint(compress(sat))
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14":
        return out + b"\0" + script[3:23]
    if len(script) == 23 and script[:2] == b"\xa9\x14":
        return out + b"\1" + script[2:22]
    return out + varint(len(script) + 6) + script


def undo_record(block, outputs):
    outputs = iter(outputs)
    body = b""
    txs = list(transactions(block))[1:]
    for inputs, _ in txs:
        body += compact(inputs)
        body += b"".join(spent(*next(outputs)) for _ in range(inputs))
    if next(outputs, None) is not None:
        raise ValueError("more outputs than inputs")
    body = compact(len(txs)) + body
    return body, sha(block[4:36] + body)


def write(directory, magic, block, outputs, xor):
    key = KEY if xor else bytes(8)

    def put(name, data):
        with open(os.path.join(directory, name), "wb") as f:
            f.write(bytes(b ^ key[i % 8] for i, b in enumerate(data)))

    os.makedirs(directory)
    put("blk00000.dat", magic + struct.pack("<I", len(block)) + block)
    if outputs is not None:
        body, checksum = undo_record(block, outputs)
        put("rev00000.dat",
            magic + struct.pack("<I", len(body)) + body + checksum)
    if xor:
        with open(os.path.join(directory, "xor.dat"), "wb") as f:
            f.write(KEY)


def verify(path):
    r = run("chain", "verify", "-q", "--json", path)
    return r.code, r.read_json().objects[-1] if r.out else None


def holds(v):
    return v and not any(v["verified"][k] for k in (
        "malformed", "bad_root", "bad_witness", "bad_undo", "bad_value"))


# ---------------------------------------------------------------- the chain

code, v = verify(field("blocks", "jeffchan_0-4312.blk"))
tap.same((code, v["length"], v["last"]["height"]), (0, 4313, 4312),
         "0..4312: all blocks")
tap.same((v["verified"]["transactions"], v["balance"]["unspent_sat"],
          v["balance"]["addresses"], v["balance"]["fees_sat"]),
         (4371, 215650 * 10 ** 8, 4357, 201000000),
         "0..4312: transactions, coins, addresses, fees")
clusters = run("chain", "cluster", "-q", "--json", field(
    "blocks", "jeffchan_0-4312.blk")).read_json().of("clusters")[0]
tap.same(clusters["transactions_without_inputs"], 0,
         "0..4312: clusters know all inputs")

with Work() as work:
    # ---- every file and block holds
    for name, row in sorted(manifest.items()):
        if not name.startswith("blocks/") or "merkle" not in row["check"]:
            continue
        path = field(name)
        if name.endswith(".raw"):
            magic = TEST if "testnet" in row["check"] else MAIN
            path = os.path.join(work.path, os.path.basename(name))
            write(path, magic, content(name), None, False)
        if "mixed networks" in row["check"]:
            continue
        code, v = verify(path)
        tap.ok(code == 0 and holds(v) and v["length"] + v["stale"] +
               v["apart"] == int(row["blocks"] or 1),
               name + ": every block holds", code, v)

    # ---- previous outputs: fees balance to the satoshi
    def bcoin(data):
        r = Reader(data)
        while r.at < len(data):
            sat = r.number(8)
            yield sat, r.take(r.size())

    def floresta(data):
        for x in json.loads(data):
            yield x["txout"]["value"], bytes.fromhex(
                x["txout"]["script_pubkey"])

    def unhex(text):
        return bytes.fromhex(text[2:])

    def raito(document):
        """The block is given as its fields: put together again."""
        state, b = document["chain_state"], document["blocks"][0]
        body, ids, outputs = b"", [], []
        for t in b["data"]["transactions"]:
            ins = outs = wits = b""
            for i in t["inputs"]:
                p = i["previous_output"]
                script = unhex(i["script"])
                ins += bytes.fromhex(p["txid"])[::-1] + struct.pack(
                    "<I", p["vout"]) + compact(len(script)) + script + \
                    struct.pack("<I", i["sequence"])
                wits += compact(len(i["witness"])) + b"".join(
                    compact(len(unhex(w))) + unhex(w) for w in i["witness"])
                if p["txid"].strip("0"):
                    outputs.append((p["data"]["value"],
                                    unhex(p["data"]["pk_script"])))
            for o in t["outputs"]:
                script = unhex(o["pk_script"])
                outs += struct.pack("<Q", o["value"]) + \
                    compact(len(script)) + script
            version = struct.pack("<I", t["version"] & 0xffffffff)
            end = struct.pack("<I", t["lock_time"])
            plain = compact(len(t["inputs"])) + ins + \
                compact(len(t["outputs"])) + outs
            ids.append(sha(version + plain + end))
            body += version + (b"\0\1" + plain + wits if t["is_segwit"]
                               else plain) + end
        n, level = len(ids), ids
        while len(level) > 1:
            level = level + level[-1:] * (len(level) % 2)
            level = [sha(level[i] + level[i + 1])
                     for i in range(0, len(level), 2)]
        h = b["header"]
        return struct.pack("<I", h["version"] & 0xffffffff) + bytes.fromhex(
            state["best_block_hash"])[::-1] + level[0] + struct.pack(
            "<III", h["time"], h["bits"], h["nonce"]) + compact(n) + body, \
            outputs, state["block_height"] + 1

    cases = []
    for name in sorted(os.listdir(field("withprevouts"))):
        data = content("withprevouts", name)
        if name.endswith("-undo.raw"):
            raw = "blocks/" + name.replace("-undo", "")
            cases.append((name, content(raw), list(bcoin(data)),
                          int(manifest[raw]["heights"]),
                          TEST if "testnet" in manifest[raw]["check"]
                          else MAIN))
        elif name.endswith(".spent_utxos"):
            raw = "blocks/" + name.replace(".spent_utxos", ".raw")
            cases.append((name, content(raw), list(floresta(data)),
                          int(manifest[raw]["heights"]), MAIN))
        elif name.startswith("raito_full"):
            block, outputs, height = raito(json.loads(data))
            cases.append((name, block, outputs, height, MAIN))
    tap.ok(len(cases) >= 20, "blocks with what they spent: %d" % len(cases))
    for k, (name, block, outputs, height, magic) in enumerate(cases):
        given = [out for _, out in transactions(block)]
        fees = sum(sat for sat, _ in outputs) - sum(given[1:])
        path = os.path.join(work.path, "undo%d" % k)
        write(path, magic, block, outputs, k % 2 == 1)
        code, v = verify(path)
        tap.ok(code == 0 and holds(v) and v["verified"]["without_undo"] == 0
               and v["obfuscated"] == (k % 2 == 1),
               name + ": holds with its undo record", code, v)
        tap.same(v["verified"]["fees_sat"], fees, name + ": fees")
        tap.same(given[0], (50 * 10 ** 8 >> height // 210000) + fees,
                 name + ": and the coinbase takes exactly them")

    # ---- a satoshi off, and it is noticed
    name, block, outputs, height, magic = cases[-1]
    sat, script = outputs[-1]
    short = sum(s for s, _ in outputs) - sum(
        out for _, out in list(transactions(block))[1:]) + 1
    big = max(range(len(outputs)), key=lambda i: outputs[i][0])
    wrong = list(outputs)
    wrong[big] = (wrong[big][0] - short, wrong[big][1])
    write(os.path.join(work.path, "short"), magic, block, wrong, False)
    code, v = verify(os.path.join(work.path, "short"))
    tap.same((code, v["verified"]["bad_value"]), (1, 1),
             "more given than taken: refused")
tap.done()
