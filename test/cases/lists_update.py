"""assay lists: from files and from servers that are good, dead, slow, cut
short, wrong, endless or lead in circles; what was there stays."""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

HERE = sys.path.pop(0)  # where a case is called http
import http.server  # noqa: E402
sys.path.insert(0, HERE)

from harness import ASSAY, Tap

tap = Tap()
GOOD = b"address,entity,kind\n1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,One,sanction\n"
MORE = GOOD + b"12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S,Two,exchange\n"


class Server(http.server.BaseHTTPRequestHandler):
    """What it answers is in `serve`, by path."""
    serve = {}
    asked = []

    def log_message(self, *args):
        pass

    def do_GET(self):
        Server.asked.append((self.path, dict(self.headers)))
        answer = Server.serve.get(self.path)
        if answer is None:
            self.send_error(404)
        else:
            answer(self)


def body(data, etag=None, claim=None):
    def answer(h):
        if etag and h.headers.get("If-None-Match") == etag:
            h.send_response(304)
            h.end_headers()
            return
        h.send_response(200)
        h.send_header("Content-Length", str(claim or len(data)))
        h.send_header("Last-Modified", "Wed, 17 May 2017 09:12:01 GMT")
        if etag:
            h.send_header("ETag", etag)
        h.end_headers()
        h.wfile.write(data)
    return answer


def redirect(to):
    def answer(h):
        h.send_response(302)
        h.send_header("Location", to)
        h.end_headers()
    return answer


def drip(h):
    h.send_response(200)
    h.end_headers()
    try:
        for _ in range(100):
            h.wfile.write(b"a")
            h.wfile.flush()
            time.sleep(0.2)
    except OSError:
        pass


def endless(h):
    h.send_response(200)
    h.end_headers()
    try:
        for _ in range(1000):
            h.wfile.write(b"x" * 65536)
    except OSError:
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = "http://127.0.0.1:%d" % server.server_port
top = tempfile.mkdtemp()
store = os.path.join(top, "lists")


def lists(*arguments):
    p = subprocess.run([ASSAY, "lists", *arguments], capture_output=True,
                       text=True, timeout=120)
    return p.returncode, [json.loads(x) for x in p.stdout.splitlines()], \
        p.stderr


def update(*arguments):
    return lists("update", "--json", store, *arguments)


def kept(name):
    with open(os.path.join(store, name), "rb") as f:
        return f.read()


url = BASE + "/a.csv"
Server.serve["/a.csv"] = body(GOOD, '"one"')
code, _, err = update(url)
tap.ok(code == 2 and "https" in err, "plain HTTP is refused", code, err)
code, out, err = update("--http", url)
tap.same((code, [(x["news"], x["entries"]) for x in out]), (0, [("new", 1)]),
         "a list")
tap.same(kept("a.csv"), GOOD, "as it was served")
index = json.loads(kept("index.json"))["lists"][0]
tap.same((index["source"], index["etag"], index["last_modified"]),
         (url, '"one"', "Wed, 17 May 2017 09:12:01 GMT"), "index.json")
tap.same(int(os.path.getmtime(os.path.join(store, "a.csv"))), 1495012321,
         "the file has the server's time")

code, out, err = update("--http")
tap.same((code, out[0]["news"]), (0, "same" if 0 else "unchanged"),
         "again, without naming it")
tap.same(Server.asked[-1][1].get("If-None-Match"), '"one"',
         "asked whether it changed")
Server.serve["/a.csv"] = body(MORE, '"two"')
code, out, err = update("--http", url)
tap.same((code, out[0]["news"], out[0]["entries"]), (0, "changed", 2),
         "changed")

for name, answer, words, options in [
        ("not a list", body(b"<html>no</html>"), "stays", []),
        ("nothing", body(b""), "stays", []),
        ("only a header", body(b"address,entity,kind\n"), "stays", []),
        ("cut short", body(MORE[:60], claim=len(MORE)), "", []),
        ("not there", None, "404", []),
        ("a circle", redirect("/a.csv"), "", []),
        ("to a file", redirect("file:///etc/passwd"), "https", []),
        ("endless", endless, "longer than 100000 bytes",
         ["--max-bytes", "100000"]),
        ("said to be long", body(GOOD, claim=10 ** 12),
         "longer than 1073741824", []),
        ("slow", drip, "", ["--stall", "1"]),
        ("too slow", drip, "", ["--timeout", "1"])]:
    Server.serve["/a.csv"] = answer
    code, out, err = update("--http", *options, url)
    tap.ok(code in (1, 2) and words in err and out == [], name, code, err)
    tap.same(kept("a.csv"), MORE, name + ": what was there stays")
    tap.same(sorted(os.listdir(store)), ["a.csv", "index.json"],
             name + ": nothing is left")

dead = http.server.HTTPServer(("127.0.0.1", 0), Server)
port = dead.server_port
dead.server_close()
code, out, err = update("--http", "http://127.0.0.1:%d/b.csv" % port, url)
tap.ok(code == 1 and "b.csv" in err, "a dead server", code, err)

Server.serve["/a.csv"] = body(MORE, '"two"')
Server.serve["/other/a.csv?x=1"] = body(GOOD)
Server.serve["/hop"] = redirect("/a.csv")
code, out, err = update("--http", BASE + "/other/a.csv?x=1", BASE + "/hop",
                        url)
tap.same((code, [x["name"] for x in out]), (0, ["2-a.csv", "hop", "a.csv"]),
         "names do not meet")

own = os.path.join(top, "..mine.csv")
with open(own, "wb") as f:
    f.write(GOOD)
code, out, err = update(own)
tap.same((code, out[0]["name"]), (0, "_.mine.csv"), "a file")
code, out, err = update(os.path.join(top, "none.csv"))
tap.ok(code == 1 and "none.csv" in err, "a file that is not there", err)

code, out, err = lists("show", "--json", store)
tap.same((code, len(out), sum(x["entries"] for x in out)), (0, 4, 6), "show")
tap.ok(all(x["age_days"] is not None for x in out), "ages", out)
p = subprocess.run([ASSAY, "screen", "--json", "--list", store,
                    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"],
                   capture_output=True, text=True)
tap.ok(p.returncode == 0 and "One" in p.stdout, "screen --list DIR",
       p.returncode, p.stdout, p.stderr)

with open(os.path.join(store, "index.json"), "w") as f:
    f.write('{"format":"assay lists 1","lists":[{"name":"../x"}]}')
code, out, err = update("--http", url)
tap.ok(code == 1 and "index.json" in err, "an index that is none", err)
tap.same(lists("update")[0], 2, "no directory")
tap.same(lists("nothing")[0], 2, "no such command")
empty = os.path.join(top, "empty")
tap.same(lists("update", empty)[0], 2, "nothing to get")
tap.same(lists("show", empty)[0], 1, "nothing to show")
server.shutdown()
tap.done()
