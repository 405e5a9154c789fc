#!/bin/sh
# Programs that write no GIF of their own, or have read none, leave no record.
. "${0%/*}/lib.sh"
need gifsicle jq make xargs
gif ball in.gif
gif ball a.gif
for i in 1 2 3 4 5 6 7 8; do gif ball $i.g; done

both shell_redirection "bash -c 'gifsicle -O2 in.gif > out.gif'"
verdicts 1
verdict out.gif in.gif only optimization true

both empty_output "bash -c '> out.gif'; dash -c ': > out2.gif'"
silent

both make_rules "printf '%%.out.gif: %%.gif\n\tgifsicle -O2 \$< -o \$@\n' > Makefile; make -s -j4 a.out.gif in.out.gif"
verdicts 2

both xargs_jobs "ls *.g | xargs -P 8 -I {} gifsicle -O2 {} -o {}.gif; rm *.g"
verdicts 8

both tee_of_gif "cat in.gif | tee out.gif >/dev/null"
silent

both here_document "bash -c 'cat <(cat in.gif) > out.gif; cat <<X > text
words
X'"
silent
