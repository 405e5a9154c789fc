# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# Alerts by mail and Slack; what README.md shows of their addresses and secrets is not where they are.
# statuses: what Slack answers with first.
mkfifo "$TMPDIR/addresses"
# shellcheck disable=SC2086 # several numbers
/usr/bin/python3 "$TOP/tests/readme/scenes/servers.py" "$TMPDIR/addresses" ${statuses:-} >/dev/null 2>&1 &
# shellcheck disable=SC2064 # the process of now
trap "kill $!" EXIT
read -r mail web <"$TMPDIR/addresses"
cat >"$CONFIG" <<END
[validation]
mode = alert
[alerts]
smtp_url = $mail
smtp_from = gifvet@example.org
smtp_to = oncall@example.org
smtp_user = gifvet
secrets = $HOST/etc/gifvet/alert.secrets
ca_file = $TMPDIR/ca.pem
END
umask 077
printf 'smtp_password = a secret\nslack_webhook = %s/services/secret\n' "$web" >"$HOST/etc/gifvet/alert.secrets"
cat >"$TMPDIR/shown.sed" <<END
s|$mail|smtp://mail.example.org:587|
s|$web|https://hooks.slack.com|
s|a secret|...|
s|/secret|/...|
/^ca_file/d
END
