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


def spoilt(proof):
    """The same proof with one thing wrong, for each thing."""
    for key in ("coinbase1", "extranonce1", "extranonce2", "coinbase2",
                "previous_block", "version", "nbits", "ntime", "nonce",
                "header", "hash"):
        yield key, dict(proof, **{key: flipped(proof[key])})
    yield "target", dict(proof, target="0" * 64)
    yield "branches", dict(proof, merkle_branches=proof["merkle_branches"][1:])
    yield "algorithm", dict(proof, algorithm="scrypt")
    yield "bits", dict(proof, version_bits="00002000",
                       version_mask="1fffe000")


def main(folder):
    with open(os.path.join(SOURCE, "docs", "proof.md"),
              encoding="utf-8") as f:
        blocks = re.findall(r"```python\n(.*?)```", f.read(), re.DOTALL)
    ok(len(blocks) == 1, "one program in docs/proof.md")
    program = os.path.join(folder, "check.py")
    with open(program, "w", encoding="utf-8") as f:
        f.write(blocks[0])
    case = os.path.join(folder, "case.db")
    capture = os.path.join(SOURCE, "test", "captures", "a_stratum_one",
                           "acc.pcap")
    scan = run(ASSAY, "scan", "-q", "--json", "--shares", "-o", case, capture)
    shares = [o for o in map(json.loads, scan.stdout.splitlines())
              if o["type"] == "share" and o["proved"]]
    ok(len(shares) >= PROOFS, "shares to prove")
    path = os.path.join(folder, "proof.json")

    def holds(proofs):
        with open(path, "w", encoding="utf-8") as f:
            for p in proofs:
                f.write(json.dumps(p) + "\n")
        return (run(sys.executable, program, path).returncode == 0,
                run(ASSAY, "verify", path).returncode == 0)

    proofs = []
    for share in shares[:PROOFS]:
        proved = run(ASSAY, "prove", case, share["hash"])
        proofs.append(json.loads(proved.stdout))
        ok(proofs[-1]["header"] == share["header"] and
           proofs[-1]["hash"] == share["hash"] and
           proofs[-1]["seen"]["frame"] == share["frame"],
           "the proof is of the share that was asked for")
        ok(holds(proofs[-1:]) == (True, True), "both say that it holds")
    ok(holds(proofs) == (True, True), "and so they do of all in one file")
    for name, proof in spoilt(proofs[0]):
        ok(holds([proof]) == (False, False), "wrong " + name + ": neither")
    ok(holds([]) == (False, False), "no proof proves nothing")


with tempfile.TemporaryDirectory() as temporary:
    main(temporary)
print("1..%d" % count)
sys.exit(failed != 0)
