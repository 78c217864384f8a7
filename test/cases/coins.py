"""Work that is not Bitcoin's: Ethash proved, Monero claimed, and nothing added
up that has no sum."""
import json

from harness import Job, Tap, Talk, login, mine, scan_of, submit_all
from web import MINER, POOL, S, Pair, answer, counts, only

tap = Tap()


def one(r, name):
    return only(tap, r, name)


# ---- Ethash's getWork: the work by one connection, the share by another.
def keccak256(data):
    """FIPS 202's permutation, with the padding from before it."""
    mask = 2 ** 64 - 1
    state = [0] * 25
    data += b"\x01" + b"\0" * (135 - len(data) % 136)
    data = data[:-1] + bytes([data[-1] | 0x80])

    def rotate(v, n):
        return (v << n | v >> 64 - n) & mask if n else v

    for at in range(0, len(data), 136):
        for i in range(17):
            state[i] ^= int.from_bytes(data[at + 8 * i:at + 8 * i + 8],
                                       "little")
        lfsr = 1
        for _ in range(24):
            c = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15]
                 ^ state[x + 20] for x in range(5)]
            for i in range(25):
                state[i] ^= c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1)
            x, y, value = 1, 0, state[1]
            for n in range(24):
                x, y = y, (2 * x + 3 * y) % 5
                state[x + 5 * y], value = rotate(
                    value, (n + 1) * (n + 2) // 2 % 64), state[x + 5 * y]
            for y in range(0, 25, 5):
                row = state[y:y + 5]
                for x in range(5):
                    state[y + x] = row[x] ^ (~row[(x + 1) % 5] & mask
                                             & row[(x + 2) % 5])
            for j in range(7):
                if lfsr & 1:
                    state[0] ^= 1 << (1 << j) - 1
                lfsr = lfsr << 1 ^ (lfsr >> 7) * 0x171
    return b"".join(v.to_bytes(8, "little") for v in state[:4])


tap.same(keccak256(b"").hex(), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82"
         "273b7bfad8045d85a470", "keccak: of nothing")


def call(method, id, *params):
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": method,
                       "params": list(params)}).encode()


# Block 5000000 of Ethereum (test/unittests/test_cases.hpp of chfast/ethash).
HEADER = "bc544c2baba832600013bd5d1983f592e9557d04b0fb5ef7a100434a5fc8d52a"
MIX = "94cd4e844619ee20989578276a0a9046877d569d37ba076bf2e8e34f76189dea"
NONCE = "4617a20003ba3f25"
RESULT = "0000000000001a5b18ae31b7417b7c045bc6dd78cc3b694c4bebfaefef6b3c56"
seed = bytes(32)
for _ in range(5000000 // 30000):
    seed = keccak256(seed)


def ethash(submits, target=1 << 212, rate=None):
    p = Pair(user=None, version="1.1")
    p.call(call("eth_getWork", 1), answer(1, [
        "0x" + HEADER, "0x" + seed.hex(), "0x%064x" % target]))
    p.wait(20)
    for i, (nonce, mix) in enumerate(submits):
        p.call(call("eth_submitWork", 2, "0x" + nonce, "0x" + HEADER,
                    "0x" + mix), answer(2, True))
        p.wait(20)
    if rate:
        p.call(call("eth_submitHashrate", 3, "0x%064x" % rate,
                    "0x" + "0" * 64), answer(3, True))
    return scan_of(*p.talks)


r = ethash([(NONCE, MIX), (NONCE, MIX)], rate=123456)
s = one(r, "eth-getwork")
if s:
    tap.same((s["dialect"], s["connections"], counts(s), s["grade"],
              s["reported_hashrate"], s["jobs"]),
             ("eth-getwork", 4, (2, 2, 1, 2, 0), "proved", 123456, 1),
             "eth-getwork: the work of another connection; once")
    tap.same([(x["hash"], x["duplicate"]) for x in r.shares],
             [(RESULT, False), (RESULT, True)], "eth-getwork: its hash")
    tap.near(2 ** s["work_bits"], 2 ** 44, 1e-9, "eth-getwork: work")
# One that misses the target; one whose mix is made up to meet it.
r = ethash([(NONCE, MIX)], target=1 << 200)
s = one(r, "eth-getwork, high")
if s:
    tap.same((s["shares"]["unproved_because"], s["grade"]),
             ({"hash above target": 1}, "spoken"),
             "eth-getwork: above its target")
r = ethash([(NONCE, "00" * 32)], target=(1 << 232) - 1)
s = one(r, "eth-getwork, no mix")
if s:
    tap.same((s["shares"]["proved"], s["grade"],
              s["hashrate"]["estimate"]), (0, "spoken", None),
             "eth-getwork: a mix that is another nonce's")

# ---- Monero's claims: held against the target, and no more.
def monero(results, target="b88d0600", pool=POOL):
    t = Talk(server=(pool, 3333), step=S)
    t.miner({"id": 1, "method": "login", "params": {
        "login": "48edf.rig", "pass": "x", "agent": "XMRig/6.12"}})
    t.pool({"id": 1, "jsonrpc": "2.0", "error": None, "result": {
        "id": "m", "status": "OK", "job": {
            "blob": "0e" * 76, "job_id": "j", "target": target,
            "algo": "rx/0", "height": 3000000}}})
    for i, value in enumerate(results):
        t.wait(10)
        t.miner({"id": 2 + i, "method": "submit", "params": {
            "id": "m", "job_id": "j", "nonce": "%08x" % i,
            "result": value.to_bytes(32, "little").hex()}})
        t.pool({"id": 2 + i, "jsonrpc": "2.0", "error": None,
                "result": {"status": "OK"}})
    return t


MONERO = (2 ** 64 - 1) // ((2 ** 32 - 1) // 0x00068db8) << 192 \
    | (1 << 192) - 1
fit = [MONERO - i * (MONERO // 40) for i in range(20)]
# Just above: a pool that rounds takes it, and a claim it stays.
barely = MONERO + (MONERO >> 20)
far = [MONERO * 2, 2 ** 256 - 1]
r = scan_of(monero(fit + [barely] + far + fit[:3]))
s = one(r, "monero")
if s:
    n = s["shares"]
    tap.same((n["submitted"], n["proved"], n["claimed"], n["unique"],
              n["rounding"], n["unproved_because"]),
             (26, 0, 24, 21, 1, {"hash above target": 2}),
             "monero: claims that fit, none is a proof")
    tap.same((s["grade"], s["chance_bits"], s["variant"],
              s["height"]["last"], s["hashrate"]["basis"]),
             ("claimed", 0, "rx/0", 3000000, "claims"),
             "monero: claimed, whatever their number")
    tap.same({x["proved"] for x in r.shares}, {False},
             "monero: no share is called proved")
    # 20 by the target, and one by its own hash.
    tap.near(2 ** s["work_bits"], 20 * 2 ** 256 / (MONERO + 1)
             + 2 ** 256 / barely, 1e-6, "monero: work that is claimed")
    tap.ok(s["hashrate"]["low"] < s["hashrate"]["estimate"]
           < s["hashrate"]["high"], "monero: bounds", s["hashrate"])
# The same machine mines Bitcoin, too: no sum of the two says anything.
t = Talk(client=(MINER, 41000), step=S)
x1 = b"\x01\x02\x03\x04"
login(t, x1)
job = Job("1")
t.pool(job.notify())
submit_all(t, mine(job, x1, 6))
r = scan_of(monero(fit), t)
tap.same(sorted(s["grade"] for s in r.sessions), ["claimed", "proved"],
         "two coins: two sessions")
for m in r.miners:
    tap.same((m["shares"]["unique"], m["shares"]["claimed"],
              m["shares"]["proved"], m["hashrate"]["estimate"],
              m["work_bits"], m["difficulty"]["sum_unique"]),
             (26, 20, 6, None, None, None), "two coins: no common rate")
tap.done()
