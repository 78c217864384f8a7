#!/usr/bin/env python3
"""Turn the page's style and scripts, and dygraphs, into C arrays.

Usage: gen_page.py page.css page.js dygraphs.licence DYGRAPHS page_assets.h

DYGRAPHS is the folder of Debian's libjs-dygraphs. The policy that the page
declares names the digest of each script and of the style: nothing else runs.
What could end its element early stops the build.
"""
import base64
import hashlib
import html
import os
import re
import sys

SOURCE_MAP = re.compile(rb"(?m)^\s*(//#|/\*#) sourceMappingURL=[^\n*]*(\*/)?")


def read(path, *forbidden):
    with open(path, "rb") as f:
        data = SOURCE_MAP.sub(b"", f.read()).strip()
    for word in forbidden:
        if word in data.lower():
            sys.exit(f"{path}: must not contain '{word.decode()}'")
    return data


def digest(data):
    return "'sha256-%s'" % base64.b64encode(
        hashlib.sha256(data).digest()).decode()


def array(f, name, data):
    f.write(f"static const unsigned char {name}[] = {{\n")
    for at in range(0, len(data), 24):
        f.write("\t" + ",".join(map(str, data[at:at + 24])) + ",\n")
    f.write("};\n\n")


def main():
    style_path, script_path, licence_path, folder, out = sys.argv[1:]
    inside_script = (b"</script", b"<script", b"<!--")
    style = (read(os.path.join(folder, "dygraph.min.css"), b"</style") + b"\n"
             + read(style_path, b"</style"))
    chart = read(os.path.join(folder, "dygraph.min.js"), *inside_script)
    script = read(script_path, *inside_script)
    policy = ("default-src 'none'; script-src %s %s; style-src %s; "
              "img-src data:; "
              "base-uri 'none'; form-action 'none'"
              % (digest(chart), digest(script), digest(style)))
    with open(out, "w", encoding="ascii") as f:
        f.write("/* Made by gen_page.py from page.css, page.js and "
                "dygraphs. */\n#ifndef REPORT_PAGE_ASSETS_H\n"
                "#define REPORT_PAGE_ASSETS_H\n\n")
        f.write("static const char page_policy[] =\n")
        f.write("\n".join(f'\t"{policy[at:at + 60]}"'
                          for at in range(0, len(policy), 60)) + ";\n\n")
        array(f, "page_style", style)
        array(f, "page_chart", chart)
        array(f, "page_script", script)
        with open(licence_path, encoding="utf-8") as licence:
            array(f, "page_licence", html.escape(licence.read()).encode())
        f.write("#endif /* REPORT_PAGE_ASSETS_H */\n")


main()
