"""Block files and lists that are broken, or lie: clear errors, nothing lost,
no crash; and options that are refused."""
import os
import random
import struct

from harness import Tap, Work, capture, run

tap = Tap()
BLK = capture("chain", "blk00000.dat")
with open(BLK, "rb") as f:
    raw = f.read()
MAGIC = raw[:4]
ADDRESS = "mg4cV9qTRBtX74Grekn2De5p79KmnHKUwk"


def lay(work, name, files):
    directory = os.path.join(work.path, name)
    os.makedirs(directory)
    for to, data in files.items():
        with open(os.path.join(directory, to), "wb") as f:
            f.write(data)
    return directory


def said(name, code, text, *arguments):
    r = run(*arguments)
    tap.ok(r.code == code and text in r.err, name, r.code, r.err)
    tap.ok(r.err.count("\n") == 1 or code == 2, name + ": one sentence", r.err)


with Work() as work:
    said("a path that is not there", 1, "No such file", "chain", "info",
         work.path + "/none")
    said("a directory without files", 1, "no blk*.dat in it", "chain", "info",
         lay(work, "empty", {}))
    said("no block file", 1, "magic number", "chain", "info",
         lay(work, "text", {"blk00000.dat": b"hello " * 100}))
    said("an empty file", 1, "magic number", "chain", "info",
         lay(work, "none", {"blk00000.dat": b""}))
    said("the wrong key", 1, "xor.dat is not the key", "chain", "info",
         lay(work, "key", {"blk00000.dat": raw, "xor.dat": b"12345678"}))
    said("a key too short", 1, "not 8 bytes", "chain", "info",
         lay(work, "short", {"blk00000.dat": raw, "xor.dat": b"1"}))
    said("Litecoin's", 1, "Litecoin", "chain", "info", lay(
        work, "ltc", {"blk00000.dat": b"\xfb\xc0\xb6\xdb" + raw[4:]}))
    said("a magic number and nothing behind it", 1, "no block", "chain",
         "info", lay(work, "magic", {"blk00000.dat": MAGIC * 1000}))

    # ---- sizes that lie: all blocks are there all the same
    whole = run("chain", "info", "-q", "--json", BLK).read_json().objects[0]
    for name, data in {
            "a record of 4 GB": MAGIC + b"\xff" * 4 + raw,
            "a record that claims all the others":
                MAGIC + struct.pack("<I", len(raw)) + raw,
            "records inside of records":
                b"".join(MAGIC + struct.pack("<I", 5000 - i)
                         for i in range(200)) + raw,
            "zeros, as a node writes ahead": raw[:-165] + bytes(1 << 20),
            "nothing but magic numbers before": MAGIC * 100000 + raw}.items():
        got = run("chain", "info", "-q", "--json", lay(
            work, name.replace(" ", "_"), {"blk00000.dat": data}))
        tap.same((got.code, got.read_json().objects[0]["last"]),
                 (0, whole["last"]), name + ": the same chain")

    # ---- a block that is not what its header says
    at, blocks = 0, []
    while at + 8 < len(raw):
        size = struct.unpack("<I", raw[at + 4:at + 8])[0]
        blocks.append((at, size))
        at += 8 + size
    at, size = max(blocks[:-1], key=lambda b: b[1])
    for name, change in {
            "lying count of transactions": (88, b"\xfd\xff\xff"),
            "count beyond 64 bits": (88, b"\xff" * 9),
            "a byte in the middle": (8 + size // 2, None),
            "no transactions": (88, b"\0")}.items():
        data = bytearray(raw)
        to, put = change
        data[at + to:at + to + len(put or b"x")] = put or bytes(
            [data[at + to] ^ 0x40])
        directory = lay(work, name.replace(" ", "_"),
                        {"blk00000.dat": bytes(data)})
        r = run("chain", "verify", "-q", "--json", directory)
        v = r.read_json().objects[0]["verified"]
        tap.same((r.code, max(v[k] for k in ("malformed", "bad_root",
                                             "bad_witness"))), (1, 1),
                 name + ": one block is bad")
        tap.ok("blk00000.dat, offset %d" % (at + 8) in v["first_wrong"],
               name + ": and named", v["first_wrong"])
        for command in (("trace", "--chain", directory, "--back", ADDRESS),
                        ("chain", "cluster", directory)):
            r = run(*command, "-q")
            tap.ok(r.code == 1 and "offset %d" % (at + 8) in r.err,
                   name + ": %s says so" % command[0], r.code, r.err)

    # ---- anything at all: an answer or a sentence, never a crash
    rng = random.Random(7)
    for i in range(40):
        data = bytearray(raw[:60000])
        for _ in range(rng.choice((1, 5, 50))):
            to = rng.randrange(len(data))
            data[to:to + 4] = rng.randbytes(4)
        if rng.random() < 0.5:
            del data[rng.randrange(len(data)):]
        directory = lay(work, "random%d" % i, {
            "blk00000.dat": bytes(data),
            "rev00000.dat": bytes(data[100:]) if i % 2 else MAGIC + b"\1"})
        codes = {run("chain", "verify", "-q", directory).code,
                 run("chain", "cluster", "-q", directory).code,
                 run("trace", "-q", "--chain", directory, ADDRESS).code}
        tap.ok(codes <= {0, 1}, "random damage %d" % i, codes)

    # ---- options
    said("no chain", 2, "--chain is needed", "trace", ADDRESS)
    said("no address", 2, "neither an address", "trace", "--chain", BLK,
         "mg4cV9qTRBtX74Grekn2De5p79KmnHKUwx")
    said("a policy that there is not", 2, "no such policy", "trace",
         "--chain", BLK, "--policy", "fair", ADDRESS)
    said("no hops", 2, "not a number", "trace", "--chain", BLK, "--hops", "0",
         ADDRESS)
    said("a rule that there is not", 2, "no such rule", "chain", "cluster",
         "--rule", "guess", BLK)
    said("no list", 2, "--list is needed", "screen", ADDRESS)
    said("a list that is none", 1, "known format", "screen", "--list",
         work.file(b"\x01\x02", ".bin"), ADDRESS)
    said("unspent without the beginning", 1, "genesis block", "chain",
         "verify", "--unspent", "-q", lay(work, "late", {
             "blk00000.dat": raw[blocks[200][0]:]}))
    tap.same(run("chain").code, 2, "chain without a command")
    for command in ("chain", "trace", "screen"):
        tap.same(run(command, "--help").code, 0, command + " --help")
tap.done()
