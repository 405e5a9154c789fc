#!/bin/sh
# What CONTRIBUTING.md tells one to do can be done: each example applies to the sources and compiles. With
# LONG=1 each is built into a copy of its own, and what it adds is used.
# shellcheck disable=SC2016 # expressions for other shells
. "${0%/*}/../operate/lib.sh"
need gifsicle jq patch gcc
NAME=contributing
COPY=$WORK/copy

# The block behind the marker, as patch takes it.
edit() {
    awk -v marker="<!-- edit: $1 -->" '$0 == marker { found = 1 } found && /^```$/ { exit }
        inside { print } found && /^```diff$/ { inside = 1 }' "$TOP/CONTRIBUTING.md"
}
fresh() {
    rm -rf "$COPY"
    mkdir "$COPY"
    (cd "$TOP" && cp -a lib shim tests conf scripts Makefile CHANGELOG.md README.md "$COPY")
}
applies() {
    fresh
    edit "$1" >"$WORK/edit"
    is "$1_applies" 0 patch -d "$COPY" -p1 -F 1 -i "$WORK/edit"
    touched=$(sed -n 's,^+++ b/,,p' "$WORK/edit")
    sed -n "/^## A $1/,/^<!-- edit/p" "$TOP/CONTRIBUTING.md" >"$WORK/text"
    unsaid=$(for file in $touched; do
        grep -q -e "${file##*/}" -e "\`${file%/*}/\`" "$WORK/text" || echo "$file"
    done)
    if [ -z "$unsaid" ]; then ok "$1: the text names every file"; else not_ok "$1: not in the text" "$unsaid"; fi
}
compiles() {
    # shellcheck disable=SC2046 # a list of files
    is "$1_compiles" 0 sh -c 'cd "$0" && gcc -fsyntax-only -std=gnu17 -D_GNU_SOURCE -Ilib -I. -DGIFVET_VERSION=\"x\" \
        -Wall -Wextra -Werror "$@"' "$COPY" $(echo "$touched" | grep '\.c$')
}
# Only what the edit touches is compiled anew: the objects come along, and make goes by their times.
built() {
    build=$(basename "$BUILD")
    cp -a "$BUILD" "$COPY/$build"
    is "$1_builds" 0 make -s -C "$COPY" BUILD="$build" WERROR=1 all "$build/tests/hooks" "$build/tests/truncates"
    GIFVET=$COPY/$build/gifvet
    rm -rf "$STATE"
    cd "$FIXTURES" || exit 2
}

use_check() {
    is check_fails 1 "$GIFVET" check --request 'gifsicle -O2 small.gif' small.gif in.gif
    says out 'FAIL  file_growth'
    is check_in_a_host 0 "$GIFVET" run gifsicle -O2 small.gif -o out.gif
    is check_counted 0 "$GIFVET" summary --json
    figure "the new check is in the record" "$(jq -c '[.validations[].validation_type] | index("file_growth") != null' "$LOG")"
}
use_compressor() {
    ln -sf "$(command -v gifsicle)" shrinkgif
    is compressor_runs 0 "$GIFVET" run ./shrinkgif --colors 8 in.gif -o out.gif
    if [ "$(jq -r .operation "$LOG")" = color_reduction ]; then ok "its command line is understood"; else not_ok compressor "$(jq -c .request "$LOG")"; fi
    is compressor_fails 1 "$GIFVET" check --request 'shrinkgif --colors 4 in.gif -o out.gif' in.gif small.gif
    says out '4 were asked for'
}
use_setting() {
    is setting_used 0 "$GIFVET" run --set log.arguments=false gifsicle in.gif -o out.gif
    if [ "$(jq -c .argv "$LOG")" = '[]' ]; then ok "it changes what it is for"; else not_ok setting "$(jq -c .argv "$LOG")"; fi
    is setting_shipped 0 "$GIFVET" config defaults
    if cmp -s "$WORK/out" "$COPY/conf/gifvet.ini"; then ok "and stands in conf/gifvet.ini"; else not_ok "conf/gifvet.ini"; fi
}
use_command() {
    is command_runs 0 "$GIFVET" frames in.gif
    says out '20 frames, 2.00 s'
    is command_fails 2 "$GIFVET" frames nowhere.gif
    one_line
    is command_help 0 "$GIFVET" frames --help
    is command_manual 0 "$GIFVET" man gifvet.1
    says out 'gifvet frames'
}
use_hook() {
    cp "$COPY/$build/tests/truncates" .
    is hook_runs 0 "$GIFVET" run ./truncates truncate
    if [ "$(jq -r .match "$LOG")" = in_place ]; then ok "what truncate() takes is kept"; else not_ok hook "$(jq -c .match "$LOG")"; fi
}

gif ball in.gif
gifsicle -O3 "$FIXTURES/in.gif" -o "$FIXTURES/small.gif"
for what in check compressor setting command hook; do
    applies "$what"
    compiles "$what"
    if [ -n "${LONG:-}" ]; then
        built "$what"
        "use_$what"
        cd "$TOP" || exit 2
    fi
done
