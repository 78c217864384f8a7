"""A trace that is killed, meets a full disk, or a chain that grew, goes on from
its checkpoint as if nothing had been; checkpoints of anything else are refused.
"""
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import time

from harness import ASSAY, Tap, Work, capture, run, run_limited

tap = Tap()
rng = random.Random(11)
BLK = capture("chain", "blk00000.dat")
POOL = "mg4cV9qTRBtX74Grekn2De5p79KmnHKUwk"
MAKE_CHAIN = os.environ["MAKE_CHAIN"]


def trace(*arguments):
    return run("trace", "-q", "--json", "--chain", *arguments)


def refused(name, text, *arguments):
    r = run("trace", "-q", "--chain", *arguments)
    tap.ok(r.code == 1 and text in r.err and not r.out and
           r.err.count("\n") == 1, name, r.code, r.err)


def interrupt(arguments, checkpoint, how):
    """Starts a trace and ends it some time after it has kept something new;
    False if it was done before that."""
    before = os.stat(checkpoint).st_mtime_ns if os.path.exists(checkpoint) \
        else 0
    p = subprocess.Popen([ASSAY, "trace", "-q", "--checkpoint-every", "0",
                          "--chain", *arguments], stdout=subprocess.DEVNULL)
    while p.poll() is None and (not os.path.exists(checkpoint) or os.stat(
            checkpoint).st_mtime_ns == before):
        time.sleep(0.002)
    time.sleep(rng.random() * 0.1)
    done = p.poll() is not None
    p.send_signal(how)
    p.wait()
    return not done


def records(path):
    with open(path, "rb") as f:
        data = f.read()
    at, out = 0, []
    while at + 8 < len(data):
        size = struct.unpack("<I", data[at + 4:at + 8])[0]
        out.append(data[at:at + 8 + size])
        at += 8 + size
    return out


def another(record):
    """A block like it, of another time: regtest's work is done at once."""
    head = bytearray(record[8:88])
    head[68:72] = struct.pack("<I", struct.unpack("<I", head[68:72])[0] + 1)
    while hashlib.sha256(hashlib.sha256(head).digest()).digest()[31] > 0x7f:
        nonce = struct.unpack("<I", head[76:80])[0]
        head[76:80] = struct.pack("<I", (nonce + 1) % 2 ** 32)
    return record[:8] + bytes(head) + record[88:]


def lay(work, name, chain, blocks):
    """The chain with its last file's blocks replaced."""
    directory = os.path.join(work.path, name)
    shutil.copytree(chain, directory)
    with open(os.path.join(directory, "blk00000.dat"), "wb") as f:
        f.write(b"".join(blocks))
    return directory


with Work() as work:
    chain = os.path.join(work.path, "chain")
    subprocess.run([MAKE_CHAIN, chain, "16", "20000", "3", "200"], check=True)
    with open(os.path.join(chain, "truth.json")) as f:
        source = json.load(f)["source"]
    blocks = records(os.path.join(chain, "blk00000.dat"))
    cut = lay(work, "cut", chain, blocks[:-5])

    # ---- killed at any time, in either direction
    for back in ((), ("--back",)):
        way = "backward" if back else "forward"
        asked = [cut if back else chain, *back, source]
        whole = trace(*asked)
        tap.same(whole.code, 0, way + ": whole")
        checkpoint = work.name(".checkpoint")
        asked += ["--checkpoint", checkpoint]
        met = 0
        for _ in range(50):
            how = signal.SIGINT if met == 1 else signal.SIGKILL
            if interrupt(asked, checkpoint, how):
                met += 1
            elif os.path.exists(checkpoint):
                os.unlink(checkpoint)  # it was done before: anew
            if met == 3:
                break
        tap.same(met, 3, way + ": killed at work")
        r = run("trace", "--json", "--chain", *asked)
        tap.same((r.code, r.out), (0, whole.out),
                 way + ": gone on with, the same to the last byte")
        tap.ok("had been looked at before" in r.err, way + ": and says so",
               r.err)
        r = run("trace", "--json", "-j1", "--chain", *asked)
        tap.same((r.code, r.out), (0, whole.out), way + ": once more")
        os.unlink(checkpoint)
        with open(checkpoint + ".part", "wb") as f:
            f.write(b"what a crash left of one")
        r = run("trace", "--json", "--chain", *asked)
        tap.same((r.code, r.out, os.path.exists(checkpoint + ".part")),
                 (0, whole.out, False), way + ": nothing beside it is left")
        kept = checkpoint

    # ---- blocks came since
    r = run("trace", "--json", "--chain", chain, "--back", source,
            "--checkpoint", kept)
    tap.same((r.code, r.out), (0, whole.out),
             "backward from the top of then, though blocks came")
    tap.ok("5 blocks that came since" in r.err, "which is told", r.err)
    checkpoint = work.name(".checkpoint")
    tap.same(trace(cut, source, "--checkpoint", checkpoint).out,
             trace(cut, source).out, "forward, of the chain of then")
    with open(checkpoint, "rb") as f:
        old = f.read()
    tap.same(trace(chain, source, "--checkpoint", checkpoint).out,
             trace(chain, source).out, "forward it goes on with new blocks")

    # ---- the disk is full
    want = trace(BLK, POOL)
    for size, enough in ((0, False), (100, False), (2000, True),
                         (6000, True)):
        checkpoint = work.name(".checkpoint")
        r = run_limited(["trace", "-q", "--json", "--chain", BLK, POOL,
                         "--checkpoint", checkpoint, "--checkpoint-every",
                         "0"], {resource.RLIMIT_FSIZE: size})
        name = "a disk full at %d bytes" % size
        tap.ok(r.code == 1 and "File too large" in r.err and
               os.path.basename(checkpoint) in r.err, name + ": says so",
               r.code, r.err)
        tap.same(r.out, want.out if enough else b"",
                 name + (": the answer all the same" if enough
                         else ": at once"))
        tap.same((os.path.exists(checkpoint),
                  os.path.exists(checkpoint + ".part")), (enough, False),
                 name + ": what was kept is there")
        tap.same(trace(BLK, POOL, "--checkpoint", checkpoint).out, want.out,
                 name + ": and goes on")
    if os.path.exists("/dev/full"):
        refused("a device", "not a file", chain, source, "--checkpoint",
                "/dev/full")
        tap.ok(not os.path.isfile("/dev/full"), "which is still one")
    refused("a directory that there is not", "No such file", chain, source,
            "--checkpoint", work.path + "/none/x")

    # ---- another question, another chain
    checkpoint = work.name(".checkpoint")
    with open(checkpoint, "wb") as f:
        f.write(old)
    at = (chain, source, "--checkpoint", checkpoint)
    for options in (("--back",), ("--coinbases",), ("--through-coinjoins",),
                    ("--through-fees",), ("--hops", "3"),
                    ("--max-outputs", "100")):
        refused("other options: " + options[0], options[0] + " differs", *at,
                *options)
    refused("another source", "SOURCE differs", *at, POOL)
    address = trace(cut, source).read_json().of("destination")[0]["address"]
    listed = work.file(("address,entity,kind\n%s,X,exchange\n" %
                        address).encode(), ".csv")
    refused("a list that would end it", "--list", *at, "--list", listed)
    tap.same(trace(*at, "--list", listed, "--through").code, 0,
             "one that is not asked is none of its business")
    for name, last in (("fewer blocks", []), ("others", [
            another(blocks[-6])])):
        with open(checkpoint, "wb") as f:
            f.write(old)
        refused(name, "is not one of this chain",
                lay(work, name.replace(" ", "_"), chain, blocks[:-6] + last),
                source, "--checkpoint", checkpoint)
    with open(checkpoint, "rb") as f:
        tap.ok(f.read() == old, "a checkpoint that is refused stays")

    # ---- damaged
    for name, data in {"cut": old[:len(old) // 2], "a byte less": old[:-1],
                       "a byte more": old + b"x",
                       "a byte changed": old[:500] + bytes([old[500] ^ 1]) +
                       old[501:]}.items():
        refused(name, "damaged or cut; remove it", chain, source,
                "--checkpoint", work.file(data, ".checkpoint"))
    for name, data in {"empty": b"", "text": b"hello\n" * 100,
                       "a block file": b"".join(blocks[:3])}.items():
        refused(name, "give another file", chain, source, "--checkpoint",
                work.file(data, ".checkpoint"))
    tap.same(run("trace", "--chain", chain, source, "--checkpoint",
                 "").code, 2, "no name")
    tap.same(run("trace", "--chain", chain, source, "--checkpoint-every",
                 "soon").code, 2, "no number")
tap.done()
