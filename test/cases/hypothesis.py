"""assay hypothesis: the shipped file, mistakes, and the example of
docs/hypotheses.md, whose arithmetic is done here again."""
import json
import math
import os
import re
import subprocess

from harness import ASSAY, SOURCE, Tap, Work, run

tap = Tap()


def check(text, ending=".yaml"):
    with Work() as work:
        name = work.file(text if isinstance(text, bytes) else text.encode(),
                         ending)
        r = run("hypothesis", "check", name)
        r.err = r.err.replace(name, "FILE")
        r.out = r.out.replace(name.encode(), b"FILE")
        return r


# ------------------------------------------------------------- the shipped one

with open(os.path.join(SOURCE, "data", "hypotheses.yaml"), "rb") as f:
    SHIPPED = f.read()
r = run("hypothesis", "show")
tap.same((r.code, r.out, r.err), (0, SHIPPED, ""), "show prints the file")
r = check(SHIPPED)
tap.same((r.code, r.err), (0, ""), "the shipped file is good, no warnings")
tap.same(run("hypothesis", "check").out.replace(b"data/hypotheses.yaml:",
                                                b"FILE:", 1),
         r.out, "check without a file checks the shipped one")
text = r.out.decode()
for word in ("a state operation", "an individual user", "hashrate (hash/s)",
             "group size", "constant    daytime      night"):
    tap.ok(word in text, "the table has %r" % word, text[:500])
tap.ok(not re.search(r"[ \t]$", text, re.M), "no blanks at the ends of lines")

# Each column of portions adds up to 100 %.
for block in text.split("\n\n")[2:]:
    rows = [[float(x) for x in re.findall(r"([\d.]+) %", line)]
            for line in block.splitlines() if line.rstrip().endswith("%")]
    tap.ok(len(rows) == 2 and all(abs(sum(c) - 100) < 0.11
                                  for c in zip(*rows)),
           "portions add up: " + block.splitlines()[0], block)

# ------------------------------------------------------------- mistakes

GOOD = """title: t
hypotheses:
  - {id: a, name: A, prior: 0.5, reason: r}
  - {id: b, name: B, prior: 0.5, reason: r}
items:
  - quantity: pool
    under:
      a: {table: {solo: 0.9}, reason: r}
      b: {table: {solo: 0.1}, reason: r}
"""
r = check(GOOD)
tap.same((r.code, r.err), (0, ""), "a small good file")
r = check(GOOD.replace("0.5, reason: r}\n  -", "0.6, reason: r}\n  -")
          .replace("quantity: pool", "quantity: pools")
          .replace("{solo: 0.1}, reason: r", "{solo: 1.1}"))
tap.same(r.code, 1, "mistakes: exit status")
tap.same(r.out, b"", "mistakes: nothing on standard output")
lines = r.err.splitlines()
tap.same([re.match(r"assay: FILE:(\d+):(\d+): ", x).groups() for x in lines],
         [("3", "3"), ("6", "15")], "all mistakes, where they are")
tap.ok("add up to 1.1" in lines[0] and "there are hashrate" in lines[1],
       "mistakes say what would be right", r.err)
r = check(GOOD.replace("{solo: 0.1}, reason: r", "{solo: 1.1}"))
tap.ok("9:" in r.err and "lies between 0 and 1" in r.err
       and "lacks \"reason\"" in r.err, "two mistakes in one line", r.err)
r = check("a: [1, 2\n")
tap.ok(r.code == 1 and "FILE:2:1: this is no YAML" in r.err, "no YAML", r.err)
r = check("x: \x1b[31mred\n")
tap.ok(r.code == 1 and "\x1b" not in r.err, "messages are safe to print",
       r.err)
r = check("".join("k%d: 0\n" % i for i in range(300)))
tap.ok(r.code == 1 and len(r.err.splitlines()) == 101
       and "203 mistakes more" not in r.err and "302 mistakes more" in r.err,
       "a hundred are told, all are counted", r.err[-300:])
r = check(b"[" * (1 << 19))
tap.same(r.code, 1, "half a million brackets end at once")
r = check(b" " * ((1 << 20) + 1))
tap.ok(r.code == 1 and "longer than" in r.err, "too long", r.err)
r = check(GOOD.replace("0.1", "0.9"))
tap.ok(r.code == 0 and "FILE:6:1: warning: its likelihoods are equal" in r.err
       and "no item tells" in r.err, "warnings", r.err)
with Work() as work:
    good = work.file(GOOD.encode(), ".yaml")
    bad = work.file(b"- 1\n", ".yaml")
    r = run("hypothesis", "check", bad, good)
    tap.ok(r.code == 1 and good.encode() in r.out, "goes on after a bad file")
    r = run("hypothesis", "check", os.path.join(work.path, "none"))
    tap.ok(r.code == 1 and "No such file" in r.err, "no such file", r.err)
    r = run("hypothesis", "check", work.path)
    tap.ok(r.code == 1 and "directory" in r.err, "a directory", r.err)
with open("/dev/full", "wb") as full:
    for arguments in (["show"], ["check"]):
        p = subprocess.run([ASSAY, "hypothesis"] + arguments, stdout=full,
                           stderr=subprocess.PIPE, check=False)
        tap.ok(p.returncode == 1 and b"No space left" in p.stderr,
               "a full disk: %s" % arguments[0], p.stderr)
for arguments in ([], ["frobnicate"], ["show", "x"], ["--nope"]):
    r = run("hypothesis", *arguments)
    tap.ok(r.code == 2 and "usage:" in r.err, "usage: %r" % arguments, r.err)
r = run("hypothesis", "--help")
tap.ok(r.code == 0 and r.out.startswith(b"usage:"), "--help")

# JSON is the same as YAML.
J = {"title": "t", "hypotheses": [
    {"id": x, "name": x.upper(), "prior": 0.5, "reason": "r"} for x in "ab"],
    "items": [{"quantity": "pool", "under": {
        "a": {"table": {"solo": 0.9}, "reason": "r"},
        "b": {"table": {"solo": 0.1}, "reason": "r"}}}]}
for indent in (None, 2, "\t"):
    r = check(json.dumps(J, indent=indent), ".json")
    want = re.sub(rb"line \d+", b"line N", check(GOOD).out)
    tap.same((r.code, re.sub(rb"line \d+", b"line N", r.out)), (0, want),
             "JSON, indent %r" % (indent,))

# ------------------------------------------------------------- the example

with open(os.path.join(SOURCE, "docs", "hypotheses.md"),
          encoding="utf-8") as f:
    doc = f.read()
example = re.search(r"```yaml\n(.*?)```", doc, re.S).group(1)
shown = re.search(r"```console\n\$ build/assay hypothesis check botnet.yaml\n"
                  r"(.*?)```", doc, re.S).group(1)
r = check(example)
tap.same((r.code, r.err), (0, ""), "the example is good")
tap.same(r.out.decode().replace("FILE", "botnet.yaml", 1), shown,
         "docs/hypotheses.md shows what check prints")


def told(pattern):
    """The figures that the text of the example gives."""
    m = re.search(pattern, re.sub(r"\s+", " ", doc))
    return [float(x) for x in m.groups()] if m else []


z = math.log(5 / 20) / math.log(4)
botnet = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / (5 * math.log(4))
rig = math.exp(-1) / 120
clients = botnet / rig
share = 0.1 / 0.9
mean = (1 + share) / 2


def hardware(times):
    return (0.64 * times + 0.36 * mean) / (0.64 * share + 0.36 * mean)


odds = 0.3 / 0.7 * clients * hardware(1)
low = 0.3 / 0.7 * clients / 2 * hardware(1 / 1.5)
high = 0.3 / 0.7 * clients * 2 * hardware(1.5)
for got, want, name in [
        (told(r"density ([\d.]+);"), [botnet], "density"),
        (told(r"/ 5! = ([\d.]+); L = ([\d.]+)"), [rig, 1 / clients], "rig"),
        (told(r"\| odds \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|"),
         [clients, hardware(1), 0.3 / 0.7, odds], "odds"),
        (told(r"0\.3 \| ([\d.]+) \(([\d.]+) to ([\d.]+)\)"),
         [x / (1 + x) for x in (odds, low, high)], "posterior"),
        (told(r"0\.7 \| ([\d.]+) \(([\d.]+) to ([\d.]+)\)"),
         [1 / (1 + x) for x in (odds, high, low)], "the other's"),
        (told(r"odds: ([\d.]+) and ([\d.]+)\."),
         [math.log(clients) / 2, math.log(hardware(1)) / 2], "weights"),
        (told(r"hardware: odds ([\d.]+); at the high end ([\d.]+)\."),
         [low, high], "ends"),
        (told(r"could fall to ([\d.]+) before"),
         [1 / (1 + clients * hardware(1))], "prior to flip")]:
    tap.ok(len(got) == len(want) and all(
        abs(g - w) <= 0.006 * w + 6e-4 for g, w in zip(got, want)),
        "the example's arithmetic: " + name, got, want)
tap.done()
