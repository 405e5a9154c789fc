#!/bin/sh
# CPython's own tests of files, processes, signals, sockets and threads: every case ends under gifvet as
# it ends without. Long ones when LONG is set.
. "${0%/*}/lib.sh"
PYTHON=/usr/bin/python3
$PYTHON -c 'import test.test_os, test.libregrtest' 2>/dev/null || {
    skip cpython "the tests of /usr/bin/python3 are not installed (libpython3.11-testsuite)"
    exit 0
}
modules=0 cases=0
# shellcheck disable=SC2031 # lib.sh sets it in a subshell for its own
export TMPDIR="$WORK/tmp"
mkdir "$TMPDIR" "$WORK/suite"
cd "$WORK/suite" || exit 2

# suite SIDE OBJECT WORDS...: one run, its outcomes in SIDE. That the whole program ended well counts as
# a case: it may die.
suite() {
    side=$1
    preload=$2
    shift 2
    rm -f result.xml
    env LD_PRELOAD="$preload" $PYTHON -m test --junit-xml result.xml "$@" \
        </dev/null >"$side.log" 2>&1 && echo "ok the whole" >"$side" || echo "status-$? the whole" >"$side"
    [ ! -f result.xml ] || $PYTHON "$HERE/outcomes.py" result.xml >>"$side"
}

# same_cases NAME WORDS...
same_cases() {
    name=$1
    shift
    rm -f p? w?
    suite p1 "" "$@"
    suite w1 "$PRELOAD" "$@"
    result=$($PYTHON "$HERE/cases.py" p? -- w?)
    rc=$?
    if [ "$rc" = 3 ]; then
        for again in 2 3; do
            suite p$again "" "$@"
            suite w$again "$PRELOAD" "$@"
        done
        result=$($PYTHON "$HERE/cases.py" p? -- w?)
        rc=$?
    fi
    echo "$result" | grep '^#'
    result=$(echo "$result" | grep -v '^#')
    modules=$((modules + 1))
    n=$(($(wc -l <p1) - 1))
    cases=$((cases + n))
    if [ "$rc" = 0 ] && [ "$n" -gt 0 ]; then pass "$name: $result"; else fail "$name" "$result"; fi
}

if [ -n "$LONG" ]; then
    for m in test_os test_posix test_io test_fileio test_file test_tempfile test_subprocess \
        test_multiprocessing_fork test_multiprocessing_spawn test_threading test_signal test_socket \
        test_asyncio test_faulthandler test_mmap test_shutil; do
        # Some virtual machines never answer on their own kind of socket.
        same_cases $m -i '*VSOCK*' $m
    done
else
    for m in test_os test_posix test_fileio test_file test_tempfile test_shutil test_mmap; do
        same_cases $m $m
    done
    same_cases test_subprocess -m '*fds*' -m '*preexec*' -m '*stdout_file*' test_subprocess
fi
echo "# $modules modules compared, $cases cases"
