"""What cargo-mutants found, as Markdown: a line for each module, and one for each mutant that no test noticed.

Of a mutant that was tried in several rounds the last one counts.
"""

import collections
import json
import pathlib
import sys

# An endless loop of the tests is noticed, too; where the time was up before any test ran, nothing is known.
COLUMNS = {
    "CaughtMutant": "caught",
    "Timeout": "endless",
    "MissedMutant": "missed",
    "Unviable": "not Rust",
    "NotRun": "not known",
}

mutants = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf8") as file:
        outcomes = json.load(file)["outcomes"]
    for outcome in outcomes:
        if outcome["scenario"] == "Baseline":
            continue
        mutant = outcome["scenario"]["Mutant"]
        summary = outcome["summary"]
        if summary == "Timeout" and b"\nrunning " not in (pathlib.Path(path).parent / outcome["log_path"]).read_bytes():
            summary = "NotRun"
        mutants[mutant["name"]] = mutant["file"], summary

modules = collections.defaultdict(collections.Counter)
for file, summary in mutants.values():
    module = file.removeprefix("src/").removesuffix(".rs").split("/")[0]
    modules[module][COLUMNS[summary]] += 1
missed = [name.replace("|", "\\|") for name, (_, summary) in mutants.items() if summary == "MissedMutant"]

print("| module | caught | endless | missed | not Rust | not known |")
print("|---|---|---|---|---|---|")
total = collections.Counter()
for name, counts in sorted(modules.items()):
    total += counts
    print(f"| `{name}` | " + " | ".join(str(counts[column]) for column in COLUMNS.values()) + " |")
print("| all | " + " | ".join(str(total[column]) for column in COLUMNS.values()) + " |")
tried = total["caught"] + total["endless"] + total["missed"]
print(f"\n{tried - total['missed']} of {tried} noticed.\n")
for name in missed:
    print(f"- `{name}`")
