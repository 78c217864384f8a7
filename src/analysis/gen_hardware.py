#!/usr/bin/env python3
"""Turn data/hardware.csv and data/agents.csv into C tables.

Usage: gen_hardware.py hardware.csv agents.csv hardware_table.h

A date without a day means the first of that month or year: what was on sale
then may have been a little earlier, never later. What is malformed stops the
build.
"""
import csv
import datetime
import sys
from decimal import Decimal

KINDS = ("cpu", "gpu", "fpga", "asic")
SHOWN = {"cpu": "CPU", "gpu": "GPU", "fpga": "FPGA", "asic": "ASIC"}


def literal(text):
    """A C string: three octal digits end on their own, unlike \\x."""
    return '"' + "".join(
        chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}"
        for b in text.encode()) + '"'


def rows(path, columns):
    with open(path, newline="", encoding="utf-8") as f:
        reader = csv.DictReader(f)
        if reader.fieldnames != columns:
            sys.exit(f"{path}: columns are not {','.join(columns)}")
        for row in reader:
            if None in row or None in row.values():
                sys.exit(f"{path}: line {reader.line_num}: "
                         "not as many fields as columns")
            yield reader.line_num, row


def nanoseconds(where, text):
    if not text:
        return "INT64_MIN"
    try:
        year, month, day = (text.split("-") + ["1", "1"])[:3]
        moment = datetime.datetime(int(year), int(month), int(day),
                                   tzinfo=datetime.timezone.utc)
    except ValueError:
        sys.exit(f"{where}: '{text}' is no date")
    return f"INT64_C({int(moment.timestamp())}000000000)"


def number(where, text):
    value = Decimal(text or 0)
    if not 0 <= value < 1e9:
        sys.exit(f"{where}: '{text}' is out of range")
    return value


def machines(path):
    seen = set()
    columns = ["model", "kind", "release", "release_source", "TH_s", "W",
               "J_per_TH", "figures_source"]
    for line, row in rows(path, columns):
        where = f"{path}: line {line}"
        if not row["model"] or row["model"] in seen:
            sys.exit(f"{where}: no model, or one that was there before")
        seen.add(row["model"])
        if row["kind"] not in KINDS:
            sys.exit(f"{where}: '{row['kind']}' is no kind")
        rate, watts, joules = (number(where, row[c])
                               for c in ("TH_s", "W", "J_per_TH"))
        if rate and watts and abs(watts / rate / (joules or 1) - 1) * 20 > 1:
            sys.exit(f"{where}: TH_s, W and J_per_TH disagree")
        for fact, source in ((row["release"], row["release_source"]),
                             (rate or watts or joules,
                              row["figures_source"])):
            if bool(fact) != bool(source):
                sys.exit(f"{where}: a fact without source, or the reverse")
        yield (f"\t{{ {literal(row['model'])}, "
               f"HARDWARE_{row['kind'].upper()},\n"
               f"\t  {{ {nanoseconds(where, row['release'])} }}, "
               f"{float(rate * 10**12)!r}, {float(watts)!r}, {float(joules)!r},\n"
               f"\t  {literal(row['release_source'])},\n"
               f"\t  {literal(row['figures_source'])} }},\n")


def agents(path):
    seen = set()
    columns = ["pattern", "software", "kinds", "since", "machines", "source"]
    for line, row in rows(path, columns):
        where = f"{path}: line {line}"
        pattern = row["pattern"].lower()
        kinds = row["kinds"].split()
        if not pattern.strip("*") or pattern in seen or not row["source"]:
            sys.exit(f"{where}: no pattern, one that was there before, "
                     "or no source")
        seen.add(pattern)
        if kinds == ["proxy"]:
            shown, mask = "stands for others", "0"
        elif kinds and set(kinds) <= set(KINDS):
            shown = ", ".join(SHOWN[k] for k in kinds)
            mask = " | ".join(f"1u << HARDWARE_{k.upper()}" for k in kinds)
        else:
            sys.exit(f"{where}: '{row['kinds']}' are no kinds")
        year = int(row["since"])
        text = f"{row['software']} ({shown}; since {year})"
        yield (f"\t{{ {literal(pattern.lstrip('*'))}, "
               f"{'true' if pattern.startswith('*') else 'false'}, {mask},\n"
               f"\t  {literal(row['machines'])},\n"
               f"\t  {literal(text)} }},\n")


def main():
    hardware, software, out = sys.argv[1:]
    table = list(machines(hardware))
    with open(out, "w", encoding="ascii") as f:
        f.write("/* Made by gen_hardware.py from data/hardware.csv and "
                "agents.csv. */\n\n"
                "static const struct hardware machines[] = {\n")
        f.writelines(table)
        f.write("};\n\nstatic const struct agent agents[] = {\n")
        f.writelines(agents(software))
        f.write("};\n")


main()
