#!/bin/sh
# The object for arm64 in a real program, under qemu-user: a pass, a failure with its backtrace, a
# rejection, a fault of the judge; and what it is made of.
. "${0%/*}/../operate/lib.sh"
need jq qemu-aarch64 readelf
SYSROOT=${SYSROOT:?is where tests/arm64/install-sysroot has put the libraries}
GIFSICLE=$SYSROOT/usr/bin/gifsicle
gif ball in.gif
cd "$FIXTURES" || exit 2

emulated() { qemu-aarch64 -L "$SYSROOT" "$@"; }
gifsicle() { emulated -E LD_PRELOAD="$PRELOAD" "$GIFSICLE" "$@"; }
# The last record.
recorded() {
    if [ -f "$LOG" ] && tail -n 1 "$LOG" | jq -e "$2" >/dev/null; then ok "$1"; else
        not_ok "$1" "$(tail -n 1 "$LOG" 2>&1 | cut -c 1-400)"
    fi
}
fails() { GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 "$@"; }

NAME=object
if readelf -hW "$PRELOAD" | grep -q 'Machine:.*AArch64'; then ok "the object is arm64's"; else not_ok "not arm64's"; fi
needed=$(readelf -d "$PRELOAD" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
# There the loader itself holds what guards the stacks.
case $needed in 'libc.so.6 ' | 'libc.so.6 ld-linux-aarch64.so.1 ') ok "it needs libc alone" ;; *) not_ok "needs" "$needed" ;; esac
exported=$(readelf -sW --dyn-syms "$PRELOAD" | awk '$5 == "GLOBAL" && $7 != "UND" { print $8 }' | sort -u)
listed=$(sed -n 's/^HOOK(\([A-Za-z0-9_]*\).*/\1/p' "$TOP/shim/hooks.def" | sort)
if [ "$exported" = "$listed" ]; then ok "it exports exactly the interposed symbols"; else not_ok "exports" "$exported"; fi
unmarked=
for o in "$BUILD"/obj/shim/*.o "$BUILD"/obj/lib/*/*.o; do
    readelf -n "$o" | grep -q 'BTI, PAC' || unmarked="$unmarked ${o##*/}"
done
if [ -z "$unmarked" ]; then ok "control flow is marked (BTI, PAC) in all of our parts"; else not_ok "control flow is not marked in$unmarked"; fi

emulated "$GIFSICLE" -O2 in.gif -o plain.gif
is pass 0 gifsicle -O2 in.gif -o out.gif
if cmp -s plain.gif out.gif && [ ! -s "$WORK/out" ] && [ ! -s "$WORK/err" ]; then ok "the output is the same, and nothing is printed"; else not_ok "another output" "$(cat "$WORK/err")"; fi
recorded "a pass is recorded" '.type == "validation" and .validation_passed and .match == "only" and (.validations | length) == 7'
is fail 0 fails gifsicle -O2 in.gif -o out.gif
recorded "a failure is recorded, with the frames of gifsicle" '.validation_passed == false and
    (.backtrace | map(.object) | (any(test("gifsicle")) and all(test("libgifvet") | not)))'
GIFLAB_VALIDATION_MODE=enforce is enforce 86 fails gifsicle -O2 in.gif -o rejected.gif
recorded "a rejection is recorded" '.action == "rejected"'
if [ ! -e rejected.gif ]; then ok "what is rejected is not there"; else not_ok "rejected.gif is there"; fi
is kill_switch 0 env GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 qemu-aarch64 -L "$SYSROOT" -E LD_PRELOAD="$PRELOAD" "$GIFSICLE" in.gif -o out.gif
if [ "$(count true)" = 3 ]; then ok "with the kill switch set nothing is recorded"; else not_ok kill_switch "$(count true) records"; fi

# The judge's own faults, from an object with the door of tests/fault.
export GIFVET_FAULT_PAGE="$WORK/page"
PRELOAD=$BUILD/tests/fault/libgifvet.so
for kind in SEGV ILL STACK LOOP; do
    truncate -s 0 "$GIFVET_FAULT_PAGE" && truncate -s 8192 "$GIFVET_FAULT_PAGE"
    GIFVET_FAULT="judge=$kind,nth=10" is "fault_$kind" 0 timeout -k 1 60 \
        qemu-aarch64 -L "$SYSROOT" -E LD_PRELOAD="$PRELOAD" "$GIFSICLE" -O2 in.gif -o out.gif
    recorded "SIG$kind of the judge is on record" '.type == "judge_fault" and .validation_passed == null'
    if cmp -s plain.gif out.gif; then ok "fault_$kind: the output is the same"; else not_ok "fault_$kind" "another output"; fi
done

is check 0 emulated "$GIFVET" check in.gif out.gif
says out 'out.gif: passed'
is doctor 0 emulated "$GIFVET" doctor "$GIFSICLE"
says out 'can be hooked'
