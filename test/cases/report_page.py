"""The page of a report: its markup, and what it does in a real browser.

The pages are those of sample assessments (src/report/page_sample.c), so that
nothing else has to work for them. What needs a browser is skipped, loudly,
where there is none.
"""
import html
import html.parser
import json
import os
import re
import subprocess

import browser
from harness import SOURCE, Tap, Work

SAMPLE = os.environ.get("ASSAY_PAGE_SAMPLE") or os.path.join(
    SOURCE, "build", "src", "report", "page_sample")
PAGES = ("empty", "small", "big")
VOID = {"meta", "path", "rect", "br", "img", "input", "link"}
# Whose end tags may be left out (HTML, 13.1.2.4).
IMPLIED = {"tr", "td", "th", "p", "li", "dt", "dd", "tbody", "thead"}


class Reader(html.parser.HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.headings, self.open = [], [], [], []
        self.tags, self.faults, self.outside = [], [], []
        self.tables = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.tags.append(tag)
        self.ids += [a["id"]] if "id" in a else []
        if "href" in a:
            self.links.append(a["href"])
        for name, value in a.items():
            if name.startswith("on") or name == "style":
                self.faults.append("%s in <%s>" % (name, tag))
            if name in ("src", "srcset", "action", "data", "xlink:href"):
                self.outside.append((tag, name, value))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append({"caption": False, "scopes": True})
        elif tag == "caption":
            self.tables[-1]["caption"] = True
        elif tag == "th":
            self.tables[-1]["scopes"] &= "scope" in a
        if tag not in VOID and tag not in IMPLIED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID or tag in IMPLIED:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append("</%s> closes nothing" % tag)


def page(name, *more):
    return subprocess.run([SAMPLE, name, *more], stdout=subprocess.PIPE,
                          check=True).stdout.decode("utf-8")


# ---------------------------------------------------------------- markup

def markup(tap, name, text):
    r = Reader(text)
    tap.same(r.faults + r.open, [], name + ": tags fit, no inline handlers")
    tap.same(r.outside, [], name + ": nothing is loaded")
    tap.ok(len(text.encode()) < 2000000, name + ": below 2 MB")
    tap.same(sorted(r.ids), sorted(set(r.ids)), name + ": ids are unique")
    tap.same([x for x in r.links if x[:1] != "#" or x[1:] not in r.ids], [],
             name + ": links lead somewhere in the page")
    tap.ok(r.headings[0] == 1 and r.headings.count(1) == 1 and all(
        b <= a + 1 for a, b in zip(r.headings, r.headings[1:])),
        name + ": headings are in order", r.headings)
    tap.ok(all(t["caption"] and t["scopes"] for t in r.tables),
           name + ": tables have captions, heads a scope")
    for tag in ("main", "nav", "header", "footer"):
        tap.ok(tag in r.tags, name + ": has the landmark " + tag)
    policy = html.unescape(
        re.search('Content-Security-Policy" content="([^"]*)', text)[1])
    tap.ok(policy.startswith("default-src 'none'") and "unsafe" not in policy,
           name + ": its policy lets nothing in", policy)
    return r


def numbers(tap, name, text):
    found = re.search(r'id="timeline-data">(.*?)</script>', text, re.S)
    if name == "empty":
        tap.ok(found is None, name + ": no timeline")
        return
    data = json.loads(found[1])
    n = len(data["from"])
    tap.ok(n > 50 and all(len(data[k]) == n for k in (
        "low", "mid", "high", "sessions", "contacts", "shares", "sensor")),
        name + ": the timeline's columns are of one length")
    tap.ok(all(lo <= mid <= hi for lo, mid, hi in zip(
        data["low"], data["mid"], data["high"]) if mid is not None),
        name + ": limits lie around estimates")


def words(tap, pages):
    small, big, empty = pages["small"], pages["big"], pages["empty"]
    tap.ok("No mining was found" in empty, "empty: says that nothing was found")
    tap.ok("7.15 MH/s" in small and "5.97 to 8.48 MH/s" in small,
           "small: rate with its bounds")
    tap.ok("SIMULATED" not in re.sub(r"(?s)<script.*?</script>", "", small),
           "small: is not called simulated")
    tap.same(len(re.findall(r"<h2", big)), len(re.findall(
        r"<h2[^>]*>(?:(?!</h2>).)*simulated", big)),
        "big: every section says that it is simulated")
    tap.same(len(re.findall("<caption", big)) - len(re.findall(
        "<caption>The 80 bytes", big)), len(re.findall(
            "<caption>[^<]* <strong class=\"simulated\"", big)),
        "big: every table says so")
    tap.ok("40 more" in big and "CSV table" in big, "big: caps are said")
    tap.ok("Redacted." in page("small", "redacted"), "redacted: is said")


# ---------------------------------------------------------------- browser

def loads(tap, b, path, name):
    for theme in ("light", "dark"):
        b.theme(theme)
        b.open(path)
        tap.same(b.complaints(), [], "%s, %s: the console is quiet"
                 % (name, theme))
        tap.same(b.requests(), [], "%s, %s: no request" % (name, theme))
    b.size(390, 800)
    tap.ok(b.run("document.documentElement.scrollWidth") <= 390,
           name + ": fits 390 pixels")
    b.size(1280, 900)


# Text and its nearest opaque background, as WCAG 2.1 has contrast.
CONTRAST = """(() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v =>
    v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const bad = new Set(), seen = {};
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("script, svg") || ![...e.childNodes].some(
        n => n.nodeType === 3 && n.textContent.trim()))
      continue;
    // Some of each kind: tables repeat themselves.
    const kind = [e, e.parentElement, e.parentElement.parentElement].map(
      x => x ? x.tagName + "." + x.className : "").join(" ");
    seen[kind] = (seen[kind] || 0) + 1;
    if (seen[kind] > 5 || !e.getClientRects().length)
      continue;
    let back = [255, 255, 255];
    for (let x = e; x; x = x.parentElement) {
      const s = getComputedStyle(x), c = parse(s.backgroundColor);
      if (s.backgroundImage !== "none") { back = [246, 195, 68]; break; }
      if (c.length < 4 || c[3] === 1) { back = c; break; }
    }
    const s = getComputedStyle(e);
    const a = light(parse(s.color)), b = light(back);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(s.fontSize) >= 24
      || parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5))
      bad.add(e.tagName + "." + e.className + " " + ratio.toFixed(2));
  }
  return [...bad];
})()"""


def contrast(tap, b, path):
    for theme in ("light", "dark"):
        b.theme(theme)
        b.open(path)
        tap.same(b.run(CONTRAST), [], theme + ": contrasts are AA")


def themes(tap, b, path):
    b.theme("light")
    b.open(path)
    ask = "getComputedStyle(document.body).backgroundColor"
    press = "document.getElementById('theme').click()"
    seen = [b.run(ask)]
    for _ in range(3):
        b.run(press)
        seen.append(b.run(ask))
    tap.ok(seen[0] == seen[1] == seen[3] != seen[2],
           "the theme goes from the system's to light, dark and back", seen)
    tap.same(b.complaints(), [], "changing it draws the chart again")


def said(b):
    return b.run("document.getElementById('chart-said').textContent").strip()


def keyboard(tap, b, path):
    b.open(path)
    b.key("Tab")
    tap.same(b.run("document.activeElement.className"), "skip",
             "the first stop is the skip link")
    b.key("Enter", text="\r")
    tap.same(b.run("location.hash"), "#main", "which leads to the report")
    b.run("document.getElementById('chart-keys').focus()")
    tap.ok(b.run("getComputedStyle(document.activeElement).outlineStyle")
           != "none", "focus is shown")
    b.key("ArrowRight")
    first = said(b)
    b.key("ArrowRight")
    tap.ok(re.match(r"1 May 2017: no hash rate", first)
           and said(b).startswith("2 May 2017:"),
           "arrows step through the bins", first, said(b))
    for _ in range(40):
        b.key("ArrowRight")
    tap.ok(re.search(r"PH/s \(.* to .*\), shares: \d+; sessions", said(b)),
           "a bin is told with its bounds", said(b))
    b.key("ArrowLeft")
    tap.ok(said(b).startswith("10 Jun 2017:"), "and back", said(b))


def chart(tap, b, path):
    b.open(path)
    box = b.run("(document.getElementById('chart-rate').scrollIntoView("
                "{behavior: 'instant'}), (r => [r.left, r.top, r.width, "
                "r.height])(document.getElementById('chart-rate')"
                ".getBoundingClientRect()))")
    middle = box[0] + box[2] / 2, box[1] + box[3] / 2
    b.mouse("mouseMoved", *middle)
    tap.ok("sessions active" in said(b), "hovering tells values", said(b))
    before = [b.run("document.querySelector('#chart-rate canvas')."
                    "toDataURL().length > 1000")]
    axis = ("[...document.querySelectorAll('#%s .dygraph-axis-label-x')]"
            ".map(e => e.textContent).join('|')")
    whole = b.run(axis % "chart-rate")
    b.mouse("mousePressed", middle[0] - 60, middle[1], button="left",
            clickCount=1)
    b.mouse("mouseMoved", middle[0] + 60, middle[1], button="left")
    b.mouse("mouseReleased", middle[0] + 60, middle[1], button="left",
            clickCount=1)
    near = b.run(axis % "chart-rate")
    tap.ok(before[0] and near != whole, "dragging zooms", whole, near)
    tap.same(b.run(axis % "chart-presence"), near, "presence follows")
    b.run("document.getElementById('chart-all').click()")
    tap.same(b.run(axis % "chart-rate"), whole, "a button shows all again")
    labels = axis.replace("-x'", "-y'") % "chart-rate"
    linear = b.run(labels)
    b.run("document.getElementById('chart-scale').click()")
    tap.ok(b.run(labels) != linear and b.run(
        "document.getElementById('chart-scale').ariaPressed") == "true",
        "another shows logarithms", linear, b.run(labels))
    tap.same(b.complaints(), [], "all without a complaint")


def fallback(tap, b, path):
    b.call("Emulation.setScriptExecutionDisabled", value=True)
    b.open(path)
    b.call("Emulation.setScriptExecutionDisabled", value=False)
    tap.same(b.run("[document.querySelector('#chart-still svg')"
                   ".getClientRects().length, document.getElementById("
                   "'chart-live').getClientRects().length, document."
                   "getElementById('tools').getClientRects().length]"),
             [1, 0, 0], "without scripts the still chart stands there")


def folded(tap, b, path):
    b.open(path, "#item-3")
    tap.ok(b.run("document.getElementById('item-3').closest('details').open"),
           "a link to what is folded away opens it")


def paper(tap, b, path, work):
    """The text of every page, by pdftotext where that is."""
    b.open(path)
    b.theme("dark")
    # A dozen pages are as good as seventy.
    b.run("document.querySelectorAll('.exhibit:nth-of-type(n+6), "
          "tbody tr:nth-child(n+30)').forEach(e => e.remove())")
    pdf = b.pdf()
    tap.ok(pdf.startswith(b"%PDF") and re.search(
        rb"/MediaBox \[0 0 59[45]\S* 84[12]", pdf), "it prints on A4", pdf[:80])
    try:
        text = subprocess.run(
            ["pdftotext", "-layout", work.file(pdf, ".pdf"), "-"],
            stdout=subprocess.PIPE, check=True).stdout.decode()
    except FileNotFoundError:
        tap.skip("every printed page says SIMULATED",
                 "pdftotext (poppler-utils) is not installed")
        return
    sheets = text.split("\f")[:-1]
    tap.same([i + 1 for i, t in enumerate(sheets)
              if "SIMULATED" not in t.lstrip()[:60]], [],
             "each of %d printed pages begins with SIMULATED" % len(sheets))
    tap.ok("Bytes, as hashed" in text and "Timeline, bin by bin" in text,
           "what is folded away is printed")


def main():
    tap = Tap()
    pages = {name: page(name) for name in PAGES}
    for name, text in pages.items():
        markup(tap, name, text)
        numbers(tap, name, text)
    words(tap, pages)
    if not browser.program():
        tap.skip("the page in a browser", "NOT TESTED: no Chromium is "
                 "installed (Debian's package chromium)")
        tap.done()
    with Work() as work, browser.Browser() as b:
        path = {name: work.file(text.encode(), ".html")
                for name, text in pages.items()}
        b.size(1280, 900)
        for name in PAGES:
            loads(tap, b, path[name], name)
        contrast(tap, b, path["big"])
        themes(tap, b, path["big"])
        keyboard(tap, b, path["big"])
        chart(tap, b, path["big"])
        fallback(tap, b, path["big"])
        folded(tap, b, path["big"])
        paper(tap, b, path["big"], work)
    tap.done()


main()
