#!/bin/sh
# gifvet plan: documented defaults where nothing was measured, what was measured where it was, the
# same input with the same output, sensible units to the largest plan, bad input with one line.
. "${0%/*}/lib.sh"
need jq gifsicle
plan() {
    name=$1
    shift
    is "$name" 0 "$GIFVET" plan "$@"
}

# Nothing measured.
plan defaults --daily-operations 100000 --workers 8
for figure in 'a validation                    25.0 ms  default' 'its memory                      2.00 MB  default' \
    'a record in the log              100 KB  default' 'a validation is 5.0 % of it'; do
    says out "$figure"
done
says out 'measure first: 0 validations'
if [ -e "$STATE" ]; then not_ok "nothing is made" "$(ls "$STATE")"; else ok "nothing is made"; fi
plan defaults_json --daily-operations 100000 --workers 8 --json
figure "every default is marked" '[.basis[] | objects | .measured? | select(. != null)] | length == 6 and (any | not)'
figure "the peak is three times the mean" '.plans[0] | (.peak_operations_s / .operations_s - 3 | fabs) < 1e-9'
figure "cores have 20 % left" '.plans[0] | (.cores - .peak_operations_s * 0.025 / 0.8 | fabs) < 1e-9'
cp "$WORK/out" "$WORK/first"
plan again --daily-operations 100000 --workers 8 --json
if cmp -s "$WORK/out" "$WORK/first"; then ok "the same input gives the same output"; else not_ok "the same output" "$(diff "$WORK/out" "$WORK/first" | head -n 4)"; fi

# Unstable systems end at once, and are said to be so.
plan unstable --daily-operations 10000000 --workers 8 --json
figure "more work than workers is unstable" '.plans[0].queue | .answer == "unstable without validation" and has("waiting_s") == false'
figure "and what is wanted is said" '.plans[0].workers_wanted > 200 and any(.recommendations[]; startswith("workers: "))'
plan unstable_text --daily-operations 10000000 --workers 8
says out unstable
plan tight --daily-operations 55000 --workers 1 --json
figure "what validation makes unstable is told from what is so anyway" '.plans[0] | .queue.answer == "unstable" and .percentage_by_workers == null'

# The largest, and growth beside it.
plan largest --daily-operations 10000000000 --workers 300000 --growth double=20000,4 --growth tiny=1,1
says out '10,000,000,000'
says out '347,222'
says out '1.00 PB'
for word in double tiny; do says out "$word"; done
if grep -qE '[0-9]{8}|e\+|inf|nan' "$WORK/out"; then not_ok "units" "$(grep -E '[0-9]{8}|e\+|inf|nan' "$WORK/out")"; else ok "units: no figure that nobody reads"; fi
plan growth --daily-operations 1000 --workers 2 --growth a=2000,2 --growth=b=3000.5,3 --json
figure "growth stands beside" '[.plans[] | [.name, .daily_operations, .workers]] == [["now",1000,2],["a",2000,2],["b",3000.5,3]]'

# What was measured: real compressions, in both arms.
cat >"$GIFLAB_VALIDATION_CONFIG" <<EOF
[sampling]
percentage = 50
[log]
control = true
EOF
gif ball in.gif
i=0
while [ $i -lt 30 ]; do
    "$GIFVET" run gifsicle -O2 "$FIXTURES/in.gif" -o "$WORK/out.gif" || not_ok "gifsicle" "$?"
    i=$((i + 1))
done
plan measured --daily-operations 100000 --workers 8 --json
figure "all six figures are measured" '[.basis[] | objects | .measured? | select(. != null)] | length == 6 and all'
is summary 0 "$GIFVET" summary --json
mean=$(jq .total.time_us.mean "$WORK/out") arena=$(jq .total.arena_peak_bytes "$WORK/out")
validations=$(jq .total.validations "$WORK/out")
is ab 0 "$GIFVET" ab --json
control=$(jq .control.elapsed_us.mean "$WORK/out")
bytes=$(wc -c <"$LOG") counted='.type == "validation" or .type == "control"'
records=$(jq -s "[.[] | select($counted)] | length" "$LOG")
exits=$(jq -cr -R "select(fromjson | $counted | not)" "$LOG" | wc -c)
plan measured_again --daily-operations 100000 --workers 8 --json
figure "the state's mean" ".basis.validation_s.value * 1000000 - $mean | fabs <= 1"
figure "the state's memory" ".basis.memory_bytes.value == $arena"
figure "the state's count" ".basis.validations == $validations"
figure "the control arm's time" ".basis.compressor_s.value * 1000000 - $control | fabs < 1"
figure "the log's bytes a record" ".basis.record_bytes.value - ($bytes - $exits) / $records | fabs < 0.01"
figure "sampling is the configuration's" '.percentage == 50'

# Budgets.
plan budget --daily-operations 100000000 --workers 4000 --max-cores 0.5 --json
figure "what fits into the cores does" '.plans[0] | .percentage_by_cores < 50 and .percentage_by_cores / 100 * .peak_operations_s * '"$mean"' / 1000000 <= 0.5 * 0.8 + 0.001'
figure "and is recommended" 'any(.recommendations[]; startswith("sampling.percentage = "))'
plan latency --daily-operations 1000 --workers 2 --max-latency-ms 0.01 --json
figure "a latency that nothing keeps to is said" '.plans[0].percentage_by_latency == null and any(.recommendations[]; startswith("max latency"))'
plan latency_ok --daily-operations 1000 --workers 2 --max-latency-ms 60000 --json
figure "and one that all keep to" '.plans[0].percentage_by_latency == 100'

# Bad input: one line, 2.
refused() {
    name=$1
    shift
    is "$name" 2 "$GIFVET" plan "$@"
    one_line
}
refused no_operations --workers 2
refused no_workers --daily-operations 5
refused operations_not_a_number --daily-operations many --workers 2
refused operations_0 --daily-operations 0 --workers 2
refused operations_beyond --daily-operations 10000000001 --workers 2
refused workers_0 --daily-operations 5 --workers 0
refused workers_fraction --daily-operations 5 --workers 1.5
refused availability_1 --daily-operations 5 --workers 1 --availability 1
refused value_missing --daily-operations 5 --workers
refused growth_without_workers --daily-operations 5 --workers 1 --growth a=5
refused growth_without_name --daily-operations 5 --workers 1 --growth =5,5
refused unknown --daily-operations 5 --workers 1 --colour red
says err --colour

# What cannot be read is said, with its name, and the plan still printed.
printf 'no state\n' >"$STATE/state.v1"
is damaged_state 2 "$GIFVET" plan --daily-operations 5 --workers 1
says err state.v1
says out 'a validation                    25.0 ms  default'
rm "$STATE/state.v1"
printf 'no record\n' >"$LOG"
is foreign_log 2 "$GIFVET" plan --daily-operations 5 --workers 1
says err validation.jsonl
is full_disk 2 sh -c "\"$GIFVET\" plan --daily-operations 5 --workers 1 >/dev/full"
