# Sourced before each scene, in the directory data of a host that has just been made: $HOST is where it
# stands, $PRELOAD its object.
# shellcheck shell=sh disable=SC2034 # scenes and commands use them

CONFIG=$GIFLAB_VALIDATION_CONFIG STATE=$GIFLAB_VALIDATION_STATE_DIR

# An animation as every test has it; a better known name.
film() { "$BUILD/tests/gifmake" "${2:-ball}" "$1" || exit 2; }

# times N COMMAND...: runs it N times under gifvet, in silence
times() {
    n=$1
    shift
    while [ "$n" -gt 0 ]; do
        gifvet run "$@" >/dev/null 2>&1
        n=$((n - 1))
    done
}

# bad_disk N COMMAND...: the same on a disk that loses the end of every file, of which nobody tells
bad_disk() {
    n=$1
    shift
    while [ "$n" -gt 0 ]; do
        SABOTAGE=cut LD_PRELOAD="$PRELOAD $SABOTEUR" "$@" >/dev/null 2>&1
        n=$((n - 1))
    done
}

# between N: what happens unseen before the Nth of a scene's blocks; a scene may have its own.
between() { :; }
