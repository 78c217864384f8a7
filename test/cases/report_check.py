"""report_check - what a reader of a report's outputs relies on, held against
them: our own schema and the published ones of STIX and MISP.

Those are read from where they lie beside the project (ASSAY_SCHEMAS, or
../shared/data/schemas); what cannot be checked without them is skipped, and
said to be.
"""
import csv
import io
import json
import os
import re
import sys
import urllib.parse
import uuid
import warnings

import harness

# The folder of the cases has an http.py, which jsonschema would get for the
# standard library's.
HERE = os.path.dirname(os.path.abspath(__file__))
before = sys.path
sys.path = [p for p in sys.path if os.path.abspath(p) != HERE]
try:
    import jsonschema
except ImportError:
    jsonschema = None
sys.path = before

SCHEMAS = os.environ.get("ASSAY_SCHEMAS") or os.path.join(
    os.path.dirname(harness.SOURCE), "shared", "data", "schemas")
STIX = os.path.join(SCHEMAS, "stix2.1", "schemas")
MISP = os.path.join(SCHEMAS, "misp")
TABLES = ["inputs", "sessions", "subjects", "timeline", "segments",
          "machines", "money", "payouts", "hypotheses", "exhibits"]
# STIX 2.1, section 2.9, and which properties make an observable's identity.
STIX_SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
STIX_IDENTITY = {
    "ipv4-addr": ["value"], "ipv6-addr": ["value"], "domain-name": ["value"],
    "software": ["name", "cpe", "swid", "vendor", "version"],
    "user-account": ["account_type", "user_id", "account_login"],
    "file": ["hashes", "name", "extensions", "parent_directory_ref"],
    "network-traffic": ["start", "end", "src_ref", "dst_ref", "src_port",
                        "dst_port", "protocols", "extensions"],
    "cryptocurrency-wallet": ["value"],
}
# Made by others, and in no bundle of ours.
STIX_FOREIGN = {"identity--9779a2db-f98c-5f4b-8d08-8ee04e02dbb5"}


def faults(validator, document, name):
    out = []
    for error in validator.iter_errors(document):
        path = "/".join(str(p) for p in error.absolute_path)
        out.append("%s: %s: %s" % (name, path, error.message[:300]))
    return out


def no_schemas(tap, name, where=None):
    if jsonschema is None:
        tap.skip(name, "python3-jsonschema is not installed")
    elif where and not os.path.isdir(where):
        tap.skip(name, "no schemas in " + where)
    else:
        return False
    return True


# ---------------------------------------------------------------- JSON

def check_json(tap, text, name):
    """Returns the document."""
    document = json.loads(text)
    tap.ok(text.endswith(b"}\n") and text.count(b"\n") == 1,
           name + ": JSON is one line")
    if not no_schemas(tap, name + ": our schema"):
        with open(os.path.join(harness.SOURCE, "docs",
                               "report.schema.json")) as f:
            schema = json.load(f)
        jsonschema.Draft202012Validator.check_schema(schema)
        found = faults(jsonschema.Draft202012Validator(schema), document,
                       "JSON")
        tap.ok(not found, name + ": JSON fits our schema", *found[:20])
    known = {f["id"] for f in document["findings"]}
    known |= {c for f in document["findings"]
              for c in f.get("connection_ids", [])}
    named = {s for x in document["subjects"] for s in x["sessions"]}
    named |= {e["session"] for e in document["exhibits"]}
    tap.same(named - known, set(), name + ": every session named is there")
    if document["simulated"]:
        grades = {x["grade"] for x in document["subjects"] +
                  document["findings"] + document["exhibits"]
                  if "grade" in x}
        tap.same(grades - {"simulated"}, set(), name + ": all is simulated")
    return document


# ---------------------------------------------------------------- CSV

def check_csv(tap, text, name):
    """Returns the records, as dictionaries."""
    text = text.decode("utf-8")
    lines = text.split("\r\n")
    tap.ok(lines[-1] == "" and not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]",
                                              text),
           name + ": lines end in CRLF, no control characters")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    tap.ok(len(rows) == len(lines) - 1, name + ": a record is one line")
    tap.ok(all(len(r) == len(rows[0]) for r in rows),
           name + ": all records have all fields")
    tap.ok(len(set(rows[0])) == len(rows[0]) and rows[0][-1] == "simulated",
           name + ": header")
    number = re.compile(r"-?[0-9.]+(e[-+]?[0-9]+)?$")
    bad = [f for r in rows for f in r
           if f[:1] in tuple("=+-@\t\r") and f and not number.match(f)]
    tap.same(bad, [], name + ": no field is a formula")
    return [dict(zip(rows[0], r)) for r in rows[1:]]


# ---------------------------------------------------------------- STIX

def absolute(value, base):
    """References as whole addresses: jsonschema's older resolvers lose track
    of which file a relative one stands in."""
    if isinstance(value, dict):
        return {k: urllib.parse.urljoin(base, v)
                if k == "$ref" and isinstance(v, str) else absolute(v, base)
                for k, v in value.items()}
    if isinstance(value, list):
        return [absolute(v, base) for v in value]
    return value


def stix_schemas():
    """The schemas by type, and what their references lead to."""
    by_type, store = {}, {}
    for folder in ("common", "observables", "sdos", "sros"):
        for file in os.listdir(os.path.join(STIX, folder)):
            with open(os.path.join(STIX, folder, file)) as f:
                schema = json.load(f)
            schema = absolute(schema, schema["$id"])
            store[schema["$id"]] = schema
            by_type[file[:-len(".json")]] = schema
    return by_type, store


def stix_validator(schema, store):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)


def stix_faults(bundle):
    by_type, store = stix_schemas()
    found = faults(stix_validator(by_type["bundle"], store),
                   {k: v for k, v in bundle.items() if k != "objects"},
                   "bundle")
    for o in bundle["objects"]:
        kind = o["type"] if o["type"] in by_type else "cyber-observable-core"
        found += faults(stix_validator(by_type[kind], store), o, o["id"])
    return found


def canonical(value):
    """RFC 8785, as far as ids need it: no numbers but integers in them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False)


def references(value, key=""):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from references(v, k)
    elif isinstance(value, list):
        for v in value:
            yield from references(v, key)
    elif key.endswith("_ref") or key.endswith("_refs"):
        yield value


def check_stix(tap, text, name):
    bundle = json.loads(text)
    objects = bundle["objects"]
    ids = [o["id"] for o in objects]
    tap.ok(len(set(ids)) == len(ids), name + ": STIX ids are unique")
    tap.same(set(references(objects)) - set(ids) - STIX_FOREIGN, set(),
             name + ": STIX references lead somewhere")
    wrong = []
    for o in objects:
        if o["type"] in STIX_IDENTITY:
            part = {k: o[k] for k in STIX_IDENTITY[o["type"]] if k in o}
            want = "%s--%s" % (o["type"],
                               uuid.uuid5(STIX_SPACE, canonical(part)))
            if o["id"] != want:
                wrong.append("%s, not %s" % (o["id"], want))
        elif uuid.UUID(o["id"].split("--")[1]).version != 5:
            wrong.append(o["id"])
        elif o.get("modified", o["created"]) < o["created"]:
            wrong.append(o["id"] + " is older than itself")
    tap.ok(not wrong, name + ": STIX ids are made as the standard says",
           *wrong[:10])
    reports = [o for o in objects if o["type"] == "report"]
    tap.same([sorted(r["object_refs"]) for r in reports],
             [sorted(set(ids) - {r["id"] for r in reports})],
             name + ": the STIX report is of all the others")
    if not no_schemas(tap, name + ": STIX schemas", STIX):
        found = stix_faults(bundle)
        tap.ok(not found, name + ": STIX fits the published schemas",
               *found[:20])
    return bundle


# ---------------------------------------------------------------- MISP

def check_misp(tap, text, name):
    event = json.loads(text)["Event"]
    objects = event["Object"]
    attributes = event["Attribute"] + [a for o in objects
                                       for a in o["Attribute"]]
    uuids = [x["uuid"] for x in [event] + objects + attributes]
    tap.ok(len(set(uuids)) == len(uuids), name + ": MISP uuids are unique")
    tap.ok(all(isinstance(a["value"], str) and a["value"] and
               a["to_ids"] is False for a in attributes),
           name + ": MISP attributes have a value, and none is an indicator")
    tap.ok("\n" not in event["info"] and event["published"] is False,
           name + ": MISP event")
    if not os.path.isdir(MISP):
        tap.skip(name + ": MISP templates", "no templates in " + MISP)
        return event
    wrong = []
    for o in objects:
        file = os.path.join(MISP, o["name"] + ".json")
        if not os.path.exists(file):
            wrong.append("no template " + o["name"])
            continue
        with open(file) as f:
            template = json.load(f)
        if (o["template_uuid"], o["template_version"], o["meta-category"]) != \
                (template["uuid"], str(template["version"]),
                 template["meta-category"]):
            wrong.append("%s: not of template %s" % (o["name"],
                                                     template["uuid"]))
        relations = [a["object_relation"] for a in o["Attribute"]]
        if not set(relations) & set(template["requiredOneOf"]):
            wrong.append(o["name"] + ": lacks what is required")
        for a in o["Attribute"]:
            t = template["attributes"].get(a["object_relation"])
            if t is None or t["misp-attribute"] != a["type"]:
                wrong.append("%s: %s" % (o["name"], a["object_relation"]))
            elif relations.count(a["object_relation"]) > 1 and \
                    not t.get("multiple"):
                wrong.append("%s: several %s" % (o["name"],
                                                 a["object_relation"]))
    tap.ok(not wrong, name + ": MISP objects fit their templates",
           *wrong[:20])
    return event


# ---------------------------------------------------------------- Zeek

def zeek_value(text, kind):
    if text == "-":
        return None
    if kind.startswith("set["):
        return [] if text == "(empty)" else \
            [zeek_value(t, kind[4:-1]) for t in text.split(",")]
    if kind in ("count", "port"):
        return int(text)
    if kind in ("double", "time", "interval"):
        return float(text)
    if kind == "bool":
        return {"T": True, "F": False}[text]
    if text == "(empty)":
        return ""
    raw = re.sub(rb"\\x([0-9a-f]{2})",
                 lambda m: bytes([int(m.group(1), 16)]), text.encode())
    return raw.decode("utf-8", "replace")


def check_zeek(tap, text, name):
    """Returns the lines, as dictionaries, read as zeek-cut does."""
    head, lines = {}, []
    text = text.decode("utf-8")
    for line in text.split("\n")[:-1]:
        if line.startswith("#separator "):
            head["separator"] = [line[11:]]
        elif line.startswith("#"):
            key, *rest = line[1:].split("\t")
            head[key] = rest
        else:
            lines.append(line.split("\t"))
    tap.same([head.get(k) for k in ("separator", "set_separator",
                                    "empty_field", "unset_field")],
             [["\\x09"], [","], ["(empty)"], ["-"]], name + ": Zeek's head")
    tap.ok(len(head["fields"]) == len(head["types"]) and "close" in head and
           all(len(r) == len(head["fields"]) for r in lines),
           name + ": all lines have all fields")
    return [{f: zeek_value(v, t) for f, t, v in
             zip(head["fields"], head["types"], r)} for r in lines]
