"""What the options of assay scan change, and what they refuse."""
from harness import Tap, capture, run, scan

tap = Tap()
A = capture("a_stratum_one", "acc.pcap")
B = capture("b_stratum_three_vardiff", "acc.pcap")
V6 = capture("i_ipv6", "acc.pcap")


def clients(*arguments):
    return sorted(s["client"]["ip"] for s in scan(*arguments).sessions)


ALL = ["10.66.0.11", "10.66.0.12", "10.66.0.13"]
tap.same(clients(B), ALL, "all of them without options")
for site, want in [
        ("10.66.0.12", ["10.66.0.12"]),
        ("10.66.0.12/32", ["10.66.0.12"]),
        ("10.66.0.12/31", ["10.66.0.12", "10.66.0.13"]),
        ("10.66.0.8/30", ["10.66.0.11"]),
        ("10.66.0.0/16", ALL), ("10.99.0.10", ALL), ("0.0.0.0/0", ALL),
        ("192.168.0.0/16", []), ("::/0", ALL), ("fd66::/64", []),
        ("192.168.0.0/16,10.66.0.13", ["10.66.0.13"])]:
    tap.same(clients("--site", site, B), want, "--site " + site)
tap.same(clients("--site", "10.66.0.11", "--site", "10.66.0.13", B),
         ["10.66.0.11", "10.66.0.13"], "--site twice")
tap.same(clients("--site", "fd66::/16", V6), ["fd66::12"], "--site, IPv6")
tap.same(clients("--site", "10.0.0.0/8", V6), [], "--site of the other family")

tap.same(clients("--filter", "host 10.66.0.12", B), ["10.66.0.12"], "--filter")
tap.same(clients("--filter", "tcp port 80", B), [], "--filter nothing passes")

# The three miners begin at 0, 2 and 4 minutes of this capture.
tap.same(clients("--until", "2026-11-22T14:23:00Z", B), ["10.66.0.11"],
         "--until")
late = scan("--since", "2026-11-22T14:29:30Z", B)
tap.same(sorted(s["client"]["ip"] for s in late.sessions), ALL[1:], "--since")
tap.ok(all(s["first"] >= "2026-11-22T14:29:30" for s in late.sessions),
       "--since: no packet before")
tap.same(scan("--since", "2026-11-23", B).sessions, [], "--since, a date")
tap.same(len(scan("--since", "1795357200", "--until", "1795357500.5", B)
             .sessions), 2, "seconds since 1970")

s = scan("--network", "main", A).sessions[0]
tap.same((s["network"], s["coin"], s["payouts"][0]["address"][0]),
         ("main", "BTC", "1"), "--network")
s = scan("--network", "ltc", A).sessions[0]
tap.same((s["coin"], s["payouts"][0]["address"][0]), ("LTC", "L"),
         "--network ltc")

usual, narrow, wide = (
    scan("--confidence", p, A).sessions[0]["hashrate"]
    for p in ("0.95", "0.5", "0.999"))
tap.ok(wide["low"] < usual["low"] < narrow["low"] < narrow["estimate"]
       < narrow["high"] < usual["high"] < wide["high"], "--confidence")
tap.same((narrow["confidence"], wide["confidence"]), (0.5, 0.999),
         "--confidence is told")

tap.same(scan("--max-flows", "1024", B).code, 0, "--max-flows")

NOTHING = capture("v_variants", "snaplen96.pcap")
CONTACT = capture("v_variants", "only_server_to_client.pcap")
SPOKEN = capture("v_variants", "only_client_to_server.pcap")
for name, file, codes in [("nothing", NOTHING, (0, 0, 0)),
                          ("contact", CONTACT, (0, 0, 3)),
                          ("spoken", SPOKEN, (0, 3, 3)),
                          ("proved", A, (3, 3, 3))]:
    for grade, code in zip(("proved", "spoken", "contact"), codes):
        tap.same(run("scan", "--fail-on", grade, file).code, code,
                 "--fail-on %s: %s" % (grade, name))

for bad in (["--site", "10.66.0.0/33"], ["--site", "ten"],
            ["--site", "fd66::/129"], ["--site", ""], ["--filter", "tcp prot"],
            ["--since", "yesterday"], ["--until", "2026-13-01"],
            ["--network", "mainnet"], ["--confidence", "1"],
            ["--confidence", "0.95x"], ["--max-flows", "7"],
            ["--fail-on", "rumour"], ["--no-such-option"], ["--case"]):
    r = run("scan", *bad, A) if bad != ["--case"] else run("scan", "--case")
    tap.ok(r.code == 2 and r.err and not r.out,
           "refused: " + " ".join(bad), r.code, r.err, r.out)
tap.done()
