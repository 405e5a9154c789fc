#!/bin/sh
# What README.md shows is what the program prints; its tables are the program's and the benchmark's; what the
# documents name is there.
. "${0%/*}/../host/lib.sh"
need gifsicle jq ffmpeg /usr/bin/python3 /usr/bin/convert openssl
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || {
    skip outputs "aiosmtpd is not installed (Debian: python3-aiosmtpd)"
    exit 0
}
export BUILD
/usr/bin/python3 "$TOP/tests/readme/outputs.py" check
/usr/bin/python3 "$TOP/tests/readme/tables.py" check
/usr/bin/python3 "$TOP/tests/readme/names.py"
