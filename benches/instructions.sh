#!/usr/bin/env bash
# Counts the instructions of the main paths and compares them with instructions.txt.
#
#   instructions.sh            compares; a path that takes 2 % more fails, and so does one that takes 2 % less: write it down
#   instructions.sh --write    writes the figures down
#
# A path is run so many times and a thousand times more; the difference, divided by a thousand, is what one run takes. SHA-256
# is the portable one of the crate sha2, since valgrind 3.19 hides the SHA instructions of the processor; nothing is
# subtracted for it. What the C library copies and compares with is counted too. So the exit status is 75 where another
# compiler or C library is at hand than those of instructions.txt.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly list=instructions.txt percent=2 not_checked=75
times=50 more=1000
target=$(realpath -m -- "${CARGO_TARGET_DIR:-target}")/instructions
program=$target/release/instructions

fail() {
    printf 'instructions.sh: %s\n' "$*" >&2
    exit 1
}

# The same for any processor: the C library picks the plainest of its functions that copy and compare.
readonly plain=-AVX2,-AVX512F,-AVX512VL,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM

# All that the program runs, from its start to its end.
collected() {
    env -i "GLIBC_TUNABLES=glibc.cpu.hwcaps=$plain" \
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\)$/\1/p'
}

count() {
    local few many
    few=$(collected "$1" "$times")
    many=$(collected "$1" "$((times + more))")
    [[ -n $few && -n $many ]] || fail "$1 cannot be counted"
    echo "$1 $(((many - few + more / 2) / more))"
}

# Of each path of the list, in its order.
count_all() {
    export -f collected count fail
    export program plain times more
    grep -v '^#' "$list" | cut -d ' ' -f 1 | xargs -P "$(nproc)" -I{} bash -euo pipefail -c 'count {}' >"$target/counted"
    while read -r name _; do
        grep "^$name " "$target/counted" || fail "$name was not counted"
    done < <(grep -v '^#' "$list")
}

tools="$(rustc --version), $(getconf GNU_LIBC_VERSION)"
expected=$(sed -n 's/^# Of: //p' "$list")
if [[ ${1-} != --write && $tools != "$expected" ]]; then
    echo "NOT CHECKED: the figures of $list are of $expected, and here is $tools" >&2
    exit "$not_checked"
fi

# For any x86-64, whatever the caller builds for.
RUSTFLAGS='--cfg sha2_backend="soft"' CARGO_TARGET_DIR=$target cargo build --locked --release -p instructions

if [[ ${1-} == --write ]]; then
    {
        sed '/^# Of: /,$d' "$list"
        echo "# Of: $tools"
        count_all
    } >"$list.new"
    mv "$list.new" "$list"
    exit
fi

count_all >"$target/all"
result=0
paths=0
while read -r name counted; do
    figure=$(sed -n "s/^$name //p" "$list")
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
done <"$target/all"
((paths > 0)) || fail "no path of $list was counted"
echo "$paths paths counted"
exit "$result"
