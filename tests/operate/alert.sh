#!/bin/sh
# gifvet alert against real mail, web and syslog servers.
. "${0%/*}/lib.sh"
need /usr/bin/python3 openssl jq
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || {
    skip alert "aiosmtpd is not installed (Debian: python3-aiosmtpd)"
    exit 0
}
export WORK STATE LOG BUILD
/usr/bin/python3 "$TOP/tests/operate/alert.py"
