#!/usr/bin/env bash
# Counts the instructions of the main paths and compares them with instructions.txt.
#
#   instructions.sh            compares; a path that takes 2 % more fails, and so does one that takes 2 % less: write it down
#   instructions.sh --write    writes the figures down
#
# A path is run so many times and a thousand times more; the difference, divided by a thousand, is what one run takes. SHA-256
# is the portable one of the crate sha2, since valgrind 3.19 hides the SHA instructions of the processor; nothing is
# subtracted for it. The exit status is 75 where another compiler than that of instructions.txt is at hand.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly list=instructions.txt times=50 more=1000 percent=2 not_checked=75
target=$(realpath -m -- "${CARGO_TARGET_DIR:-target}")/instructions
program=$target/release/instructions

fail() {
    printf 'instructions.sh: %s\n' "$*" >&2
    exit 1
}

# All that the program runs, and nothing of the surroundings: neither the environment nor which copying functions the C
# library would pick for this processor.
collected() {
    env -i GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS,-FSRM \
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\)$/\1/p'
}

count() {
    local few many
    few=$(collected "$1" "$times")
    many=$(collected "$1" "$((times + more))")
    [[ -n $few && -n $many ]] || fail "$1 cannot be counted"
    echo "$(((many - few + more / 2) / more))"
}

compiler=$(rustc --version)
expected=$(sed -n 's/^# rustc: //p' "$list")
if [[ ${1-} != --write && $compiler != "$expected" ]]; then
    echo "NOT CHECKED: the figures of $list are of $expected, and this is $compiler" >&2
    exit "$not_checked"
fi

# For any x86-64, whatever the caller builds for.
RUSTFLAGS='--cfg sha2_backend="soft"' CARGO_TARGET_DIR=$target cargo build --locked --release -p instructions

if [[ ${1-} == --write ]]; then
    {
        sed '/^# rustc: /,$d' "$list"
        echo "# rustc: $compiler"
        sed -n 's/^\([a-z0-9-]*\) [0-9]*$/\1/p' "$list" | while read -r name; do echo "$name $(count "$name")"; done
    } >"$list.new"
    mv "$list.new" "$list"
    exit
fi

result=0
paths=0
while read -r name figure; do
    counted=$(count "$name")
    verdict=ok
    if ((counted * 100 > figure * (100 + percent))); then
        verdict='FAILED: more than was written down'
        result=1
    elif ((counted * 100 < figure * (100 - percent))); then
        verdict="FAILED: fewer; write it down by 'benches/instructions.sh --write'"
        result=1
    fi
    printf '%-48s %8d, %8d written down  %s\n' "$name" "$counted" "$figure" "$verdict"
    paths=$((paths + 1))
done < <(grep -v '^#' "$list")
((paths > 0)) || fail "$list names no path"
echo "$paths paths counted"
exit "$result"
