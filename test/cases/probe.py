#!/usr/bin/env python3
"""assay probe, against scripted servers on loopback (test/peers).

Each server is asked as its users would be; what it may be told, and what must
be told of it, is here. Time never decides: the time limits are short, and what
they are held to is wide.
"""
import atexit
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "peers"))
sys.dont_write_bytecode = True
import servers  # noqa: E402
from harness import ASSAY, Job, Tap, Work, result, run  # noqa: E402
from servers import Server  # noqa: E402

tap = Tap()
work = Work()
atexit.register(work.__exit__)

# Bitcoin's block 800,000 had these nBits.
JOB = Job("4f", height=800000, nbits=0x17053894, tag=b"/ViaBTC/probe test/")
NOTIFY = JOB.notify()["params"]
TEMPLATE = {
    "version": 0x20000000, "rules": ["csv", "!segwit", "taproot"],
    "previousblockhash": JOB.previous[::-1].hex(), "transactions": [],
    "coinbaseaux": {}, "coinbasevalue": 625000000, "longpollid": "a1",
    "target": "0" * 19 + "53894" + "0" * 40, "mintime": 1690000000,
    "mutable": ["time", "transactions", "prevblock"], "noncerange":
    "00000000ffffffff", "sigoplimit": 80000, "sizelimit": 4000000,
    "weightlimit": 4000000, "curtime": 1690168629, "bits": "17053894",
    "height": 800000}


def words_swapped(b):
    return b"".join(b[i:i + 4][::-1] for i in range(0, len(b), 4))


GETWORK_DATA = words_swapped(
    JOB.header(b"\0" * 4, b"\0" * 4, JOB.ntime, 0) + b"\x80" + b"\0" * 45
    + struct.pack(">H", 640)).hex()
GETWORK_TARGET = "ff" * 28 + "00" * 4


def probe(*arguments, **how):
    """One JSON object of a target, by its text."""
    r = run("probe", "--json", "--rate", "1000", *arguments, **how)
    r.read_json()
    return r, {o["target"]: o for o in r.objects}


def answers(o):
    return [(a["dialect"], a["tls"], a["answer"]) for a in o["asked"]]


def certificate():
    """A context of a server with a certificate that it signed itself."""
    key, cert = work.name(".key"), work.name(".pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj",
         "/CN=pool.example", "-addext",
         "subjectAltName=DNS:stratum.example,IP:127.0.0.1"],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % s.getsockname()[1]


TLS = certificate()
POOL = Server(servers.stratum_pool(NOTIFY))
POOL6 = Server(servers.stratum_pool(NOTIFY), host="::1")
REFUSING = Server(servers.stratum_pool(NOTIFY, refuse=True))
JOBLESS = Server(servers.stratum_pool(NOTIFY, silent_jobs=True))
DRIP = Server(servers.stratum_pool(NOTIFY, drip=0.2))
QUICK_DRIP = Server(servers.stratum_pool(NOTIFY, drip=0.0002))
SEALED = Server(servers.stratum_pool(NOTIFY), tls=TLS)
MONERO = Server(servers.monero_pool())
MONERO_NO = Server(servers.monero_pool(refuse="Invalid address used for login"))
NODE = Server(servers.node(TEMPLATE))
NODE_401 = Server(servers.node(TEMPLATE, user="somebody else"))
NODE_IBD = Server(servers.node(error={
    "code": -10, "message": "Bitcoin Core is in initial sync"}))
NODE_TLS = Server(servers.node(TEMPLATE), tls=TLS)
GETWORK = Server(servers.getwork_pool(GETWORK_DATA, GETWORK_TARGET))
SSH = Server(servers.banner)
SILENT = Server(servers.silent)
CLOSER = Server(servers.closer)
GARBAGE = Server(servers.garbage)
WEB = Server(servers.web)
NOTHING = closed_port()

# ---- one run over all of them
EVERY = [s.target for s in (
    POOL, POOL6, REFUSING, JOBLESS, DRIP, SEALED, MONERO, MONERO_NO, NODE,
    NODE_401, NODE_IBD, NODE_TLS, GETWORK, SSH, SILENT, CLOSER, GARBAGE, WEB)]
began = time.monotonic()
ran, of = probe("--timeout", "3", NOTHING, "a..b:1", *EVERY)
took = time.monotonic() - began
tap.same(ran.code, 0, "exit status")
tap.same(sorted(of), sorted(EVERY + [NOTHING, "a..b:1"]), "one object each")

for name, server, answer, asked in [
        ("a Stratum pool", POOL, "pool", [("stratum", False, "job")]),
        ("one on IPv6", POOL6, "pool", [("stratum", False, "job")]),
        ("one that refuses", REFUSING, "refuses",
         [("stratum", False, "refuses"), ("monero", False, "other")]),
        ("one without a job", JOBLESS, "speaks",
         [("stratum", False, "speaks"), ("monero", False, "other")]),
        ("a slow one, too slow", DRIP, "other",
         [("stratum", False, "other"), ("monero", False, "other")]),
        ("one in TLS", SEALED, "pool",
         [("stratum", False, "closed"), ("monero", False, "closed"),
          ("getblocktemplate", False, "closed"),
          ("getwork", False, "closed"), ("stratum", True, "job")]),
        ("a Monero pool", MONERO, "pool",
         [("stratum", False, "other"), ("monero", False, "job")]),
        ("one that refuses the login", MONERO_NO, "refuses",
         [("stratum", False, "other"), ("monero", False, "refuses")]),
        ("a node", NODE, "node",
         [("stratum", False, "silent"), ("monero", False, "silent"),
          ("getblocktemplate", False, "job")]),
        ("a node that wants another user", NODE_401, "refuses",
         [("stratum", False, "silent"), ("monero", False, "silent"),
          ("getblocktemplate", False, "refuses"),
          ("getwork", False, "refuses")]),
        ("a node that is not ready", NODE_IBD, "refuses",
         [("stratum", False, "silent"), ("monero", False, "silent"),
          ("getblocktemplate", False, "refuses"),
          ("getwork", False, "other")]),
        ("a getwork pool", GETWORK, "pool",
         [("stratum", False, "silent"), ("monero", False, "silent"),
          ("getblocktemplate", False, "other"), ("getwork", False, "job")]),
        ("SSH", SSH, "other",
         [("stratum", False, "other"), ("monero", False, "other")]),
        ("a server that says nothing", SILENT, "silent",
         [("stratum", False, "silent"), ("monero", False, "silent"),
          ("getblocktemplate", False, "silent"),
          ("getwork", False, "silent"), ("stratum", True, "no tls")]),
        ("one that hangs up", CLOSER, "closed",
         [("stratum", False, "closed"), ("monero", False, "closed"),
          ("getblocktemplate", False, "closed"),
          ("getwork", False, "closed"), ("stratum", True, "no tls")]),
        ("one that never ends", GARBAGE, "other",
         [("stratum", False, "other"), ("monero", False, "other")]),
        ("a web server", WEB, "other",
         [("stratum", False, "other"), ("getblocktemplate", False, "other"),
          ("getwork", False, "other")])]:
    o = of[server.target]
    tap.same((o["answer"], answers(o)), (answer, asked), name)

# A socket that is closed with unread bytes resets: either way it hung up.
tap.same([of[NODE_TLS.target]["answer"], of[NODE_TLS.target]["tls"]],
         ["node", True], "a node in TLS")
o = of[NOTHING]
tap.same((o["answer"], answers(o), o["words"]),
         ("unreachable", [("stratum", False, "unreachable")],
          "Connection refused"), "a closed port")
tap.same((of["a..b:1"]["answer"], of["a..b:1"]["address"]),
         ("unreachable", None), "a name that is none")
# 18 targets at a time, none with more than eight connections of 3 s and
# pauses of 2 s.
tap.ok(took < 240, "they are asked side by side", took)

# ---- what is told of them
for target in (POOL, POOL6, SEALED):
    o = of[target.target]
    tap.same((o["dialect"], o["coin"], o["network"], o["height"], o["nbits"],
              o["pool"], o["pool_source"], o["coinbase_text"],
              o["difficulty"], o["role"], o["address"]),
             ("stratum-v1", "BTC", "main", 800000, "17053894", "ViaBTC",
              "coinbase tag", "/ViaBTC/probe test/", "4096", "pool",
              target.target), "the chain and the pool of a job")
    tap.same([(p["address"], p["sat"]) for p in o["payouts"]],
             [("12ZEw5Hcv1hTb6YUQJ69y1V7uhcoDz92PH", 312500000)],
             "whom its coinbase pays")
o = of[NODE.target]
tap.same((o["dialect"], o["coin"], o["height"], o["role"]),
         ("getblocktemplate", "BTC", 800000, "node"), "a template's chain")
o = of[GETWORK.target]
tap.same((o["dialect"], o["nbits"], o["height"], o["role"]),
         ("getwork", "17053894", None, "pool"), "a getwork's chain")
o = of[MONERO.target]
tap.same((o["dialect"], o["variant"], o["height"], o["coin"]),
         ("monero", "rx/0", 3010111, None), "a Monero job's chain")
for target, words in ((REFUSING, "Unauthorized worker"),
                      (MONERO_NO, "Invalid address used for login"),
                      (NODE_IBD, "Bitcoin Core is in initial sync")):
    tap.same(of[target.target]["words"], words, "the words of a refusal")
    tap.same(of[target.target]["payouts"], [], "and nothing else")
tap.same(of[SSH.target]["asked"][0]["first_bytes"],
         "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "the first bytes")
c = of[SEALED.target]["certificate"]
tap.same((c["names"], c["valid"], c["why"]),
         ("pool.example stratum.example 127.0.0.1", False,
          "self-signed certificate"), "the certificate")
tap.same(of[POOL.target]["certificate"], None, "and none in clear")
for a in of[GARBAGE.target]["asked"]:
    tap.ok(1 << 20 <= a["received_bytes"] <= 1 << 21, "the limit of bytes",
           a["received_bytes"])
for a in of[SILENT.target]["asked"]:
    tap.ok(2.9 <= a["seconds"] < 60, "the limit of time", a["seconds"])

# ---- what it may say, and how often it may come
for s in (POOL, REFUSING, JOBLESS, SEALED, MONERO, NODE, GETWORK, WEB, SILENT):
    said = s.said()
    tap.ok(b"submit" not in said and b"block\"" not in said.replace(
        b"getblocktemplate", b""), "nothing is submitted", said)
tap.ok(b'"assay-probe/' in POOL.said() and b'"assay-probe/' in MONERO.said()
       and b"User-Agent: assay-probe/" in NODE.said(), "it says who it is")
tap.ok(b'"mining.authorize","params":["assay-probe",' in REFUSING.said(),
       "the user", REFUSING.said())
for s in (REFUSING, MONERO, GETWORK, SSH, CLOSER, SEALED, GARBAGE):
    tap.same(s.most, 1, "one connection at a time")
    gaps = [b - a for a, b in zip(s.times, s.times[1:])]
    tap.ok(all(g > 1.9 for g in gaps), "two seconds between them", gaps)
tap.same(len(POOL.times), 1, "a pool is asked once")

# ---- options
r, o = probe("--only", "monero", POOL.target, MONERO.target)
tap.same((answers(o[POOL.target]), answers(o[MONERO.target])),
         ([("monero", False, "other")], [("monero", False, "job")]), "--only")
r, o = probe("--tls", "yes", "--only", "stratum", SEALED.target)
tap.same(answers(o[SEALED.target]), [("stratum", True, "job")], "--tls yes")
r, o = probe("--tls", "no", "--only", "stratum", CLOSER.target)
tap.same(answers(o[CLOSER.target]), [("stratum", False, "closed")],
         "--tls no")
r, o = probe("--tls", "both", "--only", "stratum", REFUSING.target)
tap.same(answers(o[REFUSING.target]),
         [("stratum", False, "refuses"), ("stratum", True, "no tls")],
         "--tls both")
run("probe", "--user", 'x"y.rig', "--rate", "9", REFUSING.target)
tap.ok(b'"params":["x\\"y.rig",' in REFUSING.said(), "--user",
       REFUSING.said())
SCHEMES = ["stratum+tcp://" + POOL.target, "stratum+ssl://" + SEALED.target,
           "http://" + NODE.target + "/wallet", "https://" + NODE_TLS.target]
r, o = probe(*SCHEMES)
tap.same([o[s]["asked"][-1]["answer"] for s in SCHEMES], ["job"] * 4,
         "schemes")
tap.same([len(o[s]["asked"]) for s in SCHEMES], [1] * 4,
         "schemes leave nothing else to ask")
tap.ok(b"POST /wallet HTTP/1.1\r\n" in NODE.said()
       and b"Host: " + NODE.target.encode() + b"\r\n" in NODE.said(),
       "path and host", NODE.said())
name = "localhost:%d" % POOL.port
r, o = probe(name, "--only", "stratum")
tap.same((o[name]["answer"], o[name]["address"]), ("pool", POOL.target),
         "a name, and which of its addresses answered")
r, o = probe("--only", "stratum", "--timeout", "60", QUICK_DRIP.target)
tap.same(o[QUICK_DRIP.target]["answer"], "pool", "an answer byte by byte")

LIST = ("# pools\n\n  %s\r\n%s" % (POOL.target, POOL6.target)).encode()
r, o = probe("-", stdin=LIST)
tap.same(sorted(o), sorted([POOL.target, POOL6.target]), "a list, piped")
r, o = probe("--from", work.file(LIST, ".txt"))
tap.same(sorted(o), sorted([POOL.target, POOL6.target]), "a list, in a file")

# Two names of one server are one server to it.
before = len(POOL.times)
r, o = probe(POOL.target, name, "--only", "stratum")
gap = POOL.times[before + 1] - POOL.times[before]
tap.ok(gap > 1.9, "two seconds, whatever its name", gap)
before = time.monotonic()
run("probe", "--rate", "2", "--only", "stratum", POOL6.target, SSH.target,
    MONERO.target, CLOSER.target, "--tls", "no")
tap.ok(time.monotonic() - before > 1.4, "--rate", time.monotonic() - before)

# ---- for people
r = run("probe", "--rate", "99", POOL.target, WEB.target, NOTHING)
tap.ok(POOL.target + "  pool\n" in r.out.decode()
       and "block height 800000" in r.out.decode()
       and WEB.target + "  answers something else\n" in r.out.decode()
       and NOTHING + "  cannot connect\n" in r.out.decode(), "the text",
       r.out.decode())
tap.ok(b"\x1b" not in r.out, "what a server says moves no terminal")
r = run("probe", "-q", "--rate", "99", POOL.target, NOTHING)
tap.ok(POOL.target in r.out.decode() and NOTHING not in r.out.decode(), "-q")

# ---- ends
r = run("probe", NOTHING)
tap.same(r.code, 1, "none could be reached")
for bad in ([], ["10.0.0.1"], ["x:1", "--tls", "maybe"],
            ["x:1", "--timeout", "0"], ["x:1", "--timeout", "1s"],
            ["x:1", "--rate", "0"], ["x:1", "--rate", "inf"],
            ["x:1", "--only", "ftp"], ["x:1", "--user", "a:b"],
            ["x:1", "--user", ""], ["http://x", "--only", "stratum"],
            ["--from", "/nonexistent"], ["x:1", "--no-such"],
            ["--from", work.file(b"x:1\n" + b"y" * 5000 + b":1\n")]):
    r = run("probe", *bad)
    tap.ok(r.code == 2 and r.err and not r.out, "refused: " + " ".join(bad),
           r.code, r.err, r.out)


def interrupted():
    """SIGINT while one server is silent: what was found stays."""
    SILENT.heard.clear()
    p = subprocess.Popen([ASSAY, "probe", "--json", "--rate", "99",
                          "--timeout", "300", POOL.target, SILENT.target],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = p.stdout.readline()
    while not SILENT.heard:
        time.sleep(0.01)
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=60)
    return result(p.returncode, first + out, err).read_json()


r = interrupted()
tap.same((r.code, [(o["answer"], o["interrupted"]) for o in r.objects]),
         (1, [("pool", False), ("silent", True)]), "SIGINT")
tap.ok("interrupted: 1 of 2" in r.err, "and it says so", r.err)

# Nobody else asks: a scan opens no connection.
before = len(POOL.times)
run("scan", work.file(b"not a capture"))
tap.same(len(POOL.times), before, "no other command asks")
Server.close_all()
tap.done()
