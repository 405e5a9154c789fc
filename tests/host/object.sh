#!/bin/sh
# What the object is made of: exported names, needed libraries, foreign code kept private.
. "${0%/*}/lib.sh"
need nm readelf jq gifsicle
gif ball in.gif
gif noise big.gif
NAME=object

exported=$(nm -D --defined-only "$PRELOAD" | awk '{print $3}' | sort)
listed=$(sed -n 's/^HOOK(\([A-Za-z0-9_]*\).*/\1/p' shim/hooks.def | sort)
if [ "$exported" = "$listed" ]; then ok "exports exactly the interposed symbols"; else
    not_ok "exports" "$(echo "$exported $listed" | tr ' ' '\n' | sort | uniq -u | tr '\n' ' ')"
fi

needed=$(readelf -d "$PRELOAD" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
if [ "$needed" = libc.so.6 ]; then ok "needs libc alone"; else not_ok "needs" "$needed"; fi

used=$(nm -D --undefined-only "$PRELOAD" | awk '{print $2}' | sed 's/@.*//' |
    grep -xE 'malloc|calloc|realloc|free|reallocarray|strdup|printf|fprintf|snprintf|setlocale|rand|setenv|fork|system|popen')
if [ -z "$used" ]; then ok "calls no allocator, stdio, locale, rand or fork of the host"; else
    not_ok "calls" "$(echo "$used" | tr '\n' ' ')"
fi

newest=$(nm -D --undefined-only "$PRELOAD" | sed -n 's/.*@GLIBC_\([0-9.]*\).*/\1/p' | sort -V | tail -n 1)
if [ "$(printf '%s\n2.34\n' "$newest" | sort -V | tail -n 1)" = 2.34 ]; then
    ok "needs no symbol of glibc newer than 2.34"
else not_ok "needs a symbol of glibc $newest"; fi

both passes 'gifsicle in.gif -o out.gif'
if count_of=$(count '.validation_passed') && [ "$count_of" = 1 ]; then ok "a pass is recorded"; else not_ok "a pass is recorded"; fi

both fails "$(full_after 20 'gifsicle big.gif -o out.gif')"
caught out.gif file_integrity
frames=$(jq -s '.[0].backtrace | length' "$LOG")
ours=$(jq -r '.backtrace[].object // ""' "$LOG" | grep -c libgifvet)
main=$(jq -r '.backtrace[].object // ""' "$LOG" | grep -c 'gifsicle')
if [ "$frames" -ge 2 ] && [ "$ours" -eq 0 ] && [ "$main" -ge 1 ]; then
    ok "a failure carries a backtrace of the host without gifvet's own frames"
else not_ok "backtrace" "$frames frames, $ours ours, $main of gifsicle"; fi

# The library is loaded for the first failure, not before.
both maps_pass "strace -f -qq -e trace=openat -o trace gifsicle in.gif -o out.gif; grep -c libgcc_s trace > count; rm trace; true"
if [ "$(cat "$WITH/count")" = 0 ]; then ok "the unwinder is not touched while verdicts pass"; else not_ok "libgcc_s was loaded for a pass"; fi

# How it was built, read off the object itself.
NAME=hardening
if readelf -lW "$PRELOAD" | grep -q 'GNU_STACK.* RW '; then ok "the stack is not executable"; else not_ok "GNU_STACK" "$(readelf -lW "$PRELOAD" | grep GNU_STACK)"; fi
if readelf -lW "$PRELOAD" | grep -q GNU_RELRO && readelf -dW "$PRELOAD" | grep -q 'FLAGS.*NOW'; then
    ok "relocations are read-only once made"
else not_ok "RELRO"; fi
if nm -D --undefined-only "$PRELOAD" | grep -q __stack_chk_fail; then ok "stacks are guarded"; else not_ok "no __stack_chk_fail"; fi
# Debian's libgif.a and libinih.a are not marked, so the whole cannot be: our own parts are.
unmarked=
for o in "$BUILD"/obj/shim/*.o "$BUILD"/obj/lib/*/*.o; do
    readelf -n "$o" | grep -q 'IBT, SHSTK' || unmarked="$unmarked ${o##*/}"
done
if [ "$(uname -m)" != x86_64 ]; then skip "control flow" "x86_64 only"
elif [ -z "$unmarked" ]; then ok "control flow is marked (IBT, SHSTK) in all of our parts"
else not_ok "control flow is not marked in$unmarked"; fi
# gcc notes what it was told.
plain=
for o in "$BUILD"/obj/shim/*.o "$BUILD"/obj/lib/*/*.o; do
    if LC_ALL=C grep -aq 'GNU C17' "$o" &&
        ! LC_ALL=C grep -aqe '-fstack-protector-strong -fstack-clash-protection' "$o"
    then plain="$plain ${o##*/}"; fi
done
if [ -z "$plain" ]; then ok "stacks are guarded and probed in all of our parts"; else not_ok "not so in$plain"; fi
if nm -D --undefined-only "$PRELOAD" | grep -q '_chk@'; then ok "fortified calls are used"; else not_ok "no fortified call"; fi
if readelf -dW "$PRELOAD" | grep -q TEXTREL; then not_ok "text relocations"; else ok "no text relocations"; fi
