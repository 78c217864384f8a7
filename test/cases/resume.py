"""A search among all values of an extranonce1 that is interrupted goes on."""
import signal
import sqlite3
import subprocess
import time

from harness import ASSAY, Job, SANITIZED, Talk, Tap, TINY, Work, difficulty, \
    mine, scan, submit_all

tap = Tap()
# Three bytes: a search of seconds, with sanitizers of minutes.
FAR = bytes.fromhex("25a7e3" if SANITIZED else "a5a7e3")
FAR_AT = int.from_bytes(FAR, "big")
ALL = 1 << 24


def midstream(e1):
    talk = Talk(client=("10.1.0.9", 41000), handshake=False, isn=(900, 700))
    job = Job("1", extra=len(e1) + 4, branches=1)
    talk.pool(difficulty(TINY), job.notify())
    submit_all(talk, mine(job, e1, 8))
    return talk


def ask(case, sql, *values):
    with sqlite3.connect(case) as db:
        return db.execute(sql, values).fetchall()


def kept(case):
    """What the case says was tried, or None."""
    try:
        rows = ask(case, "SELECT tried FROM search")
        return rows[0][0] if rows else None
    except sqlite3.OperationalError: # not made yet, or busy
        return None


def interrupt(case, pcap, how):
    """Starts a search and ends it once it has kept something; what it kept.
    If it is done first, nothing is interrupted, and nothing else changes."""
    p = subprocess.Popen([ASSAY, "scan", "-q", "--recover", "-o", case, pcap],
                         stdout=subprocess.DEVNULL)
    while p.poll() is None and not kept(case):
        time.sleep(0.01)
    p.send_signal(how)
    p.wait()
    return kept(case)


def told(result):
    """All but where the input lay and how long it took."""
    return (result.sessions, result.findings(), result.proved())


def check_place(work, whole, pcap, near, tried):
    """That it goes on, and does not begin again."""
    question = ask(whole, "SELECT question FROM search")[0][0]

    def search_after(tried, question=question, value=None):
        case = work.name(".db")
        scan("-o", case, pcap)
        ask(case, "INSERT INTO search(session, question, tried, value) "
            "SELECT id, ?, ?, ? FROM session", question, tried, value)
        s = scan("--recover", "-o", case, pcap).sessions[0]
        return (s["extranonce1"], s["extranonce1_search"]["candidates"])

    tap.same(search_after(FAR_AT), (FAR.hex(), near + min(
        ALL, FAR_AT + (1 << 22))), "it goes on with the first not tried")
    tap.same(search_after(FAR_AT + 1), (None, near + ALL),
             "values that were tried are not tried again")
    tap.same(search_after(ALL), (None, near + ALL),
             "nor anything once all were")
    tap.same(search_after(FAR_AT + 1, bytes(32)), (FAR.hex(), near + tried),
             "other shares are another search")
    tap.same(search_after(ALL + 1), (FAR.hex(), near + tried),
             "more than there are cannot have been tried")
    tap.same(search_after(FAR_AT + 1, value=FAR),
             (FAR.hex(), near + FAR_AT + 1), "the best of them is kept")
    tap.same(search_after(ALL, value=b"\1\2\3"), (None, near + ALL),
             "and held against the shares again")
    tap.same(search_after(FAR_AT, value=b"\1\2\3\4"), (FAR.hex(), near + min(
        ALL, FAR_AT + (1 << 22))), "one of another length is none")


with Work() as work:
    pcap = work.pcap(midstream(FAR))
    whole = work.name(".db")
    want = scan("--recover", "-o", whole, pcap)
    searched = want.sessions[0]["extranonce1_search"]
    tap.same(want.sessions[0]["extranonce1"], FAR.hex(), "found")
    tried = kept(whole)
    tap.ok(FAR_AT < tried < ALL, "its case says what was tried", tried)
    near = searched["candidates"] - tried # neighbours, tried before
    tap.ok(0 < near < 1 << 20, "and the report adds what was tried before")

    # ---- whatever ends it, it goes on
    for how in (signal.SIGKILL,) if SANITIZED else (signal.SIGKILL,
                                                    signal.SIGINT):
        case = work.name(".db")
        before = interrupt(case, pcap, how)
        tap.ok(before and before <= tried, "%s: what was tried is kept"
               % how.name, before)
        tap.same(told(scan("--recover", "-o", case, pcap)), told(want),
                 how.name + ": searched again: as if nothing had been")
        tap.same(ask(case, "PRAGMA integrity_check"), [("ok",)],
                 how.name + ": the case is whole")
        tap.same(kept(case), tried, how.name + ": and says the same")

    if not SANITIZED:
        check_place(work, whole, pcap, near, tried)
tap.done()
