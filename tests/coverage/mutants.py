"""What cargo-mutants found, as Markdown: a line for each file, and one for each mutant that no test noticed."""

import collections
import json
import sys

# An endless loop is noticed, too.
COLUMNS = {"CaughtMutant": "caught", "Timeout": "endless", "MissedMutant": "missed", "Unviable": "not Rust"}

files = collections.defaultdict(collections.Counter)
missed = []
for path in sys.argv[1:]:
    with open(path, encoding="utf8") as file:
        outcomes = json.load(file)["outcomes"]
    for outcome in outcomes:
        if outcome["scenario"] == "Baseline":
            continue
        mutant = outcome["scenario"]["Mutant"]
        files[mutant["file"]][COLUMNS[outcome["summary"]]] += 1
        if outcome["summary"] == "MissedMutant":
            missed.append(mutant["name"].replace("|", "\\|"))

print("| file | caught | endless | missed | not Rust |")
print("|---|---|---|---|---|")
total = collections.Counter()
for name, counts in sorted(files.items()):
    total += counts
    print(f"| {name} | " + " | ".join(str(counts[column]) for column in COLUMNS.values()) + " |")
print("| all | " + " | ".join(str(total[column]) for column in COLUMNS.values()) + " |")
tried = total["caught"] + total["endless"] + total["missed"]
print(f"\n{tried - total['missed']} of {tried} noticed.\n")
for name in missed:
    print(f"- `{name}`")
