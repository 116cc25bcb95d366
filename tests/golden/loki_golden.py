#!/usr/bin/env python3
"""Runs a golden conformance suite against a store that speaks Loki's HTTP API.

    loki_golden.py --url http://127.0.0.1:3100 --load
    loki_golden.py --url http://127.0.0.1:3100 --group json --verbose
    loki_golden.py --url http://127.0.0.1:3100 --case json-004

The data set and the case format are described in loki/README.md.
Standard library only.
"""
import argparse
import base64
import collections
import http.client
import json
import math
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "loki")
REL_TOL = 1e-9
TIME_TOL = 0.0005  # sample timestamps, seconds


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *a, **k):
        return None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


def send(url, method, data=None, headers=None, timeout=60):
    req = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with OPENER.open(req, timeout=timeout) as r:
            return r.status, r.headers.get("Content-Type", ""), r.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers.get("Content-Type", ""), e.read()


def pairs(params):
    out = []
    for k, v in (params or {}).items():
        out.extend((k, x) for x in v) if isinstance(v, list) else out.append((k, v))
    return out


def perform(base, c, extra, timeout):
    """Sends one request (a case, or a step of its setup) and returns status, content type, bytes."""
    url, headers, data = base.rstrip("/") + c["path"], dict(extra), None
    headers.update(c.get("headers") or {})
    query = urllib.parse.urlencode(pairs(c.get("params")))
    if c.get("form"):
        data = query.encode()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    elif query:
        url += "?" + query
    if "request_body" in c:
        data = c["request_body"].encode()
    elif "request_body_b64" in c:
        data = base64.b64decode(c["request_body_b64"])
    if data is None and c["method"] == "POST":
        data = b""
    return send(url, c["method"], data, headers, timeout)


# ---------------------------------------------------------------- normalisation

def key(o):
    return json.dumps(o, sort_keys=True, ensure_ascii=False)


# An error about one log line names whichever series met it first.
SERIES_IN_ERROR = re.compile(r"for series: '\{.*\}'", re.S)
# Error texts that come from a decoder library, not from the API.
LIBRARY_TEXT = re.compile(r"error found in #|snappy:|unexpected EOF|^EOF$|page not found|errors like")


def sort_sets(body):
    """Sorts the pieces inside encodings that are sets."""
    if isinstance(body.get("encodingFlags"), list):
        body["encodingFlags"].sort()


def sort_ties(values):
    """Entries with the same timestamp have no defined order: sort them by their text."""
    if isinstance(values, list):
        pos = {}
        for v in values:
            pos.setdefault(v[0], len(pos))
        values.sort(key=lambda v: (pos[v[0]], key(v)))


def normalise(c, raw):
    """JSON value, or text without the trailing newline."""
    text = raw.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError:
        return SERIES_IN_ERROR.sub("for series: '...'", text.rstrip("\n"))
    if not isinstance(body, (dict, list)):
        return text.rstrip("\n")
    p = c["path"].rstrip("/")
    if not isinstance(body, dict):
        return body
    body.pop("stats", None)
    data = body.get("data")
    if isinstance(data, dict):
        data.pop("stats", None)
        sort_sets(data)
        res = data.get("result")
        if isinstance(res, list):
            kind = data.get("resultType")
            if kind == "streams":
                res.sort(key=lambda s: key(s.get("stream")))
                for s in res:
                    sort_ties(s.get("values"))
            if kind == "scalar" and isinstance(res, list) and len(res) == 2 and (number(res[0]) or 0) > 1e11:
                res[0] = res[0] / 1000  # milliseconds
            elif kind in ("matrix", "vector") and not c.get("ordered"):
                res.sort(key=lambda s: (key(s.get("metric")), key(s.get("value") or s.get("values"))))
            if "/index/volume" in p and kind in ("matrix", "vector"):
                for s in res:
                    for v in s.get("values") or [s.get("value")]:
                        v[1] = "+" if (number(v[1]) or 0) > 0 else "0"
    if "/buildinfo" in p:
        return sorted(body)
    elif "/index/stats" in p:
        body.pop("bytes", None)
        body.pop("chunks", None)
    elif p.endswith("/labels") or p.endswith("/label") or p.endswith("/values"):
        for k in ("data", "values"):
            if isinstance(body.get(k), list):
                body[k].sort(key=key)
    elif p.endswith("/series"):
        if isinstance(data, list):
            data.sort(key=key)
    if body.get("status") == "success" and body.get("data") is None and p.endswith(("/labels", "/label", "/values", "/series")):
        body["data"] = []  # an empty list may be left out
    if p.endswith("/detected_labels"):
        if isinstance(body.get("detectedLabels"), list):
            body["detectedLabels"].sort(key=lambda f: f.get("label", ""))
    elif p.endswith("/detected_fields"):
        for f in body.get("fields") or []:
            if isinstance(f.get("parsers"), list):
                f["parsers"].sort()
        if isinstance(body.get("fields"), list):
            body["fields"].sort(key=lambda f: f.get("label", ""))
    elif p.endswith("/patterns"):
        if isinstance(data, list):
            data.sort(key=key)
    return body


# ---------------------------------------------------------------- comparison

def number(s):
    if isinstance(s, bool):
        return None
    if isinstance(s, (int, float)):
        return float(s)
    if isinstance(s, str):
        try:
            return float(s)
        except ValueError:
            return None
    return None


def same_number(a, b, tol):
    x, y = number(a), number(b)
    if x is None or y is None:
        return a == b
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    return abs(x - y) <= max(tol * max(abs(x), abs(y)), 1e-12)


class Diff:
    def __init__(self, limit=6):
        self.items, self.limit, self.more = [], limit, 0

    def add(self, where, want, got):
        if len(self.items) < self.limit:
            self.items.append("%s: want %s, got %s" % (where, short(want), short(got)))
        else:
            self.more += 1

    def __bool__(self):
        return bool(self.items)


MISSING = object()


def short(v, n=260):
    if v is MISSING:
        return "nothing"
    t = json.dumps(v, ensure_ascii=False, sort_keys=True)
    return t if len(t) <= n else t[:n] + "… (%d chars)" % len(t)


def sample(d, where, want, got, tol):
    if not (isinstance(got, list) and len(got) == 2):
        d.add(where, want, got)
        return
    if number(got[0]) is None or abs(number(want[0]) - number(got[0])) > TIME_TOL:
        d.add(where + " time", want[0], got[0])
    elif not isinstance(got[1], str) or not same_number(want[1], got[1], tol):
        d.add("%s at %s" % (where, want[0]), want[1], got[1])


def generic(d, where, want, got, tol):
    if isinstance(want, dict) and isinstance(got, dict):
        for k in sorted(set(want) | set(got)):
            generic(d, where + "." + k, want.get(k, MISSING), got.get(k, MISSING), tol)
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            wk, gk = collections.Counter(map(key, want)), collections.Counter(map(key, got))
            for k in list((wk - gk))[:3]:
                d.add(where + " lacks", json.loads(k), MISSING)
            for k in list((gk - wk))[:3]:
                d.add(where + " has extra", MISSING, json.loads(k))
            d.add(where + " length", len(want), len(got))
        else:
            for i, (w, g) in enumerate(zip(want, got)):
                generic(d, "%s[%d]" % (where, i), w, g, tol)
    elif want is MISSING or got is MISSING:
        d.add(where, want, got)
    elif isinstance(want, bool) or isinstance(got, bool):
        if want is not got:
            d.add(where, want, got)
    elif isinstance(want, (int, float)) and isinstance(got, (int, float)):
        if not same_number(want, got, tol):
            d.add(where, want, got)
    elif want != got:
        d.add(where, want, got)


def by_labels(items, name):
    out = collections.OrderedDict()
    for s in items:
        k = key(s.get(name)) if isinstance(s, dict) else key(s)
        while k in out:
            k += "'"
        out[k] = s
    return out


def compare_result(d, c, want, got, tol):
    kind = want.get("resultType")
    if got.get("resultType") != kind:
        d.add("resultType", kind, got.get("resultType"))
        return
    w, g = want.get("result"), got.get("result")
    if kind == "scalar":
        sample(d, "scalar", w, g, tol)
        return
    if not isinstance(g, list):
        d.add("result", w, g)
        return
    name = "stream" if kind == "streams" else "metric"
    ws, gs = by_labels(w, name), by_labels(g, name)
    for k in ws:
        if k not in gs:
            d.add("missing " + name, ws[k].get(name), MISSING)
    for k in gs:
        if k not in ws:
            d.add("unexpected " + name, MISSING, gs[k].get(name) if isinstance(gs[k], dict) else gs[k])
    for k in ws:
        if k not in gs:
            continue
        label = k if len(k) < 120 else k[:120] + "…"
        a, b = ws[k], gs[k]
        if kind == "vector":
            sample(d, label, a["value"], b.get("value"), tol)
            continue
        av, bv = a["values"], b.get("values")
        if not isinstance(bv, list):
            d.add(label, "values", bv)
            continue
        if len(av) != len(bv):
            d.add(label + " number of values", len(av), len(bv))
        for i, (x, y) in enumerate(zip(av, bv)):
            if kind == "matrix":
                sample(d, label, x, y, tol)
            elif x != y:
                d.add("%s entry %d" % (label, i), x, y)
            if len(d.items) >= d.limit:
                return
    if c.get("ordered") and list(ws) != list(gs) and not d:
        d.add("order", [json.loads(k) for k in ws], [json.loads(k) for k in gs])
    rest = {k: v for k, v in want.items() if k not in ("result", "resultType")}
    other = {k: v for k, v in got.items() if k not in ("result", "resultType")}
    generic(d, "data", rest, other, tol)


def compare(c, status, body, loose):
    d = Diff()
    want, tol = c["body"], c.get("tolerance", REL_TOL)
    if status != c["status"]:
        d.add("status", c["status"], status)
        if isinstance(body, str):
            d.add("body", want, body)
        return d
    if c.get("status_only"):
        return d
    if isinstance(want, str):
        if not (loose and c["status"] >= 400) and want != body:
            d.add("body", want, body)
        return d
    if not isinstance(body, type(want)):
        d.add("body", want, body)
        return d
    data = want.get("data") if isinstance(want, dict) else None
    if isinstance(data, dict) and "resultType" in data:
        gd = body.get("data")
        if not isinstance(gd, dict):
            d.add("data", "an object", gd)
            return d
        compare_result(d, c, data, gd, tol)
        generic(d, "body", {k: v for k, v in want.items() if k != "data"},
                {k: v for k, v in body.items() if k != "data"}, tol)
    else:
        generic(d, "body", want, body, tol)
    return d


# ---------------------------------------------------------------- main

def load_dataset(args, extra):
    folder = os.path.join(args.data, "dataset")
    n = 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(folder, name), "rb") as f:
            data = f.read()
        path = "/otlp/v1/logs" if name.endswith(".otlp.json") else "/loki/api/v1/push"
        h = dict(extra)
        h["Content-Type"] = "application/json"
        try:
            status, _, body = send(args.url.rstrip("/") + path, "POST", data, h, args.timeout)
        except (OSError, http.client.HTTPException) as e:
            print("load %s: %s" % (name, e))
            return False
        if status not in (200, 204):
            print("load %s: status %d %s" % (name, status, body.decode("utf-8", "replace")[:300]))
            return False
        n += 1
    print("loaded %d files" % n)
    time.sleep(args.settle)
    return True


def read_cases(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def read_names(path):
    """The case names of may_differ.txt: one a line, `#` starts a comment; an absent file names none."""
    if not os.path.exists(path):
        return set()
    with open(path, encoding="utf-8") as f:
        return {line.split("#", 1)[0].strip() for line in f} - {""}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--url", required=True)
    ap.add_argument("--cases", default=None, help="cases file, default loki/cases.jsonl")
    ap.add_argument("--data", default=DATA, help="folder that holds dataset/")
    ap.add_argument("--load", action="store_true", help="push the data set first")
    ap.add_argument("--settle", type=float, default=1.0, help="seconds to wait after loading")
    ap.add_argument("--group", action="append")
    ap.add_argument("--case", action="append")
    ap.add_argument("--verbose", action="store_true", help="one line per case, and the request of each failed case")
    ap.add_argument("--loose-errors", action="store_true", help="compare only the status of error replies")
    ap.add_argument("--max-shown", type=int, default=25, help="failed cases shown in full (all with --verbose)")
    ap.add_argument("--slowest", type=int, default=0, metavar="N", help="print the N slowest cases at the end")
    ap.add_argument("--header", action="append", default=[], help="'Name: value' sent with every request")
    ap.add_argument("--timeout", type=float, default=60)
    ap.add_argument("--record", metavar="OUT", help="write the cases with the replies of this server to OUT")
    args = ap.parse_args()
    extra = dict((h.split(":", 1)[0].strip(), h.split(":", 1)[1].strip()) for h in args.header)

    if args.load and not load_dataset(args, extra):
        return 1
    cases = read_cases(args.cases or os.path.join(args.data, "cases.jsonl"))
    if args.group:
        cases = [c for c in cases if c["group"] in args.group]
    if args.case:
        cases = [c for c in cases if c["name"] in args.case]

    passed = failed = shown = skipped = 0
    may_differ = read_names(os.path.join(os.path.dirname(os.path.abspath(args.cases or os.path.join(args.data, "cases.jsonl"))), "may_differ.txt"))
    groups = collections.OrderedDict()
    out = []
    took = []
    for c in cases:
        began = time.monotonic()
        try:
            for step in c.get("setup") or []:
                perform(args.url, step, extra, args.timeout)
            status, _, raw = perform(args.url, c, extra, args.timeout)
            body = normalise(c, raw)
        except (OSError, ValueError, http.client.HTTPException) as e:
            status, body = 0, "request failed: %s" % e
        took.append((time.monotonic() - began, c["name"]))
        if args.record:
            c["status"], c["body"] = status, body
            if status >= 400 and isinstance(body, str) and (c["path"].startswith("/otlp") or LIBRARY_TEXT.search(body)):
                c["status_only"] = True
            out.append(c)
            continue
        d = compare(c, status, body, args.loose_errors)
        for _ in range(4 if d and c.get("setup") and status else 0):  # a store may need a moment to show new entries
            time.sleep(0.5)
            status, _, raw = perform(args.url, c, extra, args.timeout)
            body = normalise(c, raw)
            d = compare(c, status, body, args.loose_errors)
            if not d:
                break
        g = groups.setdefault(c["group"], [0, 0])
        if not d:
            passed += 1
            g[0] += 1
            if args.verbose:
                print("ok   %s" % c["name"])
            continue
        if c["name"] in may_differ:
            skipped += 1
            print("differs, as it may: %s" % c["name"])
            continue
        failed += 1
        g[1] += 1
        if args.verbose or shown < args.max_shown:
            shown += 1
            print("FAIL %s" % c["name"])
            p = c.get("params") or {}
            if "query" in p:
                print("     query: %s" % p["query"])
            if args.verbose:
                print("     %s %s %s" % (c["method"], c["path"], short({k: v for k, v in p.items() if k != "query"})))
            for line in d.items:
                print("     %s" % line)
            if d.more:
                print("     and %d more" % d.more)
    for sec, name in sorted(took, reverse=True)[:args.slowest]:
        print("%8.3f s  %s" % (sec, name))
    if args.record:
        with open(args.record, "w", encoding="utf-8") as f:
            for c in out:
                f.write(json.dumps(c, ensure_ascii=False, separators=(",", ":")) + "\n")
        print("recorded %d cases" % len(out))
        return 0
    if failed > shown:
        print("%d more failed cases not shown" % (failed - shown))
    if len(groups) > 1:
        for g, (ok, bad) in groups.items():
            print("%-28s %4d passed %4d failed" % (g, ok, bad))
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
