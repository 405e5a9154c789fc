#!/bin/sh
# A rollout from its first day to its last, on real compressors, with real mail and web servers:
# shadow, alert, production, enforce, a bad configuration, an alert, an emergency under load, a
# rollback. What an operator would type and see is printed behind "# ".
. "${0%/*}/../operate/lib.sh"
need gifsicle /usr/bin/convert ffmpeg jq openssl /usr/bin/python3
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || {
    skip rollout "aiosmtpd is not installed (Debian: python3-aiosmtpd)"
    exit 0
}
gif ball in.gif
export SABOTEUR="$BUILD/tests/libsaboteur.so" PYTHONDONTWRITEBYTECODE=1
export WORK STATE LOG BUILD TOP FIXTURES PRELOAD
PYTHONPATH="$TOP/tests/operate" /usr/bin/python3 "$TOP/tests/host/rollout/story.py"
