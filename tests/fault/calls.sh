#!/bin/sh
# Every system call and every allocation of gifvet fails in turn, in small hosts and in gifsicle.
#
# Whatever fails: the host's files, output and exit status stay what they are without gifvet, it
# does not hang, each line of the log is whole, and no verdict is the other way round. What cannot be
# told is null and says why. (Driver: product.c; what can be ordered of the door: door.h.)
#
# After every fault there is a record, but for those of which allowed-losses tells why there cannot be.
#
# LONG=1 tries every errno of every call, in more hosts. UNRECORDED=FILE leaves a table there of the
# faults after which nothing was recorded, by the call and by who made it.
. "${0%/*}/../host/lib.sh"
need gifsicle addr2line

HOST=$BUILD/tests/fault/host
stage=$WORK
# Files are made anew for each of thousands of runs: memory is quicker than a disk.
[ -w /dev/shm ] && stage=$(mktemp -d /dev/shm/XXXXXX) && trap 'rm -rf "$stage" "$WORK"' EXIT

gif two in.gif
gif colors16 other.gif
gif noise big.gif
gifsicle "$FIXTURES/in.gif" '#0' -o "$WORK/fewer.gif" || exit 2
"$HOST" invert "$WORK/fewer.gif" "$FIXTURES/fewer" || exit 2
touch "$FIXTURES/EMERGENCY_DISABLE"

# product NAME TRUTH [options] -- COMMAND
product() {
    name=$1 truth=$2
    shift 2
    set -- -l "$BUILD/tests/fault/libgifvet.so" -d "$FIXTURES" -w "$stage/$name" -j "$(nproc)" \
        -t "$truth" -o "$WORK/list.$name" "$@"
    [ -n "${LONG:-}" ] || set -- -q "$@"
    "$BUILD/tests/fault/product" "$@"
    rm -rf "${stage:?}/$name"
}

# What a host reads and writes, and how it ends what it wrote.
product copy out.gif=true copy -- "$HOST" copy
product cut out.gif=false cut -- "$HOST" cut
product in_place in.gif=true in_place -- "$HOST" in_place
product many out.gif=true many -- "$HOST" many
product parent '' -s parent -- "$HOST" parent
product gifsicle out.gif=true gifsicle -- gifsicle -O2 in.gif -o out.gif

# What it is told.
product configured out.gif=true -i "[log]
path=@/state/a/b/c/log.jsonl
sync=true
[sampling]
percentage=99.99
key=source" configured -- "$HOST" copy
product switched_off '' -e 'GIFLAB_VALIDATION_STATE_DIR=@/x' switched_off -- "$HOST" copy
enforce="[validation]
mode=enforce"
product enforced in.gif=false -k in.gif -i "$enforce" enforced -- "$HOST" cut_in_place

if [ -n "${LONG:-}" ]; then
    for way in two left_stream source_open stream left_descriptor over thread child vfork_child; do
        product "$way" out.gif=true "$way" -- "$HOST" "$way"
    done
    product shell out.gif=true shell -- sh -c 'exec gifsicle -O2 <in.gif >out.gif'
    product syslog out.gif=true -i "[log]
syslog=true" syslog -- "$HOST" copy
    product fewer out.gif=false fewer -- "$HOST" fewer
    product batch in.gif=true batch -- gifsicle -b -O2 in.gif
    product full out.gif=false full -- sh -c "$(full_after 20 'exec gifsicle -O2 big.gif -o out.gif')"
    product merge out.gif=true merge -- gifsicle --merge in.gif other.gif -o out.gif
    product explicit out.gif=true -e 'GIFLAB_VALIDATION_SOURCE=in.gif' explicit -- "$HOST" copy
    product mistaken out.gif=true+1 -i "[sampling]
percentage=high" mistaken -- "$HOST" copy
    product encoder out.gif=true -i "[programs]
encoders=host" encoder -- "$HOST" blind
    product both_ways out.gif=false -i "[programs]
encoders=host" both_ways -- "$HOST" fewer
    product control +1 -s -i "[sampling]
percentage=0
[log]
control=true" control -- "$HOST" copy
    product by_chance out.gif=true -i "[sampling]
percentage=99.9999" by_chance -- "$HOST" copy
    product at_home out.gif=true -e XDG_CONFIG_HOME=@/config at_home -- "$HOST" copy
    product enforced_sound in.gif=true -i "$enforce" enforced_sound -- "$HOST" in_place
    product enforced_batch in.gif=true -i "$enforce" enforced_batch -- gifsicle -b in.gif
    product pillow in.gif=true -i "$enforce" pillow -- /usr/bin/python3 -c \
        "from PIL import Image; im = Image.open('in.gif'); im.save('in.gif', save_all=True)"
    product convert out.gif=true convert -- /usr/bin/convert in.gif out.gif
fi

# not_allowed TABLE: what stands in it and not among the allowed losses.
not_allowed() {
    awk -F '\t' 'NR == FNR { if (/^[a-z]/) allowed[$1 FS $2]; next } !(($2 FS $3) in allowed)' \
        "$TOP/tests/fault/allowed-losses" "$1"
}

"$TOP/tests/fault/unrecorded" "$BUILD/tests/fault/libgifvet.so" "$WORK"/list.* >"$WORK/unrecorded"
[ -z "${UNRECORDED:-}" ] || cp "$WORK/unrecorded" "$UNRECORDED"
not_allowed "$WORK/unrecorded" >"$WORK/surplus"
while IFS="$(printf '\t')" read -r times call caller host; do
    not_ok losses "$call in $caller: no record after $times such faults, first in host $host"
done <"$WORK/surplus"
[ -s "$WORK/surplus" ] ||
    ok "losses: $(awk '{ n += $1 } END { print n + 0 }' "$WORK/unrecorded") faults left no record, all allowed"
