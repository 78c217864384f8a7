#!/usr/bin/env python3
"""Turn data/pools.json and the lists of hosts into C tables.

Usage: gen_pools.py pools.json pool_hosts.txt browser_hosts.txt pools_table.h

Tables are sorted in byte order, as strcmp() and memcmp() compare, and without
repetitions. What is malformed stops the build.
"""
import json
import re
import sys

TAG_MIN = 3  # shorter tags would match by chance
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ENDPOINT = re.compile(r"(\d{1,3}\.){3}\d{1,3}(:\d{1,5})?")
HOST = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*")
HOST_MAX = 253


def literal(text):
    """A C string: three octal digits end on their own, unlike \\x."""
    plain = b" !#$%&'()*+,-./:;<=>@[]^_`{|}~"
    return '"' + "".join(
        chr(b) if chr(b).isalnum() and b < 128 or b in plain else f"\\{b:03o}"
        for b in text.encode()) + '"'


def newest(pool):
    return max((d for s in pool["sources"] for d in DATE.findall(s)),
               default="")


def names(pools, key):
    """What each tag or address belongs to; the newer list wins."""
    owner = {}
    for pool in sorted(pools, key=lambda p: (newest(p), p["name"])):
        for text in pool[key]:
            owner[text] = pool["name"]
    return owner


def hosts(*paths):
    listed, endpoints = set(), set()
    for path in paths:
        with open(path, encoding="ascii") as f:
            lines = f.readlines()
        for line in lines:
            entry = line.strip().lower().removeprefix("http://")
            if not entry or entry.startswith("#"):
                continue
            if ENDPOINT.fullmatch(entry):
                endpoints.add(entry)
            elif HOST.fullmatch(entry) and len(entry) <= HOST_MAX:
                listed.add(entry)
            else:
                sys.exit(f"{path}: '{entry}' is neither host nor endpoint")
    return sorted(listed), sorted(endpoints)


def write_tags(f, tags):
    """By first byte; within one first byte the longest first."""
    order = sorted((t for t in tags if len(t.encode()) >= TAG_MIN),
                   key=lambda t: (t.encode()[0], -len(t.encode()), t.encode()))
    f.write("static const struct tag tags[] = {\n")
    for t in order:
        f.write(f"\t{{ {literal(t)}, {len(t.encode())}, "
                f"{literal(tags[t])} }},\n")
    f.write("};\n\n/* Tags that begin with byte b: from tag_at[b] up to "
            "tag_at[b + 1]. */\nstatic const uint16_t tag_at[257] = {\n")
    for b in range(257):
        f.write(f"\t{sum(t.encode()[0] < b for t in order)},\n")
    f.write("};\n\n")


def write_list(f, name, texts):
    f.write(f"static const char *const {name}[] = {{\n")
    f.writelines(f"\t{literal(t)},\n" for t in texts)
    f.write("};\n\n")


def main():
    pools_path, hosts_path, browsers_path, out = sys.argv[1:]
    with open(pools_path, encoding="utf-8") as f:
        pools = json.load(f)
    payouts = names(pools, "payout_addresses")
    listed, endpoints = hosts(hosts_path, browsers_path)
    with open(out, "w", encoding="ascii") as f:
        f.write("/* Made by gen_pools.py from data/pools.json, "
                "pool_hosts.txt and browser_hosts.txt. */\n\n")
        write_tags(f, names(pools, "coinbase_tags"))
        f.write("static const struct payout payouts[] = {\n")
        for address in sorted(payouts, key=str.encode):
            f.write(f"\t{{ {literal(address)}, "
                    f"{literal(payouts[address])} }},\n")
        f.write("};\n\n")
        write_list(f, "hosts", listed)
        write_list(f, "endpoints", endpoints)


main()
