"""Public lists, as they are: OFAC's, by asset and as CSV, and TagPacks.

They are not part of the tree; where they are absent, this says so."""
import os

from harness import FIELD, Tap, Work, run

tap = Tap()
LISTS = os.environ.get("ASSAY_LISTS") or os.path.join(
    os.path.dirname(os.path.dirname(FIELD)), "data", "sanctions")
if not os.path.isdir(LISTS):
    tap.skip("public lists", "THE PUBLIC LISTS ARE ABSENT: %s is not there; "
             "set ASSAY_LISTS" % LISTS)
    tap.done()


def path(name):
    return os.path.join(LISTS, name)


def screen(*arguments):
    r = run("screen", "--json", *arguments)
    return r.read_json()


def on(name, *addresses):
    r = screen("--list", path(name), *addresses)
    return [a["direct"] for a in r.of("address")]


def entity(name, who):
    r = screen("--list", path(name), "--entity", who)
    return {e["listed_address"] for e in r.of("entry")
            if e["entity"] and e["entity"].startswith(who)}


# ---- the plain list: one of its addresses is of another asset
with open(path("ofac_XBT.txt"), encoding="utf-8") as f:
    addresses = f.read().split()
r = screen("--list", path("ofac_XBT.txt"), *addresses)
source = r.of("list")[0]
tap.same((source["addresses"], source["invalid"]), (435, 1),
         "435 addresses, one of them no valid Bitcoin address")
bad = [e for a in r.of("address") for e in a["direct"] if not e["valid"]]
tap.same([e["address_of"] for e in bad], ["TRX"], "but one of Tron")
tap.ok(all(a["direct"] for a in r.of("address")), "every one is found")
tap.same(sum(a["asset"] == "BTC" for a in r.of("address")), 434,
         "434 are addresses of Bitcoin")
tap.same(screen("--list", path("ofac_XBT.txt"), "--entity", "x").code, 0,
         "a list without names has no entity")

# ---- by entity, in SDN.CSV
csv = "wm_test_testdata_bench_sdn.csv"
tap.same(len(entity(csv, "TIAN, Yinyin")), 8, "TIAN, Yinyin: 8 addresses")
tap.same(len(entity(csv, "LI, Jiadong")), 12, "LI, Jiadong: 12 addresses")
tap.ok(entity(csv, "TIAN, Yinyin") <= set(addresses),
       "all of TIAN's are in the list by asset, too")
with Work() as work:
    for name, to in ((csv, "SDN.CSV"), (
            "wm_test_testdata_sdn_comments.csv", "SDN_COMMENTS.CSV")):
        with open(path(name), "rb") as f, open(
                os.path.join(work.path, to), "wb") as out:
            out.write(f.read())
    source = screen("--list", os.path.join(work.path, "SDN.CSV"),
                    "--entity", "TIAN").of("list")[0]
    tap.same(source["addresses"], 81 + 203,
             "with comments: every address of both files")

# ---- the FBI's six of August 2023 are in one TagPack only
pack = screen("--list", path("graphsense_lazarus2.yaml"), "--entity",
              "Lazarus").of("entry")
six = [e["listed_address"] for e in pack]
tap.same((len(six), {e["kind"] for e in pack}, {e["valid"] for e in pack}),
         (6, {"sanction"}, {True}), "six, sanctioned, valid")
tap.same([len(d) for d in on("graphsense_lazarus2.yaml", *six)], [1] * 6,
         "found through the TagPack")
for name in ("ofac_XBT.txt", csv, "wm_test_testdata_sdn.csv",
             "graphsense_lazarus.yaml", "graphsense_blender_io.yaml"):
    tap.same([len(d) for d in on(name, *six)], [0] * 6, "not in " + name)

# ---- what somebody pasted is repaired, and said to be
with Work() as work:
    odd = six[0][:7] + "\u200b" + six[0][7:].replace("a", "\u0430")
    r = screen("--list", work.file((odd + "\n").encode(), "_XBT.txt"),
               six[0])
    tap.same((len(r.of("address")[0]["direct"]), r.of("list")[0]["repaired"]),
             (1, 1), "zero-width and Cyrillic characters: found all the same")
tap.done()
