#!/usr/bin/env python3
"""Turn data/hypotheses.yaml into a C array of its bytes.

Usage: gen_hypotheses.py hypotheses.yaml hypotheses_text.h

What is not ASCII stops the build; test_hypothesis_file reads what comes out.
"""
import sys


def main():
    source, out = sys.argv[1:]
    with open(source, encoding="ascii") as f:
        text = f.read().encode()
    with open(out, "w", encoding="ascii") as f:
        f.write("/* Made by gen_hypotheses.py from data/hypotheses.yaml. */\n\n"
                "static const unsigned char hypotheses_text[] = {\n")
        for at in range(0, len(text), 16):
            f.write("\t" + " ".join("%d," % b for b in text[at:at + 16])
                    + "\n")
        f.write("};\n")


main()
