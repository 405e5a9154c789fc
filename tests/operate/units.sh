#!/bin/sh
# The systemd units are well formed, and what they start does what they say; logs rotate under
# compressors that go on writing, and no record is lost.
. "${0%/*}/lib.sh"
need jq gifsicle
mkdir "$WORK/units" "$WORK/bin" "$WORK/textfiles"
ln -s "$GIFVET" "$WORK/bin/gifvet"
PATH=$WORK/bin:$PATH
cp "$TOP"/conf/systemd/* "$WORK/units"

if command -v systemd-analyze >/dev/null; then
    # It looks for programs in the paths that systemd is built with, and asks man for the page.
    sed -i "s|^ExecStart=gifvet|ExecStart=$WORK/bin/gifvet|; /^Documentation/d" "$WORK"/units/*
    for unit in "$WORK"/units/*; do
        is "unit_${unit##*/}" 0 systemd-analyze verify "$unit"
        if [ -s "$WORK/err" ]; then not_ok "${unit##*/}" "$(cat "$WORK/err")"; else ok "${unit##*/} has nothing to complain about"; fi
    done
else
    skip units "systemd-analyze is not installed"
fi

starts() { sed -n 's/^ExecStart=//p' "$TOP/conf/systemd/$1"; }
statuses() { sed -n 's/^SuccessExitStatus=//p' "$TOP/conf/systemd/$1"; }
directory=$(sed -n 's/^ConditionPathIsDirectory=//p' "$TOP/conf/systemd/gifvet-metrics.service")
is health_service_new_host 0 sh -c "$(starts gifvet-health.service)"
echo garbage >"$WORK/garbage" && mkdir -m 700 "$STATE" && cp "$WORK/garbage" "$STATE/state.v1"
is health_service_unreadable 3 sh -c "$(starts gifvet-health.service)"
rm -r "$STATE"
updates passed 1
command=$(starts gifvet-metrics.service | sed "s|$directory|$WORK/textfiles|")
is metrics_service 0 sh -c "$command"
if grep -q '^gifvet_validations_total{result="passed"} 1$' "$WORK/textfiles/gifvet.prom"; then ok "gifvet-metrics.service writes the textfile"; else not_ok metrics_service "$(ls "$WORK/textfiles")"; fi
is health_service 0 sh -c "$(starts gifvet-health.service)"
updates failed 11
is health_service_unhealthy 2 sh -c "$(starts gifvet-health.service)"
case " $(statuses gifvet-health.service) " in *" 2 "* | *" 3 "*) not_ok "gifvet-health.service fails when unhealthy" ;; *) ok "gifvet-health.service fails when unhealthy" ;; esac
alert=$(sed -n 's/^OnFailure=\(.*@\).*/\1/p' "$TOP/conf/systemd/gifvet-health.service").service
if [ -f "$TOP/conf/systemd/$alert" ]; then ok "and starts $alert"; else not_ok "OnFailure" "$alert"; fi
rm -r "$STATE"

if ! command -v logrotate >/dev/null; then
    skip logrotate "logrotate is not installed"
    exit 0
fi
gif ball in.gif
sed "s|/var/lib/gifvet/validation.jsonl|$LOG|" "$TOP/conf/logrotate/gifvet" >"$WORK/rotate"
is logrotate_check 0 logrotate --debug "$WORK/rotate"
job() { LD_PRELOAD=$PRELOAD gifsicle -O2 "$FIXTURES/in.gif" -o "$WORK/out$1.gif"; }
touch "$WORK/made"
made() { wc -l <"$WORK/made"; }
writer() { # until told to stop; a line for each
    while [ ! -e "$WORK/stop" ]; do
        job "$1" || exit 2
        echo >>"$WORK/made"
    done
}
writer 1 &
writer 2 &
bad=
for turn in 1 2 3 4; do
    # Not before some more have been written since the last turn.
    before=$(made)
    until [ "$(made)" -gt $((before + 4)) ]; do :; done
    logrotate --force --state "$WORK/rotated" "$WORK/rotate" || bad="$bad turn $turn"
done
touch "$WORK/stop"
wait
made=$(made)
logged=$(for f in "$LOG" "$LOG".*; do case $f in *.gz) zcat "$f" ;; *) cat "$f" ;; esac; done | jq -s '[.[] | select(.type == "validation")] | length')
if [ -z "$bad" ] && [ "$made" = "$logged" ]; then ok "logrotate: $made records in $(find "$STATE" -name 'validation.jsonl*' | wc -l) files, none lost"; else not_ok logrotate "$logged of $made records;$bad"; fi
if [ "$(stat -c %a "$LOG")" = 600 ] && [ -f "$LOG.2.gz" ]; then ok "logrotate: the new log is as private as the old"; else not_ok logrotate "$(ls -l "$STATE")"; fi
