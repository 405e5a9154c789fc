# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A new host. What gifvet costs there, and whether that is too much, is the machine's to say.
# long: it compresses many times, to tell what gifvet costs
# differs: [\d.,]+ (us|ms|s|min|B|KB|MB|GB|days)\b
# differs: ^(ok|FAILED) +trial +overhead .*
# differs: \d+ ok, \d failed(?=, \d+ not applicable)
# differs: (?<=glibc ) +[\d.]+
# differs: Linux \S+ \S+
# differs: giflib +[\d.]+
# differs: \d+ at a time|(?<=if )\d+(?= processes)
# differs: ^[01]$
film in.gif
