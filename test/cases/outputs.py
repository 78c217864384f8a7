"""What is written: never over what the same command reads or writes, and told
when it cannot be."""
import os
import subprocess

from harness import ASSAY, Tap, Work, capture, run

tap = Tap()
A = capture("a_stratum_one", "acc.pcap")

with Work() as work:
    case, page = work.name(".db"), work.name(".html")
    other = work.name(".link.db")
    run("scan", "-q", "-o", case, A)
    with open(case, "rb") as f:
        before = f.read()
    os.symlink(case, other)
    shown = run("hypothesis", "show").out
    hypotheses = work.file(shown, ".yaml")
    for name, words in [
            ("the case", ["--html", case, case]),
            ("the case, by =", ["--html=" + case, case]),
            ("the case, by another name", ["--html", other, case]),
            ("hypotheses", ["--hypotheses", hypotheses, "--json", hypotheses,
                            case]),
            ("another output", ["--html", page, "--json", page, case])]:
        r = run("report", "-q", *words)
        tap.ok(r.code == 2 and "named twice" in r.err,
               "not overwritten: " + name, r.code, r.err)
    with open(case, "rb") as f, open(hypotheses, "rb") as h:
        tap.ok(f.read() == before and h.read() == shown
               and not os.path.exists(page), "all is as it was")
    tap.same([run("report", "-q", "--html", page, case).code
              for _ in range(2)], [0, 0], "a page takes the place of a page")

    # ---- what is printed, on a full disk
    for words in (["--version"], ["scan", "--help"], ["verify", case],
                  ["scan", "-q", A]):
        with open("/dev/full", "wb") as full:
            p = subprocess.run([ASSAY] + words, stdout=full, check=False,
                               stderr=subprocess.PIPE)
        tap.ok(p.returncode == 1 and b"cannot be written" in p.stderr,
               "full: " + " ".join(words[:1]), p.returncode, p.stderr)
tap.done()
