# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A host of which everything is known: validations and compressions of fixed times.
# leaves out: ^ +log: its disk is full in .*\n
film in.gif
gifvet run gifsicle -O2 in.gif -o small.gif
record=$(jq -c --arg host "$HOST" 'walk(if type == "string" then sub($host; "") else . end) | .host = "host" |
    .validations[].time_us = 100 | .validation_us = 1200' "$STATE/validation.jsonl")
rm -r "$STATE"
printf '[sampling]\npercentage = 50\n[log]\ncontrol = true\n' >"$CONFIG"
for time_us in 600 700 800 900 900 900 1000 1100 1300 1800 3400 8400; do
    "$BUILD/tests/updates" "$STATE" passed 10 time_us=$time_us bytes_in=80000 bytes_out=50000 arena=4160000
done
# Every other one was left to the control arm; compressing takes 18 to 25 ms.
echo "$record" | jq -c 'range(1; 241) as $n | .elapsed_us = 18000 + ($n * 37 % 71) * 100 |
    if $n % 2 == 0 then .type = "control" | .arm = "control" else .elapsed_us += 1200 end |
    .pid = 1000 + $n | .tid = .pid' >"$STATE/validation.jsonl"
