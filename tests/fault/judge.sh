#!/bin/sh
# A fault in the judge itself: the host goes on as if nothing had happened, and one record says so.
# Its own handlers, masks, timers and stacks are what they were; its own faults, and signals sent to
# it while a judgement is open, go where they go without gifvet. (Hosts: guarded.c.)
#
# The door (door.h) provokes each fault for real, in the place of an answer to the judge's question
# for the time. LONG=1 provokes each at every such question.
. "${0%/*}/../host/lib.sh"
need gifsicle jq timeout
PRELOAD=$BUILD/tests/fault/libgifvet.so
export GIFVET_FAULT_PAGE="$WORK/page"
cp "$BUILD/tests/fault/guarded" "$FIXTURES"/ || exit 2
gif two in.gif
printf '[validation]\nvalidation_timeout_ms=200\n' >"$GIFLAB_VALIDATION_CONFIG"

# A host that hangs is ended; where one endless loop is not, no other is begun.
hangs=
run() {
    NAME=$1
    export GIFVET_FAULT="$2"
    case $hangs$2 in yes*LOOP*)
        not_ok "$NAME" "not tried: an endless loop has not been ended before"
        return 1 ;;
    esac
    : >"$GIFVET_FAULT_PAGE"
    truncate -s 8192 "$GIFVET_FAULT_PAGE"
    both "$NAME" "timeout -k 1 20 $3"
    [ "$(cat "$WITH.status")" != 124 ] || hangs=yes
}

# How many faults came about: a word of the page.
struck() { od -A n -t u4 -j 2056 -N 4 "$GIFVET_FAULT_PAGE" | tr -d ' '; }

# Each fault that came about is on record, once, with its name and where it happened.
told() {
    case $1 in
        LOOP) reason='time budget' ;;
        STACK) reason='SIGSEGV|stack' ;;
        *) reason="SIG$1" ;;
    esac
    n=$(count '.type == "judge_fault"')
    whole=$(count ".type == \"judge_fault\" and .validation_passed == null and
        .status == \"judge_fault\" and (.reason | test(\"$reason\")) and
        (.output.path | endswith(\".gif\")) and (.backtrace | length > 0) and
        (.backtrace | all(has(\"function\") and has(\"object\") and has(\"address\"))) and
        (.backtrace | any(.object != null and (.address | test(\"^0x[0-9a-f]+\$\"))))")
    if [ "$(struck)" -gt 0 ] && [ "$n" = "$(struck)" ] && [ "$whole" = "$n" ]; then
        ok "$NAME: $n faults of the judge on record"
    else
        not_ok "$NAME" "$(struck) faults, $n on record, $whole of them whole: $(
            jq -c 'select(.type == "judge_fault") | [.status, .reason, (.backtrace | length)]' \
                "$LOG" 2>/dev/null | head -n 2 | tr '\n' ' ')"
    fi
}

kinds='SEGV BUS FPE ILL STACK LOOP'
for kind in $kinds; do
    run "gifsicle_$kind" "judge=$kind,nth=10" 'gifsicle -O2 in.gif -o out.gif' && told "$kind"
    run "convert_$kind" "judge=$kind,nth=10" '/usr/bin/convert in.gif out.gif' && told "$kind"
    run "quiet_$kind" "judge=$kind,nth=10" './guarded quiet' && told "$kind"
    run "early_$kind" "judge=$kind,nth=2" './guarded quiet' && told "$kind"
    run "late_$kind" "judge=$kind,nth=20" './guarded quiet' && told "$kind"
    run "handlers_$kind" "judge=$kind,nth=10" './guarded siginfo' && told "$kind"
done

# Handlers of another kind, none, and a thread that lets no signal through.
for kind in SEGV LOOP; do
    for way in plain_signal ignored blocked alarmed in_handler child; do
        run "${way}_$kind" "judge=$kind,nth=10" "./guarded $way" && told "$kind"
    done
done

# What the host does with signals of its own while a judgement is open, which then ends well, or
# does not.
for way in thread_faults thread_on_stack thread_with_stack process_signal process_signal_plain thread_signal \
    thread_signal_plain ignored_signal forked_meanwhile saved_meanwhile; do
    run "$way" "" "./guarded $way"
    verdicts 1
    verdict out.gif in.gif only unknown true
    # A handler that is not made for the thread's signal stack gets its fault, and the guard is gone.
    case $way in thread_on_stack | thread_with_stack) continue ;; *) ;; esac
    run "${way}_SEGV" "judge=SEGV,nth=10" "./guarded $way" && told SEGV
    run "${way}_LOOP" "judge=LOOP,nth=10" "./guarded $way" && told LOOP
done
# A handler that the host installs within those milliseconds stays, and the guard is gone with it.
run installed_meanwhile "" './guarded installed_meanwhile'
verdicts 1
run pending "" './guarded pending'
verdicts 1
run pending_SEGV "judge=SEGV,nth=10" './guarded pending' && told SEGV

# What kills the host without gifvet kills it with gifvet.
for way in default_fault default_signal default_thread_signal; do
    run "$way" "" "./guarded $way"
done

# Many threads, of whose judgements some fail; many failures one after the other.
for kind in $kinds; do
    run "many_$kind" "judge=$kind,nth=40,every" './guarded many' && told "$kind"
    # On a busy machine an endless loop leaves another judgement no time: timed_out.
    all=$(count '.type == "judge_fault" or .validation_passed == true or .status == "timed_out"')
    if [ "$all" = 48 ]; then ok "$NAME: every output has its record"; else
        not_ok "$NAME" "$all records of 48 outputs"
    fi
done
for kind in SEGV STACK; do
    run "fifty_$kind" "judge=$kind,nth=10,every" './guarded fifty' && told "$kind"
done

if [ -n "${LONG:-}" ]; then
    run asked "" './guarded quiet'
    asked=$(od -A n -t u4 -j 2052 -N 4 "$GIFVET_FAULT_PAGE" | tr -d ' ')
    for kind in $kinds; do
        for nth in $(seq 1 "$asked"); do
            run "${kind}_$nth" "judge=$kind,nth=$nth" './guarded siginfo' && told "$kind"
        done
    done
fi
