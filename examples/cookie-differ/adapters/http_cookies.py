#!/usr/bin/env python3
"""CPython's http.cookies as one more parser: one line of JSON in, one line of JSON out."""

import json
import sys
from http.cookies import CookieError, SimpleCookie


def spelled(text):
    """Bytes as a reply has them; WSGI hands a header's bytes over as latin1 characters."""
    try:
        data = text.encode("latin1")
    except UnicodeEncodeError:
        data = text.encode()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def answer(request):
    if request.get("op") != "parse":
        return {"error": {"kind": "unsupported", "message": "only parse"}}
    data = bytes.fromhex(request["header_hex"]) if "header_hex" in request else request["header"].encode()
    try:
        cookies = SimpleCookie(data.decode("latin1"))
    except CookieError as error:
        return {"error": {"kind": "refused", "message": str(error)}}
    return {"ok": [[spelled(name), spelled(morsel.value)] for name, morsel in cookies.items()]}


for line in sys.stdin.buffer:
    try:
        reply = answer(json.loads(line))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        reply = {"error": {"kind": "bad_request", "message": repr(error)}}
    print(json.dumps(reply), flush=True)
