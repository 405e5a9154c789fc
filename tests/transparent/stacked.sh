#!/bin/sh
# Beside other preload objects, before them and after them; in a host with AddressSanitizer; under
# valgrind. The verdicts are still recorded, and the outcome is that of the same stack without gifvet.
. "${0%/*}/lib.sh"
need gifsicle jq strace
gif two in.gif
STRACE=0
libraries=/usr/lib/$(gcc -print-multiarch 2>/dev/null)

job() { # PROGRAM
    case $1 in
        gifsicle) echo 'gifsicle -O2 in.gif -o out.gif' ;;
        convert) echo '/usr/bin/convert in.gif -layers optimize out.gif' ;;
        pillow) echo "/usr/bin/python3 -c \"from PIL import Image; Image.open('in.gif').save('out.gif', save_all=True)\"" ;;
        *) ;;
    esac
}
programs=gifsicle
[ -x /usr/bin/convert ] && programs="$programs convert"
/usr/bin/python3 -c 'import PIL' 2>/dev/null && programs="$programs pillow"

# libfaketime leaves shared memory behind, named after a process: one that gets the number later would
# take it for its own.
sweep() {
    for left in /dev/shm/faketime_shm_*; do
        number=${left##*_}
        [ -d "/proc/$number" ] || rm -f "$left" "/dev/shm/sem.faketime_sem_$number"
    done
}

stacked() { # NAME OBJECT
    [ -f "$2" ] || { skip "$1" "$2 is not installed" && return; }
    for program in $programs; do
        sweep
        BEFORE=$2
        transparent "$program/$1/gifvet" "$(job "$program")"
        recorded 1
        BEFORE='' AFTER=$2
        transparent "$program/gifvet/$1" "$(job "$program")"
        recorded 1
        AFTER=''
    done
}
stacked jemalloc "$libraries/libjemalloc.so.2"
stacked mimalloc "$libraries/libmimalloc.so.2"
stacked tcmalloc "$libraries/libtcmalloc_minimal.so.4"
stacked eatmydata "$libraries/libeatmydata.so"
export FAKETIME='-10d'
stacked faketime_past "$libraries/faketime/libfaketime.so.1"
export FAKETIME='+10d'
stacked faketime_future "$libraries/faketime/libfaketime.so.1"
unset FAKETIME
sweep

# The leak checker traces its own process: no other tracer can.
if ${CC:-cc} -g -fsanitize=address -o "$FIXTURES/copy" "$HERE/copy.c" 2>/dev/null; then
    export ASAN_OPTIONS=verify_asan_link_order=0
    UNWATCHED=1
    transparent asan ./copy
    recorded 1
    UNWATCHED=''
    export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0
    transparent asan_without_leaks ./copy
    recorded 1
    unset ASAN_OPTIONS
else
    skip asan "the compiler has no AddressSanitizer"
fi

if command -v valgrind >/dev/null; then
    UNWATCHED=1
    transparent valgrind 'valgrind -q --error-exitcode=99 gifsicle in.gif -o out.gif'
    recorded 1
    UNWATCHED=''
else
    skip valgrind "it is not installed"
fi
counted
