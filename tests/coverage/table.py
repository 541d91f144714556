#!/usr/bin/env python3
"""The table of a coverage report by llvm-cov, and the lines that nothing ran."""
import json
import os
import sys


def lines_of(segments):
    """How often each line of a file ran that is code; one with several pieces of code ran if one of them did.

    The line figures of llvm-cov are of the one instance of a generic function that ran most of it; these are of all together.
    """
    counts, before = {}, None
    for line, _column, count, has_count, is_entry, is_gap in segments:
        # From the end of the last segment on.
        if before is not None:
            for between in range(before[0] + 1, line):
                if before[2]:
                    counts[between] = max(counts.get(between, 0), before[1])
        if has_count and is_entry and not is_gap:
            counts[line] = max(counts.get(line, 0), count)
        before = (line, count, has_count and not is_gap)
    return counts


def part(covered, count):
    return f"{covered} of {count} | {100 * covered / count:.1f} %"


def row(name, counts, regions):
    return f"| {name} | {part(sum(count > 0 for count in counts), len(counts))} | {part(regions['covered'], regions['count'])} |"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        [data] = json.load(file)["data"]
    files = [(os.path.relpath(file["filename"]), file, lines_of(file["segments"])) for file in data["files"]]
    files.sort(key=lambda file: file[0])
    print("| file | lines | | regions | |\n|---|---|---|---|---|")
    for name, file, counts in files:
        print(row(name, counts.values(), file["summary"]["regions"]))
    print(row("all", [count for _, _, counts in files for count in counts.values()], data["totals"]["regions"]))
    print("\nLines that nothing ran:\n")
    for name, _, counts in files:
        with open(name, encoding="utf-8") as source:
            lines = source.read().splitlines()
        for line in sorted(line for line, count in counts.items() if count == 0):
            print(f"{name}:{line}: {lines[line - 1].strip()}")


main()
