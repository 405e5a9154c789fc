#!/bin/sh
# The alert rules: well formed, each fires when it should and not before; they and the dashboard ask
# for what gifvet metrics says, and for nothing else.
. "${0%/*}/lib.sh"
need promtool jq
cp "$TOP/conf/prometheus/gifvet.rules.yml" "$TOP/tests/operate/gifvet.rules.test.yml" "$WORK"
cd "$WORK" || exit 2
is rules_check 0 promtool check rules gifvet.rules.yml
is rules_test 0 promtool test rules gifvet.rules.test.yml
untested=$(sed -n 's/.*- alert: //p' gifvet.rules.yml | sort -u | while read -r alert; do
    grep -q "alertname: $alert\$" gifvet.rules.test.yml || echo "$alert"
done)
if [ -z "$untested" ]; then ok "every alert has a test"; else not_ok "alerts without a test" "$untested"; fi

# Both kinds of output: with a state and without one.
updates passed 3 time_us=2000 program=gifsicle
"$GIFVET" metrics >printed || not_ok metrics
is metrics_lint 0 sh -c 'promtool check metrics <printed'
if [ -s "$WORK/out" ] || [ -s "$WORK/err" ]; then not_ok "promtool's lint" "$(cat "$WORK/out" "$WORK/err")"; else ok "promtool's lint has nothing to say"; fi
rm -r "$STATE"
# shellcheck disable=SC2016 # for the inner shell
is metrics_lint_without_state 0 sh -c '"$GIFVET" metrics | promtool check metrics'
# By these GifvetUnknown tells a host on which nothing has been judged yet.
is metrics_of_a_new_host 0 "$GIFVET" metrics
says out 'gifvet_health_status 3'
says out 'gifvet_state_begin_timestamp_seconds 0.000000'

sed -n 's/^\(gifvet_[a-z_]*\).*/\1/p' printed | sort -u >known
sed -n 's/.*record: //p' gifvet.rules.yml | sort -u >>known
asked() { grep -oE '(instance:)?gifvet_[a-z_]+(:[a-z0-9]+)?' | sort -u; }
for file in "$TOP/conf/grafana/gifvet.json" gifvet.rules.yml gifvet.rules.test.yml; do
    unknown=$(if [ "${file##*.}" = json ]; then jq -r '.. | .expr? // empty' "$file"; else
        grep -vE '^ *#|record:|rule_files|gifvet.rules' "$file"
    fi | asked | grep -vxF -f known | tr '\n' ' ')
    if [ -z "$unknown" ]; then ok "${file##*/} asks for what there is"; else not_ok "${file##*/}" "asks for $unknown"; fi
done
# shellcheck disable=SC2016 # Grafana's variable
jq -r '.panels[].targets[].expr' "$TOP/conf/grafana/gifvet.json" |
    sed 's/\$__rate_interval/5m/g' | jq -R '{record: "a:b", expr: .}' |
    jq -s '{groups: [{name: "panels", rules: .}]}' >panels.yml
is dashboard_expressions 0 promtool check rules panels.yml

# The README names what can be asked for.
grep -q '^# HELP' printed || not_ok metrics
unnamed=$(sed -n 's/^# HELP \([a-z_]*\) .*/\1/p' printed
    sed -n 's/.*- alert: //p' gifvet.rules.yml
    "$GIFVET" health --json | jq -r '.figures, . | keys[]'
    "$GIFVET" metrics | sed -n 's/^gifvet_health_issue{issue="\([a-z_]*\)".*/\1/p')
updates passed 1
unnamed=$({
    echo "$unnamed"
    "$GIFVET" health --json | jq -r '.figures | keys[]'
    "$GIFVET" summary --json | jq -r '., .total, .total.time_us, .hours[0], .programs[0] | keys[]'
} | sort -u | while read -r word; do grep -qF "\`$word\`" "$TOP/README.md" || echo "$word"; done)
if [ -z "$unnamed" ]; then ok "README names every metric, alert, issue and member"; else not_ok "README lacks" "$unnamed"; fi
