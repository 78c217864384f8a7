#!/usr/bin/env python3
"""docs/proof.md's independent check, run as it stands there on real proofs.

The block of Python in the document is run on proofs from `assay prove`: it
must say that they hold, and that spoilt ones do not."""
import json
import os
import re
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("ASSAY_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ASSAY = os.environ.get("ASSAY") or os.path.join(SOURCE, "build", "assay")
PROOFS = 5
FIELD = os.environ.get("ASSAY_FIELD") or os.path.join(
    os.path.dirname(SOURCE), "shared", "captures", "field")

count = failed = 0


def ok(good, name):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True,
                          timeout=120, check=False)


def flipped(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def other(proof, key):
    """Another value of that part; a list loses its first."""
    value = proof[key]
    return dict(proof, **{key: value[1:] if isinstance(value, list)
                          else flipped(value)})


def spoilt(proof):
    """The same proof with one thing wrong, for each thing that is in it."""
    for key in ("coinbase1", "extranonce1", "extranonce2", "coinbase2",
                "previous_block", "version", "nbits", "ntime", "nonce",
                "header", "hash", "merkle_root", "reserved", "solution",
                "merkle_branches"):
        if proof.get(key):
            yield key, other(proof, key)
    yield "target", dict(proof, target="0" * 64)
    for name in ("scrypt", "equihash"):
        if name != proof["algorithm"]:
            yield "algorithm " + name, dict(proof, algorithm=name)
    if "version_bits" in proof:
        yield "bits", dict(proof, version_bits="00002000",
                           version_mask="1fffe000")


class Checks:
    """The program of docs/proof.md, and assay verify."""

    def __init__(self, folder, program):
        self.program = os.path.join(folder, "check.py")
        self.path = os.path.join(folder, "proof.json")
        with open(self.program, "w", encoding="utf-8") as f:
            f.write(program)

    def holds(self, proofs):
        with open(self.path, "w", encoding="utf-8") as f:
            for p in proofs:
                f.write(json.dumps(p) + "\n")
        return (run(sys.executable, self.program, self.path).returncode == 0,
                run(ASSAY, "verify", self.path).returncode == 0)


def check(folder, checks, what, capture):
    case = os.path.join(folder, what + ".db")
    scan = run(ASSAY, "scan", "-q", "--json", "--shares", "-o", case, capture)
    shares = [o for o in map(json.loads, scan.stdout.splitlines())
              if o["type"] == "share" and o["proved"]]
    ok(len(shares) >= PROOFS, what + ": shares to prove")
    proofs = []
    for share in shares[:PROOFS]:
        proved = run(ASSAY, "prove", case, share["hash"])
        proofs.append(json.loads(proved.stdout))
        ok(proofs[-1]["header"] == share["header"] and
           proofs[-1]["hash"] == share["hash"] and
           proofs[-1]["seen"]["frame"] == share["frame"],
           what + ": the proof is of the share that was asked for")
        ok(checks.holds(proofs[-1:]) == (True, True),
           what + ": both say that it holds")
    ok(checks.holds(proofs) == (True, True),
       what + ": and so they do of all in one file")
    for name, proof in spoilt(proofs[0]):
        ok(checks.holds([proof]) == (False, False),
           what + ": wrong " + name + ": neither")


def main(folder):
    with open(os.path.join(SOURCE, "docs", "proof.md"),
              encoding="utf-8") as f:
        blocks = re.findall(r"```python\n(.*?)```", f.read(), re.DOTALL)
    ok(len(blocks) == 1, "one program in docs/proof.md")
    checks = Checks(folder, blocks[0])
    for what in ("a_stratum_one", "d_getwork", "c_gbt_solo"):
        check(folder, checks, what, os.path.join(
            SOURCE, "test", "captures", what, "acc.pcap"))
    zcash = os.path.join(FIELD, "positive",
                         "nesfit-zec-eu1.nanopool.org.pcapng")
    if os.path.exists(zcash):
        check(folder, checks, "zcash", zcash)
    ok(checks.holds([]) == (False, False), "no proof proves nothing")


with tempfile.TemporaryDirectory() as temporary:
    main(temporary)
print("1..%d" % count)
sys.exit(failed != 0)
