"""The outputs of a report, of samples that no capture gives: everything
determined, nothing at all, simulated, and with hostile text wherever text can
be captured. What writes them is src/report/test_answers_write.c."""
import os
import subprocess

import report_check as check
from harness import SOURCE, Tap

WRITE = os.environ.get("ASSAY_ANSWERS") or os.path.join(
    SOURCE, "build", "src", "report", "test_answers_write")
SAMPLES = {
    "whole": "", "empty": "empty", "simulated": "simulated",
    "redacted": "redacted",
    "quotes": "\"}],'", "formula": "=cmd|' /C calc'!A0", "lines": "\r\n\t",
    "bytes": b"\xff\xc3\x28\x01", "turned": "\u202e\u2066",
    "markup": "<script>&\\x41\\u0041",
}


def write(output, sample):
    return subprocess.run([WRITE, output, sample], check=True,
                          stdout=subprocess.PIPE).stdout


def check_sample(tap, name, sample):
    document = check.check_json(tap, write("json", sample), name)
    for table in check.TABLES:
        rows = check.check_csv(tap, write(table, sample),
                               "%s, %s" % (name, table))
        tap.same({r["simulated"] for r in rows} -
                 {str(document["simulated"]).lower()}, set(),
                 "%s, %s: says whether it is simulated" % (name, table))
    check.check_stix(tap, write("stix", sample), name)
    check.check_misp(tap, write("misp", sample), name)
    lines = check.check_zeek(tap, write("zeek", sample), name)
    tap.same([r["uid"] for r in lines],
             [f["id"] for f in document["findings"]],
             name + ": a Zeek line for each session")
    for output in ("json", "stix", "misp", "zeek"):
        tap.ok(write(output, sample) == write(output, sample),
               "%s: %s, the same bytes again" % (name, output))


def main():
    tap = Tap()
    for name, sample in SAMPLES.items():
        check_sample(tap, name, sample)
    tap.done()


main()
