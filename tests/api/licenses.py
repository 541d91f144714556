#!/usr/bin/env python3
"""Lists the licenses of all crates that a workspace may be built with on any machine, and fails if one is not allowed.

    licenses.py FOLDER-OF-A-CARGO.TOML…
"""
import collections
import json
import os
import re
import subprocess
import sys

# Of what users build: permissive, and at most the text of the license goes with a program. Unicode's is that of the tables in
# a crate behind the derive macros of serde, which no program contains.
ALLOWED = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unicode-3.0"}
# Of what only tests, examples and fuzzing build with.
ALLOWED_BESIDE = ALLOWED | {"0BSD", "BSL-1.0", "BlueOak-1.0.0", "CC0-1.0", "NCSA", "Unlicense", "Zlib"}


def is_allowed(expression, allowed):
    """Evaluates an SPDX expression; an exception only adds permissions, so what is behind WITH does not matter."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def any_of():
        answer = all_of()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            # Both are read, whatever the first one was.
            answer = all_of() or answer
        return answer

    def all_of():
        answer = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            answer = one() and answer
        return answer

    def one():
        token = tokens.pop(0)
        if token == "(":
            answer = any_of()
            assert tokens.pop(0) == ")"
            return answer
        if tokens and tokens[0] == "WITH":
            del tokens[:2]
        return token in allowed

    answer = any_of()
    assert not tokens, f"{expression} is no SPDX expression"
    return answer


def metadata(folder):
    command = ["cargo", "metadata", "--locked", "--format-version=1", "--all-features"]
    command += ["--manifest-path", os.path.join(folder, "Cargo.toml")]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def of_users(nodes, number):
    """The crates behind a crate that its users build as well."""
    found, waiting = set(), [number]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            is_users = any(kind["kind"] != "dev" for kind in dependency["dep_kinds"])
            if is_users and dependency["pkg"] not in found:
                found.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    return found


def main():
    faults = 0
    for folder in sys.argv[1:]:
        data = metadata(folder)
        packages = {package["id"]: package for package in data["packages"]}
        nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
        core = next(number for number, package in packages.items() if package["name"] == "session-core")
        behind = of_users(nodes, core)
        counts = collections.defaultdict(collections.Counter)
        for number, package in packages.items():
            if package["source"] is None:
                # Ours.
                continue
            group, allowed = ("core", ALLOWED) if number in behind else ("beside it", ALLOWED_BESIDE)
            license_ = package["license"] or "none"
            counts[group][license_] += 1
            if not is_allowed(license_, allowed):
                print(f"{folder}: {package['name']} {package['version']} is not allowed: {license_}", file=sys.stderr)
                faults += 1
        for group, licenses in sorted(counts.items(), reverse=True):
            print(f"{folder}, {group}: {sum(licenses.values())} crates")
            for license_, count in sorted(licenses.items(), key=lambda pair: (-pair[1], pair[0])):
                print(f"  {count:4} {license_}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
