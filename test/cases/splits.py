"""However the stream is cut up, the findings are the same; however the file
is cut off, they are the same or fewer."""
import os
import random
from concurrent.futures import ThreadPoolExecutor

from harness import ACK, Job, PSH, SANITIZED, Talk, Tap, Work, capture, \
    frame_of, login, mine, pcap_bytes, pcap_packets, scan, scan_of, streams, \
    submit_all

tap = Tap()
rng = random.Random(20261122)
MESSAGES = 12  # of each side
BATCH = 50     # conversations in a capture
# Under a sanitizer, which makes every start slow, not every byte but some.
STEP = 7 if SANITIZED else 1


def dialogue(path):
    """[(side, line)] of the first MESSAGES lines each way, in order."""
    both = []
    for (_, target), (data, when) in streams(pcap_packets(path)).items():
        side = 0 if target[1] == 3333 else 1
        at = 0
        for text in data.split(b"\n")[:MESSAGES]:
            at += len(text) + 1
            ns = [w for w in when if w[0] < at][-1][1]
            both.append((ns, side, text + b"\n"))
    both.sort(key=lambda x: (x[0], x[1]))
    return [(side, text) for _, side, text in both]


SAID = dialogue(capture("a_stratum_one", "acc.pcap"))


def burst(talk, side, pieces, order=None):
    """Segments of one side before the other answers, sent in any order."""
    at, segments = talk.next[side], []
    for p in pieces:
        segments.append((at, p))
        at += len(p)
    for i in order or range(len(segments)):
        seq, p = segments[i]
        talk.now += talk.step
        talk.packets.append((talk.now, frame_of(
            talk.end[side], talk.end[not side], seq, talk.next[not side],
            PSH | ACK, p)))
    talk.next[side] = at


def cut(data, places):
    places = [0] + sorted(places) + [len(data)]
    return [data[a:b] for a, b in zip(places, places[1:]) if a < b]


def conversation(number, cutter):
    """cutter(index of message, its bytes) gives (pieces, order)."""
    talk = Talk(client=("10.1.0.1", 10000 + number), isn=(number, 7 * number))
    for i, (side, text) in enumerate(SAID):
        pieces, order = cutter(i, text)
        burst(talk, side, pieces, order)
    return talk


def whole(_, text):
    return [text], None


def by_session(r):
    """What was found of each conversation, without what names it."""
    out = {}
    for s in r.sessions:
        out[s["id"]] = [tuple(str(s[k]) for k in (
            "dialect", "user_agent", "workers", "extranonce1",
            "extranonce1_source", "jobs", "shares", "difficulty", "payouts",
            "malformed", "gaps", "grade"))]
    for s in r.shares:
        out[s["session"]].append(tuple(s[k] for k in (
            "worker", "job_id", "header", "hash", "share_difficulty",
            "target_difficulty", "proved", "proof", "verdict", "reason",
            "duplicate")))
    return out


r = scan_of(conversation(0, whole))
WANT = list(by_session(r).values())[0]
# The two subscribe and authorize; eloipool asks for the miner's version.
tap.ok(r.sessions[0]["shares"]["proved"] >= 8, "the stream as it was: proved",
       r.sessions)


def same_findings(name, cutters):
    """cutters: one for each conversation."""
    bad, n, sessions = [], 0, 0
    for first in range(0, len(cutters), BATCH):
        part = cutters[first:first + BATCH]
        r = scan_of(*(conversation(i, c) for i, c in enumerate(part)))
        got = by_session(r)
        sessions += len(got)
        n += len(part)
        bad += [g for g in got.values() if g != WANT]
    tap.same((sessions, len(bad)), (n, 0), "%s: %d streams" % (name, n))
    for g in bad[:1]:
        print("# got  %r\n# want %r" % (
            [x for x, y in zip(g, WANT) if x != y],
            [y for x, y in zip(g, WANT) if x != y]))


# ---- every two-way split of each message
def two(index, place):
    def cutter(i, text):
        return cut(text, [place] if i == index else []), None
    return cutter


same_findings("every two-way split of every message",
              [two(i, place) for i, (_, text) in enumerate(SAID)
               for place in range(1, len(text))])

same_findings("byte by byte", [lambda i, text: (
    [text[k:k + 1] for k in range(len(text))], None)])


# ---- random cuts; several messages of a side in one segment
def at_random(seed, shuffle=False, repeat=False):
    r = random.Random(seed)

    def cutter(i, text):
        pieces = cut(text, [r.randrange(len(text))
                            for _ in range(r.randrange(6))])
        order = list(range(len(pieces)))
        if repeat:
            order += [r.choice(order) for _ in range(3)]
        if shuffle:
            r.shuffle(order)
        return pieces, order
    return cutter


same_findings("random segments", [at_random(i) for i in range(100)])
same_findings("random segments out of order",
              [at_random(i, shuffle=True) for i in range(100)])
same_findings("random segments, some twice",
              [at_random(i, repeat=True) for i in range(100)])
same_findings("random segments out of order, some twice",
              [at_random(i, True, True) for i in range(100)])


def overlapping(seed):
    """Every stretch is sent at least once, in pieces that overlap."""
    r = random.Random(seed)
    talk = Talk(client=("10.1.0.1", 20000 + seed), isn=(2 ** 32 - 400, 5))
    for side, text in SAID:
        base = talk.next[side]
        pieces = [(p, p + r.randrange(1, 80))
                  for p in range(0, len(text), r.randrange(1, 60))]
        pieces += [(max(0, a - r.randrange(40)), b + 60) for a, b in pieces]
        r.shuffle(pieces)
        for a, b in pieces:
            talk.now += talk.step
            talk.packets.append((talk.now, frame_of(
                talk.end[side], talk.end[not side], base + a,
                talk.next[not side], PSH | ACK, text[a:min(b, len(text))])))
        talk.next[side] += len(text)
    return talk


r = scan_of(*(overlapping(i) for i in range(BATCH)))
tap.same([g == WANT for g in by_session(r).values()], [True] * BATCH,
         "overlapping pieces, over a wrap of the sequence numbers")

# ---- all of a side in one segment, as far as the other side lets it
talk = Talk()
run_of = []
for side, text in SAID + [(None, b"")]:
    if run_of and run_of[0][0] != side:
        talk.raw(run_of[0][0], b"".join(t for _, t in run_of))
        run_of = []
    run_of.append((side, text))
tap.same(list(by_session(scan_of(talk)).values()), [WANT],
         "several messages in one segment")

# ---- without newlines between: the objects end where they end
talk = Talk()
for side, text in SAID:
    talk.raw(side, text.rstrip(b"\r\n"))
tap.same([g[0] for g in by_session(scan_of(talk)).values()], [WANT[0]],
         "no newlines at all")
talk = Talk()
for side, text in SAID:
    talk.raw(side, text.rstrip(b"\n") + b"\r\n\r\n")
tap.same(list(by_session(scan_of(talk)).values()), [WANT], "CR LF, twice")

# ---- a segment missing: what is found is a subset
bad, fewer = [], 0
everything = {x[2] for x in WANT[1:] if x[6]}
packets = conversation(0, whole).packets
for i in range(3, len(packets)):
    r = scan_of(packets[:i] + packets[i + 1:])
    if not r.proved() <= everything:
        bad.append(i)
    fewer += r.proved() < everything
tap.same(bad, [], "any one segment missing: never other headers")
tap.ok(fewer > 0, "any one segment missing: and some are missed")

# ---- the file cut off at every byte
talk = Talk()
job = Job("1", branches=1, tag=b"/")
e1 = bytes.fromhex("a1b2c3d4")
login(talk, e1)
talk.pool(job.notify())
submit_all(talk, mine(job, e1, 4))
content = pcap_bytes(talk.packets)
borders, at = {24: 0}, 24
for n, (_, frame) in enumerate(talk.packets):
    at += 16 + len(frame)
    borders[at] = n + 1
with Work() as work:
    full = scan(work.file(content))
    tap.same(len(full.proved()), 4, "small capture of %d bytes: 4 proved"
             % len(content))

    def cut_at(n):
        name = os.path.join(work.path, "cut%d.pcap" % n)
        with open(name, "wb") as f:
            f.write(content[:n])
        r = scan(name)
        os.unlink(name)
        return n, r

    wrong_code, wrong_proof, silent, proved = [], [], [], []
    with ThreadPoolExecutor(2) as pool:
        for n, r in pool.map(cut_at, range(0, len(content) + 1, STEP)):
            if r.code != (0 if n in borders else 1):
                wrong_code.append((n, r.code, r.err))
            if n not in borders and not ("cut%d.pcap" % n in r.err):
                silent.append((n, r.err))
            if not r.proved() <= full.proved():
                wrong_proof.append(n)
            proved.append(len(r.proved()))
    tap.same(wrong_code, [], "cut at every byte: exit 1 unless at a record")
    tap.same(silent, [], "cut at every byte: and the file is named")
    tap.same(wrong_proof, [], "cut at every byte: never other headers")
    tap.same(proved, sorted(proved), "cut at every byte: more bytes, no fewer "
             "shares")
    tap.same(set(proved), {0, 1, 2, 3, 4}, "cut at every byte: from 0 to 4")
tap.done()
