#!/bin/sh
# gifvet doctor over programs in which the object cannot ride: what is the matter, what works, and
# what to do instead; and that it is so.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq gcc
gif ball in.gif
cd "$FIXTURES" || exit 2
cat >copy.c <<'END'
#include <stdio.h>
int main(void) {
    FILE *in = fopen("in.gif", "r"), *out = fopen("out.gif", "w");
    for (int c; (c = getc(in)) != EOF;)
        putc(c, out);
    return fclose(out) != 0;
}
END

# Not hooked, said so, with the advice; gifvet run refuses; the advice holds.
refuses() { # NAME PROGRAM REASON
    is "doctor_$1" 1 "$GIFVET" doctor "$2"
    says out "$3"
    says out 'works  '
    says out 'instead  '
    says out 'gifvet check SOURCE OUTPUT'
    is "run_$1" 126 "$GIFVET" run "$2"
    one_line
}
alone() { # NAME PROGRAM
    rm -f out.gif "$LOG"
    is "alone_$1" 0 "$2"
    is "check_$1" 0 "$GIFVET" check in.gif out.gif
}

gcc -o dynamic copy.c || exit 2
is doctor_dynamic 0 "$GIFVET" doctor ./dynamic
says out 'can be hooked'
says out 'no filter here'
if gcc -static -o static copy.c 2>/dev/null; then
    refuses static ./static 'statically linked'
    alone static ./static
else skip doctor_static "no static libc"; fi
if gcc -static-pie -o static-pie copy.c 2>/dev/null; then
    refuses static_pie ./static-pie 'statically linked'
else skip doctor_static_pie "no static libc"; fi
if command -v musl-gcc >/dev/null && musl-gcc -o musl copy.c; then
    refuses musl ./musl 'linked with musl; the preload object needs glibc'
    alone musl ./musl
    # It is as the advice has it: with the object it would not start.
    if LD_PRELOAD=$PRELOAD ./musl 2>/dev/null; then not_ok musl "starts with the object"; else ok "musl: does not start with the object"; fi
else skip doctor_musl "musl-gcc is not installed"; fi
cp dynamic setuid && chmod u+s setuid && refuses setuid ./setuid ': setuid; the loader drops'
cp dynamic setgid && chmod g+s setgid && refuses setgid ./setgid ': setgid; the loader drops'
printf '#!%s/setuid\n' "$PWD" >script && chmod +x script && refuses script ./script ': setuid'
cp dynamic capable
if command -v setcap >/dev/null && setcap cap_net_raw+ep capable 2>/dev/null; then
    refuses capabilities ./capable 'has capabilities'
else skip doctor_capabilities "no setcap here"; fi

# The machine is two bytes of the header: aarch64 on x86_64 and the other way round.
machine() { printf '%b' "$1" | dd of="$2" bs=1 seek=18 conv=notrunc 2>/dev/null; }
cp dynamic foreign
case $(uname -m) in x86_64) machine '\0267\0000' foreign && theirs=aarch64 ;; *) machine '\0076\0000' foreign && theirs=x86_64 ;; esac
refuses machine ./foreign "built for another architecture ($theirs, 64 bits"
cp dynamic foreign32 && machine '\0003\0000' foreign32 && printf '\001' | dd of=foreign32 bs=1 seek=4 conv=notrunc 2>/dev/null
refuses machine32 ./foreign32 "built for another architecture (i386, 32 bits"
cp dynamic unheard && machine '\0377\0376' unheard
refuses unheard ./unheard 'built for another architecture (machine 65279'
head -c 40 dynamic >torn && chmod +x torn
is doctor_torn 1 "$GIFVET" doctor ./torn
says out 'not an ELF program'

# Under a filter that allows everything, as a container's programs are.
if command -v python3 >/dev/null; then
    cat >filtered.py <<'END'
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 1, ctypes.addressof(allow)))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit(77)
os.execvp(sys.argv[1], sys.argv[1:])
END
    if python3 filtered.py true; then
        is doctor_seccomp 1 python3 filtered.py "$GIFVET" doctor ./dynamic
        says out 'seccomp        a filter is in force'
        says out 'instead  '
        rm -f "$LOG"
        is run_seccomp 0 python3 filtered.py "$GIFVET" run ./dynamic
        silent
        is check_seccomp 0 python3 filtered.py "$GIFVET" check in.gif out.gif
    else skip doctor_seccomp "no filter can be installed"; fi
else skip doctor_seccomp "python3 is not installed"; fi
