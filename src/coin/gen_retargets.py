#!/usr/bin/env python3
"""Turn data/difficulty.csv into the C table of Bitcoin's retargets.

Usage: gen_retargets.py difficulty.csv network_retargets.h

One entry per period of 2,016 blocks, the first one being blocks 0..2,015. A
gap, a malformed nBits or a difficulty that contradicts its nBits stops the
build: a wrong table would make wrong statements.
"""
import csv
import sys
from fractions import Fraction

PERIOD = 2016
FIRST = 0x1D00FFFF
D1 = 0xFFFF << 208


def target(nbits):
    size, mantissa = nbits >> 24, nbits & 0x7FFFFF
    if nbits & 0x800000 or not 3 <= size <= 0x1D or mantissa == 0:
        sys.exit(f"nBits {nbits:08x} is not a target")
    return mantissa << 8 * (size - 3)


def periods(path):
    yield FIRST
    with open(path, newline="", encoding="ascii") as rows:
        for number, row in enumerate(csv.DictReader(rows), 1):
            if int(row["height"]) != number * PERIOD:
                sys.exit(f"{path}: height {row['height']} is out of order")
            nbits = int(row["bits"], 16)
            wanted = Fraction(D1, target(nbits))
            if abs(Fraction(row["difficulty"]) / wanted - 1) > Fraction(1, 10**6):
                sys.exit(f"{path}: height {row['height']}: difficulty and "
                         "nBits disagree")
            yield nbits


def main():
    source, out = sys.argv[1:]
    table = list(periods(source))
    with open(out, "w", encoding="ascii") as f:
        f.write("/* Made by gen_retargets.py from data/difficulty.csv. */\n")
        f.write(f"#define RETARGET_PERIOD {PERIOD}u\n\n")
        f.write("static const uint32_t retargets[] = {\n")
        for nbits in table:
            f.write(f"\t0x{nbits:08x},\n")
        f.write("};\n")


main()
