#!/usr/bin/env python3
"""Compares hkdf.jsonl with what HKDF of RFC 5869 gives, written down with nothing but hmac and hashlib.

Takes the requests from the file and answers them by itself; exit status 1 at the first line that differs.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys


def hmac_sha256(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def with_length(text):
    data = text.encode()
    return len(data).to_bytes(8, "big") + data


def answer(request):
    secret = bytes.fromhex(request["secret_hex"]) if "secret_hex" in request else request["secret"].encode()
    if len(secret) < 32:
        return {"error": {"kind": "secret_too_short"}}
    pseudorandom = hmac_sha256(b"session-core key v1", secret)
    key = hmac_sha256(pseudorandom, with_length(request["purpose"]) + with_length(request["name"]) + b"\x01")
    signature = base64.b64encode(hmac_sha256(key, request["text"].encode())).decode().rstrip("=")
    return {"ok": {"key": key.hex(), "signature": signature}}


def main():
    path = pathlib.Path(__file__).with_suffix(".jsonl")
    lines = path.read_text("utf-8").rstrip("\n").split("\n")[1:]
    for number, line in enumerate(lines, start=2):
        vector = json.loads(line)
        vector["reply"] = answer(vector["request"])
        made = json.dumps(vector, ensure_ascii=False, separators=(",", ":"))
        if made != line:
            sys.exit(f"{path.name}:{number} differs\n  committed: {line}\n  made now:  {made}")
    if not lines:
        sys.exit(f"{path.name} has no vectors")
    print(f"{path.name}: {len(lines)} vectors are as Python makes them")


main()
