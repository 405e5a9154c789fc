#!/bin/sh
# The recipes of README.md, taken from it and run: each judges what it is for, and says so.
# shellcheck disable=SC2016 # expressions for other shells
. "${0%/*}/../operate/lib.sh"
need gifsicle jq
PATH=$BUILD:$PATH
HERE=$WORK/srv
RECIPE=$WORK/recipe

# The block behind the marker, with this machine's paths.
recipe() {
    name=$1
    awk -v marker="<!-- recipe: $1 -->" '$0 == marker { found = 1 } inside && /^```$/ { exit }
        inside { print } found && /^```/ { inside = 1 }' "$TOP/README.md" |
        sed "s|/usr/local/bin/gifvet|$GIFVET|g; s|/usr/local/lib/libgifvet.so|$PRELOAD|g; s|/srv/gifs|$HERE|g
            s|/var/lib/thumbnails|$STATE|g; s|/usr/bin/gifsicle|$(command -v gifsicle)|g" >"$RECIPE"
    rm -rf "$STATE" "$HERE"
    mkdir -p "$HERE/small" "$HERE/assets" "$HERE/dist"
    for copy in party.gif ball.gif assets/party.gif assets/ball.gif; do cp "$FIXTURES/in.gif" "$HERE/$copy"; done
    cd "$HERE" || exit 2
    if [ -s "$RECIPE" ]; then ok "$name: stands in README.md"; else not_ok "$name: is not in README.md"; fi
}
# so many outputs were judged, all passed
judged() {
    got=$(jq -s 'map(select(.type == "validation" and .validation_passed)) | length' "$LOG" 2>/dev/null)
    if [ "$got" = "$1" ]; then ok "$name: $1 outputs judged"; else not_ok "$name" "$got judged, not $1: $(head -n 2 "$WORK/err" "$WORK/out")"; fi
}

gif ball in.gif

recipe function
echo 'gifsicle -O2 party.gif -o out.gif; convert party.gif -coalesce whole.gif' >>"$RECIPE"
if [ -x /usr/bin/convert ]; then
    PATH=$BUILD:/usr/bin:$PATH is function 0 sh "$RECIPE"
    judged 2
else skip function "no convert"; fi

recipe alias
if command -v bash >/dev/null; then
    is alias 0 bash -O expand_aliases -c '. "$0"
        eval "gifsicle -O2 party.gif -o out.gif"' "$RECIPE"
    judged 1
else skip alias "no bash"; fi

recipe wrapper
mkdir -p "$WORK/bin"
cp "$RECIPE" "$WORK/bin/gifsicle" && chmod +x "$WORK/bin/gifsicle"
PATH=$WORK/bin:$PATH is wrapper 0 sh -c 'gifsicle -O2 party.gif -o out.gif'
judged 1
PATH=$WORK/bin:$PATH is wrapper_status 1 gifsicle -O2 nowhere.gif
rm "$WORK/bin/gifsicle"

recipe script
is script 0 sh "$RECIPE"
judged 2

recipe jobs
printf 'all: a.out b.out\n%%.out:\n\tgifsicle -O2 party.gif -o $@.gif\n' >Makefile
is jobs 0 sh -e "$RECIPE"
# make: 2; find: all that it finds; xargs: the four that are there by then.
judged $((2 + $(find . -name '*.gif' ! -path './small/*' | wc -l) + $(find small -name '*.gif' | wc -l)))

recipe parallel
if command -v parallel >/dev/null; then
    is parallel 0 sh "$RECIPE" </dev/null
    judged 2
else skip parallel "not installed"; fi

# Five fields, a user, and the rest for sh, in cron's own environment.
recipe cron
if [ "$(grep -cE '^[-0-9*/,]+( [-0-9*/,]+){4} [a-z-]+ .' "$RECIPE")" = "$(wc -l <"$RECIPE")" ]; then ok "cron: every line is a job"; else not_ok "cron" "$(cat "$RECIPE")"; fi
cut -d' ' -f7- "$RECIPE" >"$WORK/jobs"
mkdir -p "$WORK/bin" && printf '#!/bin/sh\ncat\n' >"$WORK/bin/logger" && chmod +x "$WORK/bin/logger"
while read -r job; do
    is cron_job 0 env -i PATH="$WORK/bin:/usr/bin:/bin" HOME="$WORK" GIFLAB_VALIDATION_STATE_DIR="$STATE" sh -c "$job" </dev/null
done <"$WORK/jobs"
name=cron
says out healthy
judged 2

recipe service
cp "$RECIPE" "$WORK/thumbnails.service"
if command -v systemd-analyze >/dev/null; then
    is service_verifies 0 systemd-analyze verify "$WORK/thumbnails.service"
    if [ -s "$WORK/err" ]; then not_ok "service" "$(cat "$WORK/err")"; else ok "service: nothing to complain about"; fi
else skip service_verifies "systemd-analyze is not installed"; fi
directory=$(sed -n 's/^WorkingDirectory=//p' "$RECIPE")
# shellcheck disable=SC2046 # assignments without blanks
is service 0 env -i PATH="$PATH" HOME="$WORK" $(sed -n 's/^Environment=//p' "$RECIPE") \
    sh -c "cd $directory && $(sed -n 's/^ExecStart=//p' "$RECIPE")"
judged 1

# No image is built here: every line is an instruction, what is copied was made, and it is installed as said.
recipe container
sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' "$RECIPE" | grep . >"$WORK/instructions"
strange=$(grep -vE '^(FROM [a-z0-9:.-]+( AS [a-z]+)?|(RUN|COPY|ENV|VOLUME|ENTRYPOINT) .+)$' "$WORK/instructions")
if [ -z "$strange" ]; then ok "container: only instructions"; else not_ok container "$strange"; fi
stages=$(sed -n 's/^COPY --from=\([a-z]*\).*/\1/p' "$RECIPE")
for stage in $stages; do
    if grep -q "^FROM .* AS $stage$" "$RECIPE"; then ok "container: stage $stage is there"; else not_ok "container: no stage $stage"; fi
done
if sed -n 's/^ENTRYPOINT //p' "$RECIPE" | jq -e 'type == "array"' >/dev/null; then ok "container: ENTRYPOINT is a list"; else not_ok "container: ENTRYPOINT"; fi
packages=$(sed -n 's/^build="\(.*\)"/\1/p' "$TOP/scripts/install-deps")
lacking=$(for package in $packages; do
    grep -qw -- "$package" "$WORK/instructions" || echo "$package"
done)
if [ -z "$lacking" ]; then ok "container: all that building needs"; else not_ok container "lacks $lacking"; fi
needed=$(ldd "$GIFVET" | sed -nE 's/^\s*lib(jansson|z)\.so.*/\1/p' | sort | tr '\n' ' ')
if [ "$needed" = "jansson z " ]; then ok "container: all that running needs"; else not_ok container "needs $needed"; fi
is container_make 0 sh -c "$(sed -n 's/^RUN \(make .*\)/\1/p' "$RECIPE" | sed "s|/src|$TOP|; s|/out|$WORK/out.d|") BUILD=$BUILD"
sed "s|$GIFVET|/usr/local/bin/gifvet|" "$RECIPE" | sed -n 's/^ENTRYPOINT //p' | jq -r '.[]' >"$WORK/entry"
sed -i "1s|^|$WORK/out.d|" "$WORK/entry"
is container_entry 0 xargs -a "$WORK/entry" sh -c '"$@" -O2 party.gif -o out.gif' sh
name=container
judged 1

recipe workers
if /usr/bin/python3 -c 'import PIL' 2>/dev/null; then
    is workers 0 gifvet run /usr/bin/python3 "$RECIPE"
    judged 2
else skip workers "Pillow is not installed"; fi

recipe sharp
if [ -d "$BUILD/tests/sharp/node_modules/sharp" ] && command -v node >/dev/null; then
    ln -s "$BUILD/tests/sharp/node_modules" node_modules
    is sharp 0 sh -e "$RECIPE"
    judged 1
    if [ "$(jq -r .operation "$LOG")" = color_reduction ]; then ok "sharp: with what was asked for"; else not_ok sharp "$(jq -c .request "$LOG")"; fi
else skip sharp "npm could not install it"; fi

recipe ci
is ci 0 sh "$RECIPE"
LOG=$HERE/gifvet/validation.jsonl
judged 2
rm -r gifvet
SABOTAGE=cut LD_PRELOAD=$BUILD/tests/libsaboteur.so is ci_red 1 sh "$RECIPE"
says err file_integrity
LOG=$STATE/validation.jsonl

recipe ci-check
for gif in party ball; do gifsicle -O3 --colors 64 assets/$gif.gif -o dist/$gif.gif; done
is ci-check 0 sh "$RECIPE"
gifsicle -O3 assets/ball.gif '#0-9' -o dist/ball.gif
is ci-check_red 1 sh "$RECIPE"
says out frame_count
