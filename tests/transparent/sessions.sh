#!/bin/sh
# What runs under a preload object that is set for a whole session: shells, make, xargs, tar, rsync, git,
# compilers. They write no GIFs of their own, or none at all.
. "${0%/*}/lib.sh"
need gifsicle jq strace git make rsync tar xargs bash dash gcc
gif disposal2 in.gif
gif colors8 b.gif
for i in 1 2 3 4 5 6 7 8; do gif two "$i.gif"; done
printf 'one\ntwo\nthree\n' >"$FIXTURES/text"

cat >"$FIXTURES/session" <<'S'
umask 027
: >empty.gif
cat <<X >here
a document of $(wc -l <text) lines
X
{ echo out; echo err >&2; } >both 2>&1
exec 5<text 6>written
read -r line <&5
echo "$line" >&6
exec 5<&- 6>&-
(cd / && pwd) | tr / _ >piped
gifsicle -O2 <in.gif >out.gif
gifsicle in.gif | gifsicle -k 4 >piped.gif
gifsicle -O2 in.gif -o copy.gif & wait $!
cp b.gif "$TMPDIR/b.gif" && mv "$TMPDIR/b.gif" moved.gif
trap 'echo trapped' USR1
kill -USR1 $$
false || sh -c 'exit 3'
echo $?
S
cat >"$FIXTURES/bashly" <<'S'
. ./session
cat <(sort text) <(gifsicle --info in.gif) >substituted
tee >(wc -c >counted) <in.gif >teed.gif
wait $!
coproc { gifsicle -O1 <in.gif; }
cat <&"${COPROC[0]}" >coprocess.gif
wait
exec {fd}>>appended
echo more >&$fd
ls /proc/self/fd | wc -l
exec {fd}>&-
S
transparent dash "dash ./session"
recorded 3
transparent bash "bash ./bashly"
recorded 4

transparent tar 'mkdir o; tar cf o.tar text [1-8].gif in.gif; tar xf o.tar -C o; rm o.tar'
nothing_flagged
# How much a pipe holds when it is read is chance.
STRACE=0
transparent tar_piped 'mkdir o; tar cf - text [1-8].gif in.gif | tar xf - -C o; tar czf all.tgz --sort=name o; rm all.tgz'
STRACE=1
nothing_flagged
transparent rsync 'rsync -a --exclude o ./ o/; rsync -a --delete --checksum o/ p/'
nothing_flagged

printf '%%.out: %%.gif\n\tgifsicle -O2 $< -o $@\nall: 1.out 2.out 3.out 4.out 5.out 6.out 7.out 8.out\n' >"$FIXTURES/Makefile"
STRACE=0
transparent make 'make -s -j8 all'
recorded 8
transparent xargs 'ls [1-8].gif | xargs -P 8 -I {} gifsicle -O2 {} -o {}.out'
recorded 8

cat >"$FIXTURES/versions" <<'S'
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'
git init -q -b main work 2>&1
cp ./*.gif work
cd work || exit 1
git config user.name n && git config user.email e@example.org && git config pack.threads 1
git add . && git commit -q -m first
gifsicle -b -O2 in.gif
git commit -q -a -m second
git gc -q
git checkout -q HEAD~1
git fsck
# It holds times and inode numbers.
rm .git/index
S
transparent git_gc 'sh ./versions'
nothing_flagged

# This project builds itself.
files=$(git ls-files 2>/dev/null) || files=
if [ -n "$files" ]; then
    mkdir "$FIXTURES/tree"
    git ls-files -z | xargs -0 cp -p --parents -t "$FIXTURES/tree"
    build='make -s CC=gcc OPTIMIZE="-O2 -pipe" BUILD=out'
    transparent compile "cd tree && $build -j2 out/obj/lib/gif/lzw.o out/obj/shim/hooks.o"
    if [ -n "$LONG" ]; then
        units=$(cd "$FIXTURES/tree" && for t in tests/unit/test_*.c; do t=${t##*/}; echo "out/tests/${t%.c}"; done | tr '\n' ' ')
        tools=$(cd "$FIXTURES/tree" && for t in tests/tools/*.c; do t=${t##*/}; echo "out/tests/${t%.c}"; done | tr '\n' ' ')
        transparent build "cd tree && $build -j2 all $tools $units"
        transparent units "cd tree && $build -j2 all $tools $units && $build check-unit | sed 's/[0-9]* ms/ms/'"
    fi
else
    skip build "this is no git tree"
fi
counted
