#!/bin/sh
# A fault inside the judge: the host goes on as if nothing had been, and a record says what it was.
# The host's own signals stay its own meanwhile.
. "${0%/*}/../host/lib.sh"
need jq
FAULTY=$BUILD/tests/fault/libgifvet.so
PRELOAD=$FAULTY
gif ball in.gif
cp "$BUILD/tests/fault/guards" "$FIXTURES"/ || exit 2
# One page for the calls of one run.
fault() { export GIFVET_FAULT="$1" GIFVET_FAULT_PAGE="$WORK/page"; }
fresh_page() { head -c 4096 /dev/zero >"$WORK/page"; }
# As both, with a fresh page before the run with gifvet (the one without leaves it as it is).
guarded() {
    fresh_page
    both "$1" "$2"
}
# faulted REASON: one record of a fault, with this reason, no verdict, and the frames of the judge.
faulted() {
    if jq -e -s --arg reason "$1" 'length == 1 and .[0].type == "judge_fault" and
        .[0].status == "judge_fault" and .[0].validation_passed == null and
        (.[0].reason | test($reason)) and (.[0].backtrace | length > 2) and
        ([.[0].backtrace[].object // "" | select(endswith("libgifvet.so"))] | length > 0)' \
        "$LOG" >/dev/null
    then ok "$NAME: recorded as $1"; else not_ok "$NAME" "record: $(jq -c '[.type, .reason, (.backtrace | length)]' "$LOG")"; fi
}

export GIFLAB_VALIDATION_PERCENTAGE=100
for kind in '11 SIGSEGV' '7 SIGBUS' '8 SIGFPE' '4 SIGILL' '1 SIGSEGV' '2 time.budget'; do
    number=${kind%% *}
    [ "$number" = 2 ] && printf '[validation]\nvalidation_timeout_ms = 100\n' >"$GIFLAB_VALIDATION_CONFIG"
    fault "provoke=$number,at=3"
    guarded "gifsicle_$number" 'gifsicle -O2 in.gif -o out.gif'
    faulted "${kind#* }"
    guarded "convert_$number" '/usr/bin/convert in.gif out.gif'
    faulted "${kind#* }"
    guarded "handlers_$number" './guards quiet'
    faulted "${kind#* }"
    # Every later look at the clock: as deep in the judge as it goes.
    for at in 6 12 24 48; do
        fault "provoke=$number,at=$at"
        guarded "deep_${number}_$at" './guards quiet'
    done
done
: >"$GIFLAB_VALIDATION_CONFIG"

for what in faults altstack sent blocked replaced forked; do
    fault hold=1
    guarded "$what" "./guards $what"
    verdict out.gif in.gif only unknown true
    [ "$what" = blocked ] && continue
    fault 'hold=1,provoke=11,at=1'
    guarded "${what}_and_fault" "./guards $what"
    faulted SIGSEGV
done
# The process dies of its own fault, as it would have.
fault hold=1
guarded dies './guards dies'
silent
