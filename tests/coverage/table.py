#!/usr/bin/env python3
"""The table of a coverage report by llvm-cov, and the lines that nothing ran."""
import json
import os
import sys


def uncovered(segments):
    """Lines of a file that are code and ran not once; a line with several pieces of code ran if one of them did."""
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
    return sorted(line for line, count in counts.items() if count == 0)


def percent(summary):
    return f"{summary['covered']} of {summary['count']} | {summary['percent']:.1f} %"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        [data] = json.load(file)["data"]
    print("| file | lines | | regions | |\n|---|---|---|---|---|")
    for file in sorted(data["files"], key=lambda file: file["filename"]):
        summary = file["summary"]
        print(f"| {os.path.relpath(file['filename'])} | {percent(summary['lines'])} | {percent(summary['regions'])} |")
    print(f"| all | {percent(data['totals']['lines'])} | {percent(data['totals']['regions'])} |")
    print("\nLines that nothing ran:\n")
    for file in sorted(data["files"], key=lambda file: file["filename"]):
        with open(file["filename"], encoding="utf-8") as source:
            lines = source.read().splitlines()
        for line in uncovered(file["segments"]):
            print(f"{os.path.relpath(file['filename'])}:{line}: {lines[line - 1].strip()}")


main()
