"""Hash rates and their bounds, against a reference of our own."""
import json
import math

from harness import Job, Talk, Tap, W, capture, login, messages, mine, \
    pcap_packets, scan, scan_of, streams, submit_all, yes

tap = Tap()


# ------------------------------------------------- chi-square, from scratch

def gamma_lower(a, x):
    """The regularised lower incomplete gamma function P(a, x): its series
    below a + 1, the continued fraction of its complement above (Abramowitz
    and Stegun 6.5.29, 6.5.31)."""
    if x <= 0:
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-17:
            n += 1
            term *= x / n
            total += term
        return front * total
    b = x + 1 - a
    c, d = 1e300, 1 / b
    h = d
    for i in range(1, 100000):
        an = -i * (i - a)
        b += 2
        d = an * d + b
        d = 1 / (d if d else 1e-300)
        c = b + an / c or 1e-300
        h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return 1 - front * h


def chi2inv(p, k):
    low, high = 0.0, max(4.0, 2 * k)
    while gamma_lower(k / 2, high / 2) < p:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if gamma_lower(k / 2, middle / 2) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


# Tables printed since Pearson: our reference is checked before it checks.
for p, k, want in ((0.95, 1, 3.841458820694124), (0.975, 2, 7.377758908227871),
                   (0.025, 10, 3.246972780236842),
                   (0.975, 100, 129.56119718583659)):
    tap.near(chi2inv(p, k), want, 1e-9, "reference: chi2inv(%g, %g)" % (p, k))
# Garwood's own: after none, 3.689; after 10, 4.795 to 18.390 (95 %).
tap.near(chi2inv(0.975, 2) / 2, 3.6888794541139363, 1e-9, "reference: N = 0")
tap.near(chi2inv(0.025, 20) / 2, 4.795388, 1e-6, "reference: N = 10, low")
tap.near(chi2inv(0.975, 22) / 2, 18.390356, 1e-6, "reference: N = 10, high")


def garwood(n, exposure, confidence=0.95):
    a = 1 - confidence
    return ((chi2inv(a / 2, 2 * n) if n else 0) / 2 / exposure, n / exposure,
            chi2inv(1 - a / 2, 2 * n + 2) / 2 / exposure)


def fay_feuer(weights, heaviest, confidence=0.95):
    """Fay and Feuer 1997: gamma limits of a weighted sum of Poisson counts;
    heaviest is the largest weight that could have occurred."""
    a = 1 - confidence
    y, v = sum(weights), sum(w * w for w in weights)
    low = v / 2 / y * chi2inv(a / 2, 2 * y * y / v) if weights else 0
    y1, v1 = y + heaviest, v + heaviest * heaviest
    return low, y, v1 / 2 / y1 * chi2inv(1 - a / 2, 2 * y1 * y1 / v1)


# ------------------------------------------------- the lab's sessions

def server_side(path, session):
    """What the pool said, with times, read by a reader of our own."""
    packets = pcap_packets(path)
    for (source, target), stream in streams(packets).items():
        if (source[1], target[1]) == (session["server"]["port"],
                                      session["client"]["port"]):
            return messages(stream)
    return []


def in_force(pool):
    """[(ns of job, difficulty)]: a difficulty holds from the next job."""
    d, out = None, []
    for ns, m in pool:
        if m.get("method") == "mining.set_difficulty":
            d = float(m["params"][0])
        elif m.get("method") == "mining.notify":
            out.append((ns, d))
    return out


def reference(session, shares, exposure, seconds, heaviest):
    weights = [s["target_difficulty"] * W for s in shares]
    if session["hashrate"]["method"] == "garwood":
        return garwood(len(weights), exposure)
    low, mid, high = fay_feuer(weights, heaviest * W)
    return low / seconds, mid / seconds, high / seconds


def unique(shares):
    seen = {}
    for s in shares:
        if s["proved"]:
            seen.setdefault(s["header"], s)
    return list(seen.values())


def ns_of(text):
    from datetime import datetime, timezone
    t = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    fraction = text[20:-1].ljust(9, "0") if "." in text else "0"
    return int(t.replace(tzinfo=timezone.utc).timestamp()) * 10 ** 9 \
        + int(fraction)


def check_exposure(name, session, jobs):
    """From the first job to the last packet, each stretch at its own
    difficulty: nothing was lost in these captures."""
    end, exposure = ns_of(session["last"]), 0.0
    for i, (ns, d) in enumerate(jobs):
        until = jobs[i + 1][0] if i + 1 < len(jobs) else end
        exposure += (until - ns) / 1e9 / (d * W)
    rate = session["hashrate"]
    tap.near(rate["seconds"], (end - jobs[0][0]) / 1e9, 1e-6,
             name + ": seconds observed")
    tap.near(rate["exposure"], exposure, 1e-6, name + ": exposure E")


CASES = ("a_stratum_one/acc", "a_stratum_one/core",
         "b_stratum_three_vardiff/acc", "b_stratum_three_vardiff/core",
         "f_midstream/acc", "g_netem/acc", "g_netem/core", "h_rejects/acc",
         "i_ipv6/acc", "j_benign_mix/acc")
missed, covered = set(), set()
for case in CASES:
    path = capture(case + ".pcap")
    with open(capture(case.split("/")[0], "truth.json")) as f:
        truth = json.load(f)
    r = scan(path)
    for s in r.sessions:
        name = "%s %s" % (case, s["workers"][-1])
        rate = s["hashrate"]
        shares = unique(x for x in r.shares if x["session"] == s["id"])
        jobs = in_force(server_side(path, s))
        weights = [x["target_difficulty"] for x in shares]
        tap.near(s["difficulty"]["sum_unique"], sum(weights), 1e-12,
                 name + ": sum d")
        miner = next(m for m in truth["miners"] if m["worker"] in s["workers"])
        key = miner["name"]
        inside = rate["low"] <= miner["mean_hs_over_run"] <= rate["high"]
        (covered if inside else missed).add(key)
        if case == "f_midstream/acc":
            continue  # its target is estimated, too: below
        tap.same(rate["shares"], len(shares), name + ": N")
        want_method = ("garwood" if len({d for _, d in jobs}) == 1
                       else "fay-feuer")
        tap.same(rate["method"], want_method, name + ": method")
        if s["gaps"] == 0:
            check_exposure(name, s, jobs)
        low, mid, high = reference(s, shares, rate["exposure"],
                                   rate["seconds"],
                                   max(d for _, d in jobs))
        tap.near(rate["low"], low, 1e-6, name + ": low")
        tap.near(rate["estimate"], mid, 1e-6, name + ": estimate")
        tap.near(rate["high"], high, 1e-6, name + ": high")

# h's relay spoilt one submit in five: 28 of the miner's shares never reached
# the wire as work, so that what was captured is less than what it did.
tap.ok(missed <= {"h2"}, "no interval misses the miner's own meter but h's",
       missed)
tap.same(len(missed | covered), 9, "nine miners were compared")

# f: the target was never announced: both uncertainties, half of alpha each.
f = scan(capture("f_midstream", "acc.pcap"))
rate, shares = f.sessions[0]["hashrate"], unique(f.shares)
u = 1 / (min(x["share_difficulty"] for x in shares) * W)
n, t, a = len(shares), rate["seconds"], 0.05
tap.same(rate["shares"], n, "f: N")
tap.near(rate["estimate"], n / ((n + 1) / n * u) / t, 1e-6, "f: estimate")
tap.near(rate["low"], chi2inv(a / 4, 2 * n) / 2 / t
         / (u * (a / 2) ** (-1 / n)), 1e-6, "f: low")
tap.near(rate["high"], chi2inv(1 - a / 4, 2 * n + 2) / 2 / t / u, 1e-6,
         "f: high")

# Another confidence, asked for.
r = scan("--confidence", "0.9", capture("a_stratum_one", "acc.pcap"))
rate = r.sessions[0]["hashrate"]
low, mid, high = garwood(131, rate["exposure"], 0.9)
tap.near(rate["low"], low, 1e-6, "a at 90 %: low")
tap.near(rate["high"], high, 1e-6, "a at 90 %: high")
tap.same(rate["confidence"], 0.9, "a at 90 %: says so")

# Seen, yet nothing proved: it may be another coin's work, so that not even
# "none of ours" is known.
talk = Talk()
job = Job("1")
login(talk, b"\1\2\3\4", d=1000)
talk.pool(job.notify())
talk.wait(60)
talk.miner(mine(job, b"\1\2\3\4", 1)[0].submit(10))
talk.pool(yes(10))
rate = scan_of(talk).sessions[0]["hashrate"]
tap.same((rate["shares"], rate["low"], rate["estimate"], rate["high"]),
         (0, None, None, None), "nothing proved: no rate")

# Two connections of a miner side by side: work adds up, time counts once.
talks = []
for i in range(2):
    talk = Talk(client=("10.1.0.1", 40000 + i), isn=(i * 7777, i * 99))
    e1 = bytes([1, 2, 3, i])
    login(talk, e1)
    talk.pool(job.notify())
    submit_all(talk, mine(job, e1, 6))
    talks.append(talk)
r = scan_of(*talks)
m = r.miners[0]
tap.same(m["hashrate"]["shares"], 12, "two connections: shares of both")
tap.near(m["hashrate"]["seconds"], r.sessions[0]["hashrate"]["seconds"], 1e-6,
         "two connections: time once")
tap.near(m["hashrate"]["estimate"], sum(x["hashrate"]["estimate"]
                                        for x in r.sessions), 1e-6,
         "two connections: the rates' sum")
tap.done()
