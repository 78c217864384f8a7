#!/usr/bin/env python3
"""assay mine, against pools and a node on loopback that check every share
(test/peers/pools.py); and the circle: what it mined, captured and scanned,
is what its log says.

Difficulties are low, so that it takes seconds. Time decides nothing: runs end
after a number of shares.
"""
import atexit
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "peers"))
sys.dont_write_bytecode = True
import pools  # noqa: E402
from harness import ACK, ASSAY, FIN, Job, Talk, Tap, Work, result, run, \
    scan  # noqa: E402
from servers import Server  # noqa: E402

tap = Tap()
work = Work()
atexit.register(work.__exit__)
TCP, SSL = "stratum+tcp://", "stratum+ssl://"
EASY = "0.00001"


def job7(id):
    """Between its halves are 7 bytes. Its version has a bit of the masks."""
    return Job(id, seed="mine", extra=7, ntime=1700000000, version=0x20800000)


def mine(*arguments, user="rig.1", **how):
    """The run, and its log."""
    log = work.name(".ndjson")
    r = run("mine", "-t", "2", "--user", user, "--log", log, *arguments, **how)
    with open(log) as lines:
        r.log = [json.loads(x) for x in lines]
    return r


def mine_until(pool, *arguments):
    """The same until the pool is done, and then ended by a signal."""
    log = work.name(".ndjson")
    p = subprocess.Popen(
        [ASSAY, "mine", "-t", "2", "--user", "rig.1", "--log", log,
         *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end():
        pool.done.wait(300)
        p.send_signal(signal.SIGINT)
    threading.Thread(target=end, daemon=True).start()
    out, err = p.communicate()
    r = result(p.returncode, out, err)
    with open(log) as lines:
        r.log = [json.loads(x) for x in lines]
    return r


def of(r, kind):
    return [o for o in r.log if o["type"] == kind]


def submitted(r):
    return [s for s in of(r, "share") if s["submitted"]]


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % s.getsockname()[1]


# ---------------------------------------------------------------- checks

def pcap_of(pool):
    """A capture of all that was said on a pool's connections."""
    talks = []
    for t in pool.tapes:
        if not t.pieces:
            continue
        talk = Talk(t.client, t.server, at=t.pieces[0][0] - 1000, step=0,
                    isn=(t.client[1] * 7, 99))
        for ns, side, data in t.pieces:
            talk.now = max(ns, talk.now)
            talk.send(side, data)
        talk.raw(0, b"", FIN | ACK)
        talks.append(talk)
    return work.pcap(*talks)


def near(a, b):
    return a is not None and abs(a - b) <= 1e-9 * abs(b)


def check_log(name, r, truth):
    """What the miner logged is what the pool was sent and answered. Where a
    connection broke the pool may not have seen what was sent last, or the miner
    not its answer."""
    ours = {s["header"]: s for s in submitted(r)}
    tap.same(len(ours), len(submitted(r)), name + ": no header twice")
    theirs = {t["header"]: t for t in truth}
    tap.same([h for h in theirs if h not in ours], [],
             name + ": what the pool was sent is logged")
    wrong = [(s, theirs.get(h)) for h, s in ours.items()
             if s["verdict"] is not None
             and (h not in theirs or s["verdict"] != theirs[h]["verdict"])]
    tap.same(wrong, [], name + ": with the pool's verdicts")
    end = of(r, "end")[0]
    tap.same((end["accepted"], end["rejected"], end["unanswered"],
              end["hardware_errors"]),
             tuple(sum(s["verdict"] == v for s in ours.values())
                   for v in ("accepted", "rejected", None)) + (0,),
             name + ": totals")
    tap.same(end["found"], end["accepted"] + end["rejected"]
             + end["unanswered"] + end["discarded"],
             name + ": nothing found is forgotten")
    if "over" not in [c["event"] for c in of(r, "connection")]:
        tap.same(end["unanswered"], 0, name + ": all are answered")


def check_scan(name, r, capture, truth):
    """assay scan proves what is logged (as far as the pool was sent it), with
    the same verdicts."""
    seen = scan(capture)
    ours = {s["header"]: s for s in submitted(r)}
    sent = {t["header"] for t in truth}
    tap.same([(h, h in ours) for h in sorted(seen.proved() ^ sent)], [],
             name + ": scan proves what is logged, and nothing else")
    tap.same([s for s in seen.shares if not s["proved"]], [],
             name + ": and leaves none unproved")
    wrong = []
    for s in seen.shares:
        want = ours.get(s["header"])
        if not want or s["hash"] != want["hash"] or \
                not near(s["share_difficulty"], want["share_difficulty"]) or \
                not near(s["target_difficulty"], want["target_difficulty"]) \
                or want["verdict"] and (s["verdict"] != want["verdict"] or
                                        s["reason"] != want["reason"]):
            wrong.append((s, want))
    tap.same(wrong, [], name + ": hash, difficulties, verdict, reason")
    for m in seen.miners:
        h = m["hashrate"]
        print("# %s: scan %r to %r H/s, logged %.0f" % (
            name, h and h["low"], h and h["high"],
            of(r, "end")[0]["hashes_per_s"]))
    return seen


# ---------------------------------------------------------------- Stratum

pool = pools.Stratum(job7, EASY, mask=0x00ffe000, until=24, plan={
    4: [("difficulty", "0.0000123"), ("job",)],
    8: [("extranonce", "aabb", 5), ("job",)],
    12: [("clean",)],
    14: [("say", b'\x16\x03\x01 no JSON\n{"id": 7 nonsense}\n\n[]\n'),
         ("say", {"id": 900, "method": "client.get_version", "params": []}),
         ("say", {"id": "v\"1", "method": "client.get_version",
                  "params": []}),
         ("say", {"params": [], "id": 42, "method": "mining.ping"}),
         ("say", {"id": None, "method": "client.show_message",
                  "params": ["hello \x1b[31mminer"]}),
         ("say", {"id": None, "method": "mining.set_difficulty",
                  "params": []}),
         ("say", {"id": 1234, "result": True, "error": None})],
    16: [("mask", 0x1fffe000), ("job",)],
    18: [("reject", 20, "Not today", None)],
    20: [("clean",), ("difficulty", "0.000005"), ("clean",)],
})
server = Server(pool)
r = mine_until(pool, TCP + server.target)
tap.same(r.code, 0, "stratum: exit status")
check_log("stratum", r, pool.truth)
check_scan("stratum", r, pcap_of(pool), pool.truth)
bad = [t for t in pool.truth if t["verdict"] == "rejected"
       and t["reason"] not in ("Job not found", "Not today")]
tap.same(bad, [], "stratum: none is bad but for being late")
tap.same([s["reason"] for s in submitted(r) if s["verdict"] == "rejected"
          and not s["stale"]], ["Not today"], "stratum: rejected")
tap.same([s["stale"] for s in submitted(r)
          if s["reason"] == "Job not found"],
         [True] * of(r, "end")[0]["stale"], "stratum: stale")
subscribe = [c for c in pool.calls if c.get("method") == "mining.subscribe"]
tap.same([c["params"] for c in subscribe], [["assay/0.1.0"]],
         "stratum: subscribes by its name")
tap.same([c["params"] for c in pool.calls
          if c.get("method") == "mining.configure"],
         [[["version-rolling"], {"version-rolling.mask": "1fffe000",
                                 "version-rolling.min-bit-count": 0}]],
         "stratum: asks for BIP 320's bits")
tap.same([(a["id"], a["result"]) for a in pool.answers],
         [(900, "assay/0.1.0"), ("v\"1", "assay/0.1.0"), (42, "pong")],
         "stratum: tells its version, and answers a ping")
ids = [c["id"] for c in pool.calls if c.get("method")]
tap.same(len(set(ids)), len(ids), "stratum: every request has its own id")
tap.ok(any(int(s["version_bits"], 16) for s in submitted(r)),
       "stratum: rolls version bits")
sizes = {len(s["extranonce2"]) for s in submitted(r)}
tap.same(sizes, {8, 10}, "stratum: both sizes of extranonce2")
tap.same({round(s["target_difficulty"], 9) for s in submitted(r)},
         {1e-5, 1.23e-5, 5e-6}, "stratum: three difficulties")
out = r.out.decode()
tap.ok("earns nothing" in out and "the pool says: hello \\x1b[31mminer" in out
       and "\x1b" not in out, "stratum: what it prints", out[:2000])
tap.ok(r.log[0]["type"] == "start" and r.log[-1]["type"] == "end"
       and r.log[0]["version"] == "0.1.0" and "password" not in str(r.log),
       "stratum: the log begins and ends")

# Without rolling; threads differ in extranonce2.
pool = pools.Stratum(job7, EASY, until=8, plan={4: [("job",)]})
r = mine_until(pool, TCP + Server(pool).target, "--no-rolling", "-q")
tap.same((r.code, r.out), (0, b""), "no rolling: quiet")
check_log("no rolling", r, pool.truth)
check_scan("no rolling", r, pcap_of(pool), pool.truth)
tap.same([c for c in pool.calls if c.get("method") == "mining.configure"], [],
         "no rolling: not asked for")
tap.ok(len({s["extranonce2"] for s in submitted(r)}) > 1,
       "no rolling: more than one extranonce2")

# A pool that does not answer mining.configure as hoped.
pool = pools.Stratum(job7, EASY)
r = mine(TCP + Server(pool).target, "--shares", "3")
check_log("rolling refused", r, pool.truth)

# Shares wait until the pool knows the user.
pool = pools.Stratum(job7, EASY, eager=True)
r = mine(TCP + Server(pool).target, "--shares", "6")
tap.same((r.code, pool.early), (0, []), "jobs first: nothing is sent too early")
check_log("jobs first", r, pool.truth)

# Reconnect: closed after 5 shares, then resumed with the old session.
pool = pools.Stratum(job7, EASY, plan={5: [("close",)]})
r = mine(TCP + Server(pool).target, "--shares", "12")
tap.same(r.code, 0, "reconnect: exit status")
check_log("reconnect", r, pool.truth)
check_scan("reconnect", r, pcap_of(pool), pool.truth)
tap.same([c["params"] for c in pool.calls
          if c.get("method") == "mining.subscribe"],
         [["assay/0.1.0"], ["assay/0.1.0", "5e55"]],
         "reconnect: asks for its session")
tap.same([c["event"] for c in of(r, "connection")],
         ["opened", "over", "opened"], "reconnect: is logged")

# client.reconnect: to another port of the same host; never to another host.
second = pools.Stratum(job7, EASY, plan={})
second_server = Server(second)
first = pools.Stratum(job7, EASY, plan={
    3: [("reconnect", "pool.example", 1234, 0)],
    6: [("reconnect", "127.0.0.1", str(second_server.port), 0)]})
r = mine(TCP + Server(first).target, "--shares", "12")
tap.same(r.code, 0, "client.reconnect: exit status")
check_log("client.reconnect", r, first.truth + second.truth)
tap.ok(len(first.truth) >= 6 and len(second.truth) >= 1,
       "client.reconnect: the same host is followed, another is not")
tap.ok("pool.example" in r.out.decode(), "client.reconnect: which is told")

# Fail-over: nobody listens; refuses the user; hangs up; sends garbage; works.
refusing = pools.Stratum(job7, EASY, user="somebody else")
good = pools.Stratum(job7, EASY)
closing = Server(lambda peer: peer.file.readline())


def garbage(peer):
    """An object that does not end."""
    try:
        peer.say(b'{"id":1,"result":["')
        while True:
            peer.say(b"x" * 65536)
            peer.server.heard.append(b"")
            if len(peer.server.heard) > 40:
                return
    except OSError:
        pass


r = mine(TCP + closed_port(), TCP + Server(refusing).target,
         TCP + closing.target, TCP + Server(garbage).target,
         TCP + Server(good).target, "--shares", "4")
tap.same(r.code, 0, "fail-over: exit status")
check_log("fail-over", r, good.truth)
events = [(c["event"], c.get("why")) for c in of(r, "connection")]
tap.same([e for e, _ in events], ["over", "opened", "over", "opened", "over",
                                  "opened", "over", "opened"],
         "fail-over: each in turn")
tap.ok("refuses the user" in events[2][1] and "Unauthorized" in events[2][1],
       "fail-over: says why", events)

# In vain.
r = mine(TCP + closed_port(), "--retries", "2")
tap.same((r.code, len(of(r, "connection"))), (1, 2), "in vain: gives up")
tap.ok("no server gave work" in r.err, "in vain: says so", r.err)

# Jobs that cannot be mined are told, and harm nothing.
pool = pools.Stratum(job7, EASY, plan={2: [
    ("say", {"id": None, "method": "mining.notify", "params":
             ["x", "00" * 31, "", "", [], "0", "0", "0", True]}),
    ("say", {"id": None, "method": "mining.notify", "params": 3}),
    ("say", {"id": None, "method": "mining.set_extranonce",
             "params": ["zz", -1]})]})
r = mine(TCP + Server(pool).target, "--shares", "6")
tap.same(r.code, 0, "bad jobs: exit status")
check_log("bad jobs", r, pool.truth)

# ---------------------------------------------------------------- TLS


def certificate(name):
    key, cert = work.name(".key"), work.name(".pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=" + name,
         "-addext", "subjectAltName=" + name],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


tls, cert = certificate("IP:127.0.0.1")
other_tls, other_cert = certificate("DNS:pool.example")
pool = pools.Stratum(job7, EASY)
server, other = Server(pool, tls=tls), Server(pool, tls=other_tls)
r = mine(SSL + server.target, "--retries", "1")
tap.same((r.code, pool.truth), (1, []), "TLS: who signs himself is refused")
tap.ok("certificate: self-signed" in r.out.decode(), "TLS: says why",
       r.out.decode())
r = mine(SSL + server.target, "--insecure", "--shares", "3")
tap.same(r.code, 0, "TLS: --insecure takes it")
check_log("TLS", r, pool.truth)
os.environ["SSL_CERT_FILE"] = cert
del pool.truth[:]
r = mine(SSL + server.target, "--shares", "3")
tap.same(r.code, 0, "TLS: a certificate that holds")
check_log("TLS that holds", r, pool.truth)
os.environ["SSL_CERT_FILE"] = other_cert
r = mine(SSL + other.target, "--retries", "1")
tap.ok(r.code == 1 and "mismatch" in r.out.decode(),
       "TLS: another's certificate does not", r.out.decode())
del os.environ["SSL_CERT_FILE"]
plain = Server(pools.Stratum(job7, EASY))
r = mine(SSL + plain.target, "--retries", "1")
tap.same(r.code, 1, "TLS: a server without it")

# ---------------------------------------------------------------- HTTP


def job8(id):
    return Job(id, seed="getwork", extra=8, ntime=1700000000)


pool = pools.Getwork(job8, EASY, reject=[3])
server = Server(pool)
r = mine("http://" + server.target, "--shares", "14")
tap.same(r.code, 0, "getwork: exit status")
check_log("getwork", r, pool.truth)
check_scan("getwork", r, pcap_of(pool), pool.truth)
tap.ok(pool.polls >= 2, "getwork: polls", pool.polls)
tap.same({j["dialect"] for j in of(r, "job")}, {"getwork"}, "getwork: logged")

# Without a long poll work is asked for again.
pool = pools.Getwork(job8, EASY, poll=None, new_every=1000)
r = mine("http://" + Server(pool).target, "--getwork", "--shares", "6")
tap.same(r.code, 0, "getwork without poll: exit status")
check_log("getwork without poll", r, pool.truth)

# With an address a template is asked for first; this server has none.
ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"  # BIP 173's program
SCRIPT = bytes.fromhex("0014751e76e8199196d454941c45d1b3a323f1433bd6")
pool = pools.Getwork(job8, EASY)
r = mine("http://" + Server(pool).target, "--address", ADDRESS, "--shares",
         "3")
tap.same(r.code, 0, "template, then getwork: exit status")
check_log("template, then getwork", r, pool.truth)

node = pools.Node(script=SCRIPT, refuse=[2])
server = Server(node)
r = mine("http://" + server.target, "--address", ADDRESS, "--shares", "6",
         "--password", "secret", user="rpc")
tap.same(r.code, 0, "node: exit status")
check_log("node", r, node.truth)
tap.same([f for f in node.faults if f != "stale-prevblk"], [],
         "node: every block is good: root, height, commitment, payout")
tap.ok(node.height >= 706, "node: the chain grows", node.height)
seen = check_scan("node", r, pcap_of(node), node.truth)
tap.same({s["witness_commitment"] for s in seen.shares}, {"good"},
         "node: scan finds the witness commitment good")
tap.ok(ADDRESS in [p["address"] for s in seen.sessions
                   for p in s["payouts"]], "node: scan finds the payee",
       [s["payouts"] for s in seen.sessions])
tap.same(of(r, "end")[0]["blocks"], of(r, "end")[0]["found"],
         "node: each is a block")

node = pools.Node(script=SCRIPT, transactions=0)
r = mine("http://" + Server(node).target, "--gbt", "--address", ADDRESS,
         "--shares", "2", "--password", "secret", user="rpc")
tap.same((r.code, node.faults), (0, []), "empty block: exit status")
r = mine("http://" + Server(node).target, "--gbt", "--address", ADDRESS,
         "--retries", "1", "--password", "wrong", user="rpc")
tap.same(r.code, 1, "node: a wrong password")
tap.ok("refuses the user" in r.out.decode(), "node: says so", r.out.decode())
node = pools.Node(script=SCRIPT, lonely=1)
r = mine("http://" + Server(node).target, "--gbt", "--address", ADDRESS,
         "--shares", "2", "--password", "secret", user="rpc")
tap.same((r.code, node.faults), (0, []), "node without peers: is tried again")
tap.same([c["why"] for c in of(r, "connection") if c["event"] == "over"],
         ["the server says: Bitcoin is not connected!"],
         "node without peers: says why")
check_log("node without peers", r, node.truth)
node = pools.Node(nbits=0x1a00ffff, script=SCRIPT, hasty=True)
r = mine("http://" + Server(node).target, "--gbt", "--address", ADDRESS,
         "--time", "1", "--password", "secret", user="rpc")
tap.same((r.code, len(of(r, "share"))), (0, 0), "hasty node: exit status")
tap.ok(1 <= node.polls < 10, "hasty node: is not polled all the time",
       node.polls)
node = pools.Node(script=SCRIPT)
r = mine("https://" + Server(node, tls=tls).target, "--gbt", "--address",
         ADDRESS, "--shares", "2", "--insecure", "--password", "secret",
         user="rpc")
tap.same(r.code, 0, "node in TLS: exit status")
check_log("node in TLS", r, node.truth)

# ---------------------------------------------------------------- the end

# A signal: what is submitted is answered, and all is written.
pool = pools.Stratum(job7, EASY, until=6)
r = mine_until(pool, TCP + Server(pool).target)
tap.same(r.code, 0, "SIGINT: exit status")
check_log("SIGINT", r, pool.truth)
check_scan("SIGINT", r, pcap_of(pool), pool.truth)

r = mine(TCP + Server(pools.Stratum(job7, "1000000")).target, "--time", "2")
tap.same((r.code, of(r, "share")), (0, []), "--time: ends without a share")
tap.ok(of(r, "end")[0]["hashes"] > 0, "--time: it hashed")

r = mine("--benchmark=0.5", "--affinity")
tap.same((r.code, [o["type"] for o in r.log]), (0, ["start", "rate", "end"]),
         "--benchmark")
tap.ok(of(r, "end")[0]["hashes"] > 0 and len(of(r, "rate")[0]["threads"]) == 2,
       "--benchmark: hashes, on two threads")

for wrong in [[], ["tcp://a:1"], [TCP + "a"], [TCP + "u:p@a:1"],
              [TCP + "a:1/x"], ["http://a", "--gbt"], [TCP + "a:1", "-t", "0"],
              [TCP + "a:1", "--time", "-1"], ["--benchmark", TCP + "a:1"],
              [TCP + "a:1", "--address", "nobody"],
              [TCP + "a:1", "-u", "a:b"], ["--daemon", TCP + "a:1"]]:
    r = run("mine", *wrong)
    tap.ok(r.code == 2 and r.err, "refuses %s" % " ".join(wrong), r.err)
r = run("mine", "--log", "/nowhere/log", TCP + "a:1")
tap.same(r.code, 1, "a log that cannot be opened")
if os.path.exists("/dev/full"):
    pool = pools.Stratum(job7, EASY)
    r = run("mine", "--log", "/dev/full", "-u", "rig.1", "--shares", "1",
            TCP + Server(pool).target)
    tap.ok(r.code == 1 and "the log" in r.err, "a log on a full disk", r.err)

# ---------------------------------------------------------------- the circle

# The same with a real capture, where that is allowed here.
tcpdump = shutil.which("tcpdump") or "/usr/sbin/tcpdump"
pool = pools.Stratum(job7, EASY, mask=0x1fffe000)
server = Server(pool)
capture = work.name()
dump = None
if os.path.exists(tcpdump):
    dump = subprocess.Popen(
        [tcpdump, "-i", "lo", "-U", "-B", "16384", "-w", capture,
         "tcp port %d" % server.port], stderr=subprocess.PIPE)
    first = dump.stderr.readline()
    while first and b"listening on" not in first:
        first = dump.stderr.readline()
    if not first:
        dump = None
if dump:
    r = mine(TCP + server.target, "--shares", "40")
    # Its last packets are there when one that came later is.
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"the end of this capture\n")
    while b"the end of this capture" not in open(capture, "rb").read():
        pass
    dump.send_signal(signal.SIGINT)
    dump.wait()
    check_log("captured", r, pool.truth)
    check_scan("captured", r, capture, pool.truth)
else:
    tap.skip("mined, captured with tcpdump, and scanned",
             "tcpdump is not there, or may not capture")

Server.close_all()
# ---- told to end before any server gave work
r = run("mine", "-q", "--time", "1", "stratum+tcp://127.0.0.1:1")
tap.ok(r.code == 1 and "no server gave work" in r.err, "no work: exit status",
       r.code, r.err)
tap.done()
