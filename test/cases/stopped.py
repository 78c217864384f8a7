"""A scan that is stopped by a signal tells what it has found until then."""
import fcntl
import signal
import struct
import subprocess
import termios
import time

from harness import ASSAY, Tap, Work, capture, scan

tap = Tap()
A = capture("a_stratum_one", "acc.pcap")
with open(A, "rb") as f:
    content = f.read()
wanted = scan(A)


def stop(number, *arguments):
    """Feeds all of the capture, without an end, and stops it then."""
    p = subprocess.Popen([ASSAY, "scan", "-q", *arguments, "-"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    p.stdin.write(content)
    p.stdin.flush()
    while p.poll() is None and not waits_for_more(p):
        time.sleep(0.1)
    p.send_signal(number)
    p.wait()  # its input is still open
    out, err = p.communicate()
    return p.returncode, out.decode(), err.decode()


def waits_for_more(p):
    """Has it taken all that is in its pipe, and sleeps?"""
    left = struct.unpack("i", fcntl.ioctl(p.stdin, termios.FIONREAD, b"\0" * 4))
    with open("/proc/%d/stat" % p.pid, encoding="utf-8") as stat:
        state = stat.read().rsplit(")", 1)[1].split()[0]
    return left == (0,) and state == "S"


with Work() as work:
    for number in (signal.SIGINT, signal.SIGTERM):
        case = work.name(".db")
        code, out, err = stop(number, "-o", case)
        tap.ok(code == 1 and "stopped" in err and "446 packets" in err,
               "it says so: " + number.name, code, err)
        tap.ok("131 proved" in out, "and what was found", out)
        # The same capture, whole: nothing stands in its way.
        again = scan("-o", case, A)
        tap.same([len(again.sessions), len(again.shares)],
                 [len(wanted.sessions), len(wanted.shares)],
                 "the case takes the whole capture later")
tap.done()
